//! The headers of x402, version 2, with which calls are paid: a private binding of its scheme `batch-settlement` to the promises of
//! this chain.

use super::decimal;
use crate::{Address, Error};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use smartlayer_promise::{Promise, Scheme, SessionId, Signature, SignedPromise, Signer};
use sp_core::{Bytes, H256};

/// The header of a response that says what to pay.
pub const REQUIRED_HEADER: &str = "payment-required";
/// The header of a request that pays.
pub const PAYMENT_HEADER: &str = "payment-signature";
/// The header of a response that says what was paid.
pub const RESPONSE_HEADER: &str = "payment-response";
/// The version of x402.
pub const VERSION: u32 = 2;
/// The scheme.
pub const SCHEME: &str = "batch-settlement";
/// The name of this binding.
pub const BINDING: &str = "smartlayer-promise-v1";
/// The currency.
pub const ASSET: &str = "SLN";

/// Returns the name of a chain: `polkadot:` and the first 32 digits of its genesis hash (CAIP-2).
pub fn network(genesis: H256) -> String {
	let mut name = format!("polkadot:{}", hex::encode(genesis));
	name.truncate("polkadot:".len().saturating_add(32));
	name
}

/// What a call costs, and how to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Required {
	/// The version of x402.
	pub x402_version: u32,
	/// Why the call was not served.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub error: Option<String>,
	/// What was called.
	pub resource: Resource,
	/// The ways to pay.
	pub accepts: Vec<Requirements>,
}

/// What was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
	/// Its URL.
	pub url: String,
}

/// A way to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Requirements {
	/// The scheme.
	pub scheme: String,
	/// The chain.
	pub network: String,
	/// The price of the call.
	#[serde(with = "decimal")]
	pub amount: u128,
	/// The currency.
	pub asset: String,
	/// The node.
	pub pay_to: Address,
	/// How long the node works on the call at most.
	pub max_timeout_seconds: u32,
	/// What this binding adds.
	pub extra: Extra,
}

impl Requirements {
	/// Returns how a node of a chain is paid for a call of this price.
	pub fn new(genesis: H256, node: Address, amount: u128) -> Self {
		Self {
			scheme: SCHEME.into(),
			network: network(genesis),
			amount,
			asset: ASSET.into(),
			pay_to: node,
			max_timeout_seconds: 60,
			extra: Extra { binding: BINDING.into(), genesis, session: None, charged: None },
		}
	}

	/// Returns whether both mean the same way to pay the same node, whatever the price.
	pub fn is_same_way(&self, other: &Self) -> bool {
		let way = |of: &Self| {
			let Self { scheme, network, asset, pay_to, extra, .. } = of.clone();
			(scheme, network, asset, pay_to, extra.binding, extra.genesis)
		};
		way(self) == way(other)
	}
}

/// What this binding adds to the requirements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Extra {
	/// The name of this binding.
	pub binding: String,
	/// The genesis hash of the chain, which every promise contains.
	pub genesis: H256,
	/// The session of the promise that was refused.
	#[serde(with = "decimal::option", default, skip_serializing_if = "Option::is_none")]
	pub session: Option<SessionId>,
	/// What the node has charged in this session: the next promise is at least this and the price.
	#[serde(with = "decimal::option", default, skip_serializing_if = "Option::is_none")]
	pub charged: Option<u128>,
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
	/// The version of x402.
	pub x402_version: u32,
	/// The accepted way to pay.
	pub accepted: Requirements,
	/// The promise.
	pub payload: Voucher,
}

/// A signed promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Voucher {
	/// The session.
	#[serde(with = "decimal")]
	pub session: SessionId,
	/// The total of the session.
	#[serde(with = "decimal")]
	pub amount: u128,
	/// The scheme of the signature.
	pub scheme: SchemeName,
	/// The public key, or the Ethereum address.
	pub signer: Bytes,
	/// The signature.
	pub signature: Bytes,
}

/// The names of the schemes of promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "as the schemes of promises")]
pub enum SchemeName {
	Sr25519,
	WrappedSr25519,
	Ed25519,
	WrappedEd25519,
	Ecdsa,
	WrappedEcdsa,
	Ethereum,
}

impl From<SchemeName> for Scheme {
	fn from(name: SchemeName) -> Self {
		match name {
			SchemeName::Sr25519 => Self::Sr25519,
			SchemeName::WrappedSr25519 => Self::WrappedSr25519,
			SchemeName::Ed25519 => Self::Ed25519,
			SchemeName::WrappedEd25519 => Self::WrappedEd25519,
			SchemeName::Ecdsa => Self::Ecdsa,
			SchemeName::WrappedEcdsa => Self::WrappedEcdsa,
			SchemeName::Ethereum => Self::Ethereum,
		}
	}
}

impl From<Scheme> for SchemeName {
	fn from(scheme: Scheme) -> Self {
		match scheme {
			Scheme::Sr25519 => Self::Sr25519,
			Scheme::WrappedSr25519 => Self::WrappedSr25519,
			Scheme::Ed25519 => Self::Ed25519,
			Scheme::WrappedEd25519 => Self::WrappedEd25519,
			Scheme::Ecdsa => Self::Ecdsa,
			Scheme::WrappedEcdsa => Self::WrappedEcdsa,
			Scheme::Ethereum => Self::Ethereum,
		}
	}
}

impl Voucher {
	/// Returns the promise. The signature is not verified.
	pub fn promise(&self, genesis: H256) -> Result<SignedPromise, Error> {
		let scheme = Scheme::from(self.scheme);
		let of_length =
			|length: &str| Error::Invalid(format!("the signer of a promise of this scheme has {length} bytes"));
		let bytes = &self.signer.0[..];
		let signer = match scheme {
			Scheme::Sr25519 | Scheme::WrappedSr25519 => {
				bytes.try_into().map(Signer::Sr25519).map_err(|_| of_length("32"))
			},
			Scheme::Ed25519 | Scheme::WrappedEd25519 => {
				bytes.try_into().map(Signer::Ed25519).map_err(|_| of_length("32"))
			},
			Scheme::Ecdsa | Scheme::WrappedEcdsa => bytes.try_into().map(Signer::Ecdsa).map_err(|_| of_length("33")),
			Scheme::Ethereum => bytes.try_into().map(Signer::Ethereum).map_err(|_| of_length("20")),
		}?;
		let bytes = self.signature.0.clone().try_into();
		let bytes = bytes.map_err(|_| Error::Invalid("the signature of a promise has at most 65 bytes".into()))?;
		let promise = Promise { genesis, session: self.session, amount: self.amount };
		Ok(SignedPromise { promise, signer, signature: Signature { scheme, bytes } })
	}
}

impl From<&SignedPromise> for Voucher {
	fn from(signed: &SignedPromise) -> Self {
		let signer = match &signed.signer {
			Signer::Sr25519(key) | Signer::Ed25519(key) => key.to_vec(),
			Signer::Ecdsa(key) => key.to_vec(),
			Signer::Ethereum(address) => address.to_vec(),
		};
		Self {
			session: signed.promise.session,
			amount: signed.promise.amount,
			scheme: signed.signature.scheme.into(),
			signer: Bytes(signer),
			signature: Bytes(signed.signature.bytes.to_vec()),
		}
	}
}

/// What was paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settled {
	/// Always true: a call that was not paid has another header.
	pub success: bool,
	/// Always empty: the promise is cashed out later.
	pub transaction: String,
	/// The chain.
	pub network: String,
	/// The price of the call.
	#[serde(with = "decimal")]
	pub amount: u128,
	/// What this binding adds.
	pub extra: Charged,
}

/// What is charged in a session after a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Charged {
	/// The session.
	#[serde(with = "decimal")]
	pub session: SessionId,
	/// The total of what was served.
	#[serde(with = "decimal")]
	pub charged: u128,
}

/// Returns the value of a header.
pub fn encode(value: &impl Serialize) -> String {
	// Nothing of the above can fail: neither maps nor foreign types.
	BASE64_STANDARD.encode(serde_json::to_vec(value).unwrap_or_default())
}

/// Reads the value of a header.
pub fn decode<T: DeserializeOwned>(header: &str, value: &str) -> Result<T, Error> {
	let invalid =
		|why: String| Error::Invalid(format!("the header {header} is not JSON in base64 as x402 defines it: {why}"));
	let bytes = BASE64_STANDARD.decode(value).map_err(|error| invalid(error.to_string()))?;
	serde_json::from_slice(&bytes).map_err(|error| invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{Key, Payer};

	#[test]
	fn promises_of_every_scheme_should_be_read_as_they_were_written() {
		for uri in ["//Website", "ed25519://Website", "ecdsa://Website"] {
			let key = Key::from_uri(uri).unwrap();
			let signed = Payer::new(H256::repeat_byte(1), 7, key, u128::MAX).pay(u128::MAX).unwrap();
			let text = serde_json::to_string(&Voucher::from(&signed)).unwrap();
			let read: Voucher = serde_json::from_str(&text).unwrap();
			assert_eq!(read.promise(H256::repeat_byte(1)).unwrap(), signed);
		}
	}

	#[test]
	fn promises_of_a_wrong_form_should_be_refused() {
		let good = Voucher {
			session: 1,
			amount: 2,
			scheme: SchemeName::Sr25519,
			signer: Bytes(vec![0; 32]),
			signature: Bytes(vec![0; 64]),
		};
		assert!(good.promise(H256::zero()).is_ok());
		let bad = [
			Voucher { signer: Bytes(vec![0; 33]), ..good.clone() },
			Voucher { scheme: SchemeName::Ecdsa, ..good.clone() },
			Voucher { scheme: SchemeName::Ethereum, ..good.clone() },
			Voucher { signature: Bytes(vec![0; 66]), ..good.clone() },
		];
		for voucher in bad {
			assert!(voucher.promise(H256::zero()).is_err(), "{voucher:?}");
		}
	}

	#[test]
	fn the_network_should_be_named_by_half_of_the_genesis_hash() {
		assert_eq!(network(H256::repeat_byte(0xab)), format!("polkadot:{}", "ab".repeat(16)));
	}
}
