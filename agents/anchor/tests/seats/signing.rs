use super::*;
use smartlayer_anchor::store::StoreError;
use smartlayer_client::api::anchor::{Listing, is_co_signed};
use smartlayer_commitment::Snapshot;

fn listing(interval: u32, void: u32) -> Listing {
	Listing { snapshot: Snapshot { interval, void, ..Default::default() }, nodes: Vec::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_snapshot_should_be_co_signed_for_an_interval_a_writer_and_a_parent() {
	let mut alice = Seat::new("//Alice");
	let (bob, charlie, key) = (account("//Bob"), account("//Charlie"), Address(account("//Alice")));
	let first = listing(1, 0);
	let signature = alice.store.co_sign(bob, first.clone()).await.unwrap();
	assert!(is_co_signed(&signature, GENESIS, &first.snapshot, &bob, &key));
	assert!(!is_co_signed(&signature, GENESIS, &first.snapshot, &charlie, &key));
	for restart in [false, true] {
		if restart {
			alice = alice.restart();
		}
		let another = alice.store.co_sign(bob, listing(1, 9)).await;
		assert!(matches!(another, Err(StoreError::SignedAnother)));
		let again = alice.store.co_sign(bob, first.clone()).await.unwrap();
		assert!(is_co_signed(&again, GENESIS, &first.snapshot, &bob, &key));
	}
	assert_eq!(alice.store.co_signed(1, &bob, &H256::zero()).unwrap(), Some(first.clone()));
	// Others are no contradiction: another writer, another interval, another parent.
	alice.store.co_sign(charlie, listing(1, 9)).await.unwrap();
	alice.store.co_sign(bob, listing(2, 9)).await.unwrap();
	let mut on_a_fork = listing(1, 9);
	on_a_fork.snapshot.parent = H256::repeat_byte(1);
	alice.store.co_sign(bob, on_a_fork).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_anchor_should_sign_nothing_until_it_has_another_key() {
	let (alice, mut node) = (Seat::new("//Alice"), Node::new("//Eve"));
	let entries = node.issue(1);
	let batch = node.batch(entries);
	alice.intake.take_in(batch.clone()).await.unwrap().unwrap();
	let copy = TempDir::new().unwrap();
	alice.store.backup(&copy.path().join("anchor.redb")).unwrap();

	let restored = Seat::open(copy, "//Alice");
	let old = pair("//Alice").public();
	assert!(!restored.store.may_sign(&old).unwrap());
	assert!(restored.store.is_burnt(&old.0).unwrap());
	// What it has signed before, it shows; nothing new is signed.
	restored.intake.take_in(batch).await.unwrap().unwrap();
	let entries = node.issue(2);
	let next = node.batch(entries);
	assert_eq!(restored.intake.take_in(next.clone()).await.unwrap(), None);
	let refused = restored.store.co_sign(account("//Bob"), listing(1, 0)).await;
	assert!(matches!(refused, Err(StoreError::MayNotSign)));

	let new = pair("//Alice//new");
	// The key that the chain has had since the backup may have signed as well.
	let between = account("//Alice//between");
	assert!(restored.store.must_note_key().unwrap());
	restored.store.note_key(&between).unwrap();
	assert!(restored.store.is_burnt(&between).unwrap() && !restored.store.must_note_key().unwrap());
	assert!(!restored.store.is_burnt(&new.public().0).unwrap());
	restored.store.resume(&new.public()).unwrap();
	assert!(restored.store.is_burnt(&old.0).unwrap());
	let (path, folder) = (restored.path(), restored.folder);
	drop((restored.store, restored.intake, restored.ledger));
	let open = || Store::open(&path, 1 << 20, GENESIS, account("//Alice"), new.clone()).ok();
	let wait = || std::thread::sleep(std::time::Duration::from_millis(5));
	let store = std::iter::repeat_with(|| (wait(), open()).1).take(400).flatten().next().unwrap();
	store.co_sign(account("//Bob"), listing(1, 0)).await.unwrap();
	// The same batch is signed again with the new key, and no other one is.
	let intake = Intake::new(store.clone(), GENESIS);
	let again = intake.take_in(next.clone()).await.unwrap().unwrap();
	assert!(again.is_signed_by(&Address(new.public().0)));
	assert_eq!(again.receipt.batch, next.batch.header().hash());
	drop(folder);
}

#[test]
fn databases_should_be_of_one_anchor() {
	let alice = Seat::new("//Alice");
	let path = alice.path();
	let key = pair("//Alice");
	let created = Store::create(&path, GENESIS, account("//Alice"), &key.public());
	assert!(matches!(created, Err(StoreError::Exists)));
	let in_use = Store::open(&path, 1 << 20, GENESIS, account("//Alice"), key.clone());
	assert!(matches!(in_use.err(), Some(StoreError::InUse)));
	let missing = Store::open(&path.with_extension("missing"), 1 << 20, GENESIS, account("//Alice"), key);
	assert!(matches!(missing.err(), Some(StoreError::Missing)));
}
