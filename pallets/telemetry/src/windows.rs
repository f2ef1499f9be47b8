//! Windows: how they begin, what is drawn, and how they are closed.

use crate::{
	Claims, Closing, Config, Event, NextWindow, Observer, OpenWindowOf, Pallet, Readings, WeightInfo, Windows,
};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{
	BoundedVec,
	traits::{Get, Randomness},
	weights::{Weight, WeightMeter},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_measurement::{Measurement, READING_BYTES, Reading};
use smartlayer_primitives::{Action, OnWindowClosed, Roster, Seats, ServiceLevel, Window};
use sp_runtime::traits::{BlockNumberProvider, CheckedDiv, Saturating, UniqueSaturatedInto};

/// The maximum number of windows that are listed.
const LISTED: u32 = 8;

impl<T: Config> Pallet<T> {
	/// Returns the current block of the clock.
	pub(crate) fn now() -> BlockNumberFor<T> {
		T::BlockNumberProvider::current_block_number()
	}

	/// Returns the window that is running.
	pub(crate) fn window() -> Window {
		Self::now().checked_div(&T::WindowLength::get()).unwrap_or_default().unique_saturated_into()
	}

	/// Returns the first block after a window, in which observers begin to commit.
	pub(crate) fn end_of(window: Window) -> BlockNumberFor<T> {
		T::WindowLength::get().saturating_mul(window.saturating_add(1).into())
	}

	/// Returns the first block in which nothing can be committed for a window any more.
	pub(crate) fn committed_by(window: Window) -> BlockNumberFor<T> {
		Self::end_of(window).saturating_add(T::CommitPeriod::get())
	}

	/// Returns the first block in which nothing can be revealed for a window any more, and its pages are closed.
	pub(crate) fn revealed_by(window: Window) -> BlockNumberFor<T> {
		Self::committed_by(window).saturating_add(T::RevealPeriod::get())
	}

	/// Returns the maximum weight of closing a page.
	pub(crate) fn page_weight(observers: u32) -> Weight {
		T::WeightInfo::close_page(observers).saturating_add(T::OnWindowClosed::weight())
	}

	/// Returns the maximum weight of the end of a window.
	pub(crate) fn end_weight(observers: u32) -> Weight {
		T::WeightInfo::end_window(observers).saturating_add(T::BondLossWeight::get().saturating_mul(observers.into()))
	}

	/// Lets windows begin, draws, and closes pages that are due, within [`Config::HookWeight`]. What does not fit follows in the next blocks.
	pub(crate) fn do_on_poll(meter: &mut WeightMeter) {
		let mut own = WeightMeter::with_limit(meter.remaining().min(T::HookWeight::get()));
		if own.try_consume(T::WeightInfo::look()).is_ok() {
			Self::begin_windows(&mut own);
			Self::draw();
			Self::close_pages(&mut own);
		}
		meter.consume(own.consumed());
	}

	/// Lets the window that runs begin, and those before it that were missed.
	fn begin_windows(meter: &mut WeightMeter) {
		let running = Self::window();
		let Some(first) = NextWindow::<T>::get() else {
			// Of the one that runs, nobody could have measured everything.
			let first = running.saturating_add(1);
			NextWindow::<T>::put(first);
			Closing::<T>::put((first, 0));
			return;
		};
		for window in first..=running {
			if meter.try_consume(T::WeightInfo::begin_window(T::MaxSeats::get())).is_err() {
				return;
			}
			Self::begin(window, window == running);
		}
	}

	/// Lets a window begin. Nobody observes one that was missed.
	pub(crate) fn begin(window: Window, is_observed: bool) {
		let height = frame_system::Pallet::<T>::block_number();
		if let Some(before) = window.checked_sub(1) {
			Windows::<T>::mutate_extant(before, |before| before.ended = Some(height));
		}
		let seats = if is_observed { T::Seats::seats() } else { Vec::new() };
		let observers = seats.into_iter().map(|who| Observer { who, root: None, silent: 0 });
		let observers = BoundedVec::truncate_from(observers.collect());
		let (count, pages) = (observers.len() as u32, T::Roster::pages());
		Windows::<T>::insert(window, OpenWindowOf::<T> { observers, pages, begun: height, ended: None, seed: None });
		NextWindow::<T>::put(window.saturating_add(1));
		Self::deposit_event(Event::WindowBegan { window, observers: count, pages });
	}

	/// Draws which answers observers have to show. Not before the second block of the reveal phase: who writes the last block of the commit
	/// phase knows the randomness of that block, and can still commit.
	fn draw() {
		let Some(window) = Self::window().checked_sub(1) else { return };
		let now = Self::now();
		if now <= Self::committed_by(window) || now >= Self::revealed_by(window) {
			return;
		}
		Windows::<T>::mutate_extant(window, |open| {
			if open.seed.is_none()
				&& let (Some(seed), _) = T::Randomness::random(b"telemetry/draw")
			{
				open.seed = Some(seed);
				Self::deposit_event(Event::Drawn { window, seed });
			}
		});
	}

	/// Closes pages that are due, in order.
	fn close_pages(meter: &mut WeightMeter) {
		let (mut window, mut page) = Closing::<T>::get();
		while NextWindow::<T>::get().is_some_and(|next| window < next) && Self::now() >= Self::revealed_by(window) {
			let Some(mut open) = Windows::<T>::get(window) else { return };
			let observers = open.observers.len() as u32;
			let first = page;
			while page < open.pages && meter.try_consume(Self::page_weight(observers)).is_ok() {
				// Closed from here on, so that whoever is notified sees it so.
				page = page.saturating_add(1);
				Closing::<T>::put((window, page));
				Self::close_page(window, page.saturating_sub(1), &mut open);
			}
			if page < open.pages || meter.try_consume(Self::end_weight(observers)).is_err() {
				if page > first {
					Windows::<T>::insert(window, open);
				}
				return;
			}
			(window, page) = (window.saturating_add(1), 0);
			Closing::<T>::put((window, page));
			Self::end(window.saturating_sub(1), open);
		}
	}

	/// Closes a page: takes what observers have said of its nodes, and notifies of what they say together.
	pub(crate) fn close_page(window: Window, page: u32, open: &mut OpenWindowOf<T>) {
		let nodes = T::Roster::measured(window, page);
		let count = open.observers.len() as u32;
		let mut claims: Vec<Readings> = Vec::new();
		for (place, observer) in (0u8..).zip(open.observers.iter_mut()) {
			match Claims::<T>::take((window, page), place) {
				Some(readings) => claims.push(readings),
				None if nodes.is_empty() => {},
				None => observer.silent = observer.silent.saturating_add(1),
			}
		}
		let mut measured = BTreeMap::new();
		for (nth, (place, _)) in nodes.iter().enumerate() {
			let said = |claim: &Readings| {
				let (readings, _) = claim.as_chunks::<READING_BYTES>();
				readings.get(nth).map(|bytes| Reading::parse(*bytes))
			};
			let readings: Vec<Reading> = claims.iter().filter_map(said).collect();
			if let Some(measurement) = Measurement::of(&readings, count) {
				measured.insert(*place, measurement);
			}
		}
		T::OnWindowClosed::on_window_closed(window, page, &measured);
		Self::deposit_event(Event::PageClosed {
			window,
			page,
			nodes: nodes.len() as u32,
			measured: measured.len() as u32,
			observers: claims.len() as u32,
		});
	}

	/// Ends a window whose pages are closed, and charges observers that have said nothing of some.
	pub(crate) fn end(window: Window, open: OpenWindowOf<T>) {
		Windows::<T>::remove(window);
		let seats = T::Seats::seats();
		// Nobody could reveal anything of a window for which nothing was drawn.
		let silent = open.observers.into_iter().filter(|observer| observer.silent > 0 && open.seed.is_some());
		for Observer { who: observer, silent: pages, .. } in silent.filter(|observer| seats.contains(&observer.who)) {
			T::ServiceLevel::record(&observer, Action::IgnoredVote);
			Self::deposit_event(Event::Silent { window, observer, pages });
		}
		Self::deposit_event(Event::WindowClosed { window });
	}

	/// Returns the windows that have begun and are not closed, the earliest first.
	pub(crate) fn open() -> Vec<(Window, OpenWindowOf<T>)> {
		let (first, _) = Closing::<T>::get();
		let windows = first..first.saturating_add(LISTED);
		windows.filter_map(|window| Some((window, Windows::<T>::get(window)?))).collect()
	}

	/// Returns what observers have revealed of a page.
	pub(crate) fn revealed(window: Window, page: u32) -> Vec<(T::AccountId, Readings)> {
		let observers = Windows::<T>::get(window).map(|open| open.observers).unwrap_or_default();
		let said = |(place, observer): (u8, Observer<T::AccountId>)| {
			Some((observer.who, Claims::<T>::get((window, page), place)?))
		};
		(0u8..).zip(observers).filter_map(said).collect()
	}
}
