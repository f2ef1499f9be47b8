//! Promises are cashed out when a session owes enough, before it ends, and before the node leaves.

use crate::{
	Stop, config,
	node::Node,
	stopped,
	store::{Charges, StoreError},
};
use smartlayer_client::{Error, Session, calls};
use smartlayer_promise::{SessionId, SignedPromise};
use std::{sync::Arc, time::Duration};

/// The number of promises in a transaction: fewer than the chain allows, so that it fits into a block with others.
const TOGETHER: usize = 64;
/// The number of sessions that are read at a time.
const PAGE: usize = 1_024;

/// Cashes promises out until the program ends.
pub async fn run(node: Arc<Node>, mut stop: Stop) {
	let period = Duration::from_secs(node.config.cash_out.every_seconds.max(1));
	let mut forgotten = 0;
	loop {
		tokio::select! {
			() = tokio::time::sleep(period) => {},
			() = stopped(&mut stop) => return,
		}
		let work = async {
			if let Err(error) = round(&node, Why::Policy).await {
				tracing::error!("promises are not cashed out yet: {error}");
			}
			forget(&node, &mut forgotten).await.unwrap_or_else(|error| tracing::warn!("settled sessions: {error}"));
		};
		tokio::select! {
			() = work => {},
			() = stopped(&mut stop) => return,
		}
	}
}

/// Why promises are cashed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
	/// What the configuration says.
	Policy,
	/// The operator wants all of them to be cashed out that are used up.
	All,
}

/// What became of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
	/// The sum that the node has received.
	pub received: u128,
	/// The sessions for which something has failed. The log says why, and the next round tries again.
	pub failed: usize,
}

/// Cashes out what is due. What fails does not affect the rest.
pub async fn round(node: &Node, why: Why) -> Result<Round, Error> {
	let chain = node.chain.connection()?;
	let at = chain.finalized().await?;
	match at.free(&node.operator()).await {
		Ok(free) => node.metrics.operator_balance.set(i64::try_from(free).unwrap_or(i64::MAX)),
		Err(error) => tracing::warn!("the funds of the operator: {error}"),
	}
	let now = Now { why, clock: at.clock().await?, thaw: at.thaw()?, is_leaving: node.chain.known()?.is_leaving };
	let failed = |error: StoreError| Error::Invalid(error.to_string());
	let mut from: SessionId = 0;
	let mut result = Round::default();
	loop {
		let page = node.store.unpaid(from, PAGE).map_err(failed)?;
		let Some((last, _)) = page.last() else { return Ok(result) };
		let next = last.checked_add(1);
		let mut due = Vec::new();
		for (id, charges) in page {
			match look_up(node, id, &charges, &now).await {
				Ok(Due::Now(promise)) => due.push(promise),
				Ok(Due::Later) => {},
				Ok(Due::Settled) => node.store.paid(id, None).await.map_err(failed)?,
				Ok(Due::Paid(paid)) => node.store.paid(id, Some(paid)).await.map_err(failed)?,
				Err(error) => {
					tracing::error!("session {id} cannot be looked up: {error}");
					result.failed = result.failed.saturating_add(1);
				},
			}
		}
		for promises in due.chunks(TOGETHER) {
			match cash_out(node, promises).await {
				Ok(received) => result.received = result.received.saturating_add(received),
				Err(error) => {
					tracing::error!("{} promises are not cashed out yet: {error}", promises.len());
					result.failed = result.failed.saturating_add(promises.len());
				},
			}
		}
		match next {
			Some(next) => from = next,
			None => return Ok(result),
		}
	}
}

/// Forgets sessions that the chain has settled: a page of all in each round, from the one where the last round has ended.
async fn forget(node: &Node, from: &mut SessionId) -> Result<(), Error> {
	let failed = |error: StoreError| Error::Invalid(error.to_string());
	let page = node.store.sessions(*from, PAGE).map_err(failed)?;
	for id in &page {
		if node.chain.was_opened(*id).await? && node.chain.session(*id).await?.is_none() {
			node.store.paid(*id, None).await.map_err(failed)?;
		}
	}
	let is_last = page.len() < PAGE;
	*from = page.last().filter(|_| !is_last).and_then(|last| last.checked_add(1)).unwrap_or_default();
	Ok(())
}

/// The state of the chain, and why promises are cashed out.
struct Now {
	why: Why,
	clock: u32,
	thaw: u32,
	is_leaving: bool,
}

/// What is to be done for a session.
#[derive(Debug, PartialEq, Eq)]
enum Due {
	/// Its promise is cashed out.
	Now(SignedPromise),
	/// Nothing yet, or nothing that could be done.
	Later,
	/// The chain has removed it.
	Settled,
	/// The chain has paid so much of it, and nothing more can be paid now.
	Paid(u128),
}

async fn look_up(node: &Node, id: SessionId, charges: &Charges, now: &Now) -> Result<Due, Error> {
	// In this order: the next block may have opened it.
	let was_opened = node.chain.was_opened(id).await?;
	match node.chain.session(id).await? {
		Some(session) => Ok(due(&node.config.cash_out, &session, charges, now)),
		// Its id was assigned, and it is no more.
		None if was_opened => Ok(Due::Settled),
		// The chain's node is behind.
		None => Ok(Due::Later),
	}
}

fn due(policy: &config::CashOut, session: &Session, charges: &Charges, now: &Now) -> Due {
	let promise = &charges.promise;
	let payable = promise.promise.amount.min(session.limit());
	let owed = payable.saturating_sub(session.spent);
	if owed == 0 {
		return if charges.paid == session.spent { Due::Later } else { Due::Paid(session.spent) };
	}
	let is_thawed = now.clock >= session.expiry.saturating_add(now.thaw);
	let is_replaced = promise.signer != session.signer;
	// The chain accepts a replaced key for a time only.
	let is_accepted =
		!is_replaced || session.replaced.is_some_and(|(signer, until)| signer == promise.signer && now.clock < until);
	if is_thawed || !is_accepted || owed < policy.at_least.into() {
		return Due::Later;
	}
	let ends = now.clock >= session.expiry.saturating_sub(policy.blocks_before_expiry);
	// A promise that is ahead waits until it is used up: on the chain, everybody can see it, and could use the rest. But not for ever.
	let served = charges.charged.min(payable).saturating_sub(session.spent);
	let above: u128 = policy.above.into();
	let may_be_seen = charges.charged >= promise.promise.amount || served >= above.saturating_mul(2);
	let is_wanted = now.why == Why::All || served >= above;
	if (is_wanted && may_be_seen) || ends || is_replaced || now.is_leaving {
		Due::Now(promise.clone())
	} else {
		Due::Later
	}
}

async fn cash_out(node: &Node, promises: &[SignedPromise]) -> Result<u128, Error> {
	let included = node.submit(&calls::cash_out(promises.iter().cloned())).await?;
	let received = included.cashed_out()?;
	for (session, reason) in included.skipped()? {
		tracing::error!("the promise of session {session} was not paid: {reason}");
	}
	let at = node.chain.connection()?.at(included.head.hash).await?;
	for promise in promises {
		let session = promise.promise.session;
		let paid = at.session(session).await?.map(|session| session.spent);
		node.store.paid(session, paid).await.map_err(|error| Error::Invalid(error.to_string()))?;
	}
	node.metrics.paid.inc_by(u64::try_from(received).unwrap_or(u64::MAX));
	tracing::info!("cashed out {} promises in block {}: received {received}", promises.len(), included.head.number);
	Ok(received)
}

#[cfg(test)]
mod tests {
	use super::*;
	use smartlayer_client::{Address, Key, Payer};
	use sp_core::H256;

	const POLICY: config::CashOut =
		config::CashOut { above: 1_000, blocks_before_expiry: 100, every_seconds: 1, at_least: 10 };

	fn key() -> Key {
		Key::from_uri("//Website").unwrap()
	}

	fn session() -> Session {
		let (payer, node) = (Address([1; 32]), Address([2; 32]));
		let signer = key().promise_signer();
		Session { payer, node, signer, replaced: None, expiry: 1_000, held: 5_000, spent: 0 }
	}

	fn charges(amount: u128) -> Charges {
		let promise = Payer::new(H256::zero(), 1, key(), u128::MAX).pay(amount).unwrap();
		let request = H256::zero();
		Charges { charged: amount, promise, paid: 0, request, sequence: None, repeats: 0, restored: false }
	}

	const NOW: Now = Now { why: Why::Policy, clock: 500, thaw: 50, is_leaving: false };

	fn is_due(session: &Session, amount: u128, now: &Now) -> bool {
		matches!(due(&POLICY, session, &charges(amount), now), Due::Now(promise) if promise.promise.amount == amount)
	}

	#[test]
	fn promises_should_be_cashed_out_when_they_are_worth_it_or_in_danger() {
		assert!(!is_due(&session(), 999, &NOW));
		assert!(is_due(&session(), 1_000, &NOW));
		// Promised ahead, for what is still to be served.
		let ahead = |charged, now| due(&POLICY, &session(), &Charges { charged, ..charges(2_001) }, &now);
		assert_eq!(ahead(1_999, NOW), Due::Later);
		assert_eq!(ahead(1_999, Now { why: Why::All, ..NOW }), Due::Later);
		assert!(matches!(ahead(1_999, Now { clock: 900, ..NOW }), Due::Now(_)));
		assert!(matches!(ahead(1_999, Now { is_leaving: true, ..NOW }), Due::Now(_)));
		assert!(matches!(ahead(2_000, NOW), Due::Now(_)));
		assert!(is_due(&session(), 10, &Now { why: Why::All, ..NOW }));
		assert!(is_due(&session(), 10, &Now { is_leaving: true, ..NOW }));
		assert!(!is_due(&session(), 10, &Now { clock: 899, ..NOW }));
		assert!(is_due(&session(), 10, &Now { clock: 900, ..NOW }));
		assert!(is_due(&session(), 10, &Now { clock: 1_049, ..NOW }));
		// Less than a transaction is worth.
		assert!(!is_due(&session(), 9, &Now { why: Why::All, ..NOW }));
		let replaced = Session { signer: Key::from_uri("//New").unwrap().promise_signer(), ..session() };
		let replaced = Session { replaced: Some((key().promise_signer(), 600)), ..replaced };
		assert!(is_due(&replaced, 10, &NOW));
	}

	#[test]
	fn what_the_chain_would_refuse_should_not_be_sent() {
		assert!(!is_due(&session(), 1_000, &Now { clock: 1_050, ..NOW }));
		let replaced = Session { signer: Key::from_uri("//New").unwrap().promise_signer(), ..session() };
		assert!(!is_due(&replaced, 1_000, &NOW));
		let replaced = Session { replaced: Some((key().promise_signer(), 500)), ..replaced };
		assert!(!is_due(&replaced, 1_000, &NOW));
	}

	#[test]
	fn what_was_paid_should_be_noted() {
		let paid = Session { spent: 1_000, held: 4_000, ..session() };
		assert_eq!(due(&POLICY, &paid, &charges(1_000), &NOW), Due::Paid(1_000));
		assert_eq!(due(&POLICY, &paid, &Charges { paid: 1_000, ..charges(1_000) }, &NOW), Due::Later);
		// The deposit is used up, and the rest can be paid after a top-up.
		let empty = Session { spent: 5_000, held: 0, ..session() };
		assert_eq!(due(&POLICY, &empty, &charges(9_000), &NOW), Due::Paid(5_000));
	}
}
