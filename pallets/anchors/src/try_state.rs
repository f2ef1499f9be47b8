//! Invariants, checked after every test and by `try-runtime`.
//!
//! 1. The vote hold of an account equals its ballot, and the candidacy hold equals the deposit of its application or
//!    candidacy.
//! 2. The approvals of a candidate equal the sums over the ballots for this very candidacy, by the term in which they were
//!    placed.
//! 3. Every elected seat belongs to a candidate; no account holds two seats; there are at most the maximum number of seats.
//! 4. No account is both applicant and candidate; the generation of every candidacy was assigned.
//! 5. There is at most one snapshot per interval, stored under its own interval; none is older than the history or in the
//!    future.
//! 6. Each stored snapshot names its predecessor and the number of void intervals in between; the last one is recorded as
//!    the last.
//! 7. The history has a peak for each bit of its count, and counts at least the stored snapshots.
//! 8. No account is twice in the order of duty.
//! 9. The parameters are valid.

use crate::{
	Applications, Approvals, BalanceOf, Ballots, Candidates, Config, CurrentDuty, CurrentTerm, HoldReason,
	LastSnapshot, NextGeneration, Pallet, Parameters, PastSnapshots, Seats, Snapshots, Standing,
};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{
	ensure,
	traits::{Get, fungible::InspectHold},
};
use sp_runtime::{
	TryRuntimeError,
	traits::{Saturating, Zero},
};

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_holds()?;
		Self::try_approvals()?;
		Self::try_seats()?;
		Self::try_snapshots()?;
		ensure!(Self::check(&Parameters::<T>::get()).is_ok(), "anchors invariant 9: the parameters are invalid");
		Ok(())
	}

	fn try_holds() -> Result<(), TryRuntimeError> {
		for who in frame_system::Account::<T>::iter_keys() {
			let votes = Ballots::<T>::get(&who).map(|ballot| ballot.held()).unwrap_or_default();
			let deposit = Candidates::<T>::get(&who).map(|candidacy| candidacy.deposit);
			let deposit = deposit.or_else(|| Applications::<T>::get(&who).map(|application| application.deposit));
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::Vote.into(), &who) == votes
					&& T::Currency::balance_on_hold(&HoldReason::Candidacy.into(), &who) == deposit.unwrap_or_default(),
				"anchors invariant 1: a hold differs from the ballot or the candidacy"
			);
		}
		Ok(())
	}

	fn try_approvals() -> Result<(), TryRuntimeError> {
		let now = CurrentTerm::<T>::get();
		let mut sums: BTreeMap<(T::AccountId, u32), Approvals<BalanceOf<T>>> = BTreeMap::new();
		for ballot in Ballots::<T>::iter_values() {
			ensure!(
				ballot.stake.is_zero() == ballot.picks.is_empty(),
				"anchors invariant 2: a ballot has no candidate, or no stake"
			);
			for pick in ballot.picks {
				let sum = sums.entry((pick.who, pick.generation)).or_default();
				let part = sum.of(ballot.placed, now);
				*part = part.saturating_add(ballot.stake);
			}
		}
		for (who, candidacy) in Candidates::<T>::iter() {
			let sum = sums.get(&(who.clone(), candidacy.generation)).copied().unwrap_or_default();
			let approvals = candidacy.approvals.at(now);
			ensure!(
				(approvals.ripe, approvals.ripening, approvals.fresh) == (sum.ripe, sum.ripening, sum.fresh),
				"anchors invariant 2: approvals differ from the sum of the ballots"
			);
			ensure!(
				!Applications::<T>::contains_key(&who) && candidacy.generation < NextGeneration::<T>::get(),
				"anchors invariant 4: a candidate is also an applicant, or has an unassigned generation"
			);
		}
		Ok(())
	}

	fn try_seats() -> Result<(), TryRuntimeError> {
		let seats = Seats::<T>::get();
		let once = |who: &T::AccountId| seats.iter().filter(|seat| &seat.who == who).count() == 1;
		ensure!(
			seats.len() as u32 <= T::MaxSeats::get()
				&& seats.iter().all(|seat| once(&seat.who))
				&& seats
					.iter()
					.filter(|seat| seat.standing == Standing::Sitting)
					.all(|seat| Candidates::<T>::contains_key(&seat.who)),
			"anchors invariant 3: a seat belongs to no candidate, or an account has two seats"
		);
		let order = CurrentDuty::<T>::get().map(|duty| duty.order).unwrap_or_default();
		ensure!(
			order.iter().all(|one| order.iter().filter(|other| other.who == one.who).count() == 1),
			"anchors invariant 8: an account is twice in the order of duty"
		);
		Ok(())
	}

	fn try_snapshots() -> Result<(), TryRuntimeError> {
		let mut snapshots: Vec<_> = Snapshots::<T>::iter().collect();
		snapshots.sort_by_key(|(interval, _)| *interval);
		let now = CurrentDuty::<T>::get().map_or(0, |duty| duty.interval);
		ensure!(
			snapshots.iter().all(|(interval, snapshot)| {
				*interval == snapshot.interval
					&& *interval <= now
					&& interval.saturating_add(T::SnapshotHistory::get()) > now
			}),
			"anchors invariant 5: a snapshot is stored under another interval, too old, or in the future"
		);
		for pair in snapshots.windows(2) {
			if let [(_, before), (_, after)] = pair {
				let between = after.interval.saturating_sub(before.interval).saturating_sub(1);
				ensure!(
					after.parent == before.hash() && after.void == between,
					"anchors invariant 6: a snapshot does not name its predecessor"
				);
			}
		}
		if let Some((_, last)) = snapshots.last() {
			ensure!(
				LastSnapshot::<T>::get() == Some((last.interval, last.hash())),
				"anchors invariant 6: the last snapshot differs from `LastSnapshot`"
			);
		}
		let history = PastSnapshots::<T>::get();
		ensure!(
			history.peaks.len() as u32 == history.count.count_ones() && history.count >= snapshots.len() as u64,
			"anchors invariant 7: the history does not match its count"
		);
		Ok(())
	}
}
