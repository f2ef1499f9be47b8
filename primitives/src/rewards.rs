use crate::Role;

/// Takes what is to be shared among those who do a role's work well.
///
/// There is no implementation for `()`: a credit that is dropped is burned.
pub trait Rewards<Credit> {
	/// Adds an amount to a role's pool.
	fn deposit(role: Role, amount: Credit);
}
