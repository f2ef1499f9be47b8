//! # Reports
//!
//! Three ways from a fault of a service node to its verdict: seats vote, anyone proves, and customers demand.
//!
//! ## Goals
//!
//! 1. What can be proved is proved, and what cannot is decided by the seats, who answer for their votes.
//! 2. A third of the seats can neither convict nor acquit, and an honest minority is not punished by a bare majority.
//! 3. A node that is slashed had the chance to serve, to reply and to appeal, and one fault is slashed once.
//! 4. Nobody gains by reporting: no bounty is paid, and a compensation never exceeds what the customer has paid.
//! 5. No cost grows with the number of reports, demands, nodes or accounts: only with the number of seats.
//!
//! ## How the goals are met
//!
//! **Votes.** A seat [reports](Pallet::report) a node that did not serve, or served invalid data, with a deposit; this is its aye.
//! All seats of that moment are the jury. At the deadline, seats that have not voted are charged, and the verdict is that of
//! a majority of all seats, if enough have voted. A conviction is slashed at the rate of the day of the report, through the
//! queue in which it can be appealed; the consequences for voters and depositor follow when the slash is applied or cancelled.
//! Seats on the losing side are charged only if at least two thirds voted the other way, or if governance overturns the conviction
//! that they voted for (Goals 1 and 2).
//!
//! **Proofs.** Two [statements](smartlayer_statement::Statement) of one node that contradict each other prove a theft. The proof is
//! [announced](Pallet::commit_theft) by its hash before it is [revealed](Pallet::reveal_theft), so that nobody copies it from the
//! transaction pool. A seat also reports [intervals without a snapshot](Pallet::report_offline), which the chain itself knows.
//!
//! **Demands.** A customer [demands](Pallet::demand) service on the chain: the request is in the call, so the node cannot say that
//! it never arrived. The node [answers](Pallet::answer), or refuses with a reason, within a time; after that it is slashed as
//! absent, once for all demands that were open at the time. Every demand has a fee that rises with their number, and of which the
//! node earns a half when it answers (Goals 3 and 4).
//!
//! Whatever has a deadline waits in a queue by block, which the hook works through within a bounded weight; each item has a storage
//! layer of its own, and one that fails leaves the queue with an event and can be retried by anyone (Goal 5).
//!
//! All amounts are in the smallest unit of the token. Blocks are those of [`Config::BlockNumberProvider`], except in statements,
//! which name blocks by their height.
//!
//! ## Modules
//!
//! - `reports`: filing, voting, replies, verdicts, and what follows from them.
//! - `thefts`: announced and revealed proofs.
//! - `offline`: intervals without a snapshot.
//! - `demands`: demands, answers and silence.
//! - `queue`: what waits for its block, and the hook.
//! - `params`: the parameters that governance sets.
//! - `impls`: the traits that this pallet implements for other pallets.
//! - [`tally`] and [`types`]: the arithmetic of votes and fees, and the stored records.
//! - `runtime_api`: the typed runtime API.
//! - `integrity` and `try_state`: the constraints on the configuration, and the invariants.
//! - [`migrations`]: the storage migrations.
//!
//! ## Example
#![doc = docify::embed!("src/tests/example.rs", seats_convict_a_node_that_does_not_serve)]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	test,
	allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "overflows in tests must panic")
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod demands;
mod impls;
mod integrity;
pub mod migrations;
#[cfg(test)]
mod mock;
mod offline;
mod params;
mod queue;
mod reports;
mod runtime_api;
pub mod tally;
#[cfg(test)]
mod tests;
mod thefts;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use runtime_api::*;
pub use types::{
	Accusation, Answer, Commitment, Demand, Demands, Fault, Item, Outcome, Params, Pointer, Reply, Report, ReportId,
	Request, Response, SignedStatement, Stage, Tally, TheftProof, Verdict,
};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use crate::{
		Pointer, ReportId, Request, WeightInfo,
		types::{self, Fault, Reply, Verdict},
	};
	use alloc::{boxed::Box, vec::Vec};
	use frame_support::{
		dispatch::Pays,
		pallet_prelude::*,
		traits::{
			BuildGenesisConfig, Consideration, Footprint,
			fungible::{Balanced, BalancedHold, Credit, InspectHold, Mutate, MutateHold},
			tokens::Balance,
		},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use smartlayer_primitives::{
		Bonding, Maintenance, PaymentSessions, Seats, ServiceKeys, ServiceLevel, SessionId, SlashId, SlashOutcome,
		Slasher,
	};
	use sp_core::H256;
	use sp_runtime::traits::{BlockNumberProvider, IdentifyAccount, Verify};

	/// The storage version of this pallet.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// An amount in transit: taken from one account and not yet credited to another.
	pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;
	/// A report of a fault.
	pub type ReportOf<T> =
		types::Report<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
	/// A demand for service.
	pub type DemandOf<T> =
		types::Demand<<T as frame_system::Config>::AccountId, <T as Config>::Balance, BlockNumberFor<T>>;
	/// The announcement of a proof.
	pub type CommitmentOf<T> = types::Commitment<BlockNumberFor<T>, <T as Config>::Consideration>;
	/// The reports against a node.
	pub type AccusationsOf<T> = BoundedVec<
		types::Accusation<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>,
		<T as Config>::MaxReportsAgainst,
	>;
	/// Two statements that contradict each other.
	pub type TheftProofOf<T> = types::TheftProof<<T as frame_system::Config>::AccountId, <T as Config>::Signature>;
	/// The answer of a node.
	pub type AnswerOf<T> = types::Answer<<T as frame_system::Config>::AccountId, <T as Config>::Signature>;
	/// What waits for its block.
	pub type ItemOf<T> = types::Item<<T as frame_system::Config>::AccountId>;
	/// A seat, with all seats and its place among them.
	pub(crate) type SeatOf<T> =
		(<T as frame_system::Config>::AccountId, Vec<<T as frame_system::Config>::AccountId>, u32);
	/// A harmed customer, if there is one, with what it has paid.
	pub(crate) type HarmedOf<T> = Option<(<T as frame_system::Config>::AccountId, <T as Config>::Balance)>;
	/// The parameters that governance may change.
	pub type ParamsOf<T> = types::Params<<T as Config>::Balance>;

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// The clock of deadlines. It must pause while votes and answers are impossible, as during multi-block migrations.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumberFor<Self>>;

		/// The balance type of the token.
		type Balance: Balance + From<u128>;

		/// The token of deposits and fees.
		type Currency: InspectHold<Self::AccountId, Balance = Self::Balance>
			+ MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ BalancedHold<Self::AccountId>
			+ Balanced<Self::AccountId>
			+ Mutate<Self::AccountId>;

		/// The overarching hold reason of the runtime.
		type RuntimeHoldReason: From<HoldReason>;

		/// The deposit for the storage of an announced proof.
		type Consideration: Consideration<Self::AccountId, Footprint>;

		/// The account of the treasury, which receives forfeited deposits. It must always exist.
		type Treasury: Get<Self::AccountId>;

		/// The bonds of service nodes, and the operators of seats and nodes.
		type Bonding: Bonding<Self::AccountId>;

		/// The service keys of nodes, which are account ids.
		type ServiceKeys: ServiceKeys<Self::AccountId, Self::AccountId, BlockNumberFor<Self>>;

		/// The signatures of statements and records.
		type Signature: Parameter + MaxEncodedLen + Verify<Signer: IdentifyAccount<AccountId = Self::AccountId>>;

		/// The scores of seats and nodes.
		type ServiceLevel: ServiceLevel<Self::AccountId, Self::Balance>;

		/// Slashes convicted nodes.
		type Slasher: Slasher<Self::AccountId, Self::Balance>;

		/// The seats, and the intervals that they owe snapshots for.
		type Seats: Seats<Self::AccountId, BlockNumberFor<Self>>;

		/// The payment sessions, which confirm who was harmed.
		type Sessions: PaymentSessions<Self::AccountId, Self::Balance, BlockNumberFor<Self>>;

		/// The announced maintenance of nodes.
		type Maintenance: Maintenance<Self::AccountId, BlockNumberFor<Self>>;

		/// How long after a fault it can be reported, in blocks. At least 1.
		#[pallet::constant]
		type ReportWindow: Get<BlockNumberFor<Self>>;

		/// The duration of a vote, in blocks. At least 2.
		#[pallet::constant]
		type VotePeriod: Get<BlockNumberFor<Self>>;

		/// The time within which a node must answer a demand, in blocks. At least 2.
		#[pallet::constant]
		type DemandPeriod: Get<BlockNumberFor<Self>>;

		/// The maximum time by which a maintenance extends a demand, in blocks.
		#[pallet::constant]
		type LongestMaintenance: Get<BlockNumberFor<Self>>;

		/// The length of a measurement window, in blocks. At least 1.
		#[pallet::constant]
		type WindowLength: Get<BlockNumberFor<Self>>;

		/// The maximum number of seats in a jury. At least the maximum of [`Config::Seats`], and at most 32.
		#[pallet::constant]
		type MaxSeats: Get<u32>;

		/// The maximum number of unsettled reports against one node. At least 1.
		#[pallet::constant]
		type MaxReportsAgainst: Get<u32>;

		/// The maximum number of reports on which seats vote at the same time. At least 1.
		#[pallet::constant]
		type MaxReports: Get<u32>;

		/// The maximum number of reports of one seat on which seats vote at the same time. At least 1.
		#[pallet::constant]
		type MaxReportsBy: Get<u32>;

		/// The maximum weight of what follows when a seat whose score changes is found below a raised minimum bond.
		type BondLossWeight: Get<Weight>;

		/// The maximum weight of the hook per block. Must have room for the most expensive item.
		#[pallet::constant]
		type HookWeight: Get<Weight>;

		/// The origin that sets the parameters.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The weights of calls and the hook.
		type WeightInfo: WeightInfo;

		/// Creates accounts and signatures for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId, Self::Signature>;
	}

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The reasons for which this pallet holds funds.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The deposit of a report.
		#[codec(index = 0)]
		Report,
		/// The fee of a demand.
		#[codec(index = 1)]
		Demand,
		/// The deposit for the storage of an announced proof.
		#[codec(index = 2)]
		Storage,
	}

	/// All reports on which seats vote, whose slash waits, or whose fault could be reported again. Hashed without a cryptographic
	/// hash because no account chooses an id.
	#[pallet::storage]
	pub type Reports<T: Config> = StorageMap<_, Twox64Concat, ReportId, ReportOf<T>, OptionQuery>;

	/// The jury of each report: the seats when it was filed. Removed when the report is settled.
	#[pallet::storage]
	pub type Juries<T: Config> =
		StorageMap<_, Twox64Concat, ReportId, BoundedVec<T::AccountId, T::MaxSeats>, ValueQuery>;

	/// The reply of the accused node to a report.
	#[pallet::storage]
	pub type Replies<T: Config> = StorageMap<_, Twox64Concat, ReportId, Reply, OptionQuery>;

	/// The reports against each node.
	#[pallet::storage]
	pub type Accusations<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, AccusationsOf<T>, ValueQuery>;

	/// The number of reports on which seats vote, by the seat that has filed them.
	#[pallet::storage]
	pub type OpenReportsBy<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

	/// The number of reports on which seats vote.
	#[pallet::storage]
	pub type OpenReports<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// The id of the next report.
	#[pallet::storage]
	pub type NextReportId<T: Config> = StorageValue<_, ReportId, ValueQuery>;

	/// The report of each slash that waits for its consequences.
	#[pallet::storage]
	pub type Convictions<T: Config> = StorageMap<_, Twox64Concat, SlashId, ReportId, OptionQuery>;

	/// The seat that has proved the theft of each pending slash.
	#[pallet::storage]
	pub type TheftReporters<T: Config> = StorageMap<_, Twox64Concat, SlashId, T::AccountId, OptionQuery>;

	/// The height of the block in which a node was last convicted of theft. Statements up to that block are no new evidence.
	#[pallet::storage]
	pub type Thieves<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, BlockNumberFor<T>, OptionQuery>;

	/// The proof that each account has announced.
	#[pallet::storage]
	pub type Commitments<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, CommitmentOf<T>, OptionQuery>;

	/// The void intervals that were reported, until they are too old to be reported.
	#[pallet::storage]
	pub type OfflineIntervals<T: Config> = StorageMap<_, Twox64Concat, u32, T::AccountId, OptionQuery>;

	/// The open demand of each session.
	#[pallet::storage]
	pub type OpenDemands<T: Config> = StorageMap<_, Twox64Concat, SessionId, DemandOf<T>, OptionQuery>;

	/// The number of open demands on each node, and its last silence.
	#[pallet::storage]
	pub type DemandsOn<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, types::Demands<BlockNumberFor<T>>, ValueQuery>;

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

	/// The parameters at genesis.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The initial parameters.
		pub params: ParamsOf<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self { params: DefaultParameters::<T>::get() }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Err(error) = Pallet::<T>::check(&self.params) {
				panic!("the parameters of reports of this genesis are invalid: {error:?}");
			}
			Parameters::<T>::put(self.params);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A seat reported a fault of a node.
		Reported {
			/// The report id.
			report: ReportId,
			/// The fault.
			fault: Fault,
			/// The accused node.
			node: T::AccountId,
			/// The seat that reported it.
			reporter: T::AccountId,
			/// The block of the clock in which the fault happened.
			at: BlockNumberFor<T>,
			/// The hash of the evidence.
			evidence: H256,
			/// Where the evidence can be found.
			pointer: Pointer,
			/// The block from which on no vote is accepted.
			deadline: BlockNumberFor<T>,
		},
		/// The accused node replied to a report.
		Replied {
			/// The report id.
			report: ReportId,
			/// The hash of the reply.
			hash: H256,
			/// Where the reply can be found.
			pointer: Pointer,
		},
		/// A seat voted on a report.
		Voted {
			/// The report id.
			report: ReportId,
			/// The seat.
			seat: T::AccountId,
			/// Whether it voted for a conviction.
			aye: bool,
		},
		/// The verdict on a report is final. Votes are accepted until the deadline.
		VerdictReached {
			/// The report id.
			report: ReportId,
			/// The verdict.
			verdict: Verdict,
		},
		/// The vote on a report ended. Seats that did not vote were charged.
		VoteEnded {
			/// The report id.
			report: ReportId,
			/// The verdict.
			verdict: Verdict,
			/// The number of votes for a conviction.
			ayes: u32,
			/// The number of votes against it.
			nays: u32,
			/// The slash of the convicted node. `None` if it was acquitted, or has no bond any more.
			slash: Option<SlashId>,
		},
		/// The deposit of a report was returned.
		DepositReturned {
			/// The report id.
			report: ReportId,
			/// The account that received it.
			who: T::AccountId,
			/// The amount.
			amount: T::Balance,
		},
		/// The deposit of a report was forfeited to the treasury.
		DepositForfeited {
			/// The report id.
			report: ReportId,
			/// The account that lost it.
			who: T::AccountId,
			/// The amount.
			amount: T::Balance,
		},
		/// All consequences of a conviction have followed.
		ConvictionSettled {
			/// The report id.
			report: ReportId,
			/// Whether the slash was applied, or cancelled because the conviction was overturned.
			outcome: SlashOutcome,
		},
		/// The proof of a theft was announced.
		TheftCommitted {
			/// The account that announced it.
			who: T::AccountId,
			/// The hash.
			hash: H256,
		},
		/// An announced proof was withdrawn.
		CommitmentWithdrawn {
			/// The account that had announced it.
			who: T::AccountId,
		},
		/// A theft was proved.
		TheftProved {
			/// The account that proved it.
			who: T::AccountId,
			/// The convicted node.
			node: T::AccountId,
			/// The token class.
			class: H256,
			/// The instance.
			instance: H256,
			/// The sequence about which the node contradicted itself.
			sequence: u64,
			/// The slash id.
			slash: SlashId,
		},
		/// A seat reported an interval without a snapshot.
		OfflineReported {
			/// The interval.
			interval: u32,
			/// The seat.
			reporter: T::AccountId,
		},
		/// A customer demanded service.
		Demanded {
			/// The session of the customer.
			session: SessionId,
			/// The node that must answer.
			node: T::AccountId,
			/// The token class.
			class: H256,
			/// The instance.
			instance: H256,
			/// The bytes of the request.
			request: Request,
			/// The fee on hold.
			fee: T::Balance,
			/// The block of the clock from which on no answer is accepted.
			deadline: BlockNumberFor<T>,
		},
		/// A node answered a demand. A half of the fee was burned, and the node received the other one.
		Answered {
			/// The session of the customer.
			session: SessionId,
			/// The node.
			node: T::AccountId,
			/// The answer.
			outcome: Box<types::Outcome>,
		},
		/// A node did not answer a demand. The fee was returned.
		Silent {
			/// The session of the customer.
			session: SessionId,
			/// The node.
			node: T::AccountId,
			/// The slash of the node. `None` if it was slashed for the same silence before, or has no bond any more.
			slash: Option<SlashId>,
		},
		/// An item failed when its block had come, and left the queue. Anyone can retry it.
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
		/// The caller neither has a seat in the running session nor is the operator of one. Only seats report.
		NotSeated,
		/// The account is not bonded as a service node. Check the account.
		NotServiceNode,
		/// The fault is in the future. Name the block of the clock in which it happened.
		FaultInFuture,
		/// The fault is older than `ReportWindow`. It can no longer be reported.
		FaultTooOld,
		/// The session is not one with this node that was open at the time of the fault. Name another one, or none.
		NotACustomer,
		/// The fault was reported already: another report names the same block, window of absence, or evidence. Vote on that one if its
		/// vote is open; otherwise nothing is left to do.
		AlreadyReported,
		/// The seat has an open report against this node. Wait for its verdict.
		AlreadyAccusing,
		/// `MaxReportsAgainst` reports against this node are not settled. Retry later.
		TooManyAgainst,
		/// Seats vote on `MaxReports` reports, or on `MaxReportsBy` of this seat. Retry later.
		TooManyReports,
		/// The jury has more than `MaxSeats` seats. A release must raise the maximum.
		TooManySeats,
		/// No report with this id exists: it is settled, or was never filed. Check the id.
		NoSuchReport,
		/// The deadline of the vote has passed. Nothing is left to do.
		VotingEnded,
		/// The caller was no seat when the report was filed. It has no vote on this one.
		NotInJury,
		/// The seat has voted already. Votes are final.
		AlreadyVoted,
		/// The caller is neither the accused node nor its operator. Only they reply.
		NotAccused,
		/// The report, or the demand, is not due. Retry after its deadline.
		NotDue,
		/// The account has not announced a proof. Call `commit_theft` first.
		NoCommitment,
		/// The proof was announced in this block. Retry in the next one.
		CommitmentTooNew,
		/// The announced hash is not that of this proof, account and salt. Compare with the view `theft_commitment`.
		AnotherCommitment,
		/// The statements do not contradict each other: they are about different states, or state the same hash. Present two
		/// of the same node, class, instance and sequence.
		NoContradiction,
		/// The statement or record is for another chain. Present one with the genesis hash of this chain.
		AnotherChain,
		/// The key was not the service key of the node in the block of the statement, or was replaced longer than a report window ago.
		/// Present a statement by a key that is known.
		WrongKey,
		/// The signature is not by the key, or for other bytes. Compare the signed bytes with those of the specification.
		BadSignature,
		/// The node was convicted of theft after one of these statements was made. Present two that it has made since.
		AlreadyProved,
		/// The interval has a snapshot, is not over, or is too old. Report one with an event `IntervalVoid`.
		NotVoid,
		/// The session is not open, or there is none with this id. Open one with the node.
		NoOpenSession,
		/// The caller is not the payer of the session. Call from the account that opened it.
		NotPayer,
		/// The session has an open demand. Wait for its answer, or its deadline.
		AlreadyDemanded,
		/// The session has no open demand. It was answered, or its deadline has passed.
		NoDemand,
		/// The caller is neither the node that must answer nor its operator. Only they answer.
		NotDemanded,
		/// The deadline of the demand has passed. The node is slashed for its silence, and can appeal.
		TooLate,
		/// The statement is by another node, or about another token or request than demanded. Sign one that fits.
		AnotherRequest,
		/// The hash of the response is not the one in the statement. Send the bytes that were signed.
		AnotherResponse,
		/// The block of the statement is before the demand, the present one, older than 4,096 blocks, or not of this chain. Sign one with a
		/// recent block since the demand.
		WrongBlock,
		/// The record is about another token. Present one of the demanded class and instance.
		AnotherToken,
		/// The record names the demanded node. Serve, or present a newer record.
		Assigned,
		/// The quorum is below a half. Set at least 500,000,000.
		QuorumTooLow,
		/// The majority is below a half, or is all. Set at least 500,000,000 and less than 1,000,000,000.
		BadMajority,
		/// The fee of a demand is zero. Set at least one unit.
		NoFee,
		/// A false verdict costs more than a tenth of the stake. Set at most 100,000,000.
		FalseVerdictTooHigh,
		/// A hold is smaller than recorded. Retry when the account has the hold again; this is a fault of another pallet.
		HoldTooSmall,
		/// The treasury cannot receive the amount. Send it the existential deposit, and retry.
		TreasuryCannotReceive,
		/// Report ids are exhausted.
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
		/// Reports a fault of a service node on which the seats vote. It counts as the aye of the reporter. A deposit is held from
		/// the caller, and returned unless the report is rejected or its conviction overturned.
		///
		/// `at` is the block of the chain's clock (`tempo.now`) in which the fault happened. `session` is a payment session of the
		/// harmed customer, who is compensated from the slash with at most what the session has paid.
		///
		/// - Origin: signed, by a seat or its operator.
		/// - Errors: `NotSeated`, `NotServiceNode`, `FaultInFuture`, `FaultTooOld`, `NotACustomer`, `AlreadyReported`,
		///   `AlreadyAccusing`, `TooManyAgainst`, `TooManyReports`, `TooManySeats`, `Overflow`, and errors of the token if the balance
		///   is insufficient.
		/// - Events: `Reported`, and `VerdictReached` if the reporter is the only seat.
		/// - Cost: constant.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::report())]
		pub fn report(
			origin: OriginFor<T>,
			fault: Fault,
			node: T::AccountId,
			at: BlockNumberFor<T>,
			session: Option<SessionId>,
			evidence: H256,
			pointer: Pointer,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_report(who, fault, node, at, session, evidence, pointer)
		}

		/// Votes on a report. A vote is final.
		///
		/// - Origin: signed, by a seat of the jury or its operator. Without fee if it is counted.
		/// - Errors: `NoSuchReport`, `VotingEnded`, `NotInJury`, `AlreadyVoted`.
		/// - Events: `Voted`, and `VerdictReached` with the vote that makes the verdict final.
		/// - Cost: constant.
		#[pallet::call_index(1)]
		#[pallet::weight((T::WeightInfo::vote(), DispatchClass::Operational))]
		pub fn vote(origin: OriginFor<T>, report: ReportId, aye: bool) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::do_vote(&who, report, aye)?;
			Ok(Pays::No.into())
		}

		/// Replies to a report, with a hash and a place where the reply can be found. Replaces an earlier reply.
		///
		/// - Origin: signed, by the accused node or its operator.
		/// - Errors: `NoSuchReport`, `VotingEnded`, `NotAccused`.
		/// - Event: `Replied`.
		/// - Cost: constant.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::reply())]
		pub fn reply(origin: OriginFor<T>, report: ReportId, hash: H256, pointer: Pointer) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_reply(&who, report, hash, pointer)
		}

		/// Ends the vote on a report whose deadline has passed, or settles a conviction whose slash was applied or cancelled. The
		/// hook does so by itself: this is for one that is stuck, and to be ahead of a long queue.
		///
		/// - Origin: signed, by anyone. Without fee if it succeeds.
		/// - Errors: `NoSuchReport`, `NotDue`, `HoldTooSmall`, `TreasuryCannotReceive`.
		/// - Events: `VoteEnded`, `DepositReturned`, `DepositForfeited`, `ConvictionSettled`.
		/// - Cost: grows with the number of seats.
		#[pallet::call_index(3)]
		#[pallet::weight(Pallet::<T>::report_weight())]
		pub fn close(origin: OriginFor<T>, report: ReportId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_process(report)?;
			Ok(Pays::No.into())
		}

		/// Announces the proof of a theft by its hash, so that nobody can copy it when it is revealed. Replaces an earlier
		/// announcement of the account. A deposit for its storage is held until it is revealed or withdrawn.
		///
		/// - Origin: signed, by anyone.
		/// - Errors: those of the token if the balance is insufficient.
		/// - Event: `TheftCommitted`.
		/// - Cost: constant.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::commit_theft())]
		pub fn commit_theft(origin: OriginFor<T>, hash: H256) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_commit_theft(who, hash)
		}

		/// Withdraws an announced proof, and releases its deposit.
		///
		/// - Origin: signed, by the account that announced it.
		/// - Errors: `NoCommitment`.
		/// - Event: `CommitmentWithdrawn`.
		/// - Cost: constant.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::withdraw_commitment())]
		pub fn withdraw_commitment(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_commitment(who)
		}

		/// Reveals the proof of a theft, which was announced at least a block earlier: two statements of one node that contradict
		/// each other. The whole stake of the node is set aside. `session` is a payment session of the harmed customer, if any.
		///
		/// - Origin: signed, by the account that announced it.
		/// - Errors: `NoCommitment`, `CommitmentTooNew`, `AnotherCommitment`, `NoContradiction`, `AnotherChain`, `FaultInFuture`,
		///   `FaultTooOld`, `AlreadyProved`, `WrongKey`, `BadSignature`, `NotServiceNode`, `NotACustomer`.
		/// - Event: `TheftProved`.
		/// - Cost: constant.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::reveal_theft())]
		pub fn reveal_theft(
			origin: OriginFor<T>,
			proof: Box<TheftProofOf<T>>,
			session: Option<SessionId>,
			salt: H256,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_reveal_theft(who, &proof, session, salt)
		}

		/// Reports an interval that ended without a snapshot. Each one counts once.
		///
		/// - Origin: signed, by a seat or its operator.
		/// - Errors: `NotSeated`, `NotVoid`, `FaultTooOld`, `AlreadyReported`.
		/// - Event: `OfflineReported`.
		/// - Cost: constant.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::report_offline().saturating_add(T::BondLossWeight::get()))]
		pub fn report_offline(origin: OriginFor<T>, interval: u32) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_report_offline(&who, interval)
		}

		/// Demands that a node answers a request, which it must do within `DemandPeriod` or be slashed. A fee is held: it is returned
		/// if the node stays silent. If it answers, a half is burned and the node receives the other one.
		///
		/// - Origin: signed, by the payer of an open session with the node.
		/// - Errors: `NoOpenSession`, `NotPayer`, `AlreadyDemanded`, `NotServiceNode`, and errors of the token if the balance is
		///   insufficient.
		/// - Event: `Demanded`, with the bytes of the request.
		/// - Cost: constant.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::demand().saturating_add(T::Maintenance::weight()))]
		pub fn demand(
			origin: OriginFor<T>,
			session: SessionId,
			class: H256,
			instance: H256,
			request: Request,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_demand(who, session, class, instance, request)
		}

		/// Answers a demand: with the response and a statement that was made since the demand, or with a reason to refuse.
		///
		/// - Origin: signed, by the node or its operator. Without fee if it is accepted.
		/// - Errors: `NoDemand`, `NotDemanded`, `TooLate`; for a response `AnotherChain`, `AnotherRequest`, `AnotherResponse`, `WrongBlock`,
		///   `WrongKey`, `BadSignature`; for a record `AnotherChain`, `AnotherToken`, `Assigned`, `BadSignature`; `HoldTooSmall`,
		///   `TreasuryCannotReceive`.
		/// - Event: `Answered`, with the bytes of the response.
		/// - Cost: constant.
		#[pallet::call_index(9)]
		#[pallet::weight((T::WeightInfo::answer_served().max(T::WeightInfo::answer_not_assigned()), DispatchClass::Operational))]
		pub fn answer(
			origin: OriginFor<T>,
			session: SessionId,
			answer: Box<AnswerOf<T>>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::do_answer(&who, session, *answer)?;
			Ok(Pays::No.into())
		}

		/// Ends a demand whose deadline has passed. The hook does so by itself: this is for one that is stuck.
		///
		/// - Origin: signed, by anyone. Without fee if it succeeds.
		/// - Errors: `NoDemand`, `NotDue`.
		/// - Event: `Silent`.
		/// - Cost: constant.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::silence())]
		pub fn close_demand(origin: OriginFor<T>, session: SessionId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_close_demand(session)?;
			Ok(Pays::No.into())
		}

		/// Sets the parameters. They apply to reports and demands that are filed from now on.
		///
		/// - Origin: `AdminOrigin`.
		/// - Errors: `QuorumTooLow`, `BadMajority`, `NoFee`, `FalseVerdictTooHigh`.
		/// - Event: `ParametersSet`.
		/// - Cost: constant.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::set_params())]
		pub fn set_params(origin: OriginFor<T>, params: ParamsOf<T>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_params(params)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Returns a report.
		pub fn report_by_id(report: ReportId) -> Option<ReportOf<T>> {
			Reports::<T>::get(report)
		}

		/// Returns the ids of reports on which seats vote, whose slash waits, or whose fault could still be reported: at most 256,
		/// those after `after` in the order of storage.
		pub fn reports(after: Option<ReportId>) -> Vec<ReportId> {
			Self::page(after)
		}

		/// Returns the ids of the reports against a node on which seats vote, or whose fault could still be reported.
		pub fn reports_against(node: T::AccountId) -> Vec<ReportId> {
			Accusations::<T>::get(node).into_iter().map(|accusation| accusation.report).collect()
		}

		/// Returns the ids of the reports on which a seat has a vote and has not voted.
		pub fn owed_votes(seat: T::AccountId) -> Vec<ReportId> {
			Self::owed_by(&seat)
		}

		/// Returns the open demand of a session.
		pub fn demand_of(session: SessionId) -> Option<DemandOf<T>> {
			OpenDemands::<T>::get(session)
		}

		/// Returns the sessions whose demands a node has to answer.
		pub fn demands_on(node: T::AccountId) -> Vec<SessionId> {
			Self::sessions_with_demands(&node)
		}

		/// Returns the fee of the next demand on a node.
		pub fn fee_of_demand(node: T::AccountId) -> T::Balance {
			Self::next_fee(&node)
		}

		/// Returns the hash with which an account announces a proof.
		pub fn theft_commitment(proof: TheftProofOf<T>, who: T::AccountId, salt: H256) -> H256 {
			Self::commitment_to(&proof, &who, salt)
		}
	}
}
