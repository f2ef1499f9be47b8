//! Where the source is wrong, and how it is read here: `docs/spec/sla.md` numbers them.

use crate::{Scores, defaults, math, mock::*};
use smartlayer_primitives::{Action, MAX_SCORE, Role, ServiceLevel};
use sp_runtime::Perbill;

#[test]
fn e1_the_target_itself_should_be_reached() {
	run(|| {
		for _ in 0..10 {
			Sla::record(&1, Action::CorrectInvalid);
		}
		assert_eq!(Sla::score(Role::Anchor, 1), MAX_SCORE);
		Sla::record(&1, Action::CorrectInvalid);
		assert_eq!(Sla::score(Role::Anchor, 1), MAX_SCORE);
	});
}

#[test]
fn e2_an_issue_should_earn_its_share_of_the_mean_up_to_the_most() {
	run(|| {
		let earned = |volume| Sla::record(&1, Action::ExecutedIssue(volume));
		assert_eq!(earned(3_756), change(4));
		assert_eq!(earned(1_244).into_inner(), 1_990_400_000);
		assert_eq!(earned(6_866), change(4));
		// As printed, no issue would ever earn less than the most.
		assert!(earned(1) < change(4));
	});
}

#[test]
fn e3_the_best_should_lose_the_least() {
	let rate = |score| {
		math::slash_rate(points(score), MAX_SCORE, defaults::THRESHOLDS.liquidation, defaults::THRESHOLDS.premium)
	};
	// As printed, it would be the other way round.
	assert_eq!(rate(100), Perbill::from_percent(10));
	assert_eq!(rate(50), Perbill::from_percent(20));
	assert_eq!(rate(25), Perbill::from_percent(25));
	assert_eq!(rate(0), Perbill::from_percent(30));
}

#[test]
fn e4_the_announced_delta_should_be_the_one_that_took_effect() {
	run(|| {
		assert_eq!(Sla::record(&1, Action::FalseInvalid), change(0));
		assert_eq!(Sla::record(&1, Action::CorrectInvalid), change(10));
		assert_eq!(Sla::record(&1, Action::FalseInvalid), change(-10));
		let announced: i64 = events()
			.into_iter()
			.map(|event| match event {
				crate::Event::UpdateSLA { delta, .. } => delta.into_inner(),
				other => panic!("{other:?}"),
			})
			.sum();
		assert_eq!(announced, Scores::<Test>::get(Role::Anchor, 1).into_inner() as i64);
	});
}
