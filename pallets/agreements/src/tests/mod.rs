//! Tests, a file for each concern.

mod credit;
mod example;
mod life;
mod maintenance;
mod migrations;
mod modules;
mod negotiation;
mod params;
mod properties;
mod roster;
mod try_state;
mod windows;
