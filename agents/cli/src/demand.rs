//! Demands on the chain.

use crate::{
	Context,
	output::Failure,
	verify::{Call, request},
};
use clap::Args;
use futures::StreamExt;
use serde_json::{Value, json};
use smartlayer_client::{Chain, Finality, Follow, Outcome, calls};
use smartlayer_promise::SessionId;
use sp_core::H256;

/// The maximum length of a request on the chain.
const MAX_REQUEST: usize = 1_024;

#[derive(Args)]
pub struct Demand {
	/// The session with the node. It must be open, and the key that of its payer.
	session: SessionId,
	/// The class of the token.
	class: H256,
	/// Its instance.
	instance: H256,
	#[command(flatten)]
	call: Call,
	/// Wait until the node has answered, or was silent until the deadline, and print the answer.
	#[arg(long)]
	wait: bool,
}

pub async fn run(context: &Context, Demand { session, class, instance, call, wait }: Demand) -> Result<(), Failure> {
	let bytes = request(&call, Some(format!("GET /v1/tokens/{class:?}/{instance:?}")))?;
	if bytes.len() > MAX_REQUEST {
		return Err(Failure::usage(format!("a demand has at most {MAX_REQUEST} bytes, and this has {}", bytes.len())));
	}
	let key = context.key()?;
	let (chain, output) = (context.chain().await?, context.output);
	let heads = chain.follow().await?;
	output.progress("waiting until the demand is final");
	let call = calls::demand(session, class, instance, bytes);
	let included = chain.submit(&call, &key, Finality::Final).await?;
	let block = included.head.number;
	if wait {
		output.progress("waiting for the answer of the node");
		let (height, outcome) = outcome(chain, heads, session, block).await?;
		let (result, text) = describe(&outcome);
		let result = json!({ "block": block, "answeredIn": height, "answer": result });
		return output.result(&result, &text);
	}
	let deadline = chain.finalized().await?.demand(session).await?.map(|demand| demand.deadline);
	let text = deadline.map_or_else(
		|| format!("the demand of block {block} is answered already: see the event `reports.Answered`"),
		|deadline| {
			format!(
				"demanded in block {block}. The node must answer until block {deadline} of the clock, or it is slashed: watch the event \
				 `reports.Answered`, or wait with --wait"
			)
		},
	);
	output.result(&json!({ "block": block, "deadline": deadline }), &text)
}

/// Waits until the demand of a session that was made in a block has ended, which it does after its deadline at the latest.
async fn outcome(chain: &Chain, mut heads: Follow, session: SessionId, block: u32) -> Result<(u32, Outcome), Failure> {
	while let Some(head) = heads.next().await {
		let head = head?;
		if head.number <= block {
			continue;
		}
		if let Some(outcome) = chain.at(head.hash).await?.events().await?.demand_outcome(session)? {
			return Ok((head.number, outcome));
		}
	}
	Err(Failure::failed("the connection to the chain has ended: look for the event `reports.Answered`"))
}

fn describe(outcome: &Outcome) -> (Value, String) {
	match outcome {
		Outcome::Served { statement, response } => {
			let text = String::from_utf8_lossy(response).into_owned();
			let result =
				json!({ "served": text, "sequence": statement.sequence.to_string(), "state": statement.state });
			(result, text)
		},
		Outcome::NotAssigned { record } => {
			let node = smartlayer_client::Address(record.node);
			(json!({ "notAssigned": node }), format!("the issuer has assigned the token to another node, {node}"))
		},
		Outcome::PromiseTooLow => {
			(json!("promiseTooLow"), "the node needs a higher promise in the session for this".into())
		},
		Outcome::Malformed => {
			(json!("malformed"), "the node says that this is no request of the token API about this token".into())
		},
		Outcome::Silent { slashed } => {
			let text = if *slashed { ", and is slashed" } else { "" };
			(json!({ "silent": { "slashed": slashed } }), format!("the node was silent{text}: the fee is returned"))
		},
	}
}
