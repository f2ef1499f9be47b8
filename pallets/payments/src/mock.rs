//! A runtime with this pallet, the token, and the traits of other pallets under control of the tests.

use crate as pallet_payments;
use crate::{CreditOf, Params, Payment};
use frame_support::{
	PalletId, derive_impl, ord_parameter_types, parameter_types,
	traits::{
		ConstU32, ConstU64, ConstU128, ConstantStoragePrice, EitherOfDiverse, Hooks, Imbalance, VariantCountOf,
		fungible::{Balanced, HoldConsideration, Inspect},
	},
	weights::{Weight, WeightMeter},
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use smartlayer_primitives::{Action, Bonding, Delta, Rewards, Role, Score, ServiceCredit, ServiceLevel};
use smartlayer_promise::{Promise, Scheme, SessionId, Signature, SignedPromise, Signer};
use sp_core::{H256, Pair, ecdsa, ed25519, sr25519};
use sp_io::hashing::keccak_256;
use sp_keystore::{KeystoreExt, testing::MemoryKeystore};
use sp_runtime::{BoundedVec, BuildStorage, Perbill, traits::IdentityLookup};
use std::collections::BTreeSet;

/// Account ids, long enough for that of the pallet.
pub type AccountId = u64;
/// One token of the tests.
pub const UNIT: u128 = 1_000;
/// The existential deposit.
pub const ED: u128 = 10;
/// Payers with funds.
pub const PAYERS: core::ops::RangeInclusive<AccountId> = 1..=4;
/// The initial balance of each.
pub const FUNDS: u128 = 100_000 * UNIT;
/// Service nodes with an account.
pub const NODES: core::ops::RangeInclusive<AccountId> = 11..=14;
/// An account id that has no account.
pub const NOBODY: AccountId = 99;
/// The accounts of the reward pools.
pub const ANCHORS_POT: AccountId = 100;
/// The account of the pool of service nodes.
pub const NODES_POT: AccountId = 101;
/// The origin that sets the parameters.
pub const ADMIN: AccountId = 102;

/// The thaw, in blocks.
pub const THAW: u64 = 20;
/// The longest session, in blocks.
pub const LONGEST: u64 = 1_000;
/// The reward period, in blocks.
pub const PERIOD: u64 = 50;
/// The storage deposit of a session.
pub const STORAGE: u128 = 20;
/// The longest batch.
pub const BATCH: u32 = 8;

ord_parameter_types! {
	pub const Admin: AccountId = ADMIN;
}

parameter_types! {
	/// The nodes that are not active.
	pub static Inactive: BTreeSet<AccountId> = BTreeSet::new();
	/// Further nodes that are active.
	pub static Active: BTreeSet<AccountId> = BTreeSet::new();
	/// The recorded actions.
	pub static Recorded: Vec<(AccountId, Action<u128>)> = Vec::new();
	/// The share of payments that returns to payers.
	pub static Credited: Perbill = Perbill::zero();
	/// The arguments of the last query of that share.
	pub static Asked: Option<(AccountId, u64)> = None;
	/// The number of deposits into pools.
	pub static Contributions: u32 = 0;
	pub const PaymentsPalletId: PalletId = PalletId(*b"sln/paym");
	pub const StorageHold: RuntimeHoldReason = RuntimeHoldReason::Payments(crate::HoldReason::Storage);
	pub const HookWeight: Weight = Weight::from_parts(6_000, 0);
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
	pub type Payments = pallet_payments;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountData = pallet_balances::AccountData<u128>;
	type AccountId = AccountId;
	type Block = frame_system::mocking::MockBlock<Test>;
	type Lookup = IdentityLookup<AccountId>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = u128;
	type ExistentialDeposit = ConstU128<ED>;
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type RuntimeHoldReason = RuntimeHoldReason;
}

/// The other pallets.
pub struct Others;

impl Bonding<AccountId> for Others {
	fn qualifies(role: Role, who: &AccountId) -> bool {
		role == Role::ServiceNode
			&& (*who == NOBODY || NODES.contains(who) || Active::get().contains(who))
			&& !Inactive::get().contains(who)
	}

	fn role(_: &AccountId) -> Option<Role> {
		None
	}

	fn principal(who: &AccountId) -> AccountId {
		*who
	}

	fn seated(_: Role, _: &AccountId) {}

	fn unseated(_: Role, _: &AccountId) {}
}

impl ServiceLevel<AccountId, u128> for Others {
	fn record(who: &AccountId, action: Action<u128>) -> Delta {
		Recorded::mutate(|recorded| recorded.push((*who, action)));
		Delta::default()
	}

	fn score(_: Role, _: &AccountId) -> Score {
		Score::default()
	}

	fn slash_rate(_: Role, _: &AccountId) -> Perbill {
		Perbill::zero()
	}
}

impl ServiceCredit<AccountId, u64> for Others {
	fn share(node: &AccountId, opened: u64) -> Perbill {
		Asked::set(Some((*node, opened)));
		Credited::get()
	}

	fn weight() -> Weight {
		Weight::from_parts(10, 0)
	}
}

impl Rewards<CreditOf<Test>> for Others {
	fn deposit(role: Role, amount: CreditOf<Test>) {
		Self::contribute(role, amount);
	}

	fn contribute(role: Role, amount: CreditOf<Test>) {
		if amount.peek() == 0 {
			return;
		}
		Contributions::mutate(|count| *count += 1);
		let pot = match role {
			Role::Anchor => ANCHORS_POT,
			Role::ServiceNode => NODES_POT,
		};
		Balances::resolve(&pot, amount).unwrap();
	}
}

impl pallet_payments::Config for Test {
	type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, EnsureSignedBy<Admin, AccountId>>;
	type Balance = u128;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
	type BlockNumberProvider = System;
	type Bonding = Others;
	type Consideration =
		HoldConsideration<AccountId, Balances, StorageHold, ConstantStoragePrice<ConstU128<STORAGE>, u128>>;
	type Currency = Balances;
	type HookWeight = HookWeight;
	type LongestSession = ConstU64<LONGEST>;
	type MaxBatch = ConstU32<BATCH>;
	type PalletId = PaymentsPalletId;
	type RewardPeriod = ConstU64<PERIOD>;
	type Rewards = Others;
	type ServiceCredit = Others;
	type ServiceLevel = Others;
	type Thaw = ConstU64<THAW>;
	type WeightInfo = ();
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<AccountId> for () {
	fn prepare_node(who: &AccountId) {
		Self::fund(who);
		Active::mutate(|active| active.insert(*who));
	}

	fn fund(who: &AccountId) {
		use frame_support::traits::fungible::Mutate;
		Balances::set_balance(who, 1_000_000_000_000_000_000);
	}

	fn prepare_credit(_: &AccountId) {
		Credited::set(Perbill::from_percent(10));
	}
}

/// Parameters with a small minimum volume.
pub fn params() -> Params<u128> {
	Params { min_volume: 10 * UNIT, ..crate::params::defaults() }
}

/// Builds a chain whose payers have funds, and whose nodes and pools have accounts.
pub fn chain() -> sp_io::TestExternalities {
	let funded = PAYERS.map(|who| (who, FUNDS));
	let exist = NODES.chain([ANCHORS_POT, NODES_POT]).map(|who| (who, ED));
	let config = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances: funded.chain(exist).collect(), ..Default::default() },
		payments: pallet_payments::GenesisConfig { params: params() },
		..Default::default()
	};
	// Reset the state of earlier chains of this thread.
	Active::take();
	Inactive::take();
	Recorded::take();
	Credited::take();
	Contributions::take();
	let mut externalities: sp_io::TestExternalities = config.build_storage().map(Into::into).unwrap();
	// The benchmarks keep their keys there.
	externalities.register_extension(KeystoreExt::new(MemoryKeystore::new()));
	externalities.execute_with(|| {
		frame_system::BlockHash::<Test>::insert(0, genesis());
		System::set_block_number(1);
		System::reset_events();
	});
	externalities
}

/// Runs a test on a new chain, and checks the invariants at its end.
pub fn run(test: impl FnOnce()) {
	chain().execute_with(|| {
		test();
		Payments::do_try_state().unwrap();
	});
}

/// Advances to a block, calling the hook of each.
pub fn run_to(block: u64) {
	while System::block_number() < block {
		let next = System::block_number() + 1;
		System::set_block_number(next);
		Payments::on_poll(next, &mut WeightMeter::new());
	}
}

/// Advances by a number of blocks.
pub fn pass(blocks: u64) {
	run_to(System::block_number() + blocks);
}

/// Returns what the deposits of all sessions have left.
pub fn deposits() -> u128 {
	free(Payments::pot()) - ED
}

/// A signed origin.
pub fn by(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// Returns the events of this pallet since the last call.
pub fn events() -> Vec<pallet_payments::Event<Test>> {
	let events = System::read_events_for_pallet::<pallet_payments::Event<Test>>();
	System::reset_events();
	events
}

/// The genesis hash of the chain.
pub fn genesis() -> H256 {
	H256::repeat_byte(0x77)
}

/// Returns the free balance of an account.
pub fn free(who: AccountId) -> u128 {
	Balances::balance(&who)
}

/// A key that signs promises.
#[expect(clippy::large_enum_variant, reason = "the tests make few of them")]
pub enum Key {
	Sr25519(sr25519::Pair),
	Ed25519(ed25519::Pair),
	Ecdsa(ecdsa::Pair),
	Ethereum(ecdsa::Pair),
}

/// Returns the sr25519 key with this seed.
pub fn key(seed: u8) -> Key {
	Key::Sr25519(sr25519::Pair::from_seed(&[seed; 32]))
}

impl Key {
	/// Returns the public key, or the address.
	pub fn signer(&self) -> Signer {
		match self {
			Self::Sr25519(pair) => Signer::Sr25519(pair.public().0),
			Self::Ed25519(pair) => Signer::Ed25519(pair.public().0),
			Self::Ecdsa(pair) => Signer::Ecdsa(pair.public().0),
			Self::Ethereum(pair) => {
				let point = libsecp256k1(pair);
				Signer::Ethereum(keccak_256(&point)[12..].try_into().unwrap())
			},
		}
	}

	/// Returns the scheme in which this key signs raw bytes.
	pub fn scheme(&self) -> Scheme {
		match self {
			Self::Sr25519(_) => Scheme::Sr25519,
			Self::Ed25519(_) => Scheme::Ed25519,
			Self::Ecdsa(_) => Scheme::Ecdsa,
			Self::Ethereum(_) => Scheme::Ethereum,
		}
	}

	/// Signs a promise in a scheme.
	pub fn sign_as(&self, scheme: Scheme, promise: Promise) -> SignedPromise {
		let message = scheme.message(&promise);
		let bytes: Vec<u8> = match self {
			Self::Sr25519(pair) => pair.sign(&message).0.to_vec(),
			Self::Ed25519(pair) => pair.sign(&message).0.to_vec(),
			Self::Ecdsa(pair) => pair.sign(&message).0.to_vec(),
			Self::Ethereum(pair) => pair.sign_prehashed(&keccak_256(&message)).0.to_vec(),
		};
		let signature = Signature { scheme, bytes: BoundedVec::try_from(bytes).unwrap() };
		SignedPromise { promise, signer: self.signer(), signature }
	}

	/// Signs the promise of an amount in a session of this chain.
	pub fn promise(&self, session: SessionId, amount: u128) -> SignedPromise {
		self.sign_as(self.scheme(), Promise { genesis: genesis(), session, amount })
	}
}

/// Returns the uncompressed point of a public key, which its owner recovers from a signature.
fn libsecp256k1(pair: &ecdsa::Pair) -> [u8; 64] {
	let hash = [7; 32];
	sp_io::crypto::secp256k1_ecdsa_recover(&pair.sign_prehashed(&hash).0, &hash).unwrap_or_else(|_| panic!("recovers"))
}

/// Opens a session of a payer with a node until block 100, and returns its id.
pub fn open(payer: AccountId, node: AccountId, amount: u128) -> SessionId {
	let id = crate::NextSessionId::<Test>::get();
	Payments::open_session(by(payer), node, amount, key(payer as u8).signer(), 100).unwrap();
	id
}

/// Cashes out a promise of a payer's key.
pub fn cash_out(id: SessionId, payer: AccountId, amount: u128) -> frame_support::pallet_prelude::DispatchResult {
	Payments::cash_out(by(NODES_POT), id, key(payer as u8).promise(id, amount))
}

/// Returns a payment without a credit, with the shares of the tests: 5 % burned, 2.5 % for each pool.
pub fn payment(due: u128) -> Payment<u128> {
	let (burned, pool) = (due / 20, due / 40);
	Payment { node: due - burned - 2 * pool, burned, anchors: pool, nodes: pool, credited: 0 }
}
