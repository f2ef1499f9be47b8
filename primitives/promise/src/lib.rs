//! # Payment promises
//!
//! A payer opens a session with a service node on the chain, and signs a [`Promise`] with every call: the total amount that
//! it owes the node in this session so far. The node redeems the last one on the chain. The chain, the programs of nodes and
//! the clients of payers use this encoding; `docs/spec/payments.md` describes it, and `vectors.json` contains examples.
//!
//! - A [`Promise`] is bound to a chain and a session, and has a fixed encoding of [`PROMISE_BYTES`] bytes.
//! - A [`Signer`] is the public key, or the Ethereum address, that the payer has named for the session.
//! - A [`Signature`] states its [`Scheme`], because wallets sign the same bytes in different ways.
//! - A [`SignedPromise`] contains all three. [`SignedPromise::check`] checks it against a session's chain, id and signer. The chain
//!   also accepts a replaced signer for a time, and needs no signature for amounts that were presented before.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	test,
	allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "overflows in tests must panic")
)]

extern crate alloc;

mod promise;
mod signature;
#[cfg(test)]
mod tests;

pub use promise::{PROMISE_BYTES, PROMISE_DOMAIN, Promise, SessionId};
pub use signature::{PromiseError, Scheme, Signature, SignatureBytes, SignedPromise, Signer};
