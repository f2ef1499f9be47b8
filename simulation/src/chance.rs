//! Random events, the same in every run and on every machine.

use rand_chacha::{
	ChaCha8Rng,
	rand_core::{RngCore, SeedableRng},
};

/// A source of random events.
pub struct Chance(ChaCha8Rng);

impl Chance {
	/// Returns one of the sources with this number: those of different streams are independent of each other.
	pub fn new(number: u64, stream: u64) -> Self {
		let mut source = ChaCha8Rng::seed_from_u64(number);
		source.set_stream(stream);
		Self(source)
	}

	/// Returns whether something happens that has this probability.
	pub fn happens(&mut self, probability: f64) -> bool {
		self.fraction() < probability
	}

	/// Returns a fraction of one, all with the same probability.
	pub fn fraction(&mut self) -> f64 {
		f64::from(self.0.next_u32()) / 4_294_967_296.0
	}
}

/// Returns the product of so many equal factors. Multiplied one by one, because the standard library does not promise its precision.
pub fn power(factor: f64, count: u32) -> f64 {
	(0..count).fold(1.0, |product, _| product * factor)
}

/// How many of some are lost, each with the same probability.
pub struct Losses {
	/// For each number the probability of at most as many.
	at_most: Vec<f64>,
}

impl Losses {
	/// Of so many, each lost with this probability.
	pub fn of(all: u32, probability: f64) -> Self {
		let mut exactly = power(1.0 - probability, all);
		let mut sum = 0.0;
		let mut at_most = Vec::new();
		for lost in 0..=all {
			sum += exactly;
			at_most.push(sum);
			exactly *= f64::from(all - lost) / f64::from(lost + 1) * probability / (1.0 - probability);
		}
		Self { at_most }
	}

	/// Returns the probability of at least so many.
	pub fn at_least(&self, lost: u32) -> f64 {
		let fewer = lost.checked_sub(1).map_or(0.0, |fewer| self.at_most[fewer as usize]);
		(1.0 - fewer).max(0.0)
	}

	/// Draws a number.
	pub fn draw(&self, chance: &mut Chance) -> u8 {
		let fraction = chance.fraction();
		let lost = self.at_most.iter().position(|at_most| fraction < *at_most);
		lost.unwrap_or(self.at_most.len() - 1) as u8
	}
}

/// Something that works most of the time.
pub struct Outages {
	fails: f64,
	recovers: f64,
	is_out: bool,
}

impl Outages {
	/// Of something with this availability, whose outages last so many steps on average.
	pub fn new(availability: f64, mean: f64, chance: &mut Chance) -> Self {
		let recovers = 1.0 / mean;
		let fails = recovers * (1.0 - availability) / availability;
		Self { fails, recovers, is_out: chance.happens(1.0 - availability) }
	}

	/// Goes on by a step, and returns whether there is an outage in it.
	pub fn step(&mut self, chance: &mut Chance) -> bool {
		self.is_out = if self.is_out { !chance.happens(self.recovers) } else { chance.happens(self.fails) };
		self.is_out
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn outages_should_have_their_share_and_their_length() {
		let mut chance = Chance::new(1, 1);
		let mut outages = Outages::new(0.9, 20.0, &mut chance);
		let steps: Vec<_> = (0..1_000_000).map(|_| outages.step(&mut chance)).collect();
		let out = steps.iter().filter(|is_out| **is_out).count() as f64;
		let began = steps.windows(2).filter(|pair| !pair[0] && pair[1]).count() as f64;
		assert!((out / 1_000_000.0 - 0.1).abs() < 0.005, "{out}");
		assert!((out / began - 20.0).abs() < 1.0, "{out} {began}");
	}

	#[test]
	fn losses_should_be_binomial() {
		let losses = Losses::of(4, 0.5);
		let expected = [1.0, 15.0 / 16.0, 11.0 / 16.0, 5.0 / 16.0, 1.0 / 16.0];
		for (lost, expected) in expected.into_iter().enumerate() {
			assert!((losses.at_least(lost as u32) - expected).abs() < 1e-12, "{lost}");
		}
		let mut chance = Chance::new(1, 1);
		let sum: u32 = (0..100_000).map(|_| u32::from(losses.draw(&mut chance))).sum();
		assert!((f64::from(sum) / 100_000.0 - 2.0).abs() < 0.02, "{sum}");
	}
}
