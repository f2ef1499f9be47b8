//! What can be agreed: metrics, their bounds, and the ranges of a module.

use crate::{Level, Quantities};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::cmp::Ordering;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{BoundedVec, traits::ConstU32};

/// The maximum number of objectives of a module: one for each metric.
pub const MAX_OBJECTIVES: u32 = 4;

/// All of something, in the unit of availabilities.
const MILLION: u32 = 1_000_000;

/// What is measured.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Metric {
	/// The share of good samples in a budget period, at least, in millionths.
	Availability,
	/// The latency within which 95 % of the samples of a window are answered well, at most, in milliseconds.
	Latency,
	/// The bandwidth in a window, at least, in megabits a second.
	Bandwidth,
	/// The result of a benchmark in a window, at least.
	Benchmark,
}

/// A bound that is agreed.
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
pub struct Bound {
	/// What is bounded.
	pub metric: Metric,
	/// The bound, in the unit of the metric.
	pub value: u32,
}

impl Bound {
	/// Returns whether a window misses the bound. What is within the bound's own step does not. Availability is a matter of the budget
	/// period: a single lost sample of a window is more than most bounds allow.
	pub fn is_missed(&self, measured: &Quantities) -> bool {
		let bound = Level::of(self.value);
		match self.metric {
			Metric::Availability => false,
			Metric::Latency => measured.latency > bound,
			Metric::Bandwidth => measured.bandwidth < bound,
			Metric::Benchmark => measured.benchmark < bound,
		}
	}
}

/// A metric, and the range in which its bound can be agreed.
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
pub struct Objective {
	/// What is bounded.
	pub metric: Metric,
	/// The bound that is easiest to keep.
	pub loosest: u32,
	/// The bound that is hardest to keep.
	pub strictest: u32,
}

impl Metric {
	/// All metrics.
	pub const ALL: [Self; 4] = [Self::Availability, Self::Latency, Self::Bandwidth, Self::Benchmark];

	/// Compares two bounds: the greater one is stricter.
	pub fn compare(self, bound: u32, other: u32) -> Ordering {
		match self {
			Self::Availability | Self::Bandwidth | Self::Benchmark => bound.cmp(&other),
			Self::Latency => other.cmp(&bound),
		}
	}

	fn stricter(self, bound: u32, other: u32) -> u32 {
		if self.compare(bound, other).is_ge() { bound } else { other }
	}
}

impl Objective {
	/// Returns whether the range is not empty, and can be met.
	pub fn is_sound(&self) -> bool {
		let is_possible = match self.metric {
			Metric::Availability => self.strictest <= MILLION,
			Metric::Latency => self.strictest > 0,
			Metric::Bandwidth | Metric::Benchmark => true,
		};
		is_possible && self.metric.compare(self.loosest, self.strictest).is_le()
	}

	/// Returns whether a bound is of this metric and within the range.
	pub fn allows(&self, bound: &Bound) -> bool {
		self.metric == bound.metric
			&& self.metric.compare(bound.value, self.loosest).is_ge()
			&& self.metric.compare(bound.value, self.strictest).is_le()
	}

	/// Returns the range of which both ends are the stricter ones. Both must be of the same metric.
	fn and(&self, other: &Self) -> Self {
		Self {
			metric: self.metric,
			loosest: self.metric.stricter(self.loosest, other.loosest),
			strictest: self.metric.stricter(self.strictest, other.strictest),
		}
	}

	/// Compares two ranges of the same metric: the greater one is stricter. None if one end is stricter, and the other is not.
	fn compare(&self, other: &Self) -> Option<Ordering> {
		let loosest = self.metric.compare(self.loosest, other.loosest);
		both(loosest, self.metric.compare(self.strictest, other.strictest))
	}
}

/// The objectives of a module, sorted by metric, of which each occurs once.
#[derive(
	Clone,
	Debug,
	Default,
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
pub struct Objectives(BoundedVec<Objective, ConstU32<MAX_OBJECTIVES>>);

impl Objectives {
	/// Merges objectives: of a metric that occurs several times, the stricter ends count. None if one is unsound.
	pub fn merge<'a>(all: impl IntoIterator<Item = &'a Objective>) -> Option<Self> {
		let mut merged = Self::default();
		for objective in all {
			if !objective.is_sound() {
				return None;
			}
			match merged.0.iter_mut().find(|known| known.metric == objective.metric) {
				Some(known) => *known = known.and(objective),
				None => merged.0.try_push(*objective).ok()?,
			}
		}
		merged.0.sort_by_key(|objective| objective.metric);
		Some(merged)
	}

	/// Returns the objectives.
	pub fn as_slice(&self) -> &[Objective] {
		&self.0
	}

	/// Returns whether one of them is of a metric.
	pub fn has(&self, metric: Metric) -> bool {
		self.0.iter().any(|objective| objective.metric == metric)
	}

	/// Returns whether these bounds are one for each objective, in the same order and within its range.
	pub fn allow(&self, bounds: &[Bound]) -> bool {
		self.0.len() == bounds.len() && self.0.iter().zip(bounds).all(|(objective, bound)| objective.allows(bound))
	}

	/// Compares with other objectives: the greater ones are stricter. An objective that only one side has makes that side stricter. None if each
	/// side is stricter in something.
	pub fn compare(&self, other: &Self) -> Option<Ordering> {
		let of = |all: &Self, metric| all.0.iter().find(|objective| objective.metric == metric).copied();
		Metric::ALL.into_iter().try_fold(Ordering::Equal, |so_far, metric| {
			let next = match (of(self, metric), of(other, metric)) {
				(None, None) => Ordering::Equal,
				(Some(_), None) => Ordering::Greater,
				(None, Some(_)) => Ordering::Less,
				(Some(own), Some(other)) => own.compare(&other)?,
			};
			both(so_far, next)
		})
	}
}

/// Returns what both say. None if they contradict each other.
fn both(one: Ordering, other: Ordering) -> Option<Ordering> {
	match (one, other) {
		(Ordering::Equal, ordering) | (ordering, Ordering::Equal) => Some(ordering),
		_ if one == other => Some(one),
		_ => None,
	}
}
