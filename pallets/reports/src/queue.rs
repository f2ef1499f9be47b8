//! What waits for its block, and the hook that works through it.

use crate::{Config, DueQueue, Event, Item, ItemOf, Pallet, QueueCursor, Thieves, WeightInfo};
use alloc::vec::Vec;
use frame_support::{
	pallet_prelude::DispatchResult,
	storage::with_storage_layer,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{BlockNumberProvider, One, Saturating};

impl<T: Config> Pallet<T> {
	/// Returns the current block of the clock.
	pub(crate) fn now() -> BlockNumberFor<T> {
		T::BlockNumberProvider::current_block_number()
	}

	/// Returns the block of the clock for the height of a block: not later than the true one, and equal unless the clock was paused
	/// since.
	pub(crate) fn clock_of(height: BlockNumberFor<T>) -> BlockNumberFor<T> {
		let paused = frame_system::Pallet::<T>::block_number().saturating_sub(Self::now());
		height.saturating_sub(paused)
	}

	/// Enqueues an item for a block, which the hook must not have processed.
	pub(crate) fn schedule(block: BlockNumberFor<T>, item: ItemOf<T>) {
		DueQueue::<T>::insert(block, item, ());
	}

	/// Returns the next block that the hook has certainly not processed.
	pub(crate) fn next_block() -> BlockNumberFor<T> {
		Self::now().saturating_add(One::one())
	}

	/// Returns the maximum weight of processing a report.
	pub(crate) fn report_weight() -> Weight {
		let seats = T::MaxSeats::get();
		T::WeightInfo::end_vote_convicting(seats)
			.max(T::WeightInfo::end_vote_rejecting(seats))
			.max(T::WeightInfo::settle_applied(seats))
			.max(T::WeightInfo::settle_overturned(seats))
			.max(T::WeightInfo::forget())
			.saturating_add(T::BondLossWeight::get().saturating_mul(seats.into()))
	}

	/// Returns the maximum weight of processing an item, with its place in the queue.
	pub(crate) fn item_weight() -> Weight {
		Self::report_weight().max(T::WeightInfo::silence()).saturating_add(T::WeightInfo::queue_step())
	}

	/// Processes due items, the earliest first, within [`Config::HookWeight`]. The rest is processed in the following block, ahead of
	/// items that fall due then.
	pub(crate) fn do_on_poll(meter: &mut WeightMeter) {
		let mut own = WeightMeter::with_limit(meter.remaining().min(T::HookWeight::get()));
		if own.try_consume(T::WeightInfo::queue_step()).is_ok() {
			Self::process_due(Self::now(), &mut own);
		}
		meter.consume(own.consumed());
	}

	fn process_due(now: BlockNumberFor<T>, meter: &mut WeightMeter) {
		let one = Self::item_weight();
		let mut cursor = QueueCursor::<T>::get();
		while cursor <= now {
			// Iterating over a prefix while removing from it is undefined. So the items are collected first: as many as there is room
			// for, and one more that shows whether the queue of the block is empty afterwards.
			let room = meter.remaining().checked_div_per_component(&one).unwrap_or_default().saturating_add(1);
			let room = usize::try_from(room).unwrap_or(usize::MAX);
			let items: Vec<_> = DueQueue::<T>::iter_key_prefix(cursor).take(room).collect();
			for item in items {
				if meter.try_consume(one).is_err() {
					QueueCursor::<T>::put(cursor);
					return;
				}
				// Removed whether it succeeds or not, so that the hook never retries it.
				DueQueue::<T>::remove(cursor, &item);
				if let Err(error) = with_storage_layer(|| Self::process(&item)) {
					Self::deposit_event(Event::Stuck { item, error });
				}
			}
			cursor.saturating_inc();
			if cursor <= now && meter.try_consume(T::WeightInfo::queue_step()).is_err() {
				break;
			}
		}
		QueueCursor::<T>::put(cursor);
	}

	fn process(item: &ItemOf<T>) -> DispatchResult {
		match item {
			Item::Report(id) => Self::do_process(*id),
			Item::Demand(session) => Self::do_close_demand(*session),
			Item::Thief(node) => {
				Self::forget_thief(node);
				Ok(())
			},
			Item::Interval(interval) => {
				crate::OfflineIntervals::<T>::remove(interval);
				Ok(())
			},
		}
	}

	/// Removes the record of a conviction for theft, unless there was another one since.
	fn forget_thief(node: &T::AccountId) {
		let window = T::ReportWindow::get();
		if Thieves::<T>::get(node).is_some_and(|convicted| convicted.saturating_add(window) < Self::now()) {
			Thieves::<T>::remove(node);
		}
	}
}
