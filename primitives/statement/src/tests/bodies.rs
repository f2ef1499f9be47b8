use super::body;
use crate::{BitChange, Body, MAX_WRITE, MIN_BODY_BYTES, ParseError, Write, hash};
use proptest::prelude::*;
use sp_core::H256;

fn with(bit: Option<BitChange>, write: &[u8]) -> Body {
	let write = Write::try_from(write.to_vec()).unwrap();
	Body { state: H256::repeat_byte(1), symbols: H256::repeat_byte(2), bit, write }
}

#[test]
fn a_body_should_be_encoded_as_specified() {
	let bytes = with(Some(BitChange { number: 258, set: true }), b"ab").bytes();
	let expected = [&[1; 32][..], &[2; 32], &[2], &[0, 0, 0, 0, 0, 0, 1, 2], &[0, 2], b"ab"].concat();
	assert_eq!(bytes, expected);
	assert_eq!(with(None, b"").bytes().len(), MIN_BODY_BYTES);
	assert_eq!(with(None, b"ab").payload(), hash(&with(None, b"ab").bytes()));
}

#[test]
fn a_body_should_be_refused_when_another_encoding_means_the_same() {
	let bytes = with(None, b"ab").bytes();
	let tag = 64;
	for (place, value) in [(tag, 3), (tag, 255), (tag + 8, 1), (tag + 1, 1)] {
		let mut altered = bytes.clone();
		altered[place] = value;
		assert_eq!(Body::parse(&altered), Err(ParseError::BadBit), "{place}");
	}
	assert_eq!(Body::parse(&[&bytes[..], &[0]].concat()), Err(ParseError::TrailingBytes));
	for length in 0..bytes.len() {
		assert_eq!(Body::parse(&bytes[..length]), Err(ParseError::TooShort), "{length}");
	}
}

#[test]
fn a_write_should_be_refused_when_it_is_longer_than_allowed() {
	let longest = with(None, &[7; MAX_WRITE as usize]);
	assert_eq!(Body::parse(&longest.bytes()), Ok(longest.clone()));
	let mut bytes = longest.bytes();
	bytes.push(7);
	bytes[73..75].copy_from_slice(&(MAX_WRITE as u16 + 1).to_be_bytes());
	assert_eq!(Body::parse(&bytes), Err(ParseError::WriteTooLong));
}

proptest! {
	#[test]
	fn a_body_should_be_read_as_it_was_written(body in body()) {
		prop_assert_eq!(Body::parse(&body.bytes()), Ok(body));
	}

	#[test]
	fn what_is_read_should_be_encoded_as_it_was(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
		if let Ok(body) = Body::parse(&bytes) {
			prop_assert_eq!(body.bytes(), bytes);
		}
	}

	#[test]
	fn different_bodies_should_have_different_bytes(one in body(), other in body()) {
		prop_assert_eq!(one.bytes() == other.bytes(), one == other);
	}
}
