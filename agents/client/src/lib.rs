//! # A client of the SmartLayer chain
//!
//! For programs beside a node, for websites and for tools: queries of the chain, transactions, payment sessions, and the
//! verification of everything that nodes and anchors say.
//!
//! - [`Chain`] is a connection to a node of the chain. It reads accounts, bonds, sessions and demands at any block, follows the
//!   final chain ([`Chain::follow`]), and submits transactions ([`Chain::submit`]).
//! - [`Key`] signs: transactions, promises and statements, with sr25519, ed25519 or ecdsa.
//! - [`Payer`] promises a rising amount in a payment session, and knows what it has promised.
//! - [`ServiceNode`] calls a service node, pays, and checks its answers.
//! - [`Anchor`] asks an anchor for proofs, and checks them with the chain.
//! - [`api`] is what customers and service nodes send each other over HTTP.
//! - [`verify`] checks statements, snapshots, operations and bits against the chain.
//! - [`Address`] and [`Amount`] read and print account ids and amounts as users see them.
//!
//! The formats of the chain, which other crates define, are re-exported: [`commitment`], [`measurement`], [`promise`], [`statement`], [`token`], and
//! [`H256`] and [`sp_core`]. The library is used from the repository:
//!
//! ```toml
//! [dependencies]
//! smartlayer-client = { git = "<the URL of this repository>" }
//! futures = "0.3"
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//! ```
//!
//! What this library uses of the chain is generated from `metadata.scale`. A call, an item of storage or a view that has another
//! layout on the chain fails with [`Error::Incompatible`]; everything else keeps working across upgrades of the runtime.
//!
//!
#![doc = concat!("```no_run\n", include_str!("../tests/library/examples/session.rs"), "```")]

mod address;
mod agreement;
mod amount;
mod anchor;
pub mod api;
pub mod bounds;
pub mod calls;
mod chain;
mod error;
mod events;
mod http;
mod key;
mod payer;
mod service_node;
mod submit;
mod telemetry;
pub mod verify;

pub use address::Address;
pub use agreement::{Agreement, MAX_ROUNDS, Module, Negotiation, Offer, Quote, RosterSlot, Stage};
pub use amount::Amount;
pub use anchor::Anchor;
pub use chain::{At, Bond, Chain, Demand, Duty, Follow, Head, OnDuty, Report, Session};
pub use error::Error;
pub use events::{Demanded, Events, Outcome};
pub use http::{Http, Response};
pub use hyper;
pub use key::Key;
pub use payer::Payer;
pub use service_node::{Answer, CallError, ServiceNode};
pub use smartlayer_commitment as commitment;
pub use smartlayer_measurement as measurement;
pub use smartlayer_promise as promise;
pub use smartlayer_promise::SessionId;
pub use smartlayer_statement as statement;
pub use smartlayer_token as token;
pub use sp_core::{self, H256};
pub use sp_runtime;
pub use submit::{Finality, Included};
pub use subxt::tx::Payload;
pub use telemetry::{KeyPeriod, OpenWindow, WindowPhases};

/// What the chain offers, as generated from its metadata.
#[allow(
	missing_docs,
	clippy::all,
	clippy::allow_attributes_without_reason,
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	rustdoc::all,
	reason = "generated"
)]
#[subxt::subxt(
	runtime_metadata_path = "metadata.scale",
	substitute_type(
		path = "smartlayer_promise::signature::SignedPromise",
		with = "::subxt::utils::Static<::smartlayer_promise::SignedPromise>"
	),
	substitute_type(
		path = "smartlayer_commitment::snapshot::Snapshot",
		with = "::subxt::utils::Static<::smartlayer_commitment::Snapshot>"
	),
	substitute_type(
		path = "smartlayer_commitment::operation::Operation",
		with = "::subxt::utils::Static<::smartlayer_commitment::Operation>"
	),
	substitute_type(
		path = "smartlayer_commitment::operation::OperationProof",
		with = "::subxt::utils::Static<::smartlayer_commitment::OperationProof>"
	),
	substitute_type(
		path = "smartlayer_commitment::claim::ClaimProof",
		with = "::subxt::utils::Static<::smartlayer_commitment::ClaimProof>"
	),
	substitute_type(
		path = "smartlayer_commitment::history::History",
		with = "::subxt::utils::Static<::smartlayer_commitment::History>"
	),
	substitute_type(
		path = "smartlayer_measurement::objective::Bound",
		with = "::subxt::utils::Static<::smartlayer_measurement::Bound>"
	),
	substitute_type(
		path = "smartlayer_measurement::objective::Objectives",
		with = "::subxt::utils::Static<::smartlayer_measurement::Objectives>"
	),
	substitute_type(
		path = "smartlayer_measurement::terms::Terms",
		with = "::subxt::utils::Static<::smartlayer_measurement::Terms>"
	),
	substitute_type(
		path = "smartlayer_statement::statement::Statement",
		with = "::subxt::utils::Static<::smartlayer_statement::Statement>"
	),
	substitute_type(
		path = "smartlayer_statement::record::Record",
		with = "::subxt::utils::Static<::smartlayer_statement::Record>"
	),
	substitute_type(
		path = "sp_runtime::MultiSignature",
		with = "::subxt::utils::Static<::sp_runtime::MultiSignature>"
	),
	substitute_type(
		path = "smartlayer_promise::signature::Signer",
		with = "::subxt::utils::Static<::smartlayer_promise::Signer>"
	)
)]
pub mod runtime {}
