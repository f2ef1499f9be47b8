//! Values that are compiled into the runtime. Durations are not among them: see `pallet-tempo`.

use crate::Balance;

/// The token's symbol, as wallets show it.
pub const TOKEN_SYMBOL: &str = "SLN";
/// The token's decimal places.
pub const TOKEN_DECIMALS: u8 = 12;
/// One SLN.
pub const SLN: Balance = 1_000_000_000_000;
/// A thousandth of an SLN.
pub const MILLI_SLN: Balance = SLN / 1_000;
/// A millionth of an SLN.
pub const MICRO_SLN: Balance = MILLI_SLN / 1_000;
/// The least that an account may hold.
pub const EXISTENTIAL_DEPOSIT: Balance = 10 * MILLI_SLN;
/// The prefix of an address in its text form.
pub const SS58_PREFIX: u16 = 8331;

/// What it costs to keep something in storage, given back when it leaves.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
	(items as Balance)
		.saturating_mul(100 * MILLI_SLN)
		.saturating_add((bytes as Balance).saturating_mul(100 * MICRO_SLN))
}
