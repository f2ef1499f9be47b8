//! The statement store, over which anchors exchange what they observed.
//!
//! The allowance of an account is stored under a well-known key, which the statement store of the node reads. The pallet only
//! allows other pallets to publish a statement as an event.

use crate::{Balance, Balances, Runtime, RuntimeEvent, constants::MILLI_SLN};
use frame_support::{parameter_types, traits::ConstU32};

parameter_types! {
	/// The balance that one statement requires.
	pub const StatementCost: Balance = 100 * MILLI_SLN;
	/// The balance that each byte of a statement requires.
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
