//! Each invariant is noticed when it is broken.

use crate::{
	Accusations, Convictions, DemandsOn, DueQueue, Fault, HoldReason, Item, Juries, NextReportId, OfflineIntervals,
	OpenReports, OpenReportsBy, Parameters, Params, QueueCursor, Replies, Reply, Reports as Stored, Thieves, mock::*,
};
use frame_support::{
	assert_ok,
	traits::{fungible::MutateHold, tokens::Precision},
};
use sp_core::H256;
use sp_runtime::Perbill;

/// A chain with a report on which seats vote, a conviction, a reply and a demand.
fn broken(invariant: u32, change: impl FnOnce()) {
	chain(6).execute_with(|| {
		run_to(30);
		let convicted = file(1, Fault::NoData, 30);
		vote(convicted, [2, 3, 4], true);
		pass(VOTE);
		let voting = file(2, Fault::Invalid, 29);
		assert_ok!(Reports::reply(by(node()), voting, H256::zero(), pointer("")));
		open_session(0, customer(), node(), UNIT);
		assert_ok!(demand(0));
		assert_eq!(Reports::do_try_state(), Ok(()));
		change();
		let error = Reports::do_try_state().expect_err("the invariant is broken");
		let text = format!("{error:?}");
		assert!(text.contains(&format!("reports invariant {invariant}:")), "{text}");
	});
}

#[test]
fn a_broken_invariant_should_be_noticed() {
	broken(1, || {
		assert_ok!(Balances::release(&HoldReason::Report.into(), &who(1), 1, Precision::Exact));
	});
	broken(1, || {
		assert_ok!(Balances::hold(&HoldReason::Report.into(), &who(3), 1));
	});
	broken(2, || {
		assert_ok!(Balances::release(&HoldReason::Demand.into(), &customer(), 1, Precision::Exact));
	});
	broken(3, || Stored::<Test>::mutate(1, |report| report.as_mut().unwrap().tally.nays = 0b10));
	broken(3, || Stored::<Test>::mutate(1, |report| report.as_mut().unwrap().tally.nays = 1 << 6));
	broken(3, || Juries::<Test>::remove(0));
	broken(3, || Juries::<Test>::insert(9, Juries::<Test>::get(0)));
	broken(4, || Accusations::<Test>::remove(node()));
	broken(4, || Accusations::<Test>::insert(other_node(), Accusations::<Test>::get(node())));
	broken(4, || Accusations::<Test>::mutate(node(), |list| list[0].reporter = Some(who(1))));
	broken(5, || OpenReports::<Test>::put(2));
	broken(5, || OpenReportsBy::<Test>::insert(who(2), 2));
	broken(5, || OpenReportsBy::<Test>::insert(who(3), 1));
	broken(6, || DueQueue::<Test>::insert(99, Item::Report(1), ()));
	broken(6, || DueQueue::<Test>::insert(99, Item::Demand(7), ()));
	broken(6, || DueQueue::<Test>::remove(50 + VOTE, Item::Report(1)));
	broken(6, || DueQueue::<Test>::remove(50 + DEMAND, Item::Demand(0)));
	broken(7, || Convictions::<Test>::remove(0));
	broken(7, || Convictions::<Test>::insert(8, 0));
	broken(8, || DemandsOn::<Test>::mutate(node(), |demands| demands.open = 2));
	broken(8, || DemandsOn::<Test>::insert(other_node(), crate::Demands::default()));
	broken(9, || NextReportId::<Test>::put(1));
	broken(9, || Replies::<Test>::insert(9, Reply { hash: H256::zero(), pointer: pointer("") }));
	broken(10, Parameters::<Test>::kill);
	broken(10, || Parameters::<Test>::put(Params { quorum: Perbill::zero(), ..params() }));
	broken(11, || Thieves::<Test>::insert(node(), 30));
	broken(11, || OfflineIntervals::<Test>::insert(3, who(1)));
	broken(12, || QueueCursor::<Test>::put(52));
}
