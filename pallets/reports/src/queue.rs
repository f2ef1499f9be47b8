//! What waits for its block, and the hook that works through it.

use crate::{Config, DueQueue, Event, Item, ItemOf, Pallet, QueueCursor, Thieves, WeightInfo};
use frame_support::{
	pallet_prelude::DispatchResult,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::due;
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
		let step = T::WeightInfo::queue_step();
		if own.try_consume(step).is_ok() {
			due::work::<DueQueue<T>, QueueCursor<T>, _, _>(
				Self::now(),
				Self::item_weight(),
				step,
				&mut own,
				Self::process,
				|item, error| Self::deposit_event(Event::Stuck { item, error }),
			);
		}
		meter.consume(own.consumed());
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
