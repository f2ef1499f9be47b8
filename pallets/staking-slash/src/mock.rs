//! A runtime of this pallet, the token, and a service level that does what it is told.

use crate as pallet_staking_slash;
use crate::{Params, Pools};
use frame_support::{
	PalletId, derive_impl, ord_parameter_types, parameter_types,
	traits::{
		ConstU32, ConstU64, ConstU128, ConstantStoragePrice, EitherOfDiverse, Hooks, VariantCountOf,
		fungible::HoldConsideration,
	},
	weights::{Weight, WeightMeter},
};
use frame_system::{EnsureRoot, EnsureSignedBy};
use smartlayer_primitives::{
	Action, Bonding, Delta, LeaveGate, OnBondLost, OnScoreChange, OnSlashResolved, Role, Score, ServiceLevel, SlashId,
	SlashOutcome,
};
use sp_runtime::{BuildStorage, DispatchError, Perbill, traits::IdentityLookup};
use std::collections::BTreeMap;

/// An account: with room for the pots' names.
pub type AccountId = u128;
/// A whole token here, so that numbers in tests stay readable.
pub const UNIT: u128 = 1_000;
/// The existential deposit.
pub const ED: u128 = 10;
/// Accounts that have funds.
pub const ACCOUNTS: core::ops::RangeInclusive<AccountId> = 1..=8;
/// What each of them has.
pub const FUNDS: u128 = 100_000 * UNIT;
/// The treasury.
pub const TREASURY: AccountId = 100;
/// Rules on appeals.
pub const REVIEWER: AccountId = 101;
/// Sets parameters.
pub const ADMIN: AccountId = 102;

/// How long a bond stays at stake, in blocks.
pub const UNBONDING: u64 = 200;
/// From the day a slash is set aside to the day it is applied.
pub const DEFERRAL: u64 = 30;
/// What an appeal adds.
pub const APPEAL: u64 = 60;
/// The period of rewards.
pub const PERIOD: u64 = 20;

ord_parameter_types! {
	pub const Reviewer: AccountId = REVIEWER;
	pub const Admin: AccountId = ADMIN;
}

parameter_types! {
	/// The scores that accounts have.
	pub static Scores: BTreeMap<(Role, AccountId), Score> = BTreeMap::new();
	/// What was recorded.
	pub static Recorded: Vec<(AccountId, Action<u128>)> = Vec::new();
	/// What became of slashes.
	pub static Resolved: Vec<(SlashId, SlashOutcome)> = Vec::new();
	/// Who was lost.
	pub static LostBonds: Vec<(Role, AccountId)> = Vec::new();
	/// Whose bonds have ended.
	pub static EndedBonds: Vec<(Role, AccountId)> = Vec::new();
	/// What is deposited for what a bond keeps in storage.
	pub static StorageDeposit: u128 = 0;
	pub const StorageHold: RuntimeHoldReason = RuntimeHoldReason::StakingSlash(crate::HoldReason::Storage);
	/// Who may not leave.
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

/// A service level that remembers, with the rates of the specification's table.
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

/// Gives an account a score, as the pallet that keeps scores would.
pub fn set_score(role: Role, who: AccountId, points: u32) {
	set_exact_score(role, who, Score::from_u32(points));
}

/// The same with a fraction of a point.
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
		// As the pallet that gives seats does.
		if role == Role::Anchor {
			StakingSlash::unseated(who);
		}
	}

	fn on_bond_ended(role: Role, who: &AccountId) {
		EndedBonds::mutate(|ended| ended.push((role, *who)));
	}

	fn weight() -> Weight {
		Weight::from_parts(10, 0)
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
	type Consideration =
		HoldConsideration<AccountId, Balances, StorageHold, ConstantStoragePrice<StorageDeposit, u128>>;
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
	type ReportWindow = ConstU64<50>;
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

/// Parameters in which numbers are small.
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

/// A chain in memory, whose treasury and accounts have funds.
pub fn chain() -> sp_io::TestExternalities {
	chain_of(params())
}

/// The same, with parameters of its own.
pub fn chain_of(params: Params<u128>) -> sp_io::TestExternalities {
	let mut balances: Vec<_> = ACCOUNTS.map(|who| (who, FUNDS)).collect();
	balances.push((TREASURY, ED));
	let config = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		staking_slash: pallet_staking_slash::GenesisConfig { params, ..Default::default() },
		..Default::default()
	};
	// What an earlier chain of this thread remembered is forgotten.
	Scores::take();
	Recorded::take();
	Resolved::take();
	LostBonds::take();
	EndedBonds::take();
	StorageDeposit::take();
	MustStay::take();
	let mut externalities: sp_io::TestExternalities = config.build_storage().map(Into::into).unwrap();
	externalities.execute_with(|| {
		System::set_block_number(1);
		System::reset_events();
	});
	externalities
}

/// Runs a test on a chain, and checks the invariants at its end.
pub fn run(test: impl FnOnce()) {
	chain().execute_with(|| {
		test();
		StakingSlash::do_try_state().unwrap();
	});
}

/// Lets blocks pass.
pub fn run_to(block: u64) {
	while System::block_number() < block {
		let next = System::block_number() + 1;
		System::set_block_number(next);
		StakingSlash::on_poll(next, &mut WeightMeter::new());
	}
}

/// Lets blocks pass from here.
pub fn pass(blocks: u64) {
	run_to(System::block_number() + blocks);
}

/// A signed origin.
pub fn by(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// An active service node with the least bond.
pub fn node(who: AccountId) {
	StakingSlash::bond(by(who), Role::ServiceNode, 1_000 * UNIT).unwrap();
}

/// The events of this pallet since the last time they were asked for.
pub fn events() -> Vec<pallet_staking_slash::Event<Test>> {
	let events = System::read_events_for_pallet::<pallet_staking_slash::Event<Test>>();
	System::reset_events();
	events
}

/// A role's pool as it is stored.
pub fn pool(role: Role) -> crate::Pool<u128, u64> {
	Pools::<Test>::get(role)
}
