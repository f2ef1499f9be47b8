//! Weights of `pallet_payments`, measured by `make bench` with Substrate benchmark CLI 64.0.0.
//!
//! On 2026-11-23, with 50 steps and 20 repetitions, on: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_imports, unused_parens, reason = "written for every pallet alike")]
#![allow(clippy::arithmetic_side_effects, missing_docs, reason = "written by a machine")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_payments`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_payments::WeightInfo for WeightInfo<T> {
	/// Storage: `StakingSlash::Ledgers` (r:1 w:0)
	/// Proof: `StakingSlash::Ledgers` (`max_values`: None, `max_size`: Some(407), added: 2882, mode: `MaxEncodedLen`)
	/// Storage: `StakingSlash::Parameters` (r:1 w:0)
	/// Proof: `StakingSlash::Parameters` (`max_values`: Some(1), `max_size`: Some(92), added: 587, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `Payments::NextSessionId` (r:1 w:1)
	/// Proof: `Payments::NextSessionId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Sessions` (r:0 w:1)
	/// Proof: `Payments::Sessions` (`max_values`: None, `max_size`: Some(241), added: 2716, mode: `MaxEncodedLen`)
	/// Storage: `Payments::SessionsOf` (r:0 w:2)
	/// Proof: `Payments::SessionsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn open_session() -> Weight {
		// Shortest run: 117_574_000 picoseconds.
		Weight::from_parts(121_390_000, 0)
			.saturating_add(Weight::from_parts(0, 3872))
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Payments::Sessions` (r:1 w:1)
	/// Proof: `Payments::Sessions` (`max_values`: None, `max_size`: Some(241), added: 2716, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn top_up() -> Weight {
		// Shortest run: 66_859_000 picoseconds.
		Weight::from_parts(70_124_000, 0)
			.saturating_add(Weight::from_parts(0, 6196))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Payments::Sessions` (r:1 w:1)
	/// Proof: `Payments::Sessions` (`max_values`: None, `max_size`: Some(241), added: 2716, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	fn extend() -> Weight {
		// Shortest run: 17_816_000 picoseconds.
		Weight::from_parts(21_041_000, 0)
			.saturating_add(Weight::from_parts(0, 3706))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Payments::Sessions` (r:1 w:1)
	/// Proof: `Payments::Sessions` (`max_values`: None, `max_size`: Some(241), added: 2716, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	fn replace_signer() -> Weight {
		// Shortest run: 19_779_000 picoseconds.
		Weight::from_parts(21_412_000, 0)
			.saturating_add(Weight::from_parts(0, 3706))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Parameters` (r:1 w:0)
	/// Proof: `Payments::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Sessions` (r:1 w:1)
	/// Proof: `Payments::Sessions` (`max_values`: None, `max_size`: Some(241), added: 2716, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:4 w:4)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Volumes` (r:1 w:1)
	/// Proof: `Payments::Volumes` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	fn cash_out() -> Weight {
		// Shortest run: 124_074_000 picoseconds.
		Weight::from_parts(128_270_000, 0)
			.saturating_add(Weight::from_parts(0, 11402))
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Parameters` (r:1 w:0)
	/// Proof: `Payments::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Sessions` (r:128 w:128)
	/// Proof: `Payments::Sessions` (`max_values`: None, `max_size`: Some(241), added: 2716, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:4 w:4)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Volumes` (r:1 w:1)
	/// Proof: `Payments::Volumes` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[1, 128]`.
	fn cash_out_many(n: u32, ) -> Weight {
		// Shortest run: 126_427_000 picoseconds.
		Weight::from_parts(114_534_968, 0)
			.saturating_add(Weight::from_parts(0, 11402))
			// Standard error: 29_337.
			.saturating_add(Weight::from_parts(14_951_963, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2716).saturating_mul(n.into()))
	}
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Parameters` (r:1 w:0)
	/// Proof: `Payments::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Sessions` (r:128 w:128)
	/// Proof: `Payments::Sessions` (`max_values`: None, `max_size`: Some(241), added: 2716, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:131 w:131)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Volumes` (r:128 w:128)
	/// Proof: `Payments::Volumes` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[1, 128]`.
	fn cash_out_many_to(n: u32, ) -> Weight {
		// Shortest run: 126_417_000 picoseconds.
		Weight::from_parts(66_797_601, 0)
			.saturating_add(Weight::from_parts(0, 8799))
			// Standard error: 60_018.
			.saturating_add(Weight::from_parts(44_186_915, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2716).saturating_mul(n.into()))
	}
	/// Storage: `Payments::Sessions` (r:1 w:0)
	/// Proof: `Payments::Sessions` (`max_values`: None, `max_size`: Some(241), added: 2716, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:0)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn skip() -> Weight {
		// Shortest run: 17_026_000 picoseconds.
		Weight::from_parts(18_347_000, 0)
			.saturating_add(Weight::from_parts(0, 3706))
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	fn verify_sr25519() -> Weight {
		// Shortest run: 40_380_000 picoseconds.
		Weight::from_parts(42_473_000, 0)
			.saturating_add(Weight::from_parts(0, 0))
	}
	fn verify_ed25519() -> Weight {
		// Shortest run: 39_358_000 picoseconds.
		Weight::from_parts(41_872_000, 0)
			.saturating_add(Weight::from_parts(0, 0))
	}
	fn verify_ecdsa() -> Weight {
		// Shortest run: 42_212_000 picoseconds.
		Weight::from_parts(45_308_000, 0)
			.saturating_add(Weight::from_parts(0, 0))
	}
	fn verify_ethereum() -> Weight {
		// Shortest run: 42_654_000 picoseconds.
		Weight::from_parts(45_658_000, 0)
			.saturating_add(Weight::from_parts(0, 0))
	}
	/// Storage: `Payments::Sessions` (r:1 w:1)
	/// Proof: `Payments::Sessions` (`max_values`: None, `max_size`: Some(241), added: 2716, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	fn close() -> Weight {
		// Shortest run: 20_431_000 picoseconds.
		Weight::from_parts(21_922_000, 0)
			.saturating_add(Weight::from_parts(0, 3706))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Payments::Sessions` (r:1 w:1)
	/// Proof: `Payments::Sessions` (`max_values`: None, `max_size`: Some(241), added: 2716, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn close_by_node() -> Weight {
		// Shortest run: 69_413_000 picoseconds.
		Weight::from_parts(71_907_000, 0)
			.saturating_add(Weight::from_parts(0, 6196))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Payments::Sessions` (r:1 w:1)
	/// Proof: `Payments::Sessions` (`max_values`: None, `max_size`: Some(241), added: 2716, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
	/// Storage: `Payments::SessionsOf` (r:0 w:2)
	/// Proof: `Payments::SessionsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn settle() -> Weight {
		// Shortest run: 108_251_000 picoseconds.
		Weight::from_parts(111_846_000, 0)
			.saturating_add(Weight::from_parts(0, 6196))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Payments::Parameters` (r:0 w:1)
	/// Proof: `Payments::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
	fn set_params() -> Weight {
		// Shortest run: 5_999_000 picoseconds.
		Weight::from_parts(6_570_000, 0)
			.saturating_add(Weight::from_parts(0, 0))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `Payments::VolumeCursor` (r:1 w:0)
	/// Proof: `Payments::VolumeCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn hook_base() -> Weight {
		// Shortest run: 8_192_000 picoseconds.
		Weight::from_parts(8_903_000, 0)
			.saturating_add(Weight::from_parts(0, 1713))
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `Payments::VolumeCursor` (r:1 w:1)
	/// Proof: `Payments::VolumeCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Volumes` (r:1 w:0)
	/// Proof: `Payments::Volumes` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	fn period_step() -> Weight {
		// Shortest run: 12_068_000 picoseconds.
		Weight::from_parts(13_260_000, 0)
			.saturating_add(Weight::from_parts(0, 3541))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `Payments::VolumeCursor` (r:1 w:1)
	/// Proof: `Payments::VolumeCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Volumes` (r:2 w:1)
	/// Proof: `Payments::Volumes` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Parameters` (r:1 w:0)
	/// Proof: `Payments::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
	/// Storage: `StakingSlash::Ledgers` (r:1 w:1)
	/// Proof: `StakingSlash::Ledgers` (`max_values`: None, `max_size`: Some(407), added: 2882, mode: `MaxEncodedLen`)
	/// Storage: `StakingSlash::Parameters` (r:1 w:0)
	/// Proof: `StakingSlash::Parameters` (`max_values`: Some(1), `max_size`: Some(92), added: 587, mode: `MaxEncodedLen`)
	/// Storage: `Sla::Deltas` (r:1 w:0)
	/// Proof: `Sla::Deltas` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	/// Storage: `Sla::VolumeWindowState` (r:1 w:1)
	/// Proof: `Sla::VolumeWindowState` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `Sla::Volumes` (r:1 w:1)
	/// Proof: `Sla::Volumes` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `Sla::Scores` (r:1 w:1)
	/// Proof: `Sla::Scores` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Sla::Targets` (r:1 w:0)
	/// Proof: `Sla::Targets` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	/// Storage: `Agreements::Parameters` (r:1 w:0)
	/// Proof: `Agreements::Parameters` (`max_values`: Some(1), `max_size`: Some(49), added: 544, mode: `MaxEncodedLen`)
	/// Storage: `StakingSlash::Pools` (r:1 w:1)
	/// Proof: `StakingSlash::Pools` (`max_values`: None, `max_size`: Some(125), added: 2600, mode: `MaxEncodedLen`)
	fn record_volume() -> Weight {
		// Shortest run: 70_795_000 picoseconds.
		Weight::from_parts(108_531_000, 0)
			.saturating_add(Weight::from_parts(0, 6092))
			.saturating_add(T::DbWeight::get().reads(15_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
}
