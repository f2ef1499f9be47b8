//! Bonds: the only place that writes ledgers, and the calls that change them.

use crate::{
	Activity, Chunk, Config, Destination, Endpoint, Endpoints, Error, Event, HoldReason, KeyPeriodsOf, LedgerOf,
	Ledgers, Operators, Outages, Pallet, Parameters, ServiceKeys, Tickets, math,
};
use codec::MaxEncodedLen;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{
		Consideration, Footprint, Get,
		fungible::{Inspect, MutateHold},
		tokens::Precision,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Commitments, LeaveGate, OnBondLost, Role, Score, ServiceLevel};
use sp_core::U256;
use sp_runtime::{
	DispatchError,
	traits::{BlockNumberProvider, Saturating, Zero},
};

impl<T: Config> Pallet<T> {
	/// Returns the current block of the clock for unbonding, slashes and rewards.
	pub(crate) fn now() -> BlockNumberFor<T> {
		T::BlockNumberProvider::current_block_number()
	}

	/// Changes a ledger together with everything that depends on it: the account's share is settled at the old weight
	/// and continues at the new one, an empty ledger is removed, and the handler is notified when the account no longer
	/// qualifies for its role. `score` is the account's score, if the caller knows it already.
	pub(crate) fn with_ledger<R>(
		who: &T::AccountId,
		score: Option<Score>,
		change: impl FnOnce(&mut LedgerOf<T>) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		let mut ledger = Ledgers::<T>::get(who).ok_or(Error::<T>::NotBonded)?;
		let result = change(&mut ledger)?;
		let qualifies = qualifies::<T>(&ledger);
		let lost = core::mem::replace(&mut ledger.qualified, qualifies) && !qualifies;

		let weight = if ledger.qualified && works::<T>(&ledger) {
			let score = score.unwrap_or_else(|| T::ServiceLevel::score(ledger.role, who));
			math::weight(ledger.counting().into(), score)
		} else {
			U256::zero()
		};
		if weight != ledger.share.weight {
			Self::reweigh(&mut ledger, weight);
		}

		let role = ledger.role;
		if ledger.total().is_zero() && ledger.share.accrued.is_zero() && ledger.share.weight.is_zero() {
			Self::dismiss(who, ledger.operator.as_ref());
			ServiceKeys::<T>::remove(who);
			Endpoints::<T>::remove(who);
			Outages::<T>::remove(who);
			Ledgers::<T>::remove(who);
			if let Some(ticket) = Tickets::<T>::take(who) {
				ticket.drop(who)?;
			}
			T::OnBondLost::on_bond_ended(role, who);
		} else {
			Ledgers::<T>::insert(who, ledger);
		}
		if lost {
			Self::deposit_event(Event::Lost { who: who.clone(), role });
			T::OnBondLost::on_bond_lost(role, who);
		}
		Ok(result)
	}

	/// Returns the maximum storage footprint of a bond: its ledger, service keys and operator, and its endpoint if it has one.
	pub(crate) fn footprint(with_endpoint: bool) -> Footprint {
		let endpoint = if with_endpoint { Endpoint::max_encoded_len() } else { 0 };
		let bytes = LedgerOf::<T>::max_encoded_len()
			.saturating_add(KeyPeriodsOf::<T>::max_encoded_len())
			.saturating_add(T::AccountId::max_encoded_len().saturating_mul(2))
			.saturating_add(endpoint);
		Footprint::from_parts(1, bytes)
	}

	/// Returns whether an account is active, or the reason why it is not.
	pub(crate) fn activity_of(who: &T::AccountId) -> Activity {
		let Some(ledger) = Ledgers::<T>::get(who) else { return Activity::NotBonded };
		let minimum = Parameters::<T>::get().min_bond(ledger.role);
		match ledger.role {
			_ if ledger.counting() < minimum => Activity::BelowMinimum,
			_ if !ledger.willing => Activity::Chilled,
			_ if works::<T>(&ledger) => Activity::Active,
			Role::Anchor => Activity::NotSeated,
			Role::ServiceNode => Activity::NotInService,
		}
	}

	pub(crate) fn do_bond(who: T::AccountId, role: Role, amount: T::Balance) -> DispatchResult {
		ensure!(!Ledgers::<T>::contains_key(&who), Error::<T>::AlreadyBonded);
		ensure!(!Operators::<T>::contains_key(&who), Error::<T>::OperatorCannotBond);
		ensure!(amount >= T::Currency::minimum_balance(), Error::<T>::BondTooSmall);
		T::Currency::hold(&HoldReason::Bond.into(), &who, amount)?;
		Tickets::<T>::insert(&who, T::Consideration::new(&who, Self::footprint(false))?);
		Ledgers::<T>::insert(&who, LedgerOf::<T>::new(role));
		Self::with_ledger(&who, None, |ledger| {
			ledger.active = amount;
			Ok(())
		})?;
		Self::deposit_event(Event::Bonded { who, role, amount });
		Ok(())
	}

	pub(crate) fn do_bond_extra(who: &T::AccountId, amount: T::Balance) -> DispatchResult {
		ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
		let role = Self::with_ledger(who, None, |ledger| {
			T::Currency::hold(&HoldReason::Bond.into(), who, amount)?;
			ledger.active = ledger.active.saturating_add(amount);
			Ok(ledger.role)
		})?;
		Self::deposit_event(Event::Bonded { who: who.clone(), role, amount });
		Ok(())
	}

	pub(crate) fn do_unbond(who: &T::AccountId, amount: T::Balance) -> DispatchResult {
		ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
		let until = Self::now().saturating_add(T::UnbondingPeriod::get());
		Self::with_ledger(who, None, |ledger| {
			ensure!(ledger.active >= amount, Error::<T>::NotEnoughBonded);
			ledger.active = ledger.active.saturating_sub(amount);
			// What slashes have set aside may be lost: what was agreed is backed by the rest.
			ensure!(ledger.active >= T::Commitments::committed(ledger.role, who), Error::<T>::Committed);
			// Funds set aside by pending slashes count until the slashes are applied. Whether the account leaves its role is
			// decided by what remains afterwards.
			if ledger.active < Parameters::<T>::get().min_bond(ledger.role) {
				T::LeaveGate::may_leave(ledger.role, who)?;
			}
			ledger.push_chunk(Chunk { amount, until });
			Ok(())
		})?;
		Self::deposit_event(Event::Unbonded { who: who.clone(), amount, until });
		Ok(())
	}

	pub(crate) fn do_rebond(who: &T::AccountId, amount: T::Balance) -> DispatchResult {
		ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
		Self::with_ledger(who, None, |ledger| {
			ensure!(ledger.total_unbonding() >= amount, Error::<T>::NotEnoughUnbonding);
			let (taken, _) = ledger.take_from_chunks(amount);
			ledger.active = ledger.active.saturating_add(taken);
			Ok(())
		})?;
		Self::deposit_event(Event::Rebonded { who: who.clone(), amount });
		Ok(())
	}

	pub(crate) fn do_withdraw_unbonded(who: &T::AccountId) -> DispatchResult {
		let now = Self::now();
		let amount = Self::with_ledger(who, None, |ledger| {
			let amount = ledger.take_ended(now);
			ensure!(!amount.is_zero(), Error::<T>::NothingToWithdraw);
			T::Currency::release(&HoldReason::Bond.into(), who, amount, Precision::Exact)?;
			Ok(amount)
		})?;
		Self::deposit_event(Event::Withdrawn { who: who.clone(), amount });
		Ok(())
	}

	pub(crate) fn do_chill(who: &T::AccountId) -> DispatchResult {
		Self::with_ledger(who, None, |ledger| {
			ensure!(ledger.willing, Error::<T>::AlreadyChilled);
			T::LeaveGate::may_leave(ledger.role, who)?;
			ledger.willing = false;
			Ok(())
		})?;
		Self::deposit_event(Event::Chilled { who: who.clone() });
		Ok(())
	}

	pub(crate) fn do_activate(who: &T::AccountId) -> DispatchResult {
		Self::with_ledger(who, None, |ledger| {
			ensure!(!ledger.willing, Error::<T>::AlreadyActive);
			ledger.willing = true;
			ensure!(qualifies::<T>(ledger), Error::<T>::BelowMinimum);
			Ok(())
		})?;
		Self::deposit_event(Event::Activated { who: who.clone() });
		Ok(())
	}

	pub(crate) fn do_set_operator(who: &T::AccountId, operator: Option<T::AccountId>) -> DispatchResult {
		Self::with_ledger(who, None, |ledger| {
			let old = core::mem::replace(&mut ledger.operator, operator.clone());
			Self::dismiss(who, old.as_ref());
			Ok(())
		})?;
		Self::deposit_event(Event::OperatorNamed { who: who.clone(), operator });
		Ok(())
	}

	pub(crate) fn do_operate_for(operator: T::AccountId, who: T::AccountId) -> DispatchResult {
		let named = Ledgers::<T>::get(&who).and_then(|ledger| ledger.operator);
		ensure!(named.as_ref() == Some(&operator), Error::<T>::NotNamed);
		ensure!(!Ledgers::<T>::contains_key(&operator), Error::<T>::OperatorCannotBond);
		ensure!(!Operators::<T>::contains_key(&operator), Error::<T>::AlreadyOperating);
		Operators::<T>::insert(&operator, &who);
		Self::deposit_event(Event::OperatorAccepted { who, operator });
		Ok(())
	}

	pub(crate) fn do_stop_operating(operator: &T::AccountId) -> DispatchResult {
		let who = Operators::<T>::get(operator).ok_or(Error::<T>::NotOperating)?;
		Self::do_set_operator(&who, None)
	}

	/// Removes an operator, if it had accepted.
	fn dismiss(who: &T::AccountId, operator: Option<&T::AccountId>) {
		if let Some(operator) = operator
			&& Operators::<T>::get(operator).as_ref() == Some(who)
		{
			Operators::<T>::remove(operator);
		}
	}

	pub(crate) fn do_set_destination(who: &T::AccountId, destination: Destination<T::AccountId>) -> DispatchResult {
		Self::with_ledger(who, None, |ledger| {
			ledger.destination = destination.clone();
			Ok(())
		})?;
		Self::deposit_event(Event::DestinationSet { who: who.clone(), destination });
		Ok(())
	}
}

/// Returns whether an account works in its role, if it qualifies: an anchor with a seat, or a service node, if need be in service under an
/// agreement.
fn works<T: Config>(ledger: &LedgerOf<T>) -> bool {
	ledger.seated || ledger.role == Role::ServiceNode && !T::RequireAgreement::get()
}

/// Returns whether an account is willing to work and has at least the minimum bond.
pub(crate) fn qualifies<T: Config>(ledger: &LedgerOf<T>) -> bool {
	ledger.willing && ledger.counting() >= Parameters::<T>::get().min_bond(ledger.role)
}
