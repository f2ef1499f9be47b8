//! Cash-out: the check of promises, and payment, one by one and in batches.

use crate::{
	Config, Error, Event, Pallet, Parameters, ParamsOf, Payment, SessionOf, Sessions, WeightInfo,
	math::{self, Shares},
	volumes::period_of,
};
use alloc::collections::BTreeMap;
use frame_support::{
	ensure,
	pallet_prelude::{DispatchError, DispatchResult, Weight},
	traits::{
		Get, Imbalance,
		fungible::{Balanced, Inspect},
		tokens::{DepositConsequence, Fortitude, Precision, Preservation, Provenance},
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{Rewards, Role, ServiceCredit};
use smartlayer_promise::{PromiseError, Scheme, SessionId, SignedPromise};
use sp_core::H256;
use sp_runtime::traits::{Saturating, Zero};

impl<T> From<PromiseError> for Error<T> {
	fn from(error: PromiseError) -> Self {
		match error {
			PromiseError::AnotherChain => Self::AnotherChain,
			PromiseError::AnotherSession => Self::AnotherSession,
			PromiseError::AnotherSigner => Self::AnotherSigner,
			PromiseError::WrongScheme => Self::WrongScheme,
			PromiseError::WrongLength => Self::WrongLength,
			PromiseError::BadSignature => Self::BadSignature,
		}
	}
}

/// The payments of one transaction. [`Batch::pay`] must be called at its end.
pub(crate) struct Batch<T: Config> {
	now: BlockNumberFor<T>,
	genesis: H256,
	params: ParamsOf<T>,
	burned: T::Balance,
	anchors: T::Balance,
	nodes: T::Balance,
	payees: BTreeMap<T::AccountId, Payee<T>>,
	/// The number of promises that were added.
	added: u32,
	/// The number of promises that were skipped.
	skipped: u32,
	/// The weight of the signatures that were verified.
	verifying: Weight,
}

/// The payments to one node.
struct Payee<T: Config> {
	amount: T::Balance,
	/// The part of it that counts for the score.
	volume: T::Balance,
}

impl<T: Config> Batch<T> {
	pub(crate) fn new() -> Self {
		Self {
			now: Pallet::<T>::now(),
			genesis: frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero()),
			params: Parameters::<T>::get(),
			burned: Zero::zero(),
			anchors: Zero::zero(),
			nodes: Zero::zero(),
			payees: BTreeMap::new(),
			added: 0,
			skipped: 0,
			verifying: Weight::zero(),
		}
	}

	/// Returns the payment for a promise. Changes nothing.
	fn check(
		&mut self,
		id: SessionId,
		session: &SessionOf<T>,
		promise: &SignedPromise,
	) -> Result<Payment<u128>, Error<T>> {
		ensure!(self.now < session.thawed_at(T::Thaw::get()), Error::<T>::ThawEnded);
		promise.check_binding(self.genesis, id)?;
		let amount = promise.promise.amount;
		let due = math::due(amount, session.spent.into(), session.held.into()).ok_or(Error::<T>::AlreadyPaid)?;
		// An amount up to one that was presented with a valid signature needs no other one.
		let is_new = amount > session.claimed.into();
		if is_new {
			ensure!(session.accepts(&promise.signer, self.now), Error::<T>::AnotherSigner);
			let verified = promise.verify();
			if !matches!(verified, Err(PromiseError::WrongScheme | PromiseError::WrongLength)) {
				self.verifying.saturating_accrue(verify_weight::<T>(promise.signature.scheme));
			}
			verified?;
		}
		ensure!(is_new || due > 0, Error::<T>::DepositUsedUp);
		let shares = Shares {
			burn: self.params.burn_share,
			anchors: self.params.anchors_share,
			nodes: self.params.nodes_share,
			credit: T::ServiceCredit::share(&session.node, session.opened),
		};
		let payment = math::split(due, session.spent.into(), session.credited.into(), &shares);
		ensure!(self.can_receive(&session.node, payment.node.into()), Error::<T>::NodeCannotReceive);
		Ok(payment)
	}

	/// Returns whether the account of a node can receive an amount together with what the batch has for it.
	fn can_receive(&self, node: &T::AccountId, amount: T::Balance) -> bool {
		let total = self.payees.get(node).map_or(amount, |payee| payee.amount.saturating_add(amount));
		total.is_zero() || T::Currency::can_deposit(node, total, Provenance::Extant) == DepositConsequence::Success
	}

	/// Adds the payment for a promise. If it fails, nothing has changed.
	fn add(&mut self, id: SessionId, promise: &SignedPromise) -> DispatchResult {
		let mut session = Sessions::<T>::get(id).ok_or(Error::<T>::NoSuchSession)?;
		let payment: Payment<T::Balance> = self.check(id, &session, promise)?.into_balance();
		if !payment.credited.is_zero() {
			// The last step that can fail.
			Pallet::<T>::pay_back(&session.payer, payment.credited)?;
		}
		self.burned = self.burned.saturating_add(payment.burned);
		self.anchors = self.anchors.saturating_add(payment.anchors);
		self.nodes = self.nodes.saturating_add(payment.nodes);
		let volume = if session.payer == session.node { Zero::zero() } else { payment.node };
		let payee = self
			.payees
			.entry(session.node.clone())
			.or_insert_with(|| Payee { amount: Zero::zero(), volume: Zero::zero() });
		payee.amount = payee.amount.saturating_add(payment.node);
		payee.volume = payee.volume.saturating_add(volume);

		let due = payment.sum();
		session.held = session.held.saturating_sub(due);
		session.spent = session.spent.saturating_add(due);
		session.credited = session.credited.saturating_add(payment.credited);
		let amount = T::Balance::from(promise.promise.amount);
		session.claimed = session.claimed.max(amount);
		if amount > session.spent {
			Pallet::<T>::deposit_event(Event::Claimed { session: id, amount });
		}
		if !due.is_zero() {
			Pallet::<T>::deposit_event(Event::CashedOut {
				session: id,
				payer: session.payer.clone(),
				node: session.node.clone(),
				spent: session.spent,
				payment,
			});
		}
		Sessions::<T>::insert(id, session);
		self.added.saturating_inc();
		Ok(())
	}

	/// Adds the payment for a promise, or skips the promise with an event.
	pub(crate) fn add_or_skip(&mut self, id: SessionId, promise: &SignedPromise) {
		if let Err(error) = self.add(id, promise) {
			self.skipped.saturating_inc();
			Pallet::<T>::deposit_event(Event::Skipped { session: id, error });
		}
	}

	/// Pays what was added: burns, and credits the pools and each node once. Returns the weight of the batch.
	///
	/// If it fails, the transaction must fail as a whole. It does not while the deposits are there, which is invariant 1.
	fn pay(self) -> Result<Weight, DispatchError> {
		let weight = self.weight();
		let Self { now, burned, anchors, nodes, payees, .. } = self;
		let total = payees
			.values()
			.fold(burned.saturating_add(anchors).saturating_add(nodes), |sum, payee| sum.saturating_add(payee.amount));
		if total.is_zero() {
			return Ok(weight);
		}
		let pot = Pallet::<T>::pot();
		let credit = T::Currency::withdraw(&pot, total, Precision::Exact, Preservation::Preserve, Fortitude::Polite)?;
		// Dropping an amount in transit reduces the issuance.
		let (burned, rest) = credit.split(burned);
		drop(burned);
		let (anchors, rest) = rest.split(anchors);
		T::Rewards::contribute(Role::Anchor, anchors);
		let (nodes, mut rest) = rest.split(nodes);
		T::Rewards::contribute(Role::ServiceNode, nodes);
		for (node, Payee { amount, volume }) in payees {
			let credit = rest.extract(amount);
			if !amount.is_zero() {
				T::Currency::resolve(&node, credit).map_err(|_| Error::<T>::NodeCannotReceive)?;
			}
			Pallet::<T>::add_volume(period_of::<T>(now), &node, volume);
		}
		Ok(weight)
	}

	/// The weight of what was done: one promise for each node, all others to nodes that are paid already, and those that were
	/// skipped.
	fn weight(&self) -> Weight {
		let payees = u32::try_from(self.payees.len()).unwrap_or(u32::MAX);
		let further = T::WeightInfo::cash_out_many(self.added).saturating_sub(T::WeightInfo::cash_out_many(payees));
		let items = self.added.saturating_add(self.skipped);
		Pallet::<T>::batch_to(payees)
			.saturating_add(further)
			.saturating_add(T::WeightInfo::skip().saturating_mul(self.skipped.into()))
			.saturating_add(T::ServiceCredit::weight().saturating_mul(items.into()))
			.saturating_add(self.verifying)
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_cash_out(id: SessionId, promise: &SignedPromise) -> DispatchResult {
		let mut batch = Batch::<T>::new();
		batch.add(id, promise)?;
		batch.pay().map(drop)
	}

	/// Returns the weight that was used.
	pub(crate) fn do_cash_out_many(promises: &[(SessionId, SignedPromise)]) -> Result<Weight, DispatchError> {
		let mut batch = Batch::<T>::new();
		for (id, promise) in promises {
			batch.add_or_skip(*id, promise);
		}
		// By the proof sizes of benchmarks, the first item read is dearer than each further one, and `skip` reads a first one.
		Ok(batch.pay()?.min(Self::batch_weight(promises)))
	}

	/// Returns the payment that a cash-out of this promise would make now.
	pub(crate) fn payment_of(id: SessionId, promise: &SignedPromise) -> Result<Payment<T::Balance>, DispatchError> {
		let session = Sessions::<T>::get(id).ok_or(Error::<T>::NoSuchSession)?;
		Ok(Batch::<T>::new().check(id, &session, promise)?.into_balance())
	}

	/// The weight of a cash-out whose signature is of this scheme.
	pub(crate) fn cash_out_weight(scheme: Scheme) -> Weight {
		T::WeightInfo::cash_out().saturating_add(T::ServiceCredit::weight()).saturating_add(verify_weight::<T>(scheme))
	}

	/// The maximum weight of a batch: every promise is paid, each to another node.
	pub(crate) fn batch_weight(promises: &[(SessionId, SignedPromise)]) -> Weight {
		let count = u32::try_from(promises.len()).unwrap_or(u32::MAX);
		promises
			.iter()
			.map(|(_, promise)| T::ServiceCredit::weight().saturating_add(verify_weight::<T>(promise.signature.scheme)))
			.fold(Self::batch_to(count), Weight::saturating_add)
	}

	/// The weight of a batch to as many nodes, without signatures and credits. For few nodes, a batch to one of them was measured
	/// as dearer, which it cannot be.
	pub(crate) fn batch_to(nodes: u32) -> Weight {
		T::WeightInfo::cash_out_many_to(nodes).max(T::WeightInfo::cash_out_many(nodes))
	}

	/// The maximum weight of closing a session, with the node's last promise if there is one.
	pub(crate) fn close_weight(promise: Option<&SignedPromise>) -> Weight {
		let by_node = T::WeightInfo::close_by_node();
		match promise {
			Some(promise) => by_node.saturating_add(Self::cash_out_weight(promise.signature.scheme)),
			None => by_node.max(T::WeightInfo::close()),
		}
	}
}

/// The weight of the verification of one signature.
fn verify_weight<T: Config>(scheme: Scheme) -> Weight {
	match scheme {
		Scheme::Sr25519 | Scheme::WrappedSr25519 => T::WeightInfo::verify_sr25519(),
		Scheme::Ed25519 | Scheme::WrappedEd25519 => T::WeightInfo::verify_ed25519(),
		Scheme::Ecdsa | Scheme::WrappedEcdsa => T::WeightInfo::verify_ecdsa(),
		Scheme::Ethereum => T::WeightInfo::verify_ethereum(),
	}
}
