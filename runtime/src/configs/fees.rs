//! Transaction fees and their recipients.

use super::treasury::ToTreasury;
use crate::constants::MICRO_SLN;
use crate::{AccountId, Authorship, Balance, Balances, Runtime, RuntimeEvent, weights};
use frame_support::{
	dynamic_params::{dynamic_pallet_params, dynamic_params},
	pallet_prelude::*,
	parameter_types,
	traits::{
		Imbalance, OnUnbalanced,
		fungible::{Balanced, Credit},
	},
	weights::ConstantMultiplier,
};
use frame_system::EnsureRoot;
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{FixedPointNumber, Perbill, Perquintill};

/// The parameters that governance changes on the root track.
#[allow(missing_docs, reason = "the macro writes modules that have none")]
#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod dynamic_params {
	use super::*;

	/// Transaction fees.
	#[dynamic_pallet_params]
	#[codec(index = 0)]
	pub mod fees {
		/// The treasury's share of every fee and tip. The block author receives the rest.
		#[codec(index = 0)]
		pub static TreasuryShare: Perbill = Perbill::from_percent(80);
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl Default for RuntimeParameters {
	fn default() -> Self {
		RuntimeParameters::Fees(dynamic_params::fees::Parameters::TreasuryShare(
			dynamic_params::fees::TreasuryShare,
			Some(Perbill::from_percent(80)),
		))
	}
}

impl pallet_parameters::Config for Runtime {
	type AdminOrigin = EnsureRoot<AccountId>;
	type RuntimeEvent = RuntimeEvent;
	type RuntimeParameters = RuntimeParameters;
	type WeightInfo = weights::pallet_parameters::WeightInfo<Runtime>;
}

/// Splits fees and tips between the treasury and the block author.
pub struct SplitFees;

impl SplitFees {
	fn split(amount: Credit<AccountId, Balances>) {
		let to_treasury = dynamic_params::fees::TreasuryShare::get().mul_ceil(amount.peek());
		let (treasury, author) = amount.split(to_treasury);
		ToTreasury::on_unbalanced(treasury);
		// Without a known author, or if the author's account cannot be credited, the treasury receives everything.
		let rest = match Authorship::author() {
			Some(account) => Balances::resolve(&account, author).err(),
			None => Some(author),
		};
		if let Some(rest) = rest {
			ToTreasury::on_unbalanced(rest);
		}
	}
}

impl OnUnbalanced<Credit<AccountId, Balances>> for SplitFees {
	fn on_nonzero_unbalanced(amount: Credit<AccountId, Balances>) {
		Self::split(amount);
	}

	fn on_unbalanceds(amounts: impl Iterator<Item = Credit<AccountId, Balances>>) {
		// Fee and tip are split alike.
		let sum = amounts.fold(Credit::<AccountId, Balances>::zero(), Imbalance::merge);
		if sum.peek() > 0 {
			Self::split(sum);
		}
	}
}

parameter_types! {
	/// The fee per picosecond of weight. The base fee of a transaction is about one thousandth of an SLN.
	pub const WeightFee: Balance = 10;
	/// The fee per byte of a transaction.
	pub const TransactionByteFee: Balance = 10 * MICRO_SLN;
	/// The fullness of blocks at which the fee multiplier remains constant.
	pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
	/// The speed at which the fee multiplier follows the fullness of blocks.
	pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
	/// The minimum fee multiplier.
	pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_rational(1, 10);
	/// The maximum fee multiplier.
	pub MaximumMultiplier: Multiplier = Multiplier::saturating_from_integer(1_000);
	/// The priority of operational calls, as a multiple of their fee.
	pub const OperationalFeeMultiplier: u8 = 5;
}

impl pallet_transaction_payment::Config for Runtime {
	type FeeMultiplierUpdate =
		TargetedFeeAdjustment<Self, TargetBlockFullness, AdjustmentVariable, MinimumMultiplier, MaximumMultiplier>;
	type LengthToFee = ConstantMultiplier<Balance, TransactionByteFee>;
	type OnChargeTransaction = FungibleAdapter<Balances, SplitFees>;
	type OperationalFeeMultiplier = OperationalFeeMultiplier;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
	type WeightToFee = ConstantMultiplier<Balance, WeightFee>;
}
