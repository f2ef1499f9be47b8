use frame_support::weights::Weight;
use smartlayer_promise::SessionId;
use sp_runtime::Perbill;

/// The share of a session's payments that returns to its payer because the measured service fell short.
///
/// Every cash-out credits up to the share of that moment, what was credited is not taken back, and anyone may cash out. So a
/// share must not be higher for a short time than in the long run.
pub trait ServiceCredit<AccountId, BlockNumber> {
	/// Returns the share of all payments of a session with this node since it was opened.
	fn share(node: &AccountId, opened: BlockNumber) -> Perbill;

	/// The maximum weight of the query.
	fn weight() -> Weight;
}

/// A payment session, as other pallets see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer<AccountId, Balance> {
	/// The account that pays.
	pub payer: AccountId,
	/// The service node that is paid.
	pub node: AccountId,
	/// The total that was paid so far, less what was credited for insufficient service.
	pub paid: Balance,
}

/// The payment sessions between payers and service nodes.
pub trait PaymentSessions<AccountId, Balance, BlockNumber> {
	/// Returns a session if it was opened before this block of the clock, and was open in it or ended in it. `None` for blocks in
	/// the future, and for sessions that are settled.
	fn customer_at(session: SessionId, block: BlockNumber) -> Option<Customer<AccountId, Balance>>;

	/// Returns a session if it is open now.
	fn open_customer(session: SessionId) -> Option<Customer<AccountId, Balance>>;

	/// The maximum weight of a query.
	fn weight() -> Weight;
}
