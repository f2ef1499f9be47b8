//! Reports: how they are filed, voted on, decided and settled.

use crate::{
	Accusation, Accusations, Config, Convictions, CreditOf, DueQueue, Error, Event, Fault, HarmedOf, HoldReason, Item,
	Juries, NextReportId, OpenReports, OpenReportsBy, Pallet, Parameters, Pointer, Replies, Reply, Report, ReportId,
	ReportOf, Reports, SeatOf, Stage, Tally, Verdict,
};
use alloc::vec::Vec;
use frame_support::{
	BoundedVec, ensure,
	pallet_prelude::DispatchResult,
	traits::{
		Get, Imbalance,
		fungible::{Balanced, BalancedHold, MutateHold},
		tokens::Precision,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{
	Action, Bonding, Cause, Offence, PaymentSessions, Role, Seats, ServiceLevel, SessionId, Severity, SlashId,
	SlashOutcome, Slasher, Victim, Window,
};
use sp_core::H256;
use sp_runtime::{
	DispatchError,
	traits::{CheckedDiv, One, Saturating, UniqueSaturatedInto, Zero},
};

/// The maximum number of ids in a page of reports.
const PAGE: usize = 256;

impl<T: Config> Pallet<T> {
	/// Returns the seat that an account has or acts for.
	pub(crate) fn seat_of(who: &T::AccountId) -> Result<SeatOf<T>, DispatchError> {
		let seat = T::Bonding::principal(who);
		let seats = T::Seats::seats();
		let place = place_of(&seats, &seat).ok_or(Error::<T>::NotSeated)?;
		Ok((seat, seats, place))
	}

	/// Returns the measurement window of a block.
	pub(crate) fn window_of(block: BlockNumberFor<T>) -> Window {
		block.checked_div(&T::WindowLength::get()).unwrap_or_default().unique_saturated_into()
	}

	/// Ensures that a fault in a block of the clock can be reported.
	pub(crate) fn ensure_reportable(at: BlockNumberFor<T>) -> DispatchResult {
		let now = Self::now();
		ensure!(at <= now, Error::<T>::FaultInFuture);
		ensure!(at.saturating_add(T::ReportWindow::get()) >= now, Error::<T>::FaultTooOld);
		Ok(())
	}

	/// Returns the block of the clock from which on a fault cannot be reported again: that of absence at any block of its window, and
	/// another one at its block.
	pub(crate) fn forgotten_at(fault: Fault, at: BlockNumberFor<T>) -> BlockNumberFor<T> {
		let last = match fault {
			Fault::NoData => {
				let length = T::WindowLength::get();
				let window = at.checked_div(&length).unwrap_or_default();
				window.saturating_add(One::one()).saturating_mul(length).saturating_sub(One::one())
			},
			Fault::Invalid => at,
		};
		last.saturating_add(T::ReportWindow::get()).saturating_add(One::one())
	}

	/// Returns the customer of a session that a fault of a node in a block of the clock has harmed, with what it had paid.
	pub(crate) fn harmed(
		session: Option<SessionId>,
		node: &T::AccountId,
		at: BlockNumberFor<T>,
	) -> Result<HarmedOf<T>, DispatchError> {
		let Some(session) = session else { return Ok(None) };
		let customer = T::Sessions::customer_at(session, at)
			.filter(|customer| customer.node == *node)
			.ok_or(Error::<T>::NotACustomer)?;
		Ok(Some((customer.payer, customer.paid)))
	}

	pub(crate) fn do_report(
		depositor: T::AccountId,
		fault: Fault,
		node: T::AccountId,
		at: BlockNumberFor<T>,
		session: Option<SessionId>,
		evidence: H256,
		pointer: Pointer,
	) -> DispatchResult {
		let (reporter, seats, place) = Self::seat_of(&depositor)?;
		let jury: BoundedVec<_, T::MaxSeats> = seats.try_into().map_err(|_| Error::<T>::TooManySeats)?;
		ensure!(T::Bonding::role(&node) == Some(Role::ServiceNode), Error::<T>::NotServiceNode);
		Self::ensure_reportable(at)?;
		let victim = Self::harmed(session, &node, at)?;
		let open = OpenReports::<T>::get();
		let own = OpenReportsBy::<T>::get(&reporter);
		ensure!(open < T::MaxReports::get() && own < T::MaxReportsBy::get(), Error::<T>::TooManyReports);

		let id = NextReportId::<T>::get();
		let next = id.checked_add(1).ok_or(Error::<T>::Overflow)?;
		let mut accusations = Accusations::<T>::get(&node);
		// Convictions that wait for their slash do not take the places of others.
		accusations.retain(|other| other.reporter.is_some() || Self::forgotten_at(other.fault, other.at) > Self::now());
		let same = |other: &Accusation<_, _>| {
			let absent = [fault, other.fault] == [Fault::NoData; 2];
			other.at == at || other.evidence == evidence || absent && Self::window_of(other.at) == Self::window_of(at)
		};
		ensure!(!accusations.iter().any(same), Error::<T>::AlreadyReported);
		let accuses = |other: &Accusation<_, _>| other.reporter.as_ref() == Some(&reporter);
		ensure!(!accusations.iter().any(accuses), Error::<T>::AlreadyAccusing);
		let accusation = Accusation { report: id, fault, at, evidence, reporter: Some(reporter.clone()) };
		accusations.try_push(accusation).map_err(|_| Error::<T>::TooManyAgainst)?;

		let params = Parameters::<T>::get();
		T::Currency::hold(&HoldReason::Report.into(), &depositor, params.deposit)?;
		NextReportId::<T>::put(next);
		Accusations::<T>::insert(&node, accusations);
		let deadline = Self::now().saturating_add(T::VotePeriod::get());
		let tally = Tally::new(jury.len() as u32, &params, place);
		let report = Report {
			fault,
			node: node.clone(),
			reporter: reporter.clone(),
			depositor,
			deposit: params.deposit,
			at,
			victim,
			rate: T::ServiceLevel::slash_rate(Role::ServiceNode, &node),
			false_verdict: params.false_verdict,
			was_active: T::Bonding::qualifies(Role::ServiceNode, &node),
			evidence,
			pointer: pointer.clone(),
			deadline,
			due: deadline,
			tally,
			stage: Stage::Voting,
		};
		Self::enqueue(id, report, deadline);
		Juries::<T>::insert(id, jury);
		OpenReports::<T>::put(open.saturating_add(1));
		OpenReportsBy::<T>::insert(&reporter, own.saturating_add(1));
		Self::deposit_event(Event::Reported { report: id, fault, node, reporter, at, evidence, pointer, deadline });
		Self::notify_verdict(id, Verdict::Undecided, &tally);
		Ok(())
	}

	pub(crate) fn do_vote(who: &T::AccountId, id: ReportId, aye: bool) -> DispatchResult {
		let seat = T::Bonding::principal(who);
		let (before, tally) = Reports::<T>::try_mutate(id, |report| {
			let report = Self::voting(report.as_mut())?;
			let place = place_of(&Juries::<T>::get(id), &seat).ok_or(Error::<T>::NotInJury)?;
			let before = report.tally.verdict();
			ensure!(report.tally.vote(place, aye), Error::<T>::AlreadyVoted);
			Ok::<_, DispatchError>((before, report.tally))
		})?;
		Self::deposit_event(Event::Voted { report: id, seat, aye });
		Self::notify_verdict(id, before, &tally);
		Ok(())
	}

	/// Notifies of a verdict that has just become final.
	fn notify_verdict(report: ReportId, before: Verdict, tally: &Tally) {
		let verdict = tally.verdict();
		if verdict != before {
			Self::deposit_event(Event::VerdictReached { report, verdict });
		}
	}

	pub(crate) fn do_reply(who: &T::AccountId, id: ReportId, hash: H256, pointer: Pointer) -> DispatchResult {
		let mut report = Reports::<T>::get(id);
		let report = Self::voting(report.as_mut())?;
		ensure!(T::Bonding::principal(who) == report.node, Error::<T>::NotAccused);
		Replies::<T>::insert(id, Reply { hash, pointer: pointer.clone() });
		Self::deposit_event(Event::Replied { report: id, hash, pointer });
		Ok(())
	}

	/// Returns a report on which seats vote.
	fn voting(report: Option<&mut ReportOf<T>>) -> Result<&mut ReportOf<T>, DispatchError> {
		let report = report.ok_or(Error::<T>::NoSuchReport)?;
		ensure!(report.stage == Stage::Voting && Self::now() < report.deadline, Error::<T>::VotingEnded);
		Ok(report)
	}

	/// Does what is due of a report: ends its vote, settles its conviction, or forgets it.
	pub(crate) fn do_process(id: ReportId) -> DispatchResult {
		let report = Reports::<T>::get(id).ok_or(Error::<T>::NoSuchReport)?;
		ensure!(Self::now() >= report.due, Error::<T>::NotDue);
		// It is there unless the hook has removed it.
		DueQueue::<T>::remove(report.due, Item::Report(id));
		match report.stage {
			Stage::Voting => Self::end_vote(id, report),
			Stage::Convicted(_) => Err(Error::<T>::NotDue.into()),
			Stage::Resolved(outcome) => Self::settle(id, report, outcome),
			Stage::Settled => {
				Self::remove(id, &report.node);
				Ok(())
			},
		}
	}

	/// Enqueues a report.
	fn enqueue(id: ReportId, mut report: ReportOf<T>, due: BlockNumberFor<T>) {
		report.due = due;
		Reports::<T>::insert(id, report);
		Self::schedule(due, Item::Report(id));
	}

	/// Charges the seats that have not voted, and decides.
	fn end_vote(id: ReportId, mut report: ReportOf<T>) -> DispatchResult {
		OpenReports::<T>::mutate(|open| *open = open.saturating_sub(1));
		OpenReportsBy::<T>::mutate_exists(&report.reporter, |open| {
			*open = open.and_then(|open| open.checked_sub(1)).filter(|open| *open > 0);
		});
		let jury = Juries::<T>::get(id);
		let seats = T::Seats::seats();
		// A seat that was lost meanwhile owes no vote any more.
		for (place, who) in (0u32..).zip(&jury) {
			if !report.tally.has_voted(place) && seats.contains(who) {
				T::ServiceLevel::record(who, Action::IgnoredVote);
			}
		}
		let verdict = report.tally.verdict();
		let slash = match verdict {
			Verdict::Convicted => Self::convict(&report),
			Verdict::Rejected | Verdict::Undecided => None,
		};
		let (ayes, nays) = (report.tally.ayes.count_ones(), report.tally.nays.count_ones());
		Self::deposit_event(Event::VoteEnded { report: id, verdict, ayes, nays, slash });
		match (verdict, slash) {
			(Verdict::Convicted, Some(slash)) => {
				report.stage = Stage::Convicted(slash);
				Convictions::<T>::insert(slash, id);
				Accusations::<T>::mutate(&report.node, |accusations| {
					for accusation in accusations.iter_mut().filter(|accusation| accusation.report == id) {
						accusation.reporter = None;
					}
				});
				Reports::<T>::insert(id, report);
			},
			// It has no bond to slash. Nobody is charged: without a slash there is no appeal that could show who was right.
			(Verdict::Convicted, None) => {
				Self::record_correct_votes(&report, &jury, true);
				Self::return_deposit(id, &report)?;
				Self::remove(id, &report.node);
			},
			(Verdict::Rejected, _) => {
				Self::record_votes(&report, &jury, false);
				Self::forfeit_deposit(id, &report)?;
				Self::remove(id, &report.node);
			},
			(Verdict::Undecided, _) => {
				Self::return_deposit(id, &report)?;
				Self::remove(id, &report.node);
			},
		}
		Ok(())
	}

	/// Has a node slashed at the rate of the day of the report.
	fn convict(report: &ReportOf<T>) -> Option<SlashId> {
		T::Slasher::slash(Offence {
			offender: report.node.clone(),
			severity: Severity::Fraction(report.rate),
			victim: report.victim.clone().map(|(account, paid)| Victim { account, at_most: Some(paid) }),
			cause: report.fault.cause(),
			action: Some(Action::FailedRedeem),
			outage: match report.fault {
				Fault::NoData => Some(Self::window_of(report.at)),
				Fault::Invalid => None,
			},
		})
		.ok()
	}

	/// Records which seats were right, with ayes or with nays, and which were wrong, if the vote was clear.
	fn record_votes(report: &ReportOf<T>, jury: &[T::AccountId], aye: bool) {
		let is_clear = report.tally.is_clear(aye);
		for (who, voted) in Self::votes(report, jury) {
			if voted == aye {
				Self::record_correct(report, who);
			} else if is_clear {
				T::ServiceLevel::record(who, report.fault.wrong());
			}
		}
	}

	/// Records which seats were right, with ayes or with nays.
	fn record_correct_votes(report: &ReportOf<T>, jury: &[T::AccountId], aye: bool) {
		for (who, _) in Self::votes(report, jury).filter(|(_, voted)| *voted == aye) {
			Self::record_correct(report, who);
		}
	}

	/// Returns the jurors who have voted, and whether they voted aye.
	fn votes<'a>(report: &'a ReportOf<T>, jury: &'a [T::AccountId]) -> impl Iterator<Item = (&'a T::AccountId, bool)> {
		let places = (0u32..).zip(jury).filter(|(place, _)| report.tally.has_voted(*place));
		places.map(|(place, who)| (who, report.tally.has_voted_aye(place)))
	}

	fn record_correct(report: &ReportOf<T>, who: &T::AccountId) {
		if report.was_active {
			T::ServiceLevel::record(who, report.fault.correct());
		}
	}

	/// Lets everything follow from a conviction whose slash was applied or cancelled.
	fn settle(id: ReportId, mut report: ReportOf<T>, outcome: SlashOutcome) -> DispatchResult {
		let jury = Juries::<T>::take(id);
		match outcome {
			SlashOutcome::Applied => {
				Self::record_votes(&report, &jury, true);
				Self::return_deposit(id, &report)?;
			},
			SlashOutcome::Cancelled => {
				Self::overturn(&report, &jury);
				Self::forfeit_deposit(id, &report)?;
			},
		}
		Self::deposit_event(Event::ConvictionSettled { report: id, outcome });
		let past = Self::forgotten_at(report.fault, report.at);
		if past <= Self::now() {
			Self::remove(id, &report.node);
		} else {
			Replies::<T>::remove(id);
			report.stage = Stage::Settled;
			Self::enqueue(id, report, past);
		}
		Ok(())
	}

	/// Charges and slashes the seats that voted for a conviction which was overturned.
	fn overturn(report: &ReportOf<T>, jury: &[T::AccountId]) {
		let severity = Severity::Fraction(report.false_verdict);
		for (who, voted) in Self::votes(report, jury) {
			if !voted {
				Self::record_correct(report, who);
				continue;
			}
			let offence = Offence {
				offender: who.clone(),
				severity,
				victim: None,
				cause: Cause::FalseVerdict,
				action: None,
				outage: None,
			};
			// A seat that has withdrawn its bond meanwhile has nothing to slash.
			let _ = T::Slasher::slash(offence);
			T::ServiceLevel::record(who, report.fault.wrong());
		}
	}

	fn return_deposit(id: ReportId, report: &ReportOf<T>) -> DispatchResult {
		let (who, amount) = (report.depositor.clone(), report.deposit);
		T::Currency::release(&HoldReason::Report.into(), &who, amount, Precision::Exact)?;
		Self::deposit_event(Event::DepositReturned { report: id, who, amount });
		Ok(())
	}

	fn forfeit_deposit(id: ReportId, report: &ReportOf<T>) -> DispatchResult {
		let (who, amount) = (report.depositor.clone(), report.deposit);
		let (credit, missing) = T::Currency::slash(&HoldReason::Report.into(), &who, amount);
		ensure!(missing.is_zero(), Error::<T>::HoldTooSmall);
		Self::to_treasury(credit)?;
		Self::deposit_event(Event::DepositForfeited { report: id, who, amount });
		Ok(())
	}

	/// Transfers an amount to the treasury, or fails: the caller's storage layer then reverts the withdrawal.
	pub(crate) fn to_treasury(credit: CreditOf<T>) -> DispatchResult {
		if credit.peek().is_zero() {
			return Ok(());
		}
		T::Currency::resolve(&T::Treasury::get(), credit).map_err(|_| Error::<T>::TreasuryCannotReceive.into())
	}

	/// Removes a report with all that belongs to it.
	fn remove(id: ReportId, node: &T::AccountId) {
		Reports::<T>::remove(id);
		Juries::<T>::remove(id);
		Replies::<T>::remove(id);
		Accusations::<T>::mutate_exists(node, |accusations| {
			if let Some(list) = accusations {
				list.retain(|accusation| accusation.report != id);
				if list.is_empty() {
					*accusations = None;
				}
			}
		});
	}

	/// Notes the outcome of a slash, whose consequences follow with the next block.
	pub(crate) fn note_outcome(slash: SlashId, outcome: SlashOutcome) {
		let Some(id) = Convictions::<T>::take(slash) else { return };
		if let Some(mut report) = Reports::<T>::get(id) {
			report.stage = Stage::Resolved(outcome);
			Self::enqueue(id, report, Self::next_block());
		}
	}

	/// Returns a page of the ids of all reports.
	pub(crate) fn page(after: Option<ReportId>) -> Vec<ReportId> {
		match after {
			Some(id) => Reports::<T>::iter_keys_from(Reports::<T>::hashed_key_for(id)).take(PAGE).collect(),
			None => Reports::<T>::iter_keys().take(PAGE).collect(),
		}
	}

	/// Returns the reports on which a seat has not voted.
	pub(crate) fn owed_by(seat: &T::AccountId) -> Vec<ReportId> {
		let now = Self::now();
		Reports::<T>::iter()
			.filter(|(_, report)| report.stage == Stage::Voting && now < report.deadline)
			.filter(|(id, report)| {
				place_of(&Juries::<T>::get(id), seat).is_some_and(|place| !report.tally.has_voted(place))
			})
			.map(|(id, _)| id)
			.collect()
	}
}

/// Returns the place of a seat in a jury.
fn place_of<AccountId: PartialEq>(jury: &[AccountId], seat: &AccountId) -> Option<u32> {
	jury.iter().position(|other| other == seat).and_then(|place| u32::try_from(place).ok())
}
