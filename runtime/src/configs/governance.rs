//! Governance: all holders vote, on the track of the origin that a proposal requires.

use crate::{
	AccountId, Balance, Balances, BlockNumber, OriginCaller, Preimage, Referenda, Runtime, RuntimeCall, RuntimeEvent,
	RuntimeHoldReason, RuntimeOrigin, Tempo,
	configs::{BlockWeights, system::portion, treasury::TreasuryInherits},
	constants::{SLN, deposit},
	governance::{Canceller, Emergency, Killer, Patience, Tracks, pallet_origins},
};
use frame_support::{
	parameter_types,
	traits::{
		AsEnsureOriginWithArg, ConstU32, Contains, EitherOfDiverse, EqualPrivilegeOnly, LinearStoragePrice,
		fungible::HoldConsideration,
	},
	weights::Weight,
};
use frame_system::{EnsureRoot, EnsureSigned};
use pallet_tempo::{Clock, adaptors};
use pallet_tx_pause::RuntimeCallNameOf;
use sp_runtime::Perbill;

parameter_types! {
	/// The hold reason of preimage deposits.
	pub const PreimageHoldReason: RuntimeHoldReason = RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
	/// The deposit of a preimage.
	pub const PreimageBaseDeposit: Balance = deposit(2, 64);
	/// The additional deposit per byte of a preimage.
	pub const PreimageByteDeposit: Balance = deposit(0, 1);
	/// The maximum weight of the scheduler per block: zero during multi-block migrations.
	pub MaximumSchedulerWeight: Weight = if Tempo::stands_still() {
		Weight::zero()
	} else {
		portion(Perbill::from_percent(50), BlockWeights::get().max_block)
	};
	/// The maximum number of tasks per block.
	pub const MaxScheduledPerBlock: u32 = 200;
	/// The deposit for submitting a referendum.
	pub const SubmissionDeposit: Balance = 10 * SLN;
	/// The granularity at which referenda are updated, in blocks.
	pub const AlarmInterval: BlockNumber = 1;
}

impl pallet_origins::Config for Runtime {}

impl pallet_preimage::Config for Runtime {
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		PreimageHoldReason,
		LinearStoragePrice<PreimageBaseDeposit, PreimageByteDeposit, Balance>,
	>;
	type Currency = Balances;
	type ManagerOrigin = EnsureRoot<AccountId>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
}

impl pallet_scheduler::Config for Runtime {
	type BlockNumberProvider = Clock<Runtime>;
	type MaxScheduledPerBlock = MaxScheduledPerBlock;
	type MaximumWeight = MaximumSchedulerWeight;
	type OriginPrivilegeCmp = EqualPrivilegeOnly;
	type PalletsOrigin = OriginCaller;
	type Preimages = Preimage;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type ScheduleOrigin = EnsureRoot<AccountId>;
	type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
}

impl pallet_referenda::Config for Runtime {
	type AlarmInterval = AlarmInterval;
	type BlockNumberProvider = Clock<Runtime>;
	type CancelOrigin = EitherOfDiverse<EnsureRoot<AccountId>, Canceller>;
	type Currency = Balances;
	type KillOrigin = EitherOfDiverse<EnsureRoot<AccountId>, Killer>;
	type MaxQueued = ConstU32<100>;
	type Preimages = Preimage;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type Scheduler = Patience;
	type Slash = TreasuryInherits;
	type SubmissionDeposit = SubmissionDeposit;
	type SubmitOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type Tally = pallet_conviction_voting::TallyOf<Runtime>;
	type Tracks = Tracks;
	type UndecidingTimeout = adaptors::UndecidingTimeout<Runtime>;
	type Votes = pallet_conviction_voting::VotesOf<Runtime>;
	type WeightInfo = pallet_referenda::weights::SubstrateWeight<Runtime>;
}

impl pallet_conviction_voting::Config for Runtime {
	type BlockNumberProvider = Clock<Runtime>;
	type Currency = Balances;
	type MaxTurnout = frame_support::traits::TotalIssuanceOf<Balances, AccountId>;
	type MaxVotes = ConstU32<512>;
	type Polls = Referenda;
	type RuntimeEvent = RuntimeEvent;
	type VoteLockingPeriod = adaptors::VoteLock<Runtime>;
	type VotingHooks = ();
	type WeightInfo = pallet_conviction_voting::weights::SubstrateWeight<Runtime>;
}

/// Pallets whose calls cannot be paused: those that blocks require, that slash and reward block authors, that can undo a
/// pause, and those through which organisations vote.
pub const UNPAUSABLE: [&[u8]; 17] = [
	b"System",
	b"Timestamp",
	b"Sla",
	b"Babe",
	b"Session",
	b"Grandpa",
	b"Parameters",
	b"Treasury",
	b"Preimage",
	b"Scheduler",
	b"Referenda",
	b"ConvictionVoting",
	b"MultiBlockMigrations",
	b"Utility",
	b"Multisig",
	b"Proxy",
	b"TxPause",
];

/// Calls of other pallets that cannot be paused: duty, the calls of governance, appeals, cash-outs, closing and settling
/// payment sessions, votes on reports, what accused and demanded nodes say, leaving what was agreed, and saying what was
/// measured.
pub const UNPAUSABLE_CALLS: [(&[u8], &[u8]); 29] = [
	(b"StakingSlash", b"appeal"),
	(b"StakingSlash", b"rule"),
	(b"StakingSlash", b"cancel"),
	(b"StakingSlash", b"apply_slash"),
	(b"StakingSlash", b"set_params"),
	(b"Anchors", b"submit_snapshot"),
	(b"Anchors", b"admit"),
	(b"Anchors", b"remove_anchor"),
	(b"Anchors", b"call_election"),
	(b"Anchors", b"set_params"),
	(b"Payments", b"cash_out"),
	(b"Payments", b"cash_out_many"),
	(b"Payments", b"close"),
	(b"Payments", b"settle"),
	(b"Payments", b"set_params"),
	(b"Reports", b"vote"),
	(b"Reports", b"reply"),
	(b"Reports", b"close"),
	(b"Reports", b"answer"),
	(b"Reports", b"close_demand"),
	(b"Reports", b"set_params"),
	(b"Agreements", b"retire"),
	(b"Agreements", b"withdraw"),
	(b"Agreements", b"end"),
	(b"Agreements", b"resume"),
	(b"Agreements", b"set_params"),
	(b"Agreements", b"close"),
	(b"Telemetry", b"commit"),
	(b"Telemetry", b"reveal"),
];

/// The calls that cannot be paused.
pub struct Unpausable;

impl Contains<RuntimeCallNameOf<Runtime>> for Unpausable {
	fn contains((pallet, call): &RuntimeCallNameOf<Runtime>) -> bool {
		UNPAUSABLE.contains(&pallet.as_slice()) || UNPAUSABLE_CALLS.contains(&(pallet.as_slice(), call.as_slice()))
	}
}

impl pallet_tx_pause::Config for Runtime {
	type MaxNameLen = ConstU32<256>;
	type PauseOrigin = EitherOfDiverse<EnsureRoot<AccountId>, Emergency>;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type UnpauseOrigin = EitherOfDiverse<EnsureRoot<AccountId>, Emergency>;
	type WeightInfo = pallet_tx_pause::weights::SubstrateWeight<Runtime>;
	type WhitelistedCalls = Unpausable;
}
