use crate::{Address, At, Error, runtime};
use smartlayer_statement::MAX_AGE;
use sp_core::H256;

/// A window of telemetry that is not closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenWindow {
	/// Its number.
	pub number: u32,
	/// The observers, and the root of the claims of each that has committed to them.
	pub observers: Vec<(Address, Option<H256>)>,
	/// The number of pages of the roster.
	pub pages: u32,
	/// The height of its first block.
	pub begun: u32,
	/// The height of the first block after it.
	pub ended: Option<u32>,
	/// What draws the answers that observers have to show, once it is drawn.
	pub seed: Option<H256>,
}

impl OpenWindow {
	/// Returns whether an answer that is dated with a block may be shown for this window, once the window is over.
	pub fn contains(&self, block: u32) -> bool {
		block.saturating_add(MAX_AGE) >= self.begun && self.ended.is_some_and(|ended| block < ended)
	}

	/// Returns the root to which an observer has committed, if it is one.
	pub fn root_of(&self, observer: &Address) -> Option<Option<H256>> {
		self.observers.iter().find(|(who, _)| who == observer).map(|(_, root)| *root)
	}
}

/// The durations of windows, in blocks of the chain's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowPhases {
	/// A window.
	pub window: u32,
	/// The time after it in which observers commit.
	pub commit: u32,
	/// The time after that in which they reveal.
	pub reveal: u32,
	/// The duration of a block, in milliseconds.
	pub block_millis: u64,
}

impl WindowPhases {
	/// Returns the first block of a window.
	pub const fn begin_of(&self, window: u32) -> u32 {
		self.window.saturating_mul(window)
	}

	/// Returns the first block after a window.
	pub const fn end_of(&self, window: u32) -> u32 {
		self.begin_of(window.saturating_add(1))
	}

	/// Returns the first block in which nothing can be committed for a window any more.
	pub const fn committed_by(&self, window: u32) -> u32 {
		self.end_of(window).saturating_add(self.commit)
	}

	/// Returns the first block in which nothing can be revealed for a window any more.
	pub const fn revealed_by(&self, window: u32) -> u32 {
		self.committed_by(window).saturating_add(self.reveal)
	}
}

/// A service key of a node, and the heights in which it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPeriod {
	/// The key.
	pub key: Address,
	/// The first block.
	pub from: u32,
	/// The last block, if it was replaced.
	pub to: Option<u32>,
}

impl KeyPeriod {
	/// Returns whether a key was that of the node at a height.
	pub fn contains(&self, key: &Address, height: u32) -> bool {
		self.key == *key && self.from <= height && self.to.is_none_or(|to| height <= to)
	}
}

impl At {
	/// Returns the windows that are not closed, the earliest first: at most the newest eight.
	pub async fn open_windows(&self) -> Result<Vec<OpenWindow>, Error> {
		let view = runtime::runtime_apis().telemetry_api().open_windows();
		let open = self.view("telemetryApi.openWindows", view).await?;
		let window = |(number, open): (u32, runtime::runtime_types::pallet_telemetry::types::OpenWindow<_, u32>)| {
			let observers = open.observers.0.into_iter();
			let observers: Vec<_> = observers
				.map(
					|observer: runtime::runtime_types::pallet_telemetry::types::Observer<subxt::utils::AccountId32>| {
						(observer.who.into(), observer.root)
					},
				)
				.collect();
			OpenWindow { number, observers, pages: open.pages, begun: open.begun, ended: open.ended, seed: open.seed }
		};
		Ok(open.into_iter().map(window).collect())
	}

	/// Returns the durations of windows.
	pub async fn window_phases(&self) -> Result<WindowPhases, Error> {
		let constants = || runtime::constants().telemetry();
		let schedule = self.storage("tempo.schedule", runtime::storage().tempo().schedule(), ()).await?;
		let block_millis = schedule.map(|schedule| schedule.slot_millis.into());
		Ok(WindowPhases {
			window: self.constant("telemetry.windowLength", constants().window_length())?,
			commit: self.constant("telemetry.commitPeriod", constants().commit_period())?,
			reveal: self.constant("telemetry.revealPeriod", constants().reveal_period())?,
			block_millis: block_millis.ok_or_else(|| Error::unexpected("no schedule"))?,
		})
	}

	/// Returns the number of pages of the roster.
	pub async fn roster_pages(&self) -> Result<u32, Error> {
		let pages = self.storage("agreements.pages", runtime::storage().agreements().pages(), ()).await?;
		Ok(pages.unwrap_or_default())
	}

	/// Returns the nodes that are measured on a page in a window, with their places.
	pub async fn measured(&self, window: u32, page: u32) -> Result<Vec<(u8, Address)>, Error> {
		let view = runtime::runtime_apis().telemetry_api().measured(window, page);
		let measured = self.view("telemetryApi.measured", view).await?;
		Ok(measured.into_iter().map(|(place, node)| (place, node.into())).collect())
	}

	/// Returns what observers have revealed of a page in a window that is not closed.
	pub async fn claims(&self, window: u32, page: u32) -> Result<Vec<(Address, Vec<u8>)>, Error> {
		let view = runtime::runtime_apis().telemetry_api().claims(window, page);
		let claims = self.view("telemetryApi.claims", view).await?;
		Ok(claims.into_iter().map(|(observer, readings)| (observer.into(), readings.0)).collect())
	}

	/// Returns the service keys of a node, with the heights in which they were.
	pub async fn service_key_periods(&self, node: &Address) -> Result<Vec<KeyPeriod>, Error> {
		let keys = runtime::storage().staking_slash().service_keys();
		let periods = self.storage("stakingSlash.serviceKeys", keys, (node.subxt(),)).await?;
		let periods = periods.map(|periods| periods.0).unwrap_or_default().into_iter();
		Ok(periods.map(|period| KeyPeriod { key: period.key.into(), from: period.from, to: period.to }).collect())
	}
}
