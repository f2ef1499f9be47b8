//! What the observers say together.

use crate::{Level, Reading};
use alloc::vec::Vec;
use core::cmp::Reverse;

/// What was measured in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantities {
	/// The number of good samples.
	pub good: u8,
	/// The latency.
	pub latency: Level,
	/// The bandwidth.
	pub bandwidth: Level,
	/// The result of the benchmark.
	pub benchmark: Level,
}

/// What the observers say together of a node in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measurement {
	/// The medians of those who have measured; of an even number of them, the one of the two middle ones that is better for the node. As
	/// long as more than half of them are honest, each median lies within what the honest ones say.
	pub median: Quantities,
	/// Two thirds of all observers say that each quantity was no better than this. Slashes are based on it: whoever brings one about needs two
	/// thirds of all observers.
	pub undisputed: Quantities,
}

impl Measurement {
	/// Returns what so many observers say, of whom these have said something. None if fewer than two thirds of all have measured.
	pub fn of(readings: &[Reading], observers: u32) -> Option<Self> {
		let measured: Vec<_> = readings.iter().filter(|reading| reading.good.is_some()).collect();
		let needed = usize::try_from(u64::from(observers).saturating_mul(2).div_ceil(3)).ok()?;
		if measured.len() < needed {
			return None;
		}
		let good = Said::of(&measured, |reading| reading.good.unwrap_or(0));
		// Of latencies, the lower one is better.
		let latency = Said::of(&measured, |reading| Reverse(reading.latency.unwrap_or(Level::MAX)));
		let bandwidth = Said::of(&measured, |reading| reading.bandwidth.unwrap_or(Level::MIN));
		let benchmark = Said::of(&measured, |reading| reading.benchmark.unwrap_or(Level::MIN));
		let quantities = |place| {
			Some(Quantities {
				good: good.at(place)?,
				latency: latency.at(place)?.0,
				bandwidth: bandwidth.at(place)?,
				benchmark: benchmark.at(place)?,
			})
		};
		Some(Self { median: quantities(measured.len() / 2)?, undisputed: quantities(needed.saturating_sub(1))? })
	}
}

/// What observers say of one quantity, from the worst for the node to the best.
struct Said<T>(Vec<T>);

impl<T: Copy + Ord> Said<T> {
	fn of(readings: &[&Reading], quantity: impl Fn(&Reading) -> T) -> Self {
		let mut said: Vec<T> = readings.iter().map(|reading| quantity(reading)).collect();
		said.sort_unstable();
		Self(said)
	}

	fn at(&self, place: usize) -> Option<T> {
		self.0.get(place).copied()
	}
}

/// Returns whether so many of the nodes that were measured together have breached their window that the fault is taken for that of the
/// network or of the observers: more than a tenth of them, and more than three; or at least half, and at least two.
pub const fn is_common_fault(measured: u32, breached: u32) -> bool {
	let is_more_than_tenth = breached > 3 && (breached as u64).saturating_mul(10) > measured as u64;
	let is_half = breached > 1 && (breached as u64).saturating_mul(2) >= measured as u64;
	is_more_than_tenth || is_half
}
