//! # Commitments
//!
//! The data structures that anchors commit to in snapshots, and the proofs of their content. The chain, the programs of
//! anchors and contracts on other chains use the same encoding; `docs/spec/commitment.md` describes it, and `vectors.json`
//! contains examples.
//!
//! - An [`Operation`] is one event of a token. The operations since the previous snapshot are the leaves of a Merkle tree.
//! - A [`Bitmap`] has one bit for every token instance. Its chunks are the leaves of another tree, in order, so that two
//!   neighbours prove the absence of chunks in between.
//! - A [`Snapshot`] contains the roots of both trees, and names its predecessor.
//! - A [`Claim`] is what an observer says of the service nodes on a page of the roster; those of a window are the leaves of a tree.
//! - A [`History`] contains the peaks of a Merkle mountain range over all snapshots. It proves old snapshots that are no
//!   longer stored.
//!
//! Everything is hashed with keccak-256 over byte strings of fixed length, with numbers in big-endian order. Leaves are hashed
//! twice and inner nodes once, so that one cannot be presented as the other. The length of a proof must equal the length of
//! its leaf's path.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	test,
	allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "overflows in tests must panic")
)]

extern crate alloc;

mod bitmap;
mod claim;
mod history;
mod operation;
mod snapshot;
#[cfg(test)]
mod tests;
mod tree;

pub use bitmap::{BITS_IN_CHUNK, BitProof, Bitmap, BitmapTree, CHUNK_BYTES, ChunkDigest, ChunkKey, Neighbour};
pub use claim::{Claim, ClaimProof, ClaimTree};
pub use history::{AncestryProof, History, HistoryTree, MAX_PEAKS, Peaks};
pub use operation::{OPERATION_BYTES, Operation, OperationProof, OperationTree, commit_operations, prove_operation};
pub use snapshot::{SNAPSHOT_BYTES, Snapshot};
pub use tree::{Commitment, MAX_DEPTH, Siblings};
