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
		let Some((mountain, height, within)) = place(self.count, proof.index) else { return false };
		if proof.siblings.len() as u32 != height {
			return false;
		}
		let peak = proof.siblings.iter().enumerate().fold(snapshot.leaf(), |hash, (level, sibling)| {
			let right = within.checked_shr(level as u32).unwrap_or_default() & 1 == 1;
			if right { tree::node(*sibling, hash) } else { tree::node(hash, *sibling) }
		});
		self.peaks.get(mountain) == Some(&peak)
	}
}

/// All nodes of a history, for proofs. The chain knows the peaks only; its events have the leaves.
///
/// ```
/// use smartlayer_commitment::{History, HistoryTree, Snapshot};
///
/// let (mut history, mut tree) = (History::default(), HistoryTree::default());
/// let snapshots = [1, 2, 3].map(|interval| Snapshot { interval, ..Default::default() });
/// for snapshot in &snapshots {
///     history.append(snapshot).unwrap();
///     tree.append(snapshot.leaf());
/// }
/// let proof = tree.prove(1).unwrap();
/// assert!(history.verify(&snapshots[1], &proof));
/// assert!(!history.verify(&snapshots[2], &proof));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryTree {
	/// The leaves, and in each row above them the nodes of the pairs that are complete.
	rows: Vec<Vec<H256>>,
}

impl HistoryTree {
	/// Returns the number of snapshots.
	pub fn count(&self) -> u64 {
		self.rows.first().map_or(0, |leaves| leaves.len() as u64)
	}

	/// Appends the [leaf](Snapshot::leaf) of a snapshot.
	pub fn append(&mut self, leaf: H256) {
		let mut hash = leaf;
		for row in &mut self.rows {
			row.push(hash);
			match row.as_slice() {
				[.., left, right] if row.len() % 2 == 0 => hash = tree::node(*left, *right),
				// It waits for its sibling.
				_ => return,
			}
		}
		self.rows.push(Vec::from([hash]));
	}

	/// Proves a snapshot, in the history with all that were appended.
	pub fn prove(&self, index: u64) -> Option<AncestryProof> {
		let (_, height, _) = place(self.count(), index)?;
		let mut at = usize::try_from(index).ok()?;
		let mut siblings = Peaks::new();
		for row in self.rows.iter().take(height as usize) {
			siblings.try_push(*row.get(at ^ 1)?).ok()?;
			at /= 2;
		}
		Some(AncestryProof { index, siblings })
	}
}

/// Returns the mountain that contains a snapshot in a history of this many, its height, and the index of the leaf within it.
fn place(count: u64, index: u64) -> Option<(usize, u32, u64)> {
	let mut within = index;
	let mut mountain = 0usize;
	for height in (0..u64::BITS).rev() {
		let size = 1u64.checked_shl(height)?;
		if count & size == 0 {
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
