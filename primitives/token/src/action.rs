//! What users and issuers order.

use alloc::{string::String, vec::Vec};
use core::fmt;
use smartlayer_statement::{Account, ParseError, RECORD_BYTES, Reader, Record};

/// The maximum length of an attribute's name, in bytes.
pub const MAX_KEY: usize = 32;

/// The maximum length of an attribute's value, in bytes.
pub const MAX_VALUE: usize = 256;

/// The name of an attribute: a lower-case letter or a digit, and then also `.`, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(String);

impl Key {
	/// Creates a name. Fails if it is empty, too long, or has other characters.
	pub fn new(text: impl Into<String>) -> Option<Self> {
		let text = text.into();
		let is_first = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
		let is_allowed = |byte: u8| is_first(byte) || matches!(byte, b'.' | b'-' | b'_');
		let begins = text.bytes().next().is_some_and(is_first);
		(begins && text.len() <= MAX_KEY && text.bytes().all(is_allowed)).then_some(Self(text))
	}

	/// Returns the text.
	pub fn as_str(&self) -> &str {
		&self.0
	}
}

impl fmt::Display for Key {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.0)
	}
}

/// The value of an attribute: text without control characters (U+0000 to U+001F, and U+007F to U+009F).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(String);

impl Value {
	/// Creates a value. Fails if it is too long, or has control characters.
	pub fn new(text: impl Into<String>) -> Option<Self> {
		let text = text.into();
		(text.len() <= MAX_VALUE && !text.chars().any(char::is_control)).then_some(Self(text))
	}

	/// Returns the text.
	pub fn as_str(&self) -> &str {
		&self.0
	}
}

/// What is ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
	/// The issuer states the bit and the node of the instance. The first action of every token.
	Assign(Record),
	/// The owner gives the token to another account; the issuer, while nobody owns it.
	Transfer(Account),
	/// The issuer sets an attribute.
	Set(Key, Value),
	/// The issuer removes an attribute.
	Remove(Key),
	/// The owner sets or clears the bit of the token.
	Mark(bool),
}

impl Action {
	/// Returns the encoding.
	pub fn bytes(&self) -> Vec<u8> {
		match self {
			Self::Assign(record) => [&[1][..], &record.bytes()].concat(),
			Self::Transfer(to) => [&[2][..], to].concat(),
			Self::Set(key, value) => {
				let mut bytes = alloc::vec![3];
				write_attribute(&mut bytes, key, value);
				bytes
			},
			Self::Remove(key) => {
				let mut bytes = alloc::vec![4];
				write_key(&mut bytes, key);
				bytes
			},
			Self::Mark(set) => alloc::vec![5, u8::from(*set)],
		}
	}

	/// Reads an action, after which other bytes follow.
	pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
		Ok(match reader.array()? {
			[1] => Self::Assign(Record::parse(reader.slice(RECORD_BYTES)?)?),
			[2] => Self::Transfer(reader.account()?),
			[3] => {
				let key = read_key(reader)?;
				let length = reader.u16()?;
				let value = text(reader.slice(length.into())?)?;
				Self::Set(key, Value::new(value).ok_or(ParseError::BadText)?)
			},
			[4] => Self::Remove(read_key(reader)?),
			[5] => Self::Mark(match reader.array()? {
				[0] => false,
				[1] => true,
				_ => return Err(ParseError::UnknownTag),
			}),
			_ => return Err(ParseError::UnknownTag),
		})
	}
}

pub(crate) fn write_attribute(bytes: &mut Vec<u8>, key: &Key, value: &Value) {
	write_key(bytes, key);
	// At most `MAX_VALUE`, which fits.
	bytes.extend_from_slice(&(value.0.len() as u16).to_be_bytes());
	bytes.extend_from_slice(value.0.as_bytes());
}

fn write_key(bytes: &mut Vec<u8>, key: &Key) {
	// At most `MAX_KEY`, which fits.
	bytes.push(key.0.len() as u8);
	bytes.extend_from_slice(key.0.as_bytes());
}

pub(crate) fn read_key(reader: &mut Reader<'_>) -> Result<Key, ParseError> {
	let [length] = reader.array()?;
	Key::new(text(reader.slice(length.into())?)?).ok_or(ParseError::BadText)
}

pub(crate) fn text(bytes: &[u8]) -> Result<String, ParseError> {
	String::from_utf8(bytes.to_vec()).map_err(|_| ParseError::BadText)
}
