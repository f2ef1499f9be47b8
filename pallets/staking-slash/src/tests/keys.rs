use crate::{Error, ServiceKeys, mock::*};
use frame_support::{assert_noop, assert_ok};
use smartlayer_primitives::Role;

const A: [u8; 4] = [1; 4];
const B: [u8; 4] = [2; 4];

#[test]
fn set_service_key_should_keep_the_old_key_for_the_report_window() {
	run(|| {
		node(1);
		assert_ok!(StakingSlash::set_service_key(by(1), A));
		pass(9);
		assert_ok!(StakingSlash::set_service_key(by(1), B));
		for (key, block, signed) in
			[(A, 1, true), (A, 9, true), (A, 10, false), (B, 9, false), (B, 10, true), (B, 99, true)]
		{
			assert_eq!(StakingSlash::was_service_key(&1, &key, block), signed, "{key:?} in block {block}");
		}
		assert!(!StakingSlash::was_service_key(&2, &A, 5));
		// A replaced key signs nothing any more when the window has passed. The current one does.
		pass(WINDOW - 1);
		assert!(StakingSlash::was_service_key(&1, &A, 5));
		pass(2);
		assert!(!StakingSlash::was_service_key(&1, &A, 5));
		assert!(StakingSlash::was_service_key(&1, &B, 10));
		pass(60 - WINDOW);
		assert_ok!(StakingSlash::set_service_key(by(1), A));
		assert!(!StakingSlash::was_service_key(&1, &A, 5));
		assert!(StakingSlash::was_service_key(&1, &B, 50));
	});
}

#[test]
fn set_service_key_should_replace_the_key_when_it_is_of_the_same_block() {
	run(|| {
		node(1);
		assert_ok!(StakingSlash::set_service_key(by(1), A));
		assert_ok!(StakingSlash::set_service_key(by(1), B));
		assert_eq!(ServiceKeys::<Test>::get(1).len(), 1);
		assert!(StakingSlash::was_service_key(&1, &B, 1));
	});
}

#[test]
fn set_service_key_should_fail_when_too_many_must_stay_known() {
	run(|| {
		node(1);
		for key in 0..4 {
			assert_ok!(StakingSlash::set_service_key(by(1), [key; 4]));
			pass(1);
		}
		assert_noop!(StakingSlash::set_service_key(by(1), [9; 4]), Error::<Test>::TooManyServiceKeys);
		pass(60);
		assert_ok!(StakingSlash::set_service_key(by(1), [9; 4]));
	});
}

#[test]
fn set_service_key_should_fail_when_the_account_is_no_node() {
	run(|| {
		assert_noop!(StakingSlash::set_service_key(by(1), A), Error::<Test>::NotBonded);
		assert_ok!(StakingSlash::bond(by(1), Role::Anchor, 10_000 * UNIT));
		assert_noop!(StakingSlash::set_service_key(by(1), A), Error::<Test>::NotServiceNode);
	});
}
