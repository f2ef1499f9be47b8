//! The traits that this pallet implements for other pallets.

use crate::{Config, ConsensusOffences, Ledgers, Operators, Pallet, WeightInfo, bonds::qualifies};
use frame_support::{traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{
	Bonding, Cause, Offence, OnBondLost, OnScoreChange, Role, Score, ServiceKeys, Severity, SlashId, Slasher, Stakes,
};
use sp_runtime::{DispatchError, PerThing, Perbill, Rounding, traits::Saturating};
use sp_staking::{
	SessionIndex,
	offence::{OffenceDetails, OnOffenceHandler},
};

impl<T: Config> Slasher<T::AccountId, T::Balance> for Pallet<T> {
	fn slash(offence: Offence<T::AccountId, T::Balance>) -> Result<SlashId, DispatchError> {
		frame_support::storage::with_storage_layer(|| Self::set_aside(offence))
	}
}

impl<T: Config> OnScoreChange<T::AccountId> for Pallet<T> {
	fn on_score_change(role: Role, who: &T::AccountId, score: Score) {
		let concerned = Ledgers::<T>::get(who).is_some_and(|ledger| ledger.role == role);
		if concerned && Self::with_ledger(who, Some(score), |_| Ok(())).is_err() {
			frame_support::defensive!("an existing ledger can be reweighed");
		}
	}

	fn weight() -> Weight {
		T::WeightInfo::on_score_change().saturating_add(T::OnBondLost::weight())
	}
}

impl<T: Config> Bonding<T::AccountId> for Pallet<T> {
	fn qualifies(role: Role, who: &T::AccountId) -> bool {
		Ledgers::<T>::get(who).is_some_and(|ledger| ledger.role == role && qualifies::<T>(&ledger))
	}

	fn role(who: &T::AccountId) -> Option<Role> {
		Ledgers::<T>::get(who).map(|ledger| ledger.role)
	}

	fn principal(who: &T::AccountId) -> T::AccountId {
		Operators::<T>::get(who).unwrap_or_else(|| who.clone())
	}

	fn seated(role: Role, who: &T::AccountId) {
		Self::set_seated(role, who, true);
	}

	fn unseated(role: Role, who: &T::AccountId) {
		Self::set_seated(role, who, false);
	}
}

impl<T: Config> Stakes<T::AccountId, T::Balance> for Pallet<T> {
	fn active(role: Role, who: &T::AccountId) -> T::Balance {
		let ledger = Ledgers::<T>::get(who).filter(|ledger| ledger.role == role);
		ledger.map(|ledger| ledger.active).unwrap_or_default()
	}
}

impl<T: Config> ServiceKeys<T::AccountId, T::ServiceKey, BlockNumberFor<T>> for Pallet<T> {
	fn is_service_key(node: &T::AccountId, key: &T::ServiceKey, height: BlockNumberFor<T>) -> bool {
		Self::was_service_key(node, key, height)
	}

	fn weight() -> Weight {
		T::DbWeight::get().reads(1)
	}
}

impl<T: Config> Pallet<T> {
	fn set_seated(role: Role, who: &T::AccountId, seated: bool) {
		let changed = Self::with_ledger(who, None, |ledger| {
			// It can have bonded anew, in another role.
			if ledger.role == role {
				ledger.seated = seated;
			}
			Ok(())
		});
		// An account that has withdrawn its whole bond has no ledger, and no rewards to stop.
		if changed.is_err() && seated {
			frame_support::defensive!("only bonded accounts are seated");
		}
	}

	/// Removes the consensus offences of a session that can no longer be reported.
	pub fn forget_offences(session: SessionIndex) {
		// Several times the maximum number of authorities.
		let _ = ConsensusOffences::<T>::clear_prefix(session, 128, None);
	}
}

/// Equivocations enter the same queue as all other faults. Concurrent offenders are reported repeatedly, with a fraction
/// that grows with their number: the highest fraction of an offender in a session counts, and each report slashes only
/// the difference to the one before.
impl<T: Config> OnOffenceHandler<T::AccountId, (T::AccountId, ()), Weight> for Pallet<T> {
	fn on_offence(
		offenders: &[OffenceDetails<T::AccountId, (T::AccountId, ())>],
		fractions: &[Perbill],
		session: SessionIndex,
	) -> Weight {
		let mut weight = Weight::zero();
		for (details, fraction) in offenders.iter().zip(fractions) {
			weight.saturating_accrue(T::WeightInfo::force_slash());
			weight.saturating_accrue(T::OnBondLost::weight());
			weight.saturating_accrue(T::DbWeight::get().reads_writes(1, 1));
			let (offender, ()) = &details.offender;
			let before = ConsensusOffences::<T>::get(session, offender).unwrap_or_default();
			if *fraction <= before {
				continue;
			}
			ConsensusOffences::<T>::insert(session, offender, fraction);
			let offence = Offence {
				offender: offender.clone(),
				// Relative to what the previous slash has left, so that both together amount to the higher fraction.
				severity: Severity::Fraction(
					fraction.saturating_sub(before).saturating_div(before.left_from_one(), Rounding::Up),
				),
				victim: None,
				cause: Cause::Equivocation,
				action: None,
				outage: None,
			};
			// An account that has withdrawn its whole bond has nothing to slash.
			if Ledgers::<T>::contains_key(offender) && <Self as Slasher<_, _>>::slash(offence).is_err() {
				frame_support::defensive!("bonded accounts can be slashed");
			}
		}
		weight
	}
}
