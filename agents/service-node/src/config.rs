//! What the operator has written.

use serde::Deserialize;
use smartlayer_client::{Address, Error, bounds::Bounds};
use sp_core::H256;
use std::{
	net::{IpAddr, SocketAddr},
	path::{Path, PathBuf},
};

/// The configuration file. Fields that it does not know are refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
	/// The bonded account of the node.
	pub account: Address,
	/// The genesis hash of the chain.
	pub genesis: H256,
	/// The WebSocket URL of a node of the chain.
	pub chain: String,
	/// Where customers call.
	pub listen: SocketAddr,
	/// Where the operator reads metrics and makes backups. Nobody else may reach it.
	pub private: Option<SocketAddr>,
	/// The folder of the database.
	pub data: PathBuf,
	/// The memory for the database, in MiB.
	#[serde(default = "cache")]
	pub cache: usize,
	/// The file with the key that signs statements.
	pub service_key: PathBuf,
	/// The file with the key of the operator, or of the account itself, which pays the fees of transactions.
	pub operator_key: PathBuf,
	/// The classes that are served.
	pub classes: Vec<H256>,
	/// What calls cost.
	#[serde(default)]
	pub prices: Prices,
	/// How much is served at a time.
	#[serde(default)]
	pub limits: Limits,
	/// When promises are cashed out.
	#[serde(default)]
	pub cash_out: CashOut,
	/// What the node agrees on with the network.
	#[serde(default)]
	pub agreements: Vec<Agreement>,
	/// The anchors to which operations are handed over. Without any, all that have a seat, where the chain says that they can be reached.
	#[serde(default)]
	pub anchors: Vec<Anchor>,
}

/// What calls cost, in the smallest unit of the chain's currency.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Prices {
	/// The price of a call that reads.
	pub read: u64,
	/// The price of a call that writes.
	pub write: u64,
	/// How much is served ahead of promises in a session.
	pub credit: u64,
	/// How many calls that read are free, each minute for each address.
	pub free_calls_per_minute: u32,
}

impl Default for Prices {
	fn default() -> Self {
		Self { read: 10_000_000, write: 100_000_000, credit: 0, free_calls_per_minute: 60 }
	}
}

/// How much is served at a time.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
	/// The number of connections.
	pub connections: usize,
	/// The number of connections of one address.
	pub connections_per_address: u32,
	/// The number of calls of one address that are refused for their payment, each minute, before its calls are no longer examined.
	pub mistakes_per_minute: u32,
	/// For how long a connection may be silent, and a request may take to arrive, in seconds.
	pub patience: u64,
	/// The addresses of proxies, whose header `x-forwarded-for` names the caller.
	pub proxies: Vec<IpAddr>,
}

impl Default for Limits {
	fn default() -> Self {
		Self {
			connections: 10_000,
			connections_per_address: 256,
			mistakes_per_minute: 600,
			patience: 15,
			proxies: Vec::new(),
		}
	}
}

/// When promises are cashed out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CashOut {
	/// As soon as so much was served in a session and its promise is used up, in the smallest unit of the chain's currency.
	pub above: u64,
	/// How many blocks before a session expires. It is not served any more then.
	pub blocks_before_expiry: u32,
	/// How often to look, in seconds.
	pub every_seconds: u64,
	/// What is owed less than this is not worth a transaction, in the smallest unit of the chain's currency.
	pub at_least: u64,
}

impl Default for CashOut {
	fn default() -> Self {
		Self { above: 10_000_000_000_000, blocks_before_expiry: 100, every_seconds: 60, at_least: 1_000_000_000 }
	}
}

/// What the node agrees on with the network under a module, and how far it goes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
	/// The name of the standard module, or its id.
	pub module: String,
	/// What it offers at first. Bounds that are missing are the loosest of the module.
	#[serde(default)]
	pub offer: Bounds,
	/// The strictest bounds that it accepts. Those that are missing are not negotiable.
	#[serde(default)]
	pub accept: Bounds,
	/// The capacity, which its bond must back. It accepts less.
	pub units: u32,
	/// The number of windows: what it offers. It accepts fewer, if they are more than `renew`.
	pub windows: u32,
	/// How many windows before its end an agreement is renewed.
	#[serde(default = "renew")]
	pub renew: u32,
}

const fn renew() -> u32 {
	48
}

/// An anchor to which operations are handed over.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
	/// The URL of its program.
	pub url: String,
	/// Its account.
	pub seat: Address,
}

const fn cache() -> usize {
	256
}

impl Config {
	/// Reads a configuration file. Relative paths in it are relative to its folder.
	pub fn read(path: &Path) -> Result<Self, Error> {
		let (mut config, folder): (Self, _) = smartlayer_daemon::read_config(path).map_err(Error::Invalid)?;
		for path in [&mut config.data, &mut config.service_key, &mut config.operator_key] {
			*path = folder.join(&path);
		}
		if config.classes.is_empty() {
			return Err(Error::Invalid(format!(
				"the configuration {} names no class: there is nothing to serve",
				path.display()
			)));
		}
		for agreement in &config.agreements {
			let wrong = |what: &str| {
				Error::Invalid(format!(
					"the configuration {}, agreement under {}: {what}",
					path.display(),
					agreement.module
				))
			};
			if agreement.windows <= agreement.renew {
				return Err(wrong("it would be renewed as soon as it begins: `windows` must exceed `renew`"));
			}
			if agreement.renew < 2 {
				return Err(wrong("`renew` must be at least 2: one that has fewer windows left is let end"));
			}
			if agreement.units == 0 {
				return Err(wrong("`units` must be at least 1"));
			}
			if config.agreements.iter().filter(|other| other.module == agreement.module).count() > 1 {
				return Err(wrong("it is there twice, and a node has one under each module"));
			}
		}
		Ok(config)
	}
}
