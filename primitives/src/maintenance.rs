use frame_support::weights::Weight;

/// The announced maintenance of service nodes.
pub trait Maintenance<AccountId, BlockNumber> {
	/// Returns the block of the clock in which the announced maintenance of a node ends that is under way at any time between two
	/// blocks; of several, the last.
	fn ends(node: &AccountId, from: BlockNumber, to: BlockNumber) -> Option<BlockNumber>;

	/// The maximum weight of the query.
	fn weight() -> Weight;
}

/// No node announces maintenance.
impl<AccountId, BlockNumber> Maintenance<AccountId, BlockNumber> for () {
	fn ends(_: &AccountId, _: BlockNumber, _: BlockNumber) -> Option<BlockNumber> {
		None
	}

	fn weight() -> Weight {
		Weight::zero()
	}
}
