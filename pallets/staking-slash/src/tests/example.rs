use crate::{Activity, mock::*};
use frame_support::{assert_ok, traits::fungible::Inspect};
use smartlayer_primitives::{Cause, Offence, Role, Severity, Slasher, Victim};

#[docify::export]
#[test]
fn a_node_bonds_fails_and_leaves() {
	run(|| {
		let (node, victim) = (1, 2);
		assert_ok!(StakingSlash::bond(by(node), Role::ServiceNode, 2_000 * UNIT));
		assert_eq!(StakingSlash::activity(node), Activity::Active);

		// It fails. With a score of zero that costs 30 %, set aside at once and taken later.
		let offence = Offence {
			offender: node,
			severity: Severity::Rate,
			victim: Some(Victim { account: victim, at_most: None }),
			cause: Cause::NoData,
			action: None,
			outage: None,
		};
		assert_ok!(StakingSlash::slash(offence));
		assert_eq!(StakingSlash::ledger(node).unwrap().aside(), 600 * UNIT);
		pass(DEFERRAL);
		assert_eq!(Balances::balance(&victim), FUNDS + 300 * UNIT);
		assert_eq!(Balances::balance(&TREASURY), ED + 300 * UNIT);

		// It leaves with the rest.
		assert_ok!(StakingSlash::unbond(by(node), 1_400 * UNIT));
		pass(UNBONDING);
		assert_ok!(StakingSlash::withdraw_unbonded(by(node)));
		assert_eq!(StakingSlash::activity(node), Activity::NotBonded);
		assert_eq!(Balances::balance(&node), FUNDS - 600 * UNIT);
	});
}
