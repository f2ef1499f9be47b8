//! The traits that this pallet implements for other pallets.

use crate::{Config, Pallet, WeightInfo};
use frame_support::{traits::Get, weights::Weight};
use smartlayer_primitives::{OnSlashResolved, SlashId, SlashOutcome};

impl<T: Config> OnSlashResolved for Pallet<T> {
	fn on_slash_resolved(id: SlashId, outcome: SlashOutcome) {
		Self::note_outcome(id, outcome);
		Self::reward_proof(id, outcome);
	}

	fn weight() -> Weight {
		T::WeightInfo::on_slash_resolved().saturating_add(T::BondLossWeight::get())
	}
}
