//! Operations are handed over to the anchors in numbered batches, to each one in order, until it has acknowledged them.

use crate::{Stop, config::Anchor, node::Node, stopped, store::StoreError};
use codec::DecodeAll;
use smartlayer_client::Error;
use smartlayer_statement::{Account, RECEIPT_BYTES, Receipt};
use sp_runtime::{AccountId32, MultiSignature, traits::Verify};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::task::{AbortHandle, JoinSet};

/// How often a batch is made of what was performed.
const PERIOD: Duration = Duration::from_secs(2);
/// How often is looked which anchors there are.
const ANCHORS: Duration = Duration::from_secs(15);
/// How long to wait after an anchor has not answered, first and at most.
const PAUSE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// The maximum length of a receipt with its signature.
const MAX_RECEIPT: usize = RECEIPT_BYTES + 66;

/// Makes batches until the program ends.
pub async fn make(node: Arc<Node>, mut stop: Stop) {
	loop {
		tokio::select! {
			() = tokio::time::sleep(PERIOD) => {},
			() = stopped(&mut stop) => return,
		}
		loop {
			match node.store.make_batch().await {
				Ok(Some(number)) => tracing::debug!("made batch {number}"),
				Ok(None) | Err(StoreError::Restored | StoreError::Ending) => break,
				Err(error) => {
					tracing::error!("no batch was made: {error}");
					break;
				},
			}
		}
	}
}

/// Hands batches over to all anchors until the program ends: those that the configuration names, or else all that have a seat and have
/// published where they can be reached.
pub async fn hand_over_to_all(node: Arc<Node>, mut stop: Stop) {
	let mut known: BTreeMap<Account, (String, AbortHandle)> = BTreeMap::new();
	let mut tasks = JoinSet::new();
	loop {
		match anchors(&node).await {
			Ok(anchors) => {
				known.retain(|seat, (url, task)| {
					let stays = anchors.iter().any(|anchor| anchor.seat.0 == *seat && anchor.url == *url);
					if !stays {
						task.abort();
					}
					stays
				});
				for anchor in anchors {
					known.entry(anchor.seat.0).or_insert_with(|| {
						tracing::info!("batches are handed over to the anchor {} at {}", anchor.seat, anchor.url);
						let url = anchor.url.clone();
						(url, tasks.spawn(hand_over(node.clone(), anchor, stop.clone())))
					});
				}
			},
			Err(error) => tracing::debug!("the anchors are not known: {error}"),
		}
		if let Err(error) = forget(&node).await {
			tracing::debug!("no batch is forgotten: {error}");
		}
		tokio::select! {
			() = tokio::time::sleep(ANCHORS) => {},
			() = stopped(&mut stop) => break,
		}
	}
	while tasks.join_next().await.is_some() {}
}

/// Forgets the batches of which two thirds of the seats have signed receipts: they keep them, and send them to each other.
async fn forget(node: &Node) -> Result<(), Error> {
	let seats: Vec<Account> =
		node.chain.connection()?.finalized().await?.seats().await?.into_iter().map(|seat| seat.who.0).collect();
	let needed = seats.len().saturating_mul(2).div_ceil(3);
	let failed = |error: StoreError| Error::Invalid(error.to_string());
	let before = node.store.acknowledged_by(&seats, needed).map_err(failed)?;
	node.store.forget_batches(before).await.map_err(failed)
}

/// Returns the anchors that the configuration names, or else all that have a seat and have published where they can be reached.
pub(crate) async fn anchors(node: &Node) -> Result<Vec<Anchor>, Error> {
	if !node.config.anchors.is_empty() {
		return Ok(node.config.anchors.clone());
	}
	let all = smartlayer_client::Anchor::all(&node.chain.connection()?).await?;
	Ok(all.into_iter().map(|(seat, url)| Anchor { url, seat }).collect())
}

/// Hands batches over to one anchor until the program ends.
async fn hand_over(node: Arc<Node>, anchor: Anchor, mut stop: Stop) {
	let mut pause = PAUSE.0;
	loop {
		let (wait, is_lost) = match next(&node, &anchor).await {
			Ok(true) => (Duration::ZERO, false),
			Ok(false) => (PERIOD, false),
			Err(error) => {
				tracing::warn!("the anchor {} at {}: {error}", anchor.seat, anchor.url);
				(pause, true)
			},
		};
		pause = if is_lost { pause.saturating_mul(2).min(PAUSE.1) } else { PAUSE.0 };
		tokio::select! {
			() = tokio::time::sleep(wait) => {},
			() = stopped(&mut stop) => return,
		}
	}
}

/// Hands the next batch over. Returns whether there was one.
async fn next(node: &Node, anchor: &Anchor) -> Result<bool, Error> {
	let failed = |error: StoreError| Error::Invalid(error.to_string());
	let backlog = node.store.backlog(&anchor.seat.0).map_err(failed)?;
	let seat = anchor.seat.to_string();
	node.metrics.unacknowledged.with_label_values(&[&seat]).set(i64::try_from(backlog).unwrap_or(i64::MAX));
	let Some(signed) = node.store.next_batch(&anchor.seat.0).map_err(failed)? else { return Ok(false) };
	let url = format!("{}/v1/batches", anchor.url.trim_end_matches('/'));
	let headers = [("content-type", "application/octet-stream")];
	let response = node.http.send(hyper::Method::POST, &url, &headers, signed.bytes(), MAX_RECEIPT).await?;
	if !response.status.is_success() {
		let text = String::from_utf8_lossy(&response.body).into_owned();
		return Err(Error::Invalid(format!(
			"it has refused batch {}: {} {text}",
			signed.batch.header().number,
			response.status
		)));
	}
	let wrong =
		|why: &str| Error::Invalid(format!("it has answered batch {} with {why}", signed.batch.header().number));
	let (bytes, signature) = response.body.split_at_checked(RECEIPT_BYTES).ok_or_else(|| wrong("no receipt"))?;
	let receipt = Receipt::parse(bytes).map_err(|error| wrong(&error.to_string()))?;
	let signature =
		MultiSignature::decode_all(&mut &signature[..]).map_err(|_| wrong("a receipt without a signature"))?;
	if receipt.seat != anchor.seat.0 {
		return Err(wrong("a receipt of another anchor"));
	}
	let key = node.chain.connection()?.finalized().await?.duty_key(&anchor.seat).await?;
	let key = key.ok_or_else(|| wrong("a receipt, and has no seat on the chain"))?;
	if !signature.verify(bytes, &AccountId32::new(key.0)) {
		return Err(wrong("a receipt that its duty key has not signed"));
	}
	node.store.acknowledge(receipt, signature).await.map_err(failed)?;
	Ok(true)
}
