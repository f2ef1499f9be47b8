//! The calls that nodes, payers and customers make.

use crate::{
	Address, Offer, OnDuty,
	runtime::{
		self,
		runtime_types::pallet_reports::types::{Answer, SignedStatement},
	},
	verify::Signed,
};
use smartlayer_commitment::{ClaimProof, Operation, OperationProof, Snapshot};
use smartlayer_promise::{SessionId, SignedPromise, Signer};
use smartlayer_statement::Record;
use sp_core::H256;
use sp_runtime::MultiSignature;
use subxt::{tx::Payload, utils::Static};

/// Opens a payment session with a service node.
pub fn open_session(node: &Address, amount: u128, signer: &Signer, expiry: u32) -> impl Payload + use<> {
	runtime::tx().payments().open_session(node.subxt(), amount, Static(*signer), expiry)
}

/// Adds to the deposit of a session.
pub fn top_up(session: SessionId, amount: u128) -> impl Payload {
	runtime::tx().payments().top_up(session, amount)
}

/// Sets a later expiry of a session.
pub fn extend(session: SessionId, expiry: u32) -> impl Payload {
	runtime::tx().payments().extend(session, expiry)
}

/// Closes a session: with the last promise by the node, or without one by the payer.
pub fn close(session: SessionId, promise: Option<SignedPromise>) -> impl Payload {
	runtime::tx().payments().close(session, promise.map(Static))
}

/// Removes a session whose thaw has ended. What is left of its deposits returns to its payer, whoever calls.
pub fn settle(session: SessionId) -> impl Payload {
	runtime::tx().payments().settle(session)
}

/// Cashes out promises. One that fails is skipped, and an event says why.
pub fn cash_out(promises: impl IntoIterator<Item = SignedPromise>) -> impl Payload {
	let promises = promises.into_iter().map(|promise| (promise.promise.session, Static(promise))).collect();
	runtime::tx()
		.payments()
		.cash_out_many(runtime::runtime_types::bounded_collections::bounded_vec::BoundedVec(promises))
}

/// Demands an answer on the chain from the node of a session.
pub fn demand(session: SessionId, class: H256, instance: H256, request: Vec<u8>) -> impl Payload {
	let request = runtime::runtime_types::bounded_collections::bounded_vec::BoundedVec(request);
	runtime::tx().reports().demand(session, class, instance, request)
}

/// Answers a demand.
pub fn answer(session: SessionId, reply: Reply) -> impl Payload {
	let answer = match reply {
		Reply::Served { signed, response } => Answer::Served {
			statement: SignedStatement {
				statement: Static(signed.statement),
				key: signed.key.subxt(),
				signature: Static(signed.signature),
			},
			response: runtime::runtime_types::bounded_collections::bounded_vec::BoundedVec(response),
		},
		Reply::NotAssigned { record, signature } => {
			Answer::NotAssigned { record: Static(record), signature: Static(signature) }
		},
		Reply::Malformed => Answer::Malformed,
	};
	runtime::tx().reports().answer(session, answer)
}

/// What a node says to a demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
	/// The response, with its statement.
	Served {
		/// The statement.
		signed: Signed,
		/// The response, at most 4,096 bytes.
		response: Vec<u8>,
	},
	/// Another node writes the token.
	NotAssigned {
		/// The record of the token's issuer.
		record: Record,
		/// The issuer's signature.
		signature: MultiSignature,
	},
	/// The request is not one of the token API.
	Malformed,
}

/// Bonds an amount as a service node.
pub fn bond_service_node(amount: u128) -> impl Payload {
	use runtime::runtime_types::smartlayer_primitives::role::Role;
	runtime::tx().staking_slash().bond(Role::ServiceNode, amount)
}

/// Adds to a bond.
pub fn bond_extra(amount: u128) -> impl Payload {
	runtime::tx().staking_slash().bond_extra(amount)
}

/// Begins to withdraw a part of a bond, which stays at stake until it has matured.
pub fn unbond(amount: u128) -> impl Payload {
	runtime::tx().staking_slash().unbond(amount)
}

/// Withdraws what has matured of a bond.
pub fn withdraw_unbonded() -> impl Payload {
	runtime::tx().staking_slash().withdraw_unbonded()
}

/// Stops working for now. The bond stays.
pub fn chill() -> impl Payload {
	runtime::tx().staking_slash().chill()
}

/// Works again.
pub fn activate() -> impl Payload {
	runtime::tx().staking_slash().activate()
}

/// Names the account that may act for a bonded account, or nobody.
pub fn set_operator(operator: Option<&Address>) -> impl Payload + use<> {
	runtime::tx().staking_slash().set_operator(operator.map(Address::subxt))
}

/// Accepts to act for a bonded account that has named the caller.
pub fn operate_for(account: &Address) -> impl Payload + use<> {
	runtime::tx().staking_slash().operate_for(account.subxt())
}

/// Sets the key with which a service node signs its statements.
pub fn set_service_key(key: &Address) -> impl Payload + use<> {
	runtime::tx().staking_slash().set_service_key(key.subxt())
}

/// Writes a snapshot with the co-signatures of seats: the account of each, its duty key, and its signature.
pub fn submit_snapshot(snapshot: Snapshot, signatures: &[(OnDuty, [u8; 64])]) -> impl Payload + use<> {
	runtime::tx().anchors().submit_snapshot(Static(snapshot), co_signatures(signatures))
}

type CoSignatures = runtime::runtime_types::bounded_collections::bounded_vec::BoundedVec<
	runtime::runtime_types::smartlayer_primitives::anchors::CoSignature<subxt::utils::AccountId32>,
>;

fn co_signatures(signatures: &[(OnDuty, [u8; 64])]) -> CoSignatures {
	use runtime::runtime_types::{
		bounded_collections::bounded_vec::BoundedVec,
		smartlayer_primitives::anchors::{CoSignature, app},
	};
	let signatures = signatures.iter().map(|(seat, signature)| CoSignature {
		seat: seat.who.subxt(),
		key: app::Public(seat.key.0),
		signature: app::Signature(*signature),
	});
	BoundedVec(signatures.collect())
}

/// Begins a negotiation with the network.
pub fn propose(offer: &Offer) -> impl Payload + use<> {
	runtime::tx().agreements().propose(offer.subxt())
}

/// Answers an offer of the network with another one.
pub fn counter(negotiation: u64, round: u8, offer: &Offer) -> impl Payload + use<> {
	runtime::tx().agreements().counter(negotiation, round, offer.subxt())
}

/// Accepts an offer of the network.
pub fn accept(negotiation: u64, round: u8) -> impl Payload {
	runtime::tx().agreements().accept(negotiation, round)
}

/// Withdraws from a negotiation.
pub fn withdraw_offer(negotiation: u64) -> impl Payload {
	runtime::tx().agreements().withdraw(negotiation)
}

/// Answers an offer of a node with another one, for which seats have signed.
pub fn counter_by_seats(
	negotiation: u64,
	round: u8,
	offer: &Offer,
	deadline: u32,
	signatures: &[(OnDuty, [u8; 64])],
) -> impl Payload + use<> {
	runtime::tx().agreements().counter_by_seats(negotiation, round, offer.subxt(), deadline, co_signatures(signatures))
}

/// Concludes what a node has offered, and seats have signed.
pub fn conclude(negotiation: u64, round: u8, signatures: &[(OnDuty, [u8; 64])]) -> impl Payload + use<> {
	runtime::tx().agreements().conclude(negotiation, round, co_signatures(signatures))
}

/// Ends an agreement with the next window, or at once while it waits for its slot.
pub fn end_agreement(agreement: u64) -> impl Payload {
	runtime::tx().agreements().end(agreement)
}

/// Resumes the service under an agreement that was suspended.
pub fn resume_agreement(agreement: u64) -> impl Payload {
	runtime::tx().agreements().resume(agreement)
}

/// Announces windows of maintenance.
pub fn announce_maintenance(from: u32, windows: u32) -> impl Payload {
	runtime::tx().agreements().announce_maintenance(from, windows)
}

/// Commits, as an observer, to the root of what is claimed of a window.
pub fn commit_claims(window: u32, root: H256) -> impl Payload {
	runtime::tx().telemetry().commit(window, root)
}

/// Reveals, as an observer, the claim of a page, with the answer of the node that is drawn, and the number of its sample.
pub fn reveal_claim(
	window: u32,
	page: u32,
	salt: H256,
	readings: Vec<u8>,
	proof: ClaimProof,
	answer: Option<(u8, Signed)>,
) -> impl Payload {
	use runtime::runtime_types::{bounded_collections::bounded_vec::BoundedVec, pallet_telemetry::types::Answer};
	let answer = answer.map(|(sample, Signed { statement, key, signature })| Answer {
		sample,
		statement: Static(statement),
		key: key.subxt(),
		signature: Static(signature),
	});
	runtime::tx().telemetry().reveal(window, page, salt, BoundedVec(readings), Static(proof), answer)
}

/// Shows that an operation of this node is in an interval's snapshot, and that its user has confirmed it.
pub fn submit_issue_proof(
	interval: u32,
	operation: Operation,
	proof: OperationProof,
	signature: MultiSignature,
) -> impl Payload {
	runtime::tx().anchors().submit_issue_proof(interval, Static(operation), Static(proof), Static(signature))
}

/// Votes on a report: whether the node is guilty.
pub fn vote(report: u64, aye: bool) -> impl Payload {
	runtime::tx().reports().vote(report, aye)
}

/// Reports that an interval has no snapshot.
pub fn report_offline(interval: u32) -> impl Payload {
	runtime::tx().reports().report_offline(interval)
}

/// Publishes where a service node or an anchor can be reached, or withdraws that.
pub fn set_endpoint(endpoint: Option<&str>) -> impl Payload + use<> {
	let endpoint = endpoint.map(|url| runtime::runtime_types::bounded_collections::bounded_vec::BoundedVec(url.into()));
	runtime::tx().staking_slash().set_endpoint(endpoint)
}
