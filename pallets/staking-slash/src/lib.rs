//! # Staking and slashing
//!
//! Bonds, slashes that can be answered, and rewards that follow performance.
//!
//! ## Goals
//!
//! 1. Whoever does a role has something to lose, and can't take it back before every fault that it answers for is
//!    settled.
//! 2. A slash is taken only after a delay in which it can be answered, and one that is cancelled leaves no trace.
//! 3. Not a unit is lost or made: what is held is what the ledgers say, what leaves reaches somebody.
//! 4. Rewards follow bond and score, and nobody catches them by arriving just before.
//! 5. No cost grows with the number of accounts that have bonded.
//!
//! ## How they are met
//!
//! An account bonds in one role. Its [`Ledger`] says what is bonded, on its way out, and set aside; the hold on its
//! funds is the sum. What is on its way out stays at stake until it is withdrawn, which is longer than the course
//! of any fault (Goal 1); the runtime's tempo checks that.
//!
//! A slash is computed and set aside at once, from the bond first and then from what ends last, and filed with the
//! block in which it falls due. Until then it can be appealed once, for a deposit; the appeal moves the due
//! block by the time that governance needs to rule. When it is applied, everything that follows from the fault
//! happens at once: the amount is split between victim and treasury, the score's action recorded, and whoever
//! brought the offence is told. Until then the account keeps its place, its score and its rewards: what was set
//! aside of a bond still counts as one (Goal 2).
//!
//! A hook applies what is due, a bounded amount of work in each block, and each slash under a storage layer of its
//! own: one that fails leaves the hook's path, with an event, and anyone may try it again.
//!
//! What leaves a bond is a `Credit`. A victim that can't receive its share leaves it to the treasury; a treasury that
//! can't makes the whole slash fail and wait (Goal 3).
//!
//! There is a pool of rewards per role. What comes in during a period streams evenly over the next one, in
//! proportion to bond × score of those who are active or seated (Goal 4): an accumulator of rewards per unit
//! of weight, which each account compares to where it was last settled (Goal 5). While all weights together are
//! below a minimum nothing streams, and the pot carries over.
//!
//! ## Example
#![doc = docify::embed!("src/tests/example.rs", a_node_bonds_fails_and_leaves)]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, reason = "a test that overflows shall say so"))]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bonds;
mod hooks;
mod impls;
mod keys;
pub mod math;
pub mod migrations;
#[cfg(test)]
mod mock;
mod params;
mod rewards;
mod slashes;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
mod weights;

pub use pallet::*;
pub use types::{Activity, Chunk, Destination, KeyPeriod, Ledger, Params, PendingSlash, Pool, Share, Stage};
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
		Cause, LeaveGate, Offence, OnBondLost, OnSlashResolved, Role, ServiceLevel, Severity, SlashId,
	};
	use sp_runtime::{
		Perbill,
		traits::{BlockNumberProvider, One, Zero},
	};
	use sp_staking::SessionIndex;

	/// The storage version of this pallet.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(3);

	/// An amount that has left somewhere and must arrive somewhere.
	pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;
	/// What an account has at stake.
	pub type LedgerOf<T> = types::Ledger<
		<T as frame_system::Config>::AccountId,
		<T as Config>::Balance,
		BlockNumberFor<T>,
		<T as Config>::MaxChunks,
	>;
	/// A slash that is pending.
	pub type PendingSlashOf<T> =
		types::PendingSlash<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
	/// The periods of a service node's keys.
	pub type KeyPeriodsOf<T> =
		BoundedVec<types::KeyPeriod<<T as Config>::ServiceKey, BlockNumberFor<T>>, <T as Config>::MaxServiceKeys>;

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The clock of unbonding, slashes and rewards. It must stand still where nobody can appeal.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumberFor<Self>>;

		/// An amount of the token.
		type Balance: Balance + Into<u128> + From<u128>;

		/// The token.
		type Currency: InspectHold<Self::AccountId, Balance = Self::Balance>
			+ MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ BalancedHold<Self::AccountId>
			+ Balanced<Self::AccountId>
			+ Mutate<Self::AccountId>;

		/// Why funds are held.
		type RuntimeHoldReason: From<HoldReason>;

		/// Keeps the scores, and answers with the slash rate that follows.
		type ServiceLevel: ServiceLevel<Self::AccountId, Self::Balance>;

		/// Who is told what became of a slash.
		type OnSlashResolved: OnSlashResolved;

		/// Charges for what a bond keeps in storage, as long as it does.
		type Consideration: Consideration<Self::AccountId, Footprint>;

		/// Who is told when an account no longer qualifies for its role.
		type OnBondLost: OnBondLost<Self::AccountId>;

		/// Who is asked before an account withdraws.
		type LeaveGate: LeaveGate<Self::AccountId>;

		/// A key with which a service node signs its statements.
		type ServiceKey: Parameter + Member + MaxEncodedLen;

		/// The treasury's account. Must exist.
		type Treasury: Get<Self::AccountId>;

		/// Names the accounts of the pools.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// How long a bond stays at stake after its owner began to withdraw it, in blocks. Longer than the whole
		/// course of a fault.
		#[pallet::constant]
		type UnbondingPeriod: Get<BlockNumberFor<Self>>;

		/// From the block in which a slash is set aside to the one in which it is applied, in blocks. At least two.
		#[pallet::constant]
		type SlashDeferral: Get<BlockNumberFor<Self>>;

		/// What an appeal adds, in blocks. Longer than a referendum on it.
		#[pallet::constant]
		type AppealPeriod: Get<BlockNumberFor<Self>>;

		/// How long after a fault it can be reported, in blocks: for so long old service keys stay known.
		#[pallet::constant]
		type ReportWindow: Get<BlockNumberFor<Self>>;

		/// The period over which rewards stream, in blocks. At least one.
		#[pallet::constant]
		type RewardPeriod: Get<BlockNumberFor<Self>>;

		/// How many parts of a bond can be on their way out at the same time. At least one.
		#[pallet::constant]
		type MaxChunks: Get<u32>;

		/// How many service keys of an account are known at the same time. At least two.
		#[pallet::constant]
		type MaxServiceKeys: Get<u32>;

		/// The most that may be minted for rewards in a period, as a share of the issuance.
		#[pallet::constant]
		type MaxPeriodBudget: Get<Perbill>;

		/// What the hook may do in one block.
		#[pallet::constant]
		type HookWeight: Get<Weight>;

		/// Who rules on appeals and cancels slashes.
		type ReviewOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Who sets the parameters.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Who slashes without a verdict.
		type ForceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// What the calls and hooks cost.
		type WeightInfo: WeightInfo;
	}

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Why this pallet holds funds.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// They are bonded, on their way out, or set aside by a slash.
		#[codec(index = 0)]
		Bond,
		/// They are the deposit of an appeal.
		#[codec(index = 1)]
		Appeal,
		/// They are the deposit for what a bond keeps in storage.
		#[codec(index = 2)]
		Storage,
	}

	/// What each account has at stake.
	#[pallet::storage]
	pub type Ledgers<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, LedgerOf<T>, OptionQuery>;

	/// What each account has deposited for what its bond keeps in storage. Accounts that bonded before there was such a
	/// deposit have none.
	#[pallet::storage]
	pub type Tickets<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, T::Consideration, OptionQuery>;

	/// For whom an operator account acts.
	#[pallet::storage]
	pub type Operators<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, T::AccountId, OptionQuery>;

	/// The keys with which a service node signs or has signed, the current one last.
	#[pallet::storage]
	pub type ServiceKeys<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, KeyPeriodsOf<T>, ValueQuery>;

	/// The slashes that are set aside.
	#[pallet::storage]
	pub type Slashes<T: Config> = StorageMap<_, Twox64Concat, SlashId, PendingSlashOf<T>, OptionQuery>;

	/// The name of the next slash.
	#[pallet::storage]
	pub type NextSlashId<T: Config> = StorageValue<_, SlashId, ValueQuery>;

	/// Which slashes fall due in a block. Concatenated hashes of what nobody chooses.
	#[pallet::storage]
	pub type DueQueue<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BlockNumberFor<T>, Twox64Concat, SlashId, (), OptionQuery>;

	/// The block whose due slashes the hook looks at next: those of all blocks before are applied or stuck.
	#[pallet::storage]
	pub type QueueCursor<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// The gravest fraction for which an account was slashed for a consensus offence in a session.
	#[pallet::storage]
	pub type ConsensusOffences<T: Config> =
		StorageDoubleMap<_, Twox64Concat, SessionIndex, Blake2_128Concat, T::AccountId, Perbill, OptionQuery>;

	/// The pools of rewards.
	#[pallet::storage]
	pub type Pools<T: Config> =
		StorageMap<_, Twox64Concat, Role, types::Pool<T::Balance, BlockNumberFor<T>>, ValueQuery>;

	/// The reward period whose beginning was handled last.
	#[pallet::storage]
	pub type LastPeriod<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// What governance may change. Always stored: what the code says by default must not change with a release.
	#[pallet::storage]
	pub type Parameters<T: Config> = StorageValue<_, types::Params<T::Balance>, ValueQuery, DefaultParameters<T>>;

	/// What a genesis begins with that says nothing else.
	#[pallet::type_value]
	pub fn DefaultParameters<T: Config>() -> types::Params<T::Balance> {
		crate::params::defaults()
	}

	/// The bonds and the parameters that a chain begins with.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// Who bonds how much, and as what.
		pub bonds: Vec<(T::AccountId, Role, T::Balance)>,
		/// The parameters to begin with.
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
			/// Whose.
			who: T::AccountId,
			/// In which role.
			role: Role,
			/// How much was added.
			amount: T::Balance,
		},
		/// A part of a bond is on its way out.
		Unbonded {
			/// Whose.
			who: T::AccountId,
			/// How much.
			amount: T::Balance,
			/// From which block on it can be withdrawn.
			until: BlockNumberFor<T>,
		},
		/// A part of what was on its way out is bonded again.
		Rebonded {
			/// Whose.
			who: T::AccountId,
			/// How much.
			amount: T::Balance,
		},
		/// What had ended its way out is free.
		Withdrawn {
			/// Whose.
			who: T::AccountId,
			/// How much.
			amount: T::Balance,
		},
		/// An account does not want to work for now.
		Chilled {
			/// Which.
			who: T::AccountId,
		},
		/// An account wants to work.
		Activated {
			/// Which.
			who: T::AccountId,
		},
		/// An account no longer qualifies for its role.
		Lost {
			/// Which.
			who: T::AccountId,
			/// Which role.
			role: Role,
		},
		/// An account has named the one that may act for it, or dismissed it.
		OperatorNamed {
			/// Which.
			who: T::AccountId,
			/// Who may act for it.
			operator: Option<T::AccountId>,
		},
		/// Who was named has agreed, and acts from now on.
		OperatorAccepted {
			/// For whom.
			who: T::AccountId,
			/// Who.
			operator: T::AccountId,
		},
		/// A service node signs with a new key.
		ServiceKeySet {
			/// Which.
			who: T::AccountId,
			/// The key.
			key: T::ServiceKey,
		},
		/// A part of a stake was set aside.
		SlashSetAside {
			/// The slash.
			id: SlashId,
			/// Whose stake.
			offender: T::AccountId,
			/// How much.
			amount: T::Balance,
			/// Why.
			cause: Cause,
			/// When it is applied.
			due: BlockNumberFor<T>,
		},
		/// A slash was appealed.
		SlashAppealed {
			/// The slash.
			id: SlashId,
			/// When it is applied now, if nobody rules.
			due: BlockNumberFor<T>,
		},
		/// An appeal was rejected, and its deposit lost.
		SlashUpheld {
			/// The slash.
			id: SlashId,
		},
		/// A slash was cancelled, and what was set aside given back.
		SlashCancelled {
			/// The slash.
			id: SlashId,
		},
		/// A slash was applied.
		SlashApplied {
			/// The slash.
			id: SlashId,
			/// Whose stake.
			offender: T::AccountId,
			/// What the victim received.
			to_victim: T::Balance,
			/// What the treasury received.
			to_treasury: T::Balance,
		},
		/// A slash that is due could not be applied. Anyone may try again.
		SlashStuck {
			/// The slash.
			id: SlashId,
			/// Why.
			error: DispatchError,
		},
		/// Something came in for a pool.
		PoolFunded {
			/// Of which role.
			role: Role,
			/// How much.
			amount: T::Balance,
		},
		/// An account was paid its rewards.
		PaidOut {
			/// Which.
			who: T::AccountId,
			/// How much.
			amount: T::Balance,
			/// To where.
			destination: types::Destination<T::AccountId>,
		},
		/// An account has chosen where its rewards go.
		DestinationSet {
			/// Which.
			who: T::AccountId,
			/// To where.
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
		/// The account has bonded already: add with `bond_extra`.
		AlreadyBonded,
		/// The account has bonded nothing: begin with `bond`.
		NotBonded,
		/// A bond must be at least the existential deposit.
		BondTooSmall,
		/// Who bonds can't operate for another account, and who operates can't bond: end that with `stop_operating`.
		OperatorCannotBond,
		/// The amount is zero.
		ZeroAmount,
		/// There is not so much bonded that is not set aside.
		NotEnoughBonded,
		/// There is not so much on its way out.
		NotEnoughUnbonding,
		/// Nothing has ended its way out yet.
		NothingToWithdraw,
		/// The account has chilled already.
		AlreadyChilled,
		/// The account is willing already.
		AlreadyActive,
		/// The bond is below the role's minimum.
		BelowMinimum,
		/// That account has not named the caller as its operator.
		NotNamed,
		/// The account operates for another one already: end that with `stop_operating`.
		AlreadyOperating,
		/// The account operates for nobody.
		NotOperating,
		/// Only a service node has a service key.
		NotServiceNode,
		/// The keys of the last report window must stay known, and there are too many: try again later.
		TooManyServiceKeys,
		/// There is no such slash: it was applied or cancelled.
		NoSuchSlash,
		/// The slash is not the caller's.
		NotOffender,
		/// The slash was appealed already.
		AlreadyAppealed,
		/// The slash is due: it is too late.
		TooLate,
		/// The slash was not appealed: there is nothing to rule on.
		NotAppealed,
		/// The slash is not due yet.
		NotDue,
		/// There is less on hold than the ledger says. This is a bug: the slash waits.
		HoldTooSmall,
		/// The ledger has set less aside than the slash says. This is a bug: the slash waits.
		AsideTooSmall,
		/// The treasury can't receive: the slash waits.
		TreasuryCannotReceive,
		/// There is nothing to pay.
		NothingToPay,
		/// A minimum bond must be at least the existential deposit.
		MinimumBondTooSmall,
		/// A victim's share of a theft can't be above a half.
		TheftShareAboveHalf,
		/// The budget is a larger share of the issuance than may be minted in a period.
		BudgetTooLarge,
		/// The minimum of the total weight must be above zero.
		MinimumWeightZero,
		/// There are no more names for slashes.
		Overflow,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_poll(_: BlockNumberFor<T>, meter: &mut WeightMeter) {
			Self::do_on_poll(meter);
		}

		fn integrity_test() {
			assert!(
				T::UnbondingPeriod::get() > T::ReportWindow::get(),
				"`UnbondingPeriod` must outlast `ReportWindow`: a fault must find its stake"
			);
			assert!(T::SlashDeferral::get() > One::one(), "`SlashDeferral` must be at least two");
			assert!(T::AppealPeriod::get() > One::one(), "`AppealPeriod` must be at least two");
			assert!(
				Self::pot(Role::ServiceNode) != Self::pot(Role::Anchor),
				"`AccountId` must have room for the pots' names, or they are one account"
			);
			assert!(!T::RewardPeriod::get().is_zero(), "`RewardPeriod` must be at least one");
			assert!(T::MaxChunks::get() > 0, "`MaxChunks` must be at least one");
			assert!(T::MaxServiceKeys::get() > 1, "`MaxServiceKeys` must be at least two");
			let one = T::WeightInfo::hook_base()
				.saturating_add(T::WeightInfo::begin_period())
				.saturating_add(T::WeightInfo::queue_step())
				.saturating_add(Pallet::<T>::apply_weight());
			assert!(
				one.all_lte(T::HookWeight::get()),
				"`HookWeight` must have room for a period's beginning and one slash: {one:?}"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Bonds an amount in a role. The account is active once its bond reaches the role's minimum. A deposit for what the
		/// bond keeps in storage is held too, and returns with the last of the bond.
		///
		/// - Origin: signed, by an account that has not bonded and operates for nobody.
		/// - Errors: [`Error::AlreadyBonded`], [`Error::OperatorCannotBond`], [`Error::BondTooSmall`], and the token's
		///   own where the funds are not there.
		/// - Event: [`Event::Bonded`].
		/// - Cost: constant.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::bond())]
		pub fn bond(origin: OriginFor<T>, role: Role, amount: T::Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bond(who, role, amount)
		}

		/// Adds to a bond.
		///
		/// - Origin: signed, by the account that bonds.
		/// - Errors: [`Error::NotBonded`], [`Error::ZeroAmount`], and the token's own.
		/// - Event: [`Event::Bonded`].
		/// - Cost: constant.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::bond_extra().saturating_add(T::OnBondLost::weight()))]
		pub fn bond_extra(origin: OriginFor<T>, amount: T::Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bond_extra(&who, amount)
		}

		/// Begins to withdraw a part of a bond. It stays at stake until it is withdrawn, and can be after the
		/// unbonding period. Where too many parts are on their way, the last two become one that ends as the later.
		///
		/// - Origin: signed, by the account that bonds.
		/// - Errors: [`Error::NotBonded`], [`Error::ZeroAmount`], [`Error::NotEnoughBonded`], and what
		///   [`Config::LeaveGate`] says where the account does not qualify with the rest.
		/// - Event: [`Event::Unbonded`].
		/// - Cost: constant.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::unbond().saturating_add(Pallet::<T>::leave_weight()))]
		pub fn unbond(origin: OriginFor<T>, amount: T::Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_unbond(&who, amount)
		}

		/// Bonds again what is on its way out, what would end last first.
		///
		/// - Origin: signed, by the account that bonds.
		/// - Errors: [`Error::NotBonded`], [`Error::ZeroAmount`], [`Error::NotEnoughUnbonding`].
		/// - Event: [`Event::Rebonded`].
		/// - Cost: constant.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::rebond().saturating_add(T::OnBondLost::weight()))]
		pub fn rebond(origin: OriginFor<T>, amount: T::Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_rebond(&who, amount)
		}

		/// Frees what has ended its way out.
		///
		/// - Origin: signed, by the account that bonds.
		/// - Errors: [`Error::NotBonded`], [`Error::NothingToWithdraw`].
		/// - Event: [`Event::Withdrawn`].
		/// - Cost: constant.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::withdraw_unbonded().saturating_add(T::OnBondLost::weight()))]
		pub fn withdraw_unbonded(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_unbonded(&who)
		}

		/// Stops working without withdrawing: no more rewards, and an anchor loses its candidacy.
		///
		/// - Origin: signed, by the account that bonds.
		/// - Errors: [`Error::NotBonded`], [`Error::AlreadyChilled`], and what [`Config::LeaveGate`] says.
		/// - Event: [`Event::Chilled`].
		/// - Cost: constant.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::chill().saturating_add(Pallet::<T>::leave_weight()))]
		pub fn chill(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_chill(&who)
		}

		/// Works again.
		///
		/// - Origin: signed, by the account that bonds.
		/// - Errors: [`Error::NotBonded`], [`Error::AlreadyActive`], [`Error::BelowMinimum`].
		/// - Event: [`Event::Activated`].
		/// - Cost: constant.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::activate().saturating_add(T::OnBondLost::weight()))]
		pub fn activate(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_activate(&who)
		}

		/// Names the hot account that may do duty, report, vote and cash out, or dismisses it. It begins when it agrees,
		/// by `operate_for`. While it operates it can't bond, unbond, change keys or place a vote.
		///
		/// - Origin: signed, by the account that bonds.
		/// - Errors: [`Error::NotBonded`].
		/// - Event: [`Event::OperatorNamed`].
		/// - Cost: constant.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::set_operator().saturating_add(T::OnBondLost::weight()))]
		pub fn set_operator(origin: OriginFor<T>, operator: Option<T::AccountId>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_operator(&who, operator)
		}

		/// Names the key with which a service node signs from now on. The old one stays known for the report window.
		///
		/// - Origin: signed, by the account that bonds.
		/// - Errors: [`Error::NotBonded`], [`Error::NotServiceNode`], [`Error::TooManyServiceKeys`].
		/// - Event: [`Event::ServiceKeySet`].
		/// - Cost: constant.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::set_service_key())]
		pub fn set_service_key(origin: OriginFor<T>, key: T::ServiceKey) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_service_key(&who, key)
		}

		/// Chooses where rewards go.
		///
		/// - Origin: signed, by the account that bonds.
		/// - Errors: [`Error::NotBonded`].
		/// - Event: [`Event::DestinationSet`].
		/// - Cost: constant.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::set_destination().saturating_add(T::OnBondLost::weight()))]
		pub fn set_destination(origin: OriginFor<T>, destination: types::Destination<T::AccountId>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_destination(&who, destination)
		}

		/// Answers a slash, before it is due, for a deposit. It then falls due an appeal period from now; governance
		/// may rule until then. Without a ruling the slash stands and the deposit returns.
		///
		/// - Origin: signed, by the offender.
		/// - Errors: [`Error::NoSuchSlash`], [`Error::NotOffender`], [`Error::AlreadyAppealed`], [`Error::TooLate`], and
		///   the token's own where the deposit is not there.
		/// - Event: [`Event::SlashAppealed`].
		/// - Cost: constant.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::appeal())]
		pub fn appeal(origin: OriginFor<T>, id: SlashId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_appeal(&who, id)
		}

		/// Rules on an appeal: upheld, the slash falls due with the next block and the deposit is lost to the treasury;
		/// overturned, it is cancelled and the deposit returns.
		///
		/// - Origin: [`Config::ReviewOrigin`].
		/// - Errors: [`Error::NoSuchSlash`], [`Error::NotAppealed`], [`Error::HoldTooSmall`], [`Error::AsideTooSmall`],
		///   [`Error::TreasuryCannotReceive`].
		/// - Events: [`Event::SlashUpheld`] or [`Event::SlashCancelled`].
		/// - Cost: constant.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::rule_uphold().max(Pallet::<T>::cancel_weight()))]
		pub fn rule(origin: OriginFor<T>, id: SlashId, uphold: bool) -> DispatchResult {
			T::ReviewOrigin::ensure_origin(origin)?;
			Self::do_rule(id, uphold)
		}

		/// Cancels a slash that has not been applied.
		///
		/// - Origin: [`Config::ReviewOrigin`].
		/// - Errors: [`Error::NoSuchSlash`], [`Error::AsideTooSmall`].
		/// - Event: [`Event::SlashCancelled`].
		/// - Cost: constant.
		#[pallet::call_index(12)]
		#[pallet::weight(Pallet::<T>::cancel_weight())]
		pub fn cancel(origin: OriginFor<T>, id: SlashId) -> DispatchResult {
			T::ReviewOrigin::ensure_origin(origin)?;
			Self::do_cancel(id)
		}

		/// Applies a slash that is due. The hook does so too; this is for those that it could not apply, or has no
		/// room for yet.
		///
		/// - Origin: signed, by anyone. Free of charge when it applies.
		/// - Errors: [`Error::NoSuchSlash`], [`Error::NotDue`], [`Error::HoldTooSmall`], [`Error::AsideTooSmall`],
		///   [`Error::TreasuryCannotReceive`].
		/// - Event: [`Event::SlashApplied`].
		/// - Cost: constant, with what those do who are told.
		#[pallet::call_index(13)]
		#[pallet::weight(Pallet::<T>::apply_weight())]
		pub fn apply_slash(origin: OriginFor<T>, id: SlashId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_apply_if_due(id)?;
			Ok(Pays::No.into())
		}

		/// Slashes without a verdict. It can be answered like any other slash.
		///
		/// - Origin: [`Config::ForceOrigin`].
		/// - Errors: [`Error::NotBonded`].
		/// - Event: [`Event::SlashSetAside`].
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
			let offence = Offence { offender, severity, victim, cause: Cause::Governance, action: None };
			Self::set_aside(offence).map(drop)
		}

		/// Gives to a pool. It streams over the next period.
		///
		/// - Origin: signed, by anyone.
		/// - Errors: [`Error::ZeroAmount`], and the token's own.
		/// - Event: [`Event::PoolFunded`].
		/// - Cost: constant.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::fund_pool())]
		pub fn fund_pool(origin: OriginFor<T>, role: Role, amount: T::Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_fund_pool(&who, role, amount)
		}

		/// Pays an account the rewards that it has earned, to where it has chosen.
		///
		/// - Origin: signed, by anyone.
		/// - Errors: [`Error::NotBonded`], [`Error::NothingToPay`], and the token's own where the destination can't receive.
		/// - Event: [`Event::PaidOut`].
		/// - Cost: constant.
		#[pallet::call_index(16)]
		#[pallet::weight(
			T::WeightInfo::payout_into_bond().max(T::WeightInfo::payout_the_last()).saturating_add(T::OnBondLost::weight())
		)]
		pub fn payout(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_payout(&who)
		}

		/// Sets the parameters. Weights and places follow when an account is next touched.
		///
		/// - Origin: [`Config::AdminOrigin`].
		/// - Errors: [`Error::MinimumBondTooSmall`], [`Error::TheftShareAboveHalf`], [`Error::BudgetTooLarge`],
		///   [`Error::MinimumWeightZero`].
		/// - Event: [`Event::ParametersSet`].
		/// - Cost: constant.
		#[pallet::call_index(17)]
		#[pallet::weight(T::WeightInfo::set_params())]
		pub fn set_params(origin: OriginFor<T>, params: types::Params<T::Balance>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_params(params)
		}

		/// Looks at an account anew. When governance has raised a minimum, or lowered the target of a score, the
		/// account's place and weight follow when it is next touched; this touches it.
		///
		/// - Origin: signed, by anyone.
		/// - Errors: [`Error::NotBonded`].
		/// - Event: [`Event::Lost`] where the account no longer qualifies.
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
		/// - Errors: [`Error::NotOperating`].
		/// - Event: [`Event::OperatorNamed`].
		/// - Cost: constant.
		#[pallet::call_index(19)]
		#[pallet::weight(T::WeightInfo::stop_operating().saturating_add(T::OnBondLost::weight()))]
		pub fn stop_operating(origin: OriginFor<T>) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			Self::do_stop_operating(&operator)
		}

		/// Agrees to act for the account that has named the caller.
		///
		/// - Origin: signed, by an account that was named, has not bonded and acts for nobody.
		/// - Errors: [`Error::NotNamed`], [`Error::OperatorCannotBond`], [`Error::AlreadyOperating`].
		/// - Event: [`Event::OperatorAccepted`].
		/// - Cost: constant.
		#[pallet::call_index(20)]
		#[pallet::weight(T::WeightInfo::operate_for())]
		pub fn operate_for(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			let operator = ensure_signed(origin)?;
			Self::do_operate_for(operator, who)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// All that an account has at stake.
		pub fn ledger(who: T::AccountId) -> Option<LedgerOf<T>> {
			Ledgers::<T>::get(who)
		}

		/// Whether an account is active, and why not.
		pub fn activity(who: T::AccountId) -> types::Activity {
			Self::activity_of(&who)
		}

		/// The slashes of an account that are pending, with the blocks in which they fall due.
		pub fn pending_slashes(
			who: T::AccountId,
		) -> Vec<types::NamedSlash<T::AccountId, T::Balance, BlockNumberFor<T>>> {
			Slashes::<T>::iter().filter(|(_, slash)| slash.offender == who).collect()
		}

		/// What an account would be paid now.
		pub fn claimable(who: T::AccountId) -> T::Balance {
			Self::claimable_of(&who)
		}

		/// An account's weight in its role's pool, and the sum of all.
		pub fn weight(who: T::AccountId) -> (sp_core::U256, sp_core::U256) {
			Ledgers::<T>::get(who)
				.map(|ledger| (ledger.share.weight, Pools::<T>::get(ledger.role).total_weight))
				.unwrap_or_default()
		}
	}
}
