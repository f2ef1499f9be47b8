//! The tables, and how what is stored is encoded.

use super::StoreError;
use crate::content::Leaf;
use redb::{Database, ReadTransaction, ReadableTable, TableDefinition};
use smartlayer_client::api::anchor::{Listing, SignedBatch, SignedReceipt, parse_snapshot};
use smartlayer_commitment::{CHUNK_BYTES, OPERATION_BYTES, Operation, Snapshot};
use smartlayer_daemon::copy_tables;
use smartlayer_statement::{Account, BitChange};
use smartlayer_token::State;
use sp_core::H256;
use std::path::Path;

/// A batch: its node and its number.
pub(super) type BatchKey = (&'static [u8; 32], u64);
/// A receipt: the node, the number of the batch, the seat, and the hash of the batch. A seat that lies may have signed several.
pub(super) type ReceiptKey = (&'static [u8; 32], u64, &'static [u8; 32], &'static [u8; 32]);
/// An operation: class, instance and sequence.
pub(super) type OperationKey = (&'static [u8; 32], &'static [u8; 32], u64);
/// A co-signature: the interval, the writer, and the parent.
pub(super) type CoSignatureKey = (u32, &'static [u8; 32], &'static [u8; 32]);
/// A token as a node has written it: class, instance, and the node.
pub(super) type LineKey = (&'static [u8; 32], &'static [u8; 32], &'static [u8; 32]);

/// The genesis hash of the chain and the account of the anchor, so that a database is never used for another one.
pub(super) const OWNER: TableDefinition<'_, (), &[u8]> = TableDefinition::new("owner");
/// The duty key that may sign. Another one, should the database be a copy: this one may have signed more since.
pub(super) const SIGNER: TableDefinition<'_, (), &[u8; 32]> = TableDefinition::new("signer");
/// Duty keys that may not sign with this database, because they may have signed with another copy of it.
pub(super) const BURNT: TableDefinition<'_, &[u8; 32], ()> = TableDefinition::new("burnt");
/// Whether the key that the chain had when this copy was restored was noted. Not part of a backup.
pub(super) const NOTED: TableDefinition<'_, (), ()> = TableDefinition::new("noted");
/// Whether the database was restored from a backup. Nothing is signed then.
pub(super) const RESTORED: TableDefinition<'_, (), ()> = TableDefinition::new("restored");
/// How far the batches of each node are: the numbers of the next one to take in, to certify, and to include in a snapshot that is final.
pub(super) const NODES: TableDefinition<'_, &[u8; 32], (u64, u64, u64)> = TableDefinition::new("nodes");
/// The batches.
pub(super) const BATCHES: TableDefinition<'_, BatchKey, &[u8]> = TableDefinition::new("batches");
/// What snapshots commit to of each batch that no snapshot which is final includes: the hash of the batch, and its leaves.
pub(super) const LEAVES: TableDefinition<'_, BatchKey, &[u8]> = TableDefinition::new("leaves");
/// The receipts of all seats, of batches that this anchor has or that it lacks.
pub(super) const RECEIPTS: TableDefinition<'_, ReceiptKey, &[u8]> = TableDefinition::new("receipts");
/// The batches that this anchor has signed receipts of, in this order: others follow it.
pub(super) const LOG: TableDefinition<'_, u64, BatchKey> = TableDefinition::new("log");
/// How far the logs of other seats were read.
pub(super) const CURSORS: TableDefinition<'_, &[u8; 32], u64> = TableDefinition::new("cursors");
/// Two batches of a node with the same number, both signed: the first one, as it was received second.
pub(super) const CONTRADICTIONS: TableDefinition<'_, BatchKey, &[u8]> = TableDefinition::new("contradictions");
/// The state of each token after all batches that are certified, of each node that has written it.
pub(super) const STATES: TableDefinition<'_, LineKey, &[u8]> = TableDefinition::new("states");
/// The snapshots that this anchor has co-signed: one for each interval, writer and parent.
pub(super) const SIGNED: TableDefinition<'_, CoSignatureKey, &[u8; 32]> = TableDefinition::new("signed");
/// The lists of the batches of snapshots, by the snapshot's hash.
pub(super) const LISTINGS: TableDefinition<'_, &[u8; 32], &[u8]> = TableDefinition::new("listings");
/// The snapshots that are final, by their index in the history.
pub(super) const SNAPSHOTS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("snapshots");
/// The index of each interval's snapshot.
pub(super) const INTERVALS: TableDefinition<'_, u32, u64> = TableDefinition::new("intervals");
/// The operations of each interval's snapshot in the order of its leaves, in parts.
pub(super) const OPERATIONS: TableDefinition<'_, (u32, u32), &[u8]> = TableDefinition::new("operations");
/// The interval in whose snapshot an operation is: class, instance, sequence.
pub(super) const PLACES: TableDefinition<'_, OperationKey, u32> = TableDefinition::new("places");
/// The chunks of the bitmap after the newest snapshot that is final: class and position.
pub(super) const BITS: TableDefinition<'_, (&[u8; 32], u64), &[u8; CHUNK_BYTES]> = TableDefinition::new("bits");

/// The number of operations in a part.
pub(super) const PART: usize = 4_096;

pub(super) fn parse_batch(bytes: &[u8]) -> Result<SignedBatch, StoreError> {
	SignedBatch::parse(bytes).map_err(|_| StoreError::Damaged("a batch"))
}

pub(super) fn parse_receipt(bytes: &[u8]) -> Result<SignedReceipt, StoreError> {
	SignedReceipt::parse(bytes).map_err(|_| StoreError::Damaged("a receipt"))
}

pub(super) fn parse_state(bytes: &[u8]) -> Result<State, StoreError> {
	State::parse(bytes).map_err(|_| StoreError::Damaged("a state"))
}

pub(super) fn parse_listing(bytes: &[u8]) -> Result<Listing, StoreError> {
	Listing::parse(bytes).map_err(|_| StoreError::Damaged("a listing"))
}

pub(super) fn parse_written(bytes: &[u8]) -> Result<Snapshot, StoreError> {
	parse_snapshot(bytes).map_err(|_| StoreError::Damaged("a snapshot"))
}

pub(super) fn parse_operations(bytes: &[u8]) -> Result<Vec<Operation>, StoreError> {
	let (operations, rest) = bytes.as_chunks::<OPERATION_BYTES>();
	if rest.is_empty() {
		Ok(operations.iter().map(Operation::from_bytes).collect())
	} else {
		Err(StoreError::Damaged("operations"))
	}
}

/// Returns the hash of a batch, and the number of its operations.
pub(super) fn parse_pending(bytes: &[u8]) -> Result<(H256, usize), StoreError> {
	let (batch, leaves) = bytes.split_first_chunk::<32>().ok_or(StoreError::Damaged("the leaves of a batch"))?;
	Ok((H256(*batch), leaves.len().checked_div(LEAF_BYTES).unwrap_or_default()))
}

/// The length of a leaf: operation, hash, and the bit (a byte for whether it is set, cleared or none, and its number).
const LEAF_BYTES: usize = OPERATION_BYTES + 32 + 1 + 8;

/// Returns what is stored of a batch's leaves.
pub(super) fn encode_leaves(batch: H256, leaves: &[Leaf]) -> Vec<u8> {
	let mut bytes = Vec::with_capacity(leaves.len().saturating_mul(LEAF_BYTES).saturating_add(32));
	bytes.extend_from_slice(batch.as_bytes());
	for Leaf { operation, hash, bit } in leaves {
		bytes.extend_from_slice(&operation.bytes());
		bytes.extend_from_slice(hash.as_bytes());
		bytes.push(bit.map_or(0, |bit| if bit.set { 2 } else { 1 }));
		bytes.extend_from_slice(&bit.map_or(0, |bit| bit.number).to_be_bytes());
	}
	bytes
}

/// Reads the hash of a batch, and its leaves.
pub(super) fn parse_leaves(bytes: &[u8]) -> Result<(H256, Vec<Leaf>), StoreError> {
	let damaged = || StoreError::Damaged("the leaves of a batch");
	let (batch, rest) = bytes.split_first_chunk::<32>().ok_or_else(damaged)?;
	let (leaves, []) = rest.as_chunks::<LEAF_BYTES>() else { return Err(damaged()) };
	let leaf = |bytes: &[u8; LEAF_BYTES]| {
		let (operation, rest) = bytes.split_first_chunk()?;
		let (hash, rest) = rest.split_first_chunk::<32>()?;
		let ([tag], number) = rest.split_first_chunk()?;
		let number = u64::from_be_bytes(*number.first_chunk()?);
		let bit = (*tag > 0).then_some(BitChange { number, set: *tag == 2 });
		Some(Leaf { operation: Operation::from_bytes(operation), hash: H256(*hash), bit })
	};
	let leaves = leaves.iter().map(leaf).collect::<Option<_>>().ok_or_else(damaged)?;
	Ok((H256(*batch), leaves))
}

/// Creates what is missing, and refuses the database of another anchor.
pub(super) fn prepare(database: &Database, genesis: H256, seat: Account) -> Result<(), StoreError> {
	let transaction = database.begin_write()?;
	{
		let mut owner = transaction.open_table(OWNER)?;
		let expected = [genesis.as_bytes(), &seat].concat();
		let found = owner.get(())?.map(|found| found.value().to_vec());
		match found {
			None => drop(owner.insert((), &expected[..])?),
			Some(found) if found == expected => {},
			Some(_) => return Err(StoreError::AnotherOwner),
		}
		// So that readers find every table.
		macro_rules! open_tables {
			($($table:ident)*) => { $( transaction.open_table($table)?; )* };
		}
		open_tables!(SIGNER BURNT NOTED RESTORED NODES BATCHES LEAVES RECEIPTS LOG CURSORS CONTRADICTIONS STATES SIGNED LISTINGS);
		open_tables!(SNAPSHOTS INTERVALS OPERATIONS PLACES BITS);
	}
	Ok(transaction.commit()?)
}

/// Copies everything into a new database, which is marked as restored: whoever opens it may lack what was signed since.
pub(super) fn copy(from: &ReadTransaction, path: &Path) -> Result<(), StoreError> {
	let copy = Database::create(path)?;
	let mark = copy.begin_write()?;
	mark.open_table(RESTORED)?.insert((), ())?;
	mark.commit()?;
	copy_tables!(from, copy, OWNER SIGNER BURNT NODES BATCHES LEAVES RECEIPTS LOG CURSORS CONTRADICTIONS STATES SIGNED LISTINGS);
	copy_tables!(from, copy, SNAPSHOTS INTERVALS OPERATIONS PLACES BITS);
	Ok(())
}
