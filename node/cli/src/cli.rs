//! The command line.

use crate::runtime_cache::RuntimeCache;

/// A node of the SmartLayer chain.
#[derive(Debug, clap::Parser)]
pub struct Cli {
	/// The command to run instead of a node.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// The options of a node.
	#[command(flatten)]
	pub run: sc_cli::RunCmd,

	/// Do not benchmark the machine at start. Validators do so by default.
	#[arg(long)]
	pub no_hardware_benchmarks: bool,

	/// Cache compiled runtimes in this folder, so that the node starts in about a second. Only the user of the node may be able
	/// to write to it. `off` compiles the runtime at every start.
	///
	/// By default the folder is `runtime-cache` in the base path.
	#[arg(long, global = true, value_name = "FOLDER|off")]
	pub runtime_cache: Option<RuntimeCache>,

	/// When to stop for lack of disk space.
	#[command(flatten)]
	pub storage_monitor: sc_storage_monitor::StorageMonitorParams,
}

/// The commands besides running a node.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
	/// Generate, inspect and store keys.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Write a chain specification.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Write a chain specification with the older command, which can also add a boot node.
	#[allow(deprecated, reason = "scripts of operators use this name")]
	BuildSpec(sc_cli::BuildSpecCmd),

	/// Check a block by executing it again.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Export blocks to a file.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Export the state of a block as a chain specification.
	ExportState(sc_cli::ExportStateCmd),

	/// Import blocks from a file.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Delete the database of the chain.
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Revert the last blocks that are not final.
	Revert(sc_cli::RevertCmd),

	/// Show statistics of the database.
	ChainInfo(sc_cli::ChainInfoCmd),

	/// Benchmark pallets, blocks and the machine.
	#[cfg(feature = "runtime-benchmarks")]
	#[command(subcommand)]
	Benchmark(frame_benchmarking_cli::BenchmarkCmd),
}
