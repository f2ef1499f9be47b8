use crate::{ParseError, Receipt, Record, Statement, class_of, hash};
use proptest::prelude::*;
use sp_core::H256;

fn statement() -> Statement {
	Statement {
		genesis: H256::repeat_byte(1),
		node: [2; 32],
		class: H256::repeat_byte(3),
		instance: H256::repeat_byte(4),
		sequence: 5,
		block: 6,
		block_hash: H256::repeat_byte(7),
		state: H256::repeat_byte(8),
		request: H256::repeat_byte(9),
		response: H256::repeat_byte(10),
	}
}

fn receipt() -> Receipt {
	Receipt { genesis: H256::repeat_byte(1), seat: [2; 32], node: [3; 32], number: 4, batch: H256::repeat_byte(5) }
}

fn record() -> Record {
	Record {
		genesis: H256::repeat_byte(1),
		issuer: [2; 32],
		salt: H256::repeat_byte(3),
		instance: H256::repeat_byte(4),
		bit: 5,
		node: [6; 32],
		number: 7,
	}
}

/// Checks that the parts fill the bytes, and that every other length and start is refused.
fn check<T: PartialEq + core::fmt::Debug>(
	value: T,
	bytes: &[u8],
	domain: &[u8],
	parse: impl Fn(&[u8]) -> Result<T, ParseError>,
) {
	assert!(bytes.starts_with(domain));
	assert!(bytes.last().is_some_and(|last| *last != 0), "the parts are shorter than the bytes");
	assert_eq!(parse(bytes).as_ref(), Ok(&value));
	for length in 0..bytes.len() {
		let expected = if length < domain.len() { ParseError::AnotherKind } else { ParseError::TooShort };
		assert_eq!(parse(&bytes[..length]), Err(expected), "{length}");
	}
	assert_eq!(parse(&[bytes, &[0]].concat()), Err(ParseError::TrailingBytes));
	for place in 0..domain.len() {
		let mut altered = bytes.to_vec();
		altered[place] ^= 1;
		assert_eq!(parse(&altered), Err(ParseError::AnotherKind));
	}
	for place in domain.len()..bytes.len() {
		let mut altered = bytes.to_vec();
		altered[place] ^= 1;
		assert_ne!(parse(&altered).as_ref(), Ok(&value), "{place}");
	}
}

#[test]
fn signed_bytes_should_be_read_as_they_were_written_and_in_no_other_form() {
	check(statement(), &statement().bytes(), crate::STATEMENT_DOMAIN, Statement::parse);
	check(receipt(), &receipt().bytes(), crate::RECEIPT_DOMAIN, Receipt::parse);
	check(record(), &record().bytes(), crate::RECORD_DOMAIN, Record::parse);
}

#[test]
fn the_lengths_should_be_those_of_the_parts() {
	assert_eq!(crate::STATEMENT_BYTES, crate::STATEMENT_DOMAIN.len() + 8 * 32 + 8 + 4);
	assert_eq!(crate::RECEIPT_BYTES, crate::RECEIPT_DOMAIN.len() + 4 * 32 + 8);
	assert_eq!(crate::RECORD_BYTES, crate::RECORD_DOMAIN.len() + 5 * 32 + 2 * 8);
	assert_eq!(crate::HEADER_BYTES, crate::BATCH_DOMAIN.len() + 3 * 32 + 8 + 2);
}

#[test]
fn no_kind_of_signed_bytes_should_begin_as_another_one() {
	let domains: [&[u8]; 5] = [
		crate::STATEMENT_DOMAIN,
		crate::RECEIPT_DOMAIN,
		crate::RECORD_DOMAIN,
		crate::BATCH_DOMAIN,
		crate::CLASS_DOMAIN,
	];
	for (place, domain) in domains.iter().enumerate() {
		for (other, another) in domains.iter().enumerate() {
			assert!(place == other || !domain.starts_with(another));
		}
	}
}

#[test]
fn statements_should_contradict_each_other_only_about_the_same_state() {
	let one = statement();
	assert!(!one.contradicts(&one));
	let other = Statement { state: H256::zero(), ..one };
	assert!(one.contradicts(&other) && other.contradicts(&one));
	// Asked at another time, something else, with another answer.
	let moved =
		Statement { block: 0, block_hash: H256::zero(), request: H256::zero(), response: H256::zero(), ..other };
	assert!(one.contradicts(&moved));
	assert!(!one.contradicts(&Statement { state: one.state, ..moved }));
	for about_another in [
		Statement { genesis: H256::zero(), ..other },
		Statement { node: [0; 32], ..other },
		Statement { class: H256::zero(), ..other },
		Statement { instance: H256::zero(), ..other },
		Statement { sequence: 0, ..other },
	] {
		assert!(!one.contradicts(&about_another), "{about_another:?}");
	}
}

#[test]
fn receipts_should_contradict_each_other_only_for_the_same_number() {
	let one = receipt();
	assert!(!one.contradicts(&one));
	let other = Receipt { batch: H256::zero(), ..one };
	assert!(one.contradicts(&other));
	for about_another in [
		Receipt { genesis: H256::zero(), ..other },
		Receipt { seat: [0; 32], ..other },
		Receipt { node: [0; 32], ..other },
		Receipt { number: 0, ..other },
	] {
		assert!(!one.contradicts(&about_another), "{about_another:?}");
	}
}

#[test]
fn a_class_should_belong_to_its_issuer() {
	let record = record();
	assert_eq!(record.class(), class_of(&record.issuer, &record.salt));
	let bytes = [&b"SmartLayer class v1"[..], &[2; 32], &[3; 32]].concat();
	assert_eq!(record.class(), hash(&bytes));
	assert_ne!(record.class(), class_of(&[3; 32], &record.salt));
	assert_ne!(record.class(), class_of(&record.issuer, &H256::zero()));
}

proptest! {
	#[test]
	fn what_is_read_should_be_encoded_as_it_was(bytes in proptest::collection::vec(any::<u8>(), 268)) {
		let bytes = [&crate::STATEMENT_DOMAIN[..], &bytes].concat();
		prop_assert_eq!(Statement::parse(&bytes).unwrap().bytes().to_vec(), bytes);
	}
}
