//! Seats: who has one, how that changes with each session, and what the session is told.

use crate::{
	ActiveSeats, AnchorKey, BalanceOf, Candidates, Config, CurrentTerm, ElectionCalled, Event, OnDuty, Pallet,
	Parameters, Seat, Seats, Standing, TermChanges,
	election::{Outcome, Rules, elect},
};
use alloc::vec::Vec;
use frame_support::{BoundedVec, traits::Get};
use pallet_session::historical;
use smartlayer_primitives::{Allowance, Bonding, Role, SeatKeys};
use sp_runtime::{BoundToRuntimeAppPublic, traits::Zero};
use sp_staking::SessionIndex;

impl<T: Config> Pallet<T> {
	/// Those who could sit, the strongest first: admitted, bonded, and with session keys. Of equals those who sit go
	/// first, and then by account. A vote counts when it has been held for a whole term: one of the last term does at
	/// the end of this one, and not before.
	pub(crate) fn ranked(ends_term: bool) -> Vec<T::AccountId> {
		let term = CurrentTerm::<T>::get();
		let seats = Seats::<T>::get();
		let mut ranked: Vec<(BalanceOf<T>, bool, T::AccountId)> = Candidates::<T>::iter()
			.filter(|(who, _)| Self::is_qualified(who))
			.map(|(who, candidacy)| {
				let sits = seats.iter().any(|seat| seat.who == who);
				let approvals = candidacy.approvals.at(term);
				(if ends_term { approvals.at_end_of_term() } else { approvals.ripe }, sits, who)
			})
			.collect();
		ranked.sort_by(|(stake, sits, who), (other_stake, other_sits, other)| {
			other_stake.cmp(stake).then(other_sits.cmp(sits)).then(who.cmp(other))
		});
		ranked.into_iter().map(|(_, _, who)| who).collect()
	}

	pub(crate) fn is_qualified(who: &T::AccountId) -> bool {
		T::Bonding::qualifies(Role::Anchor, who) && T::SeatKeys::has_keys(who)
	}

	/// Plans who sits in a session: an election at the end of a term, or when one was called; else only what is
	/// empty is filled.
	pub(crate) fn plan(session: SessionIndex) {
		let ends_term = session.checked_rem(T::TermSessions::get()).unwrap_or_default().is_zero();
		let ranked = Self::ranked(ends_term);
		if ends_term {
			let term = CurrentTerm::<T>::mutate(|term| {
				*term = term.saturating_add(1);
				*term
			});
			TermChanges::<T>::kill();
			Self::deposit_event(Event::TermBegan { term, session });
		}
		let called = ElectionCalled::<T>::take();
		let params = Parameters::<T>::get();
		let seats = Seats::<T>::get();
		let rules = Rules {
			desired: params.desired_seats,
			floor: params.floor,
			before: seats.len() as u32,
			changes: TermChanges::<T>::get(),
			displace: ends_term || called,
		};
		// Who has no keys can't author: it goes at once, whatever the limit.
		let sitting: Vec<_> = seats.iter().map(|seat| seat.who.clone()).filter(T::SeatKeys::has_keys).collect();
		if sitting.is_empty() && !seats.is_empty() {
			// Root alone can bring this about. Nothing that is planned now could be told to the session.
			return;
		}
		let outcome = elect(&ranked, &sitting, rules);
		TermChanges::<T>::put(outcome.changes);
		Self::seat(&seats, outcome);
	}

	/// Writes who sits, and tells those who reward them.
	fn seat(before: &[Seat<T::AccountId>], outcome: Outcome<T::AccountId>) {
		let Outcome { seats, holdovers, .. } = outcome;
		let sat = |who: &T::AccountId| before.iter().any(|seat| &seat.who == who && seat.standing == Standing::Sitting);
		for seat in before.iter().filter(|seat| seat.standing == Standing::Sitting && !seats.contains(&seat.who)) {
			T::Bonding::unseated(&seat.who);
		}
		let new: Vec<_> = seats.iter().filter(|who| !sat(who)).cloned().collect();
		for who in &new {
			T::Bonding::seated(who);
		}
		let left: Vec<_> = before
			.iter()
			.filter(|seat| !seats.contains(&seat.who) && !holdovers.contains(&seat.who))
			.map(|seat| seat.who.clone())
			.collect();
		let seats = seats.into_iter().map(|who| Seat { who, standing: Standing::Sitting });
		let holdovers = holdovers.into_iter().map(|who| Seat { who, standing: Standing::Holdover });
		// As many as are desired or were before, and neither is more than there is room for.
		Seats::<T>::put(BoundedVec::truncate_from(seats.chain(holdovers).collect()));
		if !new.is_empty() || !left.is_empty() {
			Self::deposit_event(Event::SeatsChanged { seated: new, left });
		}
	}

	/// The seats that have keys: a set of others would be dropped by the session.
	fn keyed_seats() -> Vec<T::AccountId> {
		Seats::<T>::get().into_iter().map(|seat| seat.who).filter(T::SeatKeys::has_keys).collect()
	}

	/// Takes the keys with which the seats of a session sign, and what they may keep in the store with them.
	fn set_active(seats: Vec<OnDuty<T::AccountId>>) {
		let seats: BoundedVec<_, T::MaxSeats> = BoundedVec::truncate_from(seats);
		let before = ActiveSeats::<T>::get();
		let has = |seats: &[OnDuty<T::AccountId>], key: &AnchorKey| seats.iter().any(|seat| &seat.key == key);
		for seat in before.iter().filter(|seat| !has(&seats, &seat.key)) {
			T::Allowance::withdraw(&seat.key);
		}
		for seat in seats.iter().filter(|seat| !has(&before, &seat.key)) {
			T::Allowance::give(&seat.key);
		}
		ActiveSeats::<T>::put(seats);
	}
}

impl<T: Config> pallet_session::SessionManager<T::AccountId> for Pallet<T> {
	/// `Some` whenever the seats, or the keys of any of them, are others than those planned: proofs of who owned a key
	/// are of announced sets. Never an empty set: it would be ignored, and its missing announcement stops every client.
	fn new_session(session: SessionIndex) -> Option<Vec<T::AccountId>> {
		Self::plan(session);
		let seats = Self::keyed_seats();
		(!seats.is_empty() && !T::SeatKeys::are_planned(&seats)).then_some(seats)
	}

	fn new_session_genesis(_: SessionIndex) -> Option<Vec<T::AccountId>> {
		Some(Self::keyed_seats())
	}

	fn end_session(_: SessionIndex) {}

	fn start_session(_: SessionIndex) {}
}

impl<T: Config> historical::SessionManager<T::AccountId, ()> for Pallet<T> {
	fn new_session(session: SessionIndex) -> Option<Vec<(T::AccountId, ())>> {
		<Self as pallet_session::SessionManager<_>>::new_session(session).map(identified)
	}

	fn new_session_genesis(session: SessionIndex) -> Option<Vec<(T::AccountId, ())>> {
		<Self as pallet_session::SessionManager<_>>::new_session_genesis(session).map(identified)
	}

	fn end_session(_: SessionIndex) {}

	fn start_session(_: SessionIndex) {}
}

fn identified<AccountId>(seats: Vec<AccountId>) -> Vec<(AccountId, ())> {
	seats.into_iter().map(|seat| (seat, ())).collect()
}

impl<T: Config> BoundToRuntimeAppPublic for Pallet<T> {
	type Public = AnchorKey;
}

impl<T: Config> frame_support::traits::OneSessionHandler<T::AccountId> for Pallet<T> {
	type Key = AnchorKey;

	fn on_genesis_session<'a, I: 'a + Iterator<Item = (&'a T::AccountId, AnchorKey)>>(validators: I)
	where
		T::AccountId: 'a,
	{
		Self::set_active(validators.map(|(who, key)| OnDuty { who: who.clone(), key }).collect());
	}

	fn on_new_session<'a, I: 'a + Iterator<Item = (&'a T::AccountId, AnchorKey)>>(changed: bool, validators: I, _: I)
	where
		T::AccountId: 'a,
	{
		if changed {
			Self::set_active(validators.map(|(who, key)| OnDuty { who: who.clone(), key }).collect());
		}
	}

	fn on_disabled(_: u32) {}
}
