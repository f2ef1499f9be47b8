//! Seats: how they change with each session, and what the session pallet receives.

use crate::{
	ActiveSeats, AnchorKey, BalanceOf, Candidates, Config, CurrentTerm, ElectionCalled, Event, OnDuty, Pallet,
	Parameters, Seat, Seats, Standing, TermChanges,
	election::{Outcome, Rules, elect},
};
use alloc::vec::Vec;
use frame_support::{BoundedVec, migrations::MultiStepMigrator, traits::Get};
use pallet_session::historical;
use smartlayer_primitives::{Allowance, Bonding, Role, SeatKeys};
use sp_runtime::{BoundToRuntimeAppPublic, traits::Zero};
use sp_staking::SessionIndex;

impl<T: Config> Pallet<T> {
	/// Returns the accounts that could hold a seat, strongest first: admitted candidates, bonded, with session keys. Also
	/// returns how many of them have votes that count; these come first. Ties are resolved in favour of current seats, then by
	/// account. A vote counts once it has been held for a whole term: a vote of the last term counts at the end of this one.
	pub(crate) fn ranked(ends_term: bool) -> (Vec<T::AccountId>, u32) {
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
		let supported = ranked.iter().filter(|(stake, ..)| !stake.is_zero()).count() as u32;
		(ranked.into_iter().map(|(_, _, who)| who).collect(), supported)
	}

	pub(crate) fn is_qualified(who: &T::AccountId) -> bool {
		T::Bonding::qualifies(Role::Anchor, who) && T::SeatKeys::has_keys(who)
	}

	/// Returns the term that a session belongs to, if every term ends on time.
	fn term_of(session: SessionIndex) -> u32 {
		session.checked_div(T::TermSessions::get()).unwrap_or_default()
	}

	/// Plans the seats of a session: with an election at the end of a term or when one was called, otherwise only filling
	/// vacant seats.
	///
	/// Nothing changes during multi-block migrations, because the state may be migrated in part. A term that would have ended
	/// meanwhile ends with the first session planned afterwards.
	pub(crate) fn plan(session: SessionIndex) {
		if T::MultiBlockMigrator::ongoing() {
			return;
		}
		let term = Self::term_of(session);
		let ends_term = term > CurrentTerm::<T>::get();
		let (ranked, supported) = Self::ranked(ends_term);
		if ends_term {
			CurrentTerm::<T>::put(term);
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
			supported,
			changes: TermChanges::<T>::get(),
			displace: ends_term || called,
			last_of_term: !ends_term && Self::term_of(session.saturating_add(1)) > CurrentTerm::<T>::get(),
		};
		// An account without keys cannot author: it is dropped immediately, regardless of the limit.
		let sitting: Vec<_> = seats.iter().map(|seat| seat.who.clone()).filter(T::SeatKeys::has_keys).collect();
		if sitting.is_empty() && ranked.is_empty() && !seats.is_empty() {
			// Only root can cause this. No account with keys is left to plan a session with.
			return;
		}
		let outcome = elect(&ranked, &sitting, rules);
		TermChanges::<T>::put(outcome.changes);
		Self::seat(&seats, outcome);
	}

	/// Stores the seats, and notifies the pallet that rewards them.
	fn seat(before: &[Seat<T::AccountId>], outcome: Outcome<T::AccountId>) {
		let Outcome { seats, holdovers, .. } = outcome;
		let sat = |who: &T::AccountId| before.iter().any(|seat| &seat.who == who && seat.standing == Standing::Sitting);
		for seat in before.iter().filter(|seat| seat.standing == Standing::Sitting && !seats.contains(&seat.who)) {
			T::Bonding::unseated(Role::Anchor, &seat.who);
		}
		let new: Vec<_> = seats.iter().filter(|who| !sat(who)).cloned().collect();
		for who in &new {
			T::Bonding::seated(Role::Anchor, who);
		}
		let left: Vec<_> = before
			.iter()
			.filter(|seat| !seats.contains(&seat.who) && !holdovers.contains(&seat.who))
			.map(|seat| seat.who.clone())
			.collect();
		let seats = seats.into_iter().map(|who| Seat { who, standing: Standing::Sitting });
		let holdovers = holdovers.into_iter().map(|who| Seat { who, standing: Standing::Holdover });
		// The larger of the desired and the previous number, both within the maximum.
		Seats::<T>::put(BoundedVec::truncate_from(seats.chain(holdovers).collect()));
		if !new.is_empty() || !left.is_empty() {
			Self::deposit_event(Event::SeatsChanged { seated: new, left });
		}
	}

	/// Returns the seats that have keys: the session pallet would drop others.
	fn keyed_seats() -> Vec<T::AccountId> {
		Seats::<T>::get().into_iter().map(|seat| seat.who).filter(T::SeatKeys::has_keys).collect()
	}

	/// Stores the keys of the running session's seats, and sets their allowances in the statement store.
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
	/// Returns `Some` whenever the seats or any of their keys differ from those planned before: ownership proofs refer to
	/// announced sets. Never an empty set: it would be ignored, and the missing announcement would stop every client.
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
