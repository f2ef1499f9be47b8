use crate::{VolumeCursor, Volumes, mock::*};
use frame_support::{
	assert_ok,
	traits::{Hooks, OnRuntimeUpgrade},
	weights::{Weight, WeightMeter},
};
use smartlayer_primitives::Action;

#[test]
fn the_volume_of_a_node_should_be_recorded_once_after_the_period() {
	run(|| {
		let (first, second) = (open(1, 11, 500 * UNIT), open(2, 11, 500 * UNIT));
		assert_ok!(cash_out(first, 1, 100 * UNIT));
		assert_ok!(cash_out(second, 2, 20 * UNIT));
		assert_ok!(cash_out(first, 1, 110 * UNIT));
		run_to(PERIOD - 1);
		assert_eq!(Recorded::get(), []);
		run_to(PERIOD);
		// What the node was paid, which is 90 % of what the payers have paid.
		assert_eq!(Recorded::get(), [(11, Action::ExecutedIssue(117 * UNIT))]);
		assert_eq!(Volumes::<Test>::iter().count(), 0);
		run_to(5 * PERIOD);
		assert_eq!(Recorded::get().len(), 1);
	});
}

#[test]
fn a_volume_below_the_minimum_should_not_be_recorded() {
	run(|| {
		let (first, second) = (open(1, 11, 500 * UNIT), open(2, 12, 500 * UNIT));
		assert_ok!(cash_out(first, 1, 11 * UNIT));
		assert_ok!(cash_out(second, 2, 12 * UNIT));
		run_to(PERIOD);
		assert_eq!(Recorded::get(), [(12, Action::ExecutedIssue(10_800))]);
	});
}

#[test]
fn sessions_of_a_node_with_itself_should_not_count() {
	run(|| {
		assert_ok!(Balances::transfer_allow_death(by(1), 11, 600 * UNIT));
		let id = open(11, 11, 500 * UNIT);
		assert_ok!(cash_out(id, 11, 400 * UNIT));
		assert_eq!(Volumes::<Test>::iter().count(), 0);
		run_to(PERIOD);
		assert_eq!(Recorded::get(), []);
	});
}

#[test]
fn the_volume_of_a_node_that_is_not_active_should_not_be_recorded() {
	run(|| {
		// It is paid all the same, but its score would have nothing at stake.
		let id = open(1, 11, 500 * UNIT);
		Inactive::mutate(|inactive| inactive.insert(11));
		assert_ok!(cash_out(id, 1, 100 * UNIT));
		run_to(PERIOD);
		assert_eq!((Recorded::get(), Volumes::<Test>::iter().count()), (vec![], 0));
	});
}

#[test]
fn the_hook_should_record_as_many_as_its_weight_allows_and_the_rest_later() {
	run(|| {
		let ids: Vec<_> = (11..=14).map(|node| open(1, node, 500 * UNIT)).collect();
		for id in ids {
			assert_ok!(cash_out(id, 1, 100 * UNIT));
		}
		System::set_block_number(PERIOD);
		// Room for the hook itself, the step to the period and two records.
		Payments::on_poll(PERIOD, &mut WeightMeter::with_limit(Weight::from_parts(4_000, 0)));
		assert_eq!(Recorded::get().len(), 2);
		assert_eq!(VolumeCursor::<Test>::get(), 0);
		Payments::do_try_state().unwrap();
		// Without room nothing is done, and nothing is lost.
		Payments::on_poll(PERIOD, &mut WeightMeter::with_limit(Weight::from_parts(1_000, 0)));
		assert_eq!(Recorded::get().len(), 2);
		Payments::on_poll(PERIOD, &mut WeightMeter::new());
		assert_eq!(Recorded::get().len(), 4);
		assert_eq!(VolumeCursor::<Test>::get(), 1);
		assert_eq!(Volumes::<Test>::iter().count(), 0);
	});
}

#[test]
fn volumes_of_several_periods_should_be_recorded_in_their_order() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		assert_ok!(cash_out(id, 1, 100 * UNIT));
		System::set_block_number(PERIOD + 1);
		assert_ok!(cash_out(id, 1, 300 * UNIT));
		System::set_block_number(3 * PERIOD);
		Payments::on_poll(3 * PERIOD, &mut WeightMeter::new());
		pass(1);
		let volumes = [90, 180].map(|volume| (11, Action::ExecutedIssue(volume * UNIT)));
		assert_eq!(Recorded::get(), volumes);
	});
}

#[test]
fn a_chain_that_began_without_the_pallet_should_store_the_parameters_and_skip_earlier_periods() {
	chain().execute_with(|| {
		crate::Parameters::<Test>::kill();
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), Payments::pot(), 0));
		System::set_block_number(7 * PERIOD + 3);
		assert!(Payments::do_try_state().is_err());
		crate::migrations::v1::Initialise::<Test>::on_runtime_upgrade();
		assert_eq!(VolumeCursor::<Test>::get(), 7);
		Payments::do_try_state().unwrap();
		assert_eq!(free(Payments::pot()), ED);
		// Once.
		VolumeCursor::<Test>::put(6);
		crate::migrations::v1::Initialise::<Test>::on_runtime_upgrade();
		assert_eq!(VolumeCursor::<Test>::get(), 6);
	});
}

#[test]
fn tokens_that_the_account_had_before_the_pallet_should_stay_there() {
	chain().execute_with(|| {
		crate::Parameters::<Test>::kill();
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), Payments::pot(), 3 * ED));
		let issued = Balances::total_issuance();
		crate::migrations::v1::Initialise::<Test>::on_runtime_upgrade();
		assert_eq!((free(Payments::pot()), Balances::total_issuance()), (3 * ED, issued));
		Payments::do_try_state().unwrap();
	});
}
