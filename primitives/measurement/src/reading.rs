//! What one observer says.

use crate::Level;

/// The number of samples in a window.
pub const SAMPLES: u8 = 60;

/// The length of an encoded reading, in bytes.
pub const READING_BYTES: usize = 4;

/// What stands for a quantity that is not stated.
const UNKNOWN: u8 = u8::MAX;

/// What an observer says of a node in a window.
///
/// An observer that could not measure the samples says nothing of the node. If it has measured them, another quantity that it does not
/// state is the worst possible: otherwise a node could make a bound vanish by refusing what is measured for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
	/// The number of good samples. None if the observer could not measure them.
	pub good: Option<u8>,
	/// The latency within which 95 % of all samples were answered well, in milliseconds.
	pub latency: Option<Level>,
	/// The bandwidth, in megabits a second.
	pub bandwidth: Option<Level>,
	/// The result of the benchmark that the module names.
	pub benchmark: Option<Level>,
}

impl Reading {
	/// Reads a reading. What no observer should say counts as not stated: otherwise it would have to be decided whose fault it is.
	pub fn parse([good, latency, bandwidth, benchmark]: [u8; READING_BYTES]) -> Self {
		Self {
			good: Some(good).filter(|good| *good <= SAMPLES),
			latency: Level::parse(latency),
			bandwidth: Level::parse(bandwidth),
			benchmark: Level::parse(benchmark),
		}
	}

	/// Returns the encoding.
	pub fn bytes(&self) -> [u8; READING_BYTES] {
		let level = |level: Option<Level>| level.map_or(UNKNOWN, Level::byte);
		[self.good.unwrap_or(UNKNOWN), level(self.latency), level(self.bandwidth), level(self.benchmark)]
	}
}
