//! What follows when a node misses what was agreed.

use crate::{Bound, Count, Faults, Measurement, Meter, Quantities, SAMPLES};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{BoundedVec, PerThing, Percent, Permill, traits::ConstU32};

/// The maximum number of credit tiers.
pub const MAX_TIERS: u32 = 4;

/// A share of what was paid that returns when the availability of a budget period is low.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tier {
	/// The availability below which it applies.
	pub below: Permill,
	/// The share that returns.
	pub share: Percent,
}

/// What follows from measured service under a module.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Terms {
	/// The number of good samples below which a window is breached.
	pub floor: u8,
	/// The share of what was paid that returns when the availability of a budget period is below its bound.
	pub missed: Percent,
	/// The shares that return when it is lower still. The highest that applies does.
	pub tiers: BoundedVec<Tier, ConstU32<MAX_TIERS>>,
	/// The availability of a budget period below which a node is slashed. What was not measured counts as good.
	pub slash_below: Permill,
	/// The share of a budget period's windows above which a node is slashed when they are breached.
	pub slash_breached: Percent,
}

/// What follows from a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Consequence {
	/// The first breach in a budget period.
	Warning,
	/// A further one.
	Breach,
	/// The window with which the budget period crosses the threshold.
	Slash,
}

impl Terms {
	/// Returns whether a window can be good under these terms.
	pub const fn is_sound(&self) -> bool {
		self.floor <= SAMPLES
	}

	/// Returns whether a window is breached.
	pub fn is_breached(&self, measured: &Quantities, bounds: &[Bound]) -> bool {
		measured.good < self.floor || bounds.iter().any(|bound| bound.is_missed(measured))
	}

	/// Adds a window to a meter, and returns what follows. The meter must have advanced to its half. `period_windows` is the number of windows in a
	/// budget period.
	///
	/// What may be lost or breached before a slash is a share of the whole budget period, however much of it was measured: otherwise an outage
	/// would be a large share of the short time of a node that is new.
	pub fn judge(
		&self,
		meter: &mut Meter,
		measurement: &Measurement,
		bounds: &[Bound],
		period_windows: u32,
	) -> Option<Consequence> {
		let faults = |measured: &Quantities| Faults::of(measured.good, self.is_breached(measured, bounds));
		let (seen, undisputed) = (faults(&measurement.median), faults(&measurement.undisputed));
		meter.add(seen, undisputed);
		if meter.is_slashed() {
			return None;
		}
		let period = meter.period();
		let is_past = self.is_past_threshold(&period.undisputed, period_windows);
		if is_past && !undisputed.is_zero() {
			meter.slash();
			return Some(Consequence::Slash);
		}
		match (seen.breached, period.faults.breached) {
			(0, _) => None,
			(_, 1) => Some(Consequence::Warning),
			_ => Some(Consequence::Breach),
		}
	}

	/// Returns whether faults are more than the share of a budget period after which a node is slashed.
	fn is_past_threshold(&self, faults: &Faults, period_windows: u32) -> bool {
		let samples = u64::from(period_windows).saturating_mul(SAMPLES.into());
		let most_breached = u64::from(self.slash_breached.deconstruct());
		exceeds(faults.lost, samples, unavailability(self.slash_below), Permill::ACCURACY)
			|| exceeds(faults.breached, period_windows.into(), most_breached, 100)
	}

	/// Returns which share of what was paid returns, by what was measured in a budget period, with this bound of the availability. What was not measured
	/// counts as good: a short time is not taken for a bad one.
	pub fn credit(&self, period: &Count, bound: Permill, period_windows: u32) -> Percent {
		let windows = period.windows.max(period_windows);
		let is_below = |availability: Permill| !is_available(&period.faults, availability, windows);
		let tiers = self.tiers.iter().filter(|tier| is_below(tier.below)).map(|tier| tier.share);
		let missed = if is_below(bound) { self.missed } else { Percent::zero() };
		tiers.fold(missed, Percent::max)
	}

	/// Returns whether a budget period was met: at least two thirds of its windows were measured, at most one was breached, and the availability
	/// of what was measured was at least its bound.
	pub fn is_met(&self, period: &Count, bound: Permill, period_windows: u32) -> bool {
		let is_measured = u64::from(period.windows).saturating_mul(3) >= u64::from(period_windows).saturating_mul(2);
		is_measured && period.faults.breached <= 1 && is_available(&period.faults, bound, period.windows)
	}
}

/// Returns whether `part / all > share / unit`.
fn exceeds(part: u32, all: u64, share: u64, unit: u32) -> bool {
	u128::from(part).saturating_mul(unit.into()) > u128::from(all).saturating_mul(share.into())
}

fn unavailability(availability: Permill) -> u64 {
	Permill::ACCURACY.saturating_sub(availability.deconstruct()).into()
}

/// Returns whether the availability in so many windows is at least this one.
fn is_available(faults: &Faults, availability: Permill, windows: u32) -> bool {
	let samples = u64::from(windows).saturating_mul(SAMPLES.into());
	!exceeds(faults.lost, samples, unavailability(availability), Permill::ACCURACY)
}
