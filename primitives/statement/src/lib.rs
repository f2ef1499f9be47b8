//! # Statements
//!
//! What service nodes, anchors and token issuers sign: the encoding that the chain, the programs of nodes and anchors, and
//! clients share. `docs/spec/statement.md` describes it byte by byte, and `vectors.json` contains examples.
//!
//! - A [`Statement`] is what a service node says of a token's state with every answer. Two statements of one node that
//!   [contradict](Statement::contradicts) each other prove a theft.
//! - A [`Body`] contains all data of an operation: what was written, and what the state became. Its hash is the payload of
//!   the [`Operation`](smartlayer_commitment::Operation).
//! - A [`Batch`] is a numbered list of operations that a node hands over to the anchors, and a [`Receipt`] is the
//!   confirmation of one anchor.
//! - A [`Probe`] is a call with which an observer samples the service of a node.
//! - A [`Record`] is what the issuer of a token class states of an instance: its bit, and the node that writes it.
//!
//! Everything is encoded with a fixed order and big-endian numbers, and hashed with keccak-256. Signed bytes begin with a text
//! that states their purpose, followed by the genesis hash of the chain. Parsers accept exactly the bytes that the encoders
//! produce, so that equal content has equal hashes.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	test,
	allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "overflows in tests must panic")
)]

extern crate alloc;

mod batch;
mod body;
mod bytes;
mod probe;
mod receipt;
mod record;
mod statement;
#[cfg(test)]
mod tests;

pub use batch::{BATCH_DOMAIN, Batch, Entry, HEADER_BYTES, Header, MAX_OPERATIONS};
pub use body::{BitChange, Body, MAX_WRITE, MIN_BODY_BYTES, Write};
pub use bytes::{ParseError, Reader};
pub use probe::{Probe, token_target};
pub use receipt::{RECEIPT_BYTES, RECEIPT_DOMAIN, Receipt};
pub use record::{CLASS_DOMAIN, RECORD_BYTES, RECORD_DOMAIN, Record, class_of};
pub use statement::{MAX_AGE, STATEMENT_BYTES, STATEMENT_DOMAIN, Statement};

use sp_core::H256;

/// An account: its 32 bytes.
pub type Account = [u8; 32];

/// Returns the keccak-256 hash of bytes: of a request, a response, a body, or a header.
pub fn hash(bytes: &[u8]) -> H256 {
	sp_io::hashing::keccak_256(bytes).into()
}
