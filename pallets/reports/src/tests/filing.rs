use crate::{Accusations, Error, Event, Fault, NextReportId, OpenReports, Report, Stage, Tally, Verdict, mock::*};
use frame_support::{assert_noop, assert_ok};
use smartlayer_primitives::Role;
use sp_core::H256;
use sp_runtime::{Perbill, TokenError};

const EVIDENCE: H256 = H256::repeat_byte(9);

fn report(seat: u8, fault: Fault, at: u64, evidence: H256) -> Result<(), sp_runtime::DispatchError> {
	Reports::report(by(who(seat)), fault, node(), at, None, evidence, pointer(""))
}

#[test]
fn report_should_record_the_fault_as_it_is_now() {
	run(|| {
		run_to(30);
		open_session(7, customer(), node(), 3 * UNIT);
		Rate::set(Perbill::from_percent(17));
		assert_ok!(Reports::report(
			by(operator(2)),
			Fault::Invalid,
			node(),
			25,
			Some(7),
			EVIDENCE,
			pointer("https://example.org")
		));
		let deadline = 30 + VOTE;
		assert_eq!(
			Reports::report_by_id(0),
			Some(Report {
				fault: Fault::Invalid,
				node: node(),
				reporter: who(2),
				depositor: operator(2),
				deposit: DEPOSIT,
				at: 25,
				victim: Some((customer(), 3 * UNIT)),
				rate: Perbill::from_percent(17),
				false_verdict: Perbill::from_percent(1),
				was_active: true,
				evidence: EVIDENCE,
				pointer: pointer("https://example.org"),
				deadline,
				due: deadline,
				tally: Tally { seats: 6, quorum: 4, majority: 4, ayes: 0b10, nays: 0 },
				stage: Stage::Voting,
			})
		);
		assert_eq!(
			events(),
			[Event::Reported {
				report: 0,
				fault: Fault::Invalid,
				node: node(),
				reporter: who(2),
				at: 25,
				evidence: EVIDENCE,
				pointer: pointer("https://example.org"),
				deadline
			}]
		);
		// The operator that acts for the seat pays the deposit.
		assert_eq!([who(2), operator(2)].map(|who| held(&who)), [0, DEPOSIT]);
		assert_eq!(Reports::reports_against(node()), [0]);
		assert!(recorded().is_empty() && Slashed::get().is_empty());
	});
}

#[test]
fn report_should_fail_when_the_caller_has_no_seat() {
	run(|| {
		for stranger in [who(7), customer(), node(), operator(7), who(251)] {
			let call = Reports::report(by(stranger), Fault::NoData, node(), 1, None, EVIDENCE, pointer(""));
			assert_noop!(call, Error::<Test>::NotSeated);
		}
	});
}

#[test]
fn report_should_fail_when_the_accused_is_no_service_node() {
	run(|| {
		Unbonded::set(vec![other_node()]);
		for accused in [who(1), who(7), customer(), other_node(), operator(101)] {
			let call = Reports::report(by(who(1)), Fault::NoData, accused, 1, None, EVIDENCE, pointer(""));
			assert_noop!(call, Error::<Test>::NotServiceNode);
		}
	});
}

#[test]
fn report_should_fail_outside_the_report_window() {
	run(|| {
		run_to(100);
		assert_noop!(report(1, Fault::NoData, 101, EVIDENCE), Error::<Test>::FaultInFuture);
		assert_noop!(report(1, Fault::NoData, 100 - WINDOW - 1, EVIDENCE), Error::<Test>::FaultTooOld);
		assert_ok!(report(1, Fault::NoData, 100 - WINDOW, EVIDENCE));
		assert_ok!(report(2, Fault::NoData, 100, H256::zero()));
	});
}

#[test]
fn report_should_fail_when_payments_do_not_confirm_the_customer() {
	run(|| {
		run_to(20);
		open_session(0, customer(), other_node(), UNIT);
		Sessions::mutate(|sessions| {
			let customer = smartlayer_primitives::Customer { payer: customer(), node: node(), paid: UNIT };
			sessions.insert(1, (customer, false, 10, 15));
		});
		for (session, at) in [(0, 12), (1, 9), (1, 16), (2, 12)] {
			let call = Reports::report(by(who(1)), Fault::NoData, node(), at, Some(session), EVIDENCE, pointer(""));
			assert_noop!(call, Error::<Test>::NotACustomer);
		}
		// A session that is closed by now was open at the time.
		assert_ok!(Reports::report(by(who(1)), Fault::NoData, node(), 12, Some(1), EVIDENCE, pointer("")));
	});
}

#[test]
fn report_should_fail_when_the_fault_was_reported_before() {
	run(|| {
		run_to(60);
		assert_ok!(report(1, Fault::NoData, 45, EVIDENCE));
		let other = H256::zero();
		// By another reporter, of the same block, as another kind, in the same window of absence, or with the same evidence.
		assert_noop!(report(2, Fault::NoData, 45, other), Error::<Test>::AlreadyReported);
		assert_noop!(report(2, Fault::Invalid, 45, other), Error::<Test>::AlreadyReported);
		assert_noop!(report(2, Fault::NoData, 40, other), Error::<Test>::AlreadyReported);
		assert_noop!(report(2, Fault::NoData, 59, other), Error::<Test>::AlreadyReported);
		assert_noop!(report(2, Fault::Invalid, 50, EVIDENCE), Error::<Test>::AlreadyReported);
		// Another window, or another fault in the same one.
		assert_ok!(report(2, Fault::NoData, 39, other));
		assert_ok!(report(3, Fault::Invalid, 46, H256::repeat_byte(1)));
	});
}

#[test]
fn report_should_fail_for_another_window_while_the_seat_accuses_the_node() {
	run(|| {
		run_to(60);
		let id = file(1, Fault::NoData, 55);
		assert_noop!(report(1, Fault::Invalid, 30, EVIDENCE), Error::<Test>::AlreadyAccusing);
		// Another node, or another seat.
		let pointer = pointer("");
		assert_ok!(Reports::report(by(who(1)), Fault::Invalid, other_node(), 30, None, EVIDENCE, pointer));
		assert_ok!(report(2, Fault::Invalid, 30, EVIDENCE));
		// A conviction that waits for its slash is no longer an open accusation.
		vote(id, 2..=6, true);
		pass(VOTE);
		assert_eq!(Reports::report_by_id(id).unwrap().stage, Stage::Convicted(0));
		assert_ok!(report(1, Fault::Invalid, 79, H256::zero()));
	});
}

#[test]
fn report_should_succeed_up_to_the_bounds_and_fail_beyond() {
	run(|| {
		run_to(60);
		let accuse = |seat: u8, accused: u8| {
			let evidence = H256::from_low_u64_be(u64::from(seat) * 1_000 + u64::from(accused));
			let at = System::block_number() - 10 - u64::from(seat);
			Reports::report(by(who(seat)), Fault::Invalid, who(accused), at, None, evidence, pointer(""))
		};
		for seat in 1..=AGAINST as u8 {
			assert_ok!(accuse(seat, 101));
		}
		assert_noop!(accuse(4, 101), Error::<Test>::TooManyAgainst);
		for seat in 1..=AGAINST as u8 {
			assert_ok!(accuse(seat, 102));
		}
		assert_eq!(OpenReports::<Test>::get(), OPEN);
		assert_noop!(accuse(1, 103), Error::<Test>::TooManyReports);
		// The places are free again when the votes have ended. One block has no room for all of them.
		pass(VOTE + 1);
		assert_eq!((OpenReports::<Test>::get(), Accusations::<Test>::iter().count()), (0, 0));
		assert_ok!(accuse(4, 101));
	});
}

#[test]
fn one_seat_should_not_take_the_places_of_all() {
	run(|| {
		run_to(60);
		let accuse = |accused: u8| {
			let evidence = H256::from_low_u64_be(accused.into());
			Reports::report(by(who(1)), Fault::Invalid, who(accused), 60, None, evidence, pointer(""))
		};
		for accused in 101..101 + BY as u8 {
			assert_ok!(accuse(accused));
		}
		assert_noop!(accuse(104), Error::<Test>::TooManyReports);
		pass(VOTE);
		assert_ok!(accuse(104));
	});
}

#[test]
fn convictions_that_wait_should_not_shield_a_node() {
	run(|| {
		run_to(60);
		for seat in 1..=AGAINST as u8 {
			let id = file(seat, Fault::Invalid, 20 + u64::from(seat));
			vote(id, (1..=6).filter(|voter| *voter != seat), true);
		}
		pass(VOTE + 1);
		assert_eq!(Reports::reports_against(node()).len(), AGAINST as usize);
		// Their slashes wait for long. Their faults are too old to be reported again.
		assert_ok!(report(4, Fault::Invalid, 81, EVIDENCE));
		assert_eq!(Reports::reports_against(node()), [3]);
		Reports::do_try_state().unwrap();
		for slash in 0..u64::from(AGAINST) {
			resolve(slash, smartlayer_primitives::SlashOutcome::Applied);
		}
		assert_eq!(Reports::reports_against(node()), [3]);
	});
}

#[test]
fn report_should_fail_when_the_deposit_cannot_be_held() {
	run(|| {
		let _ = Balances::transfer_allow_death(by(who(1)), who(2), FUNDS - DEPOSIT);
		assert_noop!(report(1, Fault::NoData, 1, EVIDENCE), TokenError::FundsUnavailable);
		assert_eq!(NextReportId::<Test>::get(), 0);
	});
}

#[test]
fn report_should_convict_at_once_when_the_reporter_is_the_only_seat() {
	run_with(1, || {
		file(1, Fault::NoData, 1);
		assert!(events().contains(&Event::VerdictReached { report: 0, verdict: Verdict::Convicted }));
	});
}

#[test]
fn owed_votes_should_list_the_reports_on_which_a_seat_has_not_voted() {
	run(|| {
		run_to(30);
		let ids = [file(1, Fault::NoData, 30), file(2, Fault::Invalid, 29)];
		let owed = |seat: u8| {
			let mut owed = Reports::owed_votes(who(seat));
			owed.sort();
			owed
		};
		assert_eq!([1, 2].map(owed), [[ids[1]], [ids[0]]]);
		assert_eq!(owed(3), ids);
		vote(ids[0], [3], false);
		assert_eq!(owed(3), [ids[1]]);
		assert!(owed(7).is_empty());
		pass(VOTE);
		assert!(owed(4).is_empty());
		assert_eq!(<Others as smartlayer_primitives::Bonding<_>>::role(&who(4)), Some(Role::Anchor));
	});
}
