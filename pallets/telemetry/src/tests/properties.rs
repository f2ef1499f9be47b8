//! Random sequences of commits, reveals, elections, pauses, and nodes that come and go. After every step all invariants hold. Every page of every
//! window is closed, in order and once, and exactly those are charged who should be, by a model that knows what was revealed.
//!
//! Ten thousand operations by default; a million where `SMARTLAYER_LONG_TESTS` is set.

use crate::{Event, Windows, mock::*};
use frame_support::weights::Weight;
use proptest::{prelude::*, strategy::ValueTree};
use smartlayer_measurement::{Measurement, Reading};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Operation {
	/// A seat commits to the same of all nodes.
	Commit {
		seat: u16,
		good: u8,
	},
	/// All seats commit to what they say of the window that runs, and so many of them reveal all of it.
	Measure {
		good: u8,
		heard: u16,
	},
	/// A seat reveals a page, with the right answer or none.
	Reveal {
		seat: u16,
		page: u32,
		is_right: bool,
	},
	Elect(Vec<u16>),
	/// A node comes to a page, from the next window on.
	Come {
		page: u32,
		place: u8,
	},
	/// A place is vacated: no window in which its node is measured is open.
	Leave {
		page: u32,
		place: u8,
	},
	Pass(u64),
	/// The clock pauses while blocks are made, without this pallet's hook.
	Pause(u64),
	/// What the hook may use from now on.
	Limit(u64),
	/// No block has randomness for a while.
	Blind(bool),
}

fn operation() -> impl Strategy<Value = Operation> {
	use Operation::*;
	prop_oneof![
		6 => (1u16..9, 0u8..=60).prop_map(|(seat, good)| Commit { seat, good }),
		4 => (0u8..=60, 0u16..9).prop_map(|(good, heard)| Measure { good, heard }),
		8 => (1u16..9, 0u32..3, prop::bool::weighted(0.9))
			.prop_map(|(seat, page, is_right)| Reveal { seat, page, is_right }),
		1 => prop::collection::btree_set(1u16..9, 1..6).prop_map(|seats| Elect(seats.into_iter().collect())),
		2 => (0u32..3, any::<u8>()).prop_map(|(page, place)| Come { page, place }),
		1 => (0u32..3, any::<u8>()).prop_map(|(page, place)| Leave { page, place }),
		8 => (1u64..4).prop_map(Pass),
		1 => prop::sample::select(vec![3u64, 40]).prop_map(Pause),
		1 => prop::sample::select(vec![1_100u64, 2_100, 3_100, 40_000]).prop_map(Limit),
		1 => any::<bool>().prop_map(Blind),
	]
}

/// What should be, by what was done.
#[derive(Default)]
struct Model {
	/// What was committed to, by window and seat.
	committed: BTreeMap<(u32, u16), Said>,
	/// The observers of windows, in their order.
	observers: BTreeMap<u32, Vec<AccountId>>,
	/// The good samples that were revealed, by window, page and seat.
	revealed: BTreeMap<(u32, u32), BTreeMap<AccountId, u8>>,
	/// The pages of a window with which it was silent, and those that it has revealed.
	silent: BTreeMap<(u32, AccountId), u32>,
	heard: BTreeSet<(u32, AccountId)>,
	/// The windows for which something was drawn.
	drawn: BTreeSet<u32>,
	/// The heights of the first blocks of windows.
	begun: BTreeMap<u32, u64>,
	/// The page that should be closed next.
	next: (u32, u32),
	/// The number of pages of windows.
	pages: BTreeMap<u32, u32>,
	/// The heights between which the last step was made.
	heights: (u64, u64),
}

fn running() -> u32 {
	((System::block_number() - Paused::get()) / WINDOW) as u32
}

impl Model {
	fn reveal(&mut self, window: u32, seat: u16, page: u32, is_right: bool) -> bool {
		let said = self.committed.get(&(window, seat)).filter(|said| page < said.pages.len() as u32);
		let sent = said.is_some_and(|said| {
			let answer = if is_right { said.right(page) } else { None };
			said.reveal_with(page, answer).is_ok()
		});
		if sent {
			let good = self.committed[&(window, seat)].pages[page as usize][0];
			let before = self.revealed.entry((window, page)).or_default().insert(who(seat), good);
			assert_eq!(before, None);
		}
		sent
	}

	fn apply(&mut self, operation: Operation, done: &mut BTreeMap<&'static str, u32>) {
		use Operation::*;
		let window = running().saturating_sub(1);
		let (name, succeeded) = match operation {
			Commit { seat, good } => ("commit", self.commit(window, seat, good)),
			Measure { good, heard } => {
				let window = running();
				commit_phase(window);
				// One of them says something else.
				let all = (1..9).filter(|seat| self.commit(window, *seat, if *seat == 1 { 0 } else { good })).count();
				reveal_phase(window);
				for (seat, page) in (1..9).flat_map(|seat| (0..3).map(move |page| (seat, page))) {
					if seat <= heard {
						self.reveal(window, seat, page, true);
					}
				}
				("measure", all > 0)
			},
			Reveal { seat, page, is_right } => ("reveal", self.reveal(window, seat, page, is_right)),
			Elect(seats) => {
				Seated::set(seats);
				("elect", true)
			},
			Come { page: number, place } => {
				let first = running() + 1;
				Nodes::mutate(|pages| {
					while pages.len() <= number as usize {
						pages.push(page([]));
					}
					pages[number as usize].entry(place).or_insert_with(|| (first, who(100 + u16::from(place))));
				});
				("come", true)
			},
			Leave { page, place } => {
				// One that would be measured from the next window on only.
				let is_new = |(first, _): &(u32, AccountId)| *first > running();
				let left = Nodes::mutate(|pages| {
					let nodes = pages.get_mut(page as usize)?;
					let place = nodes.range(place..).find(|(_, node)| is_new(node)).map(|(place, _)| *place)?;
					nodes.remove(&place)
				});
				("leave", left.is_some())
			},
			Pass(blocks) => {
				pass(blocks);
				("pass", true)
			},
			Pause(blocks) => {
				for block in System::block_number()..System::block_number() + blocks {
					frame_system::BlockHash::<Test>::insert(block, block_hash(block));
				}
				System::set_block_number(System::block_number() + blocks);
				Paused::mutate(|paused| *paused += blocks);
				("pause", true)
			},
			Limit(weight) => {
				HookWeight::set(Weight::from_parts(weight, 0));
				("limit", true)
			},
			Blind(is_blind) => {
				Seed::set((!is_blind).then(|| sp_core::H256::from_low_u64_be(System::block_number())));
				("blind", true)
			},
		};
		if succeeded {
			*done.entry(name).or_default() += 1;
		}
	}

	fn commit(&mut self, window: u32, seat: u16, good: u8) -> bool {
		let reading = if good == 0 { Reading { good: Some(0), ..Reading::default() } } else { reading(good, 100) };
		let said = Said::new(seat, window, reading);
		let sent = !said.pages.is_empty() && said.commit().is_ok();
		if sent {
			self.committed.insert((window, seat), said);
		}
		sent
	}

	/// A page is closed: who was silent of it?
	fn close(&mut self, window: u32, page: u32, measured: usize) {
		assert_eq!((window, page), self.next);
		self.next = (window, page + 1);
		let observers = self.observers[&window].clone();
		let revealed = self.revealed.remove(&(window, page)).unwrap_or_default();
		let nodes = Others::measured_on(window, page);
		let readings: Vec<_> = revealed.values().map(|good| reading(*good, 100)).collect();
		let median = Measurement::of(&readings, observers.len() as u32).map(|found| found.median.good);
		assert_eq!(measured, if median.is_some() { nodes } else { 0 });
		for observer in observers {
			let is_silent = match revealed.get(&observer) {
				None => nodes > 0,
				Some(good) => *good == 0 && median.is_some_and(|median| median > 0) && nodes >= 3,
			};
			if revealed.contains_key(&observer) {
				self.heard.insert((window, observer.clone()));
			}
			*self.silent.entry((window, observer)).or_default() += u32::from(is_silent);
		}
	}

	/// Checks what must hold after every step.
	fn check(&mut self) {
		Telemetry::do_try_state().unwrap();
		self.heights = (self.heights.1, System::block_number());
		let mut pages = closed().into_iter();
		let mut charged = Vec::new();
		for event in events() {
			match event {
				Event::WindowBegan { window, observers, pages } => {
					let open = Windows::<Test>::get(window).map(|open| open.observers).unwrap_or_default();
					let all: Vec<_> = open.into_iter().map(|observer| observer.who).collect();
					assert_eq!(all.len() as u32, observers);
					self.observers.insert(window, all);
					self.begun.insert(window, Windows::<Test>::get(window).unwrap().begun);
					self.pages.insert(window, pages);
				},
				Event::Drawn { window, .. } => assert!(self.drawn.insert(window)),
				Event::PageClosed { window, page, measured, .. } => {
					let (of, number, found) = pages.next().unwrap();
					assert_eq!((of, number, found.len() as u32), (window, page, measured));
					self.close(window, page, found.len());
				},
				Event::Silent { window, observer, pages } => {
					assert_eq!(self.silent.get(&(window, observer.clone())), Some(&pages));
					charged.push((window, observer));
				},
				Event::WindowClosed { window } => {
					assert_eq!(self.next, (window, self.pages[&window]));
					self.next = (window + 1, 0);
					self.end(window, &charged);
				},
				Event::Committed { .. } | Event::Revealed { .. } => {},
			}
		}
		assert!(pages.next().is_none());
		assert_eq!(
			recorded().into_iter().map(|(seat, _)| seat).collect::<Vec<_>>(),
			charged.into_iter().map(|(_, seat)| seat).collect::<Vec<_>>()
		);
	}

	/// A window has ended: who should have been charged?
	fn end(&mut self, window: u32, charged: &[(u32, AccountId)]) {
		let observers = &self.observers[&window];
		let heard = observers.iter().filter(|observer| self.heard.contains(&(window, (*observer).clone()))).count();
		// The chain forgets blocks by their height. In which block of the step the window has ended is not known.
		let (from, to) = self.heights;
		let are_known = |height: u64| self.begun[&window] + 256 > height + 64;
		if are_known(from) != are_known(to) {
			return;
		}
		let could_reveal = self.drawn.contains(&window) && are_known(to);
		let seats: Vec<_> = Seated::get().into_iter().map(who).collect();
		let is_due = |observer: &AccountId| {
			could_reveal
				&& heard * 3 >= observers.len()
				&& seats.contains(observer)
				&& self.silent.get(&(window, observer.clone())).is_some_and(|pages| *pages > 0)
		};
		let expected: BTreeSet<_> = observers.iter().filter(|observer| is_due(observer)).cloned().collect();
		let found: Vec<_> =
			charged.iter().filter(|(of, _)| *of == window).map(|(_, observer)| observer.clone()).collect();
		assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), expected, "in window {window}");
		assert_eq!(found.len(), expected.len());
	}
}

fn operations() -> u32 {
	if std::env::var_os("SMARTLAYER_LONG_TESTS").is_some() { 1_000_000 } else { 10_000 }
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(operations() / 100))]

	#[test]
	fn all_invariants_should_hold_after_every_operation(sequence in proptest::collection::vec(operation(), 100)) {
		chain().execute_with(|| {
			let (mut model, mut done) = (Model { next: (1, 0), ..Model::default() }, BTreeMap::new());
			for operation in sequence {
				model.apply(operation, &mut done);
				model.check();
			}
			// When there is weight and time enough, every window is closed, and nothing is left of it.
			HookWeight::set(Weight::from_parts(1_000_000, 0));
			let window = running();
			for _ in 0..3 * WINDOW {
				pass(1);
				model.check();
			}
			prop_assert!(Windows::<Test>::iter_keys().all(|open| open > window));
			prop_assert!(crate::Claims::<Test>::iter_keys().all(|((of, _), _)| of > window));
			Ok(())
		})?;
	}
}

#[test]
fn the_random_operations_should_reach_everything() {
	let mut runner = proptest::test_runner::TestRunner::deterministic();
	let (mut done, mut charged) = (BTreeMap::new(), 0);
	for _ in 0..40 {
		let sequence = proptest::collection::vec(operation(), 100);
		let sequence = sequence.new_tree(&mut runner).unwrap().current();
		chain().execute_with(|| {
			let mut model = Model::default();
			for operation in sequence {
				model.apply(operation, &mut done);
			}
			charged += recorded().len();
		});
	}
	let reached: BTreeSet<_> = done.keys().copied().collect();
	let all = ["blind", "come", "commit", "elect", "leave", "limit", "measure", "pass", "pause", "reveal"];
	assert_eq!(reached, BTreeSet::from(all), "{done:?}");
	assert!(charged > 0);
}
