//! The traits that this pallet implements for other pallets.

use crate::{
	Config, DeltaEntry, Deltas, Pallet, Scores, Targets, Thresholds, VolumeWindowState, Volumes, defaults, math,
};
use alloc::vec::Vec;
use frame_support::traits::Get;
use smartlayer_primitives::{Action, ActionKind, Delta, Role, Score, ServiceLevel};
use sp_core::U256;
use sp_runtime::{Perbill, traits::Zero};

impl<T: Config> Pallet<T> {
	/// Returns the delta in force for an action.
	pub(crate) fn delta_of(action: ActionKind) -> Delta {
		Deltas::<T>::get(action).unwrap_or_else(|| defaults::delta(action))
	}

	/// Returns all deltas: those of the source, and those in force.
	pub(crate) fn delta_entries() -> Vec<DeltaEntry> {
		ActionKind::ALL
			.into_iter()
			.map(|action| DeltaEntry { action, default: defaults::delta(action), current: Self::delta_of(action) })
			.collect()
	}

	/// Returns the target in force for a role.
	pub(crate) fn target_of(role: Role) -> Score {
		Targets::<T>::get(role).unwrap_or(match role {
			Role::ServiceNode => defaults::VAULT_SLA_TARGET,
			Role::Anchor => defaults::STAKED_RELAYER_SLA_TARGET,
		})
	}

	/// Returns the score of an account, at most the target.
	pub(crate) fn score_of(role: Role, who: &T::AccountId) -> Score {
		Scores::<T>::get(role, who).min(Self::target_of(role))
	}

	/// Returns the slash rate at an account's score in a role.
	pub(crate) fn slash_rate_of(role: Role, who: &T::AccountId) -> Perbill {
		let thresholds = Thresholds::<T>::get();
		math::slash_rate(Self::score_of(role, who), Self::target_of(role), thresholds.liquidation, thresholds.premium)
	}

	/// Adds a volume to the window in place of the oldest, and returns its reward, at most `most`.
	fn earn(volume: T::Balance, most: Delta) -> Delta {
		if volume.is_zero() {
			return Delta::zero();
		}
		let size = T::VolumeWindow::get().max(1);
		let window = VolumeWindowState::<T>::mutate(|window| {
			let slot = window.next;
			let leaving: T::Balance = Volumes::<T>::get(slot);
			Volumes::<T>::insert(slot, volume);
			window.sum =
				window.sum.saturating_sub(U256::from(leaving.into())).saturating_add(U256::from(volume.into()));
			window.count = window.count.saturating_add(1).min(size);
			window.next = slot.saturating_add(1).checked_rem(size).unwrap_or_default();
			*window
		});
		math::earned(volume.into(), window.sum, window.count, most)
	}
}

impl<T: Config> ServiceLevel<T::AccountId, T::Balance> for Pallet<T> {
	fn record(who: &T::AccountId, action: Action<T::Balance>) -> Delta {
		let kind = action.kind();
		let role = kind.role();
		let delta = match action {
			Action::ExecutedIssue(volume) => Self::earn(volume, Self::delta_of(kind)),
			_ => Self::delta_of(kind),
		};
		let stored = Scores::<T>::get(role, who);
		Self::store(role, who, stored, math::changed(stored, delta, Self::target_of(role)))
	}

	fn score(role: Role, who: &T::AccountId) -> Score {
		Self::score_of(role, who)
	}

	fn slash_rate(role: Role, who: &T::AccountId) -> Perbill {
		Self::slash_rate_of(role, who)
	}
}
