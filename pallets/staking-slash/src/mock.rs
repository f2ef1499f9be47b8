//! A runtime with this pallet, the token, and a service level that tests control.

use crate as pallet_staking_slash;
use crate::{Params, Pools};
use frame_support::{
	PalletId, derive_impl, ord_parameter_types, parameter_types,
	traits::{
		ConstU32, ConstU64, ConstU128, EitherOfDiverse, Hooks, LinearStoragePrice, VariantCountOf,
		fungible::HoldConsideration,
	},
	weights::{Weight, WeightMeter},
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use smartlayer_primitives::{
	Action, Bonding, Commitments, Delta, LeaveGate, OnBondLost, OnScoreChange, OnSlashResolved, Role, Score,
	ServiceLevel, SlashId, SlashOutcome,
};
use sp_runtime::{BuildStorage, DispatchError, Perbill, traits::IdentityLookup};
use std::collections::BTreeMap;

/// Account ids, long enough for those of the pools.
pub type AccountId = u128;
/// One token of the tests.
pub const UNIT: u128 = 1_000;
/// The existential deposit.
pub const ED: u128 = 10;
/// The accounts with funds.
pub const ACCOUNTS: core::ops::RangeInclusive<AccountId> = 1..=8;
/// The initial balance of each.
pub const FUNDS: u128 = 100_000 * UNIT;
/// The account of the treasury.
pub const TREASURY: AccountId = 100;
/// The origin that rules on appeals.
pub const REVIEWER: AccountId = 101;
/// The origin that sets the parameters.
pub const ADMIN: AccountId = 102;

/// The unbonding period, in blocks.
pub const UNBONDING: u64 = 200;
/// The report window, in blocks.
pub const WINDOW: u64 = 50;
/// The slash deferral, in blocks.
pub const DEFERRAL: u64 = 30;
/// The appeal period, in blocks.
pub const APPEAL: u64 = 60;
/// The reward period, in blocks.
pub const PERIOD: u64 = 20;

ord_parameter_types! {
	pub const Reviewer: AccountId = REVIEWER;
	pub const Admin: AccountId = ADMIN;
}

parameter_types! {
	/// The scores of accounts.
	pub static Scores: BTreeMap<(Role, AccountId), Score> = BTreeMap::new();
	/// The recorded actions.
	pub static Recorded: Vec<(AccountId, Action<u128>)> = Vec::new();
	/// The resolved slashes.
	pub static Resolved: Vec<(SlashId, SlashOutcome)> = Vec::new();
	/// The accounts that no longer qualified.
	pub static LostBonds: Vec<(Role, AccountId)> = Vec::new();
	/// The accounts whose bonds ended.
	pub static EndedBonds: Vec<(Role, AccountId)> = Vec::new();
	/// The storage deposit of a bond.
	pub static StorageDeposit: u128 = 0;
	/// The further storage deposit of a byte.
	pub static ByteDeposit: u128 = 0;
	pub const StorageHold: RuntimeHoldReason = RuntimeHoldReason::StakingSlash(crate::HoldReason::Storage);
	/// The bond that service nodes must keep.
	pub static MustKeep: u128 = 0;
	/// Whether service nodes need an agreement.
	pub static NeedAgreement: bool = false;
	/// The accounts that may not leave.
	pub static MustStay: Option<AccountId> = None;
	pub const StakingPalletId: PalletId = PalletId(*b"sln/stak");
	pub const Treasury: AccountId = TREASURY;
	pub const HookWeight: Weight = Weight::from_parts(21_000, 0);
	pub const MaxPeriodBudget: Perbill = Perbill::from_percent(1);
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
	pub type StakingSlash = pallet_staking_slash;
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

/// A service level that records actions, with the slash rates of the specification.
pub struct Level;

impl ServiceLevel<AccountId, u128> for Level {
	fn record(who: &AccountId, action: Action<u128>) -> Delta {
		Recorded::mutate(|recorded| recorded.push((*who, action)));
		if action == Action::FailedRedeem {
			set_score(Role::ServiceNode, *who, 0);
		}
		Delta::default()
	}

	fn score(role: Role, who: &AccountId) -> Score {
		Scores::get().get(&(role, *who)).copied().unwrap_or_default()
	}

	fn slash_rate(role: Role, who: &AccountId) -> Perbill {
		let points = Self::score(role, who).into_inner() / 1_000_000_000;
		Perbill::from_rational(150 - points, 500)
	}
}

/// Sets the score of an account, as the pallet of scores does.
pub fn set_score(role: Role, who: AccountId, points: u32) {
	set_exact_score(role, who, Score::from_u32(points));
}

/// Sets a score with a fraction of a point.
pub fn set_exact_score(role: Role, who: AccountId, score: Score) {
	Scores::mutate(|scores| {
		scores.insert((role, who), score);
	});
	StakingSlash::on_score_change(role, &who, score);
}

pub struct Told;

impl OnSlashResolved for Told {
	fn on_slash_resolved(id: SlashId, outcome: SlashOutcome) {
		Resolved::mutate(|resolved| resolved.push((id, outcome)));
	}

	fn weight() -> Weight {
		Weight::from_parts(100, 0)
	}
}

impl OnBondLost<AccountId> for Told {
	fn on_bond_lost(role: Role, who: &AccountId) {
		LostBonds::mutate(|lost| lost.push((role, *who)));
		// As the pallet of seats does.
		if role == Role::Anchor {
			StakingSlash::unseated(role, who);
		}
	}

	fn on_bond_ended(role: Role, who: &AccountId) {
		EndedBonds::mutate(|ended| ended.push((role, *who)));
	}

	fn weight() -> Weight {
		Weight::from_parts(10, 0)
	}
}

impl Commitments<AccountId, u128> for Told {
	fn committed(role: Role, _: &AccountId) -> u128 {
		if role == Role::ServiceNode { MustKeep::get() } else { 0 }
	}

	fn weight() -> Weight {
		Weight::zero()
	}
}

impl LeaveGate<AccountId> for Told {
	fn may_leave(_: Role, who: &AccountId) -> Result<(), DispatchError> {
		if MustStay::get() == Some(*who) { Err(DispatchError::Other("must stay")) } else { Ok(()) }
	}

	fn weight() -> Weight {
		Weight::zero()
	}
}

impl pallet_staking_slash::Config for Test {
	type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, EnsureSignedBy<Admin, AccountId>>;
	type AppealPeriod = ConstU64<APPEAL>;
	type Balance = u128;
	type BlockNumberProvider = System;
	type Commitments = Told;
	type Consideration =
		HoldConsideration<AccountId, Balances, StorageHold, LinearStoragePrice<StorageDeposit, ByteDeposit, u128>>;
	type Currency = Balances;
	type ForceOrigin = EnsureRoot<AccountId>;
	type HookWeight = HookWeight;
	type LeaveGate = Told;
	type MaxChunks = ConstU32<8>;
	type MaxPeriodBudget = MaxPeriodBudget;
	type MaxServiceKeys = ConstU32<4>;
	type OnBondLost = Told;
	type OnSlashResolved = Told;
	type PalletId = StakingPalletId;
	type KeyHistory = ConstU64<WINDOW>;
	type RequireAgreement = NeedAgreement;
	type ReviewOrigin = EitherOfDiverse<EnsureRoot<AccountId>, EnsureSignedBy<Reviewer, AccountId>>;
	type RewardPeriod = ConstU64<PERIOD>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type ServiceKey = [u8; 4];
	type ServiceLevel = Level;
	type SlashDeferral = ConstU64<DEFERRAL>;
	type Treasury = Treasury;
	type UnbondingPeriod = ConstU64<UNBONDING>;
	type WeightInfo = ();
}

/// Parameters with small numbers.
pub fn params() -> Params<u128> {
	Params {
		min_service_node_bond: 1_000 * UNIT,
		min_anchor_bond: 10_000 * UNIT,
		appeal_deposit: 100 * UNIT,
		victim_share: Perbill::from_percent(50),
		theft_victim_share: Perbill::from_percent(50),
		min_total_weight: 1_000 * UNIT * 1_000_000_000,
		period_budget: 0,
		anchors_share: Perbill::from_percent(50),
	}
}

/// Builds a chain whose treasury and accounts have funds.
pub fn chain() -> sp_io::TestExternalities {
	chain_of(params())
}

/// Builds such a chain with other parameters.
pub fn chain_of(params: Params<u128>) -> sp_io::TestExternalities {
	let mut balances: Vec<_> = ACCOUNTS.map(|who| (who, FUNDS)).collect();
	balances.push((TREASURY, ED));
	let config = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		staking_slash: pallet_staking_slash::GenesisConfig { params, ..Default::default() },
		..Default::default()
	};
	// Reset the state of earlier chains of this thread.
	Scores::take();
	Recorded::take();
	Resolved::take();
	LostBonds::take();
	EndedBonds::take();
	StorageDeposit::take();
	ByteDeposit::take();
	MustStay::take();
	MustKeep::take();
	NeedAgreement::take();
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
		StakingSlash::do_try_state().unwrap();
	});
}

/// Advances to a block, calling the hook of each.
pub fn run_to(block: u64) {
	while System::block_number() < block {
		let next = System::block_number() + 1;
		System::set_block_number(next);
		StakingSlash::on_poll(next, &mut WeightMeter::new());
	}
}

/// Advances by a number of blocks.
pub fn pass(blocks: u64) {
	run_to(System::block_number() + blocks);
}

/// A signed origin.
pub fn by(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// Bonds an active service node with the minimum bond.
pub fn node(who: AccountId) {
	StakingSlash::bond(by(who), Role::ServiceNode, 1_000 * UNIT).unwrap();
}

/// Returns the events of this pallet since the last call.
pub fn events() -> Vec<pallet_staking_slash::Event<Test>> {
	let events = System::read_events_for_pallet::<pallet_staking_slash::Event<Test>>();
	System::reset_events();
	events
}

/// Returns the stored pool of a role.
pub fn pool(role: Role) -> crate::Pool<u128, u64> {
	Pools::<Test>::get(role)
}
