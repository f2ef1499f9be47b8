use crate::{Activity, Error, Event, mock::*};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, Perbill};

#[test]
fn set_params_should_change_what_is_needed() {
	run(|| {
		node(1);
		let mut dearer = params();
		dearer.min_service_node_bond += 1;
		assert_ok!(StakingSlash::set_params(by(ADMIN), dearer));
		assert!(events().contains(&Event::ParametersSet { params: dearer }));
		assert_eq!(StakingSlash::activity(1), Activity::BelowMinimum);
	});
}

#[test]
fn set_params_should_fail_when_a_value_makes_no_sense() {
	run(|| {
		let set = |change: fn(&mut crate::Params<u128>)| {
			let mut wrong = params();
			change(&mut wrong);
			StakingSlash::set_params(RuntimeOrigin::root(), wrong)
		};
		assert_noop!(set(|params| params.min_anchor_bond = ED - 1), Error::<Test>::MinimumBondTooSmall);
		assert_noop!(set(|params| params.min_service_node_bond = 0), Error::<Test>::MinimumBondTooSmall);
		assert_noop!(
			set(|params| params.theft_victim_share = Perbill::from_percent(51)),
			Error::<Test>::TheftShareAboveHalf
		);
		assert_noop!(set(|params| params.min_total_weight = 0), Error::<Test>::MinimumWeightZero);
		// A hundredth of the issuance, and more.
		assert_noop!(set(|params| params.period_budget = FUNDS * 8 / 100 + 2), Error::<Test>::BudgetTooLarge);
	});
}

#[test]
fn set_params_should_fail_when_another_origin_asks() {
	run(|| {
		assert_noop!(StakingSlash::set_params(by(1), params()), DispatchError::BadOrigin);
	});
}
