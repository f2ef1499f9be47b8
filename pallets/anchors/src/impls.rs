//! The traits that this pallet implements for other pallets.

use crate::{ActiveSeats, Config, CurrentDuty, LastIssueProof, Pallet, Snapshots, WeightInfo};
use alloc::vec::Vec;
use frame_support::{pallet_prelude::DispatchResult, traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{CoSignature, Consent, LeaveGate, OnBondLost, Role, Seats};
use sp_runtime::{DispatchError, traits::Saturating};

impl<T: Config> OnBondLost<T::AccountId> for Pallet<T> {
	fn on_bond_lost(role: Role, who: &T::AccountId) {
		if role == Role::Anchor {
			Self::lose_candidacy(who);
		}
	}

	fn on_bond_ended(_: Role, who: &T::AccountId) {
		// Kept while the snapshot of its last proof is stored, so that a new bond does not allow proving the same service twice.
		if LastIssueProof::<T>::get(who).is_some_and(|last| !Snapshots::<T>::contains_key(last)) {
			LastIssueProof::<T>::remove(who);
		}
	}

	fn weight() -> Weight {
		T::WeightInfo::lose_candidacy().saturating_add(T::DbWeight::get().reads_writes(2, 1))
	}
}

impl<T: Config> LeaveGate<T::AccountId> for Pallet<T> {
	fn may_leave(role: Role, who: &T::AccountId) -> Result<(), DispatchError> {
		match role {
			Role::Anchor => Self::ensure_may_leave(who),
			Role::ServiceNode => Ok(()),
		}
	}

	fn weight() -> Weight {
		T::DbWeight::get().reads(2)
	}
}

impl<T: Config> Seats<T::AccountId, BlockNumberFor<T>> for Pallet<T> {
	fn seats() -> Vec<T::AccountId> {
		ActiveSeats::<T>::get().into_iter().map(|seat| seat.who).collect()
	}

	fn void_since(interval: u32) -> Option<BlockNumberFor<T>> {
		let current = CurrentDuty::<T>::get()?.interval;
		// Older snapshots are removed.
		let known = interval < current && interval.saturating_add(T::SnapshotHistory::get()) > current;
		let next = interval.saturating_add(1);
		(known && !Snapshots::<T>::contains_key(interval)).then(|| T::IntervalLength::get().saturating_mul(next.into()))
	}

	fn most() -> u32 {
		T::MaxSeats::get()
	}
}

impl<T: Config> Consent<T::AccountId> for Pallet<T> {
	fn ensure(payload: &[u8], signatures: &[CoSignature<T::AccountId>]) -> DispatchResult {
		let seats = ActiveSeats::<T>::get();
		let most = seats.len() / 2;
		Self::ensure_signed_by(&seats, most.saturating_add(1), payload, signatures)
	}
}
