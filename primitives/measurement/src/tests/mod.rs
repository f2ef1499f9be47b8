mod draws;
mod levels;
mod measurements;
mod meters;
mod objectives;

use crate::{Level, Measurement, Reading, SAMPLES, Terms, Tier};
use sp_runtime::{Percent, Permill};

/// A reading of a node that is as good as can be, but for its samples.
fn saw(good: u8) -> Reading {
	let most = Some(Level::MAX);
	Reading { good: Some(good), latency: Some(Level::MIN), bandwidth: most, benchmark: most }
}

/// What so many observers say that all have seen the same.
fn measured(reading: Reading) -> Measurement {
	Measurement::of(&[reading; 3], 3).unwrap()
}

fn terms() -> Terms {
	let tier = |below, share| Tier { below: Permill::from_percent(below), share: Percent::from_percent(share) };
	Terms {
		floor: 54,
		missed: Percent::from_percent(10),
		tiers: vec![tier(99, 25), tier(95, 100)].try_into().unwrap(),
		slash_below: Permill::from_percent(99),
		slash_breached: Percent::from_percent(20),
	}
}

const ALL: u8 = SAMPLES;
