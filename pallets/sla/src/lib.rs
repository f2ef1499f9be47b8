//! # SLA
//!
//! Scores of service, the deltas that change them, and the slash rate that follows.
//!
//! ## Goals
//!
//! 1. Whoever does its work well loses less when it fails, and earns more: one number, the score, says how well.
//! 2. Whoever holds the source of the score, a specification of vaults and relayers, finds every constant by its
//!    own name, and governance can change each without a new runtime.
//! 3. An account's history adds up: the sum of the deltas that were announced is the score that is stored.
//! 4. Recording an action costs the same, however many accounts and volumes there are.
//! 5. No input makes the arithmetic panic, wrap, or round in favour of the account that is scored.
//!
//! ## How they are met
//!
//! There is one score per role and account, from zero to the role's target (Goal 1). Other pallets record an
//! [`Action`](smartlayer_primitives::Action) through [`ServiceLevel`](smartlayer_primitives::ServiceLevel), and the
//! action's delta is added:
#![doc = docify::embed!("src/tests/example.rs", a_node_serves_and_fails)]
//!
//! The deltas, targets and thresholds begin with the source's values, which the metadata shows as constants of the
//! source's names. `set_delta`, `set_target` and `set_thresholds` override them; each checks that a penalty stays
//! one (Goal 2).
//!
//! [`Event::UpdateSLA`] tells the change that took effect, after the clamp (Goal 3). A score is read as the lesser
//! of what is stored and the target, so that lowering a target migrates nothing; the difference is announced
//! with the account's next action.
//!
//! What a paid service earns depends on how its volume compares to the mean of the last ones. These are a ring in
//! storage with a running sum: a volume takes the slot of the oldest, whose volume leaves the sum (Goal 4).
//!
//! The arithmetic is in pure functions with tests of their own; each says how it rounds (Goal 5).
//!
//! ## Where the source is wrong
//!
//! It contradicts itself in three places, and its authors' own code strays in a fourth. How each is read here is in
//! the pallet's page of specification, `docs/spec/sla.md`, as E1 to E4, and a test is named after each.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, reason = "a test that overflows shall say so"))]

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
pub mod defaults;
mod dispatchables;
mod impls;
pub mod math;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod types;
mod weights;

extern crate alloc;

pub use pallet::*;
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
		/// An amount of the token.
		type Balance: Parameter
			+ Member
			+ AtLeast32BitUnsigned
			+ Copy
			+ Default
			+ MaxEncodedLen
			+ Into<u128>
			+ From<u128>;

		/// Who may set deltas, targets, thresholds and scores.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Who is told when a score has changed.
		type OnScoreChange: OnScoreChange<Self::AccountId>;

		/// How many of the last volumes make the mean that a volume is compared to. At least one.
		///
		/// A smaller number than that of the runtime before wants a migration: the slots above it would stay
		/// in the sum.
		#[pallet::constant]
		type VolumeWindow: Get<u32>;

		/// What the calls cost.
		type WeightInfo: WeightInfo;
	}

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The scores. An account that has none has a score of zero, and zero is not stored.
	///
	/// The role comes first, so that the scores of a role can be listed; concatenated, so that they can be read.
	#[pallet::storage]
	pub type Scores<T: Config> =
		StorageDoubleMap<_, Twox64Concat, Role, Blake2_128Concat, T::AccountId, Score, ValueQuery>;

	/// The deltas that governance has set. An action that has none has that of the source.
	#[pallet::storage]
	pub type Deltas<T: Config> = StorageMap<_, Twox64Concat, ActionKind, Delta, OptionQuery>;

	/// The targets that governance has set. A role that has none has that of the source.
	#[pallet::storage]
	pub type Targets<T: Config> = StorageMap<_, Twox64Concat, Role, Score, OptionQuery>;

	/// The thresholds that the slash rate follows from.
	#[pallet::storage]
	pub type Thresholds<T: Config> = StorageValue<_, SlashThresholds, ValueQuery, DefaultThresholds>;

	/// The source's thresholds.
	#[pallet::type_value]
	pub fn DefaultThresholds() -> SlashThresholds {
		defaults::THRESHOLDS
	}

	/// How many volumes are in the window, and their sum.
	#[pallet::storage]
	pub type VolumeWindowState<T: Config> = StorageValue<_, Window, ValueQuery>;

	/// The volumes in the window, by slot. The keys are small numbers that nobody chooses: they need no hash.
	#[pallet::storage]
	pub type Volumes<T: Config> = StorageMap<_, Identity, u32, T::Balance, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An account's score has changed, or an action has left it as it was.
		UpdateSLA {
			/// Whose.
			account: T::AccountId,
			/// The score after the change, as it is stored.
			total_score: Score,
			/// The change that took effect. The sum of an account's deltas is its stored score.
			delta: Delta,
			/// In which role.
			role: Role,
		},
		/// The delta of an action was set.
		DeltaSet {
			/// Of which action.
			action: ActionKind,
			/// The delta in force from now on.
			delta: Delta,
		},
		/// The target of a role was set.
		TargetSet {
			/// Of which role.
			role: Role,
			/// The best score that there is from now on.
			target: Score,
		},
		/// The thresholds were set.
		ThresholdsSet {
			/// The thresholds in force from now on.
			thresholds: SlashThresholds,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The action is a penalty: its delta can't be above zero.
		PenaltyAboveZero,
		/// The action is a reward: its delta can't be below zero.
		RewardBelowZero,
		/// A delta can't be larger than the target of the action's role.
		DeltaBeyondTarget,
		/// A target must be above zero.
		TargetZero,
		/// A target can't be above 100.
		TargetAboveHundred,
		/// The liquidation threshold must be at least 100 %.
		LiquidationBelowHundredPercent,
		/// The premium threshold can't be below the liquidation threshold.
		ThresholdsOutOfOrder,
		/// The premium threshold can't be above 200 %.
		PremiumAboveTwoHundredPercent,
		/// A score can't be above the target of its role.
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
		/// Sets the delta of an action. For `ExecutedIssue` it is the most that one such action earns.
		///
		/// - Origin: [`Config::AdminOrigin`].
		/// - Errors: [`Error::PenaltyAboveZero`], [`Error::RewardBelowZero`], [`Error::DeltaBeyondTarget`].
		/// - Event: [`Event::DeltaSet`].
		/// - Cost: constant.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_delta())]
		pub fn set_delta(origin: OriginFor<T>, action: ActionKind, delta: Delta) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_delta(action, delta)
		}

		/// Sets the two thresholds that the slash rate follows from: 1.1 is 110 %.
		///
		/// - Origin: [`Config::AdminOrigin`].
		/// - Errors: [`Error::LiquidationBelowHundredPercent`], [`Error::ThresholdsOutOfOrder`],
		///   [`Error::PremiumAboveTwoHundredPercent`].
		/// - Event: [`Event::ThresholdsSet`].
		/// - Cost: constant.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_thresholds())]
		pub fn set_thresholds(origin: OriginFor<T>, liquidation: FixedU64, premium: FixedU64) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_thresholds(SlashThresholds { liquidation, premium })
		}

		/// Sets the best score that there is in a role.
		///
		/// Scores above it count as it from now on; what is stored follows with each account's next action.
		///
		/// - Origin: [`Config::AdminOrigin`].
		/// - Errors: [`Error::TargetZero`], [`Error::TargetAboveHundred`].
		/// - Event: [`Event::TargetSet`].
		/// - Cost: constant.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_target())]
		pub fn set_target(origin: OriginFor<T>, role: Role, target: Score) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_target(role, target)
		}

		/// Sets an account's score.
		///
		/// - Origin: [`Config::AdminOrigin`].
		/// - Errors: [`Error::ScoreAboveTarget`].
		/// - Event: [`Event::UpdateSLA`].
		/// - Cost: constant, with what [`Config::OnScoreChange`] does.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::force_score().saturating_add(T::OnScoreChange::weight()))]
		pub fn force_score(origin: OriginFor<T>, role: Role, who: T::AccountId, score: Score) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_force_score(role, &who, score)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// An account's score in a role.
		pub fn score(role: Role, who: T::AccountId) -> Score {
			Self::score_of(role, &who)
		}

		/// The best score that there is in a role.
		pub fn target(role: Role) -> Score {
			Self::target_of(role)
		}

		/// The share of its stake that a service node would lose for a fault now.
		pub fn slash_rate(who: T::AccountId) -> Perbill {
			Self::slash_rate_of(Role::ServiceNode, &who)
		}

		/// What a service node would lose of a stake for a fault now; with the stake itself on top where it is to
		/// be reimbursed.
		pub fn slash_amount(who: T::AccountId, stake: T::Balance, reimburse: bool) -> T::Balance {
			crate::math::slash_amount(stake.into(), Self::slash_rate_of(Role::ServiceNode, &who), reimburse).into()
		}

		/// Every delta, as the source has it and as it is in force.
		pub fn deltas() -> Vec<DeltaEntry> {
			ActionKind::ALL
				.into_iter()
				.map(|action| DeltaEntry { action, default: defaults::delta(action), current: Self::delta_of(action) })
				.collect()
		}
	}

	/// The source's constants, by the source's names.
	#[pallet::extra_constants]
	impl<T: Config> Pallet<T> {
		/// The best score of a service node, until governance says otherwise.
		#[pallet::constant_name(VaultSLATarget)]
		fn vault_sla_target() -> Score {
			defaults::VAULT_SLA_TARGET
		}

		/// The best score of an anchor, until governance says otherwise.
		#[pallet::constant_name(StakedRelayerSLATarget)]
		fn staked_relayer_sla_target() -> Score {
			defaults::STAKED_RELAYER_SLA_TARGET
		}

		/// What it has above one is the slash rate of the best score, until governance says otherwise.
		#[pallet::constant_name(LiquidationThreshold)]
		fn liquidation_threshold() -> FixedU64 {
			defaults::THRESHOLDS.liquidation
		}

		/// What it has above one is the slash rate of the worst score, until governance says otherwise.
		#[pallet::constant_name(PremiumRedeemThreshold)]
		fn premium_redeem_threshold() -> FixedU64 {
			defaults::THRESHOLDS.premium
		}

		/// The default delta of `FailedRedeem`.
		#[pallet::constant_name(FailedRedeem)]
		fn failed_redeem() -> Delta {
			defaults::delta(ActionKind::FailedRedeem)
		}

		/// The most that one `ExecutedIssue` earns by default.
		#[pallet::constant_name(ExecutedIssue)]
		fn executed_issue() -> Delta {
			defaults::delta(ActionKind::ExecutedIssue)
		}

		/// The default delta of `SubmitIssueProof`.
		#[pallet::constant_name(SubmitIssueProof)]
		fn submit_issue_proof() -> Delta {
			defaults::delta(ActionKind::SubmitIssueProof)
		}

		/// The default delta of `BlockSubmission`.
		#[pallet::constant_name(BlockSubmission)]
		fn block_submission() -> Delta {
			defaults::delta(ActionKind::BlockSubmission)
		}

		/// The default delta of `CorrectNoData`.
		#[pallet::constant_name(CorrectNoData)]
		fn correct_no_data() -> Delta {
			defaults::delta(ActionKind::CorrectNoData)
		}

		/// The default delta of `CorrectInvalid`.
		#[pallet::constant_name(CorrectInvalid)]
		fn correct_invalid() -> Delta {
			defaults::delta(ActionKind::CorrectInvalid)
		}

		/// The default delta of `CorrectTheft`.
		#[pallet::constant_name(CorrectTheft)]
		fn correct_theft() -> Delta {
			defaults::delta(ActionKind::CorrectTheft)
		}

		/// The default delta of `CorrectOracleOffline`.
		#[pallet::constant_name(CorrectOracleOffline)]
		fn correct_oracle_offline() -> Delta {
			defaults::delta(ActionKind::CorrectOracleOffline)
		}

		/// The default delta of `FalseNoData`.
		#[pallet::constant_name(FalseNoData)]
		fn false_no_data() -> Delta {
			defaults::delta(ActionKind::FalseNoData)
		}

		/// The default delta of `FalseInvalid`.
		#[pallet::constant_name(FalseInvalid)]
		fn false_invalid() -> Delta {
			defaults::delta(ActionKind::FalseInvalid)
		}

		/// The default delta of `IgnoredVote`.
		#[pallet::constant_name(IgnoredVote)]
		fn ignored_vote() -> Delta {
			defaults::delta(ActionKind::IgnoredVote)
		}

		/// The default delta of `MissedDuty`, an extension of this project.
		#[pallet::constant_name(MissedDuty)]
		fn missed_duty() -> Delta {
			defaults::delta(ActionKind::MissedDuty)
		}
	}
}
