//! Bonds, slashes and rewards.

use crate::{
	AccountId, Agreements, Anchors, Balance, Balances, Reports, Runtime, RuntimeHoldReason, Sla,
	configs::{TreasuryAccount, system::HookShare, telemetry::KeyHistory},
	constants::deposit,
	governance::{SlaAdmin, SlashReview},
	weights,
};
use frame_support::{
	PalletId, parameter_types,
	traits::{ConstU32, EitherOfDiverse, LinearStoragePrice, fungible::HoldConsideration},
	weights::Weight,
};
use frame_system::EnsureRoot;
use pallet_tempo::{Clock, adaptors};
use sp_runtime::Perbill;

/// Who is notified when an account no longer qualifies, or its bond has ended.
type OnBondLost = (Anchors, Agreements);

parameter_types! {
	/// The deposit for the four storage items of a bond: its ledger, its service keys, its operator and its endpoint.
	pub const BondStorageDeposit: Balance = deposit(4, 0);
	/// The additional deposit per byte.
	pub const BondByteDeposit: Balance = deposit(0, 1);
	/// The hold reason of the deposit.
	pub const BondStorageHold: RuntimeHoldReason =
		RuntimeHoldReason::StakingSlash(pallet_staking_slash::HoldReason::Storage);
	/// The id from which the accounts of the reward pools are derived.
	pub const StakingPalletId: PalletId = PalletId(*b"sln/stak");
	/// The weight of what follows when a bond is found too small.
	pub BondLossWeight: Weight = <OnBondLost as smartlayer_primitives::OnBondLost<AccountId>>::weight();
	/// The maximum minted for rewards per period: about 11 % a year with a period of one day.
	pub const MaxPeriodBudget: Perbill = Perbill::from_parts(300_000);
}

impl pallet_staking_slash::Config for Runtime {
	type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, SlaAdmin>;
	type AppealPeriod = adaptors::AppealBlocks<Runtime>;
	type Balance = Balance;
	type BlockNumberProvider = Clock<Runtime>;
	type Commitments = Agreements;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		BondStorageHold,
		LinearStoragePrice<BondStorageDeposit, BondByteDeposit, Balance>,
	>;
	type Currency = Balances;
	type ForceOrigin = EnsureRoot<AccountId>;
	type HookWeight = HookShare;
	type KeyHistory = KeyHistory;
	type LeaveGate = Anchors;
	type MaxChunks = ConstU32<8>;
	type MaxPeriodBudget = MaxPeriodBudget;
	type MaxServiceKeys = ConstU32<8>;
	type OnBondLost = OnBondLost;
	type OnSlashResolved = Reports;
	type PalletId = StakingPalletId;
	type RequireAgreement = pallet_agreements::RequireAgreement<Runtime>;
	type ReviewOrigin = EitherOfDiverse<EnsureRoot<AccountId>, SlashReview>;
	type RewardPeriod = adaptors::RewardPeriodBlocks<Runtime>;
	type RuntimeHoldReason = RuntimeHoldReason;
	// An account id, so that keys of every signature scheme of this chain are possible.
	type ServiceKey = AccountId;
	type ServiceLevel = Sla;
	type SlashDeferral = adaptors::SlashDeferralBlocks<Runtime>;
	type Treasury = TreasuryAccount;
	type UnbondingPeriod = adaptors::UnbondingBlocks<Runtime>;
	type WeightInfo = weights::pallet_staking_slash::WeightInfo<Runtime>;
}
