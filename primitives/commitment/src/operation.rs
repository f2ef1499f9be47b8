//! Operations: events of tokens, off the chain.

use crate::tree::{self, Commitment, Siblings, Tree};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// The prefix that tells users what they sign.
const CONFIRMATION_DOMAIN: &[u8] = b"SmartLayer issue proof";
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

	/// Returns the payload that its user signs to confirm that the node has served them.
	pub fn confirmation(&self, genesis: &[u8]) -> Vec<u8> {
		[CONFIRMATION_DOMAIN, genesis, &self.bytes()].concat()
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

/// The operations of a snapshot as a tree, for many proofs.
///
/// ```
/// use smartlayer_commitment::{Operation, OperationTree};
///
/// let operations = [1, 2, 3].map(|sequence| Operation {
///     class: [1; 32].into(),
///     instance: [2; 32].into(),
///     sequence,
///     user: [3; 32],
///     node: [4; 32],
///     payload: [5; 32].into(),
/// });
/// let tree = OperationTree::new(&operations).unwrap();
/// let proof = tree.prove(1).unwrap();
/// assert!(proof.verify(&tree.commitment(), &operations[1]));
/// assert!(!proof.verify(&tree.commitment(), &operations[2]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationTree(Tree);

impl OperationTree {
	/// Builds the tree of operations, in order. `None` for more than 2^32 − 1 operations.
	pub fn new(operations: &[Operation]) -> Option<Self> {
		Self::from_leaves(tree::in_parts(operations, |operations| operations.iter().map(Operation::leaf).collect()))
	}

	/// Builds the tree of operations whose [leaf hashes](Operation::leaf) are known, in order.
	pub fn from_leaves(leaves: Vec<H256>) -> Option<Self> {
		Tree::new(leaves).map(Self)
	}

	/// Commits to the operations.
	pub fn commitment(&self) -> Commitment {
		self.0.commitment()
	}

	/// Proves an operation. `None` if there is no operation with this index.
	pub fn prove(&self, index: u32) -> Option<OperationProof> {
		self.0.prove(index).map(|siblings| OperationProof { index, siblings })
	}
}

/// Proves one operation of a snapshot. Build an [`OperationTree`] for several.
pub fn prove_operation(operations: &[Operation], index: u32) -> Option<OperationProof> {
	OperationTree::new(operations)?.prove(index)
}
