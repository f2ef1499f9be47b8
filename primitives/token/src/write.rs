//! Actions with the signatures of their authors.

use crate::Action;
use alloc::vec::Vec;
use codec::{Decode, Encode};
use smartlayer_statement::{Account, ParseError, Reader, Write};
use sp_core::{H256, ecdsa};
use sp_runtime::{AccountId32, MultiSignature, traits::Verify};

/// The text with which the signed bytes of an action begin, unless it is a record, which has its own.
pub const WRITE_DOMAIN: &[u8; 19] = b"SmartLayer write v1";

/// What an action is signed for: a state of a token, on a chain. Its hash contains the token and its number of operations, so
/// that no action can be repeated, or take effect on another state than the one that its author knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
	/// The genesis hash of the chain.
	pub genesis: H256,
	/// The hash of the state before the action.
	pub before: H256,
}

/// An action with the signature of its author. The author's account is the user of the operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedWrite {
	/// What is ordered.
	pub action: Action,
	/// The signature of [`SignedWrite::payload`].
	pub signature: MultiSignature,
}

impl SignedWrite {
	/// Returns the bytes that the author of an action signs: a record by itself, so that it can also be proved on the chain, and
	/// any other action together with its place.
	pub fn payload(action: &Action, place: &Place) -> Vec<u8> {
		if let Action::Assign(record) = action {
			return record.bytes().to_vec();
		}
		let parts: [&[u8]; 4] = [WRITE_DOMAIN, place.genesis.as_bytes(), place.before.as_bytes(), &action.bytes()];
		parts.concat()
	}

	/// Returns whether an account has signed the action for a place, in a program or in a browser wallet, which wraps the bytes.
	pub fn is_by(&self, author: &Account, place: &Place) -> bool {
		let author = AccountId32::new(*author);
		let payload = Self::payload(&self.action, place);
		let wrapped = [b"<Bytes>", &payload[..], b"</Bytes>"].concat();
		self.signature.verify(&payload[..], &author) || self.signature.verify(&wrapped[..], &author)
	}

	/// Returns the encoding: the write of an operation's body. It always fits.
	pub fn bytes(&self) -> Write {
		Write::truncate_from([self.action.bytes(), self.signature.encode()].concat())
	}

	/// Reads a write.
	pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
		let mut reader = Reader::new(bytes);
		let action = Action::read(&mut reader)?;
		let mut rest = reader.rest();
		let signature = match rest.first() {
			None => return Err(ParseError::TooShort),
			Some(..=2) => MultiSignature::decode(&mut rest).map_err(|_| ParseError::TooShort)?,
			// The SDK derives accounts for the last scheme otherwise than Ethereum does.
			Some(_) => return Err(ParseError::UnknownTag),
		};
		if let MultiSignature::Ecdsa(signature) = &signature
			&& !is_canonical(signature)
		{
			return Err(ParseError::BadSignature);
		}
		if rest.is_empty() { Ok(Self { action, signature }) } else { Err(ParseError::TrailingBytes) }
	}
}

/// The half of the order of secp256k1.
const HALF_ORDER: [u8; 32] = [
	0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e,
	0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
];

/// Returns whether an ecdsa signature has the form that signers produce. Others can rewrite a signature into further forms,
/// which verify as well.
fn is_canonical(signature: &ecdsa::Signature) -> bool {
	let bytes: &[u8; 65] = signature.as_ref();
	matches!(bytes, [_, .., 0 | 1]) && bytes.get(32..64).is_some_and(|s| *s <= HALF_ORDER[..])
}
