use std::{
	fmt::Display,
	io::IsTerminal,
	process::ExitCode,
	time::{SystemTime, UNIX_EPOCH},
};
use tokio::{
	signal::unix::{SignalKind, signal},
	sync::watch,
	task::JoinSet,
};

/// How old the newest final block may be, in seconds. The chain's node is behind otherwise, and knows what has ended since.
const MOST_BEHIND: u64 = 300;

/// Runs a program: with a log on standard error, and an exit code that says whether it has failed.
pub fn start<E: Display>(work: impl Future<Output = Result<ExitCode, E>>) -> ExitCode {
	let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
	let colours = std::io::stderr().is_terminal();
	tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours).init();
	let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
		Ok(runtime) => runtime,
		Err(error) => {
			eprintln!("error: {error}");
			return ExitCode::FAILURE;
		},
	};
	runtime.block_on(work).unwrap_or_else(|error| {
		eprintln!("error: {error}");
		ExitCode::FAILURE
	})
}

/// Waits for a signal to end, or for the first task that ends, tells all tasks to end, and waits until they have. No task ends before
/// it is told to: what such a task has said is the error.
pub async fn run(mut tasks: JoinSet<()>, stop: watch::Sender<bool>) -> Result<(), String> {
	let failed = |error: std::io::Error| error.to_string();
	let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
	let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
	let ended = tokio::select! {
		_ = terminate.recv() => None,
		_ = interrupt.recv() => None,
		ended = tasks.join_next() => Some(ended),
	};
	tracing::info!("ending: open calls are answered first");
	stop.send_replace(true);
	while tasks.join_next().await.is_some() {}
	match ended {
		None => Ok(()),
		Some(ended) => Err(format!("a part of the program has ended: {ended:?}")),
	}
}

/// Returns that the chain's node is behind, if its newest final block of this time, in milliseconds, is too old.
pub fn behind(time: u64) -> Option<String> {
	if time == 0 {
		return Some("the node of the chain has seen no final block yet".into());
	}
	let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
	let seconds = now.saturating_sub(time.into()) / 1_000;
	let is_behind = seconds > MOST_BEHIND.into();
	is_behind.then(|| format!("the node of the chain is behind: its newest final block is {seconds} s old"))
}
