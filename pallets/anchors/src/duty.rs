//! Duty: the order in which seats may write the snapshot of an interval.

use crate::{ActiveSeats, Config, CurrentDuty, Duty, DutyOf, Event, OnDuty, Pallet, Snapshots, WeightInfo};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{
	BoundedVec,
	traits::{Get, Randomness},
	weights::WeightMeter,
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Action, ServiceLevel};
use sp_core::H256;
use sp_runtime::traits::{BlockNumberProvider, CheckedDiv, Saturating, UniqueSaturatedInto};

impl<T: Config> Pallet<T> {
	/// Returns the current block of the clock for intervals and duty.
	pub(crate) fn now() -> BlockNumberFor<T> {
		T::BlockNumberProvider::current_block_number()
	}

	/// Closes an interval that has ended and opens the next one, within [`Config::HookWeight`].
	///
	/// The hook is not called in every block, so an interval can start later than at its first block. Turns are counted from
	/// its actual start.
	pub(crate) fn do_on_poll(meter: &mut WeightMeter) {
		let mut own = WeightMeter::with_limit(meter.remaining().min(T::HookWeight::get()));
		if own.try_consume(T::WeightInfo::within_interval()).is_ok() {
			let now = Self::now();
			let interval = now.checked_div(&T::IntervalLength::get()).unwrap_or_default().unique_saturated_into();
			let before = CurrentDuty::<T>::get();
			let charged = before.as_ref().map_or(0, |duty| duty.order.len() as u32);
			// The first interval starts with the first block, whatever its number.
			let begins = before.as_ref().is_none_or(|duty| interval > duty.interval);
			if begins && own.try_consume(Self::open_weight(charged)).is_ok() {
				let last = before.as_ref().map_or(interval, |duty| duty.interval);
				if let Some(duty) = before {
					Self::close(duty);
				}
				Self::open(interval, now);
				Self::forget_snapshots(last, interval);
			}
		}
		meter.consume(own.consumed());
	}

	/// Charges all seats of an interval without a snapshot alike, so that preventing a snapshot altogether has a price too.
	fn close(duty: DutyOf<T>) {
		if duty.writer.is_some() {
			return;
		}
		for anchor in &duty.order {
			T::ServiceLevel::record(&anchor.who, Action::MissedDuty);
		}
		Self::deposit_event(Event::IntervalVoid { interval: duty.interval });
	}

	/// Fixes the order of duty, with the keys of the seats.
	fn open(interval: u32, now: BlockNumberFor<T>) {
		let (seed, _) = T::Randomness::random(&(b"anchors/duty", interval).encode());
		let order = draw(ActiveSeats::<T>::get(), seed);
		CurrentDuty::<T>::put(Duty { interval, start: now, order, writer: None });
	}

	/// Removes the snapshots that have become too old: one, unless entire intervals had no block with room for the hook.
	fn forget_snapshots(before: u32, interval: u32) {
		let history = T::SnapshotHistory::get();
		let first = before.saturating_add(1).saturating_sub(history);
		// No snapshot is of a later interval than the last.
		let end = interval.saturating_add(1).saturating_sub(history).min(before.saturating_add(1));
		for old in first..end {
			Snapshots::<T>::remove(old);
		}
	}

	/// Returns the accounts that may write the snapshot of the current interval now.
	pub(crate) fn writers() -> Vec<T::AccountId> {
		let Some(duty) = CurrentDuty::<T>::get().filter(|duty| duty.writer.is_none()) else { return Vec::new() };
		let now = Self::now();
		let places = duty.order.iter().enumerate();
		places.filter(|(place, _)| now >= Self::turn(&duty, *place)).map(|(_, anchor)| anchor.who.clone()).collect()
	}

	/// Returns the block from which on the seat at a position in the order may write.
	pub(crate) fn turn(duty: &DutyOf<T>, place: usize) -> BlockNumberFor<T> {
		let delay = T::BackupDelay::get().saturating_mul((place as u32).into());
		duty.start.saturating_add(delay)
	}
}

/// Returns a random order of the seats, derived from a seed. Every seat has the same chance at every position.
pub fn draw<AccountId: Encode, Bound: Get<u32>>(
	mut seats: BoundedVec<OnDuty<AccountId>, Bound>,
	seed: H256,
) -> BoundedVec<OnDuty<AccountId>, Bound> {
	seats.as_mut().sort_by_cached_key(|seat| (seed, &seat.who).using_encoded(sp_io::hashing::blake2_256));
	seats
}
