use crate::{Credit, Event, Offer, mock::*, types::MAX_CREDITS};
use smartlayer_primitives::ServiceCredit;
use sp_runtime::{Perbill, Percent};

fn share(opened: u64) -> Perbill {
	<Agreements as ServiceCredit<_, _>>::share(&node(), opened)
}

fn next(id: u64, good: u8) {
	let window = NextWindow::get().unwrap();
	run_to_window(window + 1);
	close(window, &[(id, said(good, 100))]);
}

/// A node that is active, and the first window of a budget period.
fn active() -> (u64, u32) {
	let id = activate(node(), Offer { windows: 70, ..offer(0) });
	next(id, 60);
	events();
	(id, NextWindow::get().unwrap())
}

#[test]
fn a_low_availability_should_return_a_share_that_rises_with_what_is_lost() {
	run(|| {
		let (id, from) = active();
		assert_eq!(from % 8, 0);
		let opened = u64::from(from - 1) * WINDOW;
		let share_of = Percent::from_percent;
		let credited = |share| Event::Credited { agreement: id, provider: node(), period: 1, share: share_of(share) };
		let credits =
			|| events().into_iter().filter(|event| matches!(event, Event::Credited { .. })).collect::<Vec<_>>();
		// 5 % of the 480 samples of a period are 24.
		next(id, 36);
		assert_eq!((credits(), share(opened)), (vec![], Perbill::zero()));
		next(id, 59);
		assert_eq!((credits(), share(opened)), (vec![credited(10)], Perbill::from_percent(10)));
		// Below 90 %.
		next(id, 36);
		assert_eq!((credits(), share(opened)), (vec![credited(25)], Perbill::from_percent(25)));
		// It does not fall in the period, and is noted once.
		next(id, 60);
		assert_eq!((credits(), share(opened)), (vec![], Perbill::from_percent(25)));
	});
}

#[test]
fn the_share_should_be_the_largest_since_the_session_was_opened() {
	run(|| {
		let (id, from) = active();
		let in_window = |window: u32| u64::from(from + window) * WINDOW + 5;
		// 60 of 480 samples are lost in the first window of this period.
		for good in [0, 60, 60, 60, 60, 60, 60, 60] {
			next(id, good);
		}
		let quarter = Perbill::from_percent(25);
		// It does not fall with time, nor for a session that was opened long before.
		assert_eq!((share(in_window(0) - 10), share(0)), (quarter, quarter));
		for _ in 0..8 {
			next(id, 60);
		}
		assert_eq!((share(in_window(0) - 10), share(0)), (quarter, quarter));
		// Sessions that were opened after it, in the same period or later, have not seen it.
		assert_eq!((share(in_window(1)), share(in_window(9))), (Perbill::zero(), Perbill::zero()));
	});
}

#[test]
fn a_session_should_get_what_was_lost_since_it_was_opened() {
	run(|| {
		let (id, from) = active();
		let in_window = |window: u32| u64::from(from + window) * WINDOW + 5;
		next(id, 0);
		// A quarter returns, and with more than a half lost, all: that are three quarters since.
		for _ in 0..4 {
			next(id, 0);
		}
		assert_eq!(share(in_window(1)), Perbill::from_percent(75));
		assert_eq!(share(in_window(0) - 10), Perbill::one());
		assert_eq!(share(in_window(6)), Perbill::zero());
	});
}

#[test]
fn credits_should_be_kept_after_the_bond_has_ended() {
	run(|| {
		let (id, from) = active();
		next(id, 0);
		let opened = u64::from(from - 1) * WINDOW;
		assert_eq!(share(opened), Perbill::from_percent(25));
		unbond(&node());
		let last = slot(id).last;
		NextWindow::set(Some(last + 1));
		run_to_window(last + 3);
		assert_eq!(Agreements::agreement(id), None);
		assert_eq!(share(opened), Perbill::from_percent(25));
		Agreements::do_try_state().unwrap();
		run_to(System::block_number() + HISTORY);
		assert_eq!(Agreements::provider(node()), None);
	});
}

#[test]
fn a_node_without_agreements_should_return_nothing() {
	run(|| assert_eq!(share(0), Perbill::zero()));
}

#[test]
fn the_largest_credits_should_be_kept() {
	let mut known = crate::ProviderOf::<Test>::default();
	let credit = |window: u32, percent| Credit { window, module: 0, share: Percent::from_percent(percent) };
	known.note_credit(credit(0, 100));
	for window in 1..MAX_CREDITS + 4 {
		known.note_credit(credit(window, 10));
	}
	assert_eq!(known.credits.len() as u32, MAX_CREDITS);
	assert_eq!(known.credits[0], credit(0, 100));
	assert_eq!(*known.credits.last().unwrap(), credit(MAX_CREDITS + 3, 10));
	known.note_credit(credit(1_000, 5));
	assert_eq!(known.credits.last().unwrap().window, MAX_CREDITS + 3);
}

#[test]
fn one_module_should_not_hide_what_another_returns() {
	run(|| {
		let credit = |module, window, percent| Credit { window, module, share: Percent::from_percent(percent) };
		crate::Providers::<Test>::mutate(node(), |known| {
			known.note_credit(credit(0, 9, 25));
			known.note_credit(credit(1, 12, 10));
		});
		// The first has returned a quarter before the session was opened, the second a tenth since.
		assert_eq!(share(10 * WINDOW), Perbill::from_percent(10));
		assert_eq!(share(8 * WINDOW), Perbill::from_percent(25));
		assert_eq!(share(12 * WINDOW), Perbill::zero());
	});
}

#[test]
fn meters_should_be_kept_of_the_modules_that_were_used_last() {
	use smartlayer_measurement::Meter;
	let mut known = crate::ProviderOf::<Test>::default();
	for module in 0..crate::types::MAX_METERS + 3 {
		let mut meter = Meter::default();
		meter.advance(100 + module);
		known.keep_meter(module, meter);
		known.keep_meter(module, meter);
	}
	assert_eq!(known.meters.len() as u32, crate::types::MAX_METERS);
	assert_eq!(known.take_meter(2), None);
	assert_eq!(known.take_meter(3).unwrap().half(), 103);
	assert_eq!(known.take_meter(3), None);
}
