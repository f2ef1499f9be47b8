//! Bitmaps: one bit for every token instance, in chunks. Chunks without set bits are omitted.

use crate::tree::{self, Commitment, Siblings, Tree};
use alloc::{boxed::Box, collections::BTreeMap, sync::Arc, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::traits::{Hash, Keccak256};

/// The length of a chunk, in bytes.
pub const CHUNK_BYTES: usize = 256;
/// The bits of a chunk.
pub const BITS_IN_CHUNK: u64 = 2_048;

/// The position of a chunk. The order is by class, and then by index.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ChunkKey {
	/// The token class.
	pub class: H256,
	/// The index of the chunk within the class, from zero.
	pub position: u64,
}

impl ChunkKey {
	/// Returns the position of the chunk that contains a bit of a class.
	pub fn of(class: H256, bit: u64) -> Self {
		Self { class, position: bit.checked_div(BITS_IN_CHUNK).unwrap_or_default() }
	}
}

/// The position of a chunk and the hash of its bits, which together form its leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ChunkDigest {
	/// The position of the chunk.
	pub key: ChunkKey,
	/// The hash of its bits.
	pub bits: H256,
}

impl ChunkDigest {
	fn of(key: ChunkKey, bits: &[u8; CHUNK_BYTES]) -> Self {
		Self { key, bits: Keccak256::hash(bits) }
	}

	/// Returns the leaf of the chunk: class, index, and hash of the bits.
	pub fn leaf(&self) -> H256 {
		let mut bytes = [0; 72];
		let position = self.key.position.to_be_bytes();
		tree::lay_out(&mut bytes, &[self.key.class.as_bytes(), &position, self.bits.as_bytes()]);
		tree::leaf(&bytes)
	}
}

/// The chunk directly before or after an absent one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Neighbour {
	/// The index of its leaf.
	pub index: u32,
	/// The chunk.
	pub chunk: ChunkDigest,
	/// The sibling hashes of its path.
	pub siblings: Siblings,
}

impl Neighbour {
	fn verify(&self, bitmap: &Commitment) -> bool {
		tree::verify(bitmap, self.index, self.chunk.leaf(), &self.siblings)
	}
}

/// A proof of the value of a bit in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum BitProof {
	/// The chunk is present, and contains the bit.
	Present {
		/// The index of the chunk's leaf.
		index: u32,
		/// All bits of the chunk.
		bits: Box<[u8; CHUNK_BYTES]>,
		/// The sibling hashes of its path.
		siblings: Siblings,
	},
	/// The chunk is absent, so the bit is not set: its position is between two adjacent leaves, or outside the range.
	Absent {
		/// The last chunk before it, or `None` if it would be the first.
		before: Option<Neighbour>,
		/// The first chunk after it, or `None` if it would be the last.
		after: Option<Neighbour>,
	},
}

impl BitProof {
	/// Returns the value of the bit, or `None` if this is not a valid proof.
	pub fn verify(&self, bitmap: &Commitment, class: H256, bit: u64) -> Option<bool> {
		let key = ChunkKey::of(class, bit);
		match self {
			Self::Present { index, bits, siblings } => {
				let leaf = ChunkDigest::of(key, bits).leaf();
				tree::verify(bitmap, *index, leaf, siblings).then(|| is_set(bits, bit))
			},
			Self::Absent { before, after } => is_absent(bitmap, key, before.as_ref(), after.as_ref()).then_some(false),
		}
	}
}

fn is_absent(bitmap: &Commitment, key: ChunkKey, before: Option<&Neighbour>, after: Option<&Neighbour>) -> bool {
	let ordered = before.is_none_or(|chunk| chunk.chunk.key < key) && after.is_none_or(|chunk| key < chunk.chunk.key);
	let adjacent = match (before, after) {
		(None, None) => bitmap.count == 0,
		(None, Some(after)) => after.index == 0,
		(Some(before), None) => before.index.checked_add(1) == Some(bitmap.count),
		(Some(before), Some(after)) => before.index.checked_add(1) == Some(after.index),
	};
	ordered
		&& adjacent
		&& before.is_none_or(|chunk| chunk.verify(bitmap))
		&& after.is_none_or(|chunk| chunk.verify(bitmap))
}

/// Returns the position of a bit in its chunk: the byte, and the bit within it, from the least significant.
fn place(bit: u64) -> (usize, u32) {
	let within = bit.checked_rem(BITS_IN_CHUNK).unwrap_or_default() as usize;
	(within / 8, (within % 8) as u32)
}

fn is_set(bits: &[u8; CHUNK_BYTES], bit: u64) -> bool {
	let (byte, shift) = place(bit);
	bits.get(byte).is_some_and(|byte| byte.checked_shr(shift).unwrap_or_default() & 1 == 1)
}

/// The bits of all token classes, for building proofs. The chain only knows the root. Clones share their chunks until one changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bitmap {
	chunks: BTreeMap<ChunkKey, Arc<[u8; CHUNK_BYTES]>>,
}

impl Bitmap {
	/// Sets or clears a bit.
	pub fn set(&mut self, class: H256, bit: u64, value: bool) {
		let key = ChunkKey::of(class, bit);
		let chunk = Arc::make_mut(self.chunks.entry(key).or_insert_with(|| Arc::new([0; CHUNK_BYTES])));
		let (byte, shift) = place(bit);
		let mask = 1u8.checked_shl(shift).unwrap_or_default();
		if let Some(byte) = chunk.get_mut(byte) {
			*byte = if value { *byte | mask } else { *byte & !mask };
		}
		// Chunks without set bits are omitted, so that every bitmap has a unique root.
		if chunk.iter().all(|byte| *byte == 0) {
			self.chunks.remove(&key);
		}
	}

	/// Replaces all bits of a chunk, as they were [read](Self::chunk).
	pub fn set_chunk(&mut self, key: ChunkKey, bits: &[u8; CHUNK_BYTES]) {
		if bits.iter().all(|byte| *byte == 0) {
			self.chunks.remove(&key);
		} else {
			self.chunks.insert(key, Arc::new(*bits));
		}
	}

	/// Returns all bits of a chunk, if any of them is set.
	pub fn chunk(&self, key: &ChunkKey) -> Option<&[u8; CHUNK_BYTES]> {
		self.chunks.get(key).map(|bits| &**bits)
	}

	/// Returns whether a bit is set.
	pub fn get(&self, class: H256, bit: u64) -> bool {
		self.chunks.get(&ChunkKey::of(class, bit)).is_some_and(|bits| is_set(bits, bit))
	}

	/// Commits to all bits.
	pub fn commit(&self) -> Option<Commitment> {
		self.tree().map(|tree| tree.commitment())
	}

	/// Proves the value of one bit. Build a [`BitmapTree`] for several.
	pub fn prove(&self, class: H256, bit: u64) -> Option<BitProof> {
		self.tree()?.prove(class, bit)
	}

	/// Builds the tree of the chunks, for many proofs.
	pub fn tree(&self) -> Option<BitmapTree> {
		let chunks: Vec<_> = self.chunks.iter().map(|(key, bits)| (*key, bits.clone())).collect();
		let leaves = tree::in_parts(&chunks, |chunks| {
			chunks.iter().map(|(key, bits)| ChunkDigest::of(*key, bits).leaf()).collect()
		});
		Some(BitmapTree { tree: Tree::new(leaves)?, chunks })
	}
}

/// A bitmap as a tree, for many proofs.
///
/// ```
/// use smartlayer_commitment::Bitmap;
///
/// let class = [1; 32].into();
/// let mut bitmap = Bitmap::default();
/// bitmap.set(class, 7, true);
/// let tree = bitmap.tree().unwrap();
/// for (bit, is_set) in [(6, false), (7, true), (1 << 40, false)] {
///     let proof = tree.prove(class, bit).unwrap();
///     assert_eq!(proof.verify(&tree.commitment(), class, bit), Some(is_set));
/// }
/// ```
#[derive(Clone, Debug)]
pub struct BitmapTree {
	tree: Tree,
	/// In the order of the leaves.
	chunks: Vec<(ChunkKey, Arc<[u8; CHUNK_BYTES]>)>,
}

impl BitmapTree {
	/// Commits to all bits.
	pub fn commitment(&self) -> Commitment {
		self.tree.commitment()
	}

	/// Proves the value of a bit.
	pub fn prove(&self, class: H256, bit: u64) -> Option<BitProof> {
		let key = ChunkKey::of(class, bit);
		match self.chunks.binary_search_by_key(&key, |(key, _)| *key) {
			Ok(at) => {
				let index = u32::try_from(at).ok()?;
				let (_, bits) = self.chunks.get(at)?;
				Some(BitProof::Present { index, bits: Box::new(**bits), siblings: self.tree.prove(index)? })
			},
			Err(at) => Some(BitProof::Absent {
				before: at.checked_sub(1).and_then(|before| self.neighbour(before)),
				after: self.neighbour(at),
			}),
		}
	}

	fn neighbour(&self, at: usize) -> Option<Neighbour> {
		let index = u32::try_from(at).ok()?;
		let (key, bits) = self.chunks.get(at)?;
		Some(Neighbour { index, chunk: ChunkDigest::of(*key, bits), siblings: self.tree.prove(index)? })
	}
}
