//! Measured service.

use crate::{
	Agreements, Anchors, Balance, BlockNumber, Runtime, Signature, Sla, StakingSlash,
	configs::{staking_slash::BondLossWeight, system::HookShare},
	weights,
};
use frame_support::traits::{ConstU32, Get};
use pallet_babe::ParentBlockRandomness;
use pallet_tempo::{Clock, Schedule, adaptors};
use smartlayer_statement::MAX_AGE;

/// How long the replaced keys of a node are known: as long as faults can be reported, and answers of a window be shown.
pub struct KeyHistory;

impl Get<BlockNumber> for KeyHistory {
	fn get() -> BlockNumber {
		key_history(&pallet_tempo::Pallet::<Runtime>::current())
	}
}

/// Returns how long replaced keys are known under a schedule.
pub fn key_history(schedule: &Schedule) -> BlockNumber {
	let measured = [schedule.window_blocks, schedule.commit_blocks, schedule.reveal_blocks, MAX_AGE];
	measured.into_iter().fold(0, BlockNumber::saturating_add).max(schedule.report_window_blocks)
}

impl pallet_telemetry::Config for Runtime {
	type Balance = Balance;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benchmarks::Prepare;
	type BlockNumberProvider = Clock<Runtime>;
	type BondLossWeight = BondLossWeight;
	type Bonding = StakingSlash;
	type CommitPeriod = adaptors::CommitBlocks<Runtime>;
	type HookWeight = HookShare;
	type MaxSeats = ConstU32<32>;
	type OnWindowClosed = Agreements;
	type Randomness = ParentBlockRandomness<Runtime>;
	type RevealPeriod = adaptors::RevealBlocks<Runtime>;
	type Roster = Agreements;
	type Seats = Anchors;
	type ServiceKeys = StakingSlash;
	type ServiceLevel = Sla;
	type Signature = Signature;
	type WeightInfo = weights::pallet_telemetry::WeightInfo<Runtime>;
	type WindowLength = adaptors::WindowBlocks<Runtime>;
}

#[cfg(feature = "runtime-benchmarks")]
mod benchmarks {
	use crate::{AccountId, Balances, Runtime, RuntimeOrigin, Signature, StakingSlash, constants::SLN};
	use alloc::vec::Vec;
	use frame_support::{BoundedVec, assert_ok, traits::fungible::Mutate};
	use pallet_agreements::{PageOf, Pages, Roster, Slot, Stage};
	use pallet_anchors::{ActiveSeats, OnDuty};
	use smartlayer_measurement::{Bound, Meter, Metric};
	use smartlayer_primitives::{AnchorKey, Bonding, Role, Window};
	use sp_core::{crypto::KeyTypeId, ecdsa};
	use sp_io::{crypto, hashing::blake2_256};
	use sp_runtime::{Percent, RuntimeAppPublic};

	/// The key type under which keys are kept while a benchmark runs.
	const KEYS: KeyTypeId = KeyTypeId(*b"tele");

	/// Creates seats, nodes and signatures.
	pub struct Prepare;

	impl Prepare {
		fn bond(who: &AccountId, role: Role) {
			assert_ok!(Balances::mint_into(who, 100_000 * SLN));
			assert_ok!(StakingSlash::bond(RuntimeOrigin::signed(who.clone()), role, 10_000 * SLN));
			<StakingSlash as Bonding<_>>::seated(role, who);
		}
	}

	impl pallet_telemetry::BenchmarkHelper<AccountId, Signature> for Prepare {
		fn prepare_seats(count: u32) -> Vec<AccountId> {
			let seats: Vec<AccountId> = (0..count).map(|index| frame_benchmarking::account("seat", index, 0)).collect();
			seats.iter().for_each(|seat| Self::bond(seat, Role::Anchor));
			let key = AnchorKey::generate_pair(None);
			let on_duty = seats.iter().map(|who| OnDuty { who: who.clone(), key: key.clone() });
			ActiveSeats::<Runtime>::put(BoundedVec::truncate_from(on_duty.collect()));
			seats
		}

		fn prepare_page() -> Vec<(u8, AccountId, AccountId)> {
			let key = crypto::ecdsa_generate(KEYS, None);
			let key: AccountId = blake2_256(&key.0).into();
			let mut slots = PageOf::<Runtime>::new();
			let mut nodes = Vec::new();
			for place in 0..=u8::MAX {
				let provider: AccountId = frame_benchmarking::account("node", place.into(), 0);
				Self::bond(&provider, Role::ServiceNode);
				assert_ok!(StakingSlash::set_service_key(RuntimeOrigin::signed(provider.clone()), key.clone()));
				let bound = |metric| Bound { metric, value: 1 };
				let slot = Slot {
					agreement: place.into(),
					provider: provider.clone(),
					module: 0,
					bounds: BoundedVec::truncate_from(Metric::ALL.map(bound).to_vec()),
					renewed: None,
					units: 1,
					first: 0,
					last: Window::MAX,
					stage: Stage::Active,
					is_new: false,
					serving: true,
					suspended: false,
					away: BoundedVec::truncate_from([(0, 1); 4].to_vec()),
					spared_in: 0,
					spared: 0,
					spared_next: 0,
					credit: (0, Percent::zero()),
					meter: Meter::default(),
				};
				assert!(slots.try_insert(place, slot).is_ok());
				nodes.push((place, provider, key.clone()));
			}
			Roster::<Runtime>::insert(0, slots);
			Pages::<Runtime>::put(1);
			nodes
		}

		fn sign(key: &AccountId, bytes: &[u8]) -> Signature {
			let keys = crypto::ecdsa_public_keys(KEYS);
			let public = keys.iter().find(|public| AccountId::from(blake2_256(&public.0)) == *key);
			let signed = public.and_then(|public| crypto::ecdsa_sign(KEYS, public, bytes));
			assert!(signed.is_some(), "the key was created");
			Signature::Ecdsa(signed.unwrap_or_else(|| ecdsa::Signature::from_raw([0; 65])))
		}

		fn prepare_randomness() {
			pallet_babe::AuthorVrfRandomness::<Runtime>::put(Some([7; 32]));
		}
	}
}
