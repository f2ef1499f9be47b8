//! Invariants, checked after every test and by `try-runtime`.
//!
//! 1. The stored schedule passes every inequality of [`Schedule::check`](crate::Schedule::check).
//! 2. The clock was paused in no more blocks than the chain has.

use crate::{Config, Pallet, Standstill};
use frame_support::ensure;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		crate::pallet::Schedule::<T>::get()
			.check()
			.map_err(|_| "tempo invariant 1: the schedule breaks an inequality")?;
		ensure!(
			Standstill::<T>::get() <= frame_system::Pallet::<T>::block_number(),
			"tempo invariant 2: the clock was paused in more blocks than the chain has"
		);
		Ok(())
	}
}
