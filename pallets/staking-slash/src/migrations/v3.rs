//! From version 2 to 3: the reward period that began last is stored.
//!
//! Until version 2 a period began with the block of its first height. From version 3 on it begins with the first block of
//! the period in which the hook is called, and the pallet remembers which one did. This migration writes down the period
//! that has begun already, so that no budget is minted twice.

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

/// Stores the period that began last, once, on a chain at version 2.
pub type FromV2<T> = VersionedMigration<2, 3, Unchecked<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// The migration itself, which does not look at the version: [`FromV2`] does.
#[doc(hidden)]
pub struct Unchecked<T>(PhantomData<T>);

impl<T: Config> UncheckedOnRuntimeUpgrade for Unchecked<T> {
	fn on_runtime_upgrade() -> Weight {
		// Before the first block of the new runtime is initialized, the clock is that of the last block of the old one.
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
