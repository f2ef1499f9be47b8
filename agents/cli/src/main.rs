//! `smartlayer`: the command of users and operators.

mod agreement;
mod demand;
mod node;
mod output;
mod session;
mod token;
mod verify;

use clap::{Parser, Subcommand};
use output::{Failure, Output};
use smartlayer_client::{Chain, Key};
use std::{path::PathBuf, process::ExitCode};
use tokio::sync::OnceCell;

/// Payment sessions, service nodes, agreements, demands, and the verification of what nodes say.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is not what it claims to be, 4 nobody could be reached.
#[derive(Parser)]
#[command(name = "smartlayer", version)]
struct Cli {
	/// The WebSocket URL of a node of the chain.
	#[arg(long, global = true, env = "SMARTLAYER_CHAIN", default_value = "ws://127.0.0.1:9944")]
	chain: String,
	/// The file with the secret key that signs: a secret URI, readable for its owner alone.
	#[arg(long, global = true, env = "SMARTLAYER_KEY", value_name = "FILE")]
	key: Option<PathBuf>,
	/// Print JSON.
	#[arg(long, global = true)]
	json: bool,
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	/// Pay a service node.
	#[command(subcommand)]
	Session(session::Command),
	/// Read a token from its service node, and verify the answer.
	Token(token::Token),
	/// Verify what a service node has said.
	#[command(subcommand)]
	Verify(verify::Command),
	/// Run a service node: its bond, keys and endpoint.
	#[command(subcommand)]
	Node(node::Command),
	/// See what nodes agree on with the network, and manage agreements.
	#[command(subcommand)]
	Agreement(agreement::Command),
	/// Demand an answer on the chain from a node that does not answer.
	Demand(demand::Demand),
}

/// What every command needs.
struct Context {
	url: String,
	chain: OnceCell<Chain>,
	key: Option<PathBuf>,
	output: Output,
}

impl Context {
	/// Returns the key that signs. Ask for it before the chain, so that a missing key is noticed at once.
	fn key(&self) -> Result<Key, Failure> {
		let path = self.key.as_ref().ok_or_else(|| Failure::usage("a key is needed: --key <FILE>"))?;
		Ok(Key::from_file(path)?)
	}

	/// Returns the connection to the chain.
	async fn chain(&self) -> Result<&Chain, Failure> {
		let connect = async {
			self.output.progress(&format!("connecting to {}", self.url));
			Chain::connect(&self.url).await
		};
		Ok(self.chain.get_or_try_init(|| connect).await?)
	}
}

#[tokio::main]
async fn main() -> ExitCode {
	let Cli { chain: url, key, json, command } = Cli::parse();
	let output = Output { json };
	let context = Context { url, chain: OnceCell::new(), key, output };
	let work = async {
		match command {
			Command::Session(command) => session::run(&context, command).await,
			Command::Token(token) => token::run(&context, token).await,
			Command::Verify(command) => verify::run(&context, command).await,
			Command::Node(command) => node::run(&context, command).await,
			Command::Agreement(command) => agreement::run(&context, command).await,
			Command::Demand(demand) => demand::run(&context, demand).await,
		}
	};
	match work.await {
		Ok(()) => ExitCode::SUCCESS,
		Err(failure) => output.failed(&failure),
	}
}
