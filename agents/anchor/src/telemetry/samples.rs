//! What was measured, on disk: a database of its own, as nothing in it binds the anchor beyond a window.
//!
//! A salt is durable before the first call that follows from it, and claims before the anchor commits to them: whenever the program is
//! killed, it goes on with the same.

use crate::store::StoreError;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use smartlayer_client::{
	api::{decode_statement, encode_statement},
	measurement::SAMPLES,
	verify::Signed,
};
use smartlayer_daemon::store::start_writer;
use smartlayer_statement::Account;
use sp_core::H256;
use std::{collections::BTreeMap, path::Path, sync::Arc};
use tokio::sync::{mpsc, oneshot};

/// The genesis hash of the chain and the account of the anchor.
const OWNER: TableDefinition<'_, (), &[u8]> = TableDefinition::new("owner");
/// The secret of each window.
const SALTS: TableDefinition<'_, u32, &[u8; 32]> = TableDefinition::new("salts");
/// The samples that were made: the window, the slot and the number. Empty for one that was not answered well.
const SAMPLES_MADE: TableDefinition<'_, (u32, u32, u8), &[u8]> = TableDefinition::new("samples");
/// What is claimed of the pages of a window.
const CLAIMS: TableDefinition<'_, (u32, u32), &[u8]> = TableDefinition::new("claims");
/// How many orders wait at most.
const MOST_ORDERS: usize = 4_096;

/// A good answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Good {
	/// How long it took, in milliseconds.
	pub latency: u32,
	/// What the node has stated.
	pub signed: Signed,
}

impl Good {
	fn bytes(&self) -> Vec<u8> {
		let mut bytes = self.latency.to_be_bytes().to_vec();
		bytes.extend_from_slice(encode_statement(&self.signed).as_bytes());
		bytes
	}

	fn parse(bytes: &[u8]) -> Result<Self, StoreError> {
		let damaged = || StoreError::Damaged("a sample");
		let (latency, statement) = bytes.split_first_chunk().ok_or_else(damaged)?;
		let statement = std::str::from_utf8(statement).map_err(|_| damaged())?;
		let signed = decode_statement(statement).map_err(|_| damaged())?;
		Ok(Self { latency: u32::from_be_bytes(*latency), signed })
	}
}

/// The samples of a slot that were made: each with its good answer, or without.
pub type Made = BTreeMap<u8, Option<Good>>;

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

enum Order {
	Salt { window: u32, reply: Reply<H256> },
	Keep { window: u32, slot: u32, sample: u8, bytes: Vec<u8> },
	Claim { window: u32, pages: Vec<Vec<u8>>, reply: Reply<()> },
	Forget { before: u32 },
}

/// The samples, and what is claimed by them. Clones share the database.
#[derive(Clone)]
pub struct Samples {
	database: Arc<Database>,
	orders: mpsc::Sender<Order>,
}

impl Samples {
	/// Opens the database, or creates it.
	pub fn open(path: &Path, genesis: H256, seat: Account) -> Result<Self, StoreError> {
		let database = Database::create(path).map_err(|error| match error {
			redb::DatabaseError::DatabaseAlreadyOpen => StoreError::InUse,
			error => error.into(),
		})?;
		let transaction = database.begin_write()?;
		{
			let mut owner = transaction.open_table(OWNER)?;
			let own = [genesis.as_bytes(), &seat].concat();
			let found = owner.get(())?.map(|found| found.value().to_vec());
			match found {
				None => drop(owner.insert((), &own[..])?),
				Some(found) if found == own => {},
				Some(_) => return Err(StoreError::AnotherOwner),
			}
			transaction.open_table(SALTS)?;
			transaction.open_table(SAMPLES_MADE)?;
			transaction.open_table(CLAIMS)?;
		}
		transaction.commit()?;
		let database = Arc::new(database);
		let writer = database.clone();
		let orders = start_writer(MOST_ORDERS, move |orders| write(&writer, orders))
			.map_err(|error| StoreError::Database(redb::Error::Io(error)))?;
		Ok(Self { database, orders })
	}

	/// Returns the secret of a window, which is created with the first question.
	pub async fn salt(&self, window: u32) -> Result<H256, StoreError> {
		self.order(|reply| Order::Salt { window, reply }).await
	}

	/// Keeps a sample. It is durable soon.
	pub async fn keep(&self, window: u32, slot: u32, sample: u8, good: Option<Good>) -> Result<(), StoreError> {
		let bytes = good.map(|good| good.bytes()).unwrap_or_default();
		let order = Order::Keep { window, slot, sample, bytes };
		self.orders.send(order).await.map_err(|_| StoreError::Ending)
	}

	/// Keeps what is claimed of each page of a window, once.
	pub async fn claim(&self, window: u32, pages: Vec<Vec<u8>>) -> Result<(), StoreError> {
		self.order(|reply| Order::Claim { window, pages, reply }).await
	}

	/// Forgets the windows before one.
	pub async fn forget(&self, before: u32) -> Result<(), StoreError> {
		self.orders.send(Order::Forget { before }).await.map_err(|_| StoreError::Ending)
	}

	/// Returns the samples of a slot that were made in a window.
	pub fn made(&self, window: u32, slot: u32) -> Result<Made, StoreError> {
		let read = self.database.begin_read()?;
		let table = read.open_table(SAMPLES_MADE)?;
		let mut made = Made::new();
		for row in table.range((window, slot, 0)..(window, slot, SAMPLES))? {
			let (key, value) = row?;
			let (_, _, sample) = key.value();
			let good = Some(value.value()).filter(|bytes| !bytes.is_empty()).map(Good::parse).transpose()?;
			made.insert(sample, good);
		}
		Ok(made)
	}

	/// Returns what is claimed of each page of a window. Nothing if nothing is claimed.
	pub fn claims(&self, window: u32) -> Result<Vec<Vec<u8>>, StoreError> {
		let read = self.database.begin_read()?;
		let table = read.open_table(CLAIMS)?;
		let rows = table.range((window, 0)..=(window, u32::MAX))?;
		rows.map(|row| Ok(row?.1.value().to_vec())).collect()
	}

	async fn order<T>(&self, order: impl FnOnce(Reply<T>) -> Order) -> Result<T, StoreError> {
		let (reply, answer) = oneshot::channel();
		self.orders.send(order(reply)).await.map_err(|_| StoreError::Ending)?;
		answer.await.map_err(|_| StoreError::Ending)?
	}
}

/// Applies orders in one transaction, and answers them when it is durable.
fn write(database: &Database, orders: Vec<Order>) -> Result<(), StoreError> {
	let transaction = database.begin_write()?;
	let mut answers: Vec<Box<dyn FnOnce()>> = Vec::new();
	for order in orders {
		if let Some(answer) = apply(&transaction, order)? {
			answers.push(answer);
		}
	}
	transaction.commit()?;
	for answer in answers {
		answer();
	}
	Ok(())
}

fn apply(transaction: &WriteTransaction, order: Order) -> Result<Option<Box<dyn FnOnce()>>, StoreError> {
	match order {
		Order::Salt { window, reply } => {
			let mut salts = transaction.open_table(SALTS)?;
			let known = salts.get(window)?.map(|salt| H256(*salt.value()));
			let salt = known.unwrap_or_else(H256::random);
			salts.insert(window, &salt.0)?;
			Ok(Some(Box::new(move || drop(reply.send(Ok(salt))))))
		},
		Order::Keep { window, slot, sample, bytes } => {
			transaction.open_table(SAMPLES_MADE)?.insert((window, slot, sample), &bytes[..])?;
			Ok(None)
		},
		Order::Claim { window, pages, reply } => {
			let mut claims = transaction.open_table(CLAIMS)?;
			// What the anchor may have committed to never changes.
			if claims.get((window, 0))?.is_none() {
				for (page, readings) in (0..).zip(&pages) {
					claims.insert((window, page), &readings[..])?;
				}
			}
			Ok(Some(Box::new(move || drop(reply.send(Ok(()))))))
		},
		Order::Forget { before } => {
			transaction.open_table(SALTS)?.retain(|window, _| window >= before)?;
			transaction.open_table(SAMPLES_MADE)?.retain_in(..(before, 0, 0), |_, _| false)?;
			transaction.open_table(CLAIMS)?.retain_in(..(before, 0), |_, _| false)?;
			Ok(None)
		},
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use smartlayer_client::Key;
	use smartlayer_statement::Statement;

	fn good(latency: u32) -> Good {
		let key = Key::from_uri("//Node").unwrap();
		let statement = Statement {
			genesis: H256::repeat_byte(1),
			node: [2; 32],
			class: H256::repeat_byte(3),
			instance: H256::repeat_byte(4),
			sequence: 5,
			block: 6,
			block_hash: H256::repeat_byte(7),
			state: H256::repeat_byte(8),
			request: H256::repeat_byte(9),
			response: H256::repeat_byte(10),
		};
		Good { latency, signed: Signed { statement, key: key.address(), signature: key.sign(&statement.bytes()) } }
	}

	#[tokio::test]
	async fn what_was_measured_and_claimed_should_outlive_the_program_and_never_change() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("telemetry.redb");
		let open = || Samples::open(&path, H256::repeat_byte(1), [2; 32]);
		let samples = open().unwrap();
		let salt = samples.salt(7).await.unwrap();
		assert_ne!(salt, samples.salt(8).await.unwrap());
		let first = good(30);
		samples.keep(7, 256, 0, Some(first.clone())).await.unwrap();
		samples.keep(7, 256, 59, None).await.unwrap();
		samples.keep(7, 257, 1, None).await.unwrap();
		samples.claim(7, vec![vec![60, 1, 2, 3], vec![]]).await.unwrap();
		samples.claim(7, vec![vec![1, 1, 2, 3], vec![]]).await.unwrap();
		assert!(matches!(open(), Err(StoreError::InUse)));
		drop(samples);
		// The thread that writes ends a moment later.
		let samples = loop {
			match open() {
				Err(StoreError::InUse) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
				samples => break samples.unwrap(),
			}
		};
		assert_eq!(samples.salt(7).await.unwrap(), salt);
		assert_eq!(samples.made(7, 256).unwrap(), Made::from([(0, Some(first)), (59, None)]));
		assert_eq!(samples.made(8, 256).unwrap(), Made::new());
		assert_eq!(samples.claims(7).unwrap(), [vec![60, 1, 2, 3], vec![]]);
		samples.forget(8).await.unwrap();
		assert_ne!(samples.salt(7).await.unwrap(), salt);
		assert_eq!((samples.made(7, 256).unwrap(), samples.claims(7).unwrap()), (Made::new(), vec![]));
	}

	#[tokio::test]
	async fn the_samples_of_another_anchor_should_be_refused() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("telemetry.redb");
		drop(Samples::open(&path, H256::repeat_byte(1), [2; 32]).unwrap());
		let other = loop {
			match Samples::open(&path, H256::repeat_byte(1), [3; 32]) {
				Err(StoreError::InUse) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
				other => break other,
			}
		};
		assert!(matches!(other, Err(StoreError::AnotherOwner)));
	}
}
