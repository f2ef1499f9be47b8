//! Invariants, checked after every test and by `try-runtime`.
//!
//! 1. The holds of an account for reports equal the sum of the deposits of its reports that are not settled.
//! 2. The holds of an account for demands equal the sum of the fees of its open demands.
//! 3. A report that is not settled has a jury of the size of its tally. No seat of it has voted both ways, and nobody else has
//!    voted. There is no other jury.
//! 4. The reports against a node are listed for it, with their reporter exactly while seats vote. One that is convicted or settled
//!    can be missing if its fault is too old to be reported again. Nothing else is listed.
//! 5. The number of open reports is that of the reports on which seats vote, and so is that of each seat. Neither is above its
//!    maximum.
//! 6. A report waits in the queue for its block, unless its slash waits, or the hook has reached that block: then it is stuck.
//!    So does a demand for its deadline. The queue has no other reports and demands.
//! 7. A convicted report is listed for its slash, and nothing else is.
//! 8. The number of open demands on a node is right, and a node without any is not listed.
//! 9. Ids of reports are below the next id. Replies belong to reports.
//! 10. The parameters are stored and valid.
//! 11. Records of thieves and of void intervals wait in the queue for their end.
//! 12. The queue cursor is at most one block ahead of the current block.

use crate::{
	Accusations, Config, Convictions, DemandsOn, DueQueue, HoldReason, Item, Juries, NextReportId, OfflineIntervals,
	OpenDemands, OpenReports, OpenReportsBy, Pallet, Parameters, QueueCursor, Replies, Reports, Stage, Thieves,
};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{
	ensure,
	traits::{Get, fungible::InspectHold},
};
use sp_runtime::{
	TryRuntimeError,
	traits::{One, Saturating},
};

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(
			Parameters::<T>::exists() && Self::check(&Parameters::<T>::get()).is_ok(),
			"reports invariant 10: the parameters are missing or invalid"
		);
		let cursor = QueueCursor::<T>::get();
		ensure!(
			cursor <= Self::now().saturating_add(One::one()),
			"reports invariant 12: the cursor is more than one block ahead"
		);
		Self::try_reports()?;
		Self::try_demands()?;
		Self::try_holds()?;
		Self::try_queue()
	}

	fn try_reports() -> Result<(), TryRuntimeError> {
		let mut open = 0u32;
		let mut by: BTreeMap<T::AccountId, u32> = BTreeMap::new();
		let mut listed = 0usize;
		let mut convicted = 0usize;
		let mut juries = 0usize;
		for (id, report) in Reports::<T>::iter() {
			let tally = report.tally;
			let settled = report.stage == Stage::Settled;
			let jury = Juries::<T>::decode_len(id).unwrap_or_default();
			let beyond = u64::from(tally.ayes | tally.nays).checked_shr(tally.seats).unwrap_or_default();
			ensure!(
				(settled || jury == tally.seats as usize) && tally.ayes & tally.nays == 0 && beyond == 0,
				"reports invariant 3: a jury or its votes are wrong"
			);
			juries = juries.saturating_add(usize::from(jury > 0));
			let voting = report.stage == Stage::Voting;
			if voting {
				open = open.saturating_add(1);
				let own = by.entry(report.reporter.clone()).or_insert(0u32);
				*own = own.saturating_add(1);
			}
			let is_listed = Accusations::<T>::get(&report.node).iter().any(|accusation| {
				accusation.report == id
					&& (accusation.fault, accusation.at, accusation.evidence)
						== (report.fault, report.at, report.evidence)
					&& accusation.reporter == voting.then(|| report.reporter.clone())
			});
			ensure!(
				is_listed || !voting && Self::forgotten_at(report.fault, report.at) <= Self::now(),
				"reports invariant 4: a report is not listed"
			);
			listed = listed.saturating_add(is_listed.into());
			if let Stage::Convicted(slash) = report.stage {
				ensure!(
					Convictions::<T>::get(slash) == Some(id),
					"reports invariant 7: a conviction is not listed for its slash"
				);
				convicted = convicted.saturating_add(1);
			}
			ensure!(id < NextReportId::<T>::get(), "reports invariant 9: an id was not assigned");
		}
		ensure!(Juries::<T>::iter_keys().count() == juries, "reports invariant 3: a jury belongs to no report");
		let entries = Accusations::<T>::iter_values().fold(0usize, |sum, list| sum.saturating_add(list.len()));
		ensure!(
			entries == listed && Accusations::<T>::iter_values().all(|list| !list.is_empty()),
			"reports invariant 4: another report is listed"
		);
		ensure!(
			OpenReports::<T>::get() == open
				&& open <= T::MaxReports::get()
				&& by.values().all(|own| *own <= T::MaxReportsBy::get())
				&& OpenReportsBy::<T>::iter().collect::<BTreeMap<_, _>>() == by,
			"reports invariant 5: the number of open reports is wrong"
		);
		ensure!(
			Convictions::<T>::iter_keys().count() == convicted,
			"reports invariant 7: a slash is listed without a conviction"
		);
		ensure!(
			Replies::<T>::iter_keys().all(Reports::<T>::contains_key),
			"reports invariant 9: a reply belongs to no report"
		);
		Ok(())
	}

	fn try_demands() -> Result<(), TryRuntimeError> {
		let mut counts: BTreeMap<T::AccountId, u32> = BTreeMap::new();
		for demand in OpenDemands::<T>::iter_values() {
			let count = counts.entry(demand.node).or_default();
			*count = count.saturating_add(1);
		}
		let stored: BTreeMap<_, _> = DemandsOn::<T>::iter().map(|(node, demands)| (node, demands.open)).collect();
		ensure!(stored == counts, "reports invariant 8: the number of demands on a node is wrong");
		Ok(())
	}

	fn try_holds() -> Result<(), TryRuntimeError> {
		let mut deposits: BTreeMap<T::AccountId, T::Balance> = BTreeMap::new();
		for report in Reports::<T>::iter_values().filter(|report| report.stage != Stage::Settled) {
			let sum = deposits.entry(report.depositor).or_default();
			*sum = sum.saturating_add(report.deposit);
		}
		let mut fees: BTreeMap<T::AccountId, T::Balance> = BTreeMap::new();
		for demand in OpenDemands::<T>::iter_values() {
			let sum = fees.entry(demand.payer).or_default();
			*sum = sum.saturating_add(demand.fee);
		}
		for who in frame_system::Account::<T>::iter_keys() {
			let held = |reason: HoldReason| T::Currency::balance_on_hold(&reason.into(), &who);
			ensure!(
				held(HoldReason::Report) == deposits.get(&who).copied().unwrap_or_default(),
				"reports invariant 1: a hold differs from the deposits of reports"
			);
			ensure!(
				held(HoldReason::Demand) == fees.get(&who).copied().unwrap_or_default(),
				"reports invariant 2: a hold differs from the fees of demands"
			);
		}
		Ok(())
	}

	fn try_queue() -> Result<(), TryRuntimeError> {
		let cursor = QueueCursor::<T>::get();
		let mut expected = BTreeSet::new();
		for (id, report) in Reports::<T>::iter() {
			let waits = DueQueue::<T>::contains_key(report.due, Item::Report(id));
			if matches!(report.stage, Stage::Convicted(_)) {
				continue;
			}
			ensure!(waits || report.due <= cursor, "reports invariant 6: a report is not in the queue");
			if waits {
				expected.insert((report.due, Item::Report(id)));
			}
		}
		for (session, demand) in OpenDemands::<T>::iter() {
			let waits = DueQueue::<T>::contains_key(demand.deadline, Item::Demand(session));
			ensure!(waits || demand.deadline <= cursor, "reports invariant 6: a demand is not in the queue");
			if waits {
				expected.insert((demand.deadline, Item::Demand(session)));
			}
		}
		let mut thieves = BTreeSet::new();
		let mut intervals = BTreeSet::new();
		for (block, item) in DueQueue::<T>::iter_keys() {
			match item {
				Item::Thief(node) => {
					thieves.insert(node);
				},
				Item::Interval(interval) => {
					intervals.insert(interval);
				},
				item @ (Item::Report(_) | Item::Demand(_)) => {
					ensure!(
						expected.contains(&(block, item)),
						"reports invariant 6: the queue has an entry without a report or demand"
					);
				},
			}
		}
		ensure!(
			Thieves::<T>::iter_keys().all(|node| thieves.contains(&node))
				&& OfflineIntervals::<T>::iter_keys().all(|interval| intervals.contains(&interval)),
			"reports invariant 11: a record does not wait for its end"
		);
		Ok(())
	}
}
