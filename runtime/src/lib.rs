//! The runtime of the SmartLayer chain.
//!
//! Genesis is built and hooks run in the order of the pallet indices: the pallets of this project follow the token, in which
//! bonds are held, and precede BABE and the session pallet, which require the initial seats.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, reason = "overflows in tests must panic"))]
#![recursion_limit = "256"]
#![expect(missing_docs, reason = "the runtime macro writes items here that have none; the modules deny it again")]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

mod apis;
#[deny(missing_docs)]
pub mod authorities;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
#[deny(missing_docs)]
pub mod configs;
#[deny(missing_docs)]
pub mod constants;
#[deny(missing_docs)]
pub mod governance;
#[deny(missing_docs)]
pub mod migrations;
#[deny(missing_docs)]
pub mod presets;
#[cfg(test)]
mod tests;
#[deny(missing_docs)]
mod version;
mod weights;

use alloc::vec::Vec;
use sp_runtime::{
	MultiAddress, MultiSignature, generic, impl_opaque_keys,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
};

pub use apis::RuntimeApi;
pub use version::VERSION;

/// A signature, of any scheme that accounts can have.
pub type Signature = MultiSignature;
/// An account id.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// The account format in transactions.
pub type Address = MultiAddress<AccountId, ()>;
/// An amount of the token.
pub type Balance = u128;
/// A block number.
pub type BlockNumber = u32;
/// The number of transactions sent by an account.
pub type Nonce = u32;
/// A hash.
pub type Hash = sp_core::H256;
/// A block header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// Opaque types for the node, which must be able to handle blocks of future runtimes.
pub mod opaque {
	/// A block with opaque transactions.
	pub type Block = sp_runtime::generic::Block<super::Header, sp_runtime::OpaqueExtrinsic>;
}
/// The transaction extensions.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckMortality<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);
/// A transaction.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// Executes blocks.
pub type Executive =
	frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, AllPalletsWithSystem>;

impl_opaque_keys! {
	/// The hot keys of a seat, for finality, block production, discovery and duty.
	#[derive(codec::MaxEncodedLen)]
	pub struct SessionKeys {
		/// Votes for finality.
		pub grandpa: Grandpa,
		/// Authors blocks.
		pub babe: Babe,
		/// Signs the network addresses of a seat.
		pub authority_discovery: AuthorityDiscovery,
		/// Co-signs snapshots, and gossips operations.
		pub anch: Anchors,
	}
}

/// The configuration of BABE at genesis: one slot in four has a leader by lot, and authorities take turns in the others, so
/// that no slot remains empty while its author is online.
pub const BABE_GENESIS_CONFIG: sp_consensus_babe::BabeEpochConfiguration = sp_consensus_babe::BabeEpochConfiguration {
	c: (1, 4),
	allowed_slots: sp_consensus_babe::AllowedSlots::PrimaryAndSecondaryVRFSlots,
};

#[frame_support::runtime]
mod runtime {
	use super::*;

	/// The runtime of the chain.
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(2)]
	pub type Balances = pallet_balances;

	// The pallets of this project: indices 10 to 29.
	#[runtime::pallet_index(10)]
	pub type Tempo = pallet_tempo;
	#[runtime::pallet_index(11)]
	pub type Sla = pallet_sla;
	#[runtime::pallet_index(12)]
	pub type StakingSlash = pallet_staking_slash;
	#[runtime::pallet_index(13)]
	pub type Anchors = pallet_anchors;
	#[runtime::pallet_index(14)]
	pub type Payments = pallet_payments;
	#[runtime::pallet_index(15)]
	pub type Reports = pallet_reports;
	#[runtime::pallet_index(16)]
	pub type Agreements = pallet_agreements;
	#[runtime::pallet_index(17)]
	pub type Telemetry = pallet_telemetry;

	#[runtime::pallet_index(30)]
	pub type Babe = pallet_babe;
	#[runtime::pallet_index(31)]
	pub type Authorship = pallet_authorship;
	#[runtime::pallet_index(32)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(33)]
	pub type Historical = pallet_session::historical;
	#[runtime::pallet_index(34)]
	pub type Grandpa = pallet_grandpa;
	#[runtime::pallet_index(35)]
	pub type Offences = pallet_offences;
	#[runtime::pallet_index(36)]
	pub type AuthorityDiscovery = pallet_authority_discovery;
	#[runtime::pallet_index(37)]
	pub type Authorities = authorities::pallet_authorities;

	#[runtime::pallet_index(40)]
	pub type TransactionPayment = pallet_transaction_payment;
	#[runtime::pallet_index(41)]
	pub type Parameters = pallet_parameters;
	#[runtime::pallet_index(42)]
	pub type Treasury = pallet_treasury;

	#[runtime::pallet_index(50)]
	pub type Preimage = pallet_preimage;
	#[runtime::pallet_index(51)]
	pub type Scheduler = pallet_scheduler;
	#[runtime::pallet_index(52)]
	pub type Referenda = pallet_referenda;
	#[runtime::pallet_index(53)]
	pub type ConvictionVoting = pallet_conviction_voting;
	#[runtime::pallet_index(54)]
	pub type Origins = governance::pallet_origins;

	#[runtime::pallet_index(60)]
	pub type MultiBlockMigrations = pallet_migrations;

	#[runtime::pallet_index(70)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(71)]
	pub type Multisig = pallet_multisig;
	#[runtime::pallet_index(72)]
	pub type Proxy = pallet_proxy;
	#[runtime::pallet_index(73)]
	pub type Identity = pallet_identity;
	#[runtime::pallet_index(74)]
	pub type Statement = pallet_statement;
	#[runtime::pallet_index(75)]
	pub type TxPause = pallet_tx_pause;
}
