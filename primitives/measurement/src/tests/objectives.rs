use crate::{Bound, Metric, Objective, Objectives};
use core::cmp::Ordering;
use proptest::prelude::*;

const fn objective(metric: Metric, loosest: u32, strictest: u32) -> Objective {
	Objective { metric, loosest, strictest }
}

fn objectives(all: &[Objective]) -> Objectives {
	Objectives::merge(all).unwrap()
}

const BASIC: [Objective; 2] =
	[objective(Metric::Availability, 990_000, 999_000), objective(Metric::Latency, 2_000, 250)];
const STRICT: [Objective; 2] = [objective(Metric::Availability, 999_000, 999_900), objective(Metric::Latency, 500, 50)];

#[test]
fn ranges_should_be_sound() {
	for (metric, loosest, strictest, is_sound) in [
		(Metric::Availability, 990_000, 1_000_000, true),
		(Metric::Availability, 990_000, 1_000_001, false),
		(Metric::Availability, 990_000, 989_999, false),
		(Metric::Availability, 990_000, 990_000, true),
		(Metric::Latency, 500, 50, true),
		(Metric::Latency, 50, 500, false),
		(Metric::Latency, 50, 0, false),
		(Metric::Bandwidth, 0, u32::MAX, true),
		(Metric::Benchmark, 2, 1, false),
	] {
		let objective = objective(metric, loosest, strictest);
		assert_eq!(objective.is_sound(), is_sound, "{objective:?}");
		assert_eq!(Objectives::merge(&[objective]).is_some(), is_sound);
	}
}

#[test]
fn bounds_should_be_one_for_each_objective_within_its_range() {
	let basic = objectives(&BASIC);
	let bound = |metric, value| Bound { metric, value };
	let (available, fast) = (bound(Metric::Availability, 995_000), bound(Metric::Latency, 300));
	assert!(basic.allow(&[available, fast]));
	assert!(!basic.allow(&[fast, available]));
	assert!(!basic.allow(&[available]));
	assert!(!basic.allow(&[available, fast, fast]));
	for (value, is_allowed) in [(2_001, false), (2_000, true), (250, true), (249, false)] {
		assert_eq!(basic.allow(&[available, bound(Metric::Latency, value)]), is_allowed, "{value}");
	}
	for (value, is_allowed) in [(989_999, false), (990_000, true), (999_000, true), (999_001, false)] {
		assert_eq!(basic.allow(&[bound(Metric::Availability, value), fast]), is_allowed, "{value}");
	}
}

#[test]
fn of_a_metric_that_occurs_twice_the_stricter_ends_should_count() {
	let merged = objectives(&[BASIC, STRICT].concat());
	assert_eq!(merged, objectives(&STRICT));
	let wide = objective(Metric::Latency, 400, 300);
	let merged = objectives(&[BASIC[1], wide, BASIC[0]]);
	assert_eq!(merged.as_slice(), [BASIC[0], objective(Metric::Latency, 400, 250)]);
}

#[test]
fn modules_should_be_compared() {
	let (basic, strict) = (objectives(&BASIC), objectives(&STRICT));
	assert_eq!(strict.compare(&basic), Some(Ordering::Greater));
	assert_eq!(basic.compare(&strict), Some(Ordering::Less));
	assert_eq!(basic.compare(&basic), Some(Ordering::Equal));
	// What promises more is stricter.
	assert_eq!(objectives(&BASIC[..1]).compare(&basic), Some(Ordering::Less));
	let mixed = objectives(&[STRICT[0], objective(Metric::Latency, 3_000, 250)]);
	assert_eq!(mixed.compare(&basic), None);
	let more = objectives(&[BASIC[0], objective(Metric::Bandwidth, 1, 2)]);
	assert_eq!(more.compare(&basic), None);
}

fn any_objective() -> impl Strategy<Value = Objective> {
	(0usize..4, 1u32..40, 1u32..40).prop_map(|(metric, one, other)| {
		let metric = Metric::ALL[metric];
		let (loosest, strictest) = if metric.compare(one, other).is_le() { (one, other) } else { (other, one) };
		objective(metric, loosest, strictest)
	})
}

proptest! {
	/// What is merged is at least as strict as each part, and the order of the parts does not matter.
	#[test]
	fn merged_objectives_should_be_at_least_as_strict(parts in prop::collection::vec(any_objective(), 1..8)) {
		let merged = objectives(&parts);
		let mut reversed = parts.clone();
		reversed.reverse();
		prop_assert_eq!(&objectives(&reversed), &merged);
		for part in &parts {
			let order = merged.compare(&objectives(&[*part]));
			prop_assert!(matches!(order, Some(Ordering::Greater | Ordering::Equal)), "{:?} {:?}", merged, part);
		}
		prop_assert!(merged.as_slice().iter().all(Objective::is_sound));
	}

	#[test]
	fn comparing_should_be_the_same_from_both_sides(
		one in prop::collection::vec(any_objective(), 0..5),
		other in prop::collection::vec(any_objective(), 0..5),
	) {
		let (one, other) = (objectives(&one), objectives(&other));
		prop_assert_eq!(one.compare(&other), other.compare(&one).map(Ordering::reverse));
		prop_assert_eq!(one.compare(&other) == Some(Ordering::Equal), one == other);
	}
}
