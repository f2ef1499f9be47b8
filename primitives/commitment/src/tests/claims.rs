use super::altered;
use crate::{Claim, ClaimProof, ClaimTree};
use sp_core::H256;

const READINGS: [u8; 8] = [60, 55, 255, 255, 0, 255, 255, 255];

fn claim(page: u32) -> Claim<'static> {
	Claim {
		genesis: H256::repeat_byte(1),
		observer: [2; 32],
		window: 3,
		page,
		salt: H256::repeat_byte(4),
		readings: &READINGS,
	}
}

fn tree(pages: u32) -> ClaimTree {
	ClaimTree::new((0..pages).map(|page| claim(page).leaf()).collect()).unwrap()
}

#[test]
fn every_claim_should_be_proved_and_no_other() {
	for pages in (1..=20).chain([31, 32, 33]) {
		let tree = tree(pages);
		for page in 0..pages {
			let proof = tree.prove(page).unwrap();
			for other in 0..pages {
				assert_eq!(proof.verify(tree.root(), pages, &claim(other)), other == page);
			}
			// A tree has as many pages as the roster, and no more.
			assert!(!proof.verify(tree.root(), page, &claim(page)));
		}
		assert_eq!(tree.prove(pages), None);
	}
}

#[test]
fn a_claim_should_be_bound_to_all_that_it_says() {
	let (tree, right) = (tree(3), claim(1));
	let proof = tree.prove(1).unwrap();
	let others = [
		Claim { genesis: H256::zero(), ..right },
		Claim { observer: [3; 32], ..right },
		Claim { window: 4, ..right },
		Claim { salt: H256::zero(), ..right },
		Claim { readings: &READINGS[..4], ..right },
		Claim { readings: &[], ..right },
	];
	assert!(others.iter().all(|other| other.leaf() != right.leaf() && !proof.verify(tree.root(), 3, other)));
}

#[test]
fn altered_proofs_should_be_refused() {
	let tree = tree(7);
	for page in 0..7 {
		let proof = tree.prove(page).unwrap();
		assert!(altered(&proof).all(|other| other == proof || !other.verify(tree.root(), 7, &claim(page))));
	}
}

#[test]
fn a_proof_of_any_depth_should_lead_to_its_root() {
	for depth in 0..=31 {
		let proof = ClaimProof::of_depth(depth);
		let root = proof.root_from_first(&claim(0));
		assert!(proof.verify(root, 1 << depth, &claim(0)), "{depth}");
		assert!(!proof.verify(root, 1 << depth, &claim(1)));
	}
}
