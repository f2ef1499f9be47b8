//! What the node knows of the chain: the newest final block, whether it may serve, and the sessions.

use crate::{config::Config, metrics::Metrics};
use futures::StreamExt;
use smartlayer_client::{Address, At, Chain, Error, Follow, Head, Session};
use smartlayer_daemon::{Stop, behind, stopped};
use smartlayer_promise::SessionId;
use std::{
	collections::HashMap,
	ops::RangeInclusive,
	sync::{Arc, Mutex, PoisonError},
	time::{Duration, Instant},
};
use tokio::sync::{mpsc, watch};

/// After how long without a final block the chain's node is asked again, by a new connection.
const SILENCE: Duration = Duration::from_secs(60);
/// After how long without a final block nothing is served: statements would be dated with a block that clients refuse.
const STALE: Duration = Duration::from_secs(120);
/// How long to wait before the next attempt to connect.
const PAUSE: Duration = Duration::from_secs(2);
/// The number of blocks that are read one after another. After a longer gap, what they could have changed is read anew.
const MOST_MISSED: u32 = 256;
/// For how many blocks after an upgrade all is read anew: the first migrations are made in the block after it.
const MIGRATION: u32 = 2;
/// The number of sessions that are remembered.
const MOST_SESSIONS: usize = 250_000;

/// What the node knows of the chain.
#[derive(Clone, Debug)]
pub struct View {
	/// The newest final block.
	pub head: Head,
	/// The block of the chain's clock.
	pub clock: u32,
	/// When it was seen.
	pub seen: Instant,
	/// Why nothing may be served, if so.
	pub obstacle: Option<String>,
	/// Whether the node's bond is being withdrawn, so that promises should be cashed out.
	pub is_leaving: bool,
	/// Whether the block is a recent one.
	pub is_recent: bool,
}

/// The connection to the chain, the view, and the sessions. Clones share them.
#[derive(Clone)]
pub struct ChainWatch {
	connection: watch::Receiver<Option<Chain>>,
	view: watch::Receiver<Option<View>>,
	sessions: Arc<Mutex<Sessions>>,
}

#[derive(Default)]
struct Sessions {
	/// Counts the blocks that were read, so that what was asked before a block is not remembered after it.
	blocks: u64,
	known: HashMap<SessionId, Arc<Session>>,
}

impl Sessions {
	fn change(&mut self, change: impl FnOnce(&mut HashMap<SessionId, Arc<Session>>)) {
		self.blocks = self.blocks.wrapping_add(1);
		change(&mut self.known);
	}
}

impl ChainWatch {
	/// Returns the connection, and what follows the chain. Sessions that demand an answer are sent to `demands`.
	pub fn start(
		config: &Config,
		service_key: Address,
		demands: mpsc::Sender<SessionId>,
		metrics: Arc<Metrics>,
		stop: Stop,
	) -> (Self, impl Future<Output = ()> + use<>) {
		let (connections, connection) = watch::channel(None);
		let (views, view) = watch::channel(None);
		let sessions = Arc::new(Mutex::new(Sessions::default()));
		let watch = Self { connection, view, sessions: sessions.clone() };
		let follower = Follower {
			config: config.clone(),
			service_key,
			connections,
			views,
			sessions,
			demands,
			metrics,
			obstacle: None,
			last: None,
			version: 0,
			paused: 0,
			upgraded: 0,
		};
		(watch, follower.run(stop))
	}

	/// Returns what is known of the chain, or why nothing can be served.
	pub fn view(&self) -> Result<View, String> {
		let view = self.view.borrow().clone().ok_or("this node has not reached its chain yet")?;
		if let Some(obstacle) = view.obstacle {
			return Err(obstacle);
		}
		let age = view.seen.elapsed();
		if age > STALE {
			return Err(format!("this node has seen no new block of its chain for {} s", age.as_secs()));
		}
		Ok(view)
	}

	/// Returns the connection to the chain.
	pub fn connection(&self) -> Result<Chain, Error> {
		let lost = || Error::Invalid("this node has not reached its chain yet".into());
		self.connection.borrow().clone().ok_or_else(lost)
	}

	/// Returns a session, as it is in the newest final block.
	pub async fn session(&self, id: SessionId) -> Result<Option<Arc<Session>>, Error> {
		let blocks = {
			let sessions = self.lock();
			if let Some(known) = sessions.known.get(&id) {
				return Ok(Some(known.clone()));
			}
			sessions.blocks
		};
		let head = self.head()?;
		let Some(session) = self.connection()?.at(head.hash).await?.session(id).await?.map(Arc::new) else {
			return Ok(None);
		};
		let mut sessions = self.lock();
		if sessions.blocks == blocks {
			if sessions.known.len() >= MOST_SESSIONS {
				sessions.known.clear();
			}
			sessions.known.insert(id, session.clone());
		}
		Ok(Some(session))
	}

	/// Returns whether the id of a session was assigned before the newest final block.
	pub async fn was_opened(&self, id: SessionId) -> Result<bool, Error> {
		Ok(id < self.connection()?.at(self.head()?.hash).await?.next_session().await?)
	}

	fn head(&self) -> Result<Head, Error> {
		self.known().map(|view| view.head)
	}

	/// Returns what was last known of the chain, also while nothing may be served.
	pub fn known(&self) -> Result<View, Error> {
		self.view.borrow().clone().ok_or_else(|| Error::Invalid("this node has not reached its chain yet".into()))
	}

	fn lock(&self) -> std::sync::MutexGuard<'_, Sessions> {
		self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// What blocks have changed.
#[derive(Default)]
struct Changed {
	/// Whether all sessions must be read anew.
	everything: bool,
	sessions: Vec<SessionId>,
	demanded: Vec<SessionId>,
}

struct Follower {
	config: Config,
	service_key: Address,
	connections: watch::Sender<Option<Chain>>,
	views: watch::Sender<Option<View>>,
	sessions: Arc<Mutex<Sessions>>,
	demands: mpsc::Sender<SessionId>,
	metrics: Arc<Metrics>,
	/// What the operator was told last, so that it is not repeated with every block.
	obstacle: Option<String>,
	/// The last block that was read.
	last: Option<u32>,
	/// The version of its runtime.
	version: u32,
	/// By how many blocks its clock is behind its height.
	paused: u32,
	/// The block in which this version was seen first.
	upgraded: u32,
}

impl Follower {
	async fn run(mut self, mut stop: Stop) {
		loop {
			let follow = async {
				match self.follow().await {
					Err(error) => tracing::warn!("the chain: {error}"),
					Ok(never) => match never {},
				}
				tokio::time::sleep(PAUSE).await;
			};
			tokio::select! {
				() = follow => {},
				() = stopped(&mut stop) => return,
			}
		}
	}

	/// Follows the final chain until the connection breaks.
	async fn follow(&mut self) -> Result<std::convert::Infallible, Error> {
		let chain = Chain::connect(&self.config.chain).await?;
		if let Err(error) = chain.ensure_genesis(self.config.genesis) {
			self.metrics.chain_errors.inc();
			self.views.send_modify(|view| {
				if let Some(view) = view {
					view.obstacle = Some(error.to_string());
				}
			});
			return Err(error);
		}
		self.connections.send_replace(Some(chain.clone()));
		let mut heads: Follow = chain.follow().await?;
		self.catch_up(&chain, chain.finalized().await?.head()?).await?;
		loop {
			let next = tokio::time::timeout(SILENCE, heads.next()).await;
			let head = next.map_err(|_| Error::TimedOut(SILENCE))?.ok_or(Error::TimedOut(SILENCE))??;
			self.catch_up(&chain, head).await?;
		}
	}

	/// Reads all blocks up to this one.
	async fn catch_up(&mut self, chain: &Chain, head: Head) -> Result<(), Error> {
		let at = chain.at(head.hash).await?;
		let mut changed = Changed::default();
		let clock = match at.clock().await {
			Err(Error::Incompatible { .. }) => 0,
			clock => clock?,
		};
		let paused = head.number.saturating_sub(clock);
		if self.version != at.version() {
			self.upgraded = head.number;
		}
		// Migrations change sessions without events: in the first block of a runtime, and while the clock is paused.
		let is_migrating = head.number.saturating_sub(self.upgraded) <= MIGRATION || paused != self.paused;
		let is_complete = match self.last {
			Some(last) if head.number <= last => return Ok(()),
			Some(last) if head.number.saturating_sub(last) <= MOST_MISSED && !is_migrating => {
				match self.read_all(chain, last.saturating_add(1)..=head.number, &mut changed).await {
					Ok(()) => true,
					Err(error) => {
						tracing::warn!("not all blocks since {last} can be read, so that all is read anew: {error}");
						false
					},
				}
			},
			// The first block, an upgrade, or too many were missed.
			_ => false,
		};
		if !is_complete {
			changed.everything = true;
			match at.demands_on(&self.config.account).await {
				Ok(sessions) => changed.demanded.extend(sessions),
				Err(error @ Error::Incompatible { .. }) => {
					tracing::error!("demands must be answered by hand: {error}")
				},
				Err(error) => return Err(error),
			}
		}
		let behind = at.time().await.ok().and_then(behind);
		let is_recent = behind.is_none();
		let (obstacle, is_leaving) = match behind {
			Some(behind) => (Some(behind), false),
			None => self.obstacle(&at).await?,
		};
		if obstacle != self.obstacle {
			match &obstacle {
				Some(obstacle) => tracing::error!("nothing is served: {obstacle}"),
				None => tracing::info!("the chain allows this node to serve, from block {}", head.number),
			}
			self.obstacle.clone_from(&obstacle);
		}
		self.metrics.chain_block.set(head.number.into());
		self.views.send_replace(Some(View { head, clock, seen: Instant::now(), obstacle, is_leaving, is_recent }));
		self.last = Some(head.number);
		(self.version, self.paused) = (at.version(), paused);
		// After the view, so that nobody who still sees the block before remembers a session of it.
		self.sessions.lock().unwrap_or_else(PoisonError::into_inner).change(|known| {
			if changed.everything {
				known.clear();
			}
			for session in &changed.sessions {
				known.remove(session);
			}
		});
		for session in changed.demanded {
			tracing::info!("session {session} demands an answer on the chain");
			if self.demands.send(session).await.is_err() {
				// The program ends.
				return Ok(());
			}
		}
		Ok(())
	}

	async fn read_all(&self, chain: &Chain, blocks: RangeInclusive<u32>, changed: &mut Changed) -> Result<(), Error> {
		for number in blocks {
			let hash = chain.hash_of(number).await?;
			let hash = hash.ok_or_else(|| Error::Invalid(format!("the chain's node has no block {number}")))?;
			self.read(&chain.at(hash).await?, changed).await?;
		}
		Ok(())
	}

	async fn read(&self, at: &At, changed: &mut Changed) -> Result<(), Error> {
		let events = at.events().await?;
		match events.changed_sessions() {
			Ok(sessions) => changed.sessions.extend(sessions),
			Err(error) => {
				tracing::warn!("the events of block {}: {error}", at.head()?.number);
				changed.everything = true;
			},
		}
		match events.demands_on(&self.config.account) {
			Ok(demands) => changed.demanded.extend(demands.into_iter().map(|demanded| demanded.session)),
			Err(error) => tracing::error!("demands must be answered by hand: {error}"),
		}
		Ok(())
	}

	/// Returns why the node may not serve, and whether it withdraws its bond.
	async fn obstacle(&self, at: &At) -> Result<(Option<String>, bool), Error> {
		let account = self.config.account;
		let checks = async {
			at.ensure_serving().await?;
			let Some(bond) = at.bond(&account).await?.filter(|bond| bond.is_service_node) else {
				return Ok((Some(format!("{account} is not bonded as a service node: bond, and it serves")), false));
			};
			let is_leaving = bond.is_unbonding || !bond.qualifies;
			let key = at.service_key(&account).await?;
			if key != Some(self.service_key) {
				let known = key.map_or("none".into(), |key| key.to_string());
				let own = self.service_key;
				return Ok((
					Some(format!(
						"the service key of {account} on the chain is {known}, and that of this program is {own}"
					)),
					is_leaving,
				));
			}
			Ok((None, is_leaving))
		};
		match checks.await {
			// What serving depends on has changed with an upgrade.
			Err(error @ Error::Incompatible { .. }) => Ok((Some(error.to_string()), false)),
			result => result,
		}
	}
}
