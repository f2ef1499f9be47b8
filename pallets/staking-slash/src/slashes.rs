//! Slashes: set aside, answered, applied or cancelled.

use crate::{
	Config, CreditOf, DueQueue, Error, Event, HoldReason, LedgerOf, Ledgers, NextSlashId, Pallet, Parameters,
	PendingSlash, PendingSlashOf, Slashes, Stage, math,
};
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{
		Get, Imbalance,
		fungible::{Balanced, BalancedHold, MutateHold},
		tokens::Precision,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Cause, Offence, OnSlashResolved, ServiceLevel, SlashId, SlashOutcome};
use sp_runtime::{
	DispatchError,
	traits::{CheckedSub, One, Saturating, Zero},
};

impl<T: Config> Pallet<T> {
	/// Sets aside what an offence costs, and files it.
	pub(crate) fn set_aside(offence: Offence<T::AccountId, T::Balance>) -> Result<SlashId, DispatchError> {
		let Offence { offender, severity, victim, cause, action } = offence;
		let now = Self::now();
		let due = now.saturating_add(T::SlashDeferral::get());
		let id = NextSlashId::<T>::get();
		NextSlashId::<T>::put(id.checked_add(1).ok_or(Error::<T>::Overflow)?);

		let slash = Self::with_ledger(&offender, None, |ledger| {
			let rate = T::ServiceLevel::slash_rate(ledger.role, &offender);
			let amount: T::Balance = math::slash_amount(ledger.at_stake().into(), severity, rate).into();
			let from_active = ledger.active.min(amount);
			let (from_unbonding, free_at) = ledger.take_from_chunks(amount.saturating_sub(from_active));
			ledger.active = ledger.active.saturating_sub(from_active);
			ledger.aside_from_active = ledger.aside_from_active.saturating_add(from_active);
			ledger.aside_from_unbonding = ledger.aside_from_unbonding.saturating_add(from_unbonding);
			Ok(PendingSlash {
				offender: offender.clone(),
				// Nobody is compensated for its own fault.
				victim: victim.filter(|victim| *victim != offender),
				cause,
				action,
				from_active,
				from_unbonding,
				free_at,
				due,
				stage: Stage::Deferred,
			})
		})?;
		let amount = slash.amount();
		Slashes::<T>::insert(id, slash);
		DueQueue::<T>::insert(due, id, ());
		Self::deposit_event(Event::SlashSetAside { id, offender, amount, cause, due });
		Ok(id)
	}

	pub(crate) fn do_appeal(who: &T::AccountId, id: SlashId) -> DispatchResult {
		let mut slash = Slashes::<T>::get(id).ok_or(Error::<T>::NoSuchSlash)?;
		ensure!(&slash.offender == who, Error::<T>::NotOffender);
		ensure!(slash.stage == Stage::Deferred, Error::<T>::AlreadyAppealed);
		let now = Self::now();
		ensure!(now < slash.due, Error::<T>::TooLate);
		let deposit = Parameters::<T>::get().appeal_deposit;
		T::Currency::hold(&HoldReason::Appeal.into(), who, deposit)?;
		slash.stage = Stage::Appealed(deposit);
		let due = now.saturating_add(T::AppealPeriod::get()).max(slash.due);
		Self::reschedule(id, slash, due);
		Self::deposit_event(Event::SlashAppealed { id, due });
		Ok(())
	}

	pub(crate) fn do_rule(id: SlashId, uphold: bool) -> DispatchResult {
		let mut slash = Slashes::<T>::get(id).ok_or(Error::<T>::NoSuchSlash)?;
		let Stage::Appealed(deposit) = slash.stage else { return Err(Error::<T>::NotAppealed.into()) };
		if !uphold {
			return Self::do_cancel(id);
		}
		let (lost, missing) = T::Currency::slash(&HoldReason::Appeal.into(), &slash.offender, deposit);
		ensure!(missing.is_zero(), Error::<T>::HoldTooSmall);
		Self::to_treasury(lost)?;
		slash.stage = Stage::Upheld;
		let next = Self::now().saturating_add(One::one());
		Self::reschedule(id, slash, next);
		Self::deposit_event(Event::SlashUpheld { id });
		Ok(())
	}

	pub(crate) fn do_cancel(id: SlashId) -> DispatchResult {
		let slash = Self::take(id)?;
		if !slash.amount().is_zero() {
			Self::with_ledger(&slash.offender, None, |ledger| {
				take_from_aside::<T>(ledger, &slash)?;
				ledger.active = ledger.active.saturating_add(slash.from_active);
				if let (false, Some(until)) = (slash.from_unbonding.is_zero(), slash.free_at) {
					ledger.push_chunk(crate::Chunk { amount: slash.from_unbonding, until });
				}
				Ok(())
			})?;
		}
		Self::return_deposit(&slash)?;
		T::OnSlashResolved::on_slash_resolved(id, SlashOutcome::Cancelled);
		Self::deposit_event(Event::SlashCancelled { id });
		Ok(())
	}

	pub(crate) fn do_apply_if_due(id: SlashId) -> DispatchResult {
		let slash = Slashes::<T>::get(id).ok_or(Error::<T>::NoSuchSlash)?;
		ensure!(slash.due <= Self::now(), Error::<T>::NotDue);
		Self::do_apply(id)
	}

	/// Takes what was set aside, and settles all that follows from the fault.
	pub(crate) fn do_apply(id: SlashId) -> DispatchResult {
		let slash = Self::take(id)?;
		let amount = slash.amount();
		// Where an earlier slash has left nothing there may be no ledger any more, and nothing to take.
		let to_victim = if amount.is_zero() {
			amount
		} else {
			// The ledger is written before anything that may look at it: recording the action calls back.
			let credit = Self::with_ledger(&slash.offender, None, |ledger| {
				take_from_aside::<T>(ledger, &slash)?;
				let (credit, missing) = T::Currency::slash(&HoldReason::Bond.into(), &slash.offender, amount);
				ensure!(missing.is_zero() && credit.peek() == amount, Error::<T>::HoldTooSmall);
				Ok(credit)
			})?;
			Self::compensate(&slash, credit)?
		};
		Self::return_deposit(&slash)?;
		if let Some(action) = slash.action {
			T::ServiceLevel::record(&slash.offender, action);
		}
		T::OnSlashResolved::on_slash_resolved(id, SlashOutcome::Applied);
		Self::deposit_event(Event::SlashApplied {
			id,
			offender: slash.offender,
			to_victim,
			to_treasury: amount.saturating_sub(to_victim),
		});
		Ok(())
	}

	/// Splits what was taken between victim and treasury. Answers with what the victim received.
	fn compensate(slash: &PendingSlashOf<T>, credit: CreditOf<T>) -> Result<T::Balance, DispatchError> {
		let Some(victim) = &slash.victim else {
			Self::to_treasury(credit)?;
			return Ok(Zero::zero());
		};
		let params = Parameters::<T>::get();
		let share = match slash.cause {
			Cause::Theft => params.theft_victim_share,
			_ => params.victim_share,
		};
		let part = share.mul_floor(credit.peek());
		let (for_victim, rest) = credit.split(part);
		match T::Currency::resolve(victim, for_victim) {
			Ok(()) => Self::to_treasury(rest).map(|()| part),
			// An account that does not exist and can't be made of so little: the treasury has that too.
			Err(for_victim) => Self::to_treasury(rest.merge(for_victim)).map(|()| Zero::zero()),
		}
	}

	/// Hands an amount to the treasury, or fails: the caller's storage layer then undoes what made the amount.
	fn to_treasury(credit: CreditOf<T>) -> DispatchResult {
		if credit.peek().is_zero() {
			return Ok(());
		}
		T::Currency::resolve(&T::Treasury::get(), credit).map_err(|_| Error::<T>::TreasuryCannotReceive.into())
	}

	/// Gives back the deposit of an appeal that was not rejected.
	fn return_deposit(slash: &PendingSlashOf<T>) -> DispatchResult {
		match slash.stage {
			Stage::Appealed(deposit) => {
				T::Currency::release(&HoldReason::Appeal.into(), &slash.offender, deposit, Precision::Exact).map(drop)
			},
			Stage::Deferred | Stage::Upheld => Ok(()),
		}
	}

	/// Moves a slash to another block.
	fn reschedule(id: SlashId, mut slash: PendingSlashOf<T>, due: BlockNumberFor<T>) {
		DueQueue::<T>::remove(slash.due, id);
		slash.due = due;
		Slashes::<T>::insert(id, slash);
		DueQueue::<T>::insert(due, id, ());
	}

	/// Takes a slash out of the queue.
	fn take(id: SlashId) -> Result<PendingSlashOf<T>, DispatchError> {
		let slash = Slashes::<T>::take(id).ok_or(Error::<T>::NoSuchSlash)?;
		DueQueue::<T>::remove(slash.due, id);
		Ok(slash)
	}

	/// What an account would lose of what it has at stake, were it to offend now.
	pub fn at_stake(who: &T::AccountId) -> T::Balance {
		Ledgers::<T>::get(who).map(|ledger| ledger.at_stake()).unwrap_or_default()
	}
}

/// Takes what a slash has set aside out of a ledger. Never fails while the ledger is right.
fn take_from_aside<T: Config>(ledger: &mut LedgerOf<T>, slash: &PendingSlashOf<T>) -> DispatchResult {
	for (aside, amount) in
		[(&mut ledger.aside_from_active, slash.from_active), (&mut ledger.aside_from_unbonding, slash.from_unbonding)]
	{
		*aside = aside.checked_sub(&amount).ok_or(Error::<T>::AsideTooSmall)?;
	}
	Ok(())
}
