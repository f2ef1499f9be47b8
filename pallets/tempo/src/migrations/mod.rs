//! Migrations of what this pallet stores, a module for each version that they lead to.
//!
//! A module keeps what it needs of the past by itself: a type that changes later must not change what a migration did.
//! It is removed when no chain is left that is older.

pub mod v2;
