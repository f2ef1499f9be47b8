use crate::{
	self as pallet_tempo, Clock, Governance, Schedule, ScheduleError, Standstill, TrackPeriods,
	adaptors::*,
	migrations::v2::{OldGovernance, OldSchedule},
};
use frame_support::{
	derive_impl,
	migrations::MultiStepMigrator,
	parameter_types,
	traits::{Get, GetStorageVersion, Hooks, IntegrityTest, OnRuntimeUpgrade, StorageVersion},
	weights::{RuntimeDbWeight, Weight},
};
use sp_runtime::{BuildStorage, traits::BlockNumberProvider};

const TRACK: TrackPeriods = TrackPeriods { prepare: 2, decide: 10, confirm: 3, enact: 2 };

const VALID: Schedule = Schedule {
	slot_millis: 1_000,
	epoch_slots: 20,
	term_epochs: 3,
	interval_blocks: 20,
	backup_delay_blocks: 4,
	report_window_blocks: 50,
	vote_blocks: 20,
	slash_deferral_blocks: 30,
	appeal_blocks: 60,
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
		undeciding_timeout: 100,
		vote_lock: 10,
		treasury_spend: 10,
		treasury_payout: 100,
		root: TRACK,
		sla_admin: TRACK,
		anchor_admin: TRACK,
		slash_review: TRACK,
		treasurer: TRACK,
		emergency: TRACK,
		canceller: TRACK,
		killer: TRACK,
	},
};

parameter_types! {
	pub const LiveSchedule: Schedule = Schedule { slot_millis: 6_000, ..VALID };
	pub const FastSchedule: Schedule = VALID;
	/// Whether a multi-block migration is under way.
	pub static Migrating: bool = false;
}

pub struct Migrator;

impl MultiStepMigrator for Migrator {
	fn ongoing() -> bool {
		Migrating::get()
	}

	fn step() -> Weight {
		Weight::zero()
	}
}

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(RuntimeCall, RuntimeEvent, RuntimeError, RuntimeOrigin, RuntimeTask, RuntimeViewFunction)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Tempo = pallet_tempo;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlock<Test>;
	type MultiBlockMigrator = Migrator;
}

impl pallet_tempo::Config for Test {
	type Fallback = LiveSchedule;
}

fn genesis(schedule: Schedule) -> sp_io::TestExternalities {
	let config = RuntimeGenesisConfig {
		system: Default::default(),
		tempo: pallet_tempo::GenesisConfig { schedule, ..Default::default() },
	};
	config.build_storage().map(Into::into).unwrap()
}

fn with(change: impl FnOnce(&mut Schedule)) -> Schedule {
	let mut schedule = VALID;
	change(&mut schedule);
	schedule
}

#[test]
fn adaptors_should_answer_with_the_genesis_schedule() {
	genesis(VALID).execute_with(|| {
		assert_eq!(<SlotMillis<Test> as Get<u64>>::get(), 1_000);
		assert_eq!(<MinimumPeriodMillis<Test> as Get<u64>>::get(), 500);
		assert_eq!(<UnbondingBlocks<Test> as Get<u32>>::get(), 200);
		assert_eq!(<OffenceLongevitySessions<Test> as Get<u32>>::get(), 8);
		assert_eq!(tracks::<Test>(), [TRACK; 8]);
		assert_eq!(Tempo::schedule(), VALID);
		Tempo::do_try_state().unwrap();
	});
}

#[test]
fn adaptors_should_answer_with_the_fallback_when_there_is_no_storage() {
	assert_eq!(<SlotMillis<Test> as Get<u64>>::get(), 6_000);
	// Nothing stored, as where metadata is built against an empty state.
	sp_io::TestExternalities::default().execute_with(|| {
		assert_eq!(<SlotMillis<Test> as Get<u64>>::get(), 6_000);
	});
}

#[test]
fn default_genesis_should_hold_the_fallback() {
	RuntimeGenesisConfig::default().build_storage().map(sp_io::TestExternalities::from).unwrap().execute_with(|| {
		assert_eq!(Tempo::schedule(), LiveSchedule::get());
	});
}

#[test]
#[should_panic(expected = "unbondingBlocks must exceed")]
fn genesis_should_be_refused_when_it_contradicts_itself() {
	genesis(with(|schedule| schedule.unbonding_blocks = 160));
}

#[test]
fn check_should_name_each_broken_inequality() {
	assert_eq!(VALID.check(), Ok(()));
	let broken = |change: fn(&mut Schedule)| with(change).check().unwrap_err();

	assert_eq!(broken(|s| s.slot_millis = 0), ScheduleError::SlotNotEven);
	assert_eq!(broken(|s| s.slot_millis = 1_001), ScheduleError::SlotNotEven);
	assert_eq!(broken(|s| s.epoch_slots = 1), ScheduleError::TooShort("epochSlots"));
	assert_eq!(broken(|s| s.term_epochs = 0), ScheduleError::TooShort("termEpochs"));
	assert_eq!(broken(|s| s.payment_thaw_blocks = 1), ScheduleError::TooShort("paymentThawBlocks"));
	assert_eq!(broken(|s| s.governance.vote_lock = 0), ScheduleError::TooShort("governance.voteLock"));
	assert_eq!(broken(|s| s.governance.treasurer.confirm = 1), ScheduleError::TooShort("governance.treasurer"));
	assert_eq!(broken(|s| s.governance.emergency.enact = 1), ScheduleError::TooShort("governance.emergency"));
	assert_eq!(broken(|s| s.backup_delay_blocks = 20), ScheduleError::BackupDelayNotBelowInterval);
	assert_eq!(broken(|s| s.unbonding_blocks = 160), ScheduleError::UnbondingTooShort);
	assert_eq!(broken(|s| s.epoch_slots = 51), ScheduleError::UnbondingBelowFourEpochs);
	// Windows, then demands, are the longest way to a verdict.
	assert_eq!(broken(|s| (s.window_blocks, s.unbonding_blocks) = (57, 161)), ScheduleError::UnbondingTooShort);
	assert_eq!(broken(|s| (s.maintenance_blocks, s.unbonding_blocks) = (61, 161)), ScheduleError::UnbondingTooShort);
	assert_eq!(broken(|s| s.half_budget_windows = 5), ScheduleError::UnbondingNotAboveBudgetPeriod);
	assert_eq!(broken(|s| s.reveal_blocks = 15), ScheduleError::RevealNotWithinWindow);
	// 64 windows of 4 blocks are 256 blocks.
	assert_eq!(
		broken(|s| {
			(s.window_blocks, s.commit_blocks, s.reveal_blocks) = (4, 2, 2);
			(s.report_window_blocks, s.unbonding_blocks) = (237, 400);
		}),
		ScheduleError::WindowTooShort
	);
	assert_eq!(broken(|s| s.maintenance_blocks = 19), ScheduleError::MaintenanceBelowWindow);
	assert_eq!(broken(|s| s.era_epochs = 0), ScheduleError::NoEra);
	// Two courses of 30 blocks are not shorter than 60.
	assert_eq!(broken(|s| s.governance.slash_review.decide = 23), ScheduleError::AppealNotAboveSlashReview);
	assert_eq!(
		broken(|s| s.governance.killer.prepare = 100),
		ScheduleError::UndecidingNotAbovePreparation("governance.killer")
	);
}

#[test]
fn check_should_pass_at_the_edge_of_each_inequality() {
	for change in [
		|s: &mut Schedule| s.unbonding_blocks = 161,
		|s: &mut Schedule| s.epoch_slots = 50,
		|s: &mut Schedule| s.backup_delay_blocks = 19,
		|s: &mut Schedule| s.governance.slash_review.decide = 22,
		|s: &mut Schedule| s.half_budget_windows = 4,
		|s: &mut Schedule| s.reveal_blocks = 14,
		|s: &mut Schedule| s.maintenance_blocks = 20,
		|s: &mut Schedule| s.governance.killer.prepare = 99,
		|s: &mut Schedule| s.slot_millis = 2,
		|s: &mut Schedule| {
			(s.window_blocks, s.commit_blocks, s.reveal_blocks) = (4, 2, 2);
			(s.report_window_blocks, s.unbonding_blocks) = (236, 400);
		},
	] {
		assert_eq!(with(change).check(), Ok(()));
	}
}

#[test]
fn check_should_not_wrap_when_durations_are_the_largest() {
	let error = with(|schedule| {
		schedule.report_window_blocks = u32::MAX;
		schedule.vote_blocks = u32::MAX;
		schedule.unbonding_blocks = u32::MAX;
	})
	.check();
	assert_eq!(error, Err(ScheduleError::UnbondingTooShort));
}

#[test]
fn try_state_should_fail_when_invariant_1_is_broken() {
	genesis(VALID).execute_with(|| {
		pallet_tempo::pallet::Schedule::<Test>::mutate(|schedule| schedule.unbonding_blocks = 10);
		assert_eq!(Tempo::do_try_state(), Err("tempo invariant 1: the schedule breaks an inequality".into()));
	});
}

#[test]
fn the_first_read_of_a_block_should_be_charged() {
	genesis(VALID).execute_with(|| {
		let weight: RuntimeDbWeight = <Test as frame_system::Config>::DbWeight::get();
		assert_eq!(Tempo::on_initialize(1), weight.reads(3));
		Migrating::set(true);
		assert_eq!(Tempo::on_initialize(2), weight.reads_writes(3, 1));
		Migrating::take();
	});
}

#[test]
fn the_clock_should_stand_still_while_a_migration_is_under_way() {
	genesis(VALID).execute_with(|| {
		let begin = |height| {
			System::set_block_number(height);
			Tempo::on_initialize(height);
			Clock::<Test>::current_block_number()
		};
		assert_eq!((begin(1), begin(2)), (1, 2));
		Migrating::set(true);
		assert_eq!((begin(3), begin(4), begin(5)), (2, 2, 2));
		Migrating::take();
		assert_eq!((begin(6), begin(7), Tempo::now()), (3, 4, 4));
		assert_eq!(Standstill::<Test>::get(), 3);
		Tempo::do_try_state().unwrap();

		Clock::<Test>::set_block_number(10);
		assert_eq!((System::block_number(), Tempo::now()), (13, 10));
	});
}

#[test]
fn the_clock_should_not_stand_still_where_there_is_no_storage() {
	Migrating::set(true);
	assert!(!Tempo::stands_still());
	Migrating::take();
}

#[test]
fn try_state_should_fail_when_invariant_2_is_broken() {
	genesis(VALID).execute_with(|| {
		System::set_block_number(5);
		Standstill::<Test>::put(6);
		let broken = "tempo invariant 2: the clock was paused in more blocks than the chain has";
		assert_eq!(Tempo::do_try_state(), Err(broken.into()));
	});
}

/// What version 1 stores of a schedule.
fn old(schedule: Schedule) -> OldSchedule {
	let governance = schedule.governance;
	OldSchedule {
		slot_millis: schedule.slot_millis,
		epoch_slots: schedule.epoch_slots,
		term_epochs: schedule.term_epochs,
		interval_blocks: schedule.interval_blocks,
		backup_delay_blocks: schedule.backup_delay_blocks,
		report_window_blocks: schedule.report_window_blocks,
		vote_blocks: schedule.vote_blocks,
		slash_deferral_blocks: schedule.slash_deferral_blocks,
		appeal_blocks: schedule.appeal_blocks,
		unbonding_blocks: schedule.unbonding_blocks,
		reward_period_blocks: schedule.reward_period_blocks,
		payment_thaw_blocks: schedule.payment_thaw_blocks,
		governance: OldGovernance {
			undeciding_timeout: governance.undeciding_timeout,
			vote_lock: governance.vote_lock,
			treasury_spend: governance.treasury_spend,
			treasury_payout: governance.treasury_payout,
			root: governance.root,
			sla_admin: governance.sla_admin,
			anchor_admin: governance.anchor_admin,
			slash_review: governance.slash_review,
			treasurer: governance.treasurer,
			emergency: governance.emergency,
		},
	}
}

type Migration = crate::migrations::v2::FromV1<Test, FastSchedule, LiveSchedule>;

#[test]
fn the_migration_to_version_2_should_keep_what_a_chain_has_and_add_what_is_new() {
	genesis(VALID).execute_with(|| {
		StorageVersion::new(1).put::<Tempo>();
		let mine = with(|schedule| (schedule.vote_blocks, schedule.governance.root.decide) = (21, 77));
		crate::migrations::v2::stored::Schedule::<Test>::put(old(mine));
		Migration::on_runtime_upgrade();
		assert_eq!(Tempo::on_chain_storage_version(), 2);
		assert_eq!(Tempo::schedule(), mine);
		Tempo::do_try_state().unwrap();
		// Once.
		crate::pallet::Schedule::<Test>::put(VALID);
		Migration::on_runtime_upgrade();
		assert_eq!(Tempo::schedule(), VALID);
	});
}

#[test]
fn the_migration_should_lengthen_what_would_contradict_what_is_new() {
	// An appeal that was longer than one course of a review, and an unbonding that just outlasted the old course.
	let tight = with(|schedule| {
		(schedule.appeal_blocks, schedule.unbonding_blocks) = (18, 119);
		schedule.governance.undeciding_timeout = 2;
	});
	let extended = old(tight).extend(FastSchedule::get());
	extended.check().unwrap();
	assert_eq!((extended.appeal_blocks, extended.unbonding_blocks), (60, 161));
	assert_eq!(extended.governance.undeciding_timeout, 3);
	assert_eq!(extended.vote_blocks, VALID.vote_blocks);
}

#[test]
fn what_ends_referenda_should_be_no_quicker_than_the_quickest_track_of_the_chain() {
	let slow = with(|schedule| schedule.governance.emergency.decide = 100);
	let governance = old(slow).extend(FastSchedule::get()).governance;
	assert_eq!((governance.canceller.decide, governance.killer.decide), (100, 100));
	assert_eq!(governance.killer.prepare, FastSchedule::get().governance.killer.prepare);
}

#[test]
fn integrity_test_should_run_without_externalities() {
	AllPalletsWithSystem::integrity_test();
}

#[test]
fn every_inequality_error_should_say_what_to_do() {
	for error in [
		ScheduleError::SlotNotEven,
		ScheduleError::TooShort("voteBlocks"),
		ScheduleError::BackupDelayNotBelowInterval,
		ScheduleError::UnbondingTooShort,
		ScheduleError::UnbondingBelowFourEpochs,
		ScheduleError::AppealNotAboveSlashReview,
		ScheduleError::UnbondingNotAboveBudgetPeriod,
		ScheduleError::UndecidingNotAbovePreparation("governance.root"),
		ScheduleError::RevealNotWithinWindow,
		ScheduleError::WindowTooShort,
		ScheduleError::NoEra,
	] {
		assert!(error.to_string().contains("must"), "{error}");
	}
}
