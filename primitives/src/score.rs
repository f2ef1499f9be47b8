use sp_runtime::{FixedI64, FixedU64};

/// How well an account does its work: a number in the closed interval from 0 to [`MAX_SCORE`].
pub type Score = FixedU64;

/// A change of a [`Score`].
pub type Delta = FixedI64;

/// The best score that there can be. The target of a role may be lower.
pub const MAX_SCORE: Score = Score::from_u32(100);
