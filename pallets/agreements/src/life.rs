//! The life of an agreement after its slot was drawn: service, suspension and end.

use crate::{
	AgreementId, AgreementOf, Agreements, Config, Error, Event, HoldReason, Item, Modules, Pallet, Place, Providers,
	Roster, SlotId, SlotOf, Spans, Stage,
};
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	storage::with_storage_layer,
	traits::{
		Get,
		fungible::{BalancedHold, MutateHold},
		tokens::Precision,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
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
				T::Bonding::seated(&provider);
			}
		} else {
			Self::deposit_event(Event::OutOfService { agreement, provider: provider.clone() });
			if serving == 0 {
				T::Bonding::unseated(&provider);
			}
		}
	}

	/// Adds a range of windows that do not count. Those of windows that are closed are forgotten.
	pub(crate) fn add_span(page: u32, away: &mut Spans, span: (Window, Window)) -> DispatchResult {
		away.retain(|(_, to)| !T::ClosedWindows::is_closed(page, to.saturating_sub(1)));
		Ok(away.try_push(span).map_err(|_| Error::<T>::TooManyPauses)?)
	}

	/// Suspends a node that does not qualify any more. Its windows go on to count for the module's notice: otherwise it would be maintenance
	/// that needs none, in the middle of an outage.
	pub(crate) fn suspend(provider: &T::AccountId) {
		for id in Providers::<T>::get(provider).agreements {
			let Some(agreement) = Agreements::<T>::get(id) else { continue };
			let Place::Slot(number) = agreement.place else { continue };
			let notice = Modules::<T>::get(agreement.offer.module).map_or(0, |module| module.specification.notice);
			let from = Self::window().saturating_add(1).saturating_add(notice);
			let (page, _) = Self::locate(number);
			let suspended = Self::with_slot(number, |slot| {
				if core::mem::replace(&mut slot.suspended, true) {
					return Ok(None);
				}
				// If there is no room, its windows go on to count.
				let _ = Self::add_span(page, &mut slot.away, (from, Window::MAX));
				Ok(Some(Self::serve(slot)))
			});
			if let Ok(Some(change)) = suspended {
				Self::deposit_event(Event::Suspended { agreement: id, provider: provider.clone(), from });
				Self::note_service(id, provider, change);
			}
		}
	}

	pub(crate) fn do_resume(who: &T::AccountId, id: AgreementId) -> DispatchResult {
		let (agreement, number) = Self::agreement_of(who, id)?;
		ensure!(T::Bonding::qualifies(Role::ServiceNode, &agreement.provider), Error::<T>::NotServiceNode);
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
		Self::deposit_event(Event::Resumed { agreement: id, from: window });
		Self::note_service(id, &agreement.provider, change);
		Ok(())
	}

	/// Returns an agreement of the node that an account acts for, and its slot.
	pub(crate) fn agreement_of(who: &T::AccountId, id: AgreementId) -> Result<(AgreementOf<T>, SlotId), DispatchError> {
		let agreement = Agreements::<T>::get(id).ok_or(Error::<T>::NoSuchAgreement)?;
		ensure!(T::Bonding::principal(who) == agreement.provider, Error::<T>::NotProvider);
		let slot = Self::slot_of(&agreement)?;
		Ok((agreement, slot))
	}

	pub(crate) fn do_end(who: &T::AccountId, id: AgreementId) -> DispatchResult {
		let agreement = Agreements::<T>::get(id).ok_or(Error::<T>::NoSuchAgreement)?;
		ensure!(T::Bonding::principal(who) == agreement.provider, Error::<T>::NotProvider);
		match agreement.place {
			Place::Waiting(_) => Self::finish(id),
			Place::Slot(number) => {
				let next = Self::window().saturating_add(1);
				Self::with_slot(number, |slot| {
					ensure!(next < slot.last, Error::<T>::AlreadyEnding);
					Ok(())
				})?;
				Self::stop(id, number, next)
			},
		}
	}

	/// Lets an agreement end with a window, if it does not end before.
	pub(crate) fn stop(id: AgreementId, number: SlotId, last: Window) -> DispatchResult {
		let before = Self::with_slot(number, |slot| {
			let sooner = last.min(slot.last);
			Ok(core::mem::replace(&mut slot.last, sooner))
		})?;
		if last < before {
			Self::unschedule_end(id, before);
			Self::schedule_end(id, last.max(Self::window()));
			Self::deposit_event(Event::Ending { agreement: id, last });
		}
		Ok(())
	}

	/// Takes a node out of service when its last window is over, and ends the agreement when that is closed.
	pub(crate) fn process_end(id: AgreementId) -> DispatchResult {
		let Some(agreement) = Agreements::<T>::get(id) else { return Ok(()) };
		let Place::Slot(number) = agreement.place else { return Ok(()) };
		let window = Self::window();
		let (page, _) = Self::locate(number);
		let (last, change) = Self::with_slot(number, |slot| Ok((slot.last, Self::serve(slot))))?;
		Self::note_service(id, &agreement.provider, change);
		// Two windows later, so that whoever measures has had the time, even if nobody says whether it has.
		if last.saturating_add(1) < window && T::ClosedWindows::is_closed(page, last) {
			return Self::finish(id);
		}
		Self::schedule(Self::start_of(window.max(last).saturating_add(1)), Item::End(id));
		Ok(())
	}

	/// Ends an agreement: vacates its slot, keeps its meter, and settles the test fee.
	pub(crate) fn finish(id: AgreementId) -> DispatchResult {
		let agreement = Agreements::<T>::take(id).ok_or(Error::<T>::NoSuchAgreement)?;
		let mut was_tested = false;
		if let Place::Slot(number) = agreement.place {
			let slot = Self::vacate(number)?;
			Self::note_service(id, &slot.provider, slot.serving.then_some(false));
			was_tested = matches!(slot.stage, Stage::Testing { measured, .. } if measured > 0);
			// One that was never past its test has learned nothing of the module yet.
			if !(slot.is_new && matches!(slot.stage, Stage::Testing { .. })) {
				Providers::<T>::mutate(&slot.provider, |provider| provider.keep_meter(slot.module, slot.meter));
			}
		}
		Self::settle_test(&agreement, was_tested)?;
		Self::note_ended(agreement.offer.module, agreement.offer.units);
		Providers::<T>::mutate(&agreement.provider, |provider| provider.agreements.retain(|other| *other != id));
		Self::forget_if_gone(&agreement.provider);
		Self::deposit_event(Event::Ended { agreement: id, provider: agreement.provider });
		Ok(())
	}

	/// Returns a test fee that is on hold, or gives it to the anchors.
	pub(crate) fn settle_test(agreement: &AgreementOf<T>, is_lost: bool) -> DispatchResult {
		let (fee, payer) = (agreement.test_fee, &agreement.payer);
		if fee.is_zero() {
			return Ok(());
		}
		if is_lost {
			let (credit, missing) = T::Currency::slash(&HoldReason::Test.into(), payer, fee);
			ensure!(missing.is_zero(), Error::<T>::HoldTooSmall);
			T::Rewards::contribute(Role::Anchor, credit);
		} else {
			T::Currency::release(&HoldReason::Test.into(), payer, fee, Precision::Exact)?;
		}
		Ok(())
	}

	/// Removes what is known of a node without agreements and without a bond.
	pub(crate) fn forget_if_gone(provider: &T::AccountId) {
		if Providers::<T>::get(provider).is_idle() && T::Bonding::role(provider) != Some(Role::ServiceNode) {
			Providers::<T>::remove(provider);
		}
	}

	/// Ends whatever a node has, whose bond has ended.
	pub(crate) fn dismiss(provider: &T::AccountId) {
		let known = Providers::<T>::get(provider);
		for (id, _) in known.negotiations {
			if let Some(negotiation) = crate::Negotiations::<T>::get(id) {
				Self::unschedule(negotiation.deadline, Item::Offer(id));
			}
			Self::forget_negotiation(id, provider);
			Self::deposit_event(Event::Withdrawn { agreement: id });
		}
		for id in known.agreements {
			let Some(agreement) = Agreements::<T>::get(id) else { continue };
			let ended = with_storage_layer(|| match agreement.place {
				Place::Waiting(_) => Self::finish(id),
				Place::Slot(number) => Self::stop(id, number, Self::window()),
			});
			if ended.is_err() {
				frame_support::defensive!("an agreement can be ended");
			}
		}
		Self::forget_if_gone(provider);
	}

	/// Returns a slot that is taken.
	pub(crate) fn slot(number: SlotId) -> Option<SlotOf<T>> {
		let (page, place) = Self::locate(number);
		Roster::<T>::get(page).get(&place).cloned()
	}
}
