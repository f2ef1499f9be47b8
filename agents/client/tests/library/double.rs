//! A service node with one token that answers as it is told: rightly, or not.

use http_body_util::{BodyExt, Full};
use hyper::{
	Request as HttpRequest, Response, StatusCode,
	body::{Bytes, Incoming},
	server::conn::http1,
	service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use smartlayer_client::{
	Address, Head, Http, Key, ServiceNode, SessionId,
	api::{
		Method, Operation, Operations, Perform, Performed, Prices, Request, STATEMENT_HEADER, SessionState, Token,
		encode_statement,
		x402::{self, Charged, Payment, Required, Requirements, Resource, Settled, Voucher},
	},
	verify::Signed,
};
use smartlayer_statement::{Entry, Record, Statement, class_of, hash};
use smartlayer_token::{Action, SignedWrite, State, perform};
use sp_core::H256;
use std::{
	io,
	sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

pub(crate) const READ: u128 = 10;
pub(crate) const WRITE: u128 = 50;
pub(crate) const SESSION: SessionId = 7;
pub(crate) const LIMIT: u128 = 1_000;
const SALT: H256 = H256::repeat_byte(5);

/// An answer before it is signed and sent.
#[derive(Clone)]
pub(crate) struct Draft {
	pub status: StatusCode,
	pub body: Vec<u8>,
	pub statement: Option<Statement>,
	/// The key that signs the statement.
	pub key: Key,
	pub required: Option<Required>,
	pub settled: Option<Settled>,
	/// Whether the connection breaks instead.
	pub lost: bool,
}

impl Draft {
	/// Replaces the body, and what the statement says of it.
	pub(crate) fn say(&mut self, body: &impl Serialize) {
		self.body = serde_json::to_vec(body).unwrap();
		self.statement.as_mut().unwrap().response = hash(&self.body);
	}

	/// Changes the body, and what the statement says of it.
	pub(crate) fn change<T: Serialize + serde::de::DeserializeOwned>(&mut self, change: impl FnOnce(&mut T)) {
		let mut content = serde_json::from_slice(&self.body).unwrap();
		change(&mut content);
		self.say(&content);
	}
}

/// What is done to every answer about a token.
type Twist = Box<dyn FnMut(&mut Draft) + Send>;

struct Shared {
	genesis: H256,
	head: Head,
	account: Address,
	key: Key,
	state: State,
	entries: Vec<Entry>,
	session: SessionId,
	charged: u128,
	promise: Option<Voucher>,
	/// The payments of all calls.
	payments: Vec<Option<String>>,
	twist: Twist,
}

/// The node. It ends with the test.
pub(crate) struct Double {
	pub url: String,
	pub class: H256,
	pub instance: H256,
	pub account: Address,
	genesis: H256,
	shared: Arc<Mutex<Shared>>,
}

pub(crate) fn key(uri: &str) -> Key {
	Key::from_uri(uri).unwrap()
}

impl Double {
	/// Starts a node with this account and service key, which dates its statements with a block of a chain.
	pub(crate) async fn start(genesis: H256, head: Head, account: Address, key: Key, session: SessionId) -> Self {
		let issuer = self::key("//Issuer");
		let (class, instance) = (class_of(&issuer.address().0, &SALT), H256::repeat_byte(9));
		let record =
			Record { genesis, issuer: issuer.address().0, salt: SALT, instance, bit: 0, node: account.0, number: 1 };
		let write = SignedWrite { action: Action::Assign(record), signature: issuer.sign(&record.bytes()) };
		let empty = State::empty(class, instance);
		let (entry, state) = perform(genesis, &account.0, &empty, &issuer.address().0, &write).unwrap();
		let shared = Shared {
			genesis,
			head,
			account,
			key,
			state,
			entries: vec![entry],
			session,
			charged: 0,
			promise: None,
			payments: Vec::new(),
			twist: Box::new(|_| {}),
		};
		let shared = Arc::new(Mutex::new(shared));
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let url = format!("http://{}", listener.local_addr().unwrap());
		let served = shared.clone();
		tokio::spawn(async move {
			loop {
				let (stream, _) = listener.accept().await.unwrap();
				let shared = served.clone();
				let service = service_fn(move |request| respond(shared.clone(), request));
				tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
			}
		});
		Self { url, class, instance, account, genesis, shared }
	}

	/// Returns a new client of the node.
	pub(crate) fn client(&self) -> ServiceNode {
		ServiceNode::new(Http::new().unwrap(), &self.url, self.account, self.genesis)
	}

	/// Does something to every answer about a token from now on.
	pub(crate) fn twist(&self, twist: impl FnMut(&mut Draft) + Send + 'static) {
		self.shared.lock().unwrap().twist = Box::new(twist);
	}

	/// Returns the payments of all calls about the token so far.
	pub(crate) fn payments(&self) -> Vec<Option<String>> {
		self.shared.lock().unwrap().payments.clone()
	}

	/// Returns what was served.
	pub(crate) fn charged(&self) -> u128 {
		self.shared.lock().unwrap().charged
	}

	/// Returns the state of the token.
	pub(crate) fn state(&self) -> State {
		self.shared.lock().unwrap().state.clone()
	}
}

async fn respond(
	shared: Arc<Mutex<Shared>>,
	request: HttpRequest<Incoming>,
) -> Result<Response<Full<Bytes>>, io::Error> {
	let method = if request.method() == hyper::Method::GET { Method::Get } else { Method::Post };
	let target = request.uri().path_and_query().unwrap().as_str().to_owned();
	let payment = request.headers().get(x402::PAYMENT_HEADER).map(|value| value.to_str().unwrap().to_owned());
	let body = request.into_body().collect().await.unwrap().to_bytes().to_vec();
	let draft = shared.lock().unwrap().draft(&Request { method, target, body }, payment);
	if draft.lost {
		return Err(io::Error::other("the connection breaks"));
	}
	let mut response = Response::builder().status(draft.status);
	if let Some(statement) = draft.statement {
		let signed = Signed { statement, key: draft.key.address(), signature: draft.key.sign(&statement.bytes()) };
		response = response.header(STATEMENT_HEADER, encode_statement(&signed));
	}
	if let Some(required) = draft.required {
		response = response.header(x402::REQUIRED_HEADER, x402::encode(&required));
	}
	if let Some(settled) = draft.settled {
		response = response.header(x402::RESPONSE_HEADER, x402::encode(&settled));
	}
	Ok(response.body(Full::new(draft.body.into())).unwrap())
}

impl Shared {
	fn draft(&mut self, request: &Request, payment: Option<String>) -> Draft {
		if request.target == "/v1/prices" {
			return self.plain(&Prices {
				node: self.account,
				genesis: self.genesis,
				read: READ,
				write: WRITE,
				credit: 0,
				free_calls_per_minute: 0,
				blocks_before_expiry: 10,
				classes: vec![self.state.class],
			});
		}
		if request.target.starts_with("/v1/sessions/") {
			let (session, charged, promise) = (self.session, self.charged, self.promise.clone());
			return self.plain(&SessionState { session, charged, promise, limit: LIMIT, expiry: 1_000 });
		}
		self.payments.push(payment.clone());
		let mut draft = self.paid(request, payment);
		(self.twist)(&mut draft);
		draft
	}

	fn plain(&self, body: &impl Serialize) -> Draft {
		let body = serde_json::to_vec(body).unwrap();
		let (key, status) = (self.key.clone(), StatusCode::OK);
		Draft { status, body, statement: None, key, required: None, settled: None, lost: false }
	}

	fn paid(&mut self, request: &Request, payment: Option<String>) -> Draft {
		let price = if request.method == Method::Get { READ } else { WRITE };
		let payment: Option<Payment> = payment.map(|payment| x402::decode(x402::PAYMENT_HEADER, &payment).unwrap());
		let total = self.charged + price;
		let Some(voucher) = payment.map(|payment| payment.payload).filter(|voucher| voucher.amount >= total) else {
			let mut requirements = Requirements::new(self.genesis, self.account, price);
			requirements.extra.session = Some(self.session);
			requirements.extra.charged = Some(self.charged);
			let resource = Resource { url: request.target.clone() };
			let accepts = vec![requirements];
			let required = Required { x402_version: x402::VERSION, error: Some("pay".into()), resource, accepts };
			let plain = self.plain(&serde_json::json!({ "error": "stalePromise", "message": "pay" }));
			return Draft { status: StatusCode::PAYMENT_REQUIRED, required: Some(required), ..plain };
		};
		self.charged = total;
		self.promise = Some(voucher);
		let answer = self.answer(request);
		let settled = Settled {
			success: true,
			transaction: String::new(),
			network: x402::network(self.genesis),
			amount: price,
			extra: Charged { session: self.session, charged: total },
		};
		Draft { settled: Some(settled), ..answer }
	}

	fn answer(&mut self, request: &Request) -> Draft {
		let mut draft = if request.method == Method::Post {
			let Perform { user, write } = serde_json::from_slice(&request.body).unwrap();
			let write = SignedWrite::parse(&write).unwrap();
			let (entry, state) = perform(self.genesis, &self.account.0, &self.state, &user.0, &write).unwrap();
			self.state = state;
			self.entries.push(entry.clone());
			self.plain(&Performed { operation: Operation::from(&entry), token: Token::from(&self.state) })
		} else if request.target.contains("/operations") {
			self.plain(&Operations { operations: self.entries.iter().map(Operation::from).collect() })
		} else {
			self.plain(&Token::from(&self.state))
		};
		draft.statement = Some(Statement {
			genesis: self.genesis,
			node: self.account.0,
			class: self.state.class,
			instance: self.state.instance,
			sequence: self.state.sequence,
			block: self.head.number,
			block_hash: self.head.hash,
			state: self.state.hash(),
			request: request.hash(),
			response: hash(&draft.body),
		});
		draft
	}
}
