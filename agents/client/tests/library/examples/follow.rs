use futures::StreamExt;
use smartlayer_client::{Chain, Error};

/// Says how far the best chain is ahead of each of the next final blocks.
pub async fn follow(url: &str, blocks: usize) -> Result<(), Error> {
	let chain = Chain::connect(url).await?;
	let mut heads = chain.follow().await?.take(blocks);
	while let Some(head) = heads.next().await {
		let (head, best) = (head?, chain.best().await?.head()?);
		println!("block {} is final, and {} is the best one", head.number, best.number);
	}
	Ok(())
}
