//! The arithmetic of votes and fees. Pure functions.

use crate::{Params, Tally, Verdict};
use sp_runtime::{Perbill, traits::Saturating};

/// The number of open demands on a node with each of which the fee doubles.
const DOUBLING: u32 = 8;

impl Tally {
	/// Creates the tally of a jury with at most 32 seats, in which the seat at a place has voted aye.
	pub(crate) fn new<Balance>(seats: u32, params: &Params<Balance>, aye: u32) -> Self {
		Self {
			seats,
			quorum: params.quorum.mul_ceil(seats),
			// More than the share.
			majority: params.majority.mul_floor(seats).saturating_add(1),
			ayes: bit(aye),
			nays: 0,
		}
	}

	/// Records a vote. Returns `false` if the seat has voted before.
	pub(crate) fn vote(&mut self, place: u32, aye: bool) -> bool {
		let bit = bit(place);
		if self.has_voted(place) {
			return false;
		}
		let votes = if aye { &mut self.ayes } else { &mut self.nays };
		*votes |= bit;
		true
	}

	/// Returns whether the seat at a place has voted.
	pub fn has_voted(&self, place: u32) -> bool {
		(self.ayes | self.nays) & bit(place) != 0
	}

	/// Returns whether the seat at a place has voted aye.
	pub fn has_voted_aye(&self, place: u32) -> bool {
		self.ayes & bit(place) != 0
	}

	/// Returns the result of the votes so far. A verdict is final: further votes cannot change it.
	pub const fn verdict(&self) -> Verdict {
		let (ayes, nays) = (self.ayes.count_ones(), self.nays.count_ones());
		if ayes.saturating_add(nays) < self.quorum {
			Verdict::Undecided
		} else if ayes >= self.majority {
			Verdict::Convicted
		} else if nays >= self.majority {
			Verdict::Rejected
		} else {
			Verdict::Undecided
		}
	}

	/// Returns whether at least two thirds of the seats have voted so: then the others were wrong, and not only outvoted.
	pub const fn is_clear(&self, aye: bool) -> bool {
		let votes = if aye { self.ayes } else { self.nays };
		votes.count_ones().saturating_mul(3) >= self.seats.saturating_mul(2)
	}
}

/// Returns the bit of a place. Zero beyond the 32 seats that a jury can have.
fn bit(place: u32) -> u32 {
	1u32.checked_shl(place).unwrap_or_default()
}

/// Returns the fee of a demand on a node with a number of open demands. Saturates.
pub fn fee<Balance: Saturating + Copy>(base: Balance, open: u32) -> Balance {
	let doublings = open.checked_div(DOUBLING).unwrap_or_default();
	// More would only saturate.
	(0..doublings.min(128)).fold(base, |fee, _| fee.saturating_add(fee))
}

/// Returns whether a share can be the quorum: at least half, so that two opposite verdicts never have enough votes.
pub(crate) fn is_quorum(share: Perbill) -> bool {
	share >= Perbill::from_percent(50)
}

/// Returns whether a share can be the majority: at least half, and not all, which nobody could exceed.
pub(crate) fn is_majority(share: Perbill) -> bool {
	share >= Perbill::from_percent(50) && share < Perbill::one()
}
