use crate::{Applications, Candidates, Error, Event, HoldReason, Standing, mock::*};
use frame_support::{BoundedVec, assert_noop, assert_ok, traits::fungible::InspectHold};
use smartlayer_primitives::{LeaveGate, OnBondLost, Role};
use sp_runtime::DispatchError;

fn deposit(index: u8) -> u128 {
	Balances::balance_on_hold(&HoldReason::Candidacy.into(), &who(index))
}

#[test]
fn apply_candidacy_should_hold_a_deposit_and_wait_for_admission() {
	run(|| {
		prepare(5);
		assert_ok!(Anchors::apply_candidacy(by(5), organisation("Five")));
		assert_eq!(deposit(5), 100 * UNIT);
		assert_eq!(events(), [Event::Applied { who: who(5) }]);
		assert_noop!(vote(9, &[5], UNIT), Error::<Test>::NotCandidate);
		assert_noop!(Anchors::admit(by(5), who(5)), DispatchError::BadOrigin);
		assert_ok!(Anchors::admit(by_admin(), who(5)));
		assert_eq!(events(), [Event::Admitted { who: who(5), generation: 4 }]);
		assert_eq!(deposit(5), 100 * UNIT);
		assert_ok!(vote(9, &[5], UNIT));
	});
}

#[test]
fn apply_candidacy_should_fail_when_something_is_missing() {
	run(|| {
		let apply = |index| Anchors::apply_candidacy(by(index), organisation("Five"));
		assert_noop!(apply(5), Error::<Test>::NotBonded);
		bond(5, Role::ServiceNode);
		assert_noop!(apply(5), Error::<Test>::NotBonded);
		bond(5, Role::Anchor);
		assert_noop!(apply(5), Error::<Test>::NoSessionKeys);
		prepare(5);
		let mut nameless = organisation("");
		assert_noop!(Anchors::apply_candidacy(by(5), nameless.clone()), Error::<Test>::NameMissing);
		nameless.name = BoundedVec::truncate_from(vec![0xff, 0xfe]);
		assert_noop!(Anchors::apply_candidacy(by(5), nameless), Error::<Test>::NotText);
		assert_ok!(apply(5));
		assert_noop!(apply(5), Error::<Test>::AlreadyApplied);
		assert_noop!(apply(1), Error::<Test>::AlreadyCandidate);
		prepare(50);
		assert!(apply(50).is_err(), "an account without funds");
	});
}

#[test]
fn admit_should_fail_when_nobody_has_applied_or_too_many_stand() {
	run(|| {
		assert_noop!(Anchors::admit(by_admin(), who(5)), Error::<Test>::NotApplied);
		for index in 5..=30 {
			candidate(index);
		}
		prepare(31);
		assert_ok!(Anchors::apply_candidacy(by(31), organisation("One more")));
		assert_noop!(Anchors::admit(by_admin(), who(31)), Error::<Test>::TooManyCandidates);
		assert_ok!(Anchors::withdraw_candidacy(by(30)));
		assert_ok!(Anchors::admit(by_admin(), who(31)));
	});
}

#[test]
fn withdraw_candidacy_should_return_the_deposit() {
	run(|| {
		candidate(5);
		assert_ok!(Anchors::withdraw_candidacy(by(5)));
		assert_eq!(deposit(5), 0);
		assert!(!Candidates::<Test>::contains_key(who(5)));
		prepare(6);
		assert_ok!(Anchors::apply_candidacy(by(6), organisation("Six")));
		assert_ok!(Anchors::withdraw_candidacy(by(6)));
		assert_eq!(deposit(6), 0);
		assert_noop!(Anchors::withdraw_candidacy(by(6)), Error::<Test>::NotCandidate);
		assert_noop!(Anchors::withdraw_candidacy(by(1)), Error::<Test>::HasSeat);
	});
}

#[test]
fn resign_should_leave_the_seat_with_the_next_session() {
	run(|| {
		assert_ok!(Anchors::resign(by(1)));
		assert_eq!(Anchors::standing(&who(1)), Some(Standing::Leaving));
		assert!(!Rewarded::get().contains(&who(1)));
		assert_eq!(deposit(1), 0);
		pass(SESSION);
		assert_eq!(seats(), [2, 3, 4]);
		assert_noop!(Anchors::resign(by(1)), Error::<Test>::NoSeat);
	});
}

#[test]
fn nobody_should_leave_below_the_floor() {
	run(|| {
		assert_ok!(Anchors::resign(by(1)));
		// Three of four are the floor.
		assert_noop!(Anchors::resign(by(2)), Error::<Test>::FloorBreached);
		assert_noop!(Anchors::remove_anchor(by_admin(), who(2)), Error::<Test>::FloorBreached);
		assert_noop!(Anchors::may_leave(Role::Anchor, &who(2)), Error::<Test>::FloorBreached);
		assert_ok!(Anchors::may_leave(Role::ServiceNode, &who(2)));
		// Who has no seat may go.
		assert_ok!(Anchors::may_leave(Role::Anchor, &who(9)));
		// Others come, and then one may.
		candidate(5);
		assert_ok!(vote(20, &[5], UNIT));
		pass_terms(2);
		assert_eq!(seats(), [2, 3, 4, 5]);
		assert_ok!(Anchors::may_leave(Role::Anchor, &who(2)));
		assert_ok!(Anchors::remove_anchor(by_admin(), who(2)));
	});
}

#[test]
fn remove_anchor_should_remove_applicants_and_candidates_too() {
	run(|| {
		prepare(5);
		assert_ok!(Anchors::apply_candidacy(by(5), organisation("Five")));
		assert_noop!(Anchors::remove_anchor(by(5), who(5)), DispatchError::BadOrigin);
		assert_ok!(Anchors::remove_anchor(by_admin(), who(5)));
		assert!(!Applications::<Test>::contains_key(who(5)));
		candidate(6);
		assert_ok!(Anchors::remove_anchor(by_admin(), who(6)));
		assert_noop!(Anchors::remove_anchor(by_admin(), who(6)), Error::<Test>::NotCandidate);
		assert_eq!((deposit(5), deposit(6)), (0, 0));
	});
}

#[test]
fn a_lost_bond_should_end_a_candidacy_and_a_seat() {
	run(|| {
		candidate(5);
		unbond(5);
		Anchors::on_bond_lost(Role::Anchor, &who(5));
		assert!(!Candidates::<Test>::contains_key(who(5)));
		assert_eq!(deposit(5), 0);

		unbond(1);
		Anchors::on_bond_lost(Role::Anchor, &who(1));
		assert!(!Rewarded::get().contains(&who(1)));
		pass(SESSION);
		assert_eq!(seats(), [2, 3, 4]);
		// A service node's bond is none of this pallet's business.
		Anchors::on_bond_lost(Role::ServiceNode, &who(2));
		assert!(Candidates::<Test>::contains_key(who(2)));
	});
}

#[test]
fn who_lost_its_bond_should_stay_as_a_holdover_when_too_few_are_left() {
	run(|| {
		for index in [1, 2] {
			unbond(index);
			Anchors::on_bond_lost(Role::Anchor, &who(index));
		}
		pass(SESSION);
		// The floor is three: one of the two stays, without reward.
		assert_eq!(seats().len(), 3);
		let holdovers: Vec<_> =
			Anchors::seats().into_iter().filter(|seat| seat.standing == Standing::Holdover).collect();
		assert_eq!(holdovers.len(), 1);
		assert!(!Rewarded::get().contains(&holdovers[0].who));
		let holdover = index_of(&holdovers[0].who);
		assert_noop!(Anchors::resign(by(holdover)), Error::<Test>::NoSeat);
		assert_noop!(Anchors::may_leave(Role::Anchor, &who(holdover)), Error::<Test>::FloorBreached);
		// It may apply again, and think better of it.
		prepare(holdover);
		assert_ok!(Anchors::apply_candidacy(by(holdover), organisation("Back")));
		assert_ok!(Anchors::withdraw_candidacy(by(holdover)));
		assert_ok!(Anchors::apply_candidacy(by(holdover), organisation("Back")));
		assert_ok!(Anchors::remove_anchor(by_admin(), who(holdover)));
		unbond(holdover);
		// Candidates come, one a term.
		candidate(5);
		candidate(6);
		assert_ok!(vote(20, &[5, 6], UNIT));
		pass_terms(3);
		assert_eq!(seats(), [3, 4, 5, 6]);
		assert!(Anchors::seats().iter().all(|seat| seat.standing == Standing::Sitting));
	});
}

#[test]
fn remove_keys_should_return_the_keys_of_who_is_no_longer_needed() {
	run(|| {
		candidate(5);
		assert_noop!(Anchors::remove_keys(by(9)), Error::<Test>::NoSessionKeys);
		assert_noop!(Anchors::remove_keys(by(1)), Error::<Test>::HasSeat);
		assert_noop!(Anchors::remove_keys(by(5)), Error::<Test>::AlreadyCandidate);
		prepare(6);
		assert_ok!(Anchors::apply_candidacy(by(6), organisation("Somebody")));
		assert_noop!(Anchors::remove_keys(by(6)), Error::<Test>::AlreadyApplied);

		assert_ok!(Anchors::withdraw_candidacy(by(5)));
		assert_ok!(Anchors::remove_keys(by(5)));
		assert!(!pallet_session::NextKeys::<Test>::contains_key(who(5)));

		// Who leaves a seat keeps its keys for as long as a set has them.
		assert_ok!(Anchors::resign(by(1)));
		assert_noop!(Anchors::remove_keys(by(1)), Error::<Test>::HasSeat);
		pass(SESSION);
		assert_noop!(Anchors::remove_keys(by(1)), Error::<Test>::KeysInUse);
		pass(SESSION);
		assert_ok!(Anchors::remove_keys(by(1)));
	});
}
