//! What the anchor must not lose: batches, receipts, states, co-signatures and snapshots, in one database.
//!
//! One thread writes, and signs: nothing that it has signed leaves it before it is on disk, so the anchor never contradicts itself,
//! whenever it is killed.

mod tables;
mod writer;

use crate::content::{Final, Leaf};
use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata};
use smartlayer_client::{
	Address,
	api::anchor::{Listing, SignedBatch, SignedReceipt},
};
use smartlayer_commitment::{Bitmap, ChunkKey, Operation, Snapshot};
use smartlayer_daemon::store::start_writer;
use smartlayer_statement::Account;
use smartlayer_token::State;
use sp_core::{H256, Pair, sr25519};
use std::{collections::BTreeMap, path::Path, sync::Arc};
use tables::*;
use tokio::sync::{mpsc, oneshot};
use writer::{Order, Reply, Writer};

/// How many orders share a transaction at most.
const MOST_ORDERS: usize = 256;

/// Why an order had no effect.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
	/// The anchor has signed a receipt of another batch with this number.
	#[error("this anchor has signed a receipt of another batch with the number {0}")]
	Contradiction(u64),
	/// The batch is not the next one.
	#[error("the next batch has the number {0}")]
	NotNext(u64),
	/// The anchor has co-signed another snapshot.
	#[error("this anchor has co-signed another snapshot for this interval, writer and parent")]
	SignedAnother,
	/// The database was restored from a backup, or the duty key was used with another database.
	#[error(
		"this anchor signs nothing: its database was restored from a backup, or is new while its duty key is not. Replace the session keys, then `resume`"
	)]
	MayNotSign,
	/// There is no database.
	#[error(
		"there is no database. `init` creates one for an anchor that has never signed anything; restore a backup for any other"
	)]
	Missing,
	/// The program runs.
	#[error("the database is in use: stop the program first")]
	InUse,
	/// There is a database.
	#[error("there is a database already")]
	Exists,
	/// The database is of another anchor or another chain.
	#[error("this database is of another anchor or another chain: each anchor has its own")]
	AnotherOwner,
	/// What is stored makes no sense.
	#[error("the database is damaged: {0}. Restore a backup, and read the guide before the anchor signs anything")]
	Damaged(&'static str),
	/// The disk or the database failed.
	#[error("the database failed: {0}")]
	Database(#[from] redb::Error),
	/// The program ends.
	#[error("the anchor is shutting down")]
	Ending,
}

smartlayer_daemon::from_redb!(StoreError);

/// What stands behind a batch, and so what it may replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backing {
	/// Its node alone: it replaces nothing.
	Node,
	/// Receipts of two thirds of the seats: it replaces what is not certified here.
	Seats,
	/// A snapshot on the chain: it replaces what no snapshot that is final includes.
	Chain,
}

impl Backing {
	/// Returns the first number of a node that it may replace.
	pub const fn floor(self, progress: &Progress) -> u64 {
		match self {
			Self::Node => u64::MAX,
			Self::Seats => progress.certified,
			Self::Chain => progress.included,
		}
	}
}

/// How far the batches of a node are, each as a number of the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
	/// The next one to take in.
	pub next: u64,
	/// The next one to certify: two thirds of the seats have all before.
	pub certified: u64,
	/// The next one to include in a snapshot that is final.
	pub included: u64,
}

/// How much is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
	/// The number of service nodes with batches.
	pub nodes: u64,
	/// The number of batches.
	pub batches: u64,
	/// The number of batches that no snapshot that is final includes.
	pub pending: u64,
	/// The number of tokens.
	pub tokens: u64,
	/// The number of operations in snapshots.
	pub operations: u64,
	/// The number of snapshots.
	pub snapshots: u64,
	/// The number of contradictions of service nodes.
	pub contradictions: u64,
}

/// The database. Clones share it.
#[derive(Clone)]
pub struct Store {
	database: Arc<Database>,
	orders: mpsc::Sender<Order>,
	key: Account,
}

/// Returns whether there is a file. One in a folder that may not be read is not taken for missing.
fn exists(path: &Path) -> Result<bool, StoreError> {
	path.try_exists().map_err(|error| StoreError::Database(redb::Error::Io(error)))
}

impl Store {
	/// Creates the database of an anchor whose duty key has never signed anything.
	pub fn create(path: &Path, genesis: H256, seat: Account, key: &sr25519::Public) -> Result<(), StoreError> {
		if exists(path)? {
			return Err(StoreError::Exists);
		}
		let database = Database::create(path)?;
		prepare(&database, genesis, seat)?;
		writer::resume(&database, key)
	}

	/// Opens the database of an anchor, with a cache of so many bytes. Repairs it first if the program was killed.
	pub fn open(
		path: &Path,
		cache: usize,
		genesis: H256,
		seat: Account,
		key: sr25519::Pair,
	) -> Result<Self, StoreError> {
		// Never created unasked: an anchor that has signed something, and begins with nothing, contradicts itself.
		if !exists(path)? {
			return Err(StoreError::Missing);
		}
		let database = Database::builder().set_cache_size(cache).open(path).map_err(|error| match error {
			redb::DatabaseError::DatabaseAlreadyOpen => StoreError::InUse,
			error => error.into(),
		})?;
		prepare(&database, genesis, seat)?;
		let database = Arc::new(database);
		let own = key.public().0;
		let writer = Writer::new(database.clone(), genesis, seat, key)?;
		let orders = start_writer(MOST_ORDERS, move |orders| writer.write(orders))
			.map_err(|error| StoreError::Database(redb::Error::Io(error)))?;
		Ok(Self { database, orders, key: own })
	}

	/// Returns the duty key with which the anchor signs, if it may.
	pub const fn key(&self) -> Address {
		Address(self.key)
	}

	/// Returns whether the anchor may sign with this duty key.
	pub fn may_sign(&self, key: &sr25519::Public) -> Result<bool, StoreError> {
		writer::may_sign(&self.database, key)
	}

	/// Returns whether a duty key may have signed with this database, or with another copy of it.
	pub fn is_burnt(&self, key: &Account) -> Result<bool, StoreError> {
		let read = self.database.begin_read()?;
		let is_signer = read.open_table(SIGNER)?.get(())?.is_some_and(|signer| *signer.value() == *key);
		Ok(is_signer || read.open_table(BURNT)?.get(key)?.is_some())
	}

	/// Returns whether this is a restored copy that has not noted yet which duty key the chain had then: it may have signed since the backup.
	pub fn must_note_key(&self) -> Result<bool, StoreError> {
		let read = self.database.begin_read()?;
		Ok(!read.open_table(RESTORED)?.is_empty()? && read.open_table(NOTED)?.is_empty()?)
	}

	/// Notes the duty key that the chain has when a copy is restored.
	pub fn note_key(&self, key: &Account) -> Result<(), StoreError> {
		writer::burn(&self.database, key)
	}

	/// Allows a duty key that has never signed anything to sign, after a restore.
	pub fn resume(&self, key: &sr25519::Public) -> Result<(), StoreError> {
		writer::resume(&self.database, key)
	}

	/// Returns how far a node is.
	pub fn progress(&self, node: &Account) -> Result<Progress, StoreError> {
		let nodes = self.database.begin_read()?.open_table(NODES)?;
		Ok(nodes.get(node)?.map(|row| progress(row.value())).unwrap_or_default())
	}

	/// Returns how far all nodes are.
	pub fn nodes(&self) -> Result<BTreeMap<Account, Progress>, StoreError> {
		let nodes = self.database.begin_read()?.open_table(NODES)?;
		nodes
			.iter()?
			.map(|row| row.map(|(node, row)| (*node.value(), progress(row.value()))).map_err(Into::into))
			.collect()
	}

	/// Returns a batch.
	pub fn batch(&self, node: &Account, number: u64) -> Result<Option<SignedBatch>, StoreError> {
		let batches = self.database.begin_read()?.open_table(BATCHES)?;
		batches.get((node, number))?.map(|found| parse_batch(found.value())).transpose()
	}

	/// Returns the bytes of a batch.
	pub fn batch_bytes(&self, node: &Account, number: u64) -> Result<Option<Vec<u8>>, StoreError> {
		let batches = self.database.begin_read()?.open_table(BATCHES)?;
		Ok(batches.get((node, number))?.map(|found| found.value().to_vec()))
	}

	/// Returns the hash of a batch that no snapshot which is final includes, and the number of its operations.
	pub fn pending(&self, node: &Account, number: u64) -> Result<Option<(H256, usize)>, StoreError> {
		let leaves = self.database.begin_read()?.open_table(LEAVES)?;
		leaves.get((node, number))?.map(|found| parse_pending(found.value())).transpose()
	}

	/// Returns the hash of a batch that no snapshot which is final includes, and its leaves.
	pub fn leaves(&self, node: &Account, number: u64) -> Result<Option<(H256, Vec<Leaf>)>, StoreError> {
		let leaves = self.database.begin_read()?.open_table(LEAVES)?;
		leaves.get((node, number))?.map(|found| parse_leaves(found.value())).transpose()
	}

	/// Returns all receipts of the batches of a node with this number.
	pub fn receipts(&self, node: &Account, number: u64) -> Result<Vec<SignedReceipt>, StoreError> {
		let receipts = self.database.begin_read()?.open_table(RECEIPTS)?;
		let (zero, most) = (&[0; 32], &[u8::MAX; 32]);
		let (first, last) = ((node, number, zero, zero), (node, number, most, most));
		receipts.range(first..=last)?.map(|row| parse_receipt(row?.1.value())).collect()
	}

	/// Returns the receipts of the batches of a node from this number on, at most so many, one after another.
	pub fn receipts_from(&self, node: &Account, number: u64, limit: usize) -> Result<Vec<u8>, StoreError> {
		let receipts = self.database.begin_read()?.open_table(RECEIPTS)?;
		let (zero, most) = (&[0; 32], &[u8::MAX; 32]);
		let mut bytes = Vec::new();
		for row in receipts.range((node, number, zero, zero)..=(node, u64::MAX, most, most))?.take(limit) {
			bytes.extend_from_slice(row?.1.value());
		}
		Ok(bytes)
	}

	/// Returns the receipts that this anchor has signed, from a number of its log on, and the number of the next one.
	pub fn log(&self, seat: &Account, from: u64, limit: usize) -> Result<(u64, Vec<u8>), StoreError> {
		let read = self.database.begin_read()?;
		let (log, receipts) = (read.open_table(LOG)?, read.open_table(RECEIPTS)?);
		let mut bytes = Vec::new();
		for row in log.range(from..)?.take(limit) {
			let (_, batch) = row?;
			let (node, number) = batch.value();
			let own = receipts.range((node, number, seat, &[0; 32])..=(node, number, seat, &[u8::MAX; 32]))?.next();
			let (_, receipt) = own.ok_or(StoreError::Damaged("a receipt is missing"))??;
			bytes.extend_from_slice(receipt.value());
		}
		Ok((log.len()?, bytes))
	}

	/// Returns how far the log of a seat was read.
	pub fn cursor(&self, seat: &Account) -> Result<u64, StoreError> {
		let cursors = self.database.begin_read()?.open_table(CURSORS)?;
		Ok(cursors.get(seat)?.map_or(0, |cursor| cursor.value()))
	}

	/// Returns the state of a token after all certified batches of a node that has written it.
	pub fn state(&self, class: &H256, instance: &H256, node: &Account) -> Result<Option<State>, StoreError> {
		let states = self.database.begin_read()?.open_table(STATES)?;
		states.get((&class.0, &instance.0, node))?.map(|found| parse_state(found.value())).transpose()
	}

	/// Returns the states of a token after all certified batches of each node that has written it, at most so many.
	pub fn states(&self, class: &H256, instance: &H256, limit: usize) -> Result<Vec<State>, StoreError> {
		let states = self.database.begin_read()?.open_table(STATES)?;
		let (first, last) = ((&class.0, &instance.0, &[0; 32]), (&class.0, &instance.0, &[u8::MAX; 32]));
		states.range(first..=last)?.take(limit).map(|row| parse_state(row?.1.value())).collect()
	}

	/// Returns the list of the batches of a snapshot.
	pub fn listing(&self, hash: &H256) -> Result<Option<Listing>, StoreError> {
		let listings = self.database.begin_read()?.open_table(LISTINGS)?;
		listings.get(&hash.0)?.map(|found| parse_listing(found.value())).transpose()
	}

	/// Returns the list of the snapshot that this anchor has co-signed for a writer.
	pub fn co_signed(&self, interval: u32, writer: &Account, parent: &H256) -> Result<Option<Listing>, StoreError> {
		let signed = self.database.begin_read()?.open_table(SIGNED)?;
		let hash = signed.get((interval, writer, &parent.0))?.map(|hash| H256(*hash.value()));
		hash.map_or(Ok(None), |hash| self.listing(&hash))
	}

	/// Returns the index of the newest snapshot that is final, and the snapshot.
	pub fn newest(&self) -> Result<Option<(u64, Snapshot)>, StoreError> {
		let snapshots = self.database.begin_read()?.open_table(SNAPSHOTS)?;
		let last = snapshots.last()?;
		last.map(|(index, found)| Ok((index.value(), parse_written(found.value())?))).transpose()
	}

	/// Returns the index of an interval's snapshot.
	pub fn index_of(&self, interval: u32) -> Result<Option<u64>, StoreError> {
		let intervals = self.database.begin_read()?.open_table(INTERVALS)?;
		Ok(intervals.get(interval)?.map(|index| index.value()))
	}

	/// Returns the snapshot with this index.
	pub fn snapshot(&self, index: u64) -> Result<Option<Snapshot>, StoreError> {
		let snapshots = self.database.begin_read()?.open_table(SNAPSHOTS)?;
		snapshots.get(index)?.map(|found| parse_written(found.value())).transpose()
	}

	/// Reads all snapshots, in their order.
	pub fn each_snapshot(&self, mut read: impl FnMut(Snapshot)) -> Result<(), StoreError> {
		let snapshots = self.database.begin_read()?.open_table(SNAPSHOTS)?;
		for row in snapshots.iter()? {
			read(parse_written(row?.1.value())?);
		}
		Ok(())
	}

	/// Returns some operations of an interval's snapshot, from one on.
	pub fn some_operations(&self, interval: u32, from: usize, count: usize) -> Result<Vec<Operation>, StoreError> {
		let parts = self.database.begin_read()?.open_table(OPERATIONS)?;
		let part = |at: usize| u32::try_from(at.checked_div(PART).unwrap_or_default()).unwrap_or(u32::MAX);
		let mut operations = Vec::new();
		for found in parts.range((interval, part(from))..=(interval, part(from.saturating_add(count))))? {
			operations.extend(parse_operations(found?.1.value())?);
		}
		let skipped = from.checked_rem(PART).unwrap_or_default();
		Ok(operations.into_iter().skip(skipped).take(count).collect())
	}

	/// Returns the operations of an interval's snapshot, in their order.
	pub fn operations(&self, interval: u32) -> Result<Vec<Operation>, StoreError> {
		let parts = self.database.begin_read()?.open_table(OPERATIONS)?;
		let mut operations = Vec::new();
		for part in parts.range((interval, 0)..=(interval, u32::MAX))? {
			operations.extend(parse_operations(part?.1.value())?);
		}
		Ok(operations)
	}

	/// Returns the interval in whose snapshot an operation is.
	pub fn place(&self, class: &H256, instance: &H256, sequence: u64) -> Result<Option<u32>, StoreError> {
		let places = self.database.begin_read()?.open_table(PLACES)?;
		Ok(places.get((&class.0, &instance.0, sequence))?.map(|interval| interval.value()))
	}

	/// Returns the bitmap after the newest snapshot that is final.
	pub fn bitmap(&self) -> Result<Bitmap, StoreError> {
		let bits = self.database.begin_read()?.open_table(BITS)?;
		let mut bitmap = Bitmap::default();
		for chunk in bits.iter()? {
			let (key, bits) = chunk?;
			let (class, position) = key.value();
			bitmap.set_chunk(ChunkKey { class: class.into(), position }, bits.value());
		}
		Ok(bitmap)
	}

	/// Returns how much is stored.
	pub fn counts(&self) -> Result<Counts, StoreError> {
		let read = self.database.begin_read()?;
		let nodes = self.nodes()?;
		let pending = nodes.values().map(|node| node.next.saturating_sub(node.included)).sum();
		Ok(Counts {
			nodes: read.open_table(NODES)?.len()?,
			batches: read.open_table(BATCHES)?.len()?,
			pending,
			tokens: read.open_table(STATES)?.len()?,
			operations: read.open_table(PLACES)?.len()?,
			snapshots: read.open_table(SNAPSHOTS)?.len()?,
			contradictions: read.open_table(CONTRADICTIONS)?.len()?,
		})
	}

	/// Stores a batch that was verified, and returns the receipt. It is that of the first time if the batch is known, and none if this
	/// anchor may not sign, or has signed another one with this number. What it replaces is dropped, with all that follows of this node.
	pub async fn take_in(&self, batch: SignedBatch, backing: Backing) -> Result<Option<SignedReceipt>, StoreError> {
		let leaves = encode_leaves(batch.batch.header().hash(), &Leaf::all(&batch.batch));
		self.order(|reply| Order::TakeIn { batch: Box::new(batch), leaves, backing, reply }).await
	}

	/// Keeps a batch that contradicts one that was taken in, as evidence.
	pub async fn keep_contradiction(&self, batch: SignedBatch) -> Result<(), StoreError> {
		self.order(|reply| Order::KeepContradiction { batch: Box::new(batch), reply }).await
	}

	/// Stores receipts that were verified, and how far the log of a seat was read.
	pub async fn keep_receipts(
		&self,
		receipts: Vec<SignedReceipt>,
		cursor: Option<(Account, u64)>,
	) -> Result<(), StoreError> {
		self.order(|reply| Order::KeepReceipts { receipts, cursor, reply }).await
	}

	/// Notes that the next batch of a node is certified, with the states that follow from it.
	pub async fn certify(&self, node: Account, number: u64, states: Vec<State>) -> Result<(), StoreError> {
		self.order(|reply| Order::Certify { node, number, states, reply }).await
	}

	/// Co-signs a snapshot for a writer, unless another one was. Keeps its list.
	pub async fn co_sign(&self, writer: Account, listing: Listing) -> Result<[u8; 64], StoreError> {
		self.order(|reply| Order::CoSign { writer, listing: Box::new(listing), reply }).await
	}

	/// Keeps the list of a snapshot that was checked.
	pub async fn keep_listing(&self, listing: Listing) -> Result<(), StoreError> {
		self.order(|reply| Order::KeepListing { listing: Box::new(listing), reply }).await
	}

	/// Stores the content of a snapshot that is final, which follows on the newest one.
	pub async fn finalise(&self, content: Final) -> Result<(), StoreError> {
		self.order(|reply| Order::Finalise { content: Box::new(content), reply }).await
	}

	/// Writes a copy of the present content to a new file. The copy is marked as restored.
	pub fn backup(&self, path: &Path) -> Result<(), StoreError> {
		copy(&self.database.begin_read()?, path)
	}

	async fn order<T>(&self, order: impl FnOnce(Reply<T>) -> Order) -> Result<T, StoreError> {
		let (reply, answer) = oneshot::channel();
		self.orders.send(order(reply)).await.map_err(|_| StoreError::Ending)?;
		answer.await.map_err(|_| StoreError::Ending)?
	}
}

const fn progress((next, certified, included): (u64, u64, u64)) -> Progress {
	Progress { next, certified, included }
}
