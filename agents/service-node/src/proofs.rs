//! Proofs of operations, which anchors make: for users, and for the chain if a user has confirmed the service.

use crate::{
	Stop, batches,
	node::Node,
	stopped,
	store::{Place, StoreError},
};
use smartlayer_client::{Anchor, Error, api::anchor::ProvedOperation, calls, verify::Lie};
use smartlayer_commitment::Operation;
use sp_runtime::MultiSignature;
use std::{sync::Arc, time::Duration};

/// How often is looked whether confirmed operations are proved.
const PERIOD: Duration = Duration::from_secs(10);
/// How many are looked at each time.
const MOST: usize = 16;

/// Returns the proof of an operation from the first anchor that has it. [`Lie::NotYet`] if one says that there is none.
pub async fn find(node: &Node, operation: &Operation) -> Result<ProvedOperation, Lie> {
	let Operation { class, instance, sequence, .. } = operation;
	let chain = node.chain.connection()?;
	let (mut is_missing, mut failed) = (false, None);
	for anchor in batches::anchors(node).await? {
		match Anchor::new(node.http.clone(), &anchor.url).proof(&chain, class, instance, *sequence).await {
			Ok(proved) if proved.read().is_some_and(|(found, _)| found == *operation) => return Ok(proved),
			// Of another node, which claims the token as well.
			Ok(_) | Err(Lie::NotYet) => is_missing = true,
			Err(error) => failed = Some(error),
		}
	}
	Err(failed.filter(|_| !is_missing).unwrap_or(Lie::NotYet))
}

/// Shows the chain operations that users have confirmed, one for each interval, until the program ends.
pub async fn show(node: Arc<Node>, mut stop: Stop) {
	// They are looked at in turn: none keeps the others waiting.
	let mut after = None;
	loop {
		tokio::select! {
			() = tokio::time::sleep(PERIOD) => {},
			() = stopped(&mut stop) => return,
		}
		let work = async {
			if let Err(error) = show_some(&node, &mut after).await {
				tracing::warn!("confirmed operations are not shown to the chain yet: {error}");
			}
		};
		tokio::select! {
			() = work => {},
			() = stopped(&mut stop) => return,
		}
	}
}

/// Shows some, the one of the earliest interval first, and forgets those that the chain would not count.
async fn show_some(node: &Node, after: &mut Option<Place>) -> Result<(), Error> {
	let failed = |error: StoreError| Error::Invalid(error.to_string());
	let waiting = node.store.confirmations(after.as_ref(), MOST).map_err(failed)?;
	*after = waiting.last().map(|(place, _)| *place).filter(|_| waiting.len() == MOST);
	if waiting.is_empty() {
		return Ok(());
	}
	let at = node.chain.connection()?.finalized().await?;
	let account = &node.config.account;
	if !at.bond(account).await?.is_some_and(|bond| bond.is_service_node && bond.qualifies) {
		// The chain would count nothing now.
		return Ok(());
	}
	let mut proved = Vec::new();
	for (place, signature) in waiting {
		match prove(node, &place).await {
			Ok(Some(found)) => proved.push((found.interval, place, found, signature)),
			Ok(None) => {},
			Err(error) => tracing::debug!("a confirmed operation is not proved yet: {error}"),
		}
	}
	proved.sort_by_key(|(interval, ..)| *interval);
	let mut last = at.last_issue_proof(account).await?;
	for (interval, place, found, signature) in proved {
		if last.is_none_or(|last| interval > last) && at.snapshot(interval).await?.is_some() {
			match submit(node, found, signature).await {
				Ok(()) => tracing::info!("the chain has counted an operation of interval {interval}"),
				// It would fail again, and each attempt costs a fee.
				Err(error @ Error::Failed { .. }) => {
					tracing::warn!("a confirmed operation of interval {interval} is not counted: {error}");
				},
				Err(error) => return Err(error),
			}
			last = Some(interval);
		}
		node.store.forget_confirmation(place).await.map_err(failed)?;
	}
	Ok(())
}

async fn prove(node: &Node, (class, instance, sequence): &Place) -> Result<Option<ProvedOperation>, Lie> {
	let found = node.store.operations(class, instance, *sequence, 1);
	let (_, entries) = found.map_err(|error| Error::Invalid(error.to_string()))?;
	let Some(entry) = entries.first() else { return Ok(None) };
	match find(node, &entry.operation).await {
		Err(Lie::NotYet) => Ok(None),
		found => found.map(Some),
	}
}

async fn submit(node: &Node, proved: ProvedOperation, signature: MultiSignature) -> Result<(), Error> {
	let Some((operation, proof)) = proved.read() else { return Ok(()) };
	node.submit(&calls::submit_issue_proof(proved.interval, operation, proof, signature)).await.map(drop)
}
