use crate::Error;
use std::{fmt, str::FromStr};

/// The digits after the point.
const DIGITS: usize = 12;
const ONE: u128 = 1_000_000_000_000;

/// An amount, in the smallest unit. It is written in SLN, with up to 12 digits after the point.
///
/// ```
/// # fn main() -> Result<(), smartlayer_client::Error> {
/// use smartlayer_client::Amount;
///
/// let amount: Amount = "0.25".parse()?;
/// assert_eq!(amount.0, 250_000_000_000);
/// assert_eq!(amount.to_string(), "0.25 SLN");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub u128);

impl fmt::Display for Amount {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (whole, rest) = (self.0 / ONE, self.0 % ONE);
		if rest == 0 {
			return write!(f, "{whole} SLN");
		}
		let digits = format!("{rest:0DIGITS$}");
		write!(f, "{whole}.{} SLN", digits.trim_end_matches('0'))
	}
}

impl FromStr for Amount {
	type Err = Error;

	fn from_str(text: &str) -> Result<Self, Error> {
		let wrong = || Error::Invalid(format!("“{text}” is no amount: write it in SLN, such as 5 or 0.25"));
		let number = text.strip_suffix("SLN").unwrap_or(text).trim();
		let (whole, rest) = number.split_once('.').unwrap_or((number, "0"));
		let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
		if !are_digits(whole) || !are_digits(rest) || rest.len() > DIGITS {
			return Err(wrong());
		}
		let whole: u128 = whole.parse().map_err(|_| wrong())?;
		let rest: u128 = format!("{rest:0<DIGITS$}").parse().map_err(|_| wrong())?;
		whole.checked_mul(ONE).and_then(|whole| whole.checked_add(rest)).map(Self).ok_or_else(wrong)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn amounts_should_be_read_as_they_are_printed() {
		for (text, amount) in [("5", 5 * ONE), ("0.25", ONE / 4), ("0.000000000001", 1), ("7 SLN", 7 * ONE), ("0", 0)] {
			let read: Amount = text.parse().unwrap();
			assert_eq!(read.0, amount, "{text}");
			assert_eq!(read.to_string().parse::<Amount>().unwrap(), read);
		}
		assert_eq!(Amount(ONE / 4).to_string(), "0.25 SLN");
	}

	#[test]
	fn other_texts_should_be_refused() {
		for text in
			["", "-1", "+1", ".5", "5.", "1e3", "0.0000000000001", "1,000", "five", "999999999999999999999999999999"]
		{
			assert!(text.parse::<Amount>().is_err(), "{text}");
		}
	}
}
