//! What other pallets ask of this one.

use crate::{Config, Deltas, Pallet, Scores, Targets, Thresholds, VolumeWindowState, Volumes, defaults, math};
use frame_support::traits::Get;
use smartlayer_primitives::{Action, ActionKind, Delta, Role, Score, ServiceLevel};
use sp_core::U256;
use sp_runtime::{Perbill, traits::Zero};

impl<T: Config> Pallet<T> {
	/// The delta of an action that is in force.
	pub(crate) fn delta_of(action: ActionKind) -> Delta {
		Deltas::<T>::get(action).unwrap_or_else(|| defaults::delta(action))
	}

	/// The target of a role that is in force.
	pub(crate) fn target_of(role: Role) -> Score {
		Targets::<T>::get(role).unwrap_or(match role {
			Role::ServiceNode => defaults::VAULT_SLA_TARGET,
			Role::Anchor => defaults::STAKED_RELAYER_SLA_TARGET,
		})
	}

	/// An account's score, as others see it.
	pub(crate) fn score_of(role: Role, who: &T::AccountId) -> Score {
		Scores::<T>::get(role, who).min(Self::target_of(role))
	}

	/// The slash rate that follows from an account's score in a role.
	pub(crate) fn slash_rate_of(role: Role, who: &T::AccountId) -> Perbill {
		let thresholds = Thresholds::<T>::get();
		math::slash_rate(Self::score_of(role, who), Self::target_of(role), thresholds.liquidation, thresholds.premium)
	}

	/// Puts a volume into the window, in the place of the oldest, and answers with what it earns of `most`.
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
