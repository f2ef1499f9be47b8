//! # The program of an anchor
//!
//! It takes in the batches of service nodes and signs receipts, follows the receipts of the other seats, writes the snapshot of each
//! interval in turn with the co-signatures of the others, co-signs theirs, and proves operations, bits and snapshots to everyone.
//! `docs/guides/run-an-anchor.md` is for those who run it, `docs/spec/anchor-api.md` for those who call it.
//!
//! - [`config`] reads what the operator has written, [`check`] says what is missing.
//! - [`store`] is the database: nothing that is signed leaves it before it is durable.
//! - [`intake`] verifies batches, and certifies those that two thirds of the seats have.
//! - [`content`] builds what a snapshot commits to.
//! - [`chain`] follows the chain, [`peers`] the other seats.
//! - [`duty`] proposes and writes snapshots, [`co_sign`] co-signs those of others.
//! - [`agreements`] answers the offers of service nodes with the other seats, by the operator's [`policy`].
//! - [`telemetry`] measures service nodes, and says so on the chain.
//! - [`reports`] tells which votes the seat owes, and reports void intervals.
//! - [`http`] is what is answered, and [`private`] what only the operator may call.

pub mod agreements;
pub mod anchor;
pub mod chain;
pub mod check;
pub mod co_sign;
pub mod config;
pub mod content;
pub mod duty;
pub mod http;
pub mod intake;
pub mod metrics;
pub mod peers;
pub mod policy;
pub mod private;
pub mod reports;
pub mod store;
pub mod telemetry;
