//! A runtime with this pallet, the token and real sessions, and with bonds and scores that tests control.

use crate as pallet_anchors;
use crate::{CoSignature, CurrentDuty, Organisation, Params};
use codec::Encode;
use frame_support::{
	BoundedVec, derive_impl,
	migrations::MultiStepMigrator,
	ord_parameter_types,
	pallet_prelude::DispatchResult,
	parameter_types,
	traits::{ConstU32, ConstU64, ConstU128, EitherOfDiverse, Hooks, Randomness, VariantCountOf},
	weights::{Weight, WeightMeter},
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use smartlayer_commitment::{Commitment, Snapshot};
use smartlayer_primitives::{
	Action, Allowance, AnchorKey, AnchorSignature, Bonding, Delta, Role, Score, SeatKeys, ServiceLevel,
};
use sp_core::{H256, Pair, sr25519};
use sp_keystore::{KeystoreExt, testing::MemoryKeystore};
use sp_runtime::{
	AccountId32, BuildStorage, MultiSignature, Perbill, impl_opaque_keys,
	traits::{BlockNumberProvider, ConvertInto, IdentityLookup, OpaqueKeys},
};
use std::collections::{BTreeMap, BTreeSet};

pub type AccountId = AccountId32;

/// One token of the tests.
pub const UNIT: u128 = 1_000;
/// The initial balance of each account.
pub const FUNDS: u128 = 100_000 * UNIT;
/// The number of accounts with funds.
pub const ACCOUNTS: u8 = 40;
/// The length of a session, in blocks.
pub const SESSION: u64 = 10;
/// The length of a term, in sessions.
pub const TERM: u32 = 3;
/// The length of an interval, in blocks.
pub const INTERVAL: u64 = 20;
/// The delay between backups, in blocks.
pub const DELAY: u64 = 2;
/// The number of intervals for which a snapshot is stored.
pub const HISTORY: u32 = 5;

/// Account ids.
pub fn who(index: u8) -> AccountId {
	AccountId32::new([index; 32])
}

/// The origin that decides on candidates.
pub fn admin() -> AccountId {
	who(200)
}

ord_parameter_types! {
	pub const Admin: AccountId = admin();
}

parameter_types! {
	/// The bonds of accounts.
	pub static Bonded: BTreeMap<AccountId, Role> = BTreeMap::new();
	/// The operators of accounts.
	pub static Principals: BTreeMap<AccountId, AccountId> = BTreeMap::new();
	/// The accounts rewarded for a seat.
	pub static Rewarded: BTreeSet<AccountId> = BTreeSet::new();
	/// The recorded actions.
	pub static Recorded: Vec<(AccountId, Action<u128>)> = Vec::new();
	/// The keys with an allowance in the statement store.
	pub static Allowed: Vec<AnchorKey> = Vec::new();
	/// The randomness.
	pub static Seed: u64 = 0;
	/// Whether a multi-block migration is under way.
	pub static Migrating: bool = false;
	/// The number of blocks for which the clock was paused.
	pub static Standstill: u64 = 0;
	/// The maximum weight of the hook.
	pub const HookWeight: Weight = Weight::MAX;
}

impl_opaque_keys! {
	pub struct MockKeys {
		pub anch: Anchors,
	}
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
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Anchors = pallet_anchors;
	#[runtime::pallet_index(3)]
	pub type Session = pallet_session;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountData = pallet_balances::AccountData<u128>;
	type AccountId = AccountId;
	type Block = frame_system::mocking::MockBlock<Test>;
	type Lookup = IdentityLookup<AccountId>;
	type MultiBlockMigrator = Told;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = u128;
	type ExistentialDeposit = ConstU128<10>;
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type RuntimeHoldReason = RuntimeHoldReason;
}

impl pallet_session::Config for Test {
	type Currency = Balances;
	type DisablingStrategy = ();
	type KeyDeposit = ConstU128<0>;
	type Keys = MockKeys;
	type NextSessionRotation = pallet_session::PeriodicSessions<ConstU64<SESSION>, ConstU64<0>>;
	type RuntimeEvent = RuntimeEvent;
	type SessionHandler = <MockKeys as OpaqueKeys>::KeyTypeIdProviders;
	type SessionManager = Anchors;
	type ShouldEndSession = pallet_session::PeriodicSessions<ConstU64<SESSION>, ConstU64<0>>;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type WeightInfo = ();
}

/// Bonds, scores, keys and randomness, as set by tests.
pub struct Told;

impl Bonding<AccountId> for Told {
	fn qualifies(role: Role, who: &AccountId) -> bool {
		Bonded::get().get(who) == Some(&role)
	}

	fn role(_: &AccountId) -> Option<Role> {
		None
	}

	fn principal(who: &AccountId) -> AccountId {
		Principals::get().get(who).unwrap_or(who).clone()
	}

	fn seated(_: Role, who: &AccountId) {
		assert!(Rewarded::mutate(|rewarded| rewarded.insert(who.clone())), "{who:?} is seated twice");
	}

	fn unseated(_: Role, who: &AccountId) {
		assert!(Rewarded::mutate(|rewarded| rewarded.remove(who)), "{who:?} is unseated twice");
	}
}

impl ServiceLevel<AccountId, u128> for Told {
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

impl SeatKeys<AccountId> for Told {
	fn has_keys(who: &AccountId) -> bool {
		pallet_session::NextKeys::<Test>::contains_key(who)
	}

	fn are_planned(seats: &[AccountId]) -> bool {
		let planned = pallet_session::QueuedKeys::<Test>::get();
		let seats: Vec<_> =
			seats.iter().filter_map(|who| Some((who.clone(), pallet_session::NextKeys::<Test>::get(who)?))).collect();
		planned == seats
	}

	fn are_in_use(who: &AccountId) -> bool {
		Session::validators().contains(who)
			|| pallet_session::QueuedKeys::<Test>::get().iter().any(|(queued, _)| queued == who)
	}

	fn remove(who: &AccountId) -> DispatchResult {
		pallet_session::NextKeys::<Test>::remove(who);
		Ok(())
	}

	fn remove_weight() -> Weight {
		Weight::zero()
	}
}

impl BlockNumberProvider for Told {
	type BlockNumber = u64;

	fn current_block_number() -> u64 {
		System::block_number() - Standstill::get()
	}

	fn set_block_number(block: u64) {
		System::set_block_number(block + Standstill::get());
	}
}

impl MultiStepMigrator for Told {
	fn ongoing() -> bool {
		Migrating::get()
	}

	fn step() -> Weight {
		Weight::zero()
	}
}

impl Allowance<AnchorKey> for Told {
	fn give(key: &AnchorKey) {
		Allowed::mutate(|allowed| allowed.push(key.clone()));
	}

	fn withdraw(key: &AnchorKey) {
		Allowed::mutate(|allowed| allowed.retain(|other| other != key));
	}
}

impl Randomness<H256, u64> for Told {
	fn random(subject: &[u8]) -> (H256, u64) {
		((Seed::get(), subject).using_encoded(sp_io::hashing::blake2_256).into(), 0)
	}
}

impl pallet_anchors::Config for Test {
	type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, EnsureSignedBy<Admin, AccountId>>;
	type Allowance = Told;
	type BackupDelay = ConstU64<DELAY>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Told;
	type BlockNumberProvider = Told;
	type Bonding = Told;
	type Currency = Balances;
	type HookWeight = HookWeight;
	type IntervalLength = ConstU64<INTERVAL>;
	type MaxCandidates = ConstU32<30>;
	type MaxPicks = ConstU32<8>;
	type MaxSeats = ConstU32<12>;
	type Randomness = Told;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SeatKeys = Told;
	type ServiceLevel = Told;
	type SnapshotHistory = ConstU32<HISTORY>;
	type TermSessions = ConstU32<TERM>;
	type UserSignature = MultiSignature;
	type WeightInfo = ();
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<AccountId> for Told {
	fn prepare(role: Role, who: &AccountId, key: AnchorKey) {
		// Reset the state of earlier rounds of the benchmark.
		Rewarded::mutate(|rewarded| rewarded.remove(who));
		Bonded::mutate(|bonded| {
			bonded.insert(who.clone(), role);
		});
		pallet_session::NextKeys::<Test>::insert(who, MockKeys { anch: key });
	}
}

/// Parameters with four seats and a floor of three.
pub fn params() -> Params<u128> {
	Params { desired_seats: 4, floor: 3, candidacy_deposit: 100 * UNIT, min_vote: UNIT }
}

/// Returns the key pair of an account for duty.
pub fn pair(index: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[index; 32])
}

/// Returns the public key of a pair.
pub fn key(index: u8) -> AnchorKey {
	pair(index).public().into()
}

/// Builds a chain on which the accounts 1 to 4 hold seats, each with its own keys.
pub fn chain() -> sp_io::TestExternalities {
	chain_of(4, params())
}

/// Builds a chain with a number of seats at genesis.
pub fn chain_of(seats: u8, params: Params<u128>) -> sp_io::TestExternalities {
	// Reset the state of earlier chains of this thread.
	Bonded::set((1..=seats).map(|index| (who(index), Role::Anchor)).collect());
	Principals::take();
	Rewarded::take();
	Recorded::take();
	Allowed::take();
	Seed::take();
	Migrating::take();
	Standstill::take();
	let config = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: (1..=ACCOUNTS).map(|index| (who(index), FUNDS)).collect(),
			..Default::default()
		},
		anchors: pallet_anchors::GenesisConfig { seats: (1..=seats).map(who).collect(), params },
		session: pallet_session::GenesisConfig {
			keys: (1..=seats).map(|index| (who(index), who(index), MockKeys { anch: key(index) })).collect(),
			..Default::default()
		},
		..Default::default()
	};
	let mut externalities: sp_io::TestExternalities = config.build_storage().unwrap().into();
	externalities.register_extension(KeystoreExt::new(MemoryKeystore::new()));
	externalities.execute_with(|| {
		System::set_block_number(0);
		run_to(1);
		System::reset_events();
	});
	externalities
}

/// Runs a test on a new chain, and checks the invariants at its end.
pub fn run(test: impl FnOnce()) {
	chain().execute_with(|| {
		test();
		Anchors::do_try_state().unwrap();
	});
}

/// Advances to a block, calling the hooks of each.
pub fn run_to(block: u64) {
	while System::block_number() < block {
		let next = System::block_number() + 1;
		System::set_block_number(next);
		Standstill::mutate(|blocks| *blocks += u64::from(Migrating::get()));
		Session::on_initialize(next);
		if !Migrating::get() {
			Anchors::on_poll(next, &mut WeightMeter::new());
		}
	}
}

/// Advances by a number of blocks.
pub fn pass(blocks: u64) {
	run_to(System::block_number() + blocks);
}

/// Advances by a number of terms.
pub fn pass_terms(terms: u32) {
	let term = crate::CurrentTerm::<Test>::get() + terms;
	while crate::CurrentTerm::<Test>::get() < term {
		pass(1);
	}
}

/// A signed origin.
pub fn by(index: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(who(index))
}

/// The origin of governance.
pub fn by_admin() -> RuntimeOrigin {
	RuntimeOrigin::signed(admin())
}

/// Returns an organisation.
pub fn organisation(name: &str) -> Organisation {
	Organisation {
		name: BoundedVec::truncate_from(name.as_bytes().to_vec()),
		site: BoundedVec::truncate_from(b"https://example.org".to_vec()),
	}
}

/// Gives an account a bond.
pub fn bond(index: u8, role: Role) {
	Bonded::mutate(|bonded| {
		bonded.insert(who(index), role);
	});
}

/// Removes an account's bond.
pub fn unbond(index: u8) {
	Bonded::mutate(|bonded| {
		bonded.remove(&who(index));
	});
}

/// Makes an account the operator of another.
pub fn operate(index: u8, principal: u8) {
	Principals::mutate(|principals| {
		principals.insert(who(index), who(principal));
	});
}

/// Gives an account a bond and keys.
pub fn prepare(index: u8) {
	bond(index, Role::Anchor);
	set_keys(index, index);
}

/// Gives an account the keys of a seed, as `set_keys` does after its checks.
pub fn set_keys(index: u8, seed: u8) {
	pallet_session::NextKeys::<Test>::insert(who(index), MockKeys { anch: key(seed) });
}

/// Makes an account an admitted candidate.
pub fn candidate(index: u8) {
	prepare(index);
	Anchors::apply_candidacy(by(index), organisation("Somebody")).unwrap();
	Anchors::admit(by_admin(), who(index)).unwrap();
}

/// Places a ballot.
pub fn vote(voter: u8, candidates: &[u8], stake: u128) -> frame_support::pallet_prelude::DispatchResult {
	let candidates = candidates.iter().map(|index| who(*index)).collect::<Vec<_>>();
	Anchors::vote(by(voter), BoundedVec::truncate_from(candidates), stake)
}

/// Returns the seats, in ascending order of account.
pub fn seats() -> Vec<u8> {
	let mut seats: Vec<u8> = Anchors::seats().iter().map(|seat| index_of(&seat.who)).collect();
	seats.sort_unstable();
	seats
}

/// Returns the index of an account.
pub fn index_of(who: &AccountId) -> u8 {
	let bytes: &[u8; 32] = who.as_ref();
	bytes[0]
}

/// Returns the order of duty.
pub fn order() -> Vec<u8> {
	CurrentDuty::<Test>::get().unwrap().order.iter().map(|anchor| index_of(&anchor.who)).collect()
}

/// Returns a valid snapshot for the current interval.
pub fn snapshot() -> Snapshot {
	let interval = CurrentDuty::<Test>::get().unwrap().interval;
	let (parent, void) = Anchors::expected(interval);
	let commitment = |byte| Commitment { root: H256([byte; 32]), count: 7 };
	Snapshot { interval, parent, void, operations: commitment(1), bitmap: commitment(2) }
}

/// Returns the co-signatures of seats for a writer, each by its own key.
pub fn signed(writer: u8, snapshot: &Snapshot, seats: &[u8]) -> BoundedVec<CoSignature<AccountId>, ConstU32<12>> {
	BoundedVec::truncate_from(
		seats.iter().map(|index| signature(*index, *index, &Anchors::payload(snapshot, &who(writer)))).collect(),
	)
}

/// Returns a seat's signature of a payload, by the key of a seed.
pub fn signature(seat: u8, seed: u8, payload: &[u8]) -> CoSignature<AccountId> {
	let signature: AnchorSignature = pair(seed).sign(payload).into();
	CoSignature { seat: who(seat), key: key(seed), signature }
}

/// Lets the first seat on duty write, with the signatures of all.
pub fn write() {
	let (snapshot, order) = (snapshot(), order());
	Anchors::submit_snapshot(by(order[0]), snapshot, signed(order[0], &snapshot, &order)).unwrap();
}

/// Returns the events of this pallet since the last call.
pub fn events() -> Vec<pallet_anchors::Event<Test>> {
	let events = System::read_events_for_pallet::<pallet_anchors::Event<Test>>();
	System::reset_events();
	events
}
