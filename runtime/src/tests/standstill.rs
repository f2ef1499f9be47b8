//! While a multi-block migration is under way, or has failed, no block contains a transaction. Nothing is charged, taken
//! or minted meanwhile, and no deadline passes.

use super::chain::{chain, run_to};
use crate::{
	Anchors, Balances, Referenda, Runtime, RuntimeCall, RuntimeOrigin, Scheduler, Session, Sla, StakingSlash, System,
	Tempo, configs::LOCAL, constants::SLN, governance::pallet_origins::Origin, presets,
};
use frame_support::{
	assert_ok,
	traits::{Get, schedule::DispatchTime},
};
use pallet_migrations::{Cursor, MigrationCursor};
use smartlayer_primitives::{Role, Severity};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Eve};
use sp_runtime::Perbill;

/// Lets blocks pass in which migrations are under way.
fn pass_while_migrating(blocks: u32) {
	Cursor::<Runtime>::put(MigrationCursor::Stuck);
	run_to(System::block_number() + blocks);
	Cursor::<Runtime>::kill();
}

#[test]
fn a_slash_should_not_be_taken_while_nobody_can_appeal() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		let severity = Severity::Fraction(Perbill::from_percent(10));
		StakingSlash::force_slash(RuntimeOrigin::root(), Bob.to_account_id(), severity, None).unwrap();
		run_to(LOCAL.slash_deferral_blocks);
		pass_while_migrating(100);
		assert_eq!(Tempo::now(), LOCAL.slash_deferral_blocks);
		// As much time as there was before is left to answer.
		assert_eq!(StakingSlash::pending_slashes(Bob.to_account_id()).len(), 1);
		assert_ok!(StakingSlash::appeal(RuntimeOrigin::signed(Bob.to_account_id()), 0));
		let (_, slash) = StakingSlash::pending_slashes(Bob.to_account_id()).remove(0);
		assert_eq!(slash.due, LOCAL.slash_deferral_blocks + LOCAL.appeal_blocks);
	});
}

#[test]
fn no_duty_should_be_missed_and_nothing_be_minted() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(LOCAL.interval_blocks / 2);
		let params = pallet_staking_slash::Parameters::<Runtime>::get();
		let budget = pallet_staking_slash::Params { period_budget: SLN, ..params };
		StakingSlash::set_params(RuntimeOrigin::root(), budget).unwrap();
		Sla::force_score(RuntimeOrigin::root(), Role::Anchor, Alice.to_account_id(), 5.into()).unwrap();
		let before = (Anchors::duty(), Sla::score(Role::Anchor, Alice.to_account_id()), Balances::total_issuance());
		pass_while_migrating(3 * LOCAL.interval_blocks);
		let after = (Anchors::duty(), Sla::score(Role::Anchor, Alice.to_account_id()), Balances::total_issuance());
		assert_eq!(before, after);
		// The interval ends in its own time: some of its blocks, and one in which a session may begin.
		run_to(System::block_number() + LOCAL.interval_blocks / 2 + 1);
		assert_eq!(Anchors::duty().unwrap().interval, 1);
		assert!(Balances::total_issuance() > before.2);
	});
}

#[test]
fn a_payment_session_should_neither_expire_nor_thaw() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(1);
		StakingSlash::bond(RuntimeOrigin::signed(Eve.to_account_id()), Role::ServiceNode, 1_000 * SLN).unwrap();
		let (payer, node) = (RuntimeOrigin::signed(Bob.to_account_id()), Eve.to_account_id());
		let signer = smartlayer_promise::Signer::Sr25519(Bob.public().0);
		assert_ok!(crate::Payments::open_session(payer.clone(), node, SLN, signer, 10));
		pass_while_migrating(100);
		assert!(crate::Payments::session(0).unwrap().is_open(Tempo::now()));
		assert_ok!(crate::Payments::close(payer.clone(), 0, None));
		pass_while_migrating(500);
		assert!(crate::Payments::settle(payer.clone(), 0).is_err());
		run_to(System::block_number() + <Runtime as pallet_payments::Config>::Thaw::get());
		assert_ok!(crate::Payments::settle(payer, 0));
	});
}

#[test]
fn seats_should_stay_as_they_are_and_the_chain_have_authors() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(2);
		let seats = Session::validators();
		assert_ok!(Anchors::resign(RuntimeOrigin::signed(Bob.to_account_id())));
		let session = Session::current_index();
		pass_while_migrating(5 * LOCAL.epoch_slots);
		assert_eq!(Session::current_index(), session + 5);
		assert_eq!(Session::validators(), seats);
		run_to(System::block_number() + 2 * LOCAL.epoch_slots);
		assert_eq!(Session::validators().len(), 3);
	});
}

#[test]
fn what_is_scheduled_should_wait() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(5);
		let call =
			RuntimeCall::System(frame_system::Call::set_storage { items: vec![(b"ran".to_vec(), b"1".to_vec())] });
		let ran = || sp_io::storage::get(b"ran").is_some();
		Scheduler::schedule_after(RuntimeOrigin::root(), 3, None, 0, Box::new(call)).unwrap();
		run_to(6);
		pass_while_migrating(20);
		assert!(!ran());
		run_to(System::block_number() + 2);
		assert!(!ran());
		run_to(System::block_number() + 1);
		assert!(ran());
	});
}

#[test]
fn a_referendum_should_keep_its_time() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		run_to(5);
		let origin = Box::new(Origin::Emergency.into());
		let remark = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
		let proposal = <crate::Preimage as frame_support::traits::StorePreimage>::bound(remark).unwrap();
		let signed = RuntimeOrigin::signed(Eve.to_account_id());
		Referenda::submit(signed, origin, proposal, DispatchTime::After(1)).unwrap();
		let ongoing = || {
			let info = pallet_referenda::ReferendumInfoFor::<Runtime>::get(0).unwrap();
			matches!(info, pallet_referenda::ReferendumInfo::Ongoing(..))
		};
		pass_while_migrating(2 * LOCAL.governance.undeciding_timeout);
		assert!(ongoing());
		run_to(System::block_number() + LOCAL.governance.undeciding_timeout - 1);
		assert!(ongoing());
		run_to(System::block_number() + 2);
		assert!(!ongoing());
	});
}
