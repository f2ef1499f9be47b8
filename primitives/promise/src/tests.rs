use crate::{PROMISE_BYTES, PROMISE_DOMAIN, Promise, PromiseError, Scheme, Signature, SignedPromise, Signer};
use codec::{Decode, Encode, MaxEncodedLen};
use proptest::prelude::*;
use serde_json::Value;
use sp_core::{H256, Pair, sr25519};
use sp_runtime::BoundedVec;

fn hex(value: &Value) -> Vec<u8> {
	sp_core::bytes::from_hex(value.as_str().unwrap()).unwrap()
}

/// The examples that clients in other languages are checked against.
fn vectors() -> Vec<(Vec<u8>, SignedPromise)> {
	let vectors: Vec<Value> = serde_json::from_str(include_str!("../vectors.json")).unwrap();
	let mut signed = Vec::new();
	for vector in &vectors {
		let promise = Promise {
			genesis: H256::from_slice(&hex(&vector["genesis"])),
			session: vector["session"].as_str().unwrap().parse().unwrap(),
			amount: vector["amount"].as_str().unwrap().parse().unwrap(),
		};
		for signature in vector["signatures"].as_array().unwrap() {
			let (kind, key) = signature["signer"].as_object().unwrap().iter().next().unwrap();
			let key = hex(key);
			let signer = match kind.as_str() {
				"Sr25519" => Signer::Sr25519(key.try_into().unwrap()),
				"Ed25519" => Signer::Ed25519(key.try_into().unwrap()),
				"Ecdsa" => Signer::Ecdsa(key.try_into().unwrap()),
				"Ethereum" => Signer::Ethereum(key.try_into().unwrap()),
				other => panic!("{other}"),
			};
			let name = signature["scheme"].as_str().unwrap();
			let scheme = Scheme::ALL.into_iter().find(|scheme| format!("{scheme:?}") == name).unwrap();
			let bytes = BoundedVec::try_from(hex(&signature["bytes"])).unwrap();
			let signature = Signature { scheme, bytes };
			signed.push((hex(&vector["bytes"]), SignedPromise { promise, signer, signature }));
		}
	}
	signed
}

#[test]
fn the_examples_should_verify_when_wallets_have_signed_them() {
	let vectors = vectors();
	assert_eq!(vectors.len(), 3 * Scheme::ALL.len());
	for (bytes, signed) in vectors {
		assert_eq!(signed.promise.bytes().to_vec(), bytes);
		let Promise { genesis, session, .. } = signed.promise;
		assert_eq!(signed.check(genesis, session, &signed.signer), Ok(()), "{:?}", signed.signature.scheme);
		assert_eq!(signed.check(H256::repeat_byte(9), session, &signed.signer), Err(PromiseError::AnotherChain));
		assert_eq!(signed.check(genesis, session ^ 1, &signed.signer), Err(PromiseError::AnotherSession));
		assert_eq!(signed.check(genesis, session, &Signer::Ethereum([0; 20])), Err(PromiseError::AnotherSigner));
	}
}

#[test]
fn a_signature_altered_in_any_byte_should_fail() {
	for (_, signed) in vectors() {
		// The last byte of an ecdsa signature is the recovery id, of which several values mean the same.
		for place in 0..64 {
			let mut altered = signed.clone();
			altered.signature.bytes[place] ^= 1;
			assert_eq!(altered.verify(), Err(PromiseError::BadSignature), "{:?} {place}", signed.signature.scheme);
		}
	}
}

#[test]
fn a_signature_of_another_length_should_fail_without_being_verified() {
	for (_, signed) in vectors() {
		for length in 0..=65 {
			let mut bytes = signed.signature.bytes.to_vec();
			bytes.resize(length, 0);
			let mut altered = signed.clone();
			altered.signature.bytes = BoundedVec::truncate_from(bytes);
			let fits = length == signed.signature.scheme.signature_len();
			assert_eq!(altered.verify(), if fits { Ok(()) } else { Err(PromiseError::WrongLength) });
		}
	}
}

#[test]
fn a_scheme_should_verify_only_for_its_kind_of_key_and_its_message() {
	for (_, signed) in vectors() {
		for scheme in Scheme::ALL {
			let mut altered = signed.clone();
			altered.signature.scheme = scheme;
			let verified = altered.verify();
			assert_eq!(verified.is_ok(), scheme == signed.signature.scheme, "{scheme:?}: {verified:?}");
		}
	}
}

#[test]
fn the_parts_of_a_promise_should_fill_its_bytes() {
	let promise = Promise { genesis: H256::repeat_byte(0xff), session: u64::MAX, amount: u128::MAX };
	let bytes = promise.bytes();
	assert_eq!(bytes.len(), PROMISE_BYTES);
	assert!(bytes.starts_with(PROMISE_DOMAIN));
	assert!(bytes[PROMISE_DOMAIN.len()..].iter().all(|byte| *byte == 0xff));
	assert_eq!(PROMISE_DOMAIN.len() + 32 + 8 + 16, PROMISE_BYTES);
}

#[test]
fn a_signed_promise_should_be_bounded_and_decode_to_itself() {
	for (_, signed) in vectors() {
		let encoded = signed.encode();
		assert!(encoded.len() <= SignedPromise::max_encoded_len());
		assert_eq!(SignedPromise::decode(&mut &encoded[..]), Ok(signed));
		for length in 0..encoded.len() {
			assert!(SignedPromise::decode(&mut &encoded[..length]).is_err());
		}
	}
	assert_eq!(SignedPromise::max_encoded_len(), 158);
}

proptest! {
	#[test]
	fn different_promises_should_have_different_bytes(
		one in any::<([u8; 32], u64, u128)>(), other in any::<([u8; 32], u64, u128)>(),
	) {
		let [first, second] = [one, other]
			.map(|(genesis, session, amount)| Promise { genesis: genesis.into(), session, amount }.bytes());
		prop_assert_eq!(first == second, one == other);
	}

	#[test]
	fn a_promise_should_verify_for_its_amount_only(amount in any::<u128>(), other in any::<u128>()) {
		let pair = sr25519::Pair::from_seed(&[7; 32]);
		let promise = Promise { genesis: H256::zero(), session: 1, amount };
		let bytes = pair.sign(&promise.bytes()).0.to_vec();
		let signature = Signature { scheme: Scheme::Sr25519, bytes: BoundedVec::truncate_from(bytes) };
		let mut signed = SignedPromise { promise, signer: Signer::Sr25519(pair.public().0), signature };
		prop_assert_eq!(signed.verify(), Ok(()));
		signed.promise.amount = other;
		prop_assert_eq!(signed.verify().is_ok(), amount == other);
	}
}
