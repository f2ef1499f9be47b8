use crate::mock::*;
use smartlayer_primitives::{Action, Role, ServiceLevel};
use sp_runtime::Perbill;

#[docify::export]
#[test]
fn a_node_serves_and_fails() {
	run(|| {
		let node = 1;
		// Its first paid service earns it four points of a hundred, and a little less is at stake.
		Sla::record(&node, Action::ExecutedIssue(3_756));
		assert_eq!(Sla::score(Role::ServiceNode, node), points(4));
		assert_eq!(Sla::slash_rate(node), Perbill::from_rational(292u32, 1_000));

		// It fails: first the rate of the score that it had, then the fault's own delta.
		let rate = Sla::slash_rate(node);
		Sla::record(&node, Action::FailedRedeem);
		assert_eq!(rate * 1_000_000u128, 292_000);
		assert_eq!(Sla::score(Role::ServiceNode, node), points(0));
	});
}
