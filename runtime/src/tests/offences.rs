use super::chain::{chain, run_to, slot};
use crate::{
	AccountId, Babe, Block, BlockNumber, Hash, Header, Runtime, RuntimeOrigin, Session, SessionKeys, StakingSlash,
	System,
	authorities::{KeyOwners, Offenders, RunningKeys},
	configs::{LOCAL, PunishOffenders},
	presets,
};
use codec::Encode;
use frame_support::{
	assert_err, assert_ok,
	traits::{Hooks, KeyOwnerProofSystem, OnRuntimeUpgrade},
	weights::Weight,
};
use sp_consensus_babe::{
	AuthoritySignature, BABE_ENGINE_ID, EquivocationProof, KEY_TYPE,
	digests::{PreDigest, SecondaryPlainPreDigest},
	runtime_decl_for_babe_api::BabeApi,
};
use sp_keyring::{
	Ed25519Keyring,
	Sr25519Keyring::{self, Bob, Charlie, Dave, Eve, Ferdie},
};
use sp_runtime::{Digest, DigestItem, Perbill, traits::Header as _};
use sp_session::MembershipProof;
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

const EPOCH: BlockNumber = LOCAL.epoch_slots;
const TERM: BlockNumber = LOCAL.term_epochs * EPOCH;

fn report(seats: &[Sr25519Keyring], percent: u32) -> Weight {
	let offenders: Vec<OffenceDetails<AccountId, (AccountId, ())>> = seats
		.iter()
		.map(|seat| OffenceDetails { offender: (seat.to_account_id(), ()), reporters: Vec::new() })
		.collect();
	let fractions = vec![Perbill::from_percent(percent); seats.len()];
	PunishOffenders::on_offence(&offenders, &fractions, Session::current_index())
}

fn disabled() -> Vec<AccountId> {
	let seats = Session::validators();
	Session::disabled_validators().into_iter().map(|index| seats[index as usize].clone()).collect()
}

/// Gives a seat the keys of another account, as `set_keys` does when it has checked who owns them.
fn set_keys(seat: Sr25519Keyring, keys: Sr25519Keyring) {
	let finality = <sp_core::ed25519::Pair as sp_core::Pair>::from_seed(&keys.public().0);
	let keys = SessionKeys {
		grandpa: sp_core::Pair::public(&finality).into(),
		babe: keys.public().into(),
		authority_discovery: keys.public().into(),
		anch: keys.public().into(),
	};
	pallet_session::NextKeys::<Runtime>::insert(seat.to_account_id(), keys);
}

/// Two headers that a seat seals for the slot of a height.
fn equivocation(seat: Sr25519Keyring, height: BlockNumber) -> EquivocationProof<Header> {
	let authority_index = Babe::authorities().iter().position(|(key, _)| *key == seat.public().into()).unwrap() as u32;
	let header = |state_root: Hash| {
		let slot = slot(height).into();
		let pre_digest = PreDigest::SecondaryPlain(SecondaryPlainPreDigest { authority_index, slot });
		let digest = Digest { logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, pre_digest.encode())] };
		let mut header = Header::new(height, Default::default(), state_root, Default::default(), digest);
		let seal: AuthoritySignature = seat.sign(header.hash().as_bytes()).into();
		header.digest.push(DigestItem::Seal(BABE_ENGINE_ID, seal.encode()));
		header
	};
	EquivocationProof {
		offender: seat.public().into(),
		slot: slot(height).into(),
		first_header: header(Hash::repeat_byte(1)),
		second_header: header(Hash::repeat_byte(2)),
	}
}

/// The proof that a seat has its well-known key in the running session.
fn ownership(seat: Sr25519Keyring) -> Option<MembershipProof> {
	KeyOwners::prove((KEY_TYPE, seat.public().to_vec()))
}

#[test]
fn an_offender_should_be_disabled() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		assert!(report(&[Bob], 10).ref_time() > 0);
		assert_eq!(disabled(), [Bob.to_account_id()]);
	});
}

#[test]
fn a_graver_offender_should_take_the_place_of_another() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		// Of four seats one can be disabled, or the rest could not finalise.
		report(&[Bob], 10);
		report(&[Charlie], 50);
		assert_eq!(disabled(), [Charlie.to_account_id()]);
		report(&[Dave], 20);
		assert_eq!(disabled(), [Charlie.to_account_id()]);
	});
}

#[test]
fn an_account_without_a_seat_should_not_be_disabled() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		report(&[Eve], 100);
		assert!(disabled().is_empty());
	});
}

#[test]
fn an_offender_should_stay_disabled_until_the_next_term_ends_whatever_keys_are_set() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		report(&[Bob], 10);
		// The session forgets who is disabled when a set with other keys begins.
		set_keys(Bob, Ferdie);
		run_to(2 * EPOCH + 1);
		assert!(Babe::authorities().iter().any(|(key, _)| *key == Ferdie.public().into()));
		assert_eq!(disabled(), [Bob.to_account_id()]);
		run_to(2 * TERM);
		assert_eq!(disabled(), [Bob.to_account_id()]);
		run_to(2 * TERM + 1);
		assert!(disabled().is_empty());
		assert!(Offenders::<Runtime>::get().is_empty());
	});
}

#[test]
fn the_gravest_offenders_should_be_disabled_again() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		report(&[Bob], 10);
		report(&[Charlie], 50);
		set_keys(Dave, Ferdie);
		run_to(2 * EPOCH + 1);
		assert_eq!(disabled(), [Charlie.to_account_id()]);
	});
}

#[test]
fn an_equivocation_should_be_reported_after_its_author_has_replaced_its_keys() {
	// In the session of the fault, and in the two after it.
	for later in 0..=2 {
		chain(presets::LOCAL_PRESET).execute_with(|| {
			run_to(EPOCH + 2);
			set_keys(Bob, Ferdie);
			run_to(EPOCH + 5);
			let fault = equivocation(Bob, System::block_number());
			// As a node asks for it, which sees the fault.
			let owner = ownership(Bob).unwrap();
			run_to(EPOCH + 5 + later * EPOCH);
			assert_ok!(Babe::report_equivocation_unsigned(RuntimeOrigin::none(), Box::new(fault), owner));
			let slashes = StakingSlash::pending_slashes(Bob.to_account_id());
			assert_eq!(slashes.len(), 1, "{later} sessions later");
		});
	}
}

#[test]
fn an_accomplice_that_replaces_its_keys_should_not_spoil_the_proof() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(EPOCH + 2);
		let fault = equivocation(Bob, System::block_number());
		set_keys(Charlie, Ferdie);
		let owner = ownership(Bob).unwrap();
		run_to(2 * EPOCH + 2);
		assert_ok!(Babe::report_equivocation_unsigned(RuntimeOrigin::none(), Box::new(fault), owner));
	});
}

/// A node that sees two headers asks in the state before the first of them, and in its newest one if it has no answer.
#[test]
fn a_state_of_another_epoch_should_not_answer_who_owns_a_key() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		let proof = |height| {
			<Runtime as BabeApi<Block>>::generate_key_ownership_proof(slot(height).into(), Charlie.public().into())
		};
		run_to(EPOCH);
		assert!(proof(EPOCH).is_some());
		assert!(proof(EPOCH + 1).is_none());
		run_to(EPOCH + 1);
		assert!(proof(EPOCH).is_none());
		// In the newest state the first slot of an epoch can be reported, with what the report wants to know of the session.
		assert!(proof(EPOCH + 1).is_some());
		let equivocation = equivocation(Charlie, EPOCH + 1);
		let owner = ownership(Charlie).unwrap();
		assert_ok!(Babe::report_equivocation_unsigned(RuntimeOrigin::none(), Box::new(equivocation), owner));
	});
}

#[test]
fn a_key_that_does_not_run_should_not_be_proved() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(EPOCH + 2);
		assert_eq!(ownership(Ferdie), None);
		set_keys(Bob, Ferdie);
		assert_eq!(ownership(Ferdie), None);
		run_to(3 * EPOCH + 2);
		assert!(ownership(Ferdie).is_some());
		assert_eq!(ownership(Bob), None);
	});
}

#[test]
fn a_proof_of_another_set_should_be_refused() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(EPOCH + 2);
		let fault = equivocation(Bob, System::block_number());
		let owner = ownership(Bob).unwrap();
		let submit = |owner| Babe::report_equivocation_unsigned(RuntimeOrigin::none(), Box::new(fault.clone()), owner);
		let more = MembershipProof { validator_count: owner.validator_count + 1, ..owner.clone() };
		assert_err!(
			submit(more.clone()).map_err(|error| error.error),
			pallet_babe::Error::<Runtime>::InvalidKeyOwnershipProof
		);
		run_to(2 * EPOCH + 2);
		assert_err!(submit(more).map_err(|error| error.error), pallet_babe::Error::<Runtime>::InvalidKeyOwnershipProof);
		assert_ok!(submit(owner));
	});
}

#[test]
fn asking_for_a_proof_should_change_nothing() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(EPOCH + 2);
		set_keys(Bob, Ferdie);
		let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
		assert!(ownership(Bob).is_some());
		assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V1), before);
	});
}

#[test]
fn the_keys_that_run_should_be_recorded_on_a_chain_that_has_not() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(EPOCH + 2);
		set_keys(Bob, Ferdie);
		let recorded = RunningKeys::<Runtime>::get();
		assert_eq!(recorded.len(), 4);
		RunningKeys::<Runtime>::kill();
		crate::authorities::RecordRunningKeys::on_runtime_upgrade();
		assert_eq!(RunningKeys::<Runtime>::get(), recorded);
		// Ed25519 is GRANDPA's.
		let finality: sp_consensus_grandpa::AuthorityId = Ed25519Keyring::Bob.public().into();
		assert!(recorded.iter().any(|(_, keys)| keys.grandpa == finality));
		System::on_finalize(System::block_number());
	});
}
