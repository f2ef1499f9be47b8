//! Modules, negotiation and agreements.

use crate::{
	AccountId, Anchors, Balance, Balances, BlockNumber, Hash, Runtime, RuntimeHoldReason, Sla, StakingSlash, Telemetry,
	Tempo,
	configs::{payments::PaymentThaw, staking_slash::BondLossWeight, system::HookShare},
	constants::{SLN, deposit},
	governance::SlaAdmin,
	weights,
};
use alloc::vec::Vec;
use frame_support::{
	BoundedVec, parameter_types,
	traits::{ConstU32, EitherOfDiverse, Get, LinearStoragePrice, Randomness, fungible::HoldConsideration},
};
use frame_system::EnsureRoot;
use pallet_agreements::{Name, Resource, Specification, Workload};
use pallet_babe::{EpochStart, RandomnessFromOneEpochAgo};
use pallet_tempo::{Clock, Schedule, adaptors};
use smartlayer_measurement::{Metric, Objective, Objectives, SAMPLES, Terms, Tier};
use sp_runtime::{Percent, Permill};

parameter_types! {
	/// The deposit of a module, which is read by whoever chooses one.
	pub const ModuleStorageDeposit: Balance = deposit(1, 0).saturating_add(SLN.saturating_mul(10));
	/// The additional deposit per byte.
	pub const ModuleByteDeposit: Balance = deposit(0, 1);
	/// The hold reason of the deposit.
	pub const ModuleHold: RuntimeHoldReason = RuntimeHoldReason::Agreements(pallet_agreements::HoldReason::Module);
}

/// The deposit of a module.
pub type ModuleTicket = HoldConsideration<
	AccountId,
	Balances,
	ModuleHold,
	LinearStoragePrice<ModuleStorageDeposit, ModuleByteDeposit, Balance>,
>;

/// The randomness of the epoch before, which nobody could know before that epoch began. Its last authors know nearly all of it
/// before it is over, so what is concluded in it must wait for a later one.
pub struct SlotRandomness;

impl Randomness<Hash, BlockNumber> for SlotRandomness {
	fn random(subject: &[u8]) -> (Hash, BlockNumber) {
		let (hash, _) = RandomnessFromOneEpochAgo::<Runtime>::random(subject);
		(hash, EpochStart::<Runtime>::get().0)
	}
}

/// How long credits of a node that is gone are kept: as long as a session with it can be paid.
pub struct CreditHistory;

impl Get<BlockNumber> for CreditHistory {
	fn get() -> BlockNumber {
		let longest: BlockNumber = adaptors::LongestSessionBlocks::<Runtime>::get();
		longest.saturating_add(PaymentThaw::get())
	}
}

/// The longest agreement: 26 budget periods, which are a year of a live chain.
pub struct LongestAgreement;

impl Get<u32> for LongestAgreement {
	fn get() -> u32 {
		Tempo::current().half_budget_windows.saturating_mul(52)
	}
}

/// The standard modules of this chain's tempo.
pub struct StandardModules;

impl Get<Vec<Specification>> for StandardModules {
	fn get() -> Vec<Specification> {
		standard_modules(&Tempo::current())
	}
}

/// Returns the standard modules of a schedule: the tests, notices and budgets of maintenance of a live chain take days, if budget periods
/// are longer than these.
pub fn standard_modules(schedule: &Schedule) -> Vec<Specification> {
	const AVAILABILITY: Metric = Metric::Availability;
	const LATENCY: Metric = Metric::Latency;
	let of = |metric, loosest, strictest| Objective { metric, loosest, strictest };
	let (token, storage, gpu) = (Resource::TokenService, Resource::Storage, Resource::Gpu);
	let bandwidth = of(Metric::Bandwidth, 1, 1_000);
	let benchmark = of(Metric::Benchmark, 1, 100_000);
	let modules: [(_, _, _, &[Objective]); 4] = [
		("Token API basic", token, Workload::TokenApi, &[of(AVAILABILITY, 990_000, 999_000), of(LATENCY, 2_000, 250)]),
		("Token API strict", token, Workload::TokenApi, &[of(AVAILABILITY, 999_000, 999_900), of(LATENCY, 500, 50)]),
		("Storage", storage, Workload::Other, &[of(AVAILABILITY, 990_000, 999_000), bandwidth]),
		(
			"GPU inference",
			gpu,
			Workload::Inference,
			&[of(AVAILABILITY, 980_000, 999_000), of(LATENCY, 10_000, 500), benchmark],
		),
	];
	let half = schedule.half_budget_windows;
	let (testing, shadow, maintenance) = if half > 84 { (24, 168, 4) } else { (2, 2, 2) };
	let specification = |(name, resource, workload, objectives): &(&str, _, _, &[Objective])| {
		Some(Specification {
			name: Name::parse(name)?,
			resource: *resource,
			workload: *workload,
			objectives: Objectives::merge(*objectives)?,
			terms: terms(),
			testing,
			shadow,
			quota: quota(schedule),
			// At most a quarter of the budget period.
			maintenance: maintenance.min(half / 2),
			notice: testing,
		})
	};
	modules.iter().filter_map(specification).collect()
}

/// Returns the calls a minute that are enough for an observer that makes each sample with three attempts, and for a few others: at least 30.
fn quota(schedule: &Schedule) -> u32 {
	const ATTEMPTS: u64 = 3;
	let millis = u64::from(schedule.slot_millis).saturating_mul(schedule.window_blocks.into());
	let samples = u64::from(SAMPLES).saturating_mul(60_000).checked_div(millis).unwrap_or_default();
	u32::try_from(samples.saturating_mul(ATTEMPTS)).unwrap_or(u32::MAX).max(30)
}

/// The terms of the standard modules, which the simulation has settled (`docs/simulation.md`).
fn terms() -> Terms {
	let tier = |below, share| Tier { below: Permill::from_percent(below), share: Percent::from_percent(share) };
	Terms {
		floor: 54,
		missed: Percent::from_percent(10),
		tiers: BoundedVec::truncate_from([tier(99, 25), tier(95, 100)].into()),
		slash_below: Permill::from_percent(95),
		slash_breached: Percent::from_percent(20),
	}
}

impl pallet_agreements::Config for Runtime {
	type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, SlaAdmin>;
	type Balance = Balance;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benchmarks::Prepare;
	type BlockNumberProvider = Clock<Runtime>;
	type BondLossWeight = BondLossWeight;
	type Bonding = StakingSlash;
	type ClosedWindows = Telemetry;
	type Consent = Anchors;
	type Consideration = ModuleTicket;
	type CreditHistory = CreditHistory;
	type Currency = Balances;
	type HalfBudget = adaptors::HalfBudgetWindows<Runtime>;
	type HookWeight = HookShare;
	type LongestAgreement = LongestAgreement;
	type LongestMaintenance = adaptors::MaintenanceBlocks<Runtime>;
	type MaxAgreements = ConstU32<4>;
	type MaxModulesInUse = ConstU32<32>;
	type MaxSeats = ConstU32<32>;
	type OfferPeriod = adaptors::OfferBlocks<Runtime>;
	type Randomness = SlotRandomness;
	type Rewards = StakingSlash;
	type RuntimeHoldReason = RuntimeHoldReason;
	type ServiceLevel = Sla;
	type Slasher = StakingSlash;
	type Stakes = StakingSlash;
	type StandardModules = StandardModules;
	type WeightInfo = weights::pallet_agreements::WeightInfo<Runtime>;
	type WindowLength = adaptors::WindowBlocks<Runtime>;
}

#[cfg(feature = "runtime-benchmarks")]
mod benchmarks {
	use crate::{AccountId, Balances, BlockNumber, Runtime, RuntimeOrigin, Sla, StakingSlash, constants::SLN};
	use alloc::vec::Vec;
	use frame_support::{BoundedVec, assert_ok, traits::fungible::Mutate};
	use pallet_anchors::{ActiveSeats, OnDuty};
	use smartlayer_primitives::{AnchorKey, CoSignature, Role, Score};
	use sp_runtime::RuntimeAppPublic;

	/// Bonds nodes, and creates seats that sign.
	pub struct Prepare;

	impl pallet_agreements::BenchmarkHelper<AccountId> for Prepare {
		fn prepare_node(who: &AccountId) {
			Self::fund(who);
			let origin = RuntimeOrigin::signed(who.clone());
			assert_ok!(StakingSlash::bond(origin, Role::ServiceNode, 100_000 * SLN));
			assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, who.clone(), Score::from_u32(50)));
		}

		fn fund(who: &AccountId) {
			assert_ok!(Balances::mint_into(who, 1_000_000 * SLN));
		}

		fn prepare_seats(count: u32) -> Vec<AccountId> {
			let seats: Vec<AccountId> = (0..count).map(|index| frame_benchmarking::account("seat", index, 0)).collect();
			let key = AnchorKey::generate_pair(None);
			let on_duty = seats.iter().map(|who| OnDuty { who: who.clone(), key: key.clone() });
			ActiveSeats::<Runtime>::put(BoundedVec::truncate_from(on_duty.collect()));
			seats
		}

		fn sign(seat: &AccountId, payload: &[u8]) -> CoSignature<AccountId> {
			let seats = ActiveSeats::<Runtime>::get();
			let known = seats.into_iter().find(|known| known.who == *seat);
			let signed = known.and_then(|known| Some((known.key.sign(&payload)?, known.key)));
			match signed {
				Some((signature, key)) => CoSignature { seat: seat.clone(), key, signature },
				None => panic!("the seat was prepared"),
			}
		}

		fn prepare_randomness(block: BlockNumber) {
			pallet_babe::EpochStart::<Runtime>::put((block.saturating_add(1), block.saturating_add(1)));
		}
	}
}
