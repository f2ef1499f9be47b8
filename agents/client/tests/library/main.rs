//! The library against a node of a development chain, and against service nodes that lie.

#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, reason = "tests may panic")]

mod chain;
mod double;
/// The examples of the documentation, which run here.
mod examples {
	pub(crate) mod call;
	pub(crate) mod follow;
	pub(crate) mod session;
}
mod lies;
