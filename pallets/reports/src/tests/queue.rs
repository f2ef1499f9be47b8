use crate::{DueQueue, Event, Fault, Item, OpenDemands, QueueCursor, Reports as Stored, Stage, mock::*};
use frame_support::{
	assert_ok,
	traits::{Hooks, fungible::MutateHold, tokens::Precision},
	weights::{Weight, WeightMeter},
};
use sp_runtime::DispatchError;

/// Calls the hook of the next block with a limit.
fn next(limit: Weight) -> Weight {
	System::set_block_number(System::block_number() + 1);
	let mut meter = WeightMeter::with_limit(limit);
	Reports::on_poll(System::block_number(), &mut meter);
	meter.consumed()
}

/// The weight of one item and the step before it.
fn one() -> Weight {
	Reports::item_weight() + Weight::from_parts(10, 0)
}

fn demands(count: u64) {
	run_to(30);
	for session in 0..count {
		open_session(session, who(201 + session as u8), node(), UNIT);
		assert_ok!(demand(session));
	}
	run_to(30 + DEMAND - 1);
}

#[test]
fn the_hook_should_do_as_much_as_its_weight_allows_and_continue() {
	run(|| {
		demands(5);
		let limit = one() + Reports::item_weight();
		assert!(next(limit).all_lte(limit));
		assert_eq!(OpenDemands::<Test>::iter().count(), 3);
		Reports::do_try_state().unwrap();
		// The rest comes first in the next block.
		assert!(next(limit).all_lte(limit));
		assert_eq!(OpenDemands::<Test>::iter().count(), 1);
		next(limit);
		next(limit);
		assert_eq!(OpenDemands::<Test>::iter().count(), 0);
		assert_eq!(QueueCursor::<Test>::get(), System::block_number() + 1);
	});
}

#[test]
fn the_hook_should_take_no_more_than_its_own_weight() {
	run(|| {
		demands(40);
		let consumed = next(Weight::MAX);
		assert!(consumed.all_lte(HookWeight::get()), "{consumed:?}");
		let left = OpenDemands::<Test>::iter().count();
		assert!(left > 0 && left < 40, "{left}");
	});
}

#[test]
fn the_hook_should_do_nothing_without_room() {
	run(|| {
		demands(1);
		assert_eq!(next(Weight::zero()), Weight::zero());
		assert_eq!(next(Weight::from_parts(15, 0)), Weight::from_parts(10, 0));
		assert_eq!(OpenDemands::<Test>::iter().count(), 1);
		next(Weight::MAX);
		assert_eq!(OpenDemands::<Test>::iter().count(), 0);
	});
}

#[test]
fn an_item_that_fails_should_leave_the_queue_and_be_retried_by_anyone() {
	run(|| {
		demands(2);
		// Something has released the fee of one.
		let reason = crate::HoldReason::Demand.into();
		assert_ok!(Balances::release(&reason, &customer(), FEE, Precision::Exact));
		events();
		pass(1);
		let item = Item::Demand(0);
		let stuck = events().into_iter().find(|event| matches!(event, Event::Stuck { .. }));
		assert!(matches!(stuck, Some(Event::Stuck { item: failed, .. }) if failed == item));
		assert_eq!(OpenDemands::<Test>::iter_keys().collect::<Vec<_>>(), [0]);
		assert!(!DueQueue::<Test>::contains_key(30 + DEMAND, &item));
		pass(5);
		assert!(Reports::close_demand(by(who(1)), 0).is_err());
		assert_ok!(Balances::hold(&reason, &customer(), FEE));
		Reports::do_try_state().unwrap();
		assert_ok!(Reports::close_demand(by(who(1)), 0));
	});
}

#[test]
fn a_report_that_is_stuck_should_be_closed_by_anyone() {
	run(|| {
		let id = file(1, Fault::NoData, 1);
		vote(id, [2, 3, 4, 5], false);
		let reason = crate::HoldReason::Report.into();
		assert_ok!(Balances::release(&reason, &who(1), DEPOSIT, Precision::Exact));
		pass(VOTE);
		let error = DispatchError::from(crate::Error::<Test>::HoldTooSmall);
		assert!(events().contains(&Event::Stuck { item: Item::Report(id), error }));
		// Nothing of it has happened.
		assert!(recorded().len() <= 6);
		assert_eq!(Stored::<Test>::get(id).unwrap().stage, Stage::Voting);
		assert_ok!(Balances::hold(&reason, &who(1), DEPOSIT));
		assert_ok!(Reports::close(by(customer()), id));
		assert!(!Stored::<Test>::contains_key(id));
	});
}
