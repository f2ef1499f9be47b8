//! The traits that this pallet implements for other pallets.

use crate::{Config, Item, ModuleId, Pages, Pallet, Parameters, Providers, Roster, WeightInfo};
use alloc::{collections::BTreeMap, vec::Vec};
use core::cmp::Ordering;
use frame_support::{traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Commitments, OnBondLost, Role, ServiceCredit, Window};
use sp_runtime::{
	Perbill, Percent,
	traits::{Saturating, Zero},
};

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

/// A node keeps the bond of its units. If governance raises it, nothing ends, but a node that has less can unbond nothing.
impl<T: Config> Commitments<T::AccountId, T::Balance> for Pallet<T> {
	fn committed(role: Role, who: &T::AccountId) -> T::Balance {
		match role {
			Role::ServiceNode => Self::bond_of(Self::units_of(who, None)),
			Role::Anchor => Zero::zero(),
		}
	}

	fn weight() -> Weight {
		// The parameters, the node, and its agreements.
		T::DbWeight::get().reads(u64::from(T::MaxAgreements::get()).saturating_add(2))
	}
}

/// The largest share of the budget periods since the session was opened, by what was lost since then. It never falls, and neither pauses
/// nor time make it smaller.
impl<T: Config> ServiceCredit<T::AccountId, BlockNumberFor<T>> for Pallet<T> {
	fn share(node: &T::AccountId, opened: BlockNumberFor<T>) -> Perbill {
		// Read once: there are many credits.
		let half = T::HalfBudget::get();
		let period_of = |window: Window| window.checked_div(half).unwrap_or_default() / 2;
		let opened = Self::window_of(opened);
		// Of each module what had returned in the first period before, what returned in it later, and after it.
		let mut all: BTreeMap<ModuleId, (Percent, Percent, Percent)> = BTreeMap::new();
		for credit in Providers::<T>::get(node).credits {
			let (before, first, later) = all.entry(credit.module).or_default();
			let share = match period_of(credit.window).cmp(&period_of(opened)) {
				Ordering::Less => continue,
				Ordering::Equal if credit.window <= opened => before,
				Ordering::Equal => first,
				Ordering::Greater => later,
			};
			*share = credit.share.max(*share);
		}
		let since = all.into_values().map(|(before, first, later)| first.saturating_sub(before).max(later));
		let share = since.max().unwrap_or_default();
		Perbill::from_percent(share.deconstruct().into())
	}

	fn weight() -> Weight {
		// The node, and the durations with the clock.
		T::DbWeight::get().reads(4)
	}
}

/// Suspended nodes and those under maintenance are measured as well: it is decided later whether a window counts. Who is measured in a window
/// that is over does not change: slots begin with the next window, end no earlier than with the present one, and are vacated when their last
/// one is closed.
impl<T: Config> smartlayer_primitives::Roster<T::AccountId> for Pallet<T> {
	fn pages() -> u32 {
		Pages::<T>::get()
	}

	fn measured(window: Window, page: u32) -> Vec<(u8, T::AccountId)> {
		let slots = Roster::<T>::get(page).into_iter();
		let measured = slots.filter(|(_, slot)| slot.first <= window && window <= slot.last);
		measured.map(|(place, slot)| (place, slot.provider)).collect()
	}
}

/// Whether only nodes that are in service under an agreement earn rewards.
pub struct RequireAgreement<T>(core::marker::PhantomData<T>);

impl<T: Config> Get<bool> for RequireAgreement<T> {
	fn get() -> bool {
		Parameters::<T>::get().require_agreement
	}
}
