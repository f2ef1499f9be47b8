use crate::{Error, Event, mock::*};
use frame_support::{assert_noop, assert_ok};
use smartlayer_primitives::{ActionKind, Role};
use sp_runtime::DispatchError;

fn current(action: ActionKind) -> smartlayer_primitives::Delta {
	Sla::deltas().into_iter().find(|entry| entry.action == action).unwrap().current
}

#[test]
fn set_delta_should_change_the_table() {
	run(|| {
		assert_ok!(Sla::set_delta(RuntimeOrigin::signed(99), ActionKind::IgnoredVote, change(-5)));
		assert_eq!(current(ActionKind::IgnoredVote), change(-5));
		assert_eq!(events(), [Event::DeltaSet { action: ActionKind::IgnoredVote, delta: change(-5) }]);
	});
}

#[test]
fn set_delta_should_allow_zero_for_every_action() {
	run(|| {
		for action in ActionKind::ALL {
			assert_ok!(Sla::set_delta(RuntimeOrigin::root(), action, change(0)));
			assert_eq!(current(action), change(0));
		}
	});
}

#[test]
fn set_delta_should_fail_when_a_penalty_is_made_positive() {
	run(|| {
		for action in ActionKind::ALL.into_iter().filter(|action| action.is_penalty()) {
			assert_noop!(Sla::set_delta(RuntimeOrigin::root(), action, change(1)), Error::<Test>::PenaltyAboveZero);
		}
	});
}

#[test]
fn set_delta_should_fail_when_a_reward_is_made_negative() {
	run(|| {
		for action in ActionKind::ALL.into_iter().filter(|action| !action.is_penalty()) {
			assert_noop!(Sla::set_delta(RuntimeOrigin::root(), action, change(-1)), Error::<Test>::RewardBelowZero);
		}
	});
}

#[test]
fn set_delta_should_fail_when_it_is_beyond_the_target() {
	run(|| {
		let set = |action, delta| Sla::set_delta(RuntimeOrigin::root(), action, delta);
		let speck = smartlayer_primitives::Delta::from_inner(1);
		assert_noop!(set(ActionKind::CorrectTheft, change(100) + speck), Error::<Test>::DeltaBeyondTarget);
		assert_noop!(set(ActionKind::FalseInvalid, change(-100) - speck), Error::<Test>::DeltaBeyondTarget);
		let least = smartlayer_primitives::Delta::from_inner(i64::MIN);
		assert_noop!(set(ActionKind::FalseInvalid, least), Error::<Test>::DeltaBeyondTarget);
		assert_ok!(set(ActionKind::CorrectTheft, change(100)));
		assert_ok!(set(ActionKind::FalseInvalid, change(-100)));

		assert_ok!(Sla::set_target(RuntimeOrigin::root(), Role::Anchor, points(50)));
		assert_noop!(set(ActionKind::CorrectTheft, change(51)), Error::<Test>::DeltaBeyondTarget);
		// The other role's target is as it was.
		assert_ok!(set(ActionKind::SubmitIssueProof, change(51)));
	});
}

#[test]
fn set_delta_should_fail_when_another_origin_asks() {
	run(|| {
		for origin in [RuntimeOrigin::signed(1), RuntimeOrigin::none()] {
			assert_noop!(Sla::set_delta(origin, ActionKind::CorrectTheft, change(2)), DispatchError::BadOrigin);
		}
	});
}
