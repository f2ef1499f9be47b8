use frame_support::weights::Weight;

/// What the calls of this pallet cost, and what it costs other pallets to use it. Measured for each runtime.
pub trait WeightInfo {
	/// A call of `set_delta`.
	fn set_delta() -> Weight;
	/// A call of `set_thresholds`.
	fn set_thresholds() -> Weight;
	/// A call of `set_target`.
	fn set_target() -> Weight;
	/// A call of `force_score`.
	fn force_score() -> Weight;
	/// Recording an action whose delta is constant.
	fn record_constant() -> Weight;
	/// Recording an action whose delta depends on a volume.
	fn record_volume() -> Weight;
}

/// For tests, where nothing is charged.
#[cfg(test)]
impl WeightInfo for () {
	fn set_delta() -> Weight {
		Weight::zero()
	}
	fn set_thresholds() -> Weight {
		Weight::zero()
	}
	fn set_target() -> Weight {
		Weight::zero()
	}
	fn force_score() -> Weight {
		Weight::zero()
	}
	fn record_constant() -> Weight {
		Weight::zero()
	}
	fn record_volume() -> Weight {
		Weight::zero()
	}
}
