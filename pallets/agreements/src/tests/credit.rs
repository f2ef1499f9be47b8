use crate::{Event, Offer, mock::*, types::MAX_CREDITS};
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
		let opened = u64::from(from) * WINDOW;
		let credited = |share| Event::Credited { agreement: id, period: 1, share: Percent::from_percent(share) };
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
fn the_share_should_be_the_mean_of_the_periods_of_a_session() {
	run(|| {
		let (id, from) = active();
		let start = |period: u64| u64::from(from) * WINDOW + period * 8 * WINDOW;
		for good in [0, 60, 60, 60, 60, 60, 60, 60] {
			next(id, good);
		}
		// 60 of 480 samples are lost: a quarter returns in this period.
		assert_eq!(share(start(0)), Perbill::from_percent(25) / 2);
		for _ in 0..8 {
			next(id, 60);
		}
		assert_eq!(share(start(0)), Perbill::from_rational(25u32, 300));
		// A session that was opened later has not seen it.
		assert_eq!(share(start(1)), Perbill::zero());
		// One that was opened before has seen more periods without.
		assert_eq!(share(0), Perbill::from_rational(25u32, 400));
		// Two bad periods of three.
		for _ in 0..8 {
			next(id, 30);
		}
		let second = Agreements::provider(node()).unwrap().credits[1].1;
		assert!(second >= Percent::from_percent(25));
		let sum = 25 + u32::from(second.deconstruct());
		assert_eq!(share(start(0)), Perbill::from_rational(sum, 400));
	});
}

#[test]
fn a_node_without_agreements_should_return_nothing() {
	run(|| assert_eq!(share(0), Perbill::zero()));
}

#[test]
fn credits_should_be_kept_for_the_newest_periods() {
	let mut known = crate::ProviderOf::<Test>::default();
	for period in 0..MAX_CREDITS + 4 {
		known.note_credit(period, Percent::from_percent(10));
		known.note_credit(period, Percent::from_percent(5));
	}
	assert_eq!(known.credits.len() as u32, MAX_CREDITS);
	assert!((4..MAX_CREDITS + 4).all(|period| known.credits.contains(&(period, Percent::from_percent(10)))));
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
