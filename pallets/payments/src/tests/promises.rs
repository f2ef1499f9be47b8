//! Every way in which a promise is refused, in a single cash-out with an error, in a batch with the same reason.

use crate::{Error, Event, mock::*};
use frame_support::{BoundedVec, assert_noop, assert_ok};
use smartlayer_promise::{Promise, Scheme, SessionId, SignedPromise};
use sp_core::{H256, Pair, ecdsa, ed25519};
use sp_runtime::DispatchError;

/// Asserts that a promise is refused with this error, and skipped in a batch for the same reason.
fn assert_refused(id: SessionId, promise: SignedPromise, error: Error<Test>) {
	let error = DispatchError::from(error);
	assert_noop!(Payments::cash_out(by(11), id, promise.clone()), error);
	events();
	assert_ok!(Payments::cash_out_many(by(11), BoundedVec::truncate_from(vec![(id, promise)])));
	assert_eq!(events(), [Event::Skipped { session: id, error }]);
}

#[test]
fn every_scheme_should_be_accepted_raw_and_as_wallets_sign() {
	run(|| {
		let keys = [
			key(1),
			Key::Ed25519(ed25519::Pair::from_seed(&[2; 32])),
			Key::Ecdsa(ecdsa::Pair::from_seed(&[3; 32])),
			Key::Ethereum(ecdsa::Pair::from_seed(&[4; 32])),
		];
		for key in keys {
			let id = crate::NextSessionId::<Test>::get();
			assert_ok!(Payments::open_session(by(1), 11, 10 * UNIT, key.signer(), 100));
			let fits = |scheme: &Scheme| match key {
				Key::Sr25519(_) => matches!(scheme, Scheme::Sr25519 | Scheme::WrappedSr25519),
				Key::Ed25519(_) => matches!(scheme, Scheme::Ed25519 | Scheme::WrappedEd25519),
				Key::Ecdsa(_) => matches!(scheme, Scheme::Ecdsa | Scheme::WrappedEcdsa),
				Key::Ethereum(_) => matches!(scheme, Scheme::Ethereum),
			};
			let mut amount = 0;
			for scheme in Scheme::ALL {
				amount += UNIT;
				let promise = Promise { genesis: genesis(), session: id, amount };
				let signed = key.sign_as(scheme, promise);
				if fits(&scheme) {
					assert_ok!(Payments::cash_out(by(11), id, signed));
				} else {
					assert_refused(id, signed, Error::<Test>::WrongScheme);
				}
			}
			assert!(Payments::session(id).unwrap().spent > 0);
		}
	});
}

#[test]
fn a_promise_should_be_refused_when_it_is_replayed_or_lower() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		assert_ok!(cash_out(id, 1, 100 * UNIT));
		assert_refused(id, key(1).promise(id, 100 * UNIT), Error::<Test>::AlreadyPaid);
		assert_refused(id, key(1).promise(id, 99 * UNIT), Error::<Test>::AlreadyPaid);
		assert_refused(id, key(1).promise(id, 0), Error::<Test>::AlreadyPaid);
	});
}

#[test]
fn a_promise_should_be_refused_when_it_is_for_another_session_or_chain() {
	run(|| {
		let (id, other) = (open(1, 11, 500 * UNIT), open(1, 11, 500 * UNIT));
		assert_refused(id, key(1).promise(other, UNIT), Error::<Test>::AnotherSession);
		let elsewhere = Promise { genesis: H256::repeat_byte(0x78), session: id, amount: UNIT };
		assert_refused(id, key(1).sign_as(Scheme::Sr25519, elsewhere), Error::<Test>::AnotherChain);
		// With the binding replaced, the signature is for another promise.
		let mut forged = key(1).sign_as(Scheme::Sr25519, elsewhere);
		forged.promise.genesis = genesis();
		assert_refused(id, forged, Error::<Test>::BadSignature);
	});
}

#[test]
fn a_promise_should_be_refused_when_it_is_by_another_key() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		assert_refused(id, key(2).promise(id, UNIT), Error::<Test>::AnotherSigner);
		let mut forged = key(2).promise(id, UNIT);
		forged.signer = key(1).signer();
		assert_refused(id, forged, Error::<Test>::BadSignature);
		let mut changed = key(1).promise(id, UNIT);
		changed.promise.amount = 2 * UNIT;
		assert_refused(id, changed, Error::<Test>::BadSignature);
	});
}

#[test]
fn a_promise_should_be_refused_when_its_signature_is_cut_short_or_of_another_scheme() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		for length in [0, 1, 63, 65] {
			let mut cut = key(1).promise(id, UNIT);
			let mut bytes = cut.signature.bytes.to_vec();
			bytes.resize(length, 0);
			cut.signature.bytes = BoundedVec::truncate_from(bytes);
			assert_refused(id, cut, Error::<Test>::WrongLength);
		}
		let mut other = key(1).promise(id, UNIT);
		other.signature.scheme = Scheme::Ed25519;
		assert_refused(id, other, Error::<Test>::WrongScheme);
		let mut wrapped = key(1).promise(id, UNIT);
		wrapped.signature.scheme = Scheme::WrappedSr25519;
		assert_refused(id, wrapped, Error::<Test>::BadSignature);
	});
}

#[test]
fn a_promise_should_be_refused_after_the_thaw_and_after_settlement() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		let last = key(1).promise(id, UNIT);
		run_to(100 + THAW);
		assert_refused(id, last.clone(), Error::<Test>::ThawEnded);
		assert_ok!(Payments::settle(by(1), id));
		assert_refused(id, last, Error::<Test>::NoSuchSession);
	});
}
