//! Pages of nodes, and the breaker.

use crate::{
	chance::Losses,
	table::{self, percent},
};
use smartlayer_measurement::is_common_fault;

/// Prints how often a fault is taken for a common one, when nodes fail independently.
pub fn print() {
	let rows = [2, 5, 10, 40, 100, 256].map(|measured| {
		let least =
			(0..=measured).find(|breached| is_common_fault(measured, *breached)).expect("all of them are enough");
		let forgiven = [0.001, 0.01, 0.05].map(|share| percent(Losses::of(measured, share).at_least(least)));
		[measured.to_string(), least.to_string()].into_iter().chain(forgiven).collect::<Vec<_>>()
	});
	let columns = ["slots", "enough", "0.1 % breached", "1 % breached", "5 % breached"];
	table::print(&columns, rows);
}
