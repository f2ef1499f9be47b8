use crate::{Config, Pallet};
use frame_support::weights::Weight;

macro_rules! weight_info {
	($($(#[$doc:meta])* $name:ident($($component:ident)?),)*) => {
		/// The weights of the calls and the hook of this pallet, measured for each runtime.
		pub trait WeightInfo {
			$($(#[$doc])* fn $name($($component: u32)?) -> Weight;)*
		}

		/// For tests: the same small weight for everything.
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
	/// `apply_candidacy`.
	apply_candidacy(),
	/// `admit`.
	admit(),
	/// `withdraw_candidacy`.
	withdraw_candidacy(),
	/// `vote` replacing a ballot, both for the maximum number of candidates.
	vote(),
	/// `retract_vote` for the maximum number of candidates.
	retract_vote(),
	/// `withdraw_stake`.
	withdraw_stake(),
	/// `resign`, and `remove_anchor`.
	resign(),
	/// `call_election`.
	call_election(),
	/// `submit_snapshot` by the last backup, by number of seats, all of which have signed.
	submit_snapshot(s),
	/// `submit_issue_proof`.
	submit_issue_proof(),
	/// `set_params`.
	set_params(),
	/// The checks of `remove_keys`, without the work of the session pallet.
	remove_keys(),
	/// The loss of a candidacy together with the bond.
	lose_candidacy(),
	/// The hook within an interval.
	within_interval(),
	/// The hook at the start of an interval after one without a snapshot, by number of seats.
	open_interval(s),
}

/// Weights including the accounts that may lose their candidacy: recording a score can find a bond below a raised
/// minimum.
impl<T: Config> Pallet<T> {
	/// Writing a snapshot, by number of seats.
	pub(crate) fn submit_weight(seats: u32) -> Weight {
		T::WeightInfo::submit_snapshot(seats)
			.saturating_add(T::WeightInfo::lose_candidacy().saturating_mul(seats.into()))
	}

	/// Opening an interval after one without a snapshot, by number of seats.
	pub(crate) fn open_weight(seats: u32) -> Weight {
		T::WeightInfo::open_interval(seats).saturating_add(T::WeightInfo::lose_candidacy().saturating_mul(seats.into()))
	}
}
