//! Snapshots: what anchors sign.

use crate::tree::{self, Commitment};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::traits::{Hash, Keccak256};

/// The length of a snapshot as it is hashed.
pub const SNAPSHOT_BYTES: usize = 112;

/// What says to the signer, and to who verifies, what is signed.
const DOMAIN: &[u8] = b"SmartLayer snapshot v2";

/// What had happened by the end of the interval before.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Snapshot {
	/// The interval in which it is written.
	pub interval: u32,
	/// The hash of the snapshot before; zero for the first.
	pub parent: H256,
	/// How many intervals between the two closed without a snapshot.
	pub void: u32,
	/// The operations since the snapshot before.
	pub operations: Commitment,
	/// The bits of all token classes.
	pub bitmap: Commitment,
}

impl Snapshot {
	/// The bytes that are hashed.
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

	/// What names the snapshot.
	pub fn hash(&self) -> H256 {
		Keccak256::hash(&self.bytes())
	}

	/// The bytes that its co-signers sign: good for one chain, one interval, one content and one writer. A signature that
	/// was given to one writer is of no use to another.
	pub fn payload(&self, genesis: &[u8], writer: &[u8]) -> Vec<u8> {
		[DOMAIN, genesis, self.hash().as_bytes(), writer].concat()
	}

	/// Its leaf in the history of snapshots.
	pub fn leaf(&self) -> H256 {
		tree::leaf(&self.bytes())
	}
}
