use crate::Role;

/// Receives rewards to be shared among the accounts of a role.
///
/// There is no implementation for `()`: a dropped credit is burned.
pub trait Rewards<Credit> {
	/// Adds an amount to the reward pool of a role.
	fn deposit(role: Role, amount: Credit);
}
