//! Invariants, checked after every test and by `try-runtime`.
//!
//! 1. The bond hold of an account equals the sum of its ledger's fields.
//! 2. The amount that a ledger has set aside equals the sum of the account's pending slashes.
//! 3. The chunks of a ledger are sorted by block, within their maximum number, and not empty.
//! 4. The total weight of a pool equals the sum of the weights of the role's accounts. An account that is not willing,
//!    and an anchor without a seat, has no weight.
//! 5. The balance of a pool's account covers the existential deposit and the amounts being distributed, received and
//!    owed.
//! 6. The amount that a pool owes is at least what its accounts can claim.
//! 7. An operator was named by the account that it acts for, and is not bonded.
//! 8. A pending slash is in the queue at its due block, unless the hook has reached that block: then it is stuck. The queue
//!    has no other entries.
//! 9. The appeal holds equal the sum of the deposits of appealed slashes.
//! 10. The ids of pending slashes are below the next id.
//! 11. Every ledger has funds at stake, funds set aside, or rewards to claim.
//! 12. The parameters are stored.
//! 13. An account with a storage deposit has a ledger.
//! 14. No share was settled at more than its pool's rewards per unit of weight.
//! 15. The periods of a node's service keys are consecutive, the last one is open, and the account is bonded as a service
//!     node.
//! 16. The queue cursor is at most one block ahead of the current block.
//! 17. Details belong to a pending slash: a limit of a compensation to one with a victim, and the window of an outage to one that
//!     takes an amount.
//! 18. A record of windows without service belongs to a bonded account.
//! 19. An endpoint is a URL, and belongs to an account that is bonded.

use crate::{
	Config, Details, DueQueue, Endpoints, HoldReason, Ledgers, NextSlashId, Operators, Outages, Pallet, Parameters,
	Pools, QueueCursor, ServiceKeys, Slashes, Stage, Tickets, endpoints::is_url,
};
use alloc::collections::BTreeMap;
use frame_support::{
	ensure,
	traits::{
		Get,
		fungible::{Inspect, InspectHold},
	},
};
use smartlayer_primitives::Role;
use sp_core::U256;
use sp_runtime::{
	TryRuntimeError,
	traits::{One, Saturating, Zero},
};

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(Parameters::<T>::exists(), "staking-slash invariant 12: the parameters are not stored");
		Self::try_ledgers()?;
		Self::try_pools()?;
		Self::try_operators()?;
		Self::try_keys()?;
		Self::try_slashes()
	}

	fn try_keys() -> Result<(), TryRuntimeError> {
		let is_node =
			|who: &T::AccountId| Ledgers::<T>::get(who).is_some_and(|ledger| ledger.role == Role::ServiceNode);
		ensure!(
			Endpoints::<T>::iter().all(|(who, endpoint)| Ledgers::<T>::contains_key(&who) && is_url(&endpoint)),
			"staking-slash invariant 19: an endpoint is no URL, or belongs to nobody who is bonded"
		);
		for (who, periods) in ServiceKeys::<T>::iter() {
			let followed = periods.iter().zip(periods.iter().skip(1)).all(|(period, next)| {
				period.to.is_some_and(|to| period.from <= to && to.saturating_add(One::one()) <= next.from)
			});
			ensure!(
				is_node(&who) && followed && periods.last().is_some_and(|period| period.to.is_none()),
				"staking-slash invariant 15: periods of service keys overlap, or an account is no service node"
			);
		}
		Ok(())
	}

	fn try_ledgers() -> Result<(), TryRuntimeError> {
		let mut aside: BTreeMap<T::AccountId, (T::Balance, T::Balance)> = BTreeMap::new();
		for slash in Slashes::<T>::iter_values().filter(|slash| !slash.amount().is_zero()) {
			let (active, unbonding) = aside.entry(slash.offender).or_default();
			*active = active.saturating_add(slash.from_active);
			*unbonding = unbonding.saturating_add(slash.from_unbonding);
		}
		for who in frame_system::Account::<T>::iter_keys() {
			let total = Ledgers::<T>::get(&who).map(|ledger| ledger.total()).unwrap_or_default();
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Bond.into(), &who) == total,
				"staking-slash invariant 1: the hold differs from the sum of the ledger"
			);
		}
		for (who, ledger) in Ledgers::<T>::iter() {
			ensure!(
				aside.remove(&who).unwrap_or_default() == (ledger.aside_from_active, ledger.aside_from_unbonding),
				"staking-slash invariant 2: the amount set aside differs from the pending slashes"
			);
			let ordered = ledger.unbonding.iter().zip(ledger.unbonding.iter().skip(1)).all(|(a, b)| a.until < b.until);
			ensure!(
				ordered
					&& ledger.unbonding.iter().all(|chunk| !chunk.amount.is_zero())
					&& ledger.unbonding.len() as u32 <= T::MaxChunks::get(),
				"staking-slash invariant 3: chunks are out of order"
			);
			ensure!(
				!ledger.total().is_zero() || !ledger.share.accrued.is_zero() || !ledger.share.weight.is_zero(),
				"staking-slash invariant 11: an empty ledger is kept"
			);
		}
		ensure!(aside.is_empty(), "staking-slash invariant 2: a slash has no ledger");
		ensure!(
			Tickets::<T>::iter_keys().all(Ledgers::<T>::contains_key),
			"staking-slash invariant 13: a deposit is kept without a bond"
		);
		ensure!(
			Outages::<T>::iter_keys().all(Ledgers::<T>::contains_key),
			"staking-slash invariant 18: a record of windows is kept without a bond"
		);
		Ok(())
	}

	fn try_pools() -> Result<(), TryRuntimeError> {
		for role in Role::ALL {
			let pool = Pools::<T>::get(role);
			let mut weight = U256::zero();
			let mut claimable = T::Balance::zero();
			for (who, ledger) in Ledgers::<T>::iter().filter(|(_, ledger)| ledger.role == role) {
				let may_weigh = ledger.willing && (role == Role::ServiceNode || ledger.seated);
				ensure!(
					may_weigh || ledger.share.weight.is_zero(),
					"staking-slash invariant 4: an account without work has a weight"
				);
				ensure!(
					ledger.share.per_weight <= pool.per_weight,
					"staking-slash invariant 14: a share was settled at more than was released"
				);
				weight = weight.saturating_add(ledger.share.weight);
				claimable = claimable.saturating_add(Self::claimable_of(&who));
			}
			ensure!(weight == pool.total_weight, "staking-slash invariant 4: the total weight differs from the sum");
			ensure!(
				T::Currency::balance(&Self::pot(role)) >= Self::obligations(role),
				"staking-slash invariant 5: the balance of a pool is below its obligations"
			);
			ensure!(
				claimable <= Self::pool_now(role).owed,
				"staking-slash invariant 6: more can be claimed than is owed"
			);
		}
		Ok(())
	}

	fn try_operators() -> Result<(), TryRuntimeError> {
		ensure!(
			Operators::<T>::iter().all(|(operator, who)| {
				!Ledgers::<T>::contains_key(&operator)
					&& Ledgers::<T>::get(&who).is_some_and(|ledger| ledger.operator == Some(operator))
			}),
			"staking-slash invariant 7: an operator was not named, or is bonded"
		);
		Ok(())
	}

	fn try_slashes() -> Result<(), TryRuntimeError> {
		let cursor = QueueCursor::<T>::get();
		ensure!(
			cursor <= Self::now().saturating_add(One::one()),
			"staking-slash invariant 16: the cursor is more than one block ahead"
		);
		let mut queued = 0u32;
		let mut deposits: BTreeMap<T::AccountId, T::Balance> = BTreeMap::new();
		for (id, slash) in Slashes::<T>::iter() {
			let waits = DueQueue::<T>::contains_key(slash.due, id);
			ensure!(waits || slash.due <= cursor, "staking-slash invariant 8: a slash is not in the queue");
			queued = queued.saturating_add(waits.into());
			if let Stage::Appealed(deposit) = slash.stage {
				let sum = deposits.entry(slash.offender).or_default();
				*sum = sum.saturating_add(deposit);
			}
			ensure!(id < NextSlashId::<T>::get(), "staking-slash invariant 10: an id was not assigned");
		}
		ensure!(
			DueQueue::<T>::iter().count() as u32 == queued,
			"staking-slash invariant 8: the queue has an entry without a pending slash"
		);
		for (id, details) in Details::<T>::iter() {
			let Some(slash) = Slashes::<T>::get(id) else {
				return Err("staking-slash invariant 17: details belong to no pending slash".into());
			};
			ensure!(
				(details.at_most.is_none() || slash.victim.is_some())
					&& (details.outage.is_none() || !slash.amount().is_zero()),
				"staking-slash invariant 17: a limit has no victim, or an outage no amount"
			);
		}
		ensure!(
			frame_system::Account::<T>::iter_keys().all(|who| {
				T::Currency::balance_on_hold(&HoldReason::Appeal.into(), &who)
					== deposits.get(&who).copied().unwrap_or_default()
			}),
			"staking-slash invariant 9: a hold differs from the deposits of appeals"
		);
		Ok(())
	}
}
