//! What an operator watches.

use prometheus::{IntCounter, IntGauge, IntGaugeVec};
use smartlayer_daemon::{Metrics as Registered, http::Counters};

/// The metrics, all with the prefix `smartlayer_service_node_`.
pub struct Metrics {
	all: Registered,
	/// Those of the connections.
	pub http: Counters,
	/// What was charged, in the smallest unit.
	pub charged: IntCounter,
	/// What the chain has paid, in the smallest unit.
	pub paid: IntCounter,
	/// The operations that were performed.
	pub operations: IntCounter,
	/// Batches that an anchor has not acknowledged, by its account.
	pub unacknowledged: IntGaugeVec,
	/// Whether the node serves.
	pub serving: IntGauge,
	/// Whether the database was restored, so that the node only reads.
	pub restored: IntGauge,
	/// What the operator has for fees, in the smallest unit.
	pub operator_balance: IntGauge,
	/// The newest final block.
	pub chain_block: IntGauge,
	/// Connections to a node of another chain.
	pub chain_errors: IntCounter,
	/// The demands that wait for an answer.
	pub demands: IntGauge,
	/// The demands that were answered.
	pub demands_answered: IntCounter,
	/// The agreements under which the node is in service.
	pub agreements: IntGauge,
	/// The agreements that the configuration names.
	pub agreements_wanted: IntGauge,
	/// The windows until the first of its agreements ends.
	pub agreement_windows: IntGauge,
	/// The transactions that failed.
	pub transactions_failed: IntCounter,
}

impl Metrics {
	/// Creates all metrics.
	pub fn new() -> Result<Self, prometheus::Error> {
		let all = Registered::new("smartlayer_service_node")?;
		Ok(Self {
			http: Counters::new(&all)?,
			charged: all.counter("charged_total", "What was charged, in the smallest unit")?,
			paid: all.counter("paid_total", "What the chain has paid, in the smallest unit")?,
			operations: all.counter("operations_total", "The operations that were performed")?,
			unacknowledged: all.gauges(
				"unacknowledged_batches",
				"Batches that an anchor has not acknowledged",
				"anchor",
			)?,
			serving: all.gauge("serving", "Whether the node serves")?,
			restored: all.gauge("restored", "Whether the database was restored, so that the node only reads")?,
			operator_balance: all.gauge("operator_balance", "What the operator has for fees, in the smallest unit")?,
			chain_block: all.gauge("chain_block", "The newest final block")?,
			chain_errors: all.counter("chain_errors_total", "Connections to a node of another chain")?,
			demands: all.gauge("demands", "The demands that wait for an answer")?,
			demands_answered: all.counter("demands_answered_total", "The demands that were answered")?,
			agreements: all.gauge("agreements", "The agreements under which the node is in service")?,
			agreements_wanted: all.gauge("agreements_wanted", "The agreements that the configuration names")?,
			agreement_windows: all
				.gauge("agreement_windows", "The windows until the first of its agreements ends, -1 without any")?,
			transactions_failed: all.counter("transactions_failed_total", "The transactions that failed")?,
			all,
		})
	}

	/// Returns all values as Prometheus reads them.
	pub fn text(&self) -> String {
		self.all.text()
	}
}
