//! # Commitments
//!
//! What anchors commit to in a snapshot, and how anyone proves later what it contains. The chain, the anchors'
//! daemons and a contract on another chain verify by the same encoding; `docs/spec/commitment.md` describes it, and
//! `vectors.json` has examples.
//!
//! - An [`Operation`] is one thing that happened to a token. The operations since the snapshot before are the leaves of
//!   a Merkle tree.
//! - A [`Bitmap`] says of every token instance, by a bit, whether something is so. Its chunks are the leaves of
//!   another tree, in order, so that two neighbours prove that nothing is between them.
//! - A [`Snapshot`] has the roots of both, and names the one before.
//! - A [`History`] is the peaks of a mountain range over all snapshots: old ones are proved by it when they are no
//!   longer stored.
//!
//! Everything is hashed with keccak-256 over bytes of fixed length, numbers with the most significant byte first. A
//! leaf is hashed twice, an inner node once: none can pass as the other. A proof's length must be that of its leaf's
//! path.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	test,
	allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "a test that overflows shall say so")
)]

extern crate alloc;

mod bitmap;
mod history;
mod operation;
mod snapshot;
#[cfg(test)]
mod tests;
mod tree;

pub use bitmap::{BITS_IN_CHUNK, BitProof, Bitmap, CHUNK_BYTES, ChunkDigest, ChunkKey, Neighbour};
pub use history::{AncestryProof, History, MAX_PEAKS, Peaks};
pub use operation::{OPERATION_BYTES, Operation, OperationProof, commit_operations, prove_operation};
pub use snapshot::{SNAPSHOT_BYTES, Snapshot};
pub use tree::{Commitment, MAX_DEPTH, Siblings};
