//! `smartlayer-anchor`: the program of an anchor.

use clap::{Parser, Subcommand, ValueEnum};
use smartlayer_anchor::{
	agreements::{self, Agreements},
	anchor::Anchor,
	chain::ChainWatch,
	check,
	config::Config,
	duty,
	metrics::Metrics,
	peers, private, reports,
	store::{Store, StoreError},
	telemetry::{self, Samples},
};
use smartlayer_client::{Chain, Error, Finality, Http, Key, calls};
use smartlayer_daemon::{Stop, http::serve, run as run_until_told, start, stopped as stopped_by};
use sp_core::{Pair, sr25519};
use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

/// Keeps what service nodes have done, writes commitments of it, and proves it.
#[derive(Parser)]
#[command(version)]
struct Cli {
	/// The configuration file.
	#[arg(long, short, global = true, env = "SMARTLAYER_ANCHOR_CONFIG", default_value = "/etc/smartlayer/anchor.toml")]
	config: PathBuf,
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	/// Create the database of an anchor whose duty key has never signed anything.
	Init,
	/// Say what is missing before the anchor can do its duty.
	Check,
	/// Do duty, and prove what was done.
	Run,
	/// Show what is stored. The program must be stopped.
	Inspect,
	/// Show the reports on which this seat has not voted.
	Reports,
	/// Vote on a report, as the operator.
	Vote {
		/// The report.
		report: u64,
		/// Whether the node is guilty.
		verdict: Verdict,
	},
	/// Sign again after a restore, with a duty key that has never signed anything. The program must be stopped.
	Resume,
}

/// What a seat says of a report.
#[derive(Clone, Copy, ValueEnum)]
enum Verdict {
	/// The node is guilty.
	Aye,
	/// It is not, or nobody can show it.
	Nay,
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
			let key = duty_key(&config)?.public();
			std::fs::create_dir_all(&config.data).map_err(uncreated)?;
			Store::create(&config.database(), config.genesis, config.account.0, &key).map_err(invalid)?;
			println!("created {}", config.database().display());
		},
		Command::Run => run(config).await?,
		Command::Inspect => println!("{}", private::inspect(&open(&config)?).map_err(Error::Invalid)?),
		Command::Resume => resume(&config).await?,
		Command::Reports => show_reports(&config).await?,
		Command::Vote { report, verdict } => {
			let key = Key::from_file(&config.operator_key)?;
			let chain = connect(&config).await?;
			chain.submit(&calls::vote(report, matches!(verdict, Verdict::Aye)), &key, Finality::Final).await?;
			println!("voted on report {report}");
		},
	}
	Ok(ExitCode::SUCCESS)
}

fn invalid(error: impl std::fmt::Display) -> Error {
	Error::Invalid(error.to_string())
}

fn duty_key(config: &Config) -> Result<sr25519::Pair, Error> {
	match Key::from_file(&config.duty_key)? {
		Key::Sr25519(pair) => Ok(*pair),
		_ => Err(Error::Invalid(format!("the duty key in {} is no sr25519 key", config.duty_key.display()))),
	}
}

fn open(config: &Config) -> Result<Store, Error> {
	let path = config.database();
	let cache = config.cache.saturating_mul(1_024 * 1_024);
	Store::open(&path, cache, config.genesis, config.account.0, duty_key(config)?)
		.map_err(|error| Error::Invalid(format!("{}: {error}", path.display())))
}

fn open_samples(config: &Config) -> Result<Samples, Error> {
	let path = config.samples();
	Samples::open(&path, config.genesis, config.account.0)
		.map_err(|error| Error::Invalid(format!("{}: {error}", path.display())))
}

async fn connect(config: &Config) -> Result<Chain, Error> {
	let chain = Chain::connect(&config.chain).await?;
	chain.ensure_genesis(config.genesis)?;
	Ok(chain)
}

async fn show_reports(config: &Config) -> Result<(), Error> {
	let at = connect(config).await?.best().await?;
	let owed = at.owed_votes(&config.account).await?;
	if owed.is_empty() {
		println!("this seat owes no vote");
	}
	let http = Http::new()?;
	for id in owed {
		let Some(report) = at.report(id).await? else { continue };
		println!(
			"report {id}: {} has reported {} of {} in block {}; vote before block {}",
			report.reporter, report.fault, report.node, report.at, report.deadline
		);
		println!("  {}", reports::evidence(&http, &report).await);
	}
	Ok(())
}

/// Allows the duty key to sign, if it is not one that has signed with another copy of the database.
async fn resume(config: &Config) -> Result<(), Error> {
	let store = open(config)?;
	let key = duty_key(config)?.public();
	if store.may_sign(&key).map_err(invalid)? {
		return Err(Error::Invalid("this anchor signs: there is nothing to resume".into()));
	}
	// That of the interval: new session keys are in force when the next one begins.
	let duty = connect(config).await?.finalized().await?.duty().await?;
	let on_chain = duty.and_then(|duty| duty.seat(&config.account.0).map(|seat| seat.key));
	if let Some(on_chain) = on_chain
		&& store.must_note_key().map_err(invalid)?
	{
		store.note_key(&on_chain.0).map_err(invalid)?;
	}
	if store.is_burnt(&key.0).map_err(invalid)? {
		return Err(Error::Invalid(
			"this duty key may have signed with another copy of the database, and could contradict itself: replace the session keys by new \
			 ones, and resume when they are in force"
				.into(),
		));
	}
	if on_chain.is_none_or(|on_chain| on_chain.0 != key.0) {
		return Err(Error::Invalid(
			"the chain has another duty key of this seat, or none: wait until the new session keys are in force".into(),
		));
	}
	store.resume(&key).map_err(invalid)?;
	println!("this anchor signs again, from its next start on");
	Ok(())
}

/// Notes the duty key that the chain has for this seat when a restored database is first used: it may have signed since the backup, and
/// later ones are new.
async fn note_key(anchor: Arc<Anchor>, mut stop: Stop) {
	let note = async {
		while anchor.store.must_note_key()? {
			let view = anchor.chain.view().ok();
			if let Some(seat) = view.as_ref().and_then(|view| view.duty.seat(anchor.seat())) {
				anchor.store.note_key(&seat.key.0)?;
			}
			tokio::time::sleep(Duration::from_secs(1)).await;
		}
		Ok::<_, StoreError>(())
	};
	tokio::select! {
		noted = note => if let Err(error) = noted {
			tracing::error!("the duty key of the chain cannot be noted: {error}");
		},
		() = stopped_by(&mut stop) => return,
	}
	stopped_by(&mut stop).await;
}

async fn run(config: Config) -> Result<(), Error> {
	let duty_key = duty_key(&config)?;
	let key = duty_key.public();
	let agreements = Agreements::new(config.policy()?, duty_key);
	let store = open(&config)?;
	let samples = open_samples(&config)?;
	let callers = telemetry::callers(&config.telemetry.addresses)?;
	let operator = Key::from_file(&config.operator_key)?;
	let metrics = Arc::new(Metrics::new().map_err(invalid)?);
	let signs = store.may_sign(&key).map_err(invalid)?;
	metrics.may_sign.set(signs.into());
	if !signs {
		tracing::warn!("{}", StoreError::MayNotSign);
	}
	let bound = |address, error| Error::Invalid(format!("{address} cannot be listened on: {error}"));
	let listener = TcpListener::bind(config.listen).await.map_err(|error| bound(config.listen, error))?;
	let address = listener.local_addr().map_err(invalid)?;

	let (stop, stopped) = watch::channel(false);
	let (chain, follower) = ChainWatch::start(&config, operator.address(), metrics.clone(), stopped.clone());
	let anchor = Arc::new(Anchor::new(config.clone(), chain, store, agreements, metrics, operator)?);
	let mut tasks = JoinSet::new();
	tasks.spawn(follower);
	tasks.spawn(serve(anchor.clone(), listener, stopped.clone()));
	tasks.spawn(peers::run(anchor.clone(), stopped.clone()));
	tasks.spawn(duty::run(anchor.clone(), stopped.clone()));
	tasks.spawn(agreements::run(anchor.clone(), stopped.clone()));
	tasks.spawn(reports::run(anchor.clone(), stopped.clone()));
	tasks.spawn(telemetry::run(anchor.clone(), samples, callers, stopped.clone()));
	if !signs {
		tasks.spawn(note_key(anchor.clone(), stopped.clone()));
	}
	if let Some(address) = config.private {
		let listener = TcpListener::bind(address).await.map_err(|error| bound(address, error))?;
		let answer = move |method, path: String| {
			let anchor = anchor.clone();
			async move { private::answer(&anchor, method, &path).await }
		};
		tasks.spawn(smartlayer_daemon::private::serve(listener, stopped, answer));
	}
	tracing::info!("{} serves on http://{address}", config.account);
	run_until_told(tasks, stop).await.map_err(Error::Invalid)
}
