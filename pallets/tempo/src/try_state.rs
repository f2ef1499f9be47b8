//! Invariants, checked after every test and by `try-runtime`.
//!
//! 1. The stored schedule passes every inequality of [`Schedule::check`](crate::Schedule::check).

use crate::{Config, Pallet};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		crate::pallet::Schedule::<T>::get()
			.check()
			.map_err(|_| "tempo invariant 1: the schedule contradicts itself".into())
	}
}
