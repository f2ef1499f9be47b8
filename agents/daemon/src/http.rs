//! Connections, their limits, and what is read from them.

use crate::{
	Metrics, Stop,
	limits::{Caller, Place, Places},
	stopped,
};
use http_body_util::{BodyExt, Full};
use hyper::{
	HeaderMap, Response, StatusCode,
	body::{Body, Bytes, Incoming},
	header::{self, HeaderValue},
	server::conn::http1,
	service::service_fn,
};
use hyper_util::{
	rt::{TokioIo, TokioTimer},
	server::graceful::GracefulShutdown,
};
use prometheus::{Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts};
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

/// The maximum length of the headers of a request.
const MAX_HEADERS: usize = 16 * 1_024;
/// How long open calls may take when the program ends.
const LAST_CALLS: Duration = Duration::from_secs(10);

/// An answer with a body that is known.
pub type Answer = Response<Full<Bytes>>;

/// How many connections there may be.
#[derive(Clone, Debug)]
pub struct Limits {
	/// The number of connections.
	pub connections: usize,
	/// The number of connections of one address.
	pub connections_per_address: u32,
	/// For how long a connection may be silent, and a request may take to arrive.
	pub patience: Duration,
	/// The addresses of proxies, whose header `x-forwarded-for` names the caller.
	pub proxies: Vec<IpAddr>,
}

/// What an operator sees of the connections.
#[derive(Clone)]
pub struct Counters {
	answers: IntCounterVec,
	seconds: Histogram,
	connections: IntGauge,
	refused: IntCounter,
}

impl Counters {
	/// Creates the counters, and adds them.
	pub fn new(metrics: &Metrics) -> Result<Self, prometheus::Error> {
		let buckets = vec![0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0];
		let seconds = HistogramOpts::new("answer_seconds", "The time until an answer").buckets(buckets);
		let answers = IntCounterVec::new(Opts::new("answers_total", "Answers, by their status"), &["status"])?;
		Ok(Self {
			answers: metrics.add(answers)?,
			seconds: metrics.add(Histogram::with_opts(seconds)?)?,
			connections: metrics.gauge("connections", "The open connections")?,
			refused: metrics.counter("refused_connections_total", "Connections closed because there were too many")?,
		})
	}
}

/// What answers requests.
pub trait Service: Send + Sync + 'static {
	/// Returns how many connections there may be.
	fn limits(&self) -> &Limits;

	/// Returns the counters.
	fn counters(&self) -> &Counters;

	/// Answers a request.
	fn respond(&self, request: hyper::Request<Incoming>, caller: Caller) -> impl Future<Output = Answer> + Send;
}

/// Serves until the program ends.
pub async fn serve(service: Arc<impl Service>, listener: TcpListener, mut stop: Stop) {
	let limits = service.limits();
	let places = Arc::new(Semaphore::new(limits.connections));
	let connections = Places::new(limits.connections_per_address);
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
		let counters = service.counters();
		let Ok(place) = places.clone().try_acquire_owned() else {
			counters.refused.inc();
			continue;
		};
		let own = if is_proxy { None } else { connections.take(caller) };
		if own.is_none() && !is_proxy {
			counters.refused.inc();
			continue;
		}
		let counted = Counted { open: counters.connections.clone(), _own: own, _place: place };
		counters.connections.inc();
		let connection = graceful.watch(connection(service.clone(), stream, peer));
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
	open: IntGauge,
	_own: Option<Place<Caller>>,
	_place: OwnedSemaphorePermit,
}

impl Drop for Counted {
	fn drop(&mut self) {
		self.open.dec();
	}
}

fn connection(
	service: Arc<impl Service>,
	stream: TcpStream,
	peer: IpAddr,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
	// Answers are small, and callers wait for them.
	drop(stream.set_nodelay(true));
	let patience = service.limits().patience;
	// A caller that does not read its answers would keep its connection for ever.
	drop(SockRef::from(&stream).set_tcp_user_timeout(Some(patience)));
	// So that callers do not use a connection again at the moment at which it is closed.
	let keep_alive = HeaderValue::from_str(&format!("timeout={}", patience.as_secs())).ok();
	let respond = service_fn(move |request: hyper::Request<Incoming>| {
		let (service, keep_alive) = (service.clone(), keep_alive.clone());
		async move {
			let began = Instant::now();
			let caller = caller(&service.limits().proxies, request.headers(), peer);
			let mut answer = service.respond(request, caller).await;
			if let Some(keep_alive) = keep_alive {
				answer.headers_mut().insert("keep-alive", keep_alive);
			}
			let counters = service.counters();
			counters.answers.with_label_values(&[answer.status().as_str()]).inc();
			counters.seconds.observe(began.elapsed().as_secs_f64());
			Ok::<_, Infallible>(answer)
		}
	});
	http1::Builder::new()
		.timer(TokioTimer::new())
		.header_read_timeout(patience)
		.max_buf_size(MAX_HEADERS)
		.serve_connection(TokioIo::new(stream), respond)
}

/// Returns who calls: the peer, or who a proxy says to have called it.
fn caller(proxies: &[IpAddr], headers: &HeaderMap, peer: IpAddr) -> Caller {
	if !proxies.contains(&peer) {
		return peer.into();
	}
	// The last one is what the proxy itself has added.
	let last = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
	let named = last.and_then(|value| value.rsplit(',').next()).and_then(|value| value.trim().parse().ok());
	named.unwrap_or(peer).into()
}

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
	/// It is longer than allowed.
	TooLong,
	/// It has not arrived in time.
	TooSlow,
	/// The connection broke.
	Broken,
}

/// Reads a body of at most `limit` bytes into one piece: kept as it comes, many small parts would take many times their length.
pub async fn body(body: Incoming, limit: usize, patience: Duration) -> Result<Vec<u8>, Unread> {
	Reader::new(body, limit, patience)?.all().await
}

/// Reads a body part by part.
pub struct Reader {
	body: Incoming,
	bytes: Vec<u8>,
	limit: usize,
	deadline: tokio::time::Instant,
}

impl Reader {
	/// Begins to read a body of at most `limit` bytes, which must arrive in time.
	pub fn new(body: Incoming, limit: usize, patience: Duration) -> Result<Self, Unread> {
		if usize::try_from(body.size_hint().lower()).is_ok_and(|length| length > limit) {
			return Err(Unread::TooLong);
		}
		let now = tokio::time::Instant::now();
		Ok(Self { body, bytes: Vec::new(), limit, deadline: now.checked_add(patience).unwrap_or(now) })
	}

	/// Returns the first bytes, or all if there are not so many.
	pub async fn first(&mut self, length: usize) -> Result<&[u8], Unread> {
		while self.bytes.len() < length && self.read().await? {}
		Ok(&self.bytes)
	}

	/// Returns all bytes.
	pub async fn all(mut self) -> Result<Vec<u8>, Unread> {
		while self.read().await? {}
		Ok(self.bytes)
	}

	/// Reads a part. Returns whether there was one.
	async fn read(&mut self) -> Result<bool, Unread> {
		let frame = tokio::time::timeout_at(self.deadline, self.body.frame()).await.map_err(|_| Unread::TooSlow)?;
		let Some(frame) = frame else { return Ok(false) };
		let frame = frame.map_err(|_| Unread::Broken)?;
		if let Some(data) = frame.data_ref() {
			if data.len() > self.limit.saturating_sub(self.bytes.len()) {
				return Err(Unread::TooLong);
			}
			self.bytes.extend_from_slice(data);
		}
		Ok(true)
	}
}

/// Returns a response that pages of every website may read, and that nobody keeps.
pub fn response(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Answer {
	let mut response = Response::new(Full::new(body.into()));
	*response.status_mut() = status;
	let headers = response.headers_mut();
	headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
	headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
	headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
	headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
	response
}
