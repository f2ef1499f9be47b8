//! The traits that this pallet implements for other pallets.

use crate::{Config, Item, ModuleId, Pallet, Parameters, Providers, WeightInfo};
use frame_support::{traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{OnBondLost, Role, ServiceCredit, Window};
use sp_runtime::{Perbill, traits::Saturating};

/// Both only note what has happened, because slots are large, and whoever notifies may do so for many accounts. What follows is in the next
/// block.
impl<T: Config> OnBondLost<T::AccountId> for Pallet<T> {
	fn on_bond_lost(role: Role, who: &T::AccountId) {
		if role == Role::ServiceNode && !Providers::<T>::get(who).agreements.is_empty() {
			Self::schedule(Self::next_block(), Item::Lost(who.clone(), Self::window()));
		}
	}

	fn on_bond_ended(role: Role, who: &T::AccountId) {
		if role == Role::ServiceNode && Providers::<T>::contains_key(who) {
			Self::schedule(Self::next_block(), Item::Ended(who.clone(), Self::window()));
		}
	}

	fn weight() -> Weight {
		T::WeightInfo::on_bond_lost()
	}
}

/// The largest share of the budget periods since the session was opened, by what was lost since then. It never falls, and neither pauses
/// nor time make it smaller.
impl<T: Config> ServiceCredit<T::AccountId, BlockNumberFor<T>> for Pallet<T> {
	fn share(node: &T::AccountId, opened: BlockNumberFor<T>) -> Perbill {
		let opened = Self::window_of(opened);
		let period = Self::period_of(opened);
		let credits = Providers::<T>::get(node).credits;
		let largest = |module: ModuleId, is: &dyn Fn(Window) -> bool| {
			let those = credits.iter().filter(|credit| credit.module == module && is(credit.window));
			those.map(|credit| credit.share).max().unwrap_or_default()
		};
		let is_first = |window: Window| Self::period_of(window) == period;
		let since = |module: ModuleId| {
			// Of the first period, what had returned before does not count.
			let before = largest(module, &|window| is_first(window) && window <= opened);
			let first = largest(module, &|window| is_first(window) && window > opened).saturating_sub(before);
			first.max(largest(module, &|window| Self::period_of(window) > period))
		};
		let share = credits.iter().map(|credit| since(credit.module)).max().unwrap_or_default();
		Perbill::from_percent(share.deconstruct().into())
	}

	fn weight() -> Weight {
		// The node, and the durations with the clock.
		T::DbWeight::get().reads(4)
	}
}

/// Whether only nodes that are in service under an agreement earn rewards.
pub struct RequireAgreement<T>(core::marker::PhantomData<T>);

impl<T: Config> Get<bool> for RequireAgreement<T> {
	fn get() -> bool {
		Parameters::<T>::get().require_agreement
	}
}
