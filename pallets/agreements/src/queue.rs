//! What waits for its block, and the hook.

use crate::{Config, DueQueue, Event, Item, Maintained, Pallet, QueueCursor, WeightInfo};
use frame_support::{
	pallet_prelude::DispatchResult,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::due;
use sp_runtime::traits::BlockNumberProvider;

impl<T: Config> Pallet<T> {
	/// Returns the current block of the clock.
	pub(crate) fn now() -> BlockNumberFor<T> {
		T::BlockNumberProvider::current_block_number()
	}

	/// Enqueues an item for a block, which the hook must not have processed.
	pub(crate) fn schedule(block: BlockNumberFor<T>, item: Item) {
		DueQueue::<T>::insert(block, item, ());
	}

	/// Removes an item from the queue of a block.
	pub(crate) fn unschedule(block: BlockNumberFor<T>, item: Item) {
		DueQueue::<T>::remove(block, item);
	}

	/// Returns the maximum weight of processing an item, with its place in the queue.
	pub(crate) fn item_weight() -> Weight {
		T::WeightInfo::process_end()
			.saturating_add(T::BondLossWeight::get())
			.max(T::WeightInfo::lapse())
			.saturating_add(T::WeightInfo::queue_step())
	}

	/// Settles outcomes, processes due items, and draws slots, within [`Config::HookWeight`]. Each gets a third, and what the ones
	/// before have left. The rest follows in the next block.
	pub(crate) fn do_on_poll(meter: &mut WeightMeter) {
		let limit = meter.remaining().min(T::HookWeight::get());
		let mut own = WeightMeter::with_limit(limit);
		let looks = T::WeightInfo::queue_step().saturating_mul(3);
		if own.try_consume(looks).is_ok() {
			let third = own.remaining().saturating_div(3);
			let mut part = WeightMeter::with_limit(third);
			Self::settle_outcomes(&mut part);
			own.consume(part.consumed());
			let mut part = WeightMeter::with_limit(own.remaining().saturating_sub(third));
			let (now, one) = (Self::now(), Self::item_weight());
			due::work::<DueQueue<T>, QueueCursor<T>, _, _>(
				now,
				one,
				T::WeightInfo::queue_step(),
				&mut part,
				|item| Self::process(*item),
				|item, error| Self::deposit_event(Event::Stuck { item, error }),
			);
			own.consume(part.consumed());
			Self::draw_slots(&mut own);
		}
		meter.consume(own.consumed());
	}

	fn process(item: Item) -> DispatchResult {
		match item {
			Item::Offer(id) => Self::lapse(id),
			Item::End(id) => Self::process_end(id)?,
			Item::Away(module, window) => Maintained::<T>::remove(module, window),
		}
		Ok(())
	}
}
