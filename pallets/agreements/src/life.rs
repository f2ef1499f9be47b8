//! The life of an agreement after its slot was drawn: service, suspension and end.

use crate::{
	AgreementId, AgreementOf, Agreements, Config, Error, Event, HoldReason, Item, Modules, Negotiations, Pallet, Place,
	ProviderOf, Providers, ServiceOf, SlotId, SlotOf, Spans, Stage, windows::FAILING,
};
use alloc::vec::Vec;
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{
		Get,
		fungible::{BalancedHold, MutateHold},
		tokens::Precision,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_measurement::Meter;
use smartlayer_primitives::{Bonding, ClosedWindows, Rewards, Role, Window};
use sp_runtime::{
	DispatchError,
	traits::{CheckedDiv, Saturating, UniqueSaturatedInto, Zero},
};

impl<T: Config> Pallet<T> {
	/// Returns the window that is running.
	pub(crate) fn window() -> Window {
		Self::window_of(Self::now())
	}

	/// Returns the window of a block of the clock.
	pub(crate) fn window_of(block: BlockNumberFor<T>) -> Window {
		block.checked_div(&T::WindowLength::get()).unwrap_or_default().unique_saturated_into()
	}

	/// Returns the first block of a window.
	pub(crate) fn start_of(window: Window) -> BlockNumberFor<T> {
		T::WindowLength::get().saturating_mul(window.into())
	}

	/// Returns the half of a budget period in which a window is.
	pub(crate) fn half_of(window: Window) -> u32 {
		window.checked_div(T::HalfBudget::get()).unwrap_or_default()
	}

	/// Returns the budget period in which a window is.
	pub(crate) fn period_of(window: Window) -> u32 {
		Self::half_of(window) / 2
	}

	/// Returns the number of windows in a budget period.
	pub(crate) fn period_windows() -> u32 {
		T::HalfBudget::get().saturating_mul(2)
	}

	/// Returns a meter without anything, in the half of a window.
	pub(crate) fn empty_meter(window: Window) -> Meter {
		let mut meter = Meter::default();
		meter.advance(Self::half_of(window));
		meter
	}

	/// Schedules what follows the last window of an agreement.
	pub(crate) fn schedule_end(id: AgreementId, last: Window) {
		Self::schedule(Self::start_of(last.saturating_add(1)), Item::End(id));
	}

	pub(crate) fn unschedule_end(id: AgreementId, last: Window) {
		Self::unschedule(Self::start_of(last.saturating_add(1)), Item::End(id));
	}

	/// Marks a slot by whether its node is in service under it, and returns what has changed, for [`Self::note_service`].
	pub(crate) fn serve(slot: &mut SlotOf<T>) -> Option<bool> {
		let is_over = Self::window() > slot.last;
		let serving = !matches!(slot.stage, Stage::Testing { .. }) && !slot.suspended && !is_over;
		let before = core::mem::replace(&mut slot.serving, serving);
		(before != serving).then_some(serving)
	}

	/// Notes that a node has entered or left service under an agreement. Other pallets are notified, which can lead back to this one: so no
	/// slot and no node must be held in memory.
	pub(crate) fn note_service(agreement: AgreementId, provider: &T::AccountId, change: Option<bool>) {
		let Some(entered) = change else { return };
		let serving = Providers::<T>::mutate(provider, |known| {
			let serving = if entered { known.serving.saturating_add(1) } else { known.serving.saturating_sub(1) };
			known.serving = serving;
			serving
		});
		let provider = provider.clone();
		if entered {
			Self::deposit_event(Event::InService { agreement, provider: provider.clone() });
			if serving == 1 {
				T::Bonding::seated(Role::ServiceNode, &provider);
			}
		} else {
			Self::deposit_event(Event::OutOfService { agreement, provider: provider.clone() });
			if serving == 0 {
				T::Bonding::unseated(Role::ServiceNode, &provider);
			}
		}
	}

	/// Adds a range of windows that do not count. Those of windows that are closed are forgotten.
	pub(crate) fn add_span(page: u32, away: &mut Spans, span: (Window, Window)) -> DispatchResult {
		// Where nothing is measured, windows to come are closed as well.
		let window = Self::window();
		away.retain(|(_, to)| *to > window || !T::ClosedWindows::is_closed(page, to.saturating_sub(1)));
		Ok(away.try_push(span).map_err(|_| Error::<T>::TooManyPauses)?)
	}

	/// Suspends a node that has stopped to qualify in a window. Its windows go on to count for the module's notice: otherwise it would be
	/// maintenance that needs none, in the middle of an outage.
	pub(crate) fn suspend(provider: &T::AccountId, window: Window) {
		for id in Providers::<T>::get(provider).agreements {
			let Some(agreement) = Agreements::<T>::get(id) else { continue };
			let Place::Slot(number) = agreement.place else { continue };
			let notice = Modules::<T>::get(agreement.offer.module).map_or(0, |module| module.specification.notice);
			// Not earlier than it is: it was in service until now.
			let now = Self::window().saturating_add(1);
			let from = window.saturating_add(1).saturating_add(notice).max(now);
			if Self::slot(number).is_none_or(|slot| slot.suspended) {
				continue;
			}
			let (page, _) = Self::locate(number);
			let suspended = Self::with_slot(number, |slot| {
				slot.suspended = true;
				// If there is no room, its windows go on to count.
				let _ = Self::add_span(page, &mut slot.away, (from, Window::MAX));
				Ok(Self::serve(slot))
			});
			if let Ok(change) = suspended {
				Self::deposit_event(Event::Suspended { agreement: id, provider: provider.clone(), from });
				Self::note_service(id, provider, change);
			}
		}
	}

	pub(crate) fn do_resume(who: &T::AccountId, id: AgreementId) -> DispatchResult {
		let (agreement, number) = Self::agreement_of(who, id)?;
		let provider = agreement.provider;
		ensure!(T::Bonding::qualifies(Role::ServiceNode, &provider), Error::<T>::NotServiceNode);
		Self::ensure_backed(&provider, Self::units_of(&provider, None))?;
		// In service, it is measured: otherwise it could pause for a moment in every window, and none would count.
		let window = Self::window();
		let change = Self::with_slot(number, |slot| {
			ensure!(slot.suspended, Error::<T>::NotSuspended);
			ensure!(window < slot.last, Error::<T>::AlreadyOver);
			if let Some((_, to)) = slot.away.iter_mut().find(|(_, to)| *to == Window::MAX) {
				*to = window;
			}
			slot.away.retain(|(from, to)| from < to);
			slot.suspended = false;
			Ok(Self::serve(slot))
		})?;
		Self::deposit_event(Event::Resumed { agreement: id, provider: provider.clone(), from: window });
		Self::note_service(id, &provider, change);
		Ok(())
	}

	/// Returns the agreements of a node, each with its slot.
	pub(crate) fn services(provider: &T::AccountId) -> Vec<ServiceOf<T>> {
		let ids = Providers::<T>::get(provider).agreements.into_iter();
		let all = ids.filter_map(|id| Some((id, Agreements::<T>::get(id)?)));
		all.map(|(id, agreement)| {
			let slot = if let Place::Slot(number) = agreement.place { Self::slot(number) } else { None };
			(id, agreement, slot)
		})
		.collect()
	}

	/// Returns an agreement of the node that an account acts for.
	fn own_agreement(who: &T::AccountId, id: AgreementId) -> Result<AgreementOf<T>, DispatchError> {
		let agreement = Agreements::<T>::get(id).ok_or(Error::<T>::NoSuchAgreement)?;
		ensure!(T::Bonding::principal(who) == agreement.provider, Error::<T>::NotProvider);
		Ok(agreement)
	}

	/// Returns an agreement of the node that an account acts for, and its slot.
	fn agreement_of(who: &T::AccountId, id: AgreementId) -> Result<(AgreementOf<T>, SlotId), DispatchError> {
		let agreement = Self::own_agreement(who, id)?;
		let slot = Self::slot_of(&agreement)?;
		Ok((agreement, slot))
	}

	pub(crate) fn do_end(who: &T::AccountId, id: AgreementId) -> DispatchResult {
		let agreement = Self::own_agreement(who, id)?;
		// What renews it would undo this.
		let open = Providers::<T>::get(&agreement.provider).negotiations.into_iter();
		for (negotiation, _) in open.filter(|(_, module)| *module == agreement.offer.module) {
			if let Some(renewal) = Negotiations::<T>::get(negotiation) {
				Self::end_negotiation(negotiation, &renewal);
			}
		}
		let Place::Slot(number) = agreement.place else { return Self::finish(id) };
		let next = Self::window().saturating_add(1);
		let is_tested = Self::with_slot(number, |slot| {
			ensure!(next < slot.last, Error::<T>::AlreadyEnding);
			Ok(matches!(slot.stage, Stage::Testing { .. }))
		})?;
		if is_tested {
			// Otherwise a slot that a node does not like would cost it nothing.
			Self::settle_test(id, true)?;
		}
		Self::stop(id, number, next)?;
		Ok(())
	}

	/// Lets an agreement end with a window, if it does not end before. Returns whether that is sooner than it did.
	pub(crate) fn stop(id: AgreementId, number: SlotId, last: Window) -> Result<bool, DispatchError> {
		let (before, provider) = Self::with_slot(number, |slot| {
			let sooner = last.min(slot.last);
			Ok((core::mem::replace(&mut slot.last, sooner), slot.provider.clone()))
		})?;
		if last < before {
			Self::unschedule_end(id, before);
			Self::schedule(Self::next_block().max(Self::start_of(last.saturating_add(1))), Item::End(id));
			Self::deposit_event(Event::Ending { agreement: id, provider, last });
		}
		Ok(last < before)
	}

	/// Takes a node out of service when its last window is over, and ends the agreement when that is closed. Returns whether it has
	/// ended.
	pub(crate) fn process_end(id: AgreementId) -> Result<bool, DispatchError> {
		let Some(agreement) = Agreements::<T>::get(id) else { return Ok(true) };
		let Place::Slot(number) = agreement.place else { return Ok(false) };
		let window = Self::window();
		let (page, _) = Self::locate(number);
		let (last, change) = Self::with_slot(number, |slot| Ok((slot.last, Self::serve(slot))))?;
		Self::note_service(id, &agreement.provider, change);
		// Two windows later, so that whoever measures has had the time, even if nobody says whether it has.
		if last.saturating_add(1) < window && T::ClosedWindows::is_closed(page, last) {
			Self::finish(id)?;
			return Ok(true);
		}
		Self::schedule(Self::start_of(window.max(last).saturating_add(1)), Item::End(id));
		Ok(false)
	}

	pub(crate) fn do_close(id: AgreementId) -> DispatchResult {
		let agreement = Agreements::<T>::get(id).ok_or(Error::<T>::NoSuchAgreement)?;
		let slot = Self::slot(Self::slot_of(&agreement).map_err(|_| Error::<T>::NotDue)?);
		ensure!(slot.is_some_and(|slot| slot.last < Self::window()), Error::<T>::NotDue);
		ensure!(Self::process_end(id)?, Error::<T>::NotDue);
		Ok(())
	}

	/// Ends an agreement: vacates its slot, keeps its meter, and returns a test fee that is still on hold.
	pub(crate) fn finish(id: AgreementId) -> DispatchResult {
		let place = Agreements::<T>::get(id).ok_or(Error::<T>::NoSuchAgreement)?.place;
		let slot = if let Place::Slot(number) = place { Self::slot(number) } else { None };
		// The outcome with which it was failed may still be queued.
		let failed = |slot: SlotOf<T>| matches!(slot.stage, Stage::Testing { breached, .. } if breached >= FAILING);
		Self::settle_test(id, slot.is_some_and(failed))?;
		let agreement = Agreements::<T>::take(id).ok_or(Error::<T>::NoSuchAgreement)?;
		let (module, provider) = (agreement.offer.module, agreement.provider);
		if let Place::Slot(number) = agreement.place {
			let slot = Self::vacate(number)?;
			Self::note_service(id, &provider, slot.serving.then_some(false));
			let meter = match slot.stage {
				// It has learned nothing of the module yet.
				Stage::Testing { .. } if slot.is_new => None,
				// What it has learned has cost nothing, and it does not learn it again.
				Stage::Shadow { .. } => Some(Self::empty_meter(Self::window())),
				Stage::Testing { .. } | Stage::Active => Some(slot.meter),
			};
			if let Some(meter) = meter {
				Providers::<T>::mutate(&provider, |known| known.keep_meter(module, meter));
			}
		}
		Self::note_ended(module, agreement.offer.units);
		Providers::<T>::mutate(&provider, |known| known.agreements.retain(|other| *other != id));
		Self::forget_if_gone(&provider);
		Self::deposit_event(Event::Ended { agreement: id, provider });
		Ok(())
	}

	/// Returns the test fee of an agreement, if it is on hold, or gives it to the anchors.
	pub(crate) fn settle_test(id: AgreementId, is_lost: bool) -> DispatchResult {
		Agreements::<T>::try_mutate(id, |agreement| {
			let agreement = agreement.as_mut().ok_or(Error::<T>::NoSuchAgreement)?;
			let fee = core::mem::take(&mut agreement.test_fee);
			if fee.is_zero() {
				return Ok(());
			}
			let (payer, reason) = (&agreement.payer, HoldReason::Test.into());
			if is_lost {
				let (credit, missing) = T::Currency::slash(&reason, payer, fee);
				ensure!(missing.is_zero(), Error::<T>::HoldTooSmall);
				T::Rewards::contribute(Role::Anchor, credit);
				Self::deposit_event(Event::TestFeeLost { agreement: id, payer: payer.clone(), amount: fee });
			} else {
				T::Currency::release(&reason, payer, fee, Precision::Exact)?;
			}
			Ok(())
		})
	}

	/// Returns whether a node has neither agreements nor negotiations nor a bond.
	fn is_gone(provider: &T::AccountId, known: &ProviderOf<T>) -> bool {
		known.is_idle() && T::Bonding::role(provider) != Some(Role::ServiceNode)
	}

	/// Removes what is known of a node that is gone. Its credits are kept as long as a session can refer to them.
	pub(crate) fn forget_if_gone(provider: &T::AccountId) {
		let Ok(known) = Providers::<T>::try_get(provider) else { return };
		if !Self::is_gone(provider, &known) {
			return;
		}
		if known.credits.is_empty() {
			Providers::<T>::remove(provider);
		} else {
			let until = Self::now().saturating_add(T::CreditHistory::get());
			Self::schedule(until.max(Self::next_block()), Item::Forget(provider.clone()));
		}
	}

	/// Removes the credits of a node that has been gone for long enough, and whatever else is known of it.
	pub(crate) fn forget(provider: &T::AccountId) {
		let Ok(known) = Providers::<T>::try_get(provider) else { return };
		let newest = known.credits.iter().map(|credit| Self::start_of(credit.window)).max().unwrap_or_default();
		let until = newest.saturating_add(T::CreditHistory::get());
		if !Self::is_gone(provider, &known) {
			return;
		}
		if until > Self::now() {
			Self::schedule(until, Item::Forget(provider.clone()));
		} else {
			Providers::<T>::remove(provider);
		}
	}

	/// Ends whatever a node has whose bond has ended in a window.
	pub(crate) fn dismiss(provider: &T::AccountId, window: Window) -> DispatchResult {
		let known = Providers::<T>::get(provider);
		for (id, _) in known.negotiations {
			if let Some(negotiation) = Negotiations::<T>::get(id) {
				Self::end_negotiation(id, &negotiation);
			}
		}
		for id in known.agreements {
			match Agreements::<T>::get(id).map(|agreement| agreement.place) {
				Some(Place::Slot(number)) => {
					// Whoever measures has committed to what it says of the windows before.
					Self::stop(id, number, window.max(Self::window()))?;
				},
				Some(Place::Waiting(_)) => Self::finish(id)?,
				None => {},
			}
		}
		Self::forget_if_gone(provider);
		Ok(())
	}
}
