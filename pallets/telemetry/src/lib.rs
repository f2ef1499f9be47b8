//! # Telemetry
//!
//! What observers measure of service nodes, window by window, and what they say together.
//!
//! ## Goals
//!
//! 1. Every window of every page of the roster is closed, whatever observers do or leave undone.
//! 2. Nobody can repeat what another observer says, or choose what to say by what others say: only to say nothing.
//! 3. Who says that a node was up, and has not asked it, is found out by chance; who says nothing, always.
//! 4. Silence of less than a third of the observers does not keep a node from being measured, and nobody is measured by less than two
//!    thirds of them.
//! 5. No cost grows with anything but the number of pages, each of 256 nodes, and of seats.
//!
//! ## How the goals are met
//!
//! **Windows.** Time is divided into windows. Their observers are the seats at the window's first block. A window is measured, then
//! observers [commit](Pallet::commit) to their claims, then they [reveal](Pallet::reveal) them, page by page, and then its pages are closed
//! in order, by the hook (Goal 1). A page that not enough observers have revealed is closed without measurements: its nodes have neither met nor
//! missed anything.
//!
//! **Claims.** An observer commits to a Merkle root over its claims, one for each page, before it can know those of others. Each names its
//! observer and has a salt (Goal 2). A claim states a reading for every node that is measured on the page: who was out itself says nothing of the
//! page. An observer that has said nothing of a page, or has called down most of what all others have seen, is charged with
//! [`IgnoredVote`](smartlayer_primitives::Action::IgnoredVote), once for the window, unless it has lost its seat since, or next to nobody has said
//! anything (Goal 3).
//!
//! **Answers.** When nothing can be committed any more, randomness is drawn. It tells of each claim one node that it calls up, and the order of
//! samples in which an answer must be shown. An answer is a statement of the node, dated in the window, about an ordinary request with a
//! nonce that only the observer could know (see [`Probe`](smartlayer_statement::Probe)). Nodes that collude can answer whatever is asked: this
//! exposes who does not ask honest ones (Goal 3).
//!
//! **Measurements.** What the observers say together of a node are medians, and what two thirds of all observers agree on
//! ([`Measurement`](smartlayer_measurement::Measurement)). The handler of closed windows is notified of them; what follows is not this
//! pallet's concern (Goal 4).
//!
//! **Cost.** Observers' claims have four bytes for a node and 1 KiB for a page, and are stored until the page is closed. A window has a
//! record of its observers until its last page is closed (Goal 5).
//!
//! Blocks are those of [`Config::BlockNumberProvider`]; windows are numbered from its first one on.
//!
//! ## Modules
//!
//! - `claims`: how observers commit and reveal.
//! - `windows`: how windows are opened, drawn and closed: the hook.
//! - `impls`: the traits that this pallet implements for other pallets.
//! - [`types`]: the stored records, and the arguments of calls.
//! - `runtime_api`: the typed runtime API.
//! - `integrity` and `try_state`: the constraints on the configuration, and the invariants.
//!
//! ## Example
#![doc = docify::embed!("src/tests/example.rs", observers_measure_a_node)]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	test,
	allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "overflows in tests must panic")
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod claims;
mod impls;
mod integrity;
#[cfg(test)]
mod mock;
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
pub use pallet::*;
pub use runtime_api::*;
pub use types::{Answer, Observer, OpenWindow, PAGE, Readings};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use crate::{
		WeightInfo,
		types::{self, Readings},
	};
	use alloc::{boxed::Box, vec::Vec};
	use frame_support::{dispatch::Pays, pallet_prelude::*, traits::Randomness, weights::WeightMeter};
	use frame_system::pallet_prelude::*;
	use smartlayer_commitment::ClaimProof;
	use smartlayer_primitives::{Bonding, OnWindowClosed, Roster, Seats, ServiceKeys, ServiceLevel, Window};
	use sp_core::H256;
	use sp_runtime::traits::{BlockNumberProvider, IdentifyAccount, Verify};

	/// The storage version of this pallet.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// A window that is not closed.
	pub type OpenWindowOf<T> =
		types::OpenWindow<<T as frame_system::Config>::AccountId, BlockNumberFor<T>, <T as Config>::MaxSeats>;
	/// The answer of a node to a sample.
	pub type AnswerOf<T> = types::Answer<<T as frame_system::Config>::AccountId, <T as Config>::Signature>;

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// The clock of windows. It must pause while nothing can be committed or revealed, as during multi-block migrations.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumberFor<Self>>;

		/// The balance type of the token.
		type Balance: Parameter;

		/// The seats, which observe. Account ids must be encoded in 32 bytes.
		type Seats: Seats<Self::AccountId, BlockNumberFor<Self>>;

		/// The operators of seats, and the bonds of nodes.
		type Bonding: Bonding<Self::AccountId>;

		/// The scores of seats.
		type ServiceLevel: ServiceLevel<Self::AccountId, Self::Balance>;

		/// The service keys of nodes, which are account ids. Replaced keys must be known for the length of a window, its phases, and the age that an answer may
		/// have.
		type ServiceKeys: ServiceKeys<Self::AccountId, Self::AccountId, BlockNumberFor<Self>>;

		/// The signatures of nodes.
		type Signature: Parameter + MaxEncodedLen + Verify<Signer: IdentifyAccount<AccountId = Self::AccountId>>;

		/// The nodes that are measured. Who is measured on a page in a window must not change once the window is over, until it is closed.
		type Roster: Roster<Self::AccountId>;

		/// The handler of closed windows.
		type OnWindowClosed: OnWindowClosed;

		/// The randomness of the block before, from which is drawn which answers observers have to show. Its author may know it long before, and nobody else.
		/// None if that block has none.
		type Randomness: Randomness<Option<Self::Hash>, BlockNumberFor<Self>>;

		/// The length of a window, in blocks. At least the commit and the reveal phase.
		#[pallet::constant]
		type WindowLength: Get<BlockNumberFor<Self>>;

		/// The time after a window within which observers commit, in blocks. At least 2.
		#[pallet::constant]
		type CommitPeriod: Get<BlockNumberFor<Self>>;

		/// The time after that within which they reveal, in blocks. At least 4: in the first quarter is drawn.
		#[pallet::constant]
		type RevealPeriod: Get<BlockNumberFor<Self>>;

		/// The maximum number of seats. At least that of [`Config::Seats`], and at most 256.
		#[pallet::constant]
		type MaxSeats: Get<u32>;

		/// The maximum weight of what follows when a seat whose score changes is found below a raised minimum bond.
		type BondLossWeight: Get<Weight>;

		/// The maximum weight of the hook per block. Must have room for a page, and for the end of a window, with all seats.
		#[pallet::constant]
		type HookWeight: Get<Weight>;

		/// The weights of calls and the hook.
		type WeightInfo: WeightInfo;

		/// Creates seats, nodes and signatures for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId, Self::Signature>;
	}

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The next window that begins. None before the first block with this pallet.
	#[pallet::storage]
	pub type NextWindow<T: Config> = StorageValue<_, Window, OptionQuery>;

	/// The window and the page that are closed next. All before them are closed.
	#[pallet::storage]
	pub type Closing<T: Config> = StorageValue<_, (Window, u32), ValueQuery>;

	/// The windows that have begun and are not closed. Hashed without a cryptographic hash because no account chooses a window.
	#[pallet::storage]
	pub type Windows<T: Config> = StorageMap<_, Twox64Concat, Window, OpenWindowOf<T>, OptionQuery>;

	/// What is drawn so far for a window, while its draw goes on.
	#[pallet::storage]
	pub type Mixed<T: Config> = StorageValue<_, (Window, H256), OptionQuery>;

	/// What observers have revealed of a page in a window, each by its place among the observers.
	#[pallet::storage]
	pub type Claims<T: Config> =
		StorageDoubleMap<_, Twox64Concat, (Window, u32), Twox64Concat, u8, Readings, OptionQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A window began.
		WindowBegan {
			/// The window.
			window: Window,
			/// The number of its observers.
			observers: u32,
			/// The number of pages of the roster.
			pages: u32,
		},
		/// An observer committed to its claims.
		Committed {
			/// The window.
			window: Window,
			/// The observer.
			observer: T::AccountId,
		},
		/// It was drawn which answers have to be shown: observers can reveal from now on.
		Drawn {
			/// The window.
			window: Window,
			/// The randomness.
			seed: H256,
		},
		/// An observer revealed its claim of a page.
		Revealed {
			/// The window.
			window: Window,
			/// The page.
			page: u32,
			/// The observer.
			observer: T::AccountId,
		},
		/// A page was closed.
		PageClosed {
			/// The window.
			window: Window,
			/// The page.
			page: u32,
			/// The number of nodes that were to be measured.
			nodes: u32,
			/// The number of these that were measured: all, or none if too few observers have revealed the page.
			measured: u32,
			/// The number of observers that have revealed the page.
			observers: u32,
		},
		/// An observer said nothing of pages, and was charged for it.
		Silent {
			/// The window.
			window: Window,
			/// The observer.
			observer: T::AccountId,
			/// The number of pages of which it has said nothing.
			pages: u32,
		},
		/// The last page of a window was closed.
		WindowClosed {
			/// The window.
			window: Window,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The window has not begun, or is closed. Look at the present windows with the view `open_windows`.
		NoSuchWindow,
		/// The account, or the one that it acts for, had no seat when the window began.
		NotObserver,
		/// The window is not over. Commit when it is.
		WindowRuns,
		/// The time in which observers commit, or reveal, is over. Say nothing: it would not count.
		TooLate,
		/// The observer has committed to its claims already. It can't replace them.
		AlreadyCommitted,
		/// It is not drawn yet which answers have to be shown. Wait for `Drawn`.
		NotDrawn,
		/// The observer has not committed to claims.
		NotCommitted,
		/// The roster had no such page when the window began.
		NoSuchPage,
		/// The observer has revealed this page already.
		AlreadyRevealed,
		/// No node on the page was to be measured. There is nothing to say.
		NothingToMeasure,
		/// The readings are not four bytes for each node that was to be measured on the page.
		WrongLength,
		/// A reading states no number of samples, or a level that does not exist.
		BadReading,
		/// The claim is not the one that the observer has committed to.
		AnotherClaim,
		/// A node is called up, and no answer is shown. Show one of the node that is drawn.
		NoAnswer,
		/// An answer is shown although no node is called up. Show none.
		NeedlessAnswer,
		/// The answer is not to a sample that is drawn. Show the first of the drawn order that was good.
		WrongSample,
		/// The answer is of another chain.
		AnotherChain,
		/// The answer is by another node than the one that is drawn.
		AnotherNode,
		/// The answer is to another request than the sample of this observer.
		AnotherRequest,
		/// The answer is not dated in the window, or with a block of another chain.
		WrongBlock,
		/// The key of the answer was not the service key of the node.
		WrongKey,
		/// The signature of the answer is invalid.
		BadSignature,
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
		/// Commits to what an observer says of a window: the root of its claims, one for each page.
		///
		/// - Origin: signed, by an observer of the window or its operator, in the commit phase. Operational, and without fee if it is accepted.
		/// - Errors: `NoSuchWindow`, `WindowRuns`, `TooLate`, `NotObserver`, `AlreadyCommitted`.
		/// - Event: `Committed`.
		/// - Cost: constant.
		#[pallet::call_index(0)]
		#[pallet::weight((T::WeightInfo::commit(), DispatchClass::Operational))]
		pub fn commit(origin: OriginFor<T>, window: Window, root: H256) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::do_commit(&who, window, root)?;
			Ok(Pays::No.into())
		}

		/// Reveals what an observer says of the nodes on a page: a reading for each node that is measured, in the order of their places.
		///
		/// If it calls a node up, it shows an answer of the one that is drawn among these, to a sample that is drawn.
		///
		/// - Origin: signed, by an observer of the window or its operator, in the reveal phase. Operational, and without fee if it is accepted.
		/// - Errors: `NoSuchWindow`, `NotDrawn`, `TooLate`, `NotObserver`, `NotCommitted`, `NoSuchPage`, `AlreadyRevealed`,
		///   `NothingToMeasure`, `WrongLength`, `BadReading`, `AnotherClaim`, `NoAnswer`, `NeedlessAnswer`, `WrongSample`, `AnotherChain`,
		///   `AnotherNode`, `AnotherRequest`, `WrongBlock`, `WrongKey`, `BadSignature`.
		/// - Event: `Revealed`.
		/// - Cost: that of a full page.
		#[pallet::call_index(1)]
		#[pallet::weight((T::WeightInfo::reveal(), DispatchClass::Operational))]
		pub fn reveal(
			origin: OriginFor<T>,
			window: Window,
			page: u32,
			salt: H256,
			readings: Readings,
			proof: ClaimProof,
			answer: Option<Box<AnswerOf<T>>>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::do_reveal(&who, window, page, salt, readings, &proof, answer.as_deref())?;
			Ok(Pays::No.into())
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Returns the windows that have begun and are not closed, the earliest first: usually the one that runs and the one before it. At
		/// most the newest eight.
		pub fn open_windows() -> Vec<(Window, OpenWindowOf<T>)> {
			Self::open()
		}

		/// Returns the window and the page that are closed next.
		pub fn closing() -> (Window, u32) {
			Closing::<T>::get()
		}

		/// Returns the places on a page of the nodes that are measured in a window, with the nodes.
		pub fn measured(window: Window, page: u32) -> Vec<(u8, T::AccountId)> {
			T::Roster::measured(window, page)
		}

		/// Returns what observers have revealed of a page in a window that is not closed.
		pub fn claims(window: Window, page: u32) -> Vec<(T::AccountId, Readings)> {
			Self::revealed(window, page)
		}
	}
}
