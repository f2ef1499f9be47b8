//! The runtime API for proofs, which uses the same code as the chain itself.

use codec::Codec;
use smartlayer_commitment::{AncestryProof, BitProof, Operation, OperationProof, Snapshot};
use sp_core::H256;

sp_api::decl_runtime_apis! {
	/// Verifies the content of snapshots.
	#[api_version(2)]
	pub trait AnchorsApi<AccountId>
	where
		AccountId: Codec,
	{
		/// Returns the payload that co-signers sign for a snapshot and its writer on this chain.
		fn snapshot_payload(snapshot: Snapshot, writer: AccountId) -> alloc::vec::Vec<u8>;

		/// Returns the payload that a user signs for the node that has served them, on this chain.
		fn issue_proof_payload(operation: Operation) -> alloc::vec::Vec<u8>;

		/// Returns whether an operation is part of a stored snapshot.
		fn verify_operation(interval: u32, operation: Operation, proof: OperationProof) -> bool;

		/// Returns the value of a bit in a stored snapshot, or none if the proof is invalid.
		fn verify_bit(interval: u32, class: H256, bit: u64, proof: BitProof) -> Option<bool>;

		/// Returns whether a snapshot was ever written on this chain.
		fn verify_snapshot(snapshot: Snapshot, proof: AncestryProof) -> bool;

		/// Returns the accounts that may write the snapshot of the current interval now.
		fn may_write() -> alloc::vec::Vec<AccountId>;
	}
}
