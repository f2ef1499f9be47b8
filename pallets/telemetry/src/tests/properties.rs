//! Random sequences of commits, reveals, elections, pauses and nodes that come. After every step all invariants hold. Every window is closed, in order
//! and once, and exactly those are charged who have said too little.
//!
//! Ten thousand operations by default; a million where `SMARTLAYER_LONG_TESTS` is set.

use crate::{Event, Windows, mock::*};
use frame_support::weights::Weight;
use proptest::{prelude::*, strategy::ValueTree};
use smartlayer_measurement::Reading;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Operation {
	/// A seat commits to the same of all nodes.
	Commit {
		seat: u16,
		good: u8,
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
	Pass(u64),
	/// What the hook may use from now on.
	Limit(u64),
	/// No block has randomness for a while.
	Blind(bool),
}

fn operation() -> impl Strategy<Value = Operation> {
	use Operation::*;
	prop_oneof![
		8 => (1u16..9, 0u8..=60).prop_map(|(seat, good)| Commit { seat, good }),
		12 => (1u16..9, 0u32..3, prop::bool::weighted(0.9))
			.prop_map(|(seat, page, is_right)| Reveal { seat, page, is_right }),
		1 => prop::collection::btree_set(1u16..9, 1..6).prop_map(|seats| Elect(seats.into_iter().collect())),
		1 => (0u32..3, any::<u8>()).prop_map(|(page, place)| Come { page, place }),
		8 => (1u64..4).prop_map(Pass),
		1 => prop::sample::select(vec![1_100u64, 2_100, 3_100, 40_000]).prop_map(Limit),
		1 => any::<bool>().prop_map(Blind),
	]
}

/// What was committed to, by window and seat.
type Committed = BTreeMap<(u32, u16), Said>;

fn running() -> u32 {
	(System::block_number() / WINDOW) as u32
}

fn apply(operation: Operation, committed: &mut Committed, done: &mut BTreeMap<&'static str, u32>) {
	use Operation::*;
	let window = running().saturating_sub(1);
	let (name, succeeded) = match operation {
		Commit { seat, good } => {
			let reading = if good == 0 { Reading { good: Some(0), ..Reading::default() } } else { reading(good, 100) };
			let said = Said::new(seat, window, reading);
			let sent = !said.pages.is_empty() && said.commit().is_ok();
			if sent {
				committed.insert((window, seat), said);
			}
			("commit", sent)
		},
		Reveal { seat, page, is_right } => {
			let said = committed.get(&(window, seat)).filter(|said| page < said.pages.len() as u32);
			let sent = said.is_some_and(|said| {
				let answer = if is_right { said.right(page) } else { None };
				said.reveal_with(page, answer).is_ok()
			});
			("reveal", sent)
		},
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
		Pass(blocks) => {
			pass(blocks);
			("pass", true)
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

/// Checks what must hold after every step, and that pages were closed in order.
fn check(last: &mut Option<(u32, u32)>) {
	Telemetry::do_try_state().unwrap();
	for (window, page, measured) in closed() {
		let next =
			last.map_or((1, 0), |(before, page)| if window == before { (before, page + 1) } else { (window, 0) });
		assert_eq!((window, page), next);
		assert!(last.is_none_or(|(before, _)| window >= before));
		*last = Some((window, page));
		assert!(measured.values().all(|found| found.median.good <= 60 && found.undisputed.good <= 60));
	}
	let charged: Vec<_> = recorded().into_iter().map(|(seat, _)| seat).collect();
	let mut silent = Vec::new();
	for event in events() {
		if let Event::Silent { observer, pages, .. } = event {
			assert!(pages > 0);
			silent.push(observer);
		}
	}
	assert_eq!(charged, silent);
}

fn operations() -> u32 {
	if std::env::var_os("SMARTLAYER_LONG_TESTS").is_some() { 1_000_000 } else { 10_000 }
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(operations() / 100))]

	#[test]
	fn all_invariants_should_hold_after_every_operation(sequence in proptest::collection::vec(operation(), 100)) {
		chain().execute_with(|| {
			let (mut committed, mut done, mut last) = (BTreeMap::new(), BTreeMap::new(), None);
			for operation in sequence {
				apply(operation, &mut committed, &mut done);
				check(&mut last);
			}
			// When there is weight and time enough, every window is closed, and nothing is left of it.
			HookWeight::set(Weight::from_parts(1_000_000, 0));
			let window = running();
			closing_phase(window + 1);
			check(&mut last);
			prop_assert!(Windows::<Test>::iter_keys().all(|open| open > window));
			prop_assert!(crate::Claims::<Test>::iter_keys().all(|((of, _), _)| of > window));
			Ok(())
		})?;
	}
}

#[test]
fn the_random_operations_should_reach_everything() {
	let mut runner = proptest::test_runner::TestRunner::deterministic();
	let mut done = BTreeMap::new();
	for _ in 0..20 {
		let sequence = proptest::collection::vec(operation(), 100);
		let sequence = sequence.new_tree(&mut runner).unwrap().current();
		chain().execute_with(|| {
			let mut committed = BTreeMap::new();
			for operation in sequence {
				apply(operation, &mut committed, &mut done);
			}
		});
	}
	let reached: BTreeSet<_> = done.keys().copied().collect();
	assert_eq!(reached, BTreeSet::from(["blind", "come", "commit", "elect", "limit", "pass", "reveal"]), "{done:?}");
}
