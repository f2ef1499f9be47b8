use crate::{Error, Event, Payment, mock::*};
use frame_support::{
	assert_noop, assert_ok,
	traits::{LockableCurrency, WithdrawReasons},
};
use sp_runtime::Perbill;

#[test]
fn cash_out_should_pay_the_node_burn_and_feed_the_pools() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		events();
		let issued = Balances::total_issuance();
		assert_ok!(cash_out(id, 1, 100 * UNIT));
		let payment =
			Payment { node: 90 * UNIT, burned: 5 * UNIT, anchors: 5 * UNIT / 2, nodes: 5 * UNIT / 2, credited: 0 };
		assert_eq!(events(), [Event::CashedOut { session: id, payer: 1, node: 11, spent: 100 * UNIT, payment }]);
		assert_eq!(free(11), ED + 90 * UNIT);
		assert_eq!(free(ANCHORS_POT), ED + 5 * UNIT / 2);
		assert_eq!(free(NODES_POT), ED + 5 * UNIT / 2);
		assert_eq!(Balances::total_issuance(), issued - 5 * UNIT);
		assert_eq!(Payments::session(id).unwrap().held, 400 * UNIT);
	});
}

#[test]
fn cash_out_should_pay_the_difference_to_the_last_promise() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		assert_ok!(cash_out(id, 1, 100 * UNIT));
		assert_ok!(cash_out(id, 1, 130 * UNIT));
		assert_eq!(free(11), ED + 117 * UNIT);
		assert_eq!(Payments::session(id).unwrap().spent, 130 * UNIT);
	});
}

#[test]
fn the_remainders_of_shares_should_go_to_the_node() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		events();
		for amount in [39, 78, 119] {
			assert_ok!(cash_out(id, 1, amount));
		}
		let payments: Vec<_> = events()
			.into_iter()
			.filter_map(|event| match event {
				Event::CashedOut { payment, .. } => Some(payment),
				_ => None,
			})
			.collect();
		// 5 % of 39 are 1.95, and 2.5 % are 0.975.
		let of_39 = Payment { node: 38, burned: 1, anchors: 0, nodes: 0, credited: 0 };
		assert_eq!(payments, [of_39, of_39, Payment { node: 37, burned: 2, anchors: 1, nodes: 1, credited: 0 }]);
	});
}

#[test]
fn cash_out_should_pay_what_is_there_and_the_rest_after_a_top_up() {
	run(|| {
		let id = open(1, 11, 100 * UNIT);
		events();
		assert_ok!(cash_out(id, 1, 150 * UNIT));
		assert_eq!(
			events(),
			[
				Event::Claimed { session: id, amount: 150 * UNIT },
				Event::CashedOut { session: id, payer: 1, node: 11, spent: 100 * UNIT, payment: payment(100 * UNIT) },
			]
		);
		assert_noop!(cash_out(id, 1, 150 * UNIT), Error::<Test>::DepositUsedUp);
		// A higher promise is remembered, even if there is nothing to pay it from.
		assert_ok!(cash_out(id, 1, 160 * UNIT));
		assert_eq!(events(), [Event::Claimed { session: id, amount: 160 * UNIT }]);
		assert_ok!(Payments::top_up(by(1), id, 100 * UNIT));
		assert_ok!(cash_out(id, 1, 160 * UNIT));
		assert_eq!(Payments::session(id).unwrap().held, 40 * UNIT);
		assert_noop!(cash_out(id, 1, 160 * UNIT), Error::<Test>::AlreadyPaid);
	});
}

#[test]
fn an_amount_that_was_presented_should_need_no_signature_again() {
	run(|| {
		let id = open(1, 11, 100 * UNIT);
		assert_ok!(cash_out(id, 1, 150 * UNIT));
		assert_ok!(Payments::top_up(by(1), id, 100 * UNIT));
		let mut unsigned = key(1).promise(id, 140 * UNIT);
		unsigned.signature.bytes.clear();
		assert_ok!(Payments::cash_out(by(11), id, unsigned.clone()));
		unsigned.promise.amount = 151 * UNIT;
		assert_noop!(Payments::cash_out(by(11), id, unsigned), Error::<Test>::WrongLength);
	});
}

#[test]
fn cash_out_should_return_the_credit_unburned() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		let before = free(1);
		events();
		Credited::set(Perbill::from_percent(10));
		assert_ok!(cash_out(id, 1, 100 * UNIT));
		let parts = Payment { credited: 10 * UNIT, ..payment(90 * UNIT) };
		assert_eq!(events(), [Event::CashedOut { session: id, payer: 1, node: 11, spent: 100 * UNIT, payment: parts }]);
		assert_eq!(free(1), before + 10 * UNIT);
		assert_eq!(Asked::get(), Some((11, 1)));
		// The share of everything so far, less what was credited before: 30 of 200.
		Credited::set(Perbill::from_percent(15));
		assert_ok!(cash_out(id, 1, 200 * UNIT));
		assert_eq!(Payments::session(id).unwrap().credited, 30 * UNIT);
		assert_eq!(free(1), before + 30 * UNIT);
		// A lower share takes nothing back.
		Credited::set(Perbill::from_percent(1));
		assert_ok!(cash_out(id, 1, 250 * UNIT));
		assert_eq!(Payments::session(id).unwrap().credited, 30 * UNIT);
		// A higher one comes out of the next cash-outs, as far as they reach.
		Credited::set(Perbill::one());
		assert_ok!(cash_out(id, 1, 300 * UNIT));
		assert_eq!(Payments::session(id).unwrap().credited, 80 * UNIT);
		assert_eq!(free(1), before + 80 * UNIT);
	});
}

#[test]
fn cash_out_should_pay_when_all_other_tokens_of_the_payer_are_locked_by_votes() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		Balances::set_lock(*b"pyconvot", &1, FUNDS, WithdrawReasons::all());
		assert_ok!(cash_out(id, 1, 400 * UNIT));
		assert_eq!(free(11), ED + 360 * UNIT);
		Credited::set(Perbill::from_percent(50));
		assert_ok!(cash_out(id, 1, 500 * UNIT));
		assert_eq!(Payments::session(id).unwrap().held, 0);
		assert_eq!(deposits(), 0);
	});
}

#[test]
fn the_last_promise_should_be_payable_when_the_node_is_not_active_or_gone() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		Inactive::mutate(|inactive| inactive.insert(11));
		assert_ok!(cash_out(id, 1, 100 * UNIT));
		assert_ok!(Balances::transfer_allow_death(by(11), 12, free(11)));
		assert!(!System::account_exists(&11));
		run_to(100 + THAW - 1);
		assert_ok!(cash_out(id, 1, 200 * UNIT));
		assert_eq!(free(11), 90 * UNIT);
	});
}

#[test]
fn the_last_promise_should_be_payable_until_the_thaw_ends_when_the_payer_closes_or_disappears() {
	run(|| {
		let (closed, expired) = (open(1, 11, 500 * UNIT), open(2, 11, 500 * UNIT));
		// The other payer keeps its storage deposit, and the existential deposit, which cannot be paid away.
		assert_ok!(Balances::transfer_all(by(2), 3, false));
		assert_eq!(free(2), ED);
		run_to(30);
		assert_ok!(Payments::close(by(1), closed, None));
		run_to(30 + THAW - 1);
		assert_ok!(cash_out(closed, 1, 100 * UNIT));
		run_to(30 + THAW);
		assert_noop!(cash_out(closed, 1, 200 * UNIT), Error::<Test>::ThawEnded);
		run_to(100 + THAW - 1);
		Credited::set(Perbill::from_percent(1));
		// It receives less than the existential deposit.
		assert_ok!(cash_out(expired, 2, 100));
		assert_eq!(free(2), ED + 1);
		Credited::set(Perbill::zero());
		assert_ok!(cash_out(expired, 2, 100 * UNIT));
		run_to(100 + THAW);
		assert_noop!(cash_out(expired, 2, 200 * UNIT), Error::<Test>::ThawEnded);
		assert_ok!(Payments::settle(by(3), expired));
		assert_eq!(free(2), 400 * UNIT + ED + 1 + STORAGE);
	});
}

#[test]
fn cash_out_should_fail_when_the_node_cannot_receive_and_succeed_with_more() {
	run(|| {
		let id = open(1, NOBODY, 500 * UNIT);
		assert_noop!(cash_out(id, 1, ED - 1), Error::<Test>::NodeCannotReceive);
		assert_ok!(cash_out(id, 1, 100 * UNIT));
		assert_eq!(free(NOBODY), 90 * UNIT);
	});
}

#[test]
fn claimable_should_say_what_cash_out_would_do() {
	run(|| {
		let id = open(1, 11, 100 * UNIT);
		assert_eq!(Payments::claimable(id, key(1).promise(id, 40 * UNIT)), Ok(payment(40 * UNIT)));
		assert_eq!(Payments::claimable(id, key(1).promise(id, 140 * UNIT)), Ok(payment(100 * UNIT)));
		assert_eq!(Payments::claimable(id, key(2).promise(id, 1)), Err(Error::<Test>::AnotherSigner.into()));
		assert_eq!(Payments::claimable(9, key(1).promise(9, 1)), Err(Error::<Test>::NoSuchSession.into()));
		assert_ok!(cash_out(id, 1, 40 * UNIT));
		assert_eq!(Payments::claimable(id, key(1).promise(id, 40 * UNIT)), Err(Error::<Test>::AlreadyPaid.into()));
		// Once the deposit is used up, a higher promise can be claimed, and one that was claimed has nothing to receive.
		assert_ok!(cash_out(id, 1, 140 * UNIT));
		assert_eq!(Payments::claimable(id, key(1).promise(id, 150 * UNIT)), Ok(payment(0)));
		assert_eq!(Payments::claimable(id, key(1).promise(id, 140 * UNIT)), Err(Error::<Test>::DepositUsedUp.into()));
	});
}
