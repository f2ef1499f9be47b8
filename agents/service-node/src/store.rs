//! What the node must not lose: promises, charges, states, operations and batches, in one database.
//!
//! One thread writes. It collects the orders that wait, applies them in one transaction, each on top of the one before, and
//! answers when the transaction is durable. So nothing is acknowledged, signed or served before it is on disk, a call and its
//! charge are one change, and the calls of many sessions share the cost of a commit.

mod tables;
#[cfg(test)]
mod tests;
mod writer;

pub use tables::{Charges, Moved};

use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata};
use smartlayer_client::{
	Address, Key,
	api::{self, anchor::SignedBatch},
};
use smartlayer_daemon::store::start_writer;
use smartlayer_promise::{SessionId, SignedPromise};
use smartlayer_statement::{Account, Entry, Receipt};
use smartlayer_token::{Refusal, SignedWrite, State};
use sp_core::H256;
use sp_runtime::MultiSignature;
use std::{path::Path, sync::Arc};
use tables::*;
use tokio::sync::{mpsc, oneshot};
use writer::{Order, Reply, Writer};

/// How many orders share a transaction at most.
const MOST_ORDERS: usize = 1_024;

/// How many confirmations wait at most to be shown to the chain, which counts one for each interval.
const MOST_CONFIRMATIONS: u64 = 1_024;

/// An operation: class, instance and sequence.
pub type Place = (H256, H256, u64);

/// How often the same call with the same promise is answered once more, because its answer may have been lost.
pub const MOST_REPEATS: u8 = 3;

/// A payment for a call.
#[derive(Clone, Debug)]
pub struct Payment {
	/// A promise that was verified.
	pub promise: SignedPromise,
	/// The price of the call.
	pub price: u128,
	/// How much is served ahead of promises.
	pub credit: u128,
	/// The hash of the request.
	pub request: H256,
	/// The sequence of the token that a read has seen: the same call again is another one if something has happened since.
	pub sequence: Option<u64>,
	/// What the chain has paid for the session: so much was charged at least, if this database does not know.
	pub spent: u128,
}

/// A write of a token.
#[derive(Clone, Debug)]
pub struct Write {
	/// The class of the token.
	pub class: H256,
	/// Its instance.
	pub instance: H256,
	/// Who orders it.
	pub user: Account,
	/// What is ordered.
	pub write: SignedWrite,
}

/// What is charged in a session after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charged {
	/// The total of all calls that were served.
	pub total: u128,
	/// Whether the call was charged before, and is answered once more.
	pub repeated: bool,
}

/// A write that was performed.
#[derive(Clone, Debug)]
pub struct Performed {
	/// What is charged, if it was paid.
	pub charged: Option<Charged>,
	/// The operation.
	pub entry: Entry,
	/// The state that followed.
	pub state: State,
}

/// How much is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
	/// The number of tokens.
	pub tokens: u64,
	/// The number of operations.
	pub operations: u64,
	/// The number of operations that are in no batch.
	pub unbatched: u64,
	/// The number of batches that anchors may still lack.
	pub batches: u64,
	/// The number of sessions with promises.
	pub sessions: u64,
}

/// Why an order had no effect.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
	/// The promise does not cover the call. The client signs again, from what is charged.
	#[error("the promise covers less than what is charged and the price of this call")]
	Stale {
		/// What is charged in the session.
		charged: u128,
	},
	/// The same call was answered too often with the same promise.
	#[error("this call was answered often enough with this promise: promise more")]
	Repeated {
		/// What is charged in the session.
		charged: u128,
	},
	/// The action was refused.
	#[error(transparent)]
	Refused(#[from] Refusal),
	/// Another node writes the token.
	#[error("another node writes this token now: {}", Address(.0.record.node))]
	Moved(Box<Moved>),
	/// The database was restored from a backup, and may lack operations that were signed.
	#[error("this node was restored from a backup, and only reads: its operator must import what it has done since")]
	Restored,
	/// There is no database.
	#[error(
		"there is no database. `init` creates one for a node that has never signed anything; restore a backup for any other"
	)]
	Missing,
	/// The program runs.
	#[error("the database is in use: stop the program first")]
	InUse,
	/// There is a database.
	#[error("there is a database already")]
	Exists,
	/// The receipt is not one of a batch of this node.
	#[error("the receipt is not one of this batch")]
	WrongReceipt,
	/// The batch is not the next one of this node, or another one than that with its number.
	#[error("the batch is not one of this node, or not the next one: the next one has the number {next}")]
	AnotherBatch {
		/// The number of the next batch.
		next: u64,
	},
	/// The database is of another node or another chain.
	#[error("this database is of another node or another chain: each node has its own")]
	AnotherOwner,
	/// What is stored makes no sense.
	#[error("the database is damaged: {0}. Restore a backup, and read the guide before the node signs anything")]
	Damaged(&'static str),
	/// The disk or the database failed.
	#[error("the database failed: {0}")]
	Database(#[from] redb::Error),
	/// The node ends.
	#[error("the node is shutting down")]
	Ending,
}

impl StoreError {
	/// Returns whether the order should not have been sent.
	pub const fn is_mistake(&self) -> bool {
		matches!(self, Self::Refused(_) | Self::Stale { .. } | Self::Repeated { .. })
	}
}

smartlayer_daemon::from_redb!(StoreError);

/// Returns whether there is a file. One in a folder that may not be read is not taken for missing.
fn exists(path: &Path) -> Result<bool, StoreError> {
	path.try_exists().map_err(|error| StoreError::Database(redb::Error::Io(error)))
}

/// The database. Clones share it.
#[derive(Clone)]
pub struct Store {
	database: Arc<Database>,
	orders: mpsc::Sender<Order>,
}

impl Store {
	/// Creates the database of a node that has never signed anything.
	pub fn create(path: &Path, genesis: H256, node: Account) -> Result<(), StoreError> {
		if exists(path)? {
			return Err(StoreError::Exists);
		}
		prepare(&Database::create(path)?, genesis, node)
	}

	/// Opens the database of a node, with a cache of so many bytes. Repairs it first if the node was killed.
	pub fn open(path: &Path, cache: usize, genesis: H256, node: Account, key: Key) -> Result<Self, StoreError> {
		// Never created unasked: a node that has signed something, and begins with nothing, contradicts itself.
		if !exists(path)? {
			return Err(StoreError::Missing);
		}
		let database = Database::builder().set_cache_size(cache).open(path).map_err(|error| match error {
			redb::DatabaseError::DatabaseAlreadyOpen => StoreError::InUse,
			error => error.into(),
		})?;
		prepare(&database, genesis, node)?;
		let database = Arc::new(database);
		let writer = Writer::new(database.clone(), genesis, node, key);
		let orders = start_writer(MOST_ORDERS, move |orders| writer.write(orders))
			.map_err(|error| StoreError::Database(redb::Error::Io(error)))?;
		Ok(Self { database, orders })
	}

	/// Returns the state of a token: empty if nothing is known of it. Fails if another node writes it.
	pub fn state(&self, class: &H256, instance: &H256) -> Result<State, StoreError> {
		Ok(self.operations(class, instance, 0, 0)?.0)
	}

	/// Returns the state of a token, and up to `limit` of its operations from a number on. Fails if another node writes it.
	pub fn operations(
		&self,
		class: &H256,
		instance: &H256,
		from: u64,
		limit: usize,
	) -> Result<(State, Vec<Entry>), StoreError> {
		let read = self.database.begin_read()?;
		if let Some(moved) = read.open_table(MOVED)?.get((&class.0, &instance.0))? {
			return Err(StoreError::Moved(Box::new(parse_moved(moved.value())?)));
		}
		let found = read.open_table(STATES)?.get((&class.0, &instance.0))?.map(|found| parse_state(found.value()));
		let state = found.transpose()?.unwrap_or_else(|| State::empty(*class, *instance));
		if limit == 0 {
			return Ok((state, Vec::new()));
		}
		let operations = read.open_table(OPERATIONS)?;
		let range = operations.range((&class.0, &instance.0, from)..=(&class.0, &instance.0, u64::MAX))?;
		let entries = range.take(limit).map(|item| parse_entry(item?.1.value())).collect::<Result<_, _>>()?;
		Ok((state, entries))
	}

	/// Returns what is charged and promised in a session.
	pub fn charges(&self, session: SessionId) -> Result<Option<Charges>, StoreError> {
		let sessions = self.database.begin_read()?.open_table(SESSIONS)?;
		let found = sessions.get(session)?;
		found.map(|found| parse_charges(found.value())).transpose()
	}

	/// Returns the sessions from an id on of which more is promised than was paid, with what is charged.
	pub fn unpaid(&self, from: SessionId, limit: usize) -> Result<Vec<(SessionId, Charges)>, StoreError> {
		let read = self.database.begin_read()?;
		let sessions = read.open_table(SESSIONS)?;
		let mut found = Vec::new();
		for item in read.open_table(UNPAID)?.range(from..)?.take(limit) {
			let session = item?.0.value();
			let charges = sessions.get(session)?.ok_or(StoreError::Damaged("a session is missing"))?;
			found.push((session, parse_charges(charges.value())?));
		}
		Ok(found)
	}

	/// Returns sessions from an id on, paid or not.
	pub fn sessions(&self, from: SessionId, limit: usize) -> Result<Vec<SessionId>, StoreError> {
		let sessions = self.database.begin_read()?.open_table(SESSIONS)?;
		sessions.range(from..)?.take(limit).map(|item| Ok(item?.0.value())).collect()
	}

	/// Returns the first batch that an anchor has not acknowledged.
	pub fn next_batch(&self, seat: &Account) -> Result<Option<SignedBatch>, StoreError> {
		let read = self.database.begin_read()?;
		let number = read.open_table(ACKNOWLEDGED)?.get(seat)?.map_or(0, |number| number.value());
		// It may have got those that are forgotten from others.
		let batches = read.open_table(BATCHES)?;
		let found = batches.range(number..)?.next().transpose()?;
		found.map(|(_, found)| parse_batch(found.value())).transpose()
	}

	/// Returns the number before which all batches are acknowledged by this many of the anchors.
	pub fn acknowledged_by(&self, seats: &[Account], many: usize) -> Result<u64, StoreError> {
		let acknowledged = self.database.begin_read()?.open_table(ACKNOWLEDGED)?;
		let mut numbers = Vec::new();
		for seat in seats {
			numbers.push(acknowledged.get(seat)?.map_or(0, |number| number.value()));
		}
		numbers.sort_unstable();
		Ok(many.checked_sub(1).and_then(|others| numbers.into_iter().rev().nth(others)).unwrap_or_default())
	}

	/// Forgets the batches before a number. The newest one stays.
	pub async fn forget_batches(&self, before: u64) -> Result<(), StoreError> {
		self.order(|reply| Order::ForgetBatches { before, reply }).await
	}

	/// Keeps the confirmation of an operation, which was verified. Returns whether it is kept: not if many wait.
	pub async fn confirm(&self, operation: Place, signature: MultiSignature) -> Result<bool, StoreError> {
		self.order(|reply| Order::Confirm { operation, signature, reply }).await
	}

	/// Returns confirmations that wait, after that of an operation, some at most.
	pub fn confirmations(
		&self,
		after: Option<&Place>,
		limit: usize,
	) -> Result<Vec<(Place, MultiSignature)>, StoreError> {
		let confirmations = self.database.begin_read()?.open_table(CONFIRMATIONS)?;
		let from = after.map_or((&[0; 32], &[0; 32], 0), |(class, instance, sequence)| {
			(&class.0, &instance.0, sequence.saturating_add(1))
		});
		let found = confirmations.range(from..)?.take(limit).map(|item| {
			let (operation, signature) = item?;
			let (class, instance, sequence) = operation.value();
			Ok(((H256(*class), H256(*instance), sequence), parse_signature(signature.value())?))
		});
		found.collect()
	}

	/// Forgets a confirmation.
	pub async fn forget_confirmation(&self, operation: Place) -> Result<(), StoreError> {
		self.order(|reply| Order::ForgetConfirmation { operation, reply }).await
	}

	/// Returns how many batches an anchor has not acknowledged.
	pub fn backlog(&self, seat: &Account) -> Result<u64, StoreError> {
		let read = self.database.begin_read()?;
		let acknowledged = read.open_table(ACKNOWLEDGED)?.get(seat)?.map_or(0, |number| number.value());
		Ok(read.open_table(BATCHES)?.range(acknowledged..)?.count() as u64)
	}

	/// Returns how much is stored.
	pub fn counts(&self) -> Result<Counts, StoreError> {
		let read = self.database.begin_read()?;
		Ok(Counts {
			tokens: read.open_table(STATES)?.len()?,
			operations: read.open_table(OPERATIONS)?.len()?,
			unbatched: read.open_table(UNBATCHED)?.len()?,
			batches: read.open_table(BATCHES)?.len()?,
			sessions: read.open_table(SESSIONS)?.len()?,
		})
	}

	/// Returns whether the database was restored from a backup, so that nothing may be written, and the height at which this was
	/// noticed: 0 if not yet.
	pub fn restored(&self) -> Result<Option<u32>, StoreError> {
		Ok(self.database.begin_read()?.open_table(RESTORED)?.get(())?.map(|height| height.value()))
	}

	/// Notes the height at which a restored database was first used. Everything lost was signed before.
	pub async fn note_restored(&self, height: u32) -> Result<(), StoreError> {
		self.order(|reply| Order::NoteRestored { height, reply }).await
	}

	/// Charges a call that reads. Returns when the charge is durable.
	pub async fn charge(&self, payment: Payment) -> Result<Charged, StoreError> {
		self.order(|reply| Order::Charge { payment: Box::new(payment), reply }).await
	}

	/// Performs a write, and charges it if it is paid, or does neither. Returns when both are durable.
	pub async fn perform(&self, payment: Option<Payment>, write: Write) -> Result<Performed, StoreError> {
		self.order(|reply| Order::Perform { payment: payment.map(Box::new), write: Box::new(write), reply }).await
	}

	/// Stores what the chain has paid for a session, and forgets a session that the chain has settled.
	pub async fn paid(&self, session: SessionId, total: Option<u128>) -> Result<(), StoreError> {
		self.order(|reply| Order::Paid { session, total, reply }).await
	}

	/// Makes a batch of the operations that are in none. Returns its number, or nothing if there are none.
	pub async fn make_batch(&self) -> Result<Option<u64>, StoreError> {
		self.order(|reply| Order::MakeBatch { reply }).await
	}

	/// Stores the receipt of an anchor for the batch that is next for it.
	pub async fn acknowledge(&self, receipt: Receipt, signature: MultiSignature) -> Result<(), StoreError> {
		self.order(|reply| Order::Acknowledge { receipt: Box::new((receipt, signature)), reply }).await
	}

	/// Stores a batch that this node has handed over before it was restored, and returns how many of its operations were not known.
	/// It must be signed by the service key, or by an earlier one of this node.
	pub async fn import(&self, batch: SignedBatch, earlier_keys: &[Account]) -> Result<u64, StoreError> {
		let keys = earlier_keys.to_vec();
		self.order(|reply| Order::Import { batch: Box::new(batch), keys, reply }).await
	}

	/// Ends the state after a restore: writes are performed again.
	pub async fn resume(&self) -> Result<(), StoreError> {
		self.order(|reply| Order::Resume { reply }).await
	}

	/// Writes a copy of the present content to a new file. The copy is marked as restored.
	pub fn backup(&self, path: &Path) -> Result<Counts, StoreError> {
		copy(&self.database.begin_read()?, path)?;
		self.counts()
	}

	/// Writes all tokens with their operations, a line of JSON each.
	pub fn export(&self, to: &mut impl std::io::Write) -> Result<(), StoreError> {
		let read = self.database.begin_read()?;
		let operations = read.open_table(OPERATIONS)?;
		for item in read.open_table(STATES)?.iter()? {
			let state = parse_state(item?.1.value())?;
			let (class, instance) = (&state.class.0, &state.instance.0);
			let entries = operations.range((class, instance, 0)..=(class, instance, u64::MAX))?;
			let entries = entries.map(|item| Ok(api::Operation::from(&parse_entry(item?.1.value())?)));
			let entries = entries.collect::<Result<Vec<_>, StoreError>>()?;
			let line = serde_json::json!({ "token": api::Token::from(&state), "operations": entries });
			writeln!(to, "{line}").map_err(|error| StoreError::Database(redb::Error::Io(error)))?;
		}
		Ok(())
	}

	async fn order<T>(&self, order: impl FnOnce(Reply<T>) -> Order) -> Result<T, StoreError> {
		let (reply, answer) = oneshot::channel();
		self.orders.send(order(reply)).await.map_err(|_| StoreError::Ending)?;
		answer.await.map_err(|_| StoreError::Ending)?
	}
}
