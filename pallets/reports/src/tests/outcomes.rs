//! Who gains and loses what, for each fault and each outcome of a vote.

use crate::{Accusations, Error, Event, Fault, Juries, Replies, Reports as Stored, Stage, Verdict, mock::*};
use frame_support::{assert_noop, assert_ok, dispatch::Pays};
use smartlayer_primitives::{Action, Cause, Offence, OnSlashResolved, Severity, SlashOutcome, Victim};
use sp_core::H256;
use sp_runtime::Perbill;

/// The action of a seat that was right, the one of a seat that was wrong, and the cause of the slash.
fn of(fault: Fault) -> (Action<u128>, Action<u128>, Cause) {
	match fault {
		Fault::NoData => (Action::CorrectNoData, Action::FalseNoData, Cause::NoData),
		Fault::Invalid => (Action::CorrectInvalid, Action::FalseInvalid, Cause::Invalid),
	}
}

fn each(seats: impl IntoIterator<Item = u8>, action: Action<u128>) -> Vec<(AccountId, Action<u128>)> {
	seats.into_iter().map(|seat| (who(seat), action)).collect()
}

/// A report by seat 1 of six, after votes, at its deadline.
fn voted(fault: Fault, ayes: &[u8], nays: &[u8]) -> u64 {
	run_to(45);
	let id = file(1, fault, 45);
	vote(id, ayes.iter().copied(), true);
	vote(id, nays.iter().copied(), false);
	events();
	pass(VOTE);
	id
}

/// Runs a test for both faults.
fn for_each_fault(test: impl Fn(Fault)) {
	for fault in [Fault::NoData, Fault::Invalid] {
		run(|| test(fault));
	}
}

fn is_gone(id: u64) {
	assert!(
		!Stored::<Test>::contains_key(id) && !Juries::<Test>::contains_key(id) && !Replies::<Test>::contains_key(id)
	);
	assert!(!Accusations::<Test>::contains_key(node()));
}

#[test]
fn a_conviction_should_be_slashed_at_the_rate_of_its_report_and_change_nothing_else() {
	for_each_fault(|fault| {
		run_to(45);
		open_session(7, customer(), node(), 3 * UNIT);
		let evidence = H256::repeat_byte(1);
		assert_ok!(Reports::report(by(who(1)), fault, node(), 44, Some(7), evidence, pointer("")));
		vote(0, [2, 3, 4], true);
		events();
		Rate::set(Perbill::from_percent(10));
		pass(VOTE);
		let slashed = Offence {
			offender: node(),
			severity: Severity::Fraction(Perbill::from_percent(30)),
			victim: Some(Victim { account: customer(), at_most: Some(3 * UNIT) }),
			cause: of(fault).2,
			action: Some(Action::FailedRedeem),
			outage: (fault == Fault::NoData).then_some(2),
		};
		assert_eq!(Slashed::get(), [slashed]);
		assert_eq!(
			events(),
			[Event::VoteEnded { report: 0, verdict: Verdict::Convicted, ayes: 4, nays: 0, slash: Some(0) }]
		);
		assert_eq!(recorded(), each([5, 6], Action::IgnoredVote));
		assert_eq!(held(&who(1)), DEPOSIT);
		assert_noop!(Reports::close(by(customer()), 0), Error::<Test>::NotDue);
	});
}

#[test]
fn an_applied_conviction_should_reward_the_ayes_and_charge_a_clear_minority() {
	for_each_fault(|fault| {
		let id = voted(fault, &[2, 3, 4], &[5]);
		let (correct, wrong, _) = of(fault);
		assert_eq!(recorded(), each([6], Action::IgnoredVote));
		events();
		resolve(0, SlashOutcome::Applied);
		assert_eq!(recorded(), [each(1..=4, correct), each([5], wrong)].concat());
		assert_eq!((change(&who(1)), held(&who(1)), change(&treasury())), (0, 0, 0));
		assert_eq!(Slashed::get().len(), 1);
		assert_eq!(
			events(),
			[
				Event::DepositReturned { report: id, who: who(1), amount: DEPOSIT },
				Event::ConvictionSettled { report: id, outcome: SlashOutcome::Applied }
			]
		);
	});
}

#[test]
fn a_bare_majority_should_not_punish_the_minority() {
	for fault in [Fault::NoData, Fault::Invalid] {
		// Six of eleven convict, and then six of eleven reject.
		run_with(11, || {
			let (correct, ..) = of(fault);
			let id = file(1, fault, 1);
			vote(id, 2..=6, true);
			vote(id, 7..=11, false);
			pass(VOTE);
			resolve(0, SlashOutcome::Applied);
			assert_eq!(recorded(), each(1..=6, correct));
		});
		run_with(11, || {
			let (correct, ..) = of(fault);
			let id = file(1, fault, 1);
			vote(id, 2..=5, true);
			vote(id, 6..=11, false);
			pass(VOTE);
			assert_eq!(recorded(), each(6..=11, correct));
			assert_eq!(change(&treasury()), DEPOSIT as i128);
		});
	}
}

#[test]
fn a_rejected_report_should_cost_its_deposit_and_charge_clear_ayes() {
	for_each_fault(|fault| {
		let id = voted(fault, &[2], &[3, 4, 5, 6]);
		let (correct, wrong, _) = of(fault);
		let expected = [each([1, 2], wrong), each(3..=6, correct)].concat();
		assert_eq!(recorded(), expected);
		assert_eq!(
			events(),
			[
				Event::VoteEnded { report: id, verdict: Verdict::Rejected, ayes: 2, nays: 4, slash: None },
				Event::DepositForfeited { report: id, who: who(1), amount: DEPOSIT }
			]
		);
		assert_eq!((change(&who(1)), held(&who(1)), change(&treasury())), (-(DEPOSIT as i128), 0, DEPOSIT as i128));
		assert!(Slashed::get().is_empty());
		is_gone(id);
	});
}

#[test]
fn a_tie_or_a_missing_quorum_should_only_charge_those_who_did_not_vote() {
	for (ayes, nays, ignored) in [
		(&[2, 3][..], &[4, 5, 6][..], &[][..]),
		(&[2], &[3, 4], &[5, 6]),
		(&[2, 3], &[], &[4, 5, 6]),
		(&[], &[2, 3], &[4, 5, 6]),
		(&[], &[], &[2, 3, 4, 5, 6]),
	] {
		for_each_fault(|fault| {
			let id = voted(fault, ayes, nays);
			assert_eq!(recorded(), each(ignored.iter().copied(), Action::IgnoredVote));
			let (ayes, nays) = (ayes.len() as u32 + 1, nays.len() as u32);
			assert_eq!(
				events(),
				[
					Event::VoteEnded { report: id, verdict: Verdict::Undecided, ayes, nays, slash: None },
					Event::DepositReturned { report: id, who: who(1), amount: DEPOSIT }
				]
			);
			assert_eq!((change(&who(1)), held(&who(1)), change(&treasury())), (0, 0, 0));
			assert!(Slashed::get().is_empty());
			is_gone(id);
		});
	}
}

#[test]
fn an_overturned_conviction_should_charge_and_slash_the_ayes_even_of_a_bare_majority() {
	for fault in [Fault::NoData, Fault::Invalid] {
		run_with(11, || {
			let (correct, wrong, _) = of(fault);
			let id = file(1, fault, 1);
			vote(id, 2..=6, true);
			vote(id, 7..=10, false);
			pass(VOTE);
			assert_eq!(recorded(), each([11], Action::IgnoredVote));
			// One of them has no bond any more.
			Unbonded::set(vec![who(6)]);
			events();
			resolve(0, SlashOutcome::Cancelled);
			assert_eq!(recorded(), [each(1..=6, wrong), each(7..=10, correct)].concat());
			let lost = |seat| Offence {
				offender: who(seat),
				severity: Severity::Fraction(Perbill::from_percent(1)),
				victim: None,
				cause: Cause::FalseVerdict,
				action: None,
				outage: None,
			};
			assert_eq!(Slashed::get()[1..], [1, 2, 3, 4, 5].map(lost));
			assert_eq!((change(&who(1)), held(&who(1)), change(&treasury())), (-(DEPOSIT as i128), 0, DEPOSIT as i128));
			assert_eq!(
				events(),
				[
					Event::DepositForfeited { report: id, who: who(1), amount: DEPOSIT },
					Event::ConvictionSettled { report: id, outcome: SlashOutcome::Cancelled }
				]
			);
		});
	}
}

#[test]
fn the_slash_of_a_false_verdict_should_have_no_further_consequences() {
	run(|| {
		voted(Fault::NoData, &[2, 3, 4, 5, 6], &[]);
		resolve(0, SlashOutcome::Cancelled);
		recorded();
		let before = Slashed::get().len();
		for slash in 1..before as u64 {
			resolve(slash, SlashOutcome::Cancelled);
		}
		assert!(recorded().is_empty());
		assert_eq!(Slashed::get().len(), before);
	});
}

#[test]
fn a_conviction_of_a_node_without_bond_should_settle_at_once() {
	for_each_fault(|fault| {
		run_to(45);
		let id = file(1, fault, 45);
		vote(id, [2, 3, 4, 5, 6], true);
		Unbonded::set(vec![node()]);
		events();
		pass(VOTE);
		assert_eq!(recorded(), each(1..=6, of(fault).0));
		assert_eq!(held(&who(1)), 0);
		assert_eq!(
			events()[0],
			Event::VoteEnded { report: id, verdict: Verdict::Convicted, ayes: 6, nays: 0, slash: None }
		);
		is_gone(id);
	});
}

#[test]
fn nobody_should_be_charged_for_a_conviction_that_nobody_can_overturn() {
	run(|| {
		let id = file(1, Fault::Invalid, 1);
		vote(id, [2, 3, 4], true);
		vote(id, [5, 6], false);
		Unbonded::set(vec![node()]);
		pass(VOTE);
		assert_eq!(recorded(), each(1..=4, Action::CorrectInvalid));
	});
}

#[test]
fn a_report_of_a_node_that_is_not_active_should_earn_no_points() {
	for outcome in [SlashOutcome::Applied, SlashOutcome::Cancelled] {
		for_each_fault(|fault| {
			Chilled::set(vec![node()]);
			run_to(45);
			let id = file(1, fault, 45);
			Chilled::take();
			vote(id, [2, 3, 4], true);
			vote(id, [5, 6], false);
			pass(VOTE);
			assert_eq!(Slashed::get().len(), 1);
			resolve(0, outcome);
			// Those who were wrong are charged all the same.
			let wrong: &[u8] = if outcome == SlashOutcome::Applied { &[5, 6] } else { &[1, 2, 3, 4] };
			assert_eq!(recorded(), each(wrong.iter().copied(), of(fault).1));
		});
	}
}

#[test]
fn a_settled_fault_should_not_be_reported_again_until_it_is_too_old() {
	for outcome in [SlashOutcome::Applied, SlashOutcome::Cancelled] {
		run(|| {
			let id = voted(Fault::NoData, &[2, 3, 4, 5, 6], &[]);
			resolve(0, outcome);
			assert_eq!(Reports::report_by_id(id).unwrap().stage, Stage::Settled);
			// Its window ends with block 59, which can be reported until then.
			let last = 59;
			assert_eq!(Reports::report_by_id(id).unwrap().due, last + WINDOW + 1);
			let again = |at| Reports::report(by(who(2)), Fault::NoData, node(), at, None, H256::zero(), pointer(""));
			assert_noop!(again(45), Error::<Test>::AlreadyReported);
			run_to(last + WINDOW);
			assert_noop!(again(last), Error::<Test>::AlreadyReported);
			Reports::do_try_state().unwrap();
			pass(1);
			assert_noop!(again(last), Error::<Test>::FaultTooOld);
			is_gone(id);
		});
	}
}

#[test]
fn a_conviction_settled_later_should_be_removed_at_once() {
	run(|| {
		let id = voted(Fault::NoData, &[2, 3, 4, 5, 6], &[]);
		run_to(60 + WINDOW);
		assert_eq!(Reports::report_by_id(id).unwrap().stage, Stage::Convicted(0));
		resolve(0, SlashOutcome::Applied);
		is_gone(id);
	});
}

#[test]
fn an_acquitted_fault_can_be_reported_again_within_the_window() {
	run(|| {
		voted(Fault::NoData, &[], &[2, 3, 4, 5, 6]);
		assert_ok!(Reports::report(by(who(2)), Fault::NoData, node(), 45, None, H256::zero(), pointer("")));
	});
}

#[test]
fn close_should_do_what_is_due_for_anyone_and_without_fee() {
	run(|| {
		run_to(45);
		let id = file(1, Fault::NoData, 45);
		vote(id, [2, 3, 4, 5, 6], true);
		assert_noop!(Reports::close(by(customer()), id), Error::<Test>::NotDue);
		assert_noop!(Reports::close(by(customer()), 9), Error::<Test>::NoSuchReport);
		// Without the hook.
		let to = |block| {
			System::set_block_number(block);
		};
		to(45 + VOTE);
		assert_eq!(Reports::close(by(customer()), id).unwrap().pays_fee, Pays::No);
		assert_eq!(Reports::report_by_id(id).unwrap().stage, Stage::Convicted(0));
		<Reports as OnSlashResolved>::on_slash_resolved(0, SlashOutcome::Applied);
		assert_noop!(Reports::close(by(customer()), id), Error::<Test>::NotDue);
		to(46 + VOTE);
		assert_ok!(Reports::close(by(customer()), id));
		assert_eq!(Reports::report_by_id(id).unwrap().stage, Stage::Settled);
		assert_noop!(Reports::close(by(customer()), id), Error::<Test>::NotDue);
		to(60 + WINDOW);
		assert_ok!(Reports::close(by(customer()), id));
		is_gone(id);
		// Nothing is left for the hook.
		events();
		run_to(120);
		assert!(events().is_empty());
	});
}

#[test]
fn the_outcome_of_another_slash_should_change_nothing() {
	run(|| {
		voted(Fault::NoData, &[2, 3, 4, 5, 6], &[]);
		recorded();
		resolve(7, SlashOutcome::Applied);
		assert!(recorded().is_empty());
		assert_eq!(Reports::report_by_id(0).unwrap().stage, Stage::Convicted(0));
	});
}
