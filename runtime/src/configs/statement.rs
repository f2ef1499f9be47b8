//! The statement store, over which anchors will gossip what they saw.
//!
//! What an account may keep there is an allowance under a well-known storage key, which the store's node side
//! reads; this pallet only lets other pallets publish a statement as an event.

use crate::{Balance, Balances, Runtime, RuntimeEvent, constants::MILLI_SLN};
use frame_support::{parameter_types, traits::ConstU32};

parameter_types! {
	/// The balance that one statement asks of its account.
	pub const StatementCost: Balance = 100 * MILLI_SLN;
	/// The balance that each byte of it asks.
	pub const StatementByteCost: Balance = MILLI_SLN;
}

impl pallet_statement::Config for Runtime {
	type ByteCost = StatementByteCost;
	type Currency = Balances;
	type MaxAllowedBytes = ConstU32<1_048_576>;
	type MaxAllowedStatements = ConstU32<1_024>;
	type MinAllowedBytes = ConstU32<1_024>;
	type MinAllowedStatements = ConstU32<4>;
	type RuntimeEvent = RuntimeEvent;
	type StatementCost = StatementCost;
}
