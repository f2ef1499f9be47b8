//! Sessions: authorities and their keys.

use super::consensus::OffenceLongevitySessions;
use crate::{
	AccountId, Anchors, Babe, Balance, Balances, Historical, Runtime, RuntimeEvent, SessionKeys, StakingSlash,
	authorities, constants::deposit,
};
use alloc::vec::Vec;
use frame_support::{parameter_types, traits::Get};
use pallet_session::{NextKeys, disabling::UpToLimitWithReEnablingDisablingStrategy, historical};
use sp_runtime::traits::{Convert, ConvertInto, OpaqueKeys};
use sp_staking::SessionIndex;

parameter_types! {
	/// The deposit for session keys: four keys, and the index of their owners.
	pub const KeyDeposit: Balance = deposit(5, 5 * 32);
}

/// The seats of anchors, and the records removed with each session.
pub struct AnchorSeats;

impl pallet_session::SessionManager<AccountId> for AnchorSeats {
	fn new_session(index: SessionIndex) -> Option<Vec<AccountId>> {
		<Anchors as pallet_session::SessionManager<_>>::new_session(index)
	}

	fn new_session_genesis(index: SessionIndex) -> Option<Vec<AccountId>> {
		let seats = <Anchors as pallet_session::SessionManager<_>>::new_session_genesis(index)?;
		// A genesis with seats but without their keys would have no authors.
		if seats.len() != NextKeys::<Runtime>::iter_keys().count() || seats.len() != Anchors::seats().len() {
			panic!("`session.keys` and `anchors.seats` of this genesis name different accounts");
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

	fn start_session(index: SessionIndex) {
		authorities::begin_session(index);
	}
}

impl historical::SessionManager<AccountId, ()> for AnchorSeats {
	fn new_session(index: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		<Anchors as historical::SessionManager<_, _>>::new_session(index)
	}

	fn new_session_genesis(index: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		let seats = <Self as pallet_session::SessionManager<_>>::new_session_genesis(index)?;
		Some(seats.into_iter().map(|seat| (seat, ())).collect())
	}

	fn end_session(index: SessionIndex) {
		<Self as pallet_session::SessionManager<_>>::end_session(index)
	}

	fn start_session(index: SessionIndex) {
		<Self as pallet_session::SessionManager<_>>::start_session(index)
	}
}

/// Offenders are identified by account only: their stake is read when they are slashed, not when they were elected.
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
	type SessionManager = historical::NoteHistoricalRoot<Runtime, AnchorSeats>;
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
