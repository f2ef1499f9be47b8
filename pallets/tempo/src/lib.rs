//! # Tempo
//!
//! All durations of the chain as genesis data, and the clock by which durations are measured.
//!
//! ## Goals
//!
//! 1. One runtime serves a chain of one-second blocks and ten-second votes and a chain of six-second blocks
//!    and four-week votes.
//! 2. A client can read every duration from the chain that it talks to.
//! 3. The durations of a chain never contradict each other.
//! 4. No deadline passes while transactions are suspended.
//!
//! ## How they are met
//!
//! A [`Schedule`] is written once, when genesis is built, and there is no call to change it: changing the
//! length of an epoch on a running chain would bring BABE to a halt. Other pallets take their durations
//! through the `Get` adaptors of [`adaptors`], so they neither know this pallet nor contain a duration
//! (Goal 1). The schedule is one storage value, and a view function (Goal 2). The inequalities between the
//! durations are those of [`Schedule::check`]: a genesis that breaks one is refused, and `try_state` checks
//! them again on a chain that runs (Goal 3).
//!
//! Without storage to read from, as in an `integrity_test` or when metadata is built against an empty state, the adaptors
//! return [`Config::Fallback`].
//!
//! ## Modules
//!
//! - `schedule`: the durations, and the inequalities between them.
//! - `clock`: the clock.
//! - [`adaptors`]: the durations as `Get` types.
//! - `try_state`: the invariants.
//! - [`migrations`]: the storage migrations.
//!
//! ## Cost
//!
//! The schedule and the clock are read in every block: the first reads are charged in `on_initialize`, and later ones
//! of the same block come from the overlay.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, reason = "overflows in tests must panic"))]

#[cfg(feature = "try-runtime")]
extern crate alloc;

pub mod adaptors;
mod clock;
pub mod migrations;
mod schedule;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;

pub use clock::Clock;
pub use pallet::*;
pub use schedule::{Governance, Schedule, ScheduleError, TrackPeriods};

#[frame_support::pallet]
pub mod pallet {
	use super::Schedule as ScheduleData;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::Saturating;

	/// The storage version of this pallet.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(2);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The schedule used if no genesis has stored one.
		///
		/// Must pass [`ScheduleData::check`].
		type Fallback: Get<ScheduleData>;
	}

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// All durations of this chain. Written at genesis and never changed.
	#[pallet::storage]
	pub type Schedule<T: Config> = StorageValue<_, ScheduleData, ValueQuery, T::Fallback>;

	/// The number of blocks in which the clock was paused.
	#[pallet::storage]
	pub type Standstill<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// The durations of the chain at genesis.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// All durations of the chain.
		pub schedule: ScheduleData,
		#[serde(skip)]
		#[doc(hidden)]
		pub _marker: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self { schedule: T::Fallback::get(), _marker: PhantomData }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Err(error) = self.schedule.check() {
				panic!("the schedule of this genesis contradicts itself: {error}");
			}
			Schedule::<T>::put(self.schedule);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			// The schedule, the clock, and whether migrations are under way.
			let reads = T::DbWeight::get().reads(3);
			if !Self::stands_still() {
				return reads;
			}
			Standstill::<T>::mutate(|blocks| blocks.saturating_inc());
			reads.saturating_add(T::DbWeight::get().writes(1))
		}

		fn integrity_test() {
			if let Err(error) = T::Fallback::get().check() {
				panic!("the fallback schedule contradicts itself: {error}");
			}
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Returns all durations of this chain.
		pub fn schedule() -> ScheduleData {
			Self::current()
		}

		/// Returns the block number by which durations are measured: the height, less the blocks in which the clock was paused.
		pub fn now() -> BlockNumberFor<T> {
			Self::clock()
		}
	}
}

impl<T: Config> Pallet<T> {
	/// Returns the stored schedule, or the fallback if there is no storage.
	pub fn current() -> schedule::Schedule {
		#[cfg(feature = "std")]
		if sp_externalities::with_externalities(|_| ()).is_none() {
			return <T::Fallback as frame_support::traits::Get<_>>::get();
		}
		// Between an upgrade and the first block of the new runtime, the schedule is still stored in the layout of version 1.
		pallet::Schedule::<T>::try_get().unwrap_or_else(|()| {
			let fallback = <T::Fallback as frame_support::traits::Get<_>>::get();
			migrations::v2::stored::Schedule::<T>::get().map_or(fallback, |old| old.extend(fallback))
		})
	}
}
