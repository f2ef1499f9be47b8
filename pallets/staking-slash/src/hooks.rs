//! The hook: applies due slashes, and starts reward periods.

use crate::{Config, LastPeriod, Pallet, WeightInfo};
use frame_support::{traits::Get, weights::WeightMeter};
use sp_runtime::traits::CheckedDiv;

impl<T: Config> Pallet<T> {
	/// Starts a reward period and applies due slashes, within [`Config::HookWeight`].
	pub(crate) fn do_on_poll(meter: &mut WeightMeter) {
		let mut own = WeightMeter::with_limit(meter.remaining().min(T::HookWeight::get()));
		if own.try_consume(T::WeightInfo::hook_base()).is_ok() {
			let now = Self::now();
			// The hook is not called in every block, so a period can start later than at its first block.
			let period = now.checked_div(&T::RewardPeriod::get()).unwrap_or_default();
			if period > LastPeriod::<T>::get() && own.try_consume(T::WeightInfo::begin_period()).is_ok() {
				LastPeriod::<T>::put(period);
				Self::begin_period();
			}
			Self::apply_due(now, &mut own);
		}
		meter.consume(own.consumed());
	}
}
