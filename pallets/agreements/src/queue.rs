//! What waits for its block, and the hook.

use crate::{Config, DueQueue, Event, Item, ItemOf, MaintainedIn, Pallet, QueueCursor, WeightInfo};
use frame_support::{
	pallet_prelude::DispatchResult,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Bonding, Role, due};
use sp_runtime::{
	SaturatedConversion,
	traits::{BlockNumberProvider, One, Saturating},
};

impl<T: Config> Pallet<T> {
	/// Returns the current block of the clock.
	pub(crate) fn now() -> BlockNumberFor<T> {
		T::BlockNumberProvider::current_block_number()
	}

	/// Returns the next block that the hook has certainly not processed.
	pub(crate) fn next_block() -> BlockNumberFor<T> {
		Self::now().saturating_add(One::one())
	}

	/// Enqueues an item for a block, which the hook must not have processed.
	pub(crate) fn schedule(block: BlockNumberFor<T>, item: ItemOf<T>) {
		DueQueue::<T>::insert(block, item, ());
	}

	/// Removes an item from the queue of a block.
	pub(crate) fn unschedule(block: BlockNumberFor<T>, item: ItemOf<T>) {
		DueQueue::<T>::remove(block, item);
	}

	/// Returns the maximum weight of processing an item, with its place in the queue.
	pub(crate) fn item_weight() -> Weight {
		let ends = T::WeightInfo::process_end().max(T::WeightInfo::suspend()).max(T::WeightInfo::dismiss());
		ends.max(T::WeightInfo::lapse())
			.saturating_add(T::BondLossWeight::get())
			.saturating_add(T::WeightInfo::queue_step())
	}

	/// Settles outcomes, processes due items, and draws slots, within [`Config::HookWeight`]. What does not fit follows in the next blocks. They
	/// take turns in being the first, so that none of them waits for ever.
	pub(crate) fn do_on_poll(meter: &mut WeightMeter) {
		let mut own = WeightMeter::with_limit(meter.remaining().min(T::HookWeight::get()));
		if own.try_consume(T::WeightInfo::look()).is_ok() {
			let now = Self::now();
			let first: u64 = now.saturated_into();
			for turn in 0..3 {
				match first.saturating_add(turn) % 3 {
					0 => Self::settle_outcomes(&mut own),
					1 => Self::process_due(now, &mut own),
					_ => Self::draw_slots(&mut own),
				}
			}
		}
		meter.consume(own.consumed());
	}

	pub(crate) fn process_due(now: BlockNumberFor<T>, meter: &mut WeightMeter) {
		due::work::<DueQueue<T>, QueueCursor<T>, _, _>(
			now,
			Self::item_weight(),
			T::WeightInfo::queue_step(),
			meter,
			Self::process,
			|item, error| Self::deposit_event(Event::Stuck { item, error }),
		);
	}

	fn process(item: &ItemOf<T>) -> DispatchResult {
		match item {
			Item::Offer(id) => Self::lapse(*id),
			Item::End(id) => drop(Self::process_end(*id)?),
			Item::Maintained(module, window) => MaintainedIn::<T>::remove(module, window),
			// One that has only paused for a moment was not away.
			Item::Lost(node, window) if !T::Bonding::qualifies(Role::ServiceNode, node) => Self::suspend(node, *window),
			Item::Lost(..) => {},
			Item::Ended(node, window) => Self::dismiss(node, *window)?,
			Item::Forget(node) => Self::forget(node),
		}
		Ok(())
	}
}
