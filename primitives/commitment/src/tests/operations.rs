use super::altered;
use crate::{
	Commitment, OPERATION_BYTES, Operation, OperationProof, OperationTree, commit_operations, prove_operation, tree,
};
use codec::Encode;
use proptest::prelude::*;
use sp_core::H256;
use sp_runtime::traits::Keccak256;

fn operation(seed: u64) -> Operation {
	Operation {
		class: H256::from_low_u64_be(seed % 7),
		instance: H256::from_low_u64_be(seed % 101),
		sequence: seed,
		user: [1; 32],
		node: [2; 32],
		payload: H256::from_low_u64_be(seed),
	}
}

fn operations(count: u64) -> Vec<Operation> {
	(0..count).map(operation).collect()
}

#[test]
fn every_operation_should_be_proved_and_no_other() {
	for count in (1..=40).chain([63, 64, 65, 127, 128, 129]) {
		let operations = operations(count);
		let commitment = commit_operations(operations.iter()).unwrap();
		assert_eq!(u64::from(commitment.count), count);
		for index in 0..count {
			let proof = prove_operation(&operations, index as u32).unwrap();
			for (other, operation) in operations.iter().enumerate() {
				assert_eq!(
					proof.verify(&commitment, operation),
					other as u64 == index,
					"{other} of {count} by {index}"
				);
			}
			assert!(!proof.verify(&commitment, &operation(1_000 + index)));
		}
		assert_eq!(prove_operation(&operations, count as u32), None);
	}
}

#[test]
fn nothing_should_be_part_of_nothing() {
	let none = commit_operations([].iter()).unwrap();
	assert_eq!(none, Commitment::default());
	let proof = OperationProof { index: 0, siblings: Default::default() };
	assert!(!proof.verify(&none, &operation(0)));
}

#[test]
fn an_inner_node_should_not_pass_as_a_leaf() {
	// The preimage of an inner node has 64 bytes and is hashed once; a leaf's is hashed twice. Whoever presents a
	// shorter proof that begins at an inner node is refused for its length alone.
	let operations = operations(8);
	let commitment = commit_operations(operations.iter()).unwrap();
	let leaves: Vec<_> = operations.iter().map(Operation::leaf).collect();
	let inner = tree::node(leaves[0], leaves[1]);
	let full = prove_operation(&operations, 0).unwrap();
	let shorter = full.siblings[1..].to_vec().try_into().unwrap();
	assert!(!tree::verify(&commitment, 0, inner, &shorter));
	assert!(!tree::verify(&commitment, 0, commitment.root, &Default::default()));
	// A longer one, too.
	let mut longer = full.siblings.clone();
	longer.try_push(H256::zero()).unwrap();
	assert!(!tree::verify(&commitment, 0, leaves[0], &longer));
}

#[test]
fn a_proof_altered_in_any_byte_should_fail() {
	for count in [1, 2, 3, 5, 8, 13, 64, 100] {
		let operations = operations(count);
		let commitment = commit_operations(operations.iter()).unwrap();
		for index in [0, count / 2, count - 1] {
			let proof = prove_operation(&operations, index as u32).unwrap();
			let operation = &operations[index as usize];
			assert!(proof.verify(&commitment, operation));
			for other in altered(&proof) {
				assert!(!other.verify(&commitment, operation), "{other:?} of {count}");
			}
		}
	}
}

#[test]
fn an_operation_altered_in_any_byte_should_not_be_proved() {
	let operations = operations(9);
	let commitment = commit_operations(operations.iter()).unwrap();
	let proof = prove_operation(&operations, 4).unwrap();
	for other in altered(&operations[4]) {
		assert!(!proof.verify(&commitment, &other));
	}
}

#[test]
fn a_tree_should_prove_what_the_library_proves() {
	for count in (0..=40).chain([63, 64, 65, 8_191, 8_192, 8_193, 20_001]) {
		let leaves: Vec<_> = (0..count).map(|seed| operation(seed).leaf()).collect();
		let tree = OperationTree::new(&operations(count)).unwrap();
		assert_eq!(tree.commitment(), tree::commit(leaves.iter().copied()).unwrap(), "{count}");
		assert_eq!(OperationTree::from_leaves(leaves.clone()).as_ref(), Some(&tree));
		for index in (0..count).step_by(997) {
			let expected = binary_merkle_tree::merkle_proof_raw::<Keccak256, _>(leaves.clone(), index as u32).proof;
			assert_eq!(tree.prove(index as u32).unwrap().siblings.to_vec(), expected, "{index} of {count}");
		}
		assert_eq!(tree.prove(count as u32), None);
	}
}

#[test]
fn a_million_operations_should_have_a_payload_and_proofs_of_constant_size() {
	let tree = OperationTree::new(&operations(1_000_000)).unwrap();
	let commitment = tree.commitment();
	assert_eq!(commitment.encode().len(), 36);
	for index in [0, 1, 499_999, 999_999] {
		let proof = tree.prove(index).unwrap();
		let operation = operation(u64::from(index));
		assert!(proof.verify(&commitment, &operation));
		assert!(proof.encoded_size() + operation.encoded_size() <= 1_024);
	}
}

#[test]
fn an_operation_should_be_laid_out_as_documented() {
	let operation = Operation {
		class: H256::repeat_byte(1),
		instance: H256::repeat_byte(2),
		sequence: 0x0304,
		user: [5; 32],
		node: [6; 32],
		payload: H256::repeat_byte(7),
	};
	let bytes = operation.bytes();
	assert_eq!(bytes.len(), OPERATION_BYTES);
	assert_eq!(bytes[..32], [1; 32]);
	assert_eq!(bytes[32..64], [2; 32]);
	assert_eq!(bytes[64..72], [0, 0, 0, 0, 0, 0, 3, 4]);
	assert_eq!(bytes[72..104], [5; 32]);
	assert_eq!(bytes[104..136], [6; 32]);
	assert_eq!(bytes[136..], [7; 32]);
}

proptest! {
	#[test]
	fn any_set_should_prove_its_members_and_refuse_others(
		seeds in proptest::collection::btree_set(any::<u64>(), 1..200),
		pick in any::<proptest::sample::Index>(),
		stranger in any::<u64>(),
	) {
		let operations: Vec<_> = seeds.iter().map(|seed| operation(*seed)).collect();
		let commitment = commit_operations(operations.iter()).unwrap();
		let index = pick.index(operations.len());
		let proof = prove_operation(&operations, index as u32).unwrap();
		prop_assert!(proof.verify(&commitment, &operations[index]));
		prop_assert_eq!(proof.verify(&commitment, &operation(stranger)), stranger == operations[index].sequence);
		let elsewhere = OperationProof { index: proof.index ^ 1, ..proof.clone() };
		prop_assert!(!elsewhere.verify(&commitment, &operations[index]));
	}
}
