//! The migrations of this release.
//!
//! A stored type or the meaning of a stored value never changes without a new storage version of its pallet and a migration
//! to it. A pallet has one module per version (`migrations::v2` leads from version 1 to 2), whose `VersionedMigration` runs
//! once, on a chain at the version before, and whose checks run under `try-runtime`. The runtime lists the migrations here.
//! `tests::stored` fails if a layout has changed without a new version.
//!
//! A migration remains listed until every chain has installed a release that contains it.
//! `docs/guides/change-what-is-stored.md` describes the steps.

use crate::{Runtime, authorities, configs};

/// Small, bounded migrations, run at the start of the first block of a new runtime.
pub type SingleBlock = (
	// First, because the others read durations.
	pallet_tempo::migrations::v2::FromV1<Runtime, configs::Fast, configs::Fallback>,
	pallet_staking_slash::migrations::v2::FromV1<Runtime>,
	pallet_staking_slash::migrations::v3::FromV2<Runtime>,
	pallet_staking_slash::migrations::v4::FromV3<Runtime>,
	authorities::RecordRunningKeys,
	pallet_payments::migrations::v1::Initialise<Runtime>,
	pallet_reports::migrations::v1::Initialise<Runtime>,
	pallet_agreements::migrations::v1::Initialise<Runtime>,
);

/// Migrations whose work grows with the state: they take as many blocks as they need, without other transactions.
#[cfg(not(feature = "runtime-benchmarks"))]
pub type MultiBlock = ();
