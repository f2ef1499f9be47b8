//! An anchor that is killed between every two steps, and is then tempted to sign something else.

use super::*;
use smartlayer_anchor::content::Fetched;
use smartlayer_client::api::anchor::{Listing, is_co_signed};
use smartlayer_commitment::Snapshot;

/// What an anchor does in two intervals, a step after the other. Each one is over when its answer has left the anchor.
const STEPS: [Step; 12] = [
	Step::TakeIn(0),
	Step::Receipts(0),
	Step::Certify,
	Step::TakeIn(1),
	Step::CoSign { interval: 1, writer: "//Alice" },
	Step::CoSign { interval: 1, writer: "//Bob" },
	Step::Receipts(1),
	Step::Finalise(1),
	Step::Certify,
	Step::TakeIn(2),
	Step::CoSign { interval: 2, writer: "//Bob" },
	Step::Finalise(2),
];

#[derive(Clone, Copy)]
enum Step {
	TakeIn(usize),
	/// Of the two other seats that have the batch.
	Receipts(usize),
	Certify,
	CoSign {
		interval: u32,
		writer: &'static str,
	},
	Finalise(u32),
}

/// What has left an anchor with its signature, by what it may say only one thing of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Said {
	receipts: BTreeMap<u64, H256>,
	co_signatures: BTreeMap<(u32, Account, H256), H256>,
}

impl Said {
	fn receipt(&mut self, number: u64, batch: H256) {
		assert_eq!(*self.receipts.entry(number).or_insert(batch), batch, "two receipts with the number {number}");
	}

	/// Returns how many receipts and co-signatures are not those of another life.
	fn others(&self, life: &Self) -> (usize, usize) {
		let receipts = self.receipts.iter().filter(|(number, hash)| life.receipts.get(*number) != Some(*hash));
		let signatures = self.co_signatures.iter().filter(|(of, hash)| life.co_signatures.get(*of) != Some(*hash));
		(receipts.count(), signatures.count())
	}

	fn co_signature(&mut self, writer: Account, snapshot: &Snapshot) {
		let said = self.co_signatures.entry((snapshot.interval, writer, snapshot.parent)).or_insert(snapshot.hash());
		assert_eq!(*said, snapshot.hash(), "two co-signatures in interval {}", snapshot.interval);
	}
}

/// The batches of a node, and those of its twin, which has the same key and has done something else.
struct World {
	batches: Vec<SignedBatch>,
	others: Vec<SignedBatch>,
	/// The lists of both intervals, as an anchor that nobody kills proposes them.
	listings: Vec<Listing>,
}

impl World {
	fn new() -> Self {
		let batches = |first: u64| {
			let mut eve = Node::new("//Eve");
			let mut next = |number| {
				let entries = eve.issue(number);
				eve.batch(entries)
			};
			(first..first + 3).map(&mut next).collect()
		};
		Self { batches: batches(1), others: batches(10), listings: Vec::new() }
	}

	fn listing(&self, interval: u32) -> &Listing {
		&self.listings[interval as usize - 1]
	}
}

impl Seat {
	/// Takes a step, or takes it again after a kill.
	async fn step(&self, world: &World, said: &mut Said, step: Step) {
		match step {
			Step::TakeIn(number) => {
				if let Ok(Some(receipt)) = self.intake.take_in(world.batches[number].clone()).await {
					said.receipt(receipt.receipt.number, receipt.receipt.batch);
				}
			},
			Step::Receipts(number) => {
				let receipts = ["//Charlie", "//Dave"].map(|seat| receipt(seat, &world.batches[number]));
				self.store.keep_receipts(receipts.into(), None).await.unwrap();
			},
			Step::Certify => drop(self.intake.certify(account("//Eve"), &duty()).await.unwrap()),
			Step::CoSign { interval, writer } => self.sign(said, account(writer), world.listing(interval)).await,
			Step::Finalise(interval) => {
				let listing = world.listing(interval);
				let parent = self.store.newest().unwrap().map_or(H256::zero(), |(_, newest)| newest.hash());
				if parent == listing.snapshot.parent
					&& let Ok(content) = self.ledger.check(listing, &Fetched::new())
				{
					self.store.finalise(self.ledger.finalise(&content)).await.unwrap();
					self.ledger.finalised(&content);
				}
			},
		}
	}

	async fn sign(&self, said: &mut Said, writer: Account, listing: &Listing) {
		if let Ok(signature) = self.store.co_sign(writer, listing.clone()).await {
			let key = Address(account(self.uri));
			assert!(is_co_signed(&signature, GENESIS, &listing.snapshot, &writer, &key));
			said.co_signature(writer, &listing.snapshot);
			// What it proposes again as the writer, though more is certified now.
			let parent = listing.snapshot.parent;
			let known = self.store.co_signed(listing.snapshot.interval, &writer, &parent).unwrap();
			assert_eq!(known.as_ref(), Some(listing));
		}
	}

	/// Asks for a signature of everything that contradicts the life that it has led.
	async fn tempt(&self, world: &World, said: &mut Said) {
		for other in &world.others {
			if let Ok(Some(receipt)) = self.intake.take_in(other.clone()).await {
				said.receipt(receipt.receipt.number, receipt.receipt.batch);
			}
		}
		for listing in &world.listings {
			let mut other = listing.clone();
			other.snapshot.void += 1;
			for writer in ["//Alice", "//Bob"] {
				self.sign(said, account(writer), &other).await;
			}
		}
	}

	/// What is on disk at this moment, which is all that a kill leaves, opened as another process would.
	fn killed(&self) -> Self {
		let folder = TempDir::new().unwrap();
		std::fs::copy(self.path(), folder.path().join("anchor.redb")).unwrap();
		Self::open(folder, self.uri)
	}
}

/// Lives without a kill, and learns what is proposed in both intervals.
async fn undisturbed(world: &mut World) -> (Said, H256) {
	let (alice, mut said) = (Seat::new("//Alice"), Said::default());
	for step in STEPS {
		if let Step::CoSign { interval, .. } = step
			&& world.listings.len() < interval as usize
		{
			let (parent, void) = world.listings.last().map_or((H256::zero(), 1), |last| (last.snapshot.hash(), 0));
			world.listings.push(alice.propose(interval, parent, void).unwrap().listing.clone());
		}
		alice.step(world, &mut said, step).await;
	}
	let newest = alice.store.newest().unwrap().unwrap().1.hash();
	(said, newest)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anchor_that_is_killed_between_two_steps_should_neither_contradict_itself_nor_lose_anything() {
	let mut world = World::new();
	let (all, newest) = undisturbed(&mut world).await;
	assert_eq!((all.receipts.len(), all.co_signatures.len()), (3, 3));
	assert_eq!(world.listings.iter().map(|listing| listing.snapshot.operations.count).collect::<Vec<_>>(), [2, 2]);

	let (alice, mut said) = (Seat::new("//Alice"), Said::default());
	for kill in 0..=STEPS.len() {
		// Those who repeat what they have asked for come first: they get all answers again, with what was said before as well.
		let (survivor, mut says) = (alice.killed(), Said::default());
		for step in STEPS {
			survivor.step(&world, &mut says, step).await;
		}
		assert_eq!(says, all, "killed before step {kill}");
		assert_eq!(survivor.store.newest().unwrap().unwrap().1.hash(), newest, "killed before step {kill}");
		survivor.tempt(&world, &mut says).await;

		// Those who want something else come first: they get what it has not said yet, and nothing else.
		let (survivor, mut says) = (alice.killed(), said.clone());
		survivor.tempt(&world, &mut says).await;
		for step in STEPS {
			survivor.step(&world, &mut says, step).await;
		}
		assert_eq!(
			says.others(&all),
			(3 - said.receipts.len(), 4 - said.co_signatures.len()),
			"killed before step {kill}"
		);

		if let Some(step) = STEPS.get(kill) {
			alice.step(&world, &mut said, *step).await;
		}
	}
}
