//! The durations themselves, and the inequalities that must hold between them.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

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
	/// From the submission until a decision may begin.
	pub prepare: u32,
	/// The longest that a decision may take.
	pub decide: u32,
	/// How long a proposal must stay ahead before it counts as approved.
	pub confirm: u32,
	/// The least time between approval and enactment.
	pub enact: u32,
}

impl TrackPeriods {
	/// The longest that a referendum can take, from submission to enactment: a decision that reaches its
	/// end while confirming is extended by the rest of the confirmation.
	pub const fn longest_course(&self) -> u64 {
		(self.prepare as u64)
			.saturating_add(self.decide as u64)
			.saturating_add(self.confirm as u64)
			.saturating_add(self.enact as u64)
	}
}

/// Every duration of governance, in blocks.
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
	/// A referendum without a decision deposit lapses after this.
	pub undeciding_timeout: u32,
	/// The lock of a vote with conviction 1; higher convictions multiply it.
	pub vote_lock: u32,
	/// How often the treasury looks at its approved spends.
	pub treasury_spend: u32,
	/// How long an approved spend can be claimed.
	pub treasury_payout: u32,
	/// The track of the root origin: runtime upgrades and everything else.
	pub root: TrackPeriods,
	/// The track that sets deltas, thresholds and shares.
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

/// Every duration of the chain. The unit is the last word of each name.
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
	/// The time between two blocks: one slot of BABE.
	pub slot_millis: u32,
	/// An epoch of BABE, which is also a session.
	pub epoch_slots: u32,
	/// How long an election seats the anchors.
	pub term_epochs: u32,
	/// How often the anchors owe the network a snapshot.
	pub interval_blocks: u32,
	/// How long each further anchor in an interval's order waits for those ahead of it.
	pub backup_delay_blocks: u32,
	/// How long after a fault it can be reported.
	pub report_window_blocks: u32,
	/// How long the anchors may vote on a report.
	pub vote_blocks: u32,
	/// From the day a slash is set aside to the day it is taken.
	pub slash_deferral_blocks: u32,
	/// What an appeal adds: time for governance to rule.
	pub appeal_blocks: u32,
	/// How long a bond stays at stake after its owner began to withdraw it.
	pub unbonding_blocks: u32,
	/// The period over which rewards stream.
	pub reward_period_blocks: u32,
	/// How long a payment session stays open for a last cash-out after its payer closed it.
	pub payment_thaw_blocks: u32,
	/// The longest time that a payment session can be opened for.
	pub longest_session_blocks: u32,
	/// How long a service node has to answer a demand.
	pub demand_blocks: u32,
	/// The longest maintenance that a service node can announce.
	pub maintenance_blocks: u32,
	/// The length of a measurement window.
	pub window_blocks: u32,
	/// How long after a window observers can commit to their measurements.
	pub commit_blocks: u32,
	/// How long after that they can reveal them.
	pub reveal_blocks: u32,
	/// Half the period over which an agreement's budget is spent, in measurement windows.
	pub half_budget_windows: u32,
	/// How long an offer in a negotiation stands.
	pub offer_blocks: u32,
	/// How long an assignment of tokens to nodes stays as it is.
	pub era_epochs: u32,
	/// Governance.
	pub governance: Governance,
}

/// What is wrong with a schedule. Each variant is one inequality of [`Schedule::check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleError {
	/// A slot is two minimum periods of the timestamp, each a whole number of milliseconds above zero.
	SlotNotEven,
	/// The named duration is shorter than two of its units. The first block of a session carries no
	/// transaction, so a deadline of one block could pass without a chance to meet it.
	TooShort(&'static str),
	/// A backup would never get its turn.
	BackupDelayNotBelowInterval,
	/// A bond could be withdrawn before the verdict on a fault that it answers for is settled.
	UnbondingTooShort,
	/// A bond could be withdrawn before the budget period of a breach is over.
	UnbondingNotAboveBudgetPeriod,
	/// Bonds must outlast the reports of consensus offences, which reach back two epochs less.
	UnbondingBelowFourEpochs,
	/// An appeal could lapse before governance rules on it: the track can be full once before its referendum is decided.
	AppealNotAboveSlashReview,
	/// A referendum could lapse before its decision can begin.
	UndecidingNotAbovePreparation(&'static str),
	/// A window would still be revealed when the next one is over.
	RevealNotWithinWindow,
	/// An era must last at least one epoch.
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
			Self::NoEra => write!(f, "eraEpochs must be at least 1"),
		}
	}
}

impl Schedule {
	/// Checks every inequality between the durations.
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
		let late = |(_, track): &(_, TrackPeriods)| track.prepare >= self.governance.undeciding_timeout;
		if let Some((name, _)) = self.tracks().into_iter().find(late) {
			return Err(ScheduleError::UndecidingNotAbovePreparation(name));
		}
		Ok(())
	}

	/// The longest time from a fault until its slash is applied.
	pub fn longest_course_of_a_fault(&self) -> u64 {
		let voted = sum(&[self.report_window_blocks, self.vote_blocks]);
		let measured = sum(&[self.window_blocks, self.commit_blocks, self.reveal_blocks]);
		let demanded = sum(&[self.demand_blocks, self.maintenance_blocks]);
		voted.max(measured).max(demanded).saturating_add(sum(&[self.slash_deferral_blocks, self.appeal_blocks]))
	}

	/// The period over which an agreement's budget is spent.
	pub fn budget_period_blocks(&self) -> u64 {
		u64::from(self.half_budget_windows).saturating_mul(2).saturating_mul(self.window_blocks.into())
	}

	/// The sessions for which the proof of a consensus offence is kept: as many as fit into the unbonding
	/// period, less the two between an election and the end of the offender's last session. A slot may stay
	/// empty, so these sessions hold fewer blocks than the bond outlasts, never more.
	pub const fn offence_longevity_sessions(&self) -> u32 {
		match self.unbonding_blocks.checked_div(self.epoch_slots) {
			Some(sessions) => sessions.saturating_sub(2),
			None => 0,
		}
	}

	/// The periods of each track, by the name it has in the genesis data.
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

	/// Everything else that is counted in slots, epochs or blocks, by the name it has in the genesis data.
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

/// The sum of durations.
fn sum(blocks: &[u32]) -> u64 {
	blocks.iter().fold(0, |sum, blocks| sum.saturating_add(u64::from(*blocks)))
}
