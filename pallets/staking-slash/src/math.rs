//! The arithmetic of slashes and rewards, as pure functions. None panics or wraps, whatever it is given.

use smartlayer_primitives::{Score, Severity};
use sp_core::U256;
use sp_runtime::Perbill;

/// Rewards are counted per unit of weight, and a weight is a large number: they are counted in these parts.
///
/// A whole issuance of 2^128 in these parts has 224 bits, and fits in 256.
pub const SCALE: U256 = U256([0, 1 << 32, 0, 0]);

/// What an offence costs of a stake, rounded up against the offender.
pub fn slash_amount(stake: u128, severity: Severity, rate: Perbill) -> u128 {
	match severity {
		Severity::Rate => rate.mul_ceil(stake),
		Severity::Fraction(fraction) => fraction.mul_ceil(stake),
		Severity::Whole => stake,
	}
}

/// Bond × score. At most 192 bits.
pub fn weight(bond: u128, score: Score) -> U256 {
	U256::from(bond).saturating_mul(U256::from(score.into_inner()))
}

/// What a pool streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stream {
	/// What is still to be released in the current period.
	pub streaming: u128,
	/// What is released in the next one.
	pub incoming: u128,
}

impl Stream {
	/// Lets time pass from one block to another, and answers with what was released meanwhile: rounded down, the
	/// rest comes later. While nothing flows, what would have been released joins what comes in, and streams over
	/// the next period: nobody catches it by being the first again.
	pub fn advance(&mut self, from: u64, to: u64, period: u64, flowing: bool) -> u128 {
		let period = period.max(1);
		if to <= from {
			return 0;
		}
		let [first, last] = [from, to].map(|block| block.checked_div(period).unwrap_or_default());
		let mut released = 0u128;
		if first == last {
			let end = last.saturating_add(1).saturating_mul(period);
			released = released.saturating_add(self.flow(to.saturating_sub(from), end.saturating_sub(from), flowing));
		} else {
			released = released.saturating_add(self.flow(1, 1, flowing));
			self.streaming = core::mem::take(&mut self.incoming);
			if last > first.saturating_add(1) && flowing {
				// A whole period has passed; nothing has come in for the one after.
				released = released.saturating_add(self.flow(1, 1, true));
			}
			let begin = last.saturating_mul(period);
			released = released.saturating_add(self.flow(to.saturating_sub(begin), period, flowing));
		}
		released
	}

	/// Takes the share `part / whole` out of the stream: to be released where it flows, back to the next period
	/// where it does not.
	fn flow(&mut self, part: u64, whole: u64, flowing: bool) -> u128 {
		let out = share(self.streaming, part, whole);
		self.streaming = self.streaming.saturating_sub(out);
		if flowing {
			out
		} else {
			self.incoming = self.incoming.saturating_add(out);
			0
		}
	}
}

/// `amount × part / whole`, rounded down, and at most the amount.
fn share(amount: u128, part: u64, whole: u64) -> u128 {
	if part >= whole {
		return amount;
	}
	U256::from(amount)
		.checked_mul(U256::from(part))
		.and_then(|product| product.checked_div(U256::from(whole)))
		.map_or(0, |share| share.low_u128())
}

/// What a release adds for each unit of weight, rounded down. `None` where there is no weight, or the sum would
/// not fit.
pub fn add_release(per_weight: U256, released: u128, total_weight: U256) -> Option<U256> {
	U256::from(released).checked_mul(SCALE)?.checked_div(total_weight).and_then(|each| per_weight.checked_add(each))
}

/// What a weight has earned between two settlements, rounded down. `None` where it does not fit, which no two
/// settlements of a pool reach: a weight is at most the total, and what was released is at most the issuance.
pub fn earned(weight: U256, before: U256, now: U256) -> Option<u128> {
	let parts = weight.checked_mul(now.checked_sub(before)?)?;
	u128::try_from(parts.checked_div(SCALE)?).ok()
}
