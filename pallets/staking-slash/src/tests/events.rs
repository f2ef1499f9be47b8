//! Every event, with its fields, after the call that it tells of.

use crate::{Destination, Event, Slashes, mock::*};
use frame_support::assert_ok;
use smartlayer_primitives::{Cause, Role, Severity};
use sp_runtime::{DispatchError, Perbill};

/// What a call tells.
fn told(call: impl FnOnce() -> Result<(), DispatchError>) -> Vec<Event<Test>> {
	events();
	assert_ok!(call());
	events()
}

const BOND: u128 = 1_000 * UNIT;

#[test]
fn calls_that_change_a_bond_should_tell_it() {
	run(|| {
		let role = Role::ServiceNode;
		assert_eq!(told(|| StakingSlash::bond(by(1), role, BOND)), [Event::Bonded { who: 1, role, amount: BOND }]);
		assert_eq!(told(|| StakingSlash::bond_extra(by(1), 5)), [Event::Bonded { who: 1, role, amount: 5 }]);
		let until = System::block_number() + UNBONDING;
		assert_eq!(told(|| StakingSlash::unbond(by(1), 5)), [Event::Unbonded { who: 1, amount: 5, until }]);
		assert_eq!(told(|| StakingSlash::rebond(by(1), 5)), [Event::Rebonded { who: 1, amount: 5 }]);
		assert_eq!(
			told(|| StakingSlash::unbond(by(1), BOND)),
			[Event::Lost { who: 1, role }, Event::Unbonded { who: 1, amount: BOND, until }]
		);
		pass(UNBONDING);
		assert_eq!(told(|| StakingSlash::withdraw_unbonded(by(1))), [Event::Withdrawn { who: 1, amount: BOND }]);
	});
}

#[test]
fn calls_that_change_who_works_should_tell_it() {
	run(|| {
		node(1);
		let lost = Event::Lost { who: 1, role: Role::ServiceNode };
		assert_eq!(told(|| StakingSlash::chill(by(1))), [lost, Event::Chilled { who: 1 }]);
		assert_eq!(told(|| StakingSlash::activate(by(1))), [Event::Activated { who: 1 }]);
		let named = |operator| Event::OperatorNamed { who: 1, operator };
		assert_eq!(told(|| StakingSlash::set_operator(by(1), Some(2))), [named(Some(2))]);
		assert_eq!(told(|| StakingSlash::operate_for(by(2), 1)), [Event::OperatorAccepted { who: 1, operator: 2 }]);
		assert_eq!(told(|| StakingSlash::stop_operating(by(2))), [named(None)]);
		let key = [7; 4];
		assert_eq!(told(|| StakingSlash::set_service_key(by(1), key)), [Event::ServiceKeySet { who: 1, key }]);
		let destination = Destination::Account(3);
		assert_eq!(
			told(|| StakingSlash::set_destination(by(1), destination.clone())),
			[Event::DestinationSet { who: 1, destination }]
		);
		let params = params();
		assert_eq!(told(|| StakingSlash::set_params(RuntimeOrigin::root(), params)), [Event::ParametersSet { params }]);
	});
}

#[test]
fn every_step_of_a_slash_should_be_told() {
	run(|| {
		node(1);
		let tenth = Severity::Fraction(Perbill::from_percent(10));
		let slash = || StakingSlash::force_slash(RuntimeOrigin::root(), 1, tenth, Some(3));
		let set_aside = |id, amount| {
			let due = System::block_number() + DEFERRAL;
			Event::SlashSetAside { id, offender: 1, amount, cause: Cause::Governance, due }
		};
		assert_eq!(told(slash), [set_aside(0, 100 * UNIT)]);
		let due = System::block_number() + APPEAL;
		assert_eq!(told(|| StakingSlash::appeal(by(1), 0)), [Event::SlashAppealed { id: 0, due }]);
		assert_eq!(told(|| StakingSlash::rule(RuntimeOrigin::root(), 0, true)), [Event::SlashUpheld { id: 0 }]);
		events();
		pass(1);
		let halves = 50 * UNIT;
		assert_eq!(
			events(),
			[
				Event::Lost { who: 1, role: Role::ServiceNode },
				Event::SlashApplied { id: 0, offender: 1, to_victim: halves, to_treasury: halves },
			]
		);

		assert_eq!(told(slash), [set_aside(1, 90 * UNIT)]);
		assert_eq!(told(|| StakingSlash::cancel(RuntimeOrigin::root(), 1)), [Event::SlashCancelled { id: 1 }]);

		assert_ok!(slash());
		let right = Slashes::<Test>::get(2).unwrap();
		Slashes::<Test>::insert(2, crate::PendingSlash { from_active: u128::MAX, ..right.clone() });
		pass(DEFERRAL - 1);
		events();
		pass(1);
		assert_eq!(events(), [Event::SlashStuck { id: 2, error: crate::Error::<Test>::AsideTooSmall.into() }]);
		Slashes::<Test>::insert(2, right);
		assert_ok!(StakingSlash::apply_slash(by(5), 2));
	});
}

#[test]
fn what_comes_into_a_pool_and_out_of_it_should_be_told() {
	run(|| {
		node(1);
		set_score(Role::ServiceNode, 1, 50);
		let role = Role::ServiceNode;
		assert_eq!(
			told(|| StakingSlash::fund_pool(by(8), role, 40 * UNIT)),
			[Event::PoolFunded { role, amount: 40 * UNIT }]
		);
		pass(3 * PERIOD);
		let amount = StakingSlash::claimable(1);
		assert!(amount > 39 * UNIT);
		assert_eq!(
			told(|| StakingSlash::payout(by(8), 1)),
			[Event::PaidOut { who: 1, amount, destination: Destination::Own }]
		);
	});
}
