//! Each invariant, broken on purpose.

use crate::{Claims, Closing, NextWindow, OpenWindowOf, Windows, mock::*};
use sp_core::H256;

/// Prepares a chain in the reveal phase of window 1 with a claim of one observer, breaks it, and checks the error.
fn assert_broken(number: u32, change: impl FnOnce()) {
	chain().execute_with(|| {
		run_to(10);
		let said = Said::new(1, 1, reading(60, 100));
		commit_phase(1);
		said.commit().unwrap();
		reveal_phase(1);
		said.reveal(0).unwrap();
		Telemetry::do_try_state().unwrap();
		change();
		let error = format!("{:?}", Telemetry::do_try_state().unwrap_err());
		assert!(error.contains(&format!("telemetry invariant {number}:")), "{error}");
	});
}

fn window(number: u32, change: impl FnOnce(&mut OpenWindowOf<Test>)) {
	Windows::<Test>::mutate_extant(number, change);
}

#[test]
fn the_windows_between_should_be_stored() {
	assert_broken(1, || Windows::<Test>::remove(1));
	assert_broken(1, || NextWindow::<Test>::put(2));
	assert_broken(1, || Closing::<Test>::put((2, 0)));
}

#[test]
fn pages_and_observers_should_be_those_of_the_window() {
	assert_broken(2, || Closing::<Test>::put((1, 2)));
	assert_broken(2, || window(1, |open| open.observers[1].who = who(1)));
	assert_broken(2, || window(1, |open| open.observers[1].silent = 1));
}

#[test]
fn phases_should_follow_each_other() {
	assert_broken(3, || window(1, |open| open.ended = None));
	assert_broken(3, || window(2, |open| open.ended = Some(30)));
	assert_broken(3, || window(2, |open| open.seed = Some(H256::zero())));
}

#[test]
fn claims_should_be_of_open_pages_by_who_has_committed() {
	assert_broken(4, || Claims::<Test>::insert((7, 0), 0, Claims::<Test>::get((1, 0), 0).unwrap()));
	assert_broken(4, || Claims::<Test>::insert((1, 0), 1, Claims::<Test>::get((1, 0), 0).unwrap()));
	assert_broken(4, || window(1, |open| open.seed = None));
	assert_broken(4, || Claims::<Test>::insert((1, 5), 0, Claims::<Test>::get((1, 0), 0).unwrap()));
}

#[test]
fn claims_should_have_a_reading_for_each_node() {
	assert_broken(5, || {
		Claims::<Test>::mutate((1, 0), 0, |claim| claim.as_mut().unwrap().truncate(8));
	});
	assert_broken(5, || {
		Claims::<Test>::mutate((1, 0), 0, |claim| claim.as_mut().unwrap()[0] = 61);
	});
}
