//! Windows with all pallets: nodes are measured by the seats, and every outage has its end.

use super::{
	chain::{begin_block, chain, chain_of, end_block, genesis, run_to},
	observers::{SALT, answer, prepare, tree},
};
use crate::{
	AccountId, Agreements, Anchors, Balances, Executive, Runtime, RuntimeEvent, RuntimeOrigin, Sla, StakingSlash,
	System, Telemetry, Tempo, configs::LOCAL, constants::SLN, presets,
};
use frame_support::{BoundedVec, assert_ok};
use pallet_agreements::{Offer, Slot, Stage};
use pallet_migrations::{Cursor, MigrationCursor};
use pallet_telemetry::{Event, Readings};
use smartlayer_measurement::{Bound, Level, Metric, Reading};
use smartlayer_primitives::{CoSignature, Role, Score, Window};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie, One, Two};

const WINDOW: u32 = LOCAL.window_blocks;
const SEATS: [Sr25519Keyring; 4] = [Alice, Bob, Charlie, Dave];

/// The good samples of a node in a window.
type Seen<'a> = &'a dyn Fn(Window, &AccountId) -> u8;
/// The windows that were closed, each with the number of nodes that were measured.
type Closed = Vec<(Window, u32)>;
/// The observers that were charged, each with the window.
type Silent = Vec<(Window, AccountId)>;

fn by(key: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(key.to_account_id())
}

/// Lets nodes agree with the network, and get their slots.
fn agree(nodes: &[Sr25519Keyring]) {
	run_to(2);
	for (id, node) in (0..).zip(nodes) {
		let who = node.to_account_id();
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), who.clone().into(), 10_000 * SLN));
		assert_ok!(StakingSlash::bond(by(*node), Role::ServiceNode, 1_000 * SLN));
		assert_ok!(StakingSlash::set_service_key(by(*node), who.clone()));
		assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, who, Score::from_u32(50)));
		let bound = |metric, value| Bound { metric, value };
		let bounds = vec![bound(Metric::Availability, 995_000), bound(Metric::Latency, 1_000)];
		let offer = Offer { module: 0, bounds: BoundedVec::truncate_from(bounds), units: 1, windows: 60 };
		assert_ok!(Agreements::propose(by(*node), offer));
		let open = Agreements::negotiation(id).unwrap();
		let payload = Agreements::payload(id, open.round, open.provider, open.offer, open.deadline);
		let signed = SEATS.map(|seat| CoSignature {
			seat: seat.to_account_id(),
			key: seat.public().into(),
			signature: seat.sign(&payload).into(),
		});
		assert_ok!(Agreements::conclude(by(Alice), id, 1, BoundedVec::truncate_from(signed.to_vec())));
	}
	run_to(2 * LOCAL.epoch_slots + 3);
}

fn slot(node: Sr25519Keyring) -> Slot<AccountId> {
	Agreements::service_of(node.to_account_id()).remove(0).2.unwrap()
}

/// Lets each seat do what is due in this block.
fn observe(seats: &[Sr25519Keyring], seen: Seen<'_>) {
	for (window, open) in Telemetry::open_windows().into_iter().filter(|(_, open)| open.ended.is_some()) {
		let committed_by = (window + 1) * WINDOW + LOCAL.commit_blocks;
		let pages: Vec<Readings> = (0..open.pages)
			.map(|page| {
				let reading = |node: &AccountId| Reading {
					good: Some(seen(window, node)),
					latency: Some(Level::of(100)),
					bandwidth: None,
					benchmark: None,
				};
				let measured = Telemetry::measured(window, page).into_iter();
				Readings::truncate_from(measured.flat_map(|(_, node)| reading(&node).bytes()).collect())
			})
			.collect();
		let observers = open.observers.iter();
		for observer in observers.filter(|observer| seats.iter().any(|seat| seat.to_account_id() == observer.who)) {
			let who = &observer.who;
			let by = || RuntimeOrigin::signed(who.clone());
			if observer.root.is_none() && Tempo::now() < committed_by && open.pages > 0 {
				assert_ok!(Telemetry::commit(by(), window, tree(window, who, &pages).root()));
			}
			if observer.root.is_none() || open.seed.is_none() || Tempo::now() >= committed_by + LOCAL.reveal_blocks {
				continue;
			}
			for (page, readings) in (0..).zip(&pages).filter(|(_, readings)| !readings.is_empty()) {
				if Telemetry::claims(window, page).iter().all(|(said, _)| said != who) {
					let proof = tree(window, who, &pages).prove(page).unwrap();
					let answer = answer(window, &open, who, page, readings).map(Box::new);
					assert_ok!(Telemetry::reveal(by(), window, page, SALT, readings.clone(), proof, answer));
				}
			}
		}
	}
}

/// Lets blocks pass up to one of the clock, in which seats say what they have seen. Returns the windows that were closed, and who was charged.
fn pass(to: u32, seats: &[Sr25519Keyring], seen: Seen<'_>) -> (Closed, Silent) {
	let (mut closed, mut silent) = (Closed::new(), Silent::new());
	while Tempo::now() < to {
		begin_block(System::block_number() + 1);
		prepare();
		observe(seats, seen);
		for record in System::events() {
			match record.event {
				RuntimeEvent::Telemetry(Event::PageClosed { window, measured, .. }) => closed.push((window, measured)),
				RuntimeEvent::Telemetry(Event::Silent { window, observer, .. }) => silent.push((window, observer)),
				_ => {},
			}
		}
		end_block();
	}
	Telemetry::do_try_state().unwrap();
	Agreements::do_try_state().unwrap();
	(closed, silent)
}

/// The block in which a window is closed, and what follows has followed.
fn closed_by(window: Window) -> u32 {
	(window + 1) * WINDOW + LOCAL.commit_blocks + LOCAL.reveal_blocks + 3
}

/// What was measured of a node after its test and its shadow, in windows.
fn measured(node: Sr25519Keyring) -> u32 {
	slot(node).meter.period().windows
}

/// Lets nodes pass their test and their shadow, and returns the next window.
fn serve(nodes: &[Sr25519Keyring]) -> Window {
	agree(nodes);
	let first = slot(nodes[0]).first;
	let (closed, silent) = pass(closed_by(first + 3), &SEATS, &|_, _| 60);
	let count = nodes.len() as u32;
	assert!((first..first + 4).all(|window| closed.contains(&(window, count))), "{closed:?}");
	assert_eq!(silent, []);
	for node in nodes {
		assert!(slot(*node).serving);
		assert_eq!(slot(*node).stage, Stage::Active);
	}
	first + 4
}

#[test]
fn a_node_should_be_measured_be_warned_lose_score_and_be_slashed() {
	// With time for a breach between the first and the one that spends the budget.
	let mut schedule = LOCAL;
	schedule.half_budget_windows = 8;
	schedule.unbonding_blocks *= 2;
	let mut genesis = genesis(presets::LOCAL_PRESET);
	genesis["tempo"]["schedule"] = serde_json::to_value(schedule).unwrap();
	chain_of(genesis).execute_with(|| {
		let next = serve(&[Eve]);
		let score = || Sla::score(Role::ServiceNode, Eve.to_account_id());
		let before = score();
		// The first breach is a warning, the second costs score, and an outage all that is left of the budget.
		pass(closed_by(next), &SEATS, &|_, _| 50);
		assert_eq!((measured(Eve), score()), (1, before));
		pass(closed_by(next + 1), &SEATS, &|_, _| 50);
		assert!(score() < before);
		assert_eq!(StakingSlash::pending_slashes(Eve.to_account_id()), []);
		let mut window = next + 2;
		while StakingSlash::pending_slashes(Eve.to_account_id()).is_empty() {
			assert!(window < next + 20, "nothing is slashed");
			pass(closed_by(window), &SEATS, &|_, _| 0);
			window += 1;
		}
		let (closed, silent) = pass(closed_by(window + 3), &SEATS, &|_, _| 0);
		assert!(!closed.is_empty());
		assert_eq!(silent, []);
		// The outage goes on, and is one: it is slashed once.
		assert_eq!(pallet_staking_slash::NextSlashId::<Runtime>::get(), 1);
		assert!(StakingSlash::pending_slashes(Eve.to_account_id()).is_empty());
	});
}

#[test]
fn windows_of_which_nobody_says_anything_should_cost_nobody() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		let next = serve(&[Eve]);
		// All anchors are down for three windows, and the node with them.
		let (closed, silent) = pass(closed_by(next + 2), &[], &|_, _| 0);
		assert_eq!(silent, []);
		assert!((next..next + 3).all(|window| closed.contains(&(window, 0))), "{closed:?}");
		assert_eq!(measured(Eve), 0);
		assert!(slot(Eve).serving);
		let (closed, silent) = pass(closed_by(next + 4), &SEATS, &|_, _| 60);
		assert!(closed.contains(&(next + 4, 1)), "{closed:?}");
		assert_eq!(silent, []);
		assert!(measured(Eve) > 0);
	});
}

#[test]
fn a_page_without_its_quorum_should_not_be_measured_and_cost_who_is_silent() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		let next = serve(&[Eve]);
		// Two of four are one short of two thirds.
		let (closed, silent) = pass(closed_by(next), &[Alice, Bob], &|_, _| 0);
		assert!(closed.contains(&(next, 0)), "{closed:?}");
		assert_eq!(measured(Eve), 0);
		let mut charged: Vec<_> =
			silent.into_iter().filter(|(window, _)| *window == next).map(|(_, who)| who).collect();
		charged.sort();
		let mut absent = [Charlie, Dave].map(|seat| seat.to_account_id());
		absent.sort();
		assert_eq!(charged, absent);
		let (closed, silent) = pass(closed_by(next + 1), &[Alice, Bob, Charlie], &|_, _| 0);
		assert!(closed.contains(&(next + 1, 1)), "{closed:?}");
		assert!(silent.contains(&(next + 1, Dave.to_account_id())), "{silent:?}");
		assert_eq!(measured(Eve), 1);
	});
}

#[test]
fn an_outage_of_half_the_nodes_should_be_forgiven_as_long_as_their_budgets_last() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		let next = serve(&[Eve, Ferdie, One, Two]);
		let down = [Eve.to_account_id(), Ferdie.to_account_id()];
		let budget = Agreements::module(0).unwrap().specification.maintenance;
		assert!(budget > 0);
		let mut windows = 0;
		while measured(Eve) == 0 {
			assert!(windows <= budget + 1, "an outage is forgiven for ever");
			pass(closed_by(next + windows), &SEATS, &|_, node| if down.contains(node) { 0 } else { 60 });
			windows += 1;
		}
		assert!(windows > 1, "nothing is forgiven");
		assert_eq!(measured(Eve), measured(Ferdie));
		assert!(measured(One) >= windows);
	});
}

#[test]
fn a_seat_that_leaves_should_not_be_charged_and_the_rest_measure() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		let next = serve(&[Eve]);
		assert!(Tempo::now() >= next * WINDOW, "the window runs");
		assert_ok!(Anchors::resign(by(Dave)));
		let rest = [Alice, Bob, Charlie];
		while crate::Session::validators().len() > rest.len() {
			assert!(Tempo::now() < (next + 4) * WINDOW, "it stays");
			pass(Tempo::now() + 1, &rest, &|_, _| 60);
		}
		let open = Telemetry::open_windows();
		assert!(
			open.iter().any(|(_, open)| open.observers.len() == SEATS.len()),
			"it has observed no window that is open"
		);
		let (closed, silent) = pass(closed_by(next + 4), &rest, &|_, _| 60);
		assert!(open.iter().all(|(window, _)| closed.contains(&(*window, 1))), "{closed:?}");
		assert_eq!(silent, []);
	});
}

#[test]
fn an_upgrade_and_a_migration_should_change_nothing_of_the_windows_in_flight() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		let next = serve(&[Eve]);
		let clock = Tempo::now();
		frame_system::LastRuntimeUpgrade::<Runtime>::kill();
		Executive::execute_on_runtime_upgrade();
		Cursor::<Runtime>::put(MigrationCursor::Stuck);
		run_to(System::block_number() + 2 * WINDOW);
		assert_eq!(Tempo::now(), clock);
		Cursor::<Runtime>::kill();
		let (closed, silent) = pass(closed_by(next + 2), &SEATS, &|_, _| 60);
		let windows: Vec<Window> = closed.iter().map(|(window, _)| *window).collect();
		assert!((next..=next + 2).all(|window| windows.iter().filter(|closed| **closed == window).count() == 1));
		assert!(closed.iter().all(|(_, measured)| *measured == 1), "{closed:?}");
		assert_eq!(silent, []);
		assert!(slot(Eve).serving);
	});
}
