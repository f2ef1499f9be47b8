use crate::Role;
use frame_support::weights::Weight;
use sp_runtime::DispatchError;

/// Who has bonded, and as what.
///
/// There is no implementation for `()`: a seat without a bond has nothing to lose.
pub trait Bonding<AccountId> {
	/// Whether an account has bonded at least the minimum in a role, and has not withdrawn from it.
	fn qualifies(role: Role, who: &AccountId) -> bool;

	/// For whom an account acts: another one that has named it as its operator, or itself.
	fn principal(who: &AccountId) -> AccountId;

	/// An anchor takes a seat, and is rewarded for it from now on.
	fn seated(who: &AccountId);

	/// An anchor leaves its seat, or keeps it without reward.
	fn unseated(who: &AccountId);
}

/// Handler notified when an account no longer qualifies for its role, because it has withdrawn or was slashed below the
/// minimum, and when its bond has ended.
pub trait OnBondLost<AccountId> {
	/// This account no longer qualifies for this role.
	fn on_bond_lost(role: Role, who: &AccountId);

	/// This account has nothing bonded any more, and nothing is known of it as a member of this role.
	fn on_bond_ended(role: Role, who: &AccountId);

	/// The weight of both notifications at most.
	fn weight() -> Weight;
}

/// Nobody's place depends on it.
impl<AccountId> OnBondLost<AccountId> for () {
	fn on_bond_lost(_: Role, _: &AccountId) {}

	fn on_bond_ended(_: Role, _: &AccountId) {}

	fn weight() -> Weight {
		Weight::zero()
	}
}

/// Is asked before an account withdraws from its role of its own will.
pub trait LeaveGate<AccountId> {
	/// Whether the account may go. The error says why not.
	fn may_leave(role: Role, who: &AccountId) -> Result<(), DispatchError>;

	/// What being asked costs at most.
	fn weight() -> Weight;
}

/// Everybody may go.
impl<AccountId> LeaveGate<AccountId> for () {
	fn may_leave(_: Role, _: &AccountId) -> Result<(), DispatchError> {
		Ok(())
	}

	fn weight() -> Weight {
		Weight::zero()
	}
}
