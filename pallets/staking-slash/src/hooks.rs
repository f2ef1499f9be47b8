//! What happens by itself: slashes that are due, and the beginning of a period.

use crate::{Config, DueQueue, Event, LastPeriod, Pallet, QueueCursor, WeightInfo};
use alloc::vec::Vec;
use frame_support::{storage::with_storage_layer, traits::Get, weights::WeightMeter};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{CheckedDiv, Saturating};

impl<T: Config> Pallet<T> {
	/// Begins a reward period and applies due slashes, with at most [`Config::HookWeight`].
	pub(crate) fn do_on_poll(meter: &mut WeightMeter) {
		let mut own = WeightMeter::with_limit(meter.remaining().min(T::HookWeight::get()));
		if own.try_consume(T::WeightInfo::hook_base()).is_ok() {
			let now = Self::now();
			// The hook is not called in every block, so a period can begin later than with its first one.
			let period = now.checked_div(&T::RewardPeriod::get()).unwrap_or_default();
			if period > LastPeriod::<T>::get() && own.try_consume(T::WeightInfo::begin_period()).is_ok() {
				LastPeriod::<T>::put(period);
				Self::begin_period();
			}
			Self::apply_due(now, &mut own);
		}
		meter.consume(own.consumed());
	}

	/// Applies what is due, the earliest first, as far as the meter allows. What there is no room for comes next
	/// block, before everything that falls due then.
	fn apply_due(now: BlockNumberFor<T>, meter: &mut WeightMeter) {
		let one = T::WeightInfo::queue_step().saturating_add(Self::apply_weight());
		let mut cursor = QueueCursor::<T>::get();
		while cursor <= now {
			// What an iteration returns is undefined once its prefix is written to. So ids are collected first: as many as
			// there is room for, and one more that says whether the block's queue is empty afterwards.
			let room = meter.remaining().checked_div_per_component(&one).unwrap_or_default().saturating_add(1);
			let room = usize::try_from(room).unwrap_or(usize::MAX);
			let ids: Vec<_> = DueQueue::<T>::iter_key_prefix(cursor).take(room).collect();
			for id in ids {
				if meter.try_consume(one).is_err() {
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
