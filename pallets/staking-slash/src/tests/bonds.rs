use crate::{Activity, Chunk, Error, Event, HoldReason, Ledgers, Operators, mock::*};
use frame_support::{
	assert_noop, assert_ok,
	traits::fungible::{Inspect, InspectHold},
};
use smartlayer_primitives::{Bonding, Role, Severity};
use sp_runtime::{DispatchError, Perbill, TokenError};

fn held(who: AccountId) -> u128 {
	Balances::balance_on_hold(&HoldReason::Bond.into(), &who)
}

#[test]
fn bond_should_hold_and_activate_when_it_reaches_the_minimum() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 1_000 * UNIT));
		assert_eq!(held(1), 1_000 * UNIT);
		assert_eq!(StakingSlash::activity(1), Activity::Active);
		assert!(StakingSlash::qualifies(Role::ServiceNode, &1));
		assert!(!StakingSlash::qualifies(Role::Anchor, &1));
		assert_eq!(events(), [Event::Bonded { who: 1, role: Role::ServiceNode, amount: 1_000 * UNIT }]);
	});
}

#[test]
fn bond_should_not_activate_when_it_is_below_the_minimum() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, ED));
		assert_eq!(StakingSlash::activity(1), Activity::BelowMinimum);
		assert_ok!(StakingSlash::bond_extra(by(1), 1_000 * UNIT - ED));
		assert_eq!(StakingSlash::activity(1), Activity::Active);
	});
}

#[test]
fn bond_should_fail_when_it_is_dust() {
	run(|| assert_eq!(StakingSlash::bond(by(1), Role::ServiceNode, ED - 1), Err(Error::<Test>::BondTooSmall.into())));
}

#[test]
fn bond_should_fail_when_the_account_has_bonded() {
	run(|| {
		node(1);
		for role in Role::ALL {
			assert_noop!(StakingSlash::bond(by(1), role, UNIT), Error::<Test>::AlreadyBonded);
		}
	});
}

#[test]
fn bond_should_fail_when_the_funds_are_not_there() {
	run(|| {
		assert_noop!(StakingSlash::bond(by(1), Role::ServiceNode, FUNDS + 1), TokenError::FundsUnavailable);
		node(1);
		assert_noop!(StakingSlash::bond_extra(by(1), FUNDS), TokenError::FundsUnavailable);
		assert_noop!(StakingSlash::bond_extra(by(1), 0), Error::<Test>::ZeroAmount);
		assert_noop!(StakingSlash::bond_extra(by(2), 1), Error::<Test>::NotBonded);
	});
}

#[test]
fn bond_should_fail_when_the_account_operates_for_another() {
	run(|| {
		node(1);
		assert_ok!(StakingSlash::set_operator(by(1), Some(2)));
		assert_ok!(StakingSlash::operate_for(by(2), 1));
		assert_noop!(StakingSlash::bond(by(2), Role::Anchor, UNIT), Error::<Test>::OperatorCannotBond);
	});
}

#[test]
fn tokens_that_are_also_locked_should_be_bonded_and_slashed_all_the_same() {
	use frame_support::traits::{LockableCurrency, WithdrawReasons};
	run(|| {
		// A governance vote locks all that the account has, what is held included.
		Balances::set_lock(*b"pyconvot", &1, FUNDS, WithdrawReasons::all());
		node(1);
		assert_eq!(held(1), 1_000 * UNIT);
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 1, Severity::Whole, None));
		pass(DEFERRAL);
		assert_eq!(held(1), 0);
		assert_eq!(Balances::balance(&TREASURY), ED + 1_000 * UNIT);
	});
}

#[test]
fn unbond_should_keep_the_amount_at_stake_until_it_has_ended() {
	run(|| {
		node(1);
		assert_ok!(StakingSlash::unbond(by(1), 400 * UNIT));
		let ledger = Ledgers::<Test>::get(1).unwrap();
		assert_eq!((ledger.active, ledger.at_stake()), (600 * UNIT, 1_000 * UNIT));
		assert_eq!(StakingSlash::activity(1), Activity::BelowMinimum);
		assert_eq!(LostBonds::take(), [(Role::ServiceNode, 1)]);
		run_to(UNBONDING);
		assert_noop!(StakingSlash::withdraw_unbonded(by(1)), Error::<Test>::NothingToWithdraw);
		run_to(UNBONDING + 1);
		assert_ok!(StakingSlash::withdraw_unbonded(by(1)));
		assert_eq!(held(1), 600 * UNIT);
	});
}

#[test]
fn unbond_should_fail_when_what_was_agreed_needs_the_bond() {
	run(|| {
		node(1);
		assert_ok!(StakingSlash::bond_extra(by(1), 1_000 * UNIT));
		MustKeep::set(1_500 * UNIT);
		assert_noop!(StakingSlash::unbond(by(1), 500 * UNIT + 1), Error::<Test>::Committed);
		assert_ok!(StakingSlash::unbond(by(1), 400 * UNIT));
		// What is set aside may be lost.
		let severity = Severity::Fraction(Perbill::from_percent(50));
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 1, severity, None));
		assert_noop!(StakingSlash::unbond(by(1), 1), Error::<Test>::Committed);
		MustKeep::take();
		assert_ok!(StakingSlash::unbond(by(1), 1));
		// Anchors agree on nothing.
		MustKeep::set(u128::MAX);
		assert_ok!(StakingSlash::bond(by(2), Role::Anchor, UNIT));
		assert_ok!(StakingSlash::unbond(by(2), UNIT));
	});
}

#[test]
fn unbond_should_merge_when_there_are_too_many_chunks() {
	run(|| {
		node(1);
		for _ in 0..10 {
			assert_ok!(StakingSlash::unbond(by(1), UNIT));
			pass(1);
		}
		let chunks = Ledgers::<Test>::get(1).unwrap().unbonding;
		assert_eq!(chunks.len(), 8);
		// The last three are one, and end with the last of them.
		assert_eq!(chunks[7], Chunk { amount: 3 * UNIT, until: 10 + UNBONDING });
		assert_eq!(chunks[6], Chunk { amount: UNIT, until: 7 + UNBONDING });
	});
}

#[test]
fn unbond_should_merge_what_is_unbonded_in_the_same_block() {
	run(|| {
		node(1);
		for _ in 0..20 {
			assert_ok!(StakingSlash::unbond(by(1), UNIT));
		}
		let chunks = Ledgers::<Test>::get(1).unwrap().unbonding;
		assert_eq!(chunks.into_inner(), [Chunk { amount: 20 * UNIT, until: 1 + UNBONDING }]);
	});
}

#[test]
fn unbond_should_fail_when_there_is_less() {
	run(|| {
		node(1);
		assert_noop!(StakingSlash::unbond(by(1), 1_000 * UNIT + 1), Error::<Test>::NotEnoughBonded);
		assert_noop!(StakingSlash::unbond(by(1), 0), Error::<Test>::ZeroAmount);
		assert_noop!(StakingSlash::unbond(by(2), 1), Error::<Test>::NotBonded);
	});
}

#[test]
fn leaving_should_fail_when_the_gate_says_so() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::Anchor, 11_000 * UNIT));
		MustStay::set(Some(1));
		// As long as the rest is enough, the gate is not asked.
		assert_ok!(StakingSlash::unbond(by(1), 1_000 * UNIT));
		assert_noop!(StakingSlash::unbond(by(1), 1), DispatchError::Other("must stay"));
		assert_noop!(StakingSlash::chill(by(1)), DispatchError::Other("must stay"));
	});
}

#[test]
fn rebond_should_take_what_would_end_last() {
	run(|| {
		node(1);
		assert_ok!(StakingSlash::unbond(by(1), 100 * UNIT));
		pass(5);
		assert_ok!(StakingSlash::unbond(by(1), 200 * UNIT));
		assert_ok!(StakingSlash::rebond(by(1), 250 * UNIT));
		let ledger = Ledgers::<Test>::get(1).unwrap();
		assert_eq!(ledger.unbonding.into_inner(), [Chunk { amount: 50 * UNIT, until: 1 + UNBONDING }]);
		assert_eq!(ledger.active, 950 * UNIT);
		assert_noop!(StakingSlash::rebond(by(1), 51 * UNIT), Error::<Test>::NotEnoughUnbonding);
		assert_noop!(StakingSlash::rebond(by(1), 0), Error::<Test>::ZeroAmount);
	});
}

#[test]
fn chill_and_activate_should_change_what_an_account_is() {
	run(|| {
		node(1);
		assert_noop!(StakingSlash::activate(by(1)), Error::<Test>::AlreadyActive);
		assert_ok!(StakingSlash::chill(by(1)));
		assert_eq!(StakingSlash::activity(1), Activity::Chilled);
		assert_eq!(LostBonds::take(), [(Role::ServiceNode, 1)]);
		assert_noop!(StakingSlash::chill(by(1)), Error::<Test>::AlreadyChilled);
		assert_ok!(StakingSlash::activate(by(1)));
		assert_eq!(StakingSlash::activity(1), Activity::Active);
		assert_ok!(StakingSlash::chill(by(1)));
		assert_ok!(StakingSlash::unbond(by(1), 1));
		assert_noop!(StakingSlash::activate(by(1)), Error::<Test>::BelowMinimum);
	});
}

#[test]
fn an_operator_should_act_when_it_has_agreed_and_until_it_is_dismissed() {
	run(|| {
		node(1);
		assert_noop!(StakingSlash::operate_for(by(3), 1), Error::<Test>::NotNamed);
		assert_ok!(StakingSlash::set_operator(by(1), Some(3)));
		// To be named binds nobody to anything.
		assert_eq!(StakingSlash::principal(&3), 3);
		assert_noop!(StakingSlash::stop_operating(by(3)), Error::<Test>::NotOperating);
		assert_ok!(StakingSlash::operate_for(by(3), 1));
		assert_eq!(StakingSlash::principal(&3), 1);

		node(2);
		assert_ok!(StakingSlash::set_operator(by(2), Some(3)));
		assert_noop!(StakingSlash::operate_for(by(3), 2), Error::<Test>::AlreadyOperating);
		// Another one's name for it changes nothing for the first.
		assert_ok!(StakingSlash::set_operator(by(2), None));
		assert_eq!(StakingSlash::principal(&3), 1);
		assert_ok!(StakingSlash::set_operator(by(1), Some(4)));
		assert_eq!(StakingSlash::principal(&3), 3);

		assert_ok!(StakingSlash::operate_for(by(4), 1));
		assert_ok!(StakingSlash::stop_operating(by(4)));
		assert_eq!(Ledgers::<Test>::get(1).unwrap().operator, None);
	});
}

#[test]
fn an_operator_should_be_dismissed_with_the_account_that_withdraws() {
	run(|| {
		node(2);
		assert_ok!(StakingSlash::set_operator(by(2), Some(3)));
		assert_ok!(StakingSlash::operate_for(by(3), 2));
		assert_ok!(StakingSlash::unbond(by(2), 1_000 * UNIT));
		pass(UNBONDING);
		assert_ok!(StakingSlash::withdraw_unbonded(by(2)));
		assert!(!Operators::<Test>::contains_key(3));
	});
}

#[test]
fn who_bonds_should_not_operate() {
	run(|| {
		node(1);
		node(2);
		assert_ok!(StakingSlash::set_operator(by(1), Some(2)));
		assert_noop!(StakingSlash::operate_for(by(2), 1), Error::<Test>::OperatorCannotBond);
	});
}

#[test]
fn an_operator_should_neither_unbond_nor_change_keys() {
	run(|| {
		node(1);
		assert_ok!(StakingSlash::set_operator(by(1), Some(2)));
		assert_ok!(StakingSlash::operate_for(by(2), 1));
		assert_noop!(StakingSlash::unbond(by(2), 1), Error::<Test>::NotBonded);
		assert_noop!(StakingSlash::rebond(by(2), 1), Error::<Test>::NotBonded);
		assert_noop!(StakingSlash::chill(by(2)), Error::<Test>::NotBonded);
		assert_noop!(StakingSlash::set_service_key(by(2), [1; 4]), Error::<Test>::NotBonded);
		assert_noop!(StakingSlash::set_operator(by(2), None), Error::<Test>::NotBonded);
	});
}

#[test]
fn refresh_should_take_the_place_of_who_is_below_a_raised_minimum() {
	run(|| {
		node(1);
		set_score(Role::ServiceNode, 1, 50);
		let mut dearer = params();
		dearer.min_service_node_bond += 1;
		assert_ok!(StakingSlash::set_params(by(ADMIN), dearer));
		assert!(!StakingSlash::weight(1).0.is_zero());
		events();
		assert_ok!(StakingSlash::refresh(by(8), 1));
		assert_eq!(events(), [Event::Lost { who: 1, role: Role::ServiceNode }]);
		assert!(StakingSlash::weight(1).0.is_zero());
		assert_noop!(StakingSlash::refresh(by(8), 2), Error::<Test>::NotBonded);
	});
}

#[test]
fn a_seat_below_a_raised_minimum_should_ask_before_it_leaves() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::Anchor, 10_000 * UNIT));
		let mut dearer = params();
		dearer.min_anchor_bond *= 2;
		assert_ok!(StakingSlash::set_params(by(ADMIN), dearer));
		MustStay::set(Some(1));
		assert_noop!(StakingSlash::unbond(by(1), 10_000 * UNIT), DispatchError::Other("must stay"));
	});
}

#[test]
fn unbond_should_ask_when_what_pending_slashes_leave_is_below_the_minimum() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::Anchor, 30_000 * UNIT));
		MustStay::set(Some(1));
		let severity = Severity::Fraction(sp_runtime::Perbill::from_percent(50));
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 1, severity, None));
		// 15,000 are bonded and 15,000 set aside. All of it counts, but only what is bonded stays.
		assert_noop!(StakingSlash::unbond(by(1), 5_001 * UNIT), DispatchError::Other("must stay"));
		assert_ok!(StakingSlash::unbond(by(1), 5_000 * UNIT));
		pass(DEFERRAL);
		assert!(StakingSlash::qualifies(Role::Anchor, &1));
	});
}

#[test]
fn bond_should_hold_a_deposit_for_what_it_stores_until_its_end() {
	run(|| {
		StorageDeposit::set(7 * UNIT);
		node(1);
		let deposit = || Balances::balance_on_hold(&HoldReason::Storage.into(), &1);
		assert_eq!((held(1), deposit()), (1_000 * UNIT, 7 * UNIT));
		// It is not at stake.
		let half = Severity::Fraction(sp_runtime::Perbill::from_percent(50));
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 1, half, None));
		pass(DEFERRAL);
		assert_eq!(deposit(), 7 * UNIT);
		// The price of the day on which it was paid returns.
		StorageDeposit::set(UNIT);
		assert_ok!(StakingSlash::unbond(by(1), 500 * UNIT));
		pass(UNBONDING);
		assert_eq!(EndedBonds::get(), []);
		assert_ok!(StakingSlash::withdraw_unbonded(by(1)));
		assert_eq!((held(1), deposit()), (0, 0));
		assert_eq!(EndedBonds::get(), [(Role::ServiceNode, 1)]);
		assert_eq!(Balances::balance(&1), FUNDS - 500 * UNIT);
	});
}

#[test]
fn bond_should_fail_when_the_deposit_is_not_there() {
	run(|| {
		let most = FUNDS - ED;
		StorageDeposit::set(UNIT);
		assert_noop!(StakingSlash::bond(by(1), Role::ServiceNode, most), TokenError::FundsUnavailable);
		StorageDeposit::set(0);
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, most));
	});
}

#[test]
fn a_slash_of_everything_should_return_the_deposit() {
	run(|| {
		StorageDeposit::set(UNIT);
		node(1);
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 1, Severity::Whole, None));
		pass(DEFERRAL);
		assert_eq!(StakingSlash::ledger(1), None);
		assert_eq!(Balances::balance(&1), FUNDS - 1_000 * UNIT);
	});
}
