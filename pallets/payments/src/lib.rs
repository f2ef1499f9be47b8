//! # Payments
//!
//! Payment sessions between payers and service nodes, and the cash-out of incremental promises.
//!
//! ## Goals
//!
//! 1. A call is paid with one signature off the chain, and any number of calls with one transaction.
//! 2. The node's last promise is never lost, whatever the payer does, and a payer never pays more than it has promised.
//! 3. A share of every payment is burned and another feeds the reward pools. What returns to a payer is never burned.
//! 4. Funds are conserved: the deposits cover the sessions, and all that leaves them is credited, returned or burned.
//! 5. No cost grows with the number of sessions, and no session affects the funds of another one.
//!
//! ## How the goals are met
//!
//! A payer opens a session with a node: it pays in a deposit, and names the key that signs promises. A promise states the
//! total amount of the session, so that the last one includes all others (Goal 1). It is bound to the chain and to the
//! session, whose id is never used again.
//!
//! A session is open until its expiry. After that, or after the payer has closed it, it thaws: the node can still cash out
//! until the thaw has ended. Only then, or when the node closes, does the rest return to the payer. Deposits are on the
//! account of this pallet, so that nothing that a payer does with its other tokens prevents payment, and tokens that are paid
//! away cannot vote. A promise above the deposit is paid as far as the deposit reaches, and the rest can be paid after a
//! top-up. If the payer replaces the signing key, promises of the old key remain valid for the length of a thaw, and for good
//! up to the amount that was presented by then (Goal 2).
//!
//! A payment is split between the payer ([`ServiceCredit`](smartlayer_primitives::ServiceCredit)), burning, the two reward
//! pools and the node. Shares round down, and the node receives the remainder (Goals 3 and 4). Everything that a cash-out
//! needs is in one record per session; a batch treats its items independently, and credits each node once (Goal 5).
//!
//! The volume that a node was paid in a reward period is recorded as one
//! [`ExecutedIssue`](smartlayer_primitives::Action::ExecutedIssue) in its score, by the hook, after the period has ended.
//!
//! All amounts are in the smallest unit of the token. Blocks are those of [`Config::BlockNumberProvider`].
//!
//! ## Modules
//!
//! - `sessions`: opening, topping up, extending, closing and settling sessions, and replacing their signers.
//! - `cash_out`: the check of promises, and payment, one by one and in batches.
//! - `volumes`: the volumes of nodes, and the hook that records them.
//! - `params`: the parameters that governance sets.
//! - `impls`: the traits that this pallet implements for other pallets.
//! - [`math`] and [`types`]: arithmetic with its rounding, and the stored records.
//! - `runtime_api`: the typed runtime API.
//! - `integrity` and `try_state`: the constraints on the configuration, and the invariants.
//! - [`migrations`]: the storage migrations.
//!
//! ## Example
#![doc = docify::embed!("src/tests/example.rs", a_payer_pays_a_node_per_call)]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	test,
	allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "overflows in tests must panic")
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod cash_out;
mod impls;
mod integrity;
pub mod math;
pub mod migrations;
#[cfg(test)]
mod mock;
mod params;
mod runtime_api;
mod sessions;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
mod volumes;
mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use runtime_api::*;
pub use types::{Params, Payment, Session};
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
			fungible::{Balanced, Credit, Mutate},
			tokens::Balance,
		},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use smartlayer_primitives::{Bonding, Rewards, ServiceCredit, ServiceLevel};
	use smartlayer_promise::{SessionId, SignedPromise, Signer};
	use sp_core::H256;
	use sp_runtime::traits::BlockNumberProvider;

	/// The storage version of this pallet.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// An amount in transit: taken from one account and not yet credited to another.
	pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;
	/// A payment session.
	pub type SessionOf<T> = types::Session<
		<T as frame_system::Config>::AccountId,
		<T as Config>::Balance,
		BlockNumberFor<T>,
		<T as Config>::Consideration,
	>;
	/// The parameters that governance may change.
	pub type ParamsOf<T> = types::Params<<T as Config>::Balance>;

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// The clock of expiries, thaws and reward periods. It must pause while cash-outs are impossible, as during multi-block
		/// migrations.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumberFor<Self>>;

		/// The balance type of the token.
		type Balance: Balance + Into<u128> + From<u128>;

		/// The token of payments.
		type Currency: Mutate<Self::AccountId, Balance = Self::Balance> + Balanced<Self::AccountId>;

		/// The id from which the account that keeps the deposits is derived.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// The deposit for the storage that a session occupies, held from the payer until the session is settled. At least the
		/// existential deposit, so that the payer's account exists for as long as its sessions.
		type Consideration: Consideration<Self::AccountId, Footprint>;

		/// The bonds of service nodes.
		type Bonding: Bonding<Self::AccountId>;

		/// The scores, which record paid service.
		type ServiceLevel: ServiceLevel<Self::AccountId, Self::Balance>;

		/// The reward pools, which receive a share of every payment.
		type Rewards: Rewards<CreditOf<Self>>;

		/// The share of payments that returns to payers because the measured service fell short.
		type ServiceCredit: ServiceCredit<Self::AccountId, BlockNumberFor<Self>>;

		/// The time after the end of a session in which the node can still cash out, in blocks. At least 2.
		#[pallet::constant]
		type Thaw: Get<BlockNumberFor<Self>>;

		/// The maximum time between an expiry and the block in which it is set, in blocks. At least 2.
		#[pallet::constant]
		type LongestSession: Get<BlockNumberFor<Self>>;

		/// The period for which the volume of a node is recorded, in blocks. At least 1.
		#[pallet::constant]
		type RewardPeriod: Get<BlockNumberFor<Self>>;

		/// The maximum number of promises in a batch. At least 1.
		#[pallet::constant]
		type MaxBatch: Get<u32>;

		/// The maximum weight of the hook per block. Must have room for recording one volume.
		#[pallet::constant]
		type HookWeight: Get<Weight>;

		/// The origin that sets the parameters.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The weights of calls and the hook.
		type WeightInfo: WeightInfo;

		/// Creates accounts for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self::AccountId>;
	}

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The reasons for which this pallet holds funds.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The deposit for the storage that a session occupies.
		#[codec(index = 0)]
		Storage,
	}

	/// All sessions that are not settled. Hashed without a cryptographic hash because no account chooses an id.
	#[pallet::storage]
	pub type Sessions<T: Config> = StorageMap<_, Twox64Concat, SessionId, SessionOf<T>, OptionQuery>;

	/// The ids of the sessions of each account, as payer and as node.
	#[pallet::storage]
	pub type SessionsOf<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, SessionId, (), OptionQuery>;

	/// The id of the next session.
	#[pallet::storage]
	pub type NextSessionId<T: Config> = StorageValue<_, SessionId, ValueQuery>;

	/// The amount that each node was paid in a reward period, until the hook has recorded it.
	#[pallet::storage]
	pub type Volumes<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BlockNumberFor<T>, Blake2_128Concat, T::AccountId, T::Balance, ValueQuery>;

	/// The reward period whose volumes the hook records next. Those of all earlier periods are recorded.
	#[pallet::storage]
	pub type VolumeCursor<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

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
				panic!("the payment parameters of this genesis are invalid: {error:?}");
			}
			Parameters::<T>::put(self.params);
			if let Err(error) = Pallet::<T>::endow_pot() {
				panic!("the account of payments can't be endowed: {error:?}");
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A session was opened.
		SessionOpened {
			/// The session id.
			session: SessionId,
			/// The account that pays.
			payer: T::AccountId,
			/// The service node that is paid.
			node: T::AccountId,
			/// The key that signs promises.
			signer: Signer,
			/// The amount that was deposited.
			amount: T::Balance,
			/// The block from which on the session is no longer open.
			expiry: BlockNumberFor<T>,
		},
		/// The payer added to the deposit of a session.
		ToppedUp {
			/// The session id.
			session: SessionId,
			/// The amount that was added.
			amount: T::Balance,
			/// The deposit that is left.
			held: T::Balance,
		},
		/// The payer extended a session.
		Extended {
			/// The session id.
			session: SessionId,
			/// The block from which on the session is no longer open.
			expiry: BlockNumberFor<T>,
		},
		/// The payer replaced the key that signs the promises of a session.
		SignerReplaced {
			/// The session id.
			session: SessionId,
			/// The key that signs from now on.
			signer: Signer,
			/// The block from which on new promises of the old key are refused.
			until: BlockNumberFor<T>,
		},
		/// A promise was presented that exceeds the deposit. The rest can be paid after a top-up.
		Claimed {
			/// The session id.
			session: SessionId,
			/// The total amount of the promise.
			amount: T::Balance,
		},
		/// A payment was made.
		CashedOut {
			/// The session id.
			session: SessionId,
			/// The account that has paid.
			payer: T::AccountId,
			/// The service node that was paid.
			node: T::AccountId,
			/// The total that the session has paid so far, including this payment.
			spent: T::Balance,
			/// The parts of this payment.
			payment: types::Payment<T::Balance>,
		},
		/// An item of a batch was skipped.
		Skipped {
			/// The session id.
			session: SessionId,
			/// The error with which a single cash-out would have failed.
			error: DispatchError,
		},
		/// The payer closed a session. The node can cash out until the thaw has ended.
		Closing {
			/// The session id.
			session: SessionId,
			/// The block from which on the session can be settled.
			until: BlockNumberFor<T>,
		},
		/// The node closed a session. The rest of the deposit was returned to the payer. `settle` releases its storage deposit
		/// after the thaw.
		ClosedByNode {
			/// The session id.
			session: SessionId,
			/// The amount that was returned to the payer.
			returned: T::Balance,
		},
		/// A session was settled and removed. The rest of the deposit was returned to the payer.
		Settled {
			/// The session id.
			session: SessionId,
			/// The amount that was returned to the payer.
			returned: T::Balance,
		},
		/// The parameters were set.
		ParametersSet {
			/// The parameters in force from now on.
			params: ParamsOf<T>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account is not an active service node. Choose another one.
		NodeNotActive,
		/// The amount is zero. Deposit at least one unit.
		ZeroAmount,
		/// The expiry is less than two blocks ahead, or not after the present expiry of the session. Choose a later block of the
		/// clock.
		ExpiryTooEarly,
		/// The expiry is more than `LongestSession` blocks ahead. Choose an earlier one, and extend the session later.
		ExpiryTooLate,
		/// No session with this id exists: it was settled, or never opened. Check the id.
		NoSuchSession,
		/// The caller is not the payer of the session. Call from the account that opened it.
		NotPayer,
		/// The caller is neither the payer nor the node of the session. Call from one of them.
		NotParty,
		/// The session is no longer open: it has expired or was closed. Open another one.
		NotOpen,
		/// The thaw of the session has ended: promises are no longer paid. The session can be settled.
		ThawEnded,
		/// The thaw of the session has not ended yet. Retry from the block `expiry` + `Thaw` on.
		ThawNotEnded,
		/// The signer was replaced within the last thaw. Retry from the block `until` of `SignerReplaced` on.
		SignerReplacedRecently,
		/// The payer closes a session without a promise. Only the node presents promises.
		OnlyNodePresents,
		/// The promise is for another chain. Let the payer sign one with the genesis hash of this chain.
		AnotherChain,
		/// The promise is for another session. Present it there, or let the payer sign one with the id of this session.
		AnotherSession,
		/// The promise is by another key than that of the session, or by a replaced key whose time has ended. Let the payer sign
		/// one with the present key.
		AnotherSigner,
		/// The scheme of the signature does not fit the kind of the signer's key. State the scheme of the wallet that signed.
		WrongScheme,
		/// The signature does not have the length of its scheme: 64 bytes for sr25519 and ed25519, 65 for the others.
		WrongLength,
		/// The signature is not by the signer, or for another promise. Compare the signed bytes with those of the specification.
		BadSignature,
		/// The session has already paid the amount of the promise. Present a later one.
		AlreadyPaid,
		/// The deposit of the session is used up. The promise can be paid after a top-up.
		DepositUsedUp,
		/// The node's account cannot receive the amount: it does not exist, and the amount is below the existential deposit. Fund
		/// the account, or present a higher promise.
		NodeCannotReceive,
		/// The shares of burning and the pools exceed the maximum of 50 %. Lower one of them.
		SharesTooHigh,
		/// The minimum volume is below the existential deposit. Raise it.
		MinVolumeTooLow,
		/// The key is the present signer already.
		SameSigner,
		/// Session ids are exhausted.
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
		/// Opens a session with a service node, and deposits an amount from which its promises are paid. A deposit for the
		/// storage that the session occupies is held as well, and released when the session is settled.
		///
		/// `expiry` is a block of the chain's clock (`tempo.now`). There can be several sessions between the same accounts.
		///
		/// - Origin: signed, by the account that pays.
		/// - Errors: `NodeNotActive`, `ZeroAmount`, `ExpiryTooEarly`, `ExpiryTooLate`, `Overflow`, and errors of the token if the
		///   balance is insufficient.
		/// - Event: `SessionOpened`.
		/// - Cost: constant.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::open_session())]
		pub fn open_session(
			origin: OriginFor<T>,
			node: T::AccountId,
			amount: T::Balance,
			signer: Signer,
			expiry: BlockNumberFor<T>,
		) -> DispatchResult {
			let payer = ensure_signed(origin)?;
			Self::do_open_session(payer, node, amount, signer, expiry)
		}

		/// Adds to the deposit of a session, until its thaw has ended.
		///
		/// - Origin: signed, by the payer.
		/// - Errors: `NoSuchSession`, `NotPayer`, `ThawEnded`, `ZeroAmount`, and errors of the token if the balance is
		///   insufficient.
		/// - Event: `ToppedUp`.
		/// - Cost: constant.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::top_up())]
		pub fn top_up(origin: OriginFor<T>, session: SessionId, amount: T::Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_top_up(&who, session, amount)
		}

		/// Sets a later expiry of an open session.
		///
		/// - Origin: signed, by the payer.
		/// - Errors: `NoSuchSession`, `NotPayer`, `NotOpen`, `ExpiryTooEarly`, `ExpiryTooLate`.
		/// - Event: `Extended`.
		/// - Cost: constant.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::extend())]
		pub fn extend(origin: OriginFor<T>, session: SessionId, expiry: BlockNumberFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_extend(&who, session, expiry)
		}

		/// Replaces the key that signs the promises of a session. Promises of the old key are accepted for the length of a thaw,
		/// and remain valid up to the amount that was presented by then. A key that becomes the signer again makes all of its
		/// promises valid again.
		///
		/// - Origin: signed, by the payer.
		/// - Errors: `NoSuchSession`, `NotPayer`, `ThawEnded`, `SignerReplacedRecently`, `SameSigner`.
		/// - Event: `SignerReplaced`.
		/// - Cost: constant.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::replace_signer())]
		pub fn replace_signer(origin: OriginFor<T>, session: SessionId, signer: Signer) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_replace_signer(&who, session, signer)
		}

		/// Pays a promise from the deposit of its session to the node. If the deposit is too small, it is used up, and the rest
		/// can be paid with the same promise after a top-up.
		///
		/// - Origin: signed, by anyone.
		/// - Errors: `NoSuchSession`, `ThawEnded`, `AnotherChain`, `AnotherSession`, `AlreadyPaid`, `AnotherSigner`, `WrongScheme`,
		///   `WrongLength`, `BadSignature`, `DepositUsedUp`, `NodeCannotReceive`.
		/// - Event: `CashedOut` if an amount was paid, `Claimed` if the promise exceeds the deposit.
		/// - Cost: constant, plus the verification of the signature.
		#[pallet::call_index(4)]
		#[pallet::weight(Pallet::<T>::cash_out_weight(promise.signature.scheme))]
		pub fn cash_out(origin: OriginFor<T>, session: SessionId, promise: SignedPromise) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_cash_out(session, &promise)
		}

		/// Pays a batch of promises. Each is treated as by `cash_out`; one that fails is skipped with an event, and its weight is
		/// refunded. Burning, pools and each node are credited once for the whole batch.
		///
		/// - Origin: signed, by anyone.
		/// - Event: `CashedOut` and `Claimed` as for `cash_out`, `Skipped` for each promise that failed.
		/// - Cost: grows with the number of promises.
		#[pallet::call_index(5)]
		#[pallet::weight(Pallet::<T>::batch_weight(promises))]
		pub fn cash_out_many(
			origin: OriginFor<T>,
			promises: BoundedVec<(SessionId, SignedPromise), T::MaxBatch>,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Ok(Some(Self::do_cash_out_many(&promises)?).into())
		}

		/// Closes a session. By the payer: the session thaws, and the node can cash out until the thaw has ended. By the node, with
		/// its last promise: what is not paid of it is paid, and the rest of the deposit returns to the payer immediately.
		///
		/// - Origin: signed, by the payer or the node. The operator of a node cannot close, but it can cash out.
		/// - Errors: `NoSuchSession`, `NotParty`; for the payer `NotOpen` and `OnlyNodePresents`; for the node `ThawEnded`, and those
		///   of `cash_out` except `AlreadyPaid` and `DepositUsedUp`, with which it closes without a payment.
		/// - Event: `Closing` for the payer, `ClosedByNode` and those of `cash_out` for the node.
		/// - Cost: constant, plus the verification of the signature.
		#[pallet::call_index(6)]
		#[pallet::weight(Pallet::<T>::close_weight(promise.as_ref()))]
		pub fn close(
			origin: OriginFor<T>,
			session: SessionId,
			promise: Option<SignedPromise>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Ok(Self::do_close(&who, session, promise.as_ref())?.into())
		}

		/// Removes a session whose thaw has ended. The rest of its deposit and its storage deposit return to the payer. Promises
		/// that were not paid lapse.
		///
		/// - Origin: signed, by anyone.
		/// - Errors: `NoSuchSession`, `ThawNotEnded`.
		/// - Event: `Settled`.
		/// - Cost: constant.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::settle())]
		pub fn settle(origin: OriginFor<T>, session: SessionId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_settle(session)
		}

		/// Sets the parameters. They apply to all payments from now on.
		///
		/// - Origin: `AdminOrigin`.
		/// - Errors: `SharesTooHigh`, `MinVolumeTooLow`.
		/// - Event: `ParametersSet`.
		/// - Cost: constant.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::set_params())]
		pub fn set_params(origin: OriginFor<T>, params: ParamsOf<T>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_params(params)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Returns a session.
		pub fn session(session: SessionId) -> Option<SessionOf<T>> {
			Sessions::<T>::get(session)
		}

		/// Returns the ids of sessions of an account, as payer and as node: at most 256, those after `after` in the order of
		/// storage. Query the next page with the last id of this one.
		pub fn sessions_of(who: T::AccountId, after: Option<SessionId>) -> Vec<SessionId> {
			Self::page_of(&who, after)
		}

		/// Returns the parts of the payment that a cash-out of this promise would make now, or the error with which it would
		/// fail.
		pub fn claimable(
			session: SessionId,
			promise: SignedPromise,
		) -> Result<types::Payment<T::Balance>, DispatchError> {
			Self::payment_of(session, &promise)
		}
	}
}
