use crate::{Activity, Chunk, Error, Event, HoldReason, Ledgers, Slashes, Stage, mock::*};
use frame_support::{
	assert_noop, assert_ok,
	traits::fungible::{Inspect, InspectHold, Mutate},
};
use smartlayer_primitives::{Action, Cause, Offence, Role, Severity, SlashId, SlashOutcome, Slasher, Victim};
use sp_runtime::{DispatchError, Perbill};

fn offence(victim: Option<AccountId>, cause: Cause) -> Offence<AccountId, u128> {
	let victim = victim.map(|account| Victim { account, at_most: None });
	Offence { offender: 1, severity: Severity::Rate, victim, cause, action: Some(Action::FailedRedeem), outage: None }
}

/// A node of two thousand that has failed: 30 % are set aside.
fn failed() -> SlashId {
	assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 2_000 * UNIT));
	StakingSlash::slash(offence(Some(2), Cause::NoData)).unwrap()
}

fn aside() -> u128 {
	Ledgers::<Test>::get(1).unwrap().aside()
}

#[test]
fn slash_should_set_aside_and_change_nothing_else() {
	run(|| {
		set_score(Role::ServiceNode, 1, 100);
		let id = failed();
		assert_eq!(aside(), 200 * UNIT);
		assert_eq!(StakingSlash::activity(1), Activity::Active);
		assert!(Recorded::get().is_empty() && Resolved::get().is_empty());
		assert_eq!(Balances::balance(&2), FUNDS);
		let due = 1 + DEFERRAL;
		let amount = 200 * UNIT;
		assert_eq!(events()[1], Event::SlashSetAside { id, offender: 1, amount, cause: Cause::NoData, due });
		assert_eq!(StakingSlash::pending_slashes(1).len(), 1);
	});
}

#[test]
fn slash_should_keep_the_place_until_it_is_applied() {
	run(|| {
		node(1);
		StakingSlash::slash(offence(None, Cause::Invalid)).unwrap();
		assert_eq!(StakingSlash::activity(1), Activity::Active);
		pass(DEFERRAL);
		assert_eq!(StakingSlash::activity(1), Activity::BelowMinimum);
		assert_eq!(LostBonds::take(), [(Role::ServiceNode, 1)]);
	});
}

#[test]
fn slash_should_fail_when_the_offender_has_not_bonded() {
	run(|| {
		assert_noop!(StakingSlash::slash(offence(None, Cause::NoData)), Error::<Test>::NotBonded);
	});
}

#[test]
fn slash_should_take_what_ends_last_when_the_bond_is_not_enough() {
	run(|| {
		node(1);
		assert_ok!(StakingSlash::unbond(by(1), 400 * UNIT));
		pass(5);
		assert_ok!(StakingSlash::unbond(by(1), 500 * UNIT));
		let severity = Severity::Fraction(Perbill::from_percent(70));
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 1, severity, None));
		let ledger = Ledgers::<Test>::get(1).unwrap();
		assert_eq!((ledger.active, ledger.aside_from_active, ledger.aside_from_unbonding), (0, 100 * UNIT, 600 * UNIT));
		assert_eq!(ledger.unbonding.into_inner(), [Chunk { amount: 300 * UNIT, until: 1 + UNBONDING }]);
	});
}

#[test]
fn apply_should_split_record_and_tell() {
	run(|| {
		let id = failed();
		pass(DEFERRAL);
		assert_eq!(Balances::balance(&2), FUNDS + 300 * UNIT);
		assert_eq!(Balances::balance(&TREASURY), ED + 300 * UNIT);
		assert_eq!(Recorded::take(), [(1, Action::FailedRedeem)]);
		assert_eq!(Resolved::take(), [(id, SlashOutcome::Applied)]);
		assert!(!Slashes::<Test>::contains_key(id));
		let (to_victim, to_treasury) = (300 * UNIT, 300 * UNIT);
		assert!(events().contains(&Event::SlashApplied { id, offender: 1, to_victim, to_treasury }));
	});
}

#[test]
fn apply_should_give_all_to_the_treasury_when_there_is_no_victim() {
	run(|| {
		node(1);
		StakingSlash::slash(offence(None, Cause::NoData)).unwrap();
		pass(DEFERRAL);
		assert_eq!(Balances::balance(&TREASURY), ED + 300 * UNIT);
	});
}

#[test]
fn apply_should_give_all_to_the_treasury_when_the_victim_can_not_receive() {
	run(|| {
		// An account that does not exist, and a share below the existential deposit.
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, ED));
		StakingSlash::slash(offence(Some(999), Cause::NoData)).unwrap();
		pass(DEFERRAL);
		assert_eq!(Balances::balance(&999), 0);
		assert_eq!(Balances::balance(&TREASURY), ED + 3);
	});
}

#[test]
fn apply_should_make_the_victims_account_when_its_share_is_enough() {
	run(|| {
		node(1);
		StakingSlash::slash(offence(Some(999), Cause::NoData)).unwrap();
		pass(DEFERRAL);
		assert_eq!(Balances::balance(&999), 150 * UNIT);
	});
}

#[test]
fn apply_should_wait_when_the_treasury_can_not_receive() {
	run(|| {
		assert_ok!(Balances::burn_from(
			&TREASURY,
			ED,
			frame_support::traits::tokens::Preservation::Expendable,
			frame_support::traits::tokens::Precision::Exact,
			frame_support::traits::tokens::Fortitude::Force,
		));
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, ED));
		let id = StakingSlash::slash(offence(None, Cause::NoData)).unwrap();
		let issued = Balances::total_issuance();
		events();
		pass(DEFERRAL);
		let error = Error::<Test>::TreasuryCannotReceive.into();
		assert_eq!(events(), [Event::SlashStuck { id, error }]);
		assert_eq!((aside(), Balances::total_issuance()), (3, issued));
		assert!(Recorded::get().is_empty());
		assert_noop!(StakingSlash::apply_slash(by(3), id), Error::<Test>::TreasuryCannotReceive);

		// Anyone tries again when the cause is gone, free of charge.
		assert_ok!(Balances::mint_into(&TREASURY, ED));
		let info = StakingSlash::apply_slash(by(3), id).unwrap();
		assert_eq!(info.pays_fee, frame_support::pallet_prelude::Pays::No);
		assert_eq!(Balances::balance(&TREASURY), ED + 3);
	});
}

#[test]
fn apply_slash_should_fail_when_it_is_not_due() {
	run(|| {
		let id = failed();
		pass(DEFERRAL - 1);
		assert_noop!(StakingSlash::apply_slash(by(3), id), Error::<Test>::NotDue);
		pass(1);
		assert_noop!(StakingSlash::apply_slash(by(3), id), Error::<Test>::NoSuchSlash);
	});
}

#[test]
fn theft_should_leave_at_least_half_to_the_treasury() {
	run(|| {
		let mut generous = params();
		generous.victim_share = Perbill::one();
		assert_ok!(StakingSlash::set_params(RuntimeOrigin::root(), generous));
		node(1);
		StakingSlash::slash(offence(Some(2), Cause::Theft)).unwrap();
		pass(DEFERRAL);
		assert_eq!(Balances::balance(&TREASURY), ED + 150 * UNIT);
	});
}

#[test]
fn appeal_should_move_the_due_block_and_hold_a_deposit() {
	run(|| {
		let id = failed();
		pass(DEFERRAL - 1);
		events();
		assert_ok!(StakingSlash::appeal(by(1), id));
		let due = DEFERRAL + APPEAL;
		assert_eq!(events(), [Event::SlashAppealed { id, due }]);
		assert_eq!(Balances::balance_on_hold(&HoldReason::Appeal.into(), &1), 100 * UNIT);
		run_to(due - 1);
		assert!(Slashes::<Test>::contains_key(id));
		// Nobody has ruled: the slash stands, the deposit returns.
		run_to(due);
		assert_eq!(Balances::balance_on_hold(&HoldReason::Appeal.into(), &1), 0);
		assert_eq!(Balances::total_balance(&1), FUNDS - 600 * UNIT);
	});
}

#[test]
fn appeal_should_fail_when_it_is_late_or_repeated_or_another_ones() {
	run(|| {
		let id = failed();
		assert_noop!(StakingSlash::appeal(by(2), id), Error::<Test>::NotOffender);
		assert_noop!(StakingSlash::appeal(by(1), id + 1), Error::<Test>::NoSuchSlash);
		assert_ok!(StakingSlash::appeal(by(1), id));
		assert_noop!(StakingSlash::appeal(by(1), id), Error::<Test>::AlreadyAppealed);
	});
}

#[test]
fn appeal_should_fail_when_the_slash_is_due_but_waits_for_its_turn() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 2_000 * UNIT));
		let severity = Severity::Fraction(Perbill::from_percent(1));
		for _ in 0..20 {
			assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 1, severity, None));
		}
		pass(DEFERRAL);
		let waiting = Slashes::<Test>::iter_keys().next().unwrap();
		assert_noop!(StakingSlash::appeal(by(1), waiting), Error::<Test>::TooLate);
		// Nobody has to wait for the hook.
		assert_ok!(StakingSlash::apply_slash(by(5), waiting));
	});
}

#[test]
fn a_slash_that_is_stuck_should_still_be_ruled_on_and_cancelled() {
	for cancelled in [true, false] {
		run(|| {
			let id = failed();
			assert_ok!(StakingSlash::appeal(by(1), id));
			let slash = Slashes::<Test>::get(id).unwrap();
			Slashes::<Test>::insert(id, crate::PendingSlash { from_active: u128::MAX, ..slash.clone() });
			pass(APPEAL);
			assert!(events().iter().any(|event| matches!(event, Event::SlashStuck { .. })));
			Slashes::<Test>::insert(id, slash);
			if cancelled {
				assert_ok!(StakingSlash::cancel(by(REVIEWER), id));
				assert_eq!(Balances::total_balance(&1), FUNDS);
			} else {
				assert_ok!(StakingSlash::rule(by(REVIEWER), id, true));
				pass(1);
				assert_eq!(Balances::total_balance(&1), FUNDS - 700 * UNIT);
			}
			assert!(!Slashes::<Test>::contains_key(id));
		});
	}
}

#[test]
fn a_slash_should_wait_when_less_is_held_than_the_ledger_says() {
	use frame_support::traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision},
	};
	// A state that should not be: whatever broke it, nobody is paid what is not there.
	chain().execute_with(|| {
		let id = failed();
		let lost = 1_900 * UNIT;
		let reason = HoldReason::Bond.into();
		assert_ok!(Balances::burn_held(&reason, &1, lost, Precision::Exact, Fortitude::Force));
		pass(DEFERRAL);
		assert_noop!(StakingSlash::apply_slash(by(3), id), Error::<Test>::HoldTooSmall);
		assert_eq!((Balances::balance(&2), Balances::balance(&TREASURY)), (FUNDS, ED));
		assert_ok!(StakingSlash::cancel(by(REVIEWER), id));
	});
}

#[test]
fn nobody_should_be_compensated_for_its_own_fault() {
	run(|| {
		node(1);
		StakingSlash::slash(offence(Some(1), Cause::NoData)).unwrap();
		pass(DEFERRAL);
		assert_eq!(Balances::balance(&TREASURY), ED + 300 * UNIT);
	});
}

#[test]
fn a_slash_that_finds_nothing_left_should_still_record_its_action() {
	run(|| {
		node(1);
		let severity = Severity::Whole;
		StakingSlash::slash(Offence { severity, ..offence(None, Cause::NoData) }).unwrap();
		StakingSlash::slash(Offence { severity, ..offence(None, Cause::Invalid) }).unwrap();
		pass(DEFERRAL);
		assert!(!Ledgers::<Test>::contains_key(1));
		assert_eq!(Slashes::<Test>::iter().count(), 0);
		assert_eq!(Recorded::take().len(), 2);
	});
}

#[test]
fn rule_should_give_everything_back_when_it_overturns() {
	run(|| {
		let id = failed();
		assert_ok!(StakingSlash::appeal(by(1), id));
		assert_noop!(StakingSlash::rule(by(1), id, false), DispatchError::BadOrigin);
		assert_ok!(StakingSlash::rule(by(REVIEWER), id, false));
		assert_eq!((aside(), Ledgers::<Test>::get(1).unwrap().active), (0, 2_000 * UNIT));
		assert_eq!(Balances::total_balance(&1), FUNDS);
		assert_eq!(Balances::balance_on_hold(&HoldReason::Appeal.into(), &1), 0);
		assert_eq!(Resolved::take(), [(id, SlashOutcome::Cancelled)]);
		assert!(Recorded::get().is_empty());
		pass(DEFERRAL + APPEAL);
		assert_eq!(Balances::total_balance(&1), FUNDS);
	});
}

#[test]
fn rule_should_take_the_deposit_and_apply_next_when_it_upholds() {
	run(|| {
		let id = failed();
		assert_ok!(StakingSlash::appeal(by(1), id));
		assert_ok!(StakingSlash::rule(by(REVIEWER), id, true));
		assert_eq!(Slashes::<Test>::get(id).unwrap().stage, Stage::Upheld);
		assert_eq!(Balances::balance(&TREASURY), ED + 100 * UNIT);
		assert_noop!(StakingSlash::rule(by(REVIEWER), id, true), Error::<Test>::NotAppealed);
		pass(1);
		assert_eq!(Balances::balance(&TREASURY), ED + 400 * UNIT);
		assert_eq!(Balances::total_balance(&1), FUNDS - 700 * UNIT);
	});
}

#[test]
fn rule_should_fail_when_nobody_has_appealed() {
	run(|| {
		let id = failed();
		assert_noop!(StakingSlash::rule(by(REVIEWER), id, true), Error::<Test>::NotAppealed);
		assert_noop!(StakingSlash::rule(by(REVIEWER), id + 1, true), Error::<Test>::NoSuchSlash);
	});
}

#[test]
fn cancel_should_give_back_to_where_it_came_from() {
	run(|| {
		node(1);
		assert_ok!(StakingSlash::unbond(by(1), 400 * UNIT));
		pass(5);
		assert_ok!(StakingSlash::unbond(by(1), 500 * UNIT));
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 1, Severity::Whole, None));
		assert_noop!(StakingSlash::cancel(by(1), 0), DispatchError::BadOrigin);
		assert_ok!(StakingSlash::cancel(by(REVIEWER), 0));
		let ledger = Ledgers::<Test>::get(1).unwrap();
		assert_eq!((ledger.active, ledger.aside()), (100 * UNIT, 0));
		// What was on its way out is one chunk, and ends with the last of its parts.
		assert_eq!(ledger.unbonding.into_inner(), [Chunk { amount: 900 * UNIT, until: 6 + UNBONDING }]);
		assert_noop!(StakingSlash::cancel(by(REVIEWER), 0), Error::<Test>::NoSuchSlash);
	});
}

#[test]
fn force_slash_should_be_for_governance_alone() {
	run(|| {
		node(1);
		assert_noop!(StakingSlash::force_slash(by(REVIEWER), 1, Severity::Whole, None), DispatchError::BadOrigin);
	});
}
