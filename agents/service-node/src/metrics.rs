//! What an operator watches.

use prometheus::{
	Encoder, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

/// The metrics, all with the prefix `smartlayer_service_node_`.
pub struct Metrics {
	registry: Registry,
	/// Answers, by their status.
	pub answers: IntCounterVec,
	/// The time until an answer, in seconds.
	pub seconds: Histogram,
	/// What was charged, in the smallest unit.
	pub charged: IntCounter,
	/// What the chain has paid, in the smallest unit.
	pub paid: IntCounter,
	/// The open connections.
	pub connections: IntGauge,
	/// Connections that were closed at once, because there were too many.
	pub refused_connections: IntCounter,
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
		let answers = IntCounterVec::new(Opts::new("answers_total", "Answers, by their status"), &["status"])?;
		registry.register(Box::new(answers.clone()))?;
		let unacknowledged = Opts::new("unacknowledged_batches", "Batches that an anchor has not acknowledged");
		let unacknowledged = IntGaugeVec::new(unacknowledged, &["anchor"])?;
		registry.register(Box::new(unacknowledged.clone()))?;
		let buckets = vec![0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0];
		let seconds = HistogramOpts::new("answer_seconds", "The time until an answer").buckets(buckets);
		let seconds = Histogram::with_opts(seconds)?;
		registry.register(Box::new(seconds.clone()))?;
		Ok(Self {
			answers,
			seconds,
			charged: counter("charged_total", "What was charged, in the smallest unit")?,
			paid: counter("paid_total", "What the chain has paid, in the smallest unit")?,
			connections: gauge("connections", "The open connections")?,
			refused_connections: counter(
				"refused_connections_total",
				"Connections closed because there were too many",
			)?,
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
	pub fn text(&self) -> Vec<u8> {
		let mut text = Vec::new();
		if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut text) {
			tracing::error!("metrics: {error}");
		}
		text
	}
}
