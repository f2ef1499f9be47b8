//! Verifies what service nodes have said.

use crate::{Context, output::Failure};
use clap::{Args, Subcommand};
use serde_json::json;
use smartlayer_client::{
	Address,
	api::{Request, decode_statement},
	verify,
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
	let Command::Statement { header, node, call, response } = command;
	let bytes = request(&call, None)?;
	let signed = decode_statement(header.trim())?;
	verify::statement_on_chain(&signed, context.chain().await?, &node, &bytes, &read(&response)?).await?;
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
