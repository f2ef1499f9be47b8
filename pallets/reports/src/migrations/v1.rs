//! Initialises the pallet on a chain that began without it: stores the parameters, and skips the blocks before.
//!
//! The SDK sets the storage version of a new pallet by itself, so this is not a `VersionedMigration`. It does nothing where
//! parameters are stored.

use crate::{Config, Pallet, Parameters, QueueCursor};
use core::marker::PhantomData;
use frame_support::{
	traits::{Get, OnRuntimeUpgrade},
	weights::Weight,
};
#[cfg(feature = "try-runtime")]
use {alloc::vec::Vec, frame_support::ensure, sp_runtime::TryRuntimeError};

/// Initialises the pallet, once.
pub struct Initialise<T>(PhantomData<T>);

impl<T: Config> OnRuntimeUpgrade for Initialise<T> {
	fn on_runtime_upgrade() -> Weight {
		if Parameters::<T>::exists() {
			return T::DbWeight::get().reads(1);
		}
		Parameters::<T>::put(crate::params::defaults::<T::Balance>());
		QueueCursor::<T>::put(Pallet::<T>::now());
		// The parameters and the clock.
		T::DbWeight::get().reads_writes(2, 2)
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(_: Vec<u8>) -> Result<(), TryRuntimeError> {
		ensure!(Parameters::<T>::exists(), "the parameters of reports are not stored");
		Ok(())
	}
}
