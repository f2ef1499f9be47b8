use sp_core::H256;
use std::time::Duration;

/// Why something failed, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// The node of the chain cannot be reached.
	#[error("the chain node at {url} cannot be reached ({reason}): is it running, and is its RPC port open?")]
	Unreachable {
		/// Its URL.
		url: String,
		/// What the connection said.
		reason: String,
	},
	/// A service node or an anchor has not answered.
	#[error("no answer from {url}: {reason}")]
	NoAnswer {
		/// What was called.
		url: String,
		/// What has happened.
		reason: String,
	},
	/// The node of the chain does not answer.
	#[error("the chain node has not answered within {} s: is it overloaded, or has the connection broken?", .0.as_secs())]
	TimedOut(Duration),
	/// The node follows another chain.
	#[error("the node at {url} follows another chain: its genesis hash is {found:?}, and {expected:?} is expected")]
	AnotherChain {
		/// Its URL.
		url: String,
		/// Its genesis hash.
		found: H256,
		/// That of the expected chain.
		expected: H256,
	},
	/// The runtime was upgraded, and something that is used has another layout.
	#[error("{item} has changed with version {version} of the runtime: install a newer version of this program")]
	Incompatible {
		/// What has changed.
		item: String,
		/// The version of the runtime.
		version: u32,
	},
	/// The transaction was not accepted by the pool, or was removed from it. It had no effect.
	#[error("the transaction was not included: {0}")]
	NotIncluded(String),
	/// The connection broke after the transaction was sent: it may or may not be included.
	#[error("it is unknown whether the transaction was included ({0}): query the chain before you send another one")]
	Unknown(String),
	/// The call failed in its block.
	#[error("the call failed: {pallet}.{name}")]
	Failed {
		/// The pallet, `Token` for errors of balances, or `system` for those of the runtime itself.
		pallet: String,
		/// The error.
		name: String,
	},
	/// A key, an address or a number is not what it should be.
	#[error("{0}")]
	Invalid(String),
	/// A node has answered with something else.
	#[error("the node's answer makes no sense: {0}")]
	Unexpected(String),
}

impl Error {
	/// An answer that makes no sense.
	pub(crate) fn unexpected(error: impl std::fmt::Display) -> Self {
		Self::Unexpected(error.to_string())
	}

	/// Returns whether a call failed with this error of this pallet.
	pub fn is(&self, expected_pallet: &str, expected_name: &str) -> bool {
		matches!(self, Self::Failed { pallet, name } if pallet == expected_pallet && name == expected_name)
	}
}
