//! Tests of the whole: what the pallets are together, and what a release must not change by accident.

mod accesses;
mod agreements;
mod anchors;
mod chain;
mod fees;
mod filter;
mod golden;
mod governance;
mod metadata;
mod migrations;
mod observers;
mod offences;
mod payments;
mod presets;
mod proxies;
#[cfg(feature = "try-runtime")]
mod random;
#[cfg(feature = "try-runtime")]
mod reports;
mod session;
mod sla;
mod staking_slash;
mod standstill;
mod stored;
mod telemetry;
mod treasury;
mod weights;
