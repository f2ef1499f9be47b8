//! The history of snapshots: the peaks of a mountain range, one perfect tree for each bit that is set in the number
//! of snapshots. A snapshot is appended by hashing as many pairs as there are trees that become one; the peaks are all
//! that has to be stored.

use crate::{
	snapshot::Snapshot,
	tree::{self},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_runtime::BoundedVec;

/// The most peaks that there can be: a number of 64 bits has so many.
pub const MAX_PEAKS: u32 = 64;

/// The roots of the mountains, the highest first.
pub type Peaks = BoundedVec<H256, ConstU32<MAX_PEAKS>>;

/// All snapshots, in constant space.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct History {
	/// How many there are.
	pub count: u64,
	/// The roots of the mountains over them.
	pub peaks: Peaks,
}

/// That a snapshot is part of a history.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct AncestryProof {
	/// Which snapshot it is, counted from zero.
	pub index: u64,
	/// The hashes beside its path, up to the peak of its mountain.
	pub siblings: Peaks,
}

impl History {
	/// Adds a snapshot. Answers with its index, or `None` after 2^64 − 1 of them.
	pub fn append(&mut self, snapshot: &Snapshot) -> Option<u64> {
		let index = self.count;
		let count = index.checked_add(1)?;
		let mut peak = snapshot.leaf();
		// Each mountain as high as the one that grows becomes its left half.
		for _ in 0..index.trailing_ones() {
			peak = tree::node(self.peaks.pop()?, peak);
		}
		self.peaks.try_push(peak).ok()?;
		self.count = count;
		Some(index)
	}

	/// Whether a snapshot is part of this history.
	pub fn verify(&self, snapshot: &Snapshot, proof: &AncestryProof) -> bool {
		let Some((mountain, height, within)) = self.place(proof.index) else { return false };
		if proof.siblings.len() as u32 != height {
			return false;
		}
		let peak = proof.siblings.iter().enumerate().fold(snapshot.leaf(), |hash, (level, sibling)| {
			let right = within.checked_shr(level as u32).unwrap_or_default() & 1 == 1;
			if right { tree::node(*sibling, hash) } else { tree::node(hash, *sibling) }
		});
		self.peaks.get(mountain) == Some(&peak)
	}

	/// Proves a snapshot from the leaves of all, in their order. Who has followed the events has them.
	pub fn prove(&self, leaves: &[H256], index: u64) -> Option<AncestryProof> {
		let (_, height, within) = self.place(index)?;
		let first = usize::try_from(index.checked_sub(within)?).ok()?;
		let width = 1usize.checked_shl(height)?;
		let mut row: Vec<H256> = leaves.get(first..first.checked_add(width)?)?.to_vec();
		let mut position = usize::try_from(within).ok()?;
		let mut siblings = Peaks::new();
		while row.len() > 1 {
			siblings.try_push(*row.get(position ^ 1)?).ok()?;
			row = row
				.chunks_exact(2)
				.filter_map(|pair| match pair {
					[left, right] => Some(tree::node(*left, *right)),
					_ => None,
				})
				.collect();
			position /= 2;
		}
		Some(AncestryProof { index, siblings })
	}

	/// In which mountain a snapshot is, how high that is, and which of its leaves the snapshot is.
	fn place(&self, index: u64) -> Option<(usize, u32, u64)> {
		let mut within = index;
		let mut mountain = 0usize;
		for height in (0..u64::BITS).rev() {
			let size = 1u64.checked_shl(height)?;
			if self.count & size == 0 {
				continue;
			}
			if within < size {
				return Some((mountain, height, within));
			}
			within = within.checked_sub(size)?;
			mountain = mountain.checked_add(1)?;
		}
		None
	}
}
