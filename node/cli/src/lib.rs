//! A node of the SmartLayer chain.

#![expect(clippy::result_large_err, reason = "the SDK's errors are large, and they are rare")]

mod chain_spec;
mod cli;
mod client;
mod command;
mod executor;
mod genesis_check;
mod genesis_state;
mod ports;
mod rpc;
mod runtime_cache;
mod service;
mod watch;

pub use command::run;
