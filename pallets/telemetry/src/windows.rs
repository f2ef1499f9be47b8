//! Windows: how they begin, what is drawn, and how they are closed.

use crate::{
	Claims, Closing, Config, Event, Mixed, NextWindow, Observer, OpenWindowOf, Pallet, Readings, WeightInfo, Windows,
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
use smartlayer_statement::MAX_AGE;
use sp_runtime::traits::{BlockNumberProvider, CheckedDiv, Hash, One, Saturating, UniqueSaturatedInto, Zero};

/// The maximum number of windows that are listed.
const LISTED: u32 = 8;
/// The share of the reveal phase in which is drawn, and of the observers that must have revealed something before others are charged, are
/// one in so many.
const DRAWN: u32 = 4;
const HEARD: u32 = 3;
/// The fewest blocks that are left for reveals after the draw.
const LEFT: u32 = 2;
/// The fewest nodes that an observer must have called down against all others before it is taken for silent.
const DOWN: u32 = 3;

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

	/// Returns the last block in which is drawn for a window.
	pub(crate) fn drawn_by(window: Window) -> BlockNumberFor<T> {
		let blocks = T::RevealPeriod::get().checked_div(&DRAWN.into()).unwrap_or_default().max(One::one());
		Self::committed_by(window).saturating_add(blocks)
	}

	/// Returns whether the chain knows, in so many blocks, all blocks with which the answers of a window can be dated. It forgets them by their height,
	/// which goes on where the clock pauses.
	fn are_dates_known(open: &OpenWindowOf<T>, blocks: BlockNumberFor<T>) -> bool {
		let height = frame_system::Pallet::<T>::block_number().saturating_add(blocks);
		open.begun.saturating_add(T::BlockHashCount::get()) > height.saturating_add(MAX_AGE.into())
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
		let observers = seats.into_iter().map(|who| Observer { who, root: None, silent: 0, heard: false });
		let observers = BoundedVec::truncate_from(observers.collect());
		let (count, pages) = (observers.len() as u32, T::Roster::pages());
		Windows::<T>::insert(window, OpenWindowOf::<T> { observers, pages, begun: height, ended: None, seed: None });
		NextWindow::<T>::put(window.saturating_add(1));
		Self::deposit_event(Event::WindowBegan { window, observers: count, pages });
	}

	/// Draws which answers observers have to show, by the randomness of all blocks of the first part of the reveal phase: who writes one of them
	/// knows what it adds long before. That of the block before the phase does not count, as its author can still commit in it.
	///
	/// Nothing is drawn, and so nobody is charged, if too little time is left to reveal, or the chain has forgotten blocks of the window.
	fn draw() {
		let Some(window) = Self::window().checked_sub(1) else { return };
		let now = Self::now();
		let is_late = now.saturating_add(LEFT.into()) > Self::revealed_by(window);
		if now <= Self::committed_by(window) || is_late {
			return;
		}
		let Some(mut open) = Windows::<T>::get(window).filter(|open| open.seed.is_none()) else { return };
		let before = Mixed::<T>::get().filter(|(of, _)| *of == window).map(|(_, mixed)| mixed);
		let mixed = match T::Randomness::random(b"telemetry/draw") {
			(Some(random), _) => Some(T::Hashing::hash_of(&(before, random))),
			(None, _) => before,
		};
		let Some(seed) = mixed else { return };
		if now < Self::drawn_by(window) {
			Mixed::<T>::put((window, seed));
			return;
		}
		Mixed::<T>::kill();
		if Self::are_dates_known(&open, T::RevealPeriod::get()) {
			open.seed = Some(seed);
			Windows::<T>::insert(window, open);
			Self::deposit_event(Event::Drawn { window, seed });
		}
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
		let claims: Vec<Option<Readings>> = (0..=u8::MAX)
			.zip(&open.observers)
			.map(|(place, _)| {
				let readings = Claims::<T>::take((window, page), place);
				// Of other nodes than those that are measured, it would be about somebody else.
				readings.filter(|readings| readings.as_chunks::<READING_BYTES>().0.len() == nodes.len())
			})
			.collect();
		let reading = |claim: &Readings, nth: usize| {
			let (readings, _) = claim.as_chunks::<READING_BYTES>();
			readings.get(nth).map(|bytes| Reading::parse(*bytes))
		};
		let mut measured = BTreeMap::new();
		let mut up: Vec<usize> = Vec::new();
		for (nth, (place, _)) in nodes.iter().enumerate() {
			let said: Vec<Reading> = claims.iter().flatten().filter_map(|claim| reading(claim, nth)).collect();
			if let Some(measurement) = Measurement::of(&said, count) {
				if measurement.median.good > 0 {
					up.push(nth);
				}
				measured.insert(*place, measurement);
			}
		}
		for (observer, claim) in open.observers.iter_mut().zip(&claims) {
			let is_silent = match claim {
				None => !nodes.is_empty(),
				// To call everybody down takes no answer. Who was out itself should have said nothing.
				Some(claim) => {
					let is_down = |nth: &&usize| reading(claim, **nth).is_some_and(|reading| reading.good == Some(0));
					let down = up.iter().filter(is_down).count();
					down as u32 >= DOWN && down.saturating_mul(2) > up.len()
				},
			};
			observer.silent = observer.silent.saturating_add(is_silent.into());
			observer.heard |= claim.is_some();
		}
		T::OnWindowClosed::on_window_closed(window, page, &measured);
		Self::deposit_event(Event::PageClosed {
			window,
			page,
			nodes: nodes.len() as u32,
			measured: measured.len() as u32,
			observers: claims.iter().flatten().count() as u32,
		});
	}

	/// Ends a window whose pages are closed, and charges observers that have said nothing of some.
	pub(crate) fn end(window: Window, open: OpenWindowOf<T>) {
		Windows::<T>::remove(window);
		let seats = T::Seats::seats();
		// Of a window for which nothing was drawn, or whose blocks are forgotten, nobody could reveal anything. If next to nobody has, it is taken
		// for an outage that observers share.
		let heard = open.observers.iter().filter(|observer| observer.heard).count() as u32;
		let is_heard = heard.saturating_mul(HEARD) >= open.observers.len() as u32;
		let could_reveal = open.seed.is_some() && Self::are_dates_known(&open, Zero::zero());
		let silent = open.observers.into_iter().filter(|observer| observer.silent > 0 && is_heard && could_reveal);
		for Observer { who: observer, silent: pages, .. } in silent.filter(|observer| seats.contains(&observer.who)) {
			T::ServiceLevel::record(&observer, Action::IgnoredVote);
			Self::deposit_event(Event::Silent { window, observer, pages });
		}
		Self::deposit_event(Event::WindowClosed { window });
	}

	/// Returns the newest windows that have begun and are not closed, the earliest of them first.
	pub(crate) fn open() -> Vec<(Window, OpenWindowOf<T>)> {
		let next = NextWindow::<T>::get().unwrap_or_default();
		let windows = next.saturating_sub(LISTED)..next;
		windows.filter_map(|window| Some((window, Windows::<T>::get(window)?))).collect()
	}

	/// Returns what observers have revealed of a page.
	pub(crate) fn revealed(window: Window, page: u32) -> Vec<(T::AccountId, Readings)> {
		let observers = Windows::<T>::get(window).map(|open| open.observers).unwrap_or_default();
		let said = |(place, observer): (u8, Observer<T::AccountId>)| {
			Some((observer.who, Claims::<T>::get((window, page), place)?))
		};
		(0..=u8::MAX).zip(observers).filter_map(said).collect()
	}
}
