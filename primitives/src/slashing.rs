use crate::Action;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::weights::Weight;
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, Perbill};

/// The id of a slash. Never reused.
pub type SlashId = u64;

/// The share of its stake that an offender loses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Severity {
	/// The slash rate at the offender's score when the offence is filed. For a fault that was known earlier, use a
	/// [`Severity::Fraction`] with the rate of that time, because the score could be raised meanwhile.
	Rate,
	/// A fixed share.
	Fraction(Perbill),
	/// The whole stake.
	Whole,
}

/// The cause of a slash.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Cause {
	/// It did not serve.
	NoData,
	/// It served invalid data.
	Invalid,
	/// It signed two contradicting statements.
	Theft,
	/// It signed two blocks, or two votes, for the same position.
	Equivocation,
	/// It voted for a conviction that was overturned.
	FalseVerdict,
	/// Governance decided so.
	Governance,
}

/// The account that an offence has harmed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Victim<AccountId, Balance> {
	/// The account.
	pub account: AccountId,
	/// The maximum of its compensation, or none if only its share of the slash limits it. What a fault can have cost it: otherwise
	/// an offender recovers a part of its bond through an accomplice that calls itself harmed.
	pub at_most: Option<Balance>,
}

/// The number of a measurement window: its first block of the clock, divided by the length of a window.
pub type Window = u32;

/// An offence for which an account is to be slashed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Offence<AccountId, Balance> {
	/// The bonded account that committed the offence.
	pub offender: AccountId,
	/// The severity of the offence.
	pub severity: Severity,
	/// The harmed account, which is compensated. Without one, the whole amount goes to the treasury.
	pub victim: Option<Victim<AccountId, Balance>>,
	/// The cause of the slash.
	pub cause: Cause,
	/// The action recorded in the offender's score when the slash is applied.
	pub action: Option<Action<Balance>>,
	/// The window of the fault, if the offender was unavailable. At most one slash per window takes an amount, whatever has
	/// observed the outage.
	pub outage: Option<Window>,
}

/// The outcome of a slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum SlashOutcome {
	/// The slash was applied, and the action of the offence recorded.
	Applied,
	/// The slash was cancelled and left no trace.
	Cancelled,
}

/// Sets stakes aside, and applies the slash after the time for an appeal.
///
/// There is no implementation for `()`: an offence without a slash would look like one that was slashed.
pub trait Slasher<AccountId, Balance> {
	/// Sets aside the amount of an offence, by the stake and the score of now. All other consequences of the offence wait until the slash is applied or
	/// cancelled: see [`OnSlashResolved`].
	///
	/// Fails if the offender is not bonded.
	fn slash(offence: Offence<AccountId, Balance>) -> Result<SlashId, DispatchError>;
}

/// Handler notified when a slash was applied or cancelled, so that other consequences of the fault are settled once.
pub trait OnSlashResolved {
	/// Notifies of the outcome of a slash.
	fn on_slash_resolved(id: SlashId, outcome: SlashOutcome);

	/// The maximum weight of the notification.
	fn weight() -> Weight;
}

/// No handler: for offences without further consequences.
impl OnSlashResolved for () {
	fn on_slash_resolved(_: SlashId, _: SlashOutcome) {}

	fn weight() -> Weight {
		Weight::zero()
	}
}
