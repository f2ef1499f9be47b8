use crate::{Error, Event, LastSnapshot, PastSnapshots, Snapshots, mock::*};
use frame_support::{assert_noop, assert_ok, pallet_prelude::Pays};
use smartlayer_commitment::{HistoryTree, SNAPSHOT_BYTES, Snapshot};
use sp_core::H256;

/// Goes to the first block of the second interval, and answers with its order.
fn begin() -> Vec<u8> {
	run_to(INTERVAL);
	events();
	order()
}

#[test]
fn submit_snapshot_should_store_and_chain_it_free_of_charge() {
	run(|| {
		let order = begin();
		let first = snapshot();
		assert_eq!((first.parent, first.void), (H256::zero(), 1));
		let info = Anchors::submit_snapshot(by(order[0]), first, signed(order[0], &first, &order)).unwrap();
		assert_eq!(info.pays_fee, Pays::No);
		let hash = first.hash();
		assert_eq!(events(), [Event::SnapshotWritten { who: who(order[0]), hash, index: 0, snapshot: first }]);
		assert_eq!(Anchors::snapshot(1), Some(first));

		run_to(2 * INTERVAL);
		assert_eq!(Anchors::expected_parent(), Some((hash, 0)));
		write();
		// Two void ones, and one that counts them.
		run_to(5 * INTERVAL);
		assert_eq!(snapshot().void, 2);
		write();
		assert_eq!(LastSnapshot::<Test>::get().unwrap().0, 5);
		assert_eq!(PastSnapshots::<Test>::get().count, 3);
	});
}

#[test]
fn two_thirds_should_be_enough_and_less_not() {
	run(|| {
		let order = begin();
		let snapshot = snapshot();
		let submit =
			|signers: &[u8]| Anchors::submit_snapshot(by(order[0]), snapshot, signed(order[0], &snapshot, signers));
		assert_noop!(submit(&order[..2]), Error::<Test>::TooFewSignatures);
		// Three of four, the writer's not among them.
		assert_ok!(submit(&order[1..]));
	});
}

#[test]
fn the_last_backup_should_write_with_a_quorum_and_be_charged_for_all_seats() {
	run(|| {
		let order = begin();
		pass(3 * DELAY);
		let snapshot = snapshot();
		let info = Anchors::submit_snapshot(by(order[3]), snapshot, signed(order[3], &snapshot, &order[1..])).unwrap();
		assert_eq!(info.actual_weight, Some(Anchors::submit_weight(4)));
	});
}

#[test]
fn an_operator_should_write_for_its_seat() {
	run(|| {
		let order = begin();
		operate(30, order[0]);
		let snapshot = snapshot();
		assert_ok!(Anchors::submit_snapshot(by(30), snapshot, signed(order[0], &snapshot, &order)));
	});
}

#[test]
fn submit_snapshot_should_fail_when_it_is_not_the_one_to_write() {
	run(|| {
		let order = begin();
		let right = snapshot();
		let submit =
			|snapshot: Snapshot| Anchors::submit_snapshot(by(order[0]), snapshot, signed(order[0], &snapshot, &order));
		assert_noop!(submit(Snapshot { interval: 0, ..right }), Error::<Test>::WrongInterval);
		assert_noop!(submit(Snapshot { interval: 2, ..right }), Error::<Test>::WrongInterval);
		assert_noop!(submit(Snapshot { parent: H256::repeat_byte(1), ..right }), Error::<Test>::WrongParent);
		assert_noop!(submit(Snapshot { void: 0, ..right }), Error::<Test>::WrongVoid);
		assert_ok!(submit(right));
		assert_noop!(submit(right), Error::<Test>::AlreadyWritten);
	});
}

#[test]
fn submit_snapshot_should_fail_when_it_is_not_ones_turn() {
	run(|| {
		let order = begin();
		let snapshot = snapshot();
		let submit = |index| Anchors::submit_snapshot(by(index), snapshot, signed(index, &snapshot, &order));
		assert_noop!(submit(order[1]), Error::<Test>::NotYourTurn);
		assert_noop!(submit(9), Error::<Test>::NotSeated);
		pass(DELAY - 1);
		assert_noop!(submit(order[1]), Error::<Test>::NotYourTurn);
		pass(1);
		assert_ok!(submit(order[1]));
	});
}

#[test]
fn submit_snapshot_should_fail_when_a_signature_is_not_right() {
	run(|| {
		// A former seat, and a key that was replaced.
		candidate(5);
		assert_ok!(vote(20, &[5], UNIT));
		assert_ok!(vote(21, &[1, 2, 3, 4], 10 * UNIT));
		pass_terms(2);
		assert_ok!(Anchors::resign(by(1)));
		set_keys(2, 99);
		run_to(5 * INTERVAL);
		let order = order();
		let snapshot = snapshot();
		let payload = Anchors::payload(&snapshot, &who(order[0]));
		let pair_of = |index: u8| if index == 2 { 99 } else { index };
		let right: Vec<_> = order.iter().map(|index| signature(*index, pair_of(*index), &payload)).collect();
		let submit =
			|signatures: Vec<_>| Anchors::submit_snapshot(by(order[0]), snapshot, signatures.try_into().unwrap());
		let with = |signature| {
			let mut signatures = right[..3].to_vec();
			signatures.push(signature);
			submit(signatures)
		};
		let last = order[3];
		assert_noop!(with(right[0].clone()), Error::<Test>::SignedTwice);
		assert_noop!(with(signature(1, 1, &payload)), Error::<Test>::SignerNotSeated);
		assert_noop!(with(signature(last, 77, &payload)), Error::<Test>::WrongKey);
		let two = right.iter().position(|given| given.seat == who(2)).unwrap();
		let mut old_key = right.clone();
		old_key[two] = signature(2, 2, &payload);
		assert_noop!(submit(old_key), Error::<Test>::WrongKey);
		// For another chain, and for another snapshot.
		let elsewhere = snapshot.payload(H256::repeat_byte(7).as_bytes(), &[order[0]; 32]);
		assert_noop!(with(signature(last, pair_of(last), &elsewhere)), Error::<Test>::BadSignature);
		let other = Anchors::payload(&Snapshot { interval: 9, ..snapshot }, &who(order[0]));
		assert_noop!(with(signature(last, pair_of(last), &other)), Error::<Test>::BadSignature);
		assert_ok!(submit(right.clone()));
	});
}

#[test]
fn submit_snapshot_should_fail_when_the_signatures_are_for_another_writer() {
	run(|| {
		let order = begin();
		let snapshot = snapshot();
		pass(DELAY);
		// A backup that has seen the signatures for the first can't write with them, and have the first charged.
		let taken = signed(order[0], &snapshot, &order);
		let submit = |index| Anchors::submit_snapshot(by(index), snapshot, taken.clone());
		assert_noop!(submit(order[1]), Error::<Test>::BadSignature);
		assert_ok!(submit(order[0]));
	});
}

#[test]
fn submit_snapshot_should_be_an_operational_call() {
	use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
	let call = crate::Call::<Test>::submit_snapshot { snapshot: Default::default(), signatures: Default::default() };
	assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational);
}

#[test]
fn old_snapshots_should_be_forgotten_and_still_be_proved() {
	run(|| {
		let mut written = Vec::new();
		for interval in 1..=12u64 {
			run_to(interval * INTERVAL);
			if interval % 3 != 0 {
				written.push(snapshot());
				write();
			}
			Anchors::do_try_state().unwrap();
		}
		assert!(Snapshots::<Test>::iter().count() <= HISTORY as usize);
		assert_eq!(Anchors::snapshot(1), None);
		let history = Anchors::history();
		let mut tree = HistoryTree::default();
		written.iter().for_each(|snapshot| tree.append(snapshot.leaf()));
		assert_eq!(tree.count(), history.count);
		for (index, snapshot) in written.iter().enumerate() {
			let proof = tree.prove(index as u64).unwrap();
			assert!(Anchors::verify_snapshot(snapshot, &proof));
			assert!(!Anchors::verify_snapshot(&Snapshot { void: 99, ..*snapshot }, &proof));
		}
	});
}

#[test]
fn a_payload_should_have_the_same_size_whatever_is_committed_to() {
	run(|| {
		let few = Anchors::payload(&Snapshot::default(), &who(1));
		let mut many = Snapshot::default();
		many.operations.count = u32::MAX;
		assert_eq!(few.len(), Anchors::payload(&many, &who(1)).len());
		assert_eq!(many.bytes().len(), SNAPSHOT_BYTES);
	});
}
