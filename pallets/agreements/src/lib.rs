//! # Agreements
//!
//! What service nodes promise in standard words, how it is negotiated, and what follows from what is measured.
//!
//! ## Goals
//!
//! 1. Service is comparable: what is agreed are numbers within the ranges of a module, and modules compare.
//! 2. Nobody agrees alone: a node and more than a half of the seats say yes to the same offer, or there is no agreement.
//! 3. A node answers for what is measured, by rules that it has known before, and only after it has seen what they would cost.
//! 4. No new agreement and no boundary of time gives a node a fresh budget, a place of its choice, or a time without
//!    consequences.
//! 5. No cost grows with the number of agreements, nodes or modules: a page of the roster has 256 slots.
//!
//! ## How the goals are met
//!
//! **Modules.** A [module](types::Specification) names a resource, a workload, up to four objectives with the range of each, and what
//! follows when they are missed. Anyone [publishes](Pallet::publish) one for a deposit, and builds on others: of each metric the
//! stricter range counts. It never changes. The network agrees only under modules that governance has [made
//! standard](Pallet::standardise), and [retiring](Pallet::retire) one stops new agreements only (Goal 1).
//!
//! **Negotiation.** A node [proposes](Pallet::propose) bounds, units of capacity and a duration. The seats speak with co-signatures of
//! more than a half of them, which are gathered off the chain and good for one offer in one round: they
//! [counter](Pallet::counter_by_seats) it or [conclude](Pallet::conclude) the agreement; the node [counters](Pallet::counter) or
//! [accepts](Pallet::accept) what they offer. A negotiation has at most eight rounds, and an offer lapses (Goal 2). All units of a node
//! are backed by its bond. The fee for the measurement of the whole duration is paid at once. Under one module a node has one
//! agreement: another one renews it in its place.
//!
//! **Roster.** Each agreement has a slot, drawn at random among the vacant ones, with randomness that nobody could know when the
//! agreement was concluded. Whoever measures does so by the pages of the roster (Goals 4 and 5).
//!
//! **Life.** A slot begins with a test. A node that passes it is in service, one that fails loses the test fee. A node that is new to
//! the module first learns for some windows what they would cost. A node that does not qualify any more is suspended until it
//! [resumes](Pallet::resume). An agreement ends after its last window, or a window after its [notice](Pallet::end); its slot is
//! vacated when its last window is closed. Windows of [announced maintenance](Pallet::announce_maintenance) do not count (Goal 3).
//!
//! **Consequences.** When a page's window is closed, its measurements are added to the meters of its slots. If so many nodes have failed
//! together that the fault is taken for the network's, windows are forgiven, out of the nodes' own budgets of maintenance. What
//! follows is queued, and settled one by one: a breach lowers the score, a low availability returns pay to customers, and a spent budget is
//! slashed. Meters belong to a node and a module: they outlive agreements (Goals 3 and 4).
//!
//! All amounts are in the smallest unit of the token. Blocks are those of [`Config::BlockNumberProvider`]; windows are numbered from
//! its first one on.
//!
//! ## Modules
//!
//! - `modules`: how modules are published, composed, made standard and retired.
//! - `negotiation`: offers, counter-offers, and how they become agreements.
//! - `roster`: pages, vacant slots, and how they are drawn.
//! - `life`: service, suspension and end.
//! - `maintenance`: announced maintenance.
//! - `windows` and `outcomes`: closed windows, and what follows from them.
//! - `queue`: what waits for its block, and the hook.
//! - `params`: the parameters that governance sets.
//! - `impls`: the traits that this pallet implements for other pallets.
//! - [`types`]: the stored records, and the arguments of calls.
//! - `runtime_api`: the typed runtime API.
//! - `integrity` and `try_state`: the constraints on the configuration, and the invariants.
//! - [`migrations`]: the storage migrations.
//!
//! ## Example
#![doc = docify::embed!("src/tests/example.rs", a_node_and_the_seats_agree)]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	test,
	allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "overflows in tests must panic")
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod impls;
mod integrity;
mod life;
mod maintenance;
pub mod migrations;
#[cfg(test)]
mod mock;
mod modules;
mod negotiation;
mod outcomes;
mod params;
mod queue;
mod roster;
mod runtime_api;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
mod weights;
mod windows;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use impls::RequireAgreement;
pub use pallet::*;
pub use runtime_api::*;
pub use types::{
	Agreement, AgreementId, Bounds, Comparison, Credit, Item, MAX_CREDITS, MAX_METERS, MAX_ROUNDS, Maintained, Module,
	ModuleId, Name, Negotiation, Offer, Outcome, PAGE, Params, Parents, Party, Period, Place, Provider, Record,
	Resource, Service, Slot, SlotId, Spans, Specification, Stage, Standing, Workload,
};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use crate::{
		WeightInfo,
		types::{
			self, AgreementId, Comparison, Maintained, ModuleId, Offer, PAGE, Parents, Period, Record, SlotId,
			Specification,
		},
	};
	use alloc::{boxed::Box, vec::Vec};
	use frame_support::{
		dispatch::Pays,
		pallet_prelude::*,
		traits::{
			BuildGenesisConfig, Consideration, Footprint, Randomness,
			fungible::{Balanced, BalancedHold, Credit, InspectHold, Mutate, MutateHold},
			tokens::Balance,
		},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use smartlayer_measurement::Consequence;
	use smartlayer_primitives::{
		Bonding, ClosedWindows, CoSignature, Consent, Rewards, ServiceLevel, SlashId, Slasher, Stakes, Window,
	};
	use sp_runtime::{Percent, traits::BlockNumberProvider};

	/// The storage version of this pallet.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// An amount in transit: taken from one account and not yet credited to another.
	pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;
	/// A module.
	pub type ModuleOf<T> = types::Module<<T as frame_system::Config>::AccountId, <T as Config>::Consideration>;
	/// A negotiation.
	pub type NegotiationOf<T> = types::Negotiation<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;
	/// An agreement.
	pub type AgreementOf<T> =
		types::Agreement<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
	/// A slot of the roster.
	pub type SlotOf<T> = types::Slot<<T as frame_system::Config>::AccountId>;
	/// A page of the roster: the slots that are taken, by their places.
	pub type PageOf<T> = BoundedBTreeMap<u8, SlotOf<T>, ConstU32<PAGE>>;
	/// What the chain knows of a service node.
	pub type ProviderOf<T> = types::Provider<<T as Config>::MaxAgreements>;
	/// An agreement of a node, and its slot.
	pub type ServiceOf<T> =
		types::Service<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
	/// What follows from a window of a slot.
	pub type OutcomeOf<T> = types::Outcome<<T as frame_system::Config>::AccountId>;
	/// What waits for its block.
	pub type ItemOf<T> = types::Item<<T as frame_system::Config>::AccountId>;
	/// The signatures of seats.
	pub type CoSignaturesOf<T> =
		BoundedVec<CoSignature<<T as frame_system::Config>::AccountId>, <T as Config>::MaxSeats>;
	/// The parameters that governance may change.
	pub type ParamsOf<T> = types::Params<<T as Config>::Balance>;

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The clock of windows and deadlines. It must pause while agreements cannot be negotiated, as during multi-block migrations.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumberFor<Self>>;

		/// The balance type of the token.
		type Balance: Balance + From<u128>;

		/// The token of fees.
		type Currency: InspectHold<Self::AccountId, Balance = Self::Balance>
			+ MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ BalancedHold<Self::AccountId>
			+ Balanced<Self::AccountId>
			+ Mutate<Self::AccountId>;

		/// The overarching hold reason of the runtime.
		type RuntimeHoldReason: From<HoldReason>;

		/// The deposit of a module, with that for its storage.
		type Consideration: Consideration<Self::AccountId, Footprint>;

		/// The bonds of service nodes, their operators, and whether they are in service.
		type Bonding: Bonding<Self::AccountId>;

		/// The amounts of these bonds.
		type Stakes: Stakes<Self::AccountId, Self::Balance>;

		/// The scores of service nodes.
		type ServiceLevel: ServiceLevel<Self::AccountId, Self::Balance>;

		/// Slashes service nodes whose budget is spent.
		type Slasher: Slasher<Self::AccountId, Self::Balance>;

		/// The anchors' pool, which receives all fees.
		type Rewards: Rewards<CreditOf<Self>>;

		/// The seats, which agree for the network.
		type Consent: Consent<Self::AccountId>;

		/// The windows whose measurement is over.
		type ClosedWindows: ClosedWindows;

		/// The randomness with which slots are drawn, and the block, by its height, before which nobody could know it or choose it. The
		/// last author of an epoch knows nearly all that the next one's is made of: that is too late.
		type Randomness: Randomness<Self::Hash, BlockNumberFor<Self>>;

		/// The length of a measurement window, in blocks. At least 1.
		#[pallet::constant]
		type WindowLength: Get<BlockNumberFor<Self>>;

		/// A half of the budget period, in windows. At least 2.
		#[pallet::constant]
		type HalfBudget: Get<u32>;

		/// The time for which an offer is valid, in blocks. At least 2.
		#[pallet::constant]
		type OfferPeriod: Get<BlockNumberFor<Self>>;

		/// The maximum time of a maintenance, in blocks. At least a window.
		#[pallet::constant]
		type LongestMaintenance: Get<BlockNumberFor<Self>>;

		/// How long a node's credits are kept after its bond has ended, in blocks: the longest time after which a session is paid.
		#[pallet::constant]
		type CreditHistory: Get<BlockNumberFor<Self>>;

		/// The maximum duration of an agreement, in windows. At least 1.
		#[pallet::constant]
		type LongestAgreement: Get<u32>;

		/// The maximum number of agreements of a node, and of its negotiations. At least 1.
		#[pallet::constant]
		type MaxAgreements: Get<u32>;

		/// The maximum number of modules under which agreements can be concluded or still run. At least 1, and at most the number of meters that
		/// are kept of a node.
		#[pallet::constant]
		type MaxModulesInUse: Get<u32>;

		/// The maximum number of seats.
		#[pallet::constant]
		type MaxSeats: Get<u32>;

		/// The standard modules of a genesis that does not specify them, and of a chain that began without this pallet.
		type StandardModules: Get<Vec<Specification>>;

		/// The maximum weight of what follows when a node whose score or service changes is found below a raised minimum bond.
		type BondLossWeight: Get<Weight>;

		/// The maximum weight of the hook per block. Must have room for the most expensive item.
		#[pallet::constant]
		type HookWeight: Get<Weight>;

		/// The origin that sets the parameters, and makes modules standard.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The weights of calls and the hook.
		type WeightInfo: WeightInfo;

		/// Creates accounts and signatures for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId>;
	}

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The reasons for which this pallet holds funds.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The fee of a test that is not passed yet.
		#[codec(index = 0)]
		Test,
		/// The deposit of a module.
		#[codec(index = 1)]
		Module,
	}

	/// All modules. Hashed without a cryptographic hash because no account chooses an id.
	#[pallet::storage]
	pub type Modules<T: Config> = StorageMap<_, Twox64Concat, ModuleId, ModuleOf<T>, OptionQuery>;

	/// What has happened under each module.
	#[pallet::storage]
	pub type Records<T: Config> = StorageMap<_, Twox64Concat, ModuleId, Record, ValueQuery>;

	/// The number of modules that are standard, or retired with agreements that still run.
	#[pallet::storage]
	pub type ModulesInUse<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// The id of the next module.
	#[pallet::storage]
	pub type NextModuleId<T: Config> = StorageValue<_, ModuleId, ValueQuery>;

	/// The negotiations.
	#[pallet::storage]
	pub type Negotiations<T: Config> = StorageMap<_, Twox64Concat, AgreementId, NegotiationOf<T>, OptionQuery>;

	/// The agreements that have not ended.
	#[pallet::storage]
	pub type Agreements<T: Config> = StorageMap<_, Twox64Concat, AgreementId, AgreementOf<T>, OptionQuery>;

	/// The id of the next negotiation.
	#[pallet::storage]
	pub type NextAgreementId<T: Config> = StorageValue<_, AgreementId, ValueQuery>;

	/// The service nodes with agreements or negotiations, and those that had some and are still bonded.
	#[pallet::storage]
	pub type Providers<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, ProviderOf<T>, ValueQuery>;

	/// The agreements that wait for a slot, in the order in which they were concluded.
	#[pallet::storage]
	pub type Waiting<T: Config> = StorageMap<_, Twox64Concat, u64, AgreementId, OptionQuery>;

	/// The first place in this queue that is taken.
	#[pallet::storage]
	pub type WaitingFrom<T: Config> = StorageValue<_, u64, ValueQuery>;

	/// The first place after this queue.
	#[pallet::storage]
	pub type WaitingTo<T: Config> = StorageValue<_, u64, ValueQuery>;

	/// The pages of the roster.
	#[pallet::storage]
	pub type Roster<T: Config> = StorageMap<_, Twox64Concat, u32, PageOf<T>, ValueQuery>;

	/// The number of pages.
	#[pallet::storage]
	pub type Pages<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// The pages with vacant slots, in any order.
	#[pallet::storage]
	pub type VacantPages<T: Config> = StorageMap<_, Twox64Concat, u32, u32, OptionQuery>;

	/// Where each of them stands in that list.
	#[pallet::storage]
	pub type VacancyAt<T: Config> = StorageMap<_, Twox64Concat, u32, u32, OptionQuery>;

	/// The number of pages with vacant slots.
	#[pallet::storage]
	pub type Vacancies<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// The nodes of each module that are under maintenance in each window.
	#[pallet::storage]
	pub type MaintainedIn<T: Config> =
		StorageDoubleMap<_, Twox64Concat, ModuleId, Twox64Concat, Window, Maintained, ValueQuery>;

	/// What follows from closed windows, in the order in which they were closed.
	#[pallet::storage]
	pub type QueuedOutcomes<T: Config> =
		StorageMap<_, Twox64Concat, u64, BoundedVec<OutcomeOf<T>, ConstU32<PAGE>>, ValueQuery>;

	/// The first place in this queue that is taken.
	#[pallet::storage]
	pub type OutcomesFrom<T: Config> = StorageValue<_, u64, ValueQuery>;

	/// The first place after this queue.
	#[pallet::storage]
	pub type OutcomesTo<T: Config> = StorageValue<_, u64, ValueQuery>;

	/// What waits for each block.
	#[pallet::storage]
	pub type DueQueue<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BlockNumberFor<T>, Blake2_128Concat, ItemOf<T>, (), OptionQuery>;

	/// The block whose items the hook processes next. Those of all earlier blocks are done or stuck.
	#[pallet::storage]
	pub type QueueCursor<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// The parameters that governance may change. Stored from genesis on, so that a release cannot change them through a
	/// default.
	#[pallet::storage]
	pub type Parameters<T: Config> = StorageValue<_, ParamsOf<T>, ValueQuery, DefaultParameters<T>>;

	/// The parameters of a genesis that does not specify them.
	#[pallet::type_value]
	pub fn DefaultParameters<T: Config>() -> ParamsOf<T> {
		crate::params::defaults()
	}

	/// The parameters and the standard modules at genesis.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The initial parameters.
		pub params: ParamsOf<T>,
		/// The standard modules. Those of [`Config::StandardModules`], if none are given.
		pub modules: Option<Vec<Specification>>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self { params: DefaultParameters::<T>::get(), modules: None }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Err(error) = Pallet::<T>::check(&self.params) {
				panic!("the parameters of agreements of this genesis are invalid: {error:?}");
			}
			Parameters::<T>::put(self.params);
			for module in self.modules.clone().unwrap_or_else(T::StandardModules::get) {
				let name = module.name.clone();
				if let Err(error) = Pallet::<T>::add_standard(module) {
					panic!("the module {name:?} of this genesis is invalid: {error:?}");
				}
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A module was published.
		ModulePublished {
			/// The module.
			module: ModuleId,
			/// Who has published it.
			publisher: T::AccountId,
		},
		/// A module that was not in use was withdrawn, and its deposit returned.
		ModuleWithdrawn {
			/// The module.
			module: ModuleId,
		},
		/// A module was made standard: the network agrees under it.
		ModuleStandardised {
			/// The module.
			module: ModuleId,
		},
		/// A module was retired: no new agreements are concluded under it.
		ModuleRetired {
			/// The module.
			module: ModuleId,
		},
		/// An offer was made, and replaces the one before.
		Offered {
			/// The id of the negotiation.
			agreement: AgreementId,
			/// What is offered, by whom, and until when.
			negotiation: NegotiationOf<T>,
		},
		/// A node withdrew from a negotiation.
		Withdrawn {
			/// The id of the negotiation.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
		},
		/// An offer was not answered in time, and the negotiation ended.
		Lapsed {
			/// The id of the negotiation.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
		},
		/// An agreement was concluded. Its slot is drawn when the randomness of a later epoch is known.
		Concluded {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
			/// What was agreed.
			offer: Offer,
		},
		/// An agreement that runs was renewed.
		Renewed {
			/// The agreement.
			agreement: AgreementId,
			/// The id of the negotiation.
			by: AgreementId,
			/// What was agreed.
			offer: Offer,
			/// The last window that counts.
			last: Window,
		},
		/// A slot was drawn for an agreement. Its test begins with its first window.
		SlotDrawn {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
			/// The slot.
			slot: SlotId,
			/// The first window that counts.
			first: Window,
			/// The last window that counts.
			last: Window,
		},
		/// A node passed its test. The fee was returned.
		TestPassed {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
		},
		/// A node failed its test. The agreement ends.
		TestFailed {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
		},
		/// The fee of a test that was failed or left was given to the anchors' pool.
		TestFeeLost {
			/// The agreement.
			agreement: AgreementId,
			/// The account that had paid it.
			payer: T::AccountId,
			/// The amount.
			amount: T::Balance,
		},
		/// A node is in service under an agreement.
		InService {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
		},
		/// A node is no longer in service under an agreement.
		OutOfService {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
		},
		/// A node that does not qualify any more was suspended: after the module's notice its windows do not count until it resumes.
		Suspended {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
			/// The first window that does not count, after the module's notice.
			from: Window,
		},
		/// A suspended node resumed its service.
		Resumed {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
			/// The first window that counts again: the present one.
			from: Window,
		},
		/// An agreement will end earlier than agreed.
		Ending {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
			/// The last window that counts.
			last: Window,
		},
		/// An agreement ended. If it had a slot, that is vacant.
		Ended {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
		},
		/// A node announced maintenance.
		MaintenanceAnnounced {
			/// The service node.
			provider: T::AccountId,
			/// The first window of the maintenance.
			from: Window,
			/// The first window after it.
			to: Window,
		},
		/// A window that was breached was forgiven, because too many nodes have failed together.
		Forgiven {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
			/// The window.
			window: Window,
		},
		/// A window missed what was agreed.
		Breached {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
			/// The window.
			window: Window,
			/// What follows.
			consequence: Consequence,
			/// Whether it is only shown to a node that is new.
			shadow: bool,
		},
		/// A node whose budget is spent is to be slashed.
		Slashed {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
			/// The window with which it was spent.
			window: Window,
			/// The id of the slash.
			slash: SlashId,
		},
		/// A larger share of the pay of a budget period returns to customers.
		Credited {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
			/// The budget period.
			period: Period,
			/// The share.
			share: Percent,
		},
		/// A node met its objectives for a whole budget period.
		Met {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
			/// The budget period.
			period: Period,
		},
		/// What follows from a window could not be settled. It is not tried again.
		OutcomeFailed {
			/// The agreement.
			agreement: AgreementId,
			/// The service node.
			provider: T::AccountId,
			/// The window.
			window: Window,
			/// The error.
			error: DispatchError,
		},
		/// An item failed when its block had come, and left the queue. Anyone can retry the end of an agreement.
		Stuck {
			/// The item.
			item: ItemOf<T>,
			/// The error.
			error: DispatchError,
		},
		/// The parameters were set.
		ParametersSet {
			/// The parameters in force from now on.
			params: ParamsOf<T>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No module has this id. Check the id.
		NoSuchModule,
		/// The caller has not published the module. Call from the account that has.
		NotPublisher,
		/// An objective has an empty range, or bounds that cannot be met. Widen its range; of modules that are built on, the stricter ends
		/// count.
		UnsoundObjectives,
		/// No objective bounds the availability. Add one.
		NoAvailability,
		/// The name is empty, or has other characters than letters, digits, spaces, hyphens and full stops. Choose another one.
		BadName,
		/// The floor is above 60 samples, the number of a window. Set at most 60.
		UnsoundTerms,
		/// The test is shorter than two windows, the notice is shorter than the test, one of them or the shadow is not shorter than a budget
		/// period, or the maintenance is longer than a quarter of one. Set other numbers.
		BadWindows,
		/// Agreements run under the module, or can be concluded. Wait until it is retired, and they have ended.
		ModuleInUse,
		/// The module is standard already.
		AlreadyStandard,
		/// The module is not standard. Choose one that is.
		NotStandard,
		/// `MaxModulesInUse` modules are standard, or retired with agreements that run. Retire one first.
		TooManyModules,
		/// The account is not an active service node. Bond it, raise its bond to the minimum, or activate it.
		NotServiceNode,
		/// The bounds are not one for each objective, in the module's order and within its range. Compare with the view `module`.
		OutOfRange,
		/// No units are offered. Offer at least one.
		NoUnits,
		/// The duration is zero, or above `LongestAgreement`. Choose one between.
		BadDuration,
		/// The bond is below that of all units of the node. Bond more, or offer fewer units.
		TooManyUnits,
		/// The node negotiates under this module already. Go on with that one, or withdraw.
		AlreadyNegotiating,
		/// The node has `MaxAgreements` negotiations. Conclude one, or withdraw.
		TooManyNegotiations,
		/// No negotiation has this id: it was concluded, has lapsed, or never begun.
		NoSuchNegotiation,
		/// The caller, or the operator that would pay, does not act for the service node. Call from the node or its operator.
		NotProvider,
		/// The offer was replaced. Look at the present one, and name its round.
		AnotherRound,
		/// The offer was made by the same side. Wait for the answer.
		NotYourTurn,
		/// The offer is void, or would be at once. Propose anew, or choose a later deadline.
		OfferLapsed,
		/// The negotiation has had all its rounds. Take the offer, or propose anew.
		TooManyRounds,
		/// The offer is under another module. Negotiate about it apart.
		AnotherModule,
		/// The deadline is later than `OfferPeriod` allows. Choose an earlier one.
		DeadlineTooLate,
		/// The node has `MaxAgreements` agreements. End one first.
		TooManyAgreements,
		/// No agreement has this id: it has ended, or was never concluded.
		NoSuchAgreement,
		/// The agreement waits for its slot, or cannot be renewed: it is in its test, or the first window under the bounds of the last
		/// renewal is not closed. Retry later.
		StillWaiting,
		/// The last window of the agreement runs or is over. Propose anew when it has ended.
		AlreadyOver,
		/// The agreement ends within a window anyway.
		AlreadyEnding,
		/// The agreement does not end yet, or its last window is not closed. Retry later.
		NotDue,
		/// The node is not suspended under this agreement. Nothing is left to do.
		NotSuspended,
		/// Too many pauses are not closed. Retry in the next window.
		TooManyPauses,
		/// Another maintenance is announced or under way. Retry when it is over.
		AlreadyAnnounced,
		/// The maintenance has no windows, or lasts longer than `LongestMaintenance`. Choose a duration between.
		TooLong,
		/// No agreement of the node has a slot. Nothing is measured that could be announced.
		NoSlot,
		/// The maintenance is a budget period ahead, or more. Announce it later.
		TooEarly,
		/// A module requires more notice. Announce a later window.
		NoticeTooShort,
		/// A module allows fewer windows of maintenance in a budget period. Announce fewer, or in the next one.
		BudgetSpent,
		/// More than a fifth of a module's units would be under maintenance in one window. Announce another one.
		TooManyAway,
		/// The bond per unit is zero. Set at least one.
		NoBondPerUnit,
		/// A hold is smaller than recorded. This is a fault of another pallet.
		HoldTooSmall,
		/// Ids or slots are exhausted.
		Overflow,
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
		/// Publishes a module, which may build on up to four others: of each metric the stricter range counts. A deposit is held.
		///
		/// - Origin: signed, by anyone.
		/// - Errors: `NoSuchModule`, `NotPublisher`, `UnsoundObjectives`, `NoAvailability`, `BadName`, `UnsoundTerms`, `BadWindows`, `Overflow`,
		///   and errors of the token if the balance is insufficient.
		/// - Event: `ModulePublished`.
		/// - Cost: constant.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::publish())]
		pub fn publish(
			origin: OriginFor<T>,
			specification: Box<Specification>,
			parents: Parents,
			predecessor: Option<ModuleId>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_publish(who, *specification, parents, predecessor)
		}

		/// Withdraws a module that is not in use, and returns its deposit.
		///
		/// - Origin: signed, by its publisher.
		/// - Errors: `NoSuchModule`, `NotPublisher`, `ModuleInUse`.
		/// - Event: `ModuleWithdrawn`.
		/// - Cost: constant.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::withdraw_module())]
		pub fn withdraw_module(origin: OriginFor<T>, module: ModuleId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_module(&who, module)
		}

		/// Makes a module standard.
		///
		/// - Origin: `AdminOrigin`.
		/// - Errors: `NoSuchModule`, `AlreadyStandard`, `TooManyModules`.
		/// - Event: `ModuleStandardised`.
		/// - Cost: constant.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::standardise())]
		pub fn standardise(origin: OriginFor<T>, module: ModuleId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_standardise(module)
		}

		/// Retires a standard module. Agreements under it go on until they end.
		///
		/// - Origin: `AdminOrigin`.
		/// - Errors: `NoSuchModule`, `NotStandard`.
		/// - Event: `ModuleRetired`.
		/// - Cost: constant.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::retire())]
		pub fn retire(origin: OriginFor<T>, module: ModuleId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_retire(module)
		}

		/// Begins a negotiation with the network. If the node has an agreement under the module, its conclusion renews it.
		///
		/// - Origin: signed, by a service node or its operator, who pays the fees at the conclusion.
		/// - Errors: `NotServiceNode`, `NoSuchModule`, `NotStandard`, `OutOfRange`, `NoUnits`, `BadDuration`, `TooManyUnits`,
		///   `AlreadyNegotiating`, `TooManyNegotiations`, `Overflow`.
		/// - Event: `Offered`.
		/// - Cost: constant.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::propose())]
		pub fn propose(origin: OriginFor<T>, offer: Offer) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_propose(who, offer)
		}

		/// Answers an offer of the network with another one.
		///
		/// - Origin: signed, by the service node or its operator.
		/// - Errors: `NoSuchNegotiation`, `NotProvider`, `AnotherRound`, `NotYourTurn`, `OfferLapsed`, `TooManyRounds`, `AnotherModule`, and
		///   those of the offer, as `propose`.
		/// - Event: `Offered`.
		/// - Cost: constant.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::counter())]
		pub fn counter(origin: OriginFor<T>, negotiation: AgreementId, round: u8, offer: Offer) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_counter(who, negotiation, round, offer)
		}

		/// Answers an offer of a node with another one, for which more than a half of the seats stand until the deadline. They sign the
		/// payload of the next round.
		///
		/// - Origin: signed, by anyone. Operational, because seats have other duties to send after it, and without fee if it succeeds.
		/// - Errors: `NoSuchNegotiation`, `AnotherRound`, `NotYourTurn`, `OfferLapsed`, `DeadlineTooLate`, `AnotherModule`,
		///   those of the offer, as `propose`, and those of the signatures.
		/// - Event: `Offered`.
		/// - Cost: grows with the number of signatures.
		#[pallet::call_index(6)]
		#[pallet::weight((T::WeightInfo::counter_by_seats(signatures.len() as u32), DispatchClass::Operational))]
		pub fn counter_by_seats(
			origin: OriginFor<T>,
			negotiation: AgreementId,
			round: u8,
			offer: Offer,
			deadline: BlockNumberFor<T>,
			signatures: CoSignaturesOf<T>,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_counter_by_seats(negotiation, round, offer, deadline, &signatures)?;
			Ok(Pays::No.into())
		}

		/// Accepts an offer of the network: the agreement is concluded, or renewed. The caller pays the fees.
		///
		/// - Origin: signed, by the service node or its operator.
		/// - Errors: `NoSuchNegotiation`, `NotProvider`, `AnotherRound`, `NotYourTurn`, `OfferLapsed`, `TooManyAgreements`, `StillWaiting`,
		///   `AlreadyOver`, those of the offer, as `propose`, and errors of the token if the balance is insufficient.
		/// - Events: `Concluded` or `Renewed`.
		/// - Cost: constant.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::accept().max(T::WeightInfo::accept_renewal()))]
		pub fn accept(origin: OriginFor<T>, negotiation: AgreementId, round: u8) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_accept(who, negotiation, round)
		}

		/// Concludes, or renews, what a node has offered, and more than a half of the seats have signed. Whoever has offered it pays the
		/// fees.
		///
		/// - Origin: signed, by anyone. Operational, because seats have other duties to send after it, and without fee if it succeeds.
		/// - Errors: `NoSuchNegotiation`, `NotProvider`, `AnotherRound`, `NotYourTurn`, `OfferLapsed`, `TooManyAgreements`, `StillWaiting`, `AlreadyOver`,
		///   those of the offer, as `propose`, those of the signatures, and errors of the token if the balance is insufficient.
		/// - Events: `Concluded` or `Renewed`.
		/// - Cost: grows with the number of signatures.
		#[pallet::call_index(8)]
		#[pallet::weight((Pallet::<T>::conclude_weight(signatures.len() as u32), DispatchClass::Operational))]
		pub fn conclude(
			origin: OriginFor<T>,
			negotiation: AgreementId,
			round: u8,
			signatures: CoSignaturesOf<T>,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_conclude(negotiation, round, &signatures)?;
			Ok(Pays::No.into())
		}

		/// Withdraws from a negotiation.
		///
		/// - Origin: signed, by the service node or its operator.
		/// - Errors: `NoSuchNegotiation`, `NotProvider`.
		/// - Event: `Withdrawn`.
		/// - Cost: constant.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>, negotiation: AgreementId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw(&who, negotiation)
		}

		/// Ends an agreement with the next window, or at once while it waits for a slot: then the test fee is returned. Whoever leaves a test
		/// loses it. The node withdraws from a negotiation that would renew it.
		///
		/// - Origin: signed, by the service node or its operator.
		/// - Errors: `NoSuchAgreement`, `NotProvider`, `AlreadyEnding`.
		/// - Events: `Withdrawn` with a negotiation, `TestFeeLost` in a test, `Ending`, or `Ended`.
		/// - Cost: constant.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::end().max(T::WeightInfo::end_waiting()))]
		pub fn end(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_end(&who, agreement)
		}

		/// Resumes the service under an agreement that was suspended. The present window counts.
		///
		/// - Origin: signed, by the service node or its operator.
		/// - Errors: `NoSuchAgreement`, `NotProvider`, `StillWaiting`, `NotServiceNode`, `TooManyUnits`, `NotSuspended`, `AlreadyOver`.
		/// - Events: `Resumed`, and `InService` if the test is passed.
		/// - Cost: constant.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::resume().saturating_add(T::BondLossWeight::get()))]
		pub fn resume(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_resume(&who, agreement)
		}

		/// Announces maintenance of a service node: windows that do not count under its agreements that have a slot, taken from their
		/// budgets.
		///
		/// - Origin: signed, by the service node or its operator.
		/// - Errors: `AlreadyAnnounced`, `TooLong`, `NoSlot`, `TooEarly`, `NoticeTooShort`, `BudgetSpent`, `TooManyPauses`, `TooManyAway`.
		/// - Event: `MaintenanceAnnounced`.
		/// - Cost: grows with the number of windows.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::announce_maintenance(*windows))]
		pub fn announce_maintenance(origin: OriginFor<T>, from: Window, windows: u32) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_announce_maintenance(&who, from, windows)
		}

		/// Sets the parameters. Fees and bonds apply to what is agreed or resumed from now on, and `require_agreement` to a node when its weight is
		/// computed next.
		///
		/// - Origin: `AdminOrigin`.
		/// - Errors: `NoBondPerUnit`.
		/// - Event: `ParametersSet`.
		/// - Cost: constant.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::set_params())]
		pub fn set_params(origin: OriginFor<T>, params: ParamsOf<T>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_params(params)
		}

		/// Ends an agreement whose last window is over and closed. The hook does so by itself: this is for one that is stuck, and to be
		/// ahead of a long queue.
		///
		/// - Origin: signed, by anyone. Without fee if it succeeds.
		/// - Errors: `NoSuchAgreement`, `NotDue`.
		/// - Event: `Ended`.
		/// - Cost: constant.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::process_end().saturating_add(T::BondLossWeight::get()))]
		pub fn close(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_close(agreement)?;
			Ok(Pays::No.into())
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Returns a module.
		pub fn module(module: ModuleId) -> Option<ModuleOf<T>> {
			Modules::<T>::get(module)
		}

		/// Returns modules with their ids: at most 256, those after `after` in the order of storage.
		pub fn modules(after: Option<ModuleId>) -> Vec<(ModuleId, ModuleOf<T>)> {
			let from = |id| Modules::<T>::iter_from(Modules::<T>::hashed_key_for(id));
			page(after.map_or_else(Modules::<T>::iter, from))
		}

		/// Returns what has happened under a module.
		pub fn record(module: ModuleId) -> Option<Record> {
			Self::record_of(module)
		}

		/// Returns how strict a module is, compared with another one.
		pub fn compare(module: ModuleId, other: ModuleId) -> Option<Comparison> {
			Self::comparison(module, other)
		}

		/// Returns a negotiation.
		pub fn negotiation(negotiation: AgreementId) -> Option<NegotiationOf<T>> {
			Negotiations::<T>::get(negotiation)
		}

		/// Returns negotiations with their ids: at most 256, those after `after` in the order of storage.
		pub fn negotiations(after: Option<AgreementId>) -> Vec<(AgreementId, NegotiationOf<T>)> {
			let from = |id| Negotiations::<T>::iter_from(Negotiations::<T>::hashed_key_for(id));
			page(after.map_or_else(Negotiations::<T>::iter, from))
		}

		/// Returns what a node would pay if its offer was concluded now, without the fee of the transaction: for the measurement, and on
		/// hold for the test. Fails if the offer could not be concluded.
		pub fn quote(node: T::AccountId, offer: Offer) -> Result<(T::Balance, T::Balance), DispatchError> {
			Self::quoted(&node, &offer)
		}

		/// Returns agreements that have not ended with their ids: at most 256, those after `after` in the order of storage.
		pub fn agreements(after: Option<AgreementId>) -> Vec<(AgreementId, AgreementOf<T>)> {
			let from = |id| Agreements::<T>::iter_from(Agreements::<T>::hashed_key_for(id));
			page(after.map_or_else(Agreements::<T>::iter, from))
		}

		/// Returns the agreements of a service node that have not ended, each with its slot.
		pub fn service_of(node: T::AccountId) -> Vec<ServiceOf<T>> {
			Self::services(&node)
		}

		/// Returns the window that is running.
		pub fn running_window() -> Window {
			Self::window()
		}

		/// Returns the number of pages of the roster.
		pub fn pages() -> u32 {
			Pages::<T>::get()
		}

		/// Returns a page of the roster.
		pub fn roster_page(page: u32) -> PageOf<T> {
			Roster::<T>::get(page)
		}

		/// Returns an agreement that has not ended.
		pub fn agreement(agreement: AgreementId) -> Option<AgreementOf<T>> {
			Agreements::<T>::get(agreement)
		}

		/// Returns what the chain knows of a service node with agreements or negotiations.
		pub fn provider(node: T::AccountId) -> Option<ProviderOf<T>> {
			Providers::<T>::try_get(node).ok()
		}

		/// Returns a slot that is taken.
		pub fn slot_by_number(slot: SlotId) -> Option<SlotOf<T>> {
			Self::slot(slot)
		}

		/// Returns the payload that seats sign to stand for an offer in one round of one negotiation, until a block of the clock.
		pub fn payload(
			negotiation: AgreementId,
			round: u8,
			provider: T::AccountId,
			offer: Offer,
			deadline: BlockNumberFor<T>,
		) -> Vec<u8> {
			Self::offer_payload(negotiation, round, &provider, &offer, deadline)
		}
	}

	/// The first page of a list.
	fn page<Item>(all: impl Iterator<Item = Item>) -> Vec<Item> {
		all.take(256).collect()
	}
}
