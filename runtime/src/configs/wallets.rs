//! What makes an account comfortable: batches, several signatures, proxies, names.

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
use scale_info::TypeInfo;
use sp_runtime::traits::{BlakeTwo256, Verify};

impl pallet_utility::Config for Runtime {
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	/// What an open multisig call costs while it waits.
	pub const MultisigDepositBase: Balance = deposit(1, 88);
	/// The same for each of its signatories.
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

/// What a proxy may do in the name of the account that named it.
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
	/// Everything.
	#[default]
	Any,
	/// Everything that moves no funds.
	NonTransfer,
	/// Propose and vote.
	Governance,
	/// Reject the announcements of other proxies.
	CancelProxy,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		match self {
			Self::Any => true,
			Self::NonTransfer => match call {
				RuntimeCall::Balances(_) => false,
				// Whoever has a seat's keys can have it slashed.
				RuntimeCall::Session(_) => false,
				// What a bond earns, who acts for it and what it is slashed for is the owner's to say.
				RuntimeCall::StakingSlash(call) => matches!(
					call,
					pallet_staking_slash::Call::chill { .. }
						| pallet_staking_slash::Call::activate { .. }
						| pallet_staking_slash::Call::appeal { .. }
						| pallet_staking_slash::Call::apply_slash { .. }
						| pallet_staking_slash::Call::payout { .. }
						| pallet_staking_slash::Call::refresh { .. }
				),
				_ => true,
			},
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
			(Self::NonTransfer, Self::Governance | Self::CancelProxy) => true,
			_ => false,
		}
	}
}

parameter_types! {
	/// What the first proxy of an account costs.
	pub const ProxyDepositBase: Balance = deposit(1, 8);
	/// The same for each further one.
	pub const ProxyDepositFactor: Balance = deposit(0, 33);
	/// What the first announcement costs.
	pub const AnnouncementDepositBase: Balance = deposit(1, 8);
	/// The same for each further one.
	pub const AnnouncementDepositFactor: Balance = deposit(0, 66);
}

impl pallet_proxy::Config for Runtime {
	type AnnouncementDepositBase = AnnouncementDepositBase;
	type AnnouncementDepositFactor = AnnouncementDepositFactor;
	type BlockNumberProvider = System;
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
	/// What an identity costs while it is stored.
	pub const IdentityBasicDeposit: Balance = deposit(1, 258);
	/// The same for each of its bytes.
	pub const IdentityByteDeposit: Balance = deposit(0, 1);
	/// What a user name costs.
	pub const UsernameDeposit: Balance = deposit(0, 32);
	/// What a sub-account costs.
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
	// A week, and a month: on every chain, whatever its tempo.
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
