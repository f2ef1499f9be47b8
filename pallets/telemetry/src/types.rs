//! The stored records, and the arguments of calls.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound,
	traits::{ConstU32, Get},
};
use scale_info::TypeInfo;
use smartlayer_statement::Statement;
use sp_core::H256;

/// The number of places on a page of the roster.
pub const PAGE: u32 = 256;

/// The maximum length of the readings of a page, in bytes: four for each place.
pub type Readings = BoundedVec<u8, ConstU32<1_024>>;

/// An observer of a window.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Observer<AccountId> {
	/// The account of the seat.
	pub who: AccountId,
	/// The root of its claims, once it has committed to them.
	pub root: Option<H256>,
	/// The number of closed pages of which it has said nothing, or nothing that others have seen.
	pub silent: u32,
	/// Whether it has revealed something of a closed page.
	pub heard: bool,
}

/// A window that is not closed.
#[derive(
	CloneNoBound,
	DebugNoBound,
	PartialEqNoBound,
	EqNoBound,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[allow(clippy::multiple_bound_locations, reason = "the derives repeat the bounds")]
#[scale_info(skip_type_params(MaxSeats))]
pub struct OpenWindow<
	AccountId: Clone + core::fmt::Debug + PartialEq + Eq,
	BlockNumber: Clone + core::fmt::Debug + PartialEq + Eq,
	MaxSeats: Get<u32>,
> {
	/// The seats when it began.
	pub observers: BoundedVec<Observer<AccountId>, MaxSeats>,
	/// The number of pages of the roster when it began.
	pub pages: u32,
	/// The height of its first block.
	pub begun: BlockNumber,
	/// The height of the first block after it.
	pub ended: Option<BlockNumber>,
	/// The randomness by which observers have to show an answer, once it is drawn.
	pub seed: Option<H256>,
}

/// The answer of a node to a sample.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Answer<Key, Signature> {
	/// The sample.
	pub sample: u8,
	/// What the node has stated.
	pub statement: Statement,
	/// The service key.
	pub key: Key,
	/// The signature of the statement's bytes.
	pub signature: Signature,
}
