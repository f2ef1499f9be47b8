//! The migrations that this release brings.
//!
//! A stored type or the meaning of a stored value never changes without a new storage version of its pallet and a
//! migration to it. The pallet has a module for each version (`migrations::v2` leads from version 1 to 2), whose
//! `VersionedMigration` runs once, on a chain that is at the version before, and whose checks before and after run
//! under `try-runtime`. This runtime lists them here. `tests::stored` fails when something stored has changed and the
//! version has not.
//!
//! A migration stays on the list until every chain has installed a release with it. `docs/guides/change-what-is-stored.md`
//! goes through it step by step.

use crate::{Runtime, authorities, configs};

/// Those whose work is bounded and small: they run at the beginning of the first block of a new runtime.
pub type SingleBlock = (
	// First: the others read durations.
	pallet_tempo::migrations::v2::FromV1<Runtime, configs::Fast, configs::Fallback>,
	pallet_staking_slash::migrations::v2::FromV1<Runtime>,
	pallet_staking_slash::migrations::v3::FromV2<Runtime>,
	authorities::RecordRunningKeys,
);

/// Those whose work grows with what is stored: they take as many blocks as they need, in which nothing else runs.
#[cfg(not(feature = "runtime-benchmarks"))]
pub type MultiBlock = ();
