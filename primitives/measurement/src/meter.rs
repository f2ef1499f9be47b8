//! The count of what was measured, over a budget period of two halves.

use crate::SAMPLES;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What was not as it should be.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Faults {
	/// The number of samples that were not good.
	pub lost: u32,
	/// The number of windows that were breached.
	pub breached: u32,
}

/// What was measured in a number of windows.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Count {
	/// The number of windows that were measured.
	pub windows: u32,
	/// The faults by the medians.
	pub faults: Faults,
	/// The faults that are undisputed, and for which no slash was filed.
	pub undisputed: Faults,
}

impl Faults {
	/// The faults of one window.
	pub(crate) fn of(good: u8, is_breached: bool) -> Self {
		Self { lost: SAMPLES.saturating_sub(good).into(), breached: is_breached.into() }
	}

	/// Returns whether there are none.
	pub const fn is_zero(&self) -> bool {
		self.lost == 0 && self.breached == 0
	}

	/// Returns both together.
	pub const fn saturating_add(&self, other: &Self) -> Self {
		Self { lost: self.lost.saturating_add(other.lost), breached: self.breached.saturating_add(other.breached) }
	}
}

impl Count {
	/// Returns the number of samples.
	pub const fn samples(&self) -> u32 {
		self.windows.saturating_mul(SAMPLES as u32)
	}

	/// Returns both counts together.
	pub const fn saturating_add(&self, other: &Self) -> Self {
		Self {
			windows: self.windows.saturating_add(other.windows),
			faults: self.faults.saturating_add(&other.faults),
			undisputed: self.undisputed.saturating_add(&other.undisputed),
		}
	}
}

/// The meter of a node under a module.
///
/// It outlives agreements, and thresholds always look at the present half and the one before: so neither a new agreement under the module nor
/// the end of a half gives a node a fresh budget.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Meter {
	/// The number of the present half.
	half: u32,
	/// What was measured in it.
	current: Count,
	/// What was measured in the half before.
	before: Count,
	/// The half in which a slash was filed last.
	slashed: Option<u32>,
}

impl Meter {
	/// Goes on to a half; an earlier one than the present changes nothing. Returns what was measured in the budget period that ends: an even half and the
	/// odd one after it.
	pub fn advance(&mut self, half: u32) -> Option<Count> {
		let passed = half.checked_sub(self.half).filter(|passed| *passed > 0)?;
		let period = match (self.half % 2, passed) {
			(0, 1) => None,
			// Nothing was measured in the odd half.
			(0, _) => Some(self.current),
			_ => Some(self.period()),
		};
		self.before = if passed == 1 { self.current } else { Count::default() };
		self.current = Count::default();
		self.half = half;
		period.filter(|period| period.windows > 0)
	}

	/// Adds a window: its faults by the medians, and those that are undisputed. Of faults after a slash, only those by the medians count until the
	/// node can be slashed again.
	pub fn add(&mut self, faults: Faults, undisputed: Faults) {
		let undisputed = if self.is_slashed() { Faults::default() } else { undisputed };
		self.current = self.current.saturating_add(&Count { windows: 1, faults, undisputed });
	}

	/// Returns what was measured in the present half and the one before.
	pub const fn period(&self) -> Count {
		self.current.saturating_add(&self.before)
	}

	/// Returns the number of the present half.
	pub const fn half(&self) -> u32 {
		self.half
	}

	/// Returns what was measured so far in the budget period that is running: in an even half and the odd one after it.
	pub const fn running(&self) -> Count {
		if self.half.is_multiple_of(2) { self.current } else { self.period() }
	}

	/// Notes that a slash is filed, for all undisputed faults so far: none of them counts towards another one.
	pub fn slash(&mut self) {
		self.slashed = Some(self.half);
		self.current.undisputed = Faults::default();
		self.before.undisputed = Faults::default();
	}

	/// Returns whether a slash was filed in the present half or the one before: until both are over, nothing else follows.
	pub fn is_slashed(&self) -> bool {
		self.slashed.is_some_and(|half| self.half.saturating_sub(half) < 2)
	}
}
