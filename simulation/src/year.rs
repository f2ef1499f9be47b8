//! A year of a node under a module, measured and judged as the chain will do it.

use crate::chance::{Chance, Losses, Outages, power};
use smartlayer_measurement::{Bound, Consequence, Level, Measurement, Meter, Reading, SAMPLES, Terms};
use sp_runtime::Permill;

/// The windows of half a budget period: the hours of a week.
pub const HALF: u32 = 24 * 7;
/// The windows of a budget period.
pub const PERIOD: u32 = 2 * HALF;
/// The windows of a year of 52 weeks.
pub const WINDOWS: u32 = 26 * PERIOD;
/// How far away observers are, in milliseconds: anything in between.
const NEAR: f64 = 20.0;
const FAR: f64 = 220.0;

/// How a node serves.
#[derive(Clone, Copy)]
pub struct Node {
	/// The share of the time in which it answers.
	pub availability: f64,
	/// The mean length of its outages, in minutes.
	pub outage: f64,
	/// What it needs itself for 95 % of its answers, in milliseconds.
	pub latency: f64,
	/// How many of the observers it does not answer.
	pub ignores: usize,
	/// How many samples of each window it does not answer.
	pub drops: u8,
}

/// Who observes, and how.
#[derive(Clone, Copy)]
pub struct Observers {
	/// All of them.
	pub seats: usize,
	/// How many of them say that the node is always out.
	pub against: usize,
	/// How many of them say that it is as good as can be.
	pub friends: usize,
	/// How many of them say nothing.
	pub silent: usize,
	/// The share of attempts that get lost on the way.
	pub lost: f64,
	/// The attempts of a sample.
	pub attempts: u32,
	/// The availability of an observer, and of its way to a node. Their outages last an hour on average.
	pub availability: f64,
}

impl Observers {
	/// Honest ones.
	pub const HONEST: Self =
		Self { seats: 21, against: 0, friends: 0, silent: 0, lost: 0.01, attempts: 3, availability: 0.999 };
}

/// What is agreed, and what follows.
#[derive(Clone)]
pub struct Module {
	/// The rules.
	pub terms: Terms,
	/// The agreed availability.
	pub availability: Permill,
	/// Other bounds.
	pub bounds: Vec<Bound>,
	/// Whether a slash is based on what all observers say but one, instead of two thirds of them.
	pub all_but_one: bool,
}

/// What became of a year.
#[derive(Clone, Copy, Default)]
pub struct Outcome {
	/// Windows that were breached.
	pub breached: f64,
	/// Breaches that were recorded.
	pub recorded: f64,
	/// Slashes.
	pub slashes: f64,
	/// Budget periods that were met, of 26.
	pub met: f64,
	/// The share of what was paid that returned.
	pub credit: f64,
	/// The share of good samples by the medians.
	pub read: f64,
	/// Windows that were not measured.
	pub unknown: f64,
}

impl Outcome {
	fn add(&mut self, other: &Self, share: f64) {
		let Self { breached, recorded, slashes, met, credit, read, unknown } = self;
		let pairs = [
			(breached, other.breached),
			(recorded, other.recorded),
			(slashes, other.slashes),
			(met, other.met),
			(credit, other.credit),
			(read, other.read),
			(unknown, other.unknown),
		];
		for (sum, value) in pairs {
			*sum += value * share;
		}
	}
}

/// Returns the means of so many years for each module. The years of a node are the same for all modules and all observers. Computed on two
/// processors.
pub fn years(count: u32, node: Node, observers: Observers, modules: &[Module]) -> Vec<Outcome> {
	let half = |first: u32| {
		move || {
			let mut sums = vec![Outcome::default(); modules.len()];
			for number in (first..count).step_by(2) {
				for (sum, outcome) in sums.iter_mut().zip(year(number.into(), node, observers, modules)) {
					sum.add(&outcome, 1.0 / f64::from(count));
				}
			}
			sums
		}
	};
	std::thread::scope(|scope| {
		let odd = scope.spawn(half(1));
		let mut means = half(0)();
		for (mean, sum) in means.iter_mut().zip(odd.join().expect("a year can be computed")) {
			mean.add(&sum, 1.0);
		}
		means
	})
}

/// An honest observer.
struct Observer {
	own: Outages,
	way: Outages,
	distance: f64,
}

/// The account of one module.
#[derive(Clone, Default)]
struct Account {
	meter: Meter,
	outcome: Outcome,
}

fn year(number: u64, node: Node, observers: Observers, modules: &[Module]) -> Vec<Outcome> {
	let [mut of_node, mut of_observers, mut places] = [1, 2, 3].map(|stream| Chance::new(number, stream));
	let mut outages = Outages::new(node.availability, node.outage, &mut of_node);
	let lost = Losses::of(SAMPLES.into(), power(observers.lost, observers.attempts));
	let honest = observers.seats - observers.against - observers.friends - observers.silent;
	let availability = observers.availability;
	let mut seats: Vec<_> = (0..honest)
		.map(|_| Observer {
			own: Outages::new(availability, 1.0, &mut of_observers),
			way: Outages::new(availability, 1.0, &mut of_observers),
			distance: NEAR,
		})
		.collect();
	let most = Some(Level::MAX);
	let worst = Reading { good: Some(0), ..Default::default() };
	let best = Reading { good: Some(SAMPLES), latency: Some(Level::MIN), bandwidth: most, benchmark: most };
	let mut accounts = vec![Account::default(); modules.len()];
	for window in 0..WINDOWS {
		if window % PERIOD == 0 {
			for seat in &mut seats {
				seat.distance = NEAR + places.fraction() * (FAR - NEAR);
			}
		}
		let out = (0..SAMPLES).filter(|_| outages.step(&mut of_node)).count() as u8;
		let up = SAMPLES.saturating_sub(out.max(node.drops));
		let mut readings = Vec::with_capacity(observers.seats);
		for (place, seat) in seats.iter_mut().enumerate() {
			let (is_out, is_cut) = (seat.own.step(&mut of_observers), seat.way.step(&mut of_observers));
			let missed = lost.draw(&mut of_observers);
			// The load of a node changes by a quarter.
			let latency = seat.distance + node.latency * (0.75 + of_observers.fraction() / 2.0);
			// Who reaches next to nobody says nothing.
			if is_out {
				continue;
			}
			if is_cut || place < node.ignores {
				readings.push(worst);
				continue;
			}
			let good = up.saturating_sub(missed);
			let latency = (good >= 57).then(|| Level::of(latency as u32));
			readings.push(Reading { good: Some(good), latency, bandwidth: most, benchmark: most });
		}
		readings.extend(std::iter::repeat_n(worst, observers.against));
		readings.extend(std::iter::repeat_n(best, observers.friends));
		let measured = Measurement::of(&readings, observers.seats as u32);
		for (account, module) in accounts.iter_mut().zip(modules) {
			let measured = match measured {
				Some(measured) if module.all_but_one => Some(by_all_but_one(&readings, measured)),
				measured => measured,
			};
			account.add(module, window, measured.as_ref());
		}
	}
	for (account, module) in accounts.iter_mut().zip(modules) {
		account.advance(module, WINDOWS);
		let known = f64::from(WINDOWS) - account.outcome.unknown;
		account.outcome.read = if known > 0.0 { account.outcome.read / known } else { 0.0 };
	}
	accounts.into_iter().map(|account| account.outcome).collect()
}

/// Returns what was measured, but with the good samples that all observers say but one as the undisputed ones.
fn by_all_but_one(readings: &[Reading], measured: Measurement) -> Measurement {
	let mut good: Vec<_> = readings.iter().filter_map(|reading| reading.good).collect();
	good.sort_unstable();
	let mut undisputed = measured.undisputed;
	undisputed.good = good.iter().rev().nth(1).or(good.last()).copied().unwrap_or(SAMPLES);
	Measurement { undisputed, ..measured }
}

impl Account {
	fn add(&mut self, module: &Module, window: u32, measured: Option<&Measurement>) {
		self.advance(module, window);
		let outcome = &mut self.outcome;
		let Some(measured) = measured else {
			outcome.unknown += 1.0;
			return;
		};
		let Module { terms, bounds, .. } = module;
		outcome.read += f64::from(measured.median.good) / f64::from(SAMPLES);
		outcome.breached += f64::from(u8::from(terms.is_breached(&measured.median, bounds)));
		match terms.judge(&mut self.meter, measured, bounds, PERIOD) {
			Some(Consequence::Slash) => outcome.slashes += 1.0,
			Some(Consequence::Breach) => outcome.recorded += 1.0,
			Some(Consequence::Warning) | None => {},
		}
	}

	/// Goes on to a window. At the end of a budget period, what it was paid is settled.
	fn advance(&mut self, module: &Module, window: u32) {
		let Some(period) = self.meter.advance(window / HALF) else { return };
		let Module { terms, availability, .. } = module;
		self.outcome.met += f64::from(u8::from(terms.is_met(&period, *availability, PERIOD)));
		let credit = terms.credit(&period, *availability, PERIOD);
		self.outcome.credit += f64::from(credit.deconstruct()) / 100.0 / f64::from(WINDOWS / PERIOD);
	}
}
