use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// What an account is on this network. Each role has a score, a bond and a reward pool of its own.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub enum Role {
	/// Serves users, holds a bond, and is slashed when it fails. The source calls it a Vault.
	ServiceNode,
	/// Is elected, watches, votes, and writes what the chain relies on. The source calls it a Staked Relayer.
	Anchor,
}

impl Role {
	/// Every role.
	pub const ALL: [Self; 2] = [Self::ServiceNode, Self::Anchor];
}
