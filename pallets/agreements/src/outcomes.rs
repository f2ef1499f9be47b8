//! What follows from closed windows: each outcome is settled by itself.

use crate::{
	AgreementId, Agreements, Config, Credit, Event, OutcomeOf, OutcomesFrom, OutcomesTo, Pallet, Place, Providers,
	QueuedOutcomes, WeightInfo,
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
		let passed = T::WeightInfo::settle_passed().saturating_add(T::WeightInfo::suspend());
		let one = T::WeightInfo::settle_outcome().max(passed).max(T::WeightInfo::settle_failed());
		one.saturating_add(T::BondLossWeight::get())
	}

	/// Settles outcomes, the earliest first.
	pub(crate) fn settle_outcomes(meter: &mut WeightMeter) {
		let one = Self::outcome_weight();
		loop {
			let place = OutcomesFrom::<T>::get();
			let room = meter.remaining().checked_div_per_component(&one).unwrap_or_default();
			if room == 0 || place >= OutcomesTo::<T>::get() {
				return;
			}
			let mut outcomes = QueuedOutcomes::<T>::get(place).into_inner();
			let rest = outcomes.split_off(usize::try_from(room).unwrap_or(usize::MAX).min(outcomes.len()));
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
					let OutcomeOf::<T> { agreement, provider, window, .. } = outcome;
					Self::deposit_event(Event::OutcomeFailed { agreement, provider, window, error });
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
		let named = || provider.clone();
		if let Some(share) = outcome.credit {
			let credit = Credit { window, module: outcome.module, share };
			Providers::<T>::mutate(provider, |known| known.note_credit(credit));
			let period = Self::period_of(window);
			Self::deposit_event(Event::Credited { agreement, provider: named(), period, share });
			// If its agreement and its bond have ended meanwhile.
			Self::forget_if_gone(provider);
		}
		if let Some(consequence) = outcome.consequence {
			let shadow = outcome.shadow;
			Self::deposit_event(Event::Breached { agreement, provider: named(), window, consequence, shadow });
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
						Self::deposit_event(Event::Slashed { agreement, provider: named(), window, slash });
					}
				},
			}
		}
		if outcome.met {
			T::ServiceLevel::record(provider, Action::MetObjectives);
			let period = Self::period_of(window).saturating_sub(1);
			Self::deposit_event(Event::Met { agreement, provider: named(), period });
		}
		Ok(())
	}

	fn pass_test(id: AgreementId) -> DispatchResult {
		let Some(agreement) = Agreements::<T>::get(id) else { return Ok(()) };
		let Place::Slot(number) = agreement.place else { return Ok(()) };
		let provider = agreement.provider;
		Self::settle_test(id, false)?;
		Self::deposit_event(Event::TestPassed { agreement: id, provider: provider.clone() });
		// It may have lost what it needs to qualify before anybody looked.
		if !T::Bonding::qualifies(Role::ServiceNode, &provider) {
			Self::suspend(&provider, Self::window());
			return Ok(());
		}
		let change = Self::with_slot(number, |slot| Ok(Self::serve(slot)))?;
		Self::note_service(id, &provider, change);
		Ok(())
	}

	fn fail_test(id: AgreementId) -> DispatchResult {
		let Some(agreement) = Agreements::<T>::get(id) else { return Ok(()) };
		let Place::Slot(number) = agreement.place else { return Ok(()) };
		// Further windows can be closed before it is over.
		if Self::stop(id, number, Self::window())? || !agreement.test_fee.is_zero() {
			Self::deposit_event(Event::TestFailed { agreement: id, provider: agreement.provider });
			Self::settle_test(id, true)?;
		}
		Ok(())
	}
}
