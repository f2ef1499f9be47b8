//! Snapshots: how they are written, and how their content is proved.

use crate::{
	CoSignature, CoSignaturesOf, Config, CurrentDuty, DutyOf, Error, Event, LastIssueProof, LastSnapshot, OnDuty,
	Pallet, PastSnapshots, Snapshots, election::two_thirds,
};
use codec::{Decode, Encode};
use frame_support::{ensure, pallet_prelude::DispatchResult};
use smartlayer_commitment::{AncestryProof, BitProof, Operation, OperationProof, Snapshot};
use smartlayer_primitives::{Action, Bonding, Role, ServiceLevel};
use sp_core::H256;
use sp_runtime::{
	DispatchError, RuntimeAppPublic,
	traits::{IdentifyAccount, Verify, Zero},
};

impl<T: Config> Pallet<T> {
	/// Writes a snapshot. Returns the number of seats that were read.
	pub(crate) fn do_submit_snapshot(
		signer: &T::AccountId,
		snapshot: Snapshot,
		signatures: &CoSignaturesOf<T>,
	) -> Result<u32, DispatchError> {
		let who = T::Bonding::principal(signer);
		let duty = CurrentDuty::<T>::get().ok_or(Error::<T>::NotSeated)?;
		let place = duty.order.iter().position(|anchor| anchor.who == who).ok_or(Error::<T>::NotSeated)?;
		ensure!(snapshot.interval == duty.interval, Error::<T>::WrongInterval);
		ensure!(duty.writer.is_none(), Error::<T>::AlreadyWritten);
		ensure!(Self::now() >= Self::turn(&duty, place), Error::<T>::NotYourTurn);
		let (parent, void) = Self::expected(duty.interval);
		ensure!(snapshot.parent == parent, Error::<T>::WrongParent);
		ensure!(snapshot.void == void, Error::<T>::WrongVoid);
		Self::ensure_agreed(&duty, &who, &snapshot, signatures)?;

		for ahead in duty.order.iter().take(place) {
			T::ServiceLevel::record(&ahead.who, Action::MissedDuty);
		}
		T::ServiceLevel::record(&who, Action::BlockSubmission);
		let seats = duty.order.len() as u32;
		Self::store(duty, who, snapshot)?;
		Ok(seats)
	}

	/// Returns the parent hash that a snapshot of an interval must name, and the number of void intervals in between.
	pub(crate) fn expected(interval: u32) -> (H256, u32) {
		match LastSnapshot::<T>::get() {
			Some((before, hash)) => (hash, interval.saturating_sub(before).saturating_sub(1)),
			None => (H256::zero(), interval),
		}
	}

	/// Returns the payload that co-signers sign for a snapshot and its writer on this chain.
	pub fn payload(snapshot: &Snapshot, writer: &T::AccountId) -> alloc::vec::Vec<u8> {
		snapshot.payload(&Self::genesis_hash(), &writer.encode())
	}

	fn genesis_hash() -> alloc::vec::Vec<u8> {
		frame_system::BlockHash::<T>::get(frame_system::pallet_prelude::BlockNumberFor::<T>::zero()).encode()
	}

	/// Checks that two thirds of the seats have signed, the writer included.
	fn ensure_agreed(
		duty: &DutyOf<T>,
		writer: &T::AccountId,
		snapshot: &Snapshot,
		signatures: &CoSignaturesOf<T>,
	) -> DispatchResult {
		let payload = Self::payload(snapshot, writer);
		Self::ensure_signed_by(&duty.order, two_thirds(duty.order.len()), &payload, signatures)
	}

	/// Checks that at least so many of these seats have signed a payload, each once, and nobody else.
	pub(crate) fn ensure_signed_by(
		seats: &[OnDuty<T::AccountId>],
		needed: usize,
		payload: &[u8],
		signatures: &[CoSignature<T::AccountId>],
	) -> DispatchResult {
		ensure!(signatures.len() >= needed, Error::<T>::TooFewSignatures);
		for (index, given) in signatures.iter().enumerate() {
			let before = signatures.iter().take(index);
			ensure!(before.into_iter().all(|other| other.seat != given.seat), Error::<T>::SignedTwice);
			let seat = seats.iter().find(|anchor| anchor.who == given.seat);
			let seat = seat.ok_or(Error::<T>::SignerNotSeated)?;
			ensure!(seat.key == given.key, Error::<T>::WrongKey);
			ensure!(given.key.verify(&payload, &given.signature), Error::<T>::BadSignature);
		}
		Ok(())
	}

	fn store(mut duty: DutyOf<T>, who: T::AccountId, snapshot: Snapshot) -> DispatchResult {
		let hash = snapshot.hash();
		let index = PastSnapshots::<T>::try_mutate(|history| history.append(&snapshot).ok_or(Error::<T>::Overflow))?;
		Snapshots::<T>::insert(snapshot.interval, snapshot);
		LastSnapshot::<T>::put((snapshot.interval, hash));
		duty.writer = Some(who.clone());
		CurrentDuty::<T>::put(duty);
		Self::deposit_event(Event::SnapshotWritten { who, hash, index, snapshot });
		Ok(())
	}

	pub(crate) fn do_submit_issue_proof(
		signer: &T::AccountId,
		interval: u32,
		operation: &Operation,
		proof: &OperationProof,
		signature: &T::UserSignature,
	) -> DispatchResult {
		let node = T::Bonding::principal(signer);
		ensure!(T::Bonding::qualifies(Role::ServiceNode, &node), Error::<T>::NotServiceNode);
		ensure!(node.encode() == operation.node, Error::<T>::AnotherNode);
		ensure!(LastIssueProof::<T>::get(&node).is_none_or(|last| interval > last), Error::<T>::AlreadyProved);
		let snapshot = Snapshots::<T>::get(interval).ok_or(Error::<T>::NoSnapshot)?;
		ensure!(proof.verify(&snapshot.operations, operation), Error::<T>::BadProof);
		let payload = Self::issue_proof_payload(operation);
		let user = T::AccountId::decode(&mut operation.user.as_slice()).map_err(|_| Error::<T>::BadUserSignature)?;
		ensure!(signed_by(signature, &payload, &user), Error::<T>::BadUserSignature);

		LastIssueProof::<T>::insert(&node, interval);
		T::ServiceLevel::record(&node, Action::SubmitIssueProof);
		Self::deposit_event(Event::IssueProved { node, interval, operation: operation.leaf() });
		Ok(())
	}

	/// Returns the payload that a user signs for the node that has served them.
	pub fn issue_proof_payload(operation: &Operation) -> alloc::vec::Vec<u8> {
		operation.confirmation(&Self::genesis_hash())
	}

	/// Returns whether an operation is part of a stored snapshot.
	pub fn verify_operation(interval: u32, operation: &Operation, proof: &OperationProof) -> bool {
		Snapshots::<T>::get(interval).is_some_and(|snapshot| proof.verify(&snapshot.operations, operation))
	}

	/// Returns the value of a bit in a stored snapshot, or `None` if the proof is invalid.
	pub fn verify_bit(interval: u32, class: H256, bit: u64, proof: &BitProof) -> Option<bool> {
		proof.verify(&Snapshots::<T>::get(interval)?.bitmap, class, bit)
	}

	/// Returns whether a snapshot was ever written on this chain.
	pub fn verify_snapshot(snapshot: &Snapshot, proof: &AncestryProof) -> bool {
		PastSnapshots::<T>::get().verify(snapshot, proof)
	}
}

/// Returns whether a user signed a payload, raw or as wrapped by browser wallets.
fn signed_by<Signature: Verify<Signer: IdentifyAccount<AccountId: PartialEq>>>(
	signature: &Signature,
	payload: &[u8],
	user: &<Signature::Signer as IdentifyAccount>::AccountId,
) -> bool {
	let wrapped = [b"<Bytes>", payload, b"</Bytes>"].concat();
	signature.verify(payload, user) || signature.verify(wrapped.as_slice(), user)
}
