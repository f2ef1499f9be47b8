//! What the seat measures of service nodes, window by window: it samples every node, commits to what it claims of them, and reveals it with
//! the answers that are drawn.
//!
//! Whenever the program is killed, it goes on from what is on disk and on the chain.

mod claims;
mod prober;
mod samples;

use crate::{
	anchor::{Anchor, PeerError},
	chain::View,
};
use futures::stream::{self, StreamExt, TryStreamExt};
use samples::Made;
pub use samples::Samples;
use smartlayer_client::{
	Address, At, Error, Http, KeyPeriod, OpenWindow, Payload, WindowPhases, calls,
	commitment::{Claim, ClaimTree},
	measurement::{Draw, READING_BYTES, Reading},
	verify::Signed,
};
use smartlayer_daemon::{Stop, stopped};
use sp_core::H256;
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
	time::Duration,
};
use tokio::task::JoinHandle;

/// The number of places on a page.
const PAGE: u32 = 256;
/// How long after a failure a window is measured further.
const PAUSE: Duration = Duration::from_secs(1);
/// How many questions the chain is asked at a time.
const MOST_QUESTIONS: usize = 32;
/// The number of hashes that are remembered.
const MOST_HASHES: usize = 4_096;
/// For how long a transaction is awaited at least.
const SHORTEST: Duration = Duration::from_secs(6);
/// How many windows are remembered.
const REMEMBERED: u32 = 4;

/// What a seat does in windows.
struct Observer {
	anchor: Arc<Anchor>,
	samples: Samples,
	https: Vec<Http>,
	/// What measures each window.
	measured: BTreeMap<u32, JoinHandle<()>>,
	/// The windows of which this seat has said that it says nothing.
	silent: BTreeSet<u32>,
	/// In which block each commitment and each page was included: a view that is not newer does not show it.
	sent: BTreeMap<(u32, Option<u32>), u32>,
	/// The hashes of final blocks.
	hashes: BTreeMap<u32, H256>,
	/// The oldest window that is open, when the ones before were forgotten.
	forgotten: u32,
}

/// Observes until the program ends.
pub async fn run(anchor: Arc<Anchor>, samples: Samples, https: Vec<Http>, mut stop: Stop) {
	let mut views = anchor.chain.views.clone();
	let mut observer = Observer {
		anchor,
		samples,
		https,
		measured: BTreeMap::new(),
		silent: BTreeSet::new(),
		sent: BTreeMap::new(),
		hashes: BTreeMap::new(),
		forgotten: 0,
	};
	loop {
		tokio::select! {
			changed = views.changed() => if changed.is_err() { return },
			() = stopped(&mut stop) => return,
		}
		let Some(view) = views.borrow_and_update().clone() else { continue };
		tokio::select! {
			done = observer.observe(&view) => if let Err(error) = done {
				tracing::warn!("what this seat measures: {error}");
			},
			() = stopped(&mut stop) => return,
		}
	}
}

fn wrong(why: impl Into<String>) -> PeerError {
	PeerError::Wrong(why.into())
}

impl Observer {
	fn seat(&self) -> Address {
		self.anchor.config.account
	}

	/// Does what is due in a block: what fails in one window keeps no other from its own.
	async fn observe(&mut self, view: &View) -> Result<(), PeerError> {
		let at = self.anchor.chain.connection()?.at(view.best.hash).await?;
		let phases = at.window_phases().await?;
		let mut open = at.open_windows().await?;
		open.retain(|window| window.root_of(&self.seat()).is_some());
		if let Some(running) = open.iter().find(|window| view.clock < phases.end_of(window.number)) {
			self.measure(running.clone(), phases);
		}
		let oldest = open.first().map_or(0, |window| window.number);
		self.silent.retain(|window| *window >= oldest);
		self.sent.retain(|(window, _), _| *window >= oldest);
		if self.forgotten < oldest {
			self.samples.forget(oldest.saturating_sub(REMEMBERED)).await?;
			self.forgotten = oldest;
		}
		self.measured.retain(|window, task| {
			let stays = *window >= oldest;
			if !stays {
				task.abort();
			}
			stays
		});
		for window in open {
			let number = window.number;
			let is_over = view.clock >= phases.end_of(number);
			let done = match window.root_of(&self.seat()).flatten() {
				None if is_over && view.clock < phases.committed_by(number) => {
					self.commit(&at, view, &window, &phases).await
				},
				Some(root) if is_over && view.clock < phases.revealed_by(number) => {
					self.reveal(&at, view, &window, &phases, root).await
				},
				_ => Ok(()),
			};
			if let Err(error) = done {
				tracing::warn!("window {number}: {error}");
			}
		}
		Ok(())
	}

	/// Sends a call for a window, or a page of it, unless it was sent and this view is not newer, or the chain has refused it.
	async fn send(
		&mut self,
		view: &View,
		phases: &WindowPhases,
		key: (u32, Option<u32>),
		call: &impl Payload,
	) -> Result<bool, PeerError> {
		if self.sent.get(&key).is_some_and(|height| view.best.number <= *height) {
			return Ok(false);
		}
		let patience = Duration::from_millis(phases.block_millis).saturating_mul(phases.commit / 2).max(SHORTEST);
		let sent = tokio::time::timeout(patience, self.anchor.submit(call)).await;
		match sent.map_err(|_| wrong("its transaction is not in a block yet"))? {
			Ok(included) => {
				self.sent.insert(key, included.head.number);
				Ok(true)
			},
			Err(error) => {
				if matches!(error, Error::Failed { .. }) {
					// It would fail again, and each time costs a fee.
					self.sent.insert(key, u32::MAX);
				}
				Err(error.into())
			},
		}
	}

	/// Measures a window, unless that is under way.
	fn measure(&mut self, window: OpenWindow, phases: WindowPhases) {
		let number = window.number;
		let (anchor, samples, https) = (&self.anchor, &self.samples, &self.https);
		self.measured.entry(number).or_insert_with(|| {
			let (anchor, samples, https) = (anchor.clone(), samples.clone(), https.clone());
			tokio::spawn(async move {
				while let Err(error) =
					prober::measure(anchor.clone(), samples.clone(), https.clone(), window.clone(), phases).await
				{
					tracing::warn!("window {number} is not measured yet: {error}");
					tokio::time::sleep(PAUSE).await;
				}
			})
		});
	}

	/// Returns whether samples of a window are still awaited.
	fn is_measuring(&self, window: u32) -> bool {
		self.measured.get(&window).is_some_and(|task| !task.is_finished())
	}

	/// Commits to what is claimed of a window, as soon as its last sample is made.
	async fn commit(
		&mut self,
		at: &At,
		view: &View,
		window: &OpenWindow,
		phases: &WindowPhases,
	) -> Result<(), PeerError> {
		let number = window.number;
		if self.silent.contains(&number) {
			return Ok(());
		}
		// In the second half of the phase nothing is waited for.
		let is_late = view.clock >= phases.end_of(number).saturating_add(phases.commit / 2);
		let mut pages = self.samples.claims(number)?;
		if pages.is_empty() {
			if self.is_measuring(number) && !is_late {
				return Ok(());
			}
			let Some(claimed) = self.claim(at, view, window, is_late).await? else { return Ok(()) };
			pages = claimed;
		}
		if pages.iter().all(Vec::is_empty) {
			return Ok(());
		}
		let (tree, _) = self.tree(window, &pages).await?;
		// In the next block at the earliest.
		let clock = self.anchor.chain.view()?.clock;
		if clock.saturating_add(1) >= phases.committed_by(number) {
			return Err(wrong("it is too late to commit"));
		}
		if !self.send(view, phases, (number, None), &calls::commit_claims(number, tree.root())).await? {
			return Ok(());
		}
		let nodes: usize = pages.iter().map(|readings| readings.as_chunks::<READING_BYTES>().0.len()).sum();
		self.anchor.metrics.measured_nodes.set(i64::try_from(nodes).unwrap_or(i64::MAX));
		self.anchor.metrics.committed_window.set(number.into());
		tracing::info!("committed to what was measured of {nodes} nodes in window {number}");
		Ok(())
	}

	/// Builds what is claimed of each page of a window, and keeps it. None if it is too early, or nothing can be said.
	async fn claim(
		&mut self,
		at: &At,
		view: &View,
		window: &OpenWindow,
		is_late: bool,
	) -> Result<Option<Vec<Vec<u8>>>, PeerError> {
		// What was kept before is on disk then.
		self.samples.salt(window.number).await?;
		self.anchor.metrics.good_samples.reset();
		self.anchor.metrics.latency.reset();
		let mut pages = Vec::new();
		for page in 0..window.pages {
			let measured = at.measured(window.number, page).await?;
			let keys: Vec<_> = measured.iter().map(|(_, node)| at.service_key_periods(node)).collect();
			let keys: Vec<_> = stream::iter(keys).buffered(MOST_QUESTIONS).try_collect().await?;
			let mut readings = Vec::new();
			for ((place, node), keys) in measured.iter().zip(keys) {
				let slot = page.saturating_mul(PAGE).saturating_add((*place).into());
				let made = self.samples.made(window.number, slot)?;
				let blocks = made.values().flatten().map(|good| good.signed.statement.block);
				let newest = blocks.filter(|block| window.contains(*block)).max().unwrap_or_default();
				// It is final soon, if it is.
				if newest > view.final_head.number && !is_late {
					return Ok(None);
				}
				let made = self.proven(window, view, made, &keys).await?;
				let Some(reading) = claims::reading(&made) else {
					self.say_nothing(window.number, node, &made);
					return Ok(None);
				};
				self.show(node, &reading);
				readings.extend(reading.bytes());
			}
			pages.push(readings);
		}
		self.samples.claim(window.number, pages.clone()).await?;
		Ok(Some(pages))
	}

	/// Returns the samples without the answers that the chain would refuse: those that are dated out of the window or with a block that is not
	/// final, or signed with a key that was not the node's.
	async fn proven(
		&mut self,
		window: &OpenWindow,
		view: &View,
		mut made: Made,
		keys: &[KeyPeriod],
	) -> Result<Made, PeerError> {
		let chain = self.anchor.chain.connection()?;
		for sample in made.values_mut() {
			let Some(good) = sample else { continue };
			let (block, hash) = (good.signed.statement.block, good.signed.statement.block_hash);
			let is_dated = window.contains(block) && block <= view.final_head.number;
			if is_dated && !self.hashes.contains_key(&block) {
				let found = chain.hash_of(block).await?;
				self.hashes.extend(found.map(|found| (block, found)));
			}
			let is_own = keys.iter().any(|period| period.contains(&good.signed.key, block));
			if !is_dated || !is_own || self.hashes.get(&block) != Some(&hash) {
				*sample = None;
			}
		}
		while self.hashes.len() > MOST_HASHES {
			self.hashes.pop_first();
		}
		Ok(made)
	}

	fn say_nothing(&mut self, window: u32, node: &Address, made: &Made) {
		if self.silent.insert(window) {
			self.anchor.metrics.silent_windows.inc();
			tracing::warn!(
				"this seat says nothing of window {window}, which costs score: it has made {} samples of {node}",
				made.len()
			);
		}
	}

	fn show(&self, node: &Address, reading: &Reading) {
		let name = node.to_string();
		let metrics = &self.anchor.metrics;
		metrics.good_samples.with_label_values(&[&name]).set(reading.good.unwrap_or_default().into());
		let latency = reading.latency.map_or(-1, |latency| latency.least().into());
		metrics.latency.with_label_values(&[&name]).set(latency);
	}

	/// Returns the tree of what is claimed, and the salt in it.
	async fn tree(&self, window: &OpenWindow, pages: &[Vec<u8>]) -> Result<(ClaimTree, H256), PeerError> {
		let salt = self.samples.salt(window.number).await?;
		let leaves = (0..).zip(pages).map(|(page, readings)| {
			Claim {
				genesis: self.anchor.config.genesis,
				observer: *self.anchor.seat(),
				window: window.number,
				page,
				salt,
				readings,
			}
			.leaf()
		});
		let tree = ClaimTree::new(leaves.collect()).ok_or_else(|| wrong("there are too many pages"))?;
		Ok((tree, salt))
	}

	/// Reveals what was committed to, page by page: one that fails keeps no other from being revealed.
	async fn reveal(
		&mut self,
		at: &At,
		view: &View,
		window: &OpenWindow,
		phases: &WindowPhases,
		root: H256,
	) -> Result<(), PeerError> {
		let number = window.number;
		let Some(seed) = window.seed else { return Ok(()) };
		let pages = self.samples.claims(number)?;
		let (tree, salt) = self.tree(window, &pages).await?;
		if tree.root() != root {
			if self.silent.insert(number) {
				self.anchor.metrics.silent_windows.inc();
				tracing::error!("this seat has committed to other claims of window {number} than are in its database");
			}
			return Ok(());
		}
		for (page, readings) in (0..).zip(&pages).filter(|(_, readings)| !readings.is_empty()) {
			if self.anchor.chain.view()?.clock.saturating_add(1) >= phases.revealed_by(number) {
				return Ok(());
			}
			let key = (number, Some(page));
			if self.sent.get(&key).is_some_and(|height| view.best.number <= *height)
				|| at.claims(number, page).await?.iter().any(|(who, _)| *who == self.seat())
			{
				continue;
			}
			let done = async {
				let answer = self.answer(at, view, window, page, readings, seed).await?;
				let proof = tree.prove(page).ok_or_else(|| wrong("a page has no claim"))?;
				let call = calls::reveal_claim(number, page, salt, readings.clone(), proof, answer);
				self.send(view, phases, key, &call).await
			};
			match done.await {
				Ok(false) => {},
				Ok(true) => {
					self.anchor.metrics.revealed_pages.inc();
					tracing::info!("revealed what was measured on page {page} in window {number}");
				},
				Err(error) => tracing::warn!("page {page} in window {number} is not revealed: {error}"),
			}
		}
		Ok(())
	}

	/// Returns the answer that must be shown of a page, with the number of its sample.
	async fn answer(
		&mut self,
		at: &At,
		view: &View,
		window: &OpenWindow,
		page: u32,
		readings: &[u8],
		seed: H256,
	) -> Result<Option<(u8, Signed)>, PeerError> {
		let draw = Draw::new(&seed.0, self.anchor.seat(), page);
		let Some((nth, good)) = claims::drawn(&draw, readings) else { return Ok(None) };
		let measured = at.measured(window.number, page).await?;
		let (place, node) = *measured.get(nth).ok_or_else(|| wrong("the roster has changed"))?;
		if !at.bond(&node).await?.is_some_and(|bond| bond.is_service_node) {
			return Ok(None);
		}
		let slot = page.saturating_mul(PAGE).saturating_add(place.into());
		let keys = at.service_key_periods(&node).await?;
		let made = self.samples.made(window.number, slot)?;
		let made = self.proven(window, view, made, &keys).await?;
		let answer = claims::answer(&draw, &made, good);
		let (sample, good) = answer.ok_or_else(|| wrong(format!("no answer of {node} is left to show")))?;
		Ok(Some((sample, good.signed)))
	}
}

/// Returns what calls service nodes: from each of these addresses of the machine.
pub fn callers(addresses: &[std::net::IpAddr]) -> Result<Vec<Http>, Error> {
	addresses.iter().map(|address| Http::from_address(Some(*address))).collect()
}
