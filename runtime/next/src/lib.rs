//! The runtime under the number of the version after this one, and without the hash of its metadata: an upgrade from
//! this checkout to itself, with which a network can be taken through everything that an upgrade does. It is never
//! released.

#![no_std]

#[cfg(target_family = "wasm")]
pub use smartlayer_runtime::*;
