//! The constraints on the configuration.

use crate::{Config, Pallet, WeightInfo};
use codec::MaxEncodedLen;
use frame_support::traits::Get;
use smartlayer_primitives::Seats;
use smartlayer_statement::MAX_AGE;
use sp_runtime::traits::{One, Saturating};

impl<T: Config> Pallet<T> {
	/// Panics if the configuration breaks a constraint of this pallet.
	pub(crate) fn do_integrity_test() {
		let (window, commit, reveal) = (T::WindowLength::get(), T::CommitPeriod::get(), T::RevealPeriod::get());
		assert!(commit > One::one(), "`CommitPeriod` must be at least two");
		assert!(reveal > 3u32.into(), "`RevealPeriod` must be at least four: in a quarter of it is drawn");
		let phases = commit.saturating_add(reveal);
		assert!(phases <= window, "`WindowLength` must be at least `CommitPeriod` and `RevealPeriod` together");
		let reach = window.saturating_add(phases).saturating_add(MAX_AGE.into());
		assert!(
			T::BlockHashCount::get() > reach,
			"`BlockHashCount` must reach back to the answers of a window that is revealed"
		);
		assert!(T::MaxSeats::get() <= 256, "`MaxSeats` must be at most 256");
		assert!(T::Seats::most() <= T::MaxSeats::get(), "`MaxSeats` must be at least the number of seats");
		assert_eq!(T::AccountId::max_encoded_len(), 32, "account ids must be encoded in 32 bytes");
		let most = T::MaxSeats::get();
		let dearest = Self::page_weight(most).max(Self::end_weight(most)).max(T::WeightInfo::begin_window(most));
		let most = dearest.saturating_add(T::WeightInfo::look());
		assert!(most.all_lte(T::HookWeight::get()), "`HookWeight` must have room for a page: {most:?}");
	}
}
