use frame_support::weights::Weight;

macro_rules! weight_info {
	($($(#[$doc:meta])* $name:ident($($component:ident)?) $test:literal,)*) => {
		/// The weights of the calls and the hook of this pallet, measured for each runtime.
		pub trait WeightInfo {
			$($(#[$doc])* fn $name($($component: u32)?) -> Weight;)*
		}

		/// For tests: small weights. What depends on the number of signatures costs the same for itself as for each of them.
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
	/// `accept`.
	accept() 1_000,
	/// `conclude`.
	conclude(s) 1_000,
	/// `withdraw`.
	withdraw() 1_000,
	/// `end`.
	end() 1_000,
	/// `resume`.
	resume() 1_000,
	/// `announce_maintenance`, by a node with as many agreements as it can have, for as long as it can.
	announce_maintenance() 1_000,
	/// `set_params`.
	set_params() 1_000,
	/// The draw of a slot on a full page.
	draw() 1_000,
	/// A closed window of a full page, from which as much follows as can.
	window_closed() 10_000,
	/// The settlement of an outcome.
	settle_outcome() 1_000,
	/// An offer that lapses.
	lapse() 1_000,
	/// The end of an agreement.
	process_end() 1_000,
	/// A look at the queues, and the step to the next block.
	queue_step() 100,
	/// A node with as many agreements as it can have that does not qualify any more, or whose bond has ended.
	on_bond_lost() 1_000,
}
