//! What the operator has written.

use crate::policy::Policy;
use serde::Deserialize;
use smartlayer_client::{Address, Error};
use sp_core::H256;
use std::{
	net::{IpAddr, SocketAddr},
	path::{Path, PathBuf},
};

/// The configuration file. Fields that it does not know are refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
	/// The bonded account of the anchor.
	pub account: Address,
	/// The genesis hash of the chain.
	pub genesis: H256,
	/// The WebSocket URL of the anchor's own node.
	pub chain: String,
	/// Where service nodes, other anchors and everyone else call.
	pub listen: SocketAddr,
	/// Where the operator reads metrics and makes backups. Nobody else may reach it.
	pub private: Option<SocketAddr>,
	/// The folder of the database.
	pub data: PathBuf,
	/// The memory for the database, in MiB.
	#[serde(default = "cache")]
	pub cache: usize,
	/// The file with the duty key (`anch`), which the keystore of the anchor's node has as well.
	pub duty_key: PathBuf,
	/// The file with the key of the operator, or of the account itself, which writes snapshots.
	pub operator_key: PathBuf,
	/// The file with the policy by which this seat agrees with service nodes. Without one, it agrees to nothing.
	pub agreements: Option<PathBuf>,
	/// How service nodes are measured.
	#[serde(default)]
	pub telemetry: Telemetry,
	/// How much is served at a time.
	#[serde(default)]
	pub limits: Limits,
}

/// How service nodes are measured.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
	/// The addresses of this machine from which nodes are called, by turns: whichever the system chooses if there are none.
	pub addresses: Vec<IpAddr>,
}

/// How much is served at a time.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
	/// The number of connections.
	pub connections: usize,
	/// The number of connections of one address.
	pub connections_per_address: u32,
	/// The number of calls of one address that are answered, each minute. Another seat makes some 120, and up to 2,000
	/// while it lacks many certificates.
	pub calls_per_minute: u32,
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
			calls_per_minute: 6_000,
			patience: 15,
			proxies: Vec::new(),
		}
	}
}

const fn cache() -> usize {
	256
}

impl Config {
	/// Reads a configuration file. Relative paths in it are relative to its folder.
	pub fn read(path: &Path) -> Result<Self, Error> {
		let (mut config, folder): (Self, _) = smartlayer_daemon::read_config(path).map_err(Error::Invalid)?;
		for path in [&mut config.data, &mut config.duty_key, &mut config.operator_key] {
			*path = folder.join(&path);
		}
		if let Some(path) = &mut config.agreements {
			*path = folder.join(&path);
		}
		Ok(config)
	}

	/// Reads the policy, if the configuration names one.
	pub fn policy(&self) -> Result<Option<Policy>, Error> {
		self.agreements.as_deref().map(Policy::read).transpose()
	}

	/// Returns the path of the database with what was measured.
	pub fn samples(&self) -> PathBuf {
		self.data.join("telemetry.redb")
	}

	/// Returns the path of the database.
	pub fn database(&self) -> PathBuf {
		self.data.join("anchor.redb")
	}
}
