//! The traits that this pallet implements for other pallets.

use crate::{Config, Pallet, SessionOf, Sessions};
use frame_support::{traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Customer, PaymentSessions};
use smartlayer_promise::SessionId;
use sp_runtime::traits::Saturating;

impl<T: Config> PaymentSessions<T::AccountId, T::Balance, BlockNumberFor<T>> for Pallet<T> {
	fn customer_at(session: SessionId, block: BlockNumberFor<T>) -> Option<Customer<T::AccountId, T::Balance>> {
		Sessions::<T>::get(session)
			.filter(|session| session.opened < block && block <= session.expiry)
			.filter(|_| block <= Self::now())
			.map(customer::<T>)
	}

	fn open_customer(session: SessionId) -> Option<Customer<T::AccountId, T::Balance>> {
		Sessions::<T>::get(session).filter(|session| session.is_open(Self::now())).map(customer::<T>)
	}

	fn weight() -> Weight {
		// The session and the clock.
		T::DbWeight::get().reads(2)
	}
}

fn customer<T: Config>(session: SessionOf<T>) -> Customer<T::AccountId, T::Balance> {
	let paid = session.spent.saturating_sub(session.credited);
	Customer { payer: session.payer, node: session.node, paid }
}
