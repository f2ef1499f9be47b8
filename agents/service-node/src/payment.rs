//! How a call is paid: the checks of a promise, each with an answer that says what to do.

use crate::{chain::View, config::Config, problem::Problem, store::StoreError};
use smartlayer_client::{
	Session,
	api::x402::{self, Extra, Payment, Required, Requirements, Resource},
};
use smartlayer_promise::{PromiseError, SessionId, SignedPromise};

/// Says what a call costs, and how to pay.
pub struct Till<'a> {
	/// The configuration.
	pub config: &'a Config,
	/// The target of the call.
	pub target: &'a str,
	/// The price of the call.
	pub price: u128,
}

impl Till<'_> {
	/// Returns what to pay, with what is known of a session.
	pub fn required(&self, why: &str, session: Option<SessionId>, charged: Option<u128>) -> Required {
		let mut requirements = self.requirements();
		requirements.extra = Extra { session, charged, ..requirements.extra };
		Required {
			x402_version: x402::VERSION,
			error: Some(why.into()),
			resource: Resource { url: self.target.into() },
			accepts: vec![requirements],
		}
	}

	fn requirements(&self) -> Requirements {
		Requirements::new(self.config.genesis, self.config.account, self.price)
	}

	/// Refuses a call that is not paid.
	pub fn unpaid(&self) -> Problem {
		let message = "this call must be paid: open a session with this node, and promise its price (/v1/prices)";
		Problem::payment("paymentRequired", message, self.required(message, None, None))
	}

	fn refuse(&self, error: &'static str, message: impl Into<String>, session: SessionId) -> Problem {
		let message = message.into();
		let required = self.required(&message, Some(session), None);
		Problem::payment(error, message, required)
	}

	/// Reads the header of a payment.
	pub fn read(&self, header: &[u8]) -> Result<SignedPromise, Problem> {
		let malformed = |message: String| {
			let required = self.required(&message, None, None);
			Problem::payment("malformedPayment", message, required)
		};
		let header =
			std::str::from_utf8(header).map_err(|_| malformed("the header of the payment is not text".into()))?;
		let payment: Payment =
			x402::decode(x402::PAYMENT_HEADER, header).map_err(|error| malformed(error.to_string()))?;
		if payment.accepted.pay_to != self.config.account {
			return Err(malformed(format!("this payment is for another node: this one is {}", self.config.account)));
		}
		if payment.x402_version != x402::VERSION || !payment.accepted.is_same_way(&self.requirements()) {
			return Err(malformed(
				"this node is paid by x402 version 2, as /v1/prices and the header of this answer say".into(),
			));
		}
		payment.payload.promise(self.config.genesis).map_err(|error| malformed(error.to_string()))
	}

	/// Refuses a promise of a session that is not known.
	pub fn no_such_session(&self, id: SessionId, view: &View) -> Problem {
		let number = view.head.number;
		let message =
			format!("the session {id} is not known in the final block {number}: wait until it is final, or open one");
		self.refuse("noSuchSession", message, id)
	}

	/// Checks a promise against its session, and verifies its signature.
	pub fn check(&self, promise: &SignedPromise, session: &Session, view: &View) -> Result<(), Problem> {
		let id = promise.promise.session;
		if session.node != self.config.account {
			let message = format!("the session {id} pays another node, {}: open one with this node", session.node);
			return Err(self.refuse("anotherNode", message, id));
		}
		if promise.signer != session.signer {
			let message = format!("the session {id} has another signer: sign with the key that the session names");
			return Err(self.refuse("anotherSigner", message, id));
		}
		let end = session.expiry.saturating_sub(self.config.cash_out.blocks_before_expiry);
		if view.clock >= end {
			let message = format!(
				"the session {id} is closed, or is no longer served because it expires in block {}: extend it, or open another one",
				session.expiry
			);
			return Err(self.refuse("expired", message, id));
		}
		let (amount, limit) = (promise.promise.amount, session.limit());
		if amount > limit {
			let message = format!("{amount} is promised, and the session {id} holds {limit}: top it up");
			return Err(self.refuse("depositUsedUp", message, id));
		}
		self.check_signature(promise, id, session)
	}

	/// Checks that a promise of nothing shows the key of a session.
	pub fn check_key(&self, promise: &SignedPromise, id: SessionId, session: &Session) -> Result<(), Problem> {
		if promise.promise.amount != 0 {
			let message = "only a promise of 0 shows the key: others can be seen by everybody once they are cashed out";
			return Err(self.refuse("badPromise", message, id));
		}
		self.check_signature(promise, id, session)
	}

	fn check_signature(&self, promise: &SignedPromise, id: SessionId, session: &Session) -> Result<(), Problem> {
		promise.check(self.config.genesis, id, &session.signer).map_err(|error| {
			let message = match error {
				PromiseError::BadSignature => {
					"the signature is not one of this promise: check the amount, the genesis hash and the scheme"
				},
				PromiseError::WrongScheme => "the scheme does not fit the key of the session",
				PromiseError::WrongLength => "a signature of this scheme has another length",
				PromiseError::AnotherChain | PromiseError::AnotherSession | PromiseError::AnotherSigner => {
					"the promise is of another chain, session or signer"
				},
			};
			self.refuse("badPromise", message, id)
		})
	}

	/// Returns the refusal of the store, with what the client needs for the next promise.
	pub fn refused(&self, session: SessionId, error: &StoreError) -> Problem {
		match error {
			StoreError::Stale { charged } => {
				let total = charged.saturating_add(self.price);
				let message = format!("{charged} is charged in the session {session}: promise {total} for this call");
				Problem::payment("stalePromise", &message, self.required(&message, Some(session), Some(*charged)))
			},
			StoreError::Repeated { charged } => {
				let message = error.to_string();
				Problem::payment("stalePromise", &message, self.required(&message, Some(session), Some(*charged)))
			},
			error => Problem::refused(error),
		}
	}
}
