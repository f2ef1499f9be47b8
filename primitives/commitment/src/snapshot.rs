//! Snapshots, and the payload that co-signers sign.

use crate::tree::{self, Commitment};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::traits::{Hash, Keccak256};

/// The length of an encoded snapshot, in bytes.
pub const SNAPSHOT_BYTES: usize = 112;

/// The prefix of the signed payload, which identifies its purpose.
const DOMAIN: &[u8] = b"SmartLayer snapshot v2";

/// The state at the end of the previous interval.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Snapshot {
	/// The interval in which it is written.
	pub interval: u32,
	/// The hash of the previous snapshot; zero for the first.
	pub parent: H256,
	/// The number of void intervals since the previous snapshot.
	pub void: u32,
	/// The operations since the previous snapshot.
	pub operations: Commitment,
	/// The bits of all token classes.
	pub bitmap: Commitment,
}

impl Snapshot {
	/// Returns the encoding that is hashed.
	pub fn bytes(&self) -> [u8; SNAPSHOT_BYTES] {
		let mut bytes = [0; SNAPSHOT_BYTES];
		let parts: [&[u8]; 7] = [
			&self.interval.to_be_bytes(),
			self.parent.as_bytes(),
			&self.void.to_be_bytes(),
			self.operations.root.as_bytes(),
			&self.operations.count.to_be_bytes(),
			self.bitmap.root.as_bytes(),
			&self.bitmap.count.to_be_bytes(),
		];
		tree::lay_out(&mut bytes, &parts);
		bytes
	}

	/// Returns the hash that identifies the snapshot.
	pub fn hash(&self) -> H256 {
		Keccak256::hash(&self.bytes())
	}

	/// Returns the payload for co-signers. It is bound to one chain, interval, content and writer: a signature given to one
	/// writer is useless to another.
	pub fn payload(&self, genesis: &[u8], writer: &[u8]) -> Vec<u8> {
		[DOMAIN, genesis, self.hash().as_bytes(), writer].concat()
	}

	/// Returns the leaf of the snapshot in the history.
	pub fn leaf(&self) -> H256 {
		tree::leaf(&self.bytes())
	}
}
