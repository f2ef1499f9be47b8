//! The arithmetic of slashes and rewards, as pure functions. None of them panics or wraps for any input.

use smartlayer_primitives::{Score, Severity};
use sp_core::U256;
use sp_runtime::Perbill;

/// The scale of rewards per unit of weight. Weights are large numbers, so the quotient needs fractional digits.
///
/// A total issuance of 2^128 has 224 bits at this scale, and fits in 256.
pub const SCALE: U256 = U256([0, 1 << 32, 0, 0]);

/// Returns the amount that an offence costs of a stake, rounded up.
pub fn slash_amount(stake: u128, severity: Severity, rate: Perbill) -> u128 {
	match severity {
		Severity::Rate => rate.mul_ceil(stake),
		Severity::Fraction(fraction) => fraction.mul_ceil(stake),
		Severity::Whole => stake,
	}
}

/// Returns bond × score. At most 192 bits.
pub fn weight(bond: u128, score: Score) -> U256 {
	U256::from(bond).saturating_mul(U256::from(score.into_inner()))
}

/// The funds that a pool distributes over time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stream {
	/// The amount still to be distributed in the current period.
	pub streaming: u128,
	/// The amount to be distributed in the next period.
	pub incoming: u128,
}

impl Stream {
	/// Advances the stream from one block to another, and returns the amount distributed, rounded down; the remainder is
	/// distributed later. While `flowing` is false, the amount is moved to the next period instead, so that the first
	/// account to return does not receive all of it.
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
				// A whole period has passed, and nothing was received for the one after.
				released = released.saturating_add(self.flow(1, 1, true));
			}
			let begin = last.saturating_mul(period);
			released = released.saturating_add(self.flow(to.saturating_sub(begin), period, flowing));
		}
		released
	}

	/// Removes the share `part / whole` from the current period: it is returned if the stream flows, and moved to the next
	/// period if it does not.
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

/// Returns `amount × part / whole`, rounded down, and at most `amount`.
fn share(amount: u128, part: u64, whole: u64) -> u128 {
	if part >= whole {
		return amount;
	}
	U256::from(amount)
		.checked_mul(U256::from(part))
		.and_then(|product| product.checked_div(U256::from(whole)))
		.map_or(0, |share| share.low_u128())
}

/// Returns the rewards per unit of weight after a distribution, rounded down. `None` if the total weight is zero or the
/// result would overflow.
pub fn add_release(per_weight: U256, released: u128, total_weight: U256) -> Option<U256> {
	U256::from(released).checked_mul(SCALE)?.checked_div(total_weight).and_then(|each| per_weight.checked_add(each))
}

/// Returns the rewards of a weight between two settlements, rounded down. `None` if the result would overflow, which
/// cannot happen within a pool: a weight is at most the total weight, and distributions are at most the issuance.
pub fn earned(weight: U256, before: U256, now: U256) -> Option<u128> {
	let parts = weight.checked_mul(now.checked_sub(before)?)?;
	u128::try_from(parts.checked_div(SCALE)?).ok()
}
