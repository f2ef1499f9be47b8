//! The keys with which service nodes sign: who steals must still be known by the key it used.

use crate::{Config, Error, Event, KeyPeriod, Ledgers, Pallet, ServiceKeys};
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::Role;
use sp_runtime::traits::{One, Saturating};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_service_key(who: &T::AccountId, key: T::ServiceKey) -> DispatchResult {
		let ledger = Ledgers::<T>::get(who).ok_or(Error::<T>::NotBonded)?;
		ensure!(ledger.role == Role::ServiceNode, Error::<T>::NotServiceNode);
		let now = frame_system::Pallet::<T>::block_number();
		let window = T::ReportWindow::get();
		ServiceKeys::<T>::try_mutate(who, |periods| {
			// What was signed before the window can't be reported any more. A key that was set in this very block
			// was never the key of a block that is over.
			periods.retain(|period| period.from < now && period.to.is_none_or(|to| to.saturating_add(window) >= now));
			if let Some(current) = periods.last_mut() {
				current.to.get_or_insert(now.saturating_sub(One::one()));
			}
			periods
				.try_push(KeyPeriod { key: key.clone(), from: now, to: None })
				.map_err(|_| Error::<T>::TooManyServiceKeys)
		})?;
		Self::deposit_event(Event::ServiceKeySet { who: who.clone(), key });
		Ok(())
	}

	/// Whether a key signed for a service node in a block.
	pub fn is_service_key(who: &T::AccountId, key: &T::ServiceKey, at: BlockNumberFor<T>) -> bool {
		ServiceKeys::<T>::get(who)
			.iter()
			.any(|period| &period.key == key && period.from <= at && period.to.is_none_or(|to| at <= to))
	}
}
