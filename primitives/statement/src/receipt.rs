//! Receipts of anchors.

use crate::{
	Account, ParseError,
	bytes::{Reader, lay_out},
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// The text with which a receipt begins.
pub const RECEIPT_DOMAIN: &[u8; 21] = b"SmartLayer receipt v1";

/// The length of an encoded receipt.
pub const RECEIPT_BYTES: usize = 157;

/// An anchor's confirmation that it has stored a batch. An anchor signs one hash for a node and a number, ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Receipt {
	/// The genesis hash of the chain.
	pub genesis: H256,
	/// The anchor.
	pub seat: Account,
	/// The service node.
	pub node: Account,
	/// The number of the batch.
	pub number: u64,
	/// The hash of the batch's header.
	pub batch: H256,
}

impl Receipt {
	/// Returns the bytes that the anchor's duty key signs.
	pub fn bytes(&self) -> [u8; RECEIPT_BYTES] {
		lay_out(&[
			RECEIPT_DOMAIN,
			self.genesis.as_bytes(),
			&self.seat,
			&self.node,
			&self.number.to_be_bytes(),
			self.batch.as_bytes(),
		])
	}

	/// Reads a receipt.
	pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
		let mut reader = Reader::of_kind(bytes, RECEIPT_DOMAIN)?;
		let receipt = Self {
			genesis: reader.hash()?,
			seat: reader.account()?,
			node: reader.account()?,
			number: reader.u64()?,
			batch: reader.hash()?,
		};
		reader.end().map(|()| receipt)
	}

	/// Returns whether two receipts of one anchor are for different batches of a node with the same number.
	pub fn contradicts(&self, other: &Self) -> bool {
		let subject = |receipt: &Self| (receipt.genesis, receipt.seat, receipt.node, receipt.number);
		subject(self) == subject(other) && self.batch != other.batch
	}
}
