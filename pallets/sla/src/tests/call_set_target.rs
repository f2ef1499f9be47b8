use crate::{Error, Event, mock::*};
use frame_support::{assert_noop, assert_ok};
use smartlayer_primitives::{Role, Score};
use sp_runtime::DispatchError;

#[test]
fn set_target_should_change_the_target_of_one_role() {
	run(|| {
		assert_ok!(Sla::set_target(RuntimeOrigin::signed(99), Role::Anchor, points(60)));
		assert_eq!((Sla::target(Role::Anchor), Sla::target(Role::ServiceNode)), (points(60), points(100)));
		assert_eq!(events(), [Event::TargetSet { role: Role::Anchor, target: points(60) }]);
	});
}

#[test]
fn set_target_should_change_the_slash_rate() {
	run(|| {
		assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, 1, points(50)));
		assert_ok!(Sla::set_target(RuntimeOrigin::root(), Role::ServiceNode, points(50)));
		assert_eq!(Sla::slash_rate(1), sp_runtime::Perbill::from_percent(10));
	});
}

#[test]
fn set_target_should_fail_when_it_is_zero() {
	run(|| {
		assert_noop!(Sla::set_target(RuntimeOrigin::root(), Role::Anchor, points(0)), Error::<Test>::TargetZero);
	});
}

#[test]
fn set_target_should_fail_when_it_is_above_a_hundred() {
	run(|| {
		let target = points(100) + Score::from_inner(1);
		assert_noop!(Sla::set_target(RuntimeOrigin::root(), Role::Anchor, target), Error::<Test>::TargetAboveHundred);
	});
}

#[test]
fn set_target_should_fail_when_another_origin_asks() {
	run(|| {
		assert_noop!(Sla::set_target(RuntimeOrigin::signed(1), Role::Anchor, points(50)), DispatchError::BadOrigin);
	});
}
