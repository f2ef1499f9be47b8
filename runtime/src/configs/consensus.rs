//! Block production, finality, and the handling of equivocations.

use crate::{
	AccountId, Babe, Offences, Runtime, RuntimeCall, RuntimeEvent, Session, StakingSlash, UncheckedExtrinsic,
	authorities::{self, KeyOwners},
};
use frame_support::{
	traits::{ConstU32, Get},
	weights::Weight,
};
use sp_runtime::Perbill;
use sp_staking::{
	SessionIndex,
	offence::{OffenceDetails, OnOffenceHandler},
};

/// The maximum number of authorities per session.
pub type MaxAuthorities = ConstU32<32>;
/// The number of sessions for which key ownership can be proved, and so an offence reported.
pub type OffenceLongevitySessions = pallet_tempo::adaptors::OffenceLongevitySessions<Runtime>;
/// The same in blocks: the maximum longevity of reports in the transaction pool.
type OffenceLongevityBlocks = pallet_tempo::adaptors::OffenceLongevityBlocks<Runtime>;

/// Reports are charged as if they slashed an account with this many nominators: each report slashes all concurrent offenders
/// again, by the increment.
type SlashedWith = MaxAuthorities;

type KeyOwnerProofOf = sp_session::MembershipProof;
type OffenderOf = pallet_session::historical::IdentificationTuple<Runtime>;

impl pallet_timestamp::Config for Runtime {
	type MinimumPeriod = pallet_tempo::adaptors::MinimumPeriodMillis<Runtime>;
	type Moment = u64;
	type OnTimestampSet = Babe;
	type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_babe::Config for Runtime {
	type DisabledValidators = Session;
	type EpochChangeTrigger = pallet_babe::ExternalTrigger;
	type EpochDuration = pallet_tempo::adaptors::EpochSlots<Runtime>;
	type EquivocationReportSystem =
		pallet_babe::EquivocationReportSystem<Self, Offences, KeyOwners, OffenceLongevityBlocks>;
	type ExpectedBlockTime = pallet_tempo::adaptors::SlotMillis<Runtime>;
	type KeyOwnerProof = KeyOwnerProofOf;
	type MaxAuthorities = MaxAuthorities;
	type MaxNominators = SlashedWith;
	type WeightInfo = ();
}

/// The number of sessions for which GRANDPA stores its set ids. A report needs those of its session and the one before; two
/// more account for sets that change later than their sessions.
pub struct SetIdSessions;

impl Get<u64> for SetIdSessions {
	fn get() -> u64 {
		<OffenceLongevitySessions as Get<u64>>::get().saturating_add(3)
	}
}

impl pallet_grandpa::Config for Runtime {
	type EquivocationReportSystem =
		pallet_grandpa::EquivocationReportSystem<Self, Offences, KeyOwners, OffenceLongevityBlocks>;
	type KeyOwnerProof = KeyOwnerProofOf;
	type MaxAuthorities = MaxAuthorities;
	type MaxNominators = SlashedWith;
	type MaxSetIdSessionEntries = SetIdSessions;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
}

impl pallet_authority_discovery::Config for Runtime {
	type MaxAuthorities = MaxAuthorities;
}

impl pallet_authorship::Config for Runtime {
	type EventHandler = ();
	type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
}

/// Disables an offender in the running session, as far as the disabling strategy allows, and slashes its bond.
pub struct PunishOffenders;

impl OnOffenceHandler<AccountId, OffenderOf, Weight> for PunishOffenders {
	fn on_offence(
		offenders: &[OffenceDetails<AccountId, OffenderOf>],
		fractions: &[Perbill],
		session: SessionIndex,
	) -> Weight {
		for (details, fraction) in offenders.iter().zip(fractions) {
			let (offender, ()) = &details.offender;
			authorities::punish(offender, *fraction);
		}
		let accesses = u64::try_from(offenders.len()).unwrap_or(u64::MAX).saturating_mul(3);
		<Runtime as frame_system::Config>::DbWeight::get()
			.reads_writes(accesses, accesses)
			.saturating_add(StakingSlash::on_offence(offenders, fractions, session))
	}
}

impl pallet_offences::Config for Runtime {
	type IdentificationTuple = OffenderOf;
	type OnOffenceHandler = PunishOffenders;
	type RuntimeEvent = RuntimeEvent;
}

// Nodes report equivocations that they observe, in unsigned transactions.
impl<C> frame_system::offchain::CreateTransactionBase<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<C> frame_system::offchain::CreateBare<C> for Runtime
where
	RuntimeCall: From<C>,
{
	fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_bare(call)
	}
}
