use crate::{Config, Pallet};
use frame_support::weights::Weight;

macro_rules! weight_info {
	($($(#[$doc:meta])* $name:ident($($component:ident)?),)*) => {
		/// What the calls of this pallet cost, and its hook. Measured for each runtime.
		pub trait WeightInfo {
			$($(#[$doc])* fn $name($($component: u32)?) -> Weight;)*
		}

		/// For tests, where a weight only has to be one.
		#[cfg(test)]
		impl WeightInfo for () {
			$(fn $name($($component: u32)?) -> Weight {
				$(let _ = $component;)?
				Weight::from_parts(1_000, 0)
			})*
		}
	};
}

weight_info! {
	/// A call of `apply_candidacy`.
	apply_candidacy(),
	/// A call of `admit`.
	admit(),
	/// A call of `withdraw_candidacy`.
	withdraw_candidacy(),
	/// A call of `vote` that replaces one, each for as many candidates as can be.
	vote(),
	/// A call of `retract_vote` that approved as many candidates as can be.
	retract_vote(),
	/// A call of `withdraw_stake`.
	withdraw_stake(),
	/// A call of `resign`, or of `remove_anchor`.
	resign(),
	/// A call of `call_election`.
	call_election(),
	/// A call of `submit_snapshot` by the last backup, with so many signatures of as many seats.
	submit_snapshot(s),
	/// A call of `submit_issue_proof`.
	submit_issue_proof(),
	/// A call of `set_params`.
	set_params(),
	/// What `remove_keys` checks, without what the session does.
	remove_keys(),
	/// What it costs to lose one's candidacy with one's bond.
	lose_candidacy(),
	/// The hook within an interval.
	within_interval(),
	/// The hook where an interval begins after one that so many seats have let lapse.
	open_interval(s),
}

/// What it costs with all who lose their candidacy by it: a score that is recorded can find a bond below a minimum that was
/// raised.
impl<T: Config> Pallet<T> {
	/// Writing a snapshot of an interval with so many seats.
	pub(crate) fn submit_weight(seats: u32) -> Weight {
		T::WeightInfo::submit_snapshot(seats)
			.saturating_add(T::WeightInfo::lose_candidacy().saturating_mul(seats.into()))
	}

	/// Opening an interval after one that so many seats have let lapse.
	pub(crate) fn open_weight(seats: u32) -> Weight {
		T::WeightInfo::open_interval(seats).saturating_add(T::WeightInfo::lose_candidacy().saturating_mul(seats.into()))
	}
}
