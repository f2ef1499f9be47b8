//! What clients ask of the runtime about proofs: the chain verifies by the same code as it records.

use codec::Codec;
use smartlayer_commitment::{AncestryProof, BitProof, Operation, OperationProof, Snapshot};
use sp_core::H256;

sp_api::decl_runtime_apis! {
	/// Verifies what snapshots contain.
	#[api_version(2)]
	pub trait AnchorsApi<AccountId>
	where
		AccountId: Codec,
	{
		/// The bytes that the co-signers of a snapshot sign for a writer on this chain.
		fn snapshot_payload(snapshot: Snapshot, writer: AccountId) -> alloc::vec::Vec<u8>;

		/// The bytes that a user signs for the node that has served it, on this chain.
		fn issue_proof_payload(operation: Operation) -> alloc::vec::Vec<u8>;

		/// Whether an operation is part of a snapshot that is still stored.
		fn verify_operation(interval: u32, operation: Operation, proof: OperationProof) -> bool;

		/// What a bit is in a snapshot that is still stored; none where that is not proved.
		fn verify_bit(interval: u32, class: H256, bit: u64, proof: BitProof) -> Option<bool>;

		/// Whether a snapshot was ever written on this chain.
		fn verify_snapshot(snapshot: Snapshot, proof: AncestryProof) -> bool;

		/// Who may write the interval's snapshot now.
		fn may_write() -> alloc::vec::Vec<AccountId>;
	}
}
