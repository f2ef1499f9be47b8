//! Intervals that ended without a snapshot.

use crate::{Config, Error, Event, Item, OfflineIntervals, Pallet};
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use smartlayer_primitives::{Action, Seats, ServiceLevel};
use sp_runtime::traits::{One, Saturating};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_report_offline(who: &T::AccountId, interval: u32) -> DispatchResult {
		let (reporter, ..) = Self::seat_of(who)?;
		let ended = T::Seats::void_since(interval).ok_or(Error::<T>::NotVoid)?;
		Self::ensure_reportable(ended)?;
		ensure!(!OfflineIntervals::<T>::contains_key(interval), Error::<T>::AlreadyReported);
		OfflineIntervals::<T>::insert(interval, &reporter);
		let past = ended.saturating_add(T::ReportWindow::get()).saturating_add(One::one());
		Self::schedule(past, Item::Interval(interval));
		T::ServiceLevel::record(&reporter, Action::CorrectOracleOffline);
		Self::deposit_event(Event::OfflineReported { interval, reporter });
		Ok(())
	}
}
