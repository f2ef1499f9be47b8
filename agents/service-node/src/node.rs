//! Calls and their answers, without the transport.

mod demand;
mod feed;
mod proof;

pub use demand::Demanded;
pub use feed::FeedPlace;

use self::feed::Feeds;
use crate::{
	chain::{ChainWatch, View},
	config::Config,
	metrics::Metrics,
	payment::Till,
	problem::Problem,
	store::{self, Payment, Store, StoreError, Write},
};
use smartlayer_client::{
	Address, Error, Finality, Http, Included, Key, Payload, Session,
	api::{
		Method, Operation, Operations, Perform, Performed, Prices, Request, SessionState, Token,
		x402::{self, Charged, Settled, Voucher},
	},
	verify::Signed,
};
use smartlayer_daemon::{
	http::Limits,
	limits::{Caller, Quota},
};
use smartlayer_promise::{SessionId, SignedPromise};
use smartlayer_statement::{Account, Statement, hash};
use smartlayer_token::{SignedWrite, State};
use sp_core::H256;
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::sync::{Mutex, Semaphore};

/// The maximum length of the body of a write.
pub const MAX_BODY: usize = 8 * 1_024;
/// The maximum number of operations in an answer.
pub const MAX_OPERATIONS: usize = 64;

/// The node.
pub struct Node {
	/// The configuration.
	pub config: Config,
	/// The chain.
	pub chain: ChainWatch,
	/// The database.
	pub store: Store,
	/// What the operator watches.
	pub metrics: Arc<Metrics>,
	/// Calls anchors.
	pub http: Http,
	/// How many connections there may be.
	pub(crate) limits: Limits,
	key: Key,
	operator: Key,
	/// Held while a transaction is sent, so that no two have the same nonce.
	sending: Mutex<()>,
	classes: BTreeSet<H256>,
	free: Quota,
	mistakes: Quota,
	feeds: Feeds,
	/// Proofs and confirmations cost nothing.
	favours: Quota,
	proofs: Semaphore,
}

/// A call that is priced and answered with a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Call {
	Token,
	Operations { from: u64, limit: usize },
	Perform { user: Account, write: Box<SignedWrite> },
}

/// A call with its token.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TokenCall {
	class: H256,
	instance: H256,
	call: Call,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
	/// The body, in JSON.
	pub body: Vec<u8>,
	/// The statement about the token that was asked for.
	pub statement: Option<Signed>,
	/// What was paid.
	pub settled: Option<Settled>,
}

impl Answer {
	fn plain(body: &impl serde::Serialize) -> Self {
		Self { body: json(body), statement: None, settled: None }
	}
}

fn json(body: &impl serde::Serialize) -> Vec<u8> {
	// Nothing that is sent can fail: neither maps with other keys than text, nor foreign types.
	serde_json::to_vec(body).unwrap_or_default()
}

impl Node {
	/// Creates the node.
	pub fn new(
		config: Config,
		chain: ChainWatch,
		store: Store,
		metrics: Arc<Metrics>,
		http: Http,
		key: Key,
		operator: Key,
	) -> Self {
		let classes = config.classes.iter().copied().collect();
		let free = Quota::new(config.prices.free_calls_per_minute);
		let mistakes = Quota::new(config.limits.mistakes_per_minute);
		let limits = Limits {
			connections: config.limits.connections,
			connections_per_address: config.limits.connections_per_address,
			patience: Duration::from_secs(config.limits.patience),
			proxies: config.limits.proxies.clone(),
		};
		Self {
			config,
			chain,
			store,
			metrics,
			http,
			limits,
			key,
			operator,
			sending: Mutex::new(()),
			classes,
			free,
			mistakes,
			feeds: Feeds::new(),
			favours: Quota::new(proof::FAVOURS_PER_MINUTE),
			proofs: Semaphore::new(proof::MOST_PROOFS),
		}
	}

	/// Returns the account that pays the fees of transactions.
	pub fn operator(&self) -> Address {
		self.operator.address()
	}

	/// Submits a call as the operator, and waits until it is final.
	pub async fn submit(&self, call: &impl Payload) -> Result<Included, Error> {
		let _sending = self.sending.lock().await;
		let submitted = self.chain.connection()?.submit(call, &self.operator, Finality::Final).await;
		submitted.inspect_err(|_| self.metrics.transactions_failed.inc())
	}

	/// Refuses a call before its body is read, or returns how long the body may be, and the place of a feed.
	pub fn admit(&self, caller: Caller, method: Method, path: &str) -> Result<(usize, Option<FeedPlace>), Problem> {
		match (method, feed::class_in(path)) {
			(Method::Get, _) => Ok((0, None)),
			(Method::Post, None) => Ok((MAX_BODY, None)),
			(Method::Post, Some(class)) => Ok((feed::MAX_FEED, Some(self.feed_place(caller, class)?))),
		}
	}

	/// Answers a call over HTTP.
	pub async fn answer(&self, caller: Caller, request: &Request, payment: Option<&[u8]>) -> Result<Answer, Problem> {
		let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
		let segments: Vec<&str> = path.split('/').skip(2).collect();
		match (request.method, &segments[..]) {
			(Method::Get, ["prices"]) => Ok(Answer::plain(&self.prices())),
			(Method::Get, ["health"]) => self.health(),
			(Method::Get, ["sessions", id]) => self.session(caller, request, id, payment).await,
			(Method::Post, ["classes", class, "feed"]) => self.feed(caller, class, &request.body).await,
			(Method::Get, ["tokens", class, instance, "operations", sequence, "proof"]) => {
				self.proof(caller, class, instance, sequence).await
			},
			(Method::Post, ["tokens", class, instance, "operations", sequence, "confirmation"]) => {
				self.confirm(caller, class, instance, sequence, &request.body).await
			},
			(
				_,
				["prices" | "health" | "openapi.json"]
				| ["sessions", _]
				| ["classes", _, "feed"]
				| ["tokens", _, _, "operations", _, "proof" | "confirmation"],
			) => Err(Problem::wrong_method()),
			_ => {
				let call = self.parse(request.method, &segments, query, &request.body)?;
				self.serve(caller, request, call, payment).await
			},
		}
	}

	fn view(&self) -> Result<View, Problem> {
		self.chain.view().map_err(Problem::unavailable)
	}

	fn prices(&self) -> Prices {
		let Config { account, genesis, prices, cash_out, classes, .. } = &self.config;
		Prices {
			node: *account,
			genesis: *genesis,
			read: prices.read.into(),
			write: prices.write.into(),
			credit: prices.credit.into(),
			free_calls_per_minute: prices.free_calls_per_minute,
			blocks_before_expiry: cash_out.blocks_before_expiry,
			classes: classes.clone(),
		}
	}

	fn health(&self) -> Result<Answer, Problem> {
		let view = self.view()?;
		Ok(Answer::plain(&serde_json::json!({ "block": view.head.number, "clock": view.clock })))
	}

	/// Answers what is charged in a session. The highest promise is shown only to who shows the key that signs them, by a promise of
	/// nothing: whoever has a promise can pay with it.
	async fn session(
		&self,
		caller: Caller,
		request: &Request,
		id: &str,
		payment: Option<&[u8]>,
	) -> Result<Answer, Problem> {
		let id: SessionId = id.parse().map_err(|_| Problem::malformed("the id of a session is a number"))?;
		self.ensure_few_mistakes(caller)?;
		let session = self.chain_session(id).await?.filter(|session| session.node == self.config.account);
		let Some(session) = session else {
			self.mistakes.take(caller);
			return Err(Problem::unknown(format!("there is no session {id} with this node in the newest final block")));
		};
		let charges = self.store.charges(id).map_err(|error| Problem::refused(&error))?;
		let mut promise = None;
		if let Some(header) = payment {
			let till = Till { config: &self.config, target: &request.target, price: 0 };
			let shown = till.read(header).and_then(|shown| till.check_key(&shown, id, &session));
			shown.inspect_err(|_| self.count_mistake(caller))?;
			promise = charges.as_ref().map(|charges| Voucher::from(&charges.promise));
		}
		let charged = charges.map_or(session.spent, |charges| charges.charged_at_least(session.spent));
		let limit = session.limit();
		Ok(Answer::plain(&SessionState { session: id, charged, promise, limit, expiry: session.expiry }))
	}

	async fn chain_session(&self, id: SessionId) -> Result<Option<Arc<Session>>, Problem> {
		self.chain
			.session(id)
			.await
			.map_err(|error| Problem::unavailable(format!("the session {id} cannot be looked up: {error}")))
	}

	fn count_mistake(&self, caller: Caller) {
		self.mistakes.take(caller);
	}

	fn ensure_few_mistakes(&self, caller: Caller) -> Result<(), Problem> {
		if self.mistakes.is_used_up(caller) {
			return Err(Problem::too_many(
				"too many calls of this address were refused: correct them, and try again in a minute",
			));
		}
		Ok(())
	}

	fn class(&self, text: &str) -> Result<H256, Problem> {
		let class = parse_hash(text)?;
		if self.classes.contains(&class) { Ok(class) } else { Err(Problem::another_class()) }
	}

	fn parse(&self, method: Method, segments: &[&str], query: &str, body: &[u8]) -> Result<TokenCall, Problem> {
		let (class, instance, rest) = match segments {
			["tokens", class, instance, rest @ ..] => (class, instance, rest),
			_ => return Err(Problem::no_such_path()),
		};
		if !query.is_empty() && !matches!((method, rest), (Method::Get, [] | ["operations"])) {
			return Err(Problem::malformed("this call has no parameters"));
		}
		let call = match (method, rest) {
			(Method::Get, []) => {
				ensure_nonce(query)?;
				Call::Token
			},
			(Method::Get, ["operations"]) => parse_range(query)?,
			(Method::Post, ["operations"]) => {
				let Perform { user, write } = parse_body(body)?;
				let write = SignedWrite::parse(&write.0)
					.map_err(|error| Problem::malformed(format!("the write cannot be read: {error}")))?;
				Call::Perform { user: user.0, write: Box::new(write) }
			},
			(Method::Post, []) => return Err(Problem::wrong_method()),
			_ => return Err(Problem::no_such_path()),
		};
		if method == Method::Get && !body.is_empty() {
			return Err(Problem::malformed("a call that reads has no body"));
		}
		Ok(TokenCall { class: self.class(class)?, instance: parse_hash(instance)?, call })
	}

	/// Serves a call: within the free quota, or paid.
	async fn serve(
		&self,
		caller: Caller,
		request: &Request,
		call: TokenCall,
		payment: Option<&[u8]>,
	) -> Result<Answer, Problem> {
		let view = self.view()?;
		let prices = &self.config.prices;
		let price = if matches!(call.call, Call::Perform { .. }) { prices.write } else { prices.read };
		let till = Till { config: &self.config, target: &request.target, price: price.into() };
		if payment.is_some() || call.write().is_some() {
			self.ensure_few_mistakes(caller)?;
		}
		let promise = match payment {
			Some(header) => {
				let promise = self.promise(&till, header, &view).await;
				if promise.as_ref().is_err_and(|problem| problem.required.is_some()) {
					self.mistakes.take(caller);
				}
				Some(promise?)
			},
			None if price == 0 => None,
			None if !matches!(call.call, Call::Perform { .. }) && self.free.take(caller) => None,
			None => return Err(till.unpaid()),
		};
		let session = promise.as_ref().map(|(promise, _)| promise.promise.session);
		let refused = |error: StoreError| {
			// Anybody may be late, but not all the time.
			if error.is_mistake() {
				self.mistakes.take(caller);
			}
			session.map_or_else(|| Problem::refused(&error), |session| till.refused(session, &error))
		};
		let payment = promise.map(|(promise, session)| Payment {
			promise,
			price: price.into(),
			credit: prices.credit.into(),
			request: request.hash(),
			sequence: None,
			spent: session.spent,
		});
		let (content, charged) = match call.write() {
			Some(write) => {
				let performed = self.store.perform(payment, write).await.map_err(refused)?;
				(self.performed(&performed), performed.charged)
			},
			None => {
				// Before the charge, so that nothing is charged that is not served.
				let content = self.read(&call).map_err(refused)?;
				let sequence = Some(content.0.sequence);
				let charged = match payment {
					Some(payment) => Some(self.store.charge(Payment { sequence, ..payment }).await.map_err(refused)?),
					None => None,
				};
				(content, charged)
			},
		};
		let (body, statement) = self.sign(&view, request, content);
		let settled = session.zip(charged).map(|(session, charged)| {
			self.metrics.charged.inc_by(if charged.repeated { 0 } else { price });
			Settled {
				success: true,
				transaction: String::new(),
				network: x402::network(self.config.genesis),
				amount: price.into(),
				extra: Charged { session, charged: charged.total },
			}
		});
		Ok(Answer { body, statement: Some(statement), settled })
	}

	async fn promise(
		&self,
		till: &Till<'_>,
		header: &[u8],
		view: &View,
	) -> Result<(SignedPromise, Arc<Session>), Problem> {
		let promise = till.read(header)?;
		let session = self.chain_session(promise.promise.session).await?;
		let session = session.ok_or_else(|| till.no_such_session(promise.promise.session, view))?;
		till.check(&promise, &session, view)?;
		Ok((promise, session))
	}

	/// Returns a state that is durable, and the body of the answer.
	fn read(&self, call: &TokenCall) -> Result<(State, Vec<u8>), StoreError> {
		let TokenCall { class, instance, call } = call;
		if let Call::Operations { from, limit } = call {
			let (state, entries) = self.store.operations(class, instance, *from, *limit)?;
			let operations = entries.iter().map(Operation::from).collect();
			return Ok((state, json(&Operations { operations })));
		}
		let state = self.store.state(class, instance)?;
		let body = json(&Token::from(&state));
		Ok((state, body))
	}

	/// Returns the state after a write that is durable, and the body of the answer.
	fn performed(&self, performed: &store::Performed) -> (State, Vec<u8>) {
		self.metrics.operations.inc();
		let store::Performed { entry, state, .. } = performed;
		(state.clone(), json(&Performed { operation: Operation::from(entry), token: Token::from(state) }))
	}

	/// Signs the statement about an answer, and returns both.
	fn sign(&self, view: &View, request: &Request, (state, body): (State, Vec<u8>)) -> (Vec<u8>, Signed) {
		let statement = Statement {
			genesis: self.config.genesis,
			node: self.config.account.0,
			class: state.class,
			instance: state.instance,
			sequence: state.sequence,
			block: view.head.number,
			block_hash: view.head.hash,
			state: state.hash(),
			request: request.hash(),
			response: hash(&body),
		};
		let signed = Signed { statement, key: self.key.address(), signature: self.key.sign(&statement.bytes()) };
		(body, signed)
	}
}

impl TokenCall {
	fn write(&self) -> Option<Write> {
		match &self.call {
			Call::Perform { user, write } => {
				Some(Write { class: self.class, instance: self.instance, user: *user, write: write.as_ref().clone() })
			},
			Call::Token | Call::Operations { .. } => None,
		}
	}
}

fn parse_hash(text: &str) -> Result<H256, Problem> {
	let wrong = || {
		Problem::malformed(format!("{text:.80} is no class or instance: 0x and 64 hexadecimal digits, in lower case"))
	};
	let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 64).ok_or_else(wrong)?;
	if !digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')) {
		return Err(wrong());
	}
	digits.parse().map_err(|_| wrong())
}

/// Ensures that a query is empty, or a nonce. It makes the request another one, and so its statement; nothing else depends on it.
fn ensure_nonce(query: &str) -> Result<(), Problem> {
	if query.is_empty() || query.strip_prefix("nonce=").is_some_and(|nonce| parse_hash(nonce).is_ok()) {
		return Ok(());
	}
	Err(Problem::malformed(format!("{query:.80} is no parameter of this call: `nonce`, 0x and 64 hexadecimal digits")))
}

fn parse_body<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
	serde_json::from_slice(body)
		.map_err(|error| Problem::malformed(format!("the body is not what this call expects: {error}")))
}

fn parse_sequence(text: &str) -> Result<u64, Problem> {
	let digits = Some(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
	let wrong = || Problem::malformed(format!("{text:.80} is no number of an operation"));
	digits.and_then(|digits| digits.parse().ok()).ok_or_else(wrong)
}

/// Reads the parameters `from` and `limit`.
fn parse_range(query: &str) -> Result<Call, Problem> {
	let wrong = |name: &str| {
		Problem::malformed(format!("the parameter {name:.80} is unknown, repeated or no number in its range"))
	};
	let (mut from, mut limit) = (None, None);
	for pair in query.split('&').filter(|pair| !pair.is_empty()) {
		let (name, value) = pair.split_once('=').ok_or_else(|| wrong(pair))?;
		let number = Some(value)
			.filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()))
			.and_then(|value| value.parse::<u64>().ok());
		let number = number.ok_or_else(|| wrong(name))?;
		let before = match name {
			"from" => from.replace(number),
			"limit" => limit.replace(number),
			_ => return Err(wrong(name)),
		};
		if before.is_some() {
			return Err(wrong(name));
		}
	}
	let limit = usize::try_from(limit.unwrap_or(1)).ok().filter(|limit| (1..=MAX_OPERATIONS).contains(limit));
	Ok(Call::Operations { from: from.unwrap_or(1), limit: limit.ok_or_else(|| wrong("limit"))? })
}
