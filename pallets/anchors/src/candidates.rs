//! Candidates: applications, candidacies, and how they end.

use crate::{
	Application, Applications, BalanceOf, Candidacy, Candidates, Config, CurrentTerm, Error, Event, HoldReason,
	NextGeneration, Organisation, Pallet, Parameters, RankedCandidate, Seats, Standing,
	types::{Approvals, Generation, RankedCandidates},
};
use alloc::vec::Vec;
use frame_support::{
	BoundedVec, defensive, ensure,
	pallet_prelude::DispatchResult,
	traits::{Get, fungible::MutateHold, tokens::Precision},
};
use smartlayer_primitives::{Bonding, Role, SeatKeys};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_apply_candidacy(who: T::AccountId, organisation: Organisation) -> DispatchResult {
		ensure!(T::Bonding::qualifies(Role::Anchor, &who), Error::<T>::NotBonded);
		ensure!(T::SeatKeys::has_keys(&who), Error::<T>::NoSessionKeys);
		ensure!(!Candidates::<T>::contains_key(&who), Error::<T>::AlreadyCandidate);
		ensure!(!Applications::<T>::contains_key(&who), Error::<T>::AlreadyApplied);
		ensure!(!organisation.name.is_empty(), Error::<T>::NameMissing);
		for text in [organisation.name.as_slice(), organisation.site.as_slice()] {
			ensure!(core::str::from_utf8(text).is_ok(), Error::<T>::NotText);
		}
		let deposit = Parameters::<T>::get().candidacy_deposit;
		T::Currency::hold(&HoldReason::Candidacy.into(), &who, deposit)?;
		Applications::<T>::insert(&who, Application { organisation, deposit });
		Self::deposit_event(Event::Applied { who });
		Ok(())
	}

	pub(crate) fn do_admit(who: T::AccountId) -> DispatchResult {
		let Application { organisation, deposit } = Applications::<T>::take(&who).ok_or(Error::<T>::NotApplied)?;
		let generation = Self::stand(&who, organisation, deposit)?;
		Self::deposit_event(Event::Admitted { who, generation });
		Ok(())
	}

	/// Starts a candidacy. Its deposit is already on hold.
	fn stand(
		who: &T::AccountId,
		organisation: Organisation,
		deposit: BalanceOf<T>,
	) -> Result<Generation, DispatchError> {
		ensure!(!Candidates::<T>::contains_key(who), Error::<T>::AlreadyCandidate);
		ensure!(Candidates::<T>::count() < T::MaxCandidates::get(), Error::<T>::TooManyCandidates);
		let generation = NextGeneration::<T>::get();
		NextGeneration::<T>::put(generation.checked_add(1).ok_or(Error::<T>::Overflow)?);
		let approvals = Approvals { term: CurrentTerm::<T>::get(), ..Default::default() };
		Candidates::<T>::insert(who, Candidacy { organisation, deposit, generation, approvals });
		Ok(generation)
	}

	pub(crate) fn do_withdraw_candidacy(who: &T::AccountId) -> DispatchResult {
		ensure!(Self::standing(who) != Some(Standing::Sitting), Error::<T>::HasSeat);
		ensure!(Self::forget(who)?, Error::<T>::NotCandidate);
		Self::deposit_event(Event::CandidacyEnded { who: who.clone() });
		Ok(())
	}

	pub(crate) fn do_resign(who: &T::AccountId) -> DispatchResult {
		ensure!(Self::standing(who) == Some(Standing::Sitting), Error::<T>::NoSeat);
		Self::ensure_may_leave(who)?;
		Self::end_candidacy(who)
	}

	pub(crate) fn do_remove_anchor(who: &T::AccountId) -> DispatchResult {
		let known = Candidates::<T>::contains_key(who) || Applications::<T>::contains_key(who);
		ensure!(known, Error::<T>::NotCandidate);
		if Self::standing(who) == Some(Standing::Sitting) {
			Self::ensure_may_leave(who)?;
		}
		Self::end_candidacy(who)
	}

	pub(crate) fn do_remove_keys(who: &T::AccountId) -> DispatchResult {
		Self::ensure_may_remove_keys(who)?;
		T::SeatKeys::remove(who)
	}

	/// Fails if an account's session keys may still be needed.
	pub(crate) fn ensure_may_remove_keys(who: &T::AccountId) -> DispatchResult {
		ensure!(T::SeatKeys::has_keys(who), Error::<T>::NoSessionKeys);
		ensure!(Self::standing(who).is_none(), Error::<T>::HasSeat);
		ensure!(!Candidates::<T>::contains_key(who), Error::<T>::AlreadyCandidate);
		ensure!(!Applications::<T>::contains_key(who), Error::<T>::AlreadyApplied);
		// An account that has left its seat still authors and finalises until the next set begins.
		ensure!(!T::SeatKeys::are_in_use(who), Error::<T>::KeysInUse);
		Ok(())
	}

	/// Ends an application or a candidacy. A seat is left when the next session is planned.
	pub(crate) fn end_candidacy(who: &T::AccountId) -> DispatchResult {
		let stood = Self::forget(who)?;
		let sat = Seats::<T>::mutate(|seats| {
			let seat = seats.iter_mut().find(|seat| &seat.who == who && seat.standing == Standing::Sitting);
			seat.map(|seat| seat.standing = Standing::Leaving).is_some()
		});
		if sat {
			T::Bonding::unseated(Role::Anchor, who);
		}
		if stood || sat {
			Self::deposit_event(Event::CandidacyEnded { who: who.clone() });
		}
		Ok(())
	}

	/// Removes an application or a candidacy and releases its deposit. Returns whether there was one.
	fn forget(who: &T::AccountId) -> Result<bool, DispatchError> {
		let application = Applications::<T>::take(who).map(|application| application.deposit);
		let candidacy = Candidates::<T>::take(who).map(|candidacy| candidacy.deposit);
		let Some(deposit) = application.or(candidacy) else { return Ok(false) };
		T::Currency::release(&HoldReason::Candidacy.into(), who, deposit, Precision::Exact)?;
		Ok(true)
	}

	/// Returns the standing of an account that holds a seat.
	pub(crate) fn standing(who: &T::AccountId) -> Option<Standing> {
		Seats::<T>::get().iter().find(|seat| &seat.who == who).map(|seat| seat.standing)
	}

	/// Fails if too few seats would be left without an account.
	pub(crate) fn ensure_may_leave(who: &T::AccountId) -> DispatchResult {
		let seats = Seats::<T>::get();
		if !seats.iter().any(|seat| &seat.who == who) {
			return Ok(());
		}
		let others = seats.iter().filter(|seat| seat.standing == Standing::Sitting && &seat.who != who).count();
		ensure!(others >= Parameters::<T>::get().floor as usize, Error::<T>::FloorBreached);
		Ok(())
	}

	/// Returns the candidates, in descending order of approval.
	pub(crate) fn ranked_candidates() -> RankedCandidates<T::AccountId, BalanceOf<T>> {
		let term = CurrentTerm::<T>::get();
		let mut standings: Vec<_> = Candidates::<T>::iter()
			.map(|(who, candidacy)| {
				let approvals = candidacy.approvals.at(term);
				RankedCandidate {
					qualified: Self::is_qualified(&who),
					who,
					organisation: candidacy.organisation,
					approvals,
				}
			})
			.collect();
		standings.sort_by(|one, other| {
			let counts = |standing: &RankedCandidate<_, BalanceOf<T>>| standing.approvals.at_end_of_term();
			counts(other).cmp(&counts(one)).then_with(|| one.who.cmp(&other.who))
		});
		standings
	}

	/// Seats an account at genesis.
	pub(crate) fn seat_at_genesis(who: &T::AccountId) -> DispatchResult {
		ensure!(T::Bonding::qualifies(Role::Anchor, who), Error::<T>::NotBonded);
		let params = Parameters::<T>::get();
		ensure!(Seats::<T>::decode_len().unwrap_or_default() < params.desired_seats as usize, Error::<T>::TooManySeats);
		let deposit = params.candidacy_deposit;
		T::Currency::hold(&HoldReason::Candidacy.into(), who, deposit)?;
		let name: Vec<u8> = b"Genesis".to_vec();
		let organisation = Organisation { name: BoundedVec::truncate_from(name), site: BoundedVec::new() };
		Self::stand(who, organisation, deposit)?;
		let seat = crate::Seat { who: who.clone(), standing: Standing::Sitting };
		Seats::<T>::try_append(seat).map_err(|()| Error::<T>::TooManySeats)?;
		T::Bonding::seated(Role::Anchor, who);
		Ok(())
	}

	/// Ends the candidacy of an account that no longer qualifies. Its deposit is still on hold.
	pub(crate) fn lose_candidacy(who: &T::AccountId) {
		let ended = frame_support::storage::with_storage_layer(|| Self::end_candidacy(who));
		if ended.is_err() {
			defensive!("a candidacy's deposit is held while it lasts");
		}
	}
}
