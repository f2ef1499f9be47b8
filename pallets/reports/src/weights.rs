use frame_support::weights::Weight;

macro_rules! weight_info {
	($($(#[$doc:meta])* $name:ident($($component:ident)?) $test:literal,)*) => {
		/// The weights of the calls and the hook of this pallet, measured for each runtime.
		pub trait WeightInfo {
			$($(#[$doc])* fn $name($($component: u32)?) -> Weight;)*
		}

		/// For tests: small weights. What depends on the number of seats costs the same for itself as for each seat.
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
	/// `report`.
	report() 1_000,
	/// `vote`.
	vote() 1_000,
	/// `reply`.
	reply() 1_000,
	/// `commit_theft`.
	commit_theft() 1_000,
	/// `withdraw_commitment`.
	withdraw_commitment() 1_000,
	/// `reveal_theft`.
	reveal_theft() 1_000,
	/// `report_offline`.
	report_offline() 1_000,
	/// `demand`.
	demand() 1_000,
	/// `answer`, with a response of the longest size.
	answer_served() 1_000,
	/// `answer`, with a wrapped record.
	answer_not_assigned() 1_000,
	/// The end of a demand without an answer, which files a slash.
	silence() 1_000,
	/// `set_params`.
	set_params() 1_000,
	/// The end of a vote with this number of seats, which convicts and charges all seats for their silence.
	end_vote_convicting(s) 10,
	/// The end of a vote with this number of seats, which have all voted nay.
	end_vote_rejecting(s) 10,
	/// The settlement of a conviction whose slash was applied, with this number of seats that have voted for it.
	settle_applied(s) 10,
	/// The settlement of a conviction that was overturned, with this number of seats that have voted for it.
	settle_overturned(s) 10,
	/// The removal of a settled report.
	forget() 100,
	/// The note of a slash's outcome.
	on_slash_resolved() 100,
	/// A step of the hook: reading the queue of a block, and removing an item.
	queue_step() 10,
}
