//! Thefts: proofs that are announced, and then revealed.

use crate::{
	Commitment, CommitmentOf, Commitments, Config, Error, Event, Item, Pallet, SignedStatement, TheftProofOf,
	TheftReporters, Thieves,
};
use codec::{DecodeAll, Encode, MaxEncodedLen};
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{Consideration, Footprint, Get},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{
	Action, Bonding, Cause, Offence, Role, ServiceKeys, ServiceLevel, SessionId, Severity, SlashId, SlashOutcome,
	Slasher, Victim,
};
use smartlayer_statement::{Account, Statement};
use sp_core::H256;
use sp_runtime::traits::{Hash, One, Saturating, Verify, Zero};

impl<T: Config> Pallet<T> {
	/// Returns the hash with which an account announces a proof.
	pub(crate) fn commitment_to(proof: &TheftProofOf<T>, who: &T::AccountId, salt: H256) -> H256 {
		T::Hashing::hash_of(&(proof, who, salt))
	}

	pub(crate) fn do_commit_theft(who: T::AccountId, hash: H256) -> DispatchResult {
		let ticket = match Commitments::<T>::take(&who) {
			Some(before) => before.ticket,
			None => T::Consideration::new(&who, Self::commitment_footprint())?,
		};
		Commitments::<T>::insert(&who, Commitment { hash, made: Self::now(), ticket });
		Self::deposit_event(Event::TheftCommitted { who, hash });
		Ok(())
	}

	pub(crate) fn do_withdraw_commitment(who: T::AccountId) -> DispatchResult {
		let commitment = Commitments::<T>::take(&who).ok_or(Error::<T>::NoCommitment)?;
		commitment.ticket.drop(&who)?;
		Self::deposit_event(Event::CommitmentWithdrawn { who });
		Ok(())
	}

	pub(crate) fn do_reveal_theft(
		who: T::AccountId,
		proof: &TheftProofOf<T>,
		session: Option<SessionId>,
		salt: H256,
	) -> DispatchResult {
		let commitment = Commitments::<T>::get(&who).ok_or(Error::<T>::NoCommitment)?;
		ensure!(commitment.made < Self::now(), Error::<T>::CommitmentTooNew);
		ensure!(Self::commitment_to(proof, &who, salt) == commitment.hash, Error::<T>::AnotherCommitment);

		let (first, second) = (&proof.first.statement, &proof.second.statement);
		ensure!(first.contradicts(second), Error::<T>::NoContradiction);
		ensure!(first.genesis == Self::genesis(), Error::<T>::AnotherChain);
		let node = Self::account(&first.node).ok_or(Error::<T>::NotServiceNode)?;
		ensure!(T::Bonding::role(&node) == Some(Role::ServiceNode), Error::<T>::NotServiceNode);
		// The contradiction is as old as the later statement.
		let latest: BlockNumberFor<T> = first.block.max(second.block).into();
		let height = frame_system::Pallet::<T>::block_number();
		ensure!(latest <= height, Error::<T>::FaultInFuture);
		// Compared with the clock, which is behind the height by the blocks in which no report was possible.
		let past = latest.saturating_add(T::ReportWindow::get());
		ensure!(past >= Self::now(), Error::<T>::FaultTooOld);
		// What it had stated until then was paid with its whole stake, and is known to everybody.
		let earliest: BlockNumberFor<T> = first.block.min(second.block).into();
		ensure!(Thieves::<T>::get(&node).is_none_or(|convicted| earliest > convicted), Error::<T>::AlreadyProved);
		Self::ensure_signed_by(&node, &proof.first)?;
		Self::ensure_signed_by(&node, &proof.second)?;
		let victim = Self::harmed(session, &node, Self::clock_of(latest))?;

		// As for votes, nothing is earned with a bond of nearly nothing.
		let was_active = T::Bonding::qualifies(Role::ServiceNode, &node);
		let slash = T::Slasher::slash(Offence {
			offender: node.clone(),
			severity: Severity::Whole,
			victim: victim.map(|(account, paid)| Victim { account, at_most: Some(paid) }),
			cause: Cause::Theft,
			action: Some(Action::FailedRedeem),
			outage: None,
		})?;
		Commitments::<T>::remove(&who);
		commitment.ticket.drop(&who)?;
		if let (true, Ok((seat, ..))) = (was_active, Self::seat_of(&who)) {
			TheftReporters::<T>::insert(slash, seat);
		}
		Thieves::<T>::insert(&node, height);
		let past = height.saturating_add(T::ReportWindow::get()).saturating_add(One::one());
		Self::schedule(past, Item::Thief(node.clone()));
		let Statement { class, instance, sequence, .. } = *first;
		Self::deposit_event(Event::TheftProved { who, node, class, instance, sequence, slash });
		Ok(())
	}

	/// Lets the score of a seat that has proved a theft follow from the outcome of the slash.
	pub(crate) fn reward_proof(slash: SlashId, outcome: SlashOutcome) {
		if let Some(seat) = TheftReporters::<T>::take(slash)
			&& outcome == SlashOutcome::Applied
		{
			T::ServiceLevel::record(&seat, Action::CorrectTheft);
		}
	}

	/// Ensures that a statement is signed with a key that was the node's in the block of the statement.
	pub(crate) fn ensure_signed_by(
		node: &T::AccountId,
		signed: &SignedStatement<T::AccountId, T::Signature>,
	) -> DispatchResult {
		let SignedStatement { statement, key, signature } = signed;
		ensure!(T::ServiceKeys::is_service_key(node, key, statement.block.into()), Error::<T>::WrongKey);
		ensure!(signature.verify(&statement.bytes()[..], key), Error::<T>::BadSignature);
		Ok(())
	}

	/// Returns the genesis hash of this chain.
	pub(crate) fn genesis() -> H256 {
		frame_system::BlockHash::<T>::get(BlockNumberFor::<T>::zero())
	}

	/// Returns an account by its bytes.
	pub(crate) fn account(bytes: &Account) -> Option<T::AccountId> {
		T::AccountId::decode_all(&mut &bytes[..]).ok()
	}

	/// Returns the storage that an announced proof occupies. The price of the item is part of [`Config::Consideration`].
	fn commitment_footprint() -> Footprint {
		Footprint::from_parts(1, CommitmentOf::<T>::max_encoded_len().saturating_add(T::AccountId::max_encoded_len()))
	}

	/// Returns whether the bytes of an account are these.
	pub(crate) fn is_account(bytes: &Account, who: &T::AccountId) -> bool {
		who.encode() == bytes
	}
}
