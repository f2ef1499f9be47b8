//! Service level scores.

use crate::{AccountId, Balance, Runtime, StakingSlash, governance::SlaAdmin, weights};
use frame_support::traits::{ConstU32, EitherOfDiverse};
use frame_system::EnsureRoot;

impl pallet_sla::Config for Runtime {
	type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, SlaAdmin>;
	type Balance = Balance;
	type OnScoreChange = StakingSlash;
	type VolumeWindow = ConstU32<100>;
	type WeightInfo = weights::pallet_sla::WeightInfo<Runtime>;
}
