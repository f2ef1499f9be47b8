//! Records of token issuers.

use crate::{
	Account, ParseError,
	bytes::{Reader, lay_out},
	hash,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// The text with which the hash of a class begins.
pub const CLASS_DOMAIN: &[u8; 19] = b"SmartLayer class v1";

/// The text with which a record begins.
pub const RECORD_DOMAIN: &[u8; 20] = b"SmartLayer record v1";

/// The length of an encoded record.
pub const RECORD_BYTES: usize = 196;

/// Returns the class of an issuer with a salt of its choice. Nobody else can sign records of this class.
pub fn class_of(issuer: &Account, salt: &H256) -> H256 {
	hash(&[&CLASS_DOMAIN[..], issuer, salt.as_bytes()].concat())
}

/// What the issuer of a class states of an instance. A record replaces those with lower numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Record {
	/// The genesis hash of the chain.
	pub genesis: H256,
	/// The issuer.
	pub issuer: Account,
	/// The salt of the class.
	pub salt: H256,
	/// The instance.
	pub instance: H256,
	/// The number of the instance's bit within the class.
	pub bit: u64,
	/// The service node that writes the instance.
	pub node: Account,
	/// The number of the record among those of the instance.
	pub number: u64,
}

impl Record {
	/// Returns the class.
	pub fn class(&self) -> H256 {
		class_of(&self.issuer, &self.salt)
	}

	/// Returns the bytes that the issuer signs.
	pub fn bytes(&self) -> [u8; RECORD_BYTES] {
		lay_out(&[
			RECORD_DOMAIN,
			self.genesis.as_bytes(),
			&self.issuer,
			self.salt.as_bytes(),
			self.instance.as_bytes(),
			&self.bit.to_be_bytes(),
			&self.node,
			&self.number.to_be_bytes(),
		])
	}

	/// Reads a record.
	pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
		let mut reader = Reader::of_kind(bytes, RECORD_DOMAIN)?;
		let record = Self {
			genesis: reader.hash()?,
			issuer: reader.account()?,
			salt: reader.hash()?,
			instance: reader.hash()?,
			bit: reader.u64()?,
			node: reader.account()?,
			number: reader.u64()?,
		};
		reader.end().map(|()| record)
	}
}
