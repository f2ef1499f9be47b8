//! The constraints on the configuration.

use crate::{Config, Pallet, WeightInfo, types::MAX_METERS};
use frame_support::traits::Get;
use sp_runtime::traits::{One, Zero};

impl<T: Config> Pallet<T> {
	/// Panics if the configuration breaks a constraint of this pallet.
	pub(crate) fn do_integrity_test() {
		assert!(!T::WindowLength::get().is_zero(), "`WindowLength` must be at least one");
		assert!(T::HalfBudget::get() > 1, "`HalfBudget` must be at least two");
		assert!(T::OfferPeriod::get() > One::one(), "`OfferPeriod` must be at least two");
		assert!(
			T::LongestMaintenance::get() >= T::WindowLength::get(),
			"`LongestMaintenance` must be at least a window"
		);
		assert!(T::LongestAgreement::get() > 0, "`LongestAgreement` must be at least one");
		assert!(T::MaxAgreements::get() > 0, "`MaxAgreements` must be at least one");
		assert!(
			(1..=MAX_METERS).contains(&T::MaxModulesInUse::get()),
			"`MaxModulesInUse` must be at least one, and at most the number of meters that are kept of a node"
		);
		let dearest = Self::item_weight().max(Self::outcome_weight()).max(T::WeightInfo::draw());
		let most = dearest.saturating_add(T::WeightInfo::look());
		assert!(
			most.all_lte(T::HookWeight::get()),
			"`HookWeight` must have room for the most expensive item: {most:?}"
		);
	}
}
