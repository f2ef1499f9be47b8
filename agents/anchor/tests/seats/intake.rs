use super::*;
use smartlayer_anchor::{
	intake::{IntakeError, MOST_PENDING, Wanted, agreed, is_genuine},
	store::{Backing, Progress, StoreError},
};
use smartlayer_token::Refusal;

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_should_be_certified_by_two_thirds_of_the_seats() {
	let (alice, mut node) = (Seat::new("//Alice"), Node::new("//Eve"));
	let entries = node.issue(1);
	let batch = node.batch(entries);
	let own = alice.intake.take_in(batch.clone()).await.unwrap().unwrap();
	assert!(is_genuine(&own, GENESIS, &duty()));
	// The same batch has the same receipt, whenever it comes.
	assert_eq!(alice.intake.take_in(batch.clone()).await.unwrap().unwrap(), own);
	assert_eq!(alice.intake.certify(node.account(), &duty()).await.unwrap(), None);
	assert_eq!(alice.store.progress(&node.account()).unwrap(), Progress { next: 1, certified: 0, included: 0 });

	alice.store.keep_receipts(vec![receipt("//Bob", &batch)], None).await.unwrap();
	alice.intake.certify(node.account(), &duty()).await.unwrap();
	assert_eq!(alice.store.progress(&node.account()).unwrap().certified, 0);
	// That of somebody without a seat does not count.
	alice.store.keep_receipts(vec![receipt("//Ferdie", &batch)], None).await.unwrap();
	alice.intake.certify(node.account(), &duty()).await.unwrap();
	assert_eq!(alice.store.progress(&node.account()).unwrap().certified, 0);
	alice.store.keep_receipts(vec![receipt("//Charlie", &batch)], None).await.unwrap();
	alice.intake.certify(node.account(), &duty()).await.unwrap();
	assert_eq!(alice.store.progress(&node.account()).unwrap().certified, 1);
	assert_eq!(
		alice.store.state(&class(), &instance(1), &node.account()).unwrap().as_ref(),
		node.states.get(&instance(1))
	);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_next_batch_should_be_refused() {
	let (alice, mut node) = (Seat::new("//Alice"), Node::new("//Eve"));
	let entries = node.issue(1);
	let good = node.batch(entries.clone());
	let late = node.sign(1, entries.clone());
	assert!(matches!(alice.intake.take_in(late).await, Err(IntakeError::NotNext(0))));
	let forged = SignedBatch { key: account("//Ferdie"), ..good.clone() };
	assert!(matches!(alice.intake.take_in(forged).await, Err(IntakeError::BadSignature)));
	let other = Batch::new(H256::zero(), node.account(), 0, entries.clone()).unwrap();
	let signature = node.key.sign(&other.header().bytes());
	let other = SignedBatch { key: node.account(), signature, batch: other };
	assert!(matches!(alice.intake.take_in(other).await, Err(IntakeError::AnotherChain)));
	// Operations that follow on others that are not known, and one that does not follow.
	let gap = node.sign(0, entries[1..].to_vec());
	assert!(matches!(alice.intake.take_in(gap).await, Err(IntakeError::Unknown { sequence: 2, .. })));
	alice.intake.take_in(good).await.unwrap();
	let again = node.sign(1, entries);
	let refused = alice.intake.take_in(again).await;
	assert!(matches!(refused, Err(IntakeError::Refused { sequence: 1, refusal: Refusal::NotNextRecord, .. })));
	assert_eq!(alice.store.counts().unwrap().batches, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_equivocates_should_be_noticed_and_get_one_receipt() {
	let (alice, mut node) = (Seat::new("//Alice"), Node::new("//Eve"));
	let (one, other) = (node.issue(1), node.issue(2));
	let (first, second) = (node.sign(0, one), node.sign(0, other));
	alice.intake.take_in(first.clone()).await.unwrap().unwrap();
	assert!(matches!(alice.intake.take_in(second.clone()).await, Err(IntakeError::Contradiction(0))));
	assert_eq!(alice.store.counts().unwrap().contradictions, 1);

	// The others have the second one: it is taken over, and what followed on the first one is dropped, but nothing is signed again.
	let following = node.mark(1, true);
	let following = node.sign(1, following);
	alice.intake.take_in(following.clone()).await.unwrap().unwrap();
	let receipts = ["//Bob", "//Charlie", "//Dave"].map(|seat| receipt(seat, &second)).to_vec();
	assert_eq!(agreed(&receipts, &duty()), Some(second.batch.header().hash()));
	alice.store.keep_receipts(receipts, None).await.unwrap();
	let wanted = Wanted { node: node.account(), number: 0, hash: second.batch.header().hash() };
	assert_eq!(alice.intake.certify(node.account(), &duty()).await.unwrap(), Some(wanted));
	alice.intake.adopt(second.clone(), Backing::Seats).await.unwrap();
	assert_eq!(alice.intake.certify(node.account(), &duty()).await.unwrap(), None);
	assert_eq!(alice.store.progress(&node.account()).unwrap(), Progress { next: 1, certified: 1, included: 0 });
	assert!(matches!(alice.intake.take_in(following).await, Err(IntakeError::Unknown { .. })));
	assert!(matches!(alice.intake.take_in(first.clone()).await, Err(IntakeError::Contradiction(0))));
	let alice = alice.restart();
	let own = alice.store.receipts(&node.account(), 0).unwrap();
	let own: Vec<_> = own.iter().filter(|signed| signed.receipt.seat == account("//Alice")).collect();
	assert_eq!(own.len(), 1);
	assert_eq!(own[0].receipt.batch, first.batch.header().hash());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_should_be_known_after_a_restart_and_be_bounded() {
	let (mut alice, mut node) = (Seat::new("//Alice"), Node::new("//Eve"));
	for number in 0..MOST_PENDING as u64 {
		let entries = node.issue(number);
		let batch = node.batch(entries);
		alice.intake.take_in(batch).await.unwrap();
	}
	alice = alice.restart();
	// Follows on what waits for its certificate.
	let entries = node.mark(1, true);
	let batch = node.batch(entries);
	assert!(matches!(alice.intake.take_in(batch.clone()).await, Err(IntakeError::TooMany)));
	let first = alice.store.batch(&node.account(), 0).unwrap().unwrap();
	alice.store.keep_receipts(vec![receipt("//Bob", &first), receipt("//Dave", &first)], None).await.unwrap();
	assert_eq!(alice.intake.certify(node.account(), &duty()).await.unwrap(), None);
	alice.intake.take_in(batch).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_gives_up_should_leave_nothing_behind() {
	let (alice, mut node) = (Seat::new("//Alice"), Node::new("//Eve"));
	for number in 0..20 {
		let entries = node.issue(number);
		let batch = node.batch(entries);
		// Given up at any point: what the database then has is what counts the next time.
		let patience = std::time::Duration::from_micros(number * 400);
		drop(tokio::time::timeout(patience, alice.intake.take_in(batch.clone())).await);
		let taken = match alice.intake.take_in(batch.clone()).await {
			// What was given up was still on its way to the database.
			Err(IntakeError::Store(StoreError::NotNext(_))) => alice.intake.take_in(batch.clone()).await,
			taken => taken,
		};
		taken.unwrap().unwrap();
		alice.store.keep_receipts(vec![receipt("//Bob", &batch), receipt("//Dave", &batch)], None).await.unwrap();
		drop(tokio::time::timeout(patience, alice.intake.certify(node.account(), &duty())).await);
		let certified = match alice.intake.certify(node.account(), &duty()).await {
			Err(IntakeError::Store(StoreError::NotNext(_))) => alice.intake.certify(node.account(), &duty()).await,
			certified => certified,
		};
		assert_eq!(certified.unwrap(), None);
		let progress = alice.store.progress(&node.account()).unwrap();
		assert_eq!((progress.next, progress.certified), (number + 1, number + 1));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_that_signs_two_batches_should_keep_nobody_from_agreeing() {
	let (alice, mut node) = (Seat::new("//Alice"), Node::new("//Eve"));
	let (one, other) = (node.issue(1), node.issue(2));
	let (first, second) = (node.sign(0, one), node.sign(0, other));
	alice.intake.take_in(first.clone()).await.unwrap();
	// Dave has told Alice first that he has hers, and the others that he has theirs.
	alice.store.keep_receipts(vec![receipt("//Dave", &first)], None).await.unwrap();
	let receipts = ["//Bob", "//Charlie", "//Dave"].map(|seat| receipt(seat, &second)).to_vec();
	alice.store.keep_receipts(receipts, None).await.unwrap();
	let wanted = Wanted { node: node.account(), number: 0, hash: second.batch.header().hash() };
	assert_eq!(alice.intake.certify(node.account(), &duty()).await.unwrap(), Some(wanted));
	alice.intake.adopt(second, Backing::Seats).await.unwrap();
	assert_eq!(alice.intake.certify(node.account(), &duty()).await.unwrap(), None);
	assert_eq!(alice.store.progress(&node.account()).unwrap().certified, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_that_claim_a_token_should_stop_nobody() {
	// The issuer has signed a first record for each of them.
	let (alice, bob) = (Seat::new("//Alice"), Seat::new("//Bob"));
	let (mut eve, mut other) = (Node::new("//Eve"), Node::new("//Other"));
	let batches = [eve.issue(1), other.issue(1)];
	let batches = [eve.batch(batches[0].clone()), other.batch(batches[1].clone())];
	for batch in &batches {
		alice.intake.take_in(batch.clone()).await.unwrap();
	}
	for batch in batches.iter().rev() {
		bob.intake.take_in(batch.clone()).await.unwrap();
	}
	for seat in [&alice, &bob] {
		for batch in &batches {
			let others = ["//Alice", "//Bob", "//Charlie"].map(|seat| receipt(seat, batch)).to_vec();
			seat.store.keep_receipts(others, None).await.unwrap();
			assert_eq!(seat.intake.certify(batch.batch.header().node, &duty()).await.unwrap(), None);
		}
	}
	// Each goes on with what it has made of the token.
	for node in [&mut eve, &mut other] {
		let entries = node.mark(1, true);
		let batch = node.batch(entries);
		for seat in [&alice, &bob] {
			seat.certify(&batch).await;
			assert_eq!(seat.store.progress(&node.account()).unwrap().certified, 2);
		}
	}
	let proposed = alice.propose(1, H256::zero(), 1).unwrap();
	assert_eq!(proposed.operations.len(), 6);
	bob.ledger.check(&proposed.listing, &Default::default()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_should_go_on_with_a_token_that_it_takes_over() {
	let (alice, mut eve, mut other) = (Seat::new("//Alice"), Node::new("//Eve"), Node::new("//Other"));
	let entries = eve.issue(1);
	let first = eve.batch(entries);
	let record = |node: &Node, number| {
		let (issuer, node) = (account("//Issuer"), node.account());
		Action::Assign(Record { genesis: GENESIS, issuer, salt: SALT, instance: instance(1), bit: 1, node, number })
	};
	other.states = eve.states.clone();
	let entries = vec![other.perform(instance(1), "//Issuer", record(&other, 2))];
	let second = other.batch(entries);
	// What it follows on is not known yet.
	assert!(matches!(alice.intake.take_in(second.clone()).await, Err(IntakeError::Unknown { sequence: 3, .. })));
	alice.certify(&first).await;
	alice.certify(&second).await;
	let entries = other.mark(1, true);
	alice.certify(&other.batch(entries)).await;
	// It returns, with what the other one has done.
	eve.states = other.states.clone();
	let entries = vec![eve.perform(instance(1), "//Issuer", record(&eve, 3))];
	let back = eve.batch(entries);
	alice.certify(&back).await;
	assert_eq!(alice.store.progress(&eve.account()).unwrap().certified, 2);
	assert_eq!(alice.store.progress(&other.account()).unwrap().certified, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_chain_has_should_replace_what_was_certified_here() {
	let (alice, mut node) = (Seat::new("//Alice"), Node::new("//Eve"));
	let (one, other) = (node.issue(1), node.issue(2));
	let (first, second) = (node.sign(0, one), node.sign(0, other));
	alice.certify(&first).await;
	// Seats have changed, and those of now have the other one.
	let again = alice.intake.adopt(second.clone(), Backing::Seats).await;
	assert!(matches!(again, Err(IntakeError::Contradiction(0))));
	alice.intake.adopt(second.clone(), Backing::Chain).await.unwrap();
	let wanted = Wanted { node: node.account(), number: 0, hash: second.batch.header().hash() };
	assert!(alice.intake.certify_written(&wanted).await.unwrap());
	assert_eq!(alice.store.progress(&node.account()).unwrap(), Progress { next: 1, certified: 1, included: 0 });
	assert_eq!(alice.store.state(&class(), &instance(1), &node.account()).unwrap(), None);
	assert!(alice.store.state(&class(), &instance(2), &node.account()).unwrap().is_some());
	let certified = [(node.account(), 1)].into();
	let proposed = alice.ledger.propose(1, H256::zero(), 1, &certified).unwrap();
	assert_eq!(proposed.listing.nodes[0].batches, [wanted.hash]);
	// Nothing is signed again, and the first one not offered any more.
	let alice = alice.restart();
	let own = alice.store.receipts(&node.account(), 0).unwrap();
	let own: Vec<_> = own.iter().filter(|signed| signed.receipt.seat == account("//Alice")).collect();
	assert_eq!(own.len(), 1);
	assert_eq!(own[0].receipt.batch, first.batch.header().hash());
}

/// However many batches a seat has signed before, its receipt of one that others have counts.
#[tokio::test(flavor = "multi_thread")]
async fn a_seat_that_signs_many_batches_should_keep_nobody_from_agreeing() {
	let (alice, mut node) = (Seat::new("//Alice"), Node::new("//Eve"));
	let (one, other) = (node.issue(1), node.issue(2));
	let (first, second) = (node.sign(0, one), node.sign(0, other));
	alice.intake.take_in(first).await.unwrap();
	let invented = |number: u8| {
		let (node, batch) = (node.account(), H256::repeat_byte(number));
		SignedReceipt::new(
			Receipt { genesis: GENESIS, seat: account("//Dave"), node, number: 0, batch },
			&pair("//Dave"),
		)
	};
	alice.store.keep_receipts((0..9).map(invented).collect(), None).await.unwrap();
	let of_dave = || {
		let receipts = alice.store.receipts(&node.account(), 0).unwrap();
		receipts.iter().filter(|signed| signed.receipt.seat == account("//Dave")).count()
	};
	assert_eq!(of_dave(), 2);
	// Those of the others come with it, in any order.
	let receipts = ["//Dave", "//Bob", "//Charlie"].map(|seat| receipt(seat, &second)).to_vec();
	alice.store.keep_receipts(receipts, None).await.unwrap();
	assert_eq!(of_dave(), 3);
	let wanted = Wanted { node: node.account(), number: 0, hash: second.batch.header().hash() };
	assert_eq!(alice.intake.certify(node.account(), &duty()).await.unwrap(), Some(wanted));
	// What nobody else has is not kept.
	alice.store.keep_receipts((9..20).map(invented).collect(), None).await.unwrap();
	assert_eq!(of_dave(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_should_be_told_from_a_batch_on_and_own_ones_never_replaced() {
	let (alice, mut node) = (Seat::new("//Alice"), Node::new("//Eve"));
	for number in 1..=3 {
		let entries = node.issue(number);
		let batch = node.batch(entries);
		alice.certify(&batch).await;
	}
	let told = |number, limit| {
		let bytes = alice.store.receipts_from(&node.account(), number, limit).unwrap();
		let receipts = SignedReceipt::parse_all(&bytes).unwrap();
		receipts.iter().map(|signed| signed.receipt.number).collect::<Vec<_>>()
	};
	assert_eq!(told(0, 1_024), [0, 0, 0, 1, 1, 1, 2, 2, 2]);
	assert_eq!(told(2, 1_024), [2, 2, 2]);
	assert_eq!(told(1, 4), [1, 1, 1, 2]);
	assert_eq!(told(3, 1_024), [0; 0]);
	// Another seat returns what this one has signed with the key before.
	let batch = alice.store.batch(&node.account(), 0).unwrap().unwrap();
	let header = *batch.batch.header();
	let (seat, number) = (account("//Alice"), header.number);
	let before = Receipt { genesis: GENESIS, seat, node: header.node, number, batch: header.hash() };
	let before = SignedReceipt::new(before, &pair("//Alice//before"));
	alice.store.keep_receipts(vec![before], None).await.unwrap();
	let own = alice.store.receipts(&node.account(), 0).unwrap();
	let own = own.iter().find(|signed| signed.receipt.seat == seat).unwrap();
	assert!(own.is_signed_by(&alice.store.key()));
}

/// What others could not verify any more is neither offered nor insisted on, until it is signed again.
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_should_hold_with_the_keys_of_now() {
	let (alice, mut node) = (Seat::new("//Alice"), Node::new("//Eve"));
	for number in 1..=2 {
		let entries = node.issue(number);
		let batch = node.batch(entries);
		alice.certify(&batch).await;
	}
	let upheld = |duty: &Duty| alice.intake.upheld(duty).unwrap().get(&node.account()).copied();
	assert_eq!(upheld(&duty()), Some(2));
	// Dave has new keys.
	let mut changed = duty();
	changed.order[3].key = Address(account("//Dave//new"));
	assert_eq!(upheld(&changed), Some(0));
	assert_eq!(upheld(&duty()), Some(2));
	let first = alice.store.batch(&node.account(), 0).unwrap().unwrap();
	let header = first.batch.header();
	let again =
		Receipt { genesis: GENESIS, seat: account("//Dave"), node: node.account(), number: 0, batch: header.hash() };
	alice.store.keep_receipts(vec![SignedReceipt::new(again, &pair("//Dave//new"))], None).await.unwrap();
	assert_eq!(upheld(&changed), Some(1));
	// Bob has it as well.
	let second = alice.store.batch(&node.account(), 1).unwrap().unwrap();
	alice.store.keep_receipts(vec![receipt("//Bob", &second)], None).await.unwrap();
	assert_eq!(upheld(&changed), Some(2));
	let alice = alice.restart();
	assert_eq!(alice.intake.upheld(&changed).unwrap().get(&node.account()), Some(&2));
}

#[test]
fn receipts_by_replaced_keys_should_not_count() {
	let mut node = Node::new("//Eve");
	let entries = node.issue(1);
	let batch = node.batch(entries);
	let receipts = ["//Alice", "//Bob", "//Charlie"].map(|seat| receipt(seat, &batch));
	let mut duty = duty();
	assert_eq!(agreed(&receipts, &duty), Some(batch.batch.header().hash()));
	duty.order[1].key = Address(account("//Bob//new"));
	assert_eq!(agreed(&receipts, &duty), None);
}
