//! Agreements with all pallets: from a proposal to service and its pay, and what it costs.

use super::{
	accesses::{Accesses, accesses},
	chain::{chain, run_to},
};
use crate::{
	AccountId, Agreements, Balances, Runtime, RuntimeHoldReason, RuntimeOrigin, Sla, StakingSlash, System, Tempo,
	configs::{DEVELOPMENT, LIVE, LOCAL, standard_modules},
	constants::SLN,
	governance::pallet_origins::Origin,
	presets,
};
use frame_support::{
	BoundedVec, assert_noop, assert_ok,
	traits::{
		Hooks,
		fungible::{Inspect, InspectHold},
	},
	weights::WeightMeter,
};
use pallet_agreements::{
	Agreement, AgreementId, CoSignaturesOf, Error, HoldReason, Offer, PAGE, Party, Place, Slot, SlotId, Stage,
};
use pallet_anchors::{ActiveSeats, OnDuty};
use pallet_staking_slash::Activity;
use smartlayer_measurement::{Bound, Level, Measurement, Metric, Quantities};
use smartlayer_primitives::{CoSignature, OnWindowClosed, Role, Score, Stakes, Window};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie};
use std::collections::BTreeMap;

const NODE: Sr25519Keyring = Eve;
const EPOCH: u32 = LOCAL.epoch_slots;
const WINDOW: u32 = LOCAL.window_blocks;

fn by(key: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(key.to_account_id())
}

fn node() -> AccountId {
	NODE.to_account_id()
}

/// An offer under the basic module of the token API.
fn offer() -> Offer {
	let bound = |metric, value| Bound { metric, value };
	let bounds = vec![bound(Metric::Availability, 995_000), bound(Metric::Latency, 1_000)];
	Offer { module: 0, bounds: BoundedVec::truncate_from(bounds), units: 5, windows: 6 }
}

/// A node with a bond for ten units.
fn set_up() {
	run_to(2);
	assert_ok!(StakingSlash::bond(by(NODE), Role::ServiceNode, 1_000 * SLN));
	assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, node(), Score::from_u32(50)));
}

/// The signatures of these seats of the genesis, whose keys are those of their accounts.
fn signed(seats: &[Sr25519Keyring], payload: &[u8]) -> CoSignaturesOf<Runtime> {
	let one = |seat: &Sr25519Keyring| CoSignature {
		seat: seat.to_account_id(),
		key: seat.public().into(),
		signature: seat.sign(payload).into(),
	};
	BoundedVec::truncate_from(seats.iter().map(one).collect())
}

/// The signatures of three of the four seats for what the node offers.
fn consent(id: AgreementId) -> CoSignaturesOf<Runtime> {
	let open = Agreements::negotiation(id).unwrap();
	signed(&[Alice, Bob, Charlie], &Agreements::payload(id, open.round, open.provider, open.offer, open.deadline))
}

fn conclude(offer: Offer) -> AgreementId {
	let id = pallet_agreements::NextAgreementId::<Runtime>::get();
	assert_ok!(Agreements::propose(by(NODE), offer));
	assert_ok!(Agreements::conclude(by(Ferdie), id, 1, consent(id)));
	id
}

fn slot(id: AgreementId) -> Slot<AccountId> {
	Agreements::service_of(node()).into_iter().find(|(of, ..)| *of == id).unwrap().2.unwrap()
}

/// What the observers say of a node: what most of them saw, and what two thirds saw.
fn said(most: u8, two_thirds: u8) -> Measurement {
	let quantities = |good| Quantities { good, latency: Level::of(100), bandwidth: Level::MIN, benchmark: Level::MIN };
	Measurement { median: quantities(most), undisputed: quantities(two_thirds) }
}

/// Closes a window in which this is said of an agreement, after it is over, and lets follow what does.
fn close(id: AgreementId, window: Window, said: Measurement) {
	run_to((window + 1) * WINDOW + 1);
	let Place::Slot(number) = Agreements::agreement(id).unwrap().place else { panic!("it has no slot") };
	Agreements::on_window_closed(window, number / PAGE, &BTreeMap::from([((number % PAGE) as u8, said)]));
	run_to((window + 1) * WINDOW + 3);
}

/// Closes windows in which an agreement was measured well.
fn serve(id: AgreementId, windows: core::ops::Range<Window>) {
	windows.for_each(|window| close(id, window, said(60, 60)));
}

#[test]
fn each_preset_should_have_the_standard_modules_of_its_tempo() {
	for (preset, schedule, testing) in [
		(presets::DEVELOPMENT_PRESET, DEVELOPMENT, 2),
		(presets::LOCAL_PRESET, LOCAL, 2),
		(presets::LIVE_TEMPLATE_PRESET, LIVE, 24),
	] {
		chain(preset).execute_with(|| {
			let found: Vec<_> = Agreements::modules(None).into_iter().map(|(_, module)| module.specification).collect();
			assert_eq!(found.len(), 4, "{preset}");
			for module in standard_modules(&schedule) {
				assert_eq!(module.testing, testing, "{preset}");
				assert!(found.contains(&module), "{preset}: {module:?}");
			}
		});
	}
	// The shortest budget period has room for them as well.
	let mut shortest = DEVELOPMENT;
	shortest.half_budget_windows = 2;
	let mut genesis = super::chain::genesis(presets::DEVELOPMENT_PRESET);
	genesis["tempo"]["schedule"] = serde_json::to_value(shortest).unwrap();
	super::chain::chain_of(genesis).execute_with(|| assert_eq!(Agreements::modules(None).len(), 4));
}

#[test]
fn a_genesis_should_choose_its_own_modules() {
	let mut genesis = super::chain::genesis(presets::DEVELOPMENT_PRESET);
	let modules = serde_json::to_value(&standard_modules(&DEVELOPMENT)[..1]).unwrap();
	genesis["agreements"]["modules"] = modules;
	super::chain::chain_of(genesis).execute_with(|| assert_eq!(Agreements::modules(None).len(), 1));
}

#[test]
fn a_node_should_negotiate_be_tested_serve_be_paid_and_leave() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		set_up();
		assert_ok!(Agreements::set_params(
			Origin::SlaAdmin.into(),
			pallet_agreements::Params { require_agreement: true, ..pallet_agreements::Parameters::<Runtime>::get() }
		));
		assert_ok!(StakingSlash::refresh(by(Ferdie), node()));
		assert_eq!(StakingSlash::activity(node()), Activity::NotInService);

		// The node proposes, the seats want it faster, and it accepts.
		assert_ok!(Agreements::propose(by(NODE), offer()));
		let mut faster = offer();
		faster.bounds[1].value = 500;
		let deadline = Tempo::now() + 10;
		let payload = Agreements::payload(0, 2, node(), faster.clone(), deadline);
		let two = signed(&[Alice, Bob], &payload);
		assert!(Agreements::counter_by_seats(by(Ferdie), 0, 1, faster.clone(), deadline, two).is_err());
		let three = signed(&[Alice, Bob, Dave], &payload);
		assert_ok!(Agreements::counter_by_seats(by(Ferdie), 0, 1, faster.clone(), deadline, three));
		let (fee, test_fee) = Agreements::quote(node(), faster.clone()).unwrap();
		let before = Balances::balance(&node());
		let pool = Balances::balance(&StakingSlash::pot(Role::Anchor));
		assert_ok!(Agreements::accept(by(NODE), 0, 2));
		assert_eq!((fee, test_fee), (SLN, 5 * SLN));
		assert_eq!(before - Balances::balance(&node()), fee + test_fee);
		assert_eq!(Balances::balance(&StakingSlash::pot(Role::Anchor)), pool + fee);
		let reason = RuntimeHoldReason::from(HoldReason::Test);
		assert_eq!(Balances::balance_on_hold(&reason, &node()), test_fee);

		// What its units need stays bonded.
		assert_eq!(<StakingSlash as Stakes<_, _>>::active(Role::ServiceNode, &node()), 1_000 * SLN);
		let committed = pallet_staking_slash::Error::<Runtime>::Committed;
		assert_noop!(StakingSlash::unbond(by(NODE), 500 * SLN + 1), committed);
		assert_ok!(StakingSlash::unbond(by(NODE), 500 * SLN));
		assert_ok!(StakingSlash::rebond(by(NODE), 500 * SLN));

		// Its slot is drawn with randomness of an epoch that had not begun.
		run_to(2 * EPOCH);
		assert!(matches!(Agreements::agreement(0).unwrap().place, Place::Waiting(_)));
		run_to(2 * EPOCH + 3);
		let first = slot(0).first;
		assert_eq!(first, Tempo::now() / WINDOW + 1);

		// It passes its test, and is paid from then on.
		serve(0, first..first + 1);
		assert_eq!(StakingSlash::activity(node()), Activity::NotInService);
		serve(0, first + 1..first + 2);
		assert_eq!(StakingSlash::activity(node()), Activity::Active);
		assert!(!StakingSlash::weight(node()).0.is_zero());
		assert_eq!(Balances::balance_on_hold(&reason, &node()), 0);
		assert!(matches!(slot(0).stage, Stage::Shadow { .. }));
		serve(0, first + 2..first + 4);
		assert_eq!(slot(0).stage, Stage::Active);

		// The first breach is a warning, the second lowers the score.
		let score = Sla::score(Role::ServiceNode, node());
		close(0, first + 4, said(30, 60));
		assert_eq!(Sla::score(Role::ServiceNode, node()), score);
		close(0, first + 5, said(30, 60));
		assert!(Sla::score(Role::ServiceNode, node()) < score);

		// Pausing takes it out of service.
		assert_ok!(StakingSlash::chill(by(NODE)));
		run_to(System::block_number() + 3);
		assert!(slot(0).suspended && StakingSlash::weight(node()).0.is_zero());
		assert_ok!(StakingSlash::activate(by(NODE)));
		assert_eq!(StakingSlash::activity(node()), Activity::NotInService);
		assert_ok!(Agreements::resume(by(NODE), 0));
		assert_eq!(StakingSlash::activity(node()), Activity::Active);

		// It ends with its last window, and leaves its slot two windows later.
		let last = slot(0).last;
		assert_eq!(last, first + 7);
		run_to((last + 1) * WINDOW + 3);
		assert_eq!(StakingSlash::activity(node()), Activity::NotInService);
		run_to((last + 2) * WINDOW + 3);
		assert_eq!(Agreements::agreement(0), None);
		assert_ok!(StakingSlash::unbond(by(NODE), 1_000 * SLN));
	});
}

#[test]
fn a_spent_budget_should_be_slashed_through_the_queue_of_appeals() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		set_up();
		let id = conclude(Offer { windows: 30, ..offer() });
		run_to(2 * EPOCH + 3);
		let first = slot(id).first;
		serve(id, first..first + 4);
		let mut window = first + 4;
		while StakingSlash::pending_slashes(node()).is_empty() {
			assert!(window < first + 30, "nothing is slashed");
			close(id, window, said(0, 0));
			window += 1;
		}
		let slashes = StakingSlash::pending_slashes(node());
		assert_eq!(slashes.len(), 1);
		let amount = slashes[0].1.amount();
		run_to(System::block_number() + LOCAL.slash_deferral_blocks + 4);
		assert!(Balances::total_balance_on_hold(&node()) <= 1_010 * SLN - amount);
	});
}

#[test]
fn announced_maintenance_should_extend_demands() {
	use smartlayer_primitives::Maintenance;
	chain(presets::LOCAL_PRESET).execute_with(|| {
		set_up();
		conclude(Offer { windows: 30, ..offer() });
		run_to(2 * EPOCH + 3);
		let window = Agreements::running_window();
		assert_noop!(Agreements::announce_maintenance(by(NODE), window + 1, 1), Error::<Runtime>::NoticeTooShort);
		assert_ok!(Agreements::announce_maintenance(by(NODE), window + 2, 2));
		let ends = (window + 4) * WINDOW;
		let of = |from, to| <Agreements as Maintenance<_, _>>::ends(&node(), from, to);
		assert_eq!(of(Tempo::now(), Tempo::now() + 10), None);
		assert_eq!(of((window + 2) * WINDOW, (window + 3) * WINDOW), Some(ends));
	});
}

#[test]
fn seats_should_agree_with_the_keys_of_now() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		set_up();
		assert_ok!(Agreements::propose(by(NODE), offer()));
		let given = consent(0);
		let before = ActiveSeats::<Runtime>::get();
		// Another seat takes the place of one that has signed, or one of them has another key.
		let changes: [fn(&mut OnDuty<AccountId>); 2] =
			[|seat| seat.who = Ferdie.to_account_id(), |seat| seat.key = Ferdie.public().into()];
		let errors = [pallet_anchors::Error::<Runtime>::SignerNotSeated, pallet_anchors::Error::<Runtime>::WrongKey];
		for (change, error) in changes.into_iter().zip(errors) {
			ActiveSeats::<Runtime>::mutate(|seats| change(&mut seats[1]));
			assert_noop!(Agreements::conclude(by(Ferdie), 0, 1, given.clone()).map_err(|failed| failed.error), error);
			assert_eq!(Agreements::negotiation(0).unwrap().by, Party::Provider);
			ActiveSeats::<Runtime>::put(before.clone());
		}
		assert_ok!(Agreements::conclude(by(Ferdie), 0, 1, given));
	});
}

/// How many agreements there are besides those that are measured.
fn counts() -> [u32; 2] {
	if std::env::var("SMARTLAYER_LONG_TESTS").is_ok() { [10, 100_000] } else { [10, 3_000] }
}

#[test]
fn the_cost_of_calls_and_windows_should_not_grow_with_the_number_of_agreements() {
	let measured = counts().map(|count| {
		let mut externalities = chain(presets::LOCAL_PRESET);
		let mut number = 0;
		externalities.execute_with(|| {
			set_up();
			let id = conclude(Offer { windows: 200, units: 1, ..offer() });
			run_to(2 * EPOCH + 3);
			let first = slot(id).first;
			serve(id, first..first + 4);
			let Place::Slot(own) = Agreements::agreement(id).unwrap().place else { panic!("it has no slot") };
			number = own;
			fill(count, id, own);
		});
		let window = externalities.execute_with(Agreements::running_window);
		let closed = accesses(&mut externalities, || {
			// From one of them something follows.
			let own = (number % PAGE) as u8;
			let measured = (0..=u8::MAX).map(|place| (place, said(if place == own { 30 } else { 60 }, 60))).collect();
			Agreements::on_window_closed(window, number / PAGE, &measured);
		});
		let propose = accesses(&mut externalities, || {
			assert_ok!(Agreements::propose(by(NODE), Offer { units: 2, ..offer() }));
		});
		let next = externalities.execute_with(pallet_agreements::NextAgreementId::<Runtime>::get) - 1;
		let renew = accesses(&mut externalities, || {
			assert_ok!(Agreements::conclude(by(Ferdie), next, 1, consent(next)));
		});
		let maintenance = accesses(&mut externalities, || {
			assert_ok!(Agreements::announce_maintenance(by(NODE), window + 4, 1));
		});
		let end = accesses(&mut externalities, || {
			assert_ok!(Agreements::end(by(NODE), 0));
		});
		let hook = accesses(&mut externalities, || {
			Agreements::on_poll(System::block_number(), &mut WeightMeter::new());
		});
		[closed, propose, renew, maintenance, end, hook]
	});
	// For the specification.
	println!("window, propose, renew, maintenance, end, hook: {:?}", measured[0]);
	assert_eq!(measured[0], measured[1]);
	let touched = |of: &Accesses| of.reads > 0 && of.writes > 0;
	assert!(measured[0].iter().all(touched), "{measured:?}");
}

/// Fills pages with copies of an agreement, as of other nodes. Its own page is full in any case.
fn fill(count: u32, id: AgreementId, own: SlotId) {
	let agreement: Agreement<_, _, _> = Agreements::agreement(id).unwrap();
	let copy = slot(id);
	let pages = 1 + count.div_ceil(PAGE);
	for page in 0..pages {
		pallet_agreements::Roster::<Runtime>::mutate(page, |slots| {
			for place in 0..=u8::MAX {
				let number = page * PAGE + u32::from(place);
				if number == own {
					continue;
				}
				let other = 1_000_000 + u64::from(number);
				let provider = AccountId::from(sp_io::hashing::blake2_256(&number.to_le_bytes()));
				let slot = Slot { agreement: other, provider: provider.clone(), ..copy.clone() };
				slots.try_insert(place, slot).unwrap();
				let concluded = Agreement { provider, place: Place::Slot(number), ..agreement.clone() };
				pallet_agreements::Agreements::<Runtime>::insert(other, concluded);
			}
		});
	}
	pallet_agreements::Pages::<Runtime>::put(pages);
	pallet_agreements::Records::<Runtime>::mutate(0, |record| record.units += u64::from(pages * PAGE));
}
