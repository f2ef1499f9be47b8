//! What an anchor takes in, certifies, signs and commits to, without a chain.

#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, reason = "tests may panic")]

mod content;
mod intake;
mod kills;
mod signing;

use smartlayer_anchor::{
	content::{Content, ContentError, Ledger},
	intake::Intake,
	store::Store,
};
use smartlayer_client::{
	Address, Duty, Key, OnDuty,
	api::anchor::{SignedBatch, SignedReceipt},
};
use smartlayer_statement::{Account, Batch, Entry, Receipt, Record, class_of};
use smartlayer_token::{Action, Place, SignedWrite, State, perform};
use sp_core::{H256, Pair, sr25519};
use std::{
	collections::BTreeMap,
	path::PathBuf,
	sync::{Arc, Mutex},
};
use tempfile::TempDir;

const GENESIS: H256 = H256::repeat_byte(1);
const SALT: H256 = H256::repeat_byte(2);
const SEATS: [&str; 4] = ["//Alice", "//Bob", "//Charlie", "//Dave"];

/// Returns a key, which is derived from its phrase once only: that takes a millisecond.
fn pair(uri: &str) -> sr25519::Pair {
	static PAIRS: Mutex<BTreeMap<String, sr25519::Pair>> = Mutex::new(BTreeMap::new());
	let derived = || sr25519::Pair::from_string(uri, None).unwrap();
	PAIRS.lock().unwrap().entry(uri.to_owned()).or_insert_with(derived).clone()
}

fn account(uri: &str) -> Account {
	pair(uri).public().0
}

fn class() -> H256 {
	class_of(&account("//Issuer"), &SALT)
}

fn instance(number: u64) -> H256 {
	let mut bytes = [0; 32];
	bytes[24..].copy_from_slice(&number.to_be_bytes());
	H256(bytes)
}

fn duty() -> Duty {
	let seat = |uri: &&str| OnDuty { who: Address(account(uri)), key: Address(account(uri)) };
	Duty { interval: 7, start: 70, order: SEATS.iter().map(seat).collect(), writer: None }
}

/// The receipt of a seat for a batch.
fn receipt(seat: &str, signed: &SignedBatch) -> SignedReceipt {
	let header = signed.batch.header();
	let (node, number, batch) = (header.node, header.number, header.hash());
	SignedReceipt::new(Receipt { genesis: GENESIS, seat: account(seat), node, number, batch }, &pair(seat))
}

/// A service node: its tokens, and the number of its next batch.
struct Node {
	key: Key,
	states: BTreeMap<H256, State>,
	number: u64,
}

impl Node {
	fn new(uri: &str) -> Self {
		Self { key: Key::from_uri(uri).unwrap(), states: BTreeMap::new(), number: 0 }
	}

	fn account(&self) -> Account {
		self.key.address().0
	}

	fn perform(&mut self, instance: H256, author: &str, action: Action) -> Entry {
		let node = self.account();
		let state = self.states.entry(instance).or_insert_with(|| State::empty(class(), instance));
		let place = Place { genesis: GENESIS, before: state.hash() };
		let signature = pair(author).sign(&SignedWrite::payload(&action, &place)).into();
		let write = SignedWrite { action, signature };
		let (entry, after) = perform(GENESIS, &node, state, &account(author), &write).unwrap();
		*state = after;
		entry
	}

	/// Issues a token to Ferdie.
	fn issue(&mut self, number: u64) -> Vec<Entry> {
		let node = self.account();
		let issuer = account("//Issuer");
		let record =
			Record { genesis: GENESIS, issuer, salt: SALT, instance: instance(number), bit: number, node, number: 1 };
		vec![
			self.perform(instance(number), "//Issuer", Action::Assign(record)),
			self.perform(instance(number), "//Issuer", Action::Transfer(account("//Ferdie"))),
		]
	}

	fn mark(&mut self, number: u64, set: bool) -> Vec<Entry> {
		vec![self.perform(instance(number), "//Ferdie", Action::Mark(set))]
	}

	fn sign(&self, number: u64, entries: Vec<Entry>) -> SignedBatch {
		let batch = Batch::new(GENESIS, self.account(), number, entries).unwrap();
		let signature = self.key.sign(&batch.header().bytes());
		SignedBatch { key: self.account(), signature, batch }
	}

	fn batch(&mut self, entries: Vec<Entry>) -> SignedBatch {
		self.number += 1;
		self.sign(self.number - 1, entries)
	}
}

/// An anchor's database, and what works on it.
struct Seat {
	folder: TempDir,
	uri: &'static str,
	store: Store,
	intake: Intake,
	ledger: Ledger,
}

impl Seat {
	fn new(uri: &'static str) -> Self {
		let folder = TempDir::new().unwrap();
		let path = folder.path().join("anchor.redb");
		Store::create(&path, GENESIS, account(uri), &pair(uri).public()).unwrap();
		Self::open(folder, uri)
	}

	fn open(folder: TempDir, uri: &'static str) -> Self {
		let path = folder.path().join("anchor.redb");
		// The thread of a store that was dropped may still hold the file for a moment.
		let open = || Store::open(&path, 1 << 20, GENESIS, account(uri), pair(uri));
		let store = std::iter::repeat_with(|| {
			std::thread::sleep(std::time::Duration::from_millis(5));
			open()
		});
		let store = store.take(400).find_map(Result::ok).unwrap();
		let intake = Intake::new(store.clone(), GENESIS);
		let ledger = Ledger::open(store.clone()).unwrap();
		Self { folder, uri, store, intake, ledger }
	}

	/// Ends, and starts again with what is on disk.
	fn restart(self) -> Self {
		let Self { folder, uri, store, intake, ledger } = self;
		drop((store, intake, ledger));
		Self::open(folder, uri)
	}

	fn path(&self) -> PathBuf {
		self.folder.path().join("anchor.redb")
	}

	/// Proposes what is certified with the seats of now.
	fn propose(&self, interval: u32, parent: H256, void: u32) -> Result<Arc<Content>, ContentError> {
		self.ledger.propose(interval, parent, void, &self.intake.upheld(&duty()).unwrap())
	}

	/// Takes a batch in, with the receipts of two others.
	async fn certify(&self, signed: &SignedBatch) {
		self.intake.take_in(signed.clone()).await.unwrap();
		let receipts = vec![receipt("//Charlie", signed), receipt("//Dave", signed)];
		self.store.keep_receipts(receipts, None).await.unwrap();
		assert_eq!(self.intake.certify(signed.batch.header().node, &duty()).await.unwrap(), None);
	}
}
