use crate::{
	Address, Chain, Error, Http, Key, Payer, Session,
	api::{
		Confirm, Method, Operations, Perform, Performed, Prices, Problem, Request, STATEMENT_HEADER, SessionState,
		Token,
		anchor::ProvedOperation,
		decode_statement,
		x402::{self, Payment, Required, Requirements, Settled},
	},
	http::Response,
	verify::{self, Lie, Signed},
};
use codec::Encode;
use hyper::StatusCode;
use smartlayer_commitment::Operation;
use smartlayer_promise::{Promise, SessionId, SignedPromise};
use smartlayer_statement::{Statement, token_target};
use smartlayer_token::SignedWrite;
use sp_core::{Bytes, H256};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// The maximum length of an answer.
const MAX_ANSWER: usize = 1_024 * 1_024;

/// A service node, called over HTTP. Every answer about a token is checked: its statement must be by the node, about this request and
/// this response. Whether its key and its block are right is for [`Answer::verify`].
///
#[doc = concat!("```no_run\n", include_str!("../tests/library/examples/call.rs"), "```")]
#[derive(Clone)]
pub struct ServiceNode {
	http: Http,
	url: String,
	/// Its account.
	pub node: Address,
	/// The genesis hash of its chain.
	pub genesis: H256,
	/// What it charges, once it was asked.
	prices: Arc<OnceCell<Prices>>,
}

/// An answer about a token, with the statement that makes its node liable for it.
#[derive(Clone, Debug)]
pub struct Answer<T> {
	/// What was answered.
	pub content: T,
	/// The call, as the statement names it.
	pub request: Request,
	/// The bytes of the answer.
	pub response: Vec<u8>,
	/// The statement.
	pub signed: Signed,
	/// What is charged in the session now, if the call was paid.
	pub charged: Option<u128>,
}

impl<T> Answer<T> {
	/// Checks on the chain what the node alone could not prove: that the statement is dated with a recent block, and signed with the
	/// key that the node had in this block. Only then is the answer evidence, should it be false.
	pub async fn verify(&self, chain: &Chain) -> Result<(), Lie> {
		let node = Address(self.signed.statement.node);
		verify::statement_on_chain(&self.signed, chain, &node, &self.request.bytes(), &self.response).await
	}
}

/// Why a node has not answered as hoped.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
	/// The call must be paid, or paid otherwise.
	#[error("{}", .0.error.as_deref().unwrap_or("the call must be paid"))]
	PaymentRequired(Box<Required>),
	/// The node has refused the call.
	#[error("the node has refused the call ({status}): {}", .problem.message)]
	Refused {
		/// The status.
		status: StatusCode,
		/// The reason.
		problem: Problem,
	},
	/// What the node says is no evidence, or wrong.
	#[error("do not believe this node: {0}")]
	Lie(#[from] Lie),
	/// The node cannot be reached, or its answer makes no sense.
	#[error(transparent)]
	Error(#[from] Error),
}

impl ServiceNode {
	/// A node with this account, at a URL such as `https://node.example`.
	pub fn new(http: Http, url: &str, node: Address, genesis: H256) -> Self {
		Self { http, url: url.trim_end_matches('/').into(), node, genesis, prices: Arc::default() }
	}

	/// Returns what the node charges.
	pub async fn prices(&self) -> Result<&Prices, CallError> {
		self.prices.get_or_try_init(|| self.ask_prices()).await
	}

	async fn ask_prices(&self) -> Result<Prices, CallError> {
		let response = self.send(&Request::get("/v1/prices"), None).await?;
		parse(&refused(response)?.body)
	}

	/// Returns what the node has charged in a session. With the key that signs its promises, also the highest one.
	pub async fn session(&self, session: SessionId, key: Option<&Key>) -> Result<SessionState, CallError> {
		// A promise of nothing shows that the caller has the key.
		let nothing = key.map(|key| key.sign_promise(Promise { genesis: self.genesis, session, amount: 0 }));
		let header = nothing.map(|promise| self.payment(&promise, 0));
		let response = self.send(&Request::get(format!("/v1/sessions/{session}")), header.as_deref()).await?;
		parse(&refused(response)?.body)
	}

	/// Returns a payer that continues a session of the chain, from what the node proves to have charged. No call may cost more than
	/// `highest_price`.
	pub async fn payer(
		&self,
		id: SessionId,
		session: &Session,
		key: Key,
		highest_price: u128,
	) -> Result<Payer, CallError> {
		let state = self.session(id, Some(&key)).await?;
		let proof = state.promise.map(|promise| promise.promise(self.genesis)).transpose()?;
		let payer = Payer::new(self.genesis, id, key, session.limit()).with_highest_price(highest_price);
		// What the chain has paid was promised, and so was what the key before has signed.
		let by_former = |proof: &SignedPromise| {
			session.replaced.is_some_and(|(former, _)| proof.check(self.genesis, id, &former).is_ok())
		};
		let (former, proof) = match proof {
			Some(proof) if by_former(&proof) => (proof.promise.amount, None),
			proof => (0, proof),
		};
		let payer = payer.resume(session.spent.max(former), state.charged, proof.as_ref()).map_err(wrong_charge)?;
		Ok(payer)
	}

	/// Reads the state of a token.
	pub async fn token(
		&self,
		class: H256,
		instance: H256,
		payer: Option<&mut Payer>,
	) -> Result<Answer<Token>, CallError> {
		// Nobody has made this request before, and observers sample nodes with the same.
		self.token_by(class, instance, H256::random(), payer).await
	}

	/// Reads the state of a token, with a nonce that makes the answer a new one.
	pub async fn token_by(
		&self,
		class: H256,
		instance: H256,
		nonce: H256,
		payer: Option<&mut Payer>,
	) -> Result<Answer<Token>, CallError> {
		let target = token_target(class, instance, nonce);
		let answer: Answer<Token> = self.call(&Request::get(target), payer).await?;
		let state = answer.content.state()?;
		let said = about(&answer, class, instance)?;
		if (state.class, state.instance) != (class, instance)
			|| state.hash() != said.state
			|| state.sequence != said.sequence
		{
			return Err(Lie::AnotherState.into());
		}
		Ok(answer)
	}

	/// Reads operations of a token, from a number on.
	pub async fn operations(
		&self,
		class: H256,
		instance: H256,
		from: u64,
		limit: usize,
		payer: Option<&mut Payer>,
	) -> Result<Answer<Operations>, CallError> {
		let target = format!("/v1/tokens/{class:?}/{instance:?}/operations?from={from}&limit={limit}");
		let answer: Answer<Operations> = self.call(&Request::get(target), payer).await?;
		about(&answer, class, instance)?;
		let are_consecutive =
			answer.content.operations.iter().zip(from.max(1)..).all(|(operation, next)| operation.sequence == next);
		if are_consecutive && answer.content.operations.len() <= limit {
			Ok(answer)
		} else {
			Err(Lie::AnotherRequest.into())
		}
	}

	/// Returns the proof that an operation is in a snapshot, which leads to the chain by [`verify::operation`]. Nothing if no final one
	/// contains it yet.
	pub async fn proof(&self, operation: &Operation) -> Result<Option<ProvedOperation>, CallError> {
		let Operation { class, instance, sequence, .. } = operation;
		let target = format!("/v1/tokens/{class:?}/{instance:?}/operations/{sequence}/proof");
		let response = self.send(&Request::get(target), None).await?;
		if response.status == StatusCode::NOT_FOUND {
			return Ok(None);
		}
		let proved: ProvedOperation = parse(&refused(response)?.body)?;
		let is_about = proved.read().is_some_and(|(found, _)| found == *operation);
		if is_about { Ok(Some(proved)) } else { Err(Lie::AnotherRequest.into()) }
	}

	/// Confirms, as its user, that the node has performed an operation. The node can show the chain one for each interval, for a better
	/// score. Costs nothing.
	pub async fn confirm(&self, operation: &Operation, key: &Key) -> Result<(), CallError> {
		let Operation { class, instance, sequence, .. } = operation;
		let signature = key.sign(&operation.confirmation(self.genesis.as_bytes())).encode();
		let body = serde_json::to_vec(&Confirm { signature: Bytes(signature) }).map_err(Error::unexpected)?;
		let target = format!("/v1/tokens/{class:?}/{instance:?}/operations/{sequence}/confirmation");
		refused(self.send(&Request::post(target, body), None).await?).map(drop)
	}

	/// Orders a write.
	pub async fn perform(
		&self,
		class: H256,
		instance: H256,
		user: Address,
		write: &SignedWrite,
		payer: Option<&mut Payer>,
	) -> Result<Answer<Performed>, CallError> {
		let body = serde_json::to_vec(&Perform { user, write: Bytes(write.bytes().to_vec()) });
		let body = body.map_err(Error::unexpected)?;
		let request = Request::post(format!("/v1/tokens/{class:?}/{instance:?}/operations"), body);
		let answer: Answer<Performed> = self.call(&request, payer).await?;
		let Performed { operation, token } = &answer.content;
		let said = about(&answer, class, instance)?;
		let is_stated =
			(token.state()?.hash(), operation.state, operation.sequence) == (said.state, said.state, said.sequence);
		let is_ordered = operation.user == user
			&& operation.write.0 == write.bytes().to_vec()
			&& (token.class, token.instance) == (class, instance);
		if is_stated && is_ordered { Ok(answer) } else { Err(Lie::AnotherState.into()) }
	}

	/// Calls, and pays if there is a payer: once more from what the node has charged if the first promise was stale, and once more with
	/// the same promise if there was no answer.
	async fn call<T: serde::de::DeserializeOwned>(
		&self,
		request: &Request,
		payer: Option<&mut Payer>,
	) -> Result<Answer<T>, CallError> {
		let Some(payer) = payer else { return self.answer(request, None).await };
		let prices = self.prices().await?;
		let mut price = if request.method == Method::Get { prices.read } else { prices.write };
		for _ in 0..2 {
			let promise = payer.pay(price)?;
			let header = self.payment(&promise, price);
			let answer = match self.answer(request, Some(&header)).await {
				Err(CallError::Error(Error::NoAnswer { .. })) => self.answer(request, Some(&header)).await,
				answer => answer,
			};
			match answer {
				Ok(answer) => {
					if let Some(charged) = answer.charged {
						payer.correct(charged).map_err(wrong_charge)?;
					}
					return Ok(answer);
				},
				Err(CallError::PaymentRequired(required)) => {
					payer.take_back(price);
					let Some(requirements) = required.accepts.first() else {
						return Err(CallError::PaymentRequired(required));
					};
					let extra = &requirements.extra;
					let charged = extra.charged.filter(|_| extra.session == Some(payer.session()));
					let stale = (payer.charged(), price);
					price = requirements.amount;
					match charged {
						// Something else is wrong than the amount.
						None => return Err(CallError::PaymentRequired(required)),
						Some(charged) if (charged, price) == stale => return Err(CallError::PaymentRequired(required)),
						Some(charged) => payer.correct(charged).map_err(wrong_charge)?,
					}
				},
				Err(error) => {
					if matches!(error, CallError::Refused { .. }) {
						payer.take_back(price);
					}
					return Err(error);
				},
			}
		}
		Err(Lie::WrongCharge("the node refuses promises that begin from what it says to have charged".into()).into())
	}

	/// Returns the header with which a call is paid.
	pub fn payment(&self, promise: &SignedPromise, price: u128) -> String {
		x402::encode(&Payment {
			x402_version: x402::VERSION,
			accepted: Requirements::new(self.genesis, self.node, price),
			payload: promise.into(),
		})
	}

	async fn answer<T: serde::de::DeserializeOwned>(
		&self,
		request: &Request,
		payment: Option<&str>,
	) -> Result<Answer<T>, CallError> {
		let response = refused(self.send(request, payment).await?)?;
		let header = response.header(STATEMENT_HEADER);
		let header = header.ok_or_else(|| Lie::NoStatement(format!("the header {STATEMENT_HEADER} is missing")))?;
		let signed = decode_statement(header).map_err(|error| Lie::NoStatement(error.to_string()))?;
		verify::statement(&signed, self.genesis, &self.node, &request.bytes(), &response.body)?;
		let settled = response.header(x402::RESPONSE_HEADER);
		let settled = settled.map(|value| x402::decode::<Settled>(x402::RESPONSE_HEADER, value)).transpose()?;
		let charged = settled.map(|settled| settled.extra.charged);
		let content = parse(&response.body)?;
		Ok(Answer { content, request: request.clone(), response: response.body, signed, charged })
	}

	async fn send(&self, request: &Request, payment: Option<&str>) -> Result<Response, Error> {
		let method = match request.method {
			Method::Get => hyper::Method::GET,
			Method::Post => hyper::Method::POST,
		};
		let headers: Vec<_> = payment.map(|payment| (x402::PAYMENT_HEADER, payment)).into_iter().collect();
		let url = format!("{}{}", self.url, request.target);
		self.http.send(method, &url, &headers, request.body.clone(), MAX_ANSWER).await
	}
}

fn wrong_charge(error: Error) -> Lie {
	Lie::WrongCharge(error.to_string())
}

/// Returns the statement of an answer if it is about this token.
fn about<T>(answer: &Answer<T>, class: H256, instance: H256) -> Result<&Statement, Lie> {
	let statement = &answer.signed.statement;
	if (statement.class, statement.instance) == (class, instance) { Ok(statement) } else { Err(Lie::AnotherToken) }
}

fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, CallError> {
	serde_json::from_slice(body).map_err(|error| Error::unexpected(error).into())
}

/// Returns the reason if a call was refused.
fn refused(response: Response) -> Result<Response, CallError> {
	if response.status.is_success() {
		return Ok(response);
	}
	if response.status == StatusCode::PAYMENT_REQUIRED
		&& let Some(header) = response.header(x402::REQUIRED_HEADER)
	{
		return Err(CallError::PaymentRequired(Box::new(x402::decode(x402::REQUIRED_HEADER, header)?)));
	}
	let status = response.status;
	let problem = serde_json::from_slice(&response.body).unwrap_or_else(|_| Problem {
		error: "unknown".into(),
		message: String::from_utf8_lossy(&response.body).chars().take(200).collect(),
	});
	Err(CallError::Refused { status, problem })
}
