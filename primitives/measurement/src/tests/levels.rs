use crate::{Level, Reading, SAMPLES};
use proptest::prelude::*;

#[test]
fn quantities_should_be_exact_below_sixteen() {
	for quantity in 0..16 {
		assert_eq!(Level::of(quantity).least(), quantity);
	}
}

#[test]
fn levels_should_be_known_steps() {
	for (quantity, byte) in
		[(0, 0), (8, 8), (15, 15), (16, 16), (17, 16), (18, 17), (250, 47), (500, 55), (u32::MAX, 239)]
	{
		assert_eq!(Level::of(quantity).byte(), byte, "{quantity}");
	}
	assert_eq!(Level::of(u32::MAX), Level::MAX);
}

#[test]
fn every_level_should_be_that_of_its_least_quantity() {
	for byte in 0..=u8::MAX {
		match Level::parse(byte) {
			Some(level) => assert_eq!(Level::of(level.least()), level),
			None => assert!(byte > Level::MAX.byte()),
		}
	}
}

proptest! {
	#[test]
	fn a_level_should_hold_what_lies_between_it_and_the_next(quantity: u32) {
		let level = Level::of(quantity);
		prop_assert!(level.least() <= quantity);
		if let Some(next) = Level::parse(level.byte() + 1) {
			prop_assert!(quantity < next.least());
			// At most an eighth more.
			prop_assert!(next.least() - level.least() <= (level.least() / 8).max(1));
		}
	}

	#[test]
	fn readings_should_survive_their_encoding(bytes: [u8; 4]) {
		let reading = Reading::parse(bytes);
		prop_assert_eq!(Reading::parse(reading.bytes()), reading);
		for (byte, encoded) in bytes.into_iter().zip(reading.bytes()) {
			prop_assert!(encoded == byte || encoded == u8::MAX);
		}
		prop_assert_eq!(reading.good, (bytes[0] <= SAMPLES).then_some(bytes[0]));
	}
}
