use crate::Action;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::weights::Weight;
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, Perbill};

/// Names a slash. Never given twice.
pub type SlashId = u64;

/// How much of its stake an offender loses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Severity {
	/// What follows from its score when the offence is filed. Whoever files later than it knows of a fault takes the
	/// rate then, and files a [`Severity::Fraction`]: a score could be raised meanwhile.
	Rate,
	/// A share.
	Fraction(Perbill),
	/// All of it.
	Whole,
}

/// Why an account is slashed.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Cause {
	/// It served nothing.
	NoData,
	/// It served falsehood.
	Invalid,
	/// It signed two statements that contradict each other.
	Theft,
	/// It signed two blocks, or two votes, for one place.
	Equivocation,
	/// It voted for a conviction that was overturned.
	FalseVerdict,
	/// Governance says so.
	Governance,
}

/// Something for which an account is to lose a part of its stake.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Offence<AccountId, Balance> {
	/// Who did it: the account that bonds.
	pub offender: AccountId,
	/// How much it loses.
	pub severity: Severity,
	/// Who was harmed, and is to be compensated; nobody, and all goes to the treasury.
	pub victim: Option<AccountId>,
	/// Why.
	pub cause: Cause,
	/// The action that is recorded of the offender when the slash is applied.
	pub action: Option<Action<Balance>>,
}

/// What became of a slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum SlashOutcome {
	/// The amount was taken, and the offence's action recorded.
	Applied,
	/// The amount was given back, and nothing is left of it.
	Cancelled,
}

/// Sets stakes aside, and takes them when the time for an answer has passed.
///
/// There is no implementation for `()`: an offence that nobody slashes would look like one that was.
pub trait Slasher<AccountId, Balance> {
	/// Sets aside what an offence costs, as of now. Everything else that follows from the offence waits until the
	/// slash is applied or cancelled: see [`OnSlashResolved`].
	///
	/// Fails where the offender has never bonded, or has withdrawn everything.
	fn slash(offence: Offence<AccountId, Balance>) -> Result<SlashId, DispatchError>;
}

/// Is told when a slash has been applied or cancelled: what else follows from the fault settles then, and once.
pub trait OnSlashResolved {
	/// This became of a slash.
	fn on_slash_resolved(id: SlashId, outcome: SlashOutcome);

	/// What being told costs at most.
	fn weight() -> Weight;
}

/// Nobody waits for it: whoever files an offence without more to settle needs nothing.
impl OnSlashResolved for () {
	fn on_slash_resolved(_: SlashId, _: SlashOutcome) {}

	fn weight() -> Weight {
		Weight::zero()
	}
}
