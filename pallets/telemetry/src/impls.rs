//! The traits that this pallet implements for other pallets.

use crate::{Closing, Config, NextWindow, Pallet};
use smartlayer_primitives::{ClosedWindows, Window};

impl<T: Config> ClosedWindows for Pallet<T> {
	fn is_closed(page: u32, window: Window) -> bool {
		// Before the first block with this pallet nothing is measured, nor in the window of that block.
		if NextWindow::<T>::get().is_none() {
			return window <= Self::window();
		}
		let (closing, next) = Closing::<T>::get();
		window < closing || window == closing && page < next
	}
}
