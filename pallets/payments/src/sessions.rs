//! Sessions: opening, topping up, extending, closing and settling them, and replacing their signers.

use crate::{Config, Error, Event, NextSessionId, Pallet, Session, SessionOf, Sessions, SessionsOf, WeightInfo};
use alloc::vec::Vec;
use codec::MaxEncodedLen;
use frame_support::{
	ensure,
	pallet_prelude::{DispatchError, DispatchResult, Weight},
	traits::{
		Consideration, Footprint, Get,
		fungible::{Inspect, Mutate},
		tokens::Preservation,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Bonding, Role};
use smartlayer_promise::{SessionId, SignedPromise, Signer};
use sp_runtime::traits::{AccountIdConversion, BlockNumberProvider, Saturating, Zero};

/// The maximum number of ids in a page of an account's sessions.
pub(crate) const PAGE: usize = 256;

impl<T: Config> Pallet<T> {
	/// Returns the current block of the clock.
	pub(crate) fn now() -> BlockNumberFor<T> {
		T::BlockNumberProvider::current_block_number()
	}

	/// Returns the account that keeps the deposits of all sessions.
	pub fn pot() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	/// Endows that account with the existential deposit, so that it can always receive.
	pub(crate) fn endow_pot() -> DispatchResult {
		let pot = Self::pot();
		let missing = T::Currency::minimum_balance().saturating_sub(T::Currency::balance(&pot));
		if missing.is_zero() {
			return Ok(());
		}
		T::Currency::mint_into(&pot, missing).map(drop)
	}

	/// Moves an amount from a payer to the account of this pallet. Tokens that are locked, as by votes, cannot be moved: paid
	/// away, they could vote again.
	fn pay_in(payer: &T::AccountId, amount: T::Balance) -> DispatchResult {
		T::Currency::transfer(payer, &Self::pot(), amount, Preservation::Preserve).map(drop)
	}

	/// Returns an amount from the account of this pallet to a payer. Its account exists, because the storage deposit is held.
	pub(crate) fn pay_back(payer: &T::AccountId, amount: T::Balance) -> DispatchResult {
		T::Currency::transfer(&Self::pot(), payer, amount, Preservation::Preserve).map(drop)
	}

	/// Returns the storage that a session occupies: its record, and an entry for each of its two accounts. The price of the
	/// three items is part of [`Config::Consideration`].
	pub(crate) fn footprint() -> Footprint {
		let index = T::AccountId::max_encoded_len().saturating_add(SessionId::max_encoded_len());
		Footprint::from_parts(1, SessionOf::<T>::max_encoded_len().saturating_add(index.saturating_mul(2)))
	}

	pub(crate) fn do_open_session(
		payer: T::AccountId,
		node: T::AccountId,
		amount: T::Balance,
		signer: Signer,
		expiry: BlockNumberFor<T>,
	) -> DispatchResult {
		ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
		ensure!(T::Bonding::qualifies(Role::ServiceNode, &node), Error::<T>::NodeNotActive);
		let now = Self::now();
		Self::ensure_expiry(now, expiry)?;
		let id = NextSessionId::<T>::get();
		NextSessionId::<T>::put(id.checked_add(1).ok_or(Error::<T>::Overflow)?);

		Self::pay_in(&payer, amount)?;
		let session = Session {
			signer,
			replaced: None,
			opened: now,
			expiry,
			held: amount,
			spent: Zero::zero(),
			credited: Zero::zero(),
			claimed: Zero::zero(),
			ticket: T::Consideration::new(&payer, Self::footprint())?,
			payer: payer.clone(),
			node: node.clone(),
		};
		SessionsOf::<T>::insert(&payer, id, ());
		SessionsOf::<T>::insert(&node, id, ());
		Sessions::<T>::insert(id, session);
		Self::deposit_event(Event::SessionOpened { session: id, payer, node, signer, amount, expiry });
		Ok(())
	}

	pub(crate) fn do_top_up(who: &T::AccountId, id: SessionId, amount: T::Balance) -> DispatchResult {
		ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
		let held = Self::change(who, id, |session, now| {
			ensure!(now < session.thawed_at(T::Thaw::get()), Error::<T>::ThawEnded);
			Self::pay_in(who, amount)?;
			session.held = session.held.saturating_add(amount);
			Ok(session.held)
		})?;
		Self::deposit_event(Event::ToppedUp { session: id, amount, held });
		Ok(())
	}

	pub(crate) fn do_extend(who: &T::AccountId, id: SessionId, expiry: BlockNumberFor<T>) -> DispatchResult {
		Self::change(who, id, |session, now| {
			ensure!(session.is_open(now), Error::<T>::NotOpen);
			ensure!(expiry > session.expiry, Error::<T>::ExpiryTooEarly);
			Self::ensure_expiry(now, expiry)?;
			session.expiry = expiry;
			Ok(())
		})?;
		Self::deposit_event(Event::Extended { session: id, expiry });
		Ok(())
	}

	pub(crate) fn do_replace_signer(who: &T::AccountId, id: SessionId, signer: Signer) -> DispatchResult {
		let until = Self::change(who, id, |session, now| {
			ensure!(now < session.thawed_at(T::Thaw::get()), Error::<T>::ThawEnded);
			// Only one replaced key is stored, and its promises must not be lost.
			ensure!(session.replaced.is_none_or(|(_, until)| until <= now), Error::<T>::SignerReplacedRecently);
			ensure!(session.signer != signer, Error::<T>::SameSigner);
			let until = now.saturating_add(T::Thaw::get());
			session.replaced = Some((session.signer, until));
			session.signer = signer;
			Ok(until)
		})?;
		Self::deposit_event(Event::SignerReplaced { session: id, signer, until });
		Ok(())
	}

	/// Closes a session by its payer or its node. Returns the weight if it is below the maximum.
	pub(crate) fn do_close(
		who: &T::AccountId,
		id: SessionId,
		promise: Option<&SignedPromise>,
	) -> Result<Option<Weight>, DispatchError> {
		let session = Sessions::<T>::get(id).ok_or(Error::<T>::NoSuchSession)?;
		// Not by its operator: whoever steals the hot key could void all promises that are not cashed out yet.
		if *who == session.node {
			return Self::close_by_node(id, promise).map(|()| None);
		}
		ensure!(*who == session.payer, Error::<T>::NotParty);
		ensure!(promise.is_none(), Error::<T>::OnlyNodePresents);
		let until = Self::change(who, id, |session, now| {
			ensure!(session.is_open(now), Error::<T>::NotOpen);
			session.expiry = now;
			Ok(session.thawed_at(T::Thaw::get()))
		})?;
		Self::deposit_event(Event::Closing { session: id, until });
		Ok(Some(T::WeightInfo::close()))
	}

	fn close_by_node(id: SessionId, promise: Option<&SignedPromise>) -> DispatchResult {
		if let Some(promise) = promise {
			match Self::do_cash_out(id, promise) {
				// Somebody else may have cashed it out before, or the deposit is used up: there is nothing more to pay.
				Err(error)
					if [Error::<T>::AlreadyPaid, Error::<T>::DepositUsedUp]
						.map(DispatchError::from)
						.contains(&error) => {},
				result => result?,
			}
		}
		let mut session = Sessions::<T>::get(id).ok_or(Error::<T>::NoSuchSession)?;
		let now = Self::now();
		ensure!(now < session.thawed_at(T::Thaw::get()), Error::<T>::ThawEnded);
		let returned = Self::return_rest(&mut session)?;
		session.expiry = session.expiry.min(now);
		Sessions::<T>::insert(id, session);
		Self::deposit_event(Event::ClosedByNode { session: id, returned });
		Ok(())
	}

	pub(crate) fn do_settle(id: SessionId) -> DispatchResult {
		let mut session = Sessions::<T>::take(id).ok_or(Error::<T>::NoSuchSession)?;
		ensure!(Self::now() >= session.thawed_at(T::Thaw::get()), Error::<T>::ThawNotEnded);
		let returned = Self::return_rest(&mut session)?;
		SessionsOf::<T>::remove(&session.payer, id);
		SessionsOf::<T>::remove(&session.node, id);
		session.ticket.drop(&session.payer)?;
		Self::deposit_event(Event::Settled { session: id, returned });
		Ok(())
	}

	/// Returns a page of the sessions of an account.
	pub(crate) fn page_of(who: &T::AccountId, after: Option<SessionId>) -> Vec<SessionId> {
		match after {
			Some(id) => {
				let key = SessionsOf::<T>::hashed_key_for(who, id);
				SessionsOf::<T>::iter_key_prefix_from(who, key).take(PAGE).collect()
			},
			None => SessionsOf::<T>::iter_key_prefix(who).take(PAGE).collect(),
		}
	}

	/// Changes a session of a payer.
	fn change<R>(
		who: &T::AccountId,
		id: SessionId,
		change: impl FnOnce(&mut SessionOf<T>, BlockNumberFor<T>) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		Sessions::<T>::try_mutate(id, |session| {
			let session = session.as_mut().ok_or(Error::<T>::NoSuchSession)?;
			ensure!(session.payer == *who, Error::<T>::NotPayer);
			change(session, Self::now())
		})
	}

	/// Ensures that an expiry is neither too early nor too late.
	fn ensure_expiry(now: BlockNumberFor<T>, expiry: BlockNumberFor<T>) -> DispatchResult {
		ensure!(expiry >= now.saturating_add(2u32.into()), Error::<T>::ExpiryTooEarly);
		ensure!(expiry <= now.saturating_add(T::LongestSession::get()), Error::<T>::ExpiryTooLate);
		Ok(())
	}

	/// Returns the rest of a session's deposit to its payer.
	fn return_rest(session: &mut SessionOf<T>) -> Result<T::Balance, DispatchError> {
		let rest = core::mem::take(&mut session.held);
		if !rest.is_zero() {
			Self::pay_back(&session.payer, rest)?;
		}
		Ok(rest)
	}
}
