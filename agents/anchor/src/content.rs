//! What a snapshot commits to: the operations of a list of batches, and the bits that follow.
//!
//! The leaves are the operations of all batches in the order of class, instance and sequence, and then of node, user and payload: so nobody
//! has a choice, operations that contradict each other stand side by side, and the bits of a token change in the order of its operations.

use crate::store::{Store, StoreError};
use smartlayer_client::api::anchor::{Listed, Listing, SignedBatch};
use smartlayer_commitment::{
	AncestryProof, BitProof, Bitmap, BitmapTree, CHUNK_BYTES, ChunkKey, HistoryTree, Operation, OperationTree, Snapshot,
};
use smartlayer_statement::{Account, Batch, BitChange, Entry, MAX_OPERATIONS};
use sp_core::H256;
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::{Arc, Mutex, PoisonError},
};

/// How many batches a snapshot contains at most, and how many operations: more wait for the next one.
pub const MOST_LISTED: usize = 32_768;
/// How many operations a snapshot contains at most.
pub const MOST_OPERATIONS: usize = 1 << 20;

/// How many contents that were built lately are kept.
const MOST_RECENT: usize = 8;
/// How many operations of snapshots that are final are kept with their trees, for proofs: some 250 bytes each.
const MOST_KEPT: usize = 1 << 21;

/// Why there is no content.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
	/// A batch is not here, or another one with its number is.
	#[error("batch {number} of the node {} is not here", smartlayer_client::Address(*.node))]
	Missing {
		/// The node.
		node: Account,
		/// The number.
		number: u64,
		/// Its hash.
		hash: H256,
	},
	/// The list of a snapshot is not here.
	#[error("the batches of the snapshot {0:?} are not known")]
	UnknownSnapshot(H256),
	/// The snapshot is not what follows from its batches.
	#[error("{0}")]
	Wrong(&'static str),
	/// The database cannot be read.
	#[error(transparent)]
	Store(#[from] StoreError),
}

/// The content of a snapshot.
#[derive(Debug)]
pub struct Content {
	/// The snapshot, and its batches.
	pub listing: Listing,
	/// The operations in the order of the leaves.
	pub operations: Vec<Operation>,
	/// Their tree.
	pub tree: OperationTree,
	/// The bits that are set or cleared, in order.
	bits: Vec<(H256, u64, bool)>,
}

impl Content {
	/// Proves an operation. Nothing if it is not part of the snapshot.
	pub fn index_of(&self, class: &H256, instance: &H256, sequence: u64) -> Option<u32> {
		let place = |operation: &Operation| (operation.class, operation.instance, operation.sequence);
		let found = self.operations.binary_search_by_key(&(*class, *instance, sequence), place);
		found.ok().and_then(|index| u32::try_from(index).ok())
	}
}

/// The content of a snapshot that is final, as it is stored.
#[derive(Debug)]
pub struct Final {
	/// The snapshot, and its batches.
	pub listing: Listing,
	/// The operations in the order of the leaves.
	pub operations: Vec<Operation>,
	/// The chunks of the bitmap that have changed: their bits, if any is set.
	pub chunks: Vec<(ChunkKey, Option<Box<[u8; CHUNK_BYTES]>>)>,
}

/// An operation of a batch, as far as a snapshot commits to it. It is hashed once, when the batch is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
	/// The operation.
	pub operation: Operation,
	/// Its leaf hash.
	pub hash: H256,
	/// The bit that it sets or clears.
	pub bit: Option<BitChange>,
}

impl Leaf {
	/// Returns those of a batch.
	pub fn all(batch: &Batch) -> Vec<Self> {
		let leaf =
			|Entry { operation, body }: &Entry| Self { operation: *operation, hash: operation.leaf(), bit: body.bit };
		batch.entries().iter().map(leaf).collect()
	}
}

/// Batches that are not taken in yet, by their nodes and numbers.
pub type Fetched = BTreeMap<(Account, u64), SignedBatch>;

/// Collects the operations of batches, fetched or taken in, in the order of the leaves. Each batch must be the one that is listed.
fn collect(store: &Store, nodes: &[Listed], fetched: &Fetched) -> Result<Vec<Leaf>, ContentError> {
	let mut leaves = Vec::new();
	for listed in nodes {
		for (number, hash) in listed.numbered() {
			let node = listed.node;
			let is_listed = |signed: &&SignedBatch| signed.batch.header().hash() == hash;
			match fetched.get(&(node, number)).filter(is_listed) {
				Some(signed) => leaves.extend(Leaf::all(&signed.batch)),
				None => match store.leaves(&node, number)?.filter(|(batch, _)| *batch == hash) {
					Some((_, taken_in)) => leaves.extend(taken_in),
					None => return Err(ContentError::Missing { node, number, hash }),
				},
			}
			if leaves.len() > MOST_OPERATIONS {
				return Err(ContentError::Wrong("a snapshot has at most 1,048,576 operations"));
			}
		}
	}
	leaves.sort_unstable_by_key(|leaf| {
		let Operation { class, instance, sequence, user, node, payload } = leaf.operation;
		(class, instance, sequence, node, user, payload)
	});
	Ok(leaves)
}

fn set(bitmap: &mut Bitmap, bits: &[(H256, u64, bool)]) {
	for (class, number, value) in bits {
		bitmap.set(*class, *number, *value);
	}
}

/// Returns whether a list has no place for another batch.
const fn is_full(batches: usize, operations: usize) -> bool {
	batches >= MOST_LISTED || operations.saturating_add(MAX_OPERATIONS) > MOST_OPERATIONS
}

/// Returns a batch that a list with so many operations leaves out: it was certified, and is in no snapshot up to the parent either. One that
/// is full leaves out what has no place, of each node alike. `included` and `certified` have the number of the next batch of each node.
pub fn first_left_out(
	listing: &Listing,
	operations: usize,
	included: &BTreeMap<Account, u64>,
	certified: &BTreeMap<Account, u64>,
) -> Option<(Account, u64)> {
	let counts = || listing.nodes.iter().map(|listed| listed.batches.len());
	let is_full = is_full(counts().sum(), operations);
	let most = counts().max().unwrap_or_default();
	certified.iter().find_map(|(node, certified)| {
		let listed = listing.nodes.iter().find(|listed| listed.node == *node);
		let end = listed.map(Listed::end).or_else(|| included.get(node).copied()).unwrap_or_default();
		let count = listed.map_or(0, |listed| listed.batches.len());
		let is_left_out = end < *certified && (!is_full || count.saturating_add(1) < most);
		is_left_out.then_some((*node, end))
	})
}

/// Chooses the batches of a snapshot: the first one that waits of each node, then the second one, as long as there is a place. So nobody who
/// has many keeps others from theirs.
fn choose(
	store: &Store,
	included: &BTreeMap<Account, u64>,
	certified: &BTreeMap<Account, u64>,
) -> Result<Vec<Listed>, ContentError> {
	let waiting = certified.iter().map(|(node, certified)| {
		let from = included.get(node).copied().unwrap_or_default();
		(Listed { node: *node, from, batches: Vec::new() }, *certified)
	});
	let mut waiting: Vec<_> = waiting.filter(|(listed, certified)| listed.from < *certified).collect();
	let (mut batches, mut operations, mut is_more) = (0, 0, true);
	while std::mem::take(&mut is_more) {
		for (listed, certified) in &mut waiting {
			if listed.end() >= *certified {
				continue;
			}
			if is_full(batches, operations) {
				break;
			}
			let pending = store.pending(&listed.node, listed.end())?;
			let (hash, count) = pending.ok_or(StoreError::Damaged("a batch is missing"))?;
			listed.batches.push(hash);
			(batches, operations, is_more) = (batches.saturating_add(1), operations.saturating_add(count), true);
		}
	}
	Ok(waiting.into_iter().map(|(listed, _)| listed).filter(|listed| !listed.batches.is_empty()).collect())
}

/// Builds contents on top of each other: on the newest snapshot that is final, or on one that is not final yet.
pub struct Ledger {
	store: Store,
	inner: Mutex<Inner>,
	/// Contents of snapshots that are final: of the last ones, and of others of which something was proved lately.
	proved: Mutex<Vec<Arc<Content>>>,
	/// Held while one of these is built.
	building: Mutex<()>,
	/// The bits after the newest snapshot that is final, once one of them was proved.
	bits: Mutex<Option<Arc<Bits>>>,
	/// All snapshots that are final.
	history: Mutex<HistoryTree>,
}

/// The bits after a snapshot, for proofs.
struct Bits {
	/// The interval of the snapshot.
	interval: u32,
	bitmap: Arc<Bitmap>,
	tree: BitmapTree,
}

struct Inner {
	/// The newest snapshot that is final.
	base: Base,
	/// The bitmap after it.
	bitmap: Arc<Bitmap>,
	/// The number of the next batch of each node after it.
	included: BTreeMap<Account, u64>,
	/// Contents that were built lately, on top of it.
	recent: Vec<Arc<Content>>,
	/// What stands after the snapshot that was last built upon.
	last: Option<(H256, After)>,
}

/// The newest snapshot that is final: its hash, and its interval. A hash of zeros if there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Base {
	/// The hash.
	pub hash: H256,
	/// The interval.
	pub interval: Option<u32>,
}

impl Base {
	fn of(snapshot: &Snapshot) -> Self {
		Self { hash: snapshot.hash(), interval: Some(snapshot.interval) }
	}

	/// Returns whether a snapshot cannot follow on it: it is not newer, so it is of another fork.
	pub fn is_past(&self, snapshot: &Snapshot) -> bool {
		self.interval.is_some_and(|interval| snapshot.interval <= interval)
	}
}

/// What stands after a snapshot.
#[derive(Clone)]
struct After {
	bitmap: Bitmap,
	included: BTreeMap<Account, u64>,
}

impl Ledger {
	/// Reads what is final.
	pub fn open(store: Store) -> Result<Self, StoreError> {
		let base = store.newest()?.map(|(_, snapshot)| Base::of(&snapshot)).unwrap_or_default();
		let included = store.nodes()?.into_iter().map(|(node, progress)| (node, progress.included)).collect();
		let mut history = HistoryTree::default();
		store.each_snapshot(|snapshot| history.append(snapshot.leaf()))?;
		let inner = Inner { base, bitmap: Arc::new(store.bitmap()?), included, recent: Vec::new(), last: None };
		let (proved, building, bits) = (Mutex::default(), Mutex::default(), Mutex::default());
		Ok(Self { store, inner: Mutex::new(inner), proved, building, bits, history: Mutex::new(history) })
	}

	/// Returns the content that a writer proposes: all batches that are certified, and in no snapshot up to its parent. `certified` has the
	/// number of the next batch of each node that is not.
	pub fn propose(
		&self,
		interval: u32,
		parent: H256,
		void: u32,
		certified: &BTreeMap<Account, u64>,
	) -> Result<Arc<Content>, ContentError> {
		let mut inner = self.lock();
		let after = inner.after(&self.store, parent)?;
		let nodes = choose(&self.store, &after.included, certified)?;
		let content = build(&self.store, after, interval, parent, void, nodes, &Fetched::new())?;
		Ok(inner.keep(content))
	}

	/// Returns the content of a listing, if the snapshot is what follows from its batches: from those that were fetched, and those that
	/// were taken in.
	pub fn check(&self, listing: &Listing, fetched: &Fetched) -> Result<Arc<Content>, ContentError> {
		let mut inner = self.lock();
		inner.content(&self.store, listing, fetched)
	}

	/// Returns the numbers of the next batch of each node after a snapshot.
	pub fn included(&self, parent: H256) -> Result<BTreeMap<Account, u64>, ContentError> {
		let (base, mut included) = {
			let inner = self.lock();
			(inner.base, inner.included.clone())
		};
		for listing in listings(&self.store, &base, parent, |_| false)?.iter().rev() {
			for listed in &listing.nodes {
				included.insert(listed.node, listed.end());
			}
		}
		Ok(included)
	}

	/// Returns the newest snapshot that is final.
	pub fn base(&self) -> Base {
		self.lock().base
	}

	/// Returns what is stored of the next content that is final.
	pub fn finalise(&self, content: &Content) -> Final {
		let inner = self.lock();
		let mut bitmap = Bitmap::clone(&inner.bitmap);
		set(&mut bitmap, &content.bits);
		let keys: BTreeSet<_> = content.bits.iter().map(|(class, number, _)| ChunkKey::of(*class, *number)).collect();
		let chunks = keys.into_iter().map(|key| (key, bitmap.chunk(&key).map(|bits| Box::new(*bits)))).collect();
		Final { listing: content.listing.clone(), operations: content.operations.clone(), chunks }
	}

	/// Builds on a content from now on, which was stored.
	pub fn finalised(&self, content: &Arc<Content>) {
		let snapshot = &content.listing.snapshot;
		let mut inner = self.lock();
		inner.base = Base::of(snapshot);
		set(Arc::make_mut(&mut inner.bitmap), &content.bits);
		for listed in &content.listing.nodes {
			inner.included.insert(listed.node, listed.end());
		}
		inner.recent.retain(|recent| recent.listing.snapshot.interval > snapshot.interval);
		drop(inner);
		self.history.lock().unwrap_or_else(PoisonError::into_inner).append(snapshot.leaf());
		*self.bits.lock().unwrap_or_else(PoisonError::into_inner) = None;
		keep_proved(&mut self.proved.lock().unwrap_or_else(PoisonError::into_inner), content.clone());
	}

	/// Returns the content of an interval's snapshot that is final.
	pub fn of_interval(&self, interval: u32) -> Result<Option<Arc<Content>>, ContentError> {
		let Some(index) = self.store.index_of(interval)? else { return Ok(None) };
		if let Some(known) = self.known(interval) {
			return Ok(Some(known));
		}
		// Held meanwhile, so that many who ask for the same do not build it at the same time.
		let _building = self.building.lock().unwrap_or_else(PoisonError::into_inner);
		if let Some(known) = self.known(interval) {
			return Ok(Some(known));
		}
		let snapshot = self.store.snapshot(index)?.ok_or(StoreError::Damaged("a snapshot is missing"))?;
		let listing = self.store.listing(&snapshot.hash())?.ok_or(StoreError::Damaged("a listing is missing"))?;
		let operations = self.store.operations(interval)?;
		let tree = OperationTree::new(&operations).ok_or(ContentError::Wrong("too many operations"))?;
		let content = Arc::new(Content { listing, operations, tree, bits: Vec::new() });
		keep_proved(&mut self.proved.lock().unwrap_or_else(PoisonError::into_inner), content.clone());
		Ok(Some(content))
	}

	fn known(&self, interval: u32) -> Option<Arc<Content>> {
		let proved = self.proved.lock().unwrap_or_else(PoisonError::into_inner);
		proved.iter().find(|known| known.listing.snapshot.interval == interval).cloned()
	}

	/// Proves the value of a bit after the newest snapshot that is final, and returns the interval of that. Nothing if there is none.
	pub fn prove_bit(&self, class: H256, bit: u64) -> Result<Option<(u32, bool, BitProof)>, ContentError> {
		let Some(bits) = self.bits()? else { return Ok(None) };
		let proof = bits.tree.prove(class, bit).ok_or(ContentError::Wrong("too many bits"))?;
		Ok(Some((bits.interval, bits.bitmap.get(class, bit), proof)))
	}

	fn bits(&self) -> Result<Option<Arc<Bits>>, ContentError> {
		// Held meanwhile, as above.
		let mut kept = self.bits.lock().unwrap_or_else(PoisonError::into_inner);
		if let Some(bits) = kept.as_ref() {
			return Ok(Some(bits.clone()));
		}
		let (base, bitmap) = {
			let inner = self.lock();
			(inner.base, inner.bitmap.clone())
		};
		let Some((_, newest)) = self.store.newest()?.filter(|(_, newest)| newest.hash() == base.hash) else {
			return Ok(None);
		};
		let tree = bitmap.tree().ok_or(ContentError::Wrong("too many bits"))?;
		let bits = Arc::new(Bits { interval: newest.interval, bitmap, tree });
		*kept = Some(bits.clone());
		Ok(Some(bits))
	}

	/// Proves an interval's snapshot in the history up to the newest one that is final. Returns the number of snapshots in that as well.
	pub fn prove_snapshot(&self, interval: u32) -> Result<Option<(Snapshot, u64, AncestryProof)>, StoreError> {
		let Some(index) = self.store.index_of(interval)? else { return Ok(None) };
		let snapshot = self.store.snapshot(index)?.ok_or(StoreError::Damaged("a snapshot is missing"))?;
		let history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
		// One that was stored a moment ago is not in the history yet.
		Ok(history.prove(index).map(|proof| (snapshot, history.count(), proof)))
	}

	fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
		self.inner.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Inner {
	/// Returns what stands after a snapshot: each list is applied on top of the one before, from the newest snapshot that is final on, or
	/// from the one that was last built upon.
	fn after(&mut self, store: &Store, last: H256) -> Result<After, ContentError> {
		let known = self.last.as_ref().map(|(hash, _)| *hash);
		let listings = listings(store, &self.base, last, |hash| known == Some(*hash))?;
		let from = listings.last().map_or(last, |first| first.snapshot.parent);
		let mut after = match &self.last {
			Some((hash, after)) if *hash == from => after.clone(),
			_ => After { bitmap: Bitmap::clone(&self.bitmap), included: self.included.clone() },
		};
		for listing in listings.iter().rev() {
			let content = match self.known(listing) {
				Some(known) => known,
				None => self.keep(build_listed(store, after.clone(), listing, &Fetched::new())?),
			};
			set(&mut after.bitmap, &content.bits);
			for listed in &listing.nodes {
				after.included.insert(listed.node, listed.end());
			}
		}
		self.last = Some((last, after.clone()));
		Ok(after)
	}

	fn known(&self, listing: &Listing) -> Option<Arc<Content>> {
		self.recent.iter().find(|known| known.listing == *listing).cloned()
	}

	fn content(&mut self, store: &Store, listing: &Listing, fetched: &Fetched) -> Result<Arc<Content>, ContentError> {
		if let Some(known) = self.known(listing) {
			return Ok(known);
		}
		let after = self.after(store, listing.snapshot.parent)?;
		Ok(self.keep(build_listed(store, after, listing, fetched)?))
	}

	fn keep(&mut self, content: Content) -> Arc<Content> {
		let hash = content.listing.snapshot.hash();
		let content = Arc::new(content);
		self.recent.retain(|known| known.listing.snapshot.hash() != hash);
		self.recent.push(content.clone());
		let surplus = self.recent.len().saturating_sub(MOST_RECENT);
		self.recent.drain(..surplus);
		content
	}
}

/// Returns the lists of the snapshots from this one back to the first one after the newest that is final, or after one that is known.
fn listings(
	store: &Store,
	base: &Base,
	last: H256,
	is_known: impl Fn(&H256) -> bool,
) -> Result<Vec<Listing>, ContentError> {
	let mut listings = Vec::new();
	let mut hash = last;
	while hash != base.hash && !is_known(&hash) {
		let listing = store.listing(&hash)?.ok_or(ContentError::UnknownSnapshot(hash))?;
		if base.is_past(&listing.snapshot) {
			return Err(ContentError::UnknownSnapshot(last));
		}
		hash = listing.snapshot.parent;
		listings.push(listing);
	}
	Ok(listings)
}

/// Keeps a content for proofs, and forgets the oldest ones if they are too many. The newest one always stays.
fn keep_proved(proved: &mut Vec<Arc<Content>>, content: Arc<Content>) {
	proved.push(content);
	let mut operations = 0usize;
	let fits = |content: &&Arc<Content>| {
		operations = operations.saturating_add(content.operations.len());
		operations <= MOST_KEPT
	};
	let kept = proved.iter().rev().take_while(fits).count().max(1);
	proved.drain(..proved.len().saturating_sub(kept));
}

/// Builds the content of a list on what stands after its parent. The snapshot must be what follows.
fn build_listed(store: &Store, after: After, listing: &Listing, fetched: &Fetched) -> Result<Content, ContentError> {
	let Snapshot { interval, parent, void, .. } = listing.snapshot;
	if listing.nodes.iter().map(|listed| listed.batches.len()).sum::<usize>() > MOST_LISTED {
		return Err(ContentError::Wrong("a snapshot has at most 32,768 batches"));
	}
	for listed in &listing.nodes {
		if after.included.get(&listed.node).copied().unwrap_or_default() != listed.from {
			return Err(ContentError::Wrong("the batches of a node do not follow on those of the parent"));
		}
	}
	let content = build(store, after, interval, parent, void, listing.nodes.clone(), fetched)?;
	if content.listing.snapshot != listing.snapshot {
		return Err(ContentError::Wrong("the snapshot is not what follows from its batches"));
	}
	Ok(content)
}

fn build(
	store: &Store,
	after: After,
	interval: u32,
	parent: H256,
	void: u32,
	nodes: Vec<Listed>,
	fetched: &Fetched,
) -> Result<Content, ContentError> {
	let leaves = collect(store, &nodes, fetched)?;
	let bits = leaves.iter().filter_map(|leaf| leaf.bit.map(|bit| (leaf.operation.class, bit.number, bit.set)));
	let bits: Vec<_> = bits.collect();
	let mut bitmap = after.bitmap;
	set(&mut bitmap, &bits);
	let too_many = || ContentError::Wrong("too many operations");
	let tree = OperationTree::from_leaves(leaves.iter().map(|leaf| leaf.hash).collect()).ok_or_else(too_many)?;
	let operations = leaves.into_iter().map(|leaf| leaf.operation).collect();
	let snapshot = Snapshot {
		interval,
		parent,
		void,
		operations: tree.commitment(),
		bitmap: bitmap.commit().ok_or_else(too_many)?,
	};
	Ok(Content { listing: Listing { snapshot, nodes }, operations, tree, bits })
}
