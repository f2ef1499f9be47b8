//! Elections: as a pure function, and on a chain.

use crate::{
	CurrentDuty, Error, Event, Standing,
	election::{Changes, Outcome, Rules, elect, newcomers, two_thirds},
	mock::*,
};
use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;
use smartlayer_primitives::{OnBondLost, Role};
use sp_runtime::DispatchError;

fn rules(desired: u32, floor: u32) -> Rules {
	let changes = Changes::default();
	Rules { desired, floor, before: desired, supported: u32::MAX, changes, displace: true, last_of_term: false }
}

fn seated(ranked: &[u8], sitting: &[u8], rules: Rules) -> Vec<u8> {
	elect(ranked, sitting, rules).seats
}

#[test]
fn a_third_of_the_seats_should_change_hands_at_most() {
	for (desired, limit) in [(1, 1), (2, 1), (4, 1), (6, 1), (7, 2), (10, 3), (21, 6), (32, 10)] {
		assert_eq!(rules(desired, 1).limit(), limit, "of {desired}");
	}
	assert_eq!(seated(&[5, 6, 7, 8, 1, 2, 3, 4], &[1, 2, 3, 4], rules(4, 3)), [1, 2, 3, 5]);
}

#[test]
fn newcomers_should_stay_below_a_third_of_those_who_sit() {
	// Four founders of seven desired seats: of the two that the limit would allow, one comes.
	assert_eq!(seated(&[8, 9, 1, 2, 3, 4], &[1, 2, 3, 4], rules(7, 3)), [1, 2, 3, 4, 8]);
	// Seven of twenty-one: three, and not six.
	let (ranked, sitting): (Vec<u8>, Vec<u8>) = ((100..120).chain(0..7).collect(), (0..7).collect());
	assert_eq!(seated(&ranked, &sitting, rules(21, 5)).len(), 10);
	// A chain of one can grow.
	assert_eq!(seated(&[9, 8, 1], &[1], rules(4, 1)), [1, 9]);
	// Nobody leaves beside the newcomers who would then be more than a third.
	let spent = Rules { changes: Changes { filled: 2, left: 0 }, displace: false, ..rules(7, 3) };
	let outcome = elect(&[8, 9, 1, 2, 3, 4], &[8, 9, 1, 2, 3, 4, 5], spent);
	assert_eq!((outcome.seats.len(), outcome.holdovers), (6, vec![5]));
}

#[test]
fn nobody_should_take_a_seat_without_a_vote_unless_there_are_too_few() {
	let unsupported = Rules { supported: 0, ..rules(4, 3) };
	assert_eq!(seated(&[9, 1, 2, 3], &[1, 2, 3], unsupported), [1, 2, 3]);
	assert_eq!(seated(&[9, 1, 2, 3], &[1, 2, 3], Rules { supported: 1, ..unsupported }), [1, 2, 3, 9]);
	// Who sits keeps its seat without one, and what is below the floor is filled.
	assert_eq!(seated(&[9, 1, 2, 3], &[1, 2], Rules { before: 3, ..unsupported }), [1, 2, 9]);
}

#[test]
fn the_weakest_should_yield() {
	assert_eq!(seated(&[4, 5, 3, 2, 1], &[1, 2, 3, 4], rules(4, 3)), [2, 3, 4, 5]);
}

#[test]
fn an_empty_ranking_should_leave_holdovers_only() {
	let changes = Changes { filled: 0, left: 1 };
	let outcome = elect(&[], &[1, 2, 3, 4], rules(4, 2));
	assert_eq!(outcome, Outcome { seats: vec![], holdovers: vec![2, 3, 4], changes });
	// The floor is reached: nobody goes.
	let changes = Changes::default();
	assert_eq!(elect(&[], &[1, 2], rules(4, 2)), Outcome { seats: vec![], holdovers: vec![1, 2], changes });
	assert_eq!(elect::<u8>(&[], &[], rules(4, 3)), Outcome { seats: vec![], holdovers: vec![], changes });
}

#[test]
fn fewer_seats_should_be_left_to_the_strongest_within_the_limit() {
	assert_eq!(seated(&[3, 1, 2, 4], &[1, 2, 3, 4], rules(2, 1)), [1, 2, 3]);
	// And the strongest of all still comes in.
	assert_eq!(seated(&[9, 3, 1, 2, 4], &[1, 2, 3, 4], rules(2, 1)), [1, 2, 3, 9]);
}

#[test]
fn runners_up_should_fill_what_is_empty_or_a_holdovers_within_the_limit() {
	let vacancies = |filled, left| Rules { displace: false, changes: Changes { filled, left }, ..rules(4, 3) };
	// The strongest outside displaces nobody in mid-term.
	assert_eq!(seated(&[9, 1, 2, 3, 4], &[1, 2, 3, 4], vacancies(0, 0)), [1, 2, 3, 4]);
	assert_eq!(seated(&[9, 1, 2, 3], &[1, 2, 3], vacancies(0, 0)), [1, 2, 3, 9]);
	assert_eq!(seated(&[9, 1, 2, 3], &[1, 2, 3], vacancies(1, 0)), [1, 2, 3]);
	// Four is no candidate any more.
	assert_eq!(seated(&[9, 1, 2, 3], &[1, 2, 3, 4], vacancies(0, 0)), [1, 2, 3, 9]);
	let outcome = elect(&[9, 1, 2, 3], &[1, 2, 3, 4], vacancies(0, 1));
	assert_eq!((outcome.seats, outcome.holdovers), (vec![1, 2, 3], vec![4]));
}

#[test]
fn what_is_below_the_floor_should_be_filled_whatever_the_limit() {
	let spent = Rules { changes: Changes { filled: 1, left: 1 }, displace: false, ..rules(4, 3) };
	// One of three had no keys: it is no longer among those who sit.
	assert_eq!(seated(&[9, 8, 1, 2], &[1, 2], Rules { before: 3, ..spent }), [1, 2, 9]);
	// But a floor that was raised fills nothing by itself.
	assert_eq!(seated(&[9, 8, 1, 2], &[1, 2], Rules { before: 2, ..spent }), [1, 2]);
}

#[test]
fn two_thirds_should_be_rounded_up() {
	for (seats, quorum) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5), (21, 14), (32, 22)] {
		assert_eq!(two_thirds(seats), quorum, "of {seats}");
	}
}

/// Accounts in a random order, those that sit among them or not, and rules.
fn any_election() -> impl Strategy<Value = (Vec<u8>, Vec<u8>, Rules)> {
	let everybody: Vec<u8> = (0..40).collect();
	(Just(everybody).prop_shuffle(), 0usize..40, 0usize..33, 1u32..33, 0u32..12, any::<bool>()).prop_flat_map(
		|(accounts, stand, sit, desired, spent, displace)| {
			(
				Just(accounts[..stand].to_vec()),
				Just(accounts).prop_shuffle().prop_map(move |accounts| accounts[..sit].to_vec()),
				(1..=desired).prop_map(move |floor| {
					let changes = Changes { filled: spent % 4, left: spent / 4 };
					let supported = spent * 3;
					Rules {
						desired,
						floor,
						before: sit as u32 + spent % 3,
						supported,
						changes,
						displace,
						last_of_term: spent % 5 == 0,
					}
				}),
			)
		},
	)
}

proptest! {
	#[test]
	fn every_election_should_keep_to_its_rules((ranked, sitting, rules) in any_election()) {
		let Outcome { seats, holdovers, changes } = elect(&ranked, &sitting, rules);
		let total = seats.len() + holdovers.len();
		let new = seats.iter().filter(|seat| !sitting.contains(seat)).count() as u32;
		let gone = sitting.iter().filter(|seat| !seats.contains(seat) && !holdovers.contains(seat)).count() as u32;
		prop_assert_eq!(changes, Changes { filled: rules.changes.filled + new, left: rules.changes.left + gone });
		// Nobody twice, everybody stands, holdovers do not.
		let mut all: Vec<_> = seats.iter().chain(&holdovers).collect();
		all.sort_unstable();
		prop_assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
		prop_assert!(seats.iter().all(|seat| ranked.contains(seat)));
		prop_assert!(holdovers.iter().all(|seat| sitting.contains(seat) && !ranked.contains(seat)));
		// Within the limit, whatever happens; only what is below the floor is filled beyond it.
		let limit = rules.limit();
		prop_assert!(changes.left <= limit.max(rules.changes.left));
		prop_assert!(changes.filled <= limit.max(rules.changes.filled) || total <= rules.floor as usize);
		// Newcomers of this term are below a third, unless more came before or the floor wants them.
		prop_assert!(
			changes.filled <= newcomers(total).max(rules.changes.filled) || total <= rules.floor as usize
		);
		// Who has no vote comes only where there would be too few.
		let unsupported = |who: &&u8| ranked.iter().position(|other| other == *who) >= Some(rules.supported as usize);
		let uncalled = seats.iter().filter(|seat| !sitting.contains(seat)).filter(unsupported).count();
		prop_assert!(uncalled == 0 || total <= rules.floor as usize || seats.len() <= rules.floor as usize);
		// There are never more than there should be or were, and never fewer than the floor, if there were so many.
		prop_assert!(total <= sitting.len().max(rules.desired as usize));
		prop_assert!(total >= sitting.len().min(rules.floor as usize));
		if rules.displace && rules.changes == Changes::default() {
			// Whom the most stake approves sits.
			let strongest = ranked.first().filter(|_| rules.supported > 0 && !rules.last_of_term);
			prop_assert!(strongest.is_none_or(|strongest| seats.contains(strongest)));
			// No seat is taken from a stronger one by a weaker one.
			let place = |who: &u8| ranked.iter().position(|other| other == who).unwrap();
			for lost in sitting.iter().filter(|who| ranked.contains(who) && !seats.contains(who)) {
				let taken = seats.iter().filter(|seat| !sitting.contains(seat));
				prop_assert!(taken.clone().all(|new| place(new) < place(lost)));
			}
		}
	}

	/// However a hostile majority mixes elections, removals of others and a lower number of seats.
	#[test]
	fn no_mixture_should_reach_two_thirds_before_the_limit_says(
		size in 4u32..33,
		steps in proptest::collection::vec((any::<bool>(), 0usize..32, 1u32..33), 1..12),
	) {
		let mut seats: Vec<u8> = (0..size as u8).collect();
		let hostile: Vec<u8> = (100..140).collect();
		let mut removed: Vec<u8> = Vec::new();
		let mut changes = Changes::default();
		let mut allowed = 0;
		for (ends_term, remove, desired) in steps {
			// Who governs the seats removes as many honest ones as it likes, and wishes for any number of seats.
			removed.extend(seats.iter().filter(|seat| **seat < 100).take(remove));
			let ranked: Vec<u8> =
				hostile.iter().copied().chain((0..size as u8).filter(|who| !removed.contains(who))).collect();
			let desired = desired.min(size);
			let rules = Rules { before: seats.len() as u32, changes, ..rules(desired, 1.max(desired / 3)) };
			if ends_term {
				changes = Changes::default();
			}
			let outcome = elect(&ranked, &seats, Rules { changes, ..rules });
			changes = outcome.changes;
			allowed += u32::from(ends_term) * (size - 1).div_ceil(3).max(1);
			seats = outcome.seats.into_iter().chain(outcome.holdovers).collect();
			let share = seats.iter().filter(|seat| hostile.contains(seat)).count() as u32;
			prop_assert!(share <= allowed + (size - 1).div_ceil(3).max(1));
			prop_assert!(seats.len() as u32 + allowed + size.div_ceil(3) >= size.min(desired));
		}
	}

	#[test]
	fn a_hostile_majority_should_need_as_many_terms_as_the_limit_says(desired in 1u32..33, floor in 1u32..33) {
		let floor = floor.min(desired);
		let sitting: Vec<u8> = (0..desired as u8).collect();
		let hostile: Vec<u8> = (100..140).collect();
		let ranked: Vec<u8> = hostile.iter().chain(&sitting).copied().collect();
		let mut seats = sitting;
		let mut terms = 0u32;
		while seats.iter().filter(|seat| hostile.contains(seat)).count() < two_thirds(desired as usize) {
			seats = elect(&ranked, &seats, rules(desired, floor)).seats;
			terms += 1;
			// Calling elections in between changes nothing: the limit is the term's.
			let limit = rules(desired, floor).limit();
			let spent = Rules { changes: Changes { filled: limit, left: limit }, ..rules(desired, floor) };
			seats = elect(&ranked, &seats, spent).seats;
		}
		let expected = (two_thirds(desired as usize) as u32).div_ceil(rules(desired, floor).limit());
		prop_assert_eq!(terms, expected);
	}
}

#[test]
fn whom_the_most_stake_approves_should_sit() {
	run(|| {
		for index in 5..=8 {
			candidate(index);
		}
		assert_ok!(vote(20, &[5], 10 * UNIT));
		assert_ok!(vote(21, &[6], 20 * UNIT));
		assert_ok!(vote(22, &[1, 2, 3], 30 * UNIT));
		pass_terms(2);
		assert_eq!(seats(), [1, 2, 3, 6]);
	});
}

#[test]
fn a_minority_should_take_no_seat_from_whom_a_majority_approves() {
	run(|| {
		for index in 5..=8 {
			candidate(index);
		}
		// The majority splits its approval over four; the minority concentrates on one.
		assert_ok!(vote(20, &[1, 2, 3, 4], 51 * UNIT));
		assert_ok!(vote(21, &[5], 49 * UNIT));
		pass_terms(5);
		assert_eq!(seats(), [1, 2, 3, 4]);
	});
}

#[test]
fn of_equals_those_who_sit_should_stay() {
	run(|| {
		candidate(5);
		pass_terms(3);
		assert_eq!(seats(), [1, 2, 3, 4]);
	});
}

#[test]
fn call_election_should_bring_the_next_one_forward_but_not_the_limit() {
	run(|| {
		for index in 5..=7 {
			candidate(index);
		}
		assert_ok!(vote(20, &[5, 6, 7], 10 * UNIT));
		pass_terms(2);
		// One seat has changed hands in this term: no more do, called or not.
		let after = seats();
		assert_eq!(after.iter().filter(|index| **index > 4).count(), 1);
		assert_noop!(Anchors::call_election(by(1)), DispatchError::BadOrigin);
		assert_ok!(Anchors::call_election(by_admin()));
		pass(SESSION);
		assert_eq!(seats(), after);
		pass_terms(1);
		assert_eq!(seats().iter().filter(|index| **index > 4).count(), 2);
	});
}

#[test]
fn call_election_should_count_what_was_held_for_a_whole_term_and_no_more() {
	run(|| {
		// Five stands when the election of the term is over: nothing has changed hands in it.
		assert_ok!(vote(20, &[1], UNIT));
		pass_terms(1);
		candidate(5);
		assert_ok!(vote(21, &[5], 10 * UNIT));
		pass_terms(1);
		// The vote is of the last term: it would count at the end of this one.
		assert_ok!(Anchors::call_election(by_admin()));
		let term = crate::CurrentTerm::<Test>::get();
		pass(SESSION);
		assert_eq!((crate::CurrentTerm::<Test>::get(), seats()), (term, vec![1, 2, 3, 4]));
		pass_terms(1);
		assert!(seats().contains(&5));
	});
}

#[test]
fn call_election_should_seat_the_strongest_where_the_limit_allows() {
	run(|| {
		candidate(5);
		assert_ok!(vote(20, &[5], 10 * UNIT));
		// Nobody could sit when its term ended.
		pallet_session::NextKeys::<Test>::remove(who(5));
		pass_terms(2);
		set_keys(5, 5);
		assert_eq!(seats(), [1, 2, 3, 4]);
		assert_ok!(Anchors::call_election(by_admin()));
		pass(SESSION);
		assert!(seats().contains(&5));
	});
}

#[test]
fn a_seat_without_keys_should_go_to_a_runner_up() {
	run(|| {
		candidate(5);
		assert_ok!(vote(20, &[5], UNIT));
		// Five is not strong enough to displace anybody.
		assert_ok!(vote(21, &[1, 2, 3, 4], 10 * UNIT));
		pass_terms(2);
		assert_eq!(seats(), [1, 2, 3, 4]);
		pallet_session::NextKeys::<Test>::remove(who(1));
		pass(SESSION);
		assert_eq!(seats(), [2, 3, 4, 5]);
		assert!(!Rewarded::get().contains(&who(1)));
	});
}

#[test]
fn seats_should_be_announced() {
	run(|| {
		candidate(5);
		assert_ok!(vote(20, &[5, 2, 3, 4], 10 * UNIT));
		pass_terms(1);
		events();
		pass_terms(1);
		let term = crate::CurrentTerm::<Test>::get();
		let seen = events();
		assert!(seen.contains(&Event::SeatsChanged { seated: vec![who(5)], left: vec![who(1)] }), "{seen:?}");
		assert!(seen.contains(&Event::TermBegan { term, session: term * TERM }), "{seen:?}");
	});
}

#[test]
fn more_desired_seats_should_be_filled_within_the_limit() {
	run(|| {
		for index in 5..=9 {
			candidate(index);
		}
		assert_ok!(vote(20, &[1, 2, 3, 4, 5, 6, 7, 8], UNIT));
		pass_terms(2);
		let mut wider = params();
		wider.desired_seats = 7;
		assert_ok!(Anchors::set_params(by_admin(), wider));
		// One a term while four sit, and two while five do.
		pass(SESSION);
		assert_eq!(seats().len(), 5);
		pass_terms(1);
		assert_eq!(seats().len(), 7);
	});
}

#[test]
fn no_more_should_leave_in_a_term_than_come() {
	chain_of(10, crate::Params { desired_seats: 10, floor: 3, ..params() }).execute_with(|| {
		pass_terms(1);
		// Who admits and removes anchors removes all but three at once.
		for index in 1..=7 {
			assert_ok!(Anchors::remove_anchor(by_admin(), who(index)));
		}
		pass(SESSION);
		// A third has left; the others stay without reward until there are others, or the next term.
		assert_eq!(seats(), [4, 5, 6, 7, 8, 9, 10]);
		assert_eq!(Rewarded::get().len(), 3);
		pass(SESSION);
		assert_eq!(seats().len(), 7);
		pass_terms(1);
		assert_eq!(seats(), [7, 8, 9, 10]);
		Anchors::do_try_state().unwrap();
	});
}

#[test]
fn a_vacancy_that_was_filled_should_not_keep_the_strongest_out_at_the_end_of_the_term() {
	run(|| {
		candidate(5);
		assert_ok!(vote(20, &[5], UNIT));
		assert_ok!(vote(21, &[1, 2, 3, 4], 10 * UNIT));
		pass_terms(2);
		assert_ok!(Anchors::resign(by(1)));
		pass(1);
		let term = crate::CurrentTerm::<Test>::get();
		pass(SESSION);
		assert_eq!(seats(), [2, 3, 4, 5]);
		candidate(6);
		assert_ok!(vote(22, &[6], 20 * UNIT));
		while crate::CurrentTerm::<Test>::get() < term + 2 {
			pass(1);
		}
		assert!(seats().contains(&6), "{:?}", seats());
	});
}

#[test]
fn everybody_losing_its_bond_should_leave_the_floor_of_holdovers_to_author() {
	run(|| {
		for index in 1..=4 {
			unbond(index);
			Anchors::on_bond_lost(Role::Anchor, &who(index));
		}
		pass_terms(3);
		assert_eq!(seats().len(), 3);
		assert!(Anchors::seats().iter().all(|seat| seat.standing == Standing::Holdover));
		assert!(Rewarded::get().is_empty());
		assert_eq!(Session::validators().len(), 3);
		assert_noop!(Anchors::resign(by(seats()[0])), Error::<Test>::NoSeat);
	});
}

#[test]
fn nothing_should_be_planned_while_a_migration_is_under_way() {
	run(|| {
		candidate(5);
		assert_ok!(vote(20, &[5, 2, 3, 4], 10 * UNIT));
		pass_terms(1);
		Migrating::set(true);
		let (term, duty) = (crate::CurrentTerm::<Test>::get(), CurrentDuty::<Test>::get());
		// The vote would count at the end of this term.
		pass(SESSION * u64::from(TERM) + SESSION);
		assert_eq!((crate::CurrentTerm::<Test>::get(), seats()), (term, vec![1, 2, 3, 4]));
		assert_eq!(CurrentDuty::<Test>::get(), duty);
		Migrating::take();
		// The term ends with the first session that is planned again.
		pass(SESSION);
		assert_eq!((crate::CurrentTerm::<Test>::get(), seats()), (term + 1, vec![2, 3, 4, 5]));
	});
}

#[test]
fn a_set_of_which_nobody_has_keys_should_be_replaced_by_who_has() {
	run(|| {
		candidate(5);
		for index in 1..=4 {
			pallet_session::NextKeys::<Test>::remove(who(index));
		}
		pass(SESSION);
		assert_eq!(seats(), [5]);
	});
}

#[test]
fn nothing_should_be_filled_right_before_an_election() {
	// Or the newcomers of two terms would be a third together.
	let vacancy = Rules { displace: false, ..rules(4, 3) };
	assert_eq!(seated(&[9, 1, 2, 3], &[1, 2, 3], vacancy), [1, 2, 3, 9]);
	assert_eq!(seated(&[9, 1, 2, 3], &[1, 2, 3], Rules { last_of_term: true, ..vacancy }), [1, 2, 3]);
	// What is below the floor can't wait.
	let below = Rules { last_of_term: true, before: 3, ..vacancy };
	assert_eq!(seated(&[9, 1, 2], &[1, 2], below), [1, 2, 9]);
}

#[test]
fn who_stands_should_replace_a_holdover_at_the_floor_without_a_vote() {
	let unsupported = Rules { supported: 0, ..rules(4, 3) };
	let outcome = elect(&[9, 1, 2], &[1, 2, 3], unsupported);
	assert_eq!((outcome.seats, outcome.holdovers), (vec![1, 2, 9], vec![]));
	// Above the floor it does not.
	let outcome = elect(&[9, 1, 2, 3], &[1, 2, 3, 4], Rules { changes: Changes { filled: 0, left: 1 }, ..unsupported });
	assert_eq!((outcome.seats, outcome.holdovers), (vec![1, 2, 3], vec![4]));
}
