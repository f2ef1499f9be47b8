//! What follows from closed windows: each outcome is settled by itself.

use crate::{
	AgreementId, Agreements, Config, Event, OutcomeOf, OutcomesFrom, Pallet, Place, Providers, QueuedOutcomes,
	WeightInfo,
};
use frame_support::{
	pallet_prelude::DispatchResult,
	storage::with_storage_layer,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use smartlayer_measurement::Consequence;
use smartlayer_primitives::{Action, Bonding, Cause, Offence, Role, ServiceLevel, Severity, Slasher};
use sp_runtime::traits::Zero;

impl<T: Config> Pallet<T> {
	/// Returns the maximum weight of settling an outcome.
	pub(crate) fn outcome_weight() -> Weight {
		T::WeightInfo::settle_outcome().saturating_add(T::BondLossWeight::get())
	}

	/// Settles outcomes, the earliest first.
	pub(crate) fn settle_outcomes(meter: &mut WeightMeter) {
		let one = Self::outcome_weight();
		loop {
			let place = OutcomesFrom::<T>::get();
			let mut outcomes = QueuedOutcomes::<T>::get(place).into_inner();
			if outcomes.is_empty() {
				return;
			}
			let room = meter.remaining().checked_div_per_component(&one).unwrap_or_default();
			let room = usize::try_from(room).unwrap_or(usize::MAX).min(outcomes.len());
			if room == 0 {
				return;
			}
			let rest = outcomes.split_off(room);
			// Removed whether they succeed or not, so that the hook never retries one.
			if rest.is_empty() {
				QueuedOutcomes::<T>::remove(place);
				OutcomesFrom::<T>::put(place.saturating_add(1));
			} else {
				QueuedOutcomes::<T>::insert(place, frame_support::BoundedVec::truncate_from(rest));
			}
			for outcome in outcomes {
				meter.consume(one);
				if let Err(error) = with_storage_layer(|| Self::settle(&outcome)) {
					Self::deposit_event(Event::OutcomeFailed {
						agreement: outcome.agreement,
						window: outcome.window,
						error,
					});
				}
			}
		}
	}

	fn settle(outcome: &OutcomeOf<T>) -> DispatchResult {
		let OutcomeOf::<T> { agreement, provider, window, .. } = outcome;
		let (agreement, window) = (*agreement, *window);
		match outcome.test {
			Some(true) => Self::pass_test(agreement)?,
			Some(false) => Self::fail_test(agreement)?,
			None => {},
		}
		if let Some((period, share)) = outcome.credit {
			Providers::<T>::mutate_exists(provider, |known| {
				if let Some(known) = known {
					known.note_credit(period, share);
				}
			});
			Self::deposit_event(Event::Credited { agreement, period, share });
		}
		if let Some(consequence) = outcome.consequence {
			Self::deposit_event(Event::Breached { agreement, window, consequence, shadow: outcome.shadow });
			match consequence {
				_ if outcome.shadow => {},
				Consequence::Warning => {},
				Consequence::Breach => {
					T::ServiceLevel::record(provider, Action::BreachedObjective);
				},
				Consequence::Slash => {
					let offence = Offence {
						offender: provider.clone(),
						severity: Severity::Rate,
						victim: None,
						cause: Cause::NoData,
						action: Some(Action::FailedRedeem),
						outage: Some(window),
					};
					// One whose bond has ended has nothing to lose.
					if T::Bonding::role(provider) == Some(Role::ServiceNode) {
						let slash = T::Slasher::slash(offence)?;
						Self::deposit_event(Event::Slashed { agreement, window, slash });
					}
				},
			}
		}
		if outcome.met {
			T::ServiceLevel::record(provider, Action::MetObjectives);
			Self::deposit_event(Event::Met { agreement, window });
		}
		Ok(())
	}

	fn pass_test(id: AgreementId) -> DispatchResult {
		let Some(mut agreement) = Agreements::<T>::get(id) else { return Ok(()) };
		let Place::Slot(number) = agreement.place else { return Ok(()) };
		Self::settle_test(&agreement, false)?;
		agreement.test_fee = Zero::zero();
		let provider = agreement.provider.clone();
		Agreements::<T>::insert(id, agreement);
		let change = Self::with_slot(number, |slot| Ok(Self::serve(slot)))?;
		Self::deposit_event(Event::TestPassed { agreement: id });
		Self::note_service(id, &provider, change);
		// It may have lost what it needs to qualify before anybody looked.
		if !T::Bonding::qualifies(Role::ServiceNode, &provider) {
			Self::suspend(&provider);
		}
		Ok(())
	}

	fn fail_test(id: AgreementId) -> DispatchResult {
		let Some(agreement) = Agreements::<T>::get(id) else { return Ok(()) };
		let Place::Slot(number) = agreement.place else { return Ok(()) };
		Self::deposit_event(Event::TestFailed { agreement: id });
		Self::stop(id, number, Self::window())
	}
}
