//! Demands on the chain are answered there: silence costs the bond.

use crate::{
	Stop,
	node::{Demanded, Node},
	problem::Problem,
	stopped,
};
use smartlayer_client::{Demand, Error, calls};
use smartlayer_promise::SessionId;
use smartlayer_statement::hash;
use std::{
	collections::{BTreeMap, VecDeque},
	sync::Arc,
	time::Duration,
};
use tokio::sync::mpsc;

/// How long to wait before the next attempt.
const PAUSE: Duration = Duration::from_secs(6);

/// Answers the demands of sessions until the program ends. One that cannot be answered is tried again after the others.
pub async fn answer(node: Arc<Node>, mut demands: mpsc::Receiver<SessionId>, mut stop: Stop) {
	let mut waiting: VecDeque<SessionId> = VecDeque::new();
	// What was performed, until the reply is final: a write is performed once, and signed anew with each attempt.
	let mut replies = BTreeMap::new();
	loop {
		let work = async {
			if waiting.is_empty() {
				waiting.extend(demands.recv().await);
			}
			while let Ok(session) = demands.try_recv() {
				if !waiting.contains(&session) {
					waiting.push_back(session);
				}
			}
			node.metrics.demands.set(i64::try_from(waiting.len()).unwrap_or(i64::MAX));
			let Some(session) = waiting.front().copied() else { return };
			let result = answer_one(&node, session, &mut replies).await;
			waiting.pop_front();
			match result {
				Ok(()) => drop(replies.remove(&session)),
				Err(error) => {
					tracing::error!("the demand of session {session} is not answered yet: {error}");
					waiting.push_back(session);
					tokio::time::sleep(PAUSE).await;
				},
			}
			node.metrics.demands.set(i64::try_from(waiting.len()).unwrap_or(i64::MAX));
		};
		tokio::select! {
			() = work => {},
			() = stopped(&mut stop) => return,
		}
	}
}

async fn answer_one(
	node: &Node,
	session: SessionId,
	replies: &mut BTreeMap<SessionId, (Demand, Demanded)>,
) -> Result<(), Error> {
	let chain = node.chain.connection()?;
	// Answered before, or too late, if there is none.
	let Some(demand) = chain.finalized().await?.demand(session).await? else { return Ok(()) };
	if demand.node != node.config.account {
		return Ok(());
	}
	let failed = |problem: Problem| Error::Invalid(problem.message);
	let demanded = match replies.get(&session) {
		Some((of, demanded)) if *of == demand => demanded.clone(),
		_ => {
			let request = request(node, session, &demand).await?;
			let demanded = node.perform_demand(demand.class, demand.instance, &request).await.map_err(failed)?;
			if demanded.is_kept() {
				replies.insert(session, (demand.clone(), demanded.clone()));
			}
			demanded
		},
	};
	let reply = node.reply(&demanded, demand.height).map_err(failed)?;
	let included = node.submit(&calls::answer(session, reply)).await?;
	node.metrics.demands_answered.inc();
	tracing::info!("answered the demand of session {session} in block {}", included.head.number);
	Ok(())
}

/// Returns the bytes of the request, which only the event of the demand has.
async fn request(node: &Node, session: SessionId, demand: &Demand) -> Result<Vec<u8>, Error> {
	let chain = node.chain.connection()?;
	let height = demand.height;
	let missing = || Error::Invalid(format!("the chain's node no longer has the events of block {height}"));
	let block = chain.hash_of(height).await?.ok_or_else(missing)?;
	let demands = chain.at(block).await?.events().await?.demands_on(&demand.node)?;
	let found = demands.into_iter().find(|found| found.session == session && hash(&found.request) == demand.request);
	found.map(|found| found.request).ok_or_else(missing)
}
