//! Signers, signatures, and their verification.

use crate::{Promise, SessionId};
use alloc::{format, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256, ecdsa, ed25519, sr25519};
use sp_io::{crypto::secp256k1_ecdsa_recover, hashing::keccak_256};
use sp_runtime::{BoundedVec, traits::Verify};

/// The key that signs the promises of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Signer {
	/// An sr25519 public key.
	#[codec(index = 0)]
	Sr25519([u8; 32]),
	/// An ed25519 public key.
	#[codec(index = 1)]
	Ed25519([u8; 32]),
	/// A compressed ecdsa public key (secp256k1).
	#[codec(index = 2)]
	Ecdsa([u8; 33]),
	/// An Ethereum address.
	#[codec(index = 3)]
	Ethereum([u8; 20]),
}

/// The way in which a wallet signs the bytes of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Scheme {
	/// sr25519 over the bytes.
	#[codec(index = 0)]
	Sr25519,
	/// sr25519 over the bytes between `<Bytes>` and `</Bytes>`, as Substrate wallets sign data.
	#[codec(index = 1)]
	WrappedSr25519,
	/// ed25519 over the bytes.
	#[codec(index = 2)]
	Ed25519,
	/// ed25519 over the bytes between `<Bytes>` and `</Bytes>`.
	#[codec(index = 3)]
	WrappedEd25519,
	/// ecdsa over the blake2-256 hash of the bytes, with a recovery id.
	#[codec(index = 4)]
	Ecdsa,
	/// ecdsa over the blake2-256 hash of the bytes between `<Bytes>` and `</Bytes>`.
	#[codec(index = 5)]
	WrappedEcdsa,
	/// ecdsa over the keccak-256 hash of the bytes with the prefix of EIP-191, as Ethereum wallets sign messages
	/// (`personal_sign`).
	#[codec(index = 6)]
	Ethereum,
}

impl Scheme {
	/// All schemes.
	pub const ALL: [Self; 7] = [
		Self::Sr25519,
		Self::WrappedSr25519,
		Self::Ed25519,
		Self::WrappedEd25519,
		Self::Ecdsa,
		Self::WrappedEcdsa,
		Self::Ethereum,
	];

	/// Returns the length of a signature, in bytes.
	pub const fn signature_len(self) -> usize {
		match self {
			Self::Sr25519 | Self::WrappedSr25519 | Self::Ed25519 | Self::WrappedEd25519 => 64,
			Self::Ecdsa | Self::WrappedEcdsa | Self::Ethereum => 65,
		}
	}

	/// Returns the message that a wallet signs with this scheme, before the hash of the scheme.
	pub fn message(self, promise: &Promise) -> Vec<u8> {
		let bytes = promise.bytes();
		match self {
			Self::Sr25519 | Self::Ed25519 | Self::Ecdsa => bytes.to_vec(),
			Self::WrappedSr25519 | Self::WrappedEd25519 | Self::WrappedEcdsa => {
				[&b"<Bytes>"[..], &bytes, b"</Bytes>"].concat()
			},
			Self::Ethereum => {
				let prefix = format!("\x19Ethereum Signed Message:\n{}", bytes.len());
				[prefix.as_bytes(), &bytes].concat()
			},
		}
	}
}

/// The bytes of a signature, at most 65.
pub type SignatureBytes = BoundedVec<u8, ConstU32<65>>;

/// A signature of a promise.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Signature {
	/// The scheme.
	pub scheme: Scheme,
	/// The bytes, as many as the scheme requires.
	pub bytes: SignatureBytes,
}

/// A promise with its signer and signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SignedPromise {
	/// The promise.
	pub promise: Promise,
	/// The key that has signed it.
	pub signer: Signer,
	/// The signature.
	pub signature: Signature,
}

/// The reason why a promise is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum PromiseError {
	/// The promise is for another chain.
	AnotherChain,
	/// The promise is for another session.
	AnotherSession,
	/// The promise is signed by another key than that of the session.
	AnotherSigner,
	/// The scheme of the signature does not fit the kind of the signer's key.
	WrongScheme,
	/// The signature is not as long as its scheme requires.
	WrongLength,
	/// The signature is not by the signer, or for another promise.
	BadSignature,
}

impl fmt::Display for PromiseError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::AnotherChain => "the promise is for another chain",
			Self::AnotherSession => "the promise is for another session",
			Self::AnotherSigner => "the promise is signed by another key than that of the session",
			Self::WrongScheme => "the scheme of the signature does not fit the kind of the signer's key",
			Self::WrongLength => "the signature is not as long as its scheme requires",
			Self::BadSignature => "the signature is not by the signer, or for another promise",
		})
	}
}

impl core::error::Error for PromiseError {}

impl SignedPromise {
	/// Checks that the promise is for this session of this chain. Does not verify the signature.
	pub fn check_binding(&self, genesis: H256, session: SessionId) -> Result<(), PromiseError> {
		if self.promise.genesis != genesis {
			return Err(PromiseError::AnotherChain);
		}
		if self.promise.session != session {
			return Err(PromiseError::AnotherSession);
		}
		Ok(())
	}

	/// Verifies the signature by the signer that the promise states. The caller must compare this signer with the signer of the
	/// session.
	pub fn verify(&self) -> Result<(), PromiseError> {
		let Signature { scheme, bytes } = &self.signature;
		let fits = matches!(
			(scheme, self.signer),
			(Scheme::Sr25519 | Scheme::WrappedSr25519, Signer::Sr25519(_))
				| (Scheme::Ed25519 | Scheme::WrappedEd25519, Signer::Ed25519(_))
				| (Scheme::Ecdsa | Scheme::WrappedEcdsa, Signer::Ecdsa(_))
				| (Scheme::Ethereum, Signer::Ethereum(_))
		);
		if !fits {
			return Err(PromiseError::WrongScheme);
		}
		if bytes.len() != scheme.signature_len() {
			return Err(PromiseError::WrongLength);
		}
		let message = scheme.message(&self.promise);
		let valid = match self.signer {
			Signer::Sr25519(key) => signature(bytes).is_some_and(|bytes| {
				sr25519::Signature::from_raw(bytes).verify(&message[..], &sr25519::Public::from_raw(key))
			}),
			Signer::Ed25519(key) => signature(bytes).is_some_and(|bytes| {
				ed25519::Signature::from_raw(bytes).verify(&message[..], &ed25519::Public::from_raw(key))
			}),
			Signer::Ecdsa(key) => signature(bytes).is_some_and(|bytes| {
				ecdsa::Signature::from_raw(bytes).verify(&message[..], &ecdsa::Public::from_raw(key))
			}),
			Signer::Ethereum(address) => signature(bytes)
				.and_then(|bytes| secp256k1_ecdsa_recover(&bytes, &keccak_256(&message)).ok())
				.is_some_and(|key| keccak_256(&key).ends_with(&address)),
		};
		if valid { Ok(()) } else { Err(PromiseError::BadSignature) }
	}

	/// Checks that the promise is for this session of this chain, and verifies the signature by this signer.
	pub fn check(&self, genesis: H256, session: SessionId, signer: &Signer) -> Result<(), PromiseError> {
		self.check_binding(genesis, session)?;
		if self.signer != *signer {
			return Err(PromiseError::AnotherSigner);
		}
		self.verify()
	}
}

/// Returns the bytes of a signature as an array, if there are `N`.
fn signature<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
	bytes.try_into().ok()
}
