use crate::{Error, Event, Scores, mock::*};
use frame_support::{assert_noop, assert_ok};
use smartlayer_primitives::{Role, Score};
use sp_runtime::DispatchError;

#[test]
fn force_score_should_set_the_score_and_announce_the_change() {
	run(|| {
		assert_ok!(Sla::force_score(RuntimeOrigin::signed(99), Role::ServiceNode, 1, points(40)));
		assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, 1, points(15)));
		assert_eq!(Sla::score(Role::ServiceNode, 1), points(15));
		let update = |total_score, delta| Event::UpdateSLA { account: 1, total_score, delta, role: Role::ServiceNode };
		assert_eq!(events(), [update(points(40), change(40)), update(points(15), change(-25))]);
		assert_eq!(Told::take(), [(Role::ServiceNode, 1, points(40)), (Role::ServiceNode, 1, points(15))]);
	});
}

#[test]
fn force_score_should_store_nothing_when_it_is_zero() {
	run(|| {
		assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, 1, points(40)));
		assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, 1, points(0)));
		assert!(!Scores::<Test>::contains_key(Role::ServiceNode, 1));
	});
}

#[test]
fn force_score_should_fail_when_it_is_above_the_target() {
	run(|| {
		let force = |score| Sla::force_score(RuntimeOrigin::root(), Role::Anchor, 1, score);
		assert_noop!(force(points(100) + Score::from_inner(1)), Error::<Test>::ScoreAboveTarget);
		assert_ok!(Sla::set_target(RuntimeOrigin::root(), Role::Anchor, points(50)));
		assert_noop!(force(points(51)), Error::<Test>::ScoreAboveTarget);
	});
}

#[test]
fn force_score_should_fail_when_another_origin_asks() {
	run(|| {
		assert_noop!(Sla::force_score(RuntimeOrigin::signed(1), Role::Anchor, 1, points(50)), DispatchError::BadOrigin);
	});
}
