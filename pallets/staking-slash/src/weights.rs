use crate::{Config, Pallet};
use frame_support::weights::Weight;
use smartlayer_primitives::{LeaveGate, OnBondLost, OnSlashResolved};

macro_rules! weight_info {
	($($(#[$doc:meta])* $name:ident,)*) => {
		/// What the calls of this pallet cost, and its hook. Measured for each runtime.
		pub trait WeightInfo {
			$($(#[$doc])* fn $name() -> Weight;)*
		}

		/// For tests, where a weight only has to be one.
		#[cfg(test)]
		impl WeightInfo for () {
			$(fn $name() -> Weight {
				Weight::from_parts(1_000, 0)
			})*
		}
	};
}

weight_info! {
	/// A call of `bond`.
	bond,
	/// A call of `bond_extra`.
	bond_extra,
	/// A call of `unbond`.
	unbond,
	/// A call of `rebond`.
	rebond,
	/// A call of `withdraw_unbonded`.
	withdraw_unbonded,
	/// A call of `chill`.
	chill,
	/// A call of `activate`.
	activate,
	/// A call of `set_operator`.
	set_operator,
	/// A call of `set_service_key`.
	set_service_key,
	/// A call of `set_destination`.
	set_destination,
	/// A call of `appeal`.
	appeal,
	/// A call of `rule` that upholds; one that overturns is a `cancel`.
	rule_uphold,
	/// A call of `cancel`.
	cancel,
	/// A call of `apply_slash` that ends a bond, and what the hook does for such a slash.
	apply_slash,
	/// The same for a slash that leaves a part of the bond.
	apply_slash_in_part,
	/// A call of `force_slash`, and what any slash costs to set aside.
	force_slash,
	/// A call of `fund_pool`.
	fund_pool,
	/// A call of `payout` that lets the bond grow.
	payout_into_bond,
	/// A call of `payout` after which nothing is left of the account here.
	payout_the_last,
	/// A call of `set_params`.
	set_params,
	/// A call of `refresh`.
	refresh,
	/// A call of `stop_operating`.
	stop_operating,
	/// A call of `operate_for`.
	operate_for,
	/// The hook where nothing is due.
	hook_base,
	/// One look into the queue.
	queue_step,
	/// The beginning of a reward period.
	begin_period,
	/// What a change of score costs beyond the score itself.
	on_score_change,
}

/// What calls cost together with those who are asked and told.
impl<T: Config> Pallet<T> {
	/// Those who are asked before an account leaves, and told when it has.
	pub(crate) fn leave_weight() -> Weight {
		T::LeaveGate::weight().saturating_add(T::OnBondLost::weight())
	}

	/// Applying a slash.
	pub(crate) fn apply_weight() -> Weight {
		T::WeightInfo::apply_slash()
			.max(T::WeightInfo::apply_slash_in_part())
			.saturating_add(T::OnBondLost::weight())
			.saturating_add(T::OnSlashResolved::weight())
	}

	/// Cancelling a slash.
	pub(crate) fn cancel_weight() -> Weight {
		T::WeightInfo::cancel().saturating_add(T::OnBondLost::weight()).saturating_add(T::OnSlashResolved::weight())
	}
}
