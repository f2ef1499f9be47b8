//! Storage migrations, one module per target version.

pub mod v1;
