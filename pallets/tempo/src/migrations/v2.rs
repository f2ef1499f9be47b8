//! Migration from version 1 to 2: adds the durations of payments, demands, measurement, agreements and placement, and the
//! two tracks that end referenda.
//!
//! Existing durations keep their values. New ones are taken from a template: one for chains with slots of at least
//! [`SLOW_SLOT_MILLIS`], and one for faster chains. There are three exceptions. Appeals are at least as long as in the
//! template, because they now have to outlast a track that is full. The new tracks are at least as long as the chain's own
//! emergency track. A duration that would break an inequality is lengthened. No duration is shortened, so the result
//! passes [`Schedule::check`] on every chain whose schedule passed the check of version 1.

use crate::{Config, Governance, Pallet, Schedule, TrackPeriods};
use codec::{Decode, Encode};
use core::marker::PhantomData;
use frame_support::{
	defensive,
	migrations::VersionedMigration,
	traits::{Get, UncheckedOnRuntimeUpgrade},
	weights::Weight,
};
#[cfg(feature = "try-runtime")]
use {alloc::vec::Vec, frame_support::ensure, sp_runtime::TryRuntimeError};

/// The slot from which on a chain uses the template of slow chains.
pub const SLOW_SLOT_MILLIS: u32 = 6_000;

/// Adds the new durations to the schedule of a chain at version 1, once. `Fast` and `Slow` are the templates.
pub type FromV1<T, Fast, Slow> =
	VersionedMigration<1, 2, Unchecked<T, Fast, Slow>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// The durations of governance in the layout of version 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct OldGovernance {
	pub(crate) undeciding_timeout: u32,
	pub(crate) vote_lock: u32,
	pub(crate) treasury_spend: u32,
	pub(crate) treasury_payout: u32,
	pub(crate) root: TrackPeriods,
	pub(crate) sla_admin: TrackPeriods,
	pub(crate) anchor_admin: TrackPeriods,
	pub(crate) slash_review: TrackPeriods,
	pub(crate) treasurer: TrackPeriods,
	pub(crate) emergency: TrackPeriods,
}

/// The schedule in the layout of version 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct OldSchedule {
	pub(crate) slot_millis: u32,
	pub(crate) epoch_slots: u32,
	pub(crate) term_epochs: u32,
	pub(crate) interval_blocks: u32,
	pub(crate) backup_delay_blocks: u32,
	pub(crate) report_window_blocks: u32,
	pub(crate) vote_blocks: u32,
	pub(crate) slash_deferral_blocks: u32,
	pub(crate) appeal_blocks: u32,
	pub(crate) unbonding_blocks: u32,
	pub(crate) reward_period_blocks: u32,
	pub(crate) payment_thaw_blocks: u32,
	pub(crate) governance: OldGovernance,
}

/// The stored schedule in the layout of version 1.
pub(crate) mod stored {
	use super::{Config, OldSchedule, Pallet};

	#[frame_support::storage_alias]
	pub type Schedule<T: Config> = StorageValue<Pallet<T>, OldSchedule>;
}

/// Returns the longer of two tracks' periods, each phase by itself.
fn longer_of(one: TrackPeriods, other: TrackPeriods) -> TrackPeriods {
	TrackPeriods {
		prepare: one.prepare.max(other.prepare),
		decide: one.decide.max(other.decide),
		confirm: one.confirm.max(other.confirm),
		enact: one.enact.max(other.enact),
	}
}

impl OldSchedule {
	/// Returns the same durations, extended by the new ones of a template.
	pub(crate) fn extend(self, template: Schedule) -> Schedule {
		let old = self.governance;
		let mut schedule = Schedule {
			slot_millis: self.slot_millis,
			epoch_slots: self.epoch_slots,
			term_epochs: self.term_epochs,
			interval_blocks: self.interval_blocks,
			backup_delay_blocks: self.backup_delay_blocks,
			report_window_blocks: self.report_window_blocks,
			vote_blocks: self.vote_blocks,
			slash_deferral_blocks: self.slash_deferral_blocks,
			appeal_blocks: self.appeal_blocks.max(template.appeal_blocks),
			unbonding_blocks: self.unbonding_blocks,
			reward_period_blocks: self.reward_period_blocks,
			payment_thaw_blocks: self.payment_thaw_blocks,
			governance: Governance {
				undeciding_timeout: old.undeciding_timeout,
				vote_lock: old.vote_lock,
				treasury_spend: old.treasury_spend,
				treasury_payout: old.treasury_payout,
				root: old.root,
				sla_admin: old.sla_admin,
				anchor_admin: old.anchor_admin,
				slash_review: old.slash_review,
				treasurer: old.treasurer,
				emergency: old.emergency,
				canceller: longer_of(template.governance.canceller, old.emergency),
				killer: longer_of(template.governance.killer, old.emergency),
			},
			..template
		};
		let longer = |blocks: u32, than: u64| blocks.max(u32::try_from(than).unwrap_or(u32::MAX).saturating_add(1));
		let reviews = schedule.governance.slash_review.longest_course().saturating_mul(2);
		schedule.appeal_blocks = longer(schedule.appeal_blocks, reviews);
		let at_stake = schedule.longest_course_of_a_fault().max(schedule.budget_period_blocks());
		schedule.unbonding_blocks = longer(schedule.unbonding_blocks, at_stake);
		for (_, track) in schedule.tracks() {
			let timeout = &mut schedule.governance.undeciding_timeout;
			*timeout = longer(*timeout, track.prepare.into());
		}
		schedule
	}
}

/// The migration without the check of the version, which [`FromV1`] adds.
#[doc(hidden)]
pub struct Unchecked<T, Fast, Slow>(PhantomData<(T, Fast, Slow)>);

impl<T: Config, Fast: Get<Schedule>, Slow: Get<Schedule>> UncheckedOnRuntimeUpgrade for Unchecked<T, Fast, Slow> {
	fn on_runtime_upgrade() -> Weight {
		match stored::Schedule::<T>::get() {
			Some(old) => {
				let template = if old.slot_millis < SLOW_SLOT_MILLIS { Fast::get() } else { Slow::get() };
				crate::pallet::Schedule::<T>::put(old.extend(template));
			},
			None => {
				defensive!("genesis stores a schedule");
			},
		}
		T::DbWeight::get().reads_writes(1, 1)
	}

	#[cfg(feature = "try-runtime")]
	fn pre_upgrade() -> Result<Vec<u8>, TryRuntimeError> {
		Ok(stored::Schedule::<T>::get().ok_or("the schedule of version 1 cannot be decoded")?.encode())
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(before: Vec<u8>) -> Result<(), TryRuntimeError> {
		let before = OldSchedule::decode(&mut &before[..]).map_err(|_| "the previous schedule cannot be decoded")?;
		let after = crate::pallet::Schedule::<T>::get();
		after.check().map_err(|_| "the migrated schedule breaks an inequality")?;
		ensure!(
			after.slot_millis == before.slot_millis
				&& after.epoch_slots == before.epoch_slots
				&& after.term_epochs == before.term_epochs
				&& after.interval_blocks == before.interval_blocks
				&& after.unbonding_blocks >= before.unbonding_blocks
				&& after.governance.root == before.governance.root,
			"the migration changed a duration that it must keep"
		);
		Ok(())
	}
}
