//! The stored records.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use smartlayer_promise::Signer;
use sp_runtime::{Perbill, Saturating};

/// A payment session between one payer and one service node.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Session<AccountId, Balance, BlockNumber, Ticket> {
	/// The account that pays.
	pub payer: AccountId,
	/// The service node that is paid.
	pub node: AccountId,
	/// The key that signs promises.
	pub signer: Signer,
	/// The key that was replaced last, and the block from which on its new promises are refused.
	pub replaced: Option<(Signer, BlockNumber)>,
	/// The block in which the session was opened.
	pub opened: BlockNumber,
	/// The block from which on the session is no longer open. The thaw begins there.
	pub expiry: BlockNumber,
	/// The part of the deposit that is left, on the account of this pallet.
	pub held: Balance,
	/// The total that was taken from the deposit for promises.
	pub spent: Balance,
	/// The part of `spent` that was returned to the payer for insufficient service.
	pub credited: Balance,
	/// The highest amount of a valid promise that was presented.
	pub claimed: Balance,
	/// The deposit for the storage that the session occupies.
	pub ticket: Ticket,
}

impl<AccountId, Balance, BlockNumber: Copy + Ord + Saturating, Ticket>
	Session<AccountId, Balance, BlockNumber, Ticket>
{
	/// Returns whether the session is open in this block.
	pub fn is_open(&self, now: BlockNumber) -> bool {
		now < self.expiry
	}

	/// Returns the first block after the thaw.
	pub fn thawed_at(&self, thaw: BlockNumber) -> BlockNumber {
		self.expiry.saturating_add(thaw)
	}

	/// Returns whether new promises of a key are accepted in this block.
	pub fn accepts(&self, signer: &Signer, now: BlockNumber) -> bool {
		self.signer == *signer || self.replaced.is_some_and(|(replaced, until)| replaced == *signer && now < until)
	}
}

/// The parts of a payment. Their sum was taken from the deposit of the session.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Payment<Balance> {
	/// The amount for the node.
	pub node: Balance,
	/// The amount that is burned.
	pub burned: Balance,
	/// The amount for the reward pool of anchors.
	pub anchors: Balance,
	/// The amount for the reward pool of service nodes.
	pub nodes: Balance,
	/// The amount that returns to the payer for insufficient service.
	pub credited: Balance,
}

/// The parameters that governance may change.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Params<Balance> {
	/// The share of a payment that is burned, in parts per billion.
	pub burn_share: Perbill,
	/// The share of a payment for the reward pool of anchors, in parts per billion.
	pub anchors_share: Perbill,
	/// The share of a payment for the reward pool of service nodes, in parts per billion.
	pub nodes_share: Perbill,
	/// The minimum volume of a node in a reward period that counts for its score.
	pub min_volume: Balance,
}

impl<Balance: Copy + Saturating> Payment<Balance> {
	/// Returns the sum of the parts.
	pub(crate) fn sum(&self) -> Balance {
		self.node
			.saturating_add(self.burned)
			.saturating_add(self.anchors)
			.saturating_add(self.nodes)
			.saturating_add(self.credited)
	}
}

impl Payment<u128> {
	/// Returns the same parts in the balance type of a runtime.
	pub(crate) fn into_balance<Balance: From<u128>>(self) -> Payment<Balance> {
		Payment {
			node: self.node.into(),
			burned: self.burned.into(),
			anchors: self.anchors.into(),
			nodes: self.nodes.into(),
			credited: self.credited.into(),
		}
	}
}
