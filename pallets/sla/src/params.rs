//! Deltas, targets, thresholds and scores, set by governance.

use crate::{Config, Deltas, Error, Event, Pallet, SlashThresholds, Targets, Thresholds, math};
use frame_support::{ensure, pallet_prelude::DispatchResult};
use smartlayer_primitives::{ActionKind, Delta, MAX_SCORE, Role, Score};
use sp_runtime::{FixedPointNumber, FixedU64, traits::Zero};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_delta(action: ActionKind, delta: Delta) -> DispatchResult {
		ensure!(!action.is_penalty() || !delta.is_positive(), Error::<T>::PenaltyAboveZero);
		ensure!(action.is_penalty() || !delta.is_negative(), Error::<T>::RewardBelowZero);
		let size = Score::from_inner(delta.into_inner().unsigned_abs());
		ensure!(size <= Self::target_of(action.role()), Error::<T>::DeltaBeyondTarget);
		Deltas::<T>::insert(action, delta);
		Self::deposit_event(Event::DeltaSet { action, delta });
		Ok(())
	}

	pub(crate) fn do_set_thresholds(thresholds: SlashThresholds) -> DispatchResult {
		ensure!(thresholds.liquidation >= FixedU64::from_u32(1), Error::<T>::LiquidationBelowHundredPercent);
		ensure!(thresholds.premium >= thresholds.liquidation, Error::<T>::ThresholdsOutOfOrder);
		ensure!(thresholds.premium <= FixedU64::from_u32(2), Error::<T>::PremiumAboveTwoHundredPercent);
		Thresholds::<T>::put(thresholds);
		Self::deposit_event(Event::ThresholdsSet { thresholds });
		Ok(())
	}

	pub(crate) fn do_set_target(role: Role, target: Score) -> DispatchResult {
		ensure!(!target.is_zero(), Error::<T>::TargetZero);
		ensure!(target <= MAX_SCORE, Error::<T>::TargetAboveHundred);
		Targets::<T>::insert(role, target);
		Self::deposit_event(Event::TargetSet { role, target });
		Ok(())
	}

	pub(crate) fn do_force_score(role: Role, who: &T::AccountId, score: Score) -> DispatchResult {
		ensure!(score <= Self::target_of(role), Error::<T>::ScoreAboveTarget);
		Self::store(role, who, crate::Scores::<T>::get(role, who), score);
		Ok(())
	}

	/// Stores a score, deposits the event, and notifies the handler. Returns the change.
	pub(crate) fn store(role: Role, who: &T::AccountId, stored: Score, score: Score) -> Delta {
		// Scores are at most 100 points, so their difference fits into a delta.
		let delta = math::difference(stored, score).unwrap_or_default();
		if score.is_zero() {
			crate::Scores::<T>::remove(role, who);
		} else {
			crate::Scores::<T>::insert(role, who, score);
		}
		Self::deposit_event(Event::UpdateSLA { account: who.clone(), total_score: score, delta, role });
		<T::OnScoreChange as smartlayer_primitives::OnScoreChange<_>>::on_score_change(role, who, score);
		delta
	}
}
