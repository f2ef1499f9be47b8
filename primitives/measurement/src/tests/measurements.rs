use super::{ALL, saw};
use crate::{Level, Measurement, Quantities, Reading, SAMPLES, is_common_fault};
use proptest::prelude::*;

/// The good samples by the median, and undisputed.
fn good(said: &[u8], observers: u32) -> Option<(u8, u8)> {
	let readings: Vec<_> = said.iter().copied().map(saw).collect();
	Measurement::of(&readings, observers).map(|measured| (measured.median.good, measured.undisputed.good))
}

#[test]
fn of_an_even_number_the_better_middle_should_count() {
	assert_eq!(good(&[10, 50, 40, 20], 4), Some((40, 40)));
	assert_eq!(good(&[10, 50, 40, 20, 30], 5), Some((30, 40)));
	assert_eq!(good(&[10, 50], 2), Some((50, 50)));
	assert_eq!(good(&[7], 1), Some((7, 7)));
}

#[test]
fn undisputed_should_be_what_two_thirds_of_all_observers_say() {
	// Of four, three.
	assert_eq!(good(&[0, 0, 0, 60], 4), Some((0, 0)));
	assert_eq!(good(&[0, 0, 60, 60], 4), Some((60, 60)));
	// Of six, four.
	assert_eq!(good(&[0, 0, 0, 0, 60, 60], 6), Some((0, 0)));
	assert_eq!(good(&[0, 0, 0, 60, 60, 60], 6), Some((60, 60)));
	// Those who say nothing do not agree.
	assert_eq!(good(&[0, 0, 0, 60], 6), Some((0, 60)));
}

#[test]
fn what_fewer_than_two_thirds_measured_should_not_be_measured() {
	assert_eq!(good(&[60; 13], 21), None);
	assert_eq!(good(&[60; 14], 21), Some((60, 60)));
	assert_eq!(good(&[], 0), None);
	assert_eq!(good(&[], 1), None);
	// Whoever has not measured the samples says nothing.
	let nothing = Reading { good: None, ..saw(0) };
	assert_eq!(Measurement::of(&[nothing; 21], 21), None);
	let mut readings = vec![nothing; 7];
	readings.extend([saw(ALL); 14]);
	assert_eq!(Measurement::of(&readings, 21).unwrap().median.good, ALL);
}

#[test]
fn what_is_not_stated_should_be_the_worst() {
	let samples = Reading { good: Some(ALL), ..Default::default() };
	let worst = Quantities { good: ALL, latency: Level::MAX, bandwidth: Level::MIN, benchmark: Level::MIN };
	let measured = Measurement::of(&[samples; 3], 3).unwrap();
	assert_eq!((measured.median, measured.undisputed), (worst, worst));
	// A node that refuses eight of 21 is measured by the others.
	let mut readings = vec![saw(ALL); 13];
	readings.extend([Reading { good: Some(0), ..Default::default() }; 8]);
	let measured = Measurement::of(&readings, 21).unwrap();
	assert_eq!(measured.median.latency, Level::MIN);
	readings.rotate_left(3);
	readings.truncate(18);
	assert_eq!(Measurement::of(&readings, 21).unwrap().median.latency, Level::MIN);
}

#[test]
fn a_lower_latency_and_a_higher_bandwidth_should_be_better() {
	let readings: Vec<_> = [100, 200]
		.map(|value| {
			let level = Some(Level::of(value));
			Reading { good: Some(ALL), latency: level, bandwidth: level, benchmark: level }
		})
		.into();
	let Quantities { latency, bandwidth, benchmark, .. } = Measurement::of(&readings, 2).unwrap().median;
	assert_eq!(latency, Level::of(100));
	assert_eq!((bandwidth, benchmark), (Level::of(200), Level::of(200)));
}

#[test]
fn a_common_fault_should_be_one_of_many_nodes() {
	for (measured, breached, is_common) in [
		(0, 0, false),
		(1, 1, false),
		(2, 1, false),
		(2, 2, true),
		(3, 2, true),
		(4, 2, true),
		(5, 2, false),
		(10, 3, false),
		(10, 4, true),
		(40, 4, false),
		(39, 4, true),
		(256, 25, false),
		(256, 26, true),
		(u32::MAX, u32::MAX / 11, false),
		(u32::MAX, u32::MAX, true),
	] {
		assert_eq!(is_common_fault(measured, breached), is_common, "{breached} of {measured}");
	}
}

/// All quantities, from the worst to the best.
fn all(Quantities { good, latency, bandwidth, benchmark }: Quantities) -> [u8; 4] {
	[good, u8::MAX - latency.byte(), bandwidth.byte(), benchmark.byte()]
}

fn reading() -> impl Strategy<Value = Reading> {
	(0..=SAMPLES, any::<[u8; 3]>())
		.prop_map(|(good, [latency, bandwidth, benchmark])| Reading::parse([good, latency, bandwidth, benchmark]))
}

proptest! {
	/// Whatever they say and do not say, of any quantity: fewer than half of those who measure do not decide a median, and fewer than two thirds of
	/// all can neither make a fault undisputed, nor can fewer than a third keep it from being so.
	#[test]
	fn liars_should_not_move_a_measurement_out_of_what_the_others_say(
		honest in prop::collection::vec(reading(), 1..22),
		lies in prop::collection::vec(reading(), 0..22),
		absent in 0usize..4,
	) {
		let seats = honest.len() + lies.len() + absent;
		let said: Vec<_> = honest.iter().chain(&lies).copied().collect();
		let Some(measured) = Measurement::of(&said, u32::try_from(seats).unwrap()) else {
			prop_assert!(said.len() * 3 < seats * 2);
			return Ok(());
		};
		let of_honest: Vec<_> = honest.iter().map(|reading| all(Measurement::of(&[*reading], 1).unwrap().median)).collect();
		for quantity in 0..4 {
			let worst = of_honest.iter().map(|said| said[quantity]).min().unwrap();
			let best = of_honest.iter().map(|said| said[quantity]).max().unwrap();
			let (median, undisputed) = (all(measured.median)[quantity], all(measured.undisputed)[quantity]);
			if lies.len() < honest.len() {
				prop_assert!((worst..=best).contains(&median));
			}
			if lies.len() * 3 < seats * 2 {
				prop_assert!(undisputed >= worst);
			}
			if honest.len() * 3 >= seats * 2 {
				prop_assert!(undisputed <= best);
			}
			// A slash needs more than a breach does.
			prop_assert!(undisputed >= median);
		}
	}

	#[test]
	fn a_measurement_should_not_depend_on_the_order(bytes in prop::collection::vec(any::<[u8; 4]>(), 0..22), observers in 0u32..30) {
		let mut readings: Vec<_> = bytes.into_iter().map(Reading::parse).collect();
		let measured = Measurement::of(&readings, observers);
		readings.reverse();
		prop_assert_eq!(Measurement::of(&readings, observers), measured);
	}
}
