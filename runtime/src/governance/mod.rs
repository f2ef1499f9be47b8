//! Who may decide what: the origins that a referendum can act with, and the track that leads to each.

pub mod origins;
pub mod patience;
pub mod tracks;

pub use origins::{AnchorAdmin, Canceller, Emergency, Killer, SlaAdmin, SlashReview, Treasurer, pallet_origins};
pub use patience::Patience;
pub use tracks::Tracks;
