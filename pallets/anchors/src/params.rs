//! The parameters that governance may change.

use crate::{Config, Error, Event, Pallet, Parameters, ParamsOf};
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::{Saturating, Zero};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_params(params: ParamsOf<T>) -> DispatchResult {
		Self::check(&params)?;
		Parameters::<T>::put(params);
		Self::deposit_event(Event::ParametersSet { params });
		Ok(())
	}

	/// Validates parameters.
	pub(crate) fn check(params: &ParamsOf<T>) -> DispatchResult {
		ensure!(params.floor > 0, Error::<T>::FloorZero);
		ensure!(params.floor <= params.desired_seats, Error::<T>::FloorAboveSeats);
		ensure!(params.desired_seats <= T::MaxSeats::get(), Error::<T>::TooManySeats);
		ensure!(!params.min_vote.is_zero(), Error::<T>::MinVoteZero);
		let last: BlockNumberFor<T> = params.desired_seats.saturating_sub(1).into();
		ensure!(last.saturating_mul(T::BackupDelay::get()) < T::IntervalLength::get(), Error::<T>::IntervalTooShort);
		Ok(())
	}
}
