use crate::{Event, Scores, VolumeWindowState, Volumes, defaults, mock::*};
use smartlayer_primitives::{Action, ActionKind, Delta, Role, ServiceLevel};
use sp_core::U256;

fn of_kind(kind: ActionKind) -> Action<u128> {
	match kind {
		ActionKind::FailedRedeem => Action::FailedRedeem,
		ActionKind::ExecutedIssue => Action::ExecutedIssue(1),
		ActionKind::SubmitIssueProof => Action::SubmitIssueProof,
		ActionKind::BlockSubmission => Action::BlockSubmission,
		ActionKind::CorrectNoData => Action::CorrectNoData,
		ActionKind::CorrectInvalid => Action::CorrectInvalid,
		ActionKind::CorrectTheft => Action::CorrectTheft,
		ActionKind::CorrectOracleOffline => Action::CorrectOracleOffline,
		ActionKind::FalseNoData => Action::FalseNoData,
		ActionKind::FalseInvalid => Action::FalseInvalid,
		ActionKind::IgnoredVote => Action::IgnoredVote,
		ActionKind::MissedDuty => Action::MissedDuty,
		ActionKind::BreachedObjective => Action::BreachedObjective,
		ActionKind::MetObjectives => Action::MetObjectives,
	}
}

#[test]
fn record_should_add_the_delta_of_each_action_to_the_score_of_its_role() {
	for kind in ActionKind::ALL {
		run(|| {
			assert_eq!(of_kind(kind).kind(), kind);
			let role = kind.role();
			Scores::<Test>::insert(role, 1, points(50));
			let delta = Sla::record(&1, of_kind(kind));
			let expected = defaults::delta(kind).max(change(-50));
			assert_eq!(delta, expected, "{kind:?}");
			let total_score = Sla::score(role, 1);
			assert_eq!(events(), [Event::UpdateSLA { account: 1, total_score, delta, role }]);
			assert_eq!(Told::take(), [(role, 1, total_score)]);
		});
	}
}

#[test]
fn record_should_start_from_zero() {
	run(|| {
		assert_eq!(Sla::score(Role::Anchor, 1), points(0));
		Sla::record(&1, Action::BlockSubmission);
		assert_eq!(Sla::score(Role::Anchor, 1), points(1));
	});
}

#[test]
fn record_should_leave_other_roles_and_accounts_alone() {
	run(|| {
		Sla::record(&1, Action::CorrectInvalid);
		assert_eq!(Sla::score(Role::ServiceNode, 1), points(0));
		assert_eq!(Sla::score(Role::Anchor, 2), points(0));
	});
}

#[test]
fn record_should_store_nothing_when_the_score_is_zero() {
	run(|| {
		Sla::record(&1, Action::IgnoredVote);
		assert!(!Scores::<Test>::contains_key(Role::Anchor, 1));
		Sla::record(&1, Action::BlockSubmission);
		Sla::record(&1, Action::IgnoredVote);
		assert!(!Scores::<Test>::contains_key(Role::Anchor, 1));
		// It is announced all the same.
		assert_eq!(events().len(), 3);
	});
}

#[test]
fn record_should_use_the_delta_that_governance_has_set() {
	run(|| {
		Sla::set_delta(RuntimeOrigin::root(), ActionKind::BlockSubmission, change(7)).unwrap();
		assert_eq!(Sla::record(&1, Action::BlockSubmission), change(7));
		Sla::set_delta(RuntimeOrigin::root(), ActionKind::ExecutedIssue, change(20)).unwrap();
		assert_eq!(Sla::record(&1, Action::ExecutedIssue(5)), change(20));
	});
}

#[test]
fn record_should_bring_a_score_down_to_a_target_that_was_lowered() {
	run(|| {
		Scores::<Test>::insert(Role::Anchor, 1, points(80));
		Sla::set_target(RuntimeOrigin::root(), Role::Anchor, points(50)).unwrap();
		assert_eq!(Sla::score(Role::Anchor, 1), points(50));
		assert_eq!(Sla::record(&1, Action::BlockSubmission), change(-30));
		assert_eq!(Scores::<Test>::get(Role::Anchor, 1), points(50));
	});
}

#[test]
fn record_should_earn_nothing_and_keep_nothing_when_the_volume_is_zero() {
	run(|| {
		assert_eq!(Sla::record(&1, Action::ExecutedIssue(0)), Delta::default());
		assert_eq!(VolumeWindowState::<Test>::get(), Default::default());
		Sla::record(&1, Action::ExecutedIssue(10));
		Sla::record(&1, Action::ExecutedIssue(0));
		assert_eq!(VolumeWindowState::<Test>::get().count, 1);
	});
}

#[test]
fn record_should_forget_the_oldest_volume_when_the_window_is_full() {
	run(|| {
		for volume in 1..=u128::from(WINDOW) + 2 {
			Sla::record(&1, Action::ExecutedIssue(volume));
		}
		let window = VolumeWindowState::<Test>::get();
		assert_eq!((window.count, window.next), (WINDOW, 2));
		// Three to six are left; five and six have taken the slots of one and two.
		assert_eq!(window.sum, U256::from(3 + 4 + 5 + 6));
		assert_eq!((0..WINDOW).map(Volumes::<Test>::get).collect::<Vec<_>>(), [5, 6, 3, 4]);
	});
}

#[test]
fn record_should_share_one_window_among_all_nodes() {
	run(|| {
		Sla::record(&1, Action::ExecutedIssue(100));
		// As large as the mean of both.
		assert_eq!(Sla::record(&2, Action::ExecutedIssue(100)), change(4));
		assert_eq!(VolumeWindowState::<Test>::get().count, 2);
	});
}

#[test]
fn record_should_not_wrap_when_volumes_are_the_largest() {
	run(|| {
		for _ in 0..2 * WINDOW {
			assert_eq!(Sla::record(&1, Action::ExecutedIssue(u128::MAX)), change(4));
		}
		assert_eq!(VolumeWindowState::<Test>::get().sum, U256::from(u128::MAX) * U256::from(WINDOW));
		// A speck beside them earns what can't be expressed: nothing.
		assert_eq!(Sla::record(&2, Action::ExecutedIssue(1)), Delta::default());
	});
}
