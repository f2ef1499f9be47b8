//! The runtime API for clients without support for view functions.

use crate::{Demand, Report, ReportId};
use alloc::vec::Vec;
use codec::Codec;
use smartlayer_primitives::SessionId;

sp_api::decl_runtime_apis! {
	/// Queries reports and demands.
	pub trait ReportsApi<AccountId, Balance, BlockNumber>
	where
		AccountId: Codec,
		Balance: Codec,
		BlockNumber: Codec,
	{
		/// Returns a report.
		fn report_by_id(report: ReportId) -> Option<Report<AccountId, Balance, BlockNumber>>;

		/// Returns the ids of reports on which seats vote, whose slash waits, or whose fault could still be reported: at most 256,
		/// those after `after` in the order of storage.
		fn reports(after: Option<ReportId>) -> Vec<ReportId>;

		/// Returns the ids of the reports on which a seat has a vote and has not voted.
		fn owed_votes(seat: AccountId) -> Vec<ReportId>;

		/// Returns the open demand of a session.
		fn demand_of(session: SessionId) -> Option<Demand<AccountId, Balance, BlockNumber>>;

		/// Returns the sessions whose demands a node has to answer.
		fn demands_on(node: AccountId) -> Vec<SessionId>;

		/// Returns the fee of the next demand on a node.
		fn fee_of_demand(node: AccountId) -> Balance;
	}
}
