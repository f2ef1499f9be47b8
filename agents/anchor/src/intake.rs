//! Batches of service nodes: verified, taken in, and certified once two thirds of the seats have them.

use crate::store::{Backing, Progress, Store, StoreError};
use smartlayer_client::{
	Address, Duty,
	api::anchor::{SignedBatch, SignedReceipt},
};
use smartlayer_commitment::Operation;
use smartlayer_statement::{Account, Entry, Header};
use smartlayer_token::{Refusal, State, verify};
use sp_core::H256;
use std::{
	collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
	sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Mutex as AsyncMutex;

/// How many batches of a node wait for their certificate at most: a node that is faster than the seats must wait.
pub const MOST_PENDING: usize = 64;

/// How many certificates are verified at a time, when seats or keys have changed, and one of each node at least: a second or two.
const MOST_VERIFIED: usize = 2_048;

/// Of how many nodes the states of a token are considered, if a node continues what another one has written.
const MOST_LINES: usize = 64;

/// Why a batch is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
	/// It is of another chain.
	#[error("the batch is of another chain")]
	AnotherChain,
	/// The signature is wrong.
	#[error("the batch is not signed by its key")]
	BadSignature,
	/// Another batch with this number was taken in.
	#[error("another batch of this node with the number {0} was taken in: both are kept as evidence")]
	Contradiction(u64),
	/// It is not the next one of its node.
	#[error("the next batch of this node has the number {0}")]
	NotNext(u64),
	/// Too many batches of the node wait for their certificate.
	#[error("{MOST_PENDING} batches of this node wait for the receipts of other anchors: try again later")]
	TooMany,
	/// An operation does not follow from what is known.
	#[error("operation {sequence} of the token {class:?}/{instance:?} is refused: {refusal}")]
	Refused {
		/// The class of the token.
		class: H256,
		/// Its instance.
		instance: H256,
		/// The number of the operation.
		sequence: u64,
		/// The rule that it breaks.
		refusal: Refusal,
	},
	/// Earlier operations of a token are not known here.
	#[error("operation {sequence} of the token {class:?}/{instance:?} follows on one that is not known here yet")]
	Unknown {
		/// The class of the token.
		class: H256,
		/// Its instance.
		instance: H256,
		/// The number of the operation.
		sequence: u64,
	},
	/// The database cannot be used.
	#[error(transparent)]
	Store(#[from] StoreError),
}

/// A batch that waits for its certificate.
struct Pending {
	hash: H256,
	/// The states that follow from it.
	states: BTreeMap<(H256, H256), State>,
}

/// The batches of a node that wait for their certificates.
#[derive(Default)]
struct Tail {
	progress: Progress,
	pending: VecDeque<Pending>,
}

impl Tail {
	/// Verifies the operations of a batch, and returns the states that follow. Those of a token that do not follow are an error, or left
	/// out with all that come after them.
	fn verify(
		&self,
		store: &Store,
		genesis: H256,
		signed: &SignedBatch,
		is_strict: bool,
	) -> Result<BTreeMap<(H256, H256), State>, IntakeError> {
		let mut states: BTreeMap<(H256, H256), State> = BTreeMap::new();
		let mut left_out = BTreeSet::new();
		for entry in signed.batch.entries() {
			let token = (entry.operation.class, entry.operation.instance);
			if left_out.contains(&token) {
				continue;
			}
			let after = match states.get(&token) {
				Some(before) => follows(genesis, before, entry),
				None => self.continues(store, genesis, &signed.batch.header().node, entry),
			};
			match after {
				Ok(after) => drop(states.insert(token, after)),
				Err(error) if is_strict || matches!(error, IntakeError::Store(_)) => return Err(error),
				Err(_) => {
					states.remove(&token);
					left_out.insert(token);
				},
			}
		}
		Ok(states)
	}

	/// Verifies an operation of a node on what this node has made of the token; or on what another one has, whose token it takes over. So
	/// nobody can make an operation wrong that follows on the node's own ones: whoever claims the token as well, what both have done stands
	/// side by side.
	fn continues(&self, store: &Store, genesis: H256, node: &Account, entry: &Entry) -> Result<State, IntakeError> {
		let (class, instance) = (entry.operation.class, entry.operation.instance);
		let waiting = self.pending.iter().rev().find_map(|pending| pending.states.get(&(class, instance)));
		let own = match waiting {
			Some(state) => Some(state.clone()),
			None => store.state(&class, &instance, node)?,
		};
		let before = own.unwrap_or_else(|| State::empty(class, instance));
		let mut refused = match follows(genesis, &before, entry) {
			Err(error) => error,
			after => return after,
		};
		for state in store.states(&class, &instance, MOST_LINES)? {
			match follows(genesis, &state, entry) {
				Ok(after) => return Ok(after),
				// That the operation before is not known says the least.
				Err(error) if matches!(refused, IntakeError::Unknown { .. }) => refused = error,
				Err(_) => {},
			}
		}
		Err(refused)
	}
}

/// Verifies an operation on a state.
fn follows(genesis: H256, before: &State, entry: &Entry) -> Result<State, IntakeError> {
	let Operation { class, instance, sequence, .. } = entry.operation;
	if sequence > before.sequence.saturating_add(1) {
		return Err(IntakeError::Unknown { class, instance, sequence });
	}
	verify(genesis, before, entry).map_err(|refusal| IntakeError::Refused { class, instance, sequence, refusal })
}

/// A batch that two thirds of the seats have, and this anchor lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
	/// The node.
	pub node: Account,
	/// The number.
	pub number: u64,
	/// The hash.
	pub hash: H256,
}

/// Takes batches in.
///
/// What is in memory of a node is taken out of its place while something is done with it. So whoever gives up in between leaves nothing
/// there, and the next one reads it from the database.
pub struct Intake {
	store: Store,
	genesis: H256,
	tails: Mutex<HashMap<Account, Arc<AsyncMutex<Option<Tail>>>>>,
	upheld: Mutex<Upheld>,
}

/// Which certificates hold with the present keys of the seats.
#[derive(Default)]
struct Upheld {
	/// The seats and their keys.
	seats: BTreeSet<(Account, Account)>,
	/// The number of the first batch of each node whose certificate does not hold.
	until: BTreeMap<Account, u64>,
}

/// Returns the seats and their keys.
pub fn seats_of(duty: &Duty) -> BTreeSet<(Account, Account)> {
	duty.order.iter().map(|seat| (seat.who.0, seat.key.0)).collect()
}

impl Intake {
	/// Creates an intake for a database.
	pub fn new(store: Store, genesis: H256) -> Self {
		Self { store, genesis, tails: Mutex::default(), upheld: Mutex::default() }
	}

	/// Takes a batch in, and returns the receipt. None if this anchor may not sign one.
	pub async fn take_in(&self, signed: SignedBatch) -> Result<Option<SignedReceipt>, IntakeError> {
		self.take(signed, Backing::Node).await
	}

	/// Takes in a batch that two thirds of the seats have, or that the chain has, also if this anchor has another one with its number.
	pub async fn adopt(&self, signed: SignedBatch, backing: Backing) -> Result<(), IntakeError> {
		self.take(signed, backing).await.map(|_| ())
	}

	async fn take(&self, signed: SignedBatch, backing: Backing) -> Result<Option<SignedReceipt>, IntakeError> {
		let header = *signed.batch.header();
		if header.genesis != self.genesis {
			return Err(IntakeError::AnotherChain);
		}
		if !signed.is_signed() {
			return Err(IntakeError::BadSignature);
		}
		let tail = self.tail(header.node);
		let mut guard = tail.lock().await;
		let mut held = guard.take();
		let taken = self.take_on(&mut held, &header, signed, backing).await;
		*guard = held.filter(|_| !is_behind(&taken));
		taken
	}

	async fn take_on(
		&self,
		tail: &mut Option<Tail>,
		header: &Header,
		signed: SignedBatch,
		backing: Backing,
	) -> Result<Option<SignedReceipt>, IntakeError> {
		let tail = self.loaded(&header.node, tail)?;
		let hash = header.hash();
		if header.number < tail.progress.next {
			let known = self.store.batch(&header.node, header.number)?;
			if known.is_some_and(|known| known.batch.header().hash() == hash) {
				return match self.store.take_in(signed, Backing::Node).await {
					Err(StoreError::Contradiction(number)) => Err(IntakeError::Contradiction(number)),
					taken => Ok(taken?),
				};
			}
			if header.number < backing.floor(&tail.progress) {
				self.store.keep_contradiction(signed).await?;
				return Err(IntakeError::Contradiction(header.number));
			}
			let kept = header.number.saturating_sub(tail.progress.certified);
			tail.pending.truncate(usize::try_from(kept).unwrap_or(usize::MAX));
			tail.progress.next = header.number;
			tail.progress.certified = tail.progress.certified.min(header.number);
		} else if header.number > tail.progress.next {
			return Err(IntakeError::NotNext(tail.progress.next));
		}
		let is_offered = backing == Backing::Node;
		if tail.pending.len() >= MOST_PENDING && is_offered {
			return Err(IntakeError::TooMany);
		}
		// What two thirds of the seats have verified stands, though this one may know a token otherwise.
		let states = tokio::task::block_in_place(|| tail.verify(&self.store, self.genesis, &signed, is_offered))?;
		let receipt = match self.store.take_in(signed.clone(), backing).await {
			Ok(receipt) => receipt,
			Err(StoreError::Contradiction(number)) => {
				self.store.keep_contradiction(signed).await?;
				return Err(IntakeError::Contradiction(number));
			},
			Err(error) => return Err(error.into()),
		};
		tail.pending.push_back(Pending { hash, states });
		tail.progress.next = header.number.saturating_add(1);
		Ok(receipt)
	}

	/// Certifies the batches of a node that two thirds of the seats have receipts of. Returns what this anchor lacks for the next one.
	pub async fn certify(&self, node: Account, duty: &Duty) -> Result<Option<Wanted>, IntakeError> {
		let tail = self.tail(node);
		let mut guard = tail.lock().await;
		let mut held = guard.take();
		let certified = self.certify_all(&mut held, node, duty).await;
		*guard = held.filter(|_| !is_behind(&certified));
		certified
	}

	async fn certify_all(
		&self,
		tail: &mut Option<Tail>,
		node: Account,
		duty: &Duty,
	) -> Result<Option<Wanted>, IntakeError> {
		loop {
			let number = self.loaded(&node, tail)?.progress.certified;
			let Some(hash) = agreed(&self.store.receipts(&node, number)?, duty) else { return Ok(None) };
			let wanted = Wanted { node, number, hash };
			if !self.certify_first(tail, &wanted).await? {
				return Ok(Some(wanted));
			}
			// What was verified now need not be verified again.
			if let Ok(mut upheld) = self.upheld.try_lock()
				&& upheld.seats == seats_of(duty)
				&& let Some(until) = upheld.until.get_mut(&node).filter(|until| **until == number)
			{
				*until = number.saturating_add(1);
			}
		}
	}

	/// Returns the number of the first batch of each node that no snapshot may have to include: it is not certified, or only with receipts of
	/// seats that have left, or by keys that they have replaced. Others could not verify its certificate any more. Honest seats sign again
	/// what they have. After a change of seats or keys all is verified again, so many batches with each call, of each node alike.
	pub fn upheld(&self, duty: &Duty) -> Result<BTreeMap<Account, u64>, StoreError> {
		let seats = seats_of(duty);
		let nodes = self.store.nodes()?;
		let mut upheld = self.upheld.lock().unwrap_or_else(PoisonError::into_inner);
		if upheld.seats != seats {
			*upheld = Upheld { seats, until: BTreeMap::new() };
		}
		let mut open = Vec::new();
		for (node, progress) in nodes {
			let until = upheld.until.entry(node).or_default();
			*until = (*until).clamp(progress.included, progress.certified.max(progress.included));
			open.extend((*until < progress.certified).then_some((node, progress.certified)));
		}
		let mut verified = 0usize;
		while !open.is_empty() && verified < MOST_VERIFIED {
			let mut rest = Vec::new();
			for (node, certified) in open {
				let until = upheld.until.entry(node).or_default();
				let Some((hash, _)) = self.store.pending(&node, *until)? else { continue };
				verified = verified.saturating_add(1);
				if agreed(&self.store.receipts(&node, *until)?, duty) == Some(hash) {
					*until = until.saturating_add(1);
					rest.extend((*until < certified).then_some((node, certified)));
				}
			}
			open = rest;
		}
		Ok(upheld.until.clone())
	}

	/// Certifies the next batch of a node because a snapshot on the chain contains it. Returns whether it is certified.
	pub async fn certify_written(&self, wanted: &Wanted) -> Result<bool, IntakeError> {
		let tail = self.tail(wanted.node);
		let mut guard = tail.lock().await;
		let mut held = guard.take();
		let certified = match self.loaded(&wanted.node, &mut held).map(|tail| tail.progress.certified) {
			Ok(certified) if certified == wanted.number => self.certify_first(&mut held, wanted).await,
			Ok(certified) => Ok(certified > wanted.number),
			Err(error) => Err(error),
		};
		*guard = held.filter(|_| !is_behind(&certified));
		certified
	}

	/// Certifies the first batch that waits, if it is this one.
	async fn certify_first(&self, tail: &mut Option<Tail>, wanted: &Wanted) -> Result<bool, IntakeError> {
		let tail = self.loaded(&wanted.node, tail)?;
		let Some(first) = tail.pending.front().filter(|first| first.hash == wanted.hash) else { return Ok(false) };
		let states = first.states.values().cloned().collect();
		self.store.certify(wanted.node, wanted.number, states).await?;
		tail.pending.pop_front();
		tail.progress.certified = wanted.number.saturating_add(1);
		Ok(true)
	}

	fn tail(&self, node: Account) -> Arc<AsyncMutex<Option<Tail>>> {
		self.tails.lock().unwrap_or_else(PoisonError::into_inner).entry(node).or_default().clone()
	}

	/// Reads how far a node is, and what follows from the batches that wait for their certificate.
	fn loaded<'a>(&self, node: &Account, tail: &'a mut Option<Tail>) -> Result<&'a mut Tail, IntakeError> {
		if tail.is_none() {
			let progress = self.store.progress(node)?;
			let mut loaded = Tail { progress, pending: VecDeque::new() };
			for number in progress.certified..progress.next {
				let signed = self.store.batch(node, number)?.ok_or(StoreError::Damaged("a batch is missing"))?;
				// Each one was verified when it was taken in.
				let states = loaded.verify(&self.store, self.genesis, &signed, false)?;
				loaded.pending.push_back(Pending { hash: signed.batch.header().hash(), states });
			}
			*tail = Some(loaded);
		}
		tail.as_mut().ok_or(IntakeError::Store(StoreError::Ending))
	}
}

/// Returns whether the database is ahead of what is in memory.
const fn is_behind<T>(result: &Result<T, IntakeError>) -> bool {
	matches!(result, Err(IntakeError::Store(StoreError::NotNext(_))))
}

/// Returns the hash that two thirds of the seats have receipts of.
pub fn agreed(receipts: &[SignedReceipt], duty: &Duty) -> Option<H256> {
	// A seat that has signed two is counted for both: otherwise it could keep honest ones from agreeing. While less than a third do so,
	// no two batches have two thirds.
	let mut seats: BTreeMap<H256, BTreeMap<Account, (&SignedReceipt, Address)>> = BTreeMap::new();
	for signed in receipts {
		// Those of anchors that have left their seats do not count.
		if let Some(seat) = duty.seat(&signed.receipt.seat) {
			seats.entry(signed.receipt.batch).or_default().insert(signed.receipt.seat, (signed, seat.key));
		}
	}
	// Nor those by keys that were replaced: their owner may have signed others. Only what is enough is worth the look.
	let is_enough = |count: usize| count >= duty.two_thirds();
	let mut enough = seats.into_iter().filter(|(_, seats)| is_enough(seats.len()));
	let agreed =
		enough.find(|(_, seats)| is_enough(seats.values().filter(|(signed, key)| signed.is_signed_by(key)).count()));
	agreed.map(|(hash, _)| hash)
}

/// Returns whether a seat has signed a receipt with its key.
pub fn is_genuine(signed: &SignedReceipt, genesis: H256, duty: &Duty) -> bool {
	let seat = duty.seat(&signed.receipt.seat);
	signed.receipt.genesis == genesis && seat.is_some_and(|seat| signed.is_signed_by(&seat.key))
}

/// Returns the name of a node in the log.
pub fn shown(node: &Account) -> Address {
	Address(*node)
}
