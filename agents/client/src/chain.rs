use crate::{Address, Error, runtime};
use futures::Stream;
use smartlayer_commitment::{History, Snapshot};
use smartlayer_promise::{SessionId, Signer};
use smartlayer_statement::Account;
use sp_core::H256;
use std::{fmt::Display, sync::Arc, time::Duration};
use subxt::{
	OnlineClient, OnlineClientAtBlock, SubstrateConfig,
	backend::LegacyBackend,
	error::{ConstantError, RuntimeApiError, StorageError},
	rpcs::{RpcClient, rpc_params},
};

/// How long an answer of the chain's node may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
	/// Its height.
	pub number: u32,
	/// Its hash.
	pub hash: H256,
}

/// A connection to a node of the chain. Clones share it.
///
#[doc = concat!("```no_run\n", include_str!("../tests/library/examples/follow.rs"), "```")]
#[derive(Clone)]
pub struct Chain {
	api: OnlineClient<SubstrateConfig>,
	rpc: RpcClient,
	url: Arc<str>,
}

/// A payment session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
	/// The account that pays.
	pub payer: Address,
	/// The service node.
	pub node: Address,
	/// The key that signs promises.
	pub signer: Signer,
	/// The key that was replaced last, and the block of the clock from which on its new promises are refused.
	pub replaced: Option<(Signer, u32)>,
	/// The block of the clock from which on the session is no longer open.
	pub expiry: u32,
	/// The part of the deposit that is left.
	pub held: u128,
	/// The total that was taken from the deposit.
	pub spent: u128,
}

impl Session {
	/// Returns the highest amount that a promise of this session can be paid.
	pub const fn limit(&self) -> u128 {
		self.held.saturating_add(self.spent)
	}
}

/// The bond of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bond {
	/// Whether it is bonded as a service node. An anchor otherwise.
	pub is_service_node: bool,
	/// The active bond.
	pub active: u128,
	/// Whether a part of it is unbonding.
	pub is_unbonding: bool,
	/// Whether the account works: it is not chilled, and has the minimum bond.
	pub qualifies: bool,
	/// The account that acts for it, if it has named one.
	pub operator: Option<Address>,
}

/// An anchor with a seat, and the key with which it signs receipts and co-signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnDuty {
	/// The anchor.
	pub who: Address,
	/// Its duty key.
	pub key: Address,
}

impl From<runtime::runtime_types::pallet_anchors::types::OnDuty<subxt::utils::AccountId32>> for OnDuty {
	fn from(stored: runtime::runtime_types::pallet_anchors::types::OnDuty<subxt::utils::AccountId32>) -> Self {
		Self { who: stored.who.into(), key: Address(stored.key.0) }
	}
}

/// An interval, with the order in which the seats may write its snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
	/// The number of the interval.
	pub interval: u32,
	/// The block of the clock with which it has begun.
	pub start: u32,
	/// The seats, in their order.
	pub order: Vec<OnDuty>,
	/// Who has written the snapshot, if anybody has.
	pub writer: Option<Address>,
}

impl Duty {
	/// Returns the seat of an anchor.
	pub fn seat(&self, who: &Account) -> Option<&OnDuty> {
		self.order.iter().find(|seat| seat.who.0 == *who)
	}

	/// Returns the number of seats that must agree: two thirds, rounded up.
	pub fn two_thirds(&self) -> usize {
		self.order.len().saturating_mul(2).div_ceil(3)
	}
}

/// A report on which the seats vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
	/// The fault.
	pub fault: String,
	/// The accused node.
	pub node: Address,
	/// The seat that has filed it.
	pub reporter: Address,
	/// The block of the clock of the fault.
	pub at: u32,
	/// The hash of the evidence.
	pub evidence: H256,
	/// Where the evidence can be found.
	pub pointer: String,
	/// The block of the clock from which on no vote is accepted.
	pub deadline: u32,
}

/// An open demand on a service node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
	/// The node that must answer.
	pub node: Address,
	/// The class of the demanded token.
	pub class: H256,
	/// Its instance.
	pub instance: H256,
	/// The hash of the request.
	pub request: H256,
	/// The height of the block with the demand: its event has the request itself.
	pub height: u32,
	/// The block of the clock by which it must be answered.
	pub deadline: u32,
}

impl Chain {
	/// Connects to a node by its WebSocket URL.
	pub async fn connect(url: &str) -> Result<Self, Error> {
		let unreachable = |error: &dyn Display| Error::Unreachable { url: url.into(), reason: error.to_string() };
		let connect = async {
			let rpc = RpcClient::from_insecure_url(url).await.map_err(|error| unreachable(&error))?;
			// The other backends of this client can wait for ever, or take a lost connection for the end of a list.
			let backend = LegacyBackend::builder().build(rpc.clone());
			let api = OnlineClient::from_backend(Arc::new(backend)).await.map_err(|error| unreachable(&error))?;
			Ok(Self { api, rpc, url: url.into() })
		};
		within(connect).await
	}

	/// Ensures that the node follows the chain with this genesis hash.
	pub fn ensure_genesis(&self, expected: H256) -> Result<(), Error> {
		let found = self.genesis();
		if found == expected { Ok(()) } else { Err(Error::AnotherChain { url: self.url.to_string(), found, expected }) }
	}

	/// Returns the genesis hash.
	pub fn genesis(&self) -> H256 {
		self.api.genesis_hash()
	}

	/// Returns the newest final block.
	pub async fn finalized(&self) -> Result<At, Error> {
		within(async { self.api.at_current_block().await.map(At).map_err(Error::unexpected) }).await
	}

	/// Returns the newest block of the best chain, which may still be replaced.
	pub async fn best(&self) -> Result<At, Error> {
		self.at(self.best_hash().await?).await
	}

	/// Returns the hash of the newest block of the best chain.
	pub async fn best_hash(&self) -> Result<H256, Error> {
		self.request("chain_getBlockHash", rpc_params![]).await
	}

	/// Returns a block.
	pub async fn at(&self, hash: H256) -> Result<At, Error> {
		within(async { self.api.at_block(hash).await.map(At).map_err(Error::unexpected) }).await
	}

	/// Returns the hash of the block with this height, if there is one.
	pub async fn hash_of(&self, number: u32) -> Result<Option<H256>, Error> {
		self.request("chain_getBlockHash", rpc_params![number]).await
	}

	/// Returns the number of the next transaction of an account, after those that wait in the pool.
	pub(crate) async fn next_nonce(&self, account: &Address) -> Result<u64, Error> {
		self.request("system_accountNextIndex", rpc_params![account.subxt()]).await
	}

	/// Follows the final blocks from now on. The stream ends with an error if the connection breaks: connect again, and read
	/// what has happened meanwhile.
	pub async fn follow(&self) -> Result<Follow, Error> {
		let blocks = within(async { self.api.stream_blocks().await.map_err(Error::unexpected) }).await?;
		let heads = futures::StreamExt::map(blocks, |block| match block {
			Ok(block) => head(block.number(), block.hash()),
			Err(error) => Err(Error::unexpected(error)),
		});
		Ok(Box::pin(heads))
	}

	async fn request<R: serde::de::DeserializeOwned>(
		&self,
		method: &str,
		params: subxt::rpcs::client::RpcParams,
	) -> Result<R, Error> {
		let unreachable =
			|error: subxt::rpcs::Error| Error::Unreachable { url: self.url.to_string(), reason: error.to_string() };
		within(async { self.rpc.request(method, params).await.map_err(unreachable) }).await
	}
}

/// The final blocks, one after another.
pub type Follow = std::pin::Pin<Box<dyn Stream<Item = Result<Head, Error>> + Send>>;

/// Waits for an answer of the node, but not for ever.
pub(crate) async fn within<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
	tokio::time::timeout(PATIENCE, answer).await.unwrap_or(Err(Error::TimedOut(PATIENCE)))
}

fn head(number: u64, hash: H256) -> Result<Head, Error> {
	let number = u32::try_from(number).map_err(|_| Error::unexpected(format!("block {number}")))?;
	Ok(Head { number, hash })
}

/// The chain at a block.
pub struct At(pub(crate) OnlineClientAtBlock<SubstrateConfig>);

impl At {
	/// Returns the block.
	pub fn head(&self) -> Result<Head, Error> {
		head(self.0.block_number(), self.0.block_hash())
	}

	/// Returns the version of the runtime.
	pub fn version(&self) -> u32 {
		self.0.spec_version()
	}

	/// Returns the block of the chain's clock, which deadlines and expiries count: the height, less the blocks in which no
	/// transaction was possible.
	pub async fn clock(&self) -> Result<u32, Error> {
		let paused = self.storage("tempo.standstill", runtime::storage().tempo().standstill(), ()).await?;
		Ok(self.head()?.number.saturating_sub(paused.unwrap_or_default()))
	}

	/// Returns the time of the block, in milliseconds since 1970.
	pub async fn time(&self) -> Result<u64, Error> {
		let now = self.storage("timestamp.now", runtime::storage().timestamp().now(), ()).await?;
		Ok(now.unwrap_or_default())
	}

	/// Returns for how many blocks a session can be cashed out after its end.
	pub fn thaw(&self) -> Result<u32, Error> {
		self.constant("payments.thaw", runtime::constants().payments().thaw())
	}

	/// Returns for how many blocks a session can be open at most.
	pub fn longest_session(&self) -> Result<u32, Error> {
		self.constant("payments.longestSession", runtime::constants().payments().longest_session())
	}

	/// Returns a payment session.
	pub async fn session(&self, session: SessionId) -> Result<Option<Session>, Error> {
		let stored = self.storage("payments.sessions", runtime::storage().payments().sessions(), (session,)).await?;
		Ok(stored.map(|stored| Session {
			payer: stored.payer.into(),
			node: stored.node.into(),
			signer: stored.signer.0,
			replaced: stored.replaced.map(|(signer, until)| (signer.0, until)),
			expiry: stored.expiry,
			held: stored.held,
			spent: stored.spent,
		}))
	}

	/// Returns the id of the next session: all lower ones were assigned.
	pub async fn next_session(&self) -> Result<SessionId, Error> {
		let next = self.storage("payments.nextSessionId", runtime::storage().payments().next_session_id(), ()).await?;
		Ok(next.unwrap_or_default())
	}

	/// Returns the ids of the sessions of an account, as payer or as node.
	pub async fn sessions_of(&self, account: &Address) -> Result<Vec<SessionId>, Error> {
		let mut sessions = Vec::new();
		loop {
			let view = runtime::runtime_apis().payments_api().sessions_of(account.subxt(), sessions.last().copied());
			let more = self.view("paymentsApi.sessionsOf", view).await?;
			if more.is_empty() {
				return Ok(sessions);
			}
			sessions.extend(more);
		}
	}

	/// Returns the bond of an account.
	pub async fn bond(&self, account: &Address) -> Result<Option<Bond>, Error> {
		use runtime::runtime_types::smartlayer_primitives::role::Role;
		let ledgers = runtime::storage().staking_slash().ledgers();
		let stored = self.storage("stakingSlash.ledgers", ledgers, (account.subxt(),)).await?;
		Ok(stored.map(|ledger| Bond {
			is_service_node: matches!(ledger.role, Role::ServiceNode),
			active: ledger.active,
			is_unbonding: !ledger.unbonding.0.is_empty(),
			qualifies: ledger.qualified,
			operator: ledger.operator.map(Into::into),
		}))
	}

	/// Returns the account for which an account acts: itself, unless it is an operator.
	pub async fn principal(&self, account: &Address) -> Result<Address, Error> {
		let operators = runtime::storage().staking_slash().operators();
		let principal = self.storage("stakingSlash.operators", operators, (account.subxt(),)).await?;
		Ok(principal.map_or(*account, Into::into))
	}

	/// Returns where a service node can be reached.
	pub async fn endpoint(&self, node: &Address) -> Result<Option<String>, Error> {
		let endpoints = runtime::storage().staking_slash().endpoints();
		let endpoint = self.storage("stakingSlash.endpoints", endpoints, (node.subxt(),)).await?;
		endpoint.map(|bytes| String::from_utf8(bytes.0).map_err(Error::unexpected)).transpose()
	}

	/// Returns whether a key was the service key of a node at a height.
	pub async fn was_service_key(&self, node: &Address, key: &Address, height: u32) -> Result<bool, Error> {
		Ok(self.service_key_periods(node).await?.iter().any(|period| period.contains(key, height)))
	}

	/// Returns the service keys of a node that are evidence: the current one, and those that were replaced within the report window.
	pub async fn service_keys(&self, node: &Address) -> Result<Vec<Address>, Error> {
		Ok(self.service_key_periods(node).await?.into_iter().map(|period| period.key).collect())
	}

	/// Returns from which height on a node has its current service key.
	pub async fn service_key_since(&self, node: &Address) -> Result<Option<u32>, Error> {
		Ok(self.service_key_periods(node).await?.last().map(|period| period.from))
	}

	/// Returns for how many blocks a fault can be reported, and a replaced service key is evidence.
	pub async fn report_window(&self) -> Result<u32, Error> {
		let schedule = self.storage("tempo.schedule", runtime::storage().tempo().schedule(), ()).await?;
		schedule.map(|schedule| schedule.report_window_blocks).ok_or_else(|| Error::unexpected("no schedule"))
	}

	/// Returns the current service key of a node.
	pub async fn service_key(&self, node: &Address) -> Result<Option<Address>, Error> {
		Ok(self.service_key_periods(node).await?.last().map(|period| period.key))
	}

	/// Returns the sessions whose demands a node has to answer.
	pub async fn demands_on(&self, node: &Address) -> Result<Vec<SessionId>, Error> {
		self.view("reportsApi.demandsOn", runtime::runtime_apis().reports_api().demands_on(node.subxt())).await
	}

	/// Returns the open demand of a session.
	pub async fn demand(&self, session: SessionId) -> Result<Option<Demand>, Error> {
		let demands = runtime::storage().reports().open_demands();
		let stored = self.storage("reports.openDemands", demands, (session,)).await?;
		Ok(stored.map(|demand| Demand {
			node: demand.node.into(),
			class: demand.class,
			instance: demand.instance,
			request: demand.request,
			height: demand.height,
			deadline: demand.deadline,
		}))
	}

	/// Returns the anchors that have a seat in the running session, with their duty keys.
	pub async fn seats(&self) -> Result<Vec<OnDuty>, Error> {
		let seats = self.storage("anchors.activeSeats", runtime::storage().anchors().active_seats(), ()).await?;
		Ok(seats.map(|seats| seats.0.into_iter().map(OnDuty::from).collect()).unwrap_or_default())
	}

	/// Returns the duty key of an anchor that has a seat.
	pub async fn duty_key(&self, seat: &Address) -> Result<Option<Address>, Error> {
		Ok(self.seats().await?.into_iter().find(|on_duty| on_duty.who == *seat).map(|on_duty| on_duty.key))
	}

	/// Returns the current interval, with the order of duty in it.
	pub async fn duty(&self) -> Result<Option<Duty>, Error> {
		let duty = self.storage("anchors.currentDuty", runtime::storage().anchors().current_duty(), ()).await?;
		Ok(duty.map(|duty| Duty {
			interval: duty.interval,
			start: duty.start,
			order: duty.order.0.into_iter().map(OnDuty::from).collect(),
			writer: duty.writer.map(Into::into),
		}))
	}

	/// Returns the interval and the hash of the last snapshot.
	pub async fn last_snapshot(&self) -> Result<Option<(u32, H256)>, Error> {
		self.storage("anchors.lastSnapshot", runtime::storage().anchors().last_snapshot(), ()).await
	}

	/// Returns the history of all snapshots.
	pub async fn history(&self) -> Result<History, Error> {
		let history = self.storage("anchors.pastSnapshots", runtime::storage().anchors().past_snapshots(), ()).await?;
		Ok(history.map(|history| history.0).unwrap_or_default())
	}

	/// Returns the reports on which a seat has not voted yet.
	pub async fn owed_votes(&self, seat: &Address) -> Result<Vec<u64>, Error> {
		self.view("reportsApi.owedVotes", runtime::runtime_apis().reports_api().owed_votes(seat.subxt())).await
	}

	/// Returns a report.
	pub async fn report(&self, id: u64) -> Result<Option<Report>, Error> {
		let stored = self.storage("reports.reports", runtime::storage().reports().reports(), (id,)).await?;
		Ok(stored.map(|report| Report {
			fault: format!("{:?}", report.fault),
			node: report.node.into(),
			reporter: report.reporter.into(),
			at: report.at,
			evidence: report.evidence,
			pointer: String::from_utf8_lossy(&report.pointer.0).into_owned(),
			deadline: report.deadline,
		}))
	}

	/// Returns who has reported that an interval has no snapshot.
	pub async fn offline_reporter(&self, interval: u32) -> Result<Option<Address>, Error> {
		let reported = runtime::storage().reports().offline_intervals();
		Ok(self.storage("reports.offlineIntervals", reported, (interval,)).await?.map(Into::into))
	}

	/// Returns the newest interval of which a service node has shown an operation that its user has confirmed.
	pub async fn last_issue_proof(&self, node: &Address) -> Result<Option<u32>, Error> {
		let last = runtime::storage().anchors().last_issue_proof();
		self.storage("anchors.lastIssueProof", last, (node.subxt(),)).await
	}

	/// Returns the number of blocks of an interval.
	pub fn interval_length(&self) -> Result<u32, Error> {
		self.constant("anchors.intervalLength", runtime::constants().anchors().interval_length())
	}

	/// Returns by how many blocks the turn of each seat begins after that of the one before.
	pub fn backup_delay(&self) -> Result<u32, Error> {
		self.constant("anchors.backupDelay", runtime::constants().anchors().backup_delay())
	}

	/// Returns the snapshot of an interval, while the chain remembers it.
	pub async fn snapshot(&self, interval: u32) -> Result<Option<Snapshot>, Error> {
		let snapshots = runtime::storage().anchors().snapshots();
		let stored = self.storage("anchors.snapshots", snapshots, (interval,)).await?;
		Ok(stored.map(|snapshot| snapshot.0))
	}

	/// Returns the free balance of an account.
	pub async fn free(&self, account: &Address) -> Result<u128, Error> {
		let accounts = runtime::storage().system().account();
		let stored = self.storage("system.account", accounts, (account.subxt(),)).await?;
		Ok(stored.map_or(0, |account| account.data.free))
	}

	/// Returns what an account can pay: its free balance, without what is frozen.
	pub async fn spendable(&self, account: &Address) -> Result<u128, Error> {
		let accounts = runtime::storage().system().account();
		let stored = self.storage("system.account", accounts, (account.subxt(),)).await?;
		Ok(stored.map_or(0, |account| {
			let data = account.data;
			// What is held can be frozen as well.
			data.free.saturating_sub(data.frozen.saturating_sub(data.reserved))
		}))
	}

	/// Returns the minimum bond of a service node.
	pub async fn minimum_bond(&self) -> Result<u128, Error> {
		let parameters = runtime::storage().staking_slash().parameters();
		let stored = self.storage("stakingSlash.parameters", parameters, ()).await?;
		stored.map(|parameters| parameters.min_service_node_bond).ok_or_else(|| Error::unexpected("no parameters"))
	}

	/// Returns the existential deposit, without which no account exists.
	pub fn existential_deposit(&self) -> Result<u128, Error> {
		self.constant("balances.existentialDeposit", runtime::constants().balances().existential_deposit())
	}

	pub(crate) fn constant<A: subxt::constants::Address>(&self, item: &str, address: A) -> Result<A::Target, Error> {
		self.0.constants().entry(address).map_err(|error| match error {
			ConstantError::IncompatibleCodegen => self.incompatible(item),
			error => Error::unexpected(error),
		})
	}

	pub(crate) async fn storage<A: subxt::storage::Address>(
		&self,
		item: &str,
		address: A,
		keys: A::KeyParts,
	) -> Result<Option<A::Value>, Error> {
		let fetch = async {
			let storage = self.0.storage();
			match storage.fetch(address, keys).await {
				Ok(value) => value.decode().map(Some).map_err(Error::unexpected),
				Err(StorageError::NoValueFound) => Ok(None),
				Err(
					StorageError::IncompatibleCodegen
					| StorageError::PalletNameNotFound(_)
					| StorageError::StorageEntryNotFound { .. },
				) => Err(self.incompatible(item)),
				Err(error) => Err(Error::unexpected(error)),
			}
		};
		within(fetch).await
	}

	pub(crate) async fn view<P: subxt::runtime_apis::Payload>(
		&self,
		item: &str,
		view: P,
	) -> Result<P::ReturnType, Error> {
		let call = async {
			self.0.runtime_apis().call(view).await.map_err(|error| match error {
				RuntimeApiError::IncompatibleCodegen
				| RuntimeApiError::TraitNotFound(_)
				| RuntimeApiError::MethodNotFound { .. } => self.incompatible(item),
				error => Error::unexpected(error),
			})
		};
		within(call).await
	}

	pub(crate) fn incompatible(&self, item: &str) -> Error {
		Error::Incompatible { item: item.into(), version: self.version() }
	}
}
