use crate::{Error, Event, Offer, Stage, mock::*};
use frame_support::{assert_noop, assert_ok};

/// A node whose slot was drawn, before its first window.
fn placed() -> u64 {
	let (id, _) = place(node(), offer(0));
	NextWindow::set(Some(slot(id).first));
	events();
	id
}

/// Closes the next window with what is said of an agreement.
fn next(id: u64, good: u8) -> u32 {
	let window = NextWindow::get().unwrap();
	run_to_window(window + 1);
	close(window, &[(id, said(good, 100))]);
	window
}

#[test]
fn a_test_should_be_passed_after_enough_measured_windows() {
	run(|| {
		let id = placed();
		// Windows before the first one and windows that nobody has measured do not count.
		close(slot(id).first - 1, &[(id, said(60, 100))]);
		run_to_window(4);
		close(3, &[]);
		assert_eq!(slot(id).stage, Stage::Testing { measured: 0, breached: 0 });
		// One breach is not a failure.
		next(id, 0);
		assert_eq!(slot(id).stage, Stage::Testing { measured: 1, breached: 1 });
		assert_eq!(held(&node()), TEST_FEE);
		next(id, 60);
		assert_eq!(
			events(),
			[
				Event::TestPassed { agreement: id, provider: node() },
				Event::InService { agreement: id, provider: node() }
			]
		);
		assert_eq!(held(&node()), 0);
		assert!(matches!(slot(id).stage, Stage::Shadow { measured: 0, .. }));
		assert!(Serving::get().contains(&node()));
		// Nothing of the test is in the record, and nothing was recorded.
		assert_eq!(Agreements::record(0).unwrap().windows, 0);
		assert_eq!(recorded(), []);
	});
}

#[test]
fn a_test_should_be_failed_with_the_second_breach() {
	run(|| {
		let id = placed();
		next(id, 0);
		let pool_before = Balances::free_balance(pool());
		let window = next(id, 53);
		// It was passed by its length: but the second breach decides.
		let provider = node();
		let lost = Event::TestFeeLost { agreement: id, payer: node(), amount: TEST_FEE };
		let ending = Event::Ending { agreement: id, provider: node(), last: window + 1 };
		assert_eq!(events(), [ending, Event::TestFailed { agreement: id, provider }, lost]);
		// Further windows that are closed before the end add nothing.
		run_to_window(window + 2);
		close(window + 1, &[(id, said(0, 100))]);
		assert_eq!(events(), []);
		NextWindow::set(Some(window + 2));
		run_to_window(window + 3);
		assert_eq!(events(), [Event::Ended { agreement: id, provider: node() }]);
		assert_eq!((held(&node()), Balances::free_balance(pool()) - pool_before), (0, TEST_FEE));
		assert!(Serving::get().is_empty());
		assert_eq!(recorded(), []);
		// It was never past the test, and is new the next time too.
		let (again, _) = place(node(), offer(0));
		assert!(slot(again).is_new);
	});
}

#[test]
fn the_test_fee_should_be_returned_when_the_node_is_not_to_blame() {
	run(|| {
		// Nobody measures enough before the agreement is over, and the one breach is not a failure.
		let (id, _) = place(node(), Offer { windows: 1, ..offer(0) });
		NextWindow::set(Some(slot(id).first));
		next(id, 0);
		let last = slot(id).last;
		NextWindow::set(Some(last + 1));
		run_to_window(last + 2);
		assert_eq!(Agreements::agreement(id), None);
		assert_eq!(held(&node()), 0);
		assert_eq!(Balances::free_balance(node()), FUNDS - FEE);
	});
}

#[test]
fn the_test_fee_should_be_lost_when_the_test_is_left() {
	run(|| {
		// Even before its first window: a slot that the node does not like is not drawn again for nothing.
		let id = placed();
		chill(&node());
		assert_ok!(Agreements::end(by(node()), id));
		assert_eq!(held(&node()), 0);
		assert_eq!(Balances::free_balance(node()), FUNDS - 3 * FEE - TEST_FEE);
	});
}

#[test]
fn a_shadow_should_cost_nothing_and_show_what_it_would_have_cost() {
	run(|| {
		let id = placed();
		serve(id, 2);
		events();
		let first = next(id, 0);
		let second = next(id, 0);
		let shown: Vec<_> = events();
		use smartlayer_measurement::Consequence::*;
		let provider = node();
		let breach = |window, consequence| Event::Breached {
			agreement: id,
			provider: provider.clone(),
			window,
			consequence,
			shadow: true,
		};
		assert_eq!(shown, [breach(first, Warning), breach(second, Slash)]);
		assert_eq!((recorded(), Slashed::get()), (vec![], vec![]));
		assert_eq!(slot(id).stage, Stage::Active);
		// Its own meter begins empty.
		assert_eq!(slot(id).meter.period(), Default::default());
		assert_eq!(Agreements::provider(node()).unwrap().credits.len(), 0);
	});
}

#[test]
fn end_should_take_notice_of_one_window() {
	run(|| {
		let id = activate(node(), offer(0));
		assert_noop!(Agreements::end(by(who(102)), id), Error::<Test>::NotProvider);
		let window = NextWindow::get().unwrap();
		assert_ok!(Agreements::end(by(operator(101)), id));
		assert_eq!(events(), [Event::Ending { agreement: id, provider: node(), last: window + 1 }]);
		assert_noop!(Agreements::end(by(node()), id), Error::<Test>::AlreadyEnding);
		// What happens before its end counts, and it leaves service with its last window.
		next(id, 0);
		assert_eq!(Agreements::record(0).unwrap().breached, 1);
		assert!(Serving::get().contains(&node()));
		run_to_window(window + 2);
		assert!(Serving::get().is_empty());
		next(id, 0);
		assert_eq!(Agreements::record(0).unwrap().breached, 2);
		assert!(slot_of(id).is_some());
		run_to_window(window + 3);
		assert_eq!(Agreements::agreement(id), None);
	});
}

#[test]
fn a_slot_should_be_vacated_only_when_its_last_window_is_closed() {
	run(|| {
		let id = activate(node(), offer(0));
		let window = NextWindow::get().unwrap();
		assert_ok!(Agreements::end(by(node()), id));
		// Whoever measures is late.
		run_to_window(window + 6);
		assert!(slot_of(id).is_some());
		close(window, &[(id, said(60, 100))]);
		close(window + 1, &[(id, said(0, 100))]);
		assert_eq!(Agreements::record(0).unwrap().breached, 1);
		run_to_window(window + 7);
		assert_eq!(Agreements::agreement(id), None);
		Agreements::do_try_state().unwrap();
	});
}

#[test]
fn an_agreement_should_end_with_its_last_window() {
	run(|| {
		let id = activate(node(), Offer { windows: 6, ..offer(0) });
		let last = slot(id).last;
		assert_eq!(last, slot(id).first + 7);
		serve(id, last - NextWindow::get().unwrap() + 1);
		assert_eq!(events(), [Event::OutOfService { agreement: id, provider: node() }]);
		run_to_window(last + 2);
		assert_eq!(events(), [Event::Ended { agreement: id, provider: node() }]);
		let record = Agreements::record(0).unwrap();
		assert_eq!((record.concluded, record.running, record.units, record.windows), (1, 0, 0, 6));
	});
}

#[test]
fn a_node_that_does_not_qualify_should_be_suspended_until_it_resumes() {
	run(|| {
		let id = activate(node(), offer(0));
		let window = NextWindow::get().unwrap();
		assert_noop!(Agreements::resume(by(node()), id), Error::<Test>::NotSuspended);
		chill(&node());
		let suspended = Event::Suspended { agreement: id, provider: node(), from: window + 3 };
		assert_eq!(events(), [suspended, Event::OutOfService { agreement: id, provider: node() }]);
		assert!(Serving::get().is_empty());
		// The window in which it was chilled still counts, and so do those of the notice.
		for counted in 1..=3 {
			next(id, 60);
			assert_eq!(Agreements::record(0).unwrap().windows, 2 + counted);
		}
		next(id, 0);
		assert_eq!(Agreements::record(0).unwrap().windows, 2 + 3);
		assert_noop!(Agreements::resume(by(node()), id), Error::<Test>::NotServiceNode);
		warm(&node());
		assert_noop!(Agreements::resume(by(who(102)), id), Error::<Test>::NotProvider);
		events();
		assert_ok!(Agreements::resume(by(operator(101)), id));
		let resumed = Event::Resumed { agreement: id, provider: node(), from: window + 4 };
		assert_eq!(events(), [resumed, Event::InService { agreement: id, provider: node() }]);
		next(id, 0);
		assert_eq!(Agreements::record(0).unwrap().breached, 1);
	});
}

#[test]
fn chilling_in_an_outage_should_not_hide_it() {
	run(|| {
		let id = activate(node(), Offer { windows: 60, ..offer(0) });
		next(id, 0);
		chill(&node());
		// With the notice of two windows, three more count, and the budget is spent.
		for _ in 0..3 {
			next(id, 0);
		}
		assert_eq!(Agreements::record(0).unwrap().breached, 4);
		assert_eq!(Slashed::get().len(), 1);
	});
}

#[test]
fn pausing_again_and_again_should_not_hide_windows() {
	run(|| {
		let id = activate(node(), Offer { windows: 60, ..offer(0) });
		let from = NextWindow::get().unwrap();
		let before = Agreements::record(0).unwrap().windows;
		// Chilled in the last block of each window, and back in the first of the next one, while windows are closed late.
		for round in 0..12 {
			run_to_window(from + round);
			run_to(System::block_number() + WINDOW - 1);
			chill(&node());
			warm(&node());
			assert_ok!(Agreements::resume(by(node()), id));
			Agreements::do_try_state().unwrap();
		}
		for window in from..from + 12 {
			close(window, &[(id, said(60, 100))]);
		}
		assert_eq!(Agreements::record(0).unwrap().windows - before, 12);
	});
}

#[test]
fn a_node_should_be_suspended_during_its_test_too() {
	run(|| {
		let id = placed();
		chill(&node());
		let first = NextWindow::get().unwrap();
		// Chilled in the window before: the notice of two windows is over after the second of the test.
		next(id, 60);
		warm(&node());
		assert_ok!(Agreements::resume(by(node()), id));
		assert_eq!(slot(id).away.len(), 0);
		assert!(Serving::get().is_empty());
		next(id, 60);
		assert_eq!(NextWindow::get(), Some(first + 2));
		assert!(Serving::get().contains(&node()));
	});
}

#[test]
fn a_test_that_is_passed_while_suspended_should_not_lead_into_service() {
	run(|| {
		let id = placed();
		serve(id, 1);
		chill(&node());
		next(id, 60);
		assert_eq!(held(&node()), 0);
		assert!(Serving::get().is_empty());
		warm(&node());
		assert_ok!(Agreements::resume(by(node()), id));
		assert!(Serving::get().contains(&node()));
	});
}

#[test]
fn a_node_that_is_found_not_to_qualify_as_it_enters_service_should_be_suspended() {
	run(|| {
		let id = placed();
		Surprises::set(vec![node()]);
		serve(id, 2);
		// The notification is worked off in the next block.
		pass(1);
		assert!(slot(id).suspended);
		assert!(!slot(id).serving);
		assert!(Serving::get().is_empty());
		assert_eq!(Agreements::provider(node()).unwrap().serving, 0);
		Agreements::do_try_state().unwrap();
		Surprises::take();
		warm(&node());
		assert_ok!(Agreements::resume(by(node()), id));
		assert!(Serving::get().contains(&node()));
	});
}

#[test]
fn a_node_should_be_in_service_as_long_as_one_agreement_is() {
	run(|| {
		let (first, _) = place(node(), offer(0));
		let (second, _) = place(node(), Offer { windows: 40, ..offer(1) });
		let start = slot(second).first;
		NextWindow::set(Some(start));
		for window in start..start + 3 {
			run_to_window(window + 1);
			close(window, &[(first, said(60, 100)), (second, said(60, 100))]);
		}
		assert_eq!(Agreements::provider(node()).unwrap().serving, 2);
		assert_ok!(Agreements::end(by(node()), first));
		run_to_window(start + 7);
		assert_eq!(Agreements::provider(node()).unwrap().serving, 1);
		assert!(Serving::get().contains(&node()));
		chill(&node());
		assert!(Serving::get().is_empty());
	});
}

#[test]
fn a_bond_that_ends_should_end_agreements_when_their_windows_are_closed() {
	run(|| {
		let id = activate(node(), offer(0));
		let window = NextWindow::get().unwrap();
		unbond(&node());
		assert_eq!(slot(id).last, window);
		assert!(Agreements::provider(node()).is_some());
		next(id, 0);
		run_to_window(window + 2);
		assert_eq!(Agreements::agreement(id), None);
		// What returns of its pay is known as long as a session can refer to it.
		assert_eq!(Agreements::provider(node()).unwrap().credits.len(), 1);
		pass(HISTORY);
		assert_eq!(Agreements::provider(node()), None);
		assert_eq!(recorded(), []);
	});
}

#[test]
fn a_node_that_is_found_not_to_qualify_when_its_test_is_passed_should_be_suspended() {
	run(|| {
		let id = placed();
		serve(id, 1);
		// Nobody was notified.
		Chilled::set(vec![node()]);
		next(id, 60);
		assert!(slot(id).suspended);
		assert!(Serving::get().is_empty());
	});
}

#[test]
fn close_should_end_an_agreement_that_is_stuck() {
	run(|| {
		let id = activate(node(), offer(0));
		assert_ok!(Agreements::end(by(node()), id));
		let last = slot(id).last;
		assert_noop!(Agreements::close(by(who(9)), id), Error::<Test>::NotDue);
		assert_noop!(Agreements::close(by(who(9)), 77), Error::<Test>::NoSuchAgreement);
		// Its item is lost.
		let block = u64::from(last + 1) * WINDOW;
		assert!(crate::DueQueue::<Test>::take(block, crate::Item::End(id)).is_some());
		NextWindow::set(Some(last));
		run_to_window(last + 3);
		frame_support::storage::with_storage_layer(|| {
			assert_eq!(Agreements::close(by(who(9)), id).unwrap_err().error, Error::<Test>::NotDue.into());
			// As a failed call does.
			Err::<(), _>(sp_runtime::DispatchError::Other(""))
		})
		.unwrap_err();
		NextWindow::set(Some(last + 1));
		let done = Agreements::close(by(who(9)), id).unwrap();
		assert_eq!(done.pays_fee, frame_support::dispatch::Pays::No);
		assert_eq!(Agreements::agreement(id), None);
	});
}

#[test]
fn a_node_whose_units_are_not_backed_any_more_should_not_resume() {
	run(|| {
		let id = activate(node(), offer(0));
		chill(&node());
		warm(&node());
		Bonds::mutate(|bonds| bonds.insert(node(), 2 * PER_UNIT - 1));
		assert_noop!(Agreements::resume(by(node()), id), Error::<Test>::TooManyUnits);
		Bonds::mutate(|bonds| bonds.insert(node(), 2 * PER_UNIT));
		assert_ok!(Agreements::resume(by(node()), id));
	});
}

#[test]
fn anchors_should_not_be_touched() {
	run(|| {
		use smartlayer_primitives::{OnBondLost, Role};
		let id = activate(node(), offer(0));
		<Agreements as OnBondLost<_>>::on_bond_lost(Role::Anchor, &node());
		<Agreements as OnBondLost<_>>::on_bond_ended(Role::Anchor, &node());
		pass(2);
		assert!(slot(id).serving);
	});
}
