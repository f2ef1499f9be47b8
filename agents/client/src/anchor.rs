use crate::{
	Address, Chain, Error, Http,
	api::anchor::{AnchorHealth, ProvedBit, ProvedOperation, WrittenSnapshot},
	verify::{self, Lie},
};
use serde::de::DeserializeOwned;
use smartlayer_commitment::{Operation, Snapshot};
use sp_core::H256;
use std::time::Duration;

/// The maximum length of an answer.
const MAX_ANSWER: usize = 64 * 1_024;

/// For how many seconds an anchor and the chain's node may differ in what is final.
const LATE_SECONDS: u32 = 12;

/// How long it may take to find a snapshot.
const PATIENCE: Duration = Duration::from_secs(15);

/// Asks an anchor for proofs, and believes nothing that does not lead to a final block of the chain.
#[derive(Clone)]
pub struct Anchor {
	http: Http,
	url: String,
}

impl Anchor {
	/// Names an anchor by the URL of its program.
	pub fn new(http: Http, url: &str) -> Self {
		Self { http, url: url.trim_end_matches('/').into() }
	}

	/// Returns what it says of itself.
	pub async fn health(&self) -> Result<AnchorHealth, Error> {
		self.get("health").await?.ok_or_else(|| Error::unexpected("no health"))
	}

	/// Returns an operation that is in a snapshot, with the interval of this. Fails if there is none yet, or if the proof is wrong.
	pub async fn operation(
		&self,
		chain: &Chain,
		class: &H256,
		instance: &H256,
		sequence: u64,
	) -> Result<(u32, Operation), Lie> {
		let proved = self.proof(chain, class, instance, sequence).await?;
		let (operation, _) = proved.read().ok_or(Lie::NotProved)?;
		Ok((proved.interval, operation))
	}

	/// Returns the proof of an operation that is in a snapshot. Fails if there is none yet, or if the proof is wrong.
	pub async fn proof(
		&self,
		chain: &Chain,
		class: &H256,
		instance: &H256,
		sequence: u64,
	) -> Result<ProvedOperation, Lie> {
		let path = format!("operations/{class:?}/{instance:?}/{sequence}");
		let proved: ProvedOperation = self.get(&path).await?.ok_or(Lie::NotYet)?;
		let (operation, proof) = proved.read().ok_or(Lie::NotProved)?;
		if (operation.class, operation.instance, operation.sequence) != (*class, *instance, sequence) {
			return Err(Lie::AnotherToken);
		}
		let snapshot = self.snapshot(chain, proved.interval).await?;
		verify::operation(&snapshot, &operation, &proof)?;
		Ok(proved)
	}

	/// Returns the value of a bit after the newest snapshot that is final, with the interval of this. Fails if the proof is wrong.
	pub async fn bit(&self, chain: &Chain, class: &H256, number: u64) -> Result<(u32, bool), Lie> {
		let proved: ProvedBit = self.get(&format!("bits/{class:?}/{number}")).await?.ok_or(Lie::NotYet)?;
		let proof = proved.proof().ok_or(Lie::NotProved)?;
		let snapshot = self.snapshot(chain, proved.interval).await?;
		verify::bit(&snapshot, class, number, proved.set, &proof)?;
		Ok((proved.interval, proved.set))
	}

	/// Returns the snapshot of an interval: from the chain if that still stores it, and otherwise from the anchor, with a proof that it
	/// was written.
	pub async fn snapshot(&self, chain: &Chain, interval: u32) -> Result<Snapshot, Lie> {
		// Of one that names an interval that the chain has not had, nothing else would come.
		let found = self.written(chain, interval);
		tokio::time::timeout(PATIENCE, found).await.unwrap_or(Err(Lie::NoSnapshot))
	}

	async fn written(&self, chain: &Chain, interval: u32) -> Result<Snapshot, Lie> {
		let late = Duration::from_secs(1);
		for _ in 0..LATE_SECONDS {
			let at = chain.finalized().await?;
			if let Some(snapshot) = at.snapshot(interval).await? {
				return Ok(snapshot);
			}
			let history = at.history().await?;
			let written: Option<WrittenSnapshot> = self.get(&format!("snapshots/{interval}")).await?;
			if let Some(written) = written.filter(|written| written.count == history.count) {
				let snapshot = written.snapshot().map_err(|_| Lie::NotProved)?;
				let proof = written.proof().ok_or(Lie::NotProved)?;
				let is_written = snapshot.interval == interval && history.verify(&snapshot, &proof);
				return if is_written { Ok(snapshot) } else { Err(Lie::NotProved) };
			}
			// One of both may see final blocks a moment earlier.
			tokio::time::sleep(late).await;
		}
		Err(Lie::NoSnapshot)
	}

	/// Returns the URLs of the anchors that have a seat, as the chain has them.
	pub async fn all(chain: &Chain) -> Result<Vec<(Address, String)>, Error> {
		let at = chain.finalized().await?;
		let mut found = Vec::new();
		for seat in at.seats().await? {
			if let Some(url) = at.endpoint(&seat.who).await? {
				found.push((seat.who, url));
			}
		}
		Ok(found)
	}

	/// Returns the answer, or nothing if the anchor knows none.
	async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Error> {
		let url = format!("{}/v1/{path}", self.url);
		let response = self.http.send(hyper::Method::GET, &url, &[], Vec::new(), MAX_ANSWER).await?;
		match response.status {
			hyper::StatusCode::OK => serde_json::from_slice(&response.body).map(Some).map_err(Error::unexpected),
			hyper::StatusCode::NOT_FOUND => Ok(None),
			status => {
				let reason = format!("{status} {}", String::from_utf8_lossy(&response.body));
				Err(Error::NoAnswer { url, reason })
			},
		}
	}
}
