//! Elections, duty and snapshots.

use crate::{
	AccountId, Balances, Runtime, RuntimeHoldReason, RuntimeOrigin, Session, Signature, Sla, StakingSlash,
	authorities::RunningKeys, configs::system::HookShare, governance::AnchorAdmin, weights,
};
use frame_support::{
	pallet_prelude::DispatchResult,
	traits::{ConstU32, EitherOfDiverse},
	weights::Weight,
};
use frame_system::EnsureRoot;
use pallet_session::{NextKeys, QueuedKeys, WeightInfo as _};
use pallet_tempo::{Clock, adaptors};
use smartlayer_primitives::{Allowance, AnchorKey, SeatKeys};
use sp_statement_store::StatementAllowance;

/// The allowance of an anchor in the statement store: a few hours of operations between snapshots.
///
/// The allowances of 32 anchors together stay below what a node may send to a new peer at once: five times
/// `sc_network_statement::config::DEFAULT_STATEMENTS_PER_SECOND`. A node that sends more is banned.
const STATEMENTS: StatementAllowance = StatementAllowance { max_count: 7_500, max_size: 16 * 1024 * 1024 };

/// The session keys of accounts.
pub struct SessionSeatKeys;

impl SeatKeys<AccountId> for SessionSeatKeys {
	fn has_keys(who: &AccountId) -> bool {
		NextKeys::<Runtime>::contains_key(who)
	}

	fn are_planned(seats: &[AccountId]) -> bool {
		let planned = QueuedKeys::<Runtime>::get();
		planned.len() == seats.len()
			&& planned
				.iter()
				.zip(seats)
				.all(|((who, keys), seat)| who == seat && NextKeys::<Runtime>::get(seat).as_ref() == Some(keys))
	}

	fn are_in_use(who: &AccountId) -> bool {
		RunningKeys::<Runtime>::get().iter().any(|(authority, _)| authority == who)
			|| QueuedKeys::<Runtime>::get().iter().any(|(authority, _)| authority == who)
	}

	fn remove(who: &AccountId) -> DispatchResult {
		Session::purge_keys(RuntimeOrigin::signed(who.clone()))
	}

	fn remove_weight() -> Weight {
		<Runtime as pallet_session::Config>::WeightInfo::purge_keys()
			.saturating_add(<Runtime as frame_system::Config>::DbWeight::get().reads(2))
	}
}

/// The allowances read by the statement store of the node.
pub struct StatementAllowances;

impl Allowance<AnchorKey> for StatementAllowances {
	fn give(key: &AnchorKey) {
		sp_statement_store::increase_allowance_by(key, STATEMENTS);
	}

	fn withdraw(key: &AnchorKey) {
		sp_statement_store::decrease_allowance_by(key, STATEMENTS);
	}
}

impl pallet_anchors::Config for Runtime {
	type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, AnchorAdmin>;
	type Allowance = StatementAllowances;
	type BackupDelay = adaptors::BackupDelayBlocks<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benchmarks::Prepare;
	type BlockNumberProvider = Clock<Runtime>;
	type Bonding = StakingSlash;
	type Currency = Balances;
	type HookWeight = HookShare;
	type IntervalLength = adaptors::IntervalBlocks<Runtime>;
	type MaxCandidates = ConstU32<100>;
	type MaxPicks = ConstU32<16>;
	type MaxSeats = ConstU32<32>;
	type Randomness = pallet_babe::RandomnessFromOneEpochAgo<Runtime>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SeatKeys = SessionSeatKeys;
	type ServiceLevel = Sla;
	// One week of intervals of ten minutes.
	type SnapshotHistory = ConstU32<1_008>;
	type TermSessions = adaptors::TermEpochs<Runtime>;
	type UserSignature = Signature;
	type WeightInfo = weights::pallet_anchors::WeightInfo<Runtime>;
}

#[cfg(feature = "runtime-benchmarks")]
mod benchmarks {
	use crate::{AccountId, Balances, Runtime, RuntimeOrigin, SessionKeys, StakingSlash, constants::SLN};
	use codec::Decode;
	use frame_support::traits::fungible::Mutate;
	use smartlayer_primitives::{AnchorKey, Role};
	use sp_runtime::traits::TrailingZeroInput;

	/// Bonds accounts and sets their session keys.
	pub struct Prepare;

	impl pallet_anchors::BenchmarkHelper<AccountId> for Prepare {
		fn prepare(role: Role, who: &AccountId, key: AnchorKey) {
			let bond = 10_000 * SLN;
			let prepared = Balances::mint_into(who, 2 * bond)
				.and_then(|_| StakingSlash::bond(RuntimeOrigin::signed(who.clone()), role, bond));
			assert_eq!(prepared, Ok(()));
			let mut nothing = TrailingZeroInput::zeroes();
			if let Ok(keys) = SessionKeys::decode(&mut nothing) {
				pallet_session::NextKeys::<Runtime>::insert(who, SessionKeys { anch: key, ..keys });
			}
		}
	}
}
