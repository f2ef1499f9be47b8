//! Tests, a file for each concern.

mod demands;
mod example;
mod filing;
mod offline;
mod outcomes;
mod params;
mod properties;
mod queue;
mod tallies;
mod thefts;
mod try_state;
mod voting;
