use frame_support::weights::Weight;

/// The weights of the calls, and of recording actions, measured for each runtime.
pub trait WeightInfo {
	/// `set_delta`.
	fn set_delta() -> Weight;
	/// `set_thresholds`.
	fn set_thresholds() -> Weight;
	/// `set_target`.
	fn set_target() -> Weight;
	/// `force_score`.
	fn force_score() -> Weight;
	/// Recording an action with a constant delta.
	fn record_constant() -> Weight;
	/// Recording an action whose delta depends on a volume.
	fn record_volume() -> Weight;
}

/// For tests: everything weighs zero.
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
