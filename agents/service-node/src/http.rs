//! The transport: connections, their limits, and what is read from and written to them.

use crate::{
	Stop,
	limits::{Caller, Connections},
	metrics::Metrics,
	node::{Answer, Node},
	problem::Problem,
	stopped,
};
use http_body_util::{BodyExt, Full};
use hyper::{
	HeaderMap, Method as HttpMethod, Response, StatusCode,
	body::{Body, Bytes, Incoming},
	header::{self, HeaderName, HeaderValue},
	server::conn::http1,
	service::service_fn,
};
use hyper_util::{
	rt::{TokioIo, TokioTimer},
	server::graceful::GracefulShutdown,
};
use smartlayer_client::api::{self, MAX_TARGET, Method, Request, STATEMENT_HEADER, encode_statement, x402};
use socket2::SockRef;
use std::{
	convert::Infallible,
	net::IpAddr,
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::{
	net::{TcpListener, TcpStream},
	sync::{OwnedSemaphorePermit, Semaphore},
};

/// The description of the API.
pub const OPENAPI: &str = include_str!("openapi.json");

/// The maximum length of the headers of a request.
const MAX_HEADERS: usize = 16 * 1_024;
/// How long open calls may take when the program ends.
const LAST_CALLS: Duration = Duration::from_secs(10);

/// Serves customers until the program ends.
pub async fn serve(node: Arc<Node>, listener: TcpListener, mut stop: Stop) {
	let limits = &node.config.limits;
	let places = Arc::new(Semaphore::new(limits.connections));
	let connections = Arc::new(Connections::new(limits.connections_per_address));
	let graceful = GracefulShutdown::new();
	loop {
		let (stream, peer) = tokio::select! {
			accepted = listener.accept() => match accepted {
				Ok(accepted) => accepted,
				Err(error) => {
					// No file descriptor is free, for example: waiting may help, and ending would not.
					tracing::warn!("a connection could not be accepted: {error}");
					tokio::time::sleep(Duration::from_millis(100)).await;
					continue;
				},
			},
			() = stopped(&mut stop) => break,
		};
		let peer = peer.ip().to_canonical();
		let is_proxy = limits.proxies.contains(&peer);
		let caller = Caller::from(peer);
		let Ok(place) = places.clone().try_acquire_owned() else {
			node.metrics.refused_connections.inc();
			continue;
		};
		if !is_proxy && !connections.open(caller) {
			node.metrics.refused_connections.inc();
			continue;
		}
		let counted = Counted {
			connections: (!is_proxy).then(|| (connections.clone(), caller)),
			metrics: node.metrics.clone(),
			_place: place,
		};
		node.metrics.connections.inc();
		let connection = connection(node.clone(), stream, peer);
		let connection = graceful.watch(connection);
		tokio::spawn(async move {
			// A broken connection is the caller's affair.
			drop(connection.await);
			drop(counted);
		});
	}
	drop(listener);
	if tokio::time::timeout(LAST_CALLS, graceful.shutdown()).await.is_err() {
		tracing::warn!("some calls took longer than {} s, and were ended", LAST_CALLS.as_secs());
	}
}

/// Counts a connection until it is dropped.
struct Counted {
	connections: Option<(Arc<Connections>, Caller)>,
	metrics: Arc<Metrics>,
	_place: OwnedSemaphorePermit,
}

impl Drop for Counted {
	fn drop(&mut self) {
		self.metrics.connections.dec();
		if let Some((connections, caller)) = &self.connections {
			connections.close(*caller);
		}
	}
}

fn connection(
	node: Arc<Node>,
	stream: TcpStream,
	peer: IpAddr,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
	// Answers are small, and callers wait for them.
	drop(stream.set_nodelay(true));
	let patience = Duration::from_secs(node.config.limits.patience);
	// A caller that does not read its answers would keep its connection for ever.
	drop(SockRef::from(&stream).set_tcp_user_timeout(Some(patience)));
	let service = service_fn(move |request| {
		let node = node.clone();
		async move { Ok::<_, Infallible>(respond(&node, request, peer).await) }
	});
	http1::Builder::new()
		.timer(TokioTimer::new())
		.header_read_timeout(patience)
		.max_buf_size(MAX_HEADERS)
		.serve_connection(TokioIo::new(stream), service)
}

async fn respond(node: &Node, request: hyper::Request<Incoming>, peer: IpAddr) -> Response<Full<Bytes>> {
	let began = Instant::now();
	let caller = caller(node, request.headers(), peer);
	let response = match (request.method(), request.uri().path()) {
		(&HttpMethod::OPTIONS, _) => response(StatusCode::NO_CONTENT, Vec::new()),
		(&HttpMethod::GET, "/v1/openapi.json") => response(StatusCode::OK, OPENAPI.into()),
		_ => match call(node, request, caller).await {
			Ok(answer) => answered(answer),
			Err(problem) => refused(&problem),
		},
	};
	node.metrics.answers.with_label_values(&[response.status().as_str()]).inc();
	node.metrics.seconds.observe(began.elapsed().as_secs_f64());
	response
}

/// Returns who calls: the peer, or who a proxy says to have called it.
fn caller(node: &Node, headers: &HeaderMap, peer: IpAddr) -> Caller {
	if !node.config.limits.proxies.contains(&peer) {
		return peer.into();
	}
	// The last one is what the proxy itself has added.
	let last = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
	let named = last.and_then(|value| value.rsplit(',').next()).and_then(|value| value.trim().parse().ok());
	named.unwrap_or(peer).into()
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
	let body = body(request.into_body(), limit, Duration::from_secs(node.config.limits.patience)).await?;
	let request = Request { method, target, body };
	node.answer(caller, &request, payment.as_ref().map(HeaderValue::as_bytes)).await
}

/// Reads a body into one piece: kept as it comes, many small parts would take many times their length.
async fn body(mut body: Incoming, limit: usize, patience: Duration) -> Result<Vec<u8>, Problem> {
	if usize::try_from(body.size_hint().lower()).is_ok_and(|length| length > limit) {
		return Err(Problem::too_large(limit));
	}
	let read = async {
		let mut bytes = Vec::new();
		while let Some(frame) = body.frame().await {
			let frame = frame.map_err(|_| Problem::malformed("the body could not be read"))?;
			let Some(data) = frame.data_ref() else { continue };
			if data.len() > limit.saturating_sub(bytes.len()) {
				return Err(Problem::too_large(limit));
			}
			bytes.extend_from_slice(data);
		}
		Ok(bytes)
	};
	tokio::time::timeout(patience, read).await.map_err(|_| Problem::too_slow())?
}

fn answered(answer: Answer) -> Response<Full<Bytes>> {
	let mut response = response(StatusCode::OK, answer.body);
	if let Some(statement) = &answer.statement {
		insert(&mut response, STATEMENT_HEADER, &encode_statement(statement));
	}
	if let Some(settled) = &answer.settled {
		insert(&mut response, x402::RESPONSE_HEADER, &x402::encode(settled));
	}
	response
}

fn refused(problem: &Problem) -> Response<Full<Bytes>> {
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

/// Returns a response that pages of every website may read.
fn response(status: StatusCode, body: Vec<u8>) -> Response<Full<Bytes>> {
	let mut response = Response::new(Full::new(body.into()));
	*response.status_mut() = status;
	let headers = response.headers_mut();
	headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
	headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
	headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
	headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
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
fn insert(response: &mut Response<Full<Bytes>>, name: &str, value: &str) {
	if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
		response.headers_mut().insert(name, value);
	}
}
