//! Volumes: what each node was paid in a reward period, recorded in its score after the period has ended.

use crate::{Config, Pallet, Parameters, VolumeCursor, Volumes, WeightInfo};
use alloc::vec::Vec;
use frame_support::{traits::Get, weights::WeightMeter};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Action, Bonding, Role, ServiceLevel};
use sp_runtime::traits::{CheckedDiv, Saturating, Zero};

/// Returns the reward period of a block of the clock.
pub(crate) fn period_of<T: Config>(block: BlockNumberFor<T>) -> BlockNumberFor<T> {
	block.checked_div(&T::RewardPeriod::get()).unwrap_or_default()
}

impl<T: Config> Pallet<T> {
	/// Adds to the volume of a node.
	pub(crate) fn add_volume(period: BlockNumberFor<T>, node: &T::AccountId, volume: T::Balance) {
		if !volume.is_zero() {
			Volumes::<T>::mutate(period, node, |sum| *sum = sum.saturating_add(volume));
		}
	}

	/// Records volumes of ended periods, the earliest first, within [`Config::HookWeight`]. The rest is recorded in the
	/// following blocks.
	pub(crate) fn do_on_poll(meter: &mut WeightMeter) {
		let mut own = WeightMeter::with_limit(meter.remaining().min(T::HookWeight::get()));
		if own.try_consume(T::WeightInfo::hook_base()).is_ok() {
			Self::record_volumes(&mut own);
		}
		meter.consume(own.consumed());
	}

	fn record_volumes(meter: &mut WeightMeter) {
		let current = period_of::<T>(Self::now());
		let start = VolumeCursor::<T>::get();
		let mut cursor = start;
		while cursor < current && meter.try_consume(T::WeightInfo::period_step()).is_ok() {
			// Iterating over a prefix while removing from it is undefined. So the nodes are collected first: as many as there is
			// room for, and one more that shows whether the period is done afterwards.
			let one = T::WeightInfo::record_volume();
			let room = meter.remaining().checked_div_per_component(&one).unwrap_or_default().saturating_add(1);
			let nodes: Vec<_> =
				Volumes::<T>::iter_key_prefix(cursor).take(usize::try_from(room).unwrap_or(usize::MAX)).collect();
			for node in nodes {
				if meter.try_consume(one).is_err() {
					VolumeCursor::<T>::put(cursor);
					return;
				}
				let volume = Volumes::<T>::take(cursor, &node);
				// A score of an account without a bond would have nothing at stake.
				let counts = volume >= Parameters::<T>::get().min_volume;
				if counts && T::Bonding::qualifies(Role::ServiceNode, &node) {
					T::ServiceLevel::record(&node, Action::ExecutedIssue(volume));
				}
			}
			cursor.saturating_inc();
		}
		if cursor != start {
			VolumeCursor::<T>::put(cursor);
		}
	}
}
