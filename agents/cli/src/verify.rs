//! Verifies what service nodes and anchors have said.

use crate::{Context, output::Failure};
use clap::{Args, Subcommand};
use serde_json::json;
use smartlayer_client::{
	Address, Anchor, Chain, H256, Http,
	api::{Request, decode_statement},
	verify::{self, Lie},
};
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum Command {
	/// Verify the statement of an answer: that it is by the node about this request and response, in a recent block of the chain.
	Statement {
		/// The value of the header `smartlayer-statement`.
		header: String,
		/// The node.
		#[arg(long)]
		node: Address,
		#[command(flatten)]
		call: Call,
		/// The file with the body of the answer.
		#[arg(long, value_name = "FILE")]
		response: PathBuf,
	},
	/// Verify that an operation of a token is in a snapshot of the chain, with the proof of an anchor, which need not be trusted.
	Operation {
		/// The class of the token.
		class: H256,
		/// Its instance.
		instance: H256,
		/// The number of the operation.
		sequence: u64,
		#[command(flatten)]
		from: Source,
	},
	/// Verify the value of a bit after the newest final snapshot.
	Bit {
		/// The class of the token.
		class: H256,
		/// The number of the bit within the class.
		number: u64,
		#[command(flatten)]
		from: Source,
	},
	/// Verify that a snapshot was written, also one that the chain no longer stores.
	Snapshot {
		/// The interval of the snapshot.
		interval: u32,
		#[command(flatten)]
		from: Source,
	},
}

/// Who is asked for proofs.
#[derive(Args)]
pub struct Source {
	/// The URL of an anchor. Without it, those that have a seat are asked, one after another.
	#[arg(long, value_name = "URL")]
	anchor: Option<String>,
}

/// Asks one anchor after another until one has a proof.
async fn ask<T>(
	context: &Context,
	from: &Source,
	question: impl AsyncFn(&Chain, &Anchor) -> Result<T, Lie>,
) -> Result<T, Failure> {
	let chain = context.chain().await?;
	let urls = match &from.anchor {
		Some(url) => vec![url.clone()],
		None => Anchor::all(chain).await?.into_iter().map(|(_, url)| url).collect(),
	};
	if urls.is_empty() {
		return Err(Failure::failed("no anchor has published where it can be reached: name one with --anchor"));
	}
	let http = Http::new()?;
	let mut last = None;
	for url in urls {
		context.output.progress(&format!("asking {url}"));
		match question(chain, &Anchor::new(http.clone(), &url)).await {
			Ok(answer) => return Ok(answer),
			Err(error) => last = Some(error),
		}
	}
	Err(last.map_or_else(|| Failure::failed("no anchor was asked"), Into::into))
}

/// A call of the token API.
#[derive(Args)]
pub struct Call {
	/// The call: its method, a space, and its path from /v1/ on, such as “GET /v1/tokens/0x…/0x…”.
	#[arg(long)]
	request: Option<String>,
	/// The file with the body of the call, if it has one.
	#[arg(long, value_name = "FILE", requires = "request")]
	body: Option<PathBuf>,
}

/// Returns the bytes of a call: what statements name by their hash.
pub fn request(call: &Call, default: Option<String>) -> Result<Vec<u8>, Failure> {
	let line = call.request.clone().or(default).ok_or_else(|| Failure::usage("which call? Name it with --request"))?;
	let mut bytes = format!("{line}\n").into_bytes();
	bytes.extend(call.body.as_ref().map(read).transpose()?.unwrap_or_default());
	if Request::parse(&bytes).is_none() {
		return Err(Failure::usage("the request is none of the token API: “GET /v1/tokens/0x…/0x…”, for example"));
	}
	Ok(bytes)
}

fn read(path: &PathBuf) -> Result<Vec<u8>, Failure> {
	std::fs::read(path).map_err(|error| Failure::failed(format!("{} cannot be read: {error}", path.display())))
}

pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
	match command {
		Command::Statement { header, node, call, response } => {
			statement(context, &header, &node, &call, &response).await
		},
		Command::Operation { class, instance, sequence, from } => {
			let proved =
				ask(context, &from, async |chain, anchor| anchor.operation(chain, &class, &instance, sequence).await);
			let (interval, operation) = proved.await?;
			let (user, node) = (Address(operation.user), Address(operation.node));
			let text = format!(
				"operation {sequence} of the token {instance:?} of the class {class:?} is in the snapshot of interval {interval}: {node} \
				 performed it for {user}, with the payload {:?}",
				operation.payload
			);
			let result = json!({
				"interval": interval, "sequence": sequence.to_string(), "user": user, "node": node, "payload": operation.payload,
			});
			context.output.result(&result, &text)
		},
		Command::Bit { class, number, from } => {
			let proved = ask(context, &from, async |chain, anchor| anchor.bit(chain, &class, number).await);
			let (interval, set) = proved.await?;
			let shown = if set { "is set" } else { "is not set" };
			let text = format!("bit {number} of the class {class:?} {shown} after the snapshot of interval {interval}");
			context.output.result(&json!({ "interval": interval, "set": set }), &text)
		},
		Command::Snapshot { interval, from } => {
			let proved = ask(context, &from, async |chain, anchor| anchor.snapshot(chain, interval).await);
			let snapshot = proved.await?;
			let (operations, bits) = (snapshot.operations, snapshot.bitmap);
			let text = format!(
				"the snapshot of interval {interval} was written: {} operations under {:?}, and {} chunks of bits under {:?}",
				operations.count, operations.root, bits.count, bits.root
			);
			let result = json!({
				"interval": interval,
				"hash": snapshot.hash(),
				"operations": { "root": operations.root, "count": operations.count },
				"bitmap": { "root": bits.root, "count": bits.count },
			});
			context.output.result(&result, &text)
		},
	}
}

async fn statement(
	context: &Context,
	header: &str,
	node: &Address,
	call: &Call,
	response: &PathBuf,
) -> Result<(), Failure> {
	let bytes = request(call, None)?;
	let signed = decode_statement(header.trim())?;
	verify::statement_on_chain(&signed, context.chain().await?, node, &bytes, &read(response)?).await?;
	let statement = signed.statement;
	let text = format!(
		"{node} has stated in block {} that the token {:?} of the class {:?} has the state {:?} after {} operations",
		statement.block, statement.instance, statement.class, statement.state, statement.sequence
	);
	let result = json!({
		"node": node,
		"class": statement.class,
		"instance": statement.instance,
		"sequence": statement.sequence.to_string(),
		"state": statement.state,
		"block": statement.block,
	});
	context.output.result(&result, &text)
}
