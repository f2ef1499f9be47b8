//! The thread that writes, and signs.

use super::{Backing, Progress, StoreError, tables::*};
use crate::content::Final;
use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, Table, WriteTransaction};
use smartlayer_client::{
	Address,
	api::anchor::{Listing, SignedBatch, SignedReceipt},
};
use smartlayer_commitment::{CHUNK_BYTES, OPERATION_BYTES};
use smartlayer_statement::{Account, Receipt};
use smartlayer_token::State;
use sp_core::{H256, Pair, sr25519};
use std::sync::Arc;
use tokio::sync::oneshot;

pub(super) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// What the writer is ordered to do.
pub(super) enum Order {
	TakeIn { batch: Box<SignedBatch>, leaves: Vec<u8>, backing: Backing, reply: Reply<Option<SignedReceipt>> },
	KeepContradiction { batch: Box<SignedBatch>, reply: Reply<()> },
	KeepReceipts { receipts: Vec<SignedReceipt>, cursor: Option<(Account, u64)>, reply: Reply<()> },
	Certify { node: Account, number: u64, states: Vec<State>, reply: Reply<()> },
	CoSign { writer: Account, listing: Box<Listing>, reply: Reply<[u8; 64]> },
	KeepListing { listing: Box<Listing>, reply: Reply<()> },
	Finalise { content: Box<Final>, reply: Reply<()> },
}

/// How many receipts of a seat for a node and a number are kept.
const MOST_RECEIPTS: usize = 2;

/// What is answered when the transaction is durable.
type Answer = Box<dyn FnOnce()>;

pub(super) struct Writer {
	database: Arc<Database>,
	genesis: H256,
	seat: Account,
	key: sr25519::Pair,
	/// Whether it may sign.
	signs: bool,
}

/// Returns whether a duty key may sign with this database.
pub(super) fn may_sign(database: &Database, key: &sr25519::Public) -> Result<bool, StoreError> {
	let read = database.begin_read()?;
	let is_own = read.open_table(SIGNER)?.get(())?.is_some_and(|signer| *signer.value() == key.0);
	Ok(is_own && read.open_table(RESTORED)?.is_empty()?)
}

/// Allows a duty key to sign, and the one before never again.
pub(super) fn resume(database: &Database, key: &sr25519::Public) -> Result<(), StoreError> {
	let transaction = database.begin_write()?;
	{
		let before = transaction.open_table(SIGNER)?.insert((), &key.0)?.map(|before| *before.value());
		if let Some(before) = before.filter(|before| *before != key.0) {
			transaction.open_table(BURNT)?.insert(&before, ())?;
		}
		transaction.open_table(RESTORED)?.remove(())?;
		transaction.open_table(NOTED)?.remove(())?;
	}
	Ok(transaction.commit()?)
}

/// Notes that a duty key may have signed with another copy of the database.
pub(super) fn burn(database: &Database, key: &[u8; 32]) -> Result<(), StoreError> {
	let transaction = database.begin_write()?;
	transaction.open_table(BURNT)?.insert(key, ())?;
	transaction.open_table(NOTED)?.insert((), ())?;
	Ok(transaction.commit()?)
}

impl Writer {
	pub(super) fn new(
		database: Arc<Database>,
		genesis: H256,
		seat: Account,
		key: sr25519::Pair,
	) -> Result<Self, StoreError> {
		let signs = may_sign(&database, &key.public())?;
		Ok(Self { database, genesis, seat, key, signs })
	}

	/// Applies orders in one transaction, and answers them when it is durable.
	pub(super) fn write(&self, orders: Vec<Order>) -> Result<(), StoreError> {
		let transaction = self.database.begin_write()?;
		let mut answers = Vec::with_capacity(orders.len());
		{
			let mut tables = Tables::open(&transaction)?;
			for order in orders {
				answers.push(tables.apply(self, order)?);
			}
		}
		transaction.commit()?;
		for answer in answers {
			answer();
		}
		Ok(())
	}
}

/// The tables within a transaction.
struct Tables<'a> {
	nodes: Table<'a, &'static [u8; 32], (u64, u64, u64)>,
	batches: Table<'a, BatchKey, &'static [u8]>,
	leaves: Table<'a, BatchKey, &'static [u8]>,
	receipts: Table<'a, ReceiptKey, &'static [u8]>,
	log: Table<'a, u64, BatchKey>,
	cursors: Table<'a, &'static [u8; 32], u64>,
	contradictions: Table<'a, BatchKey, &'static [u8]>,
	states: Table<'a, LineKey, &'static [u8]>,
	signed: Table<'a, CoSignatureKey, &'static [u8; 32]>,
	listings: Table<'a, &'static [u8; 32], &'static [u8]>,
	snapshots: Table<'a, u64, &'static [u8]>,
	intervals: Table<'a, u32, u64>,
	operations: Table<'a, (u32, u32), &'static [u8]>,
	places: Table<'a, OperationKey, u32>,
	bits: Table<'a, (&'static [u8; 32], u64), &'static [u8; CHUNK_BYTES]>,
}

/// Separates what refuses an order from what ends the program.
fn answer<T: 'static>(reply: Reply<T>, result: Result<T, StoreError>) -> Result<Answer, StoreError> {
	match result {
		Err(error @ (StoreError::Damaged(_) | StoreError::Database(_))) => Err(error),
		result => Ok(Box::new(move || drop(reply.send(result)))),
	}
}

impl<'a> Tables<'a> {
	fn open(transaction: &'a WriteTransaction) -> Result<Self, StoreError> {
		Ok(Self {
			nodes: transaction.open_table(NODES)?,
			batches: transaction.open_table(BATCHES)?,
			leaves: transaction.open_table(LEAVES)?,
			receipts: transaction.open_table(RECEIPTS)?,
			log: transaction.open_table(LOG)?,
			cursors: transaction.open_table(CURSORS)?,
			contradictions: transaction.open_table(CONTRADICTIONS)?,
			states: transaction.open_table(STATES)?,
			signed: transaction.open_table(SIGNED)?,
			listings: transaction.open_table(LISTINGS)?,
			snapshots: transaction.open_table(SNAPSHOTS)?,
			intervals: transaction.open_table(INTERVALS)?,
			operations: transaction.open_table(OPERATIONS)?,
			places: transaction.open_table(PLACES)?,
			bits: transaction.open_table(BITS)?,
		})
	}

	fn apply(&mut self, writer: &Writer, order: Order) -> Result<Answer, StoreError> {
		match order {
			Order::TakeIn { batch, leaves, backing, reply } => {
				answer(reply, self.take_in(writer, &batch, &leaves, backing))
			},
			Order::KeepContradiction { batch, reply } => answer(reply, self.keep_contradiction(&batch)),
			Order::KeepReceipts { receipts, cursor, reply } => {
				answer(reply, self.keep_receipts(writer, &receipts, cursor))
			},
			Order::Certify { node, number, states, reply } => answer(reply, self.certify(&node, number, &states)),
			Order::CoSign { writer: account, listing, reply } => {
				answer(reply, self.co_sign(writer, &account, &listing))
			},
			Order::KeepListing { listing, reply } => answer(reply, self.keep_listing(&listing)),
			Order::Finalise { content, reply } => answer(reply, self.finalise(&content)),
		}
	}

	fn progress(&self, node: &Account) -> Result<(u64, u64, u64), StoreError> {
		Ok(self.nodes.get(node)?.map(|row| row.value()).unwrap_or_default())
	}

	fn own_receipt(&self, writer: &Writer, node: &Account, number: u64) -> Result<Option<SignedReceipt>, StoreError> {
		let (first, last) = ((node, number, &writer.seat, &[0; 32]), (node, number, &writer.seat, &[u8::MAX; 32]));
		let own = self.receipts.range(first..=last)?.next().transpose()?;
		own.map(|(_, found)| parse_receipt(found.value())).transpose()
	}

	fn take_in(
		&mut self,
		writer: &Writer,
		signed: &SignedBatch,
		leaves: &[u8],
		backing: Backing,
	) -> Result<Option<SignedReceipt>, StoreError> {
		let header = signed.batch.header();
		let (node, number, hash) = (&header.node, header.number, header.hash());
		let own = self.own_receipt(writer, node, number)?;
		let contradicts = own.as_ref().is_some_and(|own| own.receipt.batch != hash);
		if contradicts && backing == Backing::Node {
			return Err(StoreError::Contradiction(number));
		}
		let (mut next, mut certified, included) = self.progress(node)?;
		if number >= backing.floor(&Progress { next, certified, included }) {
			while next > number {
				next = next.saturating_sub(1);
				self.drop_batch(node, next, next < certified)?;
			}
			certified = certified.min(number);
		}
		if number > next {
			return Err(StoreError::NotNext(next));
		}
		if number < next {
			// It was taken in before, or another one.
			let known = self.batches.get((node, number))?.map(|known| parse_batch(known.value())).transpose()?;
			if known.is_none_or(|known| known.batch.header().hash() != hash) {
				return Err(StoreError::NotNext(next));
			}
		} else {
			self.batches.insert((node, number), &signed.bytes()[..])?;
			self.leaves.insert((node, number), leaves)?;
			self.nodes.insert(node, (number.saturating_add(1), certified, included))?;
		}
		if contradicts {
			return Ok(None);
		}
		// The same hash is signed again by another key: with an earlier one it counts nowhere.
		let key = Address(writer.key.public().0);
		if !writer.signs || own.as_ref().is_some_and(|own| own.is_signed_by(&key)) {
			return Ok(own);
		}
		let receipt = Receipt { genesis: writer.genesis, seat: writer.seat, node: *node, number, batch: hash };
		let receipt = SignedReceipt::new(receipt, &writer.key);
		self.receipts.insert((node, number, &writer.seat, &hash.0), &receipt.bytes()[..])?;
		let place = self.log.len()?;
		self.log.insert(place, (node, number))?;
		Ok(Some(receipt))
	}

	/// Drops the last batch of a node, and what its tokens were after it if it was certified.
	fn drop_batch(&mut self, node: &Account, number: u64, certified: bool) -> Result<(), StoreError> {
		let dropped = self.batches.remove((node, number))?.map(|dropped| parse_batch(dropped.value())).transpose()?;
		self.leaves.remove((node, number))?;
		for dropped in dropped.iter().filter(|_| certified) {
			for entry in dropped.batch.entries() {
				self.states.remove((&entry.operation.class.0, &entry.operation.instance.0, node))?;
			}
			self.keep_contradiction(dropped)?;
		}
		Ok(())
	}

	fn keep_contradiction(&mut self, signed: &SignedBatch) -> Result<(), StoreError> {
		let header = signed.batch.header();
		if self.contradictions.get((&header.node, header.number))?.is_none() {
			self.contradictions.insert((&header.node, header.number), &signed.bytes()[..])?;
		}
		Ok(())
	}

	fn keep_receipts(
		&mut self,
		writer: &Writer,
		receipts: &[SignedReceipt],
		cursor: Option<(Account, u64)>,
	) -> Result<(), StoreError> {
		let mut rest = Vec::new();
		for signed in receipts {
			let Receipt { seat, node, number, batch, .. } = &signed.receipt;
			// Two of a seat are evidence that it lies, and more of them no more than that.
			let (first, last) = ((node, *number, seat, &[0; 32]), (node, *number, seat, &[u8::MAX; 32]));
			// The same one again can be by a newer key, but what this anchor has signed it knows best.
			let is_known = self.receipts.get((node, *number, seat, &batch.0))?.is_some();
			if is_known && *seat == writer.seat {
				continue;
			}
			if is_known || self.receipts.range(first..=last)?.count() < MOST_RECEIPTS {
				self.receipts.insert((node, *number, seat, &batch.0), &signed.bytes()[..])?;
			} else {
				rest.push(signed);
			}
		}
		// But a seat that has signed other ones first must not keep its receipt from counting: of a batch that another seat has as well, every
		// receipt is kept. So of each seat there are at most two of its own choice, and two of the choice of each other seat.
		for signed in rest {
			let Receipt { seat, node, number, batch, .. } = &signed.receipt;
			let (first, last) = ((node, *number, &[0; 32], &[0; 32]), (node, *number, &[u8::MAX; 32], &[u8::MAX; 32]));
			let mut is_shared = false;
			for known in self.receipts.range(first..=last)? {
				let (known, _) = known?;
				let (_, _, other, hash) = known.value();
				is_shared |= other != seat && *hash == batch.0;
			}
			if is_shared {
				self.receipts.insert((node, *number, seat, &batch.0), &signed.bytes()[..])?;
			}
		}
		if let Some((seat, cursor)) = cursor {
			self.cursors.insert(&seat, cursor)?;
		}
		Ok(())
	}

	fn certify(&mut self, node: &Account, number: u64, states: &[State]) -> Result<(), StoreError> {
		let (next, certified, included) = self.progress(node)?;
		if number != certified || number >= next {
			return Err(StoreError::NotNext(certified));
		}
		self.nodes.insert(node, (next, number.saturating_add(1), included))?;
		for state in states {
			self.states.insert((&state.class.0, &state.instance.0, node), &state.bytes()[..])?;
		}
		Ok(())
	}

	fn co_sign(&mut self, writer: &Writer, account: &Account, listing: &Listing) -> Result<[u8; 64], StoreError> {
		if !writer.signs {
			return Err(StoreError::MayNotSign);
		}
		let snapshot = &listing.snapshot;
		let hash = snapshot.hash();
		let key = (snapshot.interval, account, &snapshot.parent.0);
		let before = self.signed.get(key)?.map(|before| *before.value());
		if before.is_some_and(|before| before != hash.0) {
			return Err(StoreError::SignedAnother);
		}
		self.signed.insert(key, &hash.0)?;
		self.keep_listing(listing)?;
		Ok(writer.key.sign(&snapshot.payload(writer.genesis.as_bytes(), account)).0)
	}

	fn keep_listing(&mut self, listing: &Listing) -> Result<(), StoreError> {
		self.listings.insert(&listing.snapshot.hash().0, &listing.bytes()[..])?;
		Ok(())
	}

	fn finalise(&mut self, content: &Final) -> Result<(), StoreError> {
		let snapshot = &content.listing.snapshot;
		let index = self.snapshots.len()?;
		if self
			.snapshots
			.last()?
			.map(|(_, last)| parse_written(last.value()))
			.transpose()?
			.map_or(H256::zero(), |last| last.hash())
			!= snapshot.parent
		{
			return Err(StoreError::Damaged("a snapshot that does not follow on the newest one"));
		}
		self.keep_listing(&content.listing)?;
		self.snapshots.insert(index, &snapshot.bytes()[..])?;
		self.intervals.insert(snapshot.interval, index)?;
		for (part, operations) in (0..).zip(content.operations.chunks(PART)) {
			let mut bytes = Vec::with_capacity(operations.len().saturating_mul(OPERATION_BYTES));
			for operation in operations {
				bytes.extend_from_slice(&operation.bytes());
				let place = (&operation.class.0, &operation.instance.0, operation.sequence);
				self.places.insert(place, snapshot.interval)?;
			}
			self.operations.insert((snapshot.interval, part), &bytes[..])?;
		}
		for (key, bits) in &content.chunks {
			match bits {
				Some(bits) => drop(self.bits.insert((&key.class.0, key.position), &**bits)?),
				None => drop(self.bits.remove((&key.class.0, key.position))?),
			}
		}
		for listed in &content.listing.nodes {
			let (next, certified, _) = self.progress(&listed.node)?;
			self.nodes.insert(&listed.node, (next, certified, listed.end()))?;
			for (number, _) in listed.numbered() {
				self.leaves.remove((&listed.node, number))?;
			}
		}
		Ok(())
	}
}
