//! The clock: the block height, less the blocks in which transactions were suspended.

use crate::{Config, Pallet, Standstill};
use core::marker::PhantomData;
use frame_support::migrations::MultiStepMigrator;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{BlockNumberProvider, Saturating};

impl<T: Config> Pallet<T> {
	/// Returns the block number by which durations are measured.
	pub(crate) fn clock() -> BlockNumberFor<T> {
		frame_system::Pallet::<T>::block_number().saturating_sub(Standstill::<T>::get())
	}

	/// Returns whether multi-block migrations are under way or have failed. `false` without storage.
	pub fn stands_still() -> bool {
		#[cfg(feature = "std")]
		if sp_externalities::with_externalities(|_| ()).is_none() {
			return false;
		}
		T::MultiBlockMigrator::ongoing()
	}
}

/// The clock of the chain. It advances by one with each block, except those in which a multi-block migration suspends
/// transactions.
pub struct Clock<T>(PhantomData<T>);

impl<T: Config> BlockNumberProvider for Clock<T> {
	type BlockNumber = BlockNumberFor<T>;

	fn current_block_number() -> Self::BlockNumber {
		Pallet::<T>::clock()
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn set_block_number(block: Self::BlockNumber) {
		frame_system::Pallet::<T>::set_block_number(block.saturating_add(Standstill::<T>::get()));
	}
}
