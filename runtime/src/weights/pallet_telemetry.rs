//! Weights of `pallet_telemetry`, measured by `make bench` with Substrate benchmark CLI 64.0.0.
//!
//! On 2026-11-23, with 50 steps and 20 repetitions, on: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_imports, unused_parens, reason = "written for every pallet alike")]
#![allow(clippy::arithmetic_side_effects, missing_docs, reason = "written by a machine")]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_telemetry`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_telemetry::WeightInfo for WeightInfo<T> {
	/// Storage: `StakingSlash::Operators` (r:1 w:0)
	/// Proof: `StakingSlash::Operators` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Telemetry::Windows` (r:1 w:1)
	/// Proof: `Telemetry::Windows` (`max_values`: None, `max_size`: Some(2299), added: 4774, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	fn commit() -> Weight {
		// Shortest run: 72_227_000 picoseconds.
		Weight::from_parts(82_613_000, 0)
			.saturating_add(Weight::from_parts(0, 5764))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `StakingSlash::Operators` (r:1 w:0)
	/// Proof: `StakingSlash::Operators` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Telemetry::Windows` (r:1 w:0)
	/// Proof: `Telemetry::Windows` (`max_values`: None, `max_size`: Some(2299), added: 4774, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `Telemetry::Claims` (r:1 w:1)
	/// Proof: `Telemetry::Claims` (`max_values`: None, `max_size`: Some(1051), added: 3526, mode: `MaxEncodedLen`)
	/// Storage: `Agreements::Roster` (r:1 w:0)
	/// Proof: `Agreements::Roster` (`max_values`: None, `max_size`: Some(55054), added: 57529, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:2 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `StakingSlash::ServiceKeys` (r:1 w:0)
	/// Proof: `StakingSlash::ServiceKeys` (`max_values`: None, `max_size`: Some(377), added: 2852, mode: `MaxEncodedLen`)
	fn reveal() -> Weight {
		// Shortest run: 467_814_000 picoseconds.
		Weight::from_parts(483_397_000, 0)
			.saturating_add(Weight::from_parts(0, 58519))
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Tempo::Standstill` (r:1 w:0)
	/// Proof: `Tempo::Standstill` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `Telemetry::NextWindow` (r:1 w:0)
	/// Proof: `Telemetry::NextWindow` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Telemetry::Windows` (r:1 w:1)
	/// Proof: `Telemetry::Windows` (`max_values`: None, `max_size`: Some(2299), added: 4774, mode: `MaxEncodedLen`)
	/// Storage: `Telemetry::Mixed` (r:1 w:1)
	/// Proof: `Telemetry::Mixed` (`max_values`: Some(1), `max_size`: Some(36), added: 531, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `Telemetry::Closing` (r:1 w:0)
	/// Proof: `Telemetry::Closing` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn look() -> Weight {
		// Shortest run: 81_060_000 picoseconds.
		Weight::from_parts(85_918_000, 0)
			.saturating_add(Weight::from_parts(0, 5764))
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Telemetry::Windows` (r:1 w:2)
	/// Proof: `Telemetry::Windows` (`max_values`: None, `max_size`: Some(2299), added: 4774, mode: `MaxEncodedLen`)
	/// Storage: `Anchors::ActiveSeats` (r:1 w:0)
	/// Proof: `Anchors::ActiveSeats` (`max_values`: Some(1), `max_size`: Some(2049), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Agreements::Pages` (r:1 w:0)
	/// Proof: `Agreements::Pages` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Telemetry::NextWindow` (r:0 w:1)
	/// Proof: `Telemetry::NextWindow` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// The range of component `s` is `[0, 32]`.
	fn begin_window(s: u32, ) -> Weight {
		// Shortest run: 40_109_000 picoseconds.
		Weight::from_parts(53_349_577, 0)
			.saturating_add(Weight::from_parts(0, 5764))
			// Standard error: 12_981.
			.saturating_add(Weight::from_parts(258_599, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Telemetry::Windows` (r:1 w:1)
	/// Proof: `Telemetry::Windows` (`max_values`: None, `max_size`: Some(2299), added: 4774, mode: `MaxEncodedLen`)
	/// Storage: `Agreements::Roster` (r:1 w:1)
	/// Proof: `Agreements::Roster` (`max_values`: None, `max_size`: Some(55054), added: 57529, mode: `MaxEncodedLen`)
	/// Storage: `Telemetry::Claims` (r:32 w:32)
	/// Proof: `Telemetry::Claims` (`max_values`: None, `max_size`: Some(1051), added: 3526, mode: `MaxEncodedLen`)
	/// Storage: `Agreements::Modules` (r:1 w:0)
	/// Proof: `Agreements::Modules` (`max_values`: None, `max_size`: Some(205), added: 2680, mode: `MaxEncodedLen`)
	/// Storage: `Tempo::Schedule` (r:1 w:0)
	/// Proof: `Tempo::Schedule` (`max_values`: Some(1), `max_size`: Some(228), added: 723, mode: `MaxEncodedLen`)
	/// Storage: `Telemetry::Closing` (r:0 w:1)
	/// Proof: `Telemetry::Closing` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// The range of component `s` is `[0, 32]`.
	fn close_page(s: u32, ) -> Weight {
		// Shortest run: 924_281_000 picoseconds.
		Weight::from_parts(1_801_970_976, 0)
			.saturating_add(Weight::from_parts(0, 58519))
			// Standard error: 917_691.
			.saturating_add(Weight::from_parts(28_273_330, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 3526).saturating_mul(s.into()))
	}
	/// Storage: `Telemetry::Windows` (r:1 w:1)
	/// Proof: `Telemetry::Windows` (`max_values`: None, `max_size`: Some(2299), added: 4774, mode: `MaxEncodedLen`)
	/// Storage: `Anchors::ActiveSeats` (r:1 w:0)
	/// Proof: `Anchors::ActiveSeats` (`max_values`: Some(1), `max_size`: Some(2049), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Sla::Deltas` (r:1 w:0)
	/// Proof: `Sla::Deltas` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	/// Storage: `Sla::Scores` (r:32 w:32)
	/// Proof: `Sla::Scores` (`max_values`: None, `max_size`: Some(65), added: 2540, mode: `MaxEncodedLen`)
	/// Storage: `Sla::Targets` (r:1 w:0)
	/// Proof: `Sla::Targets` (`max_values`: None, `max_size`: Some(17), added: 2492, mode: `MaxEncodedLen`)
	/// Storage: `StakingSlash::Ledgers` (r:32 w:32)
	/// Proof: `StakingSlash::Ledgers` (`max_values`: None, `max_size`: Some(407), added: 2882, mode: `MaxEncodedLen`)
	/// Storage: `StakingSlash::Parameters` (r:1 w:0)
	/// Proof: `StakingSlash::Parameters` (`max_values`: Some(1), `max_size`: Some(92), added: 587, mode: `MaxEncodedLen`)
	/// Storage: `Telemetry::Closing` (r:0 w:1)
	/// Proof: `Telemetry::Closing` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// The range of component `s` is `[0, 32]`.
	fn end_window(s: u32, ) -> Weight {
		// Shortest run: 35_222_000 picoseconds.
		Weight::from_parts(58_297_339, 0)
			.saturating_add(Weight::from_parts(0, 5764))
			// Standard error: 213_324.
			.saturating_add(Weight::from_parts(26_485_772, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(2_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 2882).saturating_mul(s.into()))
	}
}
