//! # What the programs of service nodes and anchors share
//!
//! - [`http`] accepts connections, within limits, and reads bodies. [`limits`] counts what an address may do.
//! - [`private`] serves what only the operator may call.
//! - [`store`] runs the thread that writes to the database, and names backups.
//! - [`run`] starts a program, and ends it when it is told to.

pub mod http;
pub mod limits;
pub mod private;
mod run;
pub mod store;

pub use run::{behind, run, start};

/// Waits until a task is told to end.
pub type Stop = tokio::sync::watch::Receiver<bool>;

/// Returns when the program ends.
pub async fn stopped(stop: &mut Stop) {
	// Without a sender, the program has ended as well.
	drop(stop.wait_for(|stop| *stop).await);
}
