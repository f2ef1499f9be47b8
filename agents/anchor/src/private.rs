//! What only the operator may call: metrics, how much is stored, and a backup.

use crate::{anchor::Anchor, store::Store};
use hyper::Method;
use smartlayer_daemon::store::backup;

/// Answers the operator.
pub async fn answer(anchor: &Anchor, method: Method, path: &str) -> Result<String, String> {
	match (method, path) {
		(Method::GET, "/metrics") => Ok(anchor.metrics.text()),
		(Method::GET, "/inspect") => inspect(&anchor.store),
		(Method::POST, "/backup") => {
			let store = anchor.store.clone();
			let copy = move |path: &std::path::Path| store.backup(path).map_err(|error| error.to_string());
			let path = backup(&anchor.config.data, copy).await?;
			Ok(serde_json::json!({ "backup": path }).to_string())
		},
		_ => Err("GET /metrics, GET /inspect and POST /backup are served here".into()),
	}
}

/// Returns how much is stored, in JSON.
pub fn inspect(store: &Store) -> Result<String, String> {
	let counts = store.counts().map_err(|error| error.to_string())?;
	let newest = store.newest().map_err(|error| error.to_string())?;
	let counts = serde_json::json!({
		"nodes": counts.nodes,
		"batches": counts.batches,
		"pending": counts.pending,
		"tokens": counts.tokens,
		"operations": counts.operations,
		"snapshots": counts.snapshots,
		"contradictions": counts.contradictions,
		"interval": newest.map(|(_, snapshot)| snapshot.interval),
	});
	Ok(counts.to_string())
}
