use frame_support::weights::Weight;

macro_rules! weight_info {
	($($(#[$doc:meta])* $name:ident($($component:ident)?) $test:literal,)*) => {
		/// The weights of the calls and the hook of this pallet, measured for each runtime.
		pub trait WeightInfo {
			$($(#[$doc])* fn $name($($component: u32)?) -> Weight;)*
		}

		/// For tests: small weights.
		#[cfg(test)]
		impl WeightInfo for () {
			$(fn $name($($component: u32)?) -> Weight {
				$(let _ = $component;)?
				Weight::from_parts($test, 0)
			})*
		}
	};
}

weight_info! {
	/// `commit`.
	commit() 1_000,
	/// `reveal`, of a full page of which all nodes are called up, with the longest proof.
	reveal() 1_000,
	/// A look at the windows, with a draw.
	look() 100,
	/// The begin of a window, by number of observers.
	begin_window(s) 1_000,
	/// The end of a page with 256 nodes, by number of observers that have revealed it, with what its handler does where nothing follows.
	close_page(s) 1_000,
	/// The end of a window, by number of observers, all of which are charged.
	end_window(s) 1_000,
}
