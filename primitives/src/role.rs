use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The role of an account. Each role has its own scores, bonds and reward pool.
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
	/// Serves users against payment, and is slashed for failures. A "Vault" in the source.
	ServiceNode,
	/// Elected to author blocks, measure service nodes, vote, and write snapshots. A "Staked Relayer" in the source.
	Anchor,
}

impl Role {
	/// All roles.
	pub const ALL: [Self; 2] = [Self::ServiceNode, Self::Anchor];
}
