use crate::{
	LastPeriod, Pallet, Parameters,
	migrations::{v2, v3, v4},
	mock::*,
};
use frame_support::traits::{GetStorageVersion, OnRuntimeUpgrade, StorageVersion};
use sp_runtime::Perbill;

/// What version 1 left of a chain on which governance had never set the parameters.
fn at_version_1() {
	StorageVersion::new(1).put::<Pallet<Test>>();
	Parameters::<Test>::kill();
}

/// Upgrades as `try-runtime` does: with the checks before and after.
fn upgrade() {
	#[cfg(feature = "try-runtime")]
	v2::FromV1::<Test>::try_on_runtime_upgrade(true).unwrap();
	#[cfg(not(feature = "try-runtime"))]
	v2::FromV1::<Test>::on_runtime_upgrade();
}

#[test]
fn a_chain_should_begin_at_the_present_version() {
	run(|| {
		assert_eq!(StakingSlash::on_chain_storage_version(), StorageVersion::new(4));
		assert_eq!(StakingSlash::in_code_storage_version(), StorageVersion::new(4));
	});
}

#[test]
fn genesis_should_store_its_parameters() {
	let mut chosen = params();
	chosen.min_anchor_bond *= 2;
	chain_of(chosen).execute_with(|| assert_eq!(Parameters::<Test>::get(), chosen));
}

#[test]
#[should_panic(expected = "make no sense")]
fn genesis_should_be_refused_when_its_parameters_make_no_sense() {
	let mut wrong = params();
	wrong.min_total_weight = 0;
	chain_of(wrong);
}

#[test]
fn v2_should_store_the_parameters_when_nobody_had_set_them() {
	run(|| {
		at_version_1();
		upgrade();
		assert_eq!(StakingSlash::on_chain_storage_version(), StorageVersion::new(2));
		let stored = Parameters::<Test>::try_get().unwrap();
		// What the documents of version 1 name, in units of 10^-12 SLN.
		assert_eq!(stored.min_service_node_bond, 1_000 * 10u128.pow(12));
		assert_eq!(stored.min_anchor_bond, 10_000 * 10u128.pow(12));
		assert_eq!(stored.appeal_deposit, 100 * 10u128.pow(12));
		assert_eq!(stored.min_total_weight, 1_000 * 10u128.pow(12) * 10u128.pow(9));
		assert_eq!(stored.period_budget, 0);
		assert!(
			[stored.victim_share, stored.theft_victim_share, stored.anchors_share]
				.into_iter()
				.all(|share| share == Perbill::from_percent(50))
		);
	});
}

#[test]
fn v2_should_keep_parameters_that_were_set() {
	run(|| {
		at_version_1();
		let mut set = params();
		set.appeal_deposit += 1;
		Parameters::<Test>::put(set);
		upgrade();
		assert_eq!(Parameters::<Test>::try_get(), Ok(set));
	});
}

#[test]
fn v2_should_run_only_once() {
	run(|| {
		at_version_1();
		upgrade();
		let mut later = params();
		later.appeal_deposit += 1;
		Parameters::<Test>::put(later);
		upgrade();
		assert_eq!(Parameters::<Test>::get(), later);
	});
}

#[test]
#[cfg(feature = "try-runtime")]
fn v2_should_be_caught_when_it_changes_the_parameters() {
	use frame_support::traits::UncheckedOnRuntimeUpgrade;
	run(|| {
		at_version_1();
		let before = v2::Unchecked::<Test>::pre_upgrade().unwrap();
		let mut wrong = params();
		wrong.appeal_deposit += 1;
		Parameters::<Test>::put(wrong);
		assert!(v2::Unchecked::<Test>::post_upgrade(before.clone()).is_err());
		Parameters::<Test>::kill();
		assert!(v2::Unchecked::<Test>::post_upgrade(before).is_err());
		Parameters::<Test>::put(params());
	});
}

#[test]
fn v3_should_store_the_period_that_has_begun() {
	run(|| {
		StorageVersion::new(2).put::<Pallet<Test>>();
		System::set_block_number(3 * PERIOD + 1);
		LastPeriod::<Test>::kill();
		#[cfg(feature = "try-runtime")]
		v3::FromV2::<Test>::try_on_runtime_upgrade(true).unwrap();
		#[cfg(not(feature = "try-runtime"))]
		v3::FromV2::<Test>::on_runtime_upgrade();
		assert_eq!(StakingSlash::on_chain_storage_version(), StorageVersion::new(3));
		assert_eq!(LastPeriod::<Test>::get(), 3);
	});
}

#[test]
fn v4_should_leave_pending_slashes_as_they_are() {
	run(|| {
		node(1);
		StakingSlash::force_slash(RuntimeOrigin::root(), 1, smartlayer_primitives::Severity::Whole, Some(2)).unwrap();
		let before = StakingSlash::pending_slashes(1);
		StorageVersion::new(3).put::<Pallet<Test>>();
		v4::FromV3::<Test>::on_runtime_upgrade();
		assert_eq!(StakingSlash::on_chain_storage_version(), StorageVersion::new(4));
		assert_eq!(StakingSlash::pending_slashes(1), before);
		// Its victim is compensated by its share alone.
		let had = Balances::free_balance(2);
		pass(DEFERRAL);
		assert_eq!(Balances::free_balance(2), had + before[0].1.amount() / 2);
	});
}
