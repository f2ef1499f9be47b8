#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests may panic")]

use super::*;
use crate::{Address, Key, verify};
use serde_json::Value;
use smartlayer_promise::Signer;
use sp_core::{Bytes, H256};

fn vectors() -> Value {
	serde_json::from_str(include_str!("vectors.json")).unwrap()
}

fn text(value: &Value) -> &str {
	value.as_str().unwrap()
}

fn hash(value: &Value) -> H256 {
	text(value).parse().unwrap()
}

#[test]
fn requests_should_have_the_bytes_of_the_example() {
	for call in vectors()["requests"].as_array().unwrap() {
		let bytes: Bytes = serde_json::from_value(call["bytes"].clone()).unwrap();
		let request = Request::parse(&bytes).unwrap();
		assert_eq!(request.method.to_string(), text(&call["method"]));
		assert_eq!(request.target, text(&call["target"]));
		assert_eq!(request.body, text(&call["body"]).as_bytes());
		assert_eq!(request.bytes(), bytes.0);
		assert_eq!(request.hash(), hash(&call["hash"]));
	}
}

#[test]
fn the_statement_of_the_example_should_be_verified() {
	let vectors = vectors();
	let signed = decode_statement(text(&vectors["header"])).unwrap();
	assert_eq!(encode_statement(&signed), text(&vectors["header"]));
	assert_eq!(signed.key, Key::from_uri("ed25519://Service").unwrap().address());
	let expected = &vectors["statement"];
	assert_eq!(signed.statement.sequence.to_string(), text(&expected["sequence"]));
	assert_eq!(u64::from(signed.statement.block), expected["block"].as_u64().unwrap());
	assert_eq!(
		(signed.statement.state, signed.statement.block_hash),
		(hash(&expected["state"]), hash(&expected["blockHash"]))
	);
	let node = Address(hash(&expected["node"]).0);
	let request: Bytes = serde_json::from_value(vectors["requests"][0]["bytes"].clone()).unwrap();
	let response = text(&vectors["answer"]).as_bytes();
	verify::statement(&signed, hash(&expected["genesis"]), &node, &request, response).unwrap();
	assert!(verify::statement(&signed, hash(&expected["genesis"]), &node, &request, b"another").is_err());
}

#[test]
fn the_payment_of_the_example_should_be_read() {
	let vectors = vectors();
	let expected = &vectors["payment"];
	let payment: x402::Payment = x402::decode(x402::PAYMENT_HEADER, text(&expected["header"])).unwrap();
	let genesis = hash(&expected["genesis"]);
	assert_eq!(payment.accepted.network, text(&expected["network"]));
	assert_eq!(payment.accepted.network, x402::network(genesis));
	assert_eq!(payment.accepted.pay_to.to_string(), text(&expected["payTo"]));
	assert_eq!(payment.accepted.amount.to_string(), text(&expected["price"]));
	let promise = payment.payload.promise(genesis).unwrap();
	assert_eq!(promise.promise.session.to_string(), text(&expected["session"]));
	assert_eq!(promise.promise.amount.to_string(), text(&expected["amount"]));
	assert_eq!(promise.signer, Signer::Ed25519(hash(&expected["signer"]).0));
	assert_eq!(promise.check(genesis, promise.promise.session, &promise.signer), Ok(()));
}

/// Whatever strangers send is read or refused, without a panic, and what was read is written in the same way.
mod random {
	use super::*;
	use proptest::prelude::*;

	fn cases() -> ProptestConfig {
		let long = std::env::var_os("SMARTLAYER_LONG_TESTS").is_some();
		ProptestConfig {
			cases: if long { 1_000_000 } else { 2_000 },
			failure_persistence: None,
			..ProptestConfig::default()
		}
	}

	/// Bytes near those of an example: a few of them replaced, removed or repeated.
	fn near(example: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
		let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..4);
		changes.prop_map(move |changes| {
			let mut bytes = example.clone();
			for (index, byte, kind) in changes {
				if bytes.is_empty() {
					break;
				}
				let at = index.index(bytes.len());
				match kind {
					0 => bytes[at] = byte,
					1 => bytes.truncate(at),
					2 => bytes.insert(at, byte),
					_ => drop(bytes.remove(at)),
				}
			}
			bytes
		})
	}

	fn payment_json() -> Vec<u8> {
		use base64::Engine;
		base64::prelude::BASE64_STANDARD.decode(text(&vectors()["payment"]["header"])).unwrap()
	}

	fn proposal() -> Vec<u8> {
		anchor::Proposal { writer: [1; 32], signature: [2; 64], listing: anchor::tests::listing() }.bytes()
	}

	proptest! {
		#![proptest_config(cases())]

		#[test]
		fn requests_should_be_read_or_refused(bytes in near(Request::get("/v1/tokens/0x01/0x02?from=1").bytes())) {
			if let Some(request) = Request::parse(&bytes) {
				prop_assert_eq!(request.bytes(), bytes);
			}
		}

		#[test]
		fn statements_should_be_read_or_refused(header in near(text(&vectors()["header"]).into())) {
			let header = String::from_utf8_lossy(&header);
			if let Ok(signed) = decode_statement(&header) {
				prop_assert_eq!(encode_statement(&signed), header);
			}
		}

		#[test]
		fn payments_should_be_read_or_refused(json in near(payment_json())) {
			use base64::Engine;
			let header = base64::prelude::BASE64_STANDARD.encode(json);
			if let Ok(payment) = x402::decode::<x402::Payment>(x402::PAYMENT_HEADER, &header) {
				let again = x402::decode::<x402::Payment>(x402::PAYMENT_HEADER, &x402::encode(&payment)).unwrap();
				prop_assert_eq!(&payment, &again);
				if let Ok(promise) = payment.payload.promise(H256::zero()) {
					prop_assert_eq!(x402::Voucher::from(&promise), payment.payload);
				}
			}
		}

		#[test]
		fn batches_should_be_read_or_refused(bytes in near(anchor::tests::batch(7).bytes())) {
			if let Ok(batch) = anchor::SignedBatch::parse(&bytes) {
				prop_assert_eq!(batch.bytes(), bytes);
			}
		}

		#[test]
		fn proposals_should_be_read_or_refused(bytes in near(proposal())) {
			if let Ok(proposal) = anchor::Proposal::parse(&bytes) {
				prop_assert_eq!(proposal.bytes(), bytes);
			}
		}

		#[test]
		fn any_header_should_be_read_or_refused(header in ".{0,200}") {
			drop(x402::decode::<x402::Payment>(x402::PAYMENT_HEADER, &header));
			drop(decode_statement(&header));
		}
	}
}
