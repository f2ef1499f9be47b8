//! What other pallets ask of this one, and what it is told.

use crate::{Config, Pallet, WeightInfo};
use frame_support::{traits::Get, weights::Weight};
use smartlayer_primitives::{LeaveGate, OnBondLost, Role};
use sp_runtime::DispatchError;

impl<T: Config> OnBondLost<T::AccountId> for Pallet<T> {
	fn on_bond_lost(role: Role, who: &T::AccountId) {
		if role == Role::Anchor {
			Self::lose_candidacy(who);
		}
	}

	fn weight() -> Weight {
		T::WeightInfo::lose_candidacy()
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
