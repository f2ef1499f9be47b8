//! Metrics for operators that the SDK's node does not provide, and log messages that require action by an operator.

use crate::client::FullClient;
use codec::Decode;
use frame_support::{
	dispatch::{DispatchClass, PerDispatchClass},
	storage::storage_prefix,
	weights::Weight,
};
use futures::{StreamExt, future, stream};
use pallet_referenda::TracksInfo;
use sc_client_api::{BlockchainEvents, HeaderBackend, StorageProvider};
use smartlayer_runtime::{BlockNumber, Hash, Runtime, configs::BlockWeights, governance::Tracks};
use sp_consensus_babe::AuthorityId as BabeId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_core::{
	crypto::{ByteArray, KeyTypeId, key_types},
	storage::StorageKey,
};
use sp_keystore::KeystorePtr;
use std::{sync::Arc, time::Duration};
use substrate_prometheus_endpoint::{F64, Gauge, GaugeVec, Opts, PrometheusError, Registry, U64, register};

const LOG: &str = "chain";
/// The lag of finality behind the best block from which on a warning is logged.
const LAG: BlockNumber = 30;
/// The interval at which the warning is repeated.
const AGAIN: Duration = Duration::from_secs(300);
/// The interval of metrics updates while no blocks are announced, as during a major sync.
const REFRESH: Duration = Duration::from_secs(5);

/// The metrics.
struct Metrics {
	authority: Gauge<U64>,
	fullness: GaugeVec<F64>,
	spec_version: Gauge<U64>,
	upgrade_authorized: Gauge<U64>,
	submitted: Gauge<U64>,
	deciding: GaugeVec<U64>,
}

impl Metrics {
	fn new(registry: &Registry) -> Result<Self, PrometheusError> {
		let of = |name: &str, help: &str| Opts::new(format!("smartlayer_{name}"), help);
		Ok(Self {
			authority: register(
				Gauge::with_opts(of("authority", "Whether this node has a key of the set that authors and finalises"))?,
				registry,
			)?,
			fullness: register(
				GaugeVec::new(
					of(
						"block_fullness_ratio",
						"The weight of the best block, as a share of the maximum, by dispatch class",
					),
					&["class"],
				)?,
				registry,
			)?,
			spec_version: register(
				Gauge::with_opts(of("runtime_spec_version", "The version of the runtime at the best block"))?,
				registry,
			)?,
			upgrade_authorized: register(
				Gauge::with_opts(of(
					"upgrade_authorized",
					"Whether holders have authorised a runtime that nobody has applied yet",
				))?,
				registry,
			)?,
			submitted: register(
				Gauge::with_opts(of("referenda_submitted", "The referenda that were ever submitted"))?,
				registry,
			)?,
			deciding: register(
				GaugeVec::new(
					of("referenda_deciding", "The referenda that are being decided now, by track"),
					&["track"],
				)?,
				registry,
			)?,
		})
	}
}

/// The storage keys of the observed values.
struct Watched {
	authors: StorageKey,
	voters: StorageKey,
	block_weight: StorageKey,
	last_upgrade: StorageKey,
	authorized: StorageKey,
	submitted: StorageKey,
	deciding: Vec<(String, StorageKey)>,
}

impl Watched {
	fn new() -> Self {
		let value = |key: [u8; 32]| StorageKey(key.to_vec());
		let deciding = Tracks::tracks()
			.map(|track| {
				let name = String::from_utf8_lossy(&track.info.name).trim_end_matches('\0').to_string();
				(name, StorageKey(pallet_referenda::DecidingCount::<Runtime>::hashed_key_for(track.id)))
			})
			.collect();
		Self {
			authors: value(storage_prefix(b"Babe", b"Authorities")),
			voters: value(storage_prefix(b"Grandpa", b"Authorities")),
			block_weight: value(frame_system::BlockWeight::<Runtime>::hashed_key()),
			last_upgrade: value(frame_system::LastRuntimeUpgrade::<Runtime>::hashed_key()),
			authorized: value(storage_prefix(b"System", b"AuthorizedUpgrade")),
			submitted: value(pallet_referenda::ReferendumCount::<Runtime>::hashed_key()),
			deciding,
		}
	}
}

/// Follows the chain until the node stops.
pub async fn run(client: Arc<FullClient>, keystore: KeystorePtr, registry: Option<Registry>) {
	let metrics = match registry.as_ref().map(Metrics::new).transpose() {
		Ok(metrics) => metrics,
		Err(error) => {
			log::warn!(target: LOG, "the metrics of this chain can't be registered: {error}");
			None
		},
	};
	let mut watcher =
		Watcher { watched: Watched::new(), metrics, version: None, authorized: None, said: None, client, keystore };
	let best = watcher.client.import_notification_stream().filter(|block| future::ready(block.is_new_best));
	let ticks = stream::unfold((), |()| async {
		tokio::time::sleep(REFRESH).await;
		Some(((), ()))
	});
	// The metrics of a chain without new blocks are updated too.
	watcher.see();
	stream::select(best.map(|_| true), ticks.map(|()| false))
		.for_each(|announced| {
			watcher.see();
			if announced {
				watcher.see_lag();
			}
			future::ready(())
		})
		.await;
}

struct Watcher {
	client: Arc<FullClient>,
	keystore: KeystorePtr,
	watched: Watched,
	metrics: Option<Metrics>,
	/// The runtime version of the last block.
	version: Option<u32>,
	/// The authorised code at the last block.
	authorized: Option<Hash>,
	/// The time of the last warning about finality.
	said: Option<std::time::Instant>,
}

impl Watcher {
	/// Returns a value in the state of a block. `None` if it is missing or has another type.
	fn read<T: Decode>(&self, block: Hash, key: &StorageKey) -> Option<T> {
		let data = self.client.storage(block, key).ok().flatten()?;
		T::decode(&mut &data.0[..]).ok()
	}

	/// Observes the best block.
	fn see(&mut self) {
		let chain = self.client.info();
		let block = chain.best_hash;
		self.see_versions(block, chain.best_number);
		let Some(metrics) = &self.metrics else { return };
		metrics.authority.set(self.has_seat(block).into());
		if let Some(used) = self.read::<PerDispatchClass<Weight>>(block, &self.watched.block_weight) {
			let most = BlockWeights::get().max_block.ref_time() as f64;
			for class in DispatchClass::all() {
				let share = used.get(*class).ref_time() as f64 / most;
				metrics.fullness.with_label_values(&[&format!("{class:?}").to_lowercase()]).set(share);
			}
		}
		metrics.submitted.set(self.read::<u32>(block, &self.watched.submitted).unwrap_or_default().into());
		for (track, key) in &self.watched.deciding {
			let deciding = self.read::<u32>(block, key).unwrap_or_default();
			metrics.deciding.with_label_values(&[track]).set(deciding.into());
		}
	}

	/// Returns whether the keystore contains a key of a current authority.
	fn has_seat(&self, block: Hash) -> bool {
		let authors = self.read::<Vec<(BabeId, u64)>>(block, &self.watched.authors).unwrap_or_default();
		let voters = self.read::<Vec<(GrandpaId, u64)>>(block, &self.watched.voters).unwrap_or_default();
		authors.iter().any(|(key, _)| self.has_key(key, key_types::BABE))
			|| voters.iter().any(|(key, _)| self.has_key(key, key_types::GRANDPA))
	}

	fn has_key(&self, key: &impl ByteArray, of_type: KeyTypeId) -> bool {
		self.keystore.has_keys(&[(key.to_raw_vec(), of_type)])
	}

	fn see_versions(&mut self, block: Hash, number: BlockNumber) {
		// The first field is the version, whatever follows it.
		let version = self.read::<codec::Compact<u32>>(block, &self.watched.last_upgrade).map(|version| version.0);
		if let (Some(before), Some(now)) = (self.version, version)
			&& before != now
		{
			log::info!(target: LOG, "⬆ at block #{number} the runtime is version {now}; it was {before}");
		}
		self.version = version.or(self.version);

		let authorized = self.read::<Hash>(block, &self.watched.authorized);
		if let Some(code) = authorized
			&& self.authorized != authorized
		{
			log::info!(target: LOG, "holders have authorised a runtime, which anyone can apply now: {code:?}");
		}
		self.authorized = authorized;

		if let Some(metrics) = &self.metrics {
			metrics.spec_version.set(self.version.unwrap_or_default().into());
			metrics.upgrade_authorized.set(authorized.is_some().into());
		}
	}

	fn see_lag(&mut self) {
		let chain = self.client.info();
		let lag = chain.best_number.saturating_sub(chain.finalized_number);
		if lag < LAG {
			if self.said.take().is_some() {
				log::info!(target: LOG, "finality continues, {lag} blocks behind");
			}
		} else if self.said.is_none_or(|said| said.elapsed() > AGAIN) {
			log::warn!(target: LOG, "finality is {lag} blocks behind: are a third of the anchors down, or out of reach?");
			self.said = Some(std::time::Instant::now());
		}
	}
}
