//! Fills a database with tokens, and prints how it grows, in JSON: a line for each size. `make bench-load` runs it.
//!
//! Tokens are issued by records, each with the issuer's signature, which the store verifies. What is measured is the store alone,
//! without a chain and without HTTP.

#![allow(missing_docs, clippy::arithmetic_side_effects, reason = "a tool for measurements")]

use clap::Parser;
use futures::future::join_all;
use smartlayer_client::{Key, Payer};
use smartlayer_service_node::store::{Payment, Store, Write};
use smartlayer_statement::{Account, Record, class_of, hash};
use smartlayer_token::{Action, SignedWrite};
use sp_core::H256;
use std::{
	error::Error,
	fs,
	path::Path,
	time::{Duration, Instant},
};

const GENESIS: H256 = H256::repeat_byte(1);
const SALT: H256 = H256::repeat_byte(2);
/// What is ordered at a time.
const TOGETHER: u64 = 1_024;
/// How many calls are measured at each size.
const CALLS: u64 = 20_480;

#[derive(Parser)]
struct Args {
	/// The numbers of tokens at which is measured.
	#[arg(long, value_delimiter = ',', default_value = "1000,10000,100000,1000000")]
	sizes: Vec<u64>,
	/// The memory for the database, in MiB.
	#[arg(long, default_value_t = 256)]
	cache: usize,
}

fn key(uri: &str) -> Result<Key, smartlayer_client::Error> {
	Key::from_uri(uri)
}

fn open(path: &Path, cache: usize, node: Account) -> Result<Store, Box<dyn Error>> {
	Ok(Store::open(path, cache << 20, GENESIS, node, key("//Service")?)?)
}

fn instance(number: u64) -> H256 {
	// As hashes are distributed.
	hash(&number.to_be_bytes())
}

fn memory() -> u64 {
	let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
	let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
	line.trim().trim_end_matches(" kB").parse().unwrap_or(0) / 1_024
}

fn per_second(count: u64, since: Instant) -> u64 {
	(count as f64 / since.elapsed().as_secs_f64()) as u64
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
	let args = Args::parse();
	let folder = tempfile::tempdir()?;
	let path = folder.path().join("node.redb");
	let (node, issuer) = (key("//Node")?.address().0, key("//Issuer")?);
	let class = class_of(&issuer.address().0, &SALT);
	Store::create(&path, GENESIS, node)?;
	let mut filled = 0;
	for size in args.sizes {
		let store = open(&path, args.cache, node)?;
		let began = Instant::now();
		let before = filled;
		while filled < size {
			let next = size.min(filled + TOGETHER);
			let orders = (filled..next).map(|number| {
				let instance = instance(number);
				let account = issuer.address().0;
				let record =
					Record { genesis: GENESIS, issuer: account, salt: SALT, instance, bit: number, node, number: 1 };
				let write = SignedWrite { action: Action::Assign(record), signature: issuer.sign(&record.bytes()) };
				store.perform(None, Write { class, instance, user: account, write })
			});
			for performed in join_all(orders).await {
				performed?;
			}
			filled = next;
		}
		let issued = per_second(size - before, began);
		let began = Instant::now();
		while store.make_batch().await?.is_some() {}
		let batched = began.elapsed();

		let began = Instant::now();
		for call in 0..CALLS {
			store.state(&class, &instance(call.wrapping_mul(7_919) % size))?;
		}
		let reads = per_second(CALLS, began);
		let began = Instant::now();
		let mut payers: Vec<_> = (0..TOGETHER)
			.map(|session| Payer::new(GENESIS, session, key("//Website")?, u128::MAX).resume(0, 0, None))
			.collect::<Result<_, smartlayer_client::Error>>()?;
		let mut promises = Vec::new();
		for _ in 0..CALLS / TOGETHER {
			for payer in &mut payers {
				promises.push(payer.pay(u128::from(size))?);
			}
		}
		let signed = began.elapsed();
		let began = Instant::now();
		for (round, promises) in promises.chunks(TOGETHER as usize).enumerate() {
			let charges = promises.iter().map(|promise| {
				let price = u128::from(size);
				let request = H256::from_low_u64_be(size + round as u64);
				// What earlier sizes have charged does not matter here.
				let credit = u128::MAX / 2;
				store.charge(Payment { promise: promise.clone(), price, credit, request, sequence: None, spent: 0 })
			});
			for charged in join_all(charges).await {
				charged?;
			}
		}
		let charges = per_second(CALLS, began);
		let memory_used = memory();

		// A copy of the file while it is in use is what a killed program leaves.
		let killed = folder.path().join("killed.redb");
		fs::copy(&path, &killed)?;
		let began = Instant::now();
		drop(open(&killed, args.cache, node)?);
		let repaired = began.elapsed();
		fs::remove_file(&killed)?;
		let began = Instant::now();
		store.backup(&folder.path().join("backup.redb"))?;
		let copied = began.elapsed();
		fs::remove_file(folder.path().join("backup.redb"))?;
		let memory_after_backup = memory();
		drop(store);
		let began = Instant::now();
		// The thread that writes holds the file until it has noticed.
		while open(&path, args.cache, node).is_err() {
			std::thread::sleep(Duration::from_millis(1));
		}
		let reopened = began.elapsed();
		std::thread::sleep(Duration::from_millis(100));
		println!(
			"{}",
			serde_json::json!({
				"tokens": size,
				"issuedPerSecond": issued,
				"readsPerSecond": reads,
				"chargesPerSecond": charges,
				"batchesMs": batched.as_millis() as u64,
				"fileMiB": fs::metadata(&path)?.len() >> 20,
				"memoryMiB": memory_used,
				"memoryAfterBackupMiB": memory_after_backup,
				"openAfterKillMs": repaired.as_millis() as u64,
				"openMs": reopened.as_millis() as u64,
				"backupMs": copied.as_millis() as u64,
				"signingMs": signed.as_millis() as u64,
			})
		);
	}
	Ok(())
}
