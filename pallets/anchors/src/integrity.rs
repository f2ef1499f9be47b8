//! The constraints on the configuration.

use crate::{Config, Pallet, WeightInfo};
use frame_support::traits::Get;
use sp_runtime::traits::One;

impl<T: Config> Pallet<T> {
	/// Panics if the configuration breaks a constraint of this pallet.
	pub(crate) fn do_integrity_test() {
		assert!(T::TermSessions::get() > 0, "`TermSessions` must be at least one");
		assert!(T::IntervalLength::get() > One::one(), "`IntervalLength` must be at least two");
		assert!(T::BackupDelay::get() >= One::one(), "`BackupDelay` must be at least one");
		assert!(T::SnapshotHistory::get() > 0, "`SnapshotHistory` must be at least one");
		assert!(T::MaxSeats::get() > 0, "`MaxSeats` must be at least one");
		assert!(T::MaxPicks::get() > 0, "`MaxPicks` must be at least one");
		let end = T::WeightInfo::within_interval().saturating_add(Self::open_weight(T::MaxSeats::get()));
		assert!(end.all_lte(T::HookWeight::get()), "`HookWeight` must have room for the end of an interval: {end:?}");
	}
}
