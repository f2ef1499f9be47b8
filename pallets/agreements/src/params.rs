//! The parameters that governance sets.

use crate::{Config, Error, Event, Pallet, Parameters, Params, ParamsOf};
use frame_support::{ensure, pallet_prelude::DispatchResult};
use sp_runtime::traits::Zero;

/// One SLN, in the smallest unit.
const SLN: u128 = 1_000_000_000_000;

/// Returns the parameters of a genesis that does not specify them.
pub(crate) fn defaults<Balance: From<u128>>() -> Params<Balance> {
	Params {
		bond_per_unit: SLN.saturating_mul(100).into(),
		test_fee: SLN.saturating_mul(5).into(),
		measuring_fee: SLN.into(),
		require_agreement: false,
	}
}

impl<T: Config> Pallet<T> {
	/// Validates parameters.
	pub(crate) fn check(params: &ParamsOf<T>) -> Result<(), Error<T>> {
		// A bond would carry any number of units.
		ensure!(!params.bond_per_unit.is_zero(), Error::<T>::NoBondPerUnit);
		Ok(())
	}

	pub(crate) fn do_set_params(params: ParamsOf<T>) -> DispatchResult {
		Self::check(&params)?;
		Parameters::<T>::put(params);
		Self::deposit_event(Event::ParametersSet { params });
		Ok(())
	}
}
