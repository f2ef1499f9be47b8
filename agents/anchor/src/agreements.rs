//! What the network says to the offers of service nodes: each seat by the policy of its operator.
//!
//! The seats take turns, from another one with each round: whoever's turn it is asks the others for their signatures, and sends the answer
//! with those of more than a half. Nothing is sent that would fail, as failed transactions cost a fee.

use crate::{
	anchor::{Anchor, PeerError},
	chain::View,
	policy::{Answer, Policy},
	store::StoreError,
};
use futures::stream::{FuturesUnordered, StreamExt};
use smartlayer_client::{
	At, Error, Negotiation, Offer, OnDuty,
	api::anchor::{CounterOffer, OfferAnswer, OfferProposal, answer_payload, is_signed},
	calls,
	hyper::Method,
};
use smartlayer_daemon::{Stop, stopped};
use smartlayer_statement::Account;
use sp_core::{Bytes, Pair, sr25519};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// The maximum length of a request for a signature, and of the answer.
pub const MAX_PROPOSAL: usize = 4_096;
/// How long the others may take to sign.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a seat looks again for an offer that another one has seen, and how long it waits between.
const LOOKS: u32 = 8;
const LOOK: Duration = Duration::from_millis(500);
/// How many answers of this seat to an offer may fail on the chain: each costs a fee.
const FAILURES: u32 = 2;
/// The number of offers of which this is remembered.
const REMEMBERED: usize = 4_096;
/// The last round of a negotiation.
const LAST_ROUND: u8 = 8;

/// An offer: its negotiation, and the round.
type OfferId = (u64, u8);

/// The policy of a seat, and the key with which it stands for what follows from it.
pub struct Agreements {
	policy: Option<Policy>,
	duty_key: sr25519::Pair,
}

impl Agreements {
	/// Creates it. Without a policy, this seat agrees to nothing.
	pub const fn new(policy: Option<Policy>, duty_key: sr25519::Pair) -> Self {
		Self { policy, duty_key }
	}

	/// Signs an answer. The chain takes one in each round.
	fn sign(&self, anchor: &Anchor, payload: &[u8]) -> Result<[u8; 64], PeerError> {
		if !anchor.store.may_sign(&self.duty_key.public())? {
			return Err(StoreError::MayNotSign.into());
		}
		Ok(self.duty_key.sign(payload).0)
	}

	/// Returns what this seat says to an offer.
	async fn answer(&self, at: &At, open: &Negotiation, offer: &Offer) -> Result<Answer, Error> {
		let Some(policy) = &self.policy else { return Ok(Answer::Nothing("this seat has no policy".into())) };
		let Some(module) = at.module(offer.module).await?.filter(|module| module.is_standard) else {
			return Ok(Answer::Nothing(format!("module {} is not standard", offer.module)));
		};
		let Some(rule) = policy.rule(&module) else {
			return Ok(Answer::Nothing(format!("the policy has nothing about the module {}", module.name)));
		};
		// Those of an agreement that it renews are replaced.
		let own = at.agreements_of(&open.provider).await?;
		let own = own.iter().find(|agreement| agreement.offer.module == offer.module);
		let agreed = at.agreed_units(offer.module).await?;
		let agreed = agreed.saturating_sub(own.map_or(0, |agreement| agreement.offer.units.into()));
		// What the network has offered to others can be accepted at any time.
		let is_promised = |other: &&Negotiation| {
			other.is_of_network && other.offer.module == offer.module && other.provider != open.provider
		};
		let negotiations = at.negotiations().await?;
		let promised = negotiations.iter().filter(is_promised).map(|other| u64::from(other.offer.units));
		Ok(rule.answer(&module, offer, promised.fold(agreed, u64::saturating_add)))
	}
}

fn wrong(why: impl Into<String>) -> PeerError {
	PeerError::Wrong(why.into())
}

/// Answers offers in turn until the program ends.
pub async fn run(anchor: Arc<Anchor>, mut stop: Stop) {
	let mut views = anchor.chain.views.clone();
	let mut tried = BTreeMap::new();
	loop {
		tokio::select! {
			changed = views.changed() => if changed.is_err() { return },
			() = stopped(&mut stop) => return,
		}
		let Some(view) = views.borrow_and_update().clone() else { continue };
		if anchor.agreements.policy.is_none() {
			continue;
		}
		tokio::select! {
			answered = answer_all(&anchor, &view, &mut tried) => if let Err(error) = answered {
				tracing::warn!("the offers of service nodes: {error}");
			},
			() = stopped(&mut stop) => return,
		}
	}
}

/// How many answers to an offer have failed, and the turn in which this seat has answered last.
type Tried = BTreeMap<OfferId, (u32, Option<u32>)>;

async fn answer_all(anchor: &Anchor, view: &View, tried: &mut Tried) -> Result<(), PeerError> {
	let at = anchor.chain.connection()?.at(view.best.hash).await?;
	let seats = at.seats().await?;
	let Some(place) = seats.iter().position(|seat| seat.who.0 == *anchor.seat()) else { return Ok(()) };
	let period = at.offer_period()?;
	for open in at.negotiations().await? {
		let offer = (open.id, open.round);
		let since = view.clock.saturating_sub(open.deadline.saturating_sub(period));
		let turn = since.checked_div(view.backup_delay).unwrap_or_default();
		let (failures, last) = tried.get(&offer).copied().unwrap_or_default();
		let is_turn = whose_turn(seats.len(), offer, turn) == place && last != Some(turn);
		if open.is_of_network || !is_turn || failures >= FAILURES || view.clock >= open.deadline {
			continue;
		}
		let failed = match answer_one(anchor, view, &at, &seats, &open).await {
			Ok(()) => false,
			Err(error) => {
				tracing::warn!("the offer of {} in negotiation {}: {error}", open.provider, open.id);
				matches!(error, PeerError::Call(Error::Failed { .. }))
			},
		};
		tried.insert(offer, (failures.saturating_add(failed.into()), Some(turn)));
		while tried.len() > REMEMBERED {
			tried.pop_first();
		}
	}
	Ok(())
}

/// Returns the place of the seat whose turn it is: each has one after another, again and again.
fn whose_turn(seats: usize, (negotiation, round): OfferId, turn: u32) -> usize {
	let count = (seats as u64).max(1);
	let first = negotiation.wrapping_add(round.into()).checked_rem(count).unwrap_or_default();
	let place = first.saturating_add(turn.into()).checked_rem(count).unwrap_or_default();
	usize::try_from(place).unwrap_or_default()
}

async fn answer_one(
	anchor: &Anchor,
	view: &View,
	at: &At,
	seats: &[OnDuty],
	open: &Negotiation,
) -> Result<(), PeerError> {
	let counter = match anchor.agreements.answer(at, open, &open.offer).await? {
		Answer::Take => None,
		Answer::Counter(offer) if open.round < LAST_ROUND => {
			Some(CounterOffer { offer, deadline: view.clock.saturating_add(at.offer_period()?) })
		},
		Answer::Counter(_) => return Err(wrong("it is not good enough, and this was the last round")),
		Answer::Nothing(why) => return Err(wrong(why)),
	};
	let offer = counter.as_ref().map_or(&open.offer, |counter| &counter.offer);
	let quote = at.quote(&open.provider, offer).await?;
	let quote = quote.map_err(|error| wrong(format!("the chain would refuse it with {error}")))?;
	if counter.is_none() {
		let due = quote.measuring.saturating_add(quote.test).saturating_add(at.existential_deposit()?);
		if at.principal(&open.payer).await? != open.provider || at.spendable(&open.payer).await? < due {
			return Err(wrong(format!("{} does not act for it any more, or cannot pay its fees", open.payer)));
		}
	}
	let signatures = gather(anchor, view, seats, open, counter.as_ref()).await?;
	let needed = seats.len() / 2;
	if signatures.len() <= needed {
		return Err(wrong(format!(
			"{} of {} seats have signed, and more than half must",
			signatures.len(),
			seats.len()
		)));
	}
	// Another seat, or the node, can have been faster meanwhile.
	if anchor.chain.connection()?.best().await?.negotiation(open.id).await?.as_ref() != Some(open) {
		return Ok(());
	}
	match &counter {
		None => {
			anchor.submit(&calls::conclude(open.id, open.round, &signatures)).await?;
			tracing::info!("agreed with {}: {}", open.provider, offer.shown());
		},
		Some(CounterOffer { deadline, .. }) => {
			anchor.submit(&calls::counter_by_seats(open.id, open.round, offer, *deadline, &signatures)).await?;
			tracing::info!("offered {} instead: {}", open.provider, offer.shown());
		},
	}
	anchor.metrics.answered_offers.inc();
	Ok(())
}

/// Asks the other seats for their signatures, until more than half of all have signed.
async fn gather(
	anchor: &Anchor,
	view: &View,
	seats: &[OnDuty],
	open: &Negotiation,
	counter: Option<&CounterOffer>,
) -> Result<Vec<(OnDuty, [u8; 64])>, PeerError> {
	let payload = answer_payload(anchor.config.genesis, open, counter);
	let own = anchor.agreements.sign(anchor, &payload)?;
	let own_seat = seats.iter().find(|seat| seat.who.0 == *anchor.seat());
	let mut signatures: Vec<_> = own_seat.map(|seat| (*seat, own)).into_iter().collect();
	let proposal = OfferProposal {
		seat: anchor.config.account,
		negotiation: open.id,
		round: open.round,
		counter: counter.cloned(),
		signature: Bytes(own.to_vec()),
	};
	let proposal = serde_json::to_vec(&proposal).map_err(|error| wrong(error.to_string()))?;
	let ask = |seat: &OnDuty| {
		let url = view.endpoints.get(&seat.who.0)?;
		let (url, proposal, seat) = (format!("{url}/v1/agreements/co-signatures"), proposal.clone(), *seat);
		let headers = [("content-type", "application/json")];
		Some(async move { (seat, anchor.http.send(Method::POST, &url, &headers, proposal, MAX_PROPOSAL).await) })
	};
	let mut asked: FuturesUnordered<_> = seats.iter().filter_map(ask).collect();
	let mut late = std::pin::pin!(tokio::time::sleep(PATIENCE));
	while signatures.len() <= seats.len() / 2 {
		let (seat, answer) = tokio::select! {
			next = asked.next() => match next {
				Some(next) => next,
				None => break,
			},
			() = &mut late => break,
		};
		let name = seat.who;
		match answer {
			Ok(answer) if answer.status.is_success() => {
				let signature = serde_json::from_slice::<OfferAnswer>(&answer.body).ok();
				let signature = signature.and_then(|answer| <[u8; 64]>::try_from(&answer.signature[..]).ok());
				match signature.filter(|signature| is_signed(signature, &payload, &seat.key)) {
					Some(signature) => signatures.push((seat, signature)),
					None => tracing::warn!("{name} has answered with no signature of its own"),
				}
			},
			Ok(answer) => tracing::info!("{name} does not agree: {}", String::from_utf8_lossy(&answer.body)),
			Err(error) => tracing::warn!("{name}: {error}"),
		}
	}
	Ok(signatures)
}

/// Ensures that a seat asks for a signature.
pub async fn ensure_seat(anchor: &Anchor, proposal: &OfferProposal) -> Result<Account, PeerError> {
	let view = anchor.chain.view()?;
	let seats = anchor.chain.connection()?.at(view.best.hash).await?.seats().await?;
	let seat = seats.iter().find(|seat| seat.who == proposal.seat);
	seat.map(|seat| seat.who.0).ok_or_else(|| wrong(format!("{} has no seat", proposal.seat)))
}

/// Signs the answer of another seat to an offer, if this seat's policy agrees with it.
pub async fn co_sign(anchor: &Anchor, proposal: &OfferProposal) -> Result<OfferAnswer, PeerError> {
	let (at, open) = find(anchor, proposal).await?;
	let key = at.duty_key(&proposal.seat).await?;
	let counter = proposal.counter.as_ref();
	let payload = answer_payload(anchor.config.genesis, &open, counter);
	let signature = <[u8; 64]>::try_from(&proposal.signature[..]).ok();
	if !signature.zip(key).is_some_and(|(signature, key)| is_signed(&signature, &payload, &key)) {
		return Err(wrong(format!("{} has no seat, or has not signed what it asks for", proposal.seat)));
	}
	let agreements = &anchor.agreements;
	if let Some(CounterOffer { offer, deadline }) = counter {
		let (clock, period) = (at.clock().await?, at.offer_period()?);
		// Long enough for the node to answer; the other may have seen a block that this anchor has not.
		let valid = clock.saturating_add(period / 2)..=clock.saturating_add(period).saturating_add(LOOKS);
		if offer.module != open.offer.module || !valid.contains(deadline) {
			return Err(wrong("the counter-offer is about another module, or not valid for as long as it should be"));
		}
		if agreements.answer(&at, &open, &open.offer).await? == Answer::Take {
			return Err(wrong("this seat takes what the node has offered"));
		}
		let quote = at.quote(&open.provider, offer).await?;
		quote.map_err(|error| wrong(format!("the chain would refuse it with {error}")))?;
	}
	let offer = counter.map_or(&open.offer, |counter| &counter.offer);
	match agreements.answer(&at, &open, offer).await? {
		Answer::Take => {},
		Answer::Counter(wanted) => return Err(wrong(format!("this seat wants: {}", wanted.shown()))),
		Answer::Nothing(why) => return Err(wrong(why)),
	}
	Ok(OfferAnswer { signature: Bytes(agreements.sign(anchor, &payload)?.to_vec()) })
}

/// Returns the negotiation in the newest block. This anchor may see the offer a moment later than the other.
async fn find(anchor: &Anchor, proposal: &OfferProposal) -> Result<(At, Negotiation), PeerError> {
	for _ in 0..LOOKS {
		let at = anchor.chain.connection()?.best().await?;
		let found = at.negotiation(proposal.negotiation).await?;
		let is_it = |open: &Negotiation| open.round == proposal.round && !open.is_of_network;
		match found {
			Some(open) if is_it(&open) => return Ok((at, open)),
			Some(open) if open.round > proposal.round => break,
			_ => tokio::time::sleep(LOOK).await,
		}
	}
	Err(wrong(format!(
		"there is no offer of a node in round {} of negotiation {}",
		proposal.round, proposal.negotiation
	)))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn seats_should_take_turns_from_another_one_with_each_round() {
		let turns = |offer| (0..5).map(|turn| whose_turn(4, offer, turn)).collect::<Vec<_>>();
		assert_eq!(turns((0, 1)), [1, 2, 3, 0, 1]);
		assert_eq!(turns((0, 2)), [2, 3, 0, 1, 2]);
		assert_eq!(turns((7, 1)), [0, 1, 2, 3, 0]);
		assert_eq!(turns((u64::MAX, 1)), [0, 1, 2, 3, 0]);
		assert_eq!(whose_turn(0, (1, 1), u32::MAX), 0);
	}
}
