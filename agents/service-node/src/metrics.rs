//! What an operator watches.

use prometheus::{IntCounter, IntGauge, IntGaugeVec, Opts, Registry};
use smartlayer_daemon::{http::Counters, private};

/// The metrics, all with the prefix `smartlayer_service_node_`.
pub struct Metrics {
	registry: Registry,
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
	/// The transactions that failed.
	pub transactions_failed: IntCounter,
}

impl Metrics {
	/// Creates all metrics.
	pub fn new() -> Result<Self, prometheus::Error> {
		let registry = Registry::new_custom(Some("smartlayer_service_node".into()), None)?;
		let counter = |name: &str, help: &str| {
			let counter = IntCounter::new(name, help)?;
			registry.register(Box::new(counter.clone()))?;
			Ok::<_, prometheus::Error>(counter)
		};
		let gauge = |name: &str, help: &str| {
			let gauge = IntGauge::new(name, help)?;
			registry.register(Box::new(gauge.clone()))?;
			Ok::<_, prometheus::Error>(gauge)
		};
		let unacknowledged = Opts::new("unacknowledged_batches", "Batches that an anchor has not acknowledged");
		let unacknowledged = IntGaugeVec::new(unacknowledged, &["anchor"])?;
		registry.register(Box::new(unacknowledged.clone()))?;
		Ok(Self {
			http: Counters::new(&registry)?,
			charged: counter("charged_total", "What was charged, in the smallest unit")?,
			paid: counter("paid_total", "What the chain has paid, in the smallest unit")?,
			operations: counter("operations_total", "The operations that were performed")?,
			unacknowledged,
			serving: gauge("serving", "Whether the node serves")?,
			restored: gauge("restored", "Whether the database was restored, so that the node only reads")?,
			operator_balance: gauge("operator_balance", "What the operator has for fees, in the smallest unit")?,
			chain_block: gauge("chain_block", "The newest final block")?,
			chain_errors: counter("chain_errors_total", "Connections to a node of another chain")?,
			demands: gauge("demands", "The demands that wait for an answer")?,
			demands_answered: counter("demands_answered_total", "The demands that were answered")?,
			transactions_failed: counter("transactions_failed_total", "The transactions that failed")?,
			registry,
		})
	}

	/// Returns all values as Prometheus reads them.
	pub fn text(&self) -> String {
		private::metrics(&self.registry)
	}
}
