//! Bitmaps: a bit for every token instance, in chunks, of which those without a bit set are left out.

use crate::tree::{self, Commitment, Siblings};
use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::traits::{Hash, Keccak256};

/// The length of a chunk.
pub const CHUNK_BYTES: usize = 256;
/// The bits of a chunk.
pub const BITS_IN_CHUNK: u64 = 2_048;

/// Which chunk: those of a class follow each other, and the classes too.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ChunkKey {
	/// The class of tokens.
	pub class: H256,
	/// Which chunk of the class, counted from zero.
	pub position: u64,
}

impl ChunkKey {
	/// The chunk in which a bit of a class is.
	pub fn of(class: H256, bit: u64) -> Self {
		Self { class, position: bit.checked_div(BITS_IN_CHUNK).unwrap_or_default() }
	}
}

/// Which chunk, and the hash of its bits: what its leaf is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ChunkDigest {
	/// Which chunk.
	pub key: ChunkKey,
	/// The hash of its bits.
	pub bits: H256,
}

impl ChunkDigest {
	fn of(key: ChunkKey, bits: &[u8; CHUNK_BYTES]) -> Self {
		Self { key, bits: Keccak256::hash(bits) }
	}

	/// The leaf of the chunk: class, position, hash of the bits.
	pub fn leaf(&self) -> H256 {
		let mut bytes = [0; 72];
		let position = self.key.position.to_be_bytes();
		tree::lay_out(&mut bytes, &[self.key.class.as_bytes(), &position, self.bits.as_bytes()]);
		tree::leaf(&bytes)
	}
}

/// The chunk just before, or just after, one that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Neighbour {
	/// Its place.
	pub index: u32,
	/// What it is.
	pub chunk: ChunkDigest,
	/// The hashes beside its path.
	pub siblings: Siblings,
}

impl Neighbour {
	fn verify(&self, bitmap: &Commitment) -> bool {
		tree::verify(bitmap, self.index, self.chunk.leaf(), &self.siblings)
	}
}

/// What a bit is in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum BitProof {
	/// Its chunk is there, and says it.
	Present {
		/// The chunk's place.
		index: u32,
		/// All bits of the chunk.
		bits: Box<[u8; CHUNK_BYTES]>,
		/// The hashes beside its path.
		siblings: Siblings,
	},
	/// Its chunk is not there, so that it is not set: between two neighbours, or at an end, is no room for it.
	Absent {
		/// The last chunk before it; none where it would be the first.
		before: Option<Neighbour>,
		/// The first chunk after it; none where it would be the last.
		after: Option<Neighbour>,
	},
}

impl BitProof {
	/// What the bit is, or `None` where this does not prove it.
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

/// Where a bit is in its chunk: the byte, and its place from the least significant bit on.
fn place(bit: u64) -> (usize, u32) {
	let within = bit.checked_rem(BITS_IN_CHUNK).unwrap_or_default() as usize;
	(within / 8, (within % 8) as u32)
}

fn is_set(bits: &[u8; CHUNK_BYTES], bit: u64) -> bool {
	let (byte, shift) = place(bit);
	bits.get(byte).is_some_and(|byte| byte.checked_shr(shift).unwrap_or_default() & 1 == 1)
}

/// The bits of all token classes. Who has it builds proofs; the chain knows its root only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bitmap {
	chunks: BTreeMap<ChunkKey, Box<[u8; CHUNK_BYTES]>>,
}

impl Bitmap {
	/// Sets or clears a bit.
	pub fn set(&mut self, class: H256, bit: u64, value: bool) {
		let key = ChunkKey::of(class, bit);
		let chunk = self.chunks.entry(key).or_insert_with(|| Box::new([0; CHUNK_BYTES]));
		let (byte, shift) = place(bit);
		let mask = 1u8.checked_shl(shift).unwrap_or_default();
		if let Some(byte) = chunk.get_mut(byte) {
			*byte = if value { *byte | mask } else { *byte & !mask };
		}
		// A chunk without a bit set is left out, so that a bitmap has one root only.
		if chunk.iter().all(|byte| *byte == 0) {
			self.chunks.remove(&key);
		}
	}

	/// Whether a bit is set.
	pub fn get(&self, class: H256, bit: u64) -> bool {
		self.chunks.get(&ChunkKey::of(class, bit)).is_some_and(|bits| is_set(bits, bit))
	}

	/// Commits to all bits.
	pub fn commit(&self) -> Option<Commitment> {
		tree::commit(self.leaves().into_iter())
	}

	/// Proves what a bit is.
	pub fn prove(&self, class: H256, bit: u64) -> Option<BitProof> {
		let key = ChunkKey::of(class, bit);
		let before = u32::try_from(self.chunks.range(..key).count()).ok()?;
		if let Some(bits) = self.chunks.get(&key) {
			let siblings = tree::prove(self.leaves(), before)?;
			return Some(BitProof::Present { index: before, bits: bits.clone(), siblings });
		}
		let neighbour = |index: u32| -> Option<Neighbour> {
			let (key, bits) = self.chunks.iter().nth(index as usize)?;
			let siblings = tree::prove(self.leaves(), index)?;
			Some(Neighbour { index, chunk: ChunkDigest::of(*key, bits), siblings })
		};
		Some(BitProof::Absent { before: before.checked_sub(1).and_then(neighbour), after: neighbour(before) })
	}

	fn leaves(&self) -> Vec<H256> {
		self.chunks.iter().map(|(key, bits)| ChunkDigest::of(*key, bits).leaf()).collect()
	}
}
