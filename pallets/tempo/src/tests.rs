use crate::{self as pallet_tempo, Governance, Schedule, ScheduleError, TrackPeriods, adaptors::*};
use frame_support::{
	derive_impl, parameter_types,
	traits::{Get, Hooks, IntegrityTest},
	weights::RuntimeDbWeight,
};
use sp_runtime::BuildStorage;

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
	},
};

parameter_types! {
	pub const LiveSchedule: Schedule = Schedule { slot_millis: 6_000, ..VALID };
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
		assert_eq!(tracks::<Test>(), [TRACK; 6]);
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
	assert_eq!(broken(|s| s.governance.slash_review.decide = 53), ScheduleError::AppealNotAboveSlashReview);
}

#[test]
fn check_should_pass_at_the_edge_of_each_inequality() {
	for change in [
		|s: &mut Schedule| s.unbonding_blocks = 161,
		|s: &mut Schedule| s.epoch_slots = 50,
		|s: &mut Schedule| s.backup_delay_blocks = 19,
		|s: &mut Schedule| s.governance.slash_review.decide = 52,
		|s: &mut Schedule| s.slot_millis = 2,
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
		assert_eq!(Tempo::do_try_state(), Err("tempo invariant 1: the schedule contradicts itself".into()));
	});
}

#[test]
fn the_first_read_of_a_block_should_be_charged() {
	genesis(VALID).execute_with(|| {
		let weight: RuntimeDbWeight = <Test as frame_system::Config>::DbWeight::get();
		assert_eq!(Tempo::on_initialize(1), weight.reads(1));
	});
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
	] {
		assert!(error.to_string().contains("must"), "{error}");
	}
}
