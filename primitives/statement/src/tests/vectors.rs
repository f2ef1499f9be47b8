use crate::{Batch, BitChange, Body, Probe, Receipt, Record, Statement, Write, hash, token_target};
use serde_json::Value;
use sp_core::{H256, sr25519};
use sp_runtime::traits::Verify;

fn vectors() -> Value {
	serde_json::from_str(include_str!("../../vectors.json")).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
	sp_core::bytes::from_hex(value.as_str().unwrap()).unwrap()
}

fn h256(value: &Value) -> H256 {
	H256::from_slice(&bytes(value))
}

fn account(value: &Value) -> [u8; 32] {
	bytes(value).try_into().unwrap()
}

fn number(value: &Value) -> u64 {
	value.as_str().unwrap().parse().unwrap()
}

/// Verifies the sr25519 signature of an example.
fn verify(example: &Value) {
	let signature = sr25519::Signature::try_from(&bytes(&example["signature"])[..]).unwrap();
	let key = sr25519::Public::from_raw(account(&example["key"]));
	assert!(signature.verify(&bytes(&example["bytes"])[..], &key));
}

#[test]
fn statements_should_have_the_bytes_of_the_examples() {
	let examples = &vectors()["statements"];
	for example in examples.as_array().unwrap() {
		let content = &example["content"];
		let statement = Statement {
			genesis: h256(&content["genesis"]),
			node: account(&content["node"]),
			class: h256(&content["class"]),
			instance: h256(&content["instance"]),
			sequence: number(&content["sequence"]),
			block: number(&content["block"]).try_into().unwrap(),
			block_hash: h256(&content["blockHash"]),
			state: h256(&content["state"]),
			request: h256(&content["request"]),
			response: h256(&content["response"]),
		};
		assert_eq!(statement.bytes().to_vec(), bytes(&example["bytes"]));
		assert_eq!(Statement::parse(&bytes(&example["bytes"])), Ok(statement));
		verify(example);
	}
	assert!(examples.as_array().unwrap().len() >= 2);
}

#[test]
fn receipts_and_records_should_have_the_bytes_of_the_examples() {
	let vectors = vectors();
	for example in vectors["receipts"].as_array().unwrap() {
		let content = &example["content"];
		let receipt = Receipt {
			genesis: h256(&content["genesis"]),
			seat: account(&content["seat"]),
			node: account(&content["node"]),
			number: number(&content["number"]),
			batch: h256(&content["batch"]),
		};
		assert_eq!(receipt.bytes().to_vec(), bytes(&example["bytes"]));
		verify(example);
	}
	for example in vectors["records"].as_array().unwrap() {
		let content = &example["content"];
		let record = Record {
			genesis: h256(&content["genesis"]),
			issuer: account(&content["issuer"]),
			salt: h256(&content["salt"]),
			instance: h256(&content["instance"]),
			bit: number(&content["bit"]),
			node: account(&content["node"]),
			number: number(&content["number"]),
		};
		assert_eq!(record.bytes().to_vec(), bytes(&example["bytes"]));
		assert_eq!(record.class(), h256(&example["class"]));
		verify(example);
	}
}

#[test]
fn probes_should_have_the_nonces_and_requests_of_the_examples() {
	let examples = &vectors()["probes"];
	for example in examples.as_array().unwrap() {
		let content = &example["content"];
		let probe = Probe {
			genesis: h256(&content["genesis"]),
			observer: account(&content["observer"]),
			window: number(&content["window"]).try_into().unwrap(),
			slot: number(&content["slot"]).try_into().unwrap(),
			sample: number(&content["sample"]).try_into().unwrap(),
			salt: h256(&content["salt"]),
		};
		let (class, instance, nonce) = (h256(&example["class"]), h256(&example["instance"]), h256(&example["nonce"]));
		assert_eq!(probe.nonce(), nonce);
		assert_eq!(probe.request(class, instance), h256(&example["request"]));
		let text = |of: &str| example[of].as_str().unwrap().to_owned();
		let (class_text, instance_text) = (text("class"), text("instance"));
		let target = format!("/v1/tokens/{class_text}/{instance_text}?nonce={}", text("nonce"));
		assert_eq!(token_target(class, instance, nonce), target);
		// Another observer, sample or secret has another nonce.
		for other in [
			Probe { observer: [9; 32], ..probe },
			Probe { sample: probe.sample ^ 1, ..probe },
			Probe { salt: H256::repeat_byte(9), ..probe },
			Probe { slot: probe.slot ^ 1, ..probe },
			Probe { window: probe.window ^ 1, ..probe },
		] {
			assert_ne!(other.nonce(), nonce);
		}
	}
	assert!(examples.as_array().unwrap().len() >= 2);
}

#[test]
fn bodies_should_have_the_payloads_of_the_examples() {
	for example in vectors()["bodies"].as_array().unwrap() {
		let content = &example["content"];
		let bit = content["bit"]
			.as_object()
			.map(|bit| BitChange { number: number(&bit["number"]), set: bit["set"].as_bool().unwrap() });
		let body = Body {
			state: h256(&content["state"]),
			symbols: h256(&content["symbols"]),
			bit,
			write: Write::try_from(bytes(&content["write"])).unwrap(),
		};
		assert_eq!(body.bytes(), bytes(&example["bytes"]));
		assert_eq!(body.payload(), h256(&example["payload"]));
	}
}

#[test]
fn batches_should_be_read_from_the_examples() {
	for example in vectors()["batches"].as_array().unwrap() {
		let encoded = bytes(&example["bytes"]);
		let batch = Batch::parse(&encoded).unwrap();
		assert_eq!(batch.bytes(), encoded);
		assert_eq!(batch.entries().len(), example["operations"].as_u64().unwrap() as usize);
		assert_eq!(batch.header().number, number(&example["number"]));
		assert_eq!(batch.header().hash(), h256(&example["hash"]));
		let header = &batch.header().bytes()[..];
		assert_eq!(hash(header), batch.header().hash());
		let signature = sr25519::Signature::try_from(&bytes(&example["signature"])[..]).unwrap();
		assert!(signature.verify(header, &sr25519::Public::from_raw(account(&example["key"]))));
	}
}
