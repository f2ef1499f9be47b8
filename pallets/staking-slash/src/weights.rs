use crate::{Config, Pallet};
use frame_support::weights::Weight;
use smartlayer_primitives::{LeaveGate, OnBondLost, OnSlashResolved};

macro_rules! weight_info {
	($($(#[$doc:meta])* $name:ident,)*) => {
		/// The weights of the calls and the hook of this pallet, measured for each runtime.
		pub trait WeightInfo {
			$($(#[$doc])* fn $name() -> Weight;)*
		}

		/// For tests: the same small weight for everything.
		#[cfg(test)]
		impl WeightInfo for () {
			$(fn $name() -> Weight {
				Weight::from_parts(1_000, 0)
			})*
		}
	};
}

weight_info! {
	/// `bond`.
	bond,
	/// `bond_extra`.
	bond_extra,
	/// `unbond`.
	unbond,
	/// `rebond`.
	rebond,
	/// `withdraw_unbonded`.
	withdraw_unbonded,
	/// `chill`.
	chill,
	/// `activate`.
	activate,
	/// `set_operator`.
	set_operator,
	/// `set_service_key`.
	set_service_key,
	/// `set_endpoint`, by an operator.
	set_endpoint,
	/// `set_destination`.
	set_destination,
	/// `appeal`.
	appeal,
	/// `rule` upholding a slash. Overturning one weighs like `cancel`.
	rule_uphold,
	/// `cancel`.
	cancel,
	/// `apply_slash` ending a bond. Also the hook's work for such a slash.
	apply_slash,
	/// `apply_slash` leaving a part of the bond.
	apply_slash_in_part,
	/// `force_slash`. Also the cost of setting any slash aside.
	force_slash,
	/// `fund_pool`.
	fund_pool,
	/// `payout` into the bond.
	payout_into_bond,
	/// `payout` removing the ledger.
	payout_the_last,
	/// `set_params`.
	set_params,
	/// `refresh`.
	refresh,
	/// `stop_operating`.
	stop_operating,
	/// `operate_for`.
	operate_for,
	/// The hook, with nothing due.
	hook_base,
	/// One step through the queue.
	queue_step,
	/// The start of a reward period.
	begin_period,
	/// The update of the ledger and pool after a change of score.
	on_score_change,
}

/// Weights of calls including the handlers they query and notify.
impl<T: Config> Pallet<T> {
	/// The handlers queried before an account leaves, and notified afterwards.
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
