//! Benchmarks. Each sets up the most expensive path of its call.

#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "a benchmark that is wrong shall say so")]

use super::*;
use frame_benchmarking::v2::*;
use frame_support::traits::{EnsureOrigin, Get};
use smartlayer_primitives::{Action, ActionKind, Delta, MAX_SCORE, Role, Score, ServiceLevel};
use sp_runtime::{FixedU64, traits::Zero};

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn set_delta() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let delta = Delta::from_u32(2);
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, ActionKind::ExecutedIssue, delta);
		assert_eq!(Deltas::<T>::get(ActionKind::ExecutedIssue), Some(delta));
		Ok(())
	}

	#[benchmark]
	fn set_thresholds() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let (liquidation, premium) = (FixedU64::from_u32(1), FixedU64::from_u32(2));
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, liquidation, premium);
		assert_eq!(Thresholds::<T>::get(), SlashThresholds { liquidation, premium });
		Ok(())
	}

	#[benchmark]
	fn set_target() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let target = Score::from_u32(50);
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, Role::Anchor, target);
		assert_eq!(Targets::<T>::get(Role::Anchor), Some(target));
		Ok(())
	}

	#[benchmark]
	fn force_score() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let who: T::AccountId = account("node", 0, 0);
		Scores::<T>::insert(Role::ServiceNode, &who, MAX_SCORE);
		let score = Score::from_u32(50);
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, Role::ServiceNode, who.clone(), score);
		assert_eq!(Scores::<T>::get(Role::ServiceNode, &who), score);
		Ok(())
	}

	#[benchmark]
	fn record_constant() {
		let who: T::AccountId = account("anchor", 0, 0);
		Scores::<T>::insert(Role::Anchor, &who, Score::from_u32(50));
		// A delta set by governance is read from storage and decoded.
		Deltas::<T>::insert(ActionKind::BlockSubmission, Delta::from_u32(2));
		Targets::<T>::insert(Role::Anchor, Score::from_u32(90));
		#[block]
		{
			Pallet::<T>::record(&who, Action::BlockSubmission);
		}
		assert_eq!(Scores::<T>::get(Role::Anchor, &who), Score::from_u32(52));
	}

	#[benchmark]
	fn record_volume() {
		let who: T::AccountId = account("node", 0, 0);
		Scores::<T>::insert(Role::ServiceNode, &who, Score::from_u32(50));
		Deltas::<T>::insert(ActionKind::ExecutedIssue, Delta::from_u32(2));
		Targets::<T>::insert(Role::ServiceNode, Score::from_u32(90));
		// A full window: one volume enters, and one leaves.
		let largest = T::Balance::from(u128::MAX);
		for _ in 0..T::VolumeWindow::get() {
			Pallet::<T>::record(&who, Action::ExecutedIssue(largest));
		}
		Scores::<T>::insert(Role::ServiceNode, &who, Score::from_u32(50));
		#[block]
		{
			Pallet::<T>::record(&who, Action::ExecutedIssue(largest));
		}
		assert_eq!(Scores::<T>::get(Role::ServiceNode, &who), Score::from_u32(52));
		assert!(!Volumes::<T>::get(0).is_zero());
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::chain(), crate::mock::Test);
}
