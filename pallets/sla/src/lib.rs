//! # SLA
//!
//! Service level scores, the deltas that change them, and the slash rates derived from them.
//!
//! ## Goals
//!
//! 1. An account that performs well loses less when it fails, and earns more: one number, the score, measures performance.
//! 2. Readers of the score's source, a specification for vaults and relayers, find every constant under its original name,
//!    and governance can change each without a runtime upgrade.
//! 3. The history of an account is consistent: the sum of its announced deltas equals its stored score.
//! 4. Recording an action has a constant cost, regardless of the number of accounts and volumes.
//! 5. No input makes the arithmetic panic, wrap, or round in favour of the scored account.
//!
//! ## How they are met
//!
//! Each account has one score per role, from zero to the target of the role (Goal 1). Other pallets record an
//! [`Action`](smartlayer_primitives::Action) through [`ServiceLevel`](smartlayer_primitives::ServiceLevel), which adds the
//! delta of the action:
#![doc = docify::embed!("src/tests/example.rs", a_node_serves_and_fails)]
//!
//! Deltas, targets and thresholds initially have the values of the source, which the metadata contains as constants with
//! their original names. `set_delta`, `set_target` and `set_thresholds` override them; each checks that a penalty remains a
//! penalty (Goal 2).
//!
//! [`Event::UpdateSLA`] states the change that took effect, after clamping (Goal 3). Reading a score returns the lower of the
//! stored score and the target, so that lowering a target requires no migration; the difference is announced with the next
//! action of the account.
//!
//! The reward of a paid service depends on its volume relative to the mean of recent volumes. These are stored in a ring with
//! a running sum: a new volume replaces the oldest one, which is subtracted from the sum (Goal 4).
//!
//! The arithmetic consists of pure functions with their own tests, and each documents how it rounds (Goal 5).
//!
//! ## Units
//!
//! Scores, deltas and targets are fixed-point numbers in billionths of a point: one point is `1_000_000_000`. Thresholds are
//! fixed-point numbers in billionths: 110 % is `1_100_000_000`. Clients show and expect the raw numbers.
//!
//! ## Errata of the source
//!
//! The source contradicts itself in three places, and the reference code of its authors deviates in a fourth. How each is
//! resolved here is described in `docs/spec/sla.md`, as E1 to E4, and a test is named after each.
//!
//! ## Modules
//!
//! - `impls`: recording of actions, the window of volumes, and reading of scores, for other pallets.
//! - `params`: deltas, targets, thresholds and scores set by governance, and the only function that stores a score.
//! - `types`: the stored records.
//! - [`math`]: the arithmetic, with its rounding.
//! - [`defaults`]: the constants of the source.
//! - `runtime_api`: the typed runtime API.
//! - `try_state`: the invariants.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, reason = "overflows in tests must panic"))]

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
pub mod defaults;
mod impls;
pub mod math;
#[cfg(test)]
mod mock;
mod params;
mod runtime_api;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod types;
mod weights;

extern crate alloc;

pub use pallet::*;
pub use runtime_api::*;
pub use types::{DeltaEntry, SlashThresholds, Window};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use crate::{DeltaEntry, SlashThresholds, WeightInfo, Window, defaults};
	use alloc::vec::Vec;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;
	use smartlayer_primitives::{ActionKind, Delta, OnScoreChange, Role, Score};
	use sp_runtime::{FixedU64, Perbill, traits::AtLeast32BitUnsigned};

	/// The storage version of this pallet.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The balance type of the token.
		type Balance: Parameter
			+ Member
			+ AtLeast32BitUnsigned
			+ Copy
			+ Default
			+ MaxEncodedLen
			+ Into<u128>
			+ From<u128>;

		/// The origin that sets deltas, targets, thresholds and scores.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Handler notified of every recorded score, even if it is unchanged.
		type OnScoreChange: OnScoreChange<Self::AccountId>;

		/// The number of recent volumes whose mean a new volume is compared with. At least 1.
		///
		/// Reducing it on a live chain requires a migration: the slots above it would remain in the sum.
		#[pallet::constant]
		type VolumeWindow: Get<u32>;

		/// The weights of calls.
		type WeightInfo: WeightInfo;
	}

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The scores, in billionths of a point. A score of zero is not stored.
	///
	/// The role is the first key, so that the scores of a role can be listed; the hashers are reversible, so that accounts can be
	/// read from the keys.
	#[pallet::storage]
	pub type Scores<T: Config> =
		StorageDoubleMap<_, Twox64Concat, Role, Blake2_128Concat, T::AccountId, Score, ValueQuery>;

	/// The deltas set by governance. Other actions have the delta of the source.
	#[pallet::storage]
	pub type Deltas<T: Config> = StorageMap<_, Twox64Concat, ActionKind, Delta, OptionQuery>;

	/// The targets set by governance. Other roles have the target of the source.
	#[pallet::storage]
	pub type Targets<T: Config> = StorageMap<_, Twox64Concat, Role, Score, OptionQuery>;

	/// The thresholds from which slash rates are derived.
	#[pallet::storage]
	pub type Thresholds<T: Config> = StorageValue<_, SlashThresholds, ValueQuery, DefaultThresholds>;

	/// The thresholds of the source.
	#[pallet::type_value]
	pub fn DefaultThresholds() -> SlashThresholds {
		defaults::THRESHOLDS
	}

	/// The number of volumes in the window, and their sum.
	#[pallet::storage]
	pub type VolumeWindowState<T: Config> = StorageValue<_, Window, ValueQuery>;

	/// The volumes in the window, by slot. Not hashed, because no account chooses these keys.
	#[pallet::storage]
	pub type Volumes<T: Config> = StorageMap<_, Identity, u32, T::Balance, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// The score of an account changed, or an action was recorded that left it unchanged.
		UpdateSLA {
			/// The scored account.
			account: T::AccountId,
			/// The stored score after the change, in billionths of a point.
			total_score: Score,
			/// The change that took effect, in billionths of a point. The sum of all deltas of an account equals its stored score.
			delta: Delta,
			/// The role of the score.
			role: Role,
		},
		/// The delta of an action was set.
		DeltaSet {
			/// The action.
			action: ActionKind,
			/// The delta in force from now on, in billionths of a point.
			delta: Delta,
		},
		/// The target of a role was set.
		TargetSet {
			/// The role.
			role: Role,
			/// The maximum score from now on, in billionths of a point.
			target: Score,
		},
		/// The thresholds were set.
		ThresholdsSet {
			/// The thresholds in force from now on, in billionths: 110 % is 1100000000.
			thresholds: SlashThresholds,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The action is a penalty: its delta must not be positive.
		PenaltyAboveZero,
		/// The action is a reward: its delta must not be negative.
		RewardBelowZero,
		/// The delta exceeds the target of the action's role.
		DeltaBeyondTarget,
		/// The target must be positive.
		TargetZero,
		/// The target exceeds 100 points (100000000000 in billionths).
		TargetAboveHundred,
		/// The liquidation threshold is below 100 % (1000000000 in billionths).
		LiquidationBelowHundredPercent,
		/// The premium threshold is below the liquidation threshold.
		ThresholdsOutOfOrder,
		/// The premium threshold exceeds 200 % (2000000000 in billionths).
		PremiumAboveTwoHundredPercent,
		/// The score exceeds the target of the role.
		ScoreAboveTarget,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::VolumeWindow::get() > 0, "`VolumeWindow` must be at least one");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Sets the delta of an action, in billionths of a point. The delta of `ExecutedIssue` is the maximum that one such action
		/// earns.
		///
		/// - Origin: `AdminOrigin`.
		/// - Errors: `PenaltyAboveZero`, `RewardBelowZero`, `DeltaBeyondTarget`.
		/// - Event: `DeltaSet`.
		/// - Cost: constant.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_delta())]
		pub fn set_delta(origin: OriginFor<T>, action: ActionKind, delta: Delta) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_delta(action, delta)
		}

		/// Sets the two thresholds from which slash rates are derived, in billionths: 110 % is 1100000000.
		///
		/// - Origin: `AdminOrigin`.
		/// - Errors: `LiquidationBelowHundredPercent`, `ThresholdsOutOfOrder`,
		///   `PremiumAboveTwoHundredPercent`.
		/// - Event: `ThresholdsSet`.
		/// - Cost: constant.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_thresholds())]
		pub fn set_thresholds(origin: OriginFor<T>, liquidation: FixedU64, premium: FixedU64) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_thresholds(SlashThresholds { liquidation, premium })
		}

		/// Sets the maximum score of a role, in billionths of a point.
		///
		/// Stored scores above it count as the target immediately, and are updated with the next action of each account.
		///
		/// - Origin: `AdminOrigin`.
		/// - Errors: `TargetZero`, `TargetAboveHundred`.
		/// - Event: `TargetSet`.
		/// - Cost: constant.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_target())]
		pub fn set_target(origin: OriginFor<T>, role: Role, target: Score) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_target(role, target)
		}

		/// Sets the score of an account, in billionths of a point.
		///
		/// - Origin: `AdminOrigin`.
		/// - Errors: `ScoreAboveTarget`.
		/// - Event: `UpdateSLA`.
		/// - Cost: constant, plus the cost of `OnScoreChange`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::force_score().saturating_add(T::OnScoreChange::weight()))]
		pub fn force_score(origin: OriginFor<T>, role: Role, who: T::AccountId, score: Score) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_force_score(role, &who, score)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Returns the score of an account in a role.
		pub fn score(role: Role, who: T::AccountId) -> Score {
			Self::score_of(role, &who)
		}

		/// Returns the maximum score of a role.
		pub fn target(role: Role) -> Score {
			Self::target_of(role)
		}

		/// Returns the share of its stake that a service node would lose for a fault now.
		pub fn slash_rate(who: T::AccountId) -> Perbill {
			Self::slash_rate_of(Role::ServiceNode, &who)
		}

		/// Returns the amount of a stake that a service node would lose for a fault now, plus the stake itself if it is to be
		/// reimbursed.
		pub fn slash_amount(who: T::AccountId, stake: T::Balance, reimburse: bool) -> T::Balance {
			crate::math::slash_amount(stake.into(), Self::slash_rate_of(Role::ServiceNode, &who), reimburse).into()
		}

		/// Returns all deltas: those of the source, and those in force.
		pub fn deltas() -> Vec<DeltaEntry> {
			Self::delta_entries()
		}
	}

	/// The constants of the source, under their original names, in billionths.
	#[pallet::extra_constants]
	impl<T: Config> Pallet<T> {
		/// The default maximum score of a service node, in billionths of a point.
		#[pallet::constant_name(VaultSLATarget)]
		fn vault_sla_target() -> Score {
			defaults::VAULT_SLA_TARGET
		}

		/// The default maximum score of an anchor, in billionths of a point.
		#[pallet::constant_name(StakedRelayerSLATarget)]
		fn staked_relayer_sla_target() -> Score {
			defaults::STAKED_RELAYER_SLA_TARGET
		}

		/// The default liquidation threshold, in billionths. The part above 100 % is the slash rate at the maximum score.
		#[pallet::constant_name(LiquidationThreshold)]
		fn liquidation_threshold() -> FixedU64 {
			defaults::THRESHOLDS.liquidation
		}

		/// The default premium threshold, in billionths. The part above 100 % is the slash rate at a score of zero.
		#[pallet::constant_name(PremiumRedeemThreshold)]
		fn premium_redeem_threshold() -> FixedU64 {
			defaults::THRESHOLDS.premium
		}

		/// The default delta of `FailedRedeem`, in billionths of a point.
		#[pallet::constant_name(FailedRedeem)]
		fn failed_redeem() -> Delta {
			defaults::delta(ActionKind::FailedRedeem)
		}

		/// The default maximum reward of one `ExecutedIssue`, in billionths of a point.
		#[pallet::constant_name(ExecutedIssue)]
		fn executed_issue() -> Delta {
			defaults::delta(ActionKind::ExecutedIssue)
		}

		/// The default delta of `SubmitIssueProof`, in billionths of a point.
		#[pallet::constant_name(SubmitIssueProof)]
		fn submit_issue_proof() -> Delta {
			defaults::delta(ActionKind::SubmitIssueProof)
		}

		/// The default delta of `BlockSubmission`, in billionths of a point.
		#[pallet::constant_name(BlockSubmission)]
		fn block_submission() -> Delta {
			defaults::delta(ActionKind::BlockSubmission)
		}

		/// The default delta of `CorrectNoData`, in billionths of a point.
		#[pallet::constant_name(CorrectNoData)]
		fn correct_no_data() -> Delta {
			defaults::delta(ActionKind::CorrectNoData)
		}

		/// The default delta of `CorrectInvalid`, in billionths of a point.
		#[pallet::constant_name(CorrectInvalid)]
		fn correct_invalid() -> Delta {
			defaults::delta(ActionKind::CorrectInvalid)
		}

		/// The default delta of `CorrectTheft`, in billionths of a point.
		#[pallet::constant_name(CorrectTheft)]
		fn correct_theft() -> Delta {
			defaults::delta(ActionKind::CorrectTheft)
		}

		/// The default delta of `CorrectOracleOffline`, in billionths of a point.
		#[pallet::constant_name(CorrectOracleOffline)]
		fn correct_oracle_offline() -> Delta {
			defaults::delta(ActionKind::CorrectOracleOffline)
		}

		/// The default delta of `FalseNoData`, in billionths of a point.
		#[pallet::constant_name(FalseNoData)]
		fn false_no_data() -> Delta {
			defaults::delta(ActionKind::FalseNoData)
		}

		/// The default delta of `FalseInvalid`, in billionths of a point.
		#[pallet::constant_name(FalseInvalid)]
		fn false_invalid() -> Delta {
			defaults::delta(ActionKind::FalseInvalid)
		}

		/// The default delta of `IgnoredVote`, in billionths of a point.
		#[pallet::constant_name(IgnoredVote)]
		fn ignored_vote() -> Delta {
			defaults::delta(ActionKind::IgnoredVote)
		}

		/// The default delta of `MissedDuty`, in billionths of a point. An extension of this project.
		#[pallet::constant_name(MissedDuty)]
		fn missed_duty() -> Delta {
			defaults::delta(ActionKind::MissedDuty)
		}

		/// The default delta of `BreachedObjective`, in billionths of a point. An extension of this project.
		#[pallet::constant_name(BreachedObjective)]
		fn breached_objective() -> Delta {
			defaults::delta(ActionKind::BreachedObjective)
		}

		/// The default delta of `MetObjectives`, in billionths of a point. An extension of this project.
		#[pallet::constant_name(MetObjectives)]
		fn met_objectives() -> Delta {
			defaults::delta(ActionKind::MetObjectives)
		}
	}
}
