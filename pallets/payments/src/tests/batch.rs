use crate::{Error, Event, WeightInfo, mock::*};
use codec::{Decode, Encode};
use frame_support::{BoundedVec, assert_ok, dispatch::GetDispatchInfo, weights::Weight};
use smartlayer_promise::{SessionId, SignedPromise};

type Promises = BoundedVec<(SessionId, SignedPromise), frame_support::traits::ConstU32<BATCH>>;

fn promises(items: &[(SessionId, AccountId, u128)]) -> Promises {
	items
		.iter()
		.map(|(id, payer, amount)| (*id, key(*payer as u8).promise(*id, *amount)))
		.collect::<Vec<_>>()
		.try_into()
		.unwrap()
}

#[test]
fn cash_out_many_should_pay_each_item_as_cash_out_does() {
	let opened = || [open(1, 11, 500 * UNIT), open(2, 11, 500 * UNIT), open(3, 12, 500 * UNIT), open(1, 12, 50 * UNIT)];
	let items = [(0, 1, 100 * UNIT), (1, 2, 39), (2, 3, 77 * UNIT + 7), (3, 1, 60 * UNIT), (0, 1, 101 * UNIT)];
	let state = || {
		let sessions: Vec<_> = (0..4).map(|id| Payments::session(id).unwrap()).collect();
		let balances: Vec<_> = PAYERS.chain(NODES).chain([ANCHORS_POT, NODES_POT]).map(free).collect();
		(sessions, balances, Balances::total_issuance())
	};
	let (mut one_by_one, mut at_once) = (None, None);
	run(|| {
		opened();
		for (id, payer, amount) in items {
			assert_ok!(cash_out(id, payer, amount));
		}
		one_by_one = Some(state());
	});
	run(|| {
		opened();
		assert_ok!(Payments::cash_out_many(by(11), promises(&items)));
		assert_eq!(Contributions::get(), 2);
		at_once = Some(state());
	});
	assert_eq!(one_by_one, at_once);
}

#[test]
fn cash_out_many_should_skip_bad_items_and_pay_the_others() {
	run(|| {
		let (first, second) = (open(1, 11, 500 * UNIT), open(2, 12, 500 * UNIT));
		events();
		let items = promises(&[
			(first, 1, 10 * UNIT),
			(9, 1, UNIT),
			(second, 1, UNIT),
			(first, 1, 10 * UNIT),
			(second, 2, 20 * UNIT),
		]);
		assert_ok!(Payments::cash_out_many(by(3), items));
		let skipped = |session, error: Error<Test>| Event::Skipped { session, error: error.into() };
		let paid =
			|session, payer, node, spent| Event::CashedOut { session, payer, node, spent, payment: payment(spent) };
		assert_eq!(
			events(),
			[
				paid(first, 1, 11, 10 * UNIT),
				skipped(9, Error::NoSuchSession),
				skipped(second, Error::AnotherSigner),
				skipped(first, Error::AlreadyPaid),
				paid(second, 2, 12, 20 * UNIT),
			]
		);
	});
}

#[test]
fn cash_out_many_should_refund_the_weight_of_what_was_skipped() {
	run(|| {
		let (first, second) = (open(1, 11, 500 * UNIT), open(2, 12, 500 * UNIT));
		let items = promises(&[(first, 1, 10 * UNIT), (9, 1, UNIT), (second, 2, UNIT), (second, 2, UNIT)]);
		let (skip, verify) = (<() as WeightInfo>::skip(), <() as WeightInfo>::verify_sr25519());
		let credit = Weight::from_parts(10, 0);
		// Four nodes, with a signature each.
		assert_eq!(charged(&items), <() as WeightInfo>::cash_out_many_to(4) + (verify + credit) * 4);
		let after = Payments::cash_out_many(by(3), items).unwrap().actual_weight.unwrap();
		// Two nodes are paid, two items are skipped, and two signatures verified: the last item needs none.
		assert_eq!(after, <() as WeightInfo>::cash_out_many_to(2) + skip * 2 + credit * 4 + verify * 2);
	});
}

#[test]
fn cash_out_many_should_refund_what_further_promises_to_the_same_node_do_not_cost() {
	run(|| {
		let items: Vec<_> = (1..=4).map(|payer| (open(payer, 11, 500 * UNIT), payer, UNIT)).collect();
		let items = promises(&items);
		let after = Payments::cash_out_many(by(3), items).unwrap().actual_weight.unwrap();
		let further = <() as WeightInfo>::cash_out_many(4) - <() as WeightInfo>::cash_out_many(1);
		let others = (<() as WeightInfo>::verify_sr25519() + Weight::from_parts(10, 0)) * 4;
		assert_eq!(after, <() as WeightInfo>::cash_out_many_to(1) + further + others);
	});
}

#[test]
fn cash_out_many_should_never_return_more_than_it_charges() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		let (good, bad) = ((id, 1, UNIT), (9, 1, UNIT));
		for items in [vec![], vec![bad], vec![good], vec![bad; BATCH as usize], vec![good, bad], vec![good, good, bad]]
		{
			let items = promises(&items);
			let charged = charged(&items);
			let after = Payments::cash_out_many(by(3), items).unwrap().actual_weight.unwrap();
			assert!(after.all_lte(charged), "{after} > {charged}");
		}
	});
}

/// Returns the weight that is charged for a batch before it is executed.
fn charged(promises: &Promises) -> Weight {
	let call = RuntimeCall::Payments(crate::Call::cash_out_many { promises: promises.clone() });
	call.get_dispatch_info().call_weight
}

#[test]
fn a_batch_should_have_a_maximum_length() {
	run(|| {
		let item = promises(&[(0, 1, UNIT)]);
		let decodes = |length: u32| Promises::decode(&mut &vec![item[0].clone(); length as usize].encode()[..]).is_ok();
		assert_eq!([BATCH, BATCH + 1].map(decodes), [true, false]);
	});
}

#[test]
fn cash_out_many_should_credit_a_new_account_once_the_items_reach_the_existential_deposit() {
	run(|| {
		let (first, second) = (open(1, NOBODY, 500 * UNIT), open(2, NOBODY, 500 * UNIT));
		events();
		// Too little for a new account by itself; enough in addition to another item.
		let items = promises(&[(first, 1, 5), (second, 2, 100), (first, 1, 5)]);
		assert_ok!(Payments::cash_out_many(by(3), items));
		let events = events();
		assert_eq!(events[0], Event::Skipped { session: 0, error: Error::<Test>::NodeCannotReceive.into() });
		assert!(matches!(events[1..], [Event::CashedOut { session: 1, .. }, Event::CashedOut { session: 0, .. }]));
		assert_eq!(free(NOBODY), 91 + 5);
	});
}

#[test]
fn cash_out_many_should_do_nothing_when_it_is_empty() {
	run(|| {
		System::reset_events();
		assert_ok!(Payments::cash_out_many(by(3), Promises::default()));
		assert_eq!(System::events(), []);
	});
}
