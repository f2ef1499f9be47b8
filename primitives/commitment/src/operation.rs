//! Operations: events of tokens, off the chain.

use crate::tree::{self, Commitment, Siblings};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// The length of an encoded operation, in bytes.
pub const OPERATION_BYTES: usize = 168;

/// One event of one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Operation {
	/// The class of the token.
	pub class: H256,
	/// The instance of the token within its class.
	pub instance: H256,
	/// The number of the operation among those of the token.
	pub sequence: u64,
	/// The account of the user for whom it was performed.
	pub user: [u8; 32],
	/// The account of the service node that performed it.
	pub node: [u8; 32],
	/// The hash of all further data of the operation.
	pub payload: H256,
}

impl Operation {
	/// Returns the encoding that is hashed: class, instance, sequence, user, node, payload.
	pub fn bytes(&self) -> [u8; OPERATION_BYTES] {
		let mut bytes = [0; OPERATION_BYTES];
		let parts: [&[u8]; 6] = [
			self.class.as_bytes(),
			self.instance.as_bytes(),
			&self.sequence.to_be_bytes(),
			&self.user,
			&self.node,
			self.payload.as_bytes(),
		];
		tree::lay_out(&mut bytes, &parts);
		bytes
	}

	/// Reads an operation. Every array of this length is one.
	pub fn from_bytes(bytes: &[u8; OPERATION_BYTES]) -> Self {
		let mut rest = &bytes[..];
		let class = H256(tree::take(&mut rest));
		let instance = H256(tree::take(&mut rest));
		let sequence = u64::from_be_bytes(tree::take(&mut rest));
		let (user, node) = (tree::take(&mut rest), tree::take(&mut rest));
		Self { class, instance, sequence, user, node, payload: H256(tree::take(&mut rest)) }
	}

	/// Returns the leaf hash of the operation.
	pub fn leaf(&self) -> H256 {
		tree::leaf(&self.bytes())
	}
}

/// A proof that an operation is part of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct OperationProof {
	/// The index of the operation.
	pub index: u32,
	/// The sibling hashes of its path.
	pub siblings: Siblings,
}

impl OperationProof {
	/// Returns whether the operation is part of a commitment.
	pub fn verify(&self, operations: &Commitment, operation: &Operation) -> bool {
		tree::verify(operations, self.index, operation.leaf(), &self.siblings)
	}
}

/// Commits to the operations since the previous snapshot, in order. `None` for more than 2^32 − 1 operations.
pub fn commit_operations<'a>(operations: impl ExactSizeIterator<Item = &'a Operation>) -> Option<Commitment> {
	tree::commit(operations.map(Operation::leaf))
}

/// Proves an operation of a snapshot. `None` if there is no operation with this index.
pub fn prove_operation(operations: &[Operation], index: u32) -> Option<OperationProof> {
	let leaves: Vec<_> = operations.iter().map(Operation::leaf).collect();
	tree::prove(leaves, index).map(|siblings| OperationProof { index, siblings })
}
