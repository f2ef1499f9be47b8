//! # Measurement
//!
//! The arithmetic of measured service, as pure functions for pallets, agents and the simulation. None of them panics or wraps for any
//! input.
//!
//! - A [`Reading`] is what one observer says of a node in one window, in four bytes. Its quantities are [`Level`]s: logarithmic steps.
//! - A [`Measurement`] is what the observers say together: medians, and what two thirds of all observers agree on.
//! - A [`Draw`] says of which node, and of which samples, an observer has to show an answer.
//! - [`is_common_fault`] says whether so many nodes failed together that the fault is taken for the network's.
//! - A [`Meter`] counts measurements over a budget period. [`Terms::judge`] says what follows from a window, [`Terms::credit`] which
//!   share of a payment returns.
//! - [`Objectives`] are the ranges in which the bounds of a module can be agreed: merged when modules are composed, and comparable.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	test,
	allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "overflows in tests must panic")
)]

extern crate alloc;

mod draw;
mod level;
mod measurement;
mod meter;
mod objective;
mod reading;
mod terms;
#[cfg(test)]
mod tests;

pub use draw::Draw;
pub use level::Level;
pub use measurement::{Measurement, Quantities, is_common_fault};
pub use meter::{Count, Faults, Meter};
pub use objective::{Bound, MAX_OBJECTIVES, Metric, Objective, Objectives};
pub use reading::{READING_BYTES, Reading, SAMPLES};
pub use terms::{Consequence, MAX_TIERS, Terms, Tier};
