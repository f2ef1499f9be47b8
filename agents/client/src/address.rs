use crate::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sp_core::crypto::{AccountId32, Ss58AddressFormat, Ss58Codec};
use std::{fmt, str::FromStr};

/// The prefix of addresses of this chain.
const PREFIX: u16 = 8_331;

/// An account id. It is printed with the prefix of this chain, and read with any prefix or in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(pub [u8; 32]);

impl Address {
	pub(crate) const fn subxt(&self) -> subxt::utils::AccountId32 {
		subxt::utils::AccountId32(self.0)
	}
}

impl From<subxt::utils::AccountId32> for Address {
	fn from(account: subxt::utils::AccountId32) -> Self {
		Self(account.0)
	}
}

impl fmt::Display for Address {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&AccountId32::new(self.0).to_ss58check_with_version(Ss58AddressFormat::custom(PREFIX)))
	}
}

impl fmt::Debug for Address {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Display::fmt(self, f)
	}
}

impl FromStr for Address {
	type Err = Error;

	fn from_str(text: &str) -> Result<Self, Error> {
		if let Some(digits) = text.strip_prefix("0x") {
			let mut bytes = [0; 32];
			return match hex::decode_to_slice(digits, &mut bytes) {
				Ok(()) => Ok(Self(bytes)),
				Err(error) => Err(Error::Invalid(format!("{text} is no account id: {error}"))),
			};
		}
		let (account, _) = AccountId32::from_ss58check_with_version(text)
			.map_err(|error| Error::Invalid(format!("{text} is no address: {error:?}")))?;
		Ok(Self(account.into()))
	}
}

impl Serialize for Address {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(self)
	}
}

impl<'de> Deserialize<'de> for Address {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn addresses_should_be_read_with_any_prefix_and_printed_with_that_of_the_chain() {
		let alice: Address = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY".parse().unwrap();
		let printed = alice.to_string();
		assert_eq!(printed.parse::<Address>().unwrap(), alice);
		assert_eq!(format!("0x{}", hex::encode(alice.0)).parse::<Address>().unwrap(), alice);
		assert!(printed.starts_with("kY"), "{printed}");
		for bad in ["", "alice", "0x12", "0xzz", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQX"] {
			assert!(bad.parse::<Address>().is_err(), "{bad}");
		}
	}
}
