//! The durations as `Get` types, for the `Config` of other pallets.

use crate::{Config, Pallet, TrackPeriods};
use core::marker::PhantomData;
use frame_support::traits::Get;

macro_rules! adaptors {
	($($(#[$doc:meta])* $name:ident = |$schedule:ident| $value:expr;)*) => {$(
		$(#[$doc])*
		pub struct $name<T>(PhantomData<T>);

		impl<T: Config, N: From<u32>> Get<N> for $name<T> {
			fn get() -> N {
				let $schedule = Pallet::<T>::current();
				N::from($value)
			}
		}
	)*};
}

adaptors! {
	/// The time between two blocks, in milliseconds.
	SlotMillis = |schedule| schedule.slot_millis;
	/// The least time between two timestamps, in milliseconds. BABE takes twice this for its slot.
	MinimumPeriodMillis = |schedule| schedule.slot_millis / 2;
	/// The length of an epoch, in slots.
	EpochSlots = |schedule| schedule.epoch_slots;
	/// The length of a term, in epochs.
	TermEpochs = |schedule| schedule.term_epochs;
	/// The length of a snapshot interval, in blocks.
	IntervalBlocks = |schedule| schedule.interval_blocks;
	/// How long each backup waits for the one ahead of it, in blocks.
	BackupDelayBlocks = |schedule| schedule.backup_delay_blocks;
	/// How long a fault can be reported, in blocks.
	ReportWindowBlocks = |schedule| schedule.report_window_blocks;
	/// How long anchors vote on a report, in blocks.
	VoteBlocks = |schedule| schedule.vote_blocks;
	/// How long a slash is set aside before it is taken, in blocks.
	SlashDeferralBlocks = |schedule| schedule.slash_deferral_blocks;
	/// What an appeal adds to the deferral, in blocks.
	AppealBlocks = |schedule| schedule.appeal_blocks;
	/// How long a bond stays at stake after it was unbonded, in blocks.
	UnbondingBlocks = |schedule| schedule.unbonding_blocks;
	/// The period over which rewards stream, in blocks.
	RewardPeriodBlocks = |schedule| schedule.reward_period_blocks;
	/// How long a closing payment session stays open for its node, in blocks.
	PaymentThawBlocks = |schedule| schedule.payment_thaw_blocks;
	/// The longest time that a payment session can be opened for, in blocks.
	LongestSessionBlocks = |schedule| schedule.longest_session_blocks;
	/// How long a service node has to answer a demand, in blocks.
	DemandBlocks = |schedule| schedule.demand_blocks;
	/// The longest maintenance that a service node can announce, in blocks.
	MaintenanceBlocks = |schedule| schedule.maintenance_blocks;
	/// The length of a measurement window, in blocks.
	WindowBlocks = |schedule| schedule.window_blocks;
	/// How long after a window observers can commit to their measurements, in blocks.
	CommitBlocks = |schedule| schedule.commit_blocks;
	/// How long after that they can reveal them, in blocks.
	RevealBlocks = |schedule| schedule.reveal_blocks;
	/// Half the period over which an agreement's budget is spent, in measurement windows.
	HalfBudgetWindows = |schedule| schedule.half_budget_windows;
	/// How long an offer in a negotiation stands, in blocks.
	OfferBlocks = |schedule| schedule.offer_blocks;
	/// How long an assignment of tokens to nodes stays as it is, in epochs.
	EraEpochs = |schedule| schedule.era_epochs;
	/// For how many sessions a consensus offence can be proved.
	OffenceLongevitySessions = |schedule| schedule.offence_longevity_sessions();
	/// For how many blocks, at most, a consensus offence can be reported.
	OffenceLongevityBlocks = |schedule| schedule.offence_longevity_sessions().saturating_mul(schedule.epoch_slots);
	/// When a referendum without a decision deposit lapses, in blocks.
	UndecidingTimeout = |schedule| schedule.governance.undeciding_timeout;
	/// The lock of a vote with conviction 1, in blocks.
	VoteLock = |schedule| schedule.governance.vote_lock;
	/// How often the treasury looks at its approved spends, in blocks.
	TreasurySpend = |schedule| schedule.governance.treasury_spend;
	/// How long an approved spend can be claimed, in blocks.
	TreasuryPayout = |schedule| schedule.governance.treasury_payout;
}

/// The periods of each governance track, in the order of [`Schedule::tracks`](crate::Schedule::tracks).
pub fn tracks<T: Config>() -> [TrackPeriods; 8] {
	Pallet::<T>::current().tracks().map(|(_, periods)| periods)
}
