//! The types that this pallet stores, and those that its views return.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use smartlayer_primitives::{ActionKind, Delta};
use sp_core::U256;
use sp_runtime::FixedU64;

/// The thresholds from which slash rates are derived, as shares of the stake, in billionths. Each is at least 100 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SlashThresholds {
	/// The part above 100 % is the slash rate at the maximum score.
	pub liquidation: FixedU64,
	/// The part above 100 % is the slash rate at a score of zero.
	pub premium: FixedU64,
}

/// The window of recent volumes: their number, their sum, and the next slot.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Window {
	/// The sum of the volumes in the window. Wide enough for a hundred of the largest balances.
	pub sum: U256,
	/// The number of volumes in the window.
	pub count: u32,
	/// The slot of the next volume, which replaces the volume stored there.
	pub next: u32,
}

/// A row of the table of deltas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct DeltaEntry {
	/// The action.
	pub action: ActionKind,
	/// The delta of the source, in billionths of a point.
	pub default: Delta,
	/// The delta in force, in billionths of a point.
	pub current: Delta,
}
