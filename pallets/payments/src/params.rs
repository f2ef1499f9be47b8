//! The parameters that governance sets.

use crate::{Config, Error, Event, Pallet, Parameters, Params, ParamsOf};
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::fungible::Inspect};
use sp_runtime::{Perbill, Saturating};

/// Ten SLN, in the smallest unit.
const TEN_SLN: u128 = 10_000_000_000_000;

/// The maximum of all shares together that do not go to the node.
const MAX_SHARES: Perbill = Perbill::from_percent(50);

/// Returns the parameters of a genesis that does not specify them.
pub(crate) fn defaults<Balance: From<u128>>() -> Params<Balance> {
	Params {
		burn_share: Perbill::from_percent(5),
		anchors_share: Perbill::from_parts(25_000_000),
		nodes_share: Perbill::from_parts(25_000_000),
		min_volume: TEN_SLN.into(),
	}
}

impl<T: Config> Pallet<T> {
	/// Validates parameters.
	pub(crate) fn check(params: &ParamsOf<T>) -> Result<(), Error<T>> {
		// Saturates at 100 %, which is above the maximum too.
		let taken = params.burn_share.saturating_add(params.anchors_share).saturating_add(params.nodes_share);
		ensure!(taken <= MAX_SHARES, Error::<T>::SharesTooHigh);
		// Volumes on which the shares round to nothing would cost nothing.
		ensure!(params.min_volume >= T::Currency::minimum_balance(), Error::<T>::MinVolumeTooLow);
		Ok(())
	}

	pub(crate) fn do_set_params(params: ParamsOf<T>) -> DispatchResult {
		Self::check(&params)?;
		Parameters::<T>::put(params);
		Self::deposit_event(Event::ParametersSet { params });
		Ok(())
	}
}
