//! The runtime API for clients without support for view functions.

use crate::Readings;
use alloc::vec::Vec;
use codec::Codec;
use smartlayer_primitives::Window;

sp_api::decl_runtime_apis! {
	/// Queries windows and what observers say.
	pub trait TelemetryApi<AccountId, OpenWindow>
	where
		AccountId: Codec,
		OpenWindow: Codec,
	{
		/// Returns the windows that have begun and are not closed, the earliest first. At most the newest eight.
		fn open_windows() -> Vec<(Window, OpenWindow)>;

		/// Returns the window and the page that are closed next.
		fn closing() -> (Window, u32);

		/// Returns the places on a page of the nodes that are measured in a window, with the nodes.
		fn measured(window: Window, page: u32) -> Vec<(u8, AccountId)>;

		/// Returns what observers have revealed of a page in a window that is not closed.
		fn claims(window: Window, page: u32) -> Vec<(AccountId, Readings)>;
	}
}
