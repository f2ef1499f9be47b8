use crate::{Error, Event, Params, mock::*};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn set_params_should_take_what_makes_sense() {
	run(|| {
		let params = Params { desired_seats: 10, ..params() };
		assert_noop!(Anchors::set_params(by(1), params), DispatchError::BadOrigin);
		assert_ok!(Anchors::set_params(by_admin(), params));
		assert_eq!(events(), [Event::ParametersSet { params }]);
	});
}

#[test]
fn set_params_should_fail_when_a_value_makes_no_sense() {
	run(|| {
		let set = |params| Anchors::set_params(RuntimeOrigin::root(), params);
		assert_noop!(set(Params { floor: 0, ..params() }), Error::<Test>::FloorZero);
		assert_noop!(set(Params { floor: 5, ..params() }), Error::<Test>::FloorAboveSeats);
		assert_noop!(set(Params { desired_seats: 13, ..params() }), Error::<Test>::TooManySeats);
		// The eleventh would have its turn when the interval is over.
		assert_noop!(set(Params { desired_seats: 11, ..params() }), Error::<Test>::IntervalTooShort);
		assert_noop!(set(Params { min_vote: 0, ..params() }), Error::<Test>::MinVoteZero);
	});
}
