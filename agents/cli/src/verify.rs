//! Verifies what service nodes have said.

use crate::{Context, output::Failure};
use clap::Subcommand;
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
		/// The call: its method, a space, and its path from /v1/ on, such as “GET /v1/tokens/0x…/0x…”.
		#[arg(long)]
		request: String,
		/// The file with the body of the call, if it had one.
		#[arg(long, value_name = "FILE")]
		body: Option<PathBuf>,
		/// The file with the body of the answer.
		#[arg(long, value_name = "FILE")]
		response: PathBuf,
	},
}

pub async fn run(context: &Context, command: Command) -> Result<(), Failure> {
	let Command::Statement { header, node, request, body, response } = command;
	let read = |path: &PathBuf| {
		std::fs::read(path).map_err(|error| Failure::failed(format!("{} cannot be read: {error}", path.display())))
	};
	let mut bytes = format!("{request}\n").into_bytes();
	bytes.extend(body.as_ref().map(read).transpose()?.unwrap_or_default());
	if Request::parse(&bytes).is_none() {
		return Err(Failure::failed("the request is none of the token API: “GET /v1/tokens/0x…/0x…”, for example"));
	}
	let signed = decode_statement(header.trim())?;
	verify::statement_on_chain(&signed, &context.chain, &node, &bytes, &read(&response)?).await?;
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
