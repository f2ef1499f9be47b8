//! What is claimed by the samples of a window, and which answer shows that they were made.

use super::samples::{Good, Made};
use smartlayer_client::measurement::{Draw, Level, READING_BYTES, Reading, SAMPLES};

/// How many samples of a node may be missing. They count as bad, so that an answer can be shown whichever is drawn.
const MOST_MISSING: usize = 3;
/// How many of the samples are 95 % of them.
const MOST_OF_THEM: usize = 57;

/// Returns what is said of a node by its samples. None if too few were made: then nothing can be said of any node.
pub fn reading(made: &Made) -> Option<Reading> {
	let missing = usize::from(SAMPLES).saturating_sub(made.len());
	if missing > MOST_MISSING {
		return None;
	}
	let mut latencies: Vec<u32> = made.values().flatten().map(|good| good.latency).collect();
	latencies.sort_unstable();
	let latency = latencies.get(MOST_OF_THEM.saturating_sub(1)).map(|latency| Level::of(*latency));
	let good = u8::try_from(latencies.len()).unwrap_or(SAMPLES).min(SAMPLES);
	Some(Reading { good: Some(good), latency, bandwidth: None, benchmark: None })
}

/// Returns which node on a page, as the number of its reading, and with how many good samples, an answer must be shown of. None if no node is
/// called up.
pub fn drawn(draw: &Draw, readings: &[u8]) -> Option<(usize, u8)> {
	let (readings, _) = readings.as_chunks::<READING_BYTES>();
	let good = |bytes: &[u8; READING_BYTES]| Reading::parse(*bytes).good.filter(|good| *good > 0);
	let up: Vec<(usize, u8)> =
		readings.iter().enumerate().filter_map(|(nth, bytes)| Some((nth, good(bytes)?))).collect();
	up.get(draw.node(up.len())?).copied()
}

/// Returns the answer to show: of the good samples, the first in the drawn order.
pub fn answer(draw: &Draw, made: &Made, good: u8) -> Option<(u8, Good)> {
	let answered = made.iter().filter_map(|(sample, good)| Some((*sample, good.as_ref()?)));
	let first = answered.min_by_key(|(sample, _)| draw.rank(*sample));
	first.filter(|(sample, _)| draw.is_enough(*sample, good)).map(|(sample, good)| (sample, good.clone()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use smartlayer_client::{Address, verify::Signed};
	use smartlayer_statement::Statement;
	use sp_core::{H256, sr25519};

	fn good(latency: u32) -> Good {
		let statement = Statement {
			genesis: H256::zero(),
			node: [2; 32],
			class: H256::zero(),
			instance: H256::zero(),
			sequence: 0,
			block: 0,
			block_hash: H256::zero(),
			state: H256::zero(),
			request: H256::zero(),
			response: H256::zero(),
		};
		let signature = sr25519::Signature::from_raw([0; 64]).into();
		Good { latency, signed: Signed { statement, key: Address([1; 32]), signature } }
	}

	fn made(count: u8, is_good: impl Fn(u8) -> bool) -> Made {
		(0..count).map(|sample| (sample, is_good(sample).then(|| good(u32::from(sample) * 10)))).collect()
	}

	#[test]
	fn a_reading_should_count_the_good_samples_and_state_the_latency_of_nearly_all() {
		let all = reading(&made(60, |_| true)).unwrap();
		assert_eq!((all.good, all.latency), (Some(60), Some(Level::of(560))));
		// Those that were not answered well took longer than all others.
		let most = reading(&made(60, |sample| sample > 2)).unwrap();
		assert_eq!((most.good, most.latency), (Some(57), Some(Level::of(590))));
		let fewer = reading(&made(60, |sample| sample > 3)).unwrap();
		assert_eq!((fewer.good, fewer.latency), (Some(56), None));
		assert_eq!(reading(&made(60, |_| false)).unwrap().good, Some(0));
	}

	#[test]
	fn too_few_samples_should_say_nothing() {
		assert_eq!(reading(&made(57, |_| true)).unwrap().good, Some(57));
		assert_eq!(reading(&made(56, |_| true)), None);
		assert_eq!(reading(&Made::new()), None);
	}

	#[test]
	fn an_answer_should_be_there_whatever_is_drawn() {
		for seed in 0..=u8::MAX {
			let draw = Draw::new(&[seed; 32], &[1; 32], 0);
			for (count, every) in [(60, 1), (57, 1), (60, 2), (58, 7), (60, 59)] {
				let made = made(count, |sample| sample % every == 0);
				let good = reading(&made).unwrap().good.unwrap();
				let (sample, _) = answer(&draw, &made, good).unwrap();
				assert!(draw.is_enough(sample, good));
			}
			assert_eq!(answer(&draw, &made(60, |_| false), 0), None);
		}
	}

	#[test]
	fn nodes_that_are_called_down_should_not_be_drawn() {
		let reading = |good| Reading { good: Some(good), ..Default::default() }.bytes();
		let readings = [reading(0), reading(7), reading(0), reading(60)].concat();
		let found: std::collections::BTreeSet<_> =
			(0..=u8::MAX).filter_map(|seed| drawn(&Draw::new(&[seed; 32], &[1; 32], 0), &readings)).collect();
		assert_eq!(found, [(1, 7), (3, 60)].into());
		assert_eq!(drawn(&Draw::new(&[0; 32], &[1; 32], 0), &reading(0)), None);
	}
}
