use crate::Error;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{HeaderMap, Method, StatusCode, body::Bytes};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
	client::legacy::{Client, connect::HttpConnector},
	rt::TokioExecutor,
};
use std::{net::IpAddr, sync::Arc, time::Duration};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Calls service nodes and anchors over HTTP and HTTPS, with a limit for the time and the length of every answer. Clones share the
/// connections.
#[derive(Clone)]
pub struct Http(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// An answer.
#[derive(Debug)]
pub struct Response {
	/// The status.
	pub status: StatusCode,
	/// The headers.
	pub headers: HeaderMap,
	/// The body.
	pub body: Vec<u8>,
}

impl Response {
	/// Returns a header that is text.
	pub fn header(&self, name: &str) -> Option<&str> {
		self.headers.get(name)?.to_str().ok()
	}
}

impl Http {
	/// Creates a client that trusts the certificates of the system. On a system that has none, only HTTP works.
	pub fn new() -> Result<Self, Error> {
		Self::from_address(None)
	}

	/// Creates a client that calls from this address of the machine.
	pub fn from_address(address: Option<IpAddr>) -> Result<Self, Error> {
		let provider = Arc::new(rustls::crypto::ring::default_provider());
		let builder = || {
			rustls::ClientConfig::builder_with_provider(provider.clone())
				.with_safe_default_protocol_versions()
				.map_err(Error::unexpected)
		};
		let tls = match builder()?.with_native_roots() {
			Ok(trusting) => trusting.with_no_client_auth(),
			Err(_) => builder()?.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth(),
		};
		let mut http = HttpConnector::new();
		http.enforce_http(false);
		http.set_local_address(address);
		let connector =
			HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().wrap_connector(http);
		Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
	}

	/// Sends a request, and returns the answer if its body has at most `limit` bytes.
	pub async fn send(
		&self,
		method: Method,
		url: &str,
		headers: &[(&str, &str)],
		body: Vec<u8>,
		limit: usize,
	) -> Result<Response, Error> {
		let unreachable = |reason: String| Error::NoAnswer { url: url.into(), reason };
		let mut request = hyper::Request::builder().method(method).uri(url);
		for (name, value) in headers {
			request = request.header(*name, *value);
		}
		let request = request
			.body(Full::new(body.into()))
			.map_err(|error| Error::Invalid(format!("{url} cannot be called: {error}")))?;
		let exchange = async {
			let response = self.0.request(request).await.map_err(|error| unreachable(sources(&error)))?;
			let (parts, body) = response.into_parts();
			// Into one piece as it comes: many small parts would take many times their length.
			let mut body = Limited::new(body, limit);
			let mut bytes = Vec::new();
			while let Some(frame) = body.frame().await {
				let frame = frame.map_err(|error| unreachable(error.to_string()))?;
				if let Some(data) = frame.data_ref() {
					bytes.extend_from_slice(data);
				}
			}
			Ok(Response { status: parts.status, headers: parts.headers, body: bytes })
		};
		let late = || Err(unreachable(format!("no answer within {} s", PATIENCE.as_secs())));
		tokio::time::timeout(PATIENCE, exchange).await.unwrap_or_else(|_| late())
	}
}

/// Returns an error with all that has caused it, because the outermost one says little.
fn sources(error: &dyn std::error::Error) -> String {
	let mut text = error.to_string();
	let mut next = error.source();
	while let Some(error) = next {
		text = format!("{text}: {error}");
		next = error.source();
	}
	text
}
