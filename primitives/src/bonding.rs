use crate::Role;
use frame_support::weights::Weight;
use sp_runtime::{DispatchError, traits::Zero};

/// The bonds of accounts in their roles.
///
/// There is no implementation for `()`: a seat without a bond would have nothing at stake.
pub trait Bonding<AccountId> {
	/// Returns whether an account qualifies for a role: it is not chilled, and its bond in this role, including funds set aside
	/// by slashes, is at least the minimum.
	fn qualifies(role: Role, who: &AccountId) -> bool;

	/// Returns the role in which an account is bonded, even if it does not qualify. What it has at stake can be slashed.
	fn role(who: &AccountId) -> Option<Role>;

	/// Returns the account that an account acts for: the one whose operator it is, or itself.
	fn principal(who: &AccountId) -> AccountId;

	/// Notifies that an account works in its role from now on: an anchor has taken a seat, or a service node is in service under an
	/// agreement.
	fn seated(role: Role, who: &AccountId);

	/// Notifies that an account works in its role no more: an anchor has left its seat, or keeps it without rewards, or a service node
	/// is in service under no agreement.
	fn unseated(role: Role, who: &AccountId);
}

/// What bonded accounts have agreed to do with their bonds at stake.
pub trait Commitments<AccountId, Balance> {
	/// Returns the bond that an account must keep in a role, for what it has agreed.
	fn committed(role: Role, who: &AccountId) -> Balance;

	/// The maximum weight of the query.
	fn weight() -> Weight;
}

/// Nothing is agreed.
impl<AccountId, Balance: Zero> Commitments<AccountId, Balance> for () {
	fn committed(_: Role, _: &AccountId) -> Balance {
		Zero::zero()
	}

	fn weight() -> Weight {
		Weight::zero()
	}
}

/// The amounts of bonds.
pub trait Stakes<AccountId, Balance> {
	/// Returns the active bond of an account in a role: without what is unbonding, and without what pending slashes have set aside.
	fn active(role: Role, who: &AccountId) -> Balance;
}

/// Handler notified when an account no longer qualifies for its role, because it has withdrawn or was slashed below the
/// minimum, and when its bond has ended.
pub trait OnBondLost<AccountId> {
	/// Notifies that an account no longer qualifies for its role.
	fn on_bond_lost(role: Role, who: &AccountId);

	/// Notifies that the bond of an account has ended.
	fn on_bond_ended(role: Role, who: &AccountId);

	/// The maximum weight of both notifications.
	fn weight() -> Weight;
}

/// No handler.
impl<AccountId> OnBondLost<AccountId> for () {
	fn on_bond_lost(_: Role, _: &AccountId) {}

	fn on_bond_ended(_: Role, _: &AccountId) {}

	fn weight() -> Weight {
		Weight::zero()
	}
}

/// Two handlers, one after the other.
impl<AccountId, First: OnBondLost<AccountId>, Second: OnBondLost<AccountId>> OnBondLost<AccountId> for (First, Second) {
	fn on_bond_lost(role: Role, who: &AccountId) {
		First::on_bond_lost(role, who);
		Second::on_bond_lost(role, who);
	}

	fn on_bond_ended(role: Role, who: &AccountId) {
		First::on_bond_ended(role, who);
		Second::on_bond_ended(role, who);
	}

	fn weight() -> Weight {
		First::weight().saturating_add(Second::weight())
	}
}

/// Decides whether an account may leave its role voluntarily.
pub trait LeaveGate<AccountId> {
	/// Returns an error with the reason if the account must not leave.
	fn may_leave(role: Role, who: &AccountId) -> Result<(), DispatchError>;

	/// The maximum weight of the query.
	fn weight() -> Weight;
}

/// Every account may leave.
impl<AccountId> LeaveGate<AccountId> for () {
	fn may_leave(_: Role, _: &AccountId) -> Result<(), DispatchError> {
		Ok(())
	}

	fn weight() -> Weight {
		Weight::zero()
	}
}

/// The keys with which service nodes sign their statements.
pub trait ServiceKeys<AccountId, Key, BlockNumber> {
	/// Returns whether a key was the service key of a node in the block of a height. Replaced keys are known for a while.
	fn is_service_key(node: &AccountId, key: &Key, height: BlockNumber) -> bool;

	/// The maximum weight of the query.
	fn weight() -> Weight;
}
