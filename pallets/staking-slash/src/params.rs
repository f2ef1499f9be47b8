//! The parameters that governance may change.

use crate::{Config, Error, Event, Pallet, Parameters, Params, Pools};
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{Get, fungible::Inspect},
};
use smartlayer_primitives::Role;
use sp_runtime::Perbill;

/// One SLN, in its smallest unit.
const UNIT: u128 = 1_000_000_000_000;
/// One point of score.
const POINT: u128 = 1_000_000_000;

/// Returns the parameters of a genesis that does not specify them.
pub(crate) fn defaults<Balance: From<u128>>() -> Params<Balance> {
	Params {
		min_service_node_bond: Balance::from(UNIT.saturating_mul(1_000)),
		min_anchor_bond: Balance::from(UNIT.saturating_mul(10_000)),
		appeal_deposit: Balance::from(UNIT.saturating_mul(100)),
		victim_share: Perbill::from_percent(50),
		theft_victim_share: Perbill::from_percent(50),
		// The minimum bond of a service node, at one point of score.
		min_total_weight: UNIT.saturating_mul(1_000).saturating_mul(POINT),
		period_budget: Balance::from(0),
		anchors_share: Perbill::from_percent(50),
	}
}

impl<T: Config> Pallet<T> {
	/// Validates parameters.
	pub(crate) fn check(params: &Params<T::Balance>) -> Result<(), Error<T>> {
		let least = params.min_service_node_bond.min(params.min_anchor_bond);
		ensure!(least >= T::Currency::minimum_balance(), Error::<T>::MinimumBondTooSmall);
		ensure!(params.theft_victim_share <= Perbill::from_percent(50), Error::<T>::TheftShareAboveHalf);
		let most = T::MaxPeriodBudget::get().mul_floor(T::Currency::total_issuance());
		ensure!(params.period_budget <= most, Error::<T>::BudgetTooLarge);
		ensure!(params.min_total_weight > 0, Error::<T>::MinimumWeightZero);
		Ok(())
	}

	pub(crate) fn do_set_params(params: Params<T::Balance>) -> DispatchResult {
		Self::check(&params)?;
		// Distribution up to this block follows the old minimum weight.
		for role in Role::ALL {
			Pools::<T>::insert(role, Self::pool_now(role));
		}
		Parameters::<T>::put(params);
		Self::deposit_event(Event::ParametersSet { params });
		Ok(())
	}
}
