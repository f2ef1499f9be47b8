//! Storage migrations, one module per target version.
//!
//! Each module contains its own copies of the old types, so that a later change of a type does not change the migration.
//! A module is removed when no chain with an older version exists.

pub mod v2;
