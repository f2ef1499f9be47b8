//! What only the operator may call: metrics, a backup, and a cash-out of everything.

use crate::{
	Stop,
	cash_out::{self, Why},
	node::Node,
	stopped,
	store::Store,
};
use http_body_util::Full;
use hyper::{
	Method, Response, StatusCode,
	body::{Bytes, Incoming},
	header::{self, HeaderValue},
	server::conn::http1,
	service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use smartlayer_client::{Amount, Error};
use std::{
	convert::Infallible,
	sync::Arc,
	time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::net::TcpListener;

/// Serves the operator until the program ends.
pub async fn serve(node: Arc<Node>, listener: TcpListener, mut stop: Stop) {
	loop {
		let accepted = tokio::select! {
			accepted = listener.accept() => accepted,
			() = stopped(&mut stop) => return,
		};
		let Ok((stream, _)) = accepted else {
			tokio::time::sleep(Duration::from_millis(100)).await;
			continue;
		};
		let node = node.clone();
		let service = service_fn(move |request| {
			let node = node.clone();
			async move { Ok::<_, Infallible>(respond(&node, &request).await) }
		});
		tokio::spawn(async move {
			let mut server = http1::Builder::new();
			let server = server.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(30));
			drop(server.serve_connection(TokioIo::new(stream), service).await);
		});
	}
}

async fn respond(node: &Node, request: &hyper::Request<Incoming>) -> Response<Full<Bytes>> {
	let result = match (request.method(), request.uri().path()) {
		(&Method::GET, "/metrics") => {
			node.metrics.serving.set(node.chain.view().is_ok().into());
			let mut response = Response::new(Full::new(node.metrics.text().into()));
			let text = HeaderValue::from_static("text/plain; version=0.0.4");
			response.headers_mut().insert(header::CONTENT_TYPE, text);
			return response;
		},
		(&Method::GET, "/inspect") => inspect(&node.store),
		(&Method::POST, "/backup") => backup(node).await,
		(&Method::POST, "/cash-out") => cash_out::round(node, Why::All).await.and_then(|round| match round.failed {
			0 => Ok(serde_json::json!({ "received": round.received.to_string() }).to_string()),
			failed => Err(Error::Invalid(format!(
				"{failed} promises are not cashed out yet, {} were received: the log says why",
				Amount(round.received)
			))),
		}),
		_ => Err(Error::Invalid("GET /metrics, GET /inspect, POST /backup and POST /cash-out are served here".into())),
	};
	let (status, text) = match result {
		Ok(text) => (StatusCode::OK, text),
		Err(error) => (StatusCode::BAD_REQUEST, error.to_string()),
	};
	let mut response = Response::new(Full::new(format!("{text}\n").into()));
	*response.status_mut() = status;
	response
}

/// Returns how much is stored, in JSON.
pub fn inspect(store: &Store) -> Result<String, Error> {
	let failed = |error: crate::store::StoreError| Error::Invalid(error.to_string());
	let counts = store.counts().map_err(failed)?;
	let counts = serde_json::json!({
		"tokens": counts.tokens,
		"operations": counts.operations,
		"unbatched": counts.unbatched,
		"batches": counts.batches,
		"sessions": counts.sessions,
		"restored": store.restored().map_err(failed)?.is_some(),
	});
	Ok(counts.to_string())
}

/// Writes a copy of the database into its folder.
async fn backup(node: &Node) -> Result<String, Error> {
	let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
	let path = node.config.data.join(format!("backup-{now}.redb"));
	if path.exists() {
		return Err(Error::Invalid(format!("{} exists already", path.display())));
	}
	let (store, target) = (node.store.clone(), path.clone());
	// Under another name until it is complete.
	let written = tokio::task::spawn_blocking(move || {
		let partial = target.with_extension("partial");
		drop(std::fs::remove_file(&partial));
		store.backup(&partial).map_err(|error| error.to_string())?;
		std::fs::rename(&partial, &target).map_err(|error| error.to_string())
	});
	written.await.map_err(|error| Error::Invalid(error.to_string()))?.map_err(Error::Invalid)?;
	Ok(serde_json::json!({ "backup": path }).to_string())
}
