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
	/// The length of a slot, in milliseconds.
	SlotMillis = |schedule| schedule.slot_millis;
	/// The least time between two timestamps, in milliseconds. BABE takes twice this for its slot.
	MinimumPeriodMillis = |schedule| schedule.slot_millis / 2;
	/// The length of an epoch, in slots.
	EpochSlots = |schedule| schedule.epoch_slots;
	/// The length of a term, in epochs.
	TermEpochs = |schedule| schedule.term_epochs;
	/// The length of a snapshot interval, in blocks.
	IntervalBlocks = |schedule| schedule.interval_blocks;
	/// The delay after which each further backup may write, in blocks.
	BackupDelayBlocks = |schedule| schedule.backup_delay_blocks;
	/// The time after a fault within which it can be reported, in blocks.
	ReportWindowBlocks = |schedule| schedule.report_window_blocks;
	/// The duration of the anchors' vote on a report, in blocks.
	VoteBlocks = |schedule| schedule.vote_blocks;
	/// The delay between setting a slash aside and applying it, in blocks.
	SlashDeferralBlocks = |schedule| schedule.slash_deferral_blocks;
	/// The time from an appeal until the slash is applied, in blocks.
	AppealBlocks = |schedule| schedule.appeal_blocks;
	/// The time for which funds stay at stake after they were unbonded, in blocks.
	UnbondingBlocks = |schedule| schedule.unbonding_blocks;
	/// The period over which a reward pool is distributed, in blocks.
	RewardPeriodBlocks = |schedule| schedule.reward_period_blocks;
	/// The time for which a node can still cash out after a payment session has ended, in blocks.
	PaymentThawBlocks = |schedule| schedule.payment_thaw_blocks;
	/// The maximum time between a payment session's expiry and the block that sets it, in blocks.
	LongestSessionBlocks = |schedule| schedule.longest_session_blocks;
	/// The time within which a service node must answer a demand, in blocks.
	DemandBlocks = |schedule| schedule.demand_blocks;
	/// The maximum duration of an announced maintenance, in blocks.
	MaintenanceBlocks = |schedule| schedule.maintenance_blocks;
	/// The length of a measurement window, in blocks.
	WindowBlocks = |schedule| schedule.window_blocks;
	/// The time after a window within which observers can commit to their measurements, in blocks.
	CommitBlocks = |schedule| schedule.commit_blocks;
	/// The time after the commit phase within which observers can reveal their measurements, in blocks.
	RevealBlocks = |schedule| schedule.reveal_blocks;
	/// Half the period over which an agreement's budget is spent, in measurement windows.
	HalfBudgetWindows = |schedule| schedule.half_budget_windows;
	/// The time for which an offer in a negotiation is valid, in blocks.
	OfferBlocks = |schedule| schedule.offer_blocks;
	/// The time for which tokens stay assigned to the same nodes, in epochs.
	EraEpochs = |schedule| schedule.era_epochs;
	/// The number of sessions for which a consensus offence can be proved.
	OffenceLongevitySessions = |schedule| schedule.offence_longevity_sessions();
	/// The maximum number of blocks for which a consensus offence can be reported.
	OffenceLongevityBlocks = |schedule| schedule.offence_longevity_sessions().saturating_mul(schedule.epoch_slots);
	/// The time after which a referendum without a decision deposit lapses, in blocks.
	UndecidingTimeout = |schedule| schedule.governance.undeciding_timeout;
	/// The lock of a vote with conviction 1, in blocks.
	VoteLock = |schedule| schedule.governance.vote_lock;
	/// The spend period of the treasury pallet, in blocks.
	TreasurySpend = |schedule| schedule.governance.treasury_spend;
	/// The time within which an approved spend can be claimed, in blocks.
	TreasuryPayout = |schedule| schedule.governance.treasury_payout;
}

/// The periods of each governance track, in the order of [`Schedule::tracks`](crate::Schedule::tracks).
pub fn tracks<T: Config>() -> [TrackPeriods; 8] {
	Pallet::<T>::current().tracks().map(|(_, periods)| periods)
}
