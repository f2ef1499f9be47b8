//! The configuration of all pallets, one file per concern.

mod agreements;
mod anchors;
mod consensus;
mod fees;
mod governance;
mod migrations;
mod payments;
mod reports;
mod session;
mod sla;
mod staking_slash;
mod statement;
mod system;
mod telemetry;
mod tempo;
mod token;
mod treasury;
mod wallets;

pub use agreements::{ModuleTicket, StandardModules, standard_modules};
pub use consensus::{MaxAuthorities, PunishOffenders};
pub use fees::{RuntimeParameters, SplitFees, dynamic_params};
pub use governance::{MaxScheduledPerBlock, UNPAUSABLE, UNPAUSABLE_CALLS};
pub use payments::SessionTicket;
pub use session::AnchorSeats;
pub use system::{BlockLength, BlockWeights};
pub use telemetry::key_history;
pub use tempo::{DEVELOPMENT, Fallback, Fast, LIVE, LOCAL};
pub use treasury::TreasuryAccount;
pub use wallets::ProxyType;
