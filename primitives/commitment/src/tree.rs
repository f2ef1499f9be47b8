//! A binary Merkle tree as built by `binary-merkle-tree`, with two additions: leaves cannot be presented as inner nodes, and
//! proofs must have exactly the length of their leaf's path.

use alloc::vec::Vec;
use binary_merkle_tree::{Leaf, merkle_root_raw, verify_proof};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_runtime::{
	BoundedVec,
	traits::{Hash, Keccak256},
};

/// The maximum length of a path: there are fewer than 2^32 leaves.
pub const MAX_DEPTH: u32 = 32;

/// The sibling hashes of a path, from the leaf upwards.
pub type Siblings = BoundedVec<H256, ConstU32<MAX_DEPTH>>;

/// The root of a tree and its number of leaves. The root of an empty tree is zero.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Commitment {
	/// The root.
	pub root: H256,
	/// The number of leaves.
	pub count: u32,
}

/// Returns the hash of a leaf. Hashed twice, so that no inner node has the hash of a leaf.
pub(crate) fn leaf(bytes: &[u8]) -> H256 {
	Keccak256::hash(Keccak256::hash(bytes).as_bytes())
}

/// Returns the hash of an inner node.
pub(crate) fn node(left: H256, right: H256) -> H256 {
	let mut bytes = [0; 64];
	let (first, second) = bytes.split_at_mut(32);
	first.copy_from_slice(left.as_bytes());
	second.copy_from_slice(right.as_bytes());
	Keccak256::hash(&bytes)
}

/// A tree with all its nodes. Each proof is read from it, without hashing anything again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tree {
	/// The leaves, and then each row above them up to the root. No row if there are no leaves.
	rows: Vec<Vec<H256>>,
	count: u32,
}

impl Tree {
	/// Builds a tree. `None` for more than 2^32 − 1 leaves.
	pub(crate) fn new(leaves: Vec<H256>) -> Option<Self> {
		let count = u32::try_from(leaves.len()).ok()?;
		let mut rows = Vec::new();
		let mut row = leaves;
		while row.len() > 1 {
			let above = in_parts(&row, |row| row.chunks(2).map(parent).collect());
			rows.push(core::mem::replace(&mut row, above));
		}
		if count > 0 {
			rows.push(row);
		}
		Some(Self { rows, count })
	}

	/// Returns the root and the number of leaves.
	pub(crate) fn commitment(&self) -> Commitment {
		let root = self.rows.last().and_then(|row| row.first()).copied().unwrap_or_default();
		Commitment { root, count: self.count }
	}

	/// Proves a leaf. `None` if there is no leaf with this index.
	pub(crate) fn prove(&self, index: u32) -> Option<Siblings> {
		if index >= self.count {
			return None;
		}
		let mut at = index as usize;
		let mut siblings = Siblings::new();
		for row in &self.rows {
			// The last node of a row without a sibling moves up unchanged.
			if let Some(sibling) = row.get(at ^ 1) {
				siblings.try_push(*sibling).ok()?;
			}
			at /= 2;
		}
		Some(siblings)
	}
}

/// Returns the node above two neighbours, or above the last node of a row.
fn parent(children: &[H256]) -> H256 {
	match children {
		[left, right] => node(*left, *right),
		[alone] => *alone,
		_ => H256::zero(),
	}
}

/// Returns what `work` makes of items that are many, on all processors, in their order. The parts have an even length.
#[cfg(feature = "std")]
pub(crate) fn in_parts<T: Sync, U: Send>(items: &[T], work: impl Fn(&[T]) -> Vec<U> + Sync) -> Vec<U> {
	/// Fewer items are not worth a thread.
	const MANY: usize = 8_192;
	let threads = std::thread::available_parallelism().map_or(1, usize::from);
	if threads == 1 || items.len() < MANY {
		return work(items);
	}
	let length = items.len().div_ceil(threads).next_multiple_of(2);
	std::thread::scope(|scope| {
		let work = &work;
		let parts: Vec<_> = items.chunks(length).map(|part| (part, scope.spawn(move || work(part)))).collect();
		// A part whose thread was lost is made again.
		parts.into_iter().flat_map(|(part, made)| made.join().unwrap_or_else(|_| work(part))).collect()
	})
}

/// Returns what `work` makes of items.
#[cfg(not(feature = "std"))]
pub(crate) fn in_parts<T, U>(items: &[T], work: impl Fn(&[T]) -> Vec<U>) -> Vec<U> {
	work(items)
}

/// Commits to leaves. `None` for more than 2^32 − 1 leaves.
pub(crate) fn commit(leaves: impl ExactSizeIterator<Item = H256>) -> Option<Commitment> {
	let count = u32::try_from(leaves.len()).ok()?;
	Some(Commitment { root: merkle_root_raw::<Keccak256, _>(leaves), count })
}

/// Returns whether a leaf is at an index of a tree.
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

/// Returns the number of siblings on the path of a leaf. The last node of a row without a sibling moves up unchanged.
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

/// Concatenates parts. Parts that do not fit are omitted; the lengths that callers use are constants that fit.
pub(crate) fn lay_out(bytes: &mut [u8], parts: &[&[u8]]) {
	let source = parts.iter().flat_map(|part| part.iter());
	for (to, from) in bytes.iter_mut().zip(source) {
		*to = *from;
	}
}

/// Takes the first bytes of a slice. Zeros if there are too few; the lengths that callers use are constants that suffice.
pub(crate) fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
	let Some((first, rest)) = bytes.split_first_chunk() else { return [0; N] };
	*bytes = rest;
	*first
}
