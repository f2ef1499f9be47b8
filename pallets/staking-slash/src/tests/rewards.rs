use crate::{Activity, Destination, Error, Event, Ledgers, mock::*};
use frame_support::{
	assert_noop, assert_ok,
	traits::fungible::{Balanced, Inspect},
};
use smartlayer_primitives::{Bonding, Rewards, Role};

const GIFT: u128 = 1_000 * UNIT;

/// Funds the nodes' pool in the first period, and goes to the beginning of the second, in which it streams.
fn funded() {
	assert_ok!(StakingSlash::fund_pool(by(8), Role::ServiceNode, GIFT));
	run_to(PERIOD);
}

fn claimable(who: AccountId) -> u128 {
	StakingSlash::claimable(who)
}

#[test]
fn rewards_should_stream_evenly_over_the_next_period() {
	run(|| {
		node(1);
		set_score(Role::ServiceNode, 1, 50);
		funded();
		assert_eq!(claimable(1), 0);
		for part in 1..=4 {
			run_to(PERIOD + part * PERIOD / 4);
			let expected = GIFT * u128::from(part) / 4;
			assert!(claimable(1) <= expected && claimable(1) + 1 >= expected, "{} of {expected}", claimable(1));
		}
		pass(5 * PERIOD);
		assert!(claimable(1) + 1 >= GIFT);
	});
}

#[test]
fn rewards_should_follow_bond_and_score() {
	run(|| {
		node(1);
		node(2);
		assert_ok!(StakingSlash::bond(by(3), Role::ServiceNode, 2_000 * UNIT));
		set_score(Role::ServiceNode, 1, 20);
		set_score(Role::ServiceNode, 2, 40);
		set_score(Role::ServiceNode, 3, 20);
		funded();
		pass(PERIOD);
		// One, two and two of five parts.
		for (who, parts) in [(1, 1), (2, 2), (3, 2)] {
			let expected = GIFT * parts / 5;
			assert!(claimable(who) <= expected && claimable(who) + 2 >= expected);
		}
	});
}

#[test]
fn payout_should_pay_once_to_the_chosen_destination() {
	run(|| {
		for (who, destination) in [(1, Destination::Own), (2, Destination::Account(7)), (3, Destination::Bond)] {
			node(who);
			assert_ok!(StakingSlash::set_destination(by(who), destination));
			set_score(Role::ServiceNode, who, 10);
		}
		funded();
		pass(PERIOD);
		events();
		let each = claimable(1);
		let (own, other) = (Balances::balance(&1), Balances::balance(&7));
		for who in 1..=3 {
			// Anyone may ask.
			assert_ok!(StakingSlash::payout(by(8), who));
			assert_noop!(StakingSlash::payout(by(8), who), Error::<Test>::NothingToPay);
		}
		assert_eq!(Balances::balance(&1), own + each);
		assert_eq!(Balances::balance(&7), other + each);
		assert_eq!(Ledgers::<Test>::get(3).unwrap().active, GIFT + each);
		assert_eq!(events()[0], Event::PaidOut { who: 1, amount: each, destination: Destination::Own });
		assert_noop!(StakingSlash::payout(by(8), 6), Error::<Test>::NotBonded);
	});
}

#[test]
fn a_payout_that_can_not_arrive_should_lose_nothing() {
	run(|| {
		node(1);
		set_score(Role::ServiceNode, 1, 10);
		assert_ok!(StakingSlash::set_destination(by(1), Destination::Account(999)));
		assert_ok!(StakingSlash::fund_pool(by(8), Role::ServiceNode, ED));
		run_to(PERIOD + PERIOD / 2);
		let before = claimable(1);
		assert!(before > 0 && before < ED);
		assert!(StakingSlash::payout(by(8), 1).is_err());
		assert_eq!(claimable(1), before);
	});
}

#[test]
fn everyone_at_score_zero_should_earn_nothing_and_the_pot_carry_over() {
	run(|| {
		node(1);
		funded();
		pass(3 * PERIOD + PERIOD / 2);
		assert_eq!(claimable(1), 0);
		// The first speck of score is not enough.
		let speck = smartlayer_primitives::Score::from_inner(1);
		set_exact_score(Role::ServiceNode, 1, speck);
		pass(3 * PERIOD);
		assert_eq!(claimable(1), 0);
		set_score(Role::ServiceNode, 1, 1);
		pass(2 * PERIOD);
		assert!(claimable(1) + 1 >= GIFT);
	});
}

#[test]
fn the_first_with_weight_should_not_catch_what_has_piled_up() {
	run(|| {
		node(1);
		funded();
		// Just before the end of a period in which nothing could flow.
		run_to(2 * PERIOD - 1);
		set_score(Role::ServiceNode, 1, 50);
		run_to(2 * PERIOD);
		assert!(claimable(1) <= GIFT / u128::from(PERIOD), "{}", claimable(1));
	});
}

#[test]
fn a_bond_made_a_block_before_a_deposit_should_not_catch_it() {
	run(|| {
		node(1);
		set_score(Role::ServiceNode, 1, 50);
		set_score(Role::ServiceNode, 2, 50);
		run_to(PERIOD - 2);
		// Nine times as much as the other, just before and just after a deposit.
		assert_ok!(StakingSlash::bond(by(2), Role::ServiceNode, 9_000 * UNIT));
		run_to(PERIOD - 1);
		assert_ok!(StakingSlash::fund_pool(by(8), Role::ServiceNode, GIFT));
		run_to(PERIOD + 1);
		assert_ok!(StakingSlash::unbond(by(2), 9_000 * UNIT));
		assert!(claimable(2) <= GIFT / u128::from(PERIOD));
		pass(PERIOD);
		assert!(claimable(1) >= GIFT * 9 / 10);
	});
}

#[test]
fn an_account_that_goes_inactive_should_keep_what_it_has_earned_and_earn_no_more() {
	run(|| {
		node(1);
		set_score(Role::ServiceNode, 1, 50);
		funded();
		pass(PERIOD / 2);
		assert_ok!(StakingSlash::chill(by(1)));
		let earned = claimable(1);
		assert!(earned + 1 >= GIFT / 2);
		pass(2 * PERIOD);
		assert_eq!(claimable(1), earned);
		assert_ok!(StakingSlash::payout(by(1), 1));
		// It comes back, and so does the rest.
		assert_ok!(StakingSlash::activate(by(1)));
		pass(2 * PERIOD);
		assert!(claimable(1) + 2 >= GIFT - earned);
	});
}

#[test]
fn an_anchor_should_earn_while_it_is_seated() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::Anchor, 10_000 * UNIT));
		set_score(Role::Anchor, 1, 50);
		assert_ok!(StakingSlash::fund_pool(by(8), Role::Anchor, GIFT));
		run_to(PERIOD);
		StakingSlash::seated(Role::Anchor, &1);
		pass(PERIOD / 2);
		StakingSlash::unseated(Role::Anchor, &1);
		let earned = claimable(1);
		assert!(earned + 1 >= GIFT / 2 && earned <= GIFT / 2);
		pass(PERIOD);
		assert_eq!(claimable(1), earned);
	});
}

#[test]
fn a_node_should_earn_while_it_is_in_service_when_an_agreement_is_required() {
	run(|| {
		NeedAgreement::set(true);
		node(1);
		set_score(Role::ServiceNode, 1, 50);
		assert_eq!(StakingSlash::activity(1), Activity::NotInService);
		assert!(StakingSlash::qualifies(Role::ServiceNode, &1));
		assert_ok!(StakingSlash::fund_pool(by(8), Role::ServiceNode, GIFT));
		run_to(PERIOD);
		StakingSlash::seated(Role::ServiceNode, &1);
		assert_eq!(StakingSlash::activity(1), Activity::Active);
		pass(PERIOD / 2);
		StakingSlash::unseated(Role::ServiceNode, &1);
		let earned = claimable(1);
		assert!(earned + 1 >= GIFT / 2 && earned <= GIFT / 2);
		pass(PERIOD);
		assert_eq!(claimable(1), earned);
		// A node that was weighed before finds out when it is weighed next.
		NeedAgreement::set(false);
		assert_ok!(StakingSlash::refresh(by(8), 1));
		assert!(StakingSlash::weight(1).0 > 0.into());
		NeedAgreement::set(true);
		assert!(StakingSlash::weight(1).0 > 0.into());
		assert_ok!(StakingSlash::refresh(by(8), 1));
		assert_eq!(StakingSlash::weight(1).0, 0.into());
	});
}

#[test]
fn a_notice_of_service_should_concern_one_role_only() {
	run(|| {
		node(1);
		StakingSlash::seated(Role::Anchor, &1);
		assert!(!StakingSlash::ledger(1).unwrap().seated);
		StakingSlash::seated(Role::ServiceNode, &1);
		StakingSlash::unseated(Role::Anchor, &1);
		assert!(StakingSlash::ledger(1).unwrap().seated);
	});
}

#[test]
fn a_slash_should_lower_the_weight_only_when_it_is_applied() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 2_000 * UNIT));
		set_score(Role::ServiceNode, 1, 50);
		let (before, _) = StakingSlash::weight(1);
		let severity = smartlayer_primitives::Severity::Fraction(sp_runtime::Perbill::from_percent(50));
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 1, severity, None));
		assert_eq!(StakingSlash::weight(1).0, before);
		pass(DEFERRAL);
		assert_eq!(StakingSlash::weight(1).0, before / 2);
	});
}

#[test]
fn a_credit_should_reach_the_pool() {
	run(|| {
		StakingSlash::deposit(Role::Anchor, Balances::issue(GIFT));
		assert_eq!(pool(Role::Anchor).incoming, GIFT);
		assert_eq!(Balances::balance(&StakingSlash::pot(Role::Anchor)), ED + GIFT);
		StakingSlash::deposit(Role::Anchor, Balances::issue(0));
	});
}

#[test]
fn a_budget_should_be_minted_once_a_period_and_shared() {
	run(|| {
		let mut budget = params();
		budget.period_budget = 101;
		assert_ok!(StakingSlash::set_params(RuntimeOrigin::root(), budget));
		let issued = Balances::total_issuance();
		run_to(PERIOD);
		assert_eq!(Balances::total_issuance(), issued + 101);
		assert_eq!((pool(Role::Anchor).incoming, pool(Role::ServiceNode).incoming), (50, 51));
		run_to(3 * PERIOD - 1);
		assert_eq!(Balances::total_issuance(), issued + 202);
	});
}

#[test]
fn fund_pool_should_fail_when_there_is_nothing_to_give() {
	run(|| {
		assert_noop!(StakingSlash::fund_pool(by(1), Role::Anchor, 0), Error::<Test>::ZeroAmount);
		assert!(StakingSlash::fund_pool(by(1), Role::Anchor, FUNDS * 2).is_err());
	});
}

#[test]
fn the_largest_balances_against_the_smallest_weights_should_not_wrap() {
	use crate::math::{self, Stream};
	use sp_core::U256;
	let issuance = u128::MAX;
	let mut stream = Stream { streaming: issuance / 2, incoming: issuance / 2 };
	let released = stream.advance(0, 3 * PERIOD, PERIOD, true);
	assert_eq!(released, issuance - 1);
	let per_weight = math::add_release(U256::zero(), released, U256::one()).unwrap();
	assert_eq!(math::earned(U256::one(), U256::zero(), per_weight), Some(released));
	// The largest weight there is, alone and beside a speck.
	let largest = math::weight(u128::MAX, smartlayer_primitives::MAX_SCORE);
	let each = math::add_release(U256::zero(), released, largest).unwrap();
	assert!(math::earned(largest, U256::zero(), each).unwrap() <= released);
	assert_eq!(math::add_release(U256::zero(), 1, U256::zero()), None);
}

#[test]
fn a_period_should_begin_once_when_its_first_blocks_have_no_room_for_the_hook() {
	let mut params = params();
	params.period_budget = UNIT;
	chain_of(params).execute_with(|| {
		let minted = || Balances::total_issuance();
		run_to(PERIOD - 1);
		let before = minted();
		// As in the first block of a session: the hook is not called.
		System::set_block_number(PERIOD + 1);
		assert_eq!(minted(), before);
		pass(1);
		assert_eq!(minted(), before + UNIT);
		pass(PERIOD - 3);
		assert_eq!(minted(), before + UNIT);
		pass(1);
		assert_eq!(minted(), before + 2 * UNIT);
		StakingSlash::do_try_state().unwrap();
	});
}
