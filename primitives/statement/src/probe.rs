//! Probes: ordinary calls of the token API, of which an observer can show later that it has made them.

use crate::{Account, hash};
use alloc::{format, string::String};
use sp_core::H256;

/// The prefix that tells these hashes from others.
const PROBE_DOMAIN: &[u8] = b"SmartLayer probe v1";

/// A call with which an observer samples the service of a node.
///
/// It reads a token with a nonce, as any client may do, and the node's statement is about that request. The nonce can be computed by
/// nobody before the observer shows its salt, and by everybody afterwards: so a node cannot tell such a call by its content, and an observer can
/// show that it has made it in the window that the statement is dated in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
	/// The genesis hash of the chain.
	pub genesis: H256,
	/// The account of the observer.
	pub observer: Account,
	/// The window.
	pub window: u32,
	/// The slot of the node in the roster.
	pub slot: u32,
	/// The sample in the window.
	pub sample: u8,
	/// The secret of the observer for this window.
	pub salt: H256,
}

impl Probe {
	/// Returns the nonce of the call.
	pub fn nonce(&self) -> H256 {
		let (window, slot) = (self.window.to_be_bytes(), self.slot.to_be_bytes());
		let parts: [&[u8]; 7] = [
			PROBE_DOMAIN,
			self.genesis.as_bytes(),
			&self.observer,
			&window,
			&slot,
			&[self.sample],
			self.salt.as_bytes(),
		];
		hash(&parts.concat())
	}

	/// Returns the hash of the request that reads a token with the nonce: the one that the statement of the answer contains.
	pub fn request(&self, class: H256, instance: H256) -> H256 {
		hash(format!("GET {}\n", token_target(class, instance, self.nonce())).as_bytes())
	}
}

/// Returns the path, from `/v1/` on, of the call that reads a token, with a nonce that makes its answer a new one.
pub fn token_target(class: H256, instance: H256, nonce: H256) -> String {
	format!("/v1/tokens/{class:?}/{instance:?}?nonce={nonce:?}")
}
