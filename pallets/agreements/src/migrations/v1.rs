//! Initialises the pallet on a chain that began without it: stores the parameters and the standard modules, and skips the blocks
//! before.
//!
//! The SDK sets the storage version of a new pallet by itself, so this is not a `VersionedMigration`. It does nothing where
//! parameters are stored.

use crate::{Config, NextModuleId, Pallet, Parameters, QueueCursor};
use core::marker::PhantomData;
use frame_support::{
	defensive,
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
		for module in T::StandardModules::get() {
			if Pallet::<T>::add_standard(module).is_err() {
				defensive!("the standard modules are sound");
			}
		}
		// The parameters and the clock; for each module its record, the next id and the number of those in use.
		let modules = u64::from(NextModuleId::<T>::get());
		T::DbWeight::get()
			.reads_writes(modules.saturating_mul(2).saturating_add(3), modules.saturating_mul(3).saturating_add(2))
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(_: Vec<u8>) -> Result<(), TryRuntimeError> {
		ensure!(
			Parameters::<T>::exists() && NextModuleId::<T>::get() as usize >= T::StandardModules::get().len(),
			"the parameters or modules of agreements are not stored"
		);
		Ok(())
	}
}
