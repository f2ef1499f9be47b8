//! Nobody escapes: whatever an account does around its fault, what was at stake is taken.

use crate::{Ledgers, mock::*};
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use smartlayer_primitives::{Cause, Offence, Role, Severity, SlashId, Slasher};

const BOND: u128 = 1_000 * UNIT;

fn whole() -> SlashId {
	let offence = Offence {
		offender: 1,
		severity: Severity::Whole,
		victim: None,
		cause: Cause::NoData,
		action: None,
		outage: None,
	};
	StakingSlash::slash(offence).unwrap()
}

fn share(percent: u32) -> SlashId {
	let severity = Severity::Fraction(sp_runtime::Perbill::from_percent(percent));
	StakingSlash::slash(Offence {
		offender: 1,
		severity,
		victim: None,
		cause: Cause::NoData,
		action: None,
		outage: None,
	})
	.unwrap()
}

/// Runs a slash of everything, with something done before the fault and something after, and sees all of it taken.
fn assert_taken(before: impl FnOnce(), after: impl FnOnce()) {
	run(|| {
		node(1);
		before();
		whole();
		after();
		pass(DEFERRAL);
		assert_eq!(Balances::balance(&TREASURY), ED + BOND);
		assert_eq!(Balances::total_balance(&1), FUNDS - BOND);
	});
}

#[test]
fn unbonding_before_the_fault_should_not_help() {
	assert_taken(
		|| {
			assert_ok!(StakingSlash::unbond(by(1), BOND));
			pass(UNBONDING - 1);
		},
		|| {
			assert_noop!(StakingSlash::withdraw_unbonded(by(1)), crate::Error::<Test>::NothingToWithdraw);
		},
	);
}

#[test]
fn unbonding_in_the_block_of_the_fault_should_not_help() {
	assert_taken(
		|| {
			assert_ok!(StakingSlash::unbond(by(1), BOND / 2));
		},
		|| (),
	);
}

#[test]
fn what_has_ended_and_was_not_withdrawn_should_still_be_at_stake() {
	assert_taken(
		|| {
			assert_ok!(StakingSlash::unbond(by(1), BOND));
			pass(UNBONDING + 50);
		},
		|| (),
	);
}

#[test]
fn what_counted_at_the_fault_should_be_there_when_it_is_judged() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 3 * BOND));
		assert_ok!(StakingSlash::unbond(by(1), 2 * BOND));
		pass(UNBONDING);
		// The fault is now. What ended its way out before it never counted for it, and may go.
		let counted = StakingSlash::ledger(1).unwrap().counting();
		assert_ok!(StakingSlash::withdraw_unbonded(by(1)));
		assert_ok!(StakingSlash::unbond(by(1), BOND));
		pass(UNBONDING - 1);
		assert_eq!(StakingSlash::at_stake(&1), counted);
	});
}

#[test]
fn unbonding_after_the_fault_should_not_help() {
	assert_taken(
		|| (),
		|| {
			assert_noop!(StakingSlash::unbond(by(1), 1), crate::Error::<Test>::NotEnoughBonded);
		},
	);
}

#[test]
fn rebonding_should_not_help() {
	assert_taken(
		|| {
			assert_ok!(StakingSlash::unbond(by(1), BOND));
			assert_ok!(StakingSlash::rebond(by(1), BOND / 3));
		},
		|| {
			assert_noop!(StakingSlash::rebond(by(1), 1), crate::Error::<Test>::NotEnoughUnbonding);
		},
	);
}

#[test]
fn chilling_should_not_help() {
	let chill = || {
		assert_ok!(StakingSlash::chill(by(1)));
	};
	assert_taken(chill, || ());
	assert_taken(|| (), chill);
}

#[test]
fn changing_keys_and_operator_should_not_help() {
	assert_taken(
		|| {
			assert_ok!(StakingSlash::set_service_key(by(1), [1; 4]));
			assert_ok!(StakingSlash::set_operator(by(1), Some(5)));
		},
		|| {
			assert_ok!(StakingSlash::set_service_key(by(1), [2; 4]));
			assert_ok!(StakingSlash::set_operator(by(1), None));
		},
	);
}

#[test]
fn two_slashes_racing_should_take_each_its_share_of_what_is_left() {
	run(|| {
		node(1);
		share(50);
		share(50);
		let ledger = Ledgers::<Test>::get(1).unwrap();
		assert_eq!((ledger.active, ledger.aside()), (BOND / 4, BOND * 3 / 4));
		whole();
		whole();
		assert_eq!(Ledgers::<Test>::get(1).unwrap().aside(), BOND);
		pass(DEFERRAL);
		assert_eq!(Balances::balance(&TREASURY), ED + BOND);
	});
}

#[test]
fn a_slash_during_an_appeal_should_take_what_is_left() {
	run(|| {
		node(1);
		let first = share(50);
		assert_ok!(StakingSlash::appeal(by(1), first));
		share(100);
		pass(DEFERRAL);
		assert_eq!(Balances::balance(&TREASURY), ED + BOND / 2);
		pass(APPEAL);
		assert_eq!(Balances::balance(&TREASURY), ED + BOND);
	});
}

#[test]
fn unbonding_during_the_deferral_should_keep_what_is_set_aside() {
	run(|| {
		node(1);
		share(30);
		assert_ok!(StakingSlash::unbond(by(1), BOND * 7 / 10));
		assert_noop!(StakingSlash::unbond(by(1), 1), crate::Error::<Test>::NotEnoughBonded);
		pass(UNBONDING);
		assert_ok!(StakingSlash::withdraw_unbonded(by(1)));
		assert_eq!(Balances::balance(&TREASURY), ED + BOND * 3 / 10);
		assert_eq!(Ledgers::<Test>::get(1), None);
	});
}

#[test]
fn topping_up_should_be_slashed_again_and_again() {
	run(|| {
		node(1);
		let mut taken = 0;
		for _ in 0..20 {
			share(50);
			taken += Ledgers::<Test>::get(1).unwrap().aside() - taken;
			assert_ok!(StakingSlash::bond_extra(by(1), 100 * UNIT));
		}
		// The hook has room for some of them in each block.
		pass(DEFERRAL + 3);
		assert_eq!(Balances::balance(&TREASURY), ED + taken);
		assert_eq!(Balances::total_balance(&1), FUNDS - taken);
	});
}

#[test]
fn a_dust_bond_should_be_slashed_upwards() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, ED));
		let severity = Severity::Fraction(sp_runtime::Perbill::from_parts(1));
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 1, severity, None));
		assert_eq!(Ledgers::<Test>::get(1).unwrap().aside(), 1);
	});
}
