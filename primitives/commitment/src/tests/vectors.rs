//! The examples for other implementations, which `tests/suites/commitment.test.mjs` checks from JavaScript.

use crate::{Bitmap, Claim, ClaimTree, Commitment, History, Operation, Snapshot, commit_operations, prove_operation};
use serde_json::Value;
use sp_core::H256;

fn vectors() -> Value {
	serde_json::from_str(include_str!("../../vectors.json")).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
	let text = value.as_str().unwrap().strip_prefix("0x").unwrap();
	(0..text.len()).step_by(2).map(|place| u8::from_str_radix(&text[place..place + 2], 16).unwrap()).collect()
}

fn hash(value: &Value) -> H256 {
	H256::from_slice(&bytes(value))
}

fn number(value: &Value) -> u64 {
	value.as_u64().unwrap()
}

fn commitment(value: &Value) -> Commitment {
	Commitment { root: hash(&value["root"]), count: number(&value["count"]) as u32 }
}

fn operation(value: &Value) -> Operation {
	Operation {
		class: hash(&value["class"]),
		instance: hash(&value["instance"]),
		sequence: number(&value["sequence"]),
		user: hash(&value["user"]).0,
		node: hash(&value["node"]).0,
		payload: hash(&value["payload"]),
	}
}

fn snapshot(value: &Value) -> Snapshot {
	Snapshot {
		interval: number(&value["interval"]) as u32,
		parent: hash(&value["parent"]),
		void: number(&value["void"]) as u32,
		operations: commitment(&value["operations"]),
		bitmap: commitment(&value["bitmap"]),
	}
}

#[test]
fn claims_should_be_those_of_the_examples() {
	let vectors = vectors();
	let listed = vectors["claims"]["list"].as_array().unwrap();
	let readings: Vec<_> = listed.iter().map(|claim| bytes(&claim["readings"])).collect();
	let claims: Vec<_> = listed
		.iter()
		.zip(&readings)
		.map(|(claim, readings)| Claim {
			genesis: hash(&claim["genesis"]),
			observer: hash(&claim["observer"]).0,
			window: number(&claim["window"]) as u32,
			page: number(&claim["page"]) as u32,
			salt: hash(&claim["salt"]),
			readings,
		})
		.collect();
	let tree = ClaimTree::new(claims.iter().map(Claim::leaf).collect()).unwrap();
	assert_eq!(tree.root(), hash(&vectors["claims"]["root"]));
	for (claim, example) in claims.iter().zip(listed) {
		assert_eq!(claim.leaf(), hash(&example["leaf"]));
		let siblings: Vec<_> = example["siblings"].as_array().unwrap().iter().map(hash).collect();
		let proof = tree.prove(claim.page).unwrap();
		assert_eq!(proof.siblings.to_vec(), siblings);
		assert!(proof.verify(tree.root(), claims.len() as u32, claim));
	}
	assert!(claims.len() >= 3);
}

#[test]
fn operations_should_be_those_of_the_examples() {
	let vectors = vectors();
	let listed = vectors["operations"]["list"].as_array().unwrap();
	let operations: Vec<_> = listed.iter().map(operation).collect();
	for (operation, listed) in operations.iter().zip(listed) {
		assert_eq!(operation.bytes().to_vec(), bytes(&listed["bytes"]));
		assert_eq!(operation.leaf(), hash(&listed["leaf"]));
	}
	assert_eq!(commit_operations(operations.iter()), Some(commitment(&vectors["operations"]["commitment"])));
	for (index, listed) in listed.iter().enumerate() {
		let siblings: Vec<_> = listed["siblings"].as_array().unwrap().iter().map(hash).collect();
		assert_eq!(prove_operation(&operations, index as u32).unwrap().siblings.into_inner(), siblings);
	}
}

#[test]
fn bits_should_be_those_of_the_examples() {
	let vectors = vectors();
	let mut bitmap = Bitmap::default();
	for bit in vectors["bitmap"]["set"].as_array().unwrap() {
		bitmap.set(hash(&bit["class"]), number(&bit["bit"]), true);
	}
	assert_eq!(bitmap.commit(), Some(commitment(&vectors["bitmap"]["commitment"])));
}

#[test]
fn snapshots_should_be_those_of_the_examples() {
	let vectors = vectors();
	let mut history = History::default();
	for listed in vectors["snapshots"]["list"].as_array().unwrap() {
		let snapshot = snapshot(listed);
		assert_eq!(snapshot.bytes().to_vec(), bytes(&listed["bytes"]));
		assert_eq!(snapshot.hash(), hash(&listed["hash"]));
		let (genesis, writer) = (bytes(&vectors["snapshots"]["genesis"]), bytes(&vectors["snapshots"]["writer"]));
		assert_eq!(snapshot.payload(&genesis, &writer), bytes(&listed["payload"]));
		history.append(&snapshot).unwrap();
	}
	let peaks: Vec<_> = vectors["snapshots"]["peaks"].as_array().unwrap().iter().map(hash).collect();
	assert_eq!(history.peaks.into_inner(), peaks);
}
