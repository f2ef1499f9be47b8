//! The traits that this pallet implements for other pallets.

use crate::{Config, Pallet, Parameters, Providers, WeightInfo};
use frame_support::{traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{OnBondLost, Role, ServiceCredit};
use sp_runtime::Perbill;

impl<T: Config> OnBondLost<T::AccountId> for Pallet<T> {
	fn on_bond_lost(role: Role, who: &T::AccountId) {
		if role == Role::ServiceNode {
			Self::suspend(who);
		}
	}

	fn on_bond_ended(role: Role, who: &T::AccountId) {
		if role == Role::ServiceNode {
			Self::dismiss(who);
		}
	}

	fn weight() -> Weight {
		T::WeightInfo::on_bond_lost()
	}
}

/// The share that returns is the mean of those of all budget periods since the session was opened, of which the running one is one:
/// what a node has lost in one of three counts for a third of the pay.
impl<T: Config> ServiceCredit<T::AccountId, BlockNumberFor<T>> for Pallet<T> {
	fn share(node: &T::AccountId, opened: BlockNumberFor<T>) -> Perbill {
		let from = Self::period_of(Self::window_of(opened));
		let periods = Self::period_of(Self::window()).saturating_sub(from).saturating_add(1);
		let credits = Providers::<T>::get(node).credits;
		let since = credits.iter().filter(|(period, _)| *period >= from);
		let sum = since.fold(0u32, |sum, (_, share)| sum.saturating_add(share.deconstruct().into()));
		Perbill::from_rational(sum, periods.saturating_mul(100))
	}

	fn weight() -> Weight {
		T::DbWeight::get().reads(2)
	}
}

/// Whether only nodes that are in service under an agreement earn rewards.
pub struct RequireAgreement<T>(core::marker::PhantomData<T>);

impl<T: Config> Get<bool> for RequireAgreement<T> {
	fn get() -> bool {
		Parameters::<T>::get().require_agreement
	}
}
