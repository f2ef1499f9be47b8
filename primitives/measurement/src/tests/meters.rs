use super::{ALL, measured, saw, terms};
use crate::{Bound, Consequence, Count, Faults, Level, Measurement, Meter, Metric, Reading};
use proptest::prelude::*;
use sp_runtime::{Percent, Permill};

/// The windows of a week of hours, of which 1 % of the samples are 100.8.
const PERIOD: u32 = 168;
const HALF: u32 = PERIOD / 2;

/// Adds a window, and returns what follows.
fn add(meter: &mut Meter, good: u8) -> Option<Consequence> {
	terms().judge(meter, &measured(saw(good)), &[], PERIOD)
}

#[test]
fn a_window_should_be_breached_below_its_floor_or_beyond_a_bound() {
	let terms = terms();
	assert!(terms.is_breached(&measured(saw(53)).median, &[]));
	assert!(!terms.is_breached(&measured(saw(54)).median, &[]));
	let reading = Reading {
		good: Some(ALL),
		latency: Some(Level::of(500)),
		bandwidth: Some(Level::of(100)),
		benchmark: Some(Level::of(1_000)),
	};
	for (metric, value, is_missed) in [
		(Metric::Availability, 1_000_000, false),
		(Metric::Latency, 500, false),
		// Within the step of the bound.
		(Metric::Latency, 485, false),
		(Metric::Latency, 440, true),
		(Metric::Bandwidth, 100, false),
		(Metric::Bandwidth, 104, true),
		(Metric::Benchmark, 1_000, false),
		(Metric::Benchmark, 2_000, true),
	] {
		let bounds = [Bound { metric, value }];
		assert_eq!(terms.is_breached(&measured(reading).median, &bounds), is_missed, "{metric:?} {value}");
	}
}

#[test]
fn a_quantity_that_nobody_could_measure_should_miss_its_bound() {
	let reading = Reading { good: Some(ALL), ..Default::default() };
	for metric in [Metric::Latency, Metric::Bandwidth, Metric::Benchmark] {
		assert!(terms().is_breached(&measured(reading).median, &[Bound { metric, value: 1 }]));
	}
	assert!(!terms().is_breached(&measured(reading).median, &[]));
}

#[test]
fn terms_that_no_window_can_meet_should_be_unsound() {
	assert!(terms().is_sound());
	let terms = crate::Terms { floor: ALL + 1, ..terms() };
	assert!(!terms.is_sound());
}

#[test]
fn the_first_breach_should_only_warn() {
	let mut meter = Meter::default();
	assert_eq!(add(&mut meter, ALL), None);
	assert_eq!(add(&mut meter, 53), Some(Consequence::Warning));
	assert_eq!(add(&mut meter, ALL), None);
	assert_eq!(add(&mut meter, 53), Some(Consequence::Breach));
	// The next half sees this one.
	meter.advance(1);
	assert_eq!(add(&mut meter, 53), Some(Consequence::Breach));
	meter.advance(3);
	assert_eq!(add(&mut meter, 53), Some(Consequence::Warning));
}

#[test]
fn the_window_that_crosses_the_threshold_should_slash() {
	let mut meter = Meter::default();
	assert_eq!(add(&mut meter, 0), Some(Consequence::Warning));
	assert_eq!(add(&mut meter, 20), Some(Consequence::Breach));
	assert_eq!(add(&mut meter, ALL), None);
	assert_eq!(add(&mut meter, ALL - 1), Some(Consequence::Slash));
	// Then nothing more, until two halves are over.
	assert_eq!(add(&mut meter, 0), None);
	meter.advance(1);
	assert_eq!(add(&mut meter, 0), None);
	meter.advance(2);
	assert_eq!(add(&mut meter, 50), Some(Consequence::Breach));
}

/// An outage across the end of a half is slashed once, and no good window slashes.
#[test]
fn one_outage_should_be_slashed_once() {
	let mut meter = Meter::default();
	let mut slashes = 0;
	for window in 0..6 * HALF {
		meter.advance(window / HALF);
		// Seventeen hours before the end of the first half, and as many after it.
		let is_out = (HALF - 17..HALF + 17).contains(&window);
		if add(&mut meter, if is_out { 0 } else { ALL }) == Some(Consequence::Slash) {
			assert!(is_out, "{window}");
			slashes += 1;
		}
	}
	assert_eq!(slashes, 1);
}

#[test]
fn one_that_goes_on_should_be_slashed_once_in_two_halves() {
	let mut meter = Meter::default();
	let mut slashed = Vec::new();
	for window in 0..10 * HALF {
		meter.advance(window / HALF);
		if add(&mut meter, 0) == Some(Consequence::Slash) {
			slashed.push(window / HALF);
		}
	}
	assert_eq!(slashed, [0, 2, 4, 6, 8]);
}

#[test]
fn many_breached_windows_should_slash_if_two_thirds_agree() {
	let slow = Reading { latency: Some(Level::of(1_000)), ..saw(ALL) };
	let bounds = [Bound { metric: Metric::Latency, value: 500 }];
	let judge = |meter: &mut Meter, slow_for: usize| {
		let readings: Vec<_> = (0..21).map(|seat| if seat < slow_for { slow } else { saw(ALL) }).collect();
		terms().judge(meter, &Measurement::of(&readings, 21).unwrap(), &bounds, PERIOD)
	};
	let mut meter = Meter::default();
	for window in 1..=34 {
		let expected = match window {
			1 => Consequence::Warning,
			// A fifth of 168 windows are 33.6.
			34 => Consequence::Slash,
			_ => Consequence::Breach,
		};
		assert_eq!(judge(&mut meter, 14), Some(expected), "{window}");
	}
	// With thirteen, nothing but breaches.
	let mut meter = Meter::default();
	for window in 1..=PERIOD {
		let expected = if window == 1 { Consequence::Warning } else { Consequence::Breach };
		assert_eq!(judge(&mut meter, 13), Some(expected));
	}
}

#[test]
fn credit_should_follow_the_lowest_tier_that_applies() {
	let count = |windows, lost| Count { windows, faults: Faults { lost, breached: 0 }, ..Default::default() };
	let bound = Permill::from_parts(999_000);
	for (lost, share) in [(0, 0), (6, 0), (7, 10), (60, 10), (61, 25), (300, 25), (301, 100), (6_000, 100)] {
		let credit = terms().credit(&count(100, lost), bound, 100);
		assert_eq!(credit, Percent::from_percent(share), "{lost}");
	}
	// A short time is not taken for a bad one.
	assert_eq!(terms().credit(&count(1, 7), bound, 200), Percent::zero());
	assert_eq!(terms().credit(&count(1, 60), bound, 100), Percent::from_percent(10));
}

#[test]
fn a_period_should_be_met_when_it_was_measured_and_good() {
	let met = |windows, breached, lost| {
		let period = Count { windows, faults: Faults { lost, breached }, ..Default::default() };
		terms().is_met(&period, Permill::from_parts(999_000), PERIOD)
	};
	assert!(met(168, 0, 0));
	assert!(met(168, 1, 10));
	assert!(!met(168, 2, 0));
	assert!(!met(168, 1, 11));
	assert!(met(112, 0, 0));
	assert!(!met(111, 0, 0));
}

#[test]
fn every_period_should_end_once() {
	let mut meter = Meter::default();
	let windows = |period: Option<Count>| period.map(|period| period.windows);
	assert_eq!(meter.advance(0), None);
	add(&mut meter, ALL);
	assert_eq!(meter.advance(1), None);
	add(&mut meter, ALL);
	add(&mut meter, ALL);
	assert_eq!(windows(meter.advance(2)), Some(3));
	assert_eq!(meter.advance(2), None);
	assert_eq!(meter.advance(1), None);
	// Nothing was measured in the third half, nor in the fourth.
	assert_eq!(meter.advance(4), None);
	add(&mut meter, ALL);
	// Nor in the sixth.
	assert_eq!(windows(meter.advance(6)), Some(1));
	assert_eq!(meter.advance(7), None);
	add(&mut meter, ALL);
	assert_eq!(windows(meter.advance(20)), Some(1));
}

#[test]
fn extremes_should_not_wrap() {
	let most = Faults { lost: u32::MAX, breached: u32::MAX };
	let count = Count { windows: u32::MAX, faults: most, undisputed: most };
	assert_eq!(count.saturating_add(&count), count);
	// One sample of each window.
	assert_eq!(terms().credit(&count, Permill::one(), u32::MAX), Percent::from_percent(25));
	assert_eq!(terms().credit(&Count { windows: 1, ..count }, Permill::one(), 1), Percent::one());
	assert!(!terms().is_met(&count, Permill::zero(), u32::MAX));
	let mut meter = Meter::default();
	assert_eq!(meter.advance(u32::MAX), None);
	assert_eq!(terms().judge(&mut meter, &measured(saw(0)), &[], 0), Some(Consequence::Slash));
	assert!(meter.is_slashed());
}

proptest! {
	/// A node is slashed when, and only when, its undisputed faults since the last slash are more than the threshold allows.
	#[test]
	fn a_slash_should_be_for_faults_of_its_own(steps in prop::collection::vec((0u32..40, 0u8..=ALL), 1..600)) {
		let mut meter = Meter::default();
		let mut half = 0;
		// The faults of each half for which nobody was slashed, and the half of the last slash.
		let mut open = std::collections::BTreeMap::<u32, (u32, u32)>::new();
		let mut slashed: Option<u32> = None;
		for (skip, good) in steps {
			half += skip / 38;
			meter.advance(half);
			// Mostly good, and sometimes out.
			let good = if good < 6 { good } else { ALL - good / 40 };
			let is_free = slashed.is_none_or(|before| half - before >= 2);
			let (mut lost, mut breached) = (0, 0);
			if is_free {
				let own = open.entry(half).or_default();
				own.0 += u32::from(ALL - good);
				own.1 += u32::from(good < 54);
				for (_, (more_lost, more_breached)) in open.range(half.saturating_sub(1)..) {
					lost += more_lost;
					breached += more_breached;
				}
			}
			let is_due = is_free && good < ALL && (lost * 100 > PERIOD * 60 || breached * 5 > PERIOD);
			let follows = add(&mut meter, good);
			prop_assert_eq!(follows == Some(Consequence::Slash), is_due);
			if is_due {
				slashed = Some(half);
				open.clear();
			}
		}
	}
}
