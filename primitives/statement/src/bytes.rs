//! Reading and writing of bytes with fixed positions.

use crate::Account;
use core::fmt;
use sp_core::H256;

/// The reason why bytes are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
	/// The bytes end before the last field.
	TooShort,
	/// Bytes follow after the last field.
	TrailingBytes,
	/// The bytes do not begin with the text of their kind.
	AnotherKind,
	/// A bit that is not changed has a number, or its first byte has no meaning.
	BadBit,
	/// The write is longer than allowed.
	WriteTooLong,
	/// The batch has no operation, or more than allowed.
	BadCount,
	/// The payload of an operation is not the hash of its body.
	AnotherBody,
	/// An operation is by another node than its batch.
	AnotherNode,
	/// Two operations of a batch have the same class, instance and sequence.
	Repeated,
	/// A byte that states what follows has no meaning.
	UnknownTag,
	/// A name or a value is too long, or has characters that are not allowed.
	BadText,
	/// The attributes of a token are not in order, or too long.
	BadAttributes,
	/// The class is not that of the issuer and the salt.
	AnotherClass,
	/// No operations lead to this state.
	Unreachable,
	/// The signature is not in the form that signers produce.
	BadSignature,
}

impl fmt::Display for ParseError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::TooShort => "the bytes end before the last field",
			Self::TrailingBytes => "bytes follow after the last field",
			Self::AnotherKind => "the bytes do not begin with the text of their kind",
			Self::BadBit => "a bit that is not changed has a number, or its first byte has no meaning",
			Self::WriteTooLong => "the write is longer than allowed",
			Self::BadCount => "the batch has no operation, or more than allowed",
			Self::AnotherBody => "the payload of an operation is not the hash of its body",
			Self::AnotherNode => "an operation is by another node than its batch",
			Self::Repeated => "two operations of a batch have the same class, instance and sequence",
			Self::UnknownTag => "a byte that states what follows has no meaning",
			Self::BadText => "a name or a value is too long, or has characters that are not allowed",
			Self::BadAttributes => "the attributes of a token are not in order, or too long",
			Self::AnotherClass => "the class is not that of the issuer and the salt",
			Self::Unreachable => "no operations lead to this state",
			Self::BadSignature => "the signature is not in the form that signers produce",
		})
	}
}

impl core::error::Error for ParseError {}

/// Writes parts into an array. Tests check that the parts fill it.
pub(crate) fn lay_out<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
	let mut bytes = [0; N];
	let source = parts.iter().flat_map(|part| part.iter());
	for (to, from) in bytes.iter_mut().zip(source) {
		*to = *from;
	}
	bytes
}

/// Bytes that are not read yet. Every step says when too few are left.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
	/// Starts reading bytes that must begin with a text.
	pub fn of_kind(bytes: &'a [u8], domain: &[u8]) -> Result<Self, ParseError> {
		bytes.strip_prefix(domain).map(Self).ok_or(ParseError::AnotherKind)
	}

	/// Starts reading bytes.
	pub const fn new(bytes: &'a [u8]) -> Self {
		Self(bytes)
	}

	/// Reads a number of bytes.
	pub fn slice(&mut self, length: usize) -> Result<&'a [u8], ParseError> {
		let (read, rest) = self.0.split_at_checked(length).ok_or(ParseError::TooShort)?;
		self.0 = rest;
		Ok(read)
	}

	/// Reads an array.
	pub fn array<const N: usize>(&mut self) -> Result<[u8; N], ParseError> {
		let (read, rest) = self.0.split_first_chunk().ok_or(ParseError::TooShort)?;
		self.0 = rest;
		Ok(*read)
	}

	/// Reads a hash.
	pub fn hash(&mut self) -> Result<H256, ParseError> {
		self.array().map(H256)
	}

	/// Reads an account.
	pub fn account(&mut self) -> Result<Account, ParseError> {
		self.array()
	}

	/// Reads a number of 8 bytes.
	pub fn u64(&mut self) -> Result<u64, ParseError> {
		self.array().map(u64::from_be_bytes)
	}

	/// Reads a number of 4 bytes.
	pub fn u32(&mut self) -> Result<u32, ParseError> {
		self.array().map(u32::from_be_bytes)
	}

	/// Reads a number of 2 bytes.
	pub fn u16(&mut self) -> Result<u16, ParseError> {
		self.array().map(u16::from_be_bytes)
	}

	/// Returns the bytes that were not read.
	pub const fn rest(&self) -> &'a [u8] {
		self.0
	}

	/// Ensures that everything was read.
	pub const fn end(self) -> Result<(), ParseError> {
		if self.0.is_empty() { Ok(()) } else { Err(ParseError::TrailingBytes) }
	}
}
