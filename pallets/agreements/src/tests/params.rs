use crate::{Error, Event, Params, RequireAgreement, mock::*};
use frame_support::{assert_noop, assert_ok, traits::Get};
use sp_runtime::DispatchError::BadOrigin;

#[test]
fn set_params_should_apply_from_now_on() {
	run(|| {
		let changed = Params { test_fee: 7 * UNIT, require_agreement: true, ..params() };
		assert_noop!(Agreements::set_params(by(who(1)), changed), BadOrigin);
		assert!(!RequireAgreement::<Test>::get());
		assert_ok!(Agreements::set_params(by(who(251)), changed));
		assert_eq!(events(), [Event::ParametersSet { params: changed }]);
		assert!(RequireAgreement::<Test>::get());
		agree(node(), offer(0));
		assert_eq!(held(&node()), 7 * UNIT);
		// What is on hold is what was agreed.
		assert_ok!(Agreements::set_params(RuntimeOrigin::root(), params()));
		assert_ok!(Agreements::end(by(node()), 0));
		assert_eq!(held(&node()), 0);
	});
}

#[test]
fn set_params_should_fail_without_a_bond_per_unit() {
	run(|| {
		let changed = Params { bond_per_unit: 0, ..params() };
		assert_noop!(Agreements::set_params(by(who(251)), changed), Error::<Test>::NoBondPerUnit);
	});
}

#[test]
fn fees_of_zero_should_be_possible() {
	run(|| {
		let free = Params { test_fee: 0, measuring_fee: 0, ..params() };
		assert_ok!(Agreements::set_params(by(who(251)), free));
		let id = activate(node(), offer(0));
		assert_eq!(Balances::free_balance(node()), FUNDS);
		assert_ok!(Agreements::end(by(node()), id));
	});
}

#[test]
#[should_panic(expected = "the parameters of agreements of this genesis are invalid: NoBondPerUnit")]
fn a_genesis_with_invalid_parameters_should_panic() {
	use sp_runtime::BuildStorage;
	let agreements = crate::GenesisConfig { params: Params { bond_per_unit: 0, ..params() }, modules: None };
	let _ = RuntimeGenesisConfig { agreements, ..Default::default() }.build_storage();
}
