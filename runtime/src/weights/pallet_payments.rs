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
		// Shortest run: 118_716_000 picoseconds.
		Weight::from_parts(122_512_000, 0)
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
		// Shortest run: 66_799_000 picoseconds.
		Weight::from_parts(69_953_000, 0)
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
		// Shortest run: 18_308_000 picoseconds.
		Weight::from_parts(19_729_000, 0)
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
		// Shortest run: 20_230_000 picoseconds.
		Weight::from_parts(21_632_000, 0)
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
	/// Storage: `Agreements::Providers` (r:1 w:0)
	/// Proof: `Agreements::Providers` (`max_values`: None, `max_size`: Some(1985), added: 4460, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:5 w:5)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Volumes` (r:1 w:1)
	/// Proof: `Payments::Volumes` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	fn cash_out() -> Weight {
		// Shortest run: 180_428_000 picoseconds.
		Weight::from_parts(185_765_000, 0)
			.saturating_add(Weight::from_parts(0, 14005))
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
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
	/// Storage: `Agreements::Providers` (r:1 w:0)
	/// Proof: `Agreements::Providers` (`max_values`: None, `max_size`: Some(1985), added: 4460, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:132 w:132)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Volumes` (r:1 w:1)
	/// Proof: `Payments::Volumes` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[1, 128]`.
	fn cash_out_many(n: u32, ) -> Weight {
		// Shortest run: 183_152_000 picoseconds.
		Weight::from_parts(160_201_675, 0)
			.saturating_add(Weight::from_parts(0, 11402))
			// Standard error: 601_213.
			.saturating_add(Weight::from_parts(67_569_254, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
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
	/// Storage: `Agreements::Providers` (r:128 w:0)
	/// Proof: `Agreements::Providers` (`max_values`: None, `max_size`: Some(1985), added: 4460, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:259 w:259)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Payments::Volumes` (r:128 w:128)
	/// Proof: `Payments::Volumes` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[1, 128]`.
	fn cash_out_many_to(n: u32, ) -> Weight {
		// Shortest run: 183_252_000 picoseconds.
		Weight::from_parts(185_234_000, 0)
			.saturating_add(Weight::from_parts(0, 8799))
			// Standard error: 181_344.
			.saturating_add(Weight::from_parts(99_841_529, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().reads((5_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 5206).saturating_mul(n.into()))
	}
	/// Storage: `Payments::Sessions` (r:1 w:0)
	/// Proof: `Payments::Sessions` (`max_values`: None, `max_size`: Some(241), added: 2716, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `Agreements::Providers` (r:1 w:0)
	/// Proof: `Agreements::Providers` (`max_values`: None, `max_size`: Some(1985), added: 4460, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:0)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn skip() -> Weight {
		// Shortest run: 29_954_000 picoseconds.
		Weight::from_parts(32_468_000, 0)
			.saturating_add(Weight::from_parts(0, 5450))
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	fn verify_sr25519() -> Weight {
		// Shortest run: 39_248_000 picoseconds.
		Weight::from_parts(40_951_000, 0)
			.saturating_add(Weight::from_parts(0, 0))
	}
	fn verify_ed25519() -> Weight {
		// Shortest run: 38_347_000 picoseconds.
		Weight::from_parts(41_131_000, 0)
			.saturating_add(Weight::from_parts(0, 0))
	}
	fn verify_ecdsa() -> Weight {
		// Shortest run: 42_382_000 picoseconds.
		Weight::from_parts(46_068_000, 0)
			.saturating_add(Weight::from_parts(0, 0))
	}
	fn verify_ethereum() -> Weight {
		// Shortest run: 43_154_000 picoseconds.
		Weight::from_parts(46_279_000, 0)
			.saturating_add(Weight::from_parts(0, 0))
	}
	/// Storage: `Payments::Sessions` (r:1 w:1)
	/// Proof: `Payments::Sessions` (`max_values`: None, `max_size`: Some(241), added: 2716, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	fn close() -> Weight {
		// Shortest run: 20_771_000 picoseconds.
		Weight::from_parts(22_594_000, 0)
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
		// Shortest run: 71_226_000 picoseconds.
		Weight::from_parts(73_769_000, 0)
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
		// Shortest run: 111_876_000 picoseconds.
		Weight::from_parts(115_011_000, 0)
			.saturating_add(Weight::from_parts(0, 6196))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Payments::Parameters` (r:0 w:1)
	/// Proof: `Payments::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
	fn set_params() -> Weight {
		// Shortest run: 6_059_000 picoseconds.
		Weight::from_parts(6_690_000, 0)
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
		// Shortest run: 8_262_000 picoseconds.
		Weight::from_parts(8_974_000, 0)
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
		Weight::from_parts(13_019_000, 0)
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
		// Shortest run: 71_045_000 picoseconds.
		Weight::from_parts(73_810_000, 0)
			.saturating_add(Weight::from_parts(0, 6092))
			.saturating_add(T::DbWeight::get().reads(15_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
}
