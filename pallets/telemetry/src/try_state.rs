//! Invariants, checked after every test and by `try-runtime`.
//!
//! 1. The windows that are stored are those from the one that is closed next up to the next one that begins.
//! 2. A page that is closed next is one of its window, or the window has no other. No observer of a window occurs twice, and none has been
//!    silent of more pages than are closed.
//! 3. A window is over if something is drawn for it, and the next one has begun if it is over.
//! 4. Claims are of pages that are not closed, of a window for which something is drawn, and by observers that have committed.
//! 5. A claim has four bytes for each node that is measured on its page, each of which is a reading.

use crate::{Claims, Closing, Config, NextWindow, Pallet, Windows};
use alloc::collections::BTreeSet;
use frame_support::ensure;
use smartlayer_measurement::{READING_BYTES, Reading};
use smartlayer_primitives::Roster;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let (closing, page) = Closing::<T>::get();
		let next = NextWindow::<T>::get().unwrap_or_default();
		let stored: BTreeSet<_> = Windows::<T>::iter_keys().collect();
		ensure!(
			closing <= next && stored == (closing..next).collect(),
			"telemetry invariant 1: a window is missing, or stored although it is closed"
		);
		for (window, open) in Windows::<T>::iter() {
			let closed = if window == closing { page } else { 0 };
			let observers: BTreeSet<_> = open.observers.iter().map(|observer| &observer.who).collect();
			ensure!(
				closed <= open.pages
					&& observers.len() == open.observers.len()
					&& open.observers.iter().all(|observer| observer.silent <= closed),
				"telemetry invariant 2: a page that is closed, or an observer, is wrong"
			);
			let is_last = window.saturating_add(1) == next;
			ensure!(
				open.ended.is_none() == is_last && (open.seed.is_none() || open.ended.is_some()),
				"telemetry invariant 3: a window that runs has ended, or one that has ended runs"
			);
		}
		for ((window, page), place, readings) in Claims::<T>::iter() {
			let open =
				Windows::<T>::get(window).ok_or("telemetry invariant 4: a claim is of a window that is closed")?;
			let observer = open.observers.get(usize::from(place));
			let is_open = (window, page) >= Closing::<T>::get() && page < open.pages;
			ensure!(
				is_open && open.seed.is_some() && observer.is_some_and(|observer| observer.root.is_some()),
				"telemetry invariant 4: a claim is of a closed page, or of nobody who has committed"
			);
			let (each, rest) = readings.as_chunks::<READING_BYTES>();
			let is_reading = |bytes: &[u8; READING_BYTES]| {
				let reading = Reading::parse(*bytes);
				reading.good.is_some() && reading.bytes() == *bytes
			};
			ensure!(
				rest.is_empty() && each.len() == T::Roster::measured(window, page).len() && each.iter().all(is_reading),
				"telemetry invariant 5: a claim has not one reading for each node"
			);
		}
		Ok(())
	}
}
