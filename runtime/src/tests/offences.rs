use super::chain::{chain, run_to};
use crate::{AccountId, Session, configs::PunishOffenders, presets};
use frame_support::weights::Weight;
use sp_keyring::Sr25519Keyring;
use sp_runtime::Perbill;
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

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

#[test]
fn an_offender_should_be_disabled() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		assert!(report(&[Sr25519Keyring::Bob], 10).ref_time() > 0);
		assert_eq!(disabled(), [Sr25519Keyring::Bob.to_account_id()]);
	});
}

#[test]
fn a_graver_offender_should_take_the_place_of_another() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		// Of four seats one can be disabled, or the rest could not finalise.
		report(&[Sr25519Keyring::Bob], 10);
		report(&[Sr25519Keyring::Charlie], 50);
		assert_eq!(disabled(), [Sr25519Keyring::Charlie.to_account_id()]);
		report(&[Sr25519Keyring::Dave], 20);
		assert_eq!(disabled(), [Sr25519Keyring::Charlie.to_account_id()]);
	});
}

#[test]
fn an_account_without_a_seat_should_not_be_disabled() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		report(&[Sr25519Keyring::Eve], 100);
		assert!(disabled().is_empty());
	});
}
