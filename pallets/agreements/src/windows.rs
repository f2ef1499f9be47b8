//! Closed windows: what was measured is added to the meters, and what follows is queued.

use crate::{
	Config, Event, Modules, Outcome, OutcomeOf, OutcomesTo, Pallet, QueuedOutcomes, Records, Roster, SlotOf,
	Specification, Stage, WeightInfo,
};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{BoundedVec, traits::Get, weights::Weight};
use smartlayer_measurement::{Measurement, is_common_fault};
use smartlayer_primitives::{OnWindowClosed, Window};

/// The number of breached windows with which a test is failed.
pub(crate) const FAILING: u32 = 2;

impl<T: Config> OnWindowClosed for Pallet<T> {
	fn on_window_closed(window: Window, page: u32, measured: &BTreeMap<u8, Measurement>) {
		let mut slots = Roster::<T>::get(page);
		if slots.is_empty() {
			return;
		}
		let mut modules = BTreeMap::new();
		for slot in slots.values() {
			modules
				.entry(slot.module)
				.or_insert_with(|| Modules::<T>::get(slot.module).map(|module| module.specification));
		}
		// The period that may be over is settled by the bounds that were agreed for it.
		let mut outcomes: BTreeMap<u8, OutcomeOf<T>> = BTreeMap::new();
		for (place, slot) in slots.iter_mut() {
			if let Some(Some(specification)) = modules.get(&slot.module) {
				outcomes.insert(*place, Self::outcome_of(window, slot, specification));
			}
			slot.renew(window);
		}
		let counting = slots.iter().filter(|(_, slot)| slot.counts(window)).filter_map(|(place, slot)| {
			let terms = &modules.get(&slot.module)?.as_ref()?.terms;
			let is_breached = terms.is_breached(&measured.get(place)?.median, &slot.bounds);
			Some((*place, is_breached))
		});
		let breached: BTreeMap<u8, bool> = counting.collect();
		let is_common =
			is_common_fault(breached.len() as u32, breached.values().filter(|breached| **breached).count() as u32);

		let mut counted: BTreeMap<_, (u64, u64)> = BTreeMap::new();
		for (place, slot) in slots.iter_mut() {
			let Some(Some(specification)) = modules.get(&slot.module) else { continue };
			let Some(outcome) = outcomes.get_mut(place) else { continue };
			if let (Some(is_breached), Some(measurement)) = (breached.get(place), measured.get(place)) {
				let period = Self::period_of(window);
				if is_common && *is_breached && slot.spare(period, specification.maintenance) > 0 {
					slot.note_spared(period, 1);
					let (agreement, provider) = (slot.agreement, slot.provider.clone());
					Self::deposit_event(Event::Forgiven { agreement, provider, window });
				} else {
					if !matches!(slot.stage, Stage::Testing { .. }) {
						let (windows, breached) = counted.entry(slot.module).or_default();
						*windows = windows.saturating_add(1);
						*breached = breached.saturating_add(u64::from(*is_breached));
					}
					Self::judge(window, slot, specification, measurement, *is_breached, outcome);
				}
			}
		}
		Roster::<T>::insert(page, slots);
		for (module, (windows, breached)) in counted {
			Records::<T>::mutate(module, |record| {
				record.windows = record.windows.saturating_add(windows);
				record.breached = record.breached.saturating_add(breached);
			});
		}
		Self::enqueue_outcomes(outcomes.into_values().filter(Outcome::matters).collect());
	}

	fn weight() -> Weight {
		T::WeightInfo::window_closed().max(T::WeightInfo::window_forgiven())
	}
}

impl<T: Config> Pallet<T> {
	/// Advances the meter of a slot to a window, and returns what follows from the budget period that may be over.
	fn outcome_of(window: Window, slot: &mut SlotOf<T>, specification: &Specification) -> OutcomeOf<T> {
		let half = Self::half_of(window);
		let bound = slot.availability();
		let before = slot.meter.half();
		let settled = slot.meter.advance(half).filter(|_| slot.stage == Stage::Active);
		// A node that came later has met something else before, if anything.
		let start = before.saturating_sub(before % 2).saturating_mul(T::HalfBudget::get());
		let settled = settled.filter(|_| slot.first <= start);
		let met = settled.is_some_and(|period| specification.terms.is_met(&period, bound, Self::period_windows()));
		Outcome {
			agreement: slot.agreement,
			provider: slot.provider.clone(),
			module: slot.module,
			window,
			test: None,
			consequence: None,
			shadow: false,
			credit: None,
			met,
		}
	}

	/// Adds a measured window to a slot.
	fn judge(
		window: Window,
		slot: &mut SlotOf<T>,
		specification: &Specification,
		measurement: &Measurement,
		is_breached: bool,
		outcome: &mut OutcomeOf<T>,
	) {
		let (terms, period_windows) = (&specification.terms, Self::period_windows());
		match &mut slot.stage {
			Stage::Testing { measured, breached } => {
				*measured = measured.saturating_add(1);
				*breached = breached.saturating_add(is_breached.into());
				if *breached >= FAILING {
					outcome.test = Some(false);
				} else if *measured >= specification.testing {
					outcome.test = Some(true);
					let learns = slot.is_new && specification.shadow > 0;
					slot.stage = if learns { Stage::Shadow { measured: 0 } } else { Stage::Active };
				}
			},
			Stage::Shadow { measured } => {
				*measured = measured.saturating_add(1);
				outcome.consequence = terms.judge(&mut slot.meter, measurement, &slot.bounds, period_windows);
				outcome.shadow = true;
				if *measured >= specification.shadow {
					slot.meter = Self::empty_meter(window);
					slot.stage = Stage::Active;
				}
			},
			Stage::Active => {
				outcome.consequence = terms.judge(&mut slot.meter, measurement, &slot.bounds, period_windows);
				let period = Self::period_of(window);
				let share = terms.credit(&slot.meter.running(), slot.availability(), period_windows);
				let (of, known) = slot.credit;
				if !share.is_zero() && (of != period || share > known) {
					slot.credit = (period, share);
					outcome.credit = Some(share);
				}
			},
		}
	}

	/// Queues what follows from a window.
	fn enqueue_outcomes(outcomes: Vec<OutcomeOf<T>>) {
		if outcomes.is_empty() {
			return;
		}
		let place = OutcomesTo::<T>::get();
		// A page has no more slots than the list has places.
		QueuedOutcomes::<T>::insert(place, BoundedVec::truncate_from(outcomes));
		OutcomesTo::<T>::put(place.saturating_add(1));
	}
}
