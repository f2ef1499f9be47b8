//! The upgrade to this release, from what the one before left.

use super::chain::{begin_header, chain};
use crate::{
	Executive, Runtime, StakingSlash, Tempo, VERSION,
	authorities::RunningKeys,
	configs::{BlockWeights, LOCAL},
	migrations::SingleBlock,
	presets,
};
use codec::Encode;
use frame_support::{
	storage::storage_prefix,
	traits::{GetStorageVersion, OnRuntimeUpgrade, StorageVersion},
};
use frame_system::{LastRuntimeUpgrade, LastRuntimeUpgradeInfo};
use pallet_staking_slash::LastPeriod;

fn schedule_key() -> [u8; 32] {
	storage_prefix(b"Tempo", b"Schedule")
}

/// The schedule of a chain as the release before stored it: without what this one adds.
fn schedule_of_the_release_before() -> Vec<u8> {
	let now = Tempo::current();
	let blocks = [
		now.slot_millis,
		now.epoch_slots,
		now.term_epochs,
		now.interval_blocks,
		now.backup_delay_blocks,
		now.report_window_blocks,
		now.vote_blocks,
		now.slash_deferral_blocks,
		now.appeal_blocks,
		now.unbonding_blocks,
		now.reward_period_blocks,
		now.payment_thaw_blocks,
	];
	let governance = now.governance;
	let periods =
		[governance.undeciding_timeout, governance.vote_lock, governance.treasury_spend, governance.treasury_payout];
	let tracks = [
		governance.root,
		governance.sla_admin,
		governance.anchor_admin,
		governance.slash_review,
		governance.treasurer,
		governance.emergency,
	];
	(blocks, periods, tracks).encode()
}

/// A chain as the release before left it: version 101.
fn left_by_the_release_before(test: impl FnOnce()) {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		sp_io::storage::set(&schedule_key(), &schedule_of_the_release_before());
		StorageVersion::new(1).put::<Tempo>();
		StorageVersion::new(2).put::<StakingSlash>();
		LastPeriod::<Runtime>::kill();
		RunningKeys::<Runtime>::kill();
		pallet_payments::Parameters::<Runtime>::kill();
		pallet_reports::Parameters::<Runtime>::kill();
		pallet_agreements::Parameters::<Runtime>::kill();
		let _ = pallet_agreements::Modules::<Runtime>::clear(u32::MAX, None);
		pallet_agreements::NextModuleId::<Runtime>::kill();
		pallet_agreements::ModulesInUse::<Runtime>::kill();
		let pot = crate::Payments::pot();
		crate::Balances::force_set_balance(crate::RuntimeOrigin::root(), pot.into(), 0).unwrap();
		let last = LastRuntimeUpgradeInfo { spec_version: 101.into(), spec_name: VERSION.spec_name };
		LastRuntimeUpgrade::<Runtime>::put(last);
		test();
	});
}

#[test]
fn the_first_block_should_run_the_migrations() {
	left_by_the_release_before(|| {
		let before = sp_io::storage::get(&schedule_key()).unwrap();
		// As a node does: whether there is anything to run follows from the version that this release has.
		Executive::initialize_block(&begin_header(1));
		assert_eq!(Tempo::on_chain_storage_version(), Tempo::in_code_storage_version());
		assert_eq!(StakingSlash::on_chain_storage_version(), StakingSlash::in_code_storage_version());
		assert_eq!(Tempo::current().check(), Ok(()));
		assert_eq!(schedule_of_the_release_before(), before.as_ref(), "what was there keeps its value");
		assert!(LastPeriod::<Runtime>::exists());
		assert!(pallet_payments::Parameters::<Runtime>::exists());
		assert!(pallet_reports::Parameters::<Runtime>::exists());
		assert!(pallet_agreements::Parameters::<Runtime>::exists());
		let names: Vec<_> =
			crate::Agreements::modules(None).into_iter().map(|(_, module)| module.specification).collect();
		assert!(crate::configs::standard_modules(&LOCAL).iter().all(|module| names.contains(module)));
		assert!(crate::System::account_exists(&crate::Payments::pot()));
		assert_eq!(RunningKeys::<Runtime>::get().len(), crate::Session::validators().len());
		assert_eq!(LastRuntimeUpgrade::<Runtime>::get().unwrap().spec_version.0, VERSION.spec_version);
	});
}

#[test]
fn the_migrations_should_leave_most_of_a_block() {
	left_by_the_release_before(|| {
		let weight = SingleBlock::on_runtime_upgrade();
		let most = BlockWeights::get().max_block.checked_div(10).unwrap();
		assert!(weight.all_lte(most), "{weight:?}, and a tenth of a block is {most:?}");
	});
}

#[test]
#[cfg(feature = "try-runtime")]
fn the_migrations_should_pass_their_own_checks_and_leave_every_invariant_intact() {
	left_by_the_release_before(|| {
		Executive::try_runtime_upgrade(frame_try_runtime::UpgradeCheckSelect::All).unwrap();
	});
}
