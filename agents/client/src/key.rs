use crate::{Address, Error};
use smartlayer_promise::{Promise, Scheme, Signature, SignedPromise, Signer};
use sp_core::{Pair, crypto::SecretStringError, ecdsa, ed25519, sr25519};
use sp_runtime::{BoundedVec, MultiSignature, MultiSigner, traits::IdentifyAccount};
use std::{fmt, path::Path};

/// A secret key of any scheme of the chain.
#[derive(Clone)]
pub enum Key {
	/// sr25519.
	Sr25519(Box<sr25519::Pair>),
	/// ed25519.
	Ed25519(Box<ed25519::Pair>),
	/// ecdsa on secp256k1.
	Ecdsa(Box<ecdsa::Pair>),
}

fn pair<P: Pair>(uri: &str) -> Result<Box<P>, SecretStringError> {
	P::from_string(uri, None).map(Box::new)
}

impl fmt::Debug for Key {
	/// Never prints the secret.
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "the key of {}", self.address())
	}
}

impl Key {
	/// Creates a key from a secret URI: a phrase, a seed in hexadecimal, or a derivation such as `//Alice`. `ed25519:` or
	/// `ecdsa:` before it selects another scheme than sr25519.
	pub fn from_uri(uri: &str) -> Result<Self, Error> {
		// Otherwise it would be read as the phrase of the development accounts, which everybody knows.
		if uri.is_empty() {
			return Err(Error::Invalid("there is no secret key: expected a phrase or a seed".into()));
		}
		let invalid = |error: SecretStringError| Error::Invalid(format!("this is no secret key: {error:?}"));
		match uri.split_once(':') {
			Some(("ed25519", uri)) => pair(uri).map(Self::Ed25519).map_err(invalid),
			Some(("ecdsa", uri)) => pair(uri).map(Self::Ecdsa).map_err(invalid),
			Some(("sr25519", uri)) => pair(uri).map(Self::Sr25519).map_err(invalid),
			_ => pair(uri).map(Self::Sr25519).map_err(invalid),
		}
	}

	/// Reads a key from a file with a secret URI, which nobody but its owner may read. A file of a node's keystore, which has quotation marks
	/// around it, is one as well.
	pub fn from_file(path: &Path) -> Result<Self, Error> {
		let shown = path.display();
		let unreadable = |error| Error::Invalid(format!("the key file {shown} cannot be read: {error}"));
		#[cfg(unix)]
		{
			use std::os::unix::fs::PermissionsExt;
			let mode = std::fs::metadata(path).map_err(unreadable)?.permissions().mode();
			if mode & 0o077 != 0 {
				return Err(Error::Invalid(format!("others can read the key file {shown}: chmod 400 {shown}")));
			}
		}
		let text = std::fs::read_to_string(path).map_err(unreadable)?;
		let uri = text.trim();
		let quoted = uri.strip_prefix('"').and_then(|uri| uri.strip_suffix('"'));
		Self::from_uri(quoted.unwrap_or(uri)).map_err(|error| Error::Invalid(format!("the key file {shown}: {error}")))
	}

	/// Returns the account of the key.
	pub fn address(&self) -> Address {
		let signer: MultiSigner = match self {
			Self::Sr25519(pair) => pair.public().into(),
			Self::Ed25519(pair) => pair.public().into(),
			Self::Ecdsa(pair) => pair.public().into(),
		};
		Address(signer.into_account().into())
	}

	/// Signs bytes as they are.
	pub fn sign(&self, bytes: &[u8]) -> MultiSignature {
		match self {
			Self::Sr25519(pair) => pair.sign(bytes).into(),
			Self::Ed25519(pair) => pair.sign(bytes).into(),
			Self::Ecdsa(pair) => pair.sign(bytes).into(),
		}
	}

	/// Returns the signer that a session must name so that this key signs its promises.
	pub fn promise_signer(&self) -> Signer {
		match self {
			Self::Sr25519(pair) => Signer::Sr25519(pair.public().0),
			Self::Ed25519(pair) => Signer::Ed25519(pair.public().0),
			Self::Ecdsa(pair) => Signer::Ecdsa(pair.public().0),
		}
	}

	/// Signs a promise.
	pub fn sign_promise(&self, promise: Promise) -> SignedPromise {
		let (scheme, bytes) = match self {
			Self::Sr25519(pair) => (Scheme::Sr25519, pair.sign(&promise.bytes()).0.to_vec()),
			Self::Ed25519(pair) => (Scheme::Ed25519, pair.sign(&promise.bytes()).0.to_vec()),
			Self::Ecdsa(pair) => (Scheme::Ecdsa, pair.sign(&promise.bytes()).0.to_vec()),
		};
		let signature = Signature { scheme, bytes: BoundedVec::truncate_from(bytes) };
		SignedPromise { promise, signer: self.promise_signer(), signature }
	}
}

impl subxt::tx::Signer<subxt::SubstrateConfig> for Key {
	fn account_id(&self) -> subxt::utils::AccountId32 {
		self.address().subxt()
	}

	fn sign(&self, payload: &[u8]) -> subxt::utils::MultiSignature {
		match self {
			Self::Sr25519(pair) => subxt::utils::MultiSignature::Sr25519(pair.sign(payload).0),
			Self::Ed25519(pair) => subxt::utils::MultiSignature::Ed25519(pair.sign(payload).0),
			Self::Ecdsa(pair) => subxt::utils::MultiSignature::Ecdsa(pair.sign(payload).0),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::H256;
	use sp_runtime::{AccountId32, traits::Verify};

	const URIS: [&str; 4] = ["//Alice", "sr25519://Alice", "ed25519://Alice", "ecdsa://Alice"];

	#[test]
	fn keys_of_every_scheme_should_sign_for_their_account() {
		for uri in URIS {
			let key = Key::from_uri(uri).unwrap();
			let account = AccountId32::new(key.address().0);
			assert!(key.sign(b"bytes").verify(&b"bytes"[..], &account), "{uri}");
			assert!(!key.sign(b"bytes").verify(&b"other"[..], &account), "{uri}");
		}
		assert_eq!(Key::from_uri(URIS[0]).unwrap().address(), Key::from_uri(URIS[1]).unwrap().address());
	}

	#[test]
	fn promises_of_every_scheme_should_be_valid() {
		let (genesis, session) = (H256::repeat_byte(1), 7);
		for uri in URIS {
			let key = Key::from_uri(uri).unwrap();
			let signed = key.sign_promise(Promise { genesis, session, amount: 5 });
			assert_eq!(signed.check(genesis, session, &key.promise_signer()), Ok(()), "{uri}");
		}
	}

	#[test]
	fn secrets_should_stay_secret() {
		let secret = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
		let key = Key::from_uri(secret).unwrap();
		assert!(!format!("{key:?}").contains("e5be9a50"));
		let error = Key::from_uri("bottom drive obey lake curtain smoke basket hold race lonely fit wall").unwrap_err();
		assert!(!error.to_string().contains("bottom"), "{error}");
	}

	#[cfg(unix)]
	#[test]
	fn key_files_should_be_for_their_owner_alone() {
		use std::os::unix::fs::PermissionsExt;
		let path = std::env::temp_dir().join(format!("smartlayer-key-{}", std::process::id()));
		std::fs::write(&path, "//Alice\n").unwrap();
		for (mode, readable) in [(0o400, true), (0o600, true), (0o640, false), (0o404, false)] {
			std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
			assert_eq!(Key::from_file(&path).is_ok(), readable, "{mode:o}");
		}
		std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
		let address = Key::from_uri("//Alice").unwrap().address();
		std::fs::write(&path, "\"//Alice\"").unwrap();
		assert_eq!(Key::from_file(&path).unwrap().address(), address);
		std::fs::write(&path, "\n").unwrap();
		assert!(Key::from_file(&path).unwrap_err().to_string().contains("there is no secret key"));
		std::fs::remove_file(&path).unwrap();
		assert!(Key::from_file(&path).unwrap_err().to_string().contains("cannot be read"));
	}
}
