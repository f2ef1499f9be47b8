use crate::{Error, Event, SlashThresholds, Thresholds, mock::*};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, FixedU64, Perbill};

fn set(liquidation: FixedU64, premium: FixedU64) -> frame_support::pallet_prelude::DispatchResult {
	Sla::set_thresholds(RuntimeOrigin::root(), liquidation, premium)
}

#[test]
fn set_thresholds_should_change_the_slash_rate() {
	run(|| {
		assert_eq!(Sla::slash_rate(1), Perbill::from_percent(30));
		assert_ok!(Sla::set_thresholds(RuntimeOrigin::signed(99), percent(120), percent(180)));
		assert_eq!(Sla::slash_rate(1), Perbill::from_percent(80));
		let thresholds = SlashThresholds { liquidation: percent(120), premium: percent(180) };
		assert_eq!(Thresholds::<Test>::get(), thresholds);
		assert_eq!(events(), [Event::ThresholdsSet { thresholds }]);
	});
}

#[test]
fn set_thresholds_should_allow_the_edges() {
	run(|| {
		assert_ok!(set(percent(100), percent(100)));
		assert_eq!(Sla::slash_rate(1), Perbill::zero());
		assert_ok!(set(percent(200), percent(200)));
		assert_eq!(Sla::slash_rate(1), Perbill::one());
	});
}

#[test]
fn set_thresholds_should_fail_when_liquidation_is_below_a_hundred_percent() {
	run(|| {
		let below = percent(100) - FixedU64::from_inner(1);
		assert_noop!(set(below, percent(130)), Error::<Test>::LiquidationBelowHundredPercent);
		assert_noop!(set(percent(0), percent(0)), Error::<Test>::LiquidationBelowHundredPercent);
	});
}

#[test]
fn set_thresholds_should_fail_when_they_are_out_of_order() {
	run(|| {
		assert_noop!(set(percent(130), percent(110)), Error::<Test>::ThresholdsOutOfOrder);
	});
}

#[test]
fn set_thresholds_should_fail_when_premium_is_above_two_hundred_percent() {
	run(|| {
		let above = percent(200) + FixedU64::from_inner(1);
		assert_noop!(set(percent(110), above), Error::<Test>::PremiumAboveTwoHundredPercent);
	});
}

#[test]
fn set_thresholds_should_fail_when_another_origin_asks() {
	run(|| {
		assert_noop!(
			Sla::set_thresholds(RuntimeOrigin::signed(1), percent(110), percent(130)),
			DispatchError::BadOrigin
		);
	});
}
