//! A runtime with this pallet, the token, and the traits of other pallets under control of the tests.

use crate as pallet_agreements;
use crate::{AgreementId, Bounds, CreditOf, Name, Offer, Params, Resource, SlotId, SlotOf, Specification, Workload};
use frame_support::{
	BoundedVec, derive_impl, ord_parameter_types,
	pallet_prelude::{DispatchResult, ValueQuery},
	parameter_types,
	traits::{
		ConstU32, ConstU64, ConstU128, ConstantStoragePrice, EitherOfDiverse, Get, Hooks, Randomness, VariantCountOf,
		fungible::{Balanced, HoldConsideration, InspectHold},
	},
	weights::{Weight, WeightMeter},
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use smartlayer_measurement::{Bound, Level, Measurement, Metric, Objective, Objectives, Quantities, Terms, Tier};
use smartlayer_primitives::{
	Action, AnchorKey, Bonding, ClosedWindows, CoSignature, Consent, Delta, Offence, OnBondLost, OnWindowClosed,
	Rewards, Role, Score, ServiceLevel, SlashId, Slasher, Stakes, Window,
};
use sp_core::{H256, Pair, sr25519};
use sp_runtime::{
	AccountId32, BuildStorage, DispatchError, Perbill, Percent, Permill, RuntimeAppPublic, traits::IdentityLookup,
};
use std::collections::{BTreeMap, BTreeSet};

mod steps;

pub use steps::*;

/// Account ids.
pub type AccountId = AccountId32;
/// One token of the tests.
pub const UNIT: u128 = 1_000;
/// The existential deposit.
pub const ED: u128 = 10;
/// The initial balance of each account.
pub const FUNDS: u128 = 10_000 * UNIT;
/// The bond that a unit requires.
pub const PER_UNIT: u128 = 100 * UNIT;
/// The fee of a test.
pub const TEST_FEE: u128 = 5 * UNIT;
/// The fee of a budget period.
pub const FEE: u128 = UNIT;
/// The deposit of a module.
pub const DEPOSIT: u128 = 20;

/// The length of a window, in blocks.
pub const WINDOW: u64 = 10;
/// A half of the budget period, in windows.
pub const HALF: u32 = 4;
/// The time for which an offer is valid, in blocks.
pub const OFFER: u64 = 30;
/// The length of an epoch, in blocks.
pub const EPOCH: u64 = 10;
/// The block in which slots are drawn for what was concluded in the first epoch.
pub const DRAW: u64 = 2 * EPOCH;
/// How long credits are kept after the bond has ended, in blocks.
pub const HISTORY: u64 = 300;
/// The longest agreement, in windows.
pub const LONGEST: u32 = 80;

/// Returns an account: seats are 1 to 32, nodes 101 to 199.
pub fn who(number: u8) -> AccountId {
	AccountId::new([number; 32])
}
/// A service node.
pub fn node() -> AccountId {
	who(101)
}
/// The operator of the node with this number.
pub fn operator(number: u8) -> AccountId {
	AccountId::new([[number; 16], [255; 16]].concat().try_into().unwrap())
}
/// The account of the anchors' pool.
pub fn pool() -> AccountId {
	who(250)
}

ord_parameter_types! {
	pub const Admin: AccountId = who(251);
}

parameter_types! {
	/// The seats.
	pub static Seated: Vec<u8> = Vec::new();
	/// Further service nodes.
	pub static Nodes: BTreeSet<AccountId> = BTreeSet::new();
	/// The nodes that are not bonded.
	pub static Unbonded: Vec<AccountId> = Vec::new();
	/// The nodes that are bonded and do not qualify.
	pub static Chilled: Vec<AccountId> = Vec::new();
	/// The bonds of nodes, if they are not those of most.
	pub static Bonds: BTreeMap<AccountId, u128> = BTreeMap::new();
	/// The nodes that are found not to qualify when they enter service.
	pub static Surprises: Vec<AccountId> = Vec::new();
	/// The recorded actions.
	pub static Recorded: Vec<(AccountId, Action<u128>)> = Vec::new();
	/// The filed slashes. The id of each is its index.
	pub static Slashed: Vec<Offence<AccountId, u128>> = Vec::new();
	/// The operators that were dismissed.
	pub static Dismissed: Vec<AccountId> = Vec::new();
	/// Whether slashes fail.
	pub static SlashesFail: bool = false;
	/// The first window that is not closed, if windows are closed by the tests.
	pub static NextWindow: Option<Window> = None;
	/// The randomness.
	pub static Seed: u64 = 0;
	/// By how many blocks the clock is behind the height.
	pub static Paused: u64 = 0;
	pub const ModuleHold: RuntimeHoldReason = RuntimeHoldReason::Agreements(crate::HoldReason::Module);
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
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Agreements = pallet_agreements;
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

/// The nodes that are in service.
#[frame_support::storage_alias]
pub type Serving = StorageValue<Mock, BTreeSet<AccountId>, ValueQuery>;

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
	fn qualifies(role: Role, who: &AccountId) -> bool {
		Self::role(who) == Some(role) && !Chilled::get().contains(who)
	}

	fn role(who: &AccountId) -> Option<Role> {
		let bytes: &[u8; 32] = who.as_ref();
		let is_node = (101..=199).contains(&bytes[0]) && bytes[16] != 255 || Nodes::get().contains(who);
		(is_node && !Unbonded::get().contains(who)).then_some(Role::ServiceNode)
	}

	fn principal(account: &AccountId) -> AccountId {
		let bytes: &[u8; 32] = account.as_ref();
		if *account == operator(bytes[0]) && !Dismissed::get().contains(account) {
			who(bytes[0])
		} else {
			account.clone()
		}
	}

	fn seated(_: Role, who: &AccountId) {
		assert!(Self::role(who).is_some(), "{who} is not bonded");
		assert!(Serving::mutate(|serving| serving.insert(who.clone())), "{who} is in service already");
		// A raised minimum bond is noticed when the ledger is updated.
		if Surprises::get().contains(who) {
			lose(who);
		}
	}

	fn unseated(_: Role, who: &AccountId) {
		assert!(Serving::mutate(|serving| serving.remove(who)), "{who} is not in service");
	}
}

impl Stakes<AccountId, u128> for Others {
	fn active(_: Role, who: &AccountId) -> u128 {
		Bonds::get().get(who).copied().unwrap_or(10 * PER_UNIT)
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
		Perbill::from_percent(30)
	}
}

impl Slasher<AccountId, u128> for Others {
	fn slash(offence: Offence<AccountId, u128>) -> Result<SlashId, DispatchError> {
		if SlashesFail::get() {
			return Err(DispatchError::Other("no slash"));
		}
		if Self::role(&offence.offender).is_none() {
			return Err(DispatchError::Other("not bonded"));
		}
		Slashed::mutate(|slashed| slashed.push(offence));
		Ok(Slashed::get().len() as SlashId - 1)
	}
}

impl Rewards<CreditOf<Test>> for Others {
	fn deposit(role: Role, amount: CreditOf<Test>) {
		Self::contribute(role, amount);
	}

	fn contribute(role: Role, amount: CreditOf<Test>) {
		assert_eq!(role, Role::Anchor);
		Balances::resolve(&pool(), amount).ok().unwrap();
	}
}

impl Consent<AccountId> for Others {
	fn ensure(payload: &[u8], signatures: &[CoSignature<AccountId>]) -> DispatchResult {
		let signed: BTreeSet<_> = signatures.iter().map(|given| given.seat.clone()).collect();
		let is_seated = |seat: &AccountId| Seated::get().into_iter().any(|number| who(number) == *seat);
		let right = |given: &CoSignature<AccountId>| {
			let bytes: &[u8; 32] = given.seat.as_ref();
			given.key == AnchorKey::from(key(bytes[0]).public()) && given.key.verify(&payload, &given.signature)
		};
		let agree = signed.len() == signatures.len() && signed.iter().all(is_seated) && signatures.iter().all(right);
		if agree && signed.len() * 2 > Seated::get().len() { Ok(()) } else { Err(DispatchError::Other("no consent")) }
	}
}

impl ClosedWindows for Others {
	fn is_closed(_: u32, window: Window) -> bool {
		NextWindow::get().is_none_or(|next| window < next)
	}
}

impl Randomness<H256, u64> for Others {
	fn random(subject: &[u8]) -> (H256, u64) {
		let seed = sp_io::hashing::blake2_256(&[&Seed::get().to_le_bytes()[..], subject].concat());
		// Known from the end of the last epoch on, and by its authors nearly so during that epoch.
		(seed.into(), (System::block_number() / EPOCH).saturating_sub(1) * EPOCH)
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<AccountId> for Others {
	fn prepare_node(who: &AccountId) {
		Self::fund(who);
		Nodes::mutate(|nodes| nodes.insert(who.clone()));
	}

	fn fund(who: &AccountId) {
		use frame_support::traits::fungible::Mutate;
		Balances::set_balance(who, FUNDS);
	}

	fn prepare_seats(count: u32) -> Vec<AccountId> {
		Seated::set((1..=count as u8).collect());
		(1..=count as u8).map(who).collect()
	}

	fn sign(seat: &AccountId, payload: &[u8]) -> CoSignature<AccountId> {
		let bytes: &[u8; 32] = seat.as_ref();
		signed([bytes[0]], payload).remove(0)
	}

	fn prepare_randomness(block: u32) {
		System::set_block_number(u64::from(block) + 2 * EPOCH);
	}
}

impl pallet_agreements::Config for Test {
	type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, EnsureSignedBy<Admin, AccountId>>;
	type Balance = u128;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Others;
	type BlockNumberProvider = PausedClock;
	type BondLossWeight = BondLossWeight;
	type Bonding = Others;
	type ClosedWindows = Others;
	type Consent = Others;
	type Consideration =
		HoldConsideration<AccountId, Balances, ModuleHold, ConstantStoragePrice<ConstU128<DEPOSIT>, u128>>;
	type CreditHistory = ConstU64<HISTORY>;
	type Currency = Balances;
	type HalfBudget = ConstU32<HALF>;
	type HookWeight = HookWeight;
	type LongestAgreement = ConstU32<LONGEST>;
	type LongestMaintenance = ConstU64<20>;
	type MaxAgreements = ConstU32<3>;
	type MaxModulesInUse = ConstU32<4>;
	type MaxSeats = ConstU32<32>;
	type OfferPeriod = ConstU64<OFFER>;
	type Randomness = Others;
	type Rewards = Others;
	type RuntimeHoldReason = RuntimeHoldReason;
	type ServiceLevel = Others;
	type Slasher = Others;
	type Stakes = Others;
	type StandardModules = Standard;
	type WeightInfo = ();
	type WindowLength = ConstU64<WINDOW>;
}

/// The specification of a module: availability and latency, two windows of test and two of shadow.
pub fn specification(name: &str) -> Specification {
	Specification {
		name: Name::parse(name).unwrap(),
		resource: Resource::TokenService,
		workload: Workload::TokenApi,
		objectives: Objectives::merge(&[availability(900_000, 999_000), latency(2_000, 100)]).unwrap(),
		terms: Terms {
			floor: 54,
			missed: Percent::from_percent(10),
			tiers: BoundedVec::truncate_from(vec![
				Tier { below: Permill::from_percent(90), share: Percent::from_percent(25) },
				Tier { below: Permill::from_percent(50), share: Percent::from_percent(100) },
			]),
			slash_below: Permill::from_percent(80),
			slash_breached: Percent::from_percent(40),
		},
		testing: 2,
		shadow: 2,
		quota: 10,
		maintenance: 2,
		notice: 2,
	}
}

/// The standard modules.
pub struct Standard;

impl Get<Vec<Specification>> for Standard {
	fn get() -> Vec<Specification> {
		vec![specification("basic"), specification("strict")]
	}
}

/// An objective for the availability.
pub fn availability(loosest: u32, strictest: u32) -> Objective {
	Objective { metric: Metric::Availability, loosest, strictest }
}

/// An objective for the latency.
pub fn latency(loosest: u32, strictest: u32) -> Objective {
	Objective { metric: Metric::Latency, loosest, strictest }
}

/// The bounds of [`specification`].
pub fn bounds(availability: u32, latency: u32) -> Bounds {
	BoundedVec::truncate_from(vec![
		Bound { metric: Metric::Availability, value: availability },
		Bound { metric: Metric::Latency, value: latency },
	])
}

/// An offer under a module.
pub fn offer(module: u32) -> Offer {
	Offer { module, bounds: bounds(950_000, 500), units: 2, windows: 20 }
}

/// Parameters with small amounts.
pub fn params() -> Params<u128> {
	Params { bond_per_unit: PER_UNIT, test_fee: TEST_FEE, measuring_fee: FEE, require_agreement: false }
}

/// Builds a chain with five seats and two standard modules.
pub fn chain() -> sp_io::TestExternalities {
	let accounts = (1..=40).chain(101..=199).chain(250..=252).flat_map(|number| [who(number), operator(number)]);
	let config = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: accounts.map(|account| (account, FUNDS)).collect(),
			..Default::default()
		},
		agreements: pallet_agreements::GenesisConfig { params: params(), ..Default::default() },
		..Default::default()
	};
	// Reset the state of earlier chains of this thread.
	Seated::set((1..=5).collect());
	Nodes::take();
	Unbonded::take();
	Chilled::take();
	Bonds::take();
	Surprises::take();
	Recorded::take();
	Slashed::take();
	SlashesFail::take();
	Dismissed::take();
	NextWindow::take();
	Seed::take();
	Paused::take();
	HookWeight::set(Weight::from_parts(40_000, 0));
	let mut externalities: sp_io::TestExternalities = config.build_storage().map(Into::into).unwrap();
	externalities.execute_with(|| {
		System::set_block_number(1);
		System::reset_events();
	});
	externalities
}

/// Runs a test on a new chain, and checks the invariants at its end.
pub fn run(test: impl FnOnce()) {
	chain().execute_with(|| {
		test();
		Agreements::do_try_state().unwrap();
	});
}
