use frame_support::{pallet_prelude::DispatchResult, weights::Weight};

mod app {
	use sp_application_crypto::{app_crypto, sr25519};

	app_crypto!(sr25519, super::ANCHOR_KEY_TYPE);
}

/// The type of an anchor's hot key for duty: under this name it is kept in a node's keystore.
pub const ANCHOR_KEY_TYPE: sp_application_crypto::KeyTypeId = sp_application_crypto::KeyTypeId(*b"anch");

/// An anchor's hot key for duty: co-signs snapshots, and gossips operations.
pub type AnchorKey = app::Public;
/// What it signs with.
pub type AnchorSignature = app::Signature;

/// Knows who has session keys, and which sets use them.
pub trait SeatKeys<AccountId> {
	/// Whether an account has session keys.
	fn has_keys(who: &AccountId) -> bool;

	/// Whether these accounts, with the keys that they have now, are the set that is planned already.
	fn are_planned(seats: &[AccountId]) -> bool;

	/// Whether an account is in the set that runs, or in the one that is planned.
	fn are_in_use(who: &AccountId) -> bool;

	/// Removes an account's session keys and returns what is held for them.
	fn remove(who: &AccountId) -> DispatchResult;

	/// The weight of removing keys at most.
	fn remove_weight() -> Weight;
}

/// What keys may keep in the store over which anchors gossip.
pub trait Allowance<Key> {
	/// This key may keep statements from now on.
	fn give(key: &Key);

	/// This key may not any more.
	fn withdraw(key: &Key);
}
