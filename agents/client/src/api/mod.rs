//! What customers and service nodes send each other over HTTP. `docs/spec/token-api.md` describes it.
//!
//! - A [`Request`] is what a statement names: method, target and body of a call, as bytes.
//! - [`Token`], [`Operations`], [`Performed`] and [`Feed`] are the bodies of calls and answers, in JSON.
//! - [`encode_statement`] and [`decode_statement`] convert the header with the statement of an answer.
//! - [`x402`] contains the headers with which calls are paid.
//! - [`anchor`] is what anchors are sent, and what they answer.

pub mod anchor;
mod request;
mod statement;
#[cfg(test)]
mod tests;
mod token;
pub mod x402;

pub use request::{MAX_TARGET, Method, Request};
pub use statement::{STATEMENT_HEADER, decode_statement, encode_statement};
pub use token::{
	Assignment, Bit, Confirm, Fed, Feed, FeedItem, FeedResult, Operation, Operations, Perform, Performed, Prices,
	Problem, SessionState, Token,
};

/// Numbers that can exceed what JavaScript counts exactly: decimal digits in a string.
pub(crate) mod decimal {
	use serde::{Deserialize, Deserializer, Serializer, de::Error};
	use std::{fmt::Display, str::FromStr};

	pub(crate) fn serialize<T: Display, S: Serializer>(number: &T, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(number)
	}

	pub(crate) fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(
		deserializer: D,
	) -> Result<T, D::Error> {
		let text = String::deserialize(deserializer)?;
		if !text.bytes().all(|byte| byte.is_ascii_digit()) {
			return Err(D::Error::custom("a number in decimal digits is expected, as a string"));
		}
		text.parse().map_err(D::Error::custom)
	}

	/// The same for numbers that can be missing.
	pub(crate) mod option {
		use serde::{Deserialize, Deserializer, Serializer};
		use std::{fmt::Display, str::FromStr};

		pub(crate) fn serialize<T: Display, S: Serializer>(
			number: &Option<T>,
			serializer: S,
		) -> Result<S::Ok, S::Error> {
			match number {
				Some(number) => serializer.collect_str(number),
				None => serializer.serialize_none(),
			}
		}

		pub(crate) fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(
			deserializer: D,
		) -> Result<Option<T>, D::Error> {
			#[derive(Deserialize)]
			#[serde(transparent)]
			struct Number<T: FromStr<Err: Display>>(#[serde(with = "super")] T);
			Ok(Option::<Number<T>>::deserialize(deserializer)?.map(|number| number.0))
		}
	}
}
