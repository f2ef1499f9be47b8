//! The constraints on the configuration.

use crate::{Config, Pallet, WeightInfo};
use frame_support::traits::Get;
use smartlayer_primitives::Seats;
use sp_runtime::traits::{One, Zero};

impl<T: Config> Pallet<T> {
	/// Panics if the configuration breaks a constraint of this pallet.
	pub(crate) fn do_integrity_test() {
		assert!(!T::ReportWindow::get().is_zero(), "`ReportWindow` must be at least one");
		assert!(T::VotePeriod::get() > One::one(), "`VotePeriod` must be at least two");
		assert!(T::DemandPeriod::get() > One::one(), "`DemandPeriod` must be at least two");
		assert!(!T::WindowLength::get().is_zero(), "`WindowLength` must be at least one");
		assert!(
			T::Seats::most() <= T::MaxSeats::get() && T::MaxSeats::get() <= u32::BITS,
			"`MaxSeats` must be at least the maximum of `Seats`, and at most 32"
		);
		assert!(T::MaxReportsAgainst::get() > 0, "`MaxReportsAgainst` must be at least one");
		assert!(T::MaxReports::get() > 0, "`MaxReports` must be at least one");
		assert!(T::MaxReportsBy::get() > 0, "`MaxReportsBy` must be at least one");
		let one = Self::item_weight().saturating_add(T::WeightInfo::queue_step());
		assert!(one.all_lte(T::HookWeight::get()), "`HookWeight` must have room for the most expensive item: {one:?}");
	}
}
