//! Types and traits that the SmartLayer pallets share.
//!
//! Pallets do not depend on each other: each requires traits of this crate in its `Config`, and the runtime connects them.
//! This crate has no storage of its own, and no logic beyond arithmetic and the loop over what is due.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod action;
mod anchors;
mod bonding;
pub mod due;
mod maintenance;
mod measurement;
mod payments;
mod rewards;
mod role;
mod score;
mod service_level;
mod slashing;

pub use action::{Action, ActionKind};
pub use anchors::{ANCHOR_KEY_TYPE, Allowance, AnchorKey, AnchorSignature, CoSignature, Consent, SeatKeys, Seats};
pub use bonding::{Bonding, Commitments, LeaveGate, OnBondLost, ServiceKeys, Stakes};
pub use maintenance::Maintenance;
pub use measurement::{ClosedWindows, OnWindowClosed, Roster};
pub use payments::{Customer, PaymentSessions, ServiceCredit};
pub use rewards::Rewards;
pub use role::Role;
pub use score::{Delta, MAX_SCORE, Score};
pub use service_level::{OnScoreChange, ServiceLevel};
pub use slashing::{Cause, Offence, OnSlashResolved, Severity, SlashId, SlashOutcome, Slasher, Victim, Window};
pub use smartlayer_promise::SessionId;
