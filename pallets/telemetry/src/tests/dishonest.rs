//! Dishonest observers, over many windows: what they change of what is measured, and who is found out.

use crate::mock::*;
use smartlayer_measurement::{Level, Reading};
use smartlayer_primitives::Action;

/// The observers, as the anchors of a live chain.
const SEATS: u16 = 21;
/// The windows of each case.
const WINDOWS: u32 = 50;

/// Measures windows: each seat says what is given, or nothing. Returns the good samples of the medians and of what is undisputed, if
/// the node was measured, and how often each seat was charged.
fn measure_all(said: impl Fn(u16) -> Option<u8>) -> (Vec<Option<(u8, u8)>>, Vec<usize>) {
	let mut results = Vec::new();
	let mut charged = vec![0; usize::from(SEATS) + 1];
	chain().execute_with(|| {
		Seated::set((1..=SEATS).collect());
		Nodes::set(vec![page([0])]);
		run_to(10);
		for window in 1..=WINDOWS {
			let all: Vec<_> =
				(1..=SEATS).filter_map(|seat| Some(Said::new(seat, window, reading(said(seat)?, 100)))).collect();
			measure(&all);
			let (_, _, measured) = closed().remove(0);
			results.push(measured.get(&0).map(|found| (found.median.good, found.undisputed.good)));
			for (seat, action) in recorded() {
				assert_eq!(action, Action::IgnoredVote);
				let bytes: [u8; 32] = seat.into();
				charged[usize::from(bytes[0])] += 1;
			}
		}
		Telemetry::do_try_state().unwrap();
	});
	(results, charged)
}

#[test]
fn a_third_that_frames_a_node_should_change_nothing() {
	let (results, _) = measure_all(|seat| Some(if seat <= 7 { 0 } else { 60 }));
	assert!(results.iter().all(|found| *found == Some((60, 60))));
}

#[test]
fn half_of_the_observers_should_decide_the_median_and_two_thirds_the_slash() {
	let frame = |liars: u16| measure_all(move |seat| Some(if seat <= liars { 0 } else { 60 })).0[0].unwrap();
	assert_eq!([10, 11, 13, 14].map(frame), [(60, 60), (0, 60), (0, 60), (0, 0)]);
}

#[test]
fn a_third_that_covers_a_node_should_change_nothing_and_one_more_should_prevent_a_slash() {
	let cover = |liars: u16| measure_all(move |seat| Some(if seat <= liars { 60 } else { 0 })).0[0].unwrap();
	assert_eq!([7, 8, 10, 11].map(cover), [(0, 0), (0, 60), (0, 60), (60, 60)]);
}

#[test]
fn silence_should_cost_whoever_is_silent_in_each_window() {
	// Seven cannot keep a node from being measured, and eight can: each is charged in each window.
	for (silent, is_measured) in [(7, true), (8, false)] {
		let (results, charged) = measure_all(|seat| (seat > silent).then_some(0));
		assert!(results.iter().all(|found| found.is_some() == is_measured));
		for seat in 1..=SEATS {
			let expected = if seat <= silent { WINDOWS as usize } else { 0 };
			assert_eq!(charged[usize::from(seat)], expected);
		}
	}
}

#[test]
fn who_does_not_ask_should_be_found_out_as_often_as_the_draw_says() {
	// An observer asks every fourth sample, and calls all good, or as many as it can without standing out. It can show an answer only if one
	// that it has comes early enough.
	let asked = |sample: u8| sample.is_multiple_of(4);
	for (claimed, low, high) in [(60, 0.20, 0.30), (57, 0.62, 0.75), (54, 0.82, 0.93)] {
		let mut shown = 0u32;
		let rounds = 1_000;
		for window in 0..rounds {
			let seed = sp_io::hashing::blake2_256(&u32::to_le_bytes(window));
			let draw = smartlayer_measurement::Draw::new(&seed, &[1; 32], 0);
			shown += u32::from((0..60).any(|sample| asked(sample) && draw.is_enough(sample, claimed)));
		}
		let share = f64::from(shown) / f64::from(rounds);
		assert!((low..high).contains(&share), "{claimed}: {share}");
	}
}

#[test]
fn who_asks_all_should_always_have_an_answer_to_show() {
	for window in 0..500u32 {
		let seed = sp_io::hashing::blake2_256(&window.to_le_bytes());
		let draw = smartlayer_measurement::Draw::new(&seed, &[1; 32], window);
		let good: Vec<u8> = (0..60).filter(|sample| (u32::from(*sample) * 7 + window) % 5 != 0).collect();
		assert!(good.iter().any(|sample| draw.is_enough(*sample, good.len() as u8)));
	}
}

#[test]
fn who_repeats_what_others_say_should_be_charged() {
	chain().execute_with(|| {
		run_to(10);
		let honest: Vec<_> = (1..=4).map(|seat| Said::new(seat, 1, reading(60, 100))).collect();
		commit_phase(1);
		for one in &honest {
			one.commit().unwrap();
		}
		// It commits to what it guesses, and has asked nobody.
		let guess = Said::new(5, 1, reading(60, 100));
		guess.commit().unwrap();
		reveal_phase(1);
		for one in &honest {
			one.reveal(0).unwrap();
		}
		// The answer that another one shows is to the other's sample.
		let (place, node, sample) = guess.drawn(0).unwrap();
		let theirs = honest[0].answer(0, place, &node, sample);
		assert!(guess.reveal_with(0, Some(theirs)).is_err());
		closing_phase(1);
		assert_eq!(recorded(), [(who(5), Action::IgnoredVote)]);
	});
}

#[test]
fn a_quantity_that_is_not_stated_should_count_as_the_worst() {
	chain().execute_with(|| {
		run_to(10);
		let silent = Reading { latency: None, ..reading(60, 100) };
		let all: Vec<_> = (1..=5).map(|seat| Said::new(seat, 1, silent)).collect();
		measure(&all);
		let (_, _, measured) = closed().remove(0);
		assert_eq!(measured[&0].median.latency, Level::MAX);
	});
}
