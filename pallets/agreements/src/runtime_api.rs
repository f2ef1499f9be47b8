//! The runtime API for clients without support for view functions.

use crate::{Agreement, AgreementId, Comparison, Module, ModuleId, Negotiation, Offer, Record, Slot, SlotId};
use alloc::vec::Vec;
use codec::Codec;

sp_api::decl_runtime_apis! {
	/// Queries modules, negotiations and agreements.
	pub trait AgreementsApi<AccountId, Balance, BlockNumber, Ticket>
	where
		AccountId: Codec,
		Balance: Codec,
		BlockNumber: Codec,
		Ticket: Codec,
	{
		/// Returns a module.
		fn module(module: ModuleId) -> Option<Module<AccountId, Ticket>>;

		/// Returns what has happened under a module.
		fn record(module: ModuleId) -> Option<Record>;

		/// Returns how strict a module is, compared with another one.
		fn compare(module: ModuleId, other: ModuleId) -> Option<Comparison>;

		/// Returns a negotiation.
		fn negotiation(negotiation: AgreementId) -> Option<Negotiation<AccountId, BlockNumber>>;

		/// Returns an agreement that has not ended.
		fn agreement(agreement: AgreementId) -> Option<Agreement<AccountId, Balance, BlockNumber>>;

		/// Returns a slot that is taken.
		fn slot_by_number(slot: SlotId) -> Option<Slot<AccountId>>;

		/// Returns the payload that seats sign to stand for an offer in one round of one negotiation, until a block of the clock.
		fn payload(
			negotiation: AgreementId,
			round: u8,
			provider: AccountId,
			offer: Offer,
			deadline: BlockNumber,
		) -> Vec<u8>;
	}
}
