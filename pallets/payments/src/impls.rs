//! The traits that this pallet implements for other pallets.

use crate::{Config, Pallet, Sessions};
use frame_support::{traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::PaymentSessions;
use smartlayer_promise::SessionId;

impl<T: Config> PaymentSessions<T::AccountId, T::Balance, BlockNumberFor<T>> for Pallet<T> {
	fn payer_at(
		session: SessionId,
		node: &T::AccountId,
		block: BlockNumberFor<T>,
	) -> Option<(T::AccountId, T::Balance)> {
		Sessions::<T>::get(session)
			.filter(|session| session.node == *node && session.opened < block && block <= session.expiry)
			.filter(|_| block <= Self::now())
			.map(|session| (session.payer, session.spent))
	}

	fn weight() -> Weight {
		// The session and the clock.
		T::DbWeight::get().reads(2)
	}
}
