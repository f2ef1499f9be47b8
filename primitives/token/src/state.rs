//! The state of a token.

use crate::action::{Key, Value, read_key, text, write_attribute};
use alloc::{collections::BTreeMap, vec::Vec};
use smartlayer_statement::{Account, ParseError, Reader, class_of, hash};
use sp_core::H256;

/// The text with which an encoded state begins.
pub const STATE_DOMAIN: &[u8; 19] = b"SmartLayer state v1";

/// The maximum length of all attributes together, encoded, in bytes: an answer with all of them fits into an answer on the
/// chain.
pub const MAX_ATTRIBUTES: usize = 1_024;

/// What the issuer has stated of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
	/// The issuer of the class.
	pub issuer: Account,
	/// The salt of the class.
	pub salt: H256,
	/// The number of the token's bit within the class.
	pub bit: u64,
	/// The service node that writes the token.
	pub node: Account,
	/// The number of the record.
	pub number: u64,
}

/// The state of a token after a number of operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
	/// The class of the token.
	pub class: H256,
	/// The instance within its class.
	pub instance: H256,
	/// The number of operations so far.
	pub sequence: u64,
	/// What its issuer has stated. None before the first operation only.
	pub assignment: Option<Assignment>,
	/// The owner. None until the issuer has given the token to somebody.
	pub owner: Option<Account>,
	/// Whether the bit of the token is set.
	pub marked: bool,
	/// The attributes.
	pub attributes: BTreeMap<Key, Value>,
}

impl State {
	/// The state of a token before its first operation.
	pub const fn empty(class: H256, instance: H256) -> Self {
		Self { class, instance, sequence: 0, assignment: None, owner: None, marked: false, attributes: BTreeMap::new() }
	}

	/// Returns the encoding that is hashed.
	pub fn bytes(&self) -> Vec<u8> {
		let mut bytes = [&STATE_DOMAIN[..], self.class.as_bytes(), self.instance.as_bytes()].concat();
		bytes.extend_from_slice(&self.sequence.to_be_bytes());
		match &self.assignment {
			None => bytes.push(0),
			Some(Assignment { issuer, salt, bit, node, number }) => {
				bytes.push(1);
				bytes.extend_from_slice(issuer);
				bytes.extend_from_slice(salt.as_bytes());
				bytes.extend_from_slice(&bit.to_be_bytes());
				bytes.extend_from_slice(node);
				bytes.extend_from_slice(&number.to_be_bytes());
			},
		}
		match &self.owner {
			None => bytes.push(0),
			Some(owner) => {
				bytes.push(1);
				bytes.extend_from_slice(owner);
			},
		}
		bytes.push(self.marked.into());
		bytes.extend_from_slice(&self.attribute_bytes());
		bytes
	}

	/// Reads a state.
	pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
		let mut reader = Reader::of_kind(bytes, STATE_DOMAIN)?;
		let mut state = Self::empty(reader.hash()?, reader.hash()?);
		state.sequence = reader.u64()?;
		if read_flag(&mut reader)? {
			let (issuer, salt) = (reader.account()?, reader.hash()?);
			let (bit, node, number) = (reader.u64()?, reader.account()?, reader.u64()?);
			if class_of(&issuer, &salt) != state.class {
				return Err(ParseError::AnotherClass);
			}
			state.assignment = Some(Assignment { issuer, salt, bit, node, number });
		}
		if read_flag(&mut reader)? {
			state.owner = Some(reader.account()?);
		}
		state.marked = read_flag(&mut reader)?;
		// Before the issuer has stated anything, a token is nothing else either.
		let is_empty = state.owner.is_none() && !state.marked && reader.rest().is_empty();
		let has_begun = state.sequence > 0;
		if has_begun != state.assignment.is_some() || (!has_begun && !is_empty) {
			return Err(ParseError::Unreachable);
		}
		if reader.rest().len() > MAX_ATTRIBUTES {
			return Err(ParseError::BadAttributes);
		}
		while !reader.rest().is_empty() {
			let key = read_key(&mut reader)?;
			let length = reader.u16()?;
			let value = Value::new(text(reader.slice(length.into())?)?).ok_or(ParseError::BadText)?;
			// In order, and none twice: otherwise equal states could have different bytes.
			if state.attributes.last_key_value().is_some_and(|(last, _)| *last >= key) {
				return Err(ParseError::BadAttributes);
			}
			state.attributes.insert(key, value);
		}
		Ok(state)
	}

	/// Returns the hash that statements and operations contain.
	pub fn hash(&self) -> H256 {
		hash(&self.bytes())
	}

	/// Returns whether the attributes are within their limit.
	pub(crate) fn fits(&self) -> bool {
		self.attribute_bytes().len() <= MAX_ATTRIBUTES
	}

	fn attribute_bytes(&self) -> Vec<u8> {
		let mut bytes = Vec::new();
		for (key, value) in &self.attributes {
			write_attribute(&mut bytes, key, value);
		}
		bytes
	}
}

fn read_flag(reader: &mut Reader<'_>) -> Result<bool, ParseError> {
	match reader.array()? {
		[0] => Ok(false),
		[1] => Ok(true),
		_ => Err(ParseError::UnknownTag),
	}
}
