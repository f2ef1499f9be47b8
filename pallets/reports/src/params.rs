//! The parameters that governance sets.

use crate::{Config, Error, Event, Pallet, Parameters, Params, ParamsOf, tally};
use frame_support::{ensure, pallet_prelude::DispatchResult};
use sp_runtime::{Perbill, traits::Zero};

/// One SLN, in the smallest unit.
const SLN: u128 = 1_000_000_000_000;

/// The maximum share of its stake that a seat loses for a false verdict.
const MAX_FALSE_VERDICT: Perbill = Perbill::from_percent(10);

/// Returns the parameters of a genesis that does not specify them.
pub(crate) fn defaults<Balance: From<u128>>() -> Params<Balance> {
	Params {
		deposit: SLN.saturating_mul(100).into(),
		// Two thirds of any jury, because the number of votes is rounded up.
		quorum: Perbill::from_parts(666_666_666),
		majority: Perbill::from_percent(50),
		demand_fee: SLN.into(),
		false_verdict: Perbill::from_percent(1),
	}
}

impl<T: Config> Pallet<T> {
	/// Validates parameters.
	pub(crate) fn check(params: &ParamsOf<T>) -> Result<(), Error<T>> {
		ensure!(tally::is_quorum(params.quorum), Error::<T>::QuorumTooLow);
		ensure!(tally::is_majority(params.majority), Error::<T>::BadMajority);
		// Doubling would not raise it.
		ensure!(!params.demand_fee.is_zero(), Error::<T>::NoFee);
		ensure!(params.false_verdict <= MAX_FALSE_VERDICT, Error::<T>::FalseVerdictTooHigh);
		Ok(())
	}

	pub(crate) fn do_set_params(params: ParamsOf<T>) -> DispatchResult {
		Self::check(&params)?;
		Parameters::<T>::put(params);
		Self::deposit_event(Event::ParametersSet { params });
		Ok(())
	}
}
