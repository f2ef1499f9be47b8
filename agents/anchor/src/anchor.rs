//! What all parts of the program share.

use crate::{
	agreements::Agreements,
	chain::{ChainWatch, View},
	config::Config,
	content::{Content, ContentError, Fetched, Ledger},
	intake::{Intake, IntakeError, Wanted, is_genuine, shown},
	metrics::Metrics,
	store::{Backing, Store, StoreError},
};
use futures::{
	future::{BoxFuture, FutureExt},
	stream::{FuturesUnordered, StreamExt},
};
use smartlayer_client::{
	Address, Error, Finality, Http, Included, Key, Payload,
	api::anchor::{Listing, SIGNED_RECEIPT_BYTES, SignedBatch, SignedReceipt},
	hyper::Method,
};
use smartlayer_commitment::Snapshot;
use smartlayer_daemon::{
	http::Limits,
	limits::{Caller, Places, Quota},
};
use smartlayer_statement::Account;
use sp_core::H256;
use std::{
	collections::{BTreeMap, BTreeSet, HashMap},
	ops::RangeInclusive,
	sync::{Arc, Mutex, PoisonError},
	time::{Duration, Instant},
};
use tokio::sync::{Mutex as AsyncMutex, Semaphore};

/// The maximum length of a batch: 1,024 operations with bodies, and what stands before them.
pub const MAX_BATCH: usize = 1_024 * (168 + 75 + 1_024) + 1_024;
/// The maximum length of a list of receipts: those of 1,024 batches.
pub const MAX_RECEIPTS: usize = 8 + 1_024 * SIGNED_RECEIPT_BYTES;
/// The maximum length of a listing: some 100,000 batches.
pub const MAX_LISTING: usize = 4 * 1_024 * 1_024;
/// How many batches are received at a time, and how many proofs are made.
const MOST_BATCHES: usize = 256;
const MOST_PROOFS: usize = 2;
/// How many of the batches come from one address, and are of one node; how many of the proposals are of one seat, and how many of the proofs
/// for one address.
const MOST_OF_ONE: u32 = 4;
/// For how long the service keys of a node are known.
const KEYS: Duration = Duration::from_secs(10);
/// The number of nodes whose keys are remembered.
const MOST_NODES: usize = 100_000;

/// Why a peer's snapshot or batch is not taken over.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
	/// The content cannot be built.
	#[error(transparent)]
	Content(#[from] ContentError),
	/// A batch is refused.
	#[error(transparent)]
	Intake(#[from] IntakeError),
	/// The chain or the peer has not answered.
	#[error(transparent)]
	Call(#[from] Error),
	/// The database cannot be used.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// The peer has answered with something else.
	#[error("{0}")]
	Wrong(String),
}

/// How long is waited for what others need not know.
const SOON: Duration = Duration::from_secs(2);
/// How long after one seat the next one is asked for the same.
const NEXT: Duration = Duration::from_secs(1);
/// For how long a seat that has not answered is asked after the others.
const SILENT: Duration = Duration::from_secs(60);

/// What was certified when an interval began.
#[derive(Clone, Default)]
pub struct Mark {
	/// With the receipts of these seats, by these keys.
	pub seats: BTreeSet<(Account, Account)>,
	/// The number of the first batch of each node that was not.
	pub certified: BTreeMap<Account, u64>,
}

/// The anchor.
pub struct Anchor {
	/// The configuration.
	pub config: Config,
	/// The chain.
	pub chain: ChainWatch,
	/// The database.
	pub store: Store,
	/// What snapshots contain.
	pub ledger: Arc<Ledger>,
	/// Takes batches in.
	pub intake: Intake,
	/// What is agreed with service nodes.
	pub agreements: Agreements,
	/// What the operator watches.
	pub metrics: Arc<Metrics>,
	/// Calls other seats.
	pub http: Http,
	pub(crate) limits: Limits,
	pub(crate) calls: Quota,
	/// The batches that are received at a time, and the proofs that are made: each takes memory or a processor.
	pub(crate) batches: Semaphore,
	pub(crate) proofs: Arc<Semaphore>,
	/// The addresses that send batches or ask for proofs, the nodes of which the batches are, and the seats whose proposals and answers to offers are received: so
	/// that nobody takes all places. Others can send the proposal of a seat as well, so each of its places is of another address.
	pub(crate) senders: Arc<Places<Caller>>,
	pub(crate) askers: Arc<Places<Caller>>,
	pub(crate) handing_over: Arc<Places<Account>>,
	pub(crate) proposals: Arc<Places<Account>>,
	pub(crate) proposers: Arc<Places<(Account, Caller)>>,
	pub(crate) offers: Arc<Places<(Account, Caller)>>,
	operator: Key,
	/// Held while a transaction is sent, so that no two have the same nonce.
	sending: AsyncMutex<()>,
	keys: Mutex<HashMap<Account, (Instant, Vec<Address>)>>,
	/// The other seats that have not answered, and when.
	silent: Mutex<HashMap<String, Instant>>,
	/// Those that did not have what they were asked for soon, and when.
	slow: Mutex<HashMap<String, Instant>>,
	/// What was certified when an interval began, of the last intervals.
	pub(crate) marks: Mutex<BTreeMap<u32, Mark>>,
}

impl Anchor {
	/// Creates the anchor from what the program has opened.
	pub fn new(
		config: Config,
		chain: ChainWatch,
		store: Store,
		agreements: Agreements,
		metrics: Arc<Metrics>,
		operator: Key,
	) -> Result<Self, Error> {
		let limits = Limits {
			connections: config.limits.connections,
			connections_per_address: config.limits.connections_per_address,
			patience: Duration::from_secs(config.limits.patience),
			proxies: config.limits.proxies.clone(),
		};
		let ledger = Ledger::open(store.clone()).map_err(|error| Error::Invalid(error.to_string()))?;
		Ok(Self {
			intake: Intake::new(store.clone(), config.genesis),
			ledger: Arc::new(ledger),
			calls: Quota::new(config.limits.calls_per_minute),
			batches: Semaphore::new(MOST_BATCHES),
			proofs: Arc::new(Semaphore::new(MOST_PROOFS)),
			senders: Places::new(MOST_OF_ONE),
			askers: Places::new(MOST_OF_ONE),
			handing_over: Places::new(MOST_OF_ONE),
			proposals: Places::new(MOST_OF_ONE),
			proposers: Places::new(1),
			offers: Places::new(1),
			http: Http::new()?,
			agreements,
			config,
			chain,
			store,
			metrics,
			limits,
			operator,
			sending: AsyncMutex::new(()),
			keys: Mutex::default(),
			silent: Mutex::default(),
			slow: Mutex::default(),
			marks: Mutex::default(),
		})
	}

	/// Returns the account of the anchor.
	pub const fn seat(&self) -> &Account {
		&self.config.account.0
	}

	/// Returns the account that pays the fees of transactions.
	pub fn operator(&self) -> Address {
		self.operator.address()
	}

	/// Submits a call as the operator, and waits until it is in a block.
	pub async fn submit(&self, call: &impl Payload) -> Result<Included, Error> {
		let _sending = self.sending.lock().await;
		let submitted = self.chain.connection()?.submit(call, &self.operator, Finality::Best).await;
		submitted.inspect_err(|_| self.metrics.transactions_failed.inc())
	}

	/// Returns the service keys of a node that are evidence: none if it is not bonded.
	async fn service_keys(&self, node: &Account) -> Result<Vec<Address>, Error> {
		{
			let mut known = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
			if known.len() > MOST_NODES {
				known.clear();
			}
			if let Some((_, keys)) = known.get(node).filter(|(at, _)| at.elapsed() < KEYS) {
				return Ok(keys.clone());
			}
		}
		let keys = self.chain.connection()?.best().await?.service_keys(&Address(*node)).await?;
		self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(*node, (Instant::now(), keys.clone()));
		Ok(keys)
	}

	/// Returns whether a node is bonded, and has or had a service key.
	pub async fn is_node(&self, node: &Account) -> Result<bool, Error> {
		Ok(!self.service_keys(node).await?.is_empty())
	}

	/// Ensures that a batch is signed by a key that is, or was lately, a service key of its node.
	pub async fn ensure_own(&self, batch: &SignedBatch) -> Result<(), PeerError> {
		let node = batch.batch.header().node;
		let is_own = self.service_keys(&node).await?.iter().any(|key| key.0 == batch.key);
		let wrong = || PeerError::Wrong(format!("the key of the batch is no service key of {}", shown(&node)));
		if is_own { Ok(()) } else { Err(wrong()) }
	}

	/// Returns the receipt that this anchor has signed of a batch with a key.
	pub fn receipt_of(&self, signed: &SignedBatch, key: &Address) -> Result<Option<SignedReceipt>, StoreError> {
		let header = signed.batch.header();
		let hash = header.hash();
		let is_own = |known: &SignedReceipt| {
			known.receipt.seat == *self.seat() && known.receipt.batch == hash && known.is_signed_by(key)
		};
		Ok(self.store.receipts(&header.node, header.number)?.into_iter().find(is_own))
	}

	/// Certifies what two thirds of the seats have of a node, and fetches what this anchor lacks of it.
	pub async fn settle(&self, node: Account) -> Result<(), PeerError> {
		let view = self.chain.view()?;
		let mut before = None;
		while let Some(wanted) = self.intake.certify(node, &view.duty).await? {
			if before == Some(wanted) {
				return Err(PeerError::Wrong(format!(
					"batch {} of the node {} cannot be taken over",
					wanted.number,
					shown(&node)
				)));
			}
			let batch = self.find_batch(&view, &wanted, true).await?;
			self.intake.adopt(batch, Backing::Seats).await?;
			self.metrics.batches.inc();
			before = Some(wanted);
		}
		Ok(())
	}

	/// Builds the content of a proposal, after fetching what is missing: batches of which two thirds of the seats have signed receipts.
	pub async fn content(&self, listing: &Listing) -> Result<Arc<Content>, PeerError> {
		let mut asked = BTreeSet::new();
		loop {
			let (ledger, proposed) = (self.ledger.clone(), listing.clone());
			match blocking(move || ledger.check(&proposed, &Fetched::new())).await {
				// All that is listed of the node, once: it is here afterwards.
				Err(ContentError::Missing { node, number, hash }) if asked.insert(node) => {
					let listed = listing.nodes.iter().find(|listed| listed.node == node);
					let last = listed.and_then(|listed| listed.numbered().last());
					let (number, hash) = last.unwrap_or((number, hash));
					self.fetch_certificate(&Wanted { node, number, hash }).await?;
				},
				result => return Ok(result?),
			}
		}
	}

	/// Takes over the list of a snapshot on the chain, with the batches that this anchor lacks. Nothing of it is kept unless it is that of
	/// the snapshot.
	pub async fn take_over(&self, view: &View, listing: Listing) -> Result<(), PeerError> {
		let mut fetched = Fetched::new();
		for listed in &listing.nodes {
			let node = listed.node;
			for (number, hash) in listed.numbered() {
				let known = self.store.batch(&node, number)?;
				if known.is_none_or(|known| known.batch.header().hash() != hash) {
					fetched.insert((node, number), self.find_batch(view, &Wanted { node, number, hash }, false).await?);
				}
			}
		}
		let (ledger, written) = (self.ledger.clone(), listing.clone());
		let (checked, mut fetched) = blocking(move || (ledger.check(&written, &fetched), fetched)).await;
		checked?;
		for listed in &listing.nodes {
			for (number, hash) in listed.numbered() {
				let wanted = Wanted { node: listed.node, number, hash };
				if let Some(batch) = fetched.remove(&(listed.node, number)) {
					self.intake.adopt(batch, Backing::Chain).await?;
					self.metrics.batches.inc();
				}
				if !self.intake.certify_written(&wanted).await? {
					return Err(ContentError::Missing { node: listed.node, number, hash }.into());
				}
			}
		}
		Ok(self.store.keep_listing(listing).await?)
	}

	/// Fetches the receipts of some batches of a node from all other seats, and certifies what they show. Whoever has signed several batches may
	/// have shown each seat another one: the others have what it has shown them. A seat that is slow is not waited for.
	pub async fn fetch_receipts(&self, node: Account, numbers: RangeInclusive<u64>) -> Result<(), PeerError> {
		let view = self.chain.view()?;
		// Not of whoever a list may have invented.
		if self.store.progress(&node)?.next == 0 && !self.is_node(&node).await? {
			return Ok(());
		}
		let ask = |url: String| {
			let url = format!("{url}/v1/receipts/{}/{}", shown(&node), numbers.start());
			let answer = async move { tokio::time::timeout(SOON, self.get(&url, MAX_RECEIPTS)).await };
			answer.map(|answer| answer.ok().and_then(Result::ok).unwrap_or_default()).boxed()
		};
		let mut asked: FuturesUnordered<_> = self.reachable(&view).into_iter().map(ask).collect();
		while let Some(answer) = asked.next().await {
			// Seats and keys may have changed since it was asked.
			let view = self.chain.view()?;
			let mut receipts = SignedReceipt::parse_all(&answer).unwrap_or_default();
			receipts.retain(|signed| {
				let receipt = &signed.receipt;
				receipt.node == node
					&& numbers.contains(&receipt.number)
					&& is_genuine(signed, self.config.genesis, &view.duty)
			});
			if receipts.is_empty() {
				continue;
			}
			self.store.keep_receipts(receipts, None).await?;
			self.settle(node).await?;
			if self.store.progress(&node)?.certified > *numbers.end() {
				break;
			}
		}
		self.settle(node).await
	}

	/// Fetches the certificates of the batches of a node up to this one from the other seats, and the batches.
	pub async fn fetch_certificate(&self, wanted: &Wanted) -> Result<(), PeerError> {
		loop {
			let before = self.store.progress(&wanted.node)?.certified;
			if before > wanted.number {
				break;
			}
			self.fetch_receipts(wanted.node, before..=wanted.number).await?;
			// An answer has the receipts of some batches only.
			if self.store.progress(&wanted.node)?.certified == before {
				break;
			}
		}
		let known = self.store.batch(&wanted.node, wanted.number)?;
		let is_certified = self.store.progress(&wanted.node)?.certified > wanted.number;
		if is_certified && known.is_some_and(|known| known.batch.header().hash() == wanted.hash) {
			return Ok(());
		}
		let (node, number) = (shown(&wanted.node), wanted.number);
		Err(PeerError::Wrong(format!("batch {number} of the node {node} is not certified by two thirds of the seats")))
	}

	/// Returns the hashes of the snapshots on the chain from this one back to the one after the newest that is final here. Those that are
	/// not known here are asked of other seats: each names its parent by a hash.
	pub async fn ancestry(&self, view: &View, last: H256) -> Result<Vec<H256>, PeerError> {
		let ledger = self.ledger.clone();
		let base = blocking(move || ledger.base()).await;
		let mut hashes = Vec::new();
		let mut hash = last;
		while hash != base.hash {
			let snapshot = match self.store.listing(&hash)? {
				Some(listing) => listing.snapshot,
				None => self.find_snapshot(view, hash).await?,
			};
			if base.is_past(&snapshot) {
				// What is final here is not on the chain.
				return Err(ContentError::UnknownSnapshot(last).into());
			}
			hashes.push(hash);
			hash = snapshot.parent;
		}
		Ok(hashes)
	}

	async fn find_snapshot(&self, view: &View, hash: H256) -> Result<Snapshot, PeerError> {
		let ask = |url: String| async move { Some(self.fetch_listing(&url, hash).await?.snapshot) }.boxed();
		self.first(view, ask).await.ok_or(ContentError::UnknownSnapshot(hash).into())
	}

	/// Fetches the list of a snapshot from another seat.
	async fn fetch_listing(&self, url: &str, hash: H256) -> Option<Listing> {
		let bytes = self.get(&format!("{url}/v1/listings/{hash:?}"), MAX_LISTING).await.ok()?;
		Listing::parse(&bytes).ok().filter(|listing| listing.snapshot.hash() == hash)
	}

	/// Learns the lists of snapshots that are not final yet from other seats, up to this one.
	pub async fn learn(&self, last: H256) -> Result<(), PeerError> {
		let view = self.chain.view()?;
		if let Some((interval, hash)) = view.final_last
			&& self.store.index_of(interval)?.is_none()
			&& self.store.listing(&hash)?.is_none()
		{
			return Err(PeerError::Wrong("this anchor was away, and learns what is final first".into()));
		}
		for hash in self.ancestry(&view, last).await?.into_iter().rev() {
			if self.store.listing(&hash)?.is_none() {
				self.learn_one(&view, hash).await?;
			}
		}
		Ok(())
	}

	/// Learns the list of a snapshot on the chain from other seats. The hash does not say how the operations are divided into batches, and a
	/// third of the seats may lie about it: so more than a third must say the same, or all of it is certified here. If nobody says anything
	/// else, and the snapshot is final, one is enough: seats that were elected since cannot know it.
	pub async fn learn_one(&self, view: &View, hash: H256) -> Result<(), PeerError> {
		let ask = |url: String| async move { self.fetch_listing(&url, hash).await }.boxed();
		let mut asked: FuturesUnordered<_> = self.reachable(view).into_iter().map(ask).collect();
		let mut said: Vec<(Listing, usize)> = Vec::new();
		let mut failed = ContentError::UnknownSnapshot(hash).into();
		while let Some(answer) = asked.next().await {
			let Some(listing) = answer else { continue };
			let known = said.iter().position(|(known, _)| *known == listing);
			let place = known.unwrap_or(said.len());
			if known.is_none() {
				said.push((listing, 0));
			}
			let Some((listing, count)) = said.get_mut(place) else { continue };
			*count = count.saturating_add(1);
			if count.saturating_mul(3) <= view.duty.order.len() && !self.is_certified(listing)? {
				continue;
			}
			match self.take_over(view, listing.clone()).await {
				Ok(()) => return Ok(()),
				Err(error) => failed = error,
			}
		}
		let is_final = view.final_last.is_some_and(|(interval, _)| {
			said.first().is_some_and(|(listing, _)| listing.snapshot.interval <= interval)
		});
		match said.as_slice() {
			[(listing, _)] if is_final => self.take_over(view, listing.clone()).await,
			_ => Err(failed),
		}
	}

	/// Returns whether all batches of a list are certified here.
	pub fn is_certified(&self, listing: &Listing) -> Result<bool, StoreError> {
		for listed in &listing.nodes {
			if self.store.progress(&listed.node)?.certified < listed.end() {
				return Ok(false);
			}
			for (number, hash) in listed.numbered() {
				if self.store.pending(&listed.node, number)?.is_none_or(|(pending, _)| pending != hash) {
					return Ok(false);
				}
			}
		}
		Ok(true)
	}

	/// Finds a batch by its hash, here or at another seat. If it is `evidence`, one that the node itself has signed is preferred.
	async fn find_batch(&self, view: &View, wanted: &Wanted, evidence: bool) -> Result<SignedBatch, PeerError> {
		let Wanted { node, number, hash } = *wanted;
		let is_wanted = move |batch: &SignedBatch| batch.batch.header().hash() == hash;
		if let Some(own) = self.store.batch(&node, number)?.filter(is_wanted) {
			return Ok(own);
		}
		let fetch =
			move |url: String| async move { self.fetch_batch(&url, &node, number).await.ok().filter(is_wanted) };
		let found = self.first(view, |url| fetch(url).boxed()).await;
		let found = found.ok_or(ContentError::Missing { node, number, hash })?;
		if !evidence || !self.is_node(&node).await.unwrap_or(false) || self.ensure_own(&found).await.is_ok() {
			return Ok(found);
		}
		// Two thirds stand behind the hash, whoever has signed what is served.
		let genuine = |url: String| {
			async move {
				let batch = fetch(url).await?;
				self.ensure_own(&batch).await.ok().map(|()| batch)
			}
			.boxed()
		};
		let better = tokio::time::timeout(SOON, self.first(view, genuine)).await;
		Ok(better.ok().flatten().unwrap_or(found))
	}

	/// Asks the other seats one after another until one has the right answer: the next one at once when one has none, and soon when one is
	/// slow, which is asked last from then on.
	async fn first<'a, T: 'a>(&'a self, view: &View, ask: impl Fn(String) -> BoxFuture<'a, Option<T>>) -> Option<T> {
		let mut asked = FuturesUnordered::new();
		let mut waiting = self.reachable(view).into_iter();
		loop {
			let next = waiting.next();
			asked.extend(next.iter().map(|url| ask(url.clone())));
			let answer = match &next {
				None => asked.next().await?,
				Some(url) => match tokio::time::timeout(NEXT, asked.next()).await {
					Ok(answer) => answer?,
					// Its answer is still welcome later.
					Err(_) => {
						note(&self.slow, url);
						None
					},
				},
			};
			if answer.is_some() {
				return answer;
			}
		}
	}

	/// Fetches a batch from another seat.
	pub async fn fetch_batch(&self, url: &str, node: &Account, number: u64) -> Result<SignedBatch, PeerError> {
		let bytes = self.get(&format!("{url}/v1/batches/{}/{number}", shown(node)), MAX_BATCH).await?;
		let wrong = |why: &str| PeerError::Wrong(format!("{url} has answered with {why}"));
		let batch = SignedBatch::parse(&bytes).map_err(|_| wrong("what is no batch"))?;
		let header = batch.batch.header();
		if (header.node, header.number) != (*node, number) {
			return Err(wrong("another batch"));
		}
		// Neither of key and signature is in the hash. Whoever breaks them must not keep others from being asked.
		if batch.is_signed() { Ok(batch) } else { Err(wrong("a batch that its key has not signed")) }
	}

	/// Returns where the other seats can be reached: last those that have not answered lately, for which every call would wait.
	fn reachable(&self, view: &View) -> Vec<String> {
		let mut urls: Vec<_> = view.endpoints.values().cloned().collect();
		for late in [&self.slow, &self.silent] {
			let late = late.lock().unwrap_or_else(PoisonError::into_inner);
			urls.sort_by_key(|url| late.get(url).is_some_and(|since| since.elapsed() < SILENT));
		}
		urls
	}

	/// Calls another seat.
	pub async fn get(&self, url: &str, limit: usize) -> Result<Vec<u8>, Error> {
		let answer = self.http.send(Method::GET, url, &[], Vec::new(), limit).await;
		let base = url.split_once("/v1/").map_or(url, |(base, _)| base);
		match &answer {
			Ok(_) => drop(self.silent.lock().unwrap_or_else(PoisonError::into_inner).remove(base)),
			Err(_) => note(&self.silent, base),
		}
		let response = answer?;
		if response.status.is_success() {
			return Ok(response.body);
		}
		let reason = format!("{} {}", response.status, String::from_utf8_lossy(&response.body));
		Err(Error::NoAnswer { url: url.into(), reason })
	}
}

/// Notes that a seat is late.
fn note(late: &Mutex<HashMap<String, Instant>>, url: &str) {
	let mut late = late.lock().unwrap_or_else(PoisonError::into_inner);
	late.retain(|_, since| since.elapsed() < SILENT);
	late.insert(url.into(), Instant::now());
}

/// Does work that takes a while on a thread for that.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
	match tokio::task::spawn_blocking(work).await {
		Ok(done) => done,
		// A fault of this program: nothing that depends on it may go on.
		Err(error) => std::panic::resume_unwind(error.into_panic()),
	}
}
