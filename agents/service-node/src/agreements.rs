//! Agreements with the network: proposed, negotiated within what the operator has written, renewed, and resumed.
//!
//! Transactions that would fail are not sent: they cost fees.

use crate::{Stop, config::Agreement as Wanted, node::Node, stopped};
use smartlayer_client::{
	Agreement, At, Error, Module, Negotiation, Offer, Payload, Stage,
	bounds::{compare, shown},
	calls,
	measurement::Bound,
};
use std::{cmp::Ordering, collections::BTreeSet, sync::Arc, time::Duration};

/// How often the node looks how its negotiations and agreements stand.
const PERIOD: Duration = Duration::from_secs(3);
/// The last round of a negotiation.
const LAST_ROUND: u8 = 8;
/// The fewest windows with which an agreement is renewed: whoever ends one leaves it fewer.
const ENDING: u32 = 2;
/// How long after a proposal that came to nothing the next one is made, in offers' periods: first, and at most.
const PAUSE: (u32, u32) = (1, 64);
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
	/// The negotiation and round that were answered last, and what the node has offered in it.
	answered: Option<(u64, u8)>,
	offered: Option<(u64, Offer)>,
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
		// If it comes to nothing, the next one is made later: each costs a fee.
		memory.pause = memory.pause.saturating_mul(2).clamp(PAUSE.0, PAUSE.1);
		memory.next = clock.saturating_add(self.at.offer_period()?.saturating_mul(memory.pause));
		let what = format!("proposed under {}: {}", self.module.name, first.shown());
		self.submit(&calls::propose(&first), &what).await
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
		}
		!is_tested
	}

	/// Answers an offer of the network: takes it, or goes as far as the operator does.
	async fn answer(&self, open: &Negotiation, memory: &mut Memory) -> Result<(), Error> {
		if memory.answered == Some((open.id, open.round)) || self.at.clock().await? >= open.deadline {
			return Ok(());
		}
		let (strictest, offer) = (strictest(self.wanted, self.module)?, &open.offer);
		let (units, windows) = (self.wanted.units, self.wanted.windows);
		let is_enough = (1..=units).contains(&offer.units)
			&& offer.windows > self.wanted.renew
			&& offer.windows <= windows
			&& offer.is_within(&strictest);
		if is_enough {
			if self.is_possible(offer, memory).await? {
				let what = format!("agreed under {}: {}", self.module.name, offer.shown());
				let sent = self.submit(&calls::accept(open.id, open.round), &what).await;
				return Self::once(open, memory, sent);
			}
			return Ok(());
		}
		let counter = Offer {
			module: offer.module,
			bounds: offer.bounds.iter().zip(&strictest).map(|(own, most)| weaker(own, most)).collect(),
			units: offer.units.clamp(1, units.max(1)),
			windows: offer.windows.clamp(self.wanted.renew.saturating_add(1), windows),
		};
		let again = Some((open.id, counter.clone()));
		if open.round >= LAST_ROUND || memory.offered == again {
			memory.tell(format!("the network insists under {} on {}", self.module.name, offer.shown()));
			return Ok(());
		}
		if self.is_possible(&counter, memory).await? {
			let what = format!("offered under {} instead: {}", self.module.name, counter.shown());
			let sent = self.submit(&calls::counter(open.id, open.round, &counter), &what).await;
			memory.offered = again;
			return Self::once(open, memory, sent);
		}
		Ok(())
	}

	/// Notes that an offer was answered, unless the answer may still be given: one that has failed would fail again.
	fn once(open: &Negotiation, memory: &mut Memory, sent: Result<(), Error>) -> Result<(), Error> {
		if matches!(sent, Ok(()) | Err(Error::Failed { .. } | Error::Unknown(_))) {
			memory.answered = Some((open.id, open.round));
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
		let due = quote.measuring.saturating_add(quote.test).saturating_add(self.at.existential_deposit()?);
		let payer = self.node.operator();
		if self.at.principal(&payer).await? != self.node.config.account {
			memory.tell(format!("{payer} does not act for {}: nothing is agreed", self.node.config.account));
			return Ok(false);
		}
		let free = self.at.spendable(&payer).await?;
		if free < due {
			let due = smartlayer_client::Amount(due);
			memory.tell(format!("{payer} cannot pay the fees of an agreement: send it {due} or more"));
		}
		Ok(free >= due)
	}

	async fn submit(&self, call: &impl Payload, what: &str) -> Result<(), Error> {
		self.node.submit(call).await?;
		tracing::info!("{what}");
		Ok(())
	}
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
