use crate::{NextSessionId, Parameters, Params, Sessions, SessionsOf, VolumeCursor, Volumes, mock::*};
use frame_support::assert_ok;
use sp_runtime::Perbill;

/// Asserts that breaking the state in this way is seen as a break of this invariant.
fn assert_broken(invariant: u32, corrupt: impl FnOnce(u64)) {
	chain().execute_with(|| {
		let id = open(1, 11, 100 * UNIT);
		assert_ok!(cash_out(id, 1, 30 * UNIT));
		Payments::do_try_state().unwrap();
		corrupt(id);
		let error = format!("{:?}", Payments::do_try_state().unwrap_err());
		assert!(error.contains(&format!("payments invariant {invariant}:")), "{error}");
	});
}

fn session(id: u64, change: impl FnOnce(&mut crate::SessionOf<Test>)) {
	Sessions::<Test>::mutate(id, |session| change(session.as_mut().unwrap()));
}

#[test]
fn try_state_should_fail_when_invariant_1_is_broken() {
	assert_broken(1, |id| session(id, |session| session.held += 1));
	assert_broken(1, |_| {
		Balances::force_set_balance(RuntimeOrigin::root(), Payments::pot(), 70 * UNIT + ED - 1).unwrap();
	});
}

#[test]
fn try_state_should_fail_when_invariant_2_is_broken() {
	assert_broken(2, |id| session(id, |session| session.spent = session.claimed + 1));
	assert_broken(2, |id| session(id, |session| session.credited = session.spent + 1));
}

#[test]
fn try_state_should_fail_when_invariant_3_is_broken() {
	assert_broken(3, |id| SessionsOf::<Test>::remove(1, id));
	assert_broken(3, |id| SessionsOf::<Test>::remove(11, id));
	assert_broken(3, |id| SessionsOf::<Test>::insert(2, id, ()));
}

#[test]
fn try_state_should_fail_when_invariant_4_is_broken() {
	assert_broken(4, NextSessionId::<Test>::put);
}

#[test]
fn try_state_should_fail_when_invariant_5_is_broken() {
	assert_broken(5, |id| session(id, |session| session.opened = 2));
	assert_broken(5, |id| session(id, |session| session.expiry = LONGEST + 2));
	assert_broken(5, |id| session(id, |session| session.expiry = session.opened - 1));
	assert_broken(5, |id| session(id, |session| session.replaced = Some((session.signer, THAW + 2))));
}

#[test]
fn try_state_should_fail_when_invariant_6_is_broken() {
	assert_broken(6, |_| Parameters::<Test>::kill());
	assert_broken(6, |_| Parameters::<Test>::put(Params { burn_share: Perbill::one(), ..params() }));
}

#[test]
fn try_state_should_fail_when_invariant_7_is_broken() {
	assert_broken(7, |_| VolumeCursor::<Test>::put(1));
	assert_broken(7, |_| Volumes::<Test>::insert(1, 11, 5));
	assert_broken(7, |_| Volumes::<Test>::insert(0, 12, 0));
}
