use super::*;
use serde_json::Value as Json;
use smartlayer_statement::hash;

fn vectors() -> Json {
	serde_json::from_str(include_str!("../../vectors.json")).unwrap()
}

fn bytes(value: &Json) -> Vec<u8> {
	sp_core::bytes::from_hex(value.as_str().unwrap()).unwrap()
}

fn h256(value: &Json) -> H256 {
	H256::from_slice(&bytes(value))
}

/// The operations of a token: each is what follows from its write, and has the state and bytes of the example.
#[test]
fn operations_should_be_those_of_the_example() {
	let example = vectors();
	let genesis = h256(&example["genesis"]);
	let node: Account = bytes(&example["node"]).try_into().unwrap();
	let mut state = State::empty(h256(&example["class"]), h256(&example["instance"]));
	assert_eq!(bytes(&example["empty"]["bytes"]), state.bytes());
	assert_eq!(h256(&example["empty"]["state"]), state.hash());
	let operations = example["operations"].as_array().unwrap();
	for operation in operations {
		let write = SignedWrite::parse(&bytes(&operation["write"])).unwrap();
		assert_eq!(write.action.bytes(), bytes(&operation["action"]));
		let author: Account = bytes(&operation["user"]).try_into().unwrap();
		let place = Place { genesis, before: state.hash() };
		assert_eq!(SignedWrite::payload(&write.action, &place), bytes(&operation["signed"]));
		let (entry, next) = crate::perform(genesis, &node, &state, &author, &write).unwrap();
		assert_eq!(next.bytes(), bytes(&operation["bytes"]));
		assert_eq!((next.hash(), hash(&next.bytes())), (h256(&operation["state"]), h256(&operation["state"])));
		assert_eq!(entry.operation.payload, h256(&operation["payload"]));
		assert_eq!(crate::verify(genesis, &state, &entry), Ok(next.clone()));
		assert_eq!(State::parse(&next.bytes()), Ok(next.clone()));
		state = next;
	}
	assert!(operations.len() >= 7);
}
