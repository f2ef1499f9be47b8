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
//! - [`api`] is what customers and service nodes send each other over HTTP.
//! - [`verify`] checks statements, snapshots, operations and bits against the chain.
//! - [`Address`] reads and prints account ids as users see them.
//!
//! What this library uses of the chain is generated from `metadata.scale`. A call, an item of storage or a view that has another
//! layout on the chain fails with [`Error::Incompatible`]; everything else keeps working across upgrades of the runtime.
//!
//! ```no_run
//! # async fn example() -> Result<(), smartlayer_client::Error> {
//! use smartlayer_client::{Chain, Finality, Key, calls};
//!
//! let chain = Chain::connect("ws://127.0.0.1:9944").await?;
//! let key = Key::from_uri("//Alice")?;
//! let node = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty".parse()?;
//! let now = chain.best().await?.clock().await?;
//! let open = calls::open_session(&node, 5_000_000_000_000, &key.promise_signer(), now + 14_400);
//! let block = chain.submit(&open, &key, Finality::Final).await?;
//! println!("opened the session {} in block {}", block.opened_session()?, block.head.number);
//! # Ok(())
//! # }
//! ```

mod address;
pub mod api;
pub mod calls;
mod chain;
mod error;
mod events;
mod http;
mod key;
mod payer;
mod service_node;
mod submit;
pub mod verify;

pub use address::Address;
pub use chain::{At, Bond, Chain, Demand, Follow, Head, Session};
pub use error::Error;
pub use events::{Demanded, Events};
pub use http::{Http, Response};
pub use key::Key;
pub use payer::Payer;
pub use service_node::{Answer, CallError, ServiceNode};
pub use submit::{Finality, Included};
pub use subxt::tx::Payload;

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
