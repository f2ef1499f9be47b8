//! What an operator watches.

use prometheus::{IntCounter, IntGauge, IntGaugeVec};
use smartlayer_daemon::{Metrics as Registered, http::Counters};

/// The metrics, all with the prefix `smartlayer_anchor_`.
pub struct Metrics {
	all: Registered,
	/// Those of the connections.
	pub http: Counters,
	/// The batches that were taken in.
	pub batches: IntCounter,
	/// The batches of service nodes that were refused.
	pub refused_batches: IntCounter,
	/// Batches that contradict others of their node.
	pub contradictions: IntCounter,
	/// The snapshots of others that this anchor has co-signed.
	pub co_signed: IntCounter,
	/// The snapshots of others that this anchor has refused to co-sign.
	pub refused_snapshots: IntCounter,
	/// The snapshots that this anchor has written.
	pub written: IntCounter,
	/// Whether the anchor has a seat in this interval.
	pub has_seat: IntGauge,
	/// Whether it may sign.
	pub may_sign: IntGauge,
	/// Whether the chain has a snapshot whose batches are not known here.
	pub unknown_snapshot: IntGauge,
	/// The seats, other than this one, whose programs have answered lately.
	pub reachable_seats: IntGauge,
	/// The seats in this interval.
	pub seats: IntGauge,
	/// The newest block of the best chain.
	pub chain_block: IntGauge,
	/// The interval of the newest snapshot that is final, and whose operations can be proved.
	pub proved_interval: IntGauge,
	/// What the operator has for fees, in the smallest unit.
	pub operator_balance: IntGauge,
	/// The reports that wait for the vote of this seat.
	pub owed_votes: IntGauge,
	/// The offers of service nodes that this anchor has answered for the network.
	pub answered_offers: IntCounter,
	/// The samples of service nodes that were made.
	pub samples: IntCounter,
	/// Those that were not answered well.
	pub bad_samples: IntCounter,
	/// Those that are made again, because this anchor reached nobody.
	pub void_samples: IntCounter,
	/// The last window to which this anchor has committed.
	pub committed_window: IntGauge,
	/// The nodes that it has measured in it.
	pub measured_nodes: IntGauge,
	/// The pages that it has revealed.
	pub revealed_pages: IntCounter,
	/// The windows of which it has said nothing.
	pub silent_windows: IntCounter,
	/// The good samples of each node in it.
	pub good_samples: IntGaugeVec,
	/// The latency within which each node has answered 95 % of them, or -1.
	pub latency: IntGaugeVec,
	/// The transactions that failed.
	pub transactions_failed: IntCounter,
}

impl Metrics {
	/// Creates all metrics.
	pub fn new() -> Result<Self, prometheus::Error> {
		let all = Registered::new("smartlayer_anchor")?;
		Ok(Self {
			http: Counters::new(&all)?,
			batches: all.counter("batches_total", "Batches that were taken in")?,
			refused_batches: all.counter("refused_batches_total", "Batches of service nodes that were refused")?,
			contradictions: all.counter("contradictions_total", "Batches that contradict others of their node")?,
			co_signed: all.counter("co_signed_total", "Snapshots of others that were co-signed")?,
			refused_snapshots: all.counter("refused_snapshots_total", "Snapshots of others that were not co-signed")?,
			written: all.counter("written_total", "Snapshots that this anchor has written")?,
			has_seat: all.gauge("has_seat", "Whether the anchor has a seat in this interval")?,
			may_sign: all.gauge("may_sign", "Whether the anchor may sign")?,
			unknown_snapshot: all
				.gauge("unknown_snapshot", "Whether the batches of the chain's last snapshot are unknown")?,
			reachable_seats: all.gauge("reachable_seats", "Other seats whose programs have answered lately")?,
			seats: all.gauge("seats", "The seats in this interval")?,
			chain_block: all.gauge("chain_block", "The newest block of the best chain")?,
			proved_interval: all.gauge("proved_interval", "The interval of the newest snapshot that can be proved")?,
			operator_balance: all.gauge("operator_balance", "What the operator has for fees, in the smallest unit")?,
			owed_votes: all.gauge("owed_votes", "The reports that wait for the vote of this seat")?,
			answered_offers: all
				.counter("answered_offers_total", "Offers of service nodes that were answered for the network")?,
			samples: all.counter("samples_total", "Samples of service nodes that were made")?,
			bad_samples: all.counter("bad_samples_total", "Samples that were not answered well")?,
			void_samples: all.counter("void_samples_total", "Samples that are made again, as nobody was reached")?,
			committed_window: all.gauge("committed_window", "The last window that was committed to")?,
			measured_nodes: all.gauge("measured_nodes", "The nodes that were measured in it")?,
			revealed_pages: all.counter("revealed_pages_total", "Pages that were revealed")?,
			silent_windows: all.counter("silent_windows_total", "Windows of which nothing is said")?,
			good_samples: all.gauges("good_samples", "The good ones of 60 samples in the last window", "node")?,
			latency: all.gauges("latency_milliseconds", "The latency of 95 % of the samples, or -1", "node")?,
			transactions_failed: all.counter("transactions_failed_total", "The transactions that failed")?,
			all,
		})
	}

	/// Returns all values as Prometheus reads them.
	pub fn text(&self) -> String {
		self.all.text()
	}
}
