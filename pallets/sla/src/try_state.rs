//! Invariants, checked after every test and by `try-runtime`.
//!
//! 1. Stored scores are positive and at most 100 points.
//! 2. Targets are positive and at most 100 points.
//! 3. Deltas of penalties are not positive, those of rewards not negative, and none exceeds 100 points.
//! 4. 100 % ≤ liquidation threshold ≤ premium threshold ≤ 200 %.
//! 5. The window counts the stored volumes, which are at most its size. They fill the slots from the first on, none is
//!    zero, and the next slot is one of the window.
//! 6. The sum of the window equals the sum of the stored volumes.

use crate::{Config, Deltas, Pallet, Scores, Targets, Thresholds, VolumeWindowState, Volumes};
use frame_support::{ensure, traits::Get};
use smartlayer_primitives::{MAX_SCORE, Score};
use sp_core::U256;
use sp_runtime::{FixedPointNumber, FixedU64, TryRuntimeError, traits::Zero};

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let in_range = |score: Score| !score.is_zero() && score <= MAX_SCORE;
		ensure!(Scores::<T>::iter_values().all(in_range), "sla invariant 1: a score is out of range");
		ensure!(Targets::<T>::iter_values().all(in_range), "sla invariant 2: a target is out of range");
		ensure!(
			Deltas::<T>::iter().all(|(action, delta)| {
				let signed = if action.is_penalty() { !delta.is_positive() } else { !delta.is_negative() };
				signed && Score::from_inner(delta.into_inner().unsigned_abs()) <= MAX_SCORE
			}),
			"sla invariant 3: a delta has the wrong sign or size"
		);
		let thresholds = Thresholds::<T>::get();
		ensure!(
			thresholds.liquidation >= FixedU64::from_u32(1)
				&& thresholds.premium >= thresholds.liquidation
				&& thresholds.premium <= FixedU64::from_u32(2),
			"sla invariant 4: the thresholds are out of order"
		);
		Self::try_window()
	}

	fn try_window() -> Result<(), TryRuntimeError> {
		let window = VolumeWindowState::<T>::get();
		let size = T::VolumeWindow::get();
		let slots_filled = (0..window.count).all(|slot| !Volumes::<T>::get(slot).is_zero());
		let next_is_free = window.count == size || window.next == window.count;
		ensure!(
			window.count <= size
				&& window.next < size
				&& next_is_free
				&& slots_filled
				&& Volumes::<T>::iter_keys().all(|slot| slot < window.count),
			"sla invariant 5: the window does not count its volumes"
		);
		let sum =
			Volumes::<T>::iter_values().fold(U256::zero(), |sum, volume| sum.saturating_add(volume.into().into()));
		ensure!(window.sum == sum, "sla invariant 6: the sum of the window differs from its volumes");
		Ok(())
	}
}
