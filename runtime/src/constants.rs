//! Constants compiled into the runtime. Durations are not among them: see `pallet-tempo`.

use crate::Balance;

/// The symbol of the token.
pub const TOKEN_SYMBOL: &str = "SLN";
/// The number of decimals of the token.
pub const TOKEN_DECIMALS: u8 = 12;
/// One SLN.
pub const SLN: Balance = 1_000_000_000_000;
/// One thousandth of an SLN.
pub const MILLI_SLN: Balance = SLN / 1_000;
/// One millionth of an SLN.
pub const MICRO_SLN: Balance = MILLI_SLN / 1_000;
/// The existential deposit.
pub const EXISTENTIAL_DEPOSIT: Balance = 10 * MILLI_SLN;
/// The SS58 prefix of addresses.
pub const SS58_PREFIX: u16 = 8331;

/// Returns the deposit for a number of storage items and bytes, released when they are removed.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
	(items as Balance)
		.saturating_mul(100 * MILLI_SLN)
		.saturating_add((bytes as Balance).saturating_mul(100 * MICRO_SLN))
}
