//! Co-signatures for what other seats propose.

use crate::{
	anchor::{Anchor, PeerError, blocking},
	chain::View,
	content::{Content, ContentError, first_left_out},
	intake::{Wanted, seats_of},
	store::StoreError,
};
use smartlayer_client::{
	Address, Duty,
	api::anchor::{Listing, Proposal, ProposalHead, is_co_signed},
};
use smartlayer_statement::Account;
use sp_core::H256;
use std::{
	collections::BTreeMap,
	sync::{Arc, PoisonError},
	time::Duration,
};

/// How long to wait for the first block of an interval.
const PATIENCE: Duration = Duration::from_secs(10);

/// Ensures that a seat proposes a snapshot of this interval. Before its list is read, or anything is waited for: nobody else may take a place.
pub fn ensure_seat(anchor: &Anchor, head: &ProposalHead) -> Result<(), PeerError> {
	let view = anchor.chain.view()?;
	ensure_signed(anchor, head, &view.duty)?;
	// It may have seen the first block of the next one.
	let next = view.duty.interval.saturating_add(1);
	match head.snapshot.interval {
		// Once it is written, everyone knows the signature.
		interval if interval == view.duty.interval => ensure_due(head, &view),
		interval if interval == next => Ok(()),
		interval => Err(wrong(format!("interval {interval} is not this one"))),
	}
}

/// Co-signs the proposal of another seat, if it is right.
pub async fn co_sign(anchor: &Anchor, proposal: &Proposal) -> Result<[u8; 64], PeerError> {
	let Proposal { writer, listing, .. } = proposal;
	let snapshot = &listing.snapshot;
	let view = view_of(anchor, snapshot.interval).await?;
	ensure_signed(anchor, &proposal.head(), &view.duty)?;
	ensure_due(&proposal.head(), &view)?;
	let included = included(anchor, snapshot.parent).await?;
	// Before the work.
	let before = anchor.store.co_signed(snapshot.interval, writer, &snapshot.parent)?;
	if before.is_some_and(|before| before.snapshot != *snapshot) {
		return Err(StoreError::SignedAnother.into());
	}
	let content = anchor.content(listing).await?;
	ensure_certified(anchor, listing).await?;
	ensure_complete(anchor, &view, &content, &included)?;
	let signature = anchor.store.co_sign(*writer, content.listing.clone()).await?;
	anchor.metrics.co_signed.inc();
	Ok(signature)
}

fn wrong(why: impl Into<String>) -> PeerError {
	PeerError::Wrong(why.into())
}

/// Ensures that the writer has a seat, and has signed its proposal.
fn ensure_signed(anchor: &Anchor, head: &ProposalHead, duty: &Duty) -> Result<(), PeerError> {
	let ProposalHead { writer, signature, snapshot } = head;
	let is_signed = |key| is_co_signed(signature, anchor.config.genesis, snapshot, writer, &key);
	if duty.seat(writer).is_some_and(|on_duty| is_signed(on_duty.key)) {
		Ok(())
	} else {
		Err(wrong("the writer has no seat in this interval, or has not signed its proposal"))
	}
}

/// Ensures that the chain would take the snapshot of this writer now.
fn ensure_due(ProposalHead { writer, snapshot, .. }: &ProposalHead, view: &View) -> Result<(), PeerError> {
	// The writer may have seen a block that this anchor has not.
	if view.turn(writer).is_none_or(|turn| view.clock.saturating_add(2) < turn) {
		return Err(wrong("it is not the turn of the writer yet"));
	}
	let (parent, void) = view.expected();
	if (snapshot.parent, snapshot.void) != (parent, void) {
		return Err(wrong(format!("the parent is {parent:?}, with {void} void intervals since then")));
	}
	if view.duty.writer.is_some() {
		return Err(wrong("the interval has a snapshot"));
	}
	Ok(())
}

/// Returns the numbers of the next batch of each node after the parent.
async fn included(anchor: &Anchor, parent: H256) -> Result<BTreeMap<Account, u64>, PeerError> {
	let ask = || {
		let ledger = anchor.ledger.clone();
		blocking(move || ledger.included(parent))
	};
	match ask().await {
		Err(ContentError::UnknownSnapshot(hash)) => {
			anchor.learn(hash).await?;
			Ok(ask().await?)
		},
		included => Ok(included?),
	}
}

/// Ensures that all batches are certified.
async fn ensure_certified(anchor: &Anchor, listing: &Listing) -> Result<(), PeerError> {
	for listed in &listing.nodes {
		let hash = listed.batches.last().copied().unwrap_or_default();
		let last = Wanted { node: listed.node, number: listed.end().saturating_sub(1), hash };
		if anchor.store.progress(&listed.node)?.certified < listed.end() {
			anchor.fetch_certificate(&last).await?;
		}
	}
	Ok(())
}

/// Ensures that nothing is left out that was certified a whole interval earlier, and still is.
fn ensure_complete(
	anchor: &Anchor,
	view: &View,
	content: &Content,
	included: &BTreeMap<Account, u64>,
) -> Result<(), PeerError> {
	let before = content.listing.snapshot.interval.saturating_sub(1);
	let mark = anchor.marks.lock().unwrap_or_else(PoisonError::into_inner).get(&before).cloned();
	// When seats or keys change, not everyone knows at once what is signed again.
	let mark = mark.filter(|mark| mark.seats == seats_of(&view.duty)).unwrap_or_default();
	let upheld = tokio::task::block_in_place(|| anchor.intake.upheld(&view.duty))?;
	let still = |(node, mark): (Account, u64)| (node, upheld.get(&node).copied().unwrap_or_default().min(mark));
	let certified = mark.certified.into_iter().map(still).collect();
	let operations = content.operations.len();
	match first_left_out(&content.listing, operations, included, &certified) {
		Some((node, number)) => Err(wrong(format!("batch {number} of the node {} is left out", Address(node)))),
		None => Ok(()),
	}
}

/// Returns the view of an interval. This anchor may see its first block a moment later than the writer.
async fn view_of(anchor: &Anchor, interval: u32) -> Result<Arc<View>, PeerError> {
	let mut views = anchor.chain.views.clone();
	let wait = async {
		loop {
			let view = views.borrow_and_update().clone();
			match view {
				Some(view) if view.duty.interval == interval => return Ok(view),
				Some(view) if view.duty.interval > interval => {
					return Err(wrong(format!("interval {interval} is over")));
				},
				_ => {},
			}
			if views.changed().await.is_err() {
				return Err(wrong("this anchor is shutting down"));
			}
		}
	};
	let late = || Err(wrong(format!("this anchor has not seen interval {interval} yet")));
	tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| late())
}
