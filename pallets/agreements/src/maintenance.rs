//! Announced maintenance: windows in which a node may be down.

use crate::{
	Agreements, Config, Error, Event, Item, Maintained, MaintainedIn, Modules, Pallet, Place, Providers, Records,
};
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Bonding, Maintenance, Window};
use sp_runtime::traits::Saturating;

/// The share of a module's units that may be under maintenance at once is one in this many, unless it is one node.
const ONE_IN: u64 = 5;

impl<T: Config> Pallet<T> {
	/// Announces that a node is under maintenance for windows, under all its agreements that have a slot.
	pub(crate) fn do_announce_maintenance(who: &T::AccountId, from: Window, windows: u32) -> DispatchResult {
		let provider = T::Bonding::principal(who);
		let known = Providers::<T>::get(&provider);
		let window = Self::window();
		let is_past = known.maintenance.is_none_or(|(_, to)| to <= window);
		ensure!(is_past, Error::<T>::AlreadyAnnounced);
		let to = from.saturating_add(windows);
		let longest = T::LongestMaintenance::get();
		ensure!(windows > 0 && T::WindowLength::get().saturating_mul(windows.into()) <= longest, Error::<T>::TooLong);
		let mut slots = Vec::new();
		for id in &known.agreements {
			if let Some(agreement) = Agreements::<T>::get(id)
				&& let Place::Slot(slot) = agreement.place
			{
				slots.push((slot, agreement.offer.module, agreement.offer.units));
			}
		}
		ensure!(!slots.is_empty(), Error::<T>::NoSlot);
		ensure!(from < window.saturating_add(Self::period_windows()), Error::<T>::TooEarly);
		let period = Self::period_of(from);
		for (number, module, units) in slots {
			let specification = Modules::<T>::get(module).ok_or(Error::<T>::NoSuchModule)?.specification;
			ensure!(from >= window.saturating_add(specification.notice), Error::<T>::NoticeTooShort);
			let (page, _) = Self::locate(number);
			Self::with_slot(number, |slot| {
				ensure!(slot.spare(period, specification.maintenance) >= windows, Error::<T>::BudgetSpent);
				slot.note_spared(period, windows);
				Self::add_span(page, &mut slot.away, (from, to))
			})?;
			let all = Records::<T>::get(module).units;
			for announced in from..to {
				MaintainedIn::<T>::try_mutate(module, announced, |away| {
					let others = away.nodes;
					*away =
						Maintained { nodes: others.saturating_add(1), units: away.units.saturating_add(units.into()) };
					let is_little = others == 0 || away.units.saturating_mul(ONE_IN) <= all;
					ensure!(is_little, Error::<T>::TooManyAway);
					Ok::<_, Error<T>>(())
				})?;
				Self::schedule(Self::start_of(announced.saturating_add(1)), Item::Maintained(module, announced));
			}
		}
		Providers::<T>::mutate(&provider, |known| known.maintenance = Some((from, to)));
		Self::deposit_event(Event::MaintenanceAnnounced { provider, from, to });
		Ok(())
	}
}

impl<T: Config> Maintenance<T::AccountId, BlockNumberFor<T>> for Pallet<T> {
	fn ends(node: &T::AccountId, from: BlockNumberFor<T>, to: BlockNumberFor<T>) -> Option<BlockNumberFor<T>> {
		let (first, last) = Providers::<T>::get(node).maintenance?;
		let (begin, end) = (Self::start_of(first), Self::start_of(last));
		(begin <= to && from < end).then_some(end)
	}

	fn weight() -> frame_support::weights::Weight {
		T::DbWeight::get().reads(2)
	}
}
