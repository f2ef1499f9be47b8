//! Weights that were measured for this runtime, by `make bench`. The other pallets of the SDK use the weights of
//! their crates.

pub mod pallet_agreements;
pub mod pallet_anchors;
pub mod pallet_balances;
pub mod pallet_parameters;
pub mod pallet_payments;
pub mod pallet_reports;
pub mod pallet_sla;
pub mod pallet_staking_slash;
pub mod pallet_telemetry;
