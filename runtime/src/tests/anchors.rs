use super::{
	accesses::accesses,
	chain::{chain, run_to},
};
use crate::{
	AccountId, Anchors, Babe, Balance, Balances, BlockNumber, Grandpa, Runtime, RuntimeOrigin, Session, SessionKeys,
	Sla, StakingSlash, System,
	configs::{LOCAL, PunishOffenders},
	constants::SLN,
	governance::pallet_origins::Origin,
	presets,
};
use frame_support::{BoundedVec, assert_noop, assert_ok, traits::fungible::Mutate};
use pallet_anchors::{CoSignature, Organisation, Standing};
use proptest::{collection::vec, prelude::*};
use smartlayer_commitment::{Operation, Snapshot, commit_operations, prove_operation};
use smartlayer_primitives::{Role, Score, Severity};
use sp_core::{H256, Pair};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie, One, Two};
use sp_runtime::{DispatchError, Perbill};
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

const EPOCH: BlockNumber = LOCAL.epoch_slots;
const TERM: BlockNumber = LOCAL.term_epochs * EPOCH;

fn by(key: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(key.to_account_id())
}

fn session_keys(key: Sr25519Keyring) -> SessionKeys {
	let finality = sp_core::ed25519::Pair::from_seed(&key.public().0).public();
	SessionKeys {
		grandpa: finality.into(),
		babe: key.public().into(),
		authority_discovery: key.public().into(),
		anch: key.public().into(),
	}
}

fn organisation() -> Organisation {
	Organisation { name: BoundedVec::truncate_from(b"Example".to_vec()), site: BoundedVec::new() }
}

/// Lets an account stand: bonded, with keys, admitted.
fn candidate(key: Sr25519Keyring) -> AccountId {
	let who = key.to_account_id();
	StakingSlash::bond(by(key), Role::Anchor, 20_000 * SLN).unwrap();
	// What `set_keys` does after it has checked who owns the keys.
	pallet_session::NextKeys::<Runtime>::insert(&who, session_keys(key));
	Anchors::apply_candidacy(by(key), organisation()).unwrap();
	Anchors::admit(Origin::AnchorAdmin.into(), who.clone()).unwrap();
	who
}

fn vote(voter: Sr25519Keyring, candidates: &[Sr25519Keyring], stake: Balance) {
	let candidates = candidates.iter().map(|key| key.to_account_id()).collect();
	Anchors::vote(by(voter), BoundedVec::truncate_from(candidates), stake).unwrap();
}

fn pass(blocks: BlockNumber) {
	run_to(System::block_number() + blocks);
}

/// The snapshot of the interval that is, by the first on duty, with these operations. The keys of the seats are those
/// of the well-known accounts.
fn write(operations: &[Operation]) -> Snapshot {
	let duty = Anchors::duty().unwrap();
	let (parent, void) = Anchors::expected_parent().unwrap();
	let operations = commit_operations(operations.iter()).unwrap();
	let snapshot = Snapshot { interval: duty.interval, parent, void, operations, ..Default::default() };
	let payload = Anchors::payload(&snapshot, &duty.order[0].who);
	let signatures = duty.order.iter().map(|anchor| {
		let key = Sr25519Keyring::from_account_id(&anchor.who).unwrap();
		CoSignature { seat: anchor.who.clone(), key: anchor.key.clone(), signature: key.sign(&payload).into() }
	});
	let signatures = BoundedVec::truncate_from(signatures.collect());
	let first = RuntimeOrigin::signed(duty.order[0].who.clone());
	Anchors::submit_snapshot(first, snapshot, signatures).unwrap();
	snapshot
}

#[test]
fn who_is_elected_should_author_and_finalise_and_who_is_not_should_not() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		let eve = candidate(Eve);
		vote(Ferdie, &[Eve, Alice, Bob, Charlie], 100_000 * SLN);
		run_to(3 * TERM + EPOCH + 1);
		let seats: Vec<_> = Anchors::seats().into_iter().map(|seat| seat.who).collect();
		assert!(seats.contains(&eve) && !seats.contains(&Dave.to_account_id()), "{seats:?}");
		let keys = session_keys(Eve);
		assert!(Babe::authorities().iter().any(|(key, _)| key == &keys.babe));
		assert!(Grandpa::grandpa_authorities().iter().any(|(key, _)| key == &keys.grandpa));
		assert!(!Babe::authorities().iter().any(|(key, _)| key == &Dave.public().into()));
		// Its key for duty may keep statements, that of the one who left may not.
		let allowance = |key: Sr25519Keyring| sp_statement_store::get_allowance(key.public());
		assert!(!allowance(Eve).is_depleted() && allowance(Dave).is_depleted());
		// And it is rewarded for its seat.
		assert_eq!(StakingSlash::activity(eve), pallet_staking_slash::Activity::Active);
		assert_eq!(StakingSlash::activity(Dave.to_account_id()), pallet_staking_slash::Activity::NotSeated);
	});
}

#[test]
fn a_bond_should_hold_its_seat_while_the_floor_asks_for_it() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		assert_ok!(StakingSlash::chill(by(Alice)));
		assert_eq!(Anchors::seats()[0].standing, Standing::Leaving);
		for key in [Bob, Charlie, Dave] {
			let refused = DispatchError::from(pallet_anchors::Error::<Runtime>::FloorBreached);
			assert_noop!(StakingSlash::chill(by(key)), refused);
			assert_noop!(StakingSlash::unbond(by(key), 30_000 * SLN), refused);
			assert_noop!(Anchors::resign(by(key)), refused);
		}
		// What stays above the minimum may go.
		assert_ok!(StakingSlash::unbond(by(Bob), 10_000 * SLN));
		candidate(Eve);
		vote(Ferdie, &[Eve], SLN);
		run_to(3 * TERM + EPOCH + 1);
		assert_eq!(Anchors::seats().len(), 4);
		assert_ok!(StakingSlash::chill(by(Bob)));
	});
}

#[test]
fn who_is_slashed_below_the_minimum_should_lose_its_candidacy_when_the_slash_is_applied() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		let eve = candidate(Eve);
		let severity = Severity::Fraction(Perbill::from_percent(60));
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), eve.clone(), severity, None));
		assert!(pallet_anchors::Candidates::<Runtime>::contains_key(&eve));
		pass(LOCAL.slash_deferral_blocks);
		assert!(!pallet_anchors::Candidates::<Runtime>::contains_key(&eve));
	});
}

#[test]
fn a_whole_set_that_equivocates_should_go_on_authoring_without_reward() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		let offenders: Vec<_> = [Alice, Bob, Charlie, Dave]
			.map(|key| OffenceDetails { offender: (key.to_account_id(), ()), reporters: Vec::new() })
			.into();
		PunishOffenders::on_offence(&offenders, &[Perbill::one(); 4], Session::current_index());
		pass(LOCAL.slash_deferral_blocks + 2 * EPOCH);
		// All have lost everything. One may go in a term, and below the floor nobody.
		assert_eq!(Anchors::seats().len(), 3);
		assert!(Anchors::seats().iter().all(|seat| seat.standing == Standing::Holdover));
		assert!(!Session::validators().is_empty());
		assert_eq!(pallet_staking_slash::Pools::<Runtime>::get(Role::Anchor).total_weight, 0.into());
	});
}

#[test]
fn each_power_should_have_its_track() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		assert_ok!(Anchors::call_election(Origin::AnchorAdmin.into()));
		assert_ok!(Anchors::remove_anchor(RuntimeOrigin::root(), Alice.to_account_id()));
		for origin in [Origin::SlaAdmin.into(), Origin::SlashReview.into(), by(Alice)] {
			assert_noop!(Anchors::call_election(origin), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn missed_duty_should_lower_a_score_and_a_snapshot_raise_it() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		let scores = || {
			[Alice, Bob, Charlie, Dave]
				.map(|key| Sla::score(Role::Anchor, key.to_account_id()).into_inner() / 1_000_000_000)
		};
		for key in [Alice, Bob, Charlie, Dave] {
			assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::Anchor, key.to_account_id(), Score::from_u32(50)));
		}
		run_to(LOCAL.interval_blocks);
		assert_eq!(scores(), [40; 4]);
		write(&[]);
		run_to(2 * LOCAL.interval_blocks);
		let mut after = scores();
		after.sort_unstable();
		assert_eq!(after, [40, 40, 40, 41]);
	});
}

#[test]
fn an_election_should_cost_the_same_whatever_the_number_of_voters() {
	let measured = [10, 100_000].map(|voters: u32| {
		let mut externalities = chain(presets::LOCAL_PRESET);
		externalities.execute_with(|| {
			run_to(1);
			candidate(Eve);
			for index in 0..voters {
				let voter = AccountId::from(sp_io::hashing::blake2_256(&index.to_le_bytes()));
				assert_ok!(Balances::mint_into(&voter, 10 * SLN));
				let candidates = BoundedVec::truncate_from(vec![Eve.to_account_id(), Alice.to_account_id()]);
				assert_ok!(Anchors::vote(RuntimeOrigin::signed(voter), candidates, SLN));
			}
			System::reset_events();
		});
		accesses(&mut externalities, || {
			use pallet_session::SessionManager;
			assert!(crate::configs::AnchorSeats::new_session(LOCAL.term_epochs).is_none());
		})
	});
	assert_eq!(measured[0], measured[1]);
	assert!(measured[0].reads > 0 && measured[0].writes > 0, "{measured:?}");
}

#[test]
fn a_proof_should_be_verified_with_the_same_reads_whatever_the_size_of_the_snapshot() {
	let operations = |count: u64| -> Vec<Operation> {
		(0..count)
			.map(|sequence| Operation {
				class: H256::zero(),
				instance: H256::zero(),
				sequence,
				user: Alice.public().0,
				node: Bob.public().0,
				payload: H256::zero(),
			})
			.collect()
	};
	let measured = [1, 10_000].map(|count| {
		let operations = operations(count);
		let mut externalities = chain(presets::LOCAL_PRESET);
		externalities.execute_with(|| {
			run_to(LOCAL.interval_blocks);
			write(&operations);
		});
		let proof = prove_operation(&operations, 0).unwrap();
		accesses(&mut externalities, || assert!(Anchors::verify_operation(1, &operations[0], &proof)))
	});
	assert_eq!(measured[0], measured[1]);
	assert_eq!(measured[0].reads, 1);
}

#[test]
fn duty_and_the_decisions_on_seats_should_not_be_paused() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		let name = |text: &str| text.as_bytes().to_vec().try_into().unwrap();
		let pause = |call: &str| crate::TxPause::pause(Origin::Emergency.into(), (name("Anchors"), name(call)));
		for call in ["submit_snapshot", "admit", "remove_anchor", "call_election", "set_params"] {
			assert_noop!(pause(call), pallet_tx_pause::Error::<Runtime>::Unpausable);
		}
		assert_ok!(pause("vote"));
	});
}

/// What anybody, and every origin but root, can do to the seats.
#[derive(Clone, Debug)]
enum Step {
	Bond(usize),
	Unbond(usize, Balance),
	Chill(usize),
	Activate(usize),
	Keys(usize, usize),
	Apply(usize),
	Admit(usize),
	Withdraw(usize),
	Resign(usize),
	Remove(usize),
	CallElection,
	Vote(usize, Vec<usize>, Balance),
	Retract(usize),
	Offend(usize, u32),
	MinimumBond(Balance),
	Seats(u32, u32),
	Pass(BlockNumber),
}

const PEOPLE: [Sr25519Keyring; 8] = [Alice, Bob, Charlie, Dave, Eve, Ferdie, One, Two];

fn step() -> impl Strategy<Value = Step> {
	let who = || 0..PEOPLE.len();
	prop_oneof![
		3 => who().prop_map(Step::Bond),
		2 => (who(), 0..40_000 * SLN).prop_map(|(a, b)| Step::Unbond(a, b)),
		2 => who().prop_map(Step::Chill),
		2 => who().prop_map(Step::Activate),
		2 => (who(), who()).prop_map(|(a, b)| Step::Keys(a, b)),
		3 => who().prop_map(Step::Apply),
		3 => who().prop_map(Step::Admit),
		1 => who().prop_map(Step::Withdraw),
		2 => who().prop_map(Step::Resign),
		2 => who().prop_map(Step::Remove),
		1 => Just(Step::CallElection),
		3 => (who(), vec(who(), 1..4), 0..100_000 * SLN).prop_map(|(a, b, c)| Step::Vote(a, b, c)),
		1 => who().prop_map(Step::Retract),
		2 => (who(), 0u32..=100).prop_map(|(a, b)| Step::Offend(a, b)),
		1 => (1..60_000 * SLN).prop_map(Step::MinimumBond),
		1 => (1u32..8, 1u32..8).prop_map(|(a, b)| Step::Seats(a, b)),
		4 => prop_oneof![Just(3), Just(EPOCH), Just(TERM)].prop_map(Step::Pass),
	]
}

/// Does a step as a dispatch does: what fails leaves nothing behind.
fn take(step: Step) {
	let admin = || RuntimeOrigin::from(Origin::AnchorAdmin);
	let _refused_or_done = frame_support::storage::with_storage_layer(|| match step {
		Step::Bond(who) => StakingSlash::bond(by(PEOPLE[who]), Role::Anchor, 20_000 * SLN),
		Step::Unbond(who, amount) => StakingSlash::unbond(by(PEOPLE[who]), amount),
		Step::Chill(who) => StakingSlash::chill(by(PEOPLE[who])),
		Step::Activate(who) => StakingSlash::activate(by(PEOPLE[who])),
		Step::Keys(who, keys) => {
			let who = PEOPLE[who].to_account_id();
			// No two accounts have the same keys: the session refuses that.
			let taken =
				pallet_session::NextKeys::<Runtime>::iter().any(|(_, other)| other == session_keys(PEOPLE[keys]));
			if !taken {
				pallet_session::NextKeys::<Runtime>::insert(who, session_keys(PEOPLE[keys]));
			}
			Ok(())
		},
		Step::Apply(who) => Anchors::apply_candidacy(by(PEOPLE[who]), organisation()),
		Step::Admit(who) => Anchors::admit(admin(), PEOPLE[who].to_account_id()),
		Step::Withdraw(who) => Anchors::withdraw_candidacy(by(PEOPLE[who])),
		Step::Resign(who) => Anchors::resign(by(PEOPLE[who])),
		Step::Remove(who) => Anchors::remove_anchor(admin(), PEOPLE[who].to_account_id()),
		Step::CallElection => Anchors::call_election(admin()),
		Step::Vote(who, candidates, stake) => {
			let candidates = candidates.into_iter().map(|index| PEOPLE[index].to_account_id()).collect();
			Anchors::vote(by(PEOPLE[who]), BoundedVec::truncate_from(candidates), stake)
		},
		Step::Retract(who) => Anchors::retract_vote(by(PEOPLE[who])),
		Step::Offend(who, percent) => {
			let offence = OffenceDetails { offender: (PEOPLE[who].to_account_id(), ()), reporters: Vec::new() };
			let session = Session::current_index();
			PunishOffenders::on_offence(&[offence], &[Perbill::from_percent(percent)], session);
			Ok(())
		},
		Step::MinimumBond(amount) => {
			let params = pallet_staking_slash::Parameters::<Runtime>::get();
			let params = pallet_staking_slash::Params { min_anchor_bond: amount, ..params };
			StakingSlash::set_params(Origin::SlaAdmin.into(), params)
		},
		Step::Seats(desired_seats, floor) => {
			let params = pallet_anchors::Parameters::<Runtime>::get();
			Anchors::set_params(admin(), pallet_anchors::Params { desired_seats, floor, ..params })
		},
		Step::Pass(blocks) => {
			pass(blocks);
			Ok(())
		},
	});
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(
		if std::env::var_os("SMARTLAYER_LONG_TESTS").is_some() { 2_000 } else { 60 }
	))]

	#[test]
	fn no_sequence_of_calls_but_roots_should_leave_the_chain_without_authors(steps in vec(step(), 50)) {
		chain(presets::LOCAL_PRESET).execute_with(|| {
			run_to(1);
			for step in steps {
				take(step);
				prop_assert!(!Babe::authorities().is_empty());
				prop_assert!(!Grandpa::grandpa_authorities().is_empty());
				prop_assert_eq!(Session::validators().len(), Babe::authorities().len());
				prop_assert!(!Anchors::seats().is_empty());
				// Who sits is rewarded, and nobody else.
				for key in PEOPLE {
					let who = key.to_account_id();
					let sits = Anchors::seats().iter().any(|seat| seat.who == who && seat.standing == Standing::Sitting);
					let seated = StakingSlash::ledger(who).is_some_and(|ledger| ledger.seated);
					prop_assert_eq!(sits, seated, "{:?}", key);
				}
				// Not everybody is disabled.
				prop_assert!(Session::disabled_validators().len() < Session::validators().len());
			}
			#[cfg(feature = "try-runtime")]
			{
				// This project's own: keys are set here without what the session knows of their owners.
				use frame_support::traits::Hooks;
				let now = System::block_number();
				<Sla as Hooks<_>>::try_state(now).unwrap();
				<StakingSlash as Hooks<_>>::try_state(now).unwrap();
				<Anchors as Hooks<_>>::try_state(now).unwrap();
			}
			Ok(())
		})?;
	}
}
