//! Each invariant, broken by hand and seen.

use crate::{Deltas, Scores, Targets, Thresholds, VolumeWindowState, Volumes, mock::*};
use smartlayer_primitives::{Action, ActionKind, Role, Score, ServiceLevel};

fn assert_broken(invariant: u8, breaks: impl FnOnce()) {
	chain().execute_with(|| {
		for volume in 1..=3 {
			Sla::record(&1, Action::ExecutedIssue(volume));
		}
		Sla::do_try_state().unwrap();
		breaks();
		let error: &str = Sla::do_try_state().unwrap_err().into();
		assert!(error.starts_with(&format!("sla invariant {invariant}:")), "{error}");
	});
}

#[test]
fn invariant_1_should_be_checked() {
	assert_broken(1, || Scores::<Test>::insert(Role::Anchor, 1, points(101)));
	assert_broken(1, || Scores::<Test>::insert(Role::Anchor, 1, Score::default()));
}

#[test]
fn invariant_2_should_be_checked() {
	assert_broken(2, || Targets::<Test>::insert(Role::Anchor, points(101)));
	assert_broken(2, || Targets::<Test>::insert(Role::Anchor, points(0)));
}

#[test]
fn invariant_3_should_be_checked() {
	assert_broken(3, || Deltas::<Test>::insert(ActionKind::FailedRedeem, change(1)));
	assert_broken(3, || Deltas::<Test>::insert(ActionKind::CorrectTheft, change(-1)));
	assert_broken(3, || Deltas::<Test>::insert(ActionKind::CorrectTheft, change(101)));
}

#[test]
fn invariant_4_should_be_checked() {
	assert_broken(4, || Thresholds::<Test>::mutate(|thresholds| thresholds.liquidation = percent(99)));
	assert_broken(4, || Thresholds::<Test>::mutate(|thresholds| thresholds.liquidation = percent(131)));
	assert_broken(4, || Thresholds::<Test>::mutate(|thresholds| thresholds.premium = percent(201)));
}

#[test]
fn invariant_5_should_be_checked() {
	assert_broken(5, || VolumeWindowState::<Test>::mutate(|window| window.count += 1));
	assert_broken(5, || VolumeWindowState::<Test>::mutate(|window| window.next = 1));
	assert_broken(5, || VolumeWindowState::<Test>::mutate(|window| window.next = WINDOW));
	assert_broken(5, || Volumes::<Test>::insert(1, 0));
	assert_broken(5, || Volumes::<Test>::insert(3, 7));
}

#[test]
fn invariant_6_should_be_checked() {
	assert_broken(6, || Volumes::<Test>::insert(1, 7));
	assert_broken(6, || VolumeWindowState::<Test>::mutate(|window| window.sum += 1.into()));
}
