use crate::{Error, Event, WeightInfo, mock::*};
use frame_support::{assert_noop, assert_ok, dispatch::Pays};

#[test]
fn close_should_thaw_when_the_payer_closes() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		run_to(30);
		events();
		assert_noop!(Payments::close(by(2), id, None), Error::<Test>::NotParty);
		let promise = key(1).promise(id, UNIT);
		assert_noop!(Payments::close(by(1), id, Some(promise)), Error::<Test>::OnlyNodePresents);
		let info = Payments::close(by(1), id, None).unwrap();
		assert_eq!((info.actual_weight, info.pays_fee), (Some(<() as WeightInfo>::close()), Pays::Yes));
		assert_eq!(events(), [Event::Closing { session: id, until: 30 + THAW }]);
		// The payer cannot end the thaw earlier, or begin it again.
		assert_noop!(Payments::close(by(1), id, None), Error::<Test>::NotOpen);
		assert_noop!(Payments::extend(by(1), id, 200), Error::<Test>::NotOpen);
		assert_noop!(Payments::settle(by(1), id), Error::<Test>::ThawNotEnded);
		run_to(30 + THAW);
		assert_ok!(Payments::settle(by(1), id));
		assert_eq!(free(1), FUNDS);
	});
}

#[test]
fn close_should_pay_and_return_the_rest_at_once_when_the_node_closes() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		run_to(30);
		events();
		assert_ok!(Payments::close(by(11), id, Some(key(1).promise(id, 100 * UNIT))));
		assert_eq!(
			events(),
			[
				Event::CashedOut { session: id, payer: 1, node: 11, spent: 100 * UNIT, payment: payment(100 * UNIT) },
				Event::ClosedByNode { session: id, returned: 400 * UNIT },
			]
		);
		assert_eq!(free(1), FUNDS - 100 * UNIT - STORAGE);
		// Nothing is left for a later promise.
		assert_ok!(cash_out(id, 1, 200 * UNIT));
		assert_eq!(events(), [Event::Claimed { session: id, amount: 200 * UNIT }]);
		assert_eq!(free(11), ED + 90 * UNIT);
		run_to(30 + THAW);
		assert_ok!(Payments::settle(by(3), id));
		assert_eq!(free(1), FUNDS - 100 * UNIT);
	});
}

#[test]
fn close_should_fail_as_a_whole_when_the_promise_of_the_node_is_refused() {
	run(|| {
		let (id, other) = (open(1, 11, 500 * UNIT), open(1, 11, 500 * UNIT));
		let close = |promise| Payments::close(by(11), id, Some(promise));
		assert_noop!(close(key(1).promise(other, UNIT)), Error::<Test>::AnotherSession);
		assert_noop!(close(key(2).promise(id, UNIT)), Error::<Test>::AnotherSigner);
		assert_noop!(Payments::close(by(11), 9, None), Error::<Test>::NoSuchSession);
		run_to(100 + THAW);
		assert_noop!(Payments::close(by(11), id, None), Error::<Test>::ThawEnded);
	});
}

#[test]
fn close_should_not_postpone_the_end_of_the_thaw_when_the_node_closes_late() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		run_to(110);
		assert_ok!(Payments::close(by(11), id, None));
		run_to(100 + THAW);
		assert_ok!(Payments::settle(by(3), id));
	});
}

#[test]
fn close_should_succeed_when_nothing_of_the_promise_is_left_to_pay() {
	run(|| {
		let (paid, short) = (open(1, 11, 500 * UNIT), open(2, 11, 10 * UNIT));
		// Anyone may have cashed out the promise before.
		assert_ok!(cash_out(paid, 1, 100 * UNIT));
		assert_ok!(Payments::close(by(11), paid, Some(key(1).promise(paid, 100 * UNIT))));
		assert_ok!(cash_out(short, 2, 30 * UNIT));
		assert_ok!(Payments::close(by(11), short, Some(key(2).promise(short, 30 * UNIT))));
		assert_eq!(deposits(), 0);
	});
}

#[test]
fn a_top_up_within_the_thaw_should_pay_the_rest_of_a_promise() {
	run(|| {
		let id = open(1, 11, 10 * UNIT);
		assert_ok!(cash_out(id, 1, 30 * UNIT));
		assert_ok!(Payments::close(by(1), id, None));
		assert_ok!(Payments::top_up(by(1), id, 50 * UNIT));
		assert_ok!(Payments::close(by(11), id, Some(key(1).promise(id, 30 * UNIT))));
		assert_eq!(free(11), ED + 27 * UNIT);
		assert_eq!(free(1), FUNDS - 30 * UNIT - STORAGE);
	});
}
