//! A binary Merkle tree, as `binary-merkle-tree` builds it, with what that leaves to its users: leaves that can't be
//! taken for inner nodes, and proofs of exactly the length that their leaf's path has.

use alloc::vec::Vec;
use binary_merkle_tree::{Leaf, merkle_proof_raw, merkle_root_raw, verify_proof};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_runtime::{
	BoundedVec,
	traits::{Hash, Keccak256},
};

/// The longest path that a leaf can have: there are fewer than 2^32 leaves.
pub const MAX_DEPTH: u32 = 32;

/// The hashes beside a leaf's path, from the leaf upwards.
pub type Siblings = BoundedVec<H256, ConstU32<MAX_DEPTH>>;

/// The root of a tree, and how many leaves it has. Without leaves the root is zero.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Commitment {
	/// The root.
	pub root: H256,
	/// The number of leaves.
	pub count: u32,
}

/// The hash of a leaf. Hashed twice, so that no inner node has the hash of a leaf.
pub(crate) fn leaf(bytes: &[u8]) -> H256 {
	Keccak256::hash(Keccak256::hash(bytes).as_bytes())
}

/// The hash of an inner node.
pub(crate) fn node(left: H256, right: H256) -> H256 {
	let mut bytes = [0; 64];
	let (first, second) = bytes.split_at_mut(32);
	first.copy_from_slice(left.as_bytes());
	second.copy_from_slice(right.as_bytes());
	Keccak256::hash(&bytes)
}

/// Commits to leaves. `None` where there are more than 2^32 − 1.
pub(crate) fn commit(leaves: impl ExactSizeIterator<Item = H256>) -> Option<Commitment> {
	let count = u32::try_from(leaves.len()).ok()?;
	Some(Commitment { root: merkle_root_raw::<Keccak256, _>(leaves), count })
}

/// Proves a leaf. `None` where there is none of that index.
pub(crate) fn prove(leaves: Vec<H256>, index: u32) -> Option<Siblings> {
	if index as usize >= leaves.len() {
		return None;
	}
	Siblings::try_from(merkle_proof_raw::<Keccak256, _>(leaves, index).proof).ok()
}

/// Whether a leaf is where it is said to be.
pub(crate) fn verify(commitment: &Commitment, index: u32, leaf: H256, siblings: &Siblings) -> bool {
	path_length(index, commitment.count) == Some(siblings.len())
		&& verify_proof::<Keccak256, _, _>(
			&commitment.root,
			siblings.iter().copied(),
			commitment.count,
			index,
			Leaf::Hash(leaf),
		)
}

/// How many siblings the path of a leaf has. The last node of a row without a partner moves up as it is.
fn path_length(index: u32, count: u32) -> Option<usize> {
	if index >= count {
		return None;
	}
	let (mut index, mut width, mut length) = (index, count, 0usize);
	while width > 1 {
		let alone = width % 2 == 1 && index.saturating_add(1) == width;
		if !alone {
			length = length.saturating_add(1);
		}
		index /= 2;
		width = width.div_ceil(2);
	}
	Some(length)
}

/// Writes parts one after the other. What does not fit is left out: the callers' lengths are constants that do.
pub(crate) fn lay_out(bytes: &mut [u8], parts: &[&[u8]]) {
	let source = parts.iter().flat_map(|part| part.iter());
	for (to, from) in bytes.iter_mut().zip(source) {
		*to = *from;
	}
}
