//! Negotiations: offers, counter-offers, and how they become agreements.

use crate::{
	Agreement, AgreementId, Agreements, CoSignaturesOf, Config, Error, Event, HoldReason, Item, MAX_ROUNDS, ModuleId,
	Modules, Negotiation, NegotiationOf, Negotiations, NextAgreementId, Offer, Pallet, Parameters, Party, Place,
	Providers, SlotId, Stage, Standing, WeightInfo,
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{
		Get,
		fungible::{Balanced, MutateHold},
		tokens::{Fortitude, Precision, Preservation},
	},
	weights::Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Bonding, Consent, Rewards, Role, Stakes};
use sp_runtime::{
	DispatchError,
	traits::{Saturating, Zero},
};

/// What distinguishes the payload from whatever else the duty keys of seats sign.
const DOMAIN: &[u8] = b"smartlayer/agreement/1";

impl<T: Config> Pallet<T> {
	/// Returns the payload that seats sign to stand for an offer in one round of one negotiation, until a block of the clock.
	pub(crate) fn offer_payload(
		id: AgreementId,
		round: u8,
		provider: &T::AccountId,
		offer: &Offer,
		deadline: BlockNumberFor<T>,
	) -> Vec<u8> {
		let genesis = frame_system::BlockHash::<T>::get(BlockNumberFor::<T>::zero());
		(DOMAIN, genesis, id, round, provider, offer, deadline).encode()
	}

	/// Checks whether a node can agree on an offer.
	fn ensure_possible(provider: &T::AccountId, offer: &Offer) -> DispatchResult {
		ensure!(T::Bonding::qualifies(Role::ServiceNode, provider), Error::<T>::NotServiceNode);
		let module = Modules::<T>::get(offer.module).ok_or(Error::<T>::NoSuchModule)?;
		ensure!(module.standing == Standing::Standard, Error::<T>::NotStandard);
		ensure!(module.specification.objectives.allow(&offer.bounds), Error::<T>::OutOfRange);
		ensure!(offer.units > 0, Error::<T>::NoUnits);
		ensure!(offer.windows > 0 && offer.windows <= T::LongestAgreement::get(), Error::<T>::BadDuration);
		let units = Self::units_of(provider, Some(offer.module)).saturating_add(offer.units.into());
		Self::ensure_backed(provider, units)
	}

	/// Returns the units of all agreements of a node, except for those under one module.
	pub(crate) fn units_of(provider: &T::AccountId, except: Option<ModuleId>) -> u128 {
		let agreements = Providers::<T>::get(provider).agreements.into_iter().filter_map(Agreements::<T>::get);
		let offers = agreements.map(|agreement| agreement.offer).filter(|offer| Some(offer.module) != except);
		offers.fold(0, |sum, offer| sum.saturating_add(offer.units.into()))
	}

	/// Returns the bond that so many units need.
	pub(crate) fn bond_of(units: u128) -> T::Balance {
		Parameters::<T>::get().bond_per_unit.saturating_mul(units.into())
	}

	/// Checks that the bond of a node is enough for so many units.
	pub(crate) fn ensure_backed(provider: &T::AccountId, units: u128) -> DispatchResult {
		ensure!(Self::bond_of(units) <= T::Stakes::active(Role::ServiceNode, provider), Error::<T>::TooManyUnits);
		Ok(())
	}

	/// Returns the negotiation of the node that an account acts for.
	fn negotiation_of(who: &T::AccountId, id: AgreementId) -> Result<NegotiationOf<T>, DispatchError> {
		let negotiation = Negotiations::<T>::get(id).ok_or(Error::<T>::NoSuchNegotiation)?;
		ensure!(T::Bonding::principal(who) == negotiation.provider, Error::<T>::NotProvider);
		Ok(negotiation)
	}

	/// Checks that an offer is the one that is answered, made by the other side, and not void.
	fn ensure_open(negotiation: &NegotiationOf<T>, round: u8, by: Party) -> DispatchResult {
		ensure!(negotiation.round == round, Error::<T>::AnotherRound);
		ensure!(negotiation.by == by, Error::<T>::NotYourTurn);
		ensure!(Self::now() < negotiation.deadline, Error::<T>::OfferLapsed);
		Ok(())
	}

	pub(crate) fn do_propose(who: T::AccountId, offer: Offer) -> DispatchResult {
		let provider = T::Bonding::principal(&who);
		Self::ensure_possible(&provider, &offer)?;
		let id = NextAgreementId::<T>::try_mutate(|next| {
			let id = *next;
			*next = id.checked_add(1).ok_or(Error::<T>::Overflow)?;
			Ok::<_, DispatchError>(id)
		})?;
		Providers::<T>::try_mutate(&provider, |known| {
			let negotiations = &mut known.negotiations;
			ensure!(negotiations.iter().all(|(_, module)| *module != offer.module), Error::<T>::AlreadyNegotiating);
			negotiations.try_push((id, offer.module)).map_err(|_| Error::<T>::TooManyNegotiations)
		})?;
		let deadline = Self::now().saturating_add(T::OfferPeriod::get());
		Self::offer(id, Negotiation { provider, payer: who, offer, by: Party::Provider, round: 1, deadline });
		Ok(())
	}

	/// Stores an offer, and lets it lapse at its deadline.
	fn offer(id: AgreementId, negotiation: NegotiationOf<T>) {
		Self::schedule(negotiation.deadline, Item::Offer(id));
		Negotiations::<T>::insert(id, &negotiation);
		Self::deposit_event(Event::Offered { agreement: id, negotiation });
	}

	/// Replaces an offer by one of the other side.
	fn replace(id: AgreementId, before: NegotiationOf<T>, after: NegotiationOf<T>) -> DispatchResult {
		ensure!(before.round < MAX_ROUNDS, Error::<T>::TooManyRounds);
		// A node has one negotiation for each module.
		ensure!(before.offer.module == after.offer.module, Error::<T>::AnotherModule);
		Self::ensure_possible(&after.provider, &after.offer)?;
		Self::unschedule(before.deadline, Item::Offer(id));
		Self::offer(id, after);
		Ok(())
	}

	pub(crate) fn do_counter(who: T::AccountId, id: AgreementId, round: u8, offer: Offer) -> DispatchResult {
		let before = Self::negotiation_of(&who, id)?;
		Self::ensure_open(&before, round, Party::Network)?;
		let after = Negotiation {
			provider: before.provider.clone(),
			payer: who,
			offer,
			by: Party::Provider,
			round: round.saturating_add(1),
			deadline: Self::now().saturating_add(T::OfferPeriod::get()),
		};
		Self::replace(id, before, after)
	}

	pub(crate) fn do_counter_by_seats(
		id: AgreementId,
		round: u8,
		offer: Offer,
		deadline: BlockNumberFor<T>,
		signatures: &CoSignaturesOf<T>,
	) -> DispatchResult {
		let before = Negotiations::<T>::get(id).ok_or(Error::<T>::NoSuchNegotiation)?;
		Self::ensure_open(&before, round, Party::Provider)?;
		let now = Self::now();
		ensure!(deadline > now, Error::<T>::OfferLapsed);
		ensure!(deadline <= now.saturating_add(T::OfferPeriod::get()), Error::<T>::DeadlineTooLate);
		let next = round.saturating_add(1);
		let payload = Self::offer_payload(id, next, &before.provider, &offer, deadline);
		T::Consent::ensure(&payload, signatures)?;
		let (provider, payer) = (before.provider.clone(), before.payer.clone());
		Self::replace(id, before, Negotiation { provider, payer, offer, by: Party::Network, round: next, deadline })
	}

	pub(crate) fn do_accept(who: T::AccountId, id: AgreementId, round: u8) -> DispatchResult {
		let negotiation = Self::negotiation_of(&who, id)?;
		Self::ensure_open(&negotiation, round, Party::Network)?;
		Self::agree(id, Negotiation { payer: who, ..negotiation })
	}

	pub(crate) fn do_conclude(id: AgreementId, round: u8, signatures: &CoSignaturesOf<T>) -> DispatchResult {
		let negotiation = Negotiations::<T>::get(id).ok_or(Error::<T>::NoSuchNegotiation)?;
		Self::ensure_open(&negotiation, round, Party::Provider)?;
		let Negotiation { provider, offer, deadline, .. } = &negotiation;
		T::Consent::ensure(&Self::offer_payload(id, round, provider, offer, *deadline), signatures)?;
		Self::agree(id, negotiation)
	}

	pub(crate) fn do_withdraw(who: &T::AccountId, id: AgreementId) -> DispatchResult {
		let negotiation = Self::negotiation_of(who, id)?;
		Self::end_negotiation(id, &negotiation);
		Self::forget_if_gone(&negotiation.provider);
		Ok(())
	}

	/// Ends a negotiation before its deadline.
	pub(crate) fn end_negotiation(id: AgreementId, negotiation: &NegotiationOf<T>) {
		Self::unschedule(negotiation.deadline, Item::Offer(id));
		Self::remove_negotiation(id, &negotiation.provider);
		Self::deposit_event(Event::Withdrawn { agreement: id, provider: negotiation.provider.clone() });
	}

	/// Ends a negotiation whose offer is void.
	pub(crate) fn lapse(id: AgreementId) {
		let void = Negotiations::<T>::get(id).filter(|negotiation| negotiation.deadline <= Self::now());
		if let Some(negotiation) = void {
			Self::remove_negotiation(id, &negotiation.provider);
			Self::forget_if_gone(&negotiation.provider);
			Self::deposit_event(Event::Lapsed { agreement: id, provider: negotiation.provider });
		}
	}

	fn remove_negotiation(id: AgreementId, provider: &T::AccountId) {
		Negotiations::<T>::remove(id);
		Providers::<T>::mutate(provider, |known| known.negotiations.retain(|(other, _)| *other != id));
	}

	/// Concludes an agreement, or renews the one that the node has under the module.
	fn agree(id: AgreementId, negotiation: NegotiationOf<T>) -> DispatchResult {
		let Negotiation { provider, payer, offer, deadline, .. } = negotiation;
		// An operator that was dismissed since must not pay.
		ensure!(T::Bonding::principal(&payer) == provider, Error::<T>::NotProvider);
		Self::ensure_possible(&provider, &offer)?;
		Self::unschedule(deadline, Item::Offer(id));
		Self::remove_negotiation(id, &provider);
		match Self::under(&provider, offer.module) {
			Some(running) => Self::renew(running, id, &payer, offer),
			None => Self::begin(id, provider, payer, offer),
		}
	}

	fn begin(id: AgreementId, provider: T::AccountId, payer: T::AccountId, offer: Offer) -> DispatchResult {
		Self::pay_measurement(&payer, offer.windows)?;
		let test_fee = Parameters::<T>::get().test_fee;
		T::Currency::hold(&HoldReason::Test.into(), &payer, test_fee)?;
		Providers::<T>::try_mutate(&provider, |known| {
			known.agreements.try_push(id).map_err(|_| Error::<T>::TooManyAgreements)
		})?;
		Self::note_concluded(offer.module, offer.units);
		let since = frame_system::Pallet::<T>::block_number();
		Self::enqueue_waiting(id)?;
		Self::deposit_event(Event::Concluded { agreement: id, provider: provider.clone(), offer: offer.clone() });
		let agreement = Agreement { provider, offer, place: Place::Waiting(since), payer, test_fee };
		Agreements::<T>::insert(id, agreement);
		Ok(())
	}

	/// Continues an agreement with another offer, in its slot.
	fn renew(id: AgreementId, by: AgreementId, payer: &T::AccountId, offer: Offer) -> DispatchResult {
		let mut agreement = Agreements::<T>::get(id).ok_or(Error::<T>::NoSuchAgreement)?;
		let slot = Self::slot_of(&agreement)?;
		let window = Self::window();
		let last = window.saturating_add(offer.windows);
		// A budget period is judged by what was agreed when it began.
		let from = Self::period_of(window).saturating_add(1).saturating_mul(Self::period_windows());
		let before = Self::with_slot(slot, |slot| {
			ensure!(!matches!(slot.stage, Stage::Testing { .. }), Error::<T>::StillWaiting);
			// Its slot is about to be vacated.
			ensure!(window < slot.last, Error::<T>::AlreadyOver);
			// The bounds of another renewal apply, and the first window for which they do is not closed.
			ensure!(slot.renewed.as_ref().is_none_or(|(from, _)| *from > window), Error::<T>::StillWaiting);
			slot.renewed = (offer.bounds != slot.bounds).then(|| (from, offer.bounds.clone()));
			slot.units = offer.units;
			Ok::<_, DispatchError>(core::mem::replace(&mut slot.last, last))
		})?;
		Self::pay_measurement(payer, last.saturating_sub(before))?;
		Self::unschedule_end(id, before);
		Self::schedule_end(id, last);
		crate::Records::<T>::mutate(offer.module, |record| {
			let others = record.units.saturating_sub(agreement.offer.units.into());
			record.units = others.saturating_add(offer.units.into());
		});
		agreement.offer = offer.clone();
		Agreements::<T>::insert(id, agreement);
		Self::deposit_event(Event::Renewed { agreement: id, by, offer, last });
		Ok(())
	}

	/// Returns the slot of an agreement.
	pub(crate) fn slot_of(agreement: &crate::AgreementOf<T>) -> Result<SlotId, Error<T>> {
		match agreement.place {
			Place::Waiting(_) => Err(Error::<T>::StillWaiting),
			Place::Slot(slot) => Ok(slot),
		}
	}

	/// Returns the maximum weight of a conclusion with so many signatures.
	pub(crate) fn conclude_weight(signatures: u32) -> Weight {
		T::WeightInfo::conclude(signatures).max(T::WeightInfo::conclude_renewal(signatures))
	}

	/// Returns the fee for the measurement of so many windows.
	fn measuring_fee(windows: u32) -> T::Balance {
		let periods = windows.div_ceil(Self::period_windows().max(1));
		Parameters::<T>::get().measuring_fee.saturating_mul(periods.into())
	}

	/// Pays the fee for the measurement of so many windows to the anchors.
	fn pay_measurement(payer: &T::AccountId, windows: u32) -> DispatchResult {
		let (exact, polite) = (Precision::Exact, Fortitude::Polite);
		let credit = T::Currency::withdraw(payer, Self::measuring_fee(windows), exact, Preservation::Preserve, polite)?;
		T::Rewards::contribute(Role::Anchor, credit);
		Ok(())
	}

	/// Returns the agreement of a node under a module.
	fn under(provider: &T::AccountId, module: ModuleId) -> Option<AgreementId> {
		let is_under = |id: &AgreementId| Agreements::<T>::get(id).is_some_and(|known| known.offer.module == module);
		Providers::<T>::get(provider).agreements.into_iter().find(is_under)
	}

	/// Returns the fee for the measurement and that for the test of an offer.
	pub(crate) fn quoted(provider: &T::AccountId, offer: &Offer) -> Result<(T::Balance, T::Balance), DispatchError> {
		Self::ensure_possible(provider, offer)?;
		let Some(id) = Self::under(provider, offer.module) else {
			ensure!(!Providers::<T>::get(provider).agreements.is_full(), Error::<T>::TooManyAgreements);
			return Ok((Self::measuring_fee(offer.windows), Parameters::<T>::get().test_fee));
		};
		let agreement = Agreements::<T>::get(id).ok_or(Error::<T>::NoSuchAgreement)?;
		let slot = Self::slot(Self::slot_of(&agreement)?).ok_or(Error::<T>::NoSuchAgreement)?;
		ensure!(!matches!(slot.stage, Stage::Testing { .. }), Error::<T>::StillWaiting);
		let window = Self::window();
		ensure!(window < slot.last, Error::<T>::AlreadyOver);
		ensure!(slot.renewed.as_ref().is_none_or(|(from, _)| *from > window), Error::<T>::StillWaiting);
		let added = window.saturating_add(offer.windows).saturating_sub(slot.last);
		Ok((Self::measuring_fee(added), Zero::zero()))
	}
}
