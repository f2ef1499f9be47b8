//! # What the programs of service nodes and anchors share
//!
//! - [`http`] accepts connections, within limits, and reads bodies. [`limits`] counts what an address may do.
//! - [`private`] serves what only the operator may call.
//! - [`store`] runs the thread that writes to the database, and names backups.
//! - [`start`] and [`run()`] start a program, and end it when it is told to; [`read_config`] reads what its operator has written.
//! - [`Metrics`] is what an operator watches, and [`Report`] what `check` finds.

mod check;
mod config;
pub mod http;
pub mod limits;
mod metrics;
pub mod private;
mod run;
pub mod store;

pub use check::Report;
pub use config::read as read_config;
pub use metrics::Metrics;
pub use run::{behind, run, start};

/// Waits until a task is told to end.
pub type Stop = tokio::sync::watch::Receiver<bool>;

/// Returns when the program ends.
pub async fn stopped(stop: &mut Stop) {
	// Without a sender, the program has ended as well.
	drop(stop.wait_for(|stop| *stop).await);
}
