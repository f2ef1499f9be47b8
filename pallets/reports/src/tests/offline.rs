use crate::{Error, Event, OfflineIntervals, mock::*};
use frame_support::{assert_noop, assert_ok};
use smartlayer_primitives::Action;
use std::collections::BTreeMap;

#[test]
fn a_void_interval_should_be_reported_once_by_a_seat() {
	run(|| {
		run_to(70);
		Void::set(BTreeMap::from([(1, 40), (2, 60), (0, 19)]));
		for stranger in [customer(), who(7), node()] {
			assert_noop!(Reports::report_offline(by(stranger), 2), Error::<Test>::NotSeated);
		}
		assert_ok!(Reports::report_offline(by(operator(2)), 2));
		assert_eq!(events(), [Event::OfflineReported { interval: 2, reporter: who(2) }]);
		assert_eq!(recorded(), [(who(2), Action::CorrectOracleOffline)]);
		for seat in [2, 3] {
			assert_noop!(Reports::report_offline(by(who(seat)), 2), Error::<Test>::AlreadyReported);
		}
		// An earlier one can follow. One with a snapshot cannot, nor one that is too old.
		assert_ok!(Reports::report_offline(by(who(3)), 1));
		assert_noop!(Reports::report_offline(by(who(3)), 3), Error::<Test>::NotVoid);
		assert_noop!(Reports::report_offline(by(who(3)), 0), Error::<Test>::FaultTooOld);
	});
}

#[test]
fn the_record_of_an_interval_should_be_kept_until_it_is_too_old() {
	run(|| {
		run_to(70);
		Void::set(BTreeMap::from([(2, 60)]));
		assert_ok!(Reports::report_offline(by(who(1)), 2));
		run_to(60 + WINDOW);
		assert_noop!(Reports::report_offline(by(who(1)), 2), Error::<Test>::AlreadyReported);
		pass(1);
		assert_eq!(OfflineIntervals::<Test>::iter().count(), 0);
		assert_noop!(Reports::report_offline(by(who(1)), 2), Error::<Test>::FaultTooOld);
	});
}
