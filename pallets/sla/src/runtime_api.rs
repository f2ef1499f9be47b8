//! The runtime API for clients without support for view functions.

use codec::Codec;
use smartlayer_primitives::{Role, Score};
use sp_runtime::Perbill;

sp_api::decl_runtime_apis! {
	/// Queries scores.
	pub trait SlaApi<AccountId>
	where
		AccountId: Codec,
	{
		/// Returns the score of an account in a role, in billionths of a point.
		fn score(role: Role, who: AccountId) -> Score;

		/// Returns the share of its stake that a service node would lose for a fault now.
		fn slash_rate(who: AccountId) -> Perbill;
	}
}
