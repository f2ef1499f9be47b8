//! The promise and its encoding.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// The id of a payment session. The chain never assigns an id twice.
pub type SessionId = u64;

/// The prefix of every promise, which distinguishes promises from everything else that a key may sign.
pub const PROMISE_DOMAIN: &[u8; 21] = b"SmartLayer promise v1";

/// The length of an encoded promise, in bytes.
pub const PROMISE_BYTES: usize = 77;

/// The total amount that a payer owes a node in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Promise {
	/// The genesis hash of the chain.
	pub genesis: H256,
	/// The id of the session.
	pub session: SessionId,
	/// The total amount of the session so far, in the smallest unit of the token. Each promise includes all earlier ones.
	pub amount: u128,
}

impl Promise {
	/// Returns the bytes that are signed: domain, genesis hash, session and amount, with numbers in big-endian order.
	pub fn bytes(&self) -> [u8; PROMISE_BYTES] {
		let mut bytes = [0; PROMISE_BYTES];
		let parts: [&[u8]; 4] =
			[PROMISE_DOMAIN, self.genesis.as_bytes(), &self.session.to_be_bytes(), &self.amount.to_be_bytes()];
		let mut rest = &mut bytes[..];
		for part in parts {
			// The parts are as long as the array together, which a test checks.
			let Some((place, after)) = core::mem::take(&mut rest).split_at_mut_checked(part.len()) else { break };
			place.copy_from_slice(part);
			rest = after;
		}
		bytes
	}
}
