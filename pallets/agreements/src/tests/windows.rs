use crate::{Event, Offer, OutcomesFrom, QueuedOutcomes, mock::*};
use frame_support::{assert_ok, weights::Weight};
use smartlayer_measurement::Consequence;
use smartlayer_primitives::{Action, Cause, Severity};

/// Closes the next window with what is said of agreements.
fn next(said: &[(u64, smartlayer_measurement::Measurement)]) -> u32 {
	let window = NextWindow::get().unwrap();
	run_to_window(window + 1);
	close(window, said);
	window
}

fn long(module: u32) -> Offer {
	Offer { windows: 70, ..offer(module) }
}

/// Nodes that are active from the same window on.
fn actives(count: u8) -> Vec<u64> {
	let ids: Vec<u64> = (0..count).map(|index| agree(who(101 + index), long(0))).collect();
	run_to(DRAW + 5);
	NextWindow::set(Some(slot(ids[0]).first));
	for _ in 0..4 {
		next(&ids.iter().map(|id| (*id, said(60, 100))).collect::<Vec<_>>());
	}
	events();
	ids
}

#[test]
fn breaches_should_warn_once_and_then_lower_the_score() {
	run(|| {
		let id = activate(node(), long(0));
		let breach = |window, consequence| Event::Breached {
			agreement: id,
			provider: node(),
			window,
			consequence,
			shadow: false,
		};
		// Just below the floor, and just too slow: levels 500 and more.
		let first = next(&[(id, said(53, 100))]);
		assert_eq!(events(), [breach(first, Consequence::Warning)]);
		assert_eq!(recorded(), []);
		let second = next(&[(id, said(60, 512))]);
		assert_eq!(events(), [breach(second, Consequence::Breach)]);
		assert_eq!(recorded(), [(node(), Action::BreachedObjective)]);
		// What is within the step of the bound is not.
		next(&[(id, said(54, 511))]);
		assert_eq!(events(), []);
		let record = Agreements::record(0).unwrap();
		assert_eq!((record.windows, record.breached), (5, 2));
	});
}

#[test]
fn a_spent_budget_should_be_slashed_once() {
	run(|| {
		let id = activate(node(), long(0));
		// 20 % of eight windows are 96 samples.
		next(&[(id, said(0, 100))]);
		next(&[(id, said(24, 100))]);
		assert_eq!(Slashed::get(), []);
		events();
		let window = next(&[(id, said(59, 100))]);
		let breached =
			Event::Breached { agreement: id, provider: node(), window, consequence: Consequence::Slash, shadow: false };
		assert_eq!(events(), [breached, Event::Slashed { agreement: id, provider: node(), window, slash: 0 }]);
		let [offence] = Slashed::get().try_into().unwrap();
		assert_eq!(
			(offence.offender, offence.severity, offence.cause, offence.action, offence.outage, offence.victim),
			(node(), Severity::Rate, Cause::NoData, Some(Action::FailedRedeem), Some(window), None)
		);
		// Until two halves are over, nothing else follows.
		recorded();
		for _ in 0..4 {
			next(&[(id, said(0, 100))]);
		}
		assert_eq!((recorded(), Slashed::get().len()), (vec![], 1));
	});
}

#[test]
fn a_slash_of_a_node_without_a_bond_should_fail_without_harm() {
	run(|| {
		let id = activate(node(), long(0));
		let window = NextWindow::get().unwrap();
		next(&[(id, said(0, 100))]);
		run_to_window(window + 2);
		unbond(&node());
		events();
		next(&[(id, said(0, 100))]);
		assert!(events().iter().all(|event| !matches!(event, Event::Slashed { .. } | Event::OutcomeFailed { .. })));
	});
}

#[test]
fn a_period_that_was_met_should_raise_the_score() {
	run(|| {
		let id = activate(node(), long(0));
		assert_eq!(NextWindow::get(), Some(7));
		// The period of windows 8 to 15 is settled with the first window of the next one.
		for _ in 7..16 {
			next(&[(id, said(60, 100))]);
		}
		assert_eq!(recorded(), []);
		events();
		next(&[(id, said(60, 100))]);
		assert_eq!(events(), [Event::Met { agreement: id, provider: node(), period: 1 }]);
		assert_eq!(recorded(), [(node(), Action::MetObjectives)]);
		// One that nobody measured at all settles the one before as well, and is not met itself.
		for _ in 17..25 {
			next(&[]);
		}
		assert_eq!(recorded(), []);
		// One with two breaches is not met.
		next(&[(id, said(0, 100))]);
		next(&[(id, said(50, 100))]);
		for _ in 27..33 {
			next(&[(id, said(60, 100))]);
		}
		assert_eq!(recorded(), [(node(), Action::BreachedObjective)]);
	});
}

#[test]
fn a_common_fault_should_be_forgiven_out_of_the_own_budget() {
	run(|| {
		let ids = actives(10);
		assert_eq!(NextWindow::get(), Some(7));
		next(&ids.iter().map(|id| (*id, said(60, 100))).collect::<Vec<_>>());
		events();
		// Four of ten are more than three, and more than a tenth.
		let outage = |failing: usize| -> Vec<_> {
			ids.iter().enumerate().map(|(index, id)| (*id, said(if index < failing { 0 } else { 60 }, 100))).collect()
		};
		let window = next(&outage(4));
		assert_eq!(window, 8);
		let forgiven: Vec<_> = events();
		assert_eq!(forgiven.len(), 4);
		assert!(forgiven.iter().all(|event| matches!(event, Event::Forgiven { window: 8, .. })));
		let failing = slot(ids[0]);
		assert_eq!((failing.meter.period().faults.lost, failing.spare(1, 2)), (0, 1));
		// The good windows of the others count.
		assert_eq!(slot(ids[9]).meter.period().windows, 2);
		next(&outage(4));
		assert_eq!(recorded(), []);
		// When the budget is spent, it counts.
		next(&outage(4));
		assert_eq!(slot(ids[0]).meter.period().faults.lost, 60);
		assert_eq!(slot(ids[0]).spare(1, 2), 0);
		// Three of ten are not a common fault.
		let window = next(&outage(3));
		let breach = Event::Breached {
			agreement: ids[0],
			provider: node(),
			window,
			consequence: Consequence::Slash,
			shadow: false,
		};
		assert!(events().contains(&breach));
		assert_eq!(Slashed::get().len(), 3);
	});
}

#[test]
fn nodes_that_were_not_measured_should_not_count_for_the_breaker() {
	run(|| {
		let ids = actives(10);
		// Two of four that were measured are a half.
		let few = [(ids[0], said(0, 100)), (ids[1], said(0, 100)), (ids[2], said(60, 100)), (ids[3], said(60, 100))];
		next(&few);
		assert_eq!(events().len(), 2);
		assert_eq!(slot(ids[9]).meter.period().windows, 0);
		// One of one is its own fault.
		next(&[(ids[4], said(0, 100))]);
		assert_eq!(slot(ids[4]).meter.period().faults.breached, 1);
	});
}

#[test]
fn outcomes_should_be_settled_over_several_blocks_without_losing_any() {
	run(|| {
		let ids = actives(20);
		// The first window in which all fail apart from each other: three at a time.
		HookWeight::set(Weight::from_parts(9_500, 0));
		let window = NextWindow::get().unwrap();
		run_to_window(window + 1);
		let good: Vec<_> = ids.iter().map(|id| (*id, said(60, 100))).collect();
		for ahead in window..16 {
			run_to_window(ahead + 1);
			close(ahead, &good);
		}
		pass(5);
		recorded();
		events();
		run_to_window(17);
		// The period was met by all twenty, and the hook settles three in a block.
		close(16, &good);
		let first = recorded().len();
		assert!((1..=9).contains(&first), "{first}");
		Agreements::do_try_state().unwrap();
		pass(1);
		let second = recorded().len();
		assert!((1..=9).contains(&second), "{second}");
		pass(20);
		assert_eq!(recorded().len(), 20 - first - second);
		assert_eq!(QueuedOutcomes::<Test>::iter().count(), 0);
		assert!(OutcomesFrom::<Test>::get() > 0);
	});
}

#[test]
fn a_renewal_should_apply_from_the_next_budget_period_on() {
	run(|| {
		let id = activate(node(), long(0));
		assert_eq!(NextWindow::get(), Some(7));
		next(&[(id, said(60, 100))]);
		assert_ok!(Agreements::propose(by(node()), Offer { bounds: bounds(900_000, 1_500), ..long(0) }));
		assert_ok!(Agreements::conclude(by(who(1)), id + 1, 1, consent(id + 1, 1..=3)));
		events();
		// Too slow for what was agreed before, in all windows of this period.
		for window in 8..16 {
			next(&[(id, said(60, 1_000))]);
			assert!(events().iter().any(|event| matches!(event, Event::Breached { .. })) || Slashed::get().len() == 1);
			assert_eq!(slot(id).renewed.is_some(), window < 16);
		}
		Agreements::do_try_state().unwrap();
		assert_eq!(Agreements::record(0).unwrap().breached, 8);
		next(&[(id, said(60, 1_000))]);
		assert_eq!((slot(id).bounds, slot(id).renewed), (bounds(900_000, 1_500), None));
		assert_eq!(Agreements::record(0).unwrap().breached, 8);
	});
}

#[test]
fn a_page_that_does_not_exist_should_stay_so() {
	run(|| {
		<Agreements as smartlayer_primitives::OnWindowClosed>::on_window_closed(3, 7, &Default::default());
		assert_eq!(crate::Roster::<Test>::iter_keys().count(), 0);
	});
}

#[test]
fn a_slash_that_fails_should_be_seen_and_leave_no_trace() {
	run(|| {
		let id = activate(node(), long(0));
		next(&[(id, said(0, 100))]);
		SlashesFail::set(true);
		events();
		let window = next(&[(id, said(0, 100))]);
		let error = sp_runtime::DispatchError::Other("");
		assert_eq!(events(), [Event::OutcomeFailed { agreement: id, provider: node(), window, error }]);
	});
}

#[test]
fn a_period_should_be_settled_by_what_was_agreed_for_it() {
	run(|| {
		let id = activate(node(), Offer { bounds: bounds(990_000, 500), ..long(0) });
		// 60 of 480 samples are lost: too many for 99 %, and few enough for 80 %.
		next(&[(id, said(60, 100))]);
		next(&[(id, said(54, 100))]);
		assert_ok!(Agreements::propose(by(node()), Offer { bounds: bounds(900_000, 500), ..long(0) }));
		assert_ok!(Agreements::conclude(by(who(1)), id + 1, 1, consent(id + 1, 1..=3)));
		for _ in 9..16 {
			next(&[(id, said(59, 100))]);
		}
		recorded();
		next(&[(id, said(60, 100))]);
		assert_eq!((slot(id).availability(), recorded()), (sp_runtime::Permill::from_percent(90), vec![]));
	});
}

#[test]
fn a_renewal_should_not_replace_one_that_applies() {
	run(|| {
		let id = activate(node(), long(0));
		let renew = |bounds| {
			let open = crate::NextAgreementId::<Test>::get();
			assert_ok!(Agreements::propose(by(node()), Offer { bounds, ..long(0) }));
			let signatures = consent(open, 1..=3);
			let done = Agreements::conclude(by(who(1)), open, 1, signatures);
			if done.is_err() {
				assert_ok!(Agreements::withdraw(by(node()), open));
			}
			done.map(|_| ()).map_err(|error| error.error)
		};
		assert_ok!(renew(bounds(990_000, 500)));
		assert_ok!(renew(bounds(980_000, 500)));
		// The period has begun, and its first window is not closed.
		run_to_window(8);
		assert_eq!(renew(bounds(900_000, 500)), Err(crate::Error::<Test>::StillWaiting.into()));
		let other = Offer { bounds: bounds(900_000, 500), ..long(0) };
		assert_eq!(Agreements::quote(node(), other), Err(crate::Error::<Test>::StillWaiting.into()));
		next(&[(id, said(60, 100))]);
		next(&[(id, said(60, 100))]);
		assert_eq!(slot(id).bounds, bounds(980_000, 500));
		assert_ok!(renew(bounds(900_000, 500)));
	});
}
