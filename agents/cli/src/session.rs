//! Payment sessions.

use crate::{Context, output::Failure};
use clap::Subcommand;
use serde_json::json;
use smartlayer_client::{Address, Amount, Finality, Http, Key, ServiceNode, Session, api::Prices, calls};
use smartlayer_promise::SessionId;
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum Command {
	/// Open a session with a service node: deposit an amount that calls are paid from. What is left returns with `settle`, after its end.
	Open {
		/// The node.
		node: Address,
		/// The deposit, in SLN.
		amount: Amount,
		/// After how many blocks it ends. As late as the chain allows if missing.
		#[arg(long)]
		blocks: Option<u32>,
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
	/// Close a session. The node can cash out what it was promised for a while; then `settle` returns the rest.
	Close {
		/// The session.
		session: SessionId,
	},
	/// Return what is left of a session that has ended a while ago to its payer.
	Settle {
		/// The session.
		session: SessionId,
	},
}

pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
	let output = context.output;
	match command {
		Command::Open { node, amount, blocks, signer } => {
			let key = context.key()?;
			let signer = signer.map_or_else(|| Ok(key.clone()), |path| Key::from_file(&path))?;
			let chain = context.chain().await?;
			let at = chain.finalized().await?;
			let url = at.endpoint(&node).await?;
			let url =
				url.ok_or_else(|| Failure::failed(format!("{node} has published no endpoint: it cannot be called")))?;
			// Nothing is deposited with a node that does not answer, or would not serve so short a session.
			let service_node = ServiceNode::new(Http::new()?, &url, node, chain.genesis());
			let end = service_node.prices().await?.blocks_before_expiry;
			let longest = at.longest_session()?;
			let blocks = blocks.unwrap_or(longest);
			if blocks <= end || blocks > longest {
				return Err(Failure::usage(format!(
					"--blocks: more than {end}, because the node serves a session until so many blocks before its end, and at most {longest}"
				)));
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
			let key = context.key()?;
			let (stored, node) = reach(context, session).await?;
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
			let mut payer = node.payer(session, &stored, key, price).await?;
			let promise = payer.pay(price)?;
			let header = node.payment(&promise, price);
			let text = format!("payment-signature: {header}");
			output.result(&json!({ "header": header, "promised": promise.promise.amount.to_string() }), &text)
		},
		Command::Show { session } => {
			let (stored, endpoint) = stored(context, session).await?;
			let chain = context.chain().await?;
			let clock = chain.finalized().await?.clock().await?;
			let at_node = match endpoint {
				Some(url) => {
					let node = ServiceNode::new(Http::new()?, &url, stored.node, chain.genesis());
					node.session(session, None).await.map_err(|error| error.to_string())
				},
				None => Err("the node has withdrawn its endpoint".into()),
			};
			let charged = match &at_node {
				Ok(state) => Amount(state.charged).to_string(),
				Err(error) => format!("unknown: {error}"),
			};
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
				"charged": at_node.ok().map(|state| state.charged.to_string()),
				"expiry": stored.expiry,
				"clock": clock,
			});
			output.result(&result, &text)
		},
		Command::List { account } => {
			let sessions: Vec<_> = context
				.chain()
				.await?
				.finalized()
				.await?
				.sessions_of(&account)
				.await?
				.iter()
				.map(ToString::to_string)
				.collect();
			output.result(&sessions, &if sessions.is_empty() { "none".into() } else { sessions.join("\n") })
		},
		Command::TopUp { session, amount } => {
			submit(context, &calls::top_up(session, amount.0), &format!("session {session} holds {amount} more")).await
		},
		Command::Extend { session, blocks } => {
			context.key()?;
			let (stored, _) = stored(context, session).await?;
			let expiry = stored.expiry.saturating_add(blocks);
			submit(context, &calls::extend(session, expiry), &format!("session {session} ends in block {expiry}")).await
		},
		Command::Close { session } => {
			context.key()?;
			let thaw = context.chain().await?.finalized().await?.thaw()?;
			let text = format!(
				"session {session} is closing: in {thaw} blocks, `smartlayer session settle {session} --key <file>` returns what is left"
			);
			submit(context, &calls::close(session, None), &text).await
		},
		Command::Settle { session } => {
			let text = format!("session {session} is settled: what was left has returned to its payer");
			submit(context, &calls::settle(session), &text).await
		},
	}
}

/// Submits a call, and prints what it has done.
pub async fn submit(context: &Context, call: &impl smartlayer_client::Payload, text: &str) -> Result<(), Failure> {
	let key = context.key()?;
	let chain = context.chain().await?;
	context.output.progress("waiting until the transaction is final");
	let included = chain.submit(call, &key, Finality::Final).await?;
	context.output.result(&json!({ "block": included.head.number, "hash": included.head.hash }), text)
}

fn price(prices: &Prices, reads: u32, writes: u32) -> Result<u128, Failure> {
	let read = prices.read.checked_mul(reads.into());
	let write = prices.write.checked_mul(writes.into());
	let price = read.and_then(|read| read.checked_add(write?));
	price.ok_or_else(|| Failure::failed("so many calls cost more than there is"))
}

async fn stored(context: &Context, session: SessionId) -> Result<(Session, Option<String>), Failure> {
	let at = context.chain().await?.finalized().await?;
	let stored = at.session(session).await?;
	let stored = stored.ok_or_else(|| Failure::failed(format!("there is no session {session}, or it was settled")))?;
	let endpoint = at.endpoint(&stored.node).await?;
	Ok((stored, endpoint))
}

/// Returns a session and its node.
pub async fn reach(context: &Context, session: SessionId) -> Result<(Session, ServiceNode), Failure> {
	let (stored, endpoint) = stored(context, session).await?;
	let url = endpoint.ok_or_else(|| Failure::failed(format!("{} has withdrawn its endpoint", stored.node)))?;
	let node = ServiceNode::new(Http::new()?, &url, stored.node, context.chain().await?.genesis());
	Ok((stored, node))
}
