//! # The program of a service node
//!
//! It serves tokens over HTTP, is paid by promises, signs a statement over every answer, hands its operations over to the anchors,
//! cashes its promises out, and answers demands on the chain. `docs/guides/run-a-service-node.md` is for those who run it,
//! `docs/spec/token-api.md` for those who call it.
//!
//! - [`config`] reads what the operator has written.
//! - [`store`] is the database: nothing is signed or answered before it is durable.
//! - [`chain`] follows the chain, and knows the sessions.
//! - [`node`] serves calls: [`payment`] checks how they are paid.
//! - [`http`] is what is read from and written to connections, and [`private`] what only the operator may call.
//! - [`agreements`] negotiates with the network, and renews.
//! - [`batches`], [`proofs`], [`cash_out`] and [`demands`] are what happens beside the calls.

pub mod agreements;
pub mod batches;
pub mod cash_out;
pub mod chain;
pub mod check;
pub mod config;
pub mod demands;
pub mod http;
pub mod metrics;
pub mod node;
pub mod payment;
pub mod private;
pub mod problem;
pub mod proofs;
pub mod store;

pub use smartlayer_daemon::{Stop, stopped};
