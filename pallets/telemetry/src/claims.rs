//! Claims: how observers commit to them, and reveal them.

use crate::{Answer, AnswerOf, Claims, Config, Error, Event, OpenWindowOf, PAGE, Pallet, Readings, Windows};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{ensure, pallet_prelude::DispatchResult};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_commitment::{Claim, ClaimProof};
use smartlayer_measurement::{Draw, READING_BYTES, Reading};
use smartlayer_primitives::{Bonding, Role, Roster, ServiceKeys, Window};
use smartlayer_statement::{Account, MAX_AGE, Probe};
use sp_core::H256;
use sp_runtime::traits::{Saturating, Verify, Zero};

/// A node that is called up: its place, and the number of good samples.
type Up<'a, AccountId> = (u8, &'a AccountId, u8);

impl<T: Config> Pallet<T> {
	pub(crate) fn do_commit(signer: &T::AccountId, window: Window, root: H256) -> DispatchResult {
		let observer = T::Bonding::principal(signer);
		Windows::<T>::try_mutate_exists(window, |open| {
			let open = open.as_mut().ok_or(Error::<T>::NoSuchWindow)?;
			let now = Self::now();
			ensure!(now >= Self::end_of(window), Error::<T>::WindowRuns);
			ensure!(now < Self::committed_by(window), Error::<T>::TooLate);
			let known = open.observers.iter_mut().find(|known| known.who == observer).ok_or(Error::<T>::NotObserver)?;
			ensure!(known.root.is_none(), Error::<T>::AlreadyCommitted);
			known.root = Some(root);
			Ok::<_, Error<T>>(())
		})?;
		Self::deposit_event(Event::Committed { window, observer });
		Ok(())
	}

	pub(crate) fn do_reveal(
		signer: &T::AccountId,
		window: Window,
		page: u32,
		salt: H256,
		readings: Readings,
		proof: &ClaimProof,
		answer: Option<&AnswerOf<T>>,
	) -> DispatchResult {
		let who = T::Bonding::principal(signer);
		let open = Windows::<T>::get(window).ok_or(Error::<T>::NoSuchWindow)?;
		ensure!(Self::now() < Self::revealed_by(window), Error::<T>::TooLate);
		let seed = open.seed.ok_or(Error::<T>::NotDrawn)?;
		let observers = &mut (0..=u8::MAX).zip(&open.observers);
		let (place, known) = observers.find(|(_, known)| known.who == who).ok_or(Error::<T>::NotObserver)?;
		let root = known.root.ok_or(Error::<T>::NotCommitted)?;
		ensure!(page < open.pages, Error::<T>::NoSuchPage);
		ensure!(!Claims::<T>::contains_key((window, page), place), Error::<T>::AlreadyRevealed);

		let nodes = T::Roster::measured(window, page);
		let up = Self::called_up(&nodes, &readings)?;
		let (genesis, observer) = (Self::genesis(), Self::bytes_of(&who));
		let claim = Claim { genesis, observer, window, page, salt, readings: &readings };
		ensure!(proof.verify(root, open.pages, &claim), Error::<T>::AnotherClaim);

		let draw = Draw::new(&seed.0, &observer, page);
		match (draw.node(up.len()).and_then(|nth| up.get(nth)), answer) {
			(None, None) => {},
			(None, Some(_)) => return Err(Error::<T>::NeedlessAnswer.into()),
			// With its bond a node takes its keys away: it cannot make its observers silent by that.
			(Some((_, node, _)), None) if T::Bonding::role(node) != Some(Role::ServiceNode) => {},
			(Some(_), None) => return Err(Error::<T>::NoAnswer.into()),
			(Some((of, node, good)), Some(answer)) => {
				ensure!(draw.is_enough(answer.sample, *good), Error::<T>::WrongSample);
				let slot = page.saturating_mul(PAGE).saturating_add((*of).into());
				let probe = Probe { genesis, observer, window, slot, sample: answer.sample, salt };
				Self::ensure_answered(&open, &probe, node, answer)?;
			},
		}
		Claims::<T>::insert((window, page), place, readings);
		Self::deposit_event(Event::Revealed { window, page, observer: who });
		Ok(())
	}

	/// Returns the nodes that readings call up, with their places and the number of good samples.
	fn called_up<'a>(nodes: &'a [(u8, T::AccountId)], readings: &[u8]) -> Result<Vec<Up<'a, T::AccountId>>, Error<T>> {
		ensure!(!nodes.is_empty(), Error::<T>::NothingToMeasure);
		let (each, rest) = readings.as_chunks::<READING_BYTES>();
		ensure!(rest.is_empty() && each.len() == nodes.len(), Error::<T>::WrongLength);
		let mut up = Vec::new();
		for ((place, node), bytes) in nodes.iter().zip(each) {
			let reading = Reading::parse(*bytes);
			ensure!(reading.bytes() == *bytes, Error::<T>::BadReading);
			match reading.good.ok_or(Error::<T>::BadReading)? {
				0 => {},
				good => up.push((*place, node, good)),
			}
		}
		Ok(up)
	}

	/// Ensures that an answer is that of a node to a probe, and dated in its window.
	fn ensure_answered(
		open: &OpenWindowOf<T>,
		probe: &Probe,
		node: &T::AccountId,
		answer: &AnswerOf<T>,
	) -> DispatchResult {
		let Answer { statement, key, signature, .. } = answer;
		ensure!(statement.genesis == probe.genesis, Error::<T>::AnotherChain);
		ensure!(statement.node == Self::bytes_of(node), Error::<T>::AnotherNode);
		let request = probe.request(statement.class, statement.instance);
		ensure!(statement.request == request, Error::<T>::AnotherRequest);
		let block: BlockNumberFor<T> = statement.block.into();
		// Nodes date their answers with final blocks, which are a little older than the newest.
		let is_dated =
			block.saturating_add(MAX_AGE.into()) >= open.begun && open.ended.is_some_and(|ended| block < ended);
		let hash = frame_system::Pallet::<T>::block_hash(block);
		ensure!(is_dated && !hash.is_zero() && hash == statement.block_hash, Error::<T>::WrongBlock);
		ensure!(T::ServiceKeys::is_service_key(node, key, block), Error::<T>::WrongKey);
		ensure!(signature.verify(&statement.bytes()[..], key), Error::<T>::BadSignature);
		Ok(())
	}

	/// Returns the genesis hash of this chain.
	pub(crate) fn genesis() -> H256 {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}

	/// Returns the 32 bytes of an account.
	pub(crate) fn bytes_of(who: &T::AccountId) -> Account {
		who.using_encoded(|bytes| bytes.try_into().unwrap_or_default())
	}
}
