//! Actions with the signatures of their authors.

use crate::Action;
use alloc::vec::Vec;
use codec::{Decode, Encode};
use smartlayer_statement::{Account, ParseError, Reader, Write};
use sp_core::H256;
use sp_runtime::{AccountId32, MultiSignature, traits::Verify};

/// The text with which the signed bytes of an action begin, unless it is a record, which has its own.
pub const WRITE_DOMAIN: &[u8; 19] = b"SmartLayer write v1";

/// The last variant of [`MultiSignature`].
const LAST_SCHEME: u8 = 3;

/// The number of an operation among those of a token, and the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
	/// The genesis hash of the chain.
	pub genesis: H256,
	/// The class of the token.
	pub class: H256,
	/// The instance within its class.
	pub instance: H256,
	/// The number of the operation among those of the token, from 1.
	pub sequence: u64,
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
	/// any other action together with the token and its place among the token's operations, so that nobody can repeat it.
	pub fn payload(action: &Action, place: &Place) -> Vec<u8> {
		if let Action::Assign(record) = action {
			return record.bytes().to_vec();
		}
		let parts: [&[u8]; 6] = [
			WRITE_DOMAIN,
			place.genesis.as_bytes(),
			place.class.as_bytes(),
			place.instance.as_bytes(),
			&place.sequence.to_be_bytes(),
			&action.bytes(),
		];
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
		if rest.first().is_some_and(|scheme| *scheme > LAST_SCHEME) {
			return Err(ParseError::UnknownTag);
		}
		let signature = MultiSignature::decode(&mut rest).map_err(|_| ParseError::TooShort)?;
		if rest.is_empty() { Ok(Self { action, signature }) } else { Err(ParseError::TrailingBytes) }
	}
}
