//! # Tokens
//!
//! What service nodes serve. The [`State`] of a token is the result of its operations, in order, and of nothing else: everyone
//! who has the operations computes the same state, and the same hash, which nodes sign in their statements. Nodes, anchors and
//! clients use this code; `docs/spec/token.md` describes it, and `vectors.json` contains examples.
//!
//! - An [`Action`] is what a user or the issuer of a class orders.
//! - A [`SignedWrite`] is an action with the signature of its author. It is the write of an operation's body.
//! - [`State::apply`] decides whether the author may order it, and returns the state that follows. [`perform`] makes the operation
//!   of it, and [`verify`] checks one that somebody else has made.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	test,
	allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "overflows in tests must panic")
)]

extern crate alloc;

mod action;
mod apply;
mod state;
#[cfg(test)]
mod tests;
mod write;

pub use action::{Action, Key, MAX_KEY, MAX_VALUE, Value};
pub use apply::{Refusal, perform, verify};
pub use state::{Assignment, MAX_ATTRIBUTES, STATE_DOMAIN, State};
pub use write::{Place, SignedWrite, WRITE_DOMAIN};
