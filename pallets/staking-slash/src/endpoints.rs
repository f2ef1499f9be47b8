//! Endpoints: where clients, observers and anchors reach service nodes and anchors.

use crate::{Config, Endpoint, Endpoints, Error, Event, Ledgers, Pallet, Tickets};
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Consideration};
use smartlayer_primitives::Bonding;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_endpoint(caller: &T::AccountId, endpoint: Option<Endpoint>) -> DispatchResult {
		let who = <Self as Bonding<_>>::principal(caller);
		ensure!(Ledgers::<T>::contains_key(&who), Error::<T>::NotBonded);
		ensure!(endpoint.as_ref().is_none_or(is_url), Error::<T>::BadEndpoint);
		let footprint = Self::footprint(endpoint.is_some());
		let ticket = match Tickets::<T>::take(&who) {
			Some(ticket) => Some(ticket.update(&who, footprint)?),
			// The bond is older than the deposit.
			None if endpoint.is_some() => Some(T::Consideration::new(&who, footprint)?),
			None => None,
		};
		Tickets::<T>::set(&who, ticket);
		Endpoints::<T>::set(&who, endpoint.clone());
		Self::deposit_event(Event::EndpointSet { who, endpoint });
		Ok(())
	}
}

/// Returns whether an endpoint is the beginning of URLs. Only programs that connect can find out more.
pub(crate) fn is_url(endpoint: &Endpoint) -> bool {
	let rest = endpoint.strip_prefix(b"https://").or_else(|| endpoint.strip_prefix(b"http://"));
	// Paths follow on it: after a parameter or a fragment they would be none.
	let is_plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#');
	rest.is_some_and(|rest| !rest.is_empty() && rest.iter().all(is_plain))
}
