//! Initialises the pallet on a chain that began without it: stores the parameters, endows its account, and skips the reward
//! periods before.
//!
//! The SDK sets the storage version of a new pallet by itself, so this is not a `VersionedMigration`. It does nothing where
//! parameters are stored.

use crate::{Config, Pallet, Parameters, VolumeCursor, volumes::period_of};
use core::marker::PhantomData;
use frame_support::{
	defensive,
	traits::{Get, OnRuntimeUpgrade},
	weights::Weight,
};
#[cfg(feature = "try-runtime")]
use {
	alloc::vec::Vec,
	frame_support::{ensure, traits::fungible::Inspect},
	sp_runtime::TryRuntimeError,
};

/// Initialises the pallet, once.
pub struct Initialise<T>(PhantomData<T>);

impl<T: Config> OnRuntimeUpgrade for Initialise<T> {
	fn on_runtime_upgrade() -> Weight {
		if Parameters::<T>::exists() {
			return T::DbWeight::get().reads(1);
		}
		Parameters::<T>::put(crate::params::defaults::<T::Balance>());
		if Pallet::<T>::endow_pot().is_err() {
			defensive!("the account of payments can't be endowed");
		}
		VolumeCursor::<T>::put(period_of::<T>(Pallet::<T>::now()));
		// The parameters, the clock and its schedule, the account and the issuance.
		T::DbWeight::get().reads_writes(5, 4)
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(_: Vec<u8>) -> Result<(), TryRuntimeError> {
		ensure!(Parameters::<T>::exists(), "the payment parameters are not stored");
		let endowed = T::Currency::balance(&Pallet::<T>::pot()) >= T::Currency::minimum_balance();
		ensure!(endowed, "the account of payments has no existential deposit");
		Ok(())
	}
}
