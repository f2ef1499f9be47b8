//! Invariants, checked after every test and by `try-runtime`.
//!
//! 1. The holds of an account for tests equal the sum of the test fees of the agreements that it has paid for.
//! 2. The agreements of a node are listed for it, and nothing else is. No two are under one module. The same holds for its negotiations.
//! 3. A waiting agreement is in the queue for slots, and nothing but agreements that wait or have ended is. The queue has no gaps.
//! 4. An agreement with a slot is the one in that slot, with the same node, module, bounds and units. There is no other slot.
//! 5. The pages with vacant slots are those with fewer than 256 agreements, and each is listed once.
//! 6. A node is in service under as many agreements as its slots say. None of these is in its test or suspended.
//! 7. The record of a module counts its agreements that have not ended, and their units. As many modules are in use as are standard, or
//!    retired with such agreements.
//! 8. The objectives of a module are merged, and one bounds the availability. Ids are below the next one.
//! 9. A negotiation has between one and as many rounds as there can be. It waits in the queue for its deadline, and an agreement with a
//!    slot for its end. Both can be missing if the hook has passed that block: then they are stuck. Nothing waits for a block that it has passed.
//! 10. What is under maintenance in a window waits for the end of the window.
//! 11. The queue of outcomes has no gaps and no empty lists.
//! 12. The parameters are stored and valid, and the queue cursor is at most one block ahead.
//! 13. A node without agreements and negotiations is known only while it is bonded, or waits to be forgotten.

use crate::{
	Agreements, Config, DueQueue, HoldReason, Item, ItemOf, MAX_ROUNDS, MaintainedIn, Modules, ModulesInUse,
	Negotiations, NextAgreementId, NextModuleId, OutcomesFrom, OutcomesTo, PAGE, Pages, Pallet, Parameters, Place,
	Providers, QueueCursor, QueuedOutcomes, Record, Records, Roster, SlotOf, Stage, Standing, Vacancies, VacancyAt,
	VacantPages, Waiting, WaitingFrom, WaitingTo,
};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{ensure, traits::fungible::InspectHold};
use smartlayer_measurement::{Metric, Objectives};
use smartlayer_primitives::{Bonding, Role};
use sp_runtime::{
	TryRuntimeError,
	traits::{One, Saturating},
};

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(
			Parameters::<T>::exists()
				&& Self::check(&Parameters::<T>::get()).is_ok()
				&& QueueCursor::<T>::get() <= Self::now().saturating_add(One::one()),
			"agreements invariant 12: the parameters or the cursor are invalid"
		);
		Self::try_fees()?;
		Self::try_providers()?;
		Self::try_waiting()?;
		Self::try_roster()?;
		Self::try_modules()?;
		Self::try_queues()
	}

	fn try_fees() -> Result<(), TryRuntimeError> {
		let mut fees: BTreeMap<T::AccountId, T::Balance> = BTreeMap::new();
		for agreement in Agreements::<T>::iter_values() {
			let sum = fees.entry(agreement.payer).or_default();
			*sum = sum.saturating_add(agreement.test_fee);
		}
		for who in frame_system::Account::<T>::iter_keys() {
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Test.into(), &who)
					== fees.get(&who).copied().unwrap_or_default(),
				"agreements invariant 1: a hold differs from the test fees"
			);
		}
		Ok(())
	}

	fn try_providers() -> Result<(), TryRuntimeError> {
		let (mut agreements, mut negotiations) = (0usize, 0usize);
		for (node, known) in Providers::<T>::iter() {
			let mut modules = BTreeSet::new();
			for id in &known.agreements {
				let own = Agreements::<T>::get(id).filter(|agreement| agreement.provider == node);
				ensure!(
					own.is_some_and(|agreement| modules.insert(agreement.offer.module)),
					"agreements invariant 2: a listed agreement is of another node, or under the same module"
				);
			}
			let mut modules = BTreeSet::new();
			for (id, module) in &known.negotiations {
				let own = Negotiations::<T>::get(id).filter(|negotiation| negotiation.provider == node);
				ensure!(
					own.is_some_and(|negotiation| negotiation.offer.module == *module && modules.insert(*module)),
					"agreements invariant 2: a listed negotiation is of another node, or under the same module"
				);
			}
			let waits = |is: &dyn Fn(&ItemOf<T>) -> bool| DueQueue::<T>::iter_keys().any(|(_, item)| is(&item));
			ensure!(
				!known.is_idle()
					|| T::Bonding::role(&node) == Some(Role::ServiceNode)
					|| waits(&|item| matches!(item, Item::Ended(who, _) if *who == node))
					|| !known.credits.is_empty() && waits(&|item| *item == Item::Forget(node.clone())),
				"agreements invariant 13: a node is known without reason"
			);
			agreements = agreements.saturating_add(known.agreements.len());
			negotiations = negotiations.saturating_add(known.negotiations.len());
		}
		ensure!(
			agreements == Agreements::<T>::iter_keys().count()
				&& negotiations == Negotiations::<T>::iter_keys().count(),
			"agreements invariant 2: an agreement or a negotiation is not listed"
		);
		Ok(())
	}

	fn try_waiting() -> Result<(), TryRuntimeError> {
		let queue: BTreeMap<u64, u64> = Waiting::<T>::iter().collect();
		let places: BTreeSet<u64> = (WaitingFrom::<T>::get()..WaitingTo::<T>::get()).collect();
		ensure!(places.iter().eq(queue.keys()), "agreements invariant 3: the queue for slots has gaps");
		let queued: BTreeSet<u64> = queue.into_values().collect();
		for (id, agreement) in Agreements::<T>::iter() {
			let waits = matches!(agreement.place, Place::Waiting(_));
			ensure!(waits == queued.contains(&id), "agreements invariant 3: the queue for slots is wrong");
		}
		Ok(())
	}

	fn try_roster() -> Result<(), TryRuntimeError> {
		let mut serving: BTreeMap<T::AccountId, u32> = BTreeMap::new();
		let mut taken = 0usize;
		let mut vacant = BTreeSet::new();
		for page in 0..Pages::<T>::get() {
			let slots = Roster::<T>::get(page);
			if (slots.len() as u32) < PAGE {
				vacant.insert(page);
			}
			for (place, slot) in &slots {
				let number = page.saturating_mul(PAGE).saturating_add((*place).into());
				let agreement = Agreements::<T>::get(slot.agreement);
				let fits = agreement.is_some_and(|agreement| {
					agreement.place == Place::Slot(number)
						&& agreement.provider == slot.provider
						&& (agreement.offer.module, agreement.offer.units) == (slot.module, slot.units)
						&& agreement.offer.bounds == *slot.agreed()
				});
				ensure!(fits, "agreements invariant 4: a slot differs from its agreement");
				taken = taken.saturating_add(1);
				if slot.serving {
					let count = serving.entry(slot.provider.clone()).or_default();
					*count = count.saturating_add(1);
				}
				ensure!(Self::is_served(slot), "agreements invariant 6: a node is in service that should not be");
			}
		}
		let placed = |agreement: &crate::AgreementOf<T>| matches!(agreement.place, Place::Slot(_));
		ensure!(
			Roster::<T>::iter_keys().all(|page| page < Pages::<T>::get())
				&& Agreements::<T>::iter_values().filter(placed).count() == taken,
			"agreements invariant 4: an agreement has no slot"
		);
		let listed: BTreeSet<u32> = VacantPages::<T>::iter_values().collect();
		ensure!(
			listed == vacant
				&& VacantPages::<T>::iter_keys().count() == vacant.len()
				&& Vacancies::<T>::get() as usize == vacant.len()
				&& VacancyAt::<T>::iter_keys().count() == vacant.len()
				&& VacancyAt::<T>::iter().all(|(page, index)| VacantPages::<T>::get(index) == Some(page)),
			"agreements invariant 5: the pages with vacant slots are wrong"
		);
		let stored = Providers::<T>::iter().filter(|(_, known)| known.serving > 0);
		ensure!(
			stored.map(|(node, known)| (node, known.serving)).collect::<BTreeMap<_, _>>() == serving,
			"agreements invariant 6: the number of agreements in service is wrong"
		);
		Ok(())
	}

	/// Returns whether a slot may be in service, if it is.
	fn is_served(slot: &SlotOf<T>) -> bool {
		!slot.serving || !slot.suspended && !matches!(slot.stage, Stage::Testing { .. })
	}

	fn try_modules() -> Result<(), TryRuntimeError> {
		let mut records: BTreeMap<u32, Record> = BTreeMap::new();
		for agreement in Agreements::<T>::iter_values() {
			let record = records.entry(agreement.offer.module).or_default();
			record.running = record.running.saturating_add(1);
			record.units = record.units.saturating_add(agreement.offer.units.into());
		}
		let mut in_use = 0u32;
		for (id, module) in Modules::<T>::iter() {
			let (stored, counted) = (Records::<T>::get(id), records.remove(&id).unwrap_or_default());
			ensure!(
				(stored.running, stored.units) == (counted.running, counted.units),
				"agreements invariant 7: the record of a module is wrong"
			);
			let uses = match module.standing {
				Standing::Published => false,
				Standing::Standard => true,
				Standing::Retired => stored.running > 0,
			};
			in_use = in_use.saturating_add(uses.into());
			let objectives = &module.specification.objectives;
			ensure!(
				Objectives::merge(objectives.as_slice()).as_ref() == Some(objectives)
					&& objectives.has(Metric::Availability)
					&& id < NextModuleId::<T>::get(),
				"agreements invariant 8: a module is not sound"
			);
		}
		ensure!(
			records.is_empty() && in_use == ModulesInUse::<T>::get(),
			"agreements invariant 7: the number of modules in use is wrong"
		);
		let next = NextAgreementId::<T>::get();
		ensure!(
			Agreements::<T>::iter_keys().chain(Negotiations::<T>::iter_keys()).all(|id| id < next),
			"agreements invariant 8: an id was not assigned"
		);
		Ok(())
	}

	fn try_queues() -> Result<(), TryRuntimeError> {
		let cursor = QueueCursor::<T>::get();
		let due: BTreeSet<_> = DueQueue::<T>::iter_keys().collect();
		for (id, negotiation) in Negotiations::<T>::iter() {
			let waits = due.contains(&(negotiation.deadline, Item::Offer(id))) || negotiation.deadline <= cursor;
			let has_rounds = (1..=MAX_ROUNDS).contains(&negotiation.round);
			ensure!(waits && has_rounds, "agreements invariant 9: a negotiation does not wait for its deadline");
		}
		let ending: BTreeSet<u64> =
			due.iter().filter_map(|(_, item)| if let Item::End(id) = item { Some(*id) } else { None }).collect();
		for (id, agreement) in Agreements::<T>::iter() {
			let end = if let Place::Slot(number) = agreement.place { Self::slot(number) } else { None };
			let is_past = end.is_none_or(|slot| Self::start_of(slot.last.saturating_add(1)) < cursor);
			let waits = is_past || ending.contains(&id);
			ensure!(waits, "agreements invariant 9: an agreement does not wait for its end");
		}
		ensure!(
			due.iter().all(|(block, _)| *block >= cursor),
			"agreements invariant 9: an item waits for a block that has passed"
		);
		for (module, window, away) in MaintainedIn::<T>::iter() {
			let end = Self::start_of(window.saturating_add(1));
			ensure!(
				away.nodes > 0 && due.contains(&(end, Item::Maintained(module, window))),
				"agreements invariant 10: a maintenance does not wait for its end"
			);
		}
		let places: BTreeSet<u64> = (OutcomesFrom::<T>::get()..OutcomesTo::<T>::get()).collect();
		let lists: BTreeMap<u64, usize> =
			QueuedOutcomes::<T>::iter().map(|(place, list)| (place, list.len())).collect();
		ensure!(
			places.iter().eq(lists.keys()) && lists.values().all(|length| *length > 0),
			"agreements invariant 11: the queue of outcomes has gaps"
		);
		Ok(())
	}
}
