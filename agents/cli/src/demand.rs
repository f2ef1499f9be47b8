//! Demands on the chain.

use crate::{Context, output::Failure};
use clap::Args;
use serde_json::json;
use smartlayer_client::{Finality, api::Request, calls};
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
	/// The call: its method, a space, and its path from /v1/ on. The state of the token if missing.
	#[arg(long)]
	request: Option<String>,
}

pub async fn run(context: &Context, Demand { session, class, instance, request }: Demand) -> Result<(), Failure> {
	let bytes = match request {
		Some(request) => format!("{request}\n").into_bytes(),
		None => Request::get(format!("/v1/tokens/{class:?}/{instance:?}")).bytes(),
	};
	if Request::parse(&bytes).is_none() || bytes.len() > MAX_REQUEST {
		return Err(Failure::failed("the request is none of the token API, or longer than 1,024 bytes"));
	}
	let key = context.key()?;
	context.output.progress("waiting until the demand is final");
	let call = calls::demand(session, class, instance, bytes);
	let included = context.chain.submit(&call, &key, Finality::Final).await?;
	let at = context.chain.finalized().await?;
	let deadline = at.demand(session).await?.map(|demand| demand.deadline);
	let text = deadline.map_or_else(
		|| "the node has answered already: see the event `Answered`".into(),
		|deadline| {
			format!(
				"the node must answer until block {deadline} of the clock, or it is slashed: watch the event `reports.Answered`"
			)
		},
	);
	context.output.result(&json!({ "block": included.head.number, "deadline": deadline }), &text)
}
