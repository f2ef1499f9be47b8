use crate::{Error, Event, Parameters, Params, mock::*};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, Perbill};

#[test]
fn set_params_should_apply_to_all_payments_from_now_on() {
	run(|| {
		let id = open(1, 11, 500 * UNIT);
		let new = Params { burn_share: Perbill::from_percent(45), nodes_share: Perbill::zero(), ..params() };
		events();
		assert_ok!(Payments::set_params(by(ADMIN), new));
		assert_eq!(events(), [Event::ParametersSet { params: new }]);
		assert_ok!(cash_out(id, 1, 1_000));
		assert_eq!(free(11), ED + 525);
	});
}

#[test]
fn set_params_should_fail_when_the_shares_exceed_half() {
	run(|| {
		let with = |burn, anchors, nodes| {
			let [burn_share, anchors_share, nodes_share] = [burn, anchors, nodes].map(Perbill::from_percent);
			Payments::set_params(by(ADMIN), Params { burn_share, anchors_share, nodes_share, ..params() })
		};
		for (burn, anchors, nodes) in [(51, 0, 0), (0, 51, 0), (0, 0, 51), (20, 20, 11), (100, 100, 100)] {
			assert_noop!(with(burn, anchors, nodes), Error::<Test>::SharesTooHigh);
		}
		assert_ok!(with(50, 0, 0));
		assert_ok!(with(20, 20, 10));
		assert_ok!(with(0, 0, 0));
	});
}

#[test]
fn set_params_should_fail_when_the_origin_may_not() {
	run(|| {
		assert_noop!(Payments::set_params(by(1), params()), DispatchError::BadOrigin);
		assert_ok!(Payments::set_params(RuntimeOrigin::root(), params()));
	});
}

#[test]
#[should_panic(expected = "the payment parameters of this genesis are invalid: SharesTooHigh")]
fn genesis_should_be_refused_when_its_shares_exceed_half() {
	use sp_runtime::BuildStorage;
	let params = Params { burn_share: Perbill::from_percent(60), ..params() };
	let config = RuntimeGenesisConfig { payments: crate::GenesisConfig { params }, ..Default::default() };
	config.build_storage().unwrap();
}

#[test]
fn the_parameters_should_be_stored_at_genesis() {
	chain().execute_with(|| assert_eq!(Parameters::<Test>::try_get(), Ok(params())));
}

#[test]
fn the_defaults_should_be_those_of_the_documentation() {
	let shares = [50_000_000, 25_000_000, 25_000_000].map(Perbill::from_parts);
	let Params { burn_share, anchors_share, nodes_share, min_volume } = crate::params::defaults::<u128>();
	assert_eq!(([burn_share, anchors_share, nodes_share], min_volume), (shares, 10_000_000_000_000));
}

#[test]
fn set_params_should_fail_when_the_minimum_volume_is_below_the_existential_deposit() {
	run(|| {
		let with = |min_volume| Payments::set_params(by(ADMIN), Params { min_volume, ..params() });
		for volume in [0, ED - 1] {
			assert_noop!(with(volume), Error::<Test>::MinVolumeTooLow);
		}
		assert_ok!(with(ED));
	});
}
