use crate::{Error, Event, LastIssueProof, mock::*};
use frame_support::{assert_noop, assert_ok};
use smartlayer_commitment::{Bitmap, Operation, OperationProof, commit_operations, prove_operation};
use smartlayer_primitives::{Action, Role};
use sp_core::{H256, Pair};
use sp_runtime::MultiSignature;

const NODE: u8 = 20;

/// An account whose key signs: users have one.
fn user() -> sp_core::sr25519::Pair {
	pair(150)
}

fn operations(node: u8) -> Vec<Operation> {
	(0..10)
		.map(|sequence| Operation {
			class: H256::repeat_byte(1),
			instance: H256::repeat_byte(2),
			sequence,
			user: user().public().0,
			node: [node; 32],
			payload: H256::repeat_byte(3),
		})
		.collect()
}

/// Writes the snapshot of the interval that is, with these operations.
fn commit(operations: &[Operation]) -> u32 {
	let order = order();
	let mut snapshot = snapshot();
	snapshot.operations = commit_operations(operations.iter()).unwrap();
	assert_ok!(Anchors::submit_snapshot(by(order[0]), snapshot, signed(order[0], &snapshot, &order)));
	snapshot.interval
}

fn signature(operation: &Operation) -> MultiSignature {
	user().sign(&Anchors::issue_proof_payload(operation)).into()
}

fn a_service_node() {
	bond(NODE, Role::ServiceNode);
}

#[test]
fn submit_issue_proof_should_record_once_an_interval() {
	run(|| {
		a_service_node();
		let operations = operations(NODE);
		run_to(INTERVAL);
		let interval = commit(&operations);
		events();
		let submit = |interval, index: u32| {
			let operation = operations[index as usize];
			let proof = prove_operation(&operations, index).unwrap();
			Anchors::submit_issue_proof(by(NODE), interval, Box::new(operation), proof, signature(&operation))
		};
		Recorded::take();
		assert_ok!(submit(interval, 3));
		assert_eq!(Recorded::take(), [(who(NODE), Action::SubmitIssueProof)]);
		let operation = operations[3].leaf();
		assert_eq!(events(), [Event::IssueProved { node: who(NODE), interval, operation }]);
		assert_noop!(submit(interval, 4), Error::<Test>::AlreadyProved);

		run_to(2 * INTERVAL);
		let next = commit(&operations);
		assert_ok!(submit(next, 4));
		assert_noop!(submit(interval, 5), Error::<Test>::AlreadyProved);
		assert_eq!(LastIssueProof::<Test>::get(who(NODE)), Some(next));
	});
}

#[test]
fn a_wallets_wrapped_signature_should_count() {
	run(|| {
		a_service_node();
		let operations = operations(NODE);
		run_to(INTERVAL);
		let interval = commit(&operations);
		let payload = Anchors::issue_proof_payload(&operations[0]);
		let wrapped = [b"<Bytes>".as_slice(), &payload, b"</Bytes>"].concat();
		let proof = prove_operation(&operations, 0).unwrap();
		let signature: MultiSignature = user().sign(&wrapped).into();
		assert_ok!(Anchors::submit_issue_proof(by(NODE), interval, Box::new(operations[0]), proof, signature));
	});
}

#[test]
fn submit_issue_proof_should_fail_when_something_is_wrong() {
	run(|| {
		let operations = operations(NODE);
		run_to(INTERVAL);
		let interval = commit(&operations);
		let operation = operations[0];
		let proof = prove_operation(&operations, 0).unwrap();
		let submit = |by_whom, interval, operation: Operation, proof: &OperationProof, signature| {
			Anchors::submit_issue_proof(by(by_whom), interval, Box::new(operation), proof.clone(), signature)
		};
		let good = signature(&operation);
		assert_noop!(submit(NODE, interval, operation, &proof, good.clone()), Error::<Test>::NotServiceNode);
		a_service_node();
		bond(21, Role::ServiceNode);
		assert_noop!(submit(21, interval, operation, &proof, good.clone()), Error::<Test>::AnotherNode);
		assert_noop!(submit(NODE, interval + 1, operation, &proof, good.clone()), Error::<Test>::NoSnapshot);
		let other = Operation { sequence: 99, ..operation };
		assert_noop!(submit(NODE, interval, other, &proof, signature(&other)), Error::<Test>::BadProof);
		let bad = signature(&operations[1]);
		assert_noop!(submit(NODE, interval, operation, &proof, bad), Error::<Test>::BadUserSignature);
		assert_ok!(submit(NODE, interval, operation, &proof, good));
	});
}

#[test]
fn operations_and_bits_should_be_proved_against_a_stored_snapshot() {
	run(|| {
		let operations = operations(NODE);
		let mut bitmap = Bitmap::default();
		bitmap.set(H256::repeat_byte(9), 5_000, true);
		run_to(INTERVAL);
		let order = order();
		let mut snapshot = snapshot();
		snapshot.operations = commit_operations(operations.iter()).unwrap();
		snapshot.bitmap = bitmap.commit().unwrap();
		assert_ok!(Anchors::submit_snapshot(by(order[0]), snapshot, signed(order[0], &snapshot, &order)));

		let proof = prove_operation(&operations, 7).unwrap();
		assert!(Anchors::verify_operation(1, &operations[7], &proof));
		assert!(!Anchors::verify_operation(1, &operations[6], &proof));
		assert!(!Anchors::verify_operation(2, &operations[7], &proof));
		for (class, bit, set) in [(9, 5_000, true), (9, 5_001, false), (9, 1, false), (8, 5_000, false)] {
			let class = H256::repeat_byte(class);
			let proof = bitmap.prove(class, bit).unwrap();
			assert_eq!(Anchors::verify_bit(1, class, bit, &proof), Some(set));
		}
	});
}

#[test]
fn the_last_proof_should_be_forgotten_with_the_bond_once_nothing_can_be_proved_twice() {
	use smartlayer_primitives::{OnBondLost, Role};
	run(|| {
		LastIssueProof::<Test>::insert(who(9), 3);
		crate::Snapshots::<Test>::insert(3, smartlayer_commitment::Snapshot::default());
		// Its bond ends, and it could bond again, and prove the same service once more.
		Anchors::on_bond_ended(Role::ServiceNode, &who(9));
		assert_eq!(LastIssueProof::<Test>::get(who(9)), Some(3));
		crate::Snapshots::<Test>::remove(3);
		Anchors::on_bond_lost(Role::ServiceNode, &who(9));
		assert_eq!(LastIssueProof::<Test>::get(who(9)), Some(3));
		Anchors::on_bond_ended(Role::ServiceNode, &who(9));
		assert_eq!(LastIssueProof::<Test>::get(who(9)), None);
	});
}
