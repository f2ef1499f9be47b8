//! A runtime with this pallet, and the traits of other pallets under control of the tests.

use crate as pallet_telemetry;
use crate::{Answer, AnswerOf, Event, PAGE, Readings, Windows};
use frame_support::{
	BoundedVec, derive_impl,
	pallet_prelude::DispatchResult,
	parameter_types,
	traits::{ConstU32, ConstU64, Hooks, Randomness},
	weights::{Weight, WeightMeter},
};
use smartlayer_commitment::{Claim, ClaimProof, ClaimTree};
use smartlayer_measurement::{Draw, Level, Measurement, Reading, SAMPLES};
use smartlayer_primitives::{
	Action, Bonding, ClosedWindows, Delta, OnWindowClosed, Role, Roster, Score, Seats, ServiceKeys, ServiceLevel,
	Window,
};
use smartlayer_statement::{Account, Probe, Statement};
use sp_core::{H256, Pair, sr25519};
use sp_runtime::{AccountId32, BuildStorage, MultiSignature, Perbill, traits::IdentityLookup};
use std::collections::BTreeMap;

/// Account ids.
pub type AccountId = AccountId32;
/// A page that was closed: its window, its number, and what was measured.
pub type Closed = (Window, u32, BTreeMap<u8, Measurement>);

/// The length of a window, in blocks.
pub const WINDOW: u64 = 10;
/// The length of the commit phase.
pub const COMMIT: u64 = 4;
/// The length of the reveal phase.
pub const REVEAL: u64 = 5;
/// The genesis hash.
pub const GENESIS: H256 = H256::repeat_byte(42);
/// The weight of closing a page in the tests.
pub const PAGE_WEIGHT: u64 = 1_000;

/// Returns an account: seats are 1 to 99, nodes 100 and more.
pub fn who(number: u16) -> AccountId {
	let mut bytes = [0; 32];
	bytes[..2].copy_from_slice(&number.to_le_bytes());
	AccountId::new(bytes)
}

/// The operator of a seat.
pub fn operator(number: u16) -> AccountId {
	who(number + 1_000)
}

/// The service key of a node.
pub fn key_of(node: &AccountId) -> sr25519::Pair {
	sr25519::Pair::from_seed(node.as_ref())
}

/// The hash of a block.
pub fn block_hash(block: u64) -> H256 {
	if block == 0 { GENESIS } else { H256::from_low_u64_be(block) }
}

parameter_types! {
	/// The seats.
	pub static Seated: Vec<u16> = Vec::new();
	/// The nodes of each page, with the first window in which each is measured.
	pub static Nodes: Vec<BTreeMap<u8, (Window, AccountId)>> = Vec::new();
	/// The randomness of the block before.
	pub static Seed: Option<H256> = None;
	/// By how many blocks the clock is behind the height.
	pub static Paused: u64 = 0;
	/// The pages that were closed.
	pub static ClosedPages: Vec<Closed> = Vec::new();
	/// The recorded actions.
	pub static Recorded: Vec<(AccountId, Action<u128>)> = Vec::new();
	/// The nodes that have replaced their keys, and the first block of the new one.
	pub static Replaced: BTreeMap<AccountId, u64> = BTreeMap::new();
	/// The nodes that are not bonded any more.
	pub static Unbonded: Vec<AccountId> = Vec::new();
	/// The lengths of the phases.
	pub static CommitPeriod: u64 = COMMIT;
	pub static RevealPeriod: u64 = REVEAL;
	/// The weight that the hook may use in a block.
	pub static HookWeight: Weight = Weight::from_parts(40_000, 0);
	pub const BondLossWeight: Weight = Weight::from_parts(1, 0);
}

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Telemetry = pallet_telemetry;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = AccountId;
	type Block = frame_system::mocking::MockBlock<Test>;
	type BlockHashCount = ConstU64<256>;
	type Lookup = IdentityLookup<AccountId>;
}

/// The clock.
pub struct PausedClock;

impl sp_runtime::traits::BlockNumberProvider for PausedClock {
	type BlockNumber = u64;

	fn current_block_number() -> u64 {
		System::block_number() - Paused::get()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_block_number(block: u64) {
		System::set_block_number(block);
	}
}

/// The other pallets.
pub struct Others;

impl Bonding<AccountId> for Others {
	fn qualifies(_: Role, _: &AccountId) -> bool {
		true
	}

	fn role(who: &AccountId) -> Option<Role> {
		let bytes: &[u8; 32] = who.as_ref();
		let is_node = (100..1_000).contains(&u16::from_le_bytes([bytes[0], bytes[1]]));
		let role = if is_node { Role::ServiceNode } else { Role::Anchor };
		(!Unbonded::get().contains(who)).then_some(role)
	}

	fn principal(account: &AccountId) -> AccountId {
		(1..100).find(|number| operator(*number) == *account).map_or_else(|| account.clone(), who)
	}

	fn seated(_: Role, _: &AccountId) {}

	fn unseated(_: Role, _: &AccountId) {}
}

impl Seats<AccountId, u64> for Others {
	fn seats() -> Vec<AccountId> {
		Seated::get().into_iter().map(who).collect()
	}

	fn void_since(_: u32) -> Option<u64> {
		None
	}

	fn most() -> u32 {
		32
	}
}

impl ServiceLevel<AccountId, u128> for Others {
	fn record(who: &AccountId, action: Action<u128>) -> Delta {
		Recorded::mutate(|recorded| recorded.push((who.clone(), action)));
		Delta::default()
	}

	fn score(_: Role, _: &AccountId) -> Score {
		Score::default()
	}

	fn slash_rate(_: Role, _: &AccountId) -> Perbill {
		Perbill::zero()
	}
}

impl ServiceKeys<AccountId, AccountId, u64> for Others {
	fn is_service_key(node: &AccountId, key: &AccountId, height: u64) -> bool {
		let is_first = *key == AccountId::from(key_of(node).public());
		is_first && Replaced::get().get(node).is_none_or(|from| height < *from)
	}

	fn weight() -> Weight {
		Weight::zero()
	}
}

impl Roster<AccountId> for Others {
	fn pages() -> u32 {
		Nodes::get().len() as u32
	}

	fn measured(window: Window, page: u32) -> Vec<(u8, AccountId)> {
		let nodes = Nodes::get().get(page as usize).cloned().unwrap_or_default();
		nodes.into_iter().filter(|(_, (first, _))| *first <= window).map(|(place, (_, node))| (place, node)).collect()
	}
}

impl Others {
	/// The number of nodes that are measured on a page.
	pub fn measured_on(window: Window, page: u32) -> usize {
		<Self as Roster<_>>::measured(window, page).len()
	}

	/// The nodes of the first page.
	pub fn measured_in(window: Window) -> Vec<(u8, AccountId)> {
		<Self as Roster<_>>::measured(window, 0)
	}
}

impl OnWindowClosed for Others {
	fn on_window_closed(window: Window, page: u32, measured: &BTreeMap<u8, Measurement>) {
		assert!(Telemetry::is_closed(page, window) && !Telemetry::is_closed(page + 1, window));
		ClosedPages::mutate(|closed| closed.push((window, page, measured.clone())));
	}

	fn weight() -> Weight {
		Weight::zero()
	}
}

impl Randomness<Option<H256>, u64> for Others {
	fn random(_: &[u8]) -> (Option<H256>, u64) {
		(Seed::get(), System::block_number())
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<AccountId, MultiSignature> for Others {
	fn prepare_seats(count: u32) -> Vec<AccountId> {
		Seated::set((1..=count as u16).collect());
		Self::seats()
	}

	fn prepare_page() -> Vec<(u8, AccountId, AccountId)> {
		Nodes::set(vec![page(0..=255)]);
		let nodes = Self::measured(Window::MAX, 0);
		nodes.into_iter().map(|(place, node)| (place, node.clone(), key_of(&node).public().into())).collect()
	}

	fn sign(key: &AccountId, bytes: &[u8]) -> MultiSignature {
		let nodes = Self::measured(Window::MAX, 0).into_iter().map(|(_, node)| key_of(&node));
		nodes.into_iter().find(|pair| AccountId::from(pair.public()) == *key).unwrap().sign(bytes).into()
	}

	fn prepare_randomness() {
		Seed::set(Some(H256::repeat_byte(1)));
	}
}

impl pallet_telemetry::Config for Test {
	type Balance = u128;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Others;
	type BlockNumberProvider = PausedClock;
	type BondLossWeight = BondLossWeight;
	type Bonding = Others;
	type CommitPeriod = CommitPeriod;
	type HookWeight = HookWeight;
	type MaxSeats = ConstU32<32>;
	type OnWindowClosed = Others;
	type Randomness = Others;
	type RevealPeriod = RevealPeriod;
	type Roster = Others;
	type Seats = Others;
	type ServiceKeys = Others;
	type ServiceLevel = Others;
	type Signature = MultiSignature;
	type WeightInfo = ();
	type WindowLength = ConstU64<WINDOW>;
}

/// A page with nodes at places, which are measured from the first window on.
pub fn page(places: impl IntoIterator<Item = u8>) -> BTreeMap<u8, (Window, AccountId)> {
	places.into_iter().map(|place| (place, (0, who(100 + u16::from(place))))).collect()
}

/// Builds a chain with five seats, and one page with the nodes 100, 103 and 107 at the places 0, 3 and 7.
pub fn chain() -> sp_io::TestExternalities {
	// Reset the state of earlier chains of this thread.
	Seated::set((1..=5).collect());
	Nodes::set(vec![page([0, 3, 7])]);
	Seed::set(Some(H256::repeat_byte(1)));
	Paused::take();
	ClosedPages::take();
	Recorded::take();
	Replaced::take();
	Unbonded::take();
	CommitPeriod::set(COMMIT);
	RevealPeriod::set(REVEAL);
	HookWeight::set(Weight::from_parts(40_000, 0));
	let config = RuntimeGenesisConfig::default();
	let mut externalities: sp_io::TestExternalities = config.build_storage().map(Into::into).unwrap();
	externalities.execute_with(|| {
		frame_system::BlockHash::<Test>::insert(0, GENESIS);
		System::set_block_number(0);
		pass(1);
	});
	externalities
}

/// Runs a test on a new chain, and checks the invariants at its end.
pub fn run(test: impl FnOnce()) {
	chain().execute_with(|| {
		test();
		Telemetry::do_try_state().unwrap();
	});
}

/// Lets blocks pass.
pub fn pass(blocks: u64) {
	for _ in 0..blocks {
		let block = System::block_number() + 1;
		frame_system::BlockHash::<Test>::insert(block - 1, block_hash(block - 1));
		System::set_block_number(block);
		Seed::mutate(|seed| *seed = seed.map(|seed| sp_io::hashing::blake2_256(seed.as_bytes()).into()));
		Telemetry::on_poll(block, &mut WeightMeter::new());
	}
}

/// Lets blocks pass up to one, by the height.
pub fn run_to(block: u64) {
	pass(block - System::block_number());
}

/// Goes on to the commit phase of a window, its reveal phase after the draw, or its end.
pub fn commit_phase(window: Window) {
	run_to((u64::from(window) + 1) * WINDOW + Paused::get());
}
pub fn reveal_phase(window: Window) {
	run_to((u64::from(window) + 1) * WINDOW + COMMIT + 1 + Paused::get());
}
pub fn closing_phase(window: Window) {
	run_to((u64::from(window) + 1) * WINDOW + COMMIT + REVEAL + Paused::get());
}

/// The origin of an account.
pub fn by(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// A reading with so many good samples, and a latency in milliseconds.
pub fn reading(good: u8, latency: u32) -> Reading {
	Reading { good: Some(good), latency: Some(Level::of(latency)), bandwidth: None, benchmark: None }
}

/// What an observer says of a window.
#[derive(Clone, Debug)]
pub struct Said {
	pub seat: u16,
	pub window: Window,
	pub salt: H256,
	pub pages: Vec<Readings>,
}

impl Said {
	/// The same of each node on all pages.
	pub fn new(seat: u16, window: Window, said: Reading) -> Self {
		let all = |page: u32| {
			let nodes = Others::measured(window, page);
			nodes.iter().flat_map(|_| said.bytes()).collect::<Vec<u8>>()
		};
		Self::of(seat, window, (0..Others::pages()).map(all).collect())
	}

	/// The readings of each page.
	pub fn of(seat: u16, window: Window, pages: Vec<Vec<u8>>) -> Self {
		let pages = pages.into_iter().map(|readings| BoundedVec::try_from(readings).unwrap()).collect();
		Self { seat, window, salt: H256::from_low_u64_be(u64::from(seat) * 1_000 + u64::from(window)), pages }
	}

	pub fn claim(&self, page: u32) -> Claim<'_> {
		Claim {
			genesis: GENESIS,
			observer: who(self.seat).into(),
			window: self.window,
			page,
			salt: self.salt,
			readings: &self.pages[page as usize],
		}
	}

	fn tree(&self) -> ClaimTree {
		ClaimTree::new((0..self.pages.len() as u32).map(|page| self.claim(page).leaf()).collect()).unwrap()
	}

	pub fn root(&self) -> H256 {
		self.tree().root()
	}

	pub fn proof(&self, page: u32) -> ClaimProof {
		self.tree().prove(page).unwrap()
	}

	pub fn commit(&self) -> DispatchResult {
		let sent = Telemetry::commit(by(operator(self.seat)), self.window, self.root());
		sent.map(drop).map_err(|failed| failed.error)
	}

	/// The place and the node of which it has to show an answer, and the sample that comes first.
	pub fn drawn(&self, page: u32) -> Option<(u8, AccountId, u8)> {
		let seed = Windows::<Test>::get(self.window)?.seed?;
		let draw = Draw::new(&seed.0, &who(self.seat).into(), page);
		let (each, _) = self.pages[page as usize].as_chunks::<4>();
		let nodes = Others::measured(self.window, page);
		let up: Vec<_> = nodes.iter().zip(each).filter(|(_, bytes)| bytes[0] > 0).collect();
		let ((place, node), _) = up[draw.node(up.len())?];
		let sample = (0..SAMPLES).find(|sample| draw.rank(*sample) == Some(0)).unwrap();
		Some((*place, node.clone(), sample))
	}

	/// The answer of a node to a sample, dated with the last block of the window.
	pub fn answer(&self, page: u32, place: u8, node: &AccountId, sample: u8) -> AnswerOf<Test> {
		let slot = page * PAGE + u32::from(place);
		let observer: Account = who(self.seat).into();
		let probe = Probe { genesis: GENESIS, observer, window: self.window, slot, sample, salt: self.salt };
		let (class, instance) = (H256::repeat_byte(8), H256::repeat_byte(9));
		let block = (u64::from(self.window) + 1) * WINDOW - 1 + Paused::get();
		let statement = Statement {
			genesis: GENESIS,
			node: node.clone().into(),
			class,
			instance,
			sequence: 0,
			block: block as u32,
			block_hash: block_hash(block),
			state: H256::zero(),
			request: probe.request(class, instance),
			response: H256::zero(),
		};
		signed(sample, statement)
	}

	/// The answer that it has to show.
	pub fn right(&self, page: u32) -> Option<AnswerOf<Test>> {
		let (place, node, sample) = self.drawn(page)?;
		Some(self.answer(page, place, &node, sample))
	}

	pub fn reveal_with(&self, page: u32, answer: Option<AnswerOf<Test>>) -> DispatchResult {
		let readings = self.pages[page as usize].clone();
		let (proof, answer) = (self.proof(page), answer.map(Box::new));
		let sent = Telemetry::reveal(by(operator(self.seat)), self.window, page, self.salt, readings, proof, answer);
		sent.map(drop).map_err(|failed| failed.error)
	}

	pub fn reveal(&self, page: u32) -> DispatchResult {
		self.reveal_with(page, self.right(page))
	}
}

/// Signs a statement with the first key of its node.
pub fn signed(sample: u8, statement: Statement) -> AnswerOf<Test> {
	let pair = key_of(&AccountId::new(statement.node));
	let signature = pair.sign(&statement.bytes()).into();
	Answer { sample, statement, key: pair.public().into(), signature }
}

/// Lets observers say something of a window, and closes it. All pages are revealed.
pub fn measure(said: &[Said]) {
	let window = said[0].window;
	commit_phase(window);
	for one in said {
		one.commit().unwrap();
	}
	reveal_phase(window);
	for one in said {
		for page in 0..one.pages.len() as u32 {
			one.reveal(page).unwrap();
		}
	}
	closing_phase(window);
}

/// What was recorded since the last call.
pub fn recorded() -> Vec<(AccountId, Action<u128>)> {
	Recorded::take()
}

/// The pages that were closed since the last call.
pub fn closed() -> Vec<Closed> {
	ClosedPages::take()
}

/// The events of this pallet since the last call.
pub fn events() -> Vec<Event<Test>> {
	let events = System::events().into_iter().filter_map(|record| match record.event {
		RuntimeEvent::Telemetry(event) => Some(event),
		_ => None,
	});
	let events = events.collect();
	System::reset_events();
	events
}
