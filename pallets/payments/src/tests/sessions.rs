use crate::{Error, Event, NextSessionId, Session, Sessions, SessionsOf, mock::*};
use frame_support::{
	BoundedVec, assert_noop, assert_ok,
	traits::{LockableCurrency, WithdrawReasons},
};
use smartlayer_primitives::{Customer, PaymentSessions};
use sp_runtime::TokenError;

#[test]
fn open_session_should_take_the_amount_and_hold_the_storage_deposit() {
	run(|| {
		let signer = key(1).signer();
		assert_ok!(Payments::open_session(by(1), 11, 500 * UNIT, signer, 100));
		assert_eq!(
			events(),
			[Event::SessionOpened { session: 0, payer: 1, node: 11, signer, amount: 500 * UNIT, expiry: 100 }]
		);
		assert_eq!(deposits(), 500 * UNIT);
		assert_eq!(free(1), FUNDS - 500 * UNIT - STORAGE);
		let Session { payer, node, opened, expiry, held, spent, credited, claimed, replaced, .. } =
			Payments::session(0).unwrap();
		assert_eq!((payer, node, opened, expiry), (1, 11, 1, 100));
		assert_eq!((held, spent, credited, claimed, replaced), (500 * UNIT, 0, 0, 0, None));
	});
}

#[test]
fn several_sessions_should_stand_side_by_side() {
	run(|| {
		let ids = [open(1, 11, UNIT), open(1, 11, 2 * UNIT), open(2, 11, UNIT), open(1, 12, UNIT)];
		assert_eq!(ids, [0, 1, 2, 3]);
		assert_eq!(deposits(), 5 * UNIT);
		let mut of_payer = Payments::sessions_of(1, None);
		of_payer.sort();
		assert_eq!(of_payer, [0, 1, 3]);
		assert_ok!(cash_out(1, 1, UNIT));
		assert_eq!(Payments::session(0).unwrap().held, UNIT);
		assert_eq!(Payments::session(1).unwrap().held, UNIT);
	});
}

#[test]
fn open_session_should_fail_when_the_node_is_not_active() {
	run(|| {
		Inactive::mutate(|inactive| inactive.insert(11));
		let signer = key(1).signer();
		assert_noop!(Payments::open_session(by(1), 11, UNIT, signer, 100), Error::<Test>::NodeNotActive);
		assert_noop!(Payments::open_session(by(1), 2, UNIT, signer, 100), Error::<Test>::NodeNotActive);
	});
}

#[test]
fn open_session_should_fail_when_the_amount_or_expiry_is_out_of_range() {
	run(|| {
		let signer = key(1).signer();
		let open = |amount, expiry| Payments::open_session(by(1), 11, amount, signer, expiry);
		assert_noop!(open(0, 100), Error::<Test>::ZeroAmount);
		assert_noop!(open(UNIT, 2), Error::<Test>::ExpiryTooEarly);
		assert_noop!(open(UNIT, LONGEST + 2), Error::<Test>::ExpiryTooLate);
		assert_noop!(open(FUNDS + 1, 100), TokenError::FundsUnavailable);
		assert_noop!(open(FUNDS, 100), TokenError::NotExpendable);
		assert_ok!(open(UNIT, 3));
		assert_ok!(open(UNIT, LONGEST + 1));
	});
}

#[test]
fn open_session_should_fail_when_ids_are_exhausted() {
	run(|| {
		NextSessionId::<Test>::put(u64::MAX);
		assert_noop!(Payments::open_session(by(1), 11, UNIT, key(1).signer(), 100), Error::<Test>::Overflow);
	});
}

#[test]
fn top_up_should_add_to_the_deposit_until_the_thaw_has_ended() {
	run(|| {
		let id = open(1, 11, UNIT);
		events();
		assert_ok!(Payments::top_up(by(1), id, 2 * UNIT));
		assert_eq!(events(), [Event::ToppedUp { session: id, amount: 2 * UNIT, held: 3 * UNIT }]);
		assert_noop!(Payments::top_up(by(2), id, UNIT), Error::<Test>::NotPayer);
		assert_noop!(Payments::top_up(by(1), id, 0), Error::<Test>::ZeroAmount);
		assert_noop!(Payments::top_up(by(1), 9, UNIT), Error::<Test>::NoSuchSession);
		run_to(100 + THAW - 1);
		assert_ok!(Payments::top_up(by(1), id, UNIT));
		run_to(100 + THAW);
		assert_noop!(Payments::top_up(by(1), id, UNIT), Error::<Test>::ThawEnded);
	});
}

#[test]
fn extend_should_set_a_later_expiry_while_the_session_is_open() {
	run(|| {
		let id = open(1, 11, UNIT);
		events();
		assert_noop!(Payments::extend(by(2), id, 200), Error::<Test>::NotPayer);
		assert_noop!(Payments::extend(by(1), id, 100), Error::<Test>::ExpiryTooEarly);
		assert_noop!(Payments::extend(by(1), id, LONGEST + 2), Error::<Test>::ExpiryTooLate);
		assert_ok!(Payments::extend(by(1), id, 101));
		assert_eq!(events(), [Event::Extended { session: id, expiry: 101 }]);
		run_to(101);
		assert_noop!(Payments::extend(by(1), id, 200), Error::<Test>::NotOpen);
	});
}

#[test]
fn replace_signer_should_accept_both_keys_for_a_thaw_when_the_old_one_is_lost() {
	run(|| {
		let id = open(1, 11, 100 * UNIT);
		run_to(10);
		events();
		assert_noop!(Payments::replace_signer(by(2), id, key(9).signer()), Error::<Test>::NotPayer);
		assert_ok!(Payments::replace_signer(by(1), id, key(9).signer()));
		assert_eq!(events(), [Event::SignerReplaced { session: id, signer: key(9).signer(), until: 10 + THAW }]);
		assert_noop!(Payments::replace_signer(by(1), id, key(9).signer()), Error::<Test>::SignerReplacedRecently);
		// Another replacement would make promises of the first key worthless before the node could cash them out.
		assert_noop!(Payments::replace_signer(by(1), id, key(8).signer()), Error::<Test>::SignerReplacedRecently);
		assert_ok!(cash_out(id, 9, UNIT));
		run_to(10 + THAW - 1);
		assert_ok!(cash_out(id, 1, 2 * UNIT));
		run_to(10 + THAW);
		assert_noop!(cash_out(id, 1, 3 * UNIT), Error::<Test>::AnotherSigner);
		assert_ok!(cash_out(id, 9, 3 * UNIT));
		assert_noop!(Payments::replace_signer(by(1), id, key(9).signer()), Error::<Test>::SameSigner);
		assert_ok!(Payments::replace_signer(by(1), id, key(8).signer()));
		// The first of three keys is not accepted, singly or in a batch, and the second one still is.
		for (step, (signer, accepted)) in [(1, false), (9, true), (8, true)].into_iter().enumerate() {
			let promise = key(signer).promise(id, 10 * UNIT + step as u128);
			assert_eq!(Payments::claimable(id, promise.clone()).is_ok(), accepted);
			let spent = Payments::session(id).unwrap().spent;
			let batch = BoundedVec::truncate_from(vec![(id, promise)]);
			assert_ok!(Payments::cash_out_many(by(3), batch));
			assert_eq!(Payments::session(id).unwrap().spent > spent, accepted);
		}
	});
}

#[test]
fn a_key_that_signs_again_should_make_its_promises_valid_again() {
	run(|| {
		let id = open(1, 11, 100 * UNIT);
		assert_ok!(Payments::replace_signer(by(1), id, key(9).signer()));
		pass(THAW);
		assert_noop!(cash_out(id, 1, UNIT), Error::<Test>::AnotherSigner);
		assert_ok!(Payments::replace_signer(by(1), id, key(1).signer()));
		assert_ok!(cash_out(id, 1, UNIT));
	});
}

#[test]
fn replace_signer_should_leave_what_was_claimed_within_the_thaw_payable() {
	run(|| {
		let id = open(1, 11, 10 * UNIT);
		assert_ok!(Payments::replace_signer(by(1), id, key(9).signer()));
		assert_ok!(cash_out(id, 1, 30 * UNIT));
		pass(THAW);
		assert_noop!(cash_out(id, 1, 30 * UNIT), Error::<Test>::DepositUsedUp);
		assert_noop!(cash_out(id, 1, 31 * UNIT), Error::<Test>::AnotherSigner);
		assert_ok!(Payments::top_up(by(1), id, 50 * UNIT));
		assert_ok!(cash_out(id, 1, 30 * UNIT));
		assert_eq!(Payments::session(id).unwrap().held, 30 * UNIT);
	});
}

#[test]
fn settle_should_return_the_rest_when_the_thaw_has_ended() {
	run(|| {
		let id = open(1, 11, 10 * UNIT);
		assert_ok!(cash_out(id, 1, 4 * UNIT));
		run_to(100 + THAW - 1);
		assert_noop!(Payments::settle(by(3), id), Error::<Test>::ThawNotEnded);
		run_to(100 + THAW);
		events();
		assert_ok!(Payments::settle(by(3), id));
		assert_eq!(events(), [Event::Settled { session: id, returned: 6 * UNIT }]);
		assert_eq!(free(1), FUNDS - 4 * UNIT);
		assert_eq!(deposits(), 0);
		assert!(!Sessions::<Test>::contains_key(id));
		assert_eq!(SessionsOf::<Test>::iter_keys().count(), 0);
		assert_noop!(Payments::settle(by(3), id), Error::<Test>::NoSuchSession);
	});
}

#[test]
fn a_promise_of_a_settled_session_should_be_worthless_in_every_other_session() {
	run(|| {
		let id = open(1, 11, 10 * UNIT);
		let last = key(1).promise(id, 9 * UNIT);
		run_to(100 + THAW);
		assert_ok!(Payments::settle(by(1), id));
		assert_noop!(Payments::cash_out(by(11), id, last.clone()), Error::<Test>::NoSuchSession);
		assert_ok!(Payments::open_session(by(1), 11, 10 * UNIT, key(1).signer(), 500));
		assert_noop!(Payments::cash_out(by(11), id, last.clone()), Error::<Test>::NoSuchSession);
		assert_noop!(Payments::cash_out(by(11), id + 1, last.clone()), Error::<Test>::AnotherSession);
		// A forged binding breaks the signature.
		let mut forged = last;
		forged.promise.session = id + 1;
		assert_noop!(Payments::cash_out(by(11), id + 1, forged), Error::<Test>::BadSignature);
	});
}

#[test]
fn a_session_of_a_node_with_itself_should_be_possible_and_listed_once() {
	run(|| {
		let _ = Balances::transfer_allow_death(by(1), 11, 50 * UNIT);
		let id = open(11, 11, 10 * UNIT);
		assert_eq!(Payments::sessions_of(11, None), [id]);
		Payments::do_try_state().unwrap();
		assert_ok!(Payments::close(by(11), id, None));
		pass(THAW);
		assert_ok!(Payments::settle(by(1), id));
	});
}

/// The customer of a session, with what it has paid.
fn customer(paid: u128) -> Option<Customer<AccountId, u128>> {
	Some(Customer { payer: 1, node: 11, paid })
}

#[test]
fn customer_at_should_return_a_session_that_was_open() {
	run(|| {
		run_to(10);
		let id = open(1, 11, UNIT);
		let at = |block| <Payments as PaymentSessions<_, _, _>>::customer_at(id, block);
		assert_eq!([9, 10, 11].map(at), [None, None, None]);
		run_to(11);
		assert_eq!(at(11), customer(0));
		assert_ok!(cash_out(id, 1, UNIT));
		run_to(30);
		assert_eq!([10, 11, 30, 31].map(at), [None, customer(UNIT), customer(UNIT), None]);
		// A node that closes a session does not escape: the record stays for the thaw.
		assert_ok!(Payments::close(by(11), id, None));
		run_to(30 + THAW);
		assert_eq!([29, 30, 31].map(at), [customer(UNIT), customer(UNIT), None]);
		assert_ok!(Payments::settle(by(3), id));
		assert_eq!(at(29), None);
	});
}

#[test]
fn customer_at_should_return_a_session_until_the_block_of_its_expiry() {
	run(|| {
		let id = open(1, 11, UNIT);
		run_to(101);
		let at = |block| <Payments as PaymentSessions<_, _, _>>::customer_at(id, block);
		assert_eq!([99, 100, 101].map(at), [customer(0), customer(0), None]);
	});
}

#[test]
fn open_customer_should_return_a_session_until_it_is_closed_or_expires() {
	run(|| {
		let open_customer = <Payments as PaymentSessions<_, _, _>>::open_customer;
		let [first, second] = [open(1, 11, UNIT), open(1, 11, UNIT)];
		assert_eq!([first, second, second + 1].map(open_customer), [customer(0), customer(0), None]);
		assert_ok!(Payments::close(by(1), first, None));
		assert_eq!([first, second].map(open_customer), [None, customer(0)]);
		run_to(99);
		assert_eq!(open_customer(second), customer(0));
		run_to(100);
		assert_eq!(open_customer(second), None);
	});
}

#[test]
fn sessions_of_should_return_pages() {
	run(|| {
		let ids: Vec<_> = (0..300).map(|_| open(1, 11, 1)).collect();
		let first = Payments::sessions_of(1, None);
		assert_eq!(first.len(), 256);
		let second = Payments::sessions_of(1, first.last().copied());
		assert_eq!(second.len(), 44);
		let mut all = [first, second].concat();
		all.sort();
		assert_eq!(all, ids);
		assert!(Payments::sessions_of(3, None).is_empty());
	});
}

#[test]
fn open_session_should_fail_when_the_rest_does_not_cover_the_storage_deposit() {
	run(|| {
		assert_ok!(Balances::transfer_allow_death(by(1), 2, FUNDS - ED - UNIT));
		assert_noop!(Payments::open_session(by(1), 11, UNIT, key(1).signer(), 100), TokenError::FundsUnavailable);
	});
}

#[test]
fn locked_tokens_should_neither_open_nor_top_up_a_session() {
	run(|| {
		// Otherwise they could be paid to another account, and vote there again.
		let id = open(1, 11, UNIT);
		Balances::set_lock(*b"pyconvot", &1, FUNDS, WithdrawReasons::all());
		assert_noop!(Payments::open_session(by(1), 11, UNIT, key(1).signer(), 100), TokenError::Frozen);
		assert_noop!(Payments::top_up(by(1), id, UNIT), TokenError::Frozen);
	});
}
