//! Block limits, call filters and chain identity.

use crate::constants::SS58_PREFIX;
use crate::{
	AccountId, Balance, Block, BlockNumber, Hash, MultiBlockMigrations, Nonce, PalletInfo, Runtime, RuntimeCall,
	RuntimeEvent, RuntimeOrigin, RuntimeTask, TxPause, VERSION, migrations::SingleBlock,
};
use frame_support::{
	derive_impl,
	dispatch::DispatchClass,
	parameter_types,
	traits::{Contains, InsideBoth},
	weights::{
		Weight,
		constants::{BlockExecutionWeight, ExtrinsicBaseWeight, ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
	},
};
use frame_system::limits;
use sp_runtime::{Perbill, traits::AccountIdLookup};
use sp_version::RuntimeVersion;

/// The share of a block available to normal transactions. The rest is reserved for operational ones.
const NORMAL_RATIO: Perbill = Perbill::from_percent(75);
/// The average share of a block that is used before its first transaction.
const HOOKS_RATIO: Perbill = Perbill::from_percent(10);
/// Two seconds of computation: a third of a live chain's slot. On chains with shorter slots, blocks are limited by the
/// author's deadline.
const MAXIMUM_BLOCK: Weight = Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND.saturating_mul(2), u64::MAX);
/// The maximum length of a block, in bytes.
const MAXIMUM_LENGTH: u32 = 5 * 1024 * 1024;

/// Returns a share of a weight, rounded down.
pub(super) fn portion(share: Perbill, of: Weight) -> Weight {
	Weight::from_parts(share.mul_floor(of.ref_time()), share.mul_floor(of.proof_size()))
}

parameter_types! {
	/// The number of blocks for which mortal transactions can be valid.
	pub const BlockHashCount: BlockNumber = 4096;
	/// The version of the runtime.
	pub const Version: RuntimeVersion = VERSION;
	/// The SS58 prefix of addresses.
	pub const Ss58Prefix: u16 = SS58_PREFIX;
	/// The weight limits of a block.
	pub BlockWeights: limits::BlockWeights = limits::BlockWeights::builder()
		.base_block(BlockExecutionWeight::get())
		.for_class(DispatchClass::all(), |weights| weights.base_extrinsic = ExtrinsicBaseWeight::get())
		.for_class(DispatchClass::Normal, |weights| weights.max_total = Some(portion(NORMAL_RATIO, MAXIMUM_BLOCK)))
		.for_class(DispatchClass::Operational, |weights| {
			weights.max_total = Some(MAXIMUM_BLOCK);
			// Reserved for operational calls.
			weights.reserved = Some(MAXIMUM_BLOCK.saturating_sub(portion(NORMAL_RATIO, MAXIMUM_BLOCK)));
		})
		.avg_block_initialization(HOOKS_RATIO)
		.build_or_panic();
	/// The share of a block available to the hook of each pallet of this project: one tenth.
	pub HookShare: Weight = portion(Perbill::from_percent(10), MAXIMUM_BLOCK);
	/// The length limits of a block.
	pub BlockLength: limits::BlockLength = limits::BlockLength::builder()
		.max_length(MAXIMUM_LENGTH)
		.modify_max_length_for_class(DispatchClass::Normal, |length| *length = NORMAL_RATIO.mul_floor(MAXIMUM_LENGTH))
		.build();
}

/// Rejects the calls that no account may make, regardless of other rules.
pub struct Callable;

impl Contains<RuntimeCall> for Callable {
	fn contains(call: &RuntimeCall) -> bool {
		// A seat without keys is dropped, and a set without authorities would stop the chain permanently: session keys are replaced,
		// never removed.
		!matches!(call, RuntimeCall::Session(pallet_session::Call::purge_keys { .. }))
	}
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type AccountData = pallet_balances::AccountData<Balance>;
	type AccountId = AccountId;
	type BaseCallFilter = InsideBoth<Callable, TxPause>;
	type Block = Block;
	type BlockHashCount = BlockHashCount;
	type BlockLength = BlockLength;
	type BlockWeights = BlockWeights;
	type DbWeight = ParityDbWeight;
	type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
	type Hash = Hash;
	type Lookup = AccountIdLookup<AccountId, ()>;
	type MultiBlockMigrator = MultiBlockMigrations;
	type Nonce = Nonce;
	type SS58Prefix = Ss58Prefix;
	type SingleBlockMigrations = SingleBlock;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type Version = Version;
}
