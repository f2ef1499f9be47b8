//! Slashes: how they are set aside, appealed, applied or cancelled.

use crate::{
	Config, CreditOf, Details, DueQueue, Error, Event, HoldReason, LedgerOf, Ledgers, NextSlashId, Outages, Pallet,
	Parameters, PendingSlash, PendingSlashOf, QueueCursor, Slashes, Stage, WeightInfo, math,
	types::{self, NamedSlash},
};
use alloc::vec::Vec;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	storage::with_storage_layer,
	traits::{
		Get, Imbalance,
		fungible::{Balanced, BalancedHold, MutateHold},
		tokens::Precision,
	},
	weights::WeightMeter,
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Cause, Offence, OnSlashResolved, ServiceLevel, SlashId, SlashOutcome, Window};
use sp_runtime::{
	DispatchError,
	traits::{CheckedSub, One, Saturating, Zero},
};

impl<T: Config> Pallet<T> {
	/// Sets aside the amount of an offence, and queues the slash.
	pub(crate) fn set_aside(offence: Offence<T::AccountId, T::Balance>) -> Result<SlashId, DispatchError> {
		let Offence { offender, severity, victim, cause, action, outage } = offence;
		// No account is compensated for its own fault.
		let victim = victim.filter(|victim| victim.account != offender);
		let now = Self::now();
		let due = now.saturating_add(T::SlashDeferral::get());
		let id = NextSlashId::<T>::get();
		NextSlashId::<T>::put(id.checked_add(1).ok_or(Error::<T>::Overflow)?);

		let (slash, outage) = Self::with_ledger(&offender, None, |ledger| {
			let rate = T::ServiceLevel::slash_rate(ledger.role, &offender);
			let amount: T::Balance = math::slash_amount(ledger.at_stake().into(), severity, rate).into();
			// One outage takes one amount. All other consequences of a further report of it are the same.
			let outage = outage.filter(|_| !amount.is_zero());
			let repeated = outage.is_some_and(|window| !Self::add_outage(&offender, window));
			let amount = if repeated { Zero::zero() } else { amount };
			let from_active = ledger.active.min(amount);
			let (from_unbonding, free_at) = ledger.take_from_chunks(amount.saturating_sub(from_active));
			ledger.active = ledger.active.saturating_sub(from_active);
			ledger.aside_from_active = ledger.aside_from_active.saturating_add(from_active);
			ledger.aside_from_unbonding = ledger.aside_from_unbonding.saturating_add(from_unbonding);
			let slash = PendingSlash {
				offender: offender.clone(),
				victim: victim.as_ref().map(|victim| victim.account.clone()),
				cause,
				action,
				from_active,
				from_unbonding,
				free_at,
				due,
				stage: Stage::Deferred,
			};
			Ok((slash, outage.filter(|_| !repeated)))
		})?;
		let amount = slash.amount();
		let details = types::Details { at_most: victim.and_then(|victim| victim.at_most), outage };
		if details != types::Details::default() {
			Details::<T>::insert(id, details);
		}
		Slashes::<T>::insert(id, slash);
		DueQueue::<T>::insert(due, id, ());
		Self::deposit_event(Event::SlashSetAside { id, offender, amount, cause, due });
		Ok(id)
	}

	/// Records a window in which an account was unavailable. Returns `false` if it was slashed for this window before, or if the
	/// window is too old to know.
	fn add_outage(who: &T::AccountId, window: Window) -> bool {
		Outages::<T>::mutate(who, |outages| outages.get_or_insert_default().add(window))
	}

	/// Forgets a window whose slash was cancelled: a further report of the outage takes an amount again.
	fn remove_outage(who: &T::AccountId, window: Window) {
		Outages::<T>::mutate(who, |outages| {
			if let Some(outages) = outages {
				outages.remove(window);
			}
		});
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
		let (slash, details) = Self::take(id)?;
		if let Some(window) = details.outage {
			Self::remove_outage(&slash.offender, window);
		}
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

	/// Applies due slashes, the earliest first, within the limit of the meter. The rest is applied in the following block,
	/// ahead of slashes that fall due then.
	pub(crate) fn apply_due(now: BlockNumberFor<T>, meter: &mut WeightMeter) {
		let one = T::WeightInfo::queue_step().saturating_add(Self::apply_weight());
		let mut cursor = QueueCursor::<T>::get();
		while cursor <= now {
			// Iterating over a prefix while removing from it is undefined. So the ids are collected first: as many as there is
			// room for, and one more that shows whether the queue of the block is empty afterwards.
			let room = meter.remaining().checked_div_per_component(&one).unwrap_or_default().saturating_add(1);
			let room = usize::try_from(room).unwrap_or(usize::MAX);
			let ids: Vec<_> = DueQueue::<T>::iter_key_prefix(cursor).take(room).collect();
			for id in ids {
				if meter.try_consume(one).is_err() {
					QueueCursor::<T>::put(cursor);
					return;
				}
				// Removed whether it succeeds or not, so that the hook never retries it.
				DueQueue::<T>::remove(cursor, id);
				if let Err(error) = with_storage_layer(|| Self::do_apply(id)) {
					Self::deposit_event(Event::SlashStuck { id, error });
				}
			}
			cursor.saturating_inc();
			if cursor <= now && meter.try_consume(T::WeightInfo::queue_step()).is_err() {
				break;
			}
		}
		QueueCursor::<T>::put(cursor);
	}

	/// Applies a slash: takes the amount set aside, and performs everything else that follows from the fault.
	pub(crate) fn do_apply(id: SlashId) -> DispatchResult {
		let (slash, details) = Self::take(id)?;
		let amount = slash.amount();
		// If earlier slashes have taken the whole stake, there may be no ledger any more, and nothing to take.
		let to_victim = if amount.is_zero() {
			amount
		} else {
			// The ledger is written first, because recording the action calls back into this pallet.
			let credit = Self::with_ledger(&slash.offender, None, |ledger| {
				take_from_aside::<T>(ledger, &slash)?;
				let (credit, missing) = T::Currency::slash(&HoldReason::Bond.into(), &slash.offender, amount);
				ensure!(missing.is_zero() && credit.peek() == amount, Error::<T>::HoldTooSmall);
				Ok(credit)
			})?;
			Self::compensate(&slash, details.at_most, credit)?
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

	/// Splits the slashed amount between victim and treasury. Returns the amount that the victim received.
	fn compensate(
		slash: &PendingSlashOf<T>,
		at_most: Option<T::Balance>,
		credit: CreditOf<T>,
	) -> Result<T::Balance, DispatchError> {
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
		let part = at_most.map_or(part, |at_most| part.min(at_most));
		let (for_victim, rest) = credit.split(part);
		match T::Currency::resolve(victim, for_victim) {
			Ok(()) => Self::to_treasury(rest).map(|()| part),
			// The victim's account does not exist and the amount is too small to create it: the treasury receives it.
			Err(for_victim) => Self::to_treasury(rest.merge(for_victim)).map(|()| Zero::zero()),
		}
	}

	/// Transfers an amount to the treasury, or fails: the caller's storage layer then reverts the withdrawal.
	fn to_treasury(credit: CreditOf<T>) -> DispatchResult {
		if credit.peek().is_zero() {
			return Ok(());
		}
		T::Currency::resolve(&T::Treasury::get(), credit).map_err(|_| Error::<T>::TreasuryCannotReceive.into())
	}

	/// Returns the deposit of an appeal that was not rejected.
	fn return_deposit(slash: &PendingSlashOf<T>) -> DispatchResult {
		match slash.stage {
			Stage::Appealed(deposit) => {
				T::Currency::release(&HoldReason::Appeal.into(), &slash.offender, deposit, Precision::Exact).map(drop)
			},
			Stage::Deferred | Stage::Upheld => Ok(()),
		}
	}

	/// Reschedules a slash to another block.
	fn reschedule(id: SlashId, mut slash: PendingSlashOf<T>, due: BlockNumberFor<T>) {
		DueQueue::<T>::remove(slash.due, id);
		slash.due = due;
		Slashes::<T>::insert(id, slash);
		DueQueue::<T>::insert(due, id, ());
	}

	/// Removes a slash from storage and from the queue. Returns it with its details.
	fn take(id: SlashId) -> Result<(PendingSlashOf<T>, types::Details<T::Balance>), DispatchError> {
		let slash = Slashes::<T>::take(id).ok_or(Error::<T>::NoSuchSlash)?;
		DueQueue::<T>::remove(slash.due, id);
		Ok((slash, Details::<T>::take(id).unwrap_or_default()))
	}

	/// Returns the pending slashes of an account, with their ids.
	pub(crate) fn pending_slashes_of(
		who: &T::AccountId,
	) -> Vec<NamedSlash<T::AccountId, T::Balance, BlockNumberFor<T>>> {
		Slashes::<T>::iter().filter(|(_, slash)| slash.offender == *who).collect()
	}

	/// Returns the stake of an account that a further slash can take: active and unbonding, without what is set aside.
	pub fn at_stake(who: &T::AccountId) -> T::Balance {
		Ledgers::<T>::get(who).map(|ledger| ledger.at_stake()).unwrap_or_default()
	}
}

/// Removes the amount set aside by a slash from a ledger. Cannot fail while the ledger is consistent.
fn take_from_aside<T: Config>(ledger: &mut LedgerOf<T>, slash: &PendingSlashOf<T>) -> DispatchResult {
	for (aside, amount) in
		[(&mut ledger.aside_from_active, slash.from_active), (&mut ledger.aside_from_unbonding, slash.from_unbonding)]
	{
		*aside = aside.checked_sub(&amount).ok_or(Error::<T>::AsideTooSmall)?;
	}
	Ok(())
}
