use crate::{Draw, SAMPLES};
use std::collections::BTreeSet;

fn draw(number: u32) -> Draw {
	Draw::new(&[number as u8; 32], &[(number >> 8) as u8; 32], number)
}

#[test]
fn samples_should_have_an_order() {
	for number in 0..300 {
		let ranks: BTreeSet<_> = (0..SAMPLES).map(|sample| draw(number).rank(sample).unwrap()).collect();
		assert_eq!(ranks, (0..SAMPLES).collect());
		assert_eq!(draw(number).rank(SAMPLES), None);
	}
}

#[test]
fn whoever_has_as_many_samples_as_it_claims_should_have_one_that_is_enough() {
	for number in 0..300u32 {
		for good in 1..=SAMPLES {
			// Any of them: the last ones of the order are the worst case.
			let draw = draw(number);
			let held = (0..SAMPLES).filter(|sample| draw.rank(*sample).unwrap() >= SAMPLES - good);
			assert!(held.into_iter().any(|sample| draw.is_enough(sample, good)));
			let too_few = (0..SAMPLES).filter(|sample| draw.rank(*sample).unwrap() > SAMPLES - good);
			assert!(!too_few.into_iter().any(|sample| draw.is_enough(sample, good)));
		}
	}
}

#[test]
fn a_claim_of_more_samples_than_there_are_should_need_the_first() {
	let first = (0..SAMPLES).find(|sample| draw(1).rank(*sample) == Some(0)).unwrap();
	assert!(draw(1).is_enough(first, u8::MAX));
	assert!((0..=u8::MAX).filter(|sample| *sample != first).all(|sample| !draw(1).is_enough(sample, u8::MAX)));
}

#[test]
fn every_node_and_every_sample_should_be_drawn_about_as_often() {
	let (mut nodes, mut samples) = ([0u32; 5], [0u32; 60]);
	let rounds = 6_000;
	for number in 0..rounds {
		let draw = Draw::new(&[7; 32], &[8; 32], number);
		nodes[draw.node(5).unwrap()] += 1;
		let first = (0..SAMPLES).find(|sample| draw.rank(*sample) == Some(0)).unwrap();
		samples[usize::from(first)] += 1;
	}
	assert!(nodes.iter().all(|count| (1_050..1_350).contains(count)), "{nodes:?}");
	// The mean is 100. Equal bytes are ordered by the number of the sample, which favours the first ones by little.
	assert!(samples.iter().all(|count| (55..160).contains(count)), "{samples:?}");
	assert_eq!(draw(1).node(0), None);
}

#[test]
fn observers_and_pages_should_have_draws_of_their_own() {
	let first = Draw::new(&[1; 32], &[2; 32], 3);
	let others = [Draw::new(&[9; 32], &[2; 32], 3), Draw::new(&[1; 32], &[9; 32], 3), Draw::new(&[1; 32], &[2; 32], 9)];
	assert!(others.iter().all(|other| *other != first));
}
