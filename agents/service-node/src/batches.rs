//! Operations are handed over to the anchors in numbered batches, to each one in order, until it has acknowledged them.

use crate::{Stop, node::Node, stopped, store::StoreError};
use codec::DecodeAll;
use smartlayer_client::{Error, Http};
use smartlayer_statement::{RECEIPT_BYTES, Receipt};
use sp_runtime::{AccountId32, MultiSignature, traits::Verify};
use std::{sync::Arc, time::Duration};

/// How often a batch is made of what was performed.
const PERIOD: Duration = Duration::from_secs(2);
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

/// Hands batches over to one anchor until the program ends.
pub async fn hand_over(node: Arc<Node>, http: Http, anchor: crate::config::Anchor, mut stop: Stop) {
	let mut pause = PAUSE.0;
	loop {
		let (wait, is_lost) = match next(&node, &http, &anchor).await {
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
async fn next(node: &Node, http: &Http, anchor: &crate::config::Anchor) -> Result<bool, Error> {
	let failed = |error: StoreError| Error::Invalid(error.to_string());
	let backlog = node.store.backlog(&anchor.seat.0).map_err(failed)?;
	let seat = anchor.seat.to_string();
	node.metrics.unacknowledged.with_label_values(&[&seat]).set(i64::try_from(backlog).unwrap_or(i64::MAX));
	let Some(signed) = node.store.next_batch(&anchor.seat.0).map_err(failed)? else { return Ok(false) };
	let url = format!("{}/v1/batches", anchor.url.trim_end_matches('/'));
	let headers = [("content-type", "application/octet-stream")];
	let response = http.send(hyper::Method::POST, &url, &headers, signed.bytes(), MAX_RECEIPT).await?;
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
