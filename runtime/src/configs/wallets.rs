//! Batches, multisigs, proxies and identities.

use crate::{
	AccountId, Balance, Balances, OriginCaller, Runtime, RuntimeCall, RuntimeEvent, Signature, System,
	configs::treasury::TreasuryInherits, constants::deposit,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	parameter_types,
	traits::{ConstU32, InstanceFilter},
};
use frame_system::EnsureRoot;
use pallet_tempo::Clock;
use scale_info::TypeInfo;
use sp_runtime::traits::{BlakeTwo256, Verify};

impl pallet_utility::Config for Runtime {
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	/// The deposit of an open multisig call.
	pub const MultisigDepositBase: Balance = deposit(1, 88);
	/// The additional deposit per signatory.
	pub const MultisigDepositFactor: Balance = deposit(0, 32);
}

impl pallet_multisig::Config for Runtime {
	type BlockNumberProvider = System;
	type Currency = Balances;
	type DepositBase = MultisigDepositBase;
	type DepositFactor = MultisigDepositFactor;
	type MaxSignatories = ConstU32<100>;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
}

/// The calls that a proxy may make in the name of its delegator.
#[derive(
	Copy,
	Clone,
	Debug,
	Default,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum ProxyType {
	/// All calls.
	#[default]
	Any,
	/// Calls that move no funds.
	NonTransfer,
	/// Calls to propose and vote.
	Governance,
	/// Rejecting announcements of other proxies.
	CancelProxy,
}

/// The calls of [`ProxyType::NonTransfer`]. New calls are not included unless they are added here.
///
/// Calls that act for a third account, such as those of multisigs and other proxies, are excluded as well, because the
/// calls they contain are not filtered.
fn moves_no_funds(call: &RuntimeCall) -> bool {
	match call {
		// Batches are filtered call by call.
		RuntimeCall::Utility(call) => matches!(
			call,
			pallet_utility::Call::batch { .. }
				| pallet_utility::Call::batch_all { .. }
				| pallet_utility::Call::force_batch { .. }
				| pallet_utility::Call::if_else { .. }
		),
		// The reward destination and the operator are excluded: only the owner of a bond may set them. So are service keys and
		// session keys, with which a bond can be slashed.
		RuntimeCall::StakingSlash(call) => matches!(
			call,
			pallet_staking_slash::Call::chill { .. }
				| pallet_staking_slash::Call::activate { .. }
				| pallet_staking_slash::Call::appeal { .. }
				| pallet_staking_slash::Call::apply_slash { .. }
				| pallet_staking_slash::Call::payout { .. }
				| pallet_staking_slash::Call::refresh { .. }
		),
		RuntimeCall::Anchors(call) => matches!(
			call,
			pallet_anchors::Call::apply_candidacy { .. }
				| pallet_anchors::Call::withdraw_candidacy { .. }
				| pallet_anchors::Call::vote { .. }
				| pallet_anchors::Call::retract_vote { .. }
				| pallet_anchors::Call::withdraw_stake { .. }
				| pallet_anchors::Call::resign { .. }
				| pallet_anchors::Call::submit_snapshot { .. }
				| pallet_anchors::Call::submit_issue_proof { .. }
		),
		RuntimeCall::Telemetry(call) => {
			matches!(call, pallet_telemetry::Call::commit { .. } | pallet_telemetry::Call::reveal { .. })
		},
		// What is agreed costs fees, and can be slashed once it is resumed.
		RuntimeCall::Agreements(call) => matches!(
			call,
			pallet_agreements::Call::counter_by_seats { .. }
				| pallet_agreements::Call::withdraw { .. }
				| pallet_agreements::Call::close { .. }
		),
		RuntimeCall::Preimage(call) => {
			matches!(call, pallet_preimage::Call::note_preimage { .. } | pallet_preimage::Call::unnote_preimage { .. })
		},
		RuntimeCall::Referenda(call) => matches!(
			call,
			pallet_referenda::Call::submit { .. }
				| pallet_referenda::Call::place_decision_deposit { .. }
				| pallet_referenda::Call::refund_decision_deposit { .. }
				| pallet_referenda::Call::refund_submission_deposit { .. }
				| pallet_referenda::Call::set_metadata { .. }
		),
		RuntimeCall::ConvictionVoting(call) => matches!(
			call,
			pallet_conviction_voting::Call::vote { .. }
				| pallet_conviction_voting::Call::delegate { .. }
				| pallet_conviction_voting::Call::undelegate { .. }
				| pallet_conviction_voting::Call::unlock { .. }
				| pallet_conviction_voting::Call::remove_vote { .. }
				| pallet_conviction_voting::Call::remove_other_vote { .. }
		),
		RuntimeCall::Treasury(call) => {
			matches!(call, pallet_treasury::Call::payout { .. } | pallet_treasury::Call::check_status { .. })
		},
		RuntimeCall::Proxy(call) => matches!(
			call,
			pallet_proxy::Call::remove_announcement { .. } | pallet_proxy::Call::reject_announcement { .. }
		),
		RuntimeCall::Identity(call) => matches!(
			call,
			pallet_identity::Call::set_identity { .. }
				| pallet_identity::Call::clear_identity { .. }
				| pallet_identity::Call::set_subs { .. }
				| pallet_identity::Call::add_sub { .. }
				| pallet_identity::Call::rename_sub { .. }
				| pallet_identity::Call::remove_sub { .. }
				| pallet_identity::Call::quit_sub { .. }
		),
		RuntimeCall::System(call) => matches!(
			call,
			frame_system::Call::remark { .. }
				| frame_system::Call::remark_with_event { .. }
				| frame_system::Call::apply_authorized_upgrade { .. }
		),
		_ => false,
	}
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		match self {
			Self::Any => true,
			Self::NonTransfer => moves_no_funds(call),
			Self::Governance => matches!(
				call,
				RuntimeCall::Anchors(
					pallet_anchors::Call::vote { .. }
						| pallet_anchors::Call::retract_vote { .. }
						| pallet_anchors::Call::withdraw_stake { .. }
				) | RuntimeCall::Preimage(_)
					| RuntimeCall::Referenda(_)
					| RuntimeCall::ConvictionVoting(_)
					| RuntimeCall::Utility(_)
			),
			Self::CancelProxy => {
				matches!(call, RuntimeCall::Proxy(pallet_proxy::Call::reject_announcement { .. }))
			},
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		match (self, other) {
			(x, y) if x == y => true,
			(Self::Any, _) => true,
			(_, Self::Any) => false,
			(Self::NonTransfer, Self::CancelProxy) => true,
			_ => false,
		}
	}
}

parameter_types! {
	/// The deposit of an account's first proxy.
	pub const ProxyDepositBase: Balance = deposit(1, 8);
	/// The additional deposit per proxy.
	pub const ProxyDepositFactor: Balance = deposit(0, 33);
	/// The deposit of the first announcement.
	pub const AnnouncementDepositBase: Balance = deposit(1, 8);
	/// The additional deposit per announcement.
	pub const AnnouncementDepositFactor: Balance = deposit(0, 66);
}

impl pallet_proxy::Config for Runtime {
	type AnnouncementDepositBase = AnnouncementDepositBase;
	type AnnouncementDepositFactor = AnnouncementDepositFactor;
	type BlockNumberProvider = Clock<Runtime>;
	type CallHasher = BlakeTwo256;
	type Currency = Balances;
	type MaxPending = ConstU32<32>;
	type MaxProxies = ConstU32<32>;
	type ProxyDepositBase = ProxyDepositBase;
	type ProxyDepositFactor = ProxyDepositFactor;
	type ProxyType = ProxyType;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	/// The deposit of an identity.
	pub const IdentityBasicDeposit: Balance = deposit(1, 258);
	/// The additional deposit per byte of an identity.
	pub const IdentityByteDeposit: Balance = deposit(0, 1);
	/// The deposit of a user name.
	pub const UsernameDeposit: Balance = deposit(0, 32);
	/// The deposit of a sub-account.
	pub const SubAccountDeposit: Balance = deposit(1, 53);
}

impl pallet_identity::Config for Runtime {
	type BasicDeposit = IdentityBasicDeposit;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
	type ByteDeposit = IdentityByteDeposit;
	type Currency = Balances;
	type ForceOrigin = EnsureRoot<AccountId>;
	type IdentityInformation = pallet_identity::legacy::IdentityInfo<ConstU32<100>>;
	type MaxRegistrars = ConstU32<20>;
	type MaxSubAccounts = ConstU32<100>;
	type MaxSuffixLength = ConstU32<7>;
	type MaxUsernameLength = ConstU32<32>;
	type OffchainSignature = Signature;
	// In blocks, independent of the chain's tempo: one week, and one month with slots of 6 s.
	type PendingUsernameExpiration = ConstU32<100_800>;
	type RegistrarOrigin = EnsureRoot<AccountId>;
	type RuntimeEvent = RuntimeEvent;
	type SigningPublicKey = <Signature as Verify>::Signer;
	type Slashed = TreasuryInherits;
	type SubAccountDeposit = SubAccountDeposit;
	type UsernameAuthorityOrigin = EnsureRoot<AccountId>;
	type UsernameDeposit = UsernameDeposit;
	type UsernameGracePeriod = ConstU32<432_000>;
	type WeightInfo = pallet_identity::weights::SubstrateWeight<Runtime>;
}
