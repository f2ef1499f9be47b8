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
	At, Error, MAX_ROUNDS, Negotiation, Offer, OnDuty,
	api::anchor::{CounterOffer, OfferAnswer, OfferProposal, answer_payload, is_signed},
	calls,
	hyper::Method,
};
use smartlayer_daemon::{Stop, stopped};
use smartlayer_statement::Account;
use sp_core::{Bytes, Pair, sr25519};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// The maximum length of a request for a signature, and of the answer.
pub const MAX_PROPOSAL: usize = 4_096;
/// How long the others may take to sign.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a seat waits for an offer that another one has seen.
const LATE: Duration = Duration::from_secs(4);
/// By how many blocks, and how many negotiations, another one may be ahead.
const AHEAD: u32 = 8;
/// How many answers of this seat to an offer may fail on the chain: each costs a fee.
const FAILURES: u32 = 2;
/// The number of offers of which this is remembered.
const REMEMBERED: usize = 4_096;
/// How many windows before its end an agreement is pointed out.
const SOON: u32 = 8;

/// An offer: its negotiation, and the round.
type OfferId = (u64, u8);

/// What a seat has signed of an offer: by its negotiation the round, the module and the units.
type Given = BTreeMap<u64, (u8, u32, u32)>;

/// The policy of a seat, and the key with which it stands for what follows from it.
pub struct Agreements {
	policy: Option<Policy>,
	duty_key: sr25519::Pair,
	/// Held while this seat judges an offer and signs: what it has signed counts for the next one.
	given: Mutex<Given>,
}

impl Agreements {
	/// Creates it. Without a policy, this seat agrees to nothing.
	pub fn new(policy: Option<Policy>, duty_key: sr25519::Pair) -> Self {
		Self { policy, duty_key, given: Mutex::default() }
	}

	/// Signs an answer to an offer of a node, if this seat's policy agrees with it. The chain takes one in each round.
	async fn agree(
		&self,
		anchor: &Anchor,
		at: &At,
		open: &Negotiation,
		counter: Option<&CounterOffer>,
	) -> Result<[u8; 64], PeerError> {
		let mut given = self.given.lock().await;
		let offer = match counter {
			None => &open.offer,
			Some(_) if self.answer(at, open, &open.offer, &given).await? == Answer::Take => {
				return Err(wrong("this seat takes what the node has offered"));
			},
			Some(CounterOffer { offer, .. }) => offer,
		};
		match self.answer(at, open, offer, &given).await? {
			Answer::Take => {},
			Answer::Counter(wanted) => return Err(wrong(format!("this seat wants: {}", wanted.shown()))),
			Answer::Nothing(why) => return Err(wrong(why)),
		}
		if !anchor.store.may_sign(&self.duty_key.public())? {
			return Err(StoreError::MayNotSign.into());
		}
		given.insert(open.id, (open.round, offer.module, offer.units));
		while given.len() > REMEMBERED {
			given.pop_first();
		}
		Ok(self.duty_key.sign(&answer_payload(anchor.config.genesis, open, counter)).0)
	}

	/// Returns what this seat says to an offer.
	async fn answer(&self, at: &At, open: &Negotiation, offer: &Offer, given: &Given) -> Result<Answer, Error> {
		let Some(policy) = &self.policy else { return Ok(Answer::Nothing("this seat has no policy".into())) };
		let Some(module) = at.module(offer.module).await?.filter(|module| module.is_standard) else {
			return Ok(Answer::Nothing(format!("module {} is not standard", offer.module)));
		};
		let rule = match policy.rule(&module) {
			Ok(rule) => rule,
			Err(why) => return Ok(Answer::Nothing(why)),
		};
		if rule.capacity.is_none() {
			return Ok(rule.answer(&module, offer, 0));
		}
		// Those of an agreement that it renews are replaced.
		let own = at.agreements_of(&open.provider).await?;
		let own = own.iter().find(|agreement| agreement.offer.module == offer.module);
		let agreed = at.agreed_units(offer.module).await?;
		let agreed = agreed.saturating_sub(own.map_or(0, |agreement| agreement.offer.units.into()));
		let negotiations = at.negotiations().await?;
		let others = negotiations.iter().filter(|other| other.provider != open.provider);
		let promised = others.map(|other| u64::from(promised(other, offer.module, given)));
		Ok(rule.answer(&module, offer, promised.fold(agreed, u64::saturating_add)))
	}
}

fn wrong(why: impl Into<String>) -> PeerError {
	PeerError::Wrong(why.into())
}

/// Returns the units under a module that can become agreed in another negotiation at any time: what the network has offered, or this seat
/// has signed.
fn promised(other: &Negotiation, module: u32, given: &Given) -> u32 {
	if other.is_of_network {
		return if other.offer.module == module { other.offer.units } else { 0 };
	}
	let signed = given.get(&other.id).filter(|(round, of, _)| (*round, *of) == (other.round, module));
	signed.map_or(0, |(_, _, units)| *units)
}

/// Answers offers in turn until the program ends.
pub async fn run(anchor: Arc<Anchor>, mut stop: Stop) {
	let mut views = anchor.chain.views.clone();
	let mut tried = BTreeMap::new();
	let mut seen = None;
	loop {
		tokio::select! {
			changed = views.changed() => if changed.is_err() { return },
			() = stopped(&mut stop) => return,
		}
		let Some(view) = views.borrow_and_update().clone() else { continue };
		// The snapshot of the present interval comes first.
		if anchor.agreements.policy.is_none() || view.duty.writer.is_none() {
			continue;
		}
		let work = async {
			answer_all(&anchor, &mut tried).await?;
			point_out(&anchor, &view, &mut seen).await
		};
		tokio::select! {
			done = work => if let Err(error) = done {
				tracing::warn!("the agreements with service nodes: {error}");
			},
			() = stopped(&mut stop) => return,
		}
	}
}

/// Points out the agreements that end soon, once in each window.
async fn point_out(anchor: &Anchor, view: &View, seen: &mut Option<u32>) -> Result<(), PeerError> {
	let at = anchor.chain.connection()?.at(view.best.hash).await?;
	let window = at.window().await?;
	if seen.replace(window) == Some(window) {
		return Ok(());
	}
	for agreement in at.agreements().await? {
		let last = agreement.slot.map(|slot| slot.last).filter(|last| last.checked_sub(window) == Some(SOON));
		if let Some(last) = last {
			tracing::warn!(
				"agreement {} with {} over {} units ends with window {last}, and is not renewed yet",
				agreement.id,
				agreement.provider,
				agreement.offer.units
			);
		}
	}
	Ok(())
}

/// How many answers to an offer have failed, and the turn in which this seat has answered last.
type Tried = BTreeMap<OfferId, (u32, Option<u32>)>;

async fn answer_all(anchor: &Anchor, tried: &mut Tried) -> Result<(), PeerError> {
	let at = anchor.chain.connection()?.best().await?;
	let seats = at.seats().await?;
	let Some(place) = seats.iter().position(|seat| seat.who.0 == *anchor.seat()) else { return Ok(()) };
	let period = at.offer_period()?;
	for open in at.negotiations().await? {
		// Time has passed with each answer, and another interval can have begun.
		let view = anchor.chain.view()?;
		if view.duty.writer.is_none() {
			return Ok(());
		}
		let offer = (open.id, open.round);
		let since = view.clock.saturating_sub(open.deadline.saturating_sub(period));
		let turn = since.checked_div(view.backup_delay).unwrap_or_default();
		let (failures, last) = tried.get(&offer).copied().unwrap_or_default();
		let is_turn = whose_turn(seats.len(), offer, turn) == place && last != Some(turn);
		if open.is_of_network || !is_turn || failures >= FAILURES || view.clock >= open.deadline {
			continue;
		}
		let failed = match answer_one(anchor, &view, &seats, &open).await {
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

async fn answer_one(anchor: &Anchor, view: &View, seats: &[OnDuty], open: &Negotiation) -> Result<(), PeerError> {
	let at = anchor.chain.connection()?.best().await?;
	if at.negotiation(open.id).await?.as_ref() != Some(open) {
		return Ok(());
	}
	let answer = {
		let given = anchor.agreements.given.lock().await;
		anchor.agreements.answer(&at, open, &open.offer, &given).await?
	};
	let counter = match answer {
		Answer::Take => None,
		Answer::Counter(offer) if open.round < MAX_ROUNDS => {
			Some(CounterOffer { offer, deadline: view.clock.saturating_add(at.offer_period()?) })
		},
		Answer::Counter(_) => return Err(wrong("it is not good enough, and this was the last round")),
		Answer::Nothing(why) => return Err(wrong(why)),
	};
	let offer = counter.as_ref().map_or(&open.offer, |counter| &counter.offer);
	let quote = at.quote(&open.provider, offer).await?;
	let quote = quote.map_err(|error| wrong(format!("the chain would refuse it with {error}")))?;
	if counter.is_none()
		&& let Some(problem) = at.payer_problem(&open.payer, &open.provider, quote).await?
	{
		return Err(wrong(problem));
	}
	let signatures = gather(anchor, view, &at, seats, open, counter.as_ref()).await?;
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
	at: &At,
	seats: &[OnDuty],
	open: &Negotiation,
	counter: Option<&CounterOffer>,
) -> Result<Vec<(OnDuty, [u8; 64])>, PeerError> {
	let payload = answer_payload(anchor.config.genesis, open, counter);
	let own = anchor.agreements.agree(anchor, at, open, counter).await?;
	let own_seat = seats.iter().find(|seat| seat.who.0 == *anchor.seat());
	let own_seat = own_seat.filter(|seat| is_signed(&own, &payload, &seat.key));
	let own_seat = own_seat.ok_or_else(|| wrong("the chain has another duty key of this seat: see `check`"))?;
	let mut signatures = vec![(*own_seat, own)];
	let needed = seats.len() / 2;
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
	// Those who have not answered can be too few.
	while signatures.len() <= needed && signatures.len().saturating_add(asked.len()) > needed {
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

/// Ensures that a seat asks for a signature, as far as this anchor knows without asking its chain.
pub fn ensure_seat(anchor: &Anchor, proposal: &OfferProposal) -> Result<Account, PeerError> {
	let view = anchor.chain.view()?;
	let seat = view.duty.order.iter().find(|seat| seat.who == proposal.seat);
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
		let valid = clock.saturating_add(period / 2)..=clock.saturating_add(period).saturating_add(AHEAD);
		if offer.module != open.offer.module || !valid.contains(deadline) {
			return Err(wrong("the counter-offer is about another module, or not valid for as long as it should be"));
		}
		let quote = at.quote(&open.provider, offer).await?;
		quote.map_err(|error| wrong(format!("the chain would refuse it with {error}")))?;
	}
	Ok(OfferAnswer { signature: Bytes(agreements.agree(anchor, &at, &open, counter).await?.to_vec()) })
}

/// Returns the negotiation in the newest block. This anchor may see the offer a moment later than the other.
async fn find(anchor: &Anchor, proposal: &OfferProposal) -> Result<(At, Negotiation), PeerError> {
	let mut views = anchor.chain.views.clone();
	let look = async {
		loop {
			let at = anchor.chain.connection()?.best().await?;
			let is_it = |open: &Negotiation| open.round == proposal.round && !open.is_of_network;
			match at.negotiation(proposal.negotiation).await? {
				Some(open) if is_it(&open) => return Ok::<_, Error>(Some((at, open))),
				Some(open) if open.round > proposal.round => return Ok(None),
				Some(_) => {},
				// Of one that has ended, or is far ahead, nothing will be heard.
				None => {
					let next = at.next_negotiation().await?;
					if !(next..next.saturating_add(AHEAD.into())).contains(&proposal.negotiation) {
						return Ok(None);
					}
				},
			}
			if views.changed().await.is_err() {
				return Ok(None);
			}
		}
	};
	let found = tokio::time::timeout(LATE, look).await.unwrap_or(Ok(None))?;
	found.ok_or_else(|| {
		let (round, negotiation) = (proposal.round, proposal.negotiation);
		wrong(format!("there is no offer of a node in round {round} of negotiation {negotiation}"))
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use smartlayer_client::Address;

	#[test]
	fn seats_should_take_turns_from_another_one_with_each_round() {
		let turns = |offer| (0..5).map(|turn| whose_turn(4, offer, turn)).collect::<Vec<_>>();
		assert_eq!(turns((0, 1)), [1, 2, 3, 0, 1]);
		assert_eq!(turns((0, 2)), [2, 3, 0, 1, 2]);
		assert_eq!(turns((7, 1)), [0, 1, 2, 3, 0]);
		assert_eq!(turns((u64::MAX, 1)), [0, 1, 2, 3, 0]);
		assert_eq!(whose_turn(0, (1, 1), u32::MAX), 0);
	}

	#[test]
	fn what_was_offered_or_signed_should_count_until_it_is_replaced() {
		let open = |id, round, is_of_network, module| Negotiation {
			id,
			provider: Address([1; 32]),
			payer: Address([1; 32]),
			offer: Offer { module, bounds: Vec::new(), units: 5, windows: 1 },
			is_of_network,
			round,
			deadline: 10,
		};
		let given = BTreeMap::from([(1, (2, 0, 4))]);
		// Of the network's offers the units that are offered, of others what this seat has signed in this round.
		assert_eq!(promised(&open(0, 2, true, 0), 0, &given), 5);
		assert_eq!(promised(&open(0, 2, true, 7), 0, &given), 0);
		assert_eq!(promised(&open(1, 2, false, 0), 0, &given), 4);
		assert_eq!(promised(&open(1, 3, false, 0), 0, &given), 0);
		assert_eq!(promised(&open(1, 2, false, 0), 7, &given), 0);
		assert_eq!(promised(&open(2, 2, false, 0), 0, &given), 0);
	}
}
