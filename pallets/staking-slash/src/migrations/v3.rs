//! From version 2 to 3: the number of the last started reward period is stored.
//!
//! Up to version 2, a period started exactly at its first block. From version 3 on it starts in the first of its blocks in
//! which the hook is called, and the pallet stores its number. This migration stores the number of the period that has
//! already started, so that its budget is not minted twice.

use crate::{Config, LastPeriod, Pallet};
use core::marker::PhantomData;
use frame_support::{
	migrations::VersionedMigration,
	traits::{Get, UncheckedOnRuntimeUpgrade},
	weights::Weight,
};
use sp_runtime::traits::CheckedDiv;
#[cfg(feature = "try-runtime")]
use {alloc::vec::Vec, frame_support::ensure, sp_runtime::TryRuntimeError};

/// Stores the number of the last started period, on a chain at version 2.
pub type FromV2<T> = VersionedMigration<2, 3, Unchecked<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// The migration without the version check, which [`FromV2`] adds.
#[doc(hidden)]
pub struct Unchecked<T>(PhantomData<T>);

impl<T: Config> UncheckedOnRuntimeUpgrade for Unchecked<T> {
	fn on_runtime_upgrade() -> Weight {
		// This runs before the first block of the new runtime is initialized: the clock is that of the block before.
		LastPeriod::<T>::put(Pallet::<T>::now().checked_div(&T::RewardPeriod::get()).unwrap_or_default());
		T::DbWeight::get().reads_writes(2, 1)
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(_: Vec<u8>) -> Result<(), TryRuntimeError> {
		let period = Pallet::<T>::now().checked_div(&T::RewardPeriod::get()).unwrap_or_default();
		ensure!(LastPeriod::<T>::get() == period, "the period that began last is not stored");
		Ok(())
	}
}
