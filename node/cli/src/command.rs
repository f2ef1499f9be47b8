//! Runs the command given on the command line.

use crate::{
	chain_spec,
	cli::{Cli, Subcommand},
	client,
	executor::Executor,
	genesis_state, ports,
	runtime_cache::RuntimeCache,
	service,
};
use sc_cli::{Error, Result, SubstrateCli};
use sc_service::PartialComponents;
use smartlayer_runtime::constants::SS58_PREFIX;
use std::{
	path::Path,
	sync::{Arc, OnceLock},
};

/// The version that the program says it is. The SDK asks for it without an instance of anything.
static VERSION: OnceLock<&str> = OnceLock::new();

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"SmartLayer Node".into()
	}

	fn impl_version() -> String {
		VERSION.get().copied().unwrap_or(env!("CARGO_PKG_VERSION")).into()
	}

	fn description() -> String {
		env!("CARGO_PKG_DESCRIPTION").into()
	}

	fn author() -> String {
		env!("CARGO_PKG_AUTHORS").into()
	}

	fn support_url() -> String {
		"see SECURITY.md and README.md of the project".into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> std::result::Result<Box<dyn sc_service::ChainSpec>, String> {
		Ok(Box::new(chain_spec::load(id)?))
	}
}

/// Parses the command line and runs the command, as a program of this version.
pub fn run(version: &'static str) -> Result<()> {
	VERSION.get_or_init(|| version);
	// The prefix with which addresses are printed, and which is accepted besides the usual ones.
	sp_core::crypto::set_default_ss58_version(SS58_PREFIX.into());
	let cli = Cli::from_args();
	match &cli.subcommand {
		None => run_node(cli),
		Some(Subcommand::Key(cmd)) => cmd.run(&cli),
		Some(Subcommand::ExportChainSpec(cmd)) => {
			// This command has no logger of its own, and the runtime logs why it refuses a genesis.
			sc_cli::LoggerBuilder::new("error").init()?;
			let mut spec = cli.load_spec(&cmd.chain)?;
			if cmd.raw {
				// No base path is known here: without an explicit folder, nothing is cached.
				let cache = cli.runtime_cache.clone().unwrap_or(RuntimeCache::Off);
				let executor = Executor::new(&Default::default(), RuntimeCache::open(Some(&cache), Path::new(""))?);
				genesis_state::build(&mut spec, &executor)?;
			}
			cmd.run(spec)
		},
		#[allow(deprecated, reason = "scripts of operators use this name")]
		Some(Subcommand::BuildSpec(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.sync_run(|config| cmd.run(config.chain_spec, config.network))
		},
		Some(Subcommand::CheckBlock(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|mut config| {
				let PartialComponents { client, task_manager, import_queue, .. } = service::partial(&mut config, &cli)?;
				Ok((cmd.run(client, import_queue), task_manager))
			})
		},
		Some(Subcommand::ExportBlocks(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|mut config| {
				let PartialComponents { client, task_manager, .. } = service::partial(&mut config, &cli)?;
				Ok((cmd.run(client, config.database), task_manager))
			})
		},
		Some(Subcommand::ExportState(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|mut config| {
				let PartialComponents { client, task_manager, .. } = service::partial(&mut config, &cli)?;
				Ok((cmd.run(client, config.chain_spec), task_manager))
			})
		},
		Some(Subcommand::ImportBlocks(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|mut config| {
				let PartialComponents { client, task_manager, import_queue, .. } = service::partial(&mut config, &cli)?;
				Ok((cmd.run(client, import_queue), task_manager))
			})
		},
		Some(Subcommand::PurgeChain(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.sync_run(|config| cmd.run(config.database))
		},
		Some(Subcommand::Revert(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.async_run(|mut config| {
				let PartialComponents { client, backend, task_manager, .. } = service::partial(&mut config, &cli)?;
				let aux_revert = Box::new(|client: Arc<client::FullClient>, backend, blocks| {
					sc_consensus_babe::revert(client.clone(), backend, blocks)?;
					sc_consensus_grandpa::revert(client, blocks)?;
					Ok(())
				});
				Ok((cmd.run(client, backend, Some(aux_revert)), task_manager))
			})
		},
		Some(Subcommand::ChainInfo(cmd)) => {
			let runner = cli.create_runner(cmd)?;
			runner.sync_run(|config| cmd.run::<smartlayer_runtime::opaque::Block>(&config))
		},
		#[cfg(feature = "runtime-benchmarks")]
		Some(Subcommand::Benchmark(cmd)) => benchmark(&cli, cmd),
	}
}

/// Messages of the SDK at `info` level that operators do not need; `--log` enables them. For its own blocks the node still
/// logs that it sealed and imported them.
const QUIET: &str = "sub-authority-discovery=warn,sc_basic_authorship=warn";

fn run_node(mut cli: Cli) -> Result<()> {
	cli.run.shared_params.log.insert(0, QUIET.into());
	let runner = cli.create_runner(&cli.run)?;
	runner.run_node_until_exit(|config| async move {
		if config.chain_spec.id() == chain_spec::LIVE_TEMPLATE_ID {
			return Err(Error::Input(
				"the live template has no anchors: write it to a file with `export-chain-spec`, fill in keys and \
				 balances, and run that file with --chain"
					.into(),
			));
		}
		ports::check(&config)?;
		service::run(config, cli).map_err(Error::Service)
	})
}

#[cfg(feature = "runtime-benchmarks")]
fn benchmark(cli: &Cli, cmd: &frame_benchmarking_cli::BenchmarkCmd) -> Result<()> {
	use frame_benchmarking_cli::{BenchmarkCmd, SUBSTRATE_REFERENCE_HARDWARE};
	use sp_runtime::traits::HashingFor;

	let runner = cli.create_runner(cmd)?;
	runner.sync_run(|mut config| match cmd {
		BenchmarkCmd::Pallet(cmd) => cmd
			.run_with_spec::<HashingFor<smartlayer_runtime::opaque::Block>, crate::executor::HostFunctions>(Some(
				config.chain_spec,
			)),
		BenchmarkCmd::Block(cmd) => {
			let partial = service::partial(&mut config, cli)?;
			cmd.run(partial.client)
		},
		BenchmarkCmd::Storage(cmd) => {
			let partial = service::partial(&mut config, cli)?;
			let db = partial.backend.expose_db();
			let storage = partial.backend.expose_storage();
			let shared_cache = partial.backend.expose_shared_trie_cache();
			cmd.run(config, partial.client, db, storage, shared_cache)
		},
		BenchmarkCmd::Machine(cmd) => cmd.run(&config, SUBSTRATE_REFERENCE_HARDWARE.clone()),
		_ => Err(Error::Input("this benchmark needs transactions that the node does not make".into())),
	})
}
