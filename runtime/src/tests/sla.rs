use super::chain::chain;
use crate::{Runtime, RuntimeOrigin, Sla, configs::BlockWeights, governance::pallet_origins::Origin, presets, weights};
use frame_support::{assert_noop, assert_ok};
use pallet_balances::WeightInfo as _;
use pallet_sla::WeightInfo as _;
use smartlayer_primitives::{ActionKind, Delta};
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::DispatchError;

type Weights = weights::pallet_sla::WeightInfo<Runtime>;

#[test]
fn the_sla_admin_track_should_set_deltas_and_no_other_origin() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		let set = |origin: RuntimeOrigin| Sla::set_delta(origin, ActionKind::CorrectTheft, Delta::from_u32(2));
		assert_ok!(set(Origin::SlaAdmin.into()));
		assert_ok!(set(RuntimeOrigin::root()));
		for origin in [Origin::Treasurer.into(), Origin::Emergency.into(), RuntimeOrigin::signed(Alice.to_account_id())]
		{
			assert_noop!(set(origin), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn recording_should_touch_as_little_storage_as_the_specification_says() {
	let file = include_str!("../weights/pallet_sla.rs");
	let of = |function: &str, access: &str| -> u64 {
		let body = file.split(&format!("fn {function}(")).nth(1).unwrap().split("fn ").next().unwrap();
		body.split(&format!("{access}("))
			.skip(1)
			.map(|rest| rest.split('_').next().unwrap().parse::<u64>().unwrap())
			.sum()
	};
	// One read is the listener's, who finds that the account has bonded nothing.
	let listener = 1;
	assert!(of("record_constant", "reads") <= 3 + listener && of("record_constant", "writes") <= 2);
	assert!(of("record_volume", "reads") <= 5 + listener && of("record_volume", "writes") <= 3);
	assert!(of("record_volume", "reads") > 0, "the file is not read as it is written");
}

#[test]
fn recording_should_weigh_at_most_two_and_a_half_transfers() {
	let transfer = weights::pallet_balances::WeightInfo::<Runtime>::transfer_keep_alive().ref_time();
	for weight in [Weights::record_constant(), Weights::record_volume()] {
		assert!(weight.ref_time() * 2 <= transfer * 5, "{weight:?} against {transfer}");
	}
	// And a block has room for many.
	assert!(Weights::record_volume().ref_time() * 1_000 < BlockWeights::get().max_block.ref_time());
}
