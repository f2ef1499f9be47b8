//! Votes: ballots with held tokens, which count in full for each approved candidate.

use crate::{
	BalanceOf, BallotOf, Ballots, Candidates, Config, CurrentTerm, Error, Event, HoldReason, Pallet, Parameters, Pick,
	types::Term,
};
use alloc::vec::Vec;
use frame_support::{
	BoundedVec, ensure,
	pallet_prelude::DispatchResult,
	traits::{fungible::MutateHold, tokens::Precision},
};
use smartlayer_primitives::Bonding;
use sp_runtime::traits::{Saturating, Zero};

/// The number of terms after which retracted stake can be withdrawn: one whole term lies in between.
const THAW: Term = 2;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_vote(
		who: &T::AccountId,
		candidates: BoundedVec<T::AccountId, T::MaxPicks>,
		stake: BalanceOf<T>,
	) -> DispatchResult {
		ensure!(&T::Bonding::principal(who) == who, Error::<T>::OperatorCannotVote);
		ensure!(stake >= Parameters::<T>::get().min_vote, Error::<T>::StakeTooSmall);
		ensure!(!candidates.is_empty(), Error::<T>::NothingPicked);
		let mut sorted: Vec<_> = candidates.iter().collect();
		sorted.sort();
		ensure!(sorted.windows(2).all(|pair| pair.first() != pair.last()), Error::<T>::PickedTwice);

		let now = CurrentTerm::<T>::get();
		let mut ballot = Ballots::<T>::get(who).unwrap_or_default();
		Self::take_back(&ballot, now);
		Self::release_thawed(who, &mut ballot, now)?;

		if stake > ballot.stake {
			T::Currency::hold(&HoldReason::Vote.into(), who, stake.saturating_sub(ballot.stake))?;
		} else {
			ballot.thaw(ballot.stake.saturating_sub(stake), now.saturating_add(THAW));
		}
		let mut picks = Vec::new();
		for candidate in &candidates {
			Candidates::<T>::try_mutate(candidate, |candidacy| -> DispatchResult {
				let candidacy = candidacy.as_mut().ok_or(Error::<T>::NotCandidate)?;
				candidacy.approvals.add(stake, now);
				picks.push(Pick { who: candidate.clone(), generation: candidacy.generation });
				Ok(())
			})?;
		}
		ballot.picks = BoundedVec::truncate_from(picks);
		ballot.stake = stake;
		ballot.placed = now;
		Ballots::<T>::insert(who, ballot);
		Self::deposit_event(Event::Voted { who: who.clone(), stake, candidates });
		Ok(())
	}

	pub(crate) fn do_retract_vote(who: &T::AccountId) -> DispatchResult {
		let now = CurrentTerm::<T>::get();
		let mut ballot = Ballots::<T>::get(who).ok_or(Error::<T>::NoVote)?;
		ensure!(!ballot.stake.is_zero(), Error::<T>::NoVote);
		Self::take_back(&ballot, now);
		Self::release_thawed(who, &mut ballot, now)?;
		let stake = core::mem::take(&mut ballot.stake);
		let until = now.saturating_add(THAW);
		ballot.picks = BoundedVec::new();
		ballot.thaw(stake, until);
		Ballots::<T>::insert(who, ballot);
		Self::deposit_event(Event::VoteRetracted { who: who.clone(), stake, until });
		Ok(())
	}

	pub(crate) fn do_withdraw_stake(who: &T::AccountId) -> DispatchResult {
		let now = CurrentTerm::<T>::get();
		let mut ballot = Ballots::<T>::get(who).ok_or(Error::<T>::NoVote)?;
		let thawed = Self::release_thawed(who, &mut ballot, now)?;
		ensure!(!thawed.is_zero(), Error::<T>::NothingThawed);
		if ballot.is_empty() {
			Ballots::<T>::remove(who);
		} else {
			Ballots::<T>::insert(who, ballot);
		}
		Self::deposit_event(Event::StakeWithdrawn { who: who.clone(), amount: thawed });
		Ok(())
	}

	/// Removes a ballot from the approvals of its candidates. Candidacies of another generation are not affected.
	fn take_back(ballot: &BallotOf<T>, now: Term) {
		for pick in &ballot.picks {
			Candidates::<T>::mutate_exists(&pick.who, |candidacy| {
				if let Some(candidacy) = candidacy.as_mut().filter(|candidacy| candidacy.generation == pick.generation)
				{
					candidacy.approvals.take(ballot.stake, ballot.placed, now);
				}
			});
		}
	}

	fn release_thawed(
		who: &T::AccountId,
		ballot: &mut BallotOf<T>,
		now: Term,
	) -> Result<BalanceOf<T>, sp_runtime::DispatchError> {
		let thawed = ballot.take_thawed(now);
		if thawed.is_zero() {
			return Ok(thawed);
		}
		T::Currency::release(&HoldReason::Vote.into(), who, thawed, Precision::Exact)
	}
}
