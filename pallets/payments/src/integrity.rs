//! The constraints on the configuration.

use crate::{Config, Pallet, WeightInfo};
use frame_support::{dispatch::DispatchClass, traits::Get, weights::Weight};
use smartlayer_primitives::ServiceCredit;
use sp_runtime::traits::{One, Zero};

impl<T: Config> Pallet<T> {
	/// Panics if the configuration breaks a constraint of this pallet.
	pub(crate) fn do_integrity_test() {
		assert!(T::Thaw::get() > One::one(), "`Thaw` must be at least two");
		assert!(T::LongestSession::get() > One::one(), "`LongestSession` must be at least two");
		assert!(!T::RewardPeriod::get().is_zero(), "`RewardPeriod` must be at least one");
		assert!(T::MaxBatch::get() > 0, "`MaxBatch` must be at least one");
		assert!(
			Self::max_batch_weight()
				.all_lte(T::BlockWeights::get().get(DispatchClass::Normal).max_extrinsic.unwrap_or_default()),
			"`MaxBatch` promises must fit into a block: {:?}",
			Self::max_batch_weight()
		);
		let one = T::WeightInfo::hook_base()
			.saturating_add(T::WeightInfo::period_step())
			.saturating_add(T::WeightInfo::record_volume());
		assert!(one.all_lte(T::HookWeight::get()), "`HookWeight` must have room for recording one volume: {one:?}");
	}

	/// The weight of the most expensive batch.
	fn max_batch_weight() -> Weight {
		let verify = T::WeightInfo::verify_sr25519()
			.max(T::WeightInfo::verify_ed25519())
			.max(T::WeightInfo::verify_ecdsa())
			.max(T::WeightInfo::verify_ethereum());
		let one = T::ServiceCredit::weight().saturating_add(verify);
		let most = T::MaxBatch::get();
		Self::batch_to(most).saturating_add(one.saturating_mul(most.into()))
	}
}
