//! The constraints on the configuration.

use crate::mock::*;
use frame_support::weights::Weight;

#[test]
fn the_configuration_of_the_tests_should_be_sound() {
	chain().execute_with(Telemetry::do_integrity_test);
}

#[test]
fn phases_should_fit_into_each_other() {
	let fails = |commit: u64, reveal: u64| {
		chain().execute_with(|| {
			CommitPeriod::set(commit);
			RevealPeriod::set(reveal);
			std::panic::catch_unwind(Telemetry::do_integrity_test).is_err()
		})
	};
	assert!(!fails(2, 4) && !fails(6, 4));
	assert!(fails(1, 4) && fails(2, 3) && fails(6, 5));
}

#[test]
#[should_panic(expected = "`HookWeight` must have room for a page")]
fn the_hook_should_have_room_for_a_page() {
	chain().execute_with(|| {
		HookWeight::set(Weight::from_parts(PAGE_WEIGHT, 0));
		Telemetry::do_integrity_test();
	});
}
