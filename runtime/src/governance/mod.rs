//! Governance: the origins that referenda act with, and the track of each.

pub mod origins;
pub mod patience;
pub mod tracks;

pub use origins::{AnchorAdmin, Canceller, Emergency, Killer, SlaAdmin, SlashReview, Treasurer, pallet_origins};
pub use patience::Patience;
pub use tracks::Tracks;
