//! Quantities in logarithmic steps.

/// A quantity of up to 32 bits in one byte: exact below 16, then in steps of a sixteenth to an eighth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(u8);

impl Level {
	/// The lowest level.
	pub const MIN: Self = Self(0);
	/// The highest level.
	pub const MAX: Self = Self(239);

	/// Returns the level of a quantity. Several quantities have the same.
	pub const fn of(quantity: u32) -> Self {
		let Some(bits) = quantity.checked_ilog2() else { return Self(0) };
		// The three bits after the first one, and above them the number of bits after these. Below eight, the quantity itself.
		let Some(shift) = bits.checked_sub(3) else { return Self(quantity as u8) };
		let steps = (quantity >> shift) as u8 & 0b111;
		Self(((shift as u8).saturating_add(1) << 3) | steps)
	}

	/// Returns the smallest quantity of this level.
	pub const fn least(self) -> u32 {
		let steps = self.0 as u32 & 0b111;
		match (self.0 >> 3).checked_sub(1) {
			None => steps,
			Some(shift) => (0b1000 | steps) << shift,
		}
	}

	/// Returns the byte of this level.
	pub const fn byte(self) -> u8 {
		self.0
	}

	/// Returns the level of a byte, if it is one.
	pub const fn parse(byte: u8) -> Option<Self> {
		if byte <= Self::MAX.0 { Some(Self(byte)) } else { None }
	}
}
