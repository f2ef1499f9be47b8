//! The page in the documentation is what the program prints.

use std::process::Command;

#[test]
fn the_page_should_be_what_make_simulate_prints() {
	let output = Command::new(env!("CARGO_BIN_EXE_smartlayer-simulation")).output().expect("the program starts");
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	let printed = String::from_utf8(output.stdout).expect("a text");
	let page = include_str!("../../docs/simulation.md");
	let differing = printed.lines().zip(page.lines()).find(|(now, then)| now != then);
	assert_eq!(printed, page, "run `make simulate`; the first line that differs: {differing:?}");
}
