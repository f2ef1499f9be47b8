//! What only the operator may call: metrics, a backup, and a cash-out of everything.

use crate::{
	cash_out::{self, Why},
	node::Node,
	store::Store,
};
use hyper::Method;
use smartlayer_client::{Amount, Error};
use smartlayer_daemon::store::backup;

/// Answers the operator.
pub async fn answer(node: &Node, method: Method, path: &str) -> Result<String, String> {
	match (method, path) {
		(Method::GET, "/metrics") => {
			node.metrics.serving.set(node.chain.view().is_ok().into());
			Ok(node.metrics.text())
		},
		(Method::GET, "/inspect") => inspect(&node.store).map_err(|error| error.to_string()),
		(Method::POST, "/backup") => {
			let store = node.store.clone();
			let copy = move |path: &std::path::Path| store.backup(path).map(|_| ()).map_err(|error| error.to_string());
			let path = backup(&node.config.data, copy).await?;
			Ok(serde_json::json!({ "backup": path }).to_string())
		},
		(Method::POST, "/cash-out") => {
			let round = cash_out::round(node, Why::All).await.map_err(|error| error.to_string())?;
			match round.failed {
				0 => Ok(serde_json::json!({ "received": round.received.to_string() }).to_string()),
				failed => Err(format!(
					"{failed} promises are not cashed out yet, {} were received: the log says why",
					Amount(round.received)
				)),
			}
		},
		_ => Err("GET /metrics, GET /inspect, POST /backup and POST /cash-out are served here".into()),
	}
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
