//! The durations of the presets.

use crate::Runtime;
use frame_support::parameter_types;
use pallet_tempo::{Governance, Schedule, TrackPeriods};

const fn track(prepare: u32, decide: u32, confirm: u32, enact: u32) -> TrackPeriods {
	TrackPeriods { prepare, decide, confirm, enact }
}

/// A development chain: everything that takes days on a live chain takes seconds.
pub const DEVELOPMENT: Schedule = Schedule {
	slot_millis: 1_000,
	epoch_slots: 20,
	term_epochs: 3,
	interval_blocks: 20,
	backup_delay_blocks: 4,
	report_window_blocks: 50,
	vote_blocks: 20,
	slash_deferral_blocks: 30,
	appeal_blocks: 90,
	unbonding_blocks: 200,
	reward_period_blocks: 20,
	payment_thaw_blocks: 20,
	longest_session_blocks: 2_000,
	demand_blocks: 10,
	maintenance_blocks: 40,
	window_blocks: 20,
	commit_blocks: 6,
	reveal_blocks: 8,
	half_budget_windows: 4,
	offer_blocks: 100,
	era_epochs: 1,
	governance: Governance {
		undeciding_timeout: 200,
		vote_lock: 20,
		treasury_spend: 10,
		treasury_payout: 300,
		root: track(3, 60, 5, 5),
		sla_admin: track(3, 40, 5, 5),
		anchor_admin: track(3, 40, 5, 5),
		slash_review: track(3, 30, 5, 5),
		treasurer: track(3, 40, 5, 5),
		emergency: track(2, 20, 3, 2),
		canceller: track(2, 20, 3, 2),
		killer: track(2, 20, 3, 2),
	},
};

/// Four nodes on one machine, as fast as that allows.
pub const LOCAL: Schedule = Schedule { slot_millis: 2_000, ..DEVELOPMENT };

const MINUTES: u32 = 10;
const HOURS: u32 = 60 * MINUTES;
const DAYS: u32 = 24 * HOURS;

/// A live chain.
pub const LIVE: Schedule = Schedule {
	slot_millis: 6_000,
	epoch_slots: 4 * HOURS,
	term_epochs: 42,
	interval_blocks: 10 * MINUTES,
	backup_delay_blocks: 4,
	report_window_blocks: DAYS,
	vote_blocks: DAYS,
	slash_deferral_blocks: 7 * DAYS,
	appeal_blocks: 17 * DAYS,
	unbonding_blocks: 28 * DAYS,
	reward_period_blocks: DAYS,
	payment_thaw_blocks: DAYS,
	longest_session_blocks: 30 * DAYS,
	demand_blocks: DAYS,
	maintenance_blocks: 4 * HOURS,
	window_blocks: HOURS,
	commit_blocks: 5 * MINUTES,
	reveal_blocks: 10 * MINUTES,
	half_budget_windows: 7 * 24,
	offer_blocks: DAYS,
	era_epochs: 1,
	governance: Governance {
		undeciding_timeout: 14 * DAYS,
		vote_lock: 7 * DAYS,
		treasury_spend: DAYS,
		treasury_payout: 30 * DAYS,
		root: track(2 * HOURS, 28 * DAYS, DAYS, DAYS),
		sla_admin: track(2 * HOURS, 14 * DAYS, 12 * HOURS, DAYS),
		anchor_admin: track(2 * HOURS, 14 * DAYS, 12 * HOURS, DAYS),
		slash_review: track(HOURS, 7 * DAYS, DAYS, 10 * MINUTES),
		treasurer: track(2 * HOURS, 14 * DAYS, 12 * HOURS, DAYS),
		emergency: track(10 * MINUTES, DAYS, 30 * MINUTES, MINUTES),
		canceller: track(10 * MINUTES, 3 * DAYS, 3 * HOURS, 10 * MINUTES),
		killer: track(10 * MINUTES, 3 * DAYS, 3 * HOURS, 10 * MINUTES),
	},
};

parameter_types! {
	/// The fallback of a chain without a schedule, and the template of slow chains in migrations.
	pub const Fallback: Schedule = LIVE;
	/// The template of fast chains in migrations.
	pub const Fast: Schedule = DEVELOPMENT;
}

impl pallet_tempo::Config for Runtime {
	type Fallback = Fallback;
}
