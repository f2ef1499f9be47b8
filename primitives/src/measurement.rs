use crate::Window;
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::weights::Weight;
use smartlayer_measurement::Measurement;

/// The windows whose measurement is over.
pub trait ClosedWindows {
	/// Returns whether a window of a page of the roster, and every earlier one, is closed.
	fn is_closed(page: u32, window: Window) -> bool;
}

/// Nothing is measured, so every window is closed.
impl ClosedWindows for () {
	fn is_closed(_: u32, _: Window) -> bool {
		true
	}
}

/// Handler notified of what was measured.
pub trait OnWindowClosed {
	/// Notifies of what the observers say together of the nodes on a page of the roster, by their places. Who is missing was not
	/// measured. The windows of a page are closed in order, and each once.
	fn on_window_closed(window: Window, page: u32, measured: &BTreeMap<u8, Measurement>);

	/// The maximum weight of the notification.
	fn weight() -> Weight;
}

/// The nodes that are measured.
pub trait Roster<AccountId> {
	/// Returns the number of pages.
	fn pages() -> u32;

	/// Returns the places on a page of the nodes that are measured in a window, in ascending order, with the nodes.
	fn measured(window: Window, page: u32) -> Vec<(u8, AccountId)>;
}
