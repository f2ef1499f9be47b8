//! What the session is told: the right set, with the right keys, whenever either changes, and never none.

use crate::{ActiveSeats, mock::*};
use frame_support::assert_ok;
use pallet_session::SessionManager;

#[test]
fn an_elected_seat_should_author_a_session_after_it_was_planned() {
	run(|| {
		candidate(5);
		assert_ok!(vote(20, &[5, 2, 3, 4], 10 * UNIT));
		pass_terms(2);
		assert_eq!(seats(), [2, 3, 4, 5]);
		// Planned, not active yet.
		assert!(!Session::validators().contains(&who(5)));
		pass(SESSION);
		let mut active: Vec<_> = Session::validators().iter().map(index_of).collect();
		active.sort_unstable();
		assert_eq!(active, [2, 3, 4, 5]);
		assert!(ActiveSeats::<Test>::get().iter().any(|seat| seat.key == key(5)));
	});
}

#[test]
fn new_session_should_answer_only_when_something_has_changed() {
	run(|| {
		pass(SESSION);
		assert_eq!(Anchors::new_session(100), None);
		set_keys(3, 99);
		assert!(Anchors::new_session(101).is_some());
	});
}

#[test]
fn new_keys_should_be_announced_and_active_two_sessions_later() {
	run(|| {
		set_keys(3, 99);
		pass(2 * SESSION);
		let seats = ActiveSeats::<Test>::get();
		assert!(seats.iter().any(|seat| seat.who == who(3) && seat.key == key(99)));
	});
}

#[test]
fn an_allowance_should_follow_the_active_keys() {
	run(|| {
		let allowed = || {
			let mut allowed = Allowed::get();
			allowed.sort();
			allowed
		};
		let keys = |seeds: &[u8]| {
			let mut keys: Vec<_> = seeds.iter().map(|seed| key(*seed)).collect();
			keys.sort();
			keys
		};
		assert_eq!(allowed(), keys(&[1, 2, 3, 4]));
		set_keys(3, 99);
		pass(2 * SESSION);
		assert_eq!(allowed(), keys(&[1, 2, 4, 99]));
		assert_ok!(Anchors::resign(by(1)));
		pass(2 * SESSION);
		assert_eq!(allowed(), keys(&[2, 4, 99]));
	});
}

#[test]
fn an_empty_set_should_never_be_announced() {
	run(|| {
		for index in 1..=4 {
			pallet_session::NextKeys::<Test>::remove(who(index));
		}
		for session in 50..60 {
			assert_eq!(Anchors::new_session(session), None);
		}
		// Nobody's seat is lost by that.
		assert_eq!(seats(), [1, 2, 3, 4]);
	});
}

#[test]
#[should_panic(expected = "can't sit at genesis")]
fn a_genesis_should_be_refused_when_a_seat_has_not_bonded() {
	use sp_runtime::BuildStorage;
	Bonded::take();
	let anchors = crate::GenesisConfig { seats: vec![who(1)], params: params() };
	drop(RuntimeGenesisConfig { anchors, ..Default::default() }.build_storage());
}

#[test]
#[should_panic(expected = "can't sit at genesis")]
fn a_genesis_should_be_refused_when_somebody_sits_twice() {
	use sp_runtime::BuildStorage;
	bond(1, smartlayer_primitives::Role::Anchor);
	Rewarded::take();
	let balances = pallet_balances::GenesisConfig { balances: vec![(who(1), FUNDS)], ..Default::default() };
	let anchors = crate::GenesisConfig { seats: vec![who(1), who(1)], params: params() };
	drop(RuntimeGenesisConfig { anchors, balances, ..Default::default() }.build_storage());
}

#[test]
#[should_panic(expected = "make no sense")]
fn a_genesis_should_be_refused_when_its_parameters_make_no_sense() {
	use sp_runtime::BuildStorage;
	let anchors = crate::GenesisConfig { seats: vec![], params: crate::Params { floor: 9, ..params() } };
	drop(RuntimeGenesisConfig { anchors, ..Default::default() }.build_storage());
}
