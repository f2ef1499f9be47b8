use super::chain::{chain, run_to};
use crate::{
	AccountId, Babe, Grandpa, Runtime, Session, SessionKeys,
	authorities::KeyOwners,
	configs::{AnchorSeats, DEVELOPMENT},
	presets,
};
use frame_support::traits::KeyOwnerProofSystem;
use pallet_session::{SessionManager, historical::HistoricalSessions};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

const EPOCH: u32 = DEVELOPMENT.epoch_slots;

fn seats() -> Vec<AccountId> {
	let mut seats: Vec<_> = [Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie, Sr25519Keyring::Dave]
		.into_iter()
		.map(|key| key.to_account_id())
		.collect();
	seats.sort();
	seats
}

fn sorted(mut seats: Vec<AccountId>) -> Vec<AccountId> {
	seats.sort();
	seats
}

#[test]
fn a_session_should_last_an_epoch() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		let first = Session::current_index();
		run_to(EPOCH);
		assert_eq!(Session::current_index(), first);
		run_to(EPOCH + 1);
		assert_eq!(Session::current_index(), first + 1);
		assert_eq!(sorted(Session::validators()), seats());
	});
}

#[test]
fn keys_of_the_first_session_should_be_provable() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		let key = (sp_consensus_babe::KEY_TYPE, Babe::authorities()[0].0.clone());
		let proof = KeyOwners::prove(key.clone()).unwrap();
		let (owner, ()) = KeyOwners::check_proof(key, proof).unwrap();
		assert!(seats().contains(&owner));
	});
}

#[test]
fn a_seat_should_author_with_new_keys_two_sessions_later() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		let alice = Sr25519Keyring::Alice.to_account_id();
		let keys = SessionKeys {
			grandpa: Ed25519Keyring::Ferdie.public().into(),
			babe: Sr25519Keyring::Ferdie.public().into(),
			authority_discovery: Sr25519Keyring::Ferdie.public().into(),
			anch: Sr25519Keyring::Ferdie.public().into(),
		};
		// What `set_keys` does after it has checked who owns the keys.
		pallet_session::NextKeys::<Runtime>::insert(&alice, &keys);

		assert_eq!(AnchorSeats::new_session(2).map(sorted), Some(seats()));
		run_to(EPOCH + 1);
		assert!(!Babe::authorities().iter().any(|(key, _)| key == &keys.babe));
		run_to(2 * EPOCH + 1);
		assert!(Babe::authorities().iter().any(|(key, _)| key == &keys.babe));
		assert!(Grandpa::grandpa_authorities().iter().any(|(key, _)| key == &keys.grandpa));
		// The proof of ownership is of the new keys, and nothing is left to announce.
		let key = (sp_consensus_babe::KEY_TYPE, keys.babe);
		assert!(KeyOwners::prove(key).is_some());
		assert_eq!(AnchorSeats::new_session(9), None);
	});
}

#[test]
fn an_empty_set_should_never_be_announced() {
	chain(presets::LIVE_TEMPLATE_PRESET).execute_with(|| {
		assert_eq!(AnchorSeats::new_session(2), None);
	});
}

#[test]
fn old_sessions_should_be_pruned_when_offences_of_them_can_no_more_be_reported() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		let longevity = DEVELOPMENT.offence_longevity_sessions();
		run_to((longevity + 4) * EPOCH + 1);
		let stored: Vec<_> = HistoricalSessions::<Runtime>::iter_keys().collect();
		let current = Session::current_index();
		assert!(stored.contains(&(current - longevity)));
		assert!(!stored.contains(&(current - longevity - 2)));
		assert!(stored.len() as u32 <= longevity + 3, "{stored:?}");
	});
}
