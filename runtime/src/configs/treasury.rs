//! The treasury: what fees, slashes and burns-that-are-none feed, and governance spends.

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
	/// Names the treasury's account.
	pub const TreasuryPalletId: PalletId = PalletId(*b"sln/trsy");
	/// The treasury's account, endowed with the existential deposit at genesis.
	pub TreasuryAccount: AccountId = TreasuryPalletId::get().into_account_truncating();
	/// What is not spent stays.
	pub const Burn: Permill = Permill::zero();
	/// The most that one referendum may spend: all there is.
	pub const MaxSpend: Balance = Balance::MAX;
}

/// Hands an amount to the treasury.
///
/// The SDK's `ResolveTo` burns what it can't deposit. The treasury's account exists from genesis on, so that
/// every amount can be deposited; should that ever fail, the loss is said aloud.
pub struct ToTreasury;

impl OnUnbalanced<Credit<AccountId, Balances>> for ToTreasury {
	fn on_nonzero_unbalanced(amount: Credit<AccountId, Balances>) {
		if let Err(lost) = Balances::resolve(&TreasuryAccount::get(), amount) {
			defensive!("the treasury can't receive", lost.peek());
		}
	}
}

/// The same for the pallets that still speak of negative imbalances: what they slash goes to the treasury.
pub type TreasuryInherits = pallet_treasury::Pallet<Runtime>;

/// Pays what governance has approved, and leaves the existential deposit in the treasury.
///
/// The SDK's `PayFromAccount` may take the last unit. The account would then end, and what reaches it next would be
/// burned or wait.
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
