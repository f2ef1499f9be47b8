//! The history of snapshots: a Merkle mountain range with one perfect tree for each bit set in the number of snapshots.
//! Appending a snapshot hashes one pair for each tree that is merged; only the peaks are stored.

use crate::{
	snapshot::Snapshot,
	tree::{self},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_runtime::BoundedVec;

/// The maximum number of peaks: the number of snapshots has 64 bits.
pub const MAX_PEAKS: u32 = 64;

/// The peaks, in descending order of height.
pub type Peaks = BoundedVec<H256, ConstU32<MAX_PEAKS>>;

/// A Merkle mountain range over all snapshots.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct History {
	/// The number of snapshots.
	pub count: u64,
	/// The peaks.
	pub peaks: Peaks,
}

/// A proof that a snapshot is part of a history.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct AncestryProof {
	/// The index of the snapshot, from zero.
	pub index: u64,
	/// The sibling hashes of its path, up to the peak of its mountain.
	pub siblings: Peaks,
}

impl History {
	/// Appends a snapshot. Returns its index, or `None` after 2^64 − 1 snapshots.
	pub fn append(&mut self, snapshot: &Snapshot) -> Option<u64> {
		let index = self.count;
		let count = index.checked_add(1)?;
		let mut peak = snapshot.leaf();
		// Each mountain of the same height as the growing one becomes its left half.
		for _ in 0..index.trailing_ones() {
			peak = tree::node(self.peaks.pop()?, peak);
		}
		self.peaks.try_push(peak).ok()?;
		self.count = count;
		Some(index)
	}

	/// Returns whether a snapshot is part of this history.
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

	/// Proves a snapshot from the leaves of all snapshots, in order, which events provide.
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

	/// Returns the mountain that contains a snapshot, its height, and the index of the leaf within it.
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
