//! From version 1 to 2: the parameters are always stored.
//!
//! Up to version 1, a chain whose governance had never set the parameters used the defaults in the code, so a release
//! could change them without a vote. From version 2 on they are stored at genesis, and this migration stores them on
//! older chains.

use crate::{Config, Pallet};
use codec::{Decode, Encode};
use core::marker::PhantomData;
use frame_support::{
	migrations::VersionedMigration,
	storage_alias,
	traits::{Get, UncheckedOnRuntimeUpgrade},
	weights::Weight,
};
use sp_runtime::Perbill;
#[cfg(feature = "try-runtime")]
use {alloc::vec::Vec, frame_support::ensure, sp_runtime::TryRuntimeError};

/// Stores the parameters in force, on a chain at version 1.
pub type FromV1<T> = VersionedMigration<1, 2, Unchecked<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// The parameters in the layout of versions 1 and 2.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Params<Balance> {
	min_service_node_bond: Balance,
	min_anchor_bond: Balance,
	appeal_deposit: Balance,
	victim_share: Perbill,
	theft_victim_share: Perbill,
	min_total_weight: u128,
	period_budget: Balance,
	anchors_share: Perbill,
}

/// The storage item of the parameters, without a default.
#[storage_alias]
type Parameters<T: Config> = StorageValue<Pallet<T>, Params<<T as Config>::Balance>>;

/// The defaults of version 1.
fn defaults_of_v1<Balance: From<u128>>() -> Params<Balance> {
	Params {
		min_service_node_bond: Balance::from(1_000_000_000_000_000),
		min_anchor_bond: Balance::from(10_000_000_000_000_000),
		appeal_deposit: Balance::from(100_000_000_000_000),
		victim_share: Perbill::from_percent(50),
		theft_victim_share: Perbill::from_percent(50),
		min_total_weight: 1_000_000_000_000_000_000_000_000,
		period_budget: Balance::from(0),
		anchors_share: Perbill::from_percent(50),
	}
}

/// The migration without the version check, which [`FromV1`] adds.
#[doc(hidden)]
pub struct Unchecked<T>(PhantomData<T>);

impl<T: Config> UncheckedOnRuntimeUpgrade for Unchecked<T> {
	fn on_runtime_upgrade() -> Weight {
		if Parameters::<T>::exists() {
			return T::DbWeight::get().reads(1);
		}
		Parameters::<T>::put(defaults_of_v1::<T::Balance>());
		T::DbWeight::get().reads_writes(1, 1)
	}

	#[cfg(feature = "try-runtime")]
	fn pre_upgrade() -> Result<Vec<u8>, TryRuntimeError> {
		Ok(Parameters::<T>::get().unwrap_or_else(defaults_of_v1).encode())
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(before: Vec<u8>) -> Result<(), TryRuntimeError> {
		let before = Params::<T::Balance>::decode(&mut &before[..])
			.map_err(|_| "the parameters before the migration can't be read")?;
		let after = Parameters::<T>::get().ok_or("the parameters are not stored")?;
		ensure!(after == before, "the migration has changed the parameters");
		Ok(())
	}
}
