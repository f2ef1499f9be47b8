//! The arithmetic of scores, as pure functions. None of them panics or wraps for any input.

use smartlayer_primitives::{Delta, Score};
use sp_core::U256;
use sp_runtime::{FixedPointNumber, FixedU64, Perbill, traits::Zero};

/// Returns a score after a change, clamped between zero and the target. Nothing is rounded.
///
/// A score above the target, left over from a higher target, counts as the target.
pub fn changed(score: Score, delta: Delta, target: Score) -> Score {
	let score = score.min(target);
	let amount = Score::from_inner(delta.into_inner().unsigned_abs());
	if delta.is_negative() {
		// Saturates at zero.
		Score::from_inner(score.into_inner().saturating_sub(amount.into_inner()))
	} else {
		Score::from_inner(score.into_inner().saturating_add(amount.into_inner())).min(target)
	}
}

/// Returns the change from one score to another. `None` if a delta cannot express it, which is impossible for scores up to
/// 100 points.
pub fn difference(from: Score, to: Score) -> Option<Delta> {
	let (from, to) = (i64::try_from(from.into_inner()).ok()?, i64::try_from(to.into_inner()).ok()?);
	to.checked_sub(from).map(Delta::from_inner)
}

/// Returns the reward of a volume: its share of the mean, times the maximum reward, at most that maximum.
///
/// The mean is `sum / count` over a window that contains the volume. Computed as one exact fraction and rounded down, against
/// the scored account. An empty window yields zero.
pub fn earned(volume: u128, sum: U256, count: u32, most: Delta) -> Delta {
	let Ok(most_inner) = u64::try_from(most.into_inner()) else { return Delta::zero() };
	let earned = U256::from(volume)
		.checked_mul(U256::from(count))
		.and_then(|product| product.checked_mul(U256::from(most_inner)))
		.and_then(|product| product.checked_div(sum));
	match earned {
		Some(earned) if earned < U256::from(most_inner) => Delta::from_inner(earned.low_u64() as i64),
		Some(_) => most,
		None => Delta::zero(),
	}
}

/// Returns the share of its stake that an account loses: `max - (max - min) × score / target`, where `min` and `max` are the
/// parts of the two thresholds above 100 %.
///
/// The reduction is rounded down, and so the rate up, against the scored account. For a target of zero, which is never set,
/// there is no reduction.
pub fn slash_rate(score: Score, target: Score, liquidation: FixedU64, premium: FixedU64) -> Perbill {
	let above_one = |threshold: FixedU64| threshold.into_inner().saturating_sub(FixedU64::DIV);
	let (min, max) = (above_one(liquidation), above_one(premium));
	let span = u128::from(max.saturating_sub(min));
	let score = u128::from(score.min(target).into_inner());
	// Both factors are below 2^64, so the product fits.
	let saved = span.saturating_mul(score).checked_div(u128::from(target.into_inner())).unwrap_or(0);
	let rate = u128::from(max).saturating_sub(saved);
	// `Perbill` and `FixedU64` are both in billionths.
	Perbill::from_parts(u32::try_from(rate).unwrap_or(u32::MAX))
}

/// Returns the amount lost of a stake at a rate, rounded up; plus the stake itself if it is to be reimbursed. Saturates at the
/// maximum balance.
pub fn slash_amount(stake: u128, rate: Perbill, reimburse: bool) -> u128 {
	let lost = rate.mul_ceil(stake);
	if reimburse { stake.saturating_add(lost) } else { lost }
}

#[cfg(test)]
mod tests {
	use super::*;

	fn score(value: u32) -> Score {
		Score::from_u32(value)
	}

	fn delta(value: i64) -> Delta {
		Delta::from_inner(value * Delta::DIV)
	}

	const HUNDRED: Score = Score::from_u32(100);

	#[test]
	fn changed_should_clamp_to_zero_and_target() {
		assert_eq!(changed(score(50), delta(10), HUNDRED), score(60));
		assert_eq!(changed(score(50), delta(-10), HUNDRED), score(40));
		assert_eq!(changed(score(95), delta(10), HUNDRED), HUNDRED);
		assert_eq!(changed(score(5), delta(-10), HUNDRED), Score::zero());
		assert_eq!(changed(score(90), delta(1), score(40)), score(40));
		assert_eq!(changed(score(90), delta(-1), score(40)), score(39));
	}

	#[test]
	fn changed_should_not_wrap_at_the_extremes() {
		for score in [Score::zero(), HUNDRED, Score::from_inner(u64::MAX)] {
			for delta in [Delta::from_inner(i64::MIN), Delta::from_inner(i64::MAX), Delta::zero()] {
				assert!(changed(score, delta, HUNDRED) <= HUNDRED);
			}
		}
	}

	#[test]
	fn difference_should_be_what_changed_needs() {
		assert_eq!(difference(score(80), score(50)), Some(delta(-30)));
		assert_eq!(difference(score(0), HUNDRED), Some(delta(100)));
		assert_eq!(difference(Score::from_inner(u64::MAX), score(0)), None);
	}

	#[test]
	fn earned_should_be_the_share_of_the_mean_rounded_down() {
		let four = delta(4);
		assert_eq!(earned(3756, 3756.into(), 1, four), four);
		assert_eq!(earned(1244, 5000.into(), 2, four), Delta::from_inner(1_990_400_000));
		assert_eq!(earned(6866, 11866.into(), 3, four), four);
		assert_eq!(earned(1, 3.into(), 1, delta(1)), Delta::from_inner(333_333_333));
		assert_eq!(earned(0, 3.into(), 1, four), Delta::zero());
	}

	#[test]
	fn earned_should_not_wrap_at_the_extremes() {
		let window = U256::from(u128::MAX) * U256::from(u32::MAX);
		let hundred = delta(100);
		assert_eq!(earned(u128::MAX, window, u32::MAX, hundred), hundred);
		assert_eq!(earned(1, window, 1, hundred), Delta::zero());
		assert_eq!(earned(u128::MAX, U256::one(), u32::MAX, hundred), hundred);
		assert_eq!(earned(1, U256::zero(), 0, hundred), Delta::zero());
		assert_eq!(earned(1, U256::one(), 1, delta(-1)), Delta::zero());
	}

	#[test]
	fn slash_rate_should_be_the_table_of_the_specification() {
		let (liquidation, premium) = (FixedU64::from_rational(11, 10), FixedU64::from_rational(13, 10));
		for (points, percent) in [(0, 30), (25, 25), (50, 20), (100, 10)] {
			assert_eq!(slash_rate(score(points), HUNDRED, liquidation, premium), Perbill::from_percent(percent));
		}
	}

	#[test]
	fn slash_rate_should_round_up() {
		let (liquidation, premium) = (FixedU64::from_u32(1), FixedU64::from_inner(1_000_000_001));
		// The range is a single billionth: no part of it is deducted before the target is reached.
		assert_eq!(slash_rate(score(99), HUNDRED, liquidation, premium), Perbill::from_parts(1));
		assert_eq!(slash_rate(HUNDRED, HUNDRED, liquidation, premium), Perbill::zero());
	}

	#[test]
	fn slash_rate_should_stay_a_share_at_the_extremes() {
		let most = FixedU64::from_inner(u64::MAX);
		assert_eq!(slash_rate(most, most, FixedU64::zero(), most), Perbill::zero());
		assert_eq!(slash_rate(Score::zero(), Score::zero(), FixedU64::zero(), most), Perbill::one());
	}

	#[test]
	fn slash_amount_should_round_up_and_saturate() {
		assert_eq!(slash_amount(1_000, Perbill::from_percent(30), false), 300);
		assert_eq!(slash_amount(1_000, Perbill::from_percent(30), true), 1_300);
		assert_eq!(slash_amount(1, Perbill::from_parts(1), false), 1);
		assert_eq!(slash_amount(0, Perbill::one(), true), 0);
		assert_eq!(slash_amount(u128::MAX, Perbill::one(), false), u128::MAX);
		assert_eq!(slash_amount(u128::MAX, Perbill::one(), true), u128::MAX);
	}
}
