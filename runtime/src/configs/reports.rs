//! Reports, proofs and demands.

use crate::{
	AccountId, Agreements, Anchors, Balance, Balances, Payments, Runtime, RuntimeHoldReason, Signature, Sla,
	StakingSlash,
	configs::{TreasuryAccount, staking_slash::BondLossWeight, system::HookShare},
	constants::deposit,
	governance::SlaAdmin,
	weights,
};
use frame_support::{
	parameter_types,
	traits::{ConstU32, EitherOfDiverse, LinearStoragePrice, fungible::HoldConsideration},
};
use frame_system::EnsureRoot;
use pallet_tempo::{Clock, adaptors};

parameter_types! {
	/// The deposit for an announced proof.
	pub const CommitmentStorageDeposit: Balance = deposit(1, 0);
	/// The additional deposit per byte.
	pub const CommitmentByteDeposit: Balance = deposit(0, 1);
	/// The hold reason of the deposit.
	pub const CommitmentHold: RuntimeHoldReason = RuntimeHoldReason::Reports(pallet_reports::HoldReason::Storage);
}

impl pallet_reports::Config for Runtime {
	type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, SlaAdmin>;
	type Balance = Balance;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benchmarks::Prepare;
	type BlockNumberProvider = Clock<Runtime>;
	type BondLossWeight = BondLossWeight;
	type Bonding = StakingSlash;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		CommitmentHold,
		LinearStoragePrice<CommitmentStorageDeposit, CommitmentByteDeposit, Balance>,
	>;
	type Currency = Balances;
	type DemandPeriod = adaptors::DemandBlocks<Runtime>;
	type HookWeight = HookShare;
	type LongestMaintenance = adaptors::MaintenanceBlocks<Runtime>;
	type Maintenance = Agreements;
	type MaxReports = ConstU32<1_024>;
	type MaxReportsAgainst = ConstU32<8>;
	// All seats together can reach the maximum, and none alone.
	type MaxReportsBy = ConstU32<32>;
	type MaxSeats = ConstU32<32>;
	type ReportWindow = adaptors::ReportWindowBlocks<Runtime>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Seats = Anchors;
	type ServiceKeys = StakingSlash;
	type ServiceLevel = Sla;
	type Sessions = Payments;
	type Signature = Signature;
	type Slasher = StakingSlash;
	type Treasury = TreasuryAccount;
	type VotePeriod = adaptors::VoteBlocks<Runtime>;
	type WeightInfo = weights::pallet_reports::WeightInfo<Runtime>;
	type WindowLength = adaptors::WindowBlocks<Runtime>;
}

#[cfg(feature = "runtime-benchmarks")]
mod benchmarks {
	use crate::{
		AccountId, Balances, Payments, Runtime, RuntimeOrigin, Signature, Sla, StakingSlash, System, Tempo,
		constants::SLN,
	};
	use alloc::vec::Vec;
	use frame_support::{BoundedVec, assert_ok, traits::fungible::Mutate};
	use pallet_anchors::{ActiveSeats, CurrentDuty, Duty, OnDuty};
	use smartlayer_primitives::{AnchorKey, Bonding, Role, Score, SessionId};
	use smartlayer_promise::Signer;
	use sp_core::{crypto::KeyTypeId, ecdsa};
	use sp_io::{crypto, hashing::blake2_256};

	/// The key type under which keys are kept while a benchmark runs.
	const KEYS: KeyTypeId = KeyTypeId(*b"repo");

	/// Creates seats, nodes, sessions and keys.
	pub struct Prepare;

	impl Prepare {
		fn bond(who: &AccountId, role: Role) {
			<Self as pallet_reports::BenchmarkHelper<_, _>>::fund(who);
			assert_ok!(StakingSlash::bond(RuntimeOrigin::signed(who.clone()), role, 10_000 * SLN));
			assert_ok!(Sla::force_score(RuntimeOrigin::root(), role, who.clone(), Score::from_u32(50)));
		}
	}

	impl pallet_reports::BenchmarkHelper<AccountId, Signature> for Prepare {
		fn fund(who: &AccountId) {
			assert_ok!(Balances::mint_into(who, 100_000 * SLN));
		}

		fn prepare_seats(count: u32) -> Vec<AccountId> {
			let seats: Vec<AccountId> = (0..count).map(|index| frame_benchmarking::account("seat", index, 0)).collect();
			for seat in &seats {
				Self::bond(seat, Role::Anchor);
				<StakingSlash as Bonding<_>>::seated(Role::Anchor, seat);
			}
			let key = <AnchorKey as sp_runtime::RuntimeAppPublic>::generate_pair(None);
			let on_duty = seats.iter().map(|who| OnDuty { who: who.clone(), key: key.clone() });
			ActiveSeats::<Runtime>::put(BoundedVec::truncate_from(on_duty.collect()));
			seats
		}

		fn prepare_node(node: &AccountId, key: AccountId) {
			Self::bond(node, Role::ServiceNode);
			assert_ok!(StakingSlash::set_service_key(RuntimeOrigin::signed(node.clone()), key));
		}

		fn open_session(payer: &AccountId, node: &AccountId) -> SessionId {
			let id = pallet_payments::NextSessionId::<Runtime>::get();
			let payer = RuntimeOrigin::signed(payer.clone());
			let expiry = Tempo::now().saturating_add(1_000);
			assert_ok!(Payments::open_session(payer, node.clone(), 10 * SLN, Signer::Sr25519([1; 32]), expiry));
			id
		}

		fn prepare_void_interval() -> u32 {
			let interval = Tempo::now().checked_div(Tempo::schedule().interval_blocks).unwrap_or_default();
			let order = BoundedVec::new();
			CurrentDuty::<Runtime>::put(Duty { interval, start: System::block_number(), order, writer: None });
			interval.saturating_sub(1)
		}

		fn create_key() -> AccountId {
			let key = crypto::ecdsa_generate(KEYS, None);
			blake2_256(&key.0).into()
		}

		fn sign(key: &AccountId, bytes: &[u8]) -> Signature {
			let keys = crypto::ecdsa_public_keys(KEYS);
			let public = keys.iter().find(|public| AccountId::from(blake2_256(&public.0)) == *key);
			let signed = public.and_then(|public| crypto::ecdsa_sign(KEYS, public, bytes));
			assert!(signed.is_some(), "the key was created");
			Signature::Ecdsa(signed.unwrap_or_else(|| ecdsa::Signature::from_raw([0; 65])))
		}
	}
}
