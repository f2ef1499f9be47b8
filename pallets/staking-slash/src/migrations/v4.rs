//! From version 3 to 4: limits of compensations, and windows without service, are stored.
//!
//! Both are new items, which are empty on older chains: a pending slash without a limit compensates its victim by its share alone,
//! as before. Nothing is converted.

use crate::{Config, Pallet};
use core::marker::PhantomData;
use frame_support::{migrations::VersionedMigration, traits::UncheckedOnRuntimeUpgrade, weights::Weight};

/// Sets the version, on a chain at version 3.
pub type FromV3<T> = VersionedMigration<3, 4, Unchecked<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// The migration without the version check, which [`FromV3`] adds.
#[doc(hidden)]
pub struct Unchecked<T>(PhantomData<T>);

impl<T: Config> UncheckedOnRuntimeUpgrade for Unchecked<T> {
	fn on_runtime_upgrade() -> Weight {
		Weight::zero()
	}
}
