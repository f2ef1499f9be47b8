use crate::{Action, Delta, Role, Score};
use frame_support::weights::Weight;
use sp_runtime::Perbill;

/// The scores of accounts, and the slash rates derived from them.
///
/// There is no implementation for `()`: a slash rate must be chosen deliberately.
pub trait ServiceLevel<AccountId, Balance> {
	/// Records an action. Returns the change of the score that took effect.
	fn record(who: &AccountId, action: Action<Balance>) -> Delta;

	/// Returns the score of an account in a role: at most the target of the role, and zero without history.
	fn score(role: Role, who: &AccountId) -> Score;

	/// Returns the share of its stake that an account loses for a fault in a role now. It falls with the score.
	///
	/// The rate is that of the score before the delta of the fault itself: query it first, then record the action.
	fn slash_rate(role: Role, who: &AccountId) -> Perbill;
}

/// Handler notified of every recorded score, even if it is unchanged.
pub trait OnScoreChange<AccountId> {
	/// Notifies of the new score of an account in a role. [`ServiceLevel::score`] returns the same.
	fn on_score_change(role: Role, who: &AccountId, score: Score);

	/// The maximum weight of the notification.
	fn weight() -> Weight;
}

/// No handler: no funds depend on the score.
impl<AccountId> OnScoreChange<AccountId> for () {
	fn on_score_change(_: Role, _: &AccountId, _: Score) {}

	fn weight() -> Weight {
		Weight::zero()
	}
}
