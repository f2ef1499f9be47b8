//! Samples: ordinary calls of the public API of every node that is measured, spread over the window.

use super::samples::{Good, Samples};
use crate::{anchor::Anchor, store::StoreError};
use futures::stream::{self, FuturesUnordered, StreamExt};
use smartlayer_client::{
	Address, At, Error, Http, OpenWindow, ServiceNode, WindowPhases,
	hyper::Method,
	measurement::SAMPLES,
	statement::{MAX_AGE, Probe},
};
use sp_core::H256;
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};
use tokio::{
	sync::{Mutex as AsyncMutex, Semaphore},
	task::JoinSet,
	time::{Instant, sleep, sleep_until, timeout, timeout_at},
};

/// Within what a sample must be answered, by one of several attempts.
pub const PATIENCE: Duration = Duration::from_secs(5);
const ATTEMPTS: u32 = 3;
/// How long after an attempt that has failed the next one begins.
const PAUSE: Duration = Duration::from_millis(250);
/// How many samples are made at a time.
const MOST_SAMPLES: usize = 1_024;
/// How many questions the chain is asked at a time.
const MOST_QUESTIONS: usize = 32;
/// How many samples of a node are made in the time of one, when some were missed: its free quota is enough for them.
const CAUGHT_UP: usize = 2;
/// How long after a look at where a node can be reached the next one is worth it.
const LOOKED: Duration = Duration::from_secs(10);
/// How much newer than this anchor's final block that of an honest node may be.
const AHEAD: u32 = 16;
/// The number of places on a page.
const PAGE: u32 = 256;
/// How long it is believed that this anchor reaches others, or does not, and how long they may take to answer.
const BELIEVED: Duration = Duration::from_secs(2);
/// How many of the others are asked.
const ASKED: usize = 3;
/// How many batches of a node are looked at for a token that it has written.
const LOOKED_AT: usize = 3;

/// What has come of a sample.
enum Outcome {
	/// The node has answered well.
	Good(Box<Good>),
	/// It has not.
	Bad(String),
	/// Nobody knows: this anchor reaches nobody.
	Void,
}

/// A node that is measured in a window.
struct Target {
	slot: u32,
	node: Address,
	/// How it is called, and when that was looked up. Empty if it publishes no endpoint, or nobody knows.
	calls: Mutex<(Option<Instant>, Calls)>,
}

/// A node as it is called from each of the configured addresses, and at last from whichever the system chooses.
type Calls = Vec<ServiceNode>;

/// What measures a window.
struct Prober {
	anchor: Arc<Anchor>,
	samples: Samples,
	https: Vec<Http>,
	window: OpenWindow,
	salt: H256,
	/// When it is over: nothing is asked any more then.
	over: Instant,
	places: Semaphore,
	/// Whether this anchor reaches others, and when that was found out.
	connected: AsyncMutex<Option<(Instant, bool)>>,
}

/// Which samples of a slot are made, or under way.
type Begun = BTreeMap<u32, BTreeSet<u8>>;

/// Measures a window from where it is on, until it is over and every sample is made.
pub async fn measure(
	anchor: Arc<Anchor>,
	samples: Samples,
	https: Vec<Http>,
	window: OpenWindow,
	phases: WindowPhases,
) -> Result<(), Error> {
	let view = anchor.chain.view()?;
	let block = Duration::from_millis(phases.block_millis);
	let length = block.saturating_mul(phases.window);
	let behind = block.saturating_mul(view.clock.saturating_sub(phases.begin_of(window.number)));
	// The last samples are answered when the window is over.
	let span = length.saturating_sub(PATIENCE).max(length.checked_div(2).unwrap_or_default());
	let step = span.checked_div(SAMPLES.into()).unwrap_or_default();
	let begin = Instant::now().checked_sub(behind).unwrap_or_else(Instant::now);
	let invalid = |error: StoreError| Error::Invalid(error.to_string());
	let salt = samples.salt(window.number).await.map_err(invalid)?;
	let over = begin.checked_add(length).unwrap_or(begin);
	let places = Semaphore::new(MOST_SAMPLES);
	let prober = Prober { anchor, samples, https, window, salt, over, places, connected: AsyncMutex::default() };
	let prober = Arc::new(prober);
	let targets = prober.targets().await?;
	let mut begun = Begun::new();
	for target in &targets {
		let made = prober.samples.made(prober.window.number, target.slot).map_err(invalid)?;
		begun.insert(target.slot, made.into_keys().collect());
	}
	let mut tasks = JoinSet::new();
	for number in 0..u32::from(SAMPLES) {
		let due = begin.checked_add(step.saturating_mul(number)).unwrap_or(begin);
		if Instant::now() > due.checked_add(step).unwrap_or(due) {
			// What was missed is made in the time that is left.
			continue;
		}
		sleep_until(due).await;
		while let Some(done) = tasks.try_join_next() {
			take_back(&mut begun, done);
		}
		let left = usize::from(SAMPLES).saturating_sub(number as usize);
		for target in &targets {
			let Some(begun) = begun.get_mut(&target.slot) else { continue };
			let missing: Vec<u8> = (0..SAMPLES).filter(|sample| !begun.contains(sample)).collect();
			for sample in missing.iter().take(missing.len().div_ceil(left).min(CAUGHT_UP)).copied() {
				begun.insert(sample);
				let (prober, target) = (prober.clone(), target.clone());
				let pause = step.mul_f64(fraction());
				tasks.spawn(async move {
					sleep(pause).await;
					let is_made = prober.make(&target, sample).await;
					(target.slot, sample, is_made)
				});
			}
		}
	}
	while let Some(done) = tasks.join_next().await {
		take_back(&mut begun, done);
	}
	Ok(())
}

/// A sample that is void is made again.
fn take_back(begun: &mut Begun, done: Result<(u32, u8, bool), tokio::task::JoinError>) {
	if let Ok((slot, sample, false)) = done
		&& let Some(begun) = begun.get_mut(&slot)
	{
		begun.remove(&sample);
	}
}

/// Returns a random number, at least 0 and less than 1.
fn fraction() -> f64 {
	f64::from(random(u32::MAX)) / f64::from(u32::MAX)
}

/// Returns a random number below another one.
fn random(below: u32) -> u32 {
	let bytes = H256::random();
	let number = bytes.0.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
	number.checked_rem(below).unwrap_or_default()
}

fn one_of<T>(all: &[T]) -> Option<&T> {
	all.get(random(u32::try_from(all.len()).unwrap_or(u32::MAX)) as usize)
}

impl Prober {
	/// Returns the nodes that are measured.
	async fn targets(&self) -> Result<Vec<Arc<Target>>, Error> {
		let at = self.anchor.chain.connection()?.best().await?;
		let mut targets = Vec::new();
		for page in 0..self.window.pages {
			for (place, node) in at.measured(self.window.number, page).await? {
				let slot = page.saturating_mul(PAGE).saturating_add(place.into());
				targets.push(Arc::new(Target { slot, node, calls: Mutex::default() }));
			}
		}
		let found: Vec<_> = targets.iter().map(|target| self.find(&at, target)).collect();
		stream::iter(found).buffer_unordered(MOST_QUESTIONS).for_each(|()| async {}).await;
		Ok(targets)
	}

	/// Looks up where a node can be reached. If the chain does not say, the node is called where it was.
	async fn find(&self, at: &At, target: &Target) {
		let url = match at.endpoint(&target.node).await {
			Ok(url) => url,
			Err(error) => {
				tracing::debug!("the endpoint of {} is not known: {error}", target.node);
				return;
			},
		};
		let genesis = self.anchor.config.genesis;
		let https = self.https.iter().chain([&self.anchor.http]);
		let calls =
			url.map(|url| https.map(|http| ServiceNode::new(http.clone(), &url, target.node, genesis)).collect());
		let mut known = target.calls.lock().unwrap_or_else(PoisonError::into_inner);
		*known = (Some(Instant::now()), calls.unwrap_or_default());
	}

	/// Looks up again where a node can be reached that has not answered, and what it serves: it may have moved.
	async fn find_again(&self, target: &Target) {
		let looked = target.calls.lock().unwrap_or_else(PoisonError::into_inner).0;
		if looked.is_some_and(|looked| looked.elapsed() < LOOKED) {
			return;
		}
		let Ok(chain) = self.anchor.chain.connection() else { return };
		if let Ok(at) = chain.best().await {
			self.find(&at, target).await;
		}
	}

	/// Makes a sample, and keeps it. Returns whether it counts.
	async fn make(&self, target: &Target, sample: u8) -> bool {
		let Ok(Ok(place)) = timeout_at(self.over, self.places.acquire()).await else { return false };
		if Instant::now() >= self.over {
			return false;
		}
		let metrics = &self.anchor.metrics;
		let good = match self.sample(target, sample).await {
			Outcome::Good(good) => Some(*good),
			Outcome::Bad(why) => {
				metrics.bad_samples.inc();
				tracing::debug!("{} has not answered sample {sample}: {why}", target.node);
				drop(place);
				self.find_again(target).await;
				None
			},
			Outcome::Void => {
				metrics.void_samples.inc();
				drop(place);
				self.find_again(target).await;
				return false;
			},
		};
		metrics.samples.inc();
		self.samples.keep(self.window.number, target.slot, sample, good).await.is_ok()
	}

	async fn sample(&self, target: &Target, sample: u8) -> Outcome {
		let calls = target.calls.lock().unwrap_or_else(PoisonError::into_inner).clone();
		let (looked, calls) = calls;
		let Some((system, own)) = calls.split_last() else {
			// Whether it publishes an endpoint is known, or not.
			return if looked.is_some() { self.bad("it publishes no endpoint".into()).await } else { Outcome::Void };
		};
		let deadline = Instant::now().checked_add(PATIENCE).unwrap_or_else(Instant::now);
		let mut why = format!("no answer within {} s", PATIENCE.as_secs());
		for attempt in 1..=ATTEMPTS {
			// An address of this machine may not reach everybody.
			let node = one_of(own).filter(|_| attempt < ATTEMPTS).unwrap_or(system);
			match timeout_at(deadline, self.ask(target, node, sample)).await {
				Ok(Ok(good)) => return Outcome::Good(Box::new(good)),
				Ok(Err(error)) => why = error,
				Err(_) => break,
			}
			if timeout_at(deadline, sleep(PAUSE)).await.is_err() {
				break;
			}
		}
		self.bad(why).await
	}

	/// Asks a node for a token: one that it has written, if this anchor knows one. Whether the key was the node's is looked at when all samples
	/// are made.
	async fn ask(&self, target: &Target, node: &ServiceNode, sample: u8) -> Result<Good, String> {
		let prices = node.prices().await.map_err(|error| error.to_string())?;
		let known = self.known_token(&target.node, &prices.classes);
		let (class, instance) = match known {
			Some(known) => known,
			None => (*one_of(&prices.classes).ok_or("it serves no class")?, H256::random()),
		};
		let probe = Probe {
			genesis: self.anchor.config.genesis,
			observer: *self.anchor.seat(),
			window: self.window.number,
			slot: target.slot,
			sample,
			salt: self.salt,
		};
		let begun = Instant::now();
		let answer = node.token_by(class, instance, probe.nonce(), None).await.map_err(|error| error.to_string())?;
		let latency = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
		let block = answer.signed.statement.block;
		let newest = self.anchor.chain.view().map(|view| view.final_head.number.saturating_add(AHEAD));
		if block.saturating_add(MAX_AGE) < self.window.begun || newest.is_ok_and(|newest| block > newest) {
			return Err(format!("its answer is dated with block {block}, which is too old or not there yet"));
		}
		Ok(Good { latency, signed: answer.signed })
	}

	/// Returns a token of one of these classes that a node has written.
	fn known_token(&self, node: &Address, classes: &[H256]) -> Option<(H256, H256)> {
		let store = &self.anchor.store;
		let next = store.progress(&node.0).ok()?.next;
		for _ in 0..LOOKED_AT {
			let number = u64::from(random(u32::try_from(next).unwrap_or(u32::MAX)));
			let Some(batch) = store.batch(&node.0, number).ok()? else { continue };
			let operations = batch.batch.entries().iter().map(|entry| entry.operation);
			let served: Vec<_> = operations.filter(|operation| classes.contains(&operation.class)).collect();
			if let Some(operation) = one_of(&served) {
				return Some((operation.class, operation.instance));
			}
		}
		None
	}

	/// Decides whose fault it is that a sample was not answered.
	async fn bad(&self, why: String) -> Outcome {
		if self.is_connected().await { Outcome::Bad(why) } else { Outcome::Void }
	}

	/// Returns whether this anchor could have been answered: one of the other seats answers it, if there are any, and it knows final blocks with
	/// which an answer can be dated.
	async fn is_connected(&self) -> bool {
		let mut connected = self.connected.lock().await;
		if let Some((_, known)) = connected.filter(|(at, _)| at.elapsed() < BELIEVED) {
			return known;
		}
		let found = self.reaches_others().await;
		*connected = Some((Instant::now(), found));
		found
	}

	async fn reaches_others(&self) -> bool {
		let Ok(view) = self.anchor.chain.view() else { return false };
		if view.final_head.number.saturating_add(MAX_AGE) < self.window.begun {
			return false;
		}
		let mut others: Vec<&String> = view.endpoints.values().collect();
		if others.is_empty() {
			return true;
		}
		let ask = |url: String| async move {
			let url = format!("{url}/v1/health");
			let answer = self.anchor.http.send(Method::GET, &url, &[], Vec::new(), 65_536);
			matches!(timeout(BELIEVED, answer).await, Ok(Ok(_)))
		};
		let asked = FuturesUnordered::new();
		while asked.len() < ASKED && !others.is_empty() {
			let nth = random(u32::try_from(others.len()).unwrap_or(u32::MAX)) as usize;
			asked.push(ask(others.swap_remove(nth).clone()));
		}
		asked.any(|answered| async move { answered }).await
	}
}
