use crate::{Action, Delta, Role, Score};
use frame_support::weights::Weight;
use sp_runtime::Perbill;

/// Keeps the scores.
///
/// There is no implementation for `()`: whoever is slashed by a rate wants one that is meant.
pub trait ServiceLevel<AccountId, Balance> {
	/// Records what an account did. Answers with the change of its score that took effect.
	fn record(who: &AccountId, action: Action<Balance>) -> Delta;

	/// An account's score in a role: never above the role's target, and zero for an account without history.
	fn score(role: Role, who: &AccountId) -> Score;

	/// Returns the share of its stake that an account loses for a fault in a role now: the less, the better its score in
	/// that role.
	///
	/// The rate is that of the score before the fault's own delta. Ask first, record then.
	fn slash_rate(role: Role, who: &AccountId) -> Perbill;
}

/// Is told when a score has changed.
pub trait OnScoreChange<AccountId> {
	/// An account's score in a role is now this one. What [`ServiceLevel::score`] answers agrees.
	fn on_score_change(role: Role, who: &AccountId, score: Score);

	/// What being told costs at most.
	fn weight() -> Weight;
}

/// Nobody needs to know: no funds depend on it.
impl<AccountId> OnScoreChange<AccountId> for () {
	fn on_score_change(_: Role, _: &AccountId, _: Score) {}

	fn weight() -> Weight {
		Weight::zero()
	}
}
