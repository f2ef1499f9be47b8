//! Migrations of this pallet's storage, one module per target version.

pub mod v1;
