use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{pallet_prelude::DispatchResult, weights::Weight};
use scale_info::TypeInfo;

mod app {
	use sp_application_crypto::{app_crypto, sr25519};

	app_crypto!(sr25519, super::ANCHOR_KEY_TYPE);
}

/// The key type of an anchor's duty key in the keystore of a node.
pub const ANCHOR_KEY_TYPE: sp_application_crypto::KeyTypeId = sp_application_crypto::KeyTypeId(*b"anch");

/// The hot key with which an anchor co-signs snapshots and gossips operations.
pub type AnchorKey = app::Public;
/// The signature scheme of the key.
pub type AnchorSignature = app::Signature;

/// The session keys of accounts, and the authority sets that use them.
pub trait SeatKeys<AccountId> {
	/// Returns whether an account has session keys.
	fn has_keys(who: &AccountId) -> bool;

	/// Returns whether these accounts, with their present keys, are the set that is already planned.
	fn are_planned(seats: &[AccountId]) -> bool;

	/// Returns whether an account is in the running set or in the planned one.
	fn are_in_use(who: &AccountId) -> bool;

	/// Removes an account's session keys and releases their deposit.
	fn remove(who: &AccountId) -> DispatchResult;

	/// The maximum weight of removing keys.
	fn remove_weight() -> Weight;
}

/// The allowances of keys in the statement store over which anchors gossip.
pub trait Allowance<Key> {
	/// Grants a key an allowance.
	fn give(key: &Key);

	/// Revokes the allowance of a key.
	fn withdraw(key: &Key);
}

/// The seats that author and do duty, and the intervals that they owe snapshots for.
pub trait Seats<AccountId, BlockNumber> {
	/// Returns the accounts with a seat in the running session, without repetition.
	fn seats() -> Vec<AccountId>;

	/// Returns the block of the clock from which on an interval was over without a snapshot. `None` if it has one, is not over, or
	/// is too old to know.
	fn void_since(interval: u32) -> Option<BlockNumber>;

	/// The maximum number of seats.
	fn most() -> u32;
}

/// The signature of a seat's duty key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct CoSignature<AccountId> {
	/// The account of the seat.
	pub seat: AccountId,
	/// The key that signed.
	pub key: AnchorKey,
	/// The signature over the payload.
	pub signature: AnchorSignature,
}

/// The consent of the seats, for what the network agrees to.
///
/// There is no implementation for `()`: it would agree to everything, or never.
pub trait Consent<AccountId> {
	/// Returns an error with the reason unless more than a half of the present seats have signed a payload, each once and with its
	/// present duty key, and nobody else has.
	fn ensure(payload: &[u8], signatures: &[CoSignature<AccountId>]) -> DispatchResult;
}
