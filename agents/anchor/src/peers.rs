//! The other seats: their receipts are followed, and their batches fetched.

use crate::{
	anchor::{Anchor, MAX_RECEIPTS, PeerError},
	chain::View,
	intake::{IntakeError, is_genuine, shown},
	store::StoreError,
};
use smartlayer_client::{Address, api::anchor::SignedReceipt};
use smartlayer_daemon::{Stop, stopped};
use smartlayer_statement::Account;
use std::{
	collections::BTreeMap,
	sync::{
		Arc,
		atomic::{AtomicBool, Ordering},
	},
	time::{Duration, Instant},
};
use tokio::task::{AbortHandle, JoinSet};

/// How often the others are asked.
const PERIOD: Duration = Duration::from_millis(500);
/// The number of receipts in an answer.
pub const MOST_RECEIPTS: usize = 1_024;

/// How many receipts of each seat are read again after a start, as their batches may not have been fetched, and when its key has changed,
/// as those that it has signed with it may have come earlier.
const READ_AGAIN: u64 = 4_096;

/// After how long a batch that is refused is fetched again at the latest.
const LONGEST: Duration = Duration::from_secs(16);
/// How long a batch waits for its certificate before all seats are asked, again and again, and for how many nodes at a time.
const STUCK: Duration = Duration::from_secs(3);
const MOST_ASKED: usize = 16;

/// How many answers of a seat are read in a row.
const MOST_PAGES: usize = 16;
/// How far receipts may be ahead of what is certified: those of a seat that was away are, and come again when it is closer.
const AHEAD: u64 = 65_536;

/// What is known of another seat, as long as the program runs.
#[derive(Default)]
struct Peer {
	/// Its duty key.
	key: Option<Address>,
	/// How far its log was read.
	cursor: Option<u64>,
	/// The last batch of each node that it has, while this anchor lacks it.
	missing: BTreeMap<Account, Missing>,
	/// Why it could not be asked, so that this is told once and not twice a second.
	silent: Option<String>,
}

/// A batch that this anchor lacks.
struct Missing {
	number: u64,
	/// When it is fetched, and how long after a failure again: a batch that is refused is not fetched with every poll.
	next: Instant,
	delay: Duration,
}

impl Missing {
	fn new() -> Self {
		Self { number: 0, next: Instant::now(), delay: PERIOD }
	}
}

/// Follows the other seats until the program ends, each one by itself: one that is slow, or lies, keeps nobody from the others.
pub async fn run(anchor: Arc<Anchor>, mut stop: Stop) {
	let mut followed: BTreeMap<Account, (String, AbortHandle)> = BTreeMap::new();
	let mut tasks = JoinSet::new();
	tasks.spawn(sign_again(anchor.clone(), stop.clone()));
	tasks.spawn(ask(anchor.clone(), stop.clone()));
	loop {
		if let Ok(view) = anchor.chain.view() {
			followed.retain(|seat, (url, task)| {
				let stays = view.endpoints.get(seat) == Some(url);
				if !stays {
					task.abort();
				}
				stays
			});
			for (seat, url) in &*view.endpoints {
				followed.entry(*seat).or_insert_with(|| {
					(url.clone(), tasks.spawn(follow(anchor.clone(), *seat, url.clone(), stop.clone())))
				});
			}
		}
		tokio::select! {
			() = settle(&anchor) => {},
			() = stopped(&mut stop) => break,
		}
		tokio::select! {
			() = tokio::time::sleep(PERIOD) => {},
			() = stopped(&mut stop) => break,
		}
	}
	while tasks.join_next().await.is_some() {}
}

/// Signs receipts by the present key of what no snapshot that is final includes: after a change of the key those by the one before count
/// nowhere, and others may not have certified yet what this anchor has.
async fn sign_again(anchor: Arc<Anchor>, mut stop: Stop) {
	let work = async {
		for (node, progress) in anchor.store.nodes()? {
			for number in progress.included..progress.next {
				let Some(batch) = anchor.store.batch(&node, number)? else { continue };
				if anchor.receipt_of(&batch, &anchor.store.key())?.is_some() {
					continue;
				}
				if let Err(error) = anchor.intake.take_in(batch).await {
					tracing::warn!("batch {number} of the node {} is not signed again: {error}", shown(&node));
				}
			}
		}
		Ok::<_, StoreError>(())
	};
	tokio::select! {
		done = work => if let Err(error) = done {
			tracing::error!("no receipt was signed again: {error}");
		},
		() = stopped(&mut stop) => {},
	}
}

/// Certifies what waits: others count than before when seats change.
async fn settle(anchor: &Anchor) {
	let Ok(nodes) = anchor.store.nodes() else { return };
	for (node, progress) in nodes {
		if progress.certified < progress.next
			&& let Err(error) = anchor.settle(node).await
		{
			tracing::debug!("the node {}: {error}", shown(&node));
		}
	}
}

/// Asks all seats for their receipts of batches that have waited for some time, until the program ends: a seat that lies may have shown its own
/// to some only. A batch waits until it is certified with the keys of now.
async fn ask(anchor: Arc<Anchor>, mut stop: Stop) {
	let mut waiting: BTreeMap<Account, (u64, Instant)> = BTreeMap::new();
	loop {
		let work = async {
			if let Err(error) = ask_once(&anchor, &mut waiting).await {
				tracing::debug!("receipts that are missing: {error}");
			}
			tokio::time::sleep(PERIOD).await;
		};
		tokio::select! {
			() = work => {},
			() = stopped(&mut stop) => return,
		}
	}
}

async fn ask_once(anchor: &Anchor, waiting: &mut BTreeMap<Account, (u64, Instant)>) -> Result<(), PeerError> {
	let view = anchor.chain.view()?;
	let upheld = tokio::task::block_in_place(|| anchor.intake.upheld(&view.duty))?;
	let nodes = anchor.store.nodes()?;
	let first = |node: &Account| upheld.get(node).copied().unwrap_or_default();
	waiting.retain(|node, (number, _)| *number == first(node) && nodes.get(node).is_some_and(|now| now.next > *number));
	for (node, progress) in &nodes {
		if first(node) < progress.next {
			waiting.entry(*node).or_insert_with(|| (first(node), Instant::now()));
		}
	}
	// Those that have waited longest, and again after the others.
	let mut longest: Vec<_> = waiting.iter().map(|(node, (number, since))| (*since, *node, *number)).collect();
	longest.retain(|(since, ..)| since.elapsed() >= STUCK);
	longest.sort_unstable();
	longest.truncate(MOST_ASKED);
	let asked = longest.into_iter().map(|(_, node, number)| {
		let last = nodes.get(&node).map_or(number, |progress| progress.next);
		async move { (node, anchor.fetch_receipts(node, number..=last).await) }
	});
	for (node, answer) in futures::future::join_all(asked).await {
		if let Err(error) = answer {
			tracing::debug!("the receipts of the node {}: {error}", shown(&node));
		}
		waiting.entry(node).and_modify(|(_, since)| *since = Instant::now());
	}
	Ok(())
}

/// Follows a seat until the program ends.
async fn follow(anchor: Arc<Anchor>, seat: Account, url: String, mut stop: Stop) {
	let mut peer = Peer::default();
	let reachable = Reachable { anchor: &anchor, is_up: AtomicBool::new(false) };
	loop {
		let work = async {
			let Ok(view) = anchor.chain.view() else { return };
			match poll(&anchor, &view, &seat, &url, &mut peer).await {
				Ok(()) => {
					peer.silent = None;
					reachable.set(true);
				},
				Err(error) => {
					reachable.set(false);
					let error = error.to_string();
					if peer.silent.as_ref() != Some(&error) {
						tracing::warn!("the seat {}: {error}", shown(&seat));
						peer.silent = Some(error);
					}
				},
			}
		};
		tokio::select! {
			() = work => {},
			() = stopped(&mut stop) => return,
		}
		tokio::select! {
			() = tokio::time::sleep(PERIOD) => {},
			() = stopped(&mut stop) => return,
		}
	}
}

/// Counts a seat that has answered, until it does not, or is not followed any more.
struct Reachable<'a> {
	anchor: &'a Anchor,
	is_up: AtomicBool,
}

impl Reachable<'_> {
	fn set(&self, is_up: bool) {
		if self.is_up.swap(is_up, Ordering::Relaxed) != is_up {
			let gauge = &self.anchor.metrics.reachable_seats;
			if is_up { gauge.inc() } else { gauge.dec() }
		}
	}
}

impl Drop for Reachable<'_> {
	fn drop(&mut self) {
		self.set(false);
	}
}

/// Reads the new receipts of a seat, and fetches the batches that this anchor lacks.
async fn poll(anchor: &Anchor, view: &View, seat: &Account, url: &str, peer: &mut Peer) -> Result<(), PeerError> {
	let key = view.duty.seat(seat).map(|on_duty| on_duty.key);
	if peer.key != key {
		(peer.key, peer.cursor) = (key, None);
	}
	for _ in 0..MOST_PAGES {
		let known = anchor.store.cursor(seat)?;
		let from = *peer.cursor.get_or_insert(known.saturating_sub(READ_AGAIN));
		let bytes = anchor.get(&format!("{url}/v1/receipts?from={from}"), MAX_RECEIPTS).await?;
		let wrong = |why: &str| PeerError::Wrong(format!("{url} has answered with {why}"));
		let (total, receipts) = bytes.split_first_chunk().ok_or_else(|| wrong("no receipts"))?;
		if u64::from_be_bytes(*total) < from {
			// It has begun anew.
			peer.cursor = Some(0);
			continue;
		}
		let receipts = SignedReceipt::parse_all(receipts).map_err(|error| wrong(&error.to_string()))?;
		if receipts.iter().any(|signed| signed.receipt.seat != *seat) {
			return Err(wrong("receipts of another seat"));
		}
		let count = receipts.len();
		// Those that it has signed with an earlier key are of no use, and no lie.
		let genuine = receipts.into_iter().filter(|signed| is_genuine(signed, anchor.config.genesis, &view.duty));
		// What is not of a bonded node, or far ahead of what is certified, is no honest seat's.
		let mut kept = Vec::new();
		for signed in genuine {
			let SignedReceipt { receipt, .. } = &signed;
			let certified = anchor.store.progress(&receipt.node)?.certified;
			let is_near = receipt.number < certified.saturating_add(AHEAD);
			if is_near && anchor.is_node(&receipt.node).await? {
				let missing = peer.missing.entry(receipt.node).or_insert_with(Missing::new);
				missing.number = missing.number.max(receipt.number);
				kept.push(signed);
			}
		}
		let next = from.saturating_add(count as u64);
		if count > 0 {
			anchor.store.keep_receipts(kept, Some((*seat, next))).await?;
		}
		peer.cursor = Some(next);
		for (node, missing) in &mut peer.missing {
			if missing.next > Instant::now() {
				continue;
			}
			match fetch(anchor, url, *node, missing.number).await {
				Ok(()) => missing.delay = PERIOD,
				Err(error) => {
					tracing::debug!("the node {} at {url}: {error}", shown(node));
					missing.next = Instant::now().checked_add(missing.delay).unwrap_or(missing.next);
					missing.delay = missing.delay.saturating_mul(2).min(LONGEST);
				},
			}
		}
		let nodes = anchor.store.nodes()?;
		peer.missing.retain(|node, missing| nodes.get(node).is_none_or(|progress| progress.next <= missing.number));
		if count < MOST_RECEIPTS {
			break;
		}
	}
	Ok(())
}

/// Fetches the batches of a node from a seat up to a number.
async fn fetch(anchor: &Anchor, url: &str, node: Account, last: u64) -> Result<(), PeerError> {
	anchor.settle(node).await?;
	for number in anchor.store.progress(&node)?.next..=last {
		let batch = anchor.fetch_batch(url, &node, number).await?;
		anchor.ensure_own(&batch).await?;
		match anchor.intake.take_in(batch).await {
			Ok(_) => anchor.metrics.batches.inc(),
			// It came from elsewhere meanwhile.
			Err(IntakeError::NotNext(_)) => {},
			Err(error) => return Err(error.into()),
		}
		anchor.settle(node).await?;
	}
	Ok(())
}
