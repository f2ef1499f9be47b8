//! What is answered over HTTP. `docs/spec/anchor-api.md` describes it.

use crate::{
	agreements::{self, MAX_PROPOSAL},
	anchor::{Anchor, MAX_BATCH, MAX_LISTING, PeerError, blocking},
	co_sign,
	content::ContentError,
	intake::IntakeError,
	peers::MOST_RECEIPTS,
	store::StoreError,
};
use hyper::{Method, StatusCode, body::Incoming, header, header::HeaderValue};
use serde::Serialize;
use smartlayer_client::{
	Address,
	api::{
		self,
		anchor::{
			AnchorHealth, OfferProposal, Proposal, ProposalHead, ProvedBit, ProvedOperation, SignedBatch,
			WrittenSnapshot,
		},
	},
};
use smartlayer_commitment::OPERATION_BYTES;
use smartlayer_daemon::{
	http::{self, Counters, Limits, Reader, Service, Unread},
	limits::Caller,
};
use smartlayer_statement::ParseError;
use sp_core::{Bytes, H256};
use std::{sync::Arc, time::Duration};

const BYTES: &str = "application/octet-stream";
const JSON: &str = "application/json";

/// For how long a call waits until others have their proofs.
const PATIENCE: Duration = Duration::from_secs(2);
/// The number of operations of a snapshot in an answer.
const MOST_OPERATIONS: usize = 4_096;

/// A refusal: what happened, in a word for programs and a sentence for people that says what to do.
struct Problem {
	status: StatusCode,
	error: &'static str,
	message: String,
	retry_after: Option<&'static str>,
}

impl Problem {
	fn new(status: StatusCode, error: &'static str, message: impl Into<String>) -> Self {
		Self { status, error, message: message.into(), retry_after: None }
	}

	fn malformed(message: impl Into<String>) -> Self {
		Self::new(StatusCode::BAD_REQUEST, "malformed", message)
	}

	fn unknown(message: impl Into<String>) -> Self {
		Self::new(StatusCode::NOT_FOUND, "unknown", message)
	}

	fn unavailable(message: impl Into<String>) -> Self {
		let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message);
		Self { retry_after: Some("5"), ..problem }
	}

	fn no_such_path() -> Self {
		Self::new(StatusCode::NOT_FOUND, "noSuchPath", "there is no such path, or it has another method")
	}
}

impl From<StoreError> for Problem {
	fn from(error: StoreError) -> Self {
		match error {
			StoreError::MayNotSign | StoreError::Ending => Self::unavailable(error.to_string()),
			StoreError::Contradiction(_) | StoreError::NotNext(_) | StoreError::SignedAnother => {
				Self::new(StatusCode::CONFLICT, "conflict", error.to_string())
			},
			error => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string()),
		}
	}
}

impl From<IntakeError> for Problem {
	fn from(error: IntakeError) -> Self {
		let conflict = |word| Self::new(StatusCode::CONFLICT, word, error.to_string());
		match error {
			IntakeError::AnotherChain | IntakeError::BadSignature => Self::malformed(error.to_string()),
			IntakeError::Contradiction(_) => conflict("contradiction"),
			IntakeError::NotNext(_) => conflict("notNext"),
			IntakeError::Unknown { .. } => conflict("unknownState"),
			IntakeError::TooMany => Self {
				retry_after: Some("5"),
				..Self::new(StatusCode::TOO_MANY_REQUESTS, "tooMany", error.to_string())
			},
			IntakeError::Refused { .. } => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", error.to_string()),
			IntakeError::Store(error) => error.into(),
		}
	}
}

impl From<ContentError> for Problem {
	fn from(error: ContentError) -> Self {
		match error {
			ContentError::Store(error) => error.into(),
			error => Self::new(StatusCode::CONFLICT, "disagreed", error.to_string()),
		}
	}
}

impl From<PeerError> for Problem {
	fn from(error: PeerError) -> Self {
		match error {
			PeerError::Store(error) => error.into(),
			PeerError::Intake(error) => error.into(),
			PeerError::Content(error) => error.into(),
			PeerError::Call(error) => Self::unavailable(error.to_string()),
			PeerError::Wrong(why) => Self::new(StatusCode::CONFLICT, "disagreed", why),
		}
	}
}

impl From<smartlayer_client::Error> for Problem {
	fn from(error: smartlayer_client::Error) -> Self {
		Self::unavailable(error.to_string())
	}
}

impl Service for Anchor {
	fn limits(&self) -> &Limits {
		&self.limits
	}

	fn counters(&self) -> &Counters {
		&self.metrics.http
	}

	async fn respond(&self, request: hyper::Request<Incoming>, caller: Caller) -> http::Answer {
		let answer = if request.method() == Method::OPTIONS {
			Ok((JSON, Vec::new()))
		} else {
			answer(self, request, caller).await
		};
		match answer {
			Ok((kind, body)) => http::response(StatusCode::OK, kind, body),
			Err(Problem { status, error, message, retry_after }) => {
				let body = json(&api::Problem { error: error.into(), message });
				let mut response = http::response(status, JSON, body);
				if let Some(seconds) = retry_after {
					response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
				}
				response
			},
		}
	}
}

type Body = (&'static str, Vec<u8>);

fn json(body: &impl Serialize) -> Vec<u8> {
	// Nothing that is sent can fail: neither maps with other keys than text, nor foreign types.
	serde_json::to_vec(body).unwrap_or_default()
}

async fn answer(anchor: &Anchor, request: hyper::Request<Incoming>, caller: Caller) -> Result<Body, Problem> {
	let (method, uri) = (request.method().clone(), request.uri().clone());
	let path: Vec<&str> = uri.path().strip_prefix("/v1/").map(|path| path.split('/').collect()).unwrap_or_default();
	let query = uri.query().unwrap_or_default();
	if !anchor.calls.take(caller) {
		let message = "this address calls too often: try again in a minute";
		let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "tooMany", message);
		return Err(Problem { retry_after: Some("60"), ..problem });
	}
	match (method, &path[..]) {
		(Method::POST, ["batches"]) => {
			let _own = anchor.senders.take(caller).ok_or_else(busy)?;
			let _place = anchor.batches.try_acquire().map_err(|_| busy())?;
			take_in(anchor, &body(anchor, request, MAX_BATCH)?.all().await.map_err(unread)?).await
		},
		(Method::POST, ["co-signatures"]) => {
			let mut body = body(anchor, request, MAX_LISTING)?;
			let malformed = |error: ParseError| Problem::malformed(error.to_string());
			let head =
				ProposalHead::parse(body.first(ProposalHead::BYTES).await.map_err(unread)?).map_err(malformed)?;
			let refused = |error: &PeerError| {
				anchor.metrics.refused_snapshots.inc();
				tracing::warn!("no co-signature for {}: {error}", Address(head.writer));
			};
			co_sign::ensure_seat(anchor, &head).inspect_err(refused)?;
			let _own = anchor.proposers.take((head.writer, caller)).ok_or_else(busy)?;
			let _place = anchor.proposals.take(head.writer).ok_or_else(busy)?;
			let proposal = Proposal::parse(&body.all().await.map_err(unread)?).map_err(malformed)?;
			let signature = co_sign::co_sign(anchor, &proposal).await.inspect_err(refused)?;
			Ok((BYTES, signature.to_vec()))
		},
		(Method::POST, ["agreements", "co-signatures"]) => {
			let bytes = body(anchor, request, MAX_PROPOSAL)?.all().await.map_err(unread)?;
			let proposal: OfferProposal =
				serde_json::from_slice(&bytes).map_err(|error| Problem::malformed(error.to_string()))?;
			let seat = agreements::ensure_seat(anchor, &proposal)?;
			let _own = anchor.offers.take((seat, caller)).ok_or_else(busy)?;
			Ok((JSON, json(&agreements::co_sign(anchor, &proposal).await?)))
		},
		(Method::GET, path) => read(anchor, path, query, caller).await,
		_ => Err(Problem::no_such_path()),
	}
}

fn busy() -> Problem {
	Problem::unavailable("too many calls of this kind at the same time")
}

fn body(anchor: &Anchor, request: hyper::Request<Incoming>, limit: usize) -> Result<Reader, Problem> {
	Reader::new(request.into_body(), limit, anchor.limits.patience).map_err(unread)
}

fn unread(unread: Unread) -> Problem {
	match unread {
		Unread::TooLong => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "tooLarge", "the body of this call is too long"),
		Unread::TooSlow => Problem::new(StatusCode::REQUEST_TIMEOUT, "tooSlow", "the body did not arrive in time"),
		Unread::Broken => Problem::malformed("the body could not be read"),
	}
}

/// Takes a batch of a service node in, and returns the receipt.
async fn take_in(anchor: &Anchor, bytes: &[u8]) -> Result<Body, Problem> {
	let batch = SignedBatch::parse(bytes).map_err(|error| Problem::malformed(error.to_string()))?;
	let node = batch.batch.header().node;
	anchor.ensure_own(&batch).await.map_err(|error| match error {
		PeerError::Wrong(why) => Problem::new(StatusCode::FORBIDDEN, "wrongKey", why),
		error => error.into(),
	})?;
	// Of one that is known, which everyone can send, nothing is left to do.
	if let Some(seat) = anchor.chain.view()?.duty.seat(anchor.seat())
		&& let Some(receipt) = anchor.receipt_of(&batch, &seat.key)?
	{
		return Ok((BYTES, receipt.bytes()));
	}
	let _place = anchor.handing_over.take(node).ok_or_else(busy)?;
	let taken = anchor.intake.take_in(batch).await.inspect_err(|error| {
		anchor.metrics.refused_batches.inc();
		if matches!(error, IntakeError::Contradiction(_)) {
			anchor.metrics.contradictions.inc();
		}
		tracing::warn!("a batch of {} is refused: {error}", Address(node));
	});
	let receipt = taken?.ok_or(StoreError::MayNotSign)?;
	anchor.metrics.batches.inc();
	if let Err(error) = anchor.settle(node).await {
		tracing::debug!("the node {}: {error}", Address(node));
	}
	Ok((BYTES, receipt.bytes()))
}

/// Answers calls that change nothing.
async fn read(anchor: &Anchor, path: &[&str], query: &str, caller: Caller) -> Result<Body, Problem> {
	// Kept until the work is done, also when the caller is gone meanwhile.
	let place = match path {
		["snapshots" | "operations" | "bits", ..] => {
			let own = anchor.askers.take(caller).ok_or_else(busy)?;
			let place = tokio::time::timeout(PATIENCE, anchor.proofs.clone().acquire_owned()).await;
			Some((own, place.map_err(|_| busy())?))
		},
		_ => None,
	};
	match path {
		["health"] => health(anchor),
		["receipts"] => {
			let from = match query.strip_prefix("from=") {
				Some(number) => self::number(number)?,
				None => return Err(Problem::malformed("the parameter `from` is expected")),
			};
			let (total, receipts) = anchor.store.log(anchor.seat(), from, MOST_RECEIPTS)?;
			Ok((BYTES, [&total.to_be_bytes()[..], &receipts].concat()))
		},
		["receipts", node, number] => {
			let receipts = anchor.store.receipts_from(&account(node)?, self::number(number)?, MOST_RECEIPTS)?;
			Ok((BYTES, receipts))
		},
		["batches", node, number] => {
			let batch = anchor.store.batch_bytes(&account(node)?, self::number(number)?)?;
			Ok((BYTES, batch.ok_or_else(|| Problem::unknown("this anchor does not have this batch"))?))
		},
		["listings", hash] => {
			let listing = anchor.store.listing(&self::hash(hash)?)?;
			let listing = listing.ok_or_else(|| Problem::unknown("this anchor does not know this snapshot"))?;
			Ok((BYTES, listing.bytes()))
		},
		["snapshots", interval] => snapshot(anchor, number(interval)?),
		["snapshots", interval, "operations", from] => {
			let (interval, from) = (number(interval)?, self::number::<usize>(from)?);
			let (store, known) = (anchor.store.clone(), anchor.store.index_of(interval)?);
			known.ok_or_else(|| no_snapshot(interval))?;
			let operations = blocking(move || {
				let _place = place;
				store.some_operations(interval, from, MOST_OPERATIONS)
			})
			.await?;
			let mut bytes = Vec::with_capacity(operations.len().saturating_mul(OPERATION_BYTES));
			operations.iter().for_each(|operation| bytes.extend_from_slice(&operation.bytes()));
			Ok((BYTES, bytes))
		},
		["operations", class, instance, sequence] => {
			operation(anchor, hash(class)?, hash(instance)?, number(sequence)?, place).await
		},
		["bits", class, bit] => self::bit(anchor, hash(class)?, number(bit)?, place).await,
		_ => Err(Problem::no_such_path()),
	}
}

fn health(anchor: &Anchor) -> Result<Body, Problem> {
	let view = anchor.chain.view()?;
	let health = AnchorHealth {
		seat: anchor.config.account,
		block: view.best.number,
		interval: view.duty.interval,
		has_seat: view.duty.seat(anchor.seat()).is_some(),
		snapshot: anchor.store.newest()?.map(|(_, snapshot)| snapshot.interval),
	};
	Ok((JSON, json(&health)))
}

/// Proves that a snapshot was written, in the history as it is after the newest snapshot that is final.
fn snapshot(anchor: &Anchor, interval: u32) -> Result<Body, Problem> {
	let proved = anchor.ledger.prove_snapshot(interval)?;
	let (snapshot, count, proof) = proved.ok_or_else(|| no_snapshot(interval))?;
	let (index, siblings) = (proof.index, proof.siblings.into_inner());
	let snapshot = Bytes(snapshot.bytes().to_vec());
	Ok((JSON, json(&WrittenSnapshot { snapshot, index, count, siblings })))
}

async fn operation(
	anchor: &Anchor,
	class: H256,
	instance: H256,
	sequence: u64,
	place: impl Send + 'static,
) -> Result<Body, Problem> {
	let unknown = || Problem::unknown("this operation is in no snapshot that is final: it may be in the next one");
	let interval = anchor.store.place(&class, &instance, sequence)?.ok_or_else(unknown)?;
	let ledger: Arc<_> = anchor.ledger.clone();
	let proved = blocking(move || {
		let _place = place;
		let content = ledger.of_interval(interval)?.ok_or(ContentError::Wrong("an interval is missing"))?;
		let index = content.index_of(&class, &instance, sequence);
		let index = index.ok_or(ContentError::Wrong("an operation is missing"))?;
		let proof = content.tree.prove(index).ok_or(ContentError::Wrong("an operation is missing"))?;
		let operation = usize::try_from(index).ok().and_then(|index| content.operations.get(index));
		let operation = operation.ok_or(ContentError::Wrong("an operation is missing"))?;
		Ok::<_, ContentError>(ProvedOperation {
			interval,
			operation: Bytes(operation.bytes().to_vec()),
			index,
			siblings: proof.siblings.into_inner(),
		})
	});
	Ok((JSON, json(&proved.await?)))
}

/// Proves a bit after the newest snapshot that is final.
async fn bit(anchor: &Anchor, class: H256, bit: u64, place: impl Send + 'static) -> Result<Body, Problem> {
	let ledger = anchor.ledger.clone();
	let proved = blocking(move || {
		let _place = place;
		ledger.prove_bit(class, bit)
	})
	.await?;
	let (interval, set, proof) = proved.ok_or_else(|| Problem::unknown("no snapshot is final yet"))?;
	Ok((JSON, json(&ProvedBit::new(interval, set, &proof))))
}

fn no_snapshot(interval: u32) -> Problem {
	Problem::unknown(format!("interval {interval} has no snapshot that is final"))
}

fn account(text: &str) -> Result<[u8; 32], Problem> {
	text.parse::<Address>().map(|address| address.0).map_err(|error| Problem::malformed(error.to_string()))
}

fn hash(text: &str) -> Result<H256, Problem> {
	let wrong = || Problem::malformed(format!("{text:.80} is no hash: 0x and 64 hexadecimal digits are expected"));
	text.strip_prefix("0x").and_then(|digits| digits.parse().ok()).ok_or_else(wrong)
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, Problem> {
	let digits = Some(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
	let wrong = || Problem::malformed(format!("{text:.80} is no number, or too large"));
	digits.and_then(|digits| digits.parse().ok()).ok_or_else(wrong)
}
