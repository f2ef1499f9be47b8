//! Tests, a file for each concern.

mod claims;
mod dishonest;
mod example;
mod integrity;
mod properties;
mod try_state;
mod windows;
