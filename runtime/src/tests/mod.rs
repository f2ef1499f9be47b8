//! Tests of the whole: what the pallets are together, and what a release must not change by accident.

mod accesses;
mod anchors;
mod chain;
mod fees;
mod filter;
mod golden;
mod governance;
mod migrations;
mod offences;
mod presets;
mod session;
mod sla;
mod staking_slash;
mod stored;
