use super::{body, entry};
use crate::{BATCH_DOMAIN, Batch, Body, HEADER_BYTES, MAX_OPERATIONS, ParseError, Write, hash};
use proptest::prelude::*;
use sp_core::H256;

const GENESIS: H256 = H256::repeat_byte(9);
const NODE: [u8; 32] = [4; 32];

fn empty() -> Body {
	Body { state: H256::zero(), symbols: H256::zero(), bit: None, write: Write::new() }
}

fn batch(count: u64) -> Result<Batch, ParseError> {
	Batch::new(GENESIS, NODE, 5, (0..count).map(|sequence| entry(NODE, sequence, empty())).collect())
}

#[test]
fn a_batch_should_have_between_one_and_the_maximum_of_operations() {
	assert_eq!(batch(0), Err(ParseError::BadCount));
	assert_eq!(batch(MAX_OPERATIONS as u64 + 1), Err(ParseError::BadCount));
	assert_eq!(batch(70_000), Err(ParseError::BadCount));
	let most = batch(MAX_OPERATIONS as u64).unwrap();
	assert_eq!(Batch::parse(&most.bytes()), Ok(most));
}

#[test]
fn a_batch_should_be_refused_when_an_operation_is_not_its_own() {
	let of_another = entry([5; 32], 0, empty());
	assert_eq!(Batch::new(GENESIS, NODE, 5, vec![of_another]), Err(ParseError::AnotherNode));
	let mut altered = entry(NODE, 0, empty());
	altered.body.state = H256::repeat_byte(1);
	assert_eq!(Batch::new(GENESIS, NODE, 5, vec![altered]), Err(ParseError::AnotherBody));
	let twice = vec![entry(NODE, 0, empty()), entry(NODE, 0, empty())];
	assert_eq!(Batch::new(GENESIS, NODE, 5, twice), Err(ParseError::Repeated));
}

#[test]
fn the_hash_of_a_batch_should_cover_all_of_it() {
	let batch = batch(2).unwrap();
	let header = batch.header();
	assert_eq!(header.hash(), hash(&header.bytes()));
	assert_eq!(header.content, hash(&batch.bytes()[HEADER_BYTES..]));
	assert!(header.bytes().starts_with(BATCH_DOMAIN));
}

#[test]
fn a_batch_should_be_refused_when_any_byte_is_altered_or_missing() {
	let batch = batch(2).unwrap();
	let bytes = batch.bytes();
	for place in 0..bytes.len() {
		let mut altered = bytes.clone();
		altered[place] ^= 1;
		// Genesis and number can have any value: the signature of the header covers them.
		if let Ok(other) = Batch::parse(&altered) {
			assert_ne!(other.header().hash(), batch.header().hash(), "{place}");
			assert!((19..51).contains(&place) || (83..91).contains(&place), "{place}");
		}
		assert!(Batch::parse(&bytes[..place]).is_err(), "{place}");
	}
	assert_eq!(Batch::parse(&[&bytes[..], &[0]].concat()), Err(ParseError::TrailingBytes));
}

#[test]
fn a_header_with_another_hash_of_its_content_should_be_refused() {
	let mut bytes = batch(1).unwrap().bytes();
	bytes[HEADER_BYTES - 1] ^= 1;
	assert_eq!(Batch::parse(&bytes), Err(ParseError::AnotherBody));
}

proptest! {
	#[test]
	fn a_batch_should_be_read_as_it_was_written(bodies in proptest::collection::vec(body(), 1..10), number in any::<u64>()) {
		let entries = bodies.into_iter().enumerate().map(|(sequence, body)| entry(NODE, sequence as u64, body)).collect();
		let batch = Batch::new(GENESIS, NODE, number, entries).unwrap();
		prop_assert_eq!(Batch::parse(&batch.bytes()), Ok(batch));
	}

	#[test]
	fn no_bytes_should_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
		let _ = Batch::parse(&[&BATCH_DOMAIN[..], &bytes].concat());
	}
}
