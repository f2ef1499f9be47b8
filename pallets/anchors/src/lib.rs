//! # Anchors
//!
//! Anchors are elected by token holders, take turns on duty in a random order, and commit to what happened off the chain.
//!
//! ## Goals
//!
//! 1. The candidates that the most stake approves hold the seats, and no minority takes a seat from a candidate that a
//!    majority approves.
//! 2. No one can take over the chain within a day, or leave it without authors.
//! 3. Every interval has a snapshot as long as two thirds of the seats agree, and all seats have the same share of the work.
//! 4. The content of a snapshot can be proved forever, by anyone who has kept the events, at a constant cost for the chain.
//! 5. No cost grows with the number of voters.
//!
//! ## How they are met
//!
//! An organisation applies, is admitted by governance, and becomes a candidate. Holders approve up to [`Config::MaxPicks`]
//! candidates with held tokens. A stake counts in full for each approved candidate (Goal 1), once it has been held for a
//! whole term. The [`Approvals`] of a candidate are updated with every vote, so that an election only iterates over
//! candidates (Goal 5).
//!
//! At the end of a term the candidates with the highest approval take the seats, but at most a third of the seats changes
//! hands ([`election`]), for whatever reason. During a term, runners-up take vacant seats. At or below a minimum number of
//! seats, the floor, no anchor leaves voluntarily. An anchor that must leave stays as a holdover, without rewards, if
//! too few seats would be left or too many have changed in this term. The session never receives an empty set (Goal 2).
//!
//! The first block of an interval draws an order of the seats. The first seat may write the interval's snapshot
//! immediately, and each following one a delay later. Seats that are passed over are charged with
//! [`MissedDuty`](smartlayer_primitives::Action::MissedDuty), or all of them if no snapshot is written (Goal 3).
//!
//! A snapshot carries the signatures of two thirds of the seats, names its parent, and is stored for a limited time. After
//! that it can be proved with the peaks of a Merkle mountain range over all snapshots (Goal 4). The trees are those of
//! `smartlayer-commitment`.
//!
//! ## Modules
//!
//! - `candidates`: applications, admission, withdrawal and resignation.
//! - `votes`: ballots and stakes.
//! - [`election`]: the result of an election, as pure functions.
//! - `seats`: the seats: elections, vacancies, holdovers; the traits of the session pallet.
//! - [`duty`]: intervals, the order of duty in each, and the hook.
//! - `snapshots`: snapshots, their history, and proofs of service.
//! - `params`: the parameters that governance sets.
//! - `impls`: the traits that this pallet implements for other pallets of this project.
//! - [`types`]: the stored records.
//! - `runtime_api`: the typed runtime API.
//! - `integrity` and `try_state`: the constraints on the configuration, and the invariants.
//!
//! All amounts are in the smallest unit of the token.
//!
//! ## Example
#![doc = docify::embed!("src/tests/example.rs", holders_elect_an_anchor)]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	test,
	allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "overflows in tests must panic")
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod candidates;
pub mod duty;
pub mod election;
mod impls;
mod integrity;
#[cfg(test)]
mod mock;
mod params;
mod runtime_api;
mod seats;
mod snapshots;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
mod votes;
mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use runtime_api::*;
pub use smartlayer_primitives::{AnchorKey, AnchorSignature, CoSignature};
pub use types::{
	Application, Approvals, Ballot, Candidacy, Duty, OnDuty, Organisation, Params, Pick, RankedCandidate, Seat,
	Standing, Thaw,
};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use crate::{
		WeightInfo,
		election::Changes,
		types::{self, Generation, Organisation, Term},
	};
	use alloc::{boxed::Box, vec::Vec};
	use frame_support::{
		pallet_prelude::*,
		traits::{
			BuildGenesisConfig, Randomness,
			fungible::{Inspect, Mutate, MutateHold},
		},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use smartlayer_commitment::{History, Operation, OperationProof, Snapshot};
	use smartlayer_primitives::{Allowance, AnchorKey, Bonding, CoSignature, SeatKeys, ServiceLevel};
	use sp_core::H256;
	use sp_runtime::traits::{BlockNumberProvider, IdentifyAccount, One, Verify};
	use sp_staking::SessionIndex;

	/// The storage version of this pallet.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The balance type of the token.
	pub type BalanceOf<T> = <<T as Config>::Currency as Inspect<<T as frame_system::Config>::AccountId>>::Balance;
	/// The parameters that governance may change.
	pub type ParamsOf<T> = types::Params<BalanceOf<T>>;
	/// The ballot of an account.
	pub type BallotOf<T> = types::Ballot<<T as frame_system::Config>::AccountId, BalanceOf<T>, <T as Config>::MaxPicks>;
	/// The current interval, and the order of duty.
	pub type DutyOf<T> =
		types::Duty<<T as frame_system::Config>::AccountId, BlockNumberFor<T>, <T as Config>::MaxSeats>;
	/// The co-signatures of a snapshot.
	pub type CoSignaturesOf<T> =
		BoundedVec<CoSignature<<T as frame_system::Config>::AccountId>, <T as Config>::MaxSeats>;

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The clock of intervals and duty. It must pause while no snapshot can be written, as during multi-block migrations.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumberFor<Self>>;

		/// The token of votes and deposits.
		type Currency: MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason> + Mutate<Self::AccountId>;

		/// The overarching hold reason of the runtime.
		type RuntimeHoldReason: From<HoldReason>;

		/// The bonds of anchors and service nodes, and their operators.
		type Bonding: Bonding<Self::AccountId>;

		/// The scores.
		type ServiceLevel: ServiceLevel<Self::AccountId, BalanceOf<Self>>;

		/// The session keys of accounts.
		type SeatKeys: SeatKeys<Self::AccountId>;

		/// The allowance of each seat's key in the statement store over which anchors gossip.
		type Allowance: Allowance<AnchorKey>;

		/// The randomness behind the order of duty. The threat model states how far a block author can bias it.
		type Randomness: Randomness<H256, BlockNumberFor<Self>>;

		/// The signature type of users. Account ids must be encoded in 32 bytes.
		type UserSignature: Parameter + Verify<Signer: IdentifyAccount<AccountId = Self::AccountId>>;

		/// The length of a term, in sessions. At least 1.
		#[pallet::constant]
		type TermSessions: Get<SessionIndex>;

		/// The length of an interval, in blocks. At least 2.
		#[pallet::constant]
		type IntervalLength: Get<BlockNumberFor<Self>>;

		/// The delay after which the next seat in the order may write the snapshot, in blocks. At least 1.
		#[pallet::constant]
		type BackupDelay: Get<BlockNumberFor<Self>>;

		/// The number of intervals for which a snapshot is stored. At least 1.
		#[pallet::constant]
		type SnapshotHistory: Get<u32>;

		/// The maximum number of seats. At least 1.
		#[pallet::constant]
		type MaxSeats: Get<u32>;

		/// The maximum number of candidates.
		#[pallet::constant]
		type MaxCandidates: Get<u32>;

		/// The maximum number of candidates that a ballot approves. At least 1.
		#[pallet::constant]
		type MaxPicks: Get<u32>;

		/// The maximum weight of the hook per block. Must have room for the end of an interval with all seats.
		#[pallet::constant]
		type HookWeight: Get<Weight>;

		/// The origin that admits candidates, removes anchors, calls elections and sets the parameters.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The weights of calls and hooks.
		type WeightInfo: WeightInfo;

		/// Sets up state of other pallets for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId>;
	}

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The reasons for which this pallet holds funds.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The stake of a ballot, voting or thawing.
		#[codec(index = 0)]
		Vote,
		/// The deposit of a candidacy.
		#[codec(index = 1)]
		Candidacy,
	}

	/// The organisations that have applied and are not admitted yet.
	#[pallet::storage]
	pub type Applications<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, types::Application<BalanceOf<T>>, OptionQuery>;

	/// The candidates.
	#[pallet::storage]
	pub type Candidates<T: Config> =
		CountedStorageMap<_, Blake2_128Concat, T::AccountId, types::Candidacy<BalanceOf<T>>, OptionQuery>;

	/// The generation of the next candidacy. It distinguishes candidacies of the same account.
	#[pallet::storage]
	pub type NextGeneration<T: Config> = StorageValue<_, Generation, ValueQuery>;

	/// The ballot of each voter.
	#[pallet::storage]
	pub type Ballots<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, BallotOf<T>, OptionQuery>;

	/// The number of the current term.
	#[pallet::storage]
	pub type CurrentTerm<T: Config> = StorageValue<_, Term, ValueQuery>;

	/// The seats, as of the session that was planned last.
	#[pallet::storage]
	pub type Seats<T: Config> = StorageValue<_, BoundedVec<types::Seat<T::AccountId>, T::MaxSeats>, ValueQuery>;

	/// The number of seats that were filled and vacated in the current term.
	#[pallet::storage]
	pub type TermChanges<T: Config> = StorageValue<_, Changes, ValueQuery>;

	/// Whether the next planned session begins with an election although the term has not ended.
	#[pallet::storage]
	pub type ElectionCalled<T: Config> = StorageValue<_, bool, ValueQuery>;

	/// The seats of the running session, with their keys.
	#[pallet::storage]
	pub type ActiveSeats<T: Config> = StorageValue<_, BoundedVec<types::OnDuty<T::AccountId>, T::MaxSeats>, ValueQuery>;

	/// The current interval, and the order of duty.
	#[pallet::storage]
	pub type CurrentDuty<T: Config> = StorageValue<_, DutyOf<T>, OptionQuery>;

	/// The snapshots of recent intervals.
	#[pallet::storage]
	pub type Snapshots<T: Config> = StorageMap<_, Twox64Concat, u32, Snapshot, OptionQuery>;

	/// The interval and the hash of the last snapshot.
	#[pallet::storage]
	pub type LastSnapshot<T: Config> = StorageValue<_, (u32, H256), OptionQuery>;

	/// A Merkle mountain range over all snapshots ever written.
	#[pallet::storage]
	pub type PastSnapshots<T: Config> = StorageValue<_, History, ValueQuery>;

	/// The interval of the last operation that each service node has proved.
	#[pallet::storage]
	pub type LastIssueProof<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, OptionQuery>;

	/// The parameters that governance may change.
	#[pallet::storage]
	pub type Parameters<T: Config> = StorageValue<_, ParamsOf<T>, ValueQuery, DefaultParameters<T>>;

	/// The parameters of a genesis that does not specify them.
	#[pallet::type_value]
	pub fn DefaultParameters<T: Config>() -> ParamsOf<T> {
		let one = BalanceOf::<T>::one();
		types::Params { desired_seats: 1, floor: 1, candidacy_deposit: one, min_vote: one }
	}

	/// The seats and parameters at genesis.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The initial seats. Each account must be bonded as an anchor.
		pub seats: Vec<T::AccountId>,
		/// The initial parameters.
		pub params: ParamsOf<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self { seats: Vec::new(), params: DefaultParameters::<T>::get() }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if let Err(error) = Pallet::<T>::check(&self.params) {
				panic!("the anchors' parameters of this genesis make no sense: {error:?}");
			}
			Parameters::<T>::put(self.params);
			for who in &self.seats {
				if let Err(error) = Pallet::<T>::seat_at_genesis(who) {
					panic!("{who:?} can't sit at genesis: {error:?}");
				}
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An organisation applied as a candidate.
		Applied {
			/// The account of the organisation.
			who: T::AccountId,
		},
		/// An organisation was admitted as a candidate.
		Admitted {
			/// The account of the organisation.
			who: T::AccountId,
			/// The generation of the candidacy.
			generation: Generation,
		},
		/// A candidacy ended. If the candidate held a seat, it leaves it with the next planned session, or with a later one if
		/// too many have left in this term.
		CandidacyEnded {
			/// The account of the organisation.
			who: T::AccountId,
		},
		/// A holder voted. The ballot replaces the holder's previous one.
		Voted {
			/// The voter.
			who: T::AccountId,
			/// The stake, which counts in full for each candidate.
			stake: BalanceOf<T>,
			/// The approved candidates.
			candidates: BoundedVec<T::AccountId, T::MaxPicks>,
		},
		/// A holder retracted its ballot.
		VoteRetracted {
			/// The voter.
			who: T::AccountId,
			/// The stake of the ballot.
			stake: BalanceOf<T>,
			/// The term from which on the stake can be withdrawn.
			until: Term,
		},
		/// Thawed stake was released.
		StakeWithdrawn {
			/// The voter.
			who: T::AccountId,
			/// The amount released.
			amount: BalanceOf<T>,
		},
		/// A term began, with an election.
		TermBegan {
			/// The number of the term.
			term: Term,
			/// The session in which the elected anchors begin.
			session: SessionIndex,
		},
		/// Seats changed hands.
		SeatsChanged {
			/// The accounts seated from the planned session on.
			seated: Vec<T::AccountId>,
			/// The accounts that leave with the planned session.
			left: Vec<T::AccountId>,
		},
		/// An election was called for the next planned session.
		ElectionCalled,
		/// An interval closed without a snapshot.
		IntervalVoid {
			/// The interval.
			interval: u32,
		},
		/// A snapshot was written.
		SnapshotWritten {
			/// The seat that wrote it.
			who: T::AccountId,
			/// The hash of the snapshot.
			hash: H256,
			/// The index of the snapshot among all snapshots, from zero.
			index: u64,
			/// The content of the snapshot.
			snapshot: Snapshot,
		},
		/// A service node proved that it served a user.
		IssueProved {
			/// The service node.
			node: T::AccountId,
			/// The interval whose snapshot contains the operation.
			interval: u32,
			/// The leaf hash of the operation.
			operation: H256,
		},
		/// The parameters were set.
		ParametersSet {
			/// The parameters in force from now on.
			params: ParamsOf<T>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account is not bonded as an anchor, its bond is below the minimum, or it is chilled. Use `stakingSlash.bond`,
		/// `bondExtra` or `activate`.
		NotBonded,
		/// The account has no session keys. Set them first, with `session.setKeys`.
		NoSessionKeys,
		/// The account is already a candidate.
		AlreadyCandidate,
		/// The account has already applied.
		AlreadyApplied,
		/// The name of the organisation is empty.
		NameMissing,
		/// Name or site is not valid UTF-8 text.
		NotText,
		/// The account has not applied.
		NotApplied,
		/// The account is not a candidate.
		NotCandidate,
		/// The number of candidates is at its maximum.
		TooManyCandidates,
		/// The account holds a seat. Give it up with `resign`, or wait until it is left if it is already being given up.
		HasSeat,
		/// The account holds no seat.
		NoSeat,
		/// Too few seats would be left. The anchor must stay until it is replaced.
		FloorBreached,
		/// An operator cannot vote: the bonded account votes.
		OperatorCannotVote,
		/// The stake is below the minimum.
		StakeTooSmall,
		/// The ballot approves no candidate.
		NothingPicked,
		/// The ballot approves a candidate twice.
		PickedTwice,
		/// The account has no ballot.
		NoVote,
		/// No stake has thawed yet.
		NothingThawed,
		/// The account holds no seat in this interval.
		NotSeated,
		/// The snapshot is not of the current interval.
		WrongInterval,
		/// The snapshot of this interval is already written.
		AlreadyWritten,
		/// It is another seat's turn. Wait for the delay, or for the next interval.
		NotYourTurn,
		/// The parent of the snapshot is not the last snapshot.
		WrongParent,
		/// The snapshot does not state the number of void intervals since the last one.
		WrongVoid,
		/// Fewer than two thirds of the seats have signed.
		TooFewSignatures,
		/// A seat has signed twice.
		SignedTwice,
		/// A co-signer holds no seat in this interval.
		SignerNotSeated,
		/// A co-signature is by a key other than the seat's key of this interval.
		WrongKey,
		/// A co-signature is invalid: it must be for this snapshot, this writer and this chain.
		BadSignature,
		/// The account is not an active service node.
		NotServiceNode,
		/// The operation names another node.
		AnotherNode,
		/// The node has already proved an operation of this interval or of a later one.
		AlreadyProved,
		/// No snapshot of this interval is stored: it was never written, or is too old.
		NoSnapshot,
		/// The operation is not part of the snapshot.
		BadProof,
		/// The user's signature is invalid: it must be for this operation on this chain.
		BadUserSignature,
		/// The floor is zero.
		FloorZero,
		/// The floor is above the number of seats.
		FloorAboveSeats,
		/// The number of seats is above its maximum.
		TooManySeats,
		/// The minimum stake of a ballot is zero.
		MinVoteZero,
		/// The interval is too short: the last seat would have its turn after its end.
		IntervalTooShort,
		/// A counter overflowed.
		Overflow,
		/// The keys are in use in the running or the planned session. Retry two sessions later.
		KeysInUse,
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
		/// Applies as a candidate, against a deposit.
		///
		/// - Origin: signed, by an account that is bonded as an anchor and has session keys.
		/// - Errors: `NotBonded`, `NoSessionKeys`, `AlreadyCandidate`, `AlreadyApplied`, `NameMissing`, `NotText`, and errors of
		///   the token if the balance is insufficient for the deposit.
		/// - Event: `Applied`.
		/// - Cost: constant.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::apply_candidacy())]
		pub fn apply_candidacy(origin: OriginFor<T>, organisation: Organisation) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_apply_candidacy(who, organisation)
		}

		/// Admits an applicant as a candidate.
		///
		/// - Origin: `AdminOrigin`.
		/// - Errors: `NotApplied`, `TooManyCandidates`.
		/// - Event: `Admitted`.
		/// - Cost: constant.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::admit())]
		pub fn admit(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_admit(who)
		}

		/// Withdraws an application or a candidacy. The deposit is returned.
		///
		/// - Origin: signed, by a candidate or an applicant without a seat.
		/// - Errors: `HasSeat`, `NotCandidate`.
		/// - Event: `CandidacyEnded`.
		/// - Cost: constant.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::withdraw_candidacy())]
		pub fn withdraw_candidacy(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_candidacy(&who)
		}

		/// Votes for candidates. The stake counts in full for each approved candidate, from the end of the next term on, and the
		/// ballot replaces the previous one. If the stake is lower than before, the difference thaws.
		///
		/// - Origin: signed, by any account that is not an operator.
		/// - Errors: `OperatorCannotVote`, `StakeTooSmall`, `NothingPicked`, `PickedTwice`, `NotCandidate`, and errors of the
		///   token.
		/// - Event: `Voted`.
		/// - Cost: constant, for the maximum number of candidates on both ballots.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::vote())]
		pub fn vote(
			origin: OriginFor<T>,
			candidates: BoundedVec<T::AccountId, T::MaxPicks>,
			#[pallet::compact] stake: BalanceOf<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_vote(&who, candidates, stake)
		}

		/// Retracts the caller's ballot. It no longer counts, and its stake can be withdrawn after a whole term.
		///
		/// - Origin: signed, by a voter.
		/// - Errors: `NoVote`.
		/// - Event: `VoteRetracted`.
		/// - Cost: constant, for the maximum number of candidates.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::retract_vote())]
		pub fn retract_vote(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_retract_vote(&who)
		}

		/// Releases thawed stake.
		///
		/// - Origin: signed, by a voter.
		/// - Errors: `NoVote`, `NothingThawed`.
		/// - Event: `StakeWithdrawn`.
		/// - Cost: constant.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::withdraw_stake())]
		pub fn withdraw_stake(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_stake(&who)
		}

		/// Gives up a seat: with the next planned session, or with a later one if too many have left in this term.
		///
		/// - Origin: signed, by an account that holds a seat.
		/// - Errors: `NoSeat`, `FloorBreached`.
		/// - Event: `CandidacyEnded`.
		/// - Cost: constant.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::resign().saturating_add(T::WeightInfo::lose_candidacy()))]
		pub fn resign(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_resign(&who)
		}

		/// Removes an applicant, a candidate or an anchor.
		///
		/// - Origin: `AdminOrigin`.
		/// - Errors: `NotCandidate`, `FloorBreached`.
		/// - Event: `CandidacyEnded`.
		/// - Cost: constant.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::resign().saturating_add(T::WeightInfo::lose_candidacy()))]
		pub fn remove_anchor(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_remove_anchor(&who)
		}

		/// Calls an election for the next planned session. The current term continues, and so does the limit on how many seats
		/// change hands in it.
		///
		/// - Origin: `AdminOrigin`.
		/// - Event: `ElectionCalled`.
		/// - Cost: constant.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::call_election())]
		pub fn call_election(origin: OriginFor<T>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			ElectionCalled::<T>::put(true);
			Self::deposit_event(Event::ElectionCalled);
			Ok(())
		}

		/// Writes the snapshot of the current interval. The co-signatures must be for this snapshot and this writer.
		///
		/// - Origin: signed, by a seat whose turn it is, or its operator. Operational, and without fee if the snapshot is written.
		/// - Errors: `NotSeated`, `WrongInterval`, `AlreadyWritten`, `NotYourTurn`,
		///   `WrongParent`, `WrongVoid`, `TooFewSignatures`, `SignedTwice`,
		///   `SignerNotSeated`, `WrongKey`, `BadSignature`.
		/// - Event: `SnapshotWritten`.
		/// - Cost: grows with the number of seats.
		#[pallet::call_index(9)]
		#[pallet::weight((Pallet::<T>::submit_weight(T::MaxSeats::get()), DispatchClass::Operational))]
		pub fn submit_snapshot(
			origin: OriginFor<T>,
			snapshot: Snapshot,
			signatures: CoSignaturesOf<T>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let seats = Self::do_submit_snapshot(&who, snapshot, &signatures)?;
			Ok((Some(Self::submit_weight(seats)), Pays::No).into())
		}

		/// Proves that an operation, which the user has signed for the node, is part of a stored snapshot. Counts once per
		/// interval.
		///
		/// - Origin: signed, by a service node or its operator.
		/// - Errors: `NotServiceNode`, `AnotherNode`, `AlreadyProved`, `NoSnapshot`,
		///   `BadProof`, `BadUserSignature`.
		/// - Event: `IssueProved`.
		/// - Cost: constant.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::submit_issue_proof())]
		pub fn submit_issue_proof(
			origin: OriginFor<T>,
			interval: u32,
			operation: Box<Operation>,
			proof: OperationProof,
			signature: T::UserSignature,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_submit_issue_proof(&who, interval, &operation, &proof, &signature)
		}

		/// Sets the parameters.
		///
		/// - Origin: `AdminOrigin`.
		/// - Errors: `FloorZero`, `FloorAboveSeats`, `TooManySeats`, `MinVoteZero`,
		///   `IntervalTooShort`.
		/// - Event: `ParametersSet`.
		/// - Cost: constant.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::set_params())]
		pub fn set_params(origin: OriginFor<T>, params: ParamsOf<T>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_params(params)
		}

		/// Removes the caller's session keys and releases their deposit.
		///
		/// - Origin: signed, by an account that holds no seat, is neither candidate nor applicant, and whose keys are not in use.
		/// - Errors: `NoSessionKeys`, `HasSeat`, `AlreadyCandidate`, `AlreadyApplied`, `KeysInUse`, and errors of the session
		///   pallet.
		/// - Cost: constant.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::remove_keys().saturating_add(T::SeatKeys::remove_weight()))]
		pub fn remove_keys(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_remove_keys(&who)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Returns the seats, each with its standing.
		pub fn seats() -> Vec<types::Seat<T::AccountId>> {
			Seats::<T>::get().into_inner()
		}

		/// Returns the candidates, in descending order of approval.
		pub fn candidates() -> types::RankedCandidates<T::AccountId, BalanceOf<T>> {
			Self::ranked_candidates()
		}

		/// Returns the current interval and the order of duty.
		pub fn duty() -> Option<DutyOf<T>> {
			CurrentDuty::<T>::get()
		}

		/// Returns the accounts that may write the snapshot of the current interval now.
		pub fn may_write() -> Vec<T::AccountId> {
			Self::writers()
		}

		/// Returns the parent hash that the next snapshot must name, and the number of void intervals it must state.
		pub fn expected_parent() -> Option<(H256, u32)> {
			CurrentDuty::<T>::get().map(|duty| Self::expected(duty.interval))
		}

		/// Returns the snapshot of an interval while it is stored.
		pub fn snapshot(interval: u32) -> Option<Snapshot> {
			Snapshots::<T>::get(interval)
		}

		/// Returns the Merkle mountain range over all snapshots.
		pub fn history() -> History {
			PastSnapshots::<T>::get()
		}
	}
}
