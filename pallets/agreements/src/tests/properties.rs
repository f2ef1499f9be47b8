//! Random sequences of all calls, closed windows, lost and ended bonds. After every step all invariants hold, no token is made or
//! lost, and exactly the nodes that qualify and have passed a test are in service.
//!
//! Ten thousand operations by default; a million where `SMARTLAYER_LONG_TESTS` is set.

use crate::{
	Agreements as Stored, Negotiations, Offer, Params, Parents, Providers, Roster, Specification, Stage, mock::*,
};
use proptest::prelude::*;
use smartlayer_primitives::{Bonding, Roster as MeasuredNodes};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Operation {
	Propose {
		node: u8,
		by_operator: bool,
		offer: Offer,
	},
	Answer {
		place: usize,
		seats: u8,
		offer: Offer,
		deadline: u64,
	},
	Counter {
		place: usize,
		offer: Offer,
	},
	Accept {
		place: usize,
	},
	Conclude {
		place: usize,
		seats: u8,
	},
	Withdraw {
		place: usize,
	},
	End {
		place: usize,
	},
	Resume {
		place: usize,
	},
	Announce {
		node: u8,
		ahead: u32,
		windows: u32,
	},
	Publish {
		who: u8,
		parents: Vec<u32>,
		testing: u32,
		shadow: u32,
	},
	WithdrawModule {
		who: u8,
		module: u32,
	},
	Standardise(u32),
	Retire(u32),
	SetParams {
		test_fee: u128,
		measuring_fee: u128,
	},
	Chill(u8),
	Warm(u8),
	Unbond(u8),
	Bond {
		node: u8,
		units: u128,
	},
	Elect(u8),
	/// What is said of the agreements in the next window, by their ids.
	Close(Vec<u8>),
	/// The block passes without a call of the hook, as at the start of a session.
	Skip,
	Pass(u64),
}

fn node_number() -> impl Strategy<Value = u8> {
	101u8..106
}

fn any_offer() -> impl Strategy<Value = Offer> {
	(0u32..4, 895_000u32..1_000_000, 90u32..2_050, 0u32..8, 0u32..24).prop_map(
		|(module, availability, latency, units, windows)| Offer {
			module,
			bounds: bounds(availability, latency),
			units,
			windows,
		},
	)
}

fn operation() -> impl Strategy<Value = Operation> {
	use Operation::*;
	let place = || 0usize..16;
	prop_oneof![
		10 => (node_number(), any::<bool>(), any_offer())
			.prop_map(|(node, by_operator, offer)| Propose { node, by_operator, offer }),
		8 => (place(), 2u8..6, any_offer(), 0u64..32)
			.prop_map(|(place, seats, offer, deadline)| Answer { place, seats, offer, deadline }),
		4 => (place(), any_offer()).prop_map(|(place, offer)| Counter { place, offer }),
		3 => place().prop_map(|place| Accept { place }),
		10 => (place(), 2u8..6).prop_map(|(place, seats)| Conclude { place, seats }),
		1 => place().prop_map(|place| Withdraw { place }),
		2 => place().prop_map(|place| End { place }),
		8 => place().prop_map(|place| Resume { place }),
		3 => (node_number(), 0u32..12, 0u32..4).prop_map(|(node, ahead, windows)| Announce { node, ahead, windows }),
		3 => (10u8..12, proptest::collection::vec(0u32..3, 0..3), 0u32..5, 0u32..5)
			.prop_map(|(who, parents, testing, shadow)| Publish { who, parents, testing, shadow }),
		3 => (10u8..12, 2u32..4).prop_map(|(who, module)| WithdrawModule { who, module }),
		3 => (0u32..4).prop_map(Standardise),
		1 => (0u32..4).prop_map(Retire),
		1 => (0..2 * TEST_FEE, 0..2 * FEE).prop_map(|(test_fee, measuring_fee)| SetParams { test_fee, measuring_fee }),
		2 => node_number().prop_map(Chill),
		6 => node_number().prop_map(Warm),
		1 => node_number().prop_map(Unbond),
		1 => (node_number(), 2u128..20).prop_map(|(node, units)| Bond { node, units }),
		1 => (1u8..6).prop_map(Elect),
		16 => proptest::collection::vec(0u8..70, 8).prop_map(Close),
		1 => Just(Skip),
		6 => (1u64..12).prop_map(Pass),
	]
}

/// The id of a negotiation by its place, or of one that does not exist.
fn negotiation(place: usize) -> u64 {
	pick(Negotiations::<Test>::iter_keys().collect(), place)
}

/// The id of an agreement, in the same way.
fn agreement(place: usize) -> u64 {
	pick(Stored::<Test>::iter_keys().collect(), place)
}

fn pick(mut ids: Vec<u64>, place: usize) -> u64 {
	ids.sort();
	if ids.is_empty() { u64::MAX } else { ids[place % ids.len()] }
}

/// The node or its operator, by the parity of a number.
fn acting(provider: &AccountId, number: usize) -> AccountId {
	let bytes: &[u8; 32] = provider.as_ref();
	if number.is_multiple_of(2) { provider.clone() } else { operator(bytes[0]) }
}

fn apply(operation: Operation, done: &mut BTreeMap<&'static str, u32>) {
	use Operation::*;
	let provider_of = |id: u64| Stored::<Test>::get(id).map_or(node(), |agreement| agreement.provider);
	let negotiator = |id: u64| Negotiations::<Test>::get(id).map_or(node(), |open| open.provider);
	let (name, succeeded) = match operation {
		Propose { node, by_operator, offer } => {
			let account = if by_operator { operator(node) } else { who(node) };
			("propose", Agreements::propose(by(account), offer).is_ok())
		},
		Answer { place, seats, offer, deadline } => {
			let id = negotiation(place);
			let Some(open) = Negotiations::<Test>::get(id) else { return };
			let offer = Offer { module: open.offer.module, ..offer };
			let deadline = System::block_number() + deadline;
			let payload = Agreements::payload(id, open.round + 1, open.provider, offer.clone(), deadline);
			let signatures = signed(1..=seats, &payload);
			("answer", Agreements::counter_by_seats(by(who(1)), id, open.round, offer, deadline, signatures).is_ok())
		},
		Counter { place, offer } => {
			let id = negotiation(place);
			let open = Negotiations::<Test>::get(id);
			let round = open.as_ref().map_or(1, |open| open.round);
			let offer = Offer { module: open.map_or(offer.module, |open| open.offer.module), ..offer };
			("counter", Agreements::counter(by(acting(&negotiator(id), place)), id, round, offer).is_ok())
		},
		Accept { place } => {
			let id = negotiation(place);
			let round = Negotiations::<Test>::get(id).map_or(1, |open| open.round);
			("accept", Agreements::accept(by(acting(&negotiator(id), place)), id, round).is_ok())
		},
		Conclude { place, seats } => {
			let id = negotiation(place);
			let Some(open) = Negotiations::<Test>::get(id) else { return };
			("conclude", Agreements::conclude(by(who(1)), id, open.round, consent(id, 1..=seats)).is_ok())
		},
		Withdraw { place } => {
			let id = negotiation(place);
			("withdraw", Agreements::withdraw(by(negotiator(id)), id).is_ok())
		},
		End { place } => {
			let id = agreement(place);
			("end", Agreements::end(by(acting(&provider_of(id), place)), id).is_ok())
		},
		Resume { place } => {
			let id = agreement(place);
			("resume", Agreements::resume(by(acting(&provider_of(id), place)), id).is_ok())
		},
		Announce { node, ahead, windows } => {
			let from = (System::block_number() / WINDOW) as u32 + ahead;
			("announce", Agreements::announce_maintenance(by(who(node)), from, windows).is_ok())
		},
		Publish { who: publisher, parents, testing, shadow } => {
			let module = Specification { testing, shadow, ..specification("random") };
			let parents = Parents::truncate_from(parents);
			("publish", Agreements::publish(by(who(publisher)), Box::new(module), parents, None).is_ok())
		},
		WithdrawModule { who: publisher, module } => {
			("withdraw_module", Agreements::withdraw_module(by(who(publisher)), module).is_ok())
		},
		Standardise(module) => ("standardise", Agreements::standardise(RuntimeOrigin::root(), module).is_ok()),
		Retire(module) => ("retire", Agreements::retire(RuntimeOrigin::root(), module).is_ok()),
		SetParams { test_fee, measuring_fee } => {
			let params = Params { test_fee, measuring_fee, ..params() };
			("set_params", Agreements::set_params(RuntimeOrigin::root(), params).is_ok())
		},
		Chill(node) => {
			if !Chilled::get().contains(&who(node)) && !Unbonded::get().contains(&who(node)) {
				chill(&who(node));
			}
			("chill", true)
		},
		Warm(node) => {
			warm(&who(node));
			Unbonded::mutate(|unbonded| unbonded.retain(|other| *other != who(node)));
			("warm", true)
		},
		Unbond(node) => {
			if !Chilled::get().contains(&who(node)) && !Unbonded::get().contains(&who(node)) {
				unbond(&who(node));
			}
			("unbond", true)
		},
		Bond { node, units } => {
			Bonds::mutate(|bonds| bonds.insert(who(node), units * PER_UNIT));
			("bond", true)
		},
		Elect(seats) => {
			Seated::set((1..=seats).collect());
			("elect", true)
		},
		Close(samples) => {
			let window = NextWindow::get().unwrap();
			// Whoever measures is never ahead, and sometimes late.
			if u64::from(window + 1) * WINDOW > System::block_number() {
				run_to_window(window + 1);
			}
			let ids: Vec<u64> = Stored::<Test>::iter_keys().collect();
			let said: Vec<_> = ids
				.into_iter()
				.filter_map(|id| {
					let good = samples[(id % 8) as usize];
					(good < 68).then(|| (id, said(if good > 20 { 60 } else { good * 3 }, 100)))
				})
				.collect();
			close(window, &said);
			("close", true)
		},
		Skip => {
			System::set_block_number(System::block_number() + 1);
			("skip", true)
		},
		Pass(blocks) => {
			Seed::mutate(|seed| *seed += 1);
			pass(blocks);
			("pass", true)
		},
	};
	if succeeded {
		*done.entry(name).or_default() += 1;
	}
}

/// Checks what must hold after every step.
fn check(issuance: u128) {
	Agreements::do_try_state().unwrap();
	assert_eq!(Balances::total_issuance(), issuance);
	let known: BTreeSet<_> =
		Providers::<Test>::iter().filter(|(_, known)| known.serving > 0).map(|(node, _)| node).collect();
	assert_eq!(known, Serving::get());
	assert!(known.iter().all(|node| Others::qualifies(smartlayer_primitives::Role::ServiceNode, node)));
	for slots in Roster::<Test>::iter_values() {
		for slot in slots.values() {
			let window = (System::block_number() / WINDOW) as u32;
			let passed = !matches!(slot.stage, Stage::Testing { .. });
			// The outcome of the last test, or the end of the last window, may not be settled yet: after the next hook it is.
			let settled = crate::QueuedOutcomes::<Test>::iter_keys().next().is_none() && window <= slot.last;
			if settled {
				assert_eq!(slot.serving, passed && !slot.suspended, "{slot:?}");
			}
		}
	}
	for event in events() {
		assert!(!matches!(event, crate::Event::Stuck { .. } | crate::Event::OutcomeFailed { .. }), "{event:?}");
	}
}

/// The nodes that are measured on a page in a window.
type Measured = BTreeMap<(u32, u32), Vec<(u8, AccountId)>>;

/// Who is measured in a window does not change from its end until it is closed: observers have committed to what they say of them.
fn check_measured(known: &mut Measured) {
	let open = NextWindow::get().unwrap();
	for window in open..Agreements::running_window().min(open + 3) {
		for page in 0..Agreements::pages() {
			let now = <Agreements as MeasuredNodes<_>>::measured(window, page);
			assert_eq!(*known.entry((window, page)).or_insert_with(|| now.clone()), now, "in window {window}");
		}
	}
}

thread_local! {
	/// The names of the events that were seen.
	static SEEN: std::cell::RefCell<BTreeSet<&'static str>> = const { std::cell::RefCell::new(BTreeSet::new()) };
}

/// Notes which events there are.
fn see() {
	use crate::Event::*;
	for event in events() {
		let name = match event {
			Slashed { .. } => "Slashed",
			Met { .. } => "Met",
			Credited { .. } => "Credited",
			Forgiven { .. } => "Forgiven",
			TestFailed { .. } => "TestFailed",
			Suspended { .. } => "Suspended",
			Renewed { .. } => "Renewed",
			Lapsed { .. } => "Lapsed",
			_ => continue,
		};
		SEEN.with_borrow_mut(|seen| seen.insert(name));
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
			NextWindow::set(Some(0));
			let issuance = Balances::total_issuance();
			let (mut done, mut measured) = (BTreeMap::new(), BTreeMap::new());
			for operation in sequence {
				apply(operation, &mut done);
				check(issuance);
				check_measured(&mut measured);
			}
			// When everybody leaves, everything ends, and nothing is left on hold or in service.
			for id in Stored::<Test>::iter_keys().collect::<Vec<_>>() {
				let provider = Stored::<Test>::get(id).unwrap().provider;
				let _ = Agreements::end(by(provider), id);
			}
			run_to(System::block_number() + 3 * EPOCH + OFFER);
			NextWindow::set(Some(u32::MAX));
			pass(2 * WINDOW + 1);
			for id in Stored::<Test>::iter_keys().collect::<Vec<_>>() {
				let provider = Stored::<Test>::get(id).unwrap().provider;
				let _ = Agreements::end(by(provider), id);
			}
			pass(4 * WINDOW);
			check(issuance);
			assert_eq!((Stored::<Test>::iter().count(), Negotiations::<Test>::iter().count()), (0, 0));
			assert!(Serving::get().is_empty());
			assert!((101..106).all(|number| held(&who(number)) + held(&operator(number)) == 0));
			// Nodes without a bond are forgotten when no session can refer to their credits any more.
			pass(HISTORY);
			check(issuance);
			assert!(Providers::<Test>::iter_keys().all(|node| Others::role(&node).is_some()));
		});
	}
}

#[test]
fn the_random_operations_should_reach_everything() {
	use proptest::{strategy::ValueTree, test_runner::TestRunner};
	let mut runner = TestRunner::deterministic();
	let mut done = BTreeMap::new();
	for _ in 0..80 {
		let sequence = proptest::collection::vec(operation(), 100).new_tree(&mut runner).unwrap().current();
		chain().execute_with(|| {
			NextWindow::set(Some(0));
			for operation in sequence {
				apply(operation, &mut done);
				see();
			}
		});
	}
	let followed: BTreeSet<&str> = SEEN.take();
	for event in ["Slashed", "Credited", "Forgiven", "Suspended", "Renewed", "Lapsed"] {
		assert!(followed.contains(event), "{event} never follows: {followed:?}");
	}
	let calls = [
		"propose",
		"answer",
		"counter",
		"accept",
		"conclude",
		"withdraw",
		"end",
		"resume",
		"announce",
		"publish",
		"withdraw_module",
		"standardise",
		"retire",
		"set_params",
		"close",
	];
	for call in calls {
		assert!(done.get(call).is_some_and(|count| *count > 0), "{call} never succeeds: {done:?}");
	}
}
