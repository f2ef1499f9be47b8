//! The runtime API for clients without support for view functions.

use crate::{Agreement, AgreementId, Comparison, Module, ModuleId, Negotiation, Offer, Record, Service, Slot, SlotId};
use alloc::vec::Vec;
use codec::Codec;
use smartlayer_primitives::Window;
use sp_runtime::DispatchError;

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

		/// Returns modules with their ids: at most 256, those after `after` in the order of storage.
		fn modules(after: Option<ModuleId>) -> Vec<(ModuleId, Module<AccountId, Ticket>)>;

		/// Returns what has happened under a module.
		fn record(module: ModuleId) -> Option<Record>;

		/// Returns how strict a module is, compared with another one.
		fn compare(module: ModuleId, other: ModuleId) -> Option<Comparison>;

		/// Returns a negotiation.
		fn negotiation(negotiation: AgreementId) -> Option<Negotiation<AccountId, BlockNumber>>;

		/// Returns negotiations with their ids: at most 256, those after `after` in the order of storage.
		fn negotiations(after: Option<AgreementId>) -> Vec<(AgreementId, Negotiation<AccountId, BlockNumber>)>;

		/// Returns what a node would pay if its offer was concluded now, without the fee of the transaction: for the measurement, and on
		/// hold for the test. Fails if the offer could not be concluded.
		fn quote(node: AccountId, offer: Offer) -> Result<(Balance, Balance), DispatchError>;

		/// Returns agreements that have not ended with their ids: at most 256, those after `after` in the order of storage.
		fn agreements(after: Option<AgreementId>) -> Vec<(AgreementId, Agreement<AccountId, Balance, BlockNumber>)>;

		/// Returns the agreements of a service node that have not ended, each with its slot.
		fn service_of(node: AccountId) -> Vec<Service<AccountId, Balance, BlockNumber>>;

		/// Returns the window that is running.
		fn running_window() -> Window;

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
