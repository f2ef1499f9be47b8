//! Reads tokens.

use crate::{Context, output::Failure, session};
use clap::Args;
use smartlayer_client::{Address, Amount, Http, ServiceNode};
use smartlayer_promise::SessionId;
use sp_core::H256;

#[derive(Args)]
pub struct Token {
	/// The class.
	class: H256,
	/// The instance.
	instance: H256,
	/// The node, for a free call.
	#[arg(long, required_unless_present = "session")]
	node: Option<Address>,
	/// The session that pays, signed by the key.
	#[arg(long)]
	session: Option<SessionId>,
	/// What the call may cost at most, in SLN.
	#[arg(long, default_value = "0.01")]
	max_price: Amount,
}

pub async fn run(context: &Context, Token { class, instance, node, session, max_price }: Token) -> Result<(), Failure> {
	let key = session.map(|_| context.key()).transpose()?;
	let chain = context.chain().await?;
	let (node, mut payer) = match (session, node) {
		(Some(session), _) => {
			let (stored, node) = session::reach(context, session).await?;
			let payer = match key {
				Some(key) => Some(node.payer(session, &stored, key, max_price.0).await?),
				None => None,
			};
			(node, payer)
		},
		(None, Some(account)) => {
			let url = chain.finalized().await?.endpoint(&account).await?;
			let url = url.ok_or_else(|| Failure::failed(format!("{account} has published no endpoint")))?;
			(ServiceNode::new(Http::new()?, &url, account, chain.genesis()), None)
		},
		(None, None) => return Err(Failure::failed("--node or --session is needed")),
	};
	let answer = node.token(class, instance, payer.as_mut()).await?;
	answer.verify(chain).await?;
	let token = &answer.content;
	let shown = |address: Option<Address>| address.map_or("nobody".into(), |address| address.to_string());
	let mut text = format!(
		"sequence  {}\nissuer    {}\nowner     {}\nmarked    {}",
		token.sequence,
		shown(token.assignment.as_ref().map(|assignment| assignment.issuer)),
		shown(token.owner),
		token.marked,
	);
	for (name, value) in &token.attributes {
		text.push_str(&format!("\n{name:<9} {value}"));
	}
	if token.sequence == 0 {
		text.push_str(
			"\nThis node knows nothing of the token: is it the one that the issuer names, and is the instance right?",
		);
	}
	text.push_str(&format!("\nsigned by {} in block {}, verified", node.node, answer.signed.statement.block));
	context.output.result(token, &text)
}
