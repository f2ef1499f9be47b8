//! The tables, and how what is stored is encoded.

use super::StoreError;
use codec::{Decode, DecodeAll, Encode};
use redb::{Database, ReadTransaction, ReadableTable, ReadableTableMetadata, TableDefinition};
use smartlayer_client::api::anchor::SignedBatch;
use smartlayer_commitment::{OPERATION_BYTES, Operation};
use smartlayer_promise::{SessionId, SignedPromise};
use smartlayer_statement::{Account, Body, Entry, Record};
use smartlayer_token::{Action, SignedWrite, State};
use sp_core::H256;
use sp_runtime::MultiSignature;
use std::path::Path;

/// A token, or an operation: class, instance, sequence.
pub(super) type OperationKey = (&'static [u8; 32], &'static [u8; 32], u64);

/// The genesis hash of the chain and the account of the node, so that a database is never used for another node.
pub(super) const OWNER: TableDefinition<'_, (), &[u8]> = TableDefinition::new("owner");
/// Whether the database was restored from a backup, and the height at which this was noticed: 0 if not yet.
pub(super) const RESTORED: TableDefinition<'_, (), u32> = TableDefinition::new("restored");
/// The state of each token.
pub(super) const STATES: TableDefinition<'_, (&[u8; 32], &[u8; 32]), &[u8]> = TableDefinition::new("states");
/// The record of each token that another node writes now, with its signature.
pub(super) const MOVED: TableDefinition<'_, (&[u8; 32], &[u8; 32]), &[u8]> = TableDefinition::new("moved");
/// Each operation with its body.
pub(super) const OPERATIONS: TableDefinition<'_, OperationKey, &[u8]> = TableDefinition::new("operations");
/// The operations that are in no batch, in their order.
pub(super) const UNBATCHED: TableDefinition<'_, u64, OperationKey> = TableDefinition::new("unbatched");
/// Each batch, with the signature of its header.
pub(super) const BATCHES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("batches");
/// The number of the next batch for each anchor.
pub(super) const ACKNOWLEDGED: TableDefinition<'_, &[u8; 32], u64> = TableDefinition::new("acknowledged");
/// The receipts of batches, by number and anchor.
pub(super) const RECEIPTS: TableDefinition<'_, (u64, &[u8; 32]), &[u8]> = TableDefinition::new("receipts");
/// The confirmations of users that wait to be shown to the chain.
pub(super) const CONFIRMATIONS: TableDefinition<'_, OperationKey, &[u8]> = TableDefinition::new("confirmations");
/// What is charged and promised in each session.
pub(super) const SESSIONS: TableDefinition<'_, SessionId, &[u8]> = TableDefinition::new("sessions");

/// The sessions of which more is promised than was paid.
pub(super) const UNPAID: TableDefinition<'_, SessionId, ()> = TableDefinition::new("unpaid");

/// What is charged and promised in a session.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Charges {
	/// The total of all calls that were served.
	pub charged: u128,
	/// The highest promise.
	pub promise: SignedPromise,
	/// What the chain has paid for the session.
	pub paid: u128,
	/// The hash of the request that was charged last.
	pub request: H256,
	/// The sequence that it has seen, if it was a read.
	pub sequence: Option<u64>,
	/// How often it was answered once more.
	pub repeats: u8,
	/// Whether the database was restored since, so that more may have been charged than it knows.
	pub restored: bool,
}

impl Charges {
	/// Returns whether more is promised than was paid.
	pub const fn is_unpaid(&self) -> bool {
		self.promise.promise.amount > self.paid
	}

	/// Returns what is charged at least, if the chain has paid this total: a copy that was restored may not know.
	pub fn charged_at_least(&self, spent: u128) -> u128 {
		if self.restored { self.charged.max(spent) } else { self.charged }
	}
}

/// A record that names another node, with the issuer's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
	/// The record.
	pub record: Record,
	/// The signature.
	pub signature: MultiSignature,
}

pub(super) fn parse_batch(bytes: &[u8]) -> Result<SignedBatch, StoreError> {
	SignedBatch::parse(bytes).map_err(|_| StoreError::Damaged("a batch"))
}

pub(super) fn entry_bytes(entry: &Entry) -> Vec<u8> {
	[&entry.operation.bytes()[..], &entry.body.bytes()].concat()
}

pub(super) fn parse_signature(mut bytes: &[u8]) -> Result<MultiSignature, StoreError> {
	MultiSignature::decode_all(&mut bytes).map_err(|_| StoreError::Damaged("a signature"))
}

pub(super) fn parse_entry(bytes: &[u8]) -> Result<Entry, StoreError> {
	let parse = || {
		let (operation, body) = bytes.split_first_chunk::<OPERATION_BYTES>()?;
		Some(Entry { operation: Operation::from_bytes(operation), body: Body::parse(body).ok()? })
	};
	parse().ok_or(StoreError::Damaged("an operation"))
}

pub(super) fn parse_state(bytes: &[u8]) -> Result<State, StoreError> {
	State::parse(bytes).map_err(|_| StoreError::Damaged("a state"))
}

pub(super) fn parse_moved(bytes: &[u8]) -> Result<Moved, StoreError> {
	match SignedWrite::parse(bytes) {
		Ok(SignedWrite { action: Action::Assign(record), signature }) => Ok(Moved { record, signature }),
		_ => Err(StoreError::Damaged("a record")),
	}
}

pub(super) fn parse_charges(mut bytes: &[u8]) -> Result<Charges, StoreError> {
	Charges::decode_all(&mut bytes).map_err(|_| StoreError::Damaged("a session"))
}

/// Creates what is missing, and refuses the database of another node.
pub(super) fn prepare(database: &Database, genesis: H256, node: Account) -> Result<(), StoreError> {
	let transaction = database.begin_write()?;
	{
		let mut owner = transaction.open_table(OWNER)?;
		let expected = [genesis.as_bytes(), &node].concat();
		let found = owner.get(())?.map(|found| found.value().to_vec());
		match found {
			None => drop(owner.insert((), &expected[..])?),
			Some(found) if found == expected => {},
			Some(_) => return Err(StoreError::AnotherOwner),
		}
		// So that readers find every table.
		let restored = transaction.open_table(RESTORED)?;
		transaction.open_table(STATES)?;
		transaction.open_table(MOVED)?;
		transaction.open_table(OPERATIONS)?;
		transaction.open_table(UNBATCHED)?;
		transaction.open_table(BATCHES)?;
		transaction.open_table(ACKNOWLEDGED)?;
		transaction.open_table(RECEIPTS)?;
		transaction.open_table(CONFIRMATIONS)?;
		let mut sessions = transaction.open_table(SESSIONS)?;
		let mut unpaid = transaction.open_table(UNPAID)?;
		// A database of before there was this table has none.
		if unpaid.is_empty()? {
			for item in sessions.iter()? {
				let (session, charges) = item?;
				let charges = parse_charges(charges.value())?;
				if charges.is_unpaid() {
					unpaid.insert(session.value(), ())?;
				}
			}
		}
		// A copy that was not used yet: more may have been charged in its sessions than it knows.
		if restored.get(())?.is_some_and(|height| height.value() == 0) {
			let mut all = Vec::new();
			for item in sessions.iter()? {
				let (session, charges) = item?;
				all.push((session.value(), parse_charges(charges.value())?));
			}
			for (session, charges) in all {
				sessions.insert(session, &Charges { restored: true, ..charges }.encode()[..])?;
			}
		}
	}
	Ok(transaction.commit()?)
}

/// Copies everything into a new database, which is marked as restored: whoever opens it may lack what was signed since.
pub(super) fn copy(from: &ReadTransaction, path: &Path) -> Result<(), StoreError> {
	let copy = Database::create(path)?;
	let mark = copy.begin_write()?;
	mark.open_table(RESTORED)?.insert((), 0)?;
	mark.commit()?;
	smartlayer_daemon::copy_tables!(from, copy, OWNER STATES MOVED OPERATIONS UNBATCHED BATCHES ACKNOWLEDGED RECEIPTS CONFIRMATIONS SESSIONS UNPAID);
	Ok(())
}
