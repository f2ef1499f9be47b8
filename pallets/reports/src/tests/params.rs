use crate::{Error, Event, Fault, Params, mock::*};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, Perbill};

#[test]
fn set_params_should_apply_to_what_is_filed_from_now_on() {
	run(|| {
		run_to(30);
		let before = file(1, Fault::NoData, 30);
		let params = Params {
			deposit: UNIT,
			quorum: Perbill::from_percent(100),
			majority: Perbill::from_percent(80),
			demand_fee: 1,
			false_verdict: Perbill::from_percent(2),
		};
		events();
		assert_ok!(Reports::set_params(by(who(251)), params));
		assert_eq!(events(), [Event::ParametersSet { params }]);
		let after = file(2, Fault::Invalid, 29);
		let of = |id| {
			let report = Reports::report_by_id(id).unwrap();
			(report.deposit, report.tally.quorum, report.tally.majority, report.false_verdict)
		};
		assert_eq!(of(before), (DEPOSIT, 4, 4, Perbill::from_percent(1)));
		assert_eq!(of(after), (UNIT, 6, 5, Perbill::from_percent(2)));
		assert_eq!(Reports::fee_of_demand(node()), 1);
	});
}

#[test]
fn set_params_should_fail_when_they_make_no_sense() {
	run(|| {
		for (changed, error) in [
			(Params { quorum: Perbill::from_parts(499_999_999), ..params() }, Error::<Test>::QuorumTooLow),
			(Params { majority: Perbill::from_parts(499_999_999), ..params() }, Error::<Test>::BadMajority),
			(Params { majority: Perbill::one(), ..params() }, Error::<Test>::BadMajority),
			(Params { demand_fee: 0, ..params() }, Error::<Test>::NoFee),
			(
				Params { false_verdict: Perbill::from_parts(100_000_001), ..params() },
				Error::<Test>::FalseVerdictTooHigh,
			),
		] {
			assert_noop!(Reports::set_params(RuntimeOrigin::root(), changed), error);
		}
		let edge = Params { quorum: Perbill::from_percent(50), majority: Perbill::from_parts(999_999_999), ..params() };
		assert_ok!(Reports::set_params(RuntimeOrigin::root(), edge));
	});
}

#[test]
fn set_params_should_fail_when_another_origin_calls() {
	run(|| {
		for origin in [by(who(1)), by(node()), RuntimeOrigin::none()] {
			assert_noop!(Reports::set_params(origin, params()), DispatchError::BadOrigin);
		}
	});
}
