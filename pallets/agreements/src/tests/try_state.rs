//! Each invariant, broken on purpose.

use crate::{
	Agreements as Stored, DueQueue, HoldReason, Item, Maintained, MaintainedIn, Modules, ModulesInUse, Negotiations,
	NextAgreementId, OutcomesTo, Pages, Parameters, Providers, QueueCursor, Records, Roster, Vacancies, VacantPages,
	Waiting, mock::*,
};
use frame_support::{assert_ok, traits::fungible::MutateHold};

/// Prepares a chain with an active agreement, one that waits, and a negotiation, breaks it, and returns the error.
fn broken(change: impl FnOnce(u64)) -> String {
	let mut error = None;
	chain().execute_with(|| {
		let id = activate(node(), offer(0));
		agree(who(102), offer(0));
		assert_ok!(Agreements::propose(by(who(103)), offer(1)));
		Agreements::do_try_state().unwrap();
		change(id);
		error = Some(Agreements::do_try_state().unwrap_err());
	});
	format!("{:?}", error.unwrap())
}

fn assert_broken(number: u32, change: impl FnOnce(u64)) {
	let error = broken(change);
	assert!(error.contains(&format!("agreements invariant {number}:")), "{error}");
}

#[test]
fn the_holds_should_be_those_of_the_tests() {
	assert_broken(1, |_| Balances::hold(&HoldReason::Test.into(), &who(5), 1).unwrap());
	assert_broken(1, |id| Stored::<Test>::mutate(id, |agreement| agreement.as_mut().unwrap().test_fee = 1));
}

#[test]
fn agreements_and_negotiations_should_be_listed() {
	assert_broken(2, |_| Providers::<Test>::mutate(node(), |known| known.agreements.clear()));
	assert_broken(2, |_| Providers::<Test>::mutate(who(103), |known| known.negotiations.clear()));
	assert_broken(2, |id| Providers::<Test>::mutate(who(104), |known| known.agreements.try_push(id).unwrap()));
}

#[test]
fn what_waits_should_be_queued() {
	assert_broken(3, |id| Waiting::<Test>::insert(1, id));
	assert_broken(3, |_| Waiting::<Test>::remove(1));
	assert_broken(3, |_| Waiting::<Test>::insert(77, 0));
}

#[test]
fn slots_should_be_those_of_agreements() {
	assert_broken(4, |id| {
		let page = slot_of(id).unwrap() / 256;
		Roster::<Test>::mutate(page, |slots| slots.iter_mut().next().unwrap().1.units = 9);
	});
	assert_broken(4, |_| Roster::<Test>::insert(9, crate::PageOf::<Test>::new()));
}

#[test]
fn vacant_pages_should_be_listed_once() {
	assert_broken(5, |_| Vacancies::<Test>::put(0));
	assert_broken(5, |_| VacantPages::<Test>::insert(1, 0));
	assert_broken(5, |_| Pages::<Test>::put(2));
}

#[test]
fn service_should_be_counted() {
	assert_broken(6, |_| Providers::<Test>::mutate(node(), |known| known.serving = 0));
	assert_broken(6, |id| {
		let page = slot_of(id).unwrap() / 256;
		Roster::<Test>::mutate(page, |slots| slots.iter_mut().next().unwrap().1.suspended = true);
	});
}

#[test]
fn records_should_be_those_of_agreements() {
	assert_broken(7, |_| Records::<Test>::mutate(0, |record| record.running = 1));
	assert_broken(7, |_| Records::<Test>::mutate(0, |record| record.units = 1));
	assert_broken(7, |_| ModulesInUse::<Test>::put(3));
}

#[test]
fn modules_and_ids_should_be_sound() {
	assert_broken(8, |_| {
		Modules::<Test>::mutate(1, |module| module.as_mut().unwrap().specification.objectives = Default::default());
	});
	assert_broken(8, |_| NextAgreementId::<Test>::put(2));
}

#[test]
fn whatever_has_an_end_should_wait_for_it() {
	assert_broken(9, |_| {
		let id = Negotiations::<Test>::iter_keys().next().unwrap();
		let deadline = Negotiations::<Test>::get(id).unwrap().deadline;
		DueQueue::<Test>::remove(deadline, Item::Offer(id));
	});
	assert_broken(9, |id| {
		let block = u64::from(slot(id).last + 1) * WINDOW;
		assert!(DueQueue::<Test>::take(block, Item::End(id)).is_some());
	});
}

#[test]
fn maintenance_should_wait_for_its_end() {
	assert_broken(10, |_| MaintainedIn::<Test>::insert(0, 99, Maintained { nodes: 1, units: 1 }));
}

#[test]
fn outcomes_should_be_queued_without_gaps() {
	assert_broken(11, |_| OutcomesTo::<Test>::mutate(|place| *place += 1));
}

#[test]
fn the_parameters_and_the_cursor_should_be_valid() {
	assert_broken(12, |_| Parameters::<Test>::kill());
	assert_broken(12, |_| QueueCursor::<Test>::put(10_000));
}

#[test]
fn nodes_should_be_known_for_a_reason() {
	assert_broken(13, |_| Providers::<Test>::insert(who(5), crate::ProviderOf::<Test>::default()));
}
