//! The parts of the node: database, consensus, network, RPC.

use crate::{
	cli::Cli,
	client::{FullBackend, FullClient, FullPool, FullSelectChain},
	executor::Executor,
	genesis_check, genesis_state, rpc,
	runtime_cache::RuntimeCache,
	watch,
};
use futures::prelude::*;
use sc_client_api::{Backend, HeaderBackend};
use sc_consensus_babe::{BabeLink, BabeWorkerHandle, SlotProportion};
use sc_consensus_grandpa::{FinalityProofProvider, SharedVoterState};
use sc_network::{
	Event, NetworkBackend, NetworkEventStream,
	config::{FullNetworkConfiguration, NetworkBackendType},
};
use sc_network_sync::strategy::warp::WarpSyncConfig;
use sc_service::{Configuration, Error, PartialComponents, TaskManager};
use sc_statement_store::Store as StatementStore;
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use smartlayer_runtime::{Hash, RuntimeApi, opaque::Block};
use sp_consensus_babe::inherents::InherentDataProvider as SlotProvider;
use sp_timestamp::InherentDataProvider as TimestampProvider;
use std::{sync::Arc, time::Duration};

type GrandpaBlockImport = sc_consensus_grandpa::GrandpaBlockImport<FullBackend, Block, FullClient, FullSelectChain>;
type GrandpaLink = sc_consensus_grandpa::LinkHalf<Block, FullClient, FullSelectChain>;
type BabeBlockImport =
	sc_consensus_babe::BabeBlockImport<Block, FullClient, GrandpaBlockImport, Inherents, FullSelectChain>;

/// The maximum distance between stored proofs of finality, in blocks. Nodes in warp sync download them.
const JUSTIFICATION_PERIOD: u32 = 512;
/// The time in which a GRANDPA message is expected to reach all nodes.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);
/// The share of a slot in which an author may build its block. The author uses nine tenths of this time for transactions, which
/// limits their number when slots are short.
const PROPOSAL_SLOT_PORTION: f32 = 2.0 / 3.0;
/// The number of tasks that validate statements of peers.
const STATEMENT_WORKERS: usize = 1;

/// Creates the inherent data of a block: the time, and the slot of that time.
#[derive(Clone)]
pub struct Inherents {
	slot_duration: sp_consensus_babe::SlotDuration,
}

#[async_trait::async_trait]
impl sp_inherents::CreateInherentDataProviders<Block, ()> for Inherents {
	type InherentDataProviders = (SlotProvider, TimestampProvider);

	async fn create_inherent_data_providers(
		&self,
		_parent: Hash,
		_: (),
	) -> Result<Self::InherentDataProviders, Box<dyn std::error::Error + Send + Sync>> {
		let timestamp = TimestampProvider::from_system_time();
		let slot = SlotProvider::from_timestamp_and_slot_duration(*timestamp, self.slot_duration);
		Ok((slot, timestamp))
	}
}

/// The parts that [`partial`] creates in addition to those of every node.
pub struct Other {
	block_import: BabeBlockImport,
	grandpa_link: GrandpaLink,
	babe_link: BabeLink<Block>,
	babe_worker: BabeWorkerHandle<Block>,
	inherents: Inherents,
	statement_store: Arc<StatementStore>,
	telemetry: Option<Telemetry>,
}

/// The parts of a node that work without a network.
pub type Partial = PartialComponents<
	FullClient,
	FullBackend,
	FullSelectChain,
	sc_consensus::DefaultImportQueue<Block>,
	FullPool,
	Other,
>;

/// Creates the parts of a node that work without a network.
pub fn partial(config: &mut Configuration, cli: &Cli) -> Result<Partial, Error> {
	let cache = RuntimeCache::open(cli.runtime_cache.as_ref(), config.base_path.path())?;
	let executor = Executor::new(&config.executor, cache);
	genesis_state::build(&mut config.chain_spec, &executor)?;
	let config = &*config;

	let telemetry = config
		.telemetry_endpoints
		.clone()
		.filter(|endpoints| !endpoints.is_empty())
		.map(|endpoints| -> Result<_, sc_telemetry::Error> {
			let worker = TelemetryWorker::new(16)?;
			let telemetry = worker.handle().new_telemetry(endpoints);
			Ok((worker, telemetry))
		})
		.transpose()?;

	let (client, backend, keystore_container, task_manager) = sc_service::new_full_parts::<Block, RuntimeApi, _>(
		config,
		telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
		executor.clone(),
		Vec::new(),
	)?;
	genesis_check::check(config, &client, backend.clone(), executor)?;
	let client = Arc::new(client);

	let telemetry = telemetry.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", None, worker.run());
		telemetry
	});

	let select_chain = sc_consensus::LongestChain::new(backend.clone());
	let transaction_pool = Arc::from(
		sc_transaction_pool::Builder::new(
			task_manager.spawn_essential_handle(),
			client.clone(),
			config.role.is_authority().into(),
		)
		.with_options(config.transaction_pool.clone())
		.with_prometheus(config.prometheus_registry())
		.build(),
	);

	let (grandpa_block_import, grandpa_link) = sc_consensus_grandpa::block_import(
		client.clone(),
		JUSTIFICATION_PERIOD,
		&(client.clone() as Arc<_>),
		select_chain.clone(),
		telemetry.as_ref().map(Telemetry::handle),
	)?;

	let babe_config = sc_consensus_babe::configuration(&*client)?;
	let inherents = Inherents { slot_duration: babe_config.slot_duration() };
	let (block_import, babe_link) = sc_consensus_babe::block_import(
		babe_config,
		grandpa_block_import.clone(),
		client.clone(),
		inherents.clone(),
		select_chain.clone(),
		OffchainTransactionPoolFactory::new(transaction_pool.clone()),
	)?;
	let (import_queue, babe_worker) = sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
		link: babe_link.clone(),
		block_import: block_import.clone(),
		justification_import: Some(Box::new(grandpa_block_import)),
		client: client.clone(),
		slot_duration: inherents.slot_duration,
		spawner: &task_manager.spawn_essential_handle(),
		registry: config.prometheus_registry(),
		telemetry: telemetry.as_ref().map(Telemetry::handle),
	})?;

	let statement_store = StatementStore::new_shared(
		&config.data_path,
		Default::default(),
		client.clone(),
		keystore_container.local_keystore(),
		config.prometheus_registry(),
		Box::new(task_manager.spawn_handle()),
	)
	.map_err(|error| Error::Other(format!("the statement store can't be opened: {error}")))?;

	Ok(PartialComponents {
		client,
		backend,
		task_manager,
		keystore_container,
		select_chain,
		import_queue,
		transaction_pool,
		other: Other { block_import, grandpa_link, babe_link, babe_worker, inherents, statement_store, telemetry },
	})
}

/// Starts a node.
pub fn run(config: Configuration, cli: Cli) -> Result<TaskManager, Error> {
	match config.network.network_backend {
		NetworkBackendType::Libp2p => full::<sc_network::NetworkWorker<_, _>>(config, cli),
		NetworkBackendType::Litep2p => full::<sc_network::Litep2pNetworkBackend>(config, cli),
	}
}

fn full<N: NetworkBackend<Block, Hash>>(mut config: Configuration, cli: Cli) -> Result<TaskManager, Error> {
	let database_path = config.database.path().map(std::path::Path::to_path_buf);
	let hardware = measure_hardware(&config, &cli);
	// Clients that request the specification expect it as it was given. The configuration's copy becomes raw below.
	let chain_spec = config.chain_spec.cloned_box();

	let PartialComponents {
		client,
		backend,
		mut task_manager,
		keystore_container,
		select_chain,
		import_queue,
		transaction_pool,
		other: Other { block_import, grandpa_link, babe_link, babe_worker, inherents, statement_store, mut telemetry },
	} = partial(&mut config, &cli)?;

	let role = config.role;
	let force_authoring = config.force_authoring;
	let enable_grandpa = !config.disable_grandpa;
	let enable_offchain_worker = config.offchain_worker.enabled;
	let node_name = config.network.node_name.clone();
	let prometheus_registry = config.prometheus_registry().cloned();
	let genesis_hash = client.info().genesis_hash;
	let discovery_config = sc_authority_discovery::WorkerConfig {
		publish_non_global_ips: config.network.allow_non_globals_in_dht,
		public_addresses: config.network.public_addresses.clone(),
		persisted_cache_directory: config.network.net_config_path.clone(),
		strict_record_validation: true,
		..Default::default()
	};

	let mut net_config = FullNetworkConfiguration::<Block, Hash, N>::new(
		&config.network,
		config.prometheus_config.as_ref().map(|prometheus| prometheus.registry.clone()),
	);
	let metrics = N::register_notification_metrics(config.prometheus_registry());
	let peer_store = net_config.peer_store_handle();

	let grandpa_protocol = sc_consensus_grandpa::protocol_standard_name(&genesis_hash, &config.chain_spec);
	let (grandpa_peers, grandpa_notifications) = sc_consensus_grandpa::grandpa_peers_set_config::<_, N>(
		grandpa_protocol.clone(),
		metrics.clone(),
		peer_store.clone(),
	);
	net_config.add_notification_protocol(grandpa_peers);

	let (statement_prototype, statement_peers) = sc_network_statement::StatementHandlerPrototype::new::<_, _, N>(
		genesis_hash,
		config.chain_spec.fork_id(),
		metrics.clone(),
		peer_store,
	);
	net_config.add_notification_protocol(statement_peers);

	let warp_sync = Arc::new(sc_consensus_grandpa::warp_proof::NetworkProvider::new(
		backend.clone(),
		grandpa_link.shared_authority_set().clone(),
		Vec::new(),
	));
	let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) =
		sc_service::build_network(sc_service::BuildNetworkParams {
			config: &config,
			net_config,
			client: client.clone(),
			transaction_pool: transaction_pool.clone(),
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_sync)),
			block_relay: None,
			metrics,
			gap_sync_body_policy: None,
		})?;

	let voter_state = SharedVoterState::empty();
	let rpc_builder = {
		let client = client.clone();
		let pool = transaction_pool.clone();
		let select_chain = select_chain.clone();
		let keystore = keystore_container.keystore();
		let voter_state = voter_state.clone();
		let authority_set = grandpa_link.shared_authority_set().clone();
		let justifications = grandpa_link.justification_stream();
		let finality_proofs = FinalityProofProvider::new_for_service(backend.clone(), Some(authority_set.clone()));
		let statements = statement_store.clone();
		Box::new(move |executor| {
			let deps = rpc::Deps {
				client: client.clone(),
				pool: pool.clone(),
				select_chain: select_chain.clone(),
				chain_spec: chain_spec.cloned_box(),
				keystore: keystore.clone(),
				babe_worker: babe_worker.clone(),
				voter_state: voter_state.clone(),
				authority_set: authority_set.clone(),
				justifications: justifications.clone(),
				finality_proofs: finality_proofs.clone(),
				statements: statements.clone(),
			};
			rpc::create(deps, executor).map_err(Into::into)
		})
	};

	sc_service::spawn_tasks(sc_service::SpawnTasksParams {
		config,
		client: client.clone(),
		backend: backend.clone(),
		task_manager: &mut task_manager,
		keystore: keystore_container.keystore(),
		transaction_pool: transaction_pool.clone(),
		rpc_builder,
		network: network.clone(),
		system_rpc_tx,
		tx_handler_controller,
		sync_service: sync_service.clone(),
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;

	task_manager.spawn_handle().spawn(
		"watch",
		None,
		watch::run(client.clone(), keystore_container.keystore(), prometheus_registry.clone()),
	);

	if let Some(hardware) = hardware {
		sc_sysinfo::print_hwbench(&hardware);
		if let Some(telemetry) = telemetry.as_ref() {
			task_manager.spawn_handle().spawn(
				"telemetry_hwbench",
				None,
				sc_sysinfo::initialize_hwbench_telemetry(telemetry.handle(), hardware),
			);
		}
	}

	if enable_offchain_worker {
		let statements = statement_store.clone();
		let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
			runtime_api_provider: client.clone(),
			keystore: Some(keystore_container.keystore()),
			offchain_db: backend.offchain_storage(),
			transaction_pool: Some(OffchainTransactionPoolFactory::new(transaction_pool.clone())),
			network_provider: Arc::new(network.clone()),
			is_validator: role.is_authority(),
			enable_http_requests: false,
			custom_extensions: move |_| vec![Box::new(statements.clone().as_statement_store_ext()) as Box<_>],
		})?;
		task_manager.spawn_handle().spawn(
			"offchain-workers-runner",
			"offchain-work",
			workers.run(client.clone(), task_manager.spawn_handle()).boxed(),
		);
	}

	let statement_executor = {
		let handle = task_manager.spawn_handle();
		move |task| handle.spawn("network-statement-validator", Some("networking"), task)
	};
	let statement_handler = statement_prototype.build(
		network.clone(),
		sync_service.clone(),
		statement_store,
		prometheus_registry.as_ref(),
		statement_executor,
		STATEMENT_WORKERS,
		// A peer that sends more statements per second than this is banned. The limit must allow a peer to send all its statements
		// at once to a new node.
		sc_network_statement::config::DEFAULT_STATEMENTS_PER_SECOND,
	)?;
	task_manager.spawn_handle().spawn("network-statement-handler", Some("networking"), statement_handler.run());

	if role.is_authority() {
		let proposer = sc_basic_authorship::ProposerFactory::new(
			task_manager.spawn_handle(),
			client.clone(),
			transaction_pool.clone(),
			prometheus_registry.as_ref(),
			telemetry.as_ref().map(Telemetry::handle),
		);
		let babe = sc_consensus_babe::start_babe(sc_consensus_babe::BabeParams {
			keystore: keystore_container.keystore(),
			client: client.clone(),
			select_chain,
			env: proposer,
			block_import,
			sync_oracle: sync_service.clone(),
			justification_sync_link: sync_service.clone(),
			create_inherent_data_providers: inherents,
			force_authoring,
			// No back-off while finality lags: authors that wait would leave the blocks to those that do not, and governance could not
			// decide while finality has stopped.
			backoff_authoring_blocks: None::<()>,
			babe_link,
			block_proposal_slot_portion: SlotProportion::new(PROPOSAL_SLOT_PORTION),
			max_block_proposal_slot_portion: None,
			telemetry: telemetry.as_ref().map(Telemetry::handle),
		})?;
		task_manager.spawn_essential_handle().spawn_blocking("babe-proposer", Some("block-authoring"), babe);

		let dht_events = network.event_stream("authority-discovery").filter_map(|event| async move {
			match event {
				Event::Dht(event) => Some(event),
				_ => None,
			}
		});
		let (worker, _service) = sc_authority_discovery::new_worker_and_service_with_config(
			discovery_config,
			client.clone(),
			Arc::new(network.clone()),
			Box::pin(dht_events),
			sc_authority_discovery::Role::PublishAndDiscover(keystore_container.keystore()),
			prometheus_registry.clone(),
			task_manager.spawn_handle(),
		);
		task_manager.spawn_handle().spawn("authority-discovery-worker", Some("networking"), worker.run());
	}

	if enable_grandpa {
		let config = sc_consensus_grandpa::Config {
			gossip_duration: GOSSIP_DURATION,
			justification_generation_period: JUSTIFICATION_PERIOD,
			observer_enabled: false,
			local_role: role,
			name: Some(node_name),
			// Only an authority votes.
			keystore: role.is_authority().then(|| keystore_container.keystore()),
			telemetry: telemetry.as_ref().map(Telemetry::handle),
			protocol_name: grandpa_protocol,
		};
		let voter = sc_consensus_grandpa::run_grandpa_voter(sc_consensus_grandpa::GrandpaParams {
			config,
			link: grandpa_link,
			network,
			sync: Arc::new(sync_service),
			notification_service: grandpa_notifications,
			voting_rule: sc_consensus_grandpa::VotingRulesBuilder::default().build(),
			prometheus_registry,
			shared_voter_state: voter_state,
			telemetry: telemetry.as_ref().map(Telemetry::handle),
			offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(transaction_pool),
		})?;
		task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
	}

	if let Some(path) = database_path {
		sc_storage_monitor::StorageMonitorService::try_spawn(
			cli.storage_monitor,
			path,
			&task_manager.spawn_essential_handle(),
		)
		.map_err(|error| Error::Application(error.into()))?;
	}
	Ok(task_manager)
}

/// Measures the machine of a validator, unless the operator has disabled it.
fn measure_hardware(config: &Configuration, cli: &Cli) -> Option<sc_sysinfo::HwBench> {
	let wanted = config.role.is_authority() && !cli.no_hardware_benchmarks && !cli.run.shared_params.is_dev();
	let path = config.database.path().filter(|_| wanted)?;
	std::fs::create_dir_all(path).ok()?;
	Some(sc_sysinfo::gather_hwbench(Some(path), &sc_sysinfo::Requirements(Vec::new())))
}
