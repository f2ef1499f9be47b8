//! What can be asked of the node on its command line.

use crate::runtime_cache::RuntimeCache;

/// A node of the SmartLayer chain.
#[derive(Debug, clap::Parser)]
pub struct Cli {
	/// What to do instead of running a node.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// How to run a node.
	#[command(flatten)]
	pub run: sc_cli::RunCmd,

	/// Don't measure the machine when the node starts. A validator's machine is measured by default.
	#[arg(long)]
	pub no_hardware_benchmarks: bool,

	/// Keep compiled runtimes in this folder, so that the node starts in about a second. Nobody but the node's own user
	/// may be able to write there. `off` compiles the runtime at every start.
	///
	/// By default the folder is `runtime-cache` in the base path.
	#[arg(long, global = true, value_name = "FOLDER|off")]
	pub runtime_cache: Option<RuntimeCache>,

	/// When to stop for want of space.
	#[command(flatten)]
	pub storage_monitor: sc_storage_monitor::StorageMonitorParams,
}

/// Everything that the program does besides running a node.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
	/// Make, inspect and store keys.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Write a chain specification.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Write a chain specification, the older way; it can also add a boot node.
	#[allow(deprecated, reason = "operators' scripts know it by this name")]
	BuildSpec(sc_cli::BuildSpecCmd),

	/// Check a block: execute it again, and compare.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Write blocks to a file.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Write the state of a block as a chain specification.
	ExportState(sc_cli::ExportStateCmd),

	/// Read blocks from a file.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Delete the chain's database.
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Take back the last blocks that are not final.
	Revert(sc_cli::RevertCmd),

	/// Say what the database holds.
	ChainInfo(sc_cli::ChainInfoCmd),

	/// Measure pallets, blocks and the machine.
	#[cfg(feature = "runtime-benchmarks")]
	#[command(subcommand)]
	Benchmark(frame_benchmarking_cli::BenchmarkCmd),
}
