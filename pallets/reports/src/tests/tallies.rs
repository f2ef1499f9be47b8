use crate::{Tally, Verdict, mock::params, tally::fee};
use proptest::prelude::*;

/// A jury of which the first have voted aye, and the next nay. The first is the reporter.
fn tally(seats: u32, ayes: u32, nays: u32) -> Tally {
	let mut tally = Tally::new(seats, &params(), 0);
	for place in 1..ayes {
		assert!(tally.vote(place, true));
	}
	for place in ayes..ayes + nays {
		assert!(tally.vote(place, false));
	}
	tally
}

#[test]
fn a_verdict_should_need_two_thirds_of_the_votes_and_more_than_half_of_the_seats() {
	use Verdict::{Convicted, Rejected, Undecided};
	for (seats, ayes, nays, verdict) in [
		(1, 1, 0, Convicted),
		(2, 1, 0, Undecided),
		(2, 1, 1, Undecided),
		(2, 2, 0, Convicted),
		(3, 2, 0, Convicted),
		(3, 1, 1, Undecided),
		(3, 1, 2, Rejected),
		(4, 2, 2, Undecided),
		(4, 2, 1, Undecided),
		(4, 3, 0, Convicted),
		(4, 1, 3, Rejected),
		(6, 3, 3, Undecided),
		(6, 4, 0, Convicted),
		(6, 4, 2, Convicted),
		(21, 11, 2, Undecided),
		(21, 11, 3, Convicted),
		(21, 10, 11, Rejected),
		(21, 7, 7, Undecided),
		(32, 17, 4, Undecided),
		(32, 17, 5, Convicted),
		(32, 16, 16, Undecided),
		(32, 1, 31, Rejected),
	] {
		assert_eq!(tally(seats, ayes, nays).verdict(), verdict, "{ayes} and {nays} of {seats}");
	}
}

#[test]
fn a_third_of_the_seats_should_neither_convict_nor_acquit() {
	for seats in 4..=32 {
		let cartel = seats / 3;
		let honest = seats - cartel;
		assert_ne!(tally(seats, cartel, 0).verdict(), Verdict::Convicted);
		assert_ne!(tally(seats, cartel, honest).verdict(), Verdict::Convicted);
		// It votes against all others, or not at all.
		assert_eq!(tally(seats, honest, cartel).verdict(), Verdict::Convicted, "{seats}");
		assert_eq!(tally(seats, honest, 0).verdict(), Verdict::Convicted, "{seats}");
	}
}

#[test]
fn two_thirds_should_be_clear_and_a_bare_majority_not() {
	for seats in 1..=32u32 {
		for ayes in 1..=seats {
			let tally = tally(seats, ayes, seats - ayes);
			assert_eq!(tally.is_clear(true), ayes * 3 >= seats * 2);
			assert_eq!(tally.is_clear(false), (seats - ayes) * 3 >= seats * 2);
		}
	}
}

#[test]
fn the_fee_should_double_with_every_eight_demands_and_saturate() {
	assert_eq!([0, 7, 8, 15, 16, 79, 80].map(|open| fee(5u128, open)), [5, 5, 10, 10, 20, 5 << 9, 5 << 10]);
	assert_eq!(fee(1u128, u32::MAX), u128::MAX);
}

proptest! {
	#[test]
	fn a_verdict_should_be_final(seats in 1u32..=32, votes in proptest::collection::vec((0u32..32, any::<bool>()), 0..64)) {
		let mut tally = Tally::new(seats, &params(), 0);
		let mut reached = tally.verdict();
		for (place, aye) in votes {
			if place < seats {
				let voted = tally.has_voted(place);
				prop_assert_eq!(tally.vote(place, aye), !voted);
				prop_assert!(tally.has_voted(place) && (voted || tally.has_voted_aye(place) == aye));
			}
			let now = tally.verdict();
			prop_assert!(reached == Verdict::Undecided || now == reached);
			reached = now;
		}
	}
}
