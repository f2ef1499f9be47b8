//! The consent of the seats, for other pallets.

use crate::{ActiveSeats, Error, OnDuty, mock::*};
use frame_support::{BoundedVec, assert_noop, assert_ok, pallet_prelude::DispatchResult};
use smartlayer_primitives::Consent;

const PAYLOAD: &[u8] = b"what is offered";

/// Gives the chain these seats, each with the key of its number.
fn seat(numbers: &[u8]) {
	let seats = numbers.iter().map(|number| OnDuty { who: who(*number), key: key(*number) });
	ActiveSeats::<Test>::put(BoundedVec::truncate_from(seats.collect()));
}

/// The consent of seats, each by its own key.
fn by_seats(numbers: &[u8]) -> DispatchResult {
	let signatures: Vec<_> = numbers.iter().map(|number| signature(*number, *number, PAYLOAD)).collect();
	<Anchors as Consent<_>>::ensure(PAYLOAD, &signatures)
}

#[test]
fn more_than_half_of_the_seats_should_speak_for_the_network() {
	chain().execute_with(|| {
		for (seats, needed) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4)] {
			seat(&(1..=seats).collect::<Vec<_>>());
			assert_ok!(by_seats(&(1..=needed).collect::<Vec<_>>()));
			assert_ok!(by_seats(&(1..=seats).collect::<Vec<_>>()));
			assert_noop!(by_seats(&(1..needed).collect::<Vec<_>>()), Error::<Test>::TooFewSignatures);
		}
		ActiveSeats::<Test>::kill();
		assert_noop!(by_seats(&[]), Error::<Test>::TooFewSignatures);
	});
}

#[test]
fn strangers_other_keys_and_other_payloads_should_not_count() {
	chain().execute_with(|| {
		seat(&[1, 2, 3]);
		assert_noop!(by_seats(&[1, 1]), Error::<Test>::SignedTwice);
		assert_noop!(by_seats(&[1, 4]), Error::<Test>::SignerNotSeated);
		let ensure = |second| <Anchors as Consent<_>>::ensure(PAYLOAD, &[signature(1, 1, PAYLOAD), second]);
		assert_noop!(ensure(signature(2, 3, PAYLOAD)), Error::<Test>::WrongKey);
		assert_noop!(ensure(signature(2, 2, b"something else")), Error::<Test>::BadSignature);
		// One that has lost its seat.
		seat(&[1, 3]);
		assert_noop!(by_seats(&[1, 2]), Error::<Test>::SignerNotSeated);
	});
}
