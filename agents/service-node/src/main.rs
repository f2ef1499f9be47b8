//! `smartlayer-service-node`: the program of a service node.

use clap::{Parser, Subcommand};
use smartlayer_client::{Address, Chain, Error, Http, Key, api::anchor::SignedBatch};
use smartlayer_daemon::{Stop, behind, http::serve, run as run_until_told, start, stopped as stopped_by};
use smartlayer_service_node::{
	agreements, batches, cash_out, chain::ChainWatch, check, config::Config, demands, metrics::Metrics, node::Node,
	private, proofs, store::Store,
};
use std::{
	path::{Path, PathBuf},
	process::ExitCode,
	sync::Arc,
	time::Duration,
};
use tokio::{
	net::TcpListener,
	sync::{mpsc, watch},
	task::JoinSet,
};

/// Serves tokens, is paid by promises, and answers for what it says.
#[derive(Parser)]
#[command(version)]
struct Cli {
	/// The configuration file.
	#[arg(
		long,
		short,
		global = true,
		env = "SMARTLAYER_SERVICE_NODE_CONFIG",
		default_value = "/etc/smartlayer/service-node.toml"
	)]
	config: PathBuf,
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	/// Create the database of a node that has never signed anything.
	Init,
	/// Say what is missing before the node can serve.
	Check,
	/// Serve.
	Run,
	/// Show what is stored. The node must be stopped.
	Inspect,
	/// Print all tokens with their operations, a line of JSON each. The node must be stopped.
	Export,
	/// Store batches that this node has handed over, after a restore. The node must be stopped.
	Import {
		/// The files, each with one batch as it was sent to an anchor, in the order of their numbers.
		files: Vec<PathBuf>,
		/// Earlier service keys of this node that may have signed them.
		#[arg(long, value_name = "ADDRESS")]
		earlier_key: Vec<Address>,
	},
	/// Allow writes again after a restore, if no earlier signature can be held against this node. The node must be stopped.
	Resume,
}

fn main() -> ExitCode {
	let cli = Cli::parse();
	start(work(cli))
}

async fn work(cli: Cli) -> Result<ExitCode, Error> {
	let config = Config::read(&cli.config)?;
	match cli.command {
		Command::Check => return Ok(if check::check(&config).await { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
		Command::Init => {
			let uncreated = |error| Error::Invalid(format!("{} cannot be created: {error}", config.data.display()));
			std::fs::create_dir_all(&config.data).map_err(uncreated)?;
			Store::create(&database(&config), config.genesis, config.account.0).map_err(stored)?;
			println!("created {}", database(&config).display());
		},
		Command::Run => run(config).await?,
		Command::Inspect => {
			let store = open(&config)?;
			println!("{}", private::inspect(&store)?);
		},
		Command::Export => open(&config)?.export(&mut std::io::stdout().lock()).map_err(stored)?,
		Command::Import { files, earlier_key } => {
			let keys: Vec<_> = earlier_key.iter().map(|key| key.0).collect();
			let store = open(&config)?;
			for file in files {
				let bytes = std::fs::read(&file).map_err(|error| unreadable(&file, &error))?;
				let batch = SignedBatch::parse(&bytes).map_err(|_| unreadable(&file, &"it is no batch"))?;
				let number = batch.batch.header().number;
				let imported = store.import(batch, &keys).await.map_err(stored)?;
				println!("batch {number}: {imported} operations that were not known");
			}
		},
		Command::Resume => resume(&config).await?,
	}
	Ok(ExitCode::SUCCESS)
}

fn database(config: &Config) -> PathBuf {
	config.data.join("node.redb")
}

/// Allows writes again. What was signed before the restore, and is lost, is evidence as long as its key is: for a report window after
/// the key was replaced.
async fn resume(config: &Config) -> Result<(), Error> {
	let store = open(config)?;
	let noticed = store.restored().map_err(stored)?;
	let noticed =
		noticed.ok_or_else(|| Error::Invalid("this database was not restored: there is nothing to resume".into()))?;
	let chain = Chain::connect(&config.chain).await?;
	chain.ensure_genesis(config.genesis)?;
	let at = chain.finalized().await?;
	if let Some(behind) = behind(at.time().await?) {
		return Err(Error::Invalid(format!("{behind}: wait until it has caught up")));
	}
	let height = at.head()?.number;
	if noticed == 0 {
		store.note_restored(height).await.map_err(stored)?;
	}
	let noticed = if noticed == 0 { height } else { noticed };
	let since = at.service_key_since(&config.account).await?.unwrap_or_default();
	if since <= noticed {
		return Err(Error::Invalid(format!(
			"replace the service key first, by one that was never used: the restore was noticed in block {noticed}, and the key on the \
			 chain is older"
		)));
	}
	let end = since.saturating_add(at.report_window().await?);
	// The chain compares with its clock as well.
	let now = at.clock().await?;
	if now <= end {
		return Err(Error::Invalid(format!(
			"what was signed with the old key is evidence until block {end} of the clock: now is {now}"
		)));
	}
	store.resume().await.map_err(stored)?;
	println!("this node writes again, from its next start on");
	Ok(())
}

fn stored(error: impl std::fmt::Display) -> Error {
	Error::Invalid(error.to_string())
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Error {
	Error::Invalid(format!("{} cannot be read: {error}", path.display()))
}

fn open(config: &Config) -> Result<Store, Error> {
	let key = Key::from_file(&config.service_key)?;
	let path = database(config);
	let cache = config.cache.saturating_mul(1_024 * 1_024);
	Store::open(&path, cache, config.genesis, config.account.0, key)
		.map_err(|error| Error::Invalid(format!("{}: {error}", path.display())))
}

async fn run(config: Config) -> Result<(), Error> {
	let store = open(&config)?;
	let is_restored = store.restored().map_err(stored)?.is_some();
	if is_restored {
		tracing::warn!(
			"this database was restored from a backup: the node only reads. See the guide on how it may write again"
		);
	}
	let service_key = Key::from_file(&config.service_key)?;
	let operator_key = Key::from_file(&config.operator_key)?;
	let metrics = Arc::new(Metrics::new().map_err(stored)?);
	metrics.restored.set(is_restored.into());
	metrics.agreement_windows.set(-1);
	let bound = |address, error| Error::Invalid(format!("{address} cannot be listened on: {error}"));
	let listener = TcpListener::bind(config.listen).await.map_err(|error| bound(config.listen, error))?;
	let address = listener.local_addr().map_err(stored)?;

	let (stop, stopped) = watch::channel(false);
	let (demanded, to_answer) = mpsc::channel(1_024);
	let (chain, follower) =
		ChainWatch::start(&config, service_key.address(), demanded, metrics.clone(), stopped.clone());
	let node = Arc::new(Node::new(config.clone(), chain, store, metrics, Http::new()?, service_key, operator_key));

	let mut tasks = JoinSet::new();
	tasks.spawn(follower);
	if is_restored {
		tasks.spawn(note_restored(node.clone(), stopped.clone()));
	}
	tasks.spawn(serve(node.clone(), listener, stopped.clone()));
	tasks.spawn(batches::make(node.clone(), stopped.clone()));
	tasks.spawn(batches::hand_over_to_all(node.clone(), stopped.clone()));
	tasks.spawn(agreements::run(node.clone(), stopped.clone()));
	tasks.spawn(proofs::show(node.clone(), stopped.clone()));
	tasks.spawn(cash_out::run(node.clone(), stopped.clone()));
	tasks.spawn(demands::answer(node.clone(), to_answer, stopped.clone()));
	if let Some(address) = config.private {
		let listener = TcpListener::bind(address).await.map_err(|error| bound(address, error))?;
		let node = node.clone();
		let answer = move |method, path: String| {
			let node = node.clone();
			async move { private::answer(&node, method, &path).await }
		};
		tasks.spawn(smartlayer_daemon::private::serve(listener, stopped.clone(), answer));
	}
	tracing::info!("{} serves on http://{address}", config.account);

	run_until_told(tasks, stop).await.map_err(Error::Invalid)
}

/// Notes the height at which a restored database is first used, as soon as the chain's node knows it. Everything lost was signed before.
async fn note_restored(node: Arc<Node>, mut stop: Stop) {
	while !*stop.borrow() {
		if let Ok(view) = node.chain.known()
			&& view.is_recent
			&& node.store.note_restored(view.head.number).await.is_ok()
		{
			break;
		}
		tokio::time::sleep(Duration::from_secs(1)).await;
	}
	stopped_by(&mut stop).await;
}
