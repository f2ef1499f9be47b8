use crate::{Endpoint, Endpoints, Error, Event, HoldReason, Pallet, Tickets, mock::*};
use frame_support::{BoundedVec, assert_noop, assert_ok, traits::fungible::InspectHold};
use smartlayer_primitives::Role;
use sp_runtime::TokenError;

fn url(text: &str) -> Endpoint {
	BoundedVec::truncate_from(text.as_bytes().to_vec())
}

fn deposit(who: u128) -> u128 {
	Balances::balance_on_hold(&HoldReason::Storage.into(), &who)
}

#[test]
fn set_endpoint_should_publish_replace_and_withdraw_it() {
	run(|| {
		ByteDeposit::set(1);
		node(1);
		let without = deposit(1);
		for endpoint in [Some(url("https://node.example:8443/api")), Some(url("http://127.0.0.1:1")), None] {
			assert_ok!(StakingSlash::set_endpoint(by(1), endpoint.clone()));
			assert_eq!(StakingSlash::endpoint(1), endpoint);
			System::assert_last_event(Event::EndpointSet { who: 1, endpoint: endpoint.clone() }.into());
			let more = Pallet::<Test>::footprint(true).size - Pallet::<Test>::footprint(false).size;
			assert_eq!(deposit(1), without + if endpoint.is_some() { u128::from(more) } else { 0 });
		}
	});
}

#[test]
fn set_endpoint_should_be_open_to_the_operator_at_the_expense_of_the_bonded_account() {
	run(|| {
		ByteDeposit::set(1);
		node(1);
		assert_ok!(StakingSlash::set_operator(by(1), Some(2)));
		// Only when it has accepted.
		assert_noop!(StakingSlash::set_endpoint(by(2), None), Error::<Test>::NotBonded);
		assert_ok!(StakingSlash::operate_for(by(2), 1));
		let before = deposit(1);
		assert_ok!(StakingSlash::set_endpoint(by(2), Some(url("https://a.example"))));
		assert_eq!((StakingSlash::endpoint(1), StakingSlash::endpoint(2)), (Some(url("https://a.example")), None));
		assert!(deposit(1) > before);
		assert_eq!(deposit(2), 0);
	});
}

#[test]
fn set_endpoint_should_be_for_all_who_are_bonded_and_nobody_else() {
	run(|| {
		let endpoint = || Some(url("https://a.example"));
		assert_noop!(StakingSlash::set_endpoint(by(1), endpoint()), Error::<Test>::NotBonded);
		assert_ok!(StakingSlash::bond(by(1), Role::Anchor, 1_000));
		assert_ok!(StakingSlash::set_endpoint(by(1), endpoint()));
		assert_eq!(StakingSlash::endpoint(1), endpoint());
	});
}

#[test]
fn set_endpoint_should_fail_when_it_is_no_url() {
	run(|| {
		node(1);
		let bad = [
			"",
			"https://",
			"http://",
			"ftp://a.example",
			"https://a b",
			"https://a\n",
			"https://ä.example",
			"https://a.example/?b",
			"https://a.example/#b",
			"a.example",
		];
		for text in bad {
			assert_noop!(StakingSlash::set_endpoint(by(1), Some(url(text))), Error::<Test>::BadEndpoint);
		}
	});
}

#[test]
fn set_endpoint_should_fail_when_the_deposit_cannot_be_paid() {
	run(|| {
		node(1);
		ByteDeposit::set(Balances::free_balance(1));
		let endpoint = Some(url("https://a.example"));
		assert_noop!(StakingSlash::set_endpoint(by(1), endpoint), TokenError::FundsUnavailable);
		assert_eq!(StakingSlash::endpoint(1), None);
	});
}

#[test]
fn set_endpoint_should_take_a_deposit_of_bonds_that_have_none() {
	run(|| {
		ByteDeposit::set(1);
		node(1);
		// As of a bond that is older than the deposit.
		let ticket = Tickets::<Test>::take(1).unwrap();
		assert_ok!(frame_support::traits::Consideration::drop(ticket, &1));
		assert_eq!(deposit(1), 0);
		assert_ok!(StakingSlash::set_endpoint(by(1), None));
		assert_eq!((deposit(1), Tickets::<Test>::get(1)), (0, None));
		assert_ok!(StakingSlash::set_endpoint(by(1), Some(url("https://a.example"))));
		assert_eq!(deposit(1), u128::from(Pallet::<Test>::footprint(true).size));
	});
}

#[test]
fn an_endpoint_should_be_removed_with_the_bond() {
	run(|| {
		ByteDeposit::set(1);
		node(1);
		assert_ok!(StakingSlash::set_endpoint(by(1), Some(url("https://a.example"))));
		let bonded = StakingSlash::ledger(1).unwrap().active;
		assert_ok!(StakingSlash::unbond(by(1), bonded));
		assert!(Endpoints::<Test>::contains_key(1));
		pass(UNBONDING);
		assert_ok!(StakingSlash::withdraw_unbonded(by(1)));
		assert_eq!((StakingSlash::ledger(1), StakingSlash::endpoint(1), deposit(1)), (None, None, 0));
	});
}
