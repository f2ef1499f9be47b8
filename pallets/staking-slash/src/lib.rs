//! # Staking and slashing
//!
//! Bonds, slashes that can be appealed, and rewards that follow performance.
//!
//! ## Goals
//!
//! 1. Every participant has funds at stake, and cannot withdraw them before every fault they may answer for is settled.
//! 2. A slash is applied only after a delay in which it can be appealed, and a cancelled slash leaves no trace.
//! 3. Funds are conserved: holds match the ledgers, and every amount that leaves a hold is credited to an account.
//! 4. Rewards follow bond and score, and joining right before a pool receives funds earns no more than staying does.
//! 5. No cost grows with the number of bonded accounts.
//!
//! ## How they are met
//!
//! An account bonds in one role. Its [`Ledger`] records what is bonded, what is unbonding and what is set aside by pending
//! slashes; the hold on its funds is the sum. Unbonding funds stay at stake until they are withdrawn, and the unbonding
//! period is longer than the whole course of any fault (Goal 1); the runtime's tempo checks that.
//!
//! A slash is computed and set aside immediately, first from the active bond and then from the unbonding chunks, the last to
//! mature first. It is queued for the block in which it falls due. Until then the offender may appeal it once, against a
//! deposit; the appeal postpones the due block by the time governance needs to rule. When the slash is applied, all its
//! consequences take effect together: the amount is split between victim and treasury, the action is recorded in the
//! score, and the handler of the offence is notified. Until then the account keeps its seat, its score and its rewards:
//! funds set aside from an active bond still count towards the minimum and towards rewards (Goal 2).
//!
//! A hook applies due slashes, with a bounded weight per block, each in a storage layer of its own: a slash that fails is
//! removed from the hook's queue with an event, and anyone may retry it with a call.
//!
//! Amounts that leave a bond travel as `Credit`. If the victim cannot receive its share, the treasury receives it; if the
//! treasury cannot, the slash fails as a whole and stays pending (Goal 3).
//!
//! Each role has a reward pool. What a pool receives during a period is distributed evenly over the next one, in
//! proportion to bond × score of all active accounts, that is, anchors with a seat, and service nodes, which must be in service under
//! an agreement if the runtime requires one (Goal 4): an accumulator of rewards per unit of weight, which each account compares with its
//! value at the account's last settlement (Goal 5). While the total weight is below a minimum nothing is distributed, and the pool
//! carries over.
//!
//! What an account has agreed is backed by its active bond, and limits what it can unbond.
//!
//! ## Modules
//!
//! - `bonds`: bonding, unbonding, withdrawing, chilling, operators and destinations. The only place that stores a ledger.
//! - `keys`: service keys.
//! - `slashes`: setting slashes aside, appeals, rulings, and their application when they are due.
//! - `rewards`: pools, periods and payouts.
//! - `params`: the parameters that governance sets.
//! - `hooks`: the order of work in each block.
//! - `impls`: the traits that this pallet implements for other pallets, and for reports of equivocations.
//! - [`math`] and [`types`]: arithmetic with its rounding, and the stored records.
//! - `runtime_api`: the typed runtime API.
//! - `integrity` and `try_state`: the constraints on the configuration, and the invariants.
//! - [`migrations`]: the storage migrations.
//!
//! All amounts are in the smallest unit of the token. Shares are `Perbill`, in parts per billion.
//!
//! ## Example
#![doc = docify::embed!("src/tests/example.rs", a_node_bonds_fails_and_leaves)]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, reason = "overflows in tests must panic"))]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bonds;
mod endpoints;
mod hooks;
mod impls;
mod integrity;
mod keys;
pub mod math;
pub mod migrations;
#[cfg(test)]
mod mock;
mod params;
mod rewards;
mod runtime_api;
mod slashes;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
mod weights;

pub use pallet::*;
pub use runtime_api::*;
pub use types::{Activity, Chunk, Destination, Endpoint, KeyPeriod, Ledger, Params, PendingSlash, Pool, Share, Stage};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use crate::{WeightInfo, types};
	use alloc::vec::Vec;
	use frame_support::{
		PalletId,
		pallet_prelude::*,
		traits::{
			BuildGenesisConfig, Consideration, Footprint,
			fungible::{Balanced, BalancedHold, Credit, InspectHold, Mutate, MutateHold},
			tokens::Balance,
		},
		weights::{Weight, WeightMeter},
	};
	use frame_system::pallet_prelude::*;
	use smartlayer_primitives::{
		Cause, Commitments, LeaveGate, Offence, OnBondLost, OnSlashResolved, Role, ServiceLevel, Severity, SlashId,
		Victim,
	};
	use sp_runtime::{Perbill, traits::BlockNumberProvider};
	use sp_staking::SessionIndex;

	/// The storage version of this pallet.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(4);

	/// An amount in transit: taken from one account and not yet credited to another.
	pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;
	/// The stake of an account.
	pub type LedgerOf<T> = types::Ledger<
		<T as frame_system::Config>::AccountId,
		<T as Config>::Balance,
		BlockNumberFor<T>,
		<T as Config>::MaxChunks,
	>;
	/// A pending slash.
	pub type PendingSlashOf<T> =
		types::PendingSlash<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
	/// The service keys of a node, each with the period in which it was current.
	pub type KeyPeriodsOf<T> =
		BoundedVec<types::KeyPeriod<<T as Config>::ServiceKey, BlockNumberFor<T>>, <T as Config>::MaxServiceKeys>;

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The clock of unbonding, slashes and rewards. It must pause while appeals are impossible, as during multi-block
		/// migrations.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumberFor<Self>>;

		/// The balance type of the token.
		type Balance: Balance + Into<u128> + From<u128>;

		/// The token in which bonds, slashes and rewards are denominated.
		type Currency: InspectHold<Self::AccountId, Balance = Self::Balance>
			+ MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ BalancedHold<Self::AccountId>
			+ Balanced<Self::AccountId>
			+ Mutate<Self::AccountId>;

		/// The overarching hold reason of the runtime.
		type RuntimeHoldReason: From<HoldReason>;

		/// The scores, and the slash rate that follows from a score.
		type ServiceLevel: ServiceLevel<Self::AccountId, Self::Balance>;

		/// Handler notified when a slash is applied or cancelled.
		type OnSlashResolved: OnSlashResolved;

		/// The deposit for the storage that a bond occupies, held as long as the bond exists.
		type Consideration: Consideration<Self::AccountId, Footprint>;

		/// Handler notified when an account no longer qualifies for its role, and when its bond ends.
		type OnBondLost: OnBondLost<Self::AccountId>;

		/// Decides whether an account may leave its role. Queried before it chills, or unbonds below the minimum.
		type LeaveGate: LeaveGate<Self::AccountId>;

		/// What accounts have agreed. Queried before they unbond: they must keep the bond that backs it.
		type Commitments: Commitments<Self::AccountId, Self::Balance>;

		/// Whether only service nodes that are in service under an agreement earn rewards.
		type RequireAgreement: Get<bool>;

		/// The public key type with which a service node signs its statements.
		type ServiceKey: Parameter + Member + MaxEncodedLen;

		/// The account of the treasury, which must always exist.
		type Treasury: Get<Self::AccountId>;

		/// The id from which the accounts of the reward pools are derived.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// The unbonding period, in blocks. Must be longer than the whole course of a fault: the time within which it can be
		/// reported, the decision on the report, the deferral of the slash and the appeal.
		#[pallet::constant]
		type UnbondingPeriod: Get<BlockNumberFor<Self>>;

		/// The delay between the block in which a slash is set aside and the block in which it is applied, in blocks. At least
		/// 2.
		#[pallet::constant]
		type SlashDeferral: Get<BlockNumberFor<Self>>;

		/// The time from an appeal until the slash falls due, in blocks, unless the slash falls due later anyway. Must be longer than a referendum about it. At
		/// least 2.
		#[pallet::constant]
		type AppealPeriod: Get<BlockNumberFor<Self>>;

		/// How long replaced service keys are known, in blocks: as long as what they have signed can matter.
		#[pallet::constant]
		type KeyHistory: Get<BlockNumberFor<Self>>;

		/// The period over which the rewards of a pool are distributed, in blocks. At least 1.
		#[pallet::constant]
		type RewardPeriod: Get<BlockNumberFor<Self>>;

		/// The maximum number of unbonding chunks of an account. At least 1.
		#[pallet::constant]
		type MaxChunks: Get<u32>;

		/// The maximum number of service keys kept per account, current and replaced ones. At least 2.
		#[pallet::constant]
		type MaxServiceKeys: Get<u32>;

		/// The maximum that may be minted for rewards per period, as a share of the total issuance.
		#[pallet::constant]
		type MaxPeriodBudget: Get<Perbill>;

		/// The maximum weight of the hook per block. Must have room for the start of a period and one slash.
		#[pallet::constant]
		type HookWeight: Get<Weight>;

		/// The origin that rules on appeals and cancels slashes.
		type ReviewOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The origin that sets the parameters.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The origin that slashes without a verdict.
		type ForceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The weights of calls and hooks.
		type WeightInfo: WeightInfo;
	}

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The reasons for which this pallet holds funds.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Funds that are bonded, unbonding, or set aside by a slash.
		#[codec(index = 0)]
		Bond,
		/// The deposit of an appeal.
		#[codec(index = 1)]
		Appeal,
		/// The deposit for the storage that a bond occupies.
		#[codec(index = 2)]
		Storage,
	}

	/// The stake of each bonded account.
	#[pallet::storage]
	pub type Ledgers<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, LedgerOf<T>, OptionQuery>;

	/// The storage deposit of each bonded account. Accounts that bonded before this deposit existed have none.
	#[pallet::storage]
	pub type Tickets<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, T::Consideration, OptionQuery>;

	/// The bonded account that each operator acts for.
	#[pallet::storage]
	pub type Operators<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, T::AccountId, OptionQuery>;

	/// The service keys of each node: at least those it used within the report window, the current one last.
	#[pallet::storage]
	pub type ServiceKeys<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, KeyPeriodsOf<T>, ValueQuery>;

	/// Where each service node and each anchor can be reached, if it has published that.
	#[pallet::storage]
	pub type Endpoints<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, types::Endpoint, OptionQuery>;

	/// All pending slashes.
	#[pallet::storage]
	pub type Slashes<T: Config> = StorageMap<_, Twox64Concat, SlashId, PendingSlashOf<T>, OptionQuery>;

	/// The id of the next slash.
	#[pallet::storage]
	pub type NextSlashId<T: Config> = StorageValue<_, SlashId, ValueQuery>;

	/// Further details of pending slashes that have any.
	#[pallet::storage]
	pub type Details<T: Config> = StorageMap<_, Twox64Concat, SlashId, types::Details<T::Balance>, OptionQuery>;

	/// The windows in which each bonded account was slashed for being unavailable.
	#[pallet::storage]
	pub type Outages<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, types::Outages, OptionQuery>;

	/// The ids of the slashes that fall due in each block. Hashed without a cryptographic hash because no account chooses
	/// these keys.
	#[pallet::storage]
	pub type DueQueue<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BlockNumberFor<T>, Twox64Concat, SlashId, (), OptionQuery>;

	/// The block whose due slashes the hook processes next. The slashes of all earlier blocks are applied or stuck.
	#[pallet::storage]
	pub type QueueCursor<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// The highest fraction by which an account was slashed for a consensus offence, by session.
	#[pallet::storage]
	pub type ConsensusOffences<T: Config> =
		StorageDoubleMap<_, Twox64Concat, SessionIndex, Blake2_128Concat, T::AccountId, Perbill, OptionQuery>;

	/// The reward pool of each role.
	#[pallet::storage]
	pub type Pools<T: Config> =
		StorageMap<_, Twox64Concat, Role, types::Pool<T::Balance, BlockNumberFor<T>>, ValueQuery>;

	/// The number of the reward period that was started last.
	#[pallet::storage]
	pub type LastPeriod<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// The parameters that governance may change. Stored from genesis on, so that a release cannot change them through a
	/// default.
	#[pallet::storage]
	pub type Parameters<T: Config> = StorageValue<_, types::Params<T::Balance>, ValueQuery, DefaultParameters<T>>;

	/// The parameters of a genesis that does not specify them.
	#[pallet::type_value]
	pub fn DefaultParameters<T: Config>() -> types::Params<T::Balance> {
		crate::params::defaults()
	}

	/// The bonds and parameters at genesis.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The initial bonds: account, role and amount.
		pub bonds: Vec<(T::AccountId, Role, T::Balance)>,
		/// The initial parameters.
		pub params: types::Params<T::Balance>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self { bonds: Vec::new(), params: DefaultParameters::<T>::get() }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Err(error) = Pallet::<T>::check(&self.params) {
				panic!("the parameters of bonds and rewards of this genesis make no sense: {error:?}");
			}
			Parameters::<T>::put(self.params);
			for role in Role::ALL {
				Pallet::<T>::endow_pot(role);
			}
			for (who, role, amount) in &self.bonds {
				if let Err(error) = Pallet::<T>::do_bond(who.clone(), *role, *amount) {
					panic!("{who:?} can't bond {amount:?} at genesis: {error:?}");
				}
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Funds were bonded.
		Bonded {
			/// The account that bonded.
			who: T::AccountId,
			/// The role in which it is bonded.
			role: Role,
			/// The amount added to the bond.
			amount: T::Balance,
		},
		/// A part of a bond started unbonding.
		Unbonded {
			/// The bonded account.
			who: T::AccountId,
			/// The amount that started unbonding.
			amount: T::Balance,
			/// The block from which on the amount can be withdrawn.
			until: BlockNumberFor<T>,
		},
		/// Unbonding funds were bonded again.
		Rebonded {
			/// The bonded account.
			who: T::AccountId,
			/// The amount returned to the active bond.
			amount: T::Balance,
		},
		/// Matured unbonding funds were released.
		Withdrawn {
			/// The bonded account.
			who: T::AccountId,
			/// The amount released from the hold.
			amount: T::Balance,
		},
		/// An account paused its work.
		Chilled {
			/// The bonded account.
			who: T::AccountId,
		},
		/// An account resumed its work.
		Activated {
			/// The bonded account.
			who: T::AccountId,
		},
		/// An account no longer qualifies for its role.
		Lost {
			/// The bonded account.
			who: T::AccountId,
			/// The role for which it no longer qualifies.
			role: Role,
		},
		/// An account named or dismissed its operator.
		OperatorNamed {
			/// The bonded account.
			who: T::AccountId,
			/// The account named as operator, or none if it was dismissed.
			operator: Option<T::AccountId>,
		},
		/// A named operator accepted, and acts for the account from now on.
		OperatorAccepted {
			/// The bonded account.
			who: T::AccountId,
			/// The operator.
			operator: T::AccountId,
		},
		/// A service node set a new service key.
		ServiceKeySet {
			/// The bonded account of the node.
			who: T::AccountId,
			/// The new key.
			key: T::ServiceKey,
		},
		/// A service node published where it can be reached, or withdrew that.
		EndpointSet {
			/// The bonded account of the node.
			who: T::AccountId,
			/// The URL with which the addresses of its API begin, or none.
			endpoint: Option<types::Endpoint>,
		},
		/// A slash was set aside from a stake.
		SlashSetAside {
			/// The slash id.
			id: SlashId,
			/// The account whose stake is slashed.
			offender: T::AccountId,
			/// The amount set aside.
			amount: T::Balance,
			/// The cause of the slash.
			cause: Cause,
			/// The block in which the slash is applied.
			due: BlockNumberFor<T>,
		},
		/// A slash was appealed.
		SlashAppealed {
			/// The slash id.
			id: SlashId,
			/// The block in which the slash is applied unless governance rules on the appeal before.
			due: BlockNumberFor<T>,
		},
		/// An appeal was rejected and its deposit forfeited to the treasury.
		SlashUpheld {
			/// The slash id.
			id: SlashId,
		},
		/// A slash was cancelled and the amount set aside was restored.
		SlashCancelled {
			/// The slash id.
			id: SlashId,
		},
		/// A slash was applied.
		SlashApplied {
			/// The slash id.
			id: SlashId,
			/// The account whose stake was slashed.
			offender: T::AccountId,
			/// The amount paid to the victim.
			to_victim: T::Balance,
			/// The amount paid to the treasury.
			to_treasury: T::Balance,
		},
		/// A due slash could not be applied. Anyone may retry it with `applySlash`.
		SlashStuck {
			/// The slash id.
			id: SlashId,
			/// The error that prevented it.
			error: DispatchError,
		},
		/// A reward pool received funds for the next period.
		PoolFunded {
			/// The role of the pool.
			role: Role,
			/// The amount received.
			amount: T::Balance,
		},
		/// Rewards were paid out.
		PaidOut {
			/// The account that earned the rewards.
			who: T::AccountId,
			/// The amount paid.
			amount: T::Balance,
			/// The destination of the payment.
			destination: types::Destination<T::AccountId>,
		},
		/// An account set the destination of its rewards.
		DestinationSet {
			/// The bonded account.
			who: T::AccountId,
			/// The destination from now on.
			destination: types::Destination<T::AccountId>,
		},
		/// The parameters were set.
		ParametersSet {
			/// The parameters in force from now on.
			params: types::Params<T::Balance>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account is already bonded. Add to the bond with `bondExtra`.
		AlreadyBonded,
		/// The account is not bonded. Bond first, with `bond`.
		NotBonded,
		/// The amount is below the existential deposit.
		BondTooSmall,
		/// A bonded account cannot operate for another one, and an operator cannot bond. End the operation first, with
		/// `stopOperating`.
		OperatorCannotBond,
		/// The amount is zero.
		ZeroAmount,
		/// The amount exceeds the active bond, excluding funds set aside by slashes.
		NotEnoughBonded,
		/// The amount exceeds the unbonding funds, excluding funds set aside by slashes.
		NotEnoughUnbonding,
		/// No unbonding chunk has matured.
		NothingToWithdraw,
		/// The account is already chilled.
		AlreadyChilled,
		/// The account is not chilled.
		AlreadyActive,
		/// The bond is below the minimum of the role. Add to it with `bondExtra`.
		BelowMinimum,
		/// The account has not named the caller as its operator. It must do so first, with `setOperator`.
		NotNamed,
		/// The caller already operates for an account. End that first, with `stopOperating`.
		AlreadyOperating,
		/// The caller operates for no account.
		NotOperating,
		/// The account is not bonded as a service node: only service nodes have service keys.
		NotServiceNode,
		/// The endpoint is no URL. Begin with `https://` or `http://`, and use ASCII without spaces.
		BadEndpoint,
		/// The number of service keys used within the report window is at its maximum. Retry when the oldest one has expired.
		TooManyServiceKeys,
		/// No slash with this id is pending. It was applied or cancelled, or never existed.
		NoSuchSlash,
		/// The caller is not the offender of this slash.
		NotOffender,
		/// The slash was already appealed.
		AlreadyAppealed,
		/// The slash is already due and can no longer be appealed.
		TooLate,
		/// The slash was not appealed, so there is nothing to rule on.
		NotAppealed,
		/// The slash is not due yet.
		NotDue,
		/// The amount on hold is below what the ledger states. This is a bug: the slash stays pending.
		HoldTooSmall,
		/// The amount that the ledger set aside is below that of the slash. This is a bug: the slash stays pending.
		AsideTooSmall,
		/// The treasury cannot receive the amount. The slash stays pending.
		TreasuryCannotReceive,
		/// The account has no rewards to claim.
		NothingToPay,
		/// A minimum bond is below the existential deposit.
		MinimumBondTooSmall,
		/// The victim's share of a theft is above 50 %.
		TheftShareAboveHalf,
		/// The reward budget exceeds the share of the issuance that may be minted per period.
		BudgetTooLarge,
		/// The minimum total weight is zero.
		MinimumWeightZero,
		/// Slash ids are exhausted.
		Overflow,
		/// What the account has agreed needs a larger bond than would remain. Unbond less, or end an agreement first.
		Committed,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_poll(_: BlockNumberFor<T>, meter: &mut WeightMeter) {
			Self::do_on_poll(meter);
		}

		fn integrity_test() {
			Self::do_integrity_test();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Bonds an amount in a role. The account is active once its bond reaches the minimum of the role. A deposit for the
		/// storage that the bond occupies is held as well, and released when the bond ends.
		///
		/// - Origin: signed, by an account that is not bonded and operates for no other account.
		/// - Errors: `AlreadyBonded`, `OperatorCannotBond`, `BondTooSmall`, and
		///   errors of the token if the balance is insufficient.
		/// - Event: `Bonded`.
		/// - Cost: constant.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::bond())]
		pub fn bond(origin: OriginFor<T>, role: Role, amount: T::Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bond(who, role, amount)
		}

		/// Adds to a bond.
		///
		/// - Origin: signed, by the bonded account.
		/// - Errors: `NotBonded`, `ZeroAmount`, and errors of the token.
		/// - Event: `Bonded`.
		/// - Cost: constant.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::bond_extra().saturating_add(T::OnBondLost::weight()))]
		pub fn bond_extra(origin: OriginFor<T>, amount: T::Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bond_extra(&who, amount)
		}

		/// Starts unbonding a part of the bond. It can be withdrawn after the unbonding period, and stays at stake until it is
		/// withdrawn. If the account has too many unbonding chunks, the last two are merged and mature when the later one would.
		///
		/// - Origin: signed, by the bonded account.
		/// - Errors: `NotBonded`, `ZeroAmount`, `NotEnoughBonded`, `Committed` if agreements need what would remain and more, and
		///   errors of `LeaveGate` if the remaining active bond is below the minimum of the role.
		/// - Event: `Unbonded`.
		/// - Cost: constant.
		#[pallet::call_index(2)]
		#[pallet::weight(
			T::WeightInfo::unbond()
				.saturating_add(Pallet::<T>::leave_weight())
				.saturating_add(T::Commitments::weight())
		)]
		pub fn unbond(origin: OriginFor<T>, amount: T::Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_unbond(&who, amount)
		}

		/// Bonds unbonding funds again, the chunk that matures last first.
		///
		/// - Origin: signed, by the bonded account.
		/// - Errors: `NotBonded`, `ZeroAmount`, `NotEnoughUnbonding`.
		/// - Event: `Rebonded`.
		/// - Cost: constant.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::rebond().saturating_add(T::OnBondLost::weight()))]
		pub fn rebond(origin: OriginFor<T>, amount: T::Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_rebond(&who, amount)
		}

		/// Releases matured unbonding chunks.
		///
		/// - Origin: signed, by the bonded account.
		/// - Errors: `NotBonded`, `NothingToWithdraw`.
		/// - Event: `Withdrawn`.
		/// - Cost: constant.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::withdraw_unbonded().saturating_add(T::OnBondLost::weight()))]
		pub fn withdraw_unbonded(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_unbonded(&who)
		}

		/// Pauses the account's work without unbonding: it earns no rewards, and an anchor loses its candidacy.
		///
		/// - Origin: signed, by the bonded account.
		/// - Errors: `NotBonded`, `AlreadyChilled`, and errors of `LeaveGate`.
		/// - Event: `Chilled`.
		/// - Cost: constant.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::chill().saturating_add(Pallet::<T>::leave_weight()))]
		pub fn chill(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_chill(&who)
		}

		/// Resumes the account's work.
		///
		/// - Origin: signed, by the bonded account.
		/// - Errors: `NotBonded`, `AlreadyActive`, `BelowMinimum`.
		/// - Event: `Activated`.
		/// - Cost: constant.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::activate().saturating_add(T::OnBondLost::weight()))]
		pub fn activate(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_activate(&who)
		}

		/// Names an operator: a hot account that may write snapshots and submit proofs for the bonded account.
		/// `None` dismisses the operator. The operator must accept with `operateFor`. It cannot bond for itself meanwhile, and
		/// has no access to the bond, the keys or the votes of the account it operates for.
		///
		/// - Origin: signed, by the bonded account.
		/// - Errors: `NotBonded`.
		/// - Event: `OperatorNamed`.
		/// - Cost: constant.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::set_operator().saturating_add(T::OnBondLost::weight()))]
		pub fn set_operator(origin: OriginFor<T>, operator: Option<T::AccountId>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_operator(&who, operator)
		}

		/// Sets the key with which a service node signs from now on. The replaced key remains valid evidence for the report
		/// window.
		///
		/// - Origin: signed, by the bonded account.
		/// - Errors: `NotBonded`, `NotServiceNode`, `TooManyServiceKeys`.
		/// - Event: `ServiceKeySet`.
		/// - Cost: constant.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::set_service_key())]
		pub fn set_service_key(origin: OriginFor<T>, key: T::ServiceKey) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_service_key(&who, key)
		}

		/// Sets the destination of the account's rewards.
		///
		/// - Origin: signed, by the bonded account.
		/// - Errors: `NotBonded`.
		/// - Event: `DestinationSet`.
		/// - Cost: constant.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::set_destination().saturating_add(T::OnBondLost::weight()))]
		pub fn set_destination(origin: OriginFor<T>, destination: types::Destination<T::AccountId>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_destination(&who, destination)
		}

		/// Appeals a pending slash, against a deposit. The slash then falls due one appeal period from now, and governance may
		/// rule on it until then. Without a ruling the slash is applied and the deposit returned.
		///
		/// - Origin: signed, by the offender.
		/// - Errors: `NoSuchSlash`, `NotOffender`, `AlreadyAppealed`, `TooLate`, and
		///   errors of the token if the balance is insufficient for the deposit.
		/// - Event: `SlashAppealed`.
		/// - Cost: constant.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::appeal())]
		pub fn appeal(origin: OriginFor<T>, id: SlashId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_appeal(&who, id)
		}

		/// Rules on an appeal. If upheld, the slash falls due in the next block and the deposit is forfeited to the treasury;
		/// if overturned, the slash is cancelled and the deposit returned.
		///
		/// - Origin: `ReviewOrigin`.
		/// - Errors: `NoSuchSlash`, `NotAppealed`, `HoldTooSmall`, `AsideTooSmall`,
		///   `TreasuryCannotReceive`.
		/// - Events: `SlashUpheld` or `SlashCancelled`.
		/// - Cost: constant.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::rule_uphold().max(Pallet::<T>::cancel_weight()))]
		pub fn rule(origin: OriginFor<T>, id: SlashId, uphold: bool) -> DispatchResult {
			T::ReviewOrigin::ensure_origin(origin)?;
			Self::do_rule(id, uphold)
		}

		/// Cancels a pending slash, and restores what it had set aside.
		///
		/// - Origin: `ReviewOrigin`.
		/// - Errors: `NoSuchSlash`, `AsideTooSmall`.
		/// - Event: `SlashCancelled`.
		/// - Cost: constant.
		#[pallet::call_index(12)]
		#[pallet::weight(Pallet::<T>::cancel_weight())]
		pub fn cancel(origin: OriginFor<T>, id: SlashId) -> DispatchResult {
			T::ReviewOrigin::ensure_origin(origin)?;
			Self::do_cancel(id)
		}

		/// Applies a due slash. The hook does so by itself; this call is for slashes that it could not apply or has not
		/// reached yet.
		///
		/// - Origin: signed, by anyone. No fee if the slash is applied.
		/// - Errors: `NoSuchSlash`, `NotDue`, `HoldTooSmall`, `AsideTooSmall`,
		///   `TreasuryCannotReceive`.
		/// - Event: `SlashApplied`.
		/// - Cost: constant, plus the cost of the notified handlers.
		#[pallet::call_index(13)]
		#[pallet::weight(Pallet::<T>::apply_weight())]
		pub fn apply_slash(origin: OriginFor<T>, id: SlashId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_apply_if_due(id)?;
			Ok(Pays::No.into())
		}

		/// Slashes an account without a verdict. The slash can be appealed like any other.
		///
		/// - Origin: `ForceOrigin`.
		/// - Errors: `NotBonded`.
		/// - Event: `SlashSetAside`.
		/// - Cost: constant.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::force_slash().saturating_add(T::OnBondLost::weight()))]
		pub fn force_slash(
			origin: OriginFor<T>,
			offender: T::AccountId,
			severity: Severity,
			victim: Option<T::AccountId>,
		) -> DispatchResult {
			T::ForceOrigin::ensure_origin(origin)?;
			let victim = victim.map(|account| Victim { account, at_most: None });
			let offence = Offence { offender, severity, victim, cause: Cause::Governance, action: None, outage: None };
			Self::set_aside(offence).map(drop)
		}

		/// Transfers funds to a reward pool. They are distributed over the next period.
		///
		/// - Origin: signed, by anyone.
		/// - Errors: `ZeroAmount`, and errors of the token.
		/// - Event: `PoolFunded`.
		/// - Cost: constant.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::fund_pool())]
		pub fn fund_pool(origin: OriginFor<T>, role: Role, amount: T::Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_fund_pool(&who, role, amount)
		}

		/// Pays an account's earned rewards to the destination it has set.
		///
		/// - Origin: signed, by anyone.
		/// - Errors: `NotBonded`, `NothingToPay`, and errors of the token if the destination cannot
		///   receive.
		/// - Event: `PaidOut`.
		/// - Cost: constant.
		#[pallet::call_index(16)]
		#[pallet::weight(
			T::WeightInfo::payout_into_bond().max(T::WeightInfo::payout_the_last()).saturating_add(T::OnBondLost::weight())
		)]
		pub fn payout(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_payout(&who)
		}

		/// Sets the parameters. The weight and standing of each account follow when it is next updated: see `refresh`.
		///
		/// - Origin: `AdminOrigin`.
		/// - Errors: `MinimumBondTooSmall`, `TheftShareAboveHalf`, `BudgetTooLarge`,
		///   `MinimumWeightZero`.
		/// - Event: `ParametersSet`.
		/// - Cost: constant.
		#[pallet::call_index(17)]
		#[pallet::weight(T::WeightInfo::set_params())]
		pub fn set_params(origin: OriginFor<T>, params: types::Params<T::Balance>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_params(params)
		}

		/// Updates an account's standing and reward weight. After governance has changed a minimum bond or a score target, an
		/// account follows when its ledger is next changed, or with this call.
		///
		/// - Origin: signed, by anyone.
		/// - Errors: `NotBonded`.
		/// - Event: `Lost` if the account no longer qualifies.
		/// - Cost: constant.
		#[pallet::call_index(18)]
		#[pallet::weight(T::WeightInfo::refresh().saturating_add(T::OnBondLost::weight()))]
		pub fn refresh(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::with_ledger(&who, None, |_| Ok(()))
		}

		/// Stops operating for another account.
		///
		/// - Origin: signed, by the operator.
		/// - Errors: `NotOperating`.
		/// - Event: `OperatorNamed`.
		/// - Cost: constant.
		#[pallet::call_index(19)]
		#[pallet::weight(T::WeightInfo::stop_operating().saturating_add(T::OnBondLost::weight()))]
		pub fn stop_operating(origin: OriginFor<T>) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			Self::do_stop_operating(&operator)
		}

		/// Accepts to operate for the account that named the caller.
		///
		/// - Origin: signed, by the named account, which must be neither bonded nor operating for another one.
		/// - Errors: `NotNamed`, `OperatorCannotBond`, `AlreadyOperating`.
		/// - Event: `OperatorAccepted`.
		/// - Cost: constant.
		#[pallet::call_index(20)]
		#[pallet::weight(T::WeightInfo::operate_for())]
		pub fn operate_for(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			Self::do_operate_for(operator, who)
		}

		/// Publishes where a service node or an anchor can be reached: the URL with which the addresses of its API begin. `None`
		/// withdraws it. The deposit of the bond grows while an endpoint is stored.
		///
		/// - Origin: signed, by the bonded account or its operator.
		/// - Errors: `NotBonded`, `BadEndpoint`, and errors of the token if the bonded account's balance
		///   is insufficient for the deposit.
		/// - Event: `EndpointSet`.
		/// - Cost: constant.
		#[pallet::call_index(21)]
		#[pallet::weight(T::WeightInfo::set_endpoint())]
		pub fn set_endpoint(origin: OriginFor<T>, endpoint: Option<types::Endpoint>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_endpoint(&who, endpoint)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Returns the stake of an account.
		pub fn ledger(who: T::AccountId) -> Option<LedgerOf<T>> {
			Ledgers::<T>::get(who)
		}

		/// Returns whether an account is active, or the reason why it is not.
		pub fn activity(who: T::AccountId) -> types::Activity {
			Self::activity_of(&who)
		}

		/// Returns the pending slashes of an account, with their ids and due blocks.
		pub fn pending_slashes(
			who: T::AccountId,
		) -> Vec<types::NamedSlash<T::AccountId, T::Balance, BlockNumberFor<T>>> {
			Self::pending_slashes_of(&who)
		}

		/// Returns the rewards that an account could be paid now.
		pub fn claimable(who: T::AccountId) -> T::Balance {
			Self::claimable_of(&who)
		}

		/// Returns where a service node can be reached.
		pub fn endpoint(who: T::AccountId) -> Option<types::Endpoint> {
			Endpoints::<T>::get(who)
		}

		/// Returns the account's weight in the pool of its role, and the total weight.
		pub fn weight(who: T::AccountId) -> (sp_core::U256, sp_core::U256) {
			Self::weight_of(&who)
		}
	}
}
