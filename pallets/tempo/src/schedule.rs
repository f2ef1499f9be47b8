//! The durations, and the inequalities that must hold between them.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The number of measurement windows for which it is recorded whether a node was slashed for its absence.
const OUTAGES: u64 = 64;

/// The periods of one governance track, in blocks.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrackPeriods {
	/// The time between submission and the earliest start of the decision.
	pub prepare: u32,
	/// The maximum duration of the decision.
	pub decide: u32,
	/// The time for which a proposal must keep its majority before it is approved.
	pub confirm: u32,
	/// The minimum time between approval and enactment.
	pub enact: u32,
}

impl TrackPeriods {
	/// Returns the maximum duration of a referendum, from submission to enactment. A decision that reaches its end during
	/// the confirmation is extended by the remaining confirmation.
	pub const fn longest_course(&self) -> u64 {
		(self.prepare as u64)
			.saturating_add(self.decide as u64)
			.saturating_add(self.confirm as u64)
			.saturating_add(self.enact as u64)
	}
}

/// All durations of governance, in blocks.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Governance {
	/// The time after which a referendum without a decision deposit lapses.
	pub undeciding_timeout: u32,
	/// The lock of a vote with conviction 1; higher convictions multiply it.
	pub vote_lock: u32,
	/// The spend period of the treasury pallet.
	pub treasury_spend: u32,
	/// The time within which an approved spend can be claimed.
	pub treasury_payout: u32,
	/// The track of the root origin, for runtime upgrades and all other calls.
	pub root: TrackPeriods,
	/// The track that sets score deltas, thresholds and shares.
	pub sla_admin: TrackPeriods,
	/// The track that admits candidates, removes anchors and calls elections.
	pub anchor_admin: TrackPeriods,
	/// The track that overturns verdicts and rules on appeals.
	pub slash_review: TrackPeriods,
	/// The track that spends from the treasury.
	pub treasurer: TrackPeriods,
	/// The track that pauses calls.
	pub emergency: TrackPeriods,
	/// The track that cancels a referendum and returns its deposits.
	pub canceller: TrackPeriods,
	/// The track that cancels a referendum and slashes its deposits.
	pub killer: TrackPeriods,
}

/// All durations of the chain. The last word of each name is the unit; those of governance are in blocks.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Schedule {
	/// The length of a slot of BABE, in which at most one block is due.
	pub slot_millis: u32,
	/// An epoch of BABE, which is also a session.
	pub epoch_slots: u32,
	/// The term for which anchors are elected.
	pub term_epochs: u32,
	/// The interval for which one snapshot is due.
	pub interval_blocks: u32,
	/// The delay after which each further anchor in an interval's order of duty may write.
	pub backup_delay_blocks: u32,
	/// The time after a fault within which it can be reported.
	pub report_window_blocks: u32,
	/// The duration of the anchors' vote on a report.
	pub vote_blocks: u32,
	/// The delay between setting a slash aside and applying it.
	pub slash_deferral_blocks: u32,
	/// The time from an appeal until the slash is applied, in which governance can decide.
	pub appeal_blocks: u32,
	/// The time for which funds stay at stake after they were unbonded.
	pub unbonding_blocks: u32,
	/// The period over which a reward pool is distributed.
	pub reward_period_blocks: u32,
	/// The time for which a node can still cash out after a payment session has ended.
	pub payment_thaw_blocks: u32,
	/// The maximum time between a payment session's expiry and the block that sets it.
	pub longest_session_blocks: u32,
	/// The time within which a service node must answer a demand.
	pub demand_blocks: u32,
	/// The maximum duration of an announced maintenance.
	pub maintenance_blocks: u32,
	/// The length of a measurement window.
	pub window_blocks: u32,
	/// The time after a window within which observers can commit to their measurements.
	pub commit_blocks: u32,
	/// The time after the commit phase within which observers can reveal their measurements.
	pub reveal_blocks: u32,
	/// Half the period over which an agreement's budget is spent, in measurement windows.
	pub half_budget_windows: u32,
	/// The time for which an offer in a negotiation is valid.
	pub offer_blocks: u32,
	/// The time for which tokens stay assigned to the same nodes.
	pub era_epochs: u32,
	/// The durations of governance.
	pub governance: Governance,
}

/// The reason why a schedule is refused. Each variant is one inequality of [`Schedule::check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleError {
	/// The slot is not an even number of milliseconds. A slot consists of two minimum periods of the timestamp, each a
	/// whole number of milliseconds above zero.
	SlotNotEven,
	/// The named duration is shorter than two of its units. The first block of a session contains no transactions, so a
	/// deadline of one block could pass before anybody could meet it.
	TooShort(&'static str),
	/// The backup delay is not below the interval, so no backup could ever write.
	BackupDelayNotBelowInterval,
	/// A bond could be withdrawn before the slash for a fault is applied.
	UnbondingTooShort,
	/// A bond could be withdrawn before the budget period of a breach is over.
	UnbondingNotAboveBudgetPeriod,
	/// Unbonding is shorter than four epochs. Bonds must outlast the reports of consensus offences, which reach back two
	/// epochs less than the unbonding.
	UnbondingBelowFourEpochs,
	/// An appeal could lapse before governance decides on it. The track can be full for one whole course before its
	/// referendum is decided.
	AppealNotAboveSlashReview,
	/// A referendum could lapse before its decision can begin.
	UndecidingNotAbovePreparation(&'static str),
	/// The measurements of a window could still be revealed when the next window has ended.
	RevealNotWithinWindow,
	/// A fault could be decided when the record of windows in which its node was slashed no longer reaches back to it.
	WindowTooShort,
	/// A maintenance of one window could not be announced.
	MaintenanceBelowWindow,
	/// The era is shorter than one epoch.
	NoEra,
}

impl fmt::Display for ScheduleError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::SlotNotEven => write!(f, "slotMillis must be an even number of milliseconds, at least 2"),
			Self::TooShort(name) => write!(f, "{name} must be at least 2 (each period of it, where it is a track)"),
			Self::BackupDelayNotBelowInterval => write!(f, "backupDelayBlocks must be below intervalBlocks"),
			Self::UnbondingTooShort => write!(
				f,
				"unbondingBlocks must exceed slashDeferralBlocks + appealBlocks + the longest of: reportWindowBlocks + \
				 voteBlocks; windowBlocks + commitBlocks + revealBlocks; demandBlocks + maintenanceBlocks"
			),
			Self::UnbondingNotAboveBudgetPeriod => {
				write!(f, "unbondingBlocks must exceed 2 × halfBudgetWindows × windowBlocks")
			},
			Self::UnbondingBelowFourEpochs => write!(f, "unbondingBlocks must be at least 4 × epochSlots"),
			Self::AppealNotAboveSlashReview => {
				write!(f, "appealBlocks must exceed twice the whole course of a referendum on the slashReview track")
			},
			Self::UndecidingNotAbovePreparation(name) => {
				write!(f, "governance.undecidingTimeout must exceed the preparation of {name}")
			},
			Self::RevealNotWithinWindow => write!(f, "commitBlocks + revealBlocks must be at most windowBlocks"),
			Self::WindowTooShort => {
				write!(f, "windowBlocks must be at least a 64th of reportWindowBlocks + voteBlocks")
			},
			Self::MaintenanceBelowWindow => write!(f, "maintenanceBlocks must be at least windowBlocks"),
			Self::NoEra => write!(f, "eraEpochs must be at least 1"),
		}
	}
}

impl Schedule {
	/// Checks all inequalities between the durations.
	pub fn check(&self) -> Result<(), ScheduleError> {
		if self.slot_millis < 2 || !self.slot_millis.is_multiple_of(2) {
			return Err(ScheduleError::SlotNotEven);
		}
		let too_short = |periods: &TrackPeriods| {
			[periods.prepare, periods.decide, periods.confirm, periods.enact].into_iter().any(|blocks| blocks < 2)
		};
		if let Some((name, _)) = self.counted().into_iter().find(|(_, count)| *count < 2) {
			return Err(ScheduleError::TooShort(name));
		}
		if let Some((name, _)) = self.tracks().into_iter().find(|(_, periods)| too_short(periods)) {
			return Err(ScheduleError::TooShort(name));
		}
		if self.backup_delay_blocks >= self.interval_blocks {
			return Err(ScheduleError::BackupDelayNotBelowInterval);
		}
		if self.era_epochs == 0 {
			return Err(ScheduleError::NoEra);
		}
		if sum(&[self.commit_blocks, self.reveal_blocks]) > u64::from(self.window_blocks) {
			return Err(ScheduleError::RevealNotWithinWindow);
		}
		if u64::from(self.unbonding_blocks) <= self.longest_course_of_a_fault() {
			return Err(ScheduleError::UnbondingTooShort);
		}
		if u64::from(self.unbonding_blocks) <= self.budget_period_blocks() {
			return Err(ScheduleError::UnbondingNotAboveBudgetPeriod);
		}
		if u64::from(self.unbonding_blocks) < u64::from(self.epoch_slots).saturating_mul(4) {
			return Err(ScheduleError::UnbondingBelowFourEpochs);
		}
		if u64::from(self.appeal_blocks) <= self.governance.slash_review.longest_course().saturating_mul(2) {
			return Err(ScheduleError::AppealNotAboveSlashReview);
		}
		if sum(&[self.report_window_blocks, self.vote_blocks]) > u64::from(self.window_blocks).saturating_mul(OUTAGES) {
			return Err(ScheduleError::WindowTooShort);
		}
		if self.maintenance_blocks < self.window_blocks {
			return Err(ScheduleError::MaintenanceBelowWindow);
		}
		let late = |(_, track): &(_, TrackPeriods)| track.prepare >= self.governance.undeciding_timeout;
		if let Some((name, _)) = self.tracks().into_iter().find(late) {
			return Err(ScheduleError::UndecidingNotAbovePreparation(name));
		}
		Ok(())
	}

	/// Returns the maximum time from a fault until its slash is applied.
	pub fn longest_course_of_a_fault(&self) -> u64 {
		let voted = sum(&[self.report_window_blocks, self.vote_blocks]);
		let measured = sum(&[self.window_blocks, self.commit_blocks, self.reveal_blocks]);
		let demanded = sum(&[self.demand_blocks, self.maintenance_blocks]);
		voted.max(measured).max(demanded).saturating_add(sum(&[self.slash_deferral_blocks, self.appeal_blocks]))
	}

	/// Returns the period over which an agreement's budget is spent.
	pub fn budget_period_blocks(&self) -> u64 {
		u64::from(self.half_budget_windows).saturating_mul(2).saturating_mul(self.window_blocks.into())
	}

	/// Returns the number of sessions for which a consensus offence can be proved: as many as fit into the unbonding
	/// period, less the two between an election and the end of the offender's last session. Slots can stay empty, so
	/// these sessions never contain more blocks than the bond outlasts.
	pub const fn offence_longevity_sessions(&self) -> u32 {
		match self.unbonding_blocks.checked_div(self.epoch_slots) {
			Some(sessions) => sessions.saturating_sub(2),
			None => 0,
		}
	}

	/// Returns the periods of each track, with its name in the genesis data.
	pub const fn tracks(&self) -> [(&'static str, TrackPeriods); 8] {
		let governance = &self.governance;
		[
			("governance.root", governance.root),
			("governance.slaAdmin", governance.sla_admin),
			("governance.anchorAdmin", governance.anchor_admin),
			("governance.slashReview", governance.slash_review),
			("governance.treasurer", governance.treasurer),
			("governance.emergency", governance.emergency),
			("governance.canceller", governance.canceller),
			("governance.killer", governance.killer),
		]
	}

	/// Returns all other durations in slots, epochs or blocks, with their names in the genesis data.
	const fn counted(&self) -> [(&'static str, u32); 23] {
		[
			("epochSlots", self.epoch_slots),
			("termEpochs", self.term_epochs),
			("intervalBlocks", self.interval_blocks),
			("backupDelayBlocks", self.backup_delay_blocks),
			("reportWindowBlocks", self.report_window_blocks),
			("voteBlocks", self.vote_blocks),
			("slashDeferralBlocks", self.slash_deferral_blocks),
			("appealBlocks", self.appeal_blocks),
			("unbondingBlocks", self.unbonding_blocks),
			("rewardPeriodBlocks", self.reward_period_blocks),
			("paymentThawBlocks", self.payment_thaw_blocks),
			("longestSessionBlocks", self.longest_session_blocks),
			("demandBlocks", self.demand_blocks),
			("maintenanceBlocks", self.maintenance_blocks),
			("windowBlocks", self.window_blocks),
			("commitBlocks", self.commit_blocks),
			("revealBlocks", self.reveal_blocks),
			("halfBudgetWindows", self.half_budget_windows),
			("offerBlocks", self.offer_blocks),
			("governance.undecidingTimeout", self.governance.undeciding_timeout),
			("governance.voteLock", self.governance.vote_lock),
			("governance.treasurySpend", self.governance.treasury_spend),
			("governance.treasuryPayout", self.governance.treasury_payout),
		]
	}
}

/// Returns the sum of durations.
fn sum(blocks: &[u32]) -> u64 {
	blocks.iter().fold(0, |sum, blocks| sum.saturating_add(u64::from(*blocks)))
}
