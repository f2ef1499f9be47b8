use crate::{Error, Event, Fault, Replies, Reply, Verdict, mock::*};
use frame_support::{assert_noop, assert_ok, dispatch::Pays};
use smartlayer_primitives::Action;
use sp_core::H256;

#[test]
fn vote_should_count_once_for_each_seat_and_without_fee() {
	run(|| {
		let id = file(1, Fault::NoData, 1);
		events();
		assert_eq!(Reports::vote(by(operator(2)), id, true).unwrap().pays_fee, Pays::No);
		assert_ok!(Reports::vote(by(who(3)), id, false));
		assert_eq!(
			events(),
			[
				Event::Voted { report: id, seat: who(2), aye: true },
				Event::Voted { report: id, seat: who(3), aye: false }
			]
		);
		for (seat, aye) in [(who(1), false), (who(2), false), (operator(3), true), (who(3), false)] {
			assert_noop!(Reports::vote(by(seat), id, aye), Error::<Test>::AlreadyVoted);
		}
		let tally = Reports::report_by_id(id).unwrap().tally;
		assert_eq!((tally.ayes, tally.nays), (0b11, 0b100));
	});
}

#[test]
fn vote_should_be_open_to_the_seats_at_the_filing_and_to_no_others() {
	run(|| {
		let id = file(1, Fault::NoData, 1);
		// Seat 2 is lost, and seat 7 is new.
		Seated::set([1, 3, 4, 5, 6, 7].map(who).to_vec());
		for stranger in [who(7), operator(7), customer(), node()] {
			assert_noop!(Reports::vote(by(stranger), id, true), Error::<Test>::NotInJury);
		}
		assert_ok!(Reports::vote(by(who(2)), id, true));
		assert_noop!(Reports::vote(by(who(3)), id + 1, true), Error::<Test>::NoSuchReport);
	});
}

#[test]
fn vote_should_fail_from_the_deadline_on() {
	run(|| {
		let id = file(1, Fault::NoData, 1);
		vote(id, [2, 3, 4], true);
		pass(VOTE - 1);
		assert_ok!(Reports::vote(by(who(5)), id, true));
		pass(1);
		assert_noop!(Reports::vote(by(who(6)), id, true), Error::<Test>::VotingEnded);
		// An acquittal is removed at once.
		let id = file(2, Fault::Invalid, 2);
		pass(VOTE);
		assert_noop!(Reports::vote(by(who(6)), id, true), Error::<Test>::NoSuchReport);
	});
}

#[test]
fn a_verdict_should_be_announced_once_and_stay() {
	run(|| {
		let id = file(1, Fault::NoData, 1);
		vote(id, [2, 3], true);
		events();
		vote(id, [4], true);
		assert!(events().contains(&Event::VerdictReached { report: id, verdict: Verdict::Convicted }));
		// Later votes count for the consequences, and change the verdict no more.
		vote(id, [5], true);
		vote(id, [6], false);
		assert!(events().iter().all(|event| matches!(event, Event::Voted { .. })));
		assert_eq!(Reports::report_by_id(id).unwrap().tally.verdict(), Verdict::Convicted);
	});
}

#[test]
fn a_seat_that_was_lost_should_not_be_charged_for_its_silence() {
	run(|| {
		file(1, Fault::NoData, 1);
		Seated::set([1, 3, 4].map(who).to_vec());
		pass(VOTE);
		assert_eq!(recorded(), [3, 4].map(|seat| (who(seat), Action::IgnoredVote)));
	});
}

#[test]
fn reply_should_be_recorded_until_the_deadline_for_the_accused_only() {
	run(|| {
		let id = file(1, Fault::NoData, 1);
		events();
		let (hash, place) = (H256::repeat_byte(3), pointer("https://example.org/reply"));
		for stranger in [who(1), other_node(), customer(), operator(102)] {
			assert_noop!(Reports::reply(by(stranger), id, hash, place.clone()), Error::<Test>::NotAccused);
		}
		assert_ok!(Reports::reply(by(operator(101)), id, hash, place.clone()));
		assert_eq!(events(), [Event::Replied { report: id, hash, pointer: place.clone() }]);
		// A further reply replaces it.
		assert_ok!(Reports::reply(by(node()), id, H256::zero(), place.clone()));
		assert_eq!(Replies::<Test>::get(id), Some(Reply { hash: H256::zero(), pointer: place.clone() }));
		assert_noop!(Reports::reply(by(node()), 1, hash, place.clone()), Error::<Test>::NoSuchReport);
		vote(id, [2, 3, 4], true);
		pass(VOTE);
		assert_noop!(Reports::reply(by(node()), id, hash, place), Error::<Test>::VotingEnded);
	});
}
