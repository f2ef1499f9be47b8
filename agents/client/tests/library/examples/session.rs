use smartlayer_client::{Address, Amount, Chain, Error, Finality, Key, SessionId, calls};

/// Deposits 5 SLN with a node for the next 1,000 blocks, and then another one. `website` signs the promises.
pub async fn open(chain: &Chain, node: &Address, payer: &Key, website: &Key) -> Result<SessionId, Error> {
	let five: Amount = "5".parse()?;
	let expiry = chain.best().await?.clock().await?.saturating_add(1_000);
	let call = calls::open_session(node, five.0, &website.promise_signer(), expiry);
	// A node sees a session as soon as it is final.
	let included = chain.submit(&call, payer, Finality::Final).await?;
	let session = included.opened_session()?;
	println!("opened the session {session} in block {}", included.head.number);

	let one: Amount = "1".parse()?;
	chain.submit(&calls::top_up(session, one.0), payer, Finality::Best).await?;
	Ok(session)
}
