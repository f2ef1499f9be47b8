//! Each invariant, broken by hand and seen.

use crate::{
	Chunk, DueQueue, Endpoints, HoldReason, Ledgers, NextSlashId, Operators, Parameters, Pools, QueueCursor,
	ServiceKeys, Slashes, Stage, Tickets, mock::*,
};
use frame_support::{BoundedVec, assert_ok, traits::fungible::MutateHold};
use smartlayer_primitives::{Role, Severity};
use sp_runtime::Perbill;

fn assert_broken(invariant: u8, breaks: impl FnOnce()) {
	chain().execute_with(|| {
		node(1);
		assert_ok!(StakingSlash::bond(by(2), Role::Anchor, 10_000 * UNIT));
		assert_ok!(StakingSlash::set_service_key(by(1), [1; 4]));
		assert_ok!(StakingSlash::set_operator(by(1), Some(3)));
		assert_ok!(StakingSlash::operate_for(by(3), 1));
		assert_ok!(StakingSlash::unbond(by(2), 5 * UNIT));
		let severity = Severity::Fraction(Perbill::from_percent(10));
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 1, severity, None));
		assert_ok!(StakingSlash::appeal(by(1), 0));
		assert_ok!(StakingSlash::fund_pool(by(8), Role::ServiceNode, UNIT));
		StakingSlash::do_try_state().unwrap();
		breaks();
		let error: &str = StakingSlash::do_try_state().unwrap_err().into();
		assert!(error.starts_with(&format!("staking-slash invariant {invariant}:")), "{error}");
	});
}

fn ledger(who: AccountId, change: impl FnOnce(&mut crate::LedgerOf<Test>)) {
	Ledgers::<Test>::mutate(who, |ledger| change(ledger.as_mut().unwrap()));
}

#[test]
fn invariant_1_should_be_checked() {
	assert_broken(1, || ledger(1, |ledger| ledger.active += 1));
	assert_broken(1, || Balances::hold(&HoldReason::Bond.into(), &1, 1).unwrap());
	// Of an account that has no ledger, too.
	assert_broken(1, || Balances::hold(&HoldReason::Bond.into(), &7, 1).unwrap());
}

#[test]
fn invariant_2_should_be_checked() {
	assert_broken(2, || {
		ledger(1, |ledger| {
			ledger.active += 1;
			ledger.aside_from_active -= 1;
		});
	});
	assert_broken(2, || Slashes::<Test>::mutate(0, |slash| slash.as_mut().unwrap().offender = 7));
}

#[test]
fn invariant_3_should_be_checked() {
	assert_broken(3, || {
		ledger(2, |ledger| ledger.unbonding.try_insert(0, Chunk { amount: 0, until: 1 }).unwrap());
	});
	assert_broken(3, || {
		ledger(2, |ledger| {
			ledger.unbonding[0].amount -= 1;
			ledger.unbonding.try_push(Chunk { amount: 1, until: 1 }).unwrap();
		});
	});
}

#[test]
fn invariant_4_should_be_checked() {
	assert_broken(4, || Pools::<Test>::mutate(Role::Anchor, |pool| pool.total_weight += 1.into()));
	assert_broken(4, || ledger(2, |ledger| ledger.share.weight += 1.into()));
}

#[test]
fn invariant_5_should_be_checked() {
	assert_broken(5, || Pools::<Test>::mutate(Role::Anchor, |pool| pool.streaming += 1));
}

#[test]
fn invariant_6_should_be_checked() {
	assert_broken(6, || ledger(1, |ledger| ledger.share.accrued += 1));
}

#[test]
fn invariant_7_should_be_checked() {
	assert_broken(7, || Operators::<Test>::insert(4, 1));
	assert_broken(7, || ledger(1, |ledger| ledger.operator = None));
}

#[test]
fn invariant_8_should_be_checked() {
	assert_broken(8, || DueQueue::<Test>::insert(500, 77, ()));
	assert_broken(8, || {
		let due = Slashes::<Test>::get(0).unwrap().due;
		DueQueue::<Test>::remove(due, 0);
	});
}

#[test]
fn invariant_9_should_be_checked() {
	assert_broken(9, || Balances::hold(&HoldReason::Appeal.into(), &7, 1).unwrap());
	assert_broken(9, || Slashes::<Test>::mutate(0, |slash| slash.as_mut().unwrap().stage = Stage::Deferred));
}

#[test]
fn invariant_10_should_be_checked() {
	assert_broken(10, || NextSlashId::<Test>::put(0));
}

#[test]
fn invariant_11_should_be_checked() {
	assert_broken(11, || Ledgers::<Test>::insert(6, crate::LedgerOf::<Test>::new(Role::Anchor)));
}

#[test]
fn invariant_12_should_be_checked() {
	assert_broken(12, Parameters::<Test>::kill);
}

#[test]
fn invariant_13_should_be_checked() {
	assert_broken(13, || Tickets::<Test>::insert(7, Tickets::<Test>::get(1).unwrap()));
}

#[test]
fn invariant_14_should_be_checked() {
	assert_broken(14, || ledger(1, |ledger| ledger.share.per_weight = 1.into()));
}

#[test]
fn invariant_15_should_be_checked() {
	let periods = |change: fn(&mut crate::KeyPeriodsOf<Test>)| move || ServiceKeys::<Test>::mutate(1, change);
	assert_broken(15, periods(|periods| periods[0].to = Some(1)));
	assert_broken(15, periods(|periods| periods.force_push(crate::KeyPeriod { key: [2; 4], from: 1, to: None })));
	assert_broken(15, || ServiceKeys::<Test>::insert(2, ServiceKeys::<Test>::get(1)));
}

#[test]
fn invariant_16_should_be_checked() {
	assert_broken(16, || QueueCursor::<Test>::put(System::block_number() + 2));
}

#[test]
fn invariant_19_should_be_checked() {
	let endpoint = |text: &str| BoundedVec::truncate_from(text.as_bytes().to_vec());
	assert_broken(19, || Endpoints::<Test>::insert(1, endpoint("a.example")));
	assert_broken(19, || Endpoints::<Test>::insert(99, endpoint("https://a.example")));
}
