#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, reason = "tests may panic")]

use super::*;
use smartlayer_client::Payer;
use smartlayer_statement::{MAX_OPERATIONS, Record, class_of};
use smartlayer_token::{Action, Place, Value};
use tempfile::TempDir;

const GENESIS: H256 = H256::repeat_byte(1);
const SALT: H256 = H256::repeat_byte(2);
const PRICE: u128 = 10;

fn key(uri: &str) -> Key {
	Key::from_uri(uri).unwrap()
}

fn node() -> Account {
	key("//Node").address().0
}

fn issuer() -> Key {
	key("//Issuer")
}

fn class() -> H256 {
	class_of(&issuer().address().0, &SALT)
}

fn instance(number: u64) -> H256 {
	H256::from_low_u64_be(number)
}

struct Fixture {
	folder: TempDir,
	store: Option<Store>,
}

impl Fixture {
	fn new() -> Self {
		let folder = TempDir::new().unwrap();
		Store::create(&folder.path().join("node.redb"), GENESIS, node()).unwrap();
		let store = Some(open(folder.path()).unwrap());
		Self { folder, store }
	}

	fn store(&self) -> &Store {
		self.store.as_ref().unwrap()
	}

	/// Closes the database, and opens it again.
	fn reopen(&mut self) {
		self.store = None;
		self.store = Some(wait_to_open(self.folder.path()));
	}
}

fn open(folder: &Path) -> Result<Store, StoreError> {
	Store::open(&folder.join("node.redb"), 1 << 20, GENESIS, node(), key("//Service"))
}

/// The writer holds the database until it has noticed that nobody orders any more.
fn wait_to_open(folder: &Path) -> Store {
	for _ in 0..1_000 {
		match open(folder) {
			Ok(store) => return store,
			Err(_) => std::thread::sleep(std::time::Duration::from_millis(5)),
		}
	}
	panic!("the database stays open");
}

fn record(number: u64, instance: H256, node: Account) -> Write {
	let record = Record { genesis: GENESIS, issuer: issuer().address().0, salt: SALT, instance, bit: 0, node, number };
	let action = Action::Assign(record);
	let signature = issuer().sign(&record.bytes());
	Write { class: class(), instance, user: issuer().address().0, write: SignedWrite { action, signature } }
}

fn write(store: &Store, instance: H256, author: &Key, action: Action) -> Write {
	let before = store.state(&class(), &instance).unwrap().hash();
	let signature = author.sign(&SignedWrite::payload(&action, &Place { genesis: GENESIS, before }));
	Write { class: class(), instance, user: author.address().0, write: SignedWrite { action, signature } }
}

fn set(value: &str) -> Action {
	Action::Set(smartlayer_token::Key::new("name").unwrap(), Value::new(value).unwrap())
}

async fn issue(store: &Store, number: u64) {
	store.perform(None, record(1, instance(number), node())).await.unwrap();
}

fn payment(amount: u128, request: u8) -> Payment {
	paid_in(7, amount, request)
}

fn paid_in(session: SessionId, amount: u128, request: u8) -> Payment {
	let promise = Payer::new(GENESIS, session, key("//Website"), u128::MAX).pay(amount).unwrap();
	Payment { promise, price: PRICE, credit: 0, request: H256::repeat_byte(request), sequence: None, spent: 0 }
}

#[tokio::test]
async fn calls_should_be_charged_as_far_as_promises_cover_them() {
	let mut fixture = Fixture::new();
	let charge = async |store: &Store, amount, request| store.charge(payment(amount, request)).await;
	let store = fixture.store();
	assert!(matches!(charge(store, 9, 1).await, Err(StoreError::Stale { charged: 0 })));
	assert_eq!(charge(store, 10, 1).await.unwrap(), Charged { total: 10, repeated: false });
	// Another request with the same promise, or a lower one.
	for amount in [10, 5, 19] {
		let refused = charge(store, amount, 2).await;
		assert!(matches!(refused, Err(StoreError::Stale { charged: 10 })), "{refused:?}");
	}
	assert_eq!(charge(store, 20, 2).await.unwrap().total, 20);
	// Promised ahead: the following calls need no new promise.
	for total in [30, 40, 50] {
		assert_eq!(charge(store, 50, 3).await.unwrap(), Charged { total, repeated: false });
	}
	// A lower promise than an earlier one does not pay.
	assert!(charge(store, 49, 4).await.is_err());
	fixture.reopen();
	let charges = fixture.store().charges(7).unwrap().unwrap();
	assert_eq!((charges.charged, charges.promise.promise.amount, charges.paid), (50, 50, 0));
}

#[tokio::test]
async fn a_call_should_be_repeated_a_few_times_without_a_charge() {
	let mut fixture = Fixture::new();
	fixture.store().charge(payment(10, 1)).await.unwrap();
	for _ in 0..MOST_REPEATS {
		// Also when the node has died in between.
		fixture.reopen();
		assert_eq!(fixture.store().charge(payment(10, 1)).await.unwrap(), Charged { total: 10, repeated: true });
	}
	let refused = fixture.store().charge(payment(10, 1)).await;
	assert!(matches!(refused, Err(StoreError::Repeated { charged: 10 })), "{refused:?}");
	assert_eq!(fixture.store().charge(payment(20, 1)).await.unwrap(), Charged { total: 20, repeated: false });
	// A promise for several calls pays for each of them.
	fixture.store().charge(payment(100, 2)).await.unwrap();
	assert_eq!(fixture.store().charge(payment(100, 2)).await.unwrap(), Charged { total: 40, repeated: false });
}

#[tokio::test]
async fn credit_should_be_served_and_no_more() {
	let fixture = Fixture::new();
	let on_credit = |amount, request| Payment { credit: 15, ..payment(amount, request) };
	assert_eq!(fixture.store().charge(on_credit(0, 1)).await.unwrap().total, 10);
	assert!(fixture.store().charge(on_credit(0, 2)).await.is_err());
	assert_eq!(fixture.store().charge(on_credit(5, 2)).await.unwrap().total, 20);
	assert!(fixture.store().charge(on_credit(14, 3)).await.is_err());
	assert_eq!(fixture.store().charge(on_credit(u128::MAX, 3)).await.unwrap().total, 30);
	let overflow = Payment { price: u128::MAX, ..on_credit(u128::MAX, 4) };
	assert!(fixture.store().charge(overflow).await.is_err());
}

#[tokio::test]
async fn of_calls_at_the_same_time_each_should_be_charged_once() {
	let fixture = Fixture::new();
	let store = fixture.store();
	let calls = (1..=200_u8).map(|call| store.charge(paid_in(7, 100 * PRICE, call)));
	let results = futures::future::join_all(calls).await;
	let mut totals: Vec<_> = results.into_iter().flatten().map(|charged| charged.total).collect();
	totals.sort_unstable();
	assert_eq!(totals, (1..=100).map(|call| call * PRICE).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_write_should_be_performed_and_charged_or_neither() {
	let fixture = Fixture::new();
	let store = fixture.store();
	issue(store, 1).await;
	let good = write(store, instance(1), &issuer(), set("a"));
	// Not paid.
	assert!(matches!(store.perform(Some(payment(9, 1)), good.clone()).await, Err(StoreError::Stale { .. })));
	assert_eq!(store.state(&class(), &instance(1)).unwrap().sequence, 1);
	// Not allowed.
	let bad = write(store, instance(1), &key("//Eve"), set("a"));
	assert!(matches!(store.perform(Some(payment(10, 1)), bad).await, Err(StoreError::Refused(Refusal::NotIssuer))));
	assert_eq!(store.charges(7).unwrap(), None);
	let done = store.perform(Some(payment(10, 1)), good.clone()).await.unwrap();
	assert_eq!((done.charged.unwrap().total, done.state.sequence), (10, 2));
	// Once more: the answer may have been lost.
	let again = store.perform(Some(payment(10, 1)), good.clone()).await.unwrap();
	assert_eq!((again.charged.unwrap(), &again.entry), (Charged { total: 10, repeated: true }, &done.entry));
	assert_eq!(store.state(&class(), &instance(1)).unwrap(), done.state);
	// When something else has happened since, it is refused.
	store.perform(None, write(store, instance(1), &issuer(), set("b"))).await.unwrap();
	assert!(matches!(store.perform(None, good).await, Err(StoreError::Refused(Refusal::BadSignature))));
}

#[tokio::test]
async fn orders_at_the_same_time_should_see_each_other() {
	let fixture = Fixture::new();
	let store = fixture.store();
	let assign = record(1, instance(1), node());
	let next = {
		let empty = State::empty(class(), instance(1));
		let (_, after) = perform_on(&empty, &assign);
		let signature =
			issuer().sign(&SignedWrite::payload(&set("a"), &Place { genesis: GENESIS, before: after.hash() }));
		Write { write: SignedWrite { action: set("a"), signature }, ..assign.clone() }
	};
	let results = futures::future::join_all([store.perform(None, assign), store.perform(None, next)]).await;
	let sequences: Vec<_> = results.into_iter().map(|result| result.unwrap().state.sequence).collect();
	assert_eq!(sequences, [1, 2]);
}

fn perform_on(state: &State, write: &Write) -> (Entry, State) {
	smartlayer_token::perform(GENESIS, &node(), state, &write.user, &write.write).unwrap()
}

#[tokio::test]
async fn a_token_that_another_node_writes_should_no_longer_be_served() {
	let mut fixture = Fixture::new();
	issue(fixture.store(), 1).await;
	let moved = |result: Result<State, StoreError>| matches!(result, Err(StoreError::Moved(moved)) if moved.record.node == [9; 32]);
	// A record that is not the next one, or by somebody else, moves nothing.
	assert!(fixture.store().perform(None, record(3, instance(1), [9; 32])).await.is_err());
	let mut forged = record(2, instance(1), [9; 32]);
	forged.write.signature = key("//Eve").sign(b"something");
	assert!(fixture.store().perform(None, forged).await.is_err());
	assert!(fixture.store().state(&class(), &instance(1)).is_ok());

	let result = fixture.store().perform(None, record(2, instance(1), [9; 32])).await;
	assert!(moved(result.map(|performed| performed.state)));
	fixture.reopen();
	let store = fixture.store();
	assert!(moved(store.state(&class(), &instance(1))));
	let order = record(2, instance(1), node());
	assert!(moved(store.perform(None, order).await.map(|performed| performed.state)));
	// What was signed stays stored.
	assert_eq!(store.counts().unwrap().operations, 1);
}

#[tokio::test]
async fn operations_should_be_read_from_a_number_on() {
	let fixture = Fixture::new();
	let store = fixture.store();
	issue(store, 1).await;
	issue(store, 2).await;
	for value in ["a", "b", "c"] {
		store.perform(None, write(store, instance(1), &issuer(), set(value))).await.unwrap();
	}
	let sequences = |from, limit| {
		let (state, entries) = store.operations(&class(), &instance(1), from, limit).unwrap();
		assert_eq!(state.sequence, 4);
		entries.into_iter().map(|entry| entry.operation.sequence).collect::<Vec<_>>()
	};
	assert_eq!(sequences(0, 10), [1, 2, 3, 4]);
	assert_eq!(sequences(2, 2), [2, 3]);
	assert_eq!(sequences(4, 10), [4]);
	assert_eq!(sequences(5, 10), [0; 0]);
	assert_eq!(sequences(u64::MAX, 10), [0; 0]);
	let mut exported = Vec::new();
	store.export(&mut exported).unwrap();
	let lines: Vec<serde_json::Value> = exported
		.split(|byte| *byte == b'\n')
		.filter(|line| !line.is_empty())
		.map(|line| serde_json::from_slice(line).unwrap())
		.collect();
	let counts: Vec<_> = lines.iter().map(|line| line["operations"].as_array().unwrap().len()).collect();
	assert_eq!(counts, [4, 1]);
}

fn receipt(store: &Store, seat: Account) -> (Receipt, MultiSignature) {
	let batch = store.next_batch(&seat).unwrap().unwrap().batch;
	let header = batch.header();
	let receipt = Receipt { genesis: GENESIS, seat, node: node(), number: header.number, batch: header.hash() };
	let signature = key("//Seat").sign(&receipt.bytes());
	(receipt, signature)
}

#[tokio::test]
async fn every_operation_should_be_in_one_batch_for_every_anchor() {
	let mut fixture = Fixture::new();
	let store = fixture.store();
	assert_eq!(store.make_batch().await.unwrap(), None);
	let count = MAX_OPERATIONS as u64 + 5;
	futures::future::join_all((0..count).map(|number| issue(store, number))).await;
	assert_eq!(store.counts().unwrap().unbatched, count);
	assert_eq!(store.make_batch().await.unwrap(), Some(0));
	assert_eq!(store.make_batch().await.unwrap(), Some(1));
	assert_eq!(store.make_batch().await.unwrap(), None);
	let (one, other) = ([1; 32], [2; 32]);
	let mut handed = Vec::new();
	for _ in 0..2 {
		fixture.reopen();
		let store = fixture.store();
		let signed = store.next_batch(&one).unwrap().unwrap();
		assert_eq!(SignedBatch::parse(&signed.bytes()).unwrap(), signed);
		handed.extend(signed.batch.entries().iter().map(|entry| entry.operation.instance));
		let (receipt, signature) = receipt(store, one);
		for wrong in [
			Receipt { number: receipt.number + 1, ..receipt },
			Receipt { batch: H256::zero(), ..receipt },
			Receipt { genesis: H256::zero(), ..receipt },
			Receipt { node: [7; 32], ..receipt },
		] {
			assert!(matches!(store.acknowledge(wrong, signature.clone()).await, Err(StoreError::WrongReceipt)));
		}
		store.acknowledge(receipt, signature.clone()).await.unwrap();
		assert!(store.acknowledge(receipt, signature).await.is_err());
	}
	assert_eq!(fixture.store().next_batch(&one).unwrap(), None);
	assert_eq!(fixture.store().next_batch(&other).unwrap().unwrap().batch.header().number, 0);
	handed.sort();
	assert_eq!(handed, (0..count).map(instance).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_restored_node_should_write_nothing_before_its_operator_says_so() {
	let fixture = Fixture::new();
	let store = fixture.store();
	issue(store, 1).await;
	store.charge(payment(10, 1)).await.unwrap();
	let folder = TempDir::new().unwrap();
	store.backup(&folder.path().join("node.redb")).unwrap();
	// After the backup.
	store.perform(None, write(store, instance(1), &issuer(), set("a"))).await.unwrap();
	issue(store, 2).await;
	store.make_batch().await.unwrap();
	let batch = store.next_batch(&[1; 32]).unwrap().unwrap();

	let restored = open(folder.path()).unwrap();
	assert!(restored.restored().unwrap() == Some(0));
	let marked = store.charges(7).unwrap().map(|charges| Charges { restored: true, ..charges });
	assert_eq!(restored.charges(7).unwrap(), marked);
	assert_eq!(restored.state(&class(), &instance(1)).unwrap().sequence, 1);
	let other = write(&restored, instance(1), &issuer(), set("b"));
	assert!(matches!(restored.perform(None, other.clone()).await, Err(StoreError::Restored)));
	assert!(matches!(restored.make_batch().await, Err(StoreError::Restored)));
	// It reads and is paid.
	assert_eq!(restored.charge(payment(20, 2)).await.unwrap().total, 20);

	assert_eq!(restored.import(batch.clone(), &[]).await.unwrap(), 2);
	assert_eq!(restored.import(batch.clone(), &[]).await.unwrap(), 0);
	// Signed rightly, but by somebody else.
	let eve = key("//Eve");
	let forged =
		SignedBatch { key: eve.address().0, signature: eve.sign(&batch.batch.header().bytes()), batch: batch.batch };
	assert!(restored.import(forged, &[]).await.is_err());
	restored.resume().await.unwrap();
	for number in [1, 2] {
		let (here, there) = (restored.state(&class(), &instance(number)), store.state(&class(), &instance(number)));
		assert_eq!(here.unwrap(), there.unwrap());
	}
	// What the other signed, it cannot contradict any more.
	assert!(restored.perform(None, other).await.is_err());
	// What was imported is in no further batch, and numbers go on.
	assert_eq!(restored.make_batch().await.unwrap(), None);
	issue(&restored, 3).await;
	assert_eq!(restored.make_batch().await.unwrap(), Some(1));
}

#[tokio::test]
async fn unpaid_sessions_should_be_listed_until_they_are_paid() {
	let fixture = Fixture::new();
	let store = fixture.store();
	for session in [3, 5, 9] {
		store.charge(paid_in(session, 10, 1)).await.unwrap();
	}
	let unpaid = |from, limit| store.unpaid(from, limit).unwrap().into_iter().map(|(id, _)| id).collect::<Vec<_>>();
	assert_eq!(unpaid(0, 10), [3, 5, 9]);
	assert_eq!(unpaid(0, 2), [3, 5]);
	store.paid(5, Some(10)).await.unwrap();
	store.paid(9, None).await.unwrap();
	store.paid(1_000, Some(1)).await.unwrap();
	assert_eq!(unpaid(0, 10), [3]);
	assert_eq!(store.charges(9).unwrap(), None);
	assert_eq!(store.charges(1_000).unwrap(), None);
	assert_eq!(unpaid(4, 10), [0; 0]);
	// A paid one owes again, and is listed again; one that is settled is forgotten.
	store.charge(paid_in(5, 20, 2)).await.unwrap();
	assert_eq!(unpaid(0, 10), [3, 5]);
	assert_eq!(store.sessions(0, 10).unwrap(), [3, 5]);
	store.paid(5, None).await.unwrap();
	assert_eq!((unpaid(0, 10), store.sessions(4, 10).unwrap()), (vec![3], vec![]));
}

#[test]
fn only_the_database_of_the_node_should_be_opened() {
	let folder = TempDir::new().unwrap();
	let path = folder.path().join("node.redb");
	assert!(matches!(open(folder.path()), Err(StoreError::Missing)));
	Store::create(&path, GENESIS, node()).unwrap();
	assert!(matches!(Store::create(&path, GENESIS, node()), Err(StoreError::Exists)));
	let other = Store::open(&path, 1 << 20, GENESIS, [8; 32], key("//Service"));
	assert!(matches!(other, Err(StoreError::AnotherOwner)));
	assert!(open(folder.path()).is_ok());
}

#[tokio::test]
async fn a_read_should_be_repeated_only_while_nothing_has_happened() {
	let fixture = Fixture::new();
	let read = |sequence| Payment { sequence: Some(sequence), ..payment(10, 1) };
	fixture.store().charge(read(1)).await.unwrap();
	assert!(fixture.store().charge(read(1)).await.unwrap().repeated);
	assert!(matches!(fixture.store().charge(read(2)).await, Err(StoreError::Stale { charged: 10 })));
}

#[tokio::test]
async fn what_the_chain_has_paid_should_not_be_served_again() {
	let fixture = Fixture::new();
	let with = |amount, spent| Payment { spent, ..payment(amount, 1) };
	// Nothing is known of the session, and 50 were paid.
	for amount in [50, 59] {
		assert!(matches!(fixture.store().charge(with(amount, 50)).await, Err(StoreError::Stale { charged: 50 })));
	}
	assert_eq!(fixture.store().charge(with(60, 50)).await.unwrap().total, 60);
	// What was promised ahead, and is cashed out, still pays for calls.
	fixture.store().charge(paid_in(8, 100, 1)).await.unwrap();
	assert_eq!(fixture.store().charge(Payment { spent: 100, ..paid_in(8, 100, 2) }).await.unwrap().total, 20);
	// What is used up and cashed out, everybody could repeat.
	fixture.store().charge(paid_in(9, 10, 1)).await.unwrap();
	assert!(fixture.store().charge(paid_in(9, 10, 1)).await.unwrap().repeated);
	let public = fixture.store().charge(Payment { spent: 10, ..paid_in(9, 10, 1) }).await;
	assert!(matches!(public, Err(StoreError::Stale { charged: 10 })), "{public:?}");
	fixture.store().paid(9, Some(10)).await.unwrap();
	assert!(matches!(fixture.store().charge(paid_in(9, 10, 1)).await, Err(StoreError::Stale { charged: 10 })));

	// After a backup the customer was served up to 90, which the chain has paid.
	let folder = TempDir::new().unwrap();
	fixture.store().backup(&folder.path().join("node.redb")).unwrap();
	let restored = open(folder.path()).unwrap();
	// From the first call on, before the height is known.
	for amount in [70, 80, 90] {
		assert!(matches!(restored.charge(with(amount, 90)).await, Err(StoreError::Stale { charged: 90 })));
	}
	assert!(matches!(restored.charge(with(99, 90)).await, Err(StoreError::Stale { charged: 90 })));
	assert_eq!(restored.charges(7).unwrap().unwrap().charged_at_least(90), 90);
	restored.note_restored(5).await.unwrap();
	restored.note_restored(6).await.unwrap();
	assert_eq!(restored.restored().unwrap(), Some(5));
	assert_eq!(restored.charge(with(100, 90)).await.unwrap().total, 100);
}

#[tokio::test]
async fn a_batch_should_be_imported_wholly_or_not_at_all() {
	let fixture = Fixture::new();
	let folder = TempDir::new().unwrap();
	fixture.store().backup(&folder.path().join("node.redb")).unwrap();
	let restored = open(folder.path()).unwrap();
	issue(fixture.store(), 1).await;
	issue(fixture.store(), 2).await;
	fixture.store().make_batch().await.unwrap();
	let good = fixture.store().next_batch(&[1; 32]).unwrap().unwrap();
	let mut entries = good.batch.entries().to_vec();
	entries[1].operation.sequence = 7;
	let batch = smartlayer_statement::Batch::new(GENESIS, node(), 0, entries).unwrap();
	let signature = key("//Service").sign(&batch.header().bytes());
	assert!(restored.import(SignedBatch { batch, signature, ..good.clone() }, &[]).await.is_err());
	assert_eq!(restored.counts().unwrap().tokens, 0);
	// Signed by an earlier key, which the operator knows.
	let earlier = key("//Earlier");
	let signature = earlier.sign(&good.batch.header().bytes());
	let signed = SignedBatch { key: earlier.address().0, signature, batch: good.batch };
	assert!(restored.import(signed.clone(), &[]).await.is_err());
	assert_eq!(restored.import(signed, &[earlier.address().0]).await.unwrap(), 2);
}
