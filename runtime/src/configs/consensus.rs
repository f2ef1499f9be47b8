//! Authoring, finality, and what happens to those who equivocate.

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

/// The most authorities that a session can have.
pub type MaxAuthorities = ConstU32<32>;
/// For how many sessions the owner of a key can be proved, and so an offence.
pub type OffenceLongevitySessions = pallet_tempo::adaptors::OffenceLongevitySessions<Runtime>;
/// The same in blocks: how long a report stays in the transaction pool at most.
type OffenceLongevityBlocks = pallet_tempo::adaptors::OffenceLongevityBlocks<Runtime>;

/// A report is charged as if it slashed an account and so many nominators: all who have offended with it are slashed
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

/// The sessions for which GRANDPA remembers which set of voters they had. A report reads the set of its session and the one
/// before; two more cover that the set changes after the session does.
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

/// Takes an offender out of the running session, as far as the disabling strategy allows, and slashes its bond.
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

// Equivocations are reported by whoever sees them, in transactions that nobody signs.
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
