//! Payment sessions.

use crate::{Context, amount::Amount, output::Failure};
use clap::Subcommand;
use serde_json::json;
use smartlayer_client::{Address, Finality, Http, Key, ServiceNode, Session, api::Prices, calls};
use smartlayer_promise::SessionId;
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum Command {
	/// Open a session with a service node: deposit an amount that calls are paid from. What is left returns when it is closed.
	Open {
		/// The node.
		node: Address,
		/// The deposit, in SLN.
		amount: Amount,
		/// After how many blocks it ends.
		#[arg(long, default_value_t = 14_400)]
		blocks: u32,
		/// The file with the key that signs promises. The key of the account if missing.
		#[arg(long, value_name = "FILE")]
		signer: Option<PathBuf>,
	},
	/// Print the header that pays the next calls of a session.
	Pay {
		/// The session.
		session: SessionId,
		/// For how many calls that read.
		#[arg(long, default_value_t = 1)]
		reads: u32,
		/// For how many calls that write.
		#[arg(long, default_value_t = 0)]
		writes: u32,
		/// What a call may cost at most, in SLN.
		#[arg(long, default_value = "0.01")]
		max_price: Amount,
	},
	/// Show a session, on the chain and at its node.
	Show {
		/// The session.
		session: SessionId,
	},
	/// List the sessions of an account, as payer or as node.
	List {
		/// The account.
		account: Address,
	},
	/// Add to the deposit of a session.
	TopUp {
		/// The session.
		session: SessionId,
		/// How much, in SLN.
		amount: Amount,
	},
	/// Let a session end later.
	Extend {
		/// The session.
		session: SessionId,
		/// By how many blocks.
		blocks: u32,
	},
	/// Close a session. The node can cash out what it was promised for a while, and the rest returns.
	Close {
		/// The session.
		session: SessionId,
	},
}

pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
	let Context { chain, output, .. } = context;
	match command {
		Command::Open { node, amount, blocks, signer } => {
			let key = context.key()?;
			let signer = signer.map_or_else(|| Ok(key.clone()), |path| Key::from_file(&path))?;
			let at = chain.finalized().await?;
			if at.endpoint(&node).await?.is_none() {
				return Err(Failure::failed(format!("{node} has published no endpoint: it cannot be called")));
			}
			let expiry = at.clock().await?.saturating_add(blocks);
			output.progress("waiting until the session is final");
			let call = calls::open_session(&node, amount.0, &signer.promise_signer(), expiry);
			let included = chain.submit(&call, &key, Finality::Final).await?;
			let session = included.opened_session()?;
			let text = format!("session {session} with {node} holds {amount} until block {expiry}");
			output.result(&json!({ "session": session.to_string(), "expiry": expiry }), &text)
		},
		Command::Pay { session, reads, writes, max_price } => {
			let (stored, node) = reach(context, session).await?;
			let key = context.key()?;
			if key.promise_signer() != stored.signer {
				return Err(Failure::failed(format!("the session {session} has another signer than this key")));
			}
			let prices = node.prices().await?;
			if prices.read > max_price.0 || (writes > 0 && prices.write > max_price.0) {
				let (read, write) = (Amount(prices.read), Amount(prices.write));
				return Err(Failure::failed(format!(
					"the node asks for {read} a read and {write} a write: --max-price allows that"
				)));
			}
			let price = price(prices, reads, writes)?;
			let mut payer = node.payer(session, key, stored.limit(), price).await?;
			let promise = payer.pay(price)?;
			let header = node.payment(&promise, price);
			let text = format!("payment-signature: {header}");
			output.result(&json!({ "header": header, "promised": promise.promise.amount.to_string() }), &text)
		},
		Command::Show { session } => {
			let (stored, endpoint) = stored(context, session).await?;
			let clock = chain.finalized().await?.clock().await?;
			let at_node = match endpoint {
				Some(url) => {
					ServiceNode::new(Http::new()?, &url, stored.node, chain.genesis()).session(session).await.ok()
				},
				None => None,
			};
			let charged = at_node
				.as_ref()
				.map_or("unknown: the node does not answer".into(), |state| Amount(state.charged).to_string());
			let text = format!(
				"session {session} of {} with {}\n  deposit  {}, of which {} are paid\n  charged  {charged}\n  ends     in block {}, now is {clock}",
				stored.payer,
				stored.node,
				Amount(stored.limit()),
				Amount(stored.spent),
				stored.expiry,
			);
			let result = json!({
				"payer": stored.payer,
				"node": stored.node,
				"limit": stored.limit().to_string(),
				"spent": stored.spent.to_string(),
				"charged": at_node.map(|state| state.charged.to_string()),
				"expiry": stored.expiry,
				"clock": clock,
			});
			output.result(&result, &text)
		},
		Command::List { account } => {
			let sessions: Vec<_> =
				chain.finalized().await?.sessions_of(&account).await?.iter().map(ToString::to_string).collect();
			output.result(&sessions, &if sessions.is_empty() { "none".into() } else { sessions.join("\n") })
		},
		Command::TopUp { session, amount } => {
			submit(context, &calls::top_up(session, amount.0), &format!("session {session} holds {amount} more")).await
		},
		Command::Extend { session, blocks } => {
			let (stored, _) = stored(context, session).await?;
			let expiry = stored.expiry.saturating_add(blocks);
			submit(context, &calls::extend(session, expiry), &format!("session {session} ends in block {expiry}")).await
		},
		Command::Close { session } => {
			submit(context, &calls::close(session, None), &format!("session {session} is closing")).await
		},
	}
}

/// Submits a call, and prints what it has done.
pub async fn submit(context: &Context, call: &impl smartlayer_client::Payload, text: &str) -> Result<(), Failure> {
	let key = context.key()?;
	context.output.progress("waiting until the transaction is final");
	let included = context.chain.submit(call, &key, Finality::Final).await?;
	context.output.result(&json!({ "block": included.head.number, "hash": included.head.hash }), text)
}

fn price(prices: &Prices, reads: u32, writes: u32) -> Result<u128, Failure> {
	let read = prices.read.checked_mul(reads.into());
	let write = prices.write.checked_mul(writes.into());
	let price = read.and_then(|read| read.checked_add(write?));
	price.ok_or_else(|| Failure::failed("so many calls cost more than there is"))
}

async fn stored(context: &Context, session: SessionId) -> Result<(Session, Option<String>), Failure> {
	let at = context.chain.finalized().await?;
	let stored = at.session(session).await?;
	let stored = stored.ok_or_else(|| Failure::failed(format!("there is no session {session}, or it was settled")))?;
	let endpoint = at.endpoint(&stored.node).await?;
	Ok((stored, endpoint))
}

/// Returns a session and its node.
pub async fn reach(context: &Context, session: SessionId) -> Result<(Session, ServiceNode), Failure> {
	let (stored, endpoint) = stored(context, session).await?;
	let url = endpoint.ok_or_else(|| Failure::failed(format!("{} has withdrawn its endpoint", stored.node)))?;
	let node = ServiceNode::new(Http::new()?, &url, stored.node, context.chain.genesis());
	Ok((stored, node))
}
