//! What happens by itself: slashes that are due, and the beginning of a period.

use crate::{Config, DueQueue, Event, Pallet, QueueCursor, WeightInfo};
use frame_support::{
	storage::with_storage_layer,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{Saturating, UniqueSaturatedInto};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_on_initialize(now: BlockNumberFor<T>) -> Weight {
		let mut meter = WeightMeter::with_limit(T::HookWeight::get());
		meter.consume(T::WeightInfo::hook_base());
		let (height, period): (u64, u64) =
			(now.unique_saturated_into(), T::RewardPeriod::get().unique_saturated_into());
		if height.checked_rem(period) == Some(0) {
			meter.consume(T::WeightInfo::begin_period());
			Self::begin_period();
		}
		Self::apply_due(now, &mut meter);
		meter.consumed()
	}

	/// Applies what is due, the earliest first, as far as the meter allows. What there is no room for comes next
	/// block, before everything that falls due then.
	fn apply_due(now: BlockNumberFor<T>, meter: &mut WeightMeter) {
		let mut cursor = QueueCursor::<T>::get();
		while cursor <= now {
			for id in DueQueue::<T>::iter_key_prefix(cursor) {
				if meter.try_consume(T::WeightInfo::queue_step().saturating_add(Self::apply_weight())).is_err() {
					QueueCursor::<T>::put(cursor);
					return;
				}
				// Whatever comes of it, it is out of the hook's way.
				DueQueue::<T>::remove(cursor, id);
				if let Err(error) = with_storage_layer(|| Self::do_apply(id)) {
					Self::deposit_event(Event::SlashStuck { id, error });
				}
			}
			cursor.saturating_inc();
			if cursor <= now && meter.try_consume(T::WeightInfo::queue_step()).is_err() {
				break;
			}
		}
		QueueCursor::<T>::put(cursor);
	}
}
