//! Queues of what waits for its block.

use alloc::vec::Vec;
use codec::FullCodec;
use frame_support::{
	IterableStorageDoubleMap, StorageDoubleMap, StorageValue,
	pallet_prelude::DispatchResult,
	storage::with_storage_layer,
	weights::{Weight, WeightMeter},
};
use sp_runtime::{
	DispatchError,
	traits::{AtLeast32BitUnsigned, One},
};

/// Processes due items, those of the earliest block first, until the meter has no room for another one. The rest is processed in the
/// following block, ahead of items that fall due then.
///
/// `Queue` has the items of each block. `Cursor` is the block whose items come next: those of all earlier ones are done, or have failed. `one` is the
/// maximum weight of an item, and `step` that of going on to the next block. An item that fails leaves no trace, and the queue.
pub fn work<Queue, Cursor, Block, Item>(
	now: Block,
	one: Weight,
	step: Weight,
	meter: &mut WeightMeter,
	mut process: impl FnMut(&Item) -> DispatchResult,
	mut failed: impl FnMut(Item, DispatchError),
) where
	Queue: IterableStorageDoubleMap<Block, Item, ()> + StorageDoubleMap<Block, Item, ()>,
	Cursor: StorageValue<Block, Query = Block>,
	Block: FullCodec + AtLeast32BitUnsigned + Copy,
	Item: FullCodec,
{
	let mut cursor = Cursor::get();
	while cursor <= now {
		// Iterating over a prefix while removing from it is undefined. So the items are collected first: as many as there is room
		// for, and one more that shows whether the queue of the block is empty afterwards.
		let room = meter.remaining().checked_div_per_component(&one).unwrap_or_default().saturating_add(1);
		let room = usize::try_from(room).unwrap_or(usize::MAX);
		let items: Vec<Item> = Queue::iter_key_prefix(cursor).take(room).collect();
		for item in items {
			if meter.try_consume(one).is_err() {
				Cursor::put(cursor);
				return;
			}
			// Removed whether it succeeds or not, so that it is never retried.
			Queue::remove(cursor, &item);
			if let Err(error) = with_storage_layer(|| process(&item)) {
				failed(item, error);
			}
		}
		cursor = cursor.saturating_add(One::one());
		if cursor <= now && meter.try_consume(step).is_err() {
			break;
		}
	}
	Cursor::put(cursor);
}
