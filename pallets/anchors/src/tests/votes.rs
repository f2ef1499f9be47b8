use crate::{Ballots, Candidates, Error, Event, HoldReason, mock::*};
use frame_support::{
	BoundedVec, assert_noop, assert_ok,
	traits::{LockableCurrency, WithdrawReasons, fungible::InspectHold},
};
use sp_runtime::TokenError;

fn held(index: u8) -> u128 {
	Balances::balance_on_hold(&HoldReason::Vote.into(), &who(index))
}

/// What counts for a candidate at the end of the term, and what is fresh.
fn approvals(index: u8) -> (u128, u128) {
	let term = crate::CurrentTerm::<Test>::get();
	let approvals = Candidates::<Test>::get(who(index)).unwrap().approvals.at(term);
	(approvals.at_end_of_term(), approvals.fresh)
}

#[test]
fn vote_should_count_in_full_for_each_candidate_after_a_whole_term() {
	run(|| {
		assert_ok!(vote(20, &[1, 2], 50 * UNIT));
		let candidates = BoundedVec::truncate_from(vec![who(1), who(2)]);
		assert_eq!(events(), [Event::Voted { who: who(20), stake: 50 * UNIT, candidates }]);
		assert_eq!(held(20), 50 * UNIT);
		assert_eq!((approvals(1), approvals(2)), ((0, 50 * UNIT), (0, 50 * UNIT)));
		pass_terms(1);
		assert_eq!(approvals(1), (50 * UNIT, 0));
	});
}

#[test]
fn vote_should_replace_the_one_before_and_begin_anew() {
	run(|| {
		assert_ok!(vote(20, &[1, 2], 50 * UNIT));
		pass_terms(1);
		assert_ok!(vote(20, &[2, 3], 70 * UNIT));
		assert_eq!(held(20), 70 * UNIT);
		assert_eq!((approvals(1), approvals(2), approvals(3)), ((0, 0), (0, 70 * UNIT), (0, 70 * UNIT)));
		// Less than before: the difference thaws.
		assert_ok!(vote(20, &[3], 30 * UNIT));
		assert_eq!(held(20), 70 * UNIT);
		assert_noop!(Anchors::withdraw_stake(by(20)), Error::<Test>::NothingThawed);
		pass_terms(2);
		assert_ok!(Anchors::withdraw_stake(by(20)));
		assert_eq!(held(20), 30 * UNIT);
	});
}

#[test]
fn retract_vote_should_stop_counting_at_once_and_thaw_for_a_term() {
	run(|| {
		assert_ok!(vote(20, &[1], 50 * UNIT));
		pass_terms(3);
		assert_eq!(approvals(1), (50 * UNIT, 0));
		assert_ok!(Anchors::retract_vote(by(20)));
		assert_eq!(approvals(1), (0, 0));
		assert_noop!(Anchors::retract_vote(by(20)), Error::<Test>::NoVote);
		pass_terms(1);
		assert_noop!(Anchors::withdraw_stake(by(20)), Error::<Test>::NothingThawed);
		pass_terms(1);
		assert_ok!(Anchors::withdraw_stake(by(20)));
		assert_eq!(held(20), 0);
		assert!(!Ballots::<Test>::contains_key(who(20)));
		assert_noop!(Anchors::withdraw_stake(by(20)), Error::<Test>::NoVote);
	});
}

#[test]
fn a_vote_placed_and_retracted_around_an_election_should_not_count() {
	run(|| {
		candidate(5);
		// Just before the term ends: too late for this election.
		run_to(u64::from(TERM) * SESSION - SESSION - 1);
		let term = crate::CurrentTerm::<Test>::get();
		assert_ok!(vote(20, &[5, 1, 2, 3], 500 * UNIT));
		pass(2);
		assert_eq!(crate::CurrentTerm::<Test>::get(), term + 1);
		assert_eq!(seats(), [1, 2, 3, 4]);
		// Retracted just before the one for which it would count.
		pass(u64::from(TERM) * SESSION - 3);
		assert_eq!(crate::CurrentTerm::<Test>::get(), term + 1);
		assert_ok!(Anchors::retract_vote(by(20)));
		pass(3);
		assert_eq!(crate::CurrentTerm::<Test>::get(), term + 2);
		assert_eq!(seats(), [1, 2, 3, 4]);
	});
}

#[test]
fn votes_for_a_candidate_that_has_withdrawn_should_count_for_nothing_when_it_returns() {
	run(|| {
		candidate(5);
		assert_ok!(vote(20, &[5], 50 * UNIT));
		pass_terms(1);
		assert_ok!(Anchors::withdraw_candidacy(by(5)));
		candidate(5);
		assert_eq!(approvals(5), (0, 0));
		assert_ok!(vote(21, &[5], 10 * UNIT));
		// The old one is taken back from a candidacy that is another one by now.
		assert_ok!(Anchors::retract_vote(by(20)));
		assert_eq!(approvals(5), (0, 10 * UNIT));
	});
}

#[test]
fn vote_should_fail_when_it_makes_no_sense() {
	run(|| {
		assert_noop!(vote(20, &[], 50 * UNIT), Error::<Test>::NothingPicked);
		assert_noop!(vote(20, &[1, 2, 1], 50 * UNIT), Error::<Test>::PickedTwice);
		assert_noop!(vote(20, &[1], UNIT - 1), Error::<Test>::StakeTooSmall);
		assert_noop!(vote(20, &[5], 50 * UNIT), Error::<Test>::NotCandidate);
		assert_noop!(vote(20, &[1], FUNDS + 1), TokenError::FundsUnavailable);
		assert_noop!(Anchors::retract_vote(by(20)), Error::<Test>::NoVote);
		operate(21, 1);
		assert_noop!(vote(21, &[1], UNIT), Error::<Test>::OperatorCannotVote);
	});
}

#[test]
fn tokens_that_are_also_locked_elsewhere_should_vote() {
	run(|| {
		Balances::set_lock(*b"pyconvot", &who(20), FUNDS, WithdrawReasons::all());
		assert_ok!(vote(20, &[1], 50 * UNIT));
		assert_ok!(Anchors::retract_vote(by(20)));
		pass_terms(2);
		assert_ok!(Anchors::withdraw_stake(by(20)));
		assert_eq!(held(20), 0);
	});
}

#[test]
fn many_changes_should_keep_every_unit_in_sight() {
	run(|| {
		for round in 0..12u128 {
			assert_ok!(vote(20, &[1, 2], (100 - 7 * round) * UNIT));
			if round % 2 == 0 {
				pass_terms(1);
			}
			let ballot = Ballots::<Test>::get(who(20)).unwrap();
			assert!(ballot.thawing.len() <= 2);
			assert_eq!(ballot.held(), held(20));
		}
	});
}
