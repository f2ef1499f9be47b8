//! Operations: what happened to a token, off the chain.

use crate::tree::{self, Commitment, Siblings};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// The length of an operation as it is hashed.
pub const OPERATION_BYTES: usize = 168;

/// One thing that happened to one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Operation {
	/// The class of the token.
	pub class: H256,
	/// Which token of the class.
	pub instance: H256,
	/// Which operation on this token it is.
	pub sequence: u64,
	/// For whom it was done: the user's account.
	pub user: [u8; 32],
	/// By whom: the service node's account.
	pub node: [u8; 32],
	/// The hash of all else that there is to say about it.
	pub payload: H256,
}

impl Operation {
	/// The bytes that are hashed: class, instance, sequence, user, node, payload.
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

	/// The leaf of the operation.
	pub fn leaf(&self) -> H256 {
		tree::leaf(&self.bytes())
	}
}

/// That an operation is part of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct OperationProof {
	/// The operation's place.
	pub index: u32,
	/// The hashes beside its path.
	pub siblings: Siblings,
}

impl OperationProof {
	/// Whether the operation is part of what was committed to.
	pub fn verify(&self, operations: &Commitment, operation: &Operation) -> bool {
		tree::verify(operations, self.index, operation.leaf(), &self.siblings)
	}
}

/// Commits to the operations since the snapshot before, in their order. `None` where there are more than 2^32 − 1.
pub fn commit_operations<'a>(operations: impl ExactSizeIterator<Item = &'a Operation>) -> Option<Commitment> {
	tree::commit(operations.map(Operation::leaf))
}

/// Proves one of the operations of a snapshot. `None` where there is none of that index.
pub fn prove_operation(operations: &[Operation], index: u32) -> Option<OperationProof> {
	let leaves: Vec<_> = operations.iter().map(Operation::leaf).collect();
	tree::prove(leaves, index).map(|siblings| OperationProof { index, siblings })
}
