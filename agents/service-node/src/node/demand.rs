//! Calls that were demanded on the chain, and the replies to them.

use super::{Node, json};
use crate::{problem::Problem, store::StoreError};
use smartlayer_client::{
	api::{self, Method, Request},
	calls::Reply,
};
use smartlayer_token::State;
use sp_core::H256;

/// The maximum length of a response on the chain.
const MAX_RESPONSE: usize = 4_096;

/// What is replied to a demand.
#[derive(Clone, Debug)]
pub enum Demanded {
	/// An answer, of which a statement is signed.
	Served {
		/// What was demanded.
		request: Request,
		/// The state of the token.
		state: State,
		/// The body of the answer.
		body: Vec<u8>,
	},
	/// What needs no statement.
	Other(Reply),
}

impl Demanded {
	/// Returns whether it is replied again as it is, should the first reply be lost: a write is performed once. What was read is read again.
	pub fn is_kept(&self) -> bool {
		matches!(self, Self::Served { request, .. } if request.method == Method::Post)
	}
}

impl Node {
	/// Performs a request that was demanded on the chain, which is paid there. It must be one of the token API, about the token that the
	/// demand names.
	pub async fn perform_demand(&self, class: H256, instance: H256, request: &[u8]) -> Result<Demanded, Problem> {
		let Some(request) = Request::parse(request) else { return Ok(Demanded::Other(Reply::Malformed)) };
		let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
		let segments: Vec<&str> = path.split('/').skip(2).collect();
		let call = self.parse(request.method, &segments, query, &request.body);
		let Some(call) = call.ok().filter(|call| (call.class, call.instance) == (class, instance)) else {
			return Ok(Demanded::Other(Reply::Malformed));
		};
		self.view()?;
		let content = match call.write() {
			None => self.read(&call),
			Some(write) => self.store.perform(None, write).await.map(|performed| self.performed(&performed)),
		};
		let content = match content {
			// The refusal is the answer: as over HTTP, but with the present state.
			Err(error @ (StoreError::Refused(_) | StoreError::Restored)) => {
				let Problem { error, message, .. } = Problem::refused(&error);
				let state = self.store.state(&class, &instance);
				state.map(|state| (state, json(&api::Problem { error: error.into(), message })))
			},
			content => content,
		};
		match content {
			Ok((_, body)) if body.len() > MAX_RESPONSE => Ok(Demanded::Other(Reply::Malformed)),
			Ok((state, body)) => Ok(Demanded::Served { request, state, body }),
			Err(StoreError::Moved(moved)) => {
				Ok(Demanded::Other(Reply::NotAssigned { record: moved.record, signature: moved.signature }))
			},
			Err(error) => Err(Problem::refused(&error)),
		}
	}

	/// Returns the reply to a demand of a block of this height, with a statement of now: the chain takes none that is older than the
	/// demand, or much older than the block of the reply.
	pub fn reply(&self, demanded: &Demanded, height: u32) -> Result<Reply, Problem> {
		let (request, state, body) = match demanded {
			Demanded::Served { request, state, body } => (request, state, body),
			Demanded::Other(reply) => return Ok(reply.clone()),
		};
		let view = self.view()?;
		if view.head.number < height {
			return Err(Problem::unavailable(format!("the demand is in block {height}, which this node has not seen")));
		}
		let (response, signed) = self.sign(&view, request, (state.clone(), body.clone()));
		Ok(Reply::Served { signed, response })
	}
}
