//! Who may decide what: the origins that a referendum can act with, and the track that leads to each.

pub mod origins;
pub mod tracks;

pub use origins::{AnchorAdmin, Emergency, SlaAdmin, SlashReview, Treasurer, pallet_origins};
pub use tracks::Tracks;
