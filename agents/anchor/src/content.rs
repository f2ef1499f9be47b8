//! What a snapshot commits to: the operations of a list of batches, and the bits that follow.
//!
//! The leaves are the operations of all batches in the order of class, instance and sequence, and then of node, user and payload: so nobody
//! has a choice, operations that contradict each other stand side by side, and the bits of a token change in the order of its operations.

use crate::store::{Store, StoreError};
use smartlayer_client::api::anchor::{Listed, Listing, SignedBatch};
use smartlayer_commitment::{BitProof, Bitmap, CHUNK_BYTES, ChunkKey, Operation, OperationTree, Snapshot};
use smartlayer_statement::Account;
use sp_core::H256;
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::{Arc, Mutex, PoisonError},
};

/// How many batches a snapshot contains at most: more wait for the next one.
pub const MOST_LISTED: usize = 32_768;

/// How many contents are kept, besides those that are not final.
const MOST_KEPT: usize = 4;

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

/// Operations, in the order of the leaves, and the bits that they change.
type Collected = (Vec<Operation>, Vec<(H256, u64, bool)>);

/// Batches that are not taken in yet, by their nodes and numbers.
pub type Fetched = BTreeMap<(Account, u64), SignedBatch>;

/// Collects the operations of batches, fetched or taken in. Each one must be the one that is listed.
fn collect(store: &Store, nodes: &[Listed], fetched: &Fetched) -> Result<Collected, ContentError> {
	let mut collected = Vec::new();
	for listed in nodes {
		for (number, hash) in listed.numbered() {
			let node = listed.node;
			let is_listed = |signed: &SignedBatch| signed.batch.header().hash() == hash;
			let fetched = fetched.get(&(node, number)).filter(|signed| is_listed(signed)).cloned();
			let signed = match fetched {
				Some(signed) => Some(signed),
				None => store.batch(&node, number)?.filter(is_listed),
			};
			let signed = signed.ok_or(ContentError::Missing { node, number, hash })?;
			let entries = signed.batch.entries().iter();
			collected.extend(entries.map(|entry| (entry.operation, entry.body.bit)));
		}
	}
	collected.sort_unstable_by_key(|(operation, _)| {
		let Operation { class, instance, sequence, user, node, payload } = *operation;
		(class, instance, sequence, node, user, payload)
	});
	let bits = collected.iter().filter_map(|(operation, bit)| bit.map(|bit| (operation.class, bit.number, bit.set)));
	let bits = bits.collect();
	Ok((collected.into_iter().map(|(operation, _)| operation).collect(), bits))
}

fn set(bitmap: &mut Bitmap, bits: &[(H256, u64, bool)]) {
	for (class, number, value) in bits {
		bitmap.set(*class, *number, *value);
	}
}

/// Builds contents on top of each other: on the newest snapshot that is final, or on one that is not final yet.
pub struct Ledger {
	store: Store,
	inner: Mutex<Inner>,
	/// Contents of snapshots that are final, of which something was proved lately, the newest last.
	proved: Mutex<Vec<Arc<Content>>>,
}

struct Inner {
	/// The hash of the newest snapshot that is final.
	base: H256,
	/// The bitmap after it.
	bitmap: Arc<Bitmap>,
	/// The number of the next batch of each node after it.
	included: BTreeMap<Account, u64>,
	/// Contents that were built lately, on top of it.
	recent: Vec<Arc<Content>>,
}

/// What stands after a snapshot.
struct After {
	bitmap: Bitmap,
	included: BTreeMap<Account, u64>,
}

impl Ledger {
	/// Reads what is final.
	pub fn open(store: Store) -> Result<Self, StoreError> {
		let base = store.newest()?.map_or(H256::zero(), |(_, snapshot)| snapshot.hash());
		let included = store.nodes()?.into_iter().map(|(node, progress)| (node, progress.included)).collect();
		let inner = Inner { base, bitmap: Arc::new(store.bitmap()?), included, recent: Vec::new() };
		Ok(Self { store, inner: Mutex::new(inner), proved: Mutex::new(Vec::new()) })
	}

	/// Returns the content that a writer proposes: all batches that are certified, and in no snapshot up to its parent.
	pub fn propose(&self, interval: u32, parent: H256, void: u32) -> Result<Arc<Content>, ContentError> {
		let mut inner = self.lock();
		let after = inner.after(&self.store, parent)?;
		let (mut nodes, mut listed) = (Vec::new(), 0);
		for (node, progress) in self.store.nodes()? {
			let from = after.included.get(&node).copied().unwrap_or_default();
			let mut batches = Vec::new();
			for number in (from..progress.certified).take(MOST_LISTED.saturating_sub(listed)) {
				let signed = self.store.batch(&node, number)?.ok_or(StoreError::Damaged("a batch is missing"))?;
				batches.push(signed.batch.header().hash());
			}
			listed = listed.saturating_add(batches.len());
			if !batches.is_empty() {
				nodes.push(Listed { node, from, batches });
			}
		}
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
		Ok(self.lock().after(&self.store, parent)?.included)
	}

	/// Returns the contents that became final with a snapshot, from the oldest on. Each must be [finalised](Self::finalise) in order.
	pub fn until(&self, last: H256) -> Result<Vec<Arc<Content>>, ContentError> {
		self.lock().path(&self.store, last)
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
	pub fn finalised(&self, content: &Content) {
		let mut inner = self.lock();
		inner.base = content.listing.snapshot.hash();
		set(Arc::make_mut(&mut inner.bitmap), &content.bits);
		for listed in &content.listing.nodes {
			inner.included.insert(listed.node, listed.end());
		}
		let surplus = inner.recent.len().saturating_sub(MOST_KEPT);
		inner.recent.drain(..surplus);
	}

	/// Returns the content of an interval's snapshot that is final.
	pub fn of_interval(&self, interval: u32) -> Result<Option<Arc<Content>>, ContentError> {
		let Some(index) = self.store.index_of(interval)? else { return Ok(None) };
		// Held meanwhile, so that many who ask for the same do not build it at the same time.
		let mut proved = self.proved.lock().unwrap_or_else(PoisonError::into_inner);
		if let Some(known) = proved.iter().find(|known| known.listing.snapshot.interval == interval) {
			return Ok(Some(known.clone()));
		}
		let snapshots = self.store.snapshots(index)?;
		let snapshot = snapshots.last().ok_or(StoreError::Damaged("a snapshot is missing"))?;
		let listing = self.store.listing(&snapshot.hash())?.ok_or(StoreError::Damaged("a listing is missing"))?;
		let operations = self.store.operations(interval)?;
		let tree = OperationTree::new(&operations).ok_or(ContentError::Wrong("too many operations"))?;
		let content = Arc::new(Content { listing, operations, tree, bits: Vec::new() });
		let surplus = proved.len().saturating_add(1).saturating_sub(MOST_KEPT);
		proved.drain(..surplus);
		proved.push(content.clone());
		Ok(Some(content))
	}

	/// Proves the value of a bit after the newest snapshot that is final, and returns the interval of that. Nothing if there is none.
	pub fn prove_bit(&self, class: H256, bit: u64) -> Result<Option<(u32, bool, BitProof)>, ContentError> {
		let (base, bitmap) = {
			let inner = self.lock();
			(inner.base, inner.bitmap.clone())
		};
		let Some((_, newest)) = self.store.newest()?.filter(|(_, newest)| newest.hash() == base) else {
			return Ok(None);
		};
		// Others may go on meanwhile.
		let proof = bitmap.prove(class, bit).ok_or(ContentError::Wrong("too many bits"))?;
		Ok(Some((newest.interval, bitmap.get(class, bit), proof)))
	}

	fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
		self.inner.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Inner {
	/// Returns the contents from the first one that is not final up to a snapshot.
	fn path(&mut self, store: &Store, last: H256) -> Result<Vec<Arc<Content>>, ContentError> {
		let mut listings = Vec::new();
		let mut hash = last;
		while hash != self.base {
			let listing = store.listing(&hash)?.ok_or(ContentError::UnknownSnapshot(hash))?;
			// Older than the newest that is final: another fork, which will never be final.
			if hash == listing.snapshot.parent || hash.is_zero() {
				return Err(ContentError::UnknownSnapshot(last));
			}
			hash = listing.snapshot.parent;
			listings.push(listing);
		}
		let mut path: Vec<Arc<Content>> = Vec::new();
		for listing in listings.iter().rev() {
			path.push(self.content(store, listing, &Fetched::new())?);
		}
		Ok(path)
	}

	fn after(&mut self, store: &Store, parent: H256) -> Result<After, ContentError> {
		let path = self.path(store, parent)?;
		let (mut bitmap, mut included) = (Bitmap::clone(&self.bitmap), self.included.clone());
		for content in path {
			set(&mut bitmap, &content.bits);
			for listed in &content.listing.nodes {
				included.insert(listed.node, listed.end());
			}
		}
		Ok(After { bitmap, included })
	}

	fn content(&mut self, store: &Store, listing: &Listing, fetched: &Fetched) -> Result<Arc<Content>, ContentError> {
		if let Some(known) = self.recent.iter().find(|known| known.listing == *listing) {
			return Ok(known.clone());
		}
		let Snapshot { interval, parent, void, .. } = listing.snapshot;
		let after = self.after(store, parent)?;
		for listed in &listing.nodes {
			if after.included.get(&listed.node).copied().unwrap_or_default() != listed.from {
				return Err(ContentError::Wrong("the batches of a node do not follow on those of the parent"));
			}
		}
		let content = build(store, after, interval, parent, void, listing.nodes.clone(), fetched)?;
		if content.listing.snapshot != listing.snapshot {
			return Err(ContentError::Wrong("the snapshot is not what follows from its batches"));
		}
		Ok(self.keep(content))
	}

	fn keep(&mut self, content: Content) -> Arc<Content> {
		let hash = content.listing.snapshot.hash();
		let content = Arc::new(content);
		self.recent.retain(|known| known.listing.snapshot.hash() != hash);
		self.recent.push(content.clone());
		content
	}
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
	let (operations, bits) = collect(store, &nodes, fetched)?;
	let mut bitmap = after.bitmap;
	set(&mut bitmap, &bits);
	let too_many = || ContentError::Wrong("too many operations");
	let tree = OperationTree::new(&operations).ok_or_else(too_many)?;
	let snapshot = Snapshot {
		interval,
		parent,
		void,
		operations: tree.commitment(),
		bitmap: bitmap.commit().ok_or_else(too_many)?,
	};
	Ok(Content { listing: Listing { snapshot, nodes }, operations, tree, bits })
}
