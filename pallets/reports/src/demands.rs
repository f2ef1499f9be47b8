//! Demands: customers ask on the chain, and nodes answer or are slashed for their silence.

use crate::{
	Answer, AnswerOf, Config, CreditOf, Demand, DemandOf, Demands, DemandsOn, DueQueue, Error, Event, HoldReason, Item,
	OpenDemands, Outcome, Pallet, Parameters, Request, tally,
};
use alloc::{boxed::Box, vec::Vec};
use frame_support::{
	ensure,
	pallet_prelude::DispatchResult,
	traits::{
		Get, Imbalance,
		fungible::{Balanced, BalancedHold, MutateHold},
		tokens::Precision,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_primitives::{
	Action, Bonding, Cause, Maintenance, Offence, PaymentSessions, Role, ServiceLevel, SessionId, Severity, SlashId,
	Slasher, Victim,
};
use smartlayer_statement::{Record, hash};
use sp_core::H256;
use sp_runtime::{
	DispatchError, Perbill,
	traits::{Saturating, Verify, Zero},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_demand(
		who: T::AccountId,
		session: SessionId,
		class: H256,
		instance: H256,
		request: Request,
	) -> DispatchResult {
		let customer = T::Sessions::open_customer(session).ok_or(Error::<T>::NoOpenSession)?;
		ensure!(customer.payer == who, Error::<T>::NotPayer);
		ensure!(!OpenDemands::<T>::contains_key(session), Error::<T>::AlreadyDemanded);
		let node = customer.node;
		ensure!(T::Bonding::role(&node) == Some(Role::ServiceNode), Error::<T>::NotServiceNode);

		let fee = Self::next_fee(&node);
		T::Currency::hold(&HoldReason::Demand.into(), &who, fee)?;
		DemandsOn::<T>::mutate(&node, |demands| demands.open = demands.open.saturating_add(1));
		let filed = Self::now();
		let deadline = Self::deadline(&node, filed);
		let demand = Demand {
			node: node.clone(),
			payer: who,
			paid: customer.paid,
			fee,
			class,
			instance,
			request: hash(&request),
			filed,
			height: frame_system::Pallet::<T>::block_number(),
			deadline,
			rate: T::ServiceLevel::slash_rate(Role::ServiceNode, &node),
		};
		OpenDemands::<T>::insert(session, demand);
		Self::schedule(deadline, Item::Demand(session));
		Self::deposit_event(Event::Demanded { session, node, class, instance, request, fee, deadline });
		Ok(())
	}

	/// Returns the deadline of a demand: later if the node has announced a maintenance, by no more than the longest one.
	fn deadline(node: &T::AccountId, filed: BlockNumberFor<T>) -> BlockNumberFor<T> {
		let period = T::DemandPeriod::get();
		let regular = filed.saturating_add(period);
		match T::Maintenance::ends(node, filed, regular) {
			Some(end) => {
				end.saturating_add(period).min(regular.saturating_add(T::LongestMaintenance::get())).max(regular)
			},
			None => regular,
		}
	}

	/// Returns the fee of the next demand on a node.
	pub(crate) fn next_fee(node: &T::AccountId) -> T::Balance {
		tally::fee(Parameters::<T>::get().demand_fee, DemandsOn::<T>::get(node).open)
	}

	pub(crate) fn do_answer(who: &T::AccountId, session: SessionId, answer: AnswerOf<T>) -> DispatchResult {
		let demand = OpenDemands::<T>::get(session).ok_or(Error::<T>::NoDemand)?;
		ensure!(T::Bonding::principal(who) == demand.node, Error::<T>::NotDemanded);
		ensure!(Self::now() < demand.deadline, Error::<T>::TooLate);
		let outcome = Self::checked(&demand, answer)?;

		Self::close_one(session, &demand);
		let (fee, missing) = T::Currency::slash(&HoldReason::Demand.into(), &demand.payer, demand.fee);
		ensure!(missing.is_zero(), Error::<T>::HoldTooSmall);
		Self::share(fee, &demand.node)?;
		Self::deposit_event(Event::Answered { session, node: demand.node, outcome: Box::new(outcome) });
		Ok(())
	}

	/// Checks an answer as far as the chain can. Whether it is true is for the seats to decide, if somebody doubts it.
	fn checked(demand: &DemandOf<T>, answer: AnswerOf<T>) -> Result<Outcome, DispatchError> {
		match answer {
			Answer::Served { statement: signed, response } => {
				let statement = signed.statement;
				ensure!(statement.genesis == Self::genesis(), Error::<T>::AnotherChain);
				let fits = Self::is_account(&statement.node, &demand.node)
					&& (statement.class, statement.instance, statement.request)
						== (demand.class, demand.instance, demand.request);
				ensure!(fits, Error::<T>::AnotherRequest);
				ensure!(statement.response == hash(&response), Error::<T>::AnotherResponse);
				let block: BlockNumberFor<T> = statement.block.into();
				// The hashes of the present block, of future ones and of old ones are unknown: zero.
				let known = frame_system::Pallet::<T>::block_hash(block);
				let is_of_this_chain = !known.is_zero() && known == statement.block_hash;
				ensure!(block >= demand.height && is_of_this_chain, Error::<T>::WrongBlock);
				Self::ensure_signed_by(&demand.node, &signed)?;
				Ok(Outcome::Served { statement, response })
			},
			Answer::NotAssigned { record, signature } => {
				Self::ensure_assigns_to_another(demand, &record, &signature)?;
				Ok(Outcome::NotAssigned { record })
			},
			Answer::PromiseTooLow => Ok(Outcome::PromiseTooLow),
			Answer::Malformed => Ok(Outcome::Malformed),
		}
	}

	/// Ensures that the issuer of the demanded token has named another node.
	fn ensure_assigns_to_another(demand: &DemandOf<T>, record: &Record, signature: &T::Signature) -> DispatchResult {
		ensure!(record.genesis == Self::genesis(), Error::<T>::AnotherChain);
		ensure!((record.class(), record.instance) == (demand.class, demand.instance), Error::<T>::AnotherToken);
		ensure!(!Self::is_account(&record.node, &demand.node), Error::<T>::Assigned);
		let issuer = Self::account(&record.issuer).ok_or(Error::<T>::BadSignature)?;
		let bytes = record.bytes();
		let wrapped = [b"<Bytes>", &bytes[..], b"</Bytes>"].concat();
		let signed = signature.verify(&bytes[..], &issuer) || signature.verify(&wrapped[..], &issuer);
		ensure!(signed, Error::<T>::BadSignature);
		Ok(())
	}

	/// Burns a half of a fee, and gives the other one to the node.
	fn share(fee: CreditOf<T>, node: &T::AccountId) -> DispatchResult {
		let half = Perbill::from_percent(50).mul_floor(fee.peek());
		let (for_node, burned) = fee.split(half);
		drop(burned);
		match T::Currency::resolve(node, for_node) {
			Ok(()) => Ok(()),
			// The node's account does not exist and the amount is too small to create it.
			Err(for_node) => Self::to_treasury(for_node),
		}
	}

	/// Removes a demand.
	fn close_one(session: SessionId, demand: &DemandOf<T>) {
		OpenDemands::<T>::remove(session);
		// It is there unless the hook has removed it.
		DueQueue::<T>::remove(demand.deadline, Item::Demand(session));
		DemandsOn::<T>::mutate_exists(&demand.node, |demands| {
			let Some(Demands { open, silent }) = *demands else { return };
			let open = open.saturating_sub(1);
			// Demands that are filed later belong to another fault.
			*demands = (open > 0).then_some(Demands { open, silent });
		});
	}

	/// Ends a demand that was not answered. The node is slashed once for all demands that were open at the deadline.
	pub(crate) fn do_close_demand(session: SessionId) -> DispatchResult {
		let demand = OpenDemands::<T>::get(session).ok_or(Error::<T>::NoDemand)?;
		ensure!(Self::now() >= demand.deadline, Error::<T>::NotDue);
		let silent = DemandsOn::<T>::get(&demand.node).silent;
		let slash =
			if silent.is_some_and(|deadline| demand.filed < deadline) { None } else { Self::slash_silent(&demand) };
		Self::close_one(session, &demand);
		T::Currency::release(&HoldReason::Demand.into(), &demand.payer, demand.fee, Precision::Exact)?;
		Self::deposit_event(Event::Silent { session, node: demand.node, slash });
		Ok(())
	}

	fn slash_silent(demand: &DemandOf<T>) -> Option<SlashId> {
		DemandsOn::<T>::mutate(&demand.node, |demands| demands.silent = Some(demand.deadline));
		// A node that has withdrawn its bond meanwhile has nothing to slash.
		T::Slasher::slash(Offence {
			offender: demand.node.clone(),
			severity: Severity::Fraction(demand.rate),
			victim: Some(Victim { account: demand.payer.clone(), at_most: Some(demand.paid) }),
			cause: Cause::NoData,
			action: Some(Action::FailedRedeem),
			outage: Some(Self::window_of(demand.deadline)),
		})
		.ok()
	}

	/// Returns the sessions with open demands on a node.
	pub(crate) fn sessions_with_demands(node: &T::AccountId) -> Vec<SessionId> {
		OpenDemands::<T>::iter().filter(|(_, demand)| demand.node == *node).map(|(session, _)| session).collect()
	}
}
