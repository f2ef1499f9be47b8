//! The runtime API for clients without support for view functions.

use crate::{Activity, Endpoint, types::NamedSlash};
use alloc::vec::Vec;
use codec::Codec;

sp_api::decl_runtime_apis! {
	/// Queries bonds, slashes and rewards.
	#[api_version(2)]
	pub trait StakingSlashApi<AccountId, Balance, BlockNumber>
	where
		AccountId: Codec,
		Balance: Codec,
		BlockNumber: Codec,
	{
		/// Returns whether an account is active, or the reason why it is not.
		fn activity(who: AccountId) -> Activity;

		/// Returns the rewards that an account could be paid now.
		fn claimable(who: AccountId) -> Balance;

		/// Returns where a service node can be reached. Since version 2.
		#[api_version(2)]
		fn endpoint(who: AccountId) -> Option<Endpoint>;

		/// Returns the pending slashes of an account, with their ids and due blocks.
		fn pending_slashes(who: AccountId) -> Vec<NamedSlash<AccountId, Balance, BlockNumber>>;
	}
}
