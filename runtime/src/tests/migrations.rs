//! The upgrade to this release, from what the one before left.

use super::chain::{begin_header, chain};
use crate::{Executive, Runtime, StakingSlash, VERSION, configs::BlockWeights, migrations::SingleBlock, presets};
use frame_support::traits::{GetStorageVersion, OnRuntimeUpgrade, StorageVersion};
use frame_system::{LastRuntimeUpgrade, LastRuntimeUpgradeInfo};
use pallet_staking_slash::{Pallet, Parameters};

/// A chain as the release before left it: version 100, whose holders had not set the parameters.
fn left_by_the_release_before(test: impl FnOnce()) {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		StorageVersion::new(1).put::<Pallet<Runtime>>();
		Parameters::<Runtime>::kill();
		let last = LastRuntimeUpgradeInfo { spec_version: 100.into(), spec_name: VERSION.spec_name };
		LastRuntimeUpgrade::<Runtime>::put(last);
		test();
	});
}

#[test]
fn the_first_block_should_run_the_migrations() {
	left_by_the_release_before(|| {
		// As a node does: whether there is anything to run follows from the version that this release has.
		Executive::initialize_block(&begin_header(1));
		assert_eq!(StakingSlash::on_chain_storage_version(), StakingSlash::in_code_storage_version());
		assert!(Parameters::<Runtime>::exists());
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
