use crate::{defaults, mock::*};
use frame_support::assert_ok;
use smartlayer_primitives::{ActionKind, Role, ServiceLevel};

#[test]
fn slash_amount_should_follow_the_score() {
	run(|| {
		assert_eq!(Sla::slash_amount(1, 1_000, false), 300);
		assert_eq!(Sla::slash_amount(1, 1_000, true), 1_300);
		assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, 1, points(100)));
		assert_eq!(Sla::slash_amount(1, 1_000, false), 100);
		// Rounded up, against the node.
		assert_eq!(Sla::slash_amount(1, 1_001, false), 101);
	});
}

#[test]
fn an_anchors_score_should_not_change_its_slash_rate_as_a_node() {
	run(|| {
		assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::Anchor, 1, points(100)));
		assert_eq!(Sla::slash_amount(1, 1_000, false), 300);
	});
}

#[test]
fn deltas_should_list_every_action_once() {
	run(|| {
		let table = Sla::deltas();
		assert_eq!(table.iter().map(|entry| entry.action).collect::<Vec<_>>(), ActionKind::ALL);
		assert!(table.iter().all(|entry| entry.default == entry.current));
		assert!(table.iter().all(|entry| entry.default == defaults::delta(entry.action)));
	});
}

#[test]
fn the_trait_should_agree_with_the_views() {
	run(|| {
		assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, 1, points(33)));
		assert_eq!(<Sla as ServiceLevel<u64, u128>>::score(Role::ServiceNode, &1), Sla::score(Role::ServiceNode, 1));
		assert_eq!(<Sla as ServiceLevel<u64, u128>>::slash_rate(Role::ServiceNode, &1), Sla::slash_rate(1));
	});
}
