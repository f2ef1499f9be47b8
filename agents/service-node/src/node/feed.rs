//! Feeds: many orders of an issuer at once, which nobody pays for.

use super::{Answer, Node, parse_body};
use crate::{problem::Problem, store::Write};
use smartlayer_client::api::{Fed, Feed, FeedItem, FeedResult};
use smartlayer_daemon::limits::{Caller, Place, Places};
use smartlayer_statement::class_of;
use smartlayer_token::{Refusal, SignedWrite, State};
use sp_core::H256;
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

/// The maximum length of the body of a feed.
pub(super) const MAX_FEED: usize = 1_024 * 1_024;
/// The maximum number of orders in a feed.
const MAX_ITEMS: usize = 1_024;
/// How many feeds are received at a time: each is in memory.
const MOST_FEEDS: usize = 32;
/// How many of them one caller can send.
const MOST_FEEDS_OF_ONE: u32 = 2;

/// The feeds under way.
pub(super) struct Feeds {
	places: Arc<Semaphore>,
	callers: Arc<Places<Caller>>,
	/// Held while the orders of a feed are checked.
	checking: Mutex<()>,
}

impl Feeds {
	pub(super) fn new() -> Self {
		Self {
			places: Arc::new(Semaphore::new(MOST_FEEDS)),
			callers: Places::new(MOST_FEEDS_OF_ONE),
			checking: Mutex::new(()),
		}
	}
}

/// The place of a feed.
pub struct FeedPlace {
	_place: OwnedSemaphorePermit,
	_own: Place<Caller>,
}

impl Node {
	/// Performs the orders of an issuer, one after another. Each one stands for itself.
	pub(super) async fn feed(&self, caller: Caller, class: &str, body: &[u8]) -> Result<Answer, Problem> {
		let class = self.class(class)?;
		self.view()?;
		self.ensure_few_mistakes(caller)?;
		let parse = || {
			let Feed { issuer, salt, items } = parse_body(body)?;
			if class_of(&issuer.0, &salt) != class {
				return Err(Problem::malformed("this class is not that of the issuer and the salt"));
			}
			if items.len() > MAX_ITEMS {
				return Err(Problem::malformed(format!("a feed has at most {MAX_ITEMS} orders: send it in parts")));
			}
			Ok((issuer, items))
		};
		let (issuer, items) = parse().inspect_err(|_| self.count_mistake(caller))?;
		let _checking = self.feeds.checking.lock().await;
		// Whoever sends a feed, its orders are those of the issuer: others never reach the thread that writes.
		let mut states = BTreeMap::new();
		let mut checked = Vec::with_capacity(items.len());
		for FeedItem { instance, write } in &items {
			let write = SignedWrite::parse(&write.0).map_err(|error| error.to_string());
			let write = write.map(|write| Write { class, instance: *instance, user: issuer.0, write });
			let write = write.and_then(|write| self.precheck(&mut states, &write).map(|()| write));
			if write.is_err() {
				self.mistakes.take(caller);
				self.ensure_few_mistakes(caller)?;
			}
			checked.push(write);
			// A signature takes a while: others may go on in between.
			tokio::task::yield_now().await;
		}
		// All at once, so that they share a commit. The store keeps their order.
		let results = items.iter().zip(checked).map(async |(FeedItem { instance, .. }, write)| {
			let performed = match write {
				Ok(write) => self.store.perform(None, write).await.map_err(|error| error.to_string()),
				Err(error) => Err(error),
			};
			match performed {
				Ok(performed) => {
					self.metrics.operations.inc();
					FeedResult { instance: *instance, sequence: Some(performed.state.sequence), error: None }
				},
				Err(error) => FeedResult { instance: *instance, sequence: None, error: Some(error) },
			}
		});
		let results = futures::future::join_all(results).await;
		Ok(Answer::plain(&Fed { results }))
	}

	/// Checks an order of a feed on the state that the ones before lead to.
	fn precheck(&self, states: &mut BTreeMap<H256, State>, write: &Write) -> Result<(), String> {
		let state = match states.remove(&write.instance) {
			Some(state) => state,
			None => match self.store.operations(&write.class, &write.instance, 0, 0) {
				Ok((state, _)) => state,
				Err(error) => return Err(error.to_string()),
			},
		};
		let last = self.store.operations(&write.class, &write.instance, state.sequence, 1);
		let is_last = last.is_ok_and(|(_, entries)| {
			entries.iter().any(|last| last.operation.user == write.user && last.body.write == write.write.bytes())
		});
		let result = match smartlayer_token::perform(
			self.config.genesis,
			&self.config.account.0,
			&state,
			&write.user,
			&write.write,
		) {
			_ if is_last => Ok(state),
			Ok((_, after)) => Ok(after),
			// The record names another node: the store notes it.
			Err(Refusal::AnotherNode) => Ok(state),
			Err(refusal) => Err((state, refusal.to_string())),
		};
		let (state, result) = match result {
			Ok(state) => (state, Ok(())),
			Err((state, refusal)) => (state, Err(refusal)),
		};
		states.insert(write.instance, state);
		result
	}

	/// Returns the place of a feed, which is kept until the feed is answered: bodies of feeds are long.
	pub(super) fn feed_place(&self, caller: Caller, class: &str) -> Result<FeedPlace, Problem> {
		self.class(class)?;
		self.ensure_few_mistakes(caller)?;
		let busy = || Problem::unavailable("too many feeds are sent at the same time");
		let place = self.feeds.places.clone().try_acquire_owned().map_err(|_| busy())?;
		let Some(own) = self.feeds.callers.take(caller) else {
			return Err(Problem::too_many("an address sends two feeds at the same time: wait until one is answered"));
		};
		Ok(FeedPlace { _place: place, _own: own })
	}
}

/// Returns the class in the path of a feed.
pub(super) fn class_in(path: &str) -> Option<&str> {
	path.strip_prefix("/v1/classes/")?.strip_suffix("/feed").filter(|class| !class.contains('/'))
}
