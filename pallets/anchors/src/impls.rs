//! The traits that this pallet implements for other pallets.

use crate::{Config, LastIssueProof, Pallet, Snapshots, WeightInfo};
use frame_support::{traits::Get, weights::Weight};
use smartlayer_primitives::{LeaveGate, OnBondLost, Role};
use sp_runtime::DispatchError;

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
