use sp_runtime::{FixedI64, FixedU64};

/// A measure of an account's performance, in points: from 0 to [`MAX_SCORE`]. A fixed-point number in billionths.
pub type Score = FixedU64;

/// A change of a [`Score`], in billionths of a point.
pub type Delta = FixedI64;

/// The maximum score. The target of a role may be lower.
pub const MAX_SCORE: Score = Score::from_u32(100);
