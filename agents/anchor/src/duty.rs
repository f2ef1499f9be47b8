//! Duty: snapshots are proposed, and written in turn with the co-signatures of others.

use crate::{
	anchor::{Anchor, Mark, PeerError, blocking},
	chain::View,
	content::{Content, ContentError, Fetched},
	intake::seats_of,
	store::StoreError,
};
use smartlayer_client::{
	Address, OnDuty,
	api::anchor::{Proposal, is_co_signed},
	calls,
	hyper::Method,
};
use smartlayer_daemon::{Stop, stopped};
use smartlayer_statement::Account;
use sp_core::H256;
use std::{
	collections::BTreeMap,
	sync::{Arc, PoisonError},
	time::Duration,
};

/// How long the others may take to co-sign.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many intervals are remembered, for the rule that no certificate may be left out.
const REMEMBERED: usize = 4;

/// What this anchor writes in an interval.
struct Own {
	interval: u32,
	parent: H256,
	content: Arc<Content>,
	signatures: BTreeMap<Account, [u8; 64]>,
	/// The height of the block in which it was written: another one may take the place of this block.
	written: u32,
}

/// Does its duty until the program ends.
pub async fn run(anchor: Arc<Anchor>, mut stop: Stop) {
	let mut views = anchor.chain.views.clone();
	let mut own: Option<Own> = None;
	loop {
		tokio::select! {
			changed = views.changed() => if changed.is_err() { return },
			() = stopped(&mut stop) => return,
		}
		let Some(view) = views.borrow_and_update().clone() else { continue };
		remember(&anchor, &view);
		let work = async {
			// Duty comes first: what is final can take a while to learn.
			if let Err(error) = write(&anchor, &view, &mut own).await {
				tracing::warn!("the snapshot of interval {}: {error}", view.duty.interval);
			}
			if let Err(error) = advance(&anchor, &view).await {
				tracing::warn!("the snapshots of the chain: {error}");
			}
		};
		tokio::select! {
			() = work => {},
			() = stopped(&mut stop) => return,
		}
	}
}

/// Notes what is certified when an interval begins.
fn remember(anchor: &Anchor, view: &View) {
	let marks = || anchor.marks.lock().unwrap_or_else(PoisonError::into_inner);
	if marks().contains_key(&view.duty.interval) {
		return;
	}
	let Ok(certified) = tokio::task::block_in_place(|| anchor.intake.upheld(&view.duty)) else { return };
	let mut marks = marks();
	marks.insert(view.duty.interval, Mark { seats: seats_of(&view.duty), certified });
	while marks.len() > REMEMBERED {
		marks.pop_first();
	}
}

/// Stores the content of the snapshots that have become final, one after another.
async fn advance(anchor: &Anchor, view: &View) -> Result<(), PeerError> {
	let Some((interval, last)) = view.final_last else { return Ok(()) };
	if anchor.store.index_of(interval)?.is_some() {
		return Ok(());
	}
	let unknown = &anchor.metrics.unknown_snapshot;
	let chain = anchor.ancestry(view, last).await.inspect_err(|_| unknown.set(1))?;
	for hash in chain.into_iter().rev() {
		if anchor.store.listing(&hash)?.is_none() {
			anchor.learn_one(view, hash).await.inspect_err(|_| unknown.set(1))?;
		}
		let listing = anchor.store.listing(&hash)?.ok_or(StoreError::Damaged("a listing is missing"))?;
		// Of another fork, a batch may have taken the place of one that is listed.
		if !anchor.is_certified(&listing)? {
			anchor.take_over(view, listing.clone()).await.inspect_err(|_| unknown.set(1))?;
		}
		let (ledger, listing) = (anchor.ledger.clone(), listing);
		let (content, stored) = blocking(move || {
			let content = ledger.check(&listing, &Fetched::new())?;
			let stored = ledger.finalise(&content);
			Ok::<_, ContentError>((content, stored))
		})
		.await?;
		anchor.store.finalise(stored).await?;
		let (ledger, finalised) = (anchor.ledger.clone(), content.clone());
		blocking(move || ledger.finalised(&finalised)).await;
		let interval = content.listing.snapshot.interval;
		anchor.metrics.proved_interval.set(interval.into());
		tracing::info!("the snapshot of interval {interval} is final: {} operations", content.operations.len());
	}
	unknown.set(0);
	Ok(())
}

/// Writes the snapshot of an interval, if it is this anchor's turn and nobody has.
async fn write(anchor: &Anchor, view: &View, own: &mut Option<Own>) -> Result<(), PeerError> {
	let seat = anchor.seat();
	// Not a block earlier, though its transaction could be valid then: the one before has this block as well.
	let is_turn = view.turn(seat).is_some_and(|turn| view.clock >= turn);
	if view.duty.writer.is_some() || !is_turn {
		return Ok(());
	}
	let (parent, void) = view.expected();
	let interval = view.duty.interval;
	if own.as_ref().is_none_or(|own| (own.interval, own.parent) != (interval, parent)) {
		let content = proposed(anchor, view, parent, void).await?;
		*own = Some(Own { interval, parent, content, signatures: BTreeMap::new(), written: 0 });
	}
	let Some(own) = own.as_mut().filter(|own| own.written < view.best.number) else { return Ok(()) };
	let listing = &own.content.listing;
	if !own.signatures.contains_key(seat) {
		let signature = anchor.store.co_sign(*seat, listing.clone()).await?;
		own.signatures.insert(*seat, signature);
	}
	let needed = view.duty.two_thirds();
	collect(anchor, view, own, needed).await;
	if own.signatures.len() < needed {
		let count = own.signatures.len();
		return Err(PeerError::Wrong(format!("{count} seats have co-signed it, and {needed} must")));
	}
	let signed = |seat: &OnDuty| own.signatures.get(&seat.who.0).map(|signature| (*seat, *signature));
	let signatures: Vec<_> = view.duty.order.iter().filter_map(signed).collect();
	let included = anchor.submit(&calls::submit_snapshot(own.content.listing.snapshot, &signatures)).await?;
	own.written = included.head.number;
	anchor.metrics.written.inc();
	tracing::info!("wrote the snapshot of interval {interval}: {} operations", own.content.operations.len());
	Ok(())
}

/// Returns what this anchor proposes: what it has proposed before, should it have been killed since.
async fn proposed(anchor: &Anchor, view: &View, parent: H256, void: u32) -> Result<Arc<Content>, PeerError> {
	let interval = view.duty.interval;
	if let Some(listing) = anchor.store.co_signed(interval, anchor.seat(), &parent)? {
		return anchor.content(&listing).await;
	}
	loop {
		let certified = tokio::task::block_in_place(|| anchor.intake.upheld(&view.duty))?;
		let ledger = anchor.ledger.clone();
		match blocking(move || ledger.propose(interval, parent, void, &certified)).await {
			Err(ContentError::UnknownSnapshot(hash)) => anchor.learn(hash).await?,
			content => return Ok(content?),
		}
	}
}

/// Asks the others for their co-signatures, until enough have signed.
async fn collect(anchor: &Anchor, view: &View, own: &mut Own, needed: usize) {
	let seat = *anchor.seat();
	let Some(signature) = own.signatures.get(&seat).copied() else { return };
	let snapshot = own.content.listing.snapshot;
	let proposal = Proposal { writer: seat, signature, listing: own.content.listing.clone() }.bytes();
	let missing = view.endpoints.iter().filter(|(who, _)| !own.signatures.contains_key(*who));
	let calls = missing.map(|(who, url)| {
		let (proposal, url) = (proposal.clone(), format!("{url}/v1/co-signatures"));
		Box::pin(async move {
			let answer = anchor.http.send(Method::POST, &url, &[], proposal, 1_024).await;
			(*who, answer)
		})
	});
	let mut waiting: Vec<_> = calls.collect();
	let mut late = std::pin::pin!(tokio::time::sleep(PATIENCE));
	while own.signatures.len() < needed && !waiting.is_empty() {
		let ((who, answer), _, others) = tokio::select! {
			first = futures::future::select_all(waiting) => first,
			() = &mut late => return,
		};
		waiting = others;
		let name = Address(who);
		match answer {
			Ok(answer) if answer.status.is_success() => {
				let signature = <[u8; 64]>::try_from(&answer.body[..]).ok();
				let seat_key = view.duty.seat(&who).map(|on_duty| on_duty.key);
				let genuine = signature
					.zip(seat_key)
					.filter(|(signature, key)| is_co_signed(signature, anchor.config.genesis, &snapshot, &seat, key));
				match genuine {
					Some((signature, _)) => drop(own.signatures.insert(who, signature)),
					None => tracing::warn!("{name} has answered with no co-signature of its own"),
				}
			},
			Ok(answer) => {
				tracing::warn!("{name} does not co-sign: {}", String::from_utf8_lossy(&answer.body));
			},
			Err(error) => tracing::warn!("{name}: {error}"),
		}
	}
}
