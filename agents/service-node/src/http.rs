//! Calls over HTTP: what is read from requests and written to responses.

use crate::{
	node::{Answer, Node},
	problem::Problem,
};
use hyper::{
	Method as HttpMethod, StatusCode,
	body::Incoming,
	header::{self, HeaderName, HeaderValue},
};
use smartlayer_client::api::{self, MAX_TARGET, Method, Request, STATEMENT_HEADER, encode_statement, x402};
use smartlayer_daemon::{
	http::{self, Counters, Limits, Service, Unread},
	limits::Caller,
};

/// The description of the API.
pub const OPENAPI: &str = include_str!("openapi.json");

impl Service for Node {
	fn limits(&self) -> &Limits {
		&self.limits
	}

	fn counters(&self) -> &Counters {
		&self.metrics.http
	}

	async fn respond(&self, request: hyper::Request<Incoming>, caller: Caller) -> http::Answer {
		match (request.method(), request.uri().path()) {
			(&HttpMethod::OPTIONS, _) => response(StatusCode::NO_CONTENT, Vec::new()),
			(&HttpMethod::GET, "/v1/openapi.json") => response(StatusCode::OK, OPENAPI.into()),
			_ => match call(self, request, caller).await {
				Ok(answer) => answered(answer),
				Err(problem) => refused(&problem),
			},
		}
	}
}

async fn call(node: &Node, request: hyper::Request<Incoming>, caller: Caller) -> Result<Answer, Problem> {
	let method = match *request.method() {
		HttpMethod::GET => Method::Get,
		HttpMethod::POST => Method::Post,
		_ => return Err(Problem::wrong_method()),
	};
	let target = request.uri().path_and_query().map_or("", |target| target.as_str()).to_owned();
	if !target.starts_with("/v1/") {
		return Err(Problem::no_such_path());
	}
	if target.len() > MAX_TARGET {
		return Err(Problem::malformed(format!("a path with its parameters has at most {MAX_TARGET} bytes")));
	}
	let payment = request.headers().get(x402::PAYMENT_HEADER).cloned();
	let path = request.uri().path();
	let (limit, _place) = node.admit(caller, method, path)?;
	let body = http::body(request.into_body(), limit, node.limits.patience).await.map_err(|unread| match unread {
		Unread::TooLong => Problem::too_large(limit),
		Unread::TooSlow => Problem::too_slow(),
		Unread::Broken => Problem::malformed("the body could not be read"),
	})?;
	let request = Request { method, target, body };
	node.answer(caller, &request, payment.as_ref().map(HeaderValue::as_bytes)).await
}

fn answered(answer: Answer) -> http::Answer {
	let mut response = response(StatusCode::OK, answer.body);
	if let Some(statement) = &answer.statement {
		insert(&mut response, STATEMENT_HEADER, &encode_statement(statement));
	}
	if let Some(settled) = &answer.settled {
		insert(&mut response, x402::RESPONSE_HEADER, &x402::encode(settled));
	}
	response
}

fn refused(problem: &Problem) -> http::Answer {
	let body = api::Problem { error: problem.error.into(), message: problem.message.clone() };
	let mut response = response(problem.status, serde_json::to_vec(&body).unwrap_or_default());
	if let Some(required) = &problem.required {
		insert(&mut response, x402::REQUIRED_HEADER, &x402::encode(required));
	}
	if let Some(seconds) = problem.retry_after {
		insert(&mut response, header::RETRY_AFTER.as_str(), &seconds.to_string());
	}
	response
}

fn response(status: StatusCode, body: Vec<u8>) -> http::Answer {
	let mut response = http::response(status, "application/json", body);
	let headers = response.headers_mut();
	headers.insert(
		header::ACCESS_CONTROL_ALLOW_HEADERS, // The packages of x402 also send the last one, with every payment.
		HeaderValue::from_static("content-type, payment-signature, access-control-expose-headers"),
	);
	headers.insert(
		header::ACCESS_CONTROL_EXPOSE_HEADERS,
		HeaderValue::from_static("payment-required, payment-response, retry-after, smartlayer-statement"),
	);
	response
}

/// Sets a header whose value is ASCII.
fn insert(response: &mut http::Answer, name: &str, value: &str) {
	if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
		response.headers_mut().insert(name, value);
	}
}
