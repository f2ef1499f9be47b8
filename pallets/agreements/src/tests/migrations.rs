use crate::{
	Modules, ModulesInUse, NextModuleId, Parameters, QueueCursor, Standing, migrations::v1::Initialise, mock::*,
};
use frame_support::traits::OnRuntimeUpgrade;

type Migration = Initialise<Test>;

#[test]
fn a_chain_that_began_without_the_pallet_should_be_initialised_once() {
	run(|| {
		let _ = Modules::<Test>::clear(u32::MAX, None);
		Parameters::<Test>::kill();
		NextModuleId::<Test>::kill();
		ModulesInUse::<Test>::kill();
		System::set_block_number(1_000);

		Migration::on_runtime_upgrade();
		assert!(Parameters::<Test>::exists());
		// The hook does not walk through the blocks before.
		assert_eq!(QueueCursor::<Test>::get(), 1_000);
		let names: Vec<_> = (0..2).map(|id| Agreements::module(id).unwrap().specification.name).collect();
		assert_eq!(names, [specification("basic").name, specification("strict").name]);
		assert!((0..2).all(|id| Agreements::module(id).unwrap().standing == Standing::Standard));
		#[cfg(feature = "try-runtime")]
		Migration::post_upgrade(Vec::new()).unwrap();

		Migration::on_runtime_upgrade();
		assert_eq!(NextModuleId::<Test>::get(), 2);
	});
}

#[test]
fn a_chain_with_the_pallet_should_keep_what_it_has() {
	run(|| {
		let changed = crate::Params { test_fee: 1, ..params() };
		Parameters::<Test>::put(changed);
		Migration::on_runtime_upgrade();
		assert_eq!(Parameters::<Test>::get(), changed);
		assert_eq!(NextModuleId::<Test>::get(), 2);
	});
}
