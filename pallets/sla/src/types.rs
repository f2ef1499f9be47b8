//! What this pallet stores and shows.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use smartlayer_primitives::{ActionKind, Delta};
use sp_core::U256;
use sp_runtime::FixedU64;

/// From what the slash rate follows. Each is a share of the stake, and at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SlashThresholds {
	/// What it has above one is the rate of the best score.
	pub liquidation: FixedU64,
	/// What it has above one is the rate of the worst score.
	pub premium: FixedU64,
}

/// The last volumes: how many, their sum, and where the next one goes.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Window {
	/// The sum of the volumes in the window. As wide as it takes: a hundred of the largest balances fit.
	pub sum: U256,
	/// How many volumes there are.
	pub count: u32,
	/// The slot that the next volume takes, and whose volume leaves the window then.
	pub next: u32,
}

/// A row of the delta table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct DeltaEntry {
	/// For what.
	pub action: ActionKind,
	/// The delta of the source.
	pub default: Delta,
	/// The delta in force.
	pub current: Delta,
}
