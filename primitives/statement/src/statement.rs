//! Statements of service nodes.

use crate::{
	Account, ParseError,
	bytes::{Reader, lay_out},
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// The text with which a statement begins.
pub const STATEMENT_DOMAIN: &[u8; 23] = b"SmartLayer statement v1";

/// The length of an encoded statement.
pub const STATEMENT_BYTES: usize = 291;

/// How many blocks old the block of a statement may be. An older one is no evidence for long.
pub const MAX_AGE: u32 = 64;

/// What a service node states with an answer: the state of a token after a number of operations, and what it was asked and
/// has answered.
///
/// The state depends only on the operations up to the sequence, including the issuer's records. So two honest statements about
/// the same sequence never contradict each other, whatever they answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Statement {
	/// The genesis hash of the chain.
	pub genesis: H256,
	/// The service node.
	pub node: Account,
	/// The token class.
	pub class: H256,
	/// The instance within its class.
	pub instance: H256,
	/// The number of operations of the instance that the state includes.
	pub sequence: u64,
	/// The height of a recent block, which dates the statement and determines the valid service key.
	pub block: u32,
	/// The hash of that block.
	pub block_hash: H256,
	/// The hash of the state.
	pub state: H256,
	/// The hash of the request.
	pub request: H256,
	/// The hash of the response.
	pub response: H256,
}

impl Statement {
	/// Returns the bytes that the service key signs.
	pub fn bytes(&self) -> [u8; STATEMENT_BYTES] {
		lay_out(&[
			STATEMENT_DOMAIN,
			self.genesis.as_bytes(),
			&self.node,
			self.class.as_bytes(),
			self.instance.as_bytes(),
			&self.sequence.to_be_bytes(),
			&self.block.to_be_bytes(),
			self.block_hash.as_bytes(),
			self.state.as_bytes(),
			self.request.as_bytes(),
			self.response.as_bytes(),
		])
	}

	/// Reads a statement.
	pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
		let mut reader = Reader::of_kind(bytes, STATEMENT_DOMAIN)?;
		let statement = Self {
			genesis: reader.hash()?,
			node: reader.account()?,
			class: reader.hash()?,
			instance: reader.hash()?,
			sequence: reader.u64()?,
			block: reader.u32()?,
			block_hash: reader.hash()?,
			state: reader.hash()?,
			request: reader.hash()?,
			response: reader.hash()?,
		};
		reader.end().map(|()| statement)
	}

	/// Returns whether two statements are of one node about the same state of the same token, and state different hashes of it.
	pub fn contradicts(&self, other: &Self) -> bool {
		let subject = |statement: &Self| {
			(statement.genesis, statement.node, statement.class, statement.instance, statement.sequence)
		};
		subject(self) == subject(other) && self.state != other.state
	}
}
