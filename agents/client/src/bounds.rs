//! Bounds as people write them: availabilities in percent, everything else in the unit of its metric.

use crate::{Error, Module, Offer};
use serde::Deserialize;
use smartlayer_measurement::{Bound, Metric};
use std::{cmp::Ordering, collections::BTreeMap, str::FromStr};

/// Millionths in a percent.
const PERCENT: f64 = 10_000.0;

/// Bounds of some metrics.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Bounds(BTreeMap<Metric, f64>);

impl Bounds {
	/// Returns the bound of a metric, if there is one.
	pub fn get(&self, metric: Metric) -> Option<u32> {
		let value = self.0.get(&metric)?;
		let scaled = if metric == Metric::Availability { value * PERCENT } else { *value };
		// From a number below zero or above what is counted, the nearest one.
		Some(scaled.round() as u32)
	}

	/// Returns a bound for each objective of a module: the one of these, or the loosest one. Fails if one is out of its range, or of a metric that
	/// the module does not bound.
	pub fn complete(&self, module: &Module) -> Result<Vec<Bound>, Error> {
		let name = &module.name;
		if let Some(other) = self.0.keys().find(|metric| !module.objectives.iter().any(|of| of.metric == **metric)) {
			return Err(Error::Invalid(format!("the module {name} does not bound the {}", name_of(*other))));
		}
		let bound = |objective: &smartlayer_measurement::Objective| {
			let metric = objective.metric;
			let bound = Bound { metric, value: self.get(metric).unwrap_or(objective.loosest) };
			if objective.allows(&bound) {
				return Ok(bound);
			}
			let [loosest, strictest] =
				[objective.loosest, objective.strictest].map(|value| shown(&Bound { metric, value }));
			Err(Error::Invalid(format!(
				"{} is out of the range of the module {name}, from {loosest} to {strictest}",
				shown(&bound)
			)))
		};
		module.objectives.iter().map(bound).collect()
	}
}

impl FromStr for Bounds {
	type Err = Error;

	/// Reads `availability=99.5,latency=500`.
	fn from_str(text: &str) -> Result<Self, Error> {
		let one = |part: &str| {
			let (name, value) = part.split_once('=')?;
			let metric = Metric::ALL.into_iter().find(|metric| name_of(*metric) == name.trim())?;
			let value: f64 = value.trim().parse().ok()?;
			value.is_finite().then_some((metric, value))
		};
		let wrong = |part: &str| {
			Error::Invalid(format!(
				"{part:?} is no bound: write availability=99.5 (percent), latency=500 (ms), bandwidth=100 (Mbit/s) or benchmark=1000"
			))
		};
		text.split(',').map(|part| one(part).ok_or_else(|| wrong(part))).collect::<Result<_, _>>().map(Self)
	}
}

/// Returns the name of a metric.
pub const fn name_of(metric: Metric) -> &'static str {
	match metric {
		Metric::Availability => "availability",
		Metric::Latency => "latency",
		Metric::Bandwidth => "bandwidth",
		Metric::Benchmark => "benchmark",
	}
}

/// Returns a bound as people read it.
pub fn shown(bound: &Bound) -> String {
	let value = bound.value;
	match bound.metric {
		Metric::Availability => format!("availability {} %", f64::from(value) / PERCENT),
		Metric::Latency => format!("latency {value} ms"),
		Metric::Bandwidth => format!("bandwidth {value} Mbit/s"),
		Metric::Benchmark => format!("benchmark {value}"),
	}
}

impl Offer {
	/// Returns the bounds as people read them.
	pub fn shown(&self) -> String {
		let bounds: Vec<_> = self.bounds.iter().map(shown).collect();
		format!("{}, {} units, {} windows", bounds.join(", "), self.units, self.windows)
	}

	/// Returns whether each bound is at most as strict as these, which are of the same metrics.
	pub fn is_within(&self, strictest: &[Bound]) -> bool {
		let is_at_most =
			|(own, other): (&Bound, &Bound)| own.metric == other.metric && compare(own, other) != Ordering::Greater;
		self.bounds.len() == strictest.len() && self.bounds.iter().zip(strictest).all(is_at_most)
	}
}

/// Compares two bounds of a metric: the greater one is stricter.
pub fn compare(bound: &Bound, other: &Bound) -> Ordering {
	bound.metric.compare(bound.value, other.value)
}

#[cfg(test)]
mod tests {
	use super::*;
	use smartlayer_measurement::{Objective, Terms};

	fn module() -> Module {
		let of = |metric, loosest, strictest| Objective { metric, loosest, strictest };
		Module {
			id: 0,
			name: "basic".into(),
			is_standard: true,
			publisher: None,
			resource: "TokenService".into(),
			workload: "TokenApi".into(),
			objectives: vec![of(Metric::Availability, 990_000, 999_000), of(Metric::Latency, 2_000, 250)],
			terms: Terms {
				floor: 54,
				missed: Default::default(),
				tiers: Default::default(),
				slash_below: Default::default(),
				slash_breached: Default::default(),
			},
			testing: 2,
			shadow: 2,
			quota: 30,
			maintenance: 2,
			notice: 2,
		}
	}

	#[test]
	fn bounds_should_be_read_and_completed() {
		let bounds: Bounds = "availability=99.55, latency=500".parse().unwrap();
		let complete = bounds.complete(&module()).unwrap();
		let expected =
			[Bound { metric: Metric::Availability, value: 995_500 }, Bound { metric: Metric::Latency, value: 500 }];
		assert_eq!(complete, expected);
		assert_eq!(complete.iter().map(shown).collect::<Vec<_>>(), ["availability 99.55 %", "latency 500 ms"]);
		// The loosest one where none is named.
		let bounds: Bounds = "latency=500".parse().unwrap();
		assert_eq!(bounds.complete(&module()).unwrap()[0].value, 990_000);
		for (wrong, what) in [
			("speed=1", "is no bound"),
			("latency", "is no bound"),
			("latency=NaN", "is no bound"),
			("latency=100", "latency 100 ms is out of the range"),
			("availability=100", "from availability 99 % to availability 99.9 %"),
			("bandwidth=1", "does not bound the bandwidth"),
		] {
			let error = wrong.parse::<Bounds>().and_then(|bounds| bounds.complete(&module())).unwrap_err().to_string();
			assert!(error.contains(what), "{error}");
		}
	}

	#[test]
	fn an_offer_should_be_within_what_is_at_least_as_strict() {
		let bounds: Bounds = "availability=99.5,latency=500".parse().unwrap();
		let offer = Offer { module: 0, bounds: bounds.complete(&module()).unwrap(), units: 1, windows: 1 };
		let limit = |text: &str| text.parse::<Bounds>().unwrap().complete(&module()).unwrap();
		assert!(offer.is_within(&limit("availability=99.5,latency=500")));
		assert!(offer.is_within(&limit("availability=99.9,latency=250")));
		assert!(!offer.is_within(&limit("availability=99.9,latency=1000")));
		assert!(!offer.is_within(&[]));
	}
}
