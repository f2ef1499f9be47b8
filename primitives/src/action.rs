use crate::Role;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// An action, or omission, of an account that changes its score.
///
/// The names are those of the source of the score, a specification of Bitcoin vaults and relayers; the documentation of each
/// states its meaning on this network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Action<Balance> {
	/// A service node failed an obligation. The gravest fault.
	FailedRedeem,
	/// A service node was paid for its service. The volume is the amount it was paid in one reward period.
	ExecutedIssue(Balance),
	/// A service node proved, with its user's signature, that an operation is part of a snapshot.
	SubmitIssueProof,
	/// An anchor wrote the snapshot of its interval.
	BlockSubmission,
	/// An anchor reported, or voted for, a confirmed fault of not serving.
	CorrectNoData,
	/// An anchor reported, or voted for, a confirmed fault of serving invalid data.
	CorrectInvalid,
	/// An anchor reported a theft and proved it.
	CorrectTheft,
	/// An anchor reported an interval that closed without a snapshot.
	CorrectOracleOffline,
	/// An anchor was wrong about a fault of not serving.
	FalseNoData,
	/// An anchor was wrong about a fault of serving invalid data.
	FalseInvalid,
	/// An anchor did not vote.
	IgnoredVote,
	/// An anchor missed its duty to write a snapshot. An extension: the source has no such duty.
	MissedDuty,
	/// A service node missed what it had agreed, again in a budget period. An extension: the source knows no agreements.
	BreachedObjective,
	/// A service node met what it had agreed for a whole budget period. An extension, as above.
	MetObjectives,
}

/// The kind of an [`Action`], without its details. Deltas are set per kind.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum ActionKind {
	/// See [`Action::FailedRedeem`].
	FailedRedeem,
	/// See [`Action::ExecutedIssue`]. Its delta is the maximum that one such action earns.
	ExecutedIssue,
	/// See [`Action::SubmitIssueProof`].
	SubmitIssueProof,
	/// See [`Action::BlockSubmission`].
	BlockSubmission,
	/// See [`Action::CorrectNoData`].
	CorrectNoData,
	/// See [`Action::CorrectInvalid`].
	CorrectInvalid,
	/// See [`Action::CorrectTheft`].
	CorrectTheft,
	/// See [`Action::CorrectOracleOffline`].
	CorrectOracleOffline,
	/// See [`Action::FalseNoData`].
	FalseNoData,
	/// See [`Action::FalseInvalid`].
	FalseInvalid,
	/// See [`Action::IgnoredVote`].
	IgnoredVote,
	/// See [`Action::MissedDuty`].
	MissedDuty,
	/// See [`Action::BreachedObjective`].
	BreachedObjective,
	/// See [`Action::MetObjectives`].
	MetObjectives,
}

impl<Balance> Action<Balance> {
	/// Returns the kind of the action.
	pub const fn kind(&self) -> ActionKind {
		match self {
			Self::FailedRedeem => ActionKind::FailedRedeem,
			Self::ExecutedIssue(_) => ActionKind::ExecutedIssue,
			Self::SubmitIssueProof => ActionKind::SubmitIssueProof,
			Self::BlockSubmission => ActionKind::BlockSubmission,
			Self::CorrectNoData => ActionKind::CorrectNoData,
			Self::CorrectInvalid => ActionKind::CorrectInvalid,
			Self::CorrectTheft => ActionKind::CorrectTheft,
			Self::CorrectOracleOffline => ActionKind::CorrectOracleOffline,
			Self::FalseNoData => ActionKind::FalseNoData,
			Self::FalseInvalid => ActionKind::FalseInvalid,
			Self::IgnoredVote => ActionKind::IgnoredVote,
			Self::MissedDuty => ActionKind::MissedDuty,
			Self::BreachedObjective => ActionKind::BreachedObjective,
			Self::MetObjectives => ActionKind::MetObjectives,
		}
	}
}

impl ActionKind {
	/// All kinds of actions.
	pub const ALL: [Self; 14] = [
		Self::FailedRedeem,
		Self::ExecutedIssue,
		Self::SubmitIssueProof,
		Self::BlockSubmission,
		Self::CorrectNoData,
		Self::CorrectInvalid,
		Self::CorrectTheft,
		Self::CorrectOracleOffline,
		Self::FalseNoData,
		Self::FalseInvalid,
		Self::IgnoredVote,
		Self::MissedDuty,
		Self::BreachedObjective,
		Self::MetObjectives,
	];

	/// Returns the role whose score the action changes.
	pub const fn role(self) -> Role {
		match self {
			Self::FailedRedeem
			| Self::ExecutedIssue
			| Self::SubmitIssueProof
			| Self::BreachedObjective
			| Self::MetObjectives => Role::ServiceNode,
			Self::BlockSubmission
			| Self::CorrectNoData
			| Self::CorrectInvalid
			| Self::CorrectTheft
			| Self::CorrectOracleOffline
			| Self::FalseNoData
			| Self::FalseInvalid
			| Self::IgnoredVote
			| Self::MissedDuty => Role::Anchor,
		}
	}

	/// Returns whether the action lowers a score. If so its delta is never positive, otherwise never negative.
	pub const fn is_penalty(self) -> bool {
		match self {
			Self::FailedRedeem
			| Self::FalseNoData
			| Self::FalseInvalid
			| Self::IgnoredVote
			| Self::MissedDuty
			| Self::BreachedObjective => true,
			Self::ExecutedIssue
			| Self::SubmitIssueProof
			| Self::BlockSubmission
			| Self::CorrectNoData
			| Self::CorrectInvalid
			| Self::CorrectTheft
			| Self::CorrectOracleOffline
			| Self::MetObjectives => false,
		}
	}
}
