//! The treasury: funded by fees, slashes and forfeited deposits, spent by governance.

use crate::{AccountId, Balance, Balances, Runtime, RuntimeEvent, governance::Treasurer};
use frame_support::{
	PalletId, defensive, parameter_types,
	traits::{
		EitherOf, EitherOfDiverse, Imbalance, OnUnbalanced,
		fungible::{Balanced, Credit, Mutate},
		tokens::{Pay, PaymentStatus, Preservation, UnityAssetBalanceConversion},
	},
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess, EnsureWithSuccess};
use pallet_tempo::Clock;
use sp_runtime::{
	DispatchError, Permill,
	traits::{AccountIdConversion, ConstU32, IdentityLookup},
};

parameter_types! {
	/// The id from which the treasury's account is derived.
	pub const TreasuryPalletId: PalletId = PalletId(*b"sln/trsy");
	/// The treasury's account, endowed with the existential deposit at genesis.
	pub TreasuryAccount: AccountId = TreasuryPalletId::get().into_account_truncating();
	/// Unspent funds are not burned.
	pub const Burn: Permill = Permill::zero();
	/// The maximum that one referendum may spend: no limit.
	pub const MaxSpend: Balance = Balance::MAX;
}

/// Transfers a credit to the treasury.
///
/// The SDK's `ResolveTo` burns what it cannot deposit. The treasury's account exists from genesis on, so every amount can be
/// deposited; a failure would be logged as an error.
pub struct ToTreasury;

impl OnUnbalanced<Credit<AccountId, Balances>> for ToTreasury {
	fn on_nonzero_unbalanced(amount: Credit<AccountId, Balances>) {
		if let Err(lost) = Balances::resolve(&TreasuryAccount::get(), amount) {
			defensive!("the treasury can't receive", lost.peek());
		}
	}
}

/// The same for pallets that use negative imbalances.
pub type TreasuryInherits = pallet_treasury::Pallet<Runtime>;

/// Pays approved spends, and keeps the existential deposit in the treasury.
///
/// The SDK's `PayFromAccount` can take the last unit. The account would then be removed, and small amounts for it burned or
/// refused.
pub struct PayFromTreasury;

impl Pay for PayFromTreasury {
	type AssetKind = ();
	type Balance = Balance;
	type Beneficiary = AccountId;
	type Error = DispatchError;
	type Id = ();

	fn pay(who: &AccountId, (): (), amount: Balance) -> Result<(), DispatchError> {
		Balances::transfer(&TreasuryAccount::get(), who, amount, Preservation::Preserve).map(drop)
	}

	fn check_payment((): ()) -> PaymentStatus {
		PaymentStatus::Success
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_successful(_: &AccountId, (): (), amount: Balance) {
		let minted = Balances::mint_into(&TreasuryAccount::get(), amount);
		assert!(minted.is_ok(), "the treasury can be endowed: {minted:?}");
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_concluded((): ()) {}
}

impl pallet_treasury::Config for Runtime {
	type AssetKind = ();
	type BalanceConverter = UnityAssetBalanceConversion;
	type Beneficiary = AccountId;
	type BeneficiaryLookup = IdentityLookup<AccountId>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
	type BlockNumberProvider = Clock<Runtime>;
	type Burn = Burn;
	type BurnDestination = ();
	type Currency = Balances;
	type MaxApprovals = ConstU32<100>;
	type PalletId = TreasuryPalletId;
	type Paymaster = PayFromTreasury;
	type PayoutPeriod = pallet_tempo::adaptors::TreasuryPayout<Runtime>;
	type RejectOrigin = EitherOfDiverse<EnsureRoot<AccountId>, Treasurer>;
	type RuntimeEvent = RuntimeEvent;
	type SpendFunds = ();
	type SpendOrigin =
		EitherOf<EnsureRootWithSuccess<AccountId, MaxSpend>, EnsureWithSuccess<Treasurer, AccountId, MaxSpend>>;
	type SpendPeriod = pallet_tempo::adaptors::TreasurySpend<Runtime>;
	type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
}
