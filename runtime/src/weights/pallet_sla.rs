//! Weights of `pallet_sla`, measured by `make bench` with Substrate benchmark CLI 64.0.0.
//!
//! On 2026-11-22, with 50 steps and 20 repetitions, on: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_imports, unused_parens, reason = "written for every pallet alike")]
#![allow(clippy::arithmetic_side_effects, missing_docs, reason = "written by a machine")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_sla`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_sla::WeightInfo for WeightInfo<T> {
	/// Storage: `Sla::Targets` (r:1 w:0)
	/// Proof: `Sla::Targets` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	/// Storage: `Sla::Deltas` (r:0 w:1)
	/// Proof: `Sla::Deltas` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	fn set_delta() -> Weight {
		// Shortest run: 9_574_000 picoseconds.
		Weight::from_parts(13_230_000, 0)
			.saturating_add(Weight::from_parts(0, 3482))
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Sla::Thresholds` (r:0 w:1)
	/// Proof: `Sla::Thresholds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	fn set_thresholds() -> Weight {
		// Shortest run: 5_698_000 picoseconds.
		Weight::from_parts(7_692_000, 0)
			.saturating_add(Weight::from_parts(0, 0))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Sla::Targets` (r:0 w:1)
	/// Proof: `Sla::Targets` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	fn set_target() -> Weight {
		// Shortest run: 6_820_000 picoseconds.
		Weight::from_parts(7_942_000, 0)
			.saturating_add(Weight::from_parts(0, 0))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Sla::Targets` (r:1 w:0)
	/// Proof: `Sla::Targets` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	/// Storage: `Sla::Scores` (r:1 w:1)
	/// Proof: `Sla::Scores` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `StakingSlash::Ledgers` (r:1 w:0)
	/// Proof: `StakingSlash::Ledgers` (`max_values`: None, `max_size`: Some(407), added: 2882, mode: `MaxEncodedLen`)
	fn force_score() -> Weight {
		// Shortest run: 19_068_000 picoseconds.
		Weight::from_parts(21_021_000, 0)
			.saturating_add(Weight::from_parts(0, 3872))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Sla::Deltas` (r:1 w:0)
	/// Proof: `Sla::Deltas` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	/// Storage: `Sla::Scores` (r:1 w:1)
	/// Proof: `Sla::Scores` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Sla::Targets` (r:1 w:0)
	/// Proof: `Sla::Targets` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	/// Storage: `StakingSlash::Ledgers` (r:1 w:0)
	/// Proof: `StakingSlash::Ledgers` (`max_values`: None, `max_size`: Some(407), added: 2882, mode: `MaxEncodedLen`)
	fn record_constant() -> Weight {
		// Shortest run: 20_701_000 picoseconds.
		Weight::from_parts(22_794_000, 0)
			.saturating_add(Weight::from_parts(0, 3872))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
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
	/// Storage: `StakingSlash::Ledgers` (r:1 w:0)
	/// Proof: `StakingSlash::Ledgers` (`max_values`: None, `max_size`: Some(407), added: 2882, mode: `MaxEncodedLen`)
	fn record_volume() -> Weight {
		// Shortest run: 38_547_000 picoseconds.
		Weight::from_parts(42_623_000, 0)
			.saturating_add(Weight::from_parts(0, 3872))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
}
