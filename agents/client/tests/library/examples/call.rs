use smartlayer_client::{Chain, Error, H256, Http, Key, ServiceNode, SessionId, api::Token};

/// Reads a token from the node of a session, pays for the call, and returns what the node is liable for.
pub async fn read(
	chain: &Chain,
	session: SessionId,
	website: Key,
	class: H256,
	instance: H256,
) -> Result<Token, Box<dyn std::error::Error>> {
	let at = chain.finalized().await?;
	let stored = at.session(session).await?.ok_or(Error::Invalid("the session is closed".into()))?;
	let url = at.endpoint(&stored.node).await?.ok_or(Error::Invalid("the node has no endpoint".into()))?;

	let node = ServiceNode::new(Http::new()?, &url, stored.node, chain.genesis());
	let highest_price = 100_000_000;
	let mut payer = node.payer(session, &stored, website, highest_price).await?;
	let answer = node.token(class, instance, Some(&mut payer)).await?;
	answer.verify(chain).await?;
	println!("{} are charged in the session", payer.charged());
	Ok(answer.content)
}
