//! Tables in Markdown.

use std::fmt::Display;

/// Prints a table: the names of its columns, and then its rows.
pub fn print<N: AsRef<str>, T: Display>(columns: &[N], rows: impl IntoIterator<Item = Vec<T>>) {
	let names: Vec<_> = columns.iter().map(AsRef::as_ref).collect();
	println!("| {} |", names.join(" | "));
	println!("|{}", "---|".repeat(columns.len()));
	for row in rows {
		let cells: Vec<_> = row.iter().map(ToString::to_string).collect();
		println!("| {} |", cells.join(" | "));
	}
	println!();
}

/// Returns a number with two places, or four if it is small.
pub fn number(value: f64) -> String {
	match value {
		0.0 => "0".into(),
		0.000_05..0.01 => format!("{value:.4}"),
		0.0..0.000_05 => "< 0.0001".into(),
		_ => format!("{value:.2}"),
	}
}

/// Returns a share of one in percent.
pub fn percent(share: f64) -> String {
	format!("{} %", number(share * 100.0))
}
