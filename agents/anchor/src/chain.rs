//! What the anchor knows of the chain: the newest block of the best chain and the interval in it, and the newest final one.

use crate::{config::Config, metrics::Metrics};
use smartlayer_client::{Address, At, Chain, Duty, Error, Head};
use smartlayer_daemon::{Stop, stopped};
use smartlayer_statement::Account;
use sp_core::H256;
use std::{
	collections::BTreeMap,
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::sync::watch;

/// How often the node is asked for its best block.
const PERIOD: Duration = Duration::from_millis(250);
/// How long to wait before the next attempt to connect.
const PAUSE: Duration = Duration::from_secs(2);
/// After how long the endpoints are read again, though the interval is the same.
const ENDPOINTS: Duration = Duration::from_secs(20);

/// The chain as it was seen last.
#[derive(Clone, Debug)]
pub struct View {
	/// The newest block of the best chain.
	pub best: Head,
	/// Its clock.
	pub clock: u32,
	/// The interval, and the order of duty in it.
	pub duty: Duty,
	/// The last snapshot in this block: its interval and its hash.
	pub last: Option<(u32, H256)>,
	/// By how many blocks the turn of each seat begins after that of the one before.
	pub backup_delay: u32,
	/// The newest final block.
	pub final_head: Head,
	/// The last snapshot in the newest final block.
	pub final_last: Option<(u32, H256)>,
	/// Where the programs of the other seats can be reached.
	pub endpoints: Arc<BTreeMap<Account, String>>,
}

impl View {
	/// Returns the parent that a snapshot of this interval must name, and the number of void intervals in between.
	pub fn expected(&self) -> (H256, u32) {
		match self.last {
			Some((before, hash)) => (hash, self.duty.interval.saturating_sub(before).saturating_sub(1)),
			None => (H256::zero(), self.duty.interval),
		}
	}

	/// Returns the block of the clock from which on a seat may write.
	pub fn turn(&self, seat: &Account) -> Option<u32> {
		let place = self.duty.order.iter().position(|on_duty| on_duty.who.0 == *seat)?;
		let place = u32::try_from(place).ok()?;
		Some(self.duty.start.saturating_add(self.backup_delay.saturating_mul(place)))
	}
}

/// The connection to the chain, and the view. Clones share them.
#[derive(Clone)]
pub struct ChainWatch {
	connection: watch::Receiver<Option<Chain>>,
	/// Changes with every block of the best chain.
	pub views: watch::Receiver<Option<Arc<View>>>,
}

impl ChainWatch {
	/// Returns the connection, and what follows the chain.
	pub fn start(
		config: &Config,
		operator: Address,
		metrics: Arc<Metrics>,
		stop: Stop,
	) -> (Self, impl Future<Output = ()> + use<>) {
		let (connections, connection) = watch::channel(None);
		let (views, view) = watch::channel(None);
		let watch = Self { connection, views: view };
		let follower = Follower { config: config.clone(), operator, connections, views, metrics };
		(watch, follower.run(stop))
	}

	/// Returns the connection to the chain.
	pub fn connection(&self) -> Result<Chain, Error> {
		self.connection.borrow().clone().ok_or_else(unreached)
	}

	/// Returns what is known of the chain.
	pub fn view(&self) -> Result<Arc<View>, Error> {
		self.views.borrow().clone().ok_or_else(unreached)
	}
}

fn unreached() -> Error {
	Error::Invalid("this anchor has not reached its chain yet".into())
}

struct Follower {
	config: Config,
	operator: Address,
	connections: watch::Sender<Option<Chain>>,
	views: watch::Sender<Option<Arc<View>>>,
	metrics: Arc<Metrics>,
}

impl Follower {
	async fn run(self, mut stop: Stop) {
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

	/// Follows the best chain until the connection breaks.
	async fn follow(&self) -> Result<std::convert::Infallible, Error> {
		let chain = Chain::connect(&self.config.chain).await?;
		chain.ensure_genesis(self.config.genesis)?;
		self.connections.send_replace(Some(chain.clone()));
		let mut before: Option<H256> = None;
		let mut endpoints = (None, Instant::now(), Arc::new(BTreeMap::new()));
		loop {
			let best = chain.best_hash().await?;
			if before == Some(best) {
				tokio::time::sleep(PERIOD).await;
				continue;
			}
			let at = chain.at(best).await?;
			if let Some(duty) = at.duty().await? {
				if endpoints.0 != Some(duty.interval) || endpoints.1.elapsed() > ENDPOINTS {
					let found = self.endpoints(&at, &duty).await?;
					let balance = at.free(&self.operator).await?;
					self.metrics.operator_balance.set(i64::try_from(balance).unwrap_or(i64::MAX));
					endpoints = (Some(duty.interval), Instant::now(), Arc::new(found));
				}
				let view = self.view(&chain, &at, duty, endpoints.2.clone()).await?;
				self.metrics.chain_block.set(view.best.number.into());
				self.metrics.seats.set(i64::try_from(view.duty.order.len()).unwrap_or(i64::MAX));
				self.metrics.has_seat.set(view.duty.seat(&self.config.account.0).is_some().into());
				self.views.send_replace(Some(Arc::new(view)));
			}
			before = Some(best);
		}
	}

	async fn view(
		&self,
		chain: &Chain,
		at: &At,
		duty: Duty,
		endpoints: Arc<BTreeMap<Account, String>>,
	) -> Result<View, Error> {
		let last_final = chain.finalized().await?;
		Ok(View {
			best: at.head()?,
			clock: at.clock().await?,
			duty,
			last: at.last_snapshot().await?,
			backup_delay: at.backup_delay()?,
			final_head: last_final.head()?,
			final_last: last_final.last_snapshot().await?,
			endpoints,
		})
	}

	async fn endpoints(&self, at: &At, duty: &Duty) -> Result<BTreeMap<Account, String>, Error> {
		let others = duty.order.iter().filter(|seat| seat.who != self.config.account);
		let found = others.map(async |seat| {
			let url: Option<String> = at.endpoint(&Address(seat.who.0)).await?;
			Ok::<_, Error>(url.map(|url| (seat.who.0, url.trim_end_matches('/').to_owned())))
		});
		let found = futures::future::try_join_all(found).await?;
		Ok(found.into_iter().flatten().collect())
	}
}
