//! The body of an operation.

use crate::{ParseError, bytes::Reader, hash};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_runtime::BoundedVec;

/// The maximum length of a write.
pub const MAX_WRITE: u32 = 1_024;

/// The length of an encoded body with an empty write.
pub const MIN_BODY_BYTES: usize = 75;

/// What an operation writes, as the token API defines it, with the signature of its user.
pub type Write = BoundedVec<u8, ConstU32<MAX_WRITE>>;

/// A change of an instance's bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct BitChange {
	/// The number of the bit within its class.
	pub number: u64,
	/// Whether the bit is set afterwards.
	pub set: bool,
}

/// All further data of an operation. Its hash is the payload of the operation.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Body {
	/// The hash of the state after the operation.
	pub state: H256,
	/// The root of the symbols from which replicas restore the state.
	pub symbols: H256,
	/// The bit that the operation sets or clears.
	pub bit: Option<BitChange>,
	/// What it writes.
	pub write: Write,
}

impl Body {
	/// Returns the encoding that is hashed.
	pub fn bytes(&self) -> Vec<u8> {
		let (tag, number) = match self.bit {
			None => (0, 0),
			Some(BitChange { number, set: false }) => (1, number),
			Some(BitChange { number, set: true }) => (2, number),
		};
		// At most `MAX_WRITE`, which fits.
		let length = self.write.len() as u16;
		let parts: [&[u8]; 6] = [
			self.state.as_bytes(),
			self.symbols.as_bytes(),
			&[tag],
			&number.to_be_bytes(),
			&length.to_be_bytes(),
			&self.write,
		];
		parts.concat()
	}

	/// Reads a body.
	pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
		let mut reader = Reader::new(bytes);
		let body = Self::read(&mut reader)?;
		reader.end().map(|()| body)
	}

	/// Reads a body, after which other bytes may follow.
	pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
		let state = reader.hash()?;
		let symbols = reader.hash()?;
		let bit = match (reader.array()?, reader.u64()?) {
			([0], 0) => None,
			([1], number) => Some(BitChange { number, set: false }),
			([2], number) => Some(BitChange { number, set: true }),
			_ => return Err(ParseError::BadBit),
		};
		let length = reader.u16()?;
		if u32::from(length) > MAX_WRITE {
			return Err(ParseError::WriteTooLong);
		}
		let write = reader.slice(length.into())?.to_vec();
		Ok(Self { state, symbols, bit, write: Write::try_from(write).map_err(|_| ParseError::WriteTooLong)? })
	}

	/// Returns the payload of the operation with this body.
	pub fn payload(&self) -> H256 {
		hash(&self.bytes())
	}
}
