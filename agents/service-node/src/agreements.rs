//! Agreements with the network: proposed, negotiated within what the operator has written, renewed, and resumed.
//!
//! Transactions that would fail are not sent: they cost fees.

use crate::{Stop, config::Agreement as Wanted, node::Node, stopped};
use smartlayer_client::{
	Agreement, At, Error, MAX_ROUNDS, Module, Negotiation, Offer, Payload, Stage,
	bounds::{compare, shown},
	calls,
	measurement::Bound,
};
use std::{cmp::Ordering, collections::BTreeSet, sync::Arc, time::Duration};

/// How often the node looks how its negotiations and agreements stand.
const PERIOD: Duration = Duration::from_secs(3);
/// The fewest windows with which an agreement is renewed: whoever ends one leaves it fewer.
const ENDING: u32 = 2;
/// How long after a proposal that came to nothing the next one is made, in offers' periods: first, and at most.
const PAUSE: (u32, u32) = (1, 64);
/// For how many blocks a transaction can be included, and some more.
const LIFE: u32 = 72;
/// The number of warnings of which is remembered that they were given.
const MOST_TOLD: usize = 64;

/// What is remembered of an agreement, as long as the program runs.
#[derive(Default)]
struct Memory {
	/// What the operator was told, so that it is not repeated.
	told: BTreeSet<String>,
	/// The block of the clock from which on it is proposed again, and the pause after that.
	next: u32,
	pause: u32,
	/// The window in which it was resumed last.
	resumed: Option<u32>,
	/// The negotiation and round that were answered last, and until which block of the clock this counts.
	answered: Option<((u64, u8), u32)>,
	/// What the node has offered in a negotiation.
	offered: Option<(u64, Offer)>,
	/// The negotiation that was open last, and the last window of the agreement that it would have renewed.
	open: Option<(u64, Option<u32>)>,
	/// Whether the agreement that was seen last would have run for as long as agreed.
	is_whole: bool,
	/// Whether the node was in service when it was seen last.
	is_good: bool,
}

impl Memory {
	/// Tells the operator something, once.
	fn tell(&mut self, text: String) {
		if self.told.len() > MOST_TOLD {
			self.told.clear();
		}
		if !self.told.contains(&text) {
			tracing::warn!("{text}");
			self.told.insert(text);
		}
	}

	/// Notes what is open and agreed. Returns the negotiation that has come to nothing since.
	fn see(&mut self, module: &Module, agreement: Option<&Agreement>, open: Option<u64>) -> Option<u64> {
		let slot = agreement.and_then(|agreement| agreement.slot.as_ref());
		match (agreement, slot) {
			(Some(agreement), Some(slot)) => {
				let planned = module.testing.saturating_add(agreement.offer.windows);
				let is_tested = matches!(slot.stage, Stage::Testing { .. });
				// A renewal counts from another window on; what has run for a while was no failure either.
				self.is_whole = !is_tested || slot.last >= slot.first.saturating_add(planned).saturating_sub(1);
			},
			(None, _) if std::mem::take(&mut self.is_whole) => (self.next, self.pause) = (0, 0),
			_ => {},
		}
		let is_good = slot.is_some_and(|slot| slot.serving && !slot.suspended);
		if is_good && !self.is_good {
			// What was told before is over.
			self.told.clear();
		}
		self.is_good = is_good;
		let last = slot.map(|slot| slot.last);
		let before = std::mem::replace(&mut self.open, open.map(|id| (id, last)));
		let (id, renewed) = before.filter(|(id, _)| open != Some(*id))?;
		let is_concluded =
			agreement.is_some_and(|agreement| agreement.id == id) || renewed.is_some_and(|before| last > Some(before));
		if is_concluded {
			self.told.clear();
		}
		(!is_concluded).then_some(id)
	}
}

/// Keeps the agreements that the configuration names until the program ends.
pub async fn run(node: Arc<Node>, mut stop: Stop) {
	let mut memories: Vec<_> = node.config.agreements.iter().map(|_| Memory::default()).collect();
	let mut failed = None;
	loop {
		let work = async {
			match work(&node, &mut memories).await {
				Ok(()) => failed = None,
				Err(error) => {
					let error = error.to_string();
					if failed.as_ref() != Some(&error) {
						tracing::warn!("the agreements of this node: {error}");
						failed = Some(error);
					}
				},
			}
			tokio::time::sleep(PERIOD).await;
		};
		tokio::select! {
			() = work => {},
			() = stopped(&mut stop) => return,
		}
	}
}

async fn work(node: &Node, memories: &mut [Memory]) -> Result<(), Error> {
	if !node.chain.known().is_ok_and(|view| view.is_recent) {
		return Ok(());
	}
	let at = node.chain.connection()?.finalized().await?;
	let agreements = at.agreements_of(&node.config.account).await?;
	let window = at.window().await?;
	node.metrics.agreements_wanted.set(i64::try_from(node.config.agreements.len()).unwrap_or(i64::MAX));
	let serving = agreements.iter().filter(|agreement| agreement.slot.as_ref().is_some_and(|slot| slot.serving));
	node.metrics.agreements.set(i64::try_from(serving.count()).unwrap_or(i64::MAX));
	let left = agreements.iter().filter_map(|agreement| agreement.slot.as_ref());
	let left = left.map(|slot| slot.last.saturating_sub(window)).min();
	node.metrics.agreement_windows.set(left.map_or(-1, i64::from));
	if node.config.agreements.is_empty() {
		return Ok(());
	}
	let modules = at.modules().await?;
	let negotiations = at.negotiations_of(&node.config.account).await?;
	let mut kept = BTreeSet::new();
	for (wanted, memory) in node.config.agreements.iter().zip(memories) {
		// One that was retired meanwhile has its agreements still.
		let runs = |module: &&Module| {
			let is_named = module.name == wanted.module || module.id.to_string() == wanted.module;
			is_named && agreements.iter().any(|agreement| agreement.offer.module == module.id)
		};
		let named = modules.iter().find(|module| module.is_named(&wanted.module));
		let Some(module) = modules.iter().find(runs).or(named) else {
			memory.tell(format!("no standard module is named {}: nothing is agreed under it", wanted.module));
			continue;
		};
		if !kept.insert(module.id) {
			memory.tell(format!("{} is named twice in the configuration: the first one counts", module.name));
			continue;
		}
		let of = |offer: &Offer| offer.module == module.id;
		let state = State {
			node,
			at: &at,
			module,
			wanted,
			window,
			agreement: agreements.iter().find(|agreement| of(&agreement.offer)),
			negotiation: negotiations.iter().find(|open| of(&open.offer)),
		};
		if let Err(error) = state.work(memory).await {
			memory.tell(format!("the agreement under {}: {error}", module.name));
		}
	}
	Ok(())
}

/// How things stand under a module.
struct State<'a> {
	node: &'a Node,
	at: &'a At,
	module: &'a Module,
	wanted: &'a Wanted,
	window: u32,
	agreement: Option<&'a Agreement>,
	negotiation: Option<&'a Negotiation>,
}

impl State<'_> {
	async fn work(&self, memory: &mut Memory) -> Result<(), Error> {
		if let Some(id) = memory.see(self.module, self.agreement, self.negotiation.map(|open| open.id)) {
			tracing::warn!(
				"negotiation {id} under {} has come to nothing: the anchors have not agreed in time, or it was withdrawn",
				self.module.name
			);
		}
		self.resume(memory).await?;
		if self.is_ending(memory) {
			return Ok(());
		}
		if let Some(open) = self.negotiation {
			return if open.is_of_network { self.answer(open, memory).await } else { Ok(()) };
		}
		if !self.is_due(memory) {
			return Ok(());
		}
		let clock = self.at.clock().await?;
		if clock < memory.next {
			return Ok(());
		}
		let first = Offer {
			module: self.module.id,
			bounds: self.wanted.offer.complete(self.module)?,
			units: self.wanted.units,
			windows: self.wanted.windows,
		};
		// The strictest ones are checked before anything is proposed.
		strictest(self.wanted, self.module)?;
		if !self.is_possible(&first, memory).await? {
			return Ok(());
		}
		let what = format!("proposed under {}: {}", self.module.name, first.shown());
		let period = self.at.offer_period()?;
		let sent = self.submit(&calls::propose(&first), &what).await;
		if is_spent(&sent) {
			// If it comes to nothing, the next one is made later: each costs a fee.
			memory.pause = memory.pause.saturating_mul(2).clamp(PAUSE.0, PAUSE.1);
			memory.next = clock.saturating_add(period.saturating_mul(memory.pause));
		}
		sent
	}

	/// Returns whether the agreement ends soon, because its operator wants it to, or because it was not renewed in time.
	fn is_ending(&self, memory: &mut Memory) -> bool {
		let slot = self.agreement.and_then(|agreement| agreement.slot.as_ref());
		let left = slot.map(|slot| slot.last.saturating_sub(self.window)).filter(|left| *left < ENDING);
		if let (Some(agreement), Some(left)) = (self.agreement, left) {
			memory.tell(format!("agreement {} under {} ends in {left} windows", agreement.id, self.module.name));
		}
		left.is_some()
	}

	/// Returns whether an agreement is to be proposed, or renewed.
	fn is_due(&self, memory: &mut Memory) -> bool {
		let Some(agreement) = self.agreement else { return true };
		// It waits for its slot.
		let Some(slot) = &agreement.slot else { return false };
		let left = slot.last.saturating_sub(self.window);
		let is_tested = matches!(slot.stage, Stage::Testing { .. });
		if !is_tested {
			// What was proposed has come to something.
			memory.pause = 0;
		}
		if left > self.wanted.renew {
			return false;
		}
		if is_tested {
			let name = &self.module.name;
			memory.tell(format!("agreement {} under {name} cannot be renewed: it is still in its test", agreement.id));
		} else if left <= self.wanted.renew / 2 {
			let name = &self.module.name;
			memory.tell(format!(
				"agreement {} under {name} is not renewed yet, and ends with window {}",
				agreement.id, slot.last
			));
		}
		!is_tested
	}

	/// Answers an offer of the network: takes it, or goes as far as the operator does.
	async fn answer(&self, open: &Negotiation, memory: &mut Memory) -> Result<(), Error> {
		let clock = self.at.clock().await?;
		let is_answered = memory.answered.is_some_and(|(of, until)| of == (open.id, open.round) && clock < until);
		if is_answered || clock >= open.deadline {
			return Ok(());
		}
		let name = &self.module.name;
		let sent = match reply(self.wanted, self.module, open, memory.offered.as_ref())? {
			Reply::Accept if self.is_possible(&open.offer, memory).await? => {
				let what = format!("agreed under {name}: {}", open.offer.shown());
				self.submit(&calls::accept(open.id, open.round), &what).await
			},
			Reply::Counter(counter) if self.is_possible(&counter, memory).await? => {
				let what = format!("offered under {name} instead: {}", counter.shown());
				let sent = self.submit(&calls::counter(open.id, open.round, &counter), &what).await;
				if is_spent(&sent) {
					memory.offered = Some((open.id, counter));
				}
				sent
			},
			Reply::Accept | Reply::Counter(_) => return Ok(()),
			Reply::Nothing => {
				memory.tell(format!("the network insists under {name} on {}", open.offer.shown()));
				return Ok(());
			},
		};
		if is_spent(&sent) {
			// Of one that may be included, it is certain when it is no longer valid.
			let until = if matches!(sent, Err(Error::Unknown(_))) { clock.saturating_add(LIFE) } else { u32::MAX };
			memory.answered = Some(((open.id, open.round), until));
		}
		sent
	}

	/// Resumes an agreement that was suspended, as soon as its bond allows it: at most once in a window.
	async fn resume(&self, memory: &mut Memory) -> Result<(), Error> {
		let Some(agreement) = self.agreement else { return Ok(()) };
		let is_suspended = agreement
			.slot
			.as_ref()
			.is_some_and(|slot| slot.suspended && self.window.saturating_add(ENDING) <= slot.last);
		if !is_suspended || memory.resumed == Some(self.window) {
			return Ok(());
		}
		let Some(bond) = self.at.bond(&self.node.config.account).await?.filter(|bond| bond.qualifies) else {
			memory.tell(format!("agreement {} is suspended: the node does not qualify", agreement.id));
			return Ok(());
		};
		let all = self.at.agreements_of(&self.node.config.account).await?;
		let units: u128 = all.iter().map(|agreement| u128::from(agreement.offer.units)).sum();
		if bond.active < self.at.bond_per_unit().await?.saturating_mul(units) {
			memory.tell(format!("agreement {} is suspended: the bond does not back {units} units", agreement.id));
			return Ok(());
		}
		memory.resumed = Some(self.window);
		self.submit(&calls::resume_agreement(agreement.id), &format!("resumed agreement {}", agreement.id)).await
	}

	/// Returns whether the chain would agree on an offer, and tells the operator if not.
	async fn is_possible(&self, offer: &Offer, memory: &mut Memory) -> Result<bool, Error> {
		let quote = match self.at.quote(&self.node.config.account, offer).await? {
			Ok(quote) => quote,
			Err(error) => {
				let name = &self.module.name;
				memory
					.tell(format!("the chain would refuse the agreement under {name} with {error}: {}", offer.shown()));
				return Ok(false);
			},
		};
		let problem = self.at.payer_problem(&self.node.operator(), &self.node.config.account, quote).await?;
		let can_pay = problem.is_none();
		if let Some(problem) = problem {
			memory.tell(problem);
		}
		Ok(can_pay)
	}

	async fn submit(&self, call: &impl Payload, what: &str) -> Result<(), Error> {
		self.node.submit(call).await?;
		tracing::info!("{what}");
		Ok(())
	}
}

/// Returns whether a transaction was sent, so that the same one again would be a second one.
const fn is_spent(sent: &Result<(), Error>) -> bool {
	matches!(sent, Ok(()) | Err(Error::Failed { .. } | Error::Unknown(_)))
}

/// What the node says to an offer of the network.
#[derive(Debug, PartialEq, Eq)]
enum Reply {
	/// It takes it.
	Accept,
	/// It goes as far as its operator does.
	Counter(Offer),
	/// It has gone as far, or this was the last round.
	Nothing,
}

fn reply(wanted: &Wanted, module: &Module, open: &Negotiation, offered: Option<&(u64, Offer)>) -> Result<Reply, Error> {
	let (strictest, offer) = (strictest(wanted, module)?, &open.offer);
	let is_enough = (1..=wanted.units).contains(&offer.units)
		&& offer.windows > wanted.renew
		&& offer.windows <= wanted.windows
		&& offer.is_within(&strictest);
	if is_enough {
		return Ok(Reply::Accept);
	}
	let counter = Offer {
		module: offer.module,
		bounds: offer.bounds.iter().zip(&strictest).map(|(own, most)| weaker(own, most)).collect(),
		units: offer.units.clamp(1, wanted.units.max(1)),
		windows: offer.windows.clamp(wanted.renew.saturating_add(1), wanted.windows),
	};
	let is_repeated = offered.is_some_and(|(of, before)| (*of, before) == (open.id, &counter));
	Ok(if open.round >= MAX_ROUNDS || is_repeated { Reply::Nothing } else { Reply::Counter(counter) })
}

/// Returns the strictest bounds that the operator accepts: those that are not named are what is offered.
pub fn strictest(wanted: &Wanted, module: &Module) -> Result<Vec<Bound>, Error> {
	let offered = wanted.offer.complete(module)?;
	let accepted = wanted.accept.complete(module)?;
	let bound = |(offered, accepted): (Bound, Bound)| match wanted.accept.get(offered.metric) {
		None => Ok(offered),
		Some(_) if compare(&accepted, &offered) != Ordering::Less => Ok(accepted),
		Some(_) => Err(Error::Invalid(format!(
			"the configuration offers {}, and accepts {} at most: exchange them",
			shown(&offered),
			shown(&accepted)
		))),
	};
	offered.into_iter().zip(accepted).map(bound).collect()
}

fn weaker(own: &Bound, most: &Bound) -> Bound {
	if compare(own, most) == Ordering::Greater { *most } else { *own }
}

#[cfg(test)]
mod tests {
	use super::*;
	use smartlayer_client::{
		Address, RosterSlot,
		measurement::{Metric, Objective, Terms},
	};

	fn module() -> Module {
		Module {
			id: 3,
			name: "basic".into(),
			is_standard: true,
			publisher: None,
			resource: "TokenService".into(),
			workload: "TokenApi".into(),
			objectives: vec![Objective { metric: Metric::Latency, loosest: 2_000, strictest: 250 }],
			terms: Terms {
				floor: 54,
				missed: Default::default(),
				tiers: Default::default(),
				slash_below: Default::default(),
				slash_breached: Default::default(),
			},
			testing: 2,
			shadow: 2,
			quota: 30,
			maintenance: 2,
			notice: 2,
		}
	}

	fn wanted() -> Wanted {
		Wanted {
			module: "basic".into(),
			offer: "latency=1000".parse().unwrap(),
			accept: "latency=500".parse().unwrap(),
			units: 4,
			windows: 20,
			renew: 6,
		}
	}

	fn offer(latency: u32, units: u32, windows: u32) -> Offer {
		Offer { module: 3, bounds: vec![Bound { metric: Metric::Latency, value: latency }], units, windows }
	}

	fn open(offer: Offer, round: u8) -> Negotiation {
		let node = Address([1; 32]);
		Negotiation { id: 7, provider: node, payer: node, offer, is_of_network: true, round, deadline: 100 }
	}

	fn agreement(stage: Stage, last: u32) -> Agreement {
		let slot = RosterSlot { number: 0, first: 10, last, stage, serving: true, suspended: false };
		Agreement { id: 7, provider: Address([1; 32]), offer: offer(500, 1, 20), slot: Some(slot) }
	}

	#[test]
	fn a_node_should_go_as_far_as_its_operator_and_no_further() {
		let say = |offer, round, before: Option<Offer>| {
			reply(&wanted(), &module(), &open(offer, round), before.map(|offer| (7, offer)).as_ref()).unwrap()
		};
		for good in [offer(500, 4, 20), offer(1_000, 1, 7), offer(2_000, 2, 10)] {
			assert_eq!(say(good, 2, None), Reply::Accept);
		}
		// Too fast, too much, too long, too short to be renewed.
		assert_eq!(say(offer(250, 9, 30), 2, None), Reply::Counter(offer(500, 4, 20)));
		assert_eq!(say(offer(500, 1, 6), 2, None), Reply::Counter(offer(500, 1, 7)));
		// Not again what was offered before, and nothing in the last round.
		assert_eq!(say(offer(250, 4, 20), 4, Some(offer(500, 4, 20))), Reply::Nothing);
		assert_eq!(say(offer(250, 4, 20), 4, Some(offer(500, 3, 20))), Reply::Counter(offer(500, 4, 20)));
		assert_eq!(say(offer(250, 4, 20), MAX_ROUNDS, None), Reply::Nothing);
		assert_eq!(say(offer(500, 4, 20), MAX_ROUNDS, None), Reply::Accept);
	}

	#[test]
	fn a_proposal_should_be_made_at_once_after_an_agreement_that_ran_out_and_later_after_one_that_failed() {
		let testing = Stage::Testing { measured: 0 };
		let after = |seen: Agreement| {
			let mut memory = Memory { next: 1_000, pause: 4, ..Memory::default() };
			memory.see(&module(), Some(&seen), None);
			memory.see(&module(), None, None);
			(memory.next, memory.pause)
		};
		// Two windows of test and twenty: to 31. Ended early in its test, it has failed.
		assert_eq!(after(agreement(testing, 31)), (0, 0));
		assert_eq!(after(agreement(testing, 15)), (1_000, 4));
		assert_eq!(after(agreement(Stage::Active, 15)), (0, 0));
	}

	#[test]
	fn a_negotiation_that_came_to_nothing_should_be_noticed_once() {
		let mut memory = Memory::default();
		assert_eq!(memory.see(&module(), None, Some(7)), None);
		assert_eq!(memory.see(&module(), None, None), Some(7));
		assert_eq!(memory.see(&module(), None, None), None);
		// One that was concluded has not.
		memory.see(&module(), None, Some(7));
		assert_eq!(memory.see(&module(), Some(&agreement(Stage::Active, 31)), None), None);
		// Nor one that has renewed an agreement.
		memory.see(&module(), Some(&agreement(Stage::Active, 31)), Some(9));
		assert_eq!(memory.see(&module(), Some(&agreement(Stage::Active, 40)), None), None);
		memory.see(&module(), Some(&agreement(Stage::Active, 40)), Some(10));
		assert_eq!(memory.see(&module(), Some(&agreement(Stage::Active, 40)), None), Some(10));
	}

	#[test]
	fn only_what_was_sent_should_count_as_made() {
		let failed = Error::Failed { pallet: "Agreements".into(), name: "NotYourTurn".into() };
		assert!([Ok(()), Err(failed), Err(Error::Unknown("x".into()))].iter().all(is_spent));
		let unsent = [Error::NotIncluded("x".into()), Error::TimedOut(PERIOD), Error::Invalid("x".into())];
		assert!(unsent.into_iter().all(|error| !is_spent(&Err(error))));
	}

	#[test]
	fn the_operator_should_be_told_again_when_it_has_been_good_meanwhile() {
		let mut memory = Memory::default();
		memory.tell("it is suspended".into());
		assert_eq!(memory.told.len(), 1);
		memory.see(&module(), Some(&agreement(Stage::Active, 31)), None);
		assert!(memory.told.is_empty());
		// Not again and again while it is good, but after a renewal.
		memory.tell("it is not renewed yet".into());
		memory.see(&module(), Some(&agreement(Stage::Active, 31)), Some(9));
		assert_eq!(memory.told.len(), 1);
		memory.see(&module(), Some(&agreement(Stage::Active, 40)), None);
		assert!(memory.told.is_empty());
	}
}
