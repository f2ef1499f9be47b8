//! Invariants, checked after every test and by `try-runtime`.
//!
//! 1. The account of this pallet has the existential deposit and what is left of the deposits of all sessions.
//! 2. No session has spent more than the highest promise that was presented, or credited more than it has spent.
//! 3. Every session is listed for its payer and its node, and nothing else is listed.
//! 4. The ids of sessions are below the next id.
//! 5. No session is opened in the future or after its end, or expires later than the longest session allows. No replaced key
//!    is accepted for longer than a thaw from now.
//! 6. The parameters are stored and valid.
//! 7. Stored volumes are positive, of the current period or an earlier one that is not recorded. The cursor is not ahead of
//!    the current period.

use crate::{
	Config, NextSessionId, Pallet, Parameters, Sessions, SessionsOf, VolumeCursor, Volumes, volumes::period_of,
};
use frame_support::{
	ensure,
	traits::{Get, fungible::Inspect},
};
use sp_runtime::{
	TryRuntimeError,
	traits::{Saturating, Zero},
};

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let now = Self::now();
		let mut held = T::Currency::minimum_balance();
		let mut listed = 0usize;
		for (id, session) in Sessions::<T>::iter() {
			held = held.saturating_add(session.held);
			ensure!(
				session.credited <= session.spent && session.spent <= session.claimed,
				"payments invariant 2: a session has spent or credited too much"
			);
			for account in [&session.payer, &session.node] {
				ensure!(SessionsOf::<T>::contains_key(account, id), "payments invariant 3: a session is not listed");
			}
			listed = listed.saturating_add(if session.payer == session.node { 1 } else { 2 });
			ensure!(id < NextSessionId::<T>::get(), "payments invariant 4: an id was not assigned");
			ensure!(
				session.opened <= now.min(session.expiry)
					&& session.expiry <= now.saturating_add(T::LongestSession::get())
					&& session.replaced.is_none_or(|(_, until)| until <= now.saturating_add(T::Thaw::get())),
				"payments invariant 5: a session is opened or expires too late, or its replaced key"
			);
		}
		ensure!(SessionsOf::<T>::iter_keys().count() == listed, "payments invariant 3: the list has another entry");
		ensure!(T::Currency::balance(&Self::pot()) >= held, "payments invariant 1: the deposits are not covered");
		ensure!(
			Parameters::<T>::exists() && Self::check(&Parameters::<T>::get()).is_ok(),
			"payments invariant 6: the parameters are missing or invalid"
		);
		let (cursor, period) = (VolumeCursor::<T>::get(), period_of::<T>(now));
		ensure!(cursor <= period, "payments invariant 7: the cursor is ahead of the current period");
		ensure!(
			Volumes::<T>::iter().all(|(of, _, volume)| cursor <= of && of <= period && !volume.is_zero()),
			"payments invariant 7: a volume is zero, or of another period"
		);
		Ok(())
	}
}
