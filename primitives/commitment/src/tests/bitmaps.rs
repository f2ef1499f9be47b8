use super::altered;
use crate::{BITS_IN_CHUNK, BitProof, Bitmap, Commitment};
use proptest::prelude::*;
use sp_core::H256;

fn class(number: u8) -> H256 {
	H256::repeat_byte(number)
}

fn bitmap(bits: &[(u8, u64)]) -> Bitmap {
	let mut bitmap = Bitmap::default();
	for (number, bit) in bits {
		bitmap.set(class(*number), *bit, true);
	}
	bitmap
}

#[test]
fn an_empty_bitmap_should_prove_that_nothing_is_set() {
	let empty = Bitmap::default();
	let commitment = empty.commit().unwrap();
	assert_eq!(commitment, Commitment::default());
	let proof = empty.prove(class(1), 77).unwrap();
	assert_eq!(proof, BitProof::Absent { before: None, after: None });
	assert_eq!(proof.verify(&commitment, class(1), 77), Some(false));
	// That is no proof where there are chunks.
	let commitment = bitmap(&[(1, 5)]).commit().unwrap();
	assert_eq!(proof.verify(&commitment, class(1), 5), None);
}

#[test]
fn a_chunk_without_a_bit_set_should_be_left_out() {
	let mut one = bitmap(&[(1, 5), (2, 7)]);
	one.set(class(2), 7, false);
	assert_eq!(one.commit(), bitmap(&[(1, 5)]).commit());
}

#[test]
fn neighbours_that_are_none_should_prove_nothing() {
	let bitmap = bitmap(&[(1, 0), (1, BITS_IN_CHUNK), (1, 3 * BITS_IN_CHUNK), (2, 0)]);
	let commitment = bitmap.commit().unwrap();
	let bit = 2 * BITS_IN_CHUNK;
	let proof = bitmap.prove(class(1), bit).unwrap();
	assert_eq!(proof.verify(&commitment, class(1), bit), Some(false));
	let BitProof::Absent { before, after } = proof else { panic!("the chunk is not there") };
	let verify = |before, after, class, bit| BitProof::Absent { before, after }.verify(&commitment, class, bit);
	// One of them missing, both swapped, or another bit between them.
	assert_eq!(verify(None, after.clone(), class(1), bit), None);
	assert_eq!(verify(before.clone(), None, class(1), bit), None);
	assert_eq!(verify(after.clone(), before.clone(), class(1), bit), None);
	assert_eq!(verify(before.clone(), after.clone(), class(1), BITS_IN_CHUNK), None);
	assert_eq!(verify(before.clone(), after.clone(), class(2), 0), None);
	// Neighbours that are not next to each other.
	let far = match bitmap.prove(class(9), 0).unwrap() {
		BitProof::Absent { before, .. } => before,
		BitProof::Present { .. } => panic!("the chunk is not there"),
	};
	assert_eq!(verify(before, far, class(1), bit), None);
}

#[test]
fn a_proof_altered_in_any_byte_should_fail() {
	let bitmap = bitmap(&[(1, 0), (1, 3_000), (2, 9), (3, 100_000), (7, 1)]);
	let commitment = bitmap.commit().unwrap();
	for (number, bit) in [(1, 0), (1, 3_000), (7, 1), (0, 0), (2, 5_000), (9, 9)] {
		let proof = bitmap.prove(class(number), bit).unwrap();
		assert!(proof.verify(&commitment, class(number), bit).is_some());
		for other in altered(&proof) {
			assert_eq!(other.verify(&commitment, class(number), bit), None, "{other:?}");
		}
	}
}

proptest! {
	#[test]
	fn any_bitmap_should_prove_each_bit_as_it_is(
		bits in proptest::collection::vec((0u8..4, 0u64..20_000), 0..60),
		questions in proptest::collection::vec((0u8..5, 0u64..22_000), 1..20),
		cleared in 0usize..60,
	) {
		let mut bitmap = bitmap(&bits);
		for (number, bit) in bits.iter().take(cleared) {
			bitmap.set(class(*number), *bit, false);
		}
		let commitment = bitmap.commit().unwrap();
		for (number, bit) in questions.iter().chain(&bits) {
			let expected = bits.iter().skip(cleared).any(|set| set == &(*number, *bit))
				&& !bits.iter().take(cleared).any(|set| set == &(*number, *bit));
			prop_assert_eq!(bitmap.get(class(*number), *bit), expected);
			let proof = bitmap.prove(class(*number), *bit).unwrap();
			prop_assert_eq!(proof.verify(&commitment, class(*number), *bit), Some(expected));
		}
	}
}
