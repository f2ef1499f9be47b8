//! Bonds, slashes and rewards.

use crate::{
	AccountId, Anchors, Balance, Balances, Runtime, RuntimeHoldReason, Sla,
	configs::{BlockWeights, TreasuryAccount, system::portion},
	governance::{SlaAdmin, SlashReview},
	weights,
};
use frame_support::{
	PalletId, parameter_types,
	traits::{ConstU32, EitherOfDiverse},
	weights::Weight,
};
use frame_system::EnsureRoot;
use pallet_tempo::adaptors;
use sp_runtime::Perbill;

parameter_types! {
	/// Names the accounts of the reward pools.
	pub const StakingPalletId: PalletId = PalletId(*b"sln/stak");
	/// The most that may be minted for rewards in a period: with the live period of a day, about 11 % a year.
	pub const MaxPeriodBudget: Perbill = Perbill::from_parts(300_000);
	/// What the slashes that are due may take of a block.
	pub SlashQueueWeight: Weight = portion(Perbill::from_percent(10), BlockWeights::get().max_block);
}

impl pallet_staking_slash::Config for Runtime {
	type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, SlaAdmin>;
	type AppealPeriod = adaptors::AppealBlocks<Runtime>;
	type Balance = Balance;
	type Currency = Balances;
	type ForceOrigin = EnsureRoot<AccountId>;
	type HookWeight = SlashQueueWeight;
	type LeaveGate = Anchors;
	type MaxChunks = ConstU32<8>;
	type MaxPeriodBudget = MaxPeriodBudget;
	type MaxServiceKeys = ConstU32<8>;
	type OnBondLost = Anchors;
	// Nobody reports yet: who is told comes with that pallet.
	type OnSlashResolved = ();
	type PalletId = StakingPalletId;
	type ReportWindow = adaptors::ReportWindowBlocks<Runtime>;
	type ReviewOrigin = EitherOfDiverse<EnsureRoot<AccountId>, SlashReview>;
	type RewardPeriod = adaptors::RewardPeriodBlocks<Runtime>;
	type RuntimeHoldReason = RuntimeHoldReason;
	// A key by the account that it makes: of any scheme that this chain verifies.
	type ServiceKey = AccountId;
	type ServiceLevel = Sla;
	type SlashDeferral = adaptors::SlashDeferralBlocks<Runtime>;
	type Treasury = TreasuryAccount;
	type UnbondingPeriod = adaptors::UnbondingBlocks<Runtime>;
	type WeightInfo = weights::pallet_staking_slash::WeightInfo<Runtime>;
}
