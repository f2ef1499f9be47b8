//! Rewards: how reward pools are funded, how they are distributed, and how rewards are paid out.

use crate::{
	Config, CreditOf, Destination, Error, Event, HoldReason, LedgerOf, Ledgers, Pallet, Parameters, Pools,
	math::{self, Stream},
	types::Pool,
};
use frame_support::{
	defensive, ensure,
	pallet_prelude::DispatchResult,
	traits::{
		Get, Imbalance,
		fungible::{Balanced, Inspect, Mutate, MutateHold},
		tokens::{Fortitude, Precision, Preservation},
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Rewards, Role};
use sp_core::U256;
use sp_runtime::traits::{AccountIdConversion, Saturating, UniqueSaturatedInto, Zero};

type PoolOf<T> = Pool<<T as Config>::Balance, BlockNumberFor<T>>;

impl<T: Config> Pallet<T> {
	/// Returns the account that holds the reward pool of a role.
	pub fn pot(role: Role) -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating(role)
	}

	/// Endows the account of a pool with the existential deposit, so that it can always receive funds.
	pub(crate) fn endow_pot(role: Role) {
		let pot = Self::pot(role);
		let missing = T::Currency::minimum_balance().saturating_sub(T::Currency::balance(&pot));
		if !missing.is_zero() && T::Currency::mint_into(&pot, missing).is_err() {
			panic!("the pot of {role:?} can't be endowed");
		}
	}

	/// Returns the pool of a role, advanced to the current block.
	pub(crate) fn pool_now(role: Role) -> PoolOf<T> {
		let now = Self::now();
		let mut pool = Pools::<T>::get(role);
		let flowing = pool.total_weight >= U256::from(Parameters::<T>::get().min_total_weight.max(1));
		let mut stream = Stream { streaming: pool.streaming.into(), incoming: pool.incoming.into() };
		let (from, to, period) = (pool.updated, now, T::RewardPeriod::get());
		let blocks = |number: BlockNumberFor<T>| -> u64 { number.unique_saturated_into() };

		let before = stream;
		let released = stream.advance(blocks(from), blocks(to), blocks(period), flowing);
		match math::add_release(pool.per_weight, released, pool.total_weight) {
			Some(per_weight) => {
				pool.per_weight = per_weight;
				pool.owed = pool.owed.saturating_add(released.into());
			},
			// There is no weight to distribute to: the amount is kept for the next period.
			None if released > 0 => {
				stream = before;
				stream.advance(blocks(from), blocks(to), blocks(period), false);
			},
			None => {},
		}
		pool.streaming = stream.streaming.into();
		pool.incoming = stream.incoming.into();
		pool.updated = now;
		pool
	}

	/// Settles an account's share of its pool, and sets a new weight.
	pub(crate) fn reweigh(ledger: &mut LedgerOf<T>, weight: U256) {
		let mut pool = Self::pool_now(ledger.role);
		settle::<T>(ledger, &pool);
		pool.total_weight = pool.total_weight.saturating_sub(ledger.share.weight).saturating_add(weight);
		ledger.share.weight = weight;
		Pools::<T>::insert(ledger.role, pool);
	}

	/// Returns the account's weight in the pool of its role, and the total weight.
	pub(crate) fn weight_of(who: &T::AccountId) -> (U256, U256) {
		Ledgers::<T>::get(who)
			.map(|ledger| (ledger.share.weight, Pools::<T>::get(ledger.role).total_weight))
			.unwrap_or_default()
	}

	/// Returns the rewards that an account could be paid now.
	pub(crate) fn claimable_of(who: &T::AccountId) -> T::Balance {
		let Some(mut ledger) = Ledgers::<T>::get(who) else { return Zero::zero() };
		let pool = Self::pool_now(ledger.role);
		settle::<T>(&mut ledger, &pool);
		ledger.share.accrued
	}

	pub(crate) fn do_payout(who: &T::AccountId) -> DispatchResult {
		let (amount, destination) = Self::with_ledger(who, None, |ledger| {
			let mut pool = Self::pool_now(ledger.role);
			settle::<T>(ledger, &pool);
			let amount = core::mem::take(&mut ledger.share.accrued);
			ensure!(!amount.is_zero(), Error::<T>::NothingToPay);
			pool.owed = pool.owed.saturating_sub(amount);
			Pools::<T>::insert(ledger.role, pool);

			let pot = Self::pot(ledger.role);
			match &ledger.destination {
				Destination::Own => T::Currency::transfer(&pot, who, amount, Preservation::Preserve)?,
				Destination::Account(other) => T::Currency::transfer(&pot, other, amount, Preservation::Preserve)?,
				Destination::Bond => {
					ledger.active = ledger.active.saturating_add(amount);
					T::Currency::transfer_and_hold(
						&HoldReason::Bond.into(),
						&pot,
						who,
						amount,
						Precision::Exact,
						Preservation::Preserve,
						Fortitude::Polite,
					)?
				},
			};
			Ok((amount, ledger.destination.clone()))
		})?;
		Self::deposit_event(Event::PaidOut { who: who.clone(), amount, destination });
		Ok(())
	}

	pub(crate) fn do_fund_pool(who: &T::AccountId, role: Role, amount: T::Balance) -> DispatchResult {
		ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
		T::Currency::transfer(who, &Self::pot(role), amount, Preservation::Preserve)?;
		Self::note_income(role, amount);
		Ok(())
	}

	/// Starts a period: accounts for funds that were transferred to the pools without a call of this pallet, such as spends
	/// of the treasury, and mints the budget.
	pub(crate) fn begin_period() {
		for role in Role::ALL {
			let surplus = Self::surplus(role);
			if !surplus.is_zero() {
				Self::note_income(role, surplus);
			}
		}
		let params = Parameters::<T>::get();
		let to_anchors = params.anchors_share.mul_floor(params.period_budget);
		let (anchors, nodes) = T::Currency::issue(params.period_budget).split(to_anchors);
		<Self as Rewards<_>>::deposit(Role::Anchor, anchors);
		<Self as Rewards<_>>::deposit(Role::ServiceNode, nodes);
	}

	/// Returns the balance of a pool's account that its records do not account for, without the existential deposit.
	pub(crate) fn surplus(role: Role) -> T::Balance {
		T::Currency::balance(&Self::pot(role)).saturating_sub(Self::obligations(role))
	}

	/// Returns the balance that a pool's account must have: what is being distributed, received and owed, and the existential
	/// deposit.
	pub(crate) fn obligations(role: Role) -> T::Balance {
		let pool = Pools::<T>::get(role);
		T::Currency::minimum_balance()
			.saturating_add(pool.streaming)
			.saturating_add(pool.incoming)
			.saturating_add(pool.owed)
	}

	/// Adds an amount that a pool's account has received to the next period.
	fn note_income(role: Role, amount: T::Balance) {
		let mut pool = Self::pool_now(role);
		pool.incoming = pool.incoming.saturating_add(amount);
		Pools::<T>::insert(role, pool);
		Self::deposit_event(Event::PoolFunded { role, amount });
	}
}

impl<T: Config> Rewards<CreditOf<T>> for Pallet<T> {
	fn deposit(role: Role, amount: CreditOf<T>) {
		let value = amount.peek();
		if !value.is_zero() && pay_in::<T>(role, amount) {
			Self::note_income(role, value);
		}
	}

	fn contribute(role: Role, amount: CreditOf<T>) {
		if !amount.peek().is_zero() {
			pay_in::<T>(role, amount);
		}
	}
}

/// Adds an amount to the account of a pool, and returns whether it has received it. The account exists from genesis on. If it
/// did not, the treasury would receive the amount.
fn pay_in<T: Config>(role: Role, amount: CreditOf<T>) -> bool {
	let Err(amount) = T::Currency::resolve(&Pallet::<T>::pot(role), amount) else { return true };
	if T::Currency::resolve(&T::Treasury::get(), amount).is_err() {
		defensive!("neither the pool's account nor the treasury can receive");
	}
	false
}

/// Adds the rewards earned since the last settlement to an account's share.
fn settle<T: Config>(ledger: &mut LedgerOf<T>, pool: &PoolOf<T>) {
	let share = &mut ledger.share;
	let earned = math::earned(share.weight, share.per_weight, pool.per_weight).unwrap_or_default();
	share.accrued = share.accrued.saturating_add(earned.into());
	share.per_weight = pool.per_weight;
}
