//! # Anchors
//!
//! Elected by holders, on duty by randomness, committing what happened.
//!
//! ## Goals
//!
//! 1. Whom the most stake approves sits, and no minority takes a seat from whom a majority approves.
//! 2. Nobody takes the chain over in a day, or leaves it without authors.
//! 3. Every interval has a snapshot as long as two thirds of the seats agree, and everybody has the same share of the
//!    work.
//! 4. What a snapshot contains can be proved for ever, by whoever has kept the events, at a cost for the chain that does
//!    not grow.
//! 5. No cost grows with the number of voters.
//!
//! ## How they are met
//!
//! An organisation applies, is admitted by governance, and stands. Holders approve up to [`Config::MaxPicks`]
//! candidates with held tokens, which count in full for each of them (Goal 1), once they have been held for a whole term. A
//! candidate's [`Approvals`] are kept current with every vote, so an election looks at candidates only (Goal 5).
//!
//! At the end of a term the strongest take the seats, but only a third of them changes hands ([`election`]), for
//! whatever reason. In between, runners-up take seats that fall empty. Under a floor of seats nobody leaves of its own
//! will. Who must leave, and is one too many, stays as a holdover, without reward, until there are others. The session is
//! never given an empty set (Goal 2).
//!
//! An interval's first block draws an order of the seats. The first may write the interval's snapshot at once, each
//! further one a delay later; whoever is passed over, or everybody where nobody writes, is charged
//! [`MissedDuty`](smartlayer_primitives::Action::MissedDuty) (Goal 3).
//!
//! A snapshot is written with the signatures of two thirds of the seats, names its parent, and stays in storage for a while; after
//! that it can be proved by the peaks of a mountain range over all of them (Goal 4). The trees are those of
//! `smartlayer-commitment`.
//!
//! ## Example
#![doc = docify::embed!("src/tests/example.rs", holders_elect_an_anchor)]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	test,
	allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "a test that overflows shall say so")
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod candidates;
pub mod duty;
pub mod election;
mod impls;
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
pub use smartlayer_primitives::{AnchorKey, AnchorSignature};
pub use snapshots::ISSUE_PROOF_DOMAIN;
pub use types::{
	Application, Approvals, Ballot, Candidacy, CoSignature, Duty, OnDuty, Organisation, Params, Pick, Seat, Standing,
	Standings, Thaw,
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
	use smartlayer_primitives::{Allowance, AnchorKey, Bonding, SeatKeys, ServiceLevel};
	use sp_core::H256;
	use sp_runtime::traits::{BlockNumberProvider, IdentifyAccount, One, Verify};
	use sp_staking::SessionIndex;

	/// The storage version of this pallet.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// An amount of the token.
	pub type BalanceOf<T> = <<T as Config>::Currency as Inspect<<T as frame_system::Config>::AccountId>>::Balance;
	/// What governance may change.
	pub type ParamsOf<T> = types::Params<BalanceOf<T>>;
	/// What an account has in votes.
	pub type BallotOf<T> = types::Ballot<<T as frame_system::Config>::AccountId, BalanceOf<T>, <T as Config>::MaxPicks>;
	/// An interval, and who may write its snapshot.
	pub type DutyOf<T> =
		types::Duty<<T as frame_system::Config>::AccountId, BlockNumberFor<T>, <T as Config>::MaxSeats>;
	/// The signatures of those who agree with a snapshot.
	pub type CoSignaturesOf<T> =
		BoundedVec<types::CoSignature<<T as frame_system::Config>::AccountId>, <T as Config>::MaxSeats>;

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The clock of intervals and duty. It must stand still where no snapshot can be written.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumberFor<Self>>;

		/// The token.
		type Currency: MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason> + Mutate<Self::AccountId>;

		/// Why funds are held.
		type RuntimeHoldReason: From<HoldReason>;

		/// Who has bonded, and acts for whom.
		type Bonding: Bonding<Self::AccountId>;

		/// Keeps the scores.
		type ServiceLevel: ServiceLevel<Self::AccountId, BalanceOf<Self>>;

		/// Knows who has session keys.
		type SeatKeys: SeatKeys<Self::AccountId>;

		/// What a seat's key may keep in the store over which anchors gossip.
		type Allowance: Allowance<AnchorKey>;

		/// What decides the order of duty. What an author can still bias of it is in the threat model.
		type Randomness: Randomness<H256, BlockNumberFor<Self>>;

		/// How users sign. An account must be encoded in 32 bytes.
		type UserSignature: Parameter + Verify<Signer: IdentifyAccount<AccountId = Self::AccountId>>;

		/// The length of a term, in sessions. At least one.
		#[pallet::constant]
		type TermSessions: Get<SessionIndex>;

		/// The length of an interval, in blocks. At least two.
		#[pallet::constant]
		type IntervalLength: Get<BlockNumberFor<Self>>;

		/// How long each backup waits for the one ahead of it, in blocks. At least one.
		#[pallet::constant]
		type BackupDelay: Get<BlockNumberFor<Self>>;

		/// For how many intervals a snapshot is stored. At least one.
		#[pallet::constant]
		type SnapshotHistory: Get<u32>;

		/// The most seats that there can be. At least one.
		#[pallet::constant]
		type MaxSeats: Get<u32>;

		/// The most candidates that can stand.
		#[pallet::constant]
		type MaxCandidates: Get<u32>;

		/// The most candidates that one vote approves. At least one.
		#[pallet::constant]
		type MaxPicks: Get<u32>;

		/// The most that the hook may do in one block. Must have room for the end of an interval with all seats.
		#[pallet::constant]
		type HookWeight: Get<Weight>;

		/// Who admits candidates, removes anchors, calls elections and sets the parameters.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// What the calls and hooks cost.
		type WeightInfo: WeightInfo;

		/// Prepares what other pallets keep, for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId>;
	}

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Why this pallet holds funds.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// They vote, or thaw after a vote.
		#[codec(index = 0)]
		Vote,
		/// They are the deposit of a candidacy.
		#[codec(index = 1)]
		Candidacy,
	}

	/// Who wants to stand, and waits to be admitted.
	#[pallet::storage]
	pub type Applications<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, types::Application<BalanceOf<T>>, OptionQuery>;

	/// Who stands.
	#[pallet::storage]
	pub type Candidates<T: Config> =
		CountedStorageMap<_, Blake2_128Concat, T::AccountId, types::Candidacy<BalanceOf<T>>, OptionQuery>;

	/// What the next candidacy is told apart by.
	#[pallet::storage]
	pub type NextGeneration<T: Config> = StorageValue<_, Generation, ValueQuery>;

	/// What each account has in votes.
	#[pallet::storage]
	pub type Ballots<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, BallotOf<T>, OptionQuery>;

	/// The term that is.
	#[pallet::storage]
	pub type CurrentTerm<T: Config> = StorageValue<_, Term, ValueQuery>;

	/// Who sits, in the session that was planned last.
	#[pallet::storage]
	pub type Seats<T: Config> = StorageValue<_, BoundedVec<types::Seat<T::AccountId>, T::MaxSeats>, ValueQuery>;

	/// How many seats have been filled anew, and left, in this term.
	#[pallet::storage]
	pub type TermChanges<T: Config> = StorageValue<_, Changes, ValueQuery>;

	/// Whether there is an election when the next session is planned, before the term ends.
	#[pallet::storage]
	pub type ElectionCalled<T: Config> = StorageValue<_, bool, ValueQuery>;

	/// The seats of the session that runs, with their keys.
	#[pallet::storage]
	pub type ActiveSeats<T: Config> = StorageValue<_, BoundedVec<types::OnDuty<T::AccountId>, T::MaxSeats>, ValueQuery>;

	/// The interval that is, and who may write its snapshot.
	#[pallet::storage]
	pub type CurrentDuty<T: Config> = StorageValue<_, DutyOf<T>, OptionQuery>;

	/// The snapshots of the last intervals.
	#[pallet::storage]
	pub type Snapshots<T: Config> = StorageMap<_, Twox64Concat, u32, Snapshot, OptionQuery>;

	/// The interval and the hash of the last snapshot.
	#[pallet::storage]
	pub type LastSnapshot<T: Config> = StorageValue<_, (u32, H256), OptionQuery>;

	/// All snapshots that there ever were, in constant space.
	#[pallet::storage]
	pub type PastSnapshots<T: Config> = StorageValue<_, History, ValueQuery>;

	/// The interval of the operation that a service node has proved last.
	#[pallet::storage]
	pub type LastIssueProof<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, OptionQuery>;

	/// What governance may change.
	#[pallet::storage]
	pub type Parameters<T: Config> = StorageValue<_, ParamsOf<T>, ValueQuery, DefaultParameters<T>>;

	/// What holds where genesis says nothing.
	#[pallet::type_value]
	pub fn DefaultParameters<T: Config>() -> ParamsOf<T> {
		let one = BalanceOf::<T>::one();
		types::Params { desired_seats: 1, floor: 1, candidacy_deposit: one, min_vote: one }
	}

	/// Who sits when a chain begins, and by which rules.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// Who sits. Each must have bonded as an anchor.
		pub seats: Vec<T::AccountId>,
		/// The parameters to begin with.
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
		/// An organisation wants to stand.
		Applied {
			/// Its account.
			who: T::AccountId,
		},
		/// An organisation stands from now on.
		Admitted {
			/// Its account.
			who: T::AccountId,
			/// Which candidacy of all this is.
			generation: Generation,
		},
		/// An organisation stands no more. If it had a seat, it leaves it with the session that is planned next, or, if too
		/// many have left in this term, with a later one.
		CandidacyEnded {
			/// Its account.
			who: T::AccountId,
		},
		/// A holder has voted, instead of what it voted before.
		Voted {
			/// Who.
			who: T::AccountId,
			/// With how much, for each of them.
			stake: BalanceOf<T>,
			/// Whom it approves.
			candidates: BoundedVec<T::AccountId, T::MaxPicks>,
		},
		/// A holder's vote counts no more.
		VoteRetracted {
			/// Whose.
			who: T::AccountId,
			/// What was in it.
			stake: BalanceOf<T>,
			/// From which term on it can be had.
			until: Term,
		},
		/// What had thawed of a vote is free.
		StakeWithdrawn {
			/// Whose.
			who: T::AccountId,
			/// How much.
			amount: BalanceOf<T>,
		},
		/// A term has begun, with an election.
		TermBegan {
			/// Which.
			term: Term,
			/// The session in which those who were elected begin.
			session: SessionIndex,
		},
		/// Seats have changed hands.
		SeatsChanged {
			/// Who has taken one, from the planned session on.
			seated: Vec<T::AccountId>,
			/// Who has left one, from the planned session on.
			left: Vec<T::AccountId>,
		},
		/// The next session that is planned has an election.
		ElectionCalled,
		/// An interval has closed without a snapshot.
		IntervalVoid {
			/// Which.
			interval: u32,
		},
		/// A snapshot was written.
		SnapshotWritten {
			/// By whom.
			who: T::AccountId,
			/// Its hash.
			hash: H256,
			/// Which of all snapshots it is, counted from zero.
			index: u64,
			/// What it says.
			snapshot: Snapshot,
		},
		/// A service node has proved that it served a user.
		IssueProved {
			/// Which.
			node: T::AccountId,
			/// In which interval's snapshot.
			interval: u32,
			/// The operation's leaf.
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
		/// The account has not bonded enough as an anchor.
		NotBonded,
		/// The account has no session keys: set them first.
		NoSessionKeys,
		/// The account stands already.
		AlreadyCandidate,
		/// The account has applied already.
		AlreadyApplied,
		/// An organisation has a name.
		NameMissing,
		/// Name and site must be text, in UTF-8.
		NotText,
		/// The account has not applied.
		NotApplied,
		/// The account does not stand.
		NotCandidate,
		/// As many stand as can.
		TooManyCandidates,
		/// Who has a seat resigns.
		HasSeat,
		/// The account has no seat.
		NoSeat,
		/// Too few would be left: it must stay until there are others.
		FloorBreached,
		/// An operator has no vote: the account that bonds has.
		OperatorCannotVote,
		/// The stake is below the minimum.
		StakeTooSmall,
		/// A vote approves at least one candidate.
		NothingPicked,
		/// A vote approves a candidate once.
		PickedTwice,
		/// The account has no vote.
		NoVote,
		/// Nothing has thawed yet.
		NothingThawed,
		/// The account does not sit in this interval.
		NotSeated,
		/// The snapshot is of another interval than the one that is.
		WrongInterval,
		/// The interval has its snapshot.
		AlreadyWritten,
		/// It is somebody else's turn: wait.
		NotYourTurn,
		/// The snapshot does not name the last one as its parent.
		WrongParent,
		/// The snapshot does not say how many intervals were void since the last one.
		WrongVoid,
		/// Fewer than two thirds of the seats have signed.
		TooFewSignatures,
		/// A seat has signed twice.
		SignedTwice,
		/// A signature is of an account that does not sit in this interval.
		SignerNotSeated,
		/// A signature is by another key than the seat's of this interval.
		WrongKey,
		/// A signature is not of this snapshot on this chain.
		BadSignature,
		/// Only an active service node proves its service.
		NotServiceNode,
		/// The operation is another node's.
		AnotherNode,
		/// The node has proved an operation of this interval, or of a later one.
		AlreadyProved,
		/// There is no such snapshot, or it is no longer stored.
		NoSnapshot,
		/// The operation is not part of the snapshot.
		BadProof,
		/// The user has not signed this operation on this chain.
		BadUserSignature,
		/// There must be a floor.
		FloorZero,
		/// The floor is above the number of seats.
		FloorAboveSeats,
		/// There can't be so many seats.
		TooManySeats,
		/// A vote must have a stake.
		MinVoteZero,
		/// The last of so many seats would have its turn after the end of the interval.
		IntervalTooShort,
		/// A number does not fit.
		Overflow,
		/// The keys are those of the running session or of the planned one: try again two sessions later.
		KeysInUse,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_poll(_: BlockNumberFor<T>, meter: &mut WeightMeter) {
			Self::do_on_poll(meter);
		}

		fn integrity_test() {
			assert!(T::TermSessions::get() > 0, "`TermSessions` must be at least one");
			assert!(T::IntervalLength::get() > One::one(), "`IntervalLength` must be at least two");
			assert!(T::BackupDelay::get() >= One::one(), "`BackupDelay` must be at least one");
			assert!(T::SnapshotHistory::get() > 0, "`SnapshotHistory` must be at least one");
			assert!(T::MaxSeats::get() > 0, "`MaxSeats` must be at least one");
			assert!(T::MaxPicks::get() > 0, "`MaxPicks` must be at least one");
			let end = T::WeightInfo::within_interval().saturating_add(Self::open_weight(T::MaxSeats::get()));
			assert!(
				end.all_lte(T::HookWeight::get()),
				"`HookWeight` must have room for the end of an interval: {end:?}"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Wants to stand.
		///
		/// - Origin: signed, by an account that has bonded as an anchor and has session keys.
		/// - Errors: [`Error::NotBonded`], [`Error::NoSessionKeys`], [`Error::AlreadyCandidate`],
		///   [`Error::AlreadyApplied`], [`Error::NameMissing`], [`Error::NotText`], and the token's own where the deposit is
		///   not there.
		/// - Event: [`Event::Applied`].
		/// - Cost: constant.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::apply_candidacy())]
		pub fn apply_candidacy(origin: OriginFor<T>, organisation: Organisation) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_apply_candidacy(who, organisation)
		}

		/// Lets an organisation stand.
		///
		/// - Origin: [`Config::AdminOrigin`].
		/// - Errors: [`Error::NotApplied`], [`Error::TooManyCandidates`].
		/// - Event: [`Event::Admitted`].
		/// - Cost: constant.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::admit())]
		pub fn admit(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_admit(who)
		}

		/// Stands no more, or does not want to any more. The deposit returns.
		///
		/// - Origin: signed, by a candidate or an applicant without a seat.
		/// - Errors: [`Error::HasSeat`], [`Error::NotCandidate`].
		/// - Event: [`Event::CandidacyEnded`].
		/// - Cost: constant.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::withdraw_candidacy())]
		pub fn withdraw_candidacy(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_candidacy(&who)
		}

		/// Approves candidates with a stake that counts in full for each of them, instead of what was voted before. It
		/// first counts at the end of the next term. What is less than before thaws.
		///
		/// - Origin: signed, by anyone but an operator.
		/// - Errors: [`Error::OperatorCannotVote`], [`Error::StakeTooSmall`], [`Error::NothingPicked`],
		///   [`Error::PickedTwice`], [`Error::NotCandidate`], and the token's own.
		/// - Event: [`Event::Voted`].
		/// - Cost: constant, that of as many candidates as can be, now and before.
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

		/// Takes a vote back. It counts no more; its stake can be had when a whole term has passed.
		///
		/// - Origin: signed, by who has voted.
		/// - Errors: [`Error::NoVote`].
		/// - Event: [`Event::VoteRetracted`].
		/// - Cost: constant, that of as many candidates as can be.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::retract_vote())]
		pub fn retract_vote(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_retract_vote(&who)
		}

		/// Frees what has thawed.
		///
		/// - Origin: signed, by who has voted.
		/// - Errors: [`Error::NoVote`], [`Error::NothingThawed`].
		/// - Event: [`Event::StakeWithdrawn`].
		/// - Cost: constant.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::withdraw_stake())]
		pub fn withdraw_stake(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_stake(&who)
		}

		/// Leaves a seat: with the session that is planned next, or, if too many have left in this term, in a later one.
		///
		/// - Origin: signed, by who has a seat.
		/// - Errors: [`Error::NoSeat`], [`Error::FloorBreached`].
		/// - Event: [`Event::CandidacyEnded`].
		/// - Cost: constant.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::resign().saturating_add(T::WeightInfo::lose_candidacy()))]
		pub fn resign(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_resign(&who)
		}

		/// Removes an application, a candidacy, or a seat.
		///
		/// - Origin: [`Config::AdminOrigin`].
		/// - Errors: [`Error::NotCandidate`], [`Error::FloorBreached`].
		/// - Event: [`Event::CandidacyEnded`].
		/// - Cost: constant.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::resign().saturating_add(T::WeightInfo::lose_candidacy()))]
		pub fn remove_anchor(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_remove_anchor(&who)
		}

		/// Lets the next session that is planned begin with an election. The term goes on, and with it the limit to how many
		/// seats change hands.
		///
		/// - Origin: [`Config::AdminOrigin`].
		/// - Event: [`Event::ElectionCalled`].
		/// - Cost: constant.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::call_election())]
		pub fn call_election(origin: OriginFor<T>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			ElectionCalled::<T>::put(true);
			Self::deposit_event(Event::ElectionCalled);
			Ok(())
		}

		/// Writes the interval's snapshot, in one's turn. The signatures are of the snapshot's payload for the writer.
		///
		/// - Origin: signed, by a seat or its operator. An operational call, free of charge when the snapshot is written.
		/// - Errors: [`Error::NotSeated`], [`Error::WrongInterval`], [`Error::AlreadyWritten`], [`Error::NotYourTurn`],
		///   [`Error::WrongParent`], [`Error::WrongVoid`], [`Error::TooFewSignatures`], [`Error::SignedTwice`],
		///   [`Error::SignerNotSeated`], [`Error::WrongKey`], [`Error::BadSignature`].
		/// - Event: [`Event::SnapshotWritten`].
		/// - Cost: grows with the seats.
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

		/// Proves that an operation, which the user has signed for the node, was part of a snapshot that is stored. Counts
		/// once an interval.
		///
		/// - Origin: signed, by a service node or its operator.
		/// - Errors: [`Error::NotServiceNode`], [`Error::AnotherNode`], [`Error::AlreadyProved`], [`Error::NoSnapshot`],
		///   [`Error::BadProof`], [`Error::BadUserSignature`].
		/// - Event: [`Event::IssueProved`].
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
		/// - Origin: [`Config::AdminOrigin`].
		/// - Errors: [`Error::FloorZero`], [`Error::FloorAboveSeats`], [`Error::TooManySeats`], [`Error::MinVoteZero`],
		///   [`Error::IntervalTooShort`].
		/// - Event: [`Event::ParametersSet`].
		/// - Cost: constant.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::set_params())]
		pub fn set_params(origin: OriginFor<T>, params: ParamsOf<T>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_params(params)
		}

		/// Removes the caller's session keys, and returns what is held for them.
		///
		/// - Origin: signed, by an account whose keys nobody relies on any more.
		/// - Errors: [`Error::NoSessionKeys`], [`Error::HasSeat`], [`Error::AlreadyCandidate`], [`Error::AlreadyApplied`],
		///   [`Error::KeysInUse`], and the session's own.
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
		/// Who sits, and why.
		pub fn seats() -> Vec<types::Seat<T::AccountId>> {
			Seats::<T>::get().into_inner()
		}

		/// Who stands, the strongest first.
		pub fn candidates() -> types::AllStandings<T::AccountId, BalanceOf<T>> {
			Self::standings()
		}

		/// The interval that is, and the order of duty.
		pub fn duty() -> Option<DutyOf<T>> {
			CurrentDuty::<T>::get()
		}

		/// Who may write the interval's snapshot now.
		pub fn may_write() -> Vec<T::AccountId> {
			Self::writers()
		}

		/// The hash that the next snapshot must name as its parent's, and the void intervals it must count.
		pub fn expected_parent() -> Option<(H256, u32)> {
			CurrentDuty::<T>::get().map(|duty| Self::expected(duty.interval))
		}

		/// The snapshot of an interval, while it is stored.
		pub fn snapshot(interval: u32) -> Option<Snapshot> {
			Snapshots::<T>::get(interval)
		}

		/// All snapshots that there ever were, in constant space.
		pub fn history() -> History {
			PastSnapshots::<T>::get()
		}
	}
}
