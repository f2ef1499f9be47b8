//! Migrations of this pallet's storage, one module per target version.
//!
//! Each module has its own copies of old types and values, so that later changes do not alter what a migration did. It is
//! removed when no chain with an older version is left.

pub mod v2;
pub mod v3;
pub mod v4;
