//! The constraints on the configuration.

use crate::{Config, Pallet, WeightInfo};
use frame_support::traits::Get;
use smartlayer_primitives::Role;
use sp_runtime::traits::{One, Zero};

impl<T: Config> Pallet<T> {
	/// Panics if the configuration breaks a constraint of this pallet.
	pub(crate) fn do_integrity_test() {
		assert!(
			T::UnbondingPeriod::get() > T::KeyHistory::get(),
			"`UnbondingPeriod` must outlast `KeyHistory`: the stake must be there while what a node has signed matters"
		);
		assert!(T::SlashDeferral::get() > One::one(), "`SlashDeferral` must be at least two");
		assert!(T::AppealPeriod::get() > One::one(), "`AppealPeriod` must be at least two");
		assert!(
			Self::pot(Role::ServiceNode) != Self::pot(Role::Anchor),
			"the pots' accounts must differ: `AccountId` is too short for their names"
		);
		assert!(!T::RewardPeriod::get().is_zero(), "`RewardPeriod` must be at least one");
		assert!(T::MaxChunks::get() > 0, "`MaxChunks` must be at least one");
		assert!(T::MaxServiceKeys::get() > 1, "`MaxServiceKeys` must be at least two");
		let one = T::WeightInfo::hook_base()
			.saturating_add(T::WeightInfo::begin_period())
			.saturating_add(T::WeightInfo::queue_step())
			.saturating_add(Pallet::<T>::apply_weight());
		assert!(
			one.all_lte(T::HookWeight::get()),
			"`HookWeight` must have room for a period's beginning and one slash: {one:?}"
		);
	}
}
