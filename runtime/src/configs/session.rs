//! Sessions: who may author and finalise, and with which keys.

use super::consensus::OffenceLongevitySessions;
use crate::{
	AccountId, Babe, Balance, Balances, Historical, Runtime, RuntimeEvent, Session, SessionKeys, StakingSlash,
	constants::deposit,
};
use alloc::vec::Vec;
use frame_support::{parameter_types, traits::Get};
use pallet_session::{QueuedKeys, disabling::UpToLimitWithReEnablingDisablingStrategy, historical};
use smartlayer_primitives::{Bonding, Role};
use sp_runtime::traits::{Convert, ConvertInto, OpaqueKeys};
use sp_staking::SessionIndex;

parameter_types! {
	/// Held while an account has session keys: three keys, and the index of their owners.
	pub const KeyDeposit: Balance = deposit(4, 4 * 32);
}

/// Seats those who had keys at genesis, for good.
///
/// This is the seam for elected anchors: their pallet takes this place as the session's manager, and nothing
/// else of the runtime changes.
pub struct GenesisSeats;

impl GenesisSeats {
	/// The seats of the session to come, where anything about it differs from the one before: a set is also
	/// a new one when a seat has changed its keys, or the proofs of historical key ownership would be of the
	/// old ones.
	fn seats_if_changed() -> Option<Vec<AccountId>> {
		let seats = Session::validators();
		let queued = QueuedKeys::<Runtime>::get();
		let unchanged = seats.len() == queued.len()
			&& queued.iter().all(|(seat, keys)| pallet_session::NextKeys::<Runtime>::get(seat).as_ref() == Some(keys));
		// An empty set would be ignored by BABE, and its missing announcement stops every client.
		(!unchanged && !seats.is_empty()).then_some(seats)
	}
}

impl pallet_session::SessionManager<AccountId> for GenesisSeats {
	fn new_session(_: SessionIndex) -> Option<Vec<AccountId>> {
		Self::seats_if_changed()
	}

	fn new_session_genesis(_: SessionIndex) -> Option<Vec<AccountId>> {
		// The only keys there are yet are those of the genesis.
		let mut seats: Vec<_> = pallet_session::NextKeys::<Runtime>::iter_keys().collect();
		seats.sort();
		for seat in seats.iter().filter(|seat| StakingSlash::qualifies(Role::Anchor, seat)) {
			StakingSlash::seated(seat);
		}
		Some(seats)
	}

	fn end_session(index: SessionIndex) {
		let longevity: u32 = OffenceLongevitySessions::get();
		Historical::prune_up_to(index.saturating_sub(longevity));
		if let Some(forgotten) = index.checked_sub(longevity.saturating_add(1)) {
			StakingSlash::forget_offences(forgotten);
		}
	}

	fn start_session(_: SessionIndex) {}
}

impl historical::SessionManager<AccountId, ()> for GenesisSeats {
	fn new_session(index: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		<Self as pallet_session::SessionManager<_>>::new_session(index).map(identified)
	}

	fn new_session_genesis(index: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		<Self as pallet_session::SessionManager<_>>::new_session_genesis(index).map(identified)
	}

	fn end_session(index: SessionIndex) {
		<Self as pallet_session::SessionManager<_>>::end_session(index)
	}

	fn start_session(index: SessionIndex) {
		<Self as pallet_session::SessionManager<_>>::start_session(index)
	}
}

fn identified(seats: Vec<AccountId>) -> Vec<(AccountId, ())> {
	seats.into_iter().map(|seat| (seat, ())).collect()
}

/// An offender is identified by the account alone: what it has at stake is read when it is slashed, not when
/// it was elected.
pub struct AlwaysIdentified;

impl Convert<AccountId, Option<()>> for AlwaysIdentified {
	fn convert(_: AccountId) -> Option<()> {
		Some(())
	}
}

impl pallet_session::Config for Runtime {
	type Currency = Balances;
	type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
	type KeyDeposit = KeyDeposit;
	type Keys = SessionKeys;
	type NextSessionRotation = Babe;
	type RuntimeEvent = RuntimeEvent;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type SessionManager = historical::NoteHistoricalRoot<Runtime, GenesisSeats>;
	type ShouldEndSession = Babe;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
}

impl historical::Config for Runtime {
	type FullIdentification = ();
	type FullIdentificationOf = AlwaysIdentified;
	type RuntimeEvent = RuntimeEvent;
}
