use crate::Role;

/// Receives rewards to be shared among the accounts of a role.
///
/// There is no implementation for `()`: a dropped credit is burned.
pub trait Rewards<Credit> {
	/// Adds an amount to the reward pool of a role.
	fn deposit(role: Role, amount: Credit);

	/// Adds an amount to the account of a role's pool, which counts it at the start of the next reward period. Cheaper than
	/// [`deposit`](Self::deposit), for many small amounts.
	fn contribute(role: Role, amount: Credit);
}
