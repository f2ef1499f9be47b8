//! Service keys. Replaced keys are kept for the report window, so that statements signed with them remain evidence.

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
		ServiceKeys::<T>::try_mutate(who, |periods| {
			// Statements from before the window can no longer be reported. A key that was set in the current block has never
			// been the current key of a finished block.
			periods.retain(|period| period.from < now && period.to.is_none_or(Self::is_remembered));
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

	/// Returns whether a key was the service key of a node in a block. Of a key that was replaced longer ago than
	/// that nothing is known any more: otherwise somebody who finds it could sign for its time.
	pub fn was_service_key(who: &T::AccountId, key: &T::ServiceKey, at: BlockNumberFor<T>) -> bool {
		ServiceKeys::<T>::get(who).iter().any(|period| {
			&period.key == key && period.from <= at && period.to.is_none_or(|to| at <= to && Self::is_remembered(to))
		})
	}

	/// Returns whether statements with a key that was current until a block are evidence. The block is compared with the clock,
	/// which is behind the height by the blocks in which no report was possible.
	fn is_remembered(to: BlockNumberFor<T>) -> bool {
		to.saturating_add(T::KeyHistory::get()) >= Self::now()
	}
}
