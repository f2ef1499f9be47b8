use prometheus::{Encoder, Error, IntCounter, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder, core::Collector};

/// The metrics of a program, all with its prefix.
pub struct Metrics(Registry);

impl Metrics {
	/// Creates a registry without metrics.
	pub fn new(prefix: &str) -> Result<Self, Error> {
		Registry::new_custom(Some(prefix.into()), None).map(Self)
	}

	/// Adds metrics.
	pub fn add<C: Collector + Clone + 'static>(&self, metric: C) -> Result<C, Error> {
		self.0.register(Box::new(metric.clone()))?;
		Ok(metric)
	}

	/// Adds a number that only rises.
	pub fn counter(&self, name: &str, help: &str) -> Result<IntCounter, Error> {
		self.add(IntCounter::new(name, help)?)
	}

	/// Adds a number.
	pub fn gauge(&self, name: &str, help: &str) -> Result<IntGauge, Error> {
		self.add(IntGauge::new(name, help)?)
	}

	/// Adds a number for each value of a label.
	pub fn gauges(&self, name: &str, help: &str, label: &str) -> Result<IntGaugeVec, Error> {
		self.add(IntGaugeVec::new(Opts::new(name, help), &[label])?)
	}

	/// Returns all values as Prometheus reads them.
	pub fn text(&self) -> String {
		let mut bytes = Vec::new();
		if let Err(error) = TextEncoder::new().encode(&self.0.gather(), &mut bytes) {
			tracing::error!("the metrics cannot be shown: {error}");
		}
		String::from_utf8(bytes).unwrap_or_default()
	}
}
