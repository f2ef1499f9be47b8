//! Payment sessions.

use crate::{
	AccountId, Agreements, Balance, Balances, BlockNumber, Runtime, RuntimeHoldReason, Sla, StakingSlash,
	configs::system::HookShare, constants::deposit, governance::SlaAdmin, weights,
};
use frame_support::{
	PalletId, parameter_types,
	traits::{ConstU32, EitherOfDiverse, Get, LinearStoragePrice, fungible::HoldConsideration},
};
use frame_system::EnsureRoot;
use pallet_tempo::{Clock, adaptors};

parameter_types! {
	/// The deposit for the three storage items of a session: its record, and an entry for each of its accounts.
	pub const SessionStorageDeposit: Balance = deposit(3, 0);
	/// The additional deposit per byte.
	pub const SessionByteDeposit: Balance = deposit(0, 1);
	/// The id from which the account with the deposits of sessions is derived.
	pub const PaymentsPalletId: PalletId = PalletId(*b"sln/paym");
	/// The hold reason of the deposit.
	pub const SessionStorageHold: RuntimeHoldReason =
		RuntimeHoldReason::Payments(pallet_payments::HoldReason::Storage);
}

/// The storage deposit of a session.
pub type SessionTicket = HoldConsideration<
	AccountId,
	Balances,
	SessionStorageHold,
	LinearStoragePrice<SessionStorageDeposit, SessionByteDeposit, Balance>,
>;

/// The thaw of sessions: longer than the time in which a fault can be reported, so that its customer is known.
pub struct PaymentThaw;

impl Get<BlockNumber> for PaymentThaw {
	fn get() -> BlockNumber {
		let thaw: BlockNumber = adaptors::PaymentThawBlocks::<Runtime>::get();
		let window: BlockNumber = adaptors::ReportWindowBlocks::<Runtime>::get();
		thaw.max(window.saturating_add(1))
	}
}

impl pallet_payments::Config for Runtime {
	type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, SlaAdmin>;
	type Balance = Balance;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benchmarks::Prepare;
	type BlockNumberProvider = Clock<Runtime>;
	type Bonding = StakingSlash;
	type Consideration = SessionTicket;
	type Currency = Balances;
	type HookWeight = HookShare;
	type LongestSession = adaptors::LongestSessionBlocks<Runtime>;
	type MaxBatch = ConstU32<128>;
	type PalletId = PaymentsPalletId;
	type RewardPeriod = adaptors::RewardPeriodBlocks<Runtime>;
	type Rewards = StakingSlash;
	type ServiceCredit = Agreements;
	type ServiceLevel = Sla;
	type Thaw = PaymentThaw;
	type WeightInfo = weights::pallet_payments::WeightInfo<Runtime>;
}

#[cfg(feature = "runtime-benchmarks")]
mod benchmarks {
	use crate::{AccountId, Balances, Runtime, RuntimeOrigin, StakingSlash, constants::SLN};
	use frame_support::{assert_ok, traits::fungible::Mutate};
	use pallet_agreements::{Credit, MAX_CREDITS, MAX_METERS, Providers};
	use smartlayer_measurement::Meter;
	use smartlayer_primitives::Role;
	use sp_runtime::Percent;

	/// Bonds service nodes, and funds payers.
	pub struct Prepare;

	impl pallet_payments::BenchmarkHelper<AccountId> for Prepare {
		fn prepare_node(who: &AccountId) {
			Self::fund(who);
			assert_ok!(StakingSlash::bond(RuntimeOrigin::signed(who.clone()), Role::ServiceNode, 1_000 * SLN));
		}

		fn fund(who: &AccountId) {
			Balances::set_balance(who, 10_000 * SLN);
		}

		fn prepare_credit(node: &AccountId) {
			Providers::<Runtime>::mutate(node, |known| {
				(0..MAX_METERS).for_each(|module| known.keep_meter(module, Meter::default()));
				let credit = |window| Credit { window, module: window, share: Percent::from_percent(10) };
				(1..=MAX_CREDITS).for_each(|window| known.note_credit(credit(window)));
			});
		}
	}
}
