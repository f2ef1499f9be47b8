//! Types and traits that the SmartLayer pallets share.
//!
//! Pallets do not depend on each other: each requires traits of this crate in its `Config`, and the runtime connects them.
//! This crate has no storage, and no logic beyond arithmetic.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod action;
mod anchors;
mod bonding;
mod maintenance;
mod payments;
mod rewards;
mod role;
mod score;
mod service_level;
mod slashing;

pub use action::{Action, ActionKind};
pub use anchors::{ANCHOR_KEY_TYPE, Allowance, AnchorKey, AnchorSignature, SeatKeys, Seats};
pub use bonding::{Bonding, LeaveGate, OnBondLost, ServiceKeys};
pub use maintenance::Maintenance;
pub use payments::{Customer, PaymentSessions, ServiceCredit};
pub use rewards::Rewards;
pub use role::Role;
pub use score::{Delta, MAX_SCORE, Score};
pub use service_level::{OnScoreChange, ServiceLevel};
pub use slashing::{Cause, Offence, OnSlashResolved, Severity, SlashId, SlashOutcome, Slasher, Victim, Window};
pub use smartlayer_promise::SessionId;
