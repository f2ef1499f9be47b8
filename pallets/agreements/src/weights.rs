use frame_support::weights::Weight;

macro_rules! weight_info {
	($($(#[$doc:meta])* $name:ident($($component:ident)?) $test:literal,)*) => {
		/// The weights of the calls and the hook of this pallet, measured for each runtime.
		pub trait WeightInfo {
			$($(#[$doc])* fn $name($($component: u32)?) -> Weight;)*
		}

		/// For tests: small weights. What depends on a number costs the same for itself as for each.
		#[cfg(test)]
		impl WeightInfo for () {
			$(fn $name($($component: u32)?) -> Weight {
				let weight = Weight::from_parts($test, 0);
				$(let weight = weight.saturating_mul(u64::from($component).saturating_add(1));)?
				weight
			})*
		}
	};
}

weight_info! {
	/// `publish`, of a module that builds on four others.
	publish() 1_000,
	/// `withdraw_module`.
	withdraw_module() 1_000,
	/// `standardise`.
	standardise() 1_000,
	/// `retire`.
	retire() 1_000,
	/// `propose`, by a node with as many agreements as it can have.
	propose() 1_000,
	/// `counter`.
	counter() 1_000,
	/// `counter_by_seats`.
	counter_by_seats(s) 1_000,
	/// `accept`, of what becomes a new agreement.
	accept() 1_000,
	/// The same of a renewal.
	accept_renewal() 1_000,
	/// `conclude`, of what becomes a new agreement.
	conclude(s) 1_000,
	/// The same of a renewal.
	conclude_renewal(s) 1_000,
	/// `withdraw`.
	withdraw() 1_000,
	/// `end`, in the test.
	end() 1_000,
	/// The same of an agreement that waits for its slot.
	end_waiting() 1_000,
	/// `resume`.
	resume() 1_000,
	/// `announce_maintenance` of so many windows, by a node with as many agreements as it can have.
	announce_maintenance(w) 1_000,
	/// `set_params`.
	set_params() 1_000,
	/// The draw of a slot on a full page.
	draw() 1_000,
	/// A closed window of a full page, from which as much follows as can.
	window_closed() 10_000,
	/// The same of a window in which as much is forgiven as can be.
	window_forgiven() 10_000,
	/// The settlement of an outcome with a slash.
	settle_outcome() 1_000,
	/// The same with a test that was passed.
	settle_passed() 1_000,
	/// The same with a test that was failed.
	settle_failed() 1_000,
	/// An offer that lapses.
	lapse() 1_000,
	/// `close`, which is also the end of an agreement in the hook.
	process_end() 1_000,
	/// The suspension of a node with as many agreements as it can have.
	suspend() 1_000,
	/// The end of whatever a node has, with as many agreements and negotiations as it can have.
	dismiss() 1_000,
	/// A look at all queues, of which that of outcomes has a full list that is read and written back.
	look() 100,
	/// The step to the next block of what is due.
	queue_step() 100,
	/// Both notifications of a bond.
	on_bond_lost() 100,
}
