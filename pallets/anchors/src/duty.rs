//! Duty: whose turn it is to write an interval's snapshot.

use crate::{ActiveSeats, Config, CurrentDuty, Duty, DutyOf, Event, OnDuty, Pallet, Snapshots, WeightInfo};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{
	BoundedVec,
	traits::{Get, Randomness},
	weights::Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Action, ServiceLevel};
use sp_core::H256;
use sp_runtime::traits::{Saturating, UniqueSaturatedInto};

impl<T: Config> Pallet<T> {
	/// Closes an interval and opens the next one, where one begins with this block.
	pub(crate) fn do_on_initialize(now: BlockNumberFor<T>) -> Weight {
		let (height, length): (u64, u64) =
			(now.unique_saturated_into(), T::IntervalLength::get().unique_saturated_into());
		// The first interval begins with the first block, whatever its number.
		if height.checked_rem(length) != Some(0) && height != 1 {
			return T::WeightInfo::within_interval();
		}
		let before = CurrentDuty::<T>::get();
		let charged = before.as_ref().map_or(0, |duty| duty.order.len());
		if let Some(duty) = before {
			Self::close(duty);
		}
		let interval = height.checked_div(length).unwrap_or_default().unique_saturated_into();
		Self::open(interval, now);
		Self::open_weight(charged as u32)
	}

	/// Charges everybody alike where nobody has written: who prevents a snapshot altogether is charged too.
	fn close(duty: DutyOf<T>) {
		if duty.writer.is_some() {
			return;
		}
		for anchor in &duty.order {
			T::ServiceLevel::record(&anchor.who, Action::MissedDuty);
		}
		Self::deposit_event(Event::IntervalVoid { interval: duty.interval });
	}

	/// Fixes the order, the seats and their keys.
	fn open(interval: u32, now: BlockNumberFor<T>) {
		let (seed, _) = T::Randomness::random(&(b"anchors/duty", interval).encode());
		let order = draw(ActiveSeats::<T>::get(), seed);
		CurrentDuty::<T>::put(Duty { interval, start: now, order, writer: None });
		if let Some(old) = interval.checked_sub(T::SnapshotHistory::get()) {
			Snapshots::<T>::remove(old);
		}
	}

	/// Who may write the interval's snapshot now.
	pub(crate) fn writers() -> Vec<T::AccountId> {
		let Some(duty) = CurrentDuty::<T>::get().filter(|duty| duty.writer.is_none()) else { return Vec::new() };
		let now = frame_system::Pallet::<T>::block_number();
		let places = duty.order.iter().enumerate();
		places.filter(|(place, _)| now >= Self::turn(&duty, *place)).map(|(_, anchor)| anchor.who.clone()).collect()
	}

	/// From which block on the one at a place in the order may write.
	pub(crate) fn turn(duty: &DutyOf<T>, place: usize) -> BlockNumberFor<T> {
		let delay = T::BackupDelay::get().saturating_mul((place as u32).into());
		duty.start.saturating_add(delay)
	}
}

/// An order of the seats that a seed decides, and that all seats have the same chance in.
pub fn draw<AccountId: Encode, Bound: Get<u32>>(
	mut seats: BoundedVec<OnDuty<AccountId>, Bound>,
	seed: H256,
) -> BoundedVec<OnDuty<AccountId>, Bound> {
	seats.as_mut().sort_by_cached_key(|seat| (seed, &seat.who).using_encoded(sp_io::hashing::blake2_256));
	seats
}
