use super::*;
use smartlayer_anchor::content::{Content, ContentError, Fetched, MOST_LISTED, MOST_OPERATIONS, first_left_out};
use smartlayer_client::{
	api::anchor::{Listed, Listing},
	commitment::History,
	verify,
};
use std::time::{Duration, Instant};

/// Finalises a content, as it happens when its snapshot is in a final block.
async fn finalise(seat: &Seat, content: &Content) {
	seat.store.keep_listing(content.listing.clone()).await.unwrap();
	let content = seat.ledger.check(&content.listing, &Fetched::new()).unwrap();
	seat.store.finalise(seat.ledger.finalise(&content)).await.unwrap();
	seat.ledger.finalised(&content);
}

#[tokio::test(flavor = "multi_thread")]
async fn seats_with_the_same_batches_should_build_the_same_snapshot() {
	let (alice, bob) = (Seat::new("//Alice"), Seat::new("//Bob"));
	let (mut eve, mut ferdie) = (Node::new("//Eve"), Node::new("//One"));
	let batches = [eve.issue(3), eve.issue(1)].map(|entries| eve.batch(entries));
	let others = [ferdie.issue(2), ferdie.mark(2, true)].map(|entries| ferdie.batch(entries));
	for batch in batches.iter().chain(&others) {
		alice.certify(batch).await;
	}
	// In another order.
	for batch in others.iter().chain(&batches) {
		bob.certify(batch).await;
	}
	let proposed = alice.propose(7, H256::zero(), 7).unwrap();
	let checked = bob.ledger.check(&proposed.listing, &Fetched::new()).unwrap();
	assert_eq!(proposed.listing, checked.listing);
	let snapshot = proposed.listing.snapshot;
	assert_eq!((snapshot.interval, snapshot.void, snapshot.operations.count), (7, 7, 7));
	// The leaves are in the order of the tokens, and each one is proved.
	assert!(proposed.operations.is_sorted_by_key(|operation| (operation.instance, operation.sequence)));
	let index = proposed.index_of(&class(), &instance(2), 3).unwrap();
	let proof = proposed.tree.prove(index).unwrap();
	assert!(verify::operation(&snapshot, &proposed.operations[index as usize], &proof).is_ok());
	assert_eq!(proposed.index_of(&class(), &instance(2), 4), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_should_follow_on_each_other_final_or_not() {
	let (mut alice, mut eve) = (Seat::new("//Alice"), Node::new("//Eve"));
	let entries = eve.issue(5);
	alice.certify(&eve.batch(entries)).await;
	let first = alice.propose(1, H256::zero(), 1).unwrap();
	alice.store.keep_listing(first.listing.clone()).await.unwrap();
	let entries = eve.mark(5, true);
	alice.certify(&eve.batch(entries)).await;
	// On one that is not final.
	let parent = first.listing.snapshot.hash();
	let second = alice.propose(2, parent, 0).unwrap();
	assert_eq!((second.operations.len(), second.listing.snapshot.bitmap.count), (1, 1));
	finalise(&alice, &first).await;
	assert!(!alice.ledger.prove_bit(class(), 5).unwrap().unwrap().1);
	finalise(&alice, &second).await;
	alice = alice.restart();
	let (interval, set, proof) = alice.ledger.prove_bit(class(), 5).unwrap().unwrap();
	assert_eq!((interval, set), (2, true));
	assert!(verify::bit(&second.listing.snapshot, &class(), 5, true, &proof).is_ok());
	assert_eq!(alice.store.place(&class(), &instance(5), 3).unwrap(), Some(2));
	let kept = alice.ledger.of_interval(1).unwrap().unwrap();
	assert_eq!((&kept.listing, &kept.operations), (&first.listing, &first.operations));
	// Nothing is left over, and an interval without operations has a snapshot as well.
	let empty = alice.propose(4, second.listing.snapshot.hash(), 1).unwrap();
	assert_eq!((empty.operations.len(), empty.listing.snapshot.bitmap), (0, second.listing.snapshot.bitmap));
	assert_eq!(empty.listing.snapshot.operations, Default::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_listings_should_be_refused() {
	let (alice, bob, mut eve) = (Seat::new("//Alice"), Seat::new("//Bob"), Node::new("//Eve"));
	let batches = [eve.issue(1), eve.issue(2)].map(|entries| eve.batch(entries));
	for batch in &batches {
		alice.certify(batch).await;
	}
	let good = alice.propose(1, H256::zero(), 1).unwrap().listing.clone();
	// One who lacks a batch says which.
	bob.certify(&batches[0]).await;
	let missing = bob.ledger.check(&good, &Fetched::new());
	assert!(
		matches!(missing, Err(ContentError::Missing { number: 1, hash, .. }) if hash == batches[1].batch.header().hash())
	);
	bob.certify(&batches[1]).await;
	bob.ledger.check(&good, &Fetched::new()).unwrap();

	let changed = |change: fn(&mut smartlayer_client::api::anchor::Listing)| {
		let mut listing = good.clone();
		change(&mut listing);
		bob.ledger.check(&listing, &Fetched::new())
	};
	let wrong = "the snapshot is not what follows from its batches";
	let is_wrong = |result: Result<_, ContentError>| matches!(result, Err(ContentError::Wrong(why)) if why == wrong);
	assert!(is_wrong(changed(|listing| listing.snapshot.operations.root = H256::zero())));
	assert!(is_wrong(changed(|listing| listing.snapshot.bitmap.count = 1)));
	assert!(is_wrong(changed(|listing| listing.nodes[0].batches.truncate(1))));
	let gap = changed(|listing| {
		listing.nodes[0].from = 1;
		listing.nodes[0].batches.remove(0);
	});
	assert!(matches!(gap, Err(ContentError::Wrong(why)) if why.contains("follow on those of the parent")));
	let unknown = changed(|listing| listing.snapshot.parent = H256::repeat_byte(9));
	assert!(matches!(unknown, Err(ContentError::UnknownSnapshot(hash)) if hash == H256::repeat_byte(9)));
	let another = changed(|listing| listing.nodes[0].batches[0] = H256::repeat_byte(9));
	assert!(matches!(another, Err(ContentError::Missing { number: 0, .. })));
}

#[test]
fn a_list_that_leaves_a_certified_batch_out_should_be_noticed() {
	let (eve, ferdie) = (account("//Eve"), account("//Ferdie"));
	let listed = |node, from, batches| Listed { node, from, batches: vec![H256::zero(); batches] };
	let listing = |nodes| Listing { snapshot: Default::default(), nodes };
	let certified = BTreeMap::from([(eve, 5), (ferdie, 2)]);
	let included = BTreeMap::from([(eve, 3), (ferdie, 2)]);
	let left_out = |listing: &Listing| first_left_out(listing, 0, &included, &certified);
	assert_eq!(left_out(&listing(vec![listed(eve, 3, 2)])), None);
	// More than was certified a whole interval earlier may be in it.
	assert_eq!(left_out(&listing(vec![listed(eve, 3, 9), listed(ferdie, 2, 1)])), None);
	assert_eq!(left_out(&listing(vec![listed(eve, 3, 1)])), Some((eve, 4)));
	assert_eq!(left_out(&listing(vec![listed(ferdie, 2, 1)])), Some((eve, 3)));
	let nothing = BTreeMap::new();
	assert_eq!(first_left_out(&listing(vec![]), 0, &nothing, &certified), Some((eve, 0).min((ferdie, 0))));
	assert_eq!(first_left_out(&listing(vec![]), 0, &nothing, &nothing), None);
	// One that is full leaves something out of each node alike.
	let full = listing(vec![listed(ferdie, 2, MOST_LISTED)]);
	assert_eq!(left_out(&full), Some((eve, 3)));
	let half = |node, from| listed(node, from, MOST_LISTED / 2);
	let certified = BTreeMap::from([(eve, u64::MAX), (ferdie, u64::MAX)]);
	assert_eq!(first_left_out(&listing(vec![half(eve, 3), half(ferdie, 2)]), 0, &included, &certified), None);
	let by_operations = listing(vec![listed(eve, 3, 2), listed(ferdie, 2, 1)]);
	assert_eq!(first_left_out(&by_operations, MOST_OPERATIONS, &included, &certified), None);
	assert_eq!(first_left_out(&by_operations, 3, &included, &certified), Some((eve, 5).min((ferdie, 3))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_full_should_have_batches_of_every_node() {
	let (alice, mut eve, mut ferdie) = (Seat::new("//Alice"), Node::new("//Eve"), Node::new("//One"));
	// So many operations that not all have a place.
	let tokens = 512;
	let batches = (MOST_OPERATIONS / (2 * tokens)) as u64;
	let long = std::env::var_os("SMARTLAYER_LONG_TESTS").is_some();
	let (of_eve, of_ferdie) = if long { (batches, 2) } else { (3, 2) };
	for number in 0..of_eve {
		let first = 1_000_000 + number * tokens as u64;
		let entries = (first..first + tokens as u64).flat_map(|token| eve.issue(token)).collect();
		alice.certify(&eve.batch(entries)).await;
	}
	for number in 0..of_ferdie {
		let entries = ferdie.issue(number);
		alice.certify(&ferdie.batch(entries)).await;
	}
	let content = alice.propose(1, H256::zero(), 1).unwrap();
	let listed = |node: &Node| {
		let found = content.listing.nodes.iter().find(|listed| listed.node == node.account());
		found.map_or(0, |listed| listed.batches.len() as u64)
	};
	let expected = if long { of_eve - 1 } else { of_eve };
	assert_eq!((listed(&eve), listed(&ferdie)), (expected, of_ferdie));
	assert!(content.operations.len() <= MOST_OPERATIONS);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_snapshots_that_are_not_final_should_be_built_upon() {
	let (mut alice, mut eve) = (Seat::new("//Alice"), Node::new("//Eve"));
	let entries = eve.issue(1);
	alice.certify(&eve.batch(entries)).await;
	let mut parent = H256::zero();
	for interval in 1..40 {
		let entries = eve.mark(1, interval % 2 == 1);
		alice.certify(&eve.batch(entries)).await;
		let content = alice.propose(interval, parent, 0).unwrap();
		assert_eq!(content.listing.snapshot.bitmap.count, interval % 2);
		alice.store.keep_listing(content.listing.clone()).await.unwrap();
		parent = content.listing.snapshot.hash();
	}
	// Nothing of it is in memory.
	alice = alice.restart();
	let next = alice.propose(40, parent, 0).unwrap();
	assert_eq!((next.operations.len(), next.listing.snapshot.bitmap.count), (0, 1));
}

/// Takes in, certifies, commits to, and proves many operations. In the long mode it is a million, and shows what each step takes.
#[tokio::test(flavor = "multi_thread")]
async fn many_operations_should_be_committed_and_proved() {
	let tokens_in_batch = 341;
	let batches: u64 = if std::env::var_os("SMARTLAYER_LONG_TESTS").is_some() { 978 } else { 20 };
	let (alice, mut eve) = (Seat::new("//Alice"), Node::new("//Eve"));
	let (mut taken_in, mut certified) = (Duration::ZERO, Duration::ZERO);
	for batch in 0..batches {
		let tokens = batch * tokens_in_batch..(batch + 1) * tokens_in_batch;
		let entries = tokens.flat_map(|token| [eve.issue(token), eve.mark(token, true)].concat()).collect();
		let batch = eve.batch(entries);
		let start = Instant::now();
		alice.intake.take_in(batch.clone()).await.unwrap().unwrap();
		taken_in += start.elapsed();
		let start = Instant::now();
		let receipts = vec![receipt("//Charlie", &batch), receipt("//Dave", &batch)];
		alice.store.keep_receipts(receipts, None).await.unwrap();
		assert_eq!(alice.intake.certify(eve.account(), &duty()).await.unwrap(), None);
		certified += start.elapsed();
	}
	let tokens = batches * tokens_in_batch;
	let mut steps = vec![("take in", taken_in), ("certify", certified)];
	let mut start = Instant::now();
	let mut step = |what| steps.push((what, std::mem::replace(&mut start, Instant::now()).elapsed()));
	let content = alice.propose(1, H256::zero(), 1).unwrap();
	step("propose");
	alice.store.co_sign(account("//Alice"), content.listing.clone()).await.unwrap();
	step("co-sign");
	finalise(&alice, &content).await;
	step("finalise");
	let snapshot = content.listing.snapshot;
	assert_eq!(
		(u64::from(snapshot.operations.count), u64::from(snapshot.bitmap.count)),
		(3 * tokens, tokens.div_ceil(2_048))
	);
	let mut history = History::default();
	history.append(&snapshot).unwrap();
	alice.ledger.prove_bit(class(), 0).unwrap().unwrap();
	step("first proof of a bit");
	const PROOFS: u64 = 1_000;
	for number in (0..PROOFS).map(|number| number * 7_919 % tokens) {
		let content = alice.ledger.of_interval(1).unwrap().unwrap();
		let index = content.index_of(&class(), &instance(number), 3).unwrap();
		let proof = content.tree.prove(index).unwrap();
		assert!(verify::operation(&snapshot, &content.operations[index as usize], &proof).is_ok());
	}
	step("a thousand operations, proved and verified");
	for bit in (0..PROOFS).map(|number| number * 7_919 % (2 * tokens)) {
		let (_, set, proof) = alice.ledger.prove_bit(class(), bit).unwrap().unwrap();
		assert!(set == (bit < tokens) && verify::bit(&snapshot, &class(), bit, set, &proof).is_ok());
	}
	step("a thousand bits, proved and verified");
	let (_, count, proof) = alice.ledger.prove_snapshot(1).unwrap().unwrap();
	assert!(count == 1 && history.verify(&snapshot, &proof));
	let alice = alice.restart();
	step("restart");
	assert!(alice.ledger.of_interval(1).unwrap().is_some());
	step("first proof of an operation after a restart");
	for (what, time) in steps {
		println!("{what:<50} {:>10.3} s", time.as_secs_f64());
	}
	let status = std::fs::read_to_string("/proc/self/status").unwrap();
	println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap());
}
