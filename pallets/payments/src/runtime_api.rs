//! The runtime API for clients without support for view functions.

use crate::{Payment, Session};
use alloc::vec::Vec;
use codec::Codec;
use smartlayer_promise::{SessionId, SignedPromise};
use sp_runtime::DispatchError;

sp_api::decl_runtime_apis! {
	/// Queries payment sessions.
	pub trait PaymentsApi<AccountId, Balance, BlockNumber, Ticket>
	where
		AccountId: Codec,
		Balance: Codec,
		BlockNumber: Codec,
		Ticket: Codec,
	{
		/// Returns a session.
		fn session(session: SessionId) -> Option<Session<AccountId, Balance, BlockNumber, Ticket>>;

		/// Returns the ids of sessions of an account, as payer and as node: at most 256, those after `after` in the order of
		/// storage.
		fn sessions_of(who: AccountId, after: Option<SessionId>) -> Vec<SessionId>;

		/// Returns the parts of the payment that a cash-out of this promise would make now, or the error with which it would fail.
		fn claimable(session: SessionId, promise: SignedPromise) -> Result<Payment<Balance>, DispatchError>;
	}
}
