//! The constants of the source, in force until governance changes them.

use crate::SlashThresholds;
use smartlayer_primitives::{ActionKind, Delta, MAX_SCORE, Score};
use sp_runtime::FixedU64;

/// The target of service nodes, `VaultSLATarget` in the source.
pub const VAULT_SLA_TARGET: Score = MAX_SCORE;
/// The target of anchors, `StakedRelayerSLATarget` in the source.
pub const STAKED_RELAYER_SLA_TARGET: Score = MAX_SCORE;
/// 110 % and 130 %: the slash rate is 10 % at the maximum score, and 30 % at a score of zero.
pub const THRESHOLDS: SlashThresholds =
	SlashThresholds { liquidation: FixedU64::from_rational(11, 10), premium: FixedU64::from_rational(13, 10) };

/// Returns the delta of an action.
pub const fn delta(action: ActionKind) -> Delta {
	let points = match action {
		ActionKind::FailedRedeem => -100,
		ActionKind::ExecutedIssue => 4,
		ActionKind::SubmitIssueProof => 1,
		ActionKind::BlockSubmission => 1,
		ActionKind::CorrectNoData => 1,
		ActionKind::CorrectInvalid => 10,
		ActionKind::CorrectTheft => 1,
		ActionKind::CorrectOracleOffline => 1,
		ActionKind::FalseNoData => -10,
		ActionKind::FalseInvalid => -100,
		ActionKind::IgnoredVote => -10,
		// Extensions of this project. The simulation has settled those of agreements.
		ActionKind::MissedDuty => -10,
		ActionKind::BreachedObjective => -2,
		ActionKind::MetObjectives => 2,
	};
	Delta::from_inner(i64::saturating_mul(points, 1_000_000_000))
}
