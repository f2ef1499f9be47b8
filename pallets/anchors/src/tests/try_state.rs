//! Each invariant, broken by hand and seen.

use crate::{
	Applications, Ballots, Candidates, CurrentDuty, LastSnapshot, Parameters, PastSnapshots, Seat, Seats, Snapshots,
	Standing, mock::*,
};
use frame_support::{assert_ok, traits::fungible::MutateHold};

fn assert_broken(invariant: u8, breaks: impl FnOnce()) {
	chain().execute_with(|| {
		candidate(5);
		assert_ok!(vote(20, &[1, 5], 10 * UNIT));
		for interval in 1..=3 {
			run_to(interval * INTERVAL);
			write();
		}
		assert_ok!(vote(21, &[5], 10 * UNIT));
		Anchors::do_try_state().unwrap();
		breaks();
		let error: &str = Anchors::do_try_state().unwrap_err().into();
		assert!(error.starts_with(&format!("anchors invariant {invariant}:")), "{error}");
	});
}

#[test]
fn invariant_1_should_be_checked() {
	assert_broken(1, || Balances::hold(&crate::HoldReason::Vote.into(), &who(9), 1).unwrap());
	assert_broken(1, || Balances::hold(&crate::HoldReason::Candidacy.into(), &who(9), 1).unwrap());
}

#[test]
fn invariant_2_should_be_checked() {
	assert_broken(2, || {
		Candidates::<Test>::mutate(who(5), |candidacy| candidacy.as_mut().unwrap().approvals.ripe += 1);
	});
	assert_broken(2, || {
		Ballots::<Test>::mutate(who(20), |ballot| ballot.as_mut().unwrap().picks.truncate(1));
	});
}

#[test]
fn invariant_3_should_be_checked() {
	assert_broken(3, || {
		Seats::<Test>::try_append(Seat { who: who(1), standing: Standing::Sitting }).unwrap();
	});
	assert_broken(3, || {
		Seats::<Test>::try_append(Seat { who: who(9), standing: Standing::Sitting }).unwrap();
	});
}

#[test]
fn invariant_4_should_be_checked() {
	assert_broken(4, || {
		let candidacy = Candidates::<Test>::get(who(5)).unwrap();
		let application = crate::Application { organisation: candidacy.organisation, deposit: candidacy.deposit };
		Applications::<Test>::insert(who(5), application);
	});
	assert_broken(4, || crate::NextGeneration::<Test>::put(0));
}

#[test]
fn invariant_5_should_be_checked() {
	assert_broken(5, || Snapshots::<Test>::insert(99, Snapshots::<Test>::get(1).unwrap()));
	assert_broken(5, || Snapshots::<Test>::mutate(1, |snapshot| snapshot.as_mut().unwrap().interval = 2));
}

#[test]
fn invariant_6_should_be_checked() {
	assert_broken(6, || Snapshots::<Test>::mutate(2, |snapshot| snapshot.as_mut().unwrap().void = 2));
	assert_broken(6, || Snapshots::<Test>::remove(2));
	assert_broken(6, LastSnapshot::<Test>::kill);
}

#[test]
fn invariant_7_should_be_checked() {
	assert_broken(7, || PastSnapshots::<Test>::mutate(|history| history.count += 1));
}

#[test]
fn invariant_8_should_be_checked() {
	assert_broken(8, || {
		CurrentDuty::<Test>::mutate(|duty| {
			let order = &mut duty.as_mut().unwrap().order;
			order[0] = order[1].clone();
		});
	});
}

#[test]
fn invariant_9_should_be_checked() {
	assert_broken(9, || Parameters::<Test>::mutate(|params| params.floor = 0));
}
