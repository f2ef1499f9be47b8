//! The roster: its pages, the vacant slots, and how they are drawn.

use crate::{
	AgreementId, Agreements, Config, Error, Event, PAGE, Pages, Pallet, Place, Providers, Roster, Slot, SlotId, SlotOf,
	Stage, Vacancies, VacancyAt, VacantPages, Waiting, WaitingFrom, WaitingTo, WeightInfo,
};
use codec::Encode;
use frame_support::{
	defensive, ensure, pallet_prelude::DispatchResult, storage::with_storage_layer, traits::Randomness,
	weights::WeightMeter,
};
use smartlayer_primitives::{Bonding, Role};
use sp_runtime::{BoundedVec, DispatchError, Percent};

impl<T: Config> Pallet<T> {
	/// Returns the page of a slot, and its place there.
	pub(crate) fn locate(slot: SlotId) -> (u32, u8) {
		let place = slot.checked_rem(PAGE).and_then(|place| u8::try_from(place).ok());
		(slot.checked_div(PAGE).unwrap_or_default(), place.unwrap_or_default())
	}

	/// Returns a slot that is taken.
	pub(crate) fn slot(number: SlotId) -> Option<SlotOf<T>> {
		let (page, place) = Self::locate(number);
		Roster::<T>::get(page).get(&place).cloned()
	}

	/// Changes a slot that is taken.
	pub(crate) fn with_slot<R>(
		id: SlotId,
		change: impl FnOnce(&mut SlotOf<T>) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		let (page, place) = Self::locate(id);
		Roster::<T>::try_mutate(page, |slots| change(slots.get_mut(&place).ok_or(Error::<T>::NoSuchAgreement)?))
	}

	/// Lets an agreement wait for its slot.
	pub(crate) fn enqueue_waiting(id: AgreementId) -> DispatchResult {
		let place = WaitingTo::<T>::get();
		WaitingTo::<T>::put(place.checked_add(1).ok_or(Error::<T>::Overflow)?);
		Waiting::<T>::insert(place, id);
		Ok(())
	}

	/// Draws slots for those who have waited since before the randomness could be known, the first of them first.
	pub(crate) fn draw_slots(meter: &mut WeightMeter) {
		let one = T::WeightInfo::draw();
		while meter.try_consume(one).is_ok() {
			let place = WaitingFrom::<T>::get();
			let Some(id) = Waiting::<T>::get(place) else { return };
			let (seed, known_since) = T::Randomness::random(&(b"agreements/slot", id).encode());
			let agreement = Agreements::<T>::get(id);
			if let Some(Place::Waiting(since)) = agreement.map(|agreement| agreement.place)
				&& since >= known_since
			{
				return;
			}
			Waiting::<T>::remove(place);
			WaitingFrom::<T>::put(place.saturating_add(1));
			let number = |from: usize| {
				let bytes = seed.as_ref().get(from..from.saturating_add(8)).and_then(|bytes| bytes.try_into().ok());
				bytes.map(u64::from_le_bytes).unwrap_or_default()
			};
			if with_storage_layer(|| Self::place(id, number(0), number(8))).is_err() {
				defensive!("an agreement can be placed");
			}
		}
	}

	/// Gives an agreement a slot, by two random numbers. One whose node does not qualify any more ends.
	fn place(id: AgreementId, first: u64, second: u64) -> DispatchResult {
		// It was ended while it waited.
		let Some(mut agreement) = Agreements::<T>::get(id) else { return Ok(()) };
		if !T::Bonding::qualifies(Role::ServiceNode, &agreement.provider) {
			return Self::finish(id);
		}
		let (page, place) = Self::vacancy(first, second)?;
		let module = crate::Modules::<T>::get(agreement.offer.module).ok_or(Error::<T>::NoSuchModule)?;
		let known = Providers::<T>::mutate(&agreement.provider, |provider| provider.take_meter(agreement.offer.module));
		let start = Self::window().saturating_add(1);
		let windows = module.specification.testing.saturating_add(agreement.offer.windows);
		let last = start.saturating_add(windows).saturating_sub(1);
		let slot = Slot {
			agreement: id,
			provider: agreement.provider.clone(),
			module: agreement.offer.module,
			bounds: agreement.offer.bounds.clone(),
			renewed: None,
			units: agreement.offer.units,
			first: start,
			last,
			stage: Stage::Testing { measured: 0, breached: 0 },
			serving: false,
			suspended: false,
			away: BoundedVec::new(),
			spared_in: Self::period_of(start),
			// A known node does not get another budget of maintenance for the running period.
			spared: if known.is_some() { module.specification.maintenance } else { 0 },
			spared_next: 0,
			credit: (Self::period_of(start), Percent::zero()),
			is_new: known.is_none(),
			meter: known.unwrap_or_default(),
		};
		let is_full = Roster::<T>::try_mutate(page, |slots| {
			slots.try_insert(place, slot).map_err(|_| Error::<T>::Overflow)?;
			Ok::<_, DispatchError>(slots.len() as u32 == PAGE)
		})?;
		if is_full {
			Self::remove_vacant(page);
		}
		let number = page.saturating_mul(PAGE).saturating_add(place.into());
		agreement.place = Place::Slot(number);
		let provider = agreement.provider.clone();
		Agreements::<T>::insert(id, agreement);
		Self::schedule_end(id, last);
		Self::deposit_event(Event::SlotDrawn { agreement: id, provider, slot: number, first: start, last });
		Ok(())
	}

	/// Returns a vacant slot: on a random page of those that have one, a random one. If there is none, a page is added.
	fn vacancy(first: u64, second: u64) -> Result<(u32, u8), DispatchError> {
		let count = Vacancies::<T>::get();
		let page = match first.checked_rem(count.into()) {
			Some(index) => VacantPages::<T>::get(index as u32).ok_or(Error::<T>::Overflow)?,
			None => {
				let page = Pages::<T>::get();
				ensure!(page < SlotId::MAX / PAGE, Error::<T>::Overflow);
				Pages::<T>::put(page.saturating_add(1));
				Self::add_vacant(page);
				page
			},
		};
		let slots = Roster::<T>::get(page);
		let mut vacant = (0..=u8::MAX).filter(|place| !slots.contains_key(place));
		let count = (PAGE as usize).saturating_sub(slots.len()) as u64;
		let place = second.checked_rem(count).and_then(|nth| vacant.nth(nth as usize));
		Ok((page, place.ok_or(Error::<T>::Overflow)?))
	}

	/// Vacates a slot, and returns what was in it.
	pub(crate) fn vacate(id: SlotId) -> Result<SlotOf<T>, DispatchError> {
		let (page, place) = Self::locate(id);
		let (slot, was_full) = Roster::<T>::try_mutate(page, |slots| {
			let was_full = slots.len() as u32 == PAGE;
			let slot = slots.remove(&place).ok_or(Error::<T>::NoSuchAgreement)?;
			Ok::<_, DispatchError>((slot, was_full))
		})?;
		if was_full {
			Self::add_vacant(page);
		}
		Ok(slot)
	}

	fn add_vacant(page: u32) {
		let index = Vacancies::<T>::get();
		Vacancies::<T>::put(index.saturating_add(1));
		VacantPages::<T>::insert(index, page);
		VacancyAt::<T>::insert(page, index);
	}

	/// Removes a page from those with vacant slots. The last one takes its place.
	fn remove_vacant(page: u32) {
		let Some(index) = VacancyAt::<T>::take(page) else { return };
		let last = Vacancies::<T>::get().saturating_sub(1);
		Vacancies::<T>::put(last);
		if let Some(moved) = VacantPages::<T>::take(last)
			&& moved != page
		{
			VacantPages::<T>::insert(index, moved);
			VacancyAt::<T>::insert(moved, index);
		}
	}
}
