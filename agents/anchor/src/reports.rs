//! What the chain expects of a seat besides snapshots: votes on reports, which its operator decides, and reports of void intervals.

use crate::{anchor::Anchor, chain::View};
use smartlayer_client::{At, Error, Http, Report, calls, hyper::Method};
use smartlayer_daemon::{Stop, stopped};
use smartlayer_statement::hash;
use std::{collections::BTreeSet, sync::Arc};

/// The maximum length of evidence that is compared with its hash.
const MAX_EVIDENCE: usize = 16 * 1_024 * 1_024;

/// Watches what the seat owes until the program ends.
pub async fn run(anchor: Arc<Anchor>, mut stop: Stop) {
	let mut views = anchor.chain.views.clone();
	let mut told = BTreeSet::new();
	let mut ended = Ended::default();
	loop {
		tokio::select! {
			changed = views.changed() => if changed.is_err() { return },
			() = stopped(&mut stop) => return,
		}
		let Some(view) = views.borrow_and_update().clone() else { continue };
		if view.duty.seat(anchor.seat()).is_none() {
			anchor.metrics.owed_votes.set(0);
			continue;
		}
		let work = async {
			if let Err(error) = watch_votes(&anchor, &view, &mut told).await {
				tracing::warn!("the votes that this seat owes are not known: {error}");
			}
			if let Err(error) = ended.report(&anchor, &view).await {
				tracing::warn!("a void interval is not reported yet: {error}");
			}
		};
		tokio::select! {
			() = work => {},
			() = stopped(&mut stop) => return,
		}
	}
}

/// Tells the operator which reports wait for the vote of this seat.
async fn watch_votes(anchor: &Anchor, view: &View, told: &mut BTreeSet<u64>) -> Result<(), Error> {
	let at = anchor.chain.connection()?.at(view.best.hash).await?;
	let owed = at.owed_votes(&anchor.config.account).await?;
	anchor.metrics.owed_votes.set(i64::try_from(owed.len()).unwrap_or(i64::MAX));
	for id in owed {
		if told.insert(id)
			&& let Some(report) = at.report(id).await?
		{
			tracing::warn!(
				"report {id} waits for a vote until block {}: {} of {} in block {}, evidence {:?} at {:?}",
				report.deadline,
				report.fault,
				report.node,
				report.at,
				report.evidence,
				report.pointer
			);
		}
	}
	Ok(())
}

/// Returns whether the evidence of a report is where it should be, in a sentence.
pub async fn evidence(http: &Http, report: &Report) -> String {
	let Report { pointer, evidence, .. } = report;
	if !pointer.starts_with("https://") && !pointer.starts_with("http://") {
		return format!(
			"the evidence is at {pointer:?}, which is no address of the web: its hash must be {evidence:?}"
		);
	}
	match http.send(Method::GET, pointer, &[], Vec::new(), MAX_EVIDENCE).await {
		Ok(response) if !response.status.is_success() => {
			format!("the evidence is not at {pointer:?}: {}", response.status)
		},
		Ok(response) if hash(&response.body) == *evidence => {
			format!("the evidence is at {pointer:?}, and has the right hash")
		},
		Ok(_) => format!("another file than the evidence is at {pointer:?}: the hash should be {evidence:?}"),
		Err(error) => format!("the evidence cannot be fetched: {error}"),
	}
}

/// The intervals of which the final chain does not say yet whether they are void.
#[derive(Default)]
struct Ended {
	/// The interval that was seen last.
	seen: Option<u32>,
	open: BTreeSet<u32>,
}

impl Ended {
	/// Reports intervals that have ended without a snapshot, in the order of duty, so that not all seats do. What was reported on a fork
	/// that was replaced is reported again.
	async fn report(&mut self, anchor: &Anchor, view: &View) -> Result<(), Error> {
		let now = view.duty.interval;
		self.open.extend(self.seen.replace(now).unwrap_or(now.saturating_sub(1))..now);
		// The snapshot of the present interval comes first.
		let is_turn = view.duty.writer.is_some() && view.turn(anchor.seat()).is_some_and(|turn| view.clock >= turn);
		if self.open.is_empty() {
			return Ok(());
		}
		let chain = anchor.chain.connection()?;
		let (best, last) = (chain.at(view.best.hash).await?, chain.at(view.final_head.hash).await?);
		for interval in self.open.clone() {
			if is_settled(&last, interval).await? {
				self.open.remove(&interval);
			} else if is_turn && interval < now && !is_settled(&best, interval).await? {
				match anchor.submit(&calls::report_offline(interval)).await {
					Ok(_) => tracing::info!("reported that interval {interval} has no snapshot"),
					Err(error) if error.is("Reports", "AlreadyReported") => {},
					// The first one of the chain is not void, for example. Each attempt costs a fee.
					Err(error @ Error::Failed { .. }) => {
						tracing::debug!("interval {interval} is not reported: {error}");
						self.open.remove(&interval);
					},
					Err(error) => return Err(error),
				}
			}
		}
		Ok(())
	}
}

/// Returns whether an interval has a snapshot, or was reported.
async fn is_settled(at: &At, interval: u32) -> Result<bool, Error> {
	Ok(at.snapshot(interval).await?.is_some() || at.offline_reporter(interval).await?.is_some())
}
