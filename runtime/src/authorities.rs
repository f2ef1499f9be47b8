//! The authorities of the running session: the owners of their keys, and the disabled ones.
//!
//! `pallet-session` proves key ownership over the keys that accounts have set for future sessions, so an offender that
//! replaces its keys could not be reported. It also forgets disabled authorities whenever a set with other members or keys
//! begins, so an offender could end its punishment itself. Therefore this module records the running keys, and the offenders of
//! the term.

use crate::{
	AccountId, AuthorityDiscovery, Babe, Grandpa, Historical, Runtime, Session, SessionKeys, configs::MaxAuthorities,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	BoundedVec, defensive,
	storage::with_transaction,
	traits::{Get, KeyOwnerProofSystem, OnRuntimeUpgrade},
	weights::Weight,
};
use pallet_anchors::ActiveSeats;
use pallet_session::{DisabledValidators, NextKeys, QueuedKeys, historical};
use pallet_tempo::adaptors::TermEpochs;
use scale_info::TypeInfo;
use sp_core::crypto::KeyTypeId;
use sp_runtime::{DispatchError, Perbill, TransactionOutcome, traits::OpaqueKeys};
use sp_session::MembershipProof;
use sp_staking::{SessionIndex, offence::OffenceSeverity};

pub use pallet_authorities::{Offenders, RunningKeys};

/// The pallet that stores the records. It has no calls.
#[frame_support::pallet]
pub mod pallet_authorities {
	use super::Offender;
	use frame_support::pallet_prelude::*;

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The keys of an authority.
		type Keys: Parameter + MaxEncodedLen;

		/// The maximum number of authorities per session.
		#[pallet::constant]
		type MaxAuthorities: Get<u32>;
	}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// The authorities of the running session with their keys, in the order of their indices.
	#[pallet::storage]
	pub type RunningKeys<T: Config> =
		StorageValue<_, BoundedVec<(T::AccountId, T::Keys), T::MaxAuthorities>, ValueQuery>;

	/// The accounts reported for a consensus offence in the current or the previous term. Those that are authorities are
	/// disabled, as many as the session allows.
	#[pallet::storage]
	pub type Offenders<T: Config> = StorageValue<_, BoundedVec<Offender<T::AccountId>, T::MaxAuthorities>, ValueQuery>;
}

/// An account reported for a consensus offence.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Offender<AccountId> {
	/// The account.
	pub who: AccountId,
	/// The slash fraction of the offence. If not all offenders can be disabled, those with the highest fraction are.
	pub severity: Perbill,
	/// The term of the report.
	pub term: u32,
}

impl pallet_authorities::Config for Runtime {
	type Keys = SessionKeys;
	type MaxAuthorities = MaxAuthorities;
}

/// Records the keys of a starting session, and disables its offenders.
///
/// To be called after the session's authorities are set and before the next ones are planned: the queued keys are then those
/// of the starting session.
pub fn begin_session(session: SessionIndex) {
	RunningKeys::<Runtime>::put(BoundedVec::truncate_from(QueuedKeys::<Runtime>::get()));

	let term = term_of(session);
	let mut offenders = Offenders::<Runtime>::get();
	offenders.retain(|offender| offender.term.saturating_add(1) >= term);
	// As many as the session can disable, the gravest offenders first. With more, the session would replace one by another.
	let validators = Session::validators();
	let most = validators.len().saturating_sub(1).checked_div(3).unwrap_or_default();
	let disabled: Vec<_> = offenders.iter().filter(|offender| validators.contains(&offender.who)).take(most).collect();
	// The session pallet forgets disabled authorities with some sets, but not with others.
	for index in Session::disabled_validators() {
		let who = validators.get(index as usize);
		if !disabled.iter().any(|offender| Some(&offender.who) == who) {
			Session::reenable_index(index);
		}
	}
	for offender in disabled {
		Session::report_offence(offender.who.clone(), OffenceSeverity(offender.severity));
	}
	Offenders::<Runtime>::put(offenders);
}

/// Disables an offender until the end of the next term.
pub fn punish(who: &AccountId, severity: Perbill) {
	note(who, severity);
	Session::report_offence(who.clone(), OffenceSeverity(severity));
}

fn note(who: &AccountId, severity: Perbill) {
	let term = term_of(Session::current_index());
	Offenders::<Runtime>::mutate(|offenders| {
		let mut list: Vec<_> = core::mem::take(offenders).into_inner();
		match list.iter_mut().find(|offender| &offender.who == who) {
			Some(known) => {
				known.severity = known.severity.max(severity);
				known.term = term;
			},
			None => list.push(Offender { who: who.clone(), severity, term }),
		}
		// The gravest first: these are disabled again first, and kept if there is no room for all.
		list.sort_by_key(|offender| core::cmp::Reverse(offender.severity));
		*offenders = BoundedVec::truncate_from(list);
	});
}

/// Records the keys of the running session on a chain that has not recorded them yet.
///
/// They are read from the consensus pallets, which keep the order of the session's authorities.
pub struct RecordRunningKeys;

impl OnRuntimeUpgrade for RecordRunningKeys {
	fn on_runtime_upgrade() -> Weight {
		let weight = <Runtime as frame_system::Config>::DbWeight::get();
		if RunningKeys::<Runtime>::exists() {
			return weight.reads(1);
		}
		let validators = Session::validators();
		for (index, severity) in DisabledValidators::<Runtime>::get() {
			if let Some(who) = validators.get(index as usize) {
				note(who, severity.0);
			}
		}
		match held_by_consensus() {
			Some(keys) => RunningKeys::<Runtime>::put(BoundedVec::truncate_from(keys)),
			// No offence can be reported until the next session starts and records its keys.
			None => {
				defensive!("the authorities of the consensus pallets are not those of the session");
			},
		}
		weight.reads_writes(9, 2)
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(_: Vec<u8>) -> Result<(), sp_runtime::TryRuntimeError> {
		let recorded: Vec<_> = RunningKeys::<Runtime>::get().into_iter().map(|(who, _)| who).collect();
		frame_support::ensure!(recorded == Session::validators(), "the keys of the running session are not recorded");
		Ok(())
	}
}

fn held_by_consensus() -> Option<Vec<(AccountId, SessionKeys)>> {
	let (babe, grandpa) = (Babe::authorities(), Grandpa::grandpa_authorities());
	let (discovery, seats) = (AuthorityDiscovery::current_authorities(), ActiveSeats::<Runtime>::get());
	// The set of GRANDPA can lag behind that of the session.
	if Grandpa::pending_change().is_some() {
		return None;
	}
	let keys_of = |(index, who): (usize, AccountId)| {
		let seat = seats.get(index).filter(|seat| seat.who == who)?;
		let keys = SessionKeys {
			grandpa: grandpa.get(index)?.0.clone(),
			babe: babe.get(index)?.0.clone(),
			authority_discovery: discovery.get(index)?.clone(),
			anch: seat.key.clone(),
		};
		Some((who, keys))
	};
	Session::validators().into_iter().enumerate().map(keys_of).collect()
}

fn term_of(session: SessionIndex) -> u32 {
	let sessions: SessionIndex = TermEpochs::<Runtime>::get();
	session.checked_div(sessions).unwrap_or_default()
}

/// Proves the ownership of keys in the running session and in earlier ones.
pub struct KeyOwners;

impl<D: AsRef<[u8]>> KeyOwnerProofSystem<(KeyTypeId, D)> for KeyOwners {
	type IdentificationTuple = historical::IdentificationTuple<Runtime>;
	type Proof = MembershipProof;

	/// Proves the owner of a key of the running session. `None` if no authority has this key.
	fn prove((id, data): (KeyTypeId, D)) -> Option<MembershipProof> {
		owner(id, data.as_ref())?;
		over_running_keys(|| Historical::prove((id, data)))
	}

	fn check_proof((id, data): (KeyTypeId, D), proof: MembershipProof) -> Option<Self::IdentificationTuple> {
		if proof.session == Session::current_index() {
			over_running_keys(|| Historical::check_proof((id, data), proof))
		} else {
			// The root that was recorded when the session was planned.
			Historical::check_proof((id, data), proof)
		}
	}
}

/// Queries the session's proof system with the running keys.
///
/// It proves ownership over the keys set for future sessions. For the duration of the query these are replaced by the running
/// ones, which yield the root that was recorded when they were planned.
fn over_running_keys<R>(ask: impl FnOnce() -> Option<R>) -> Option<R> {
	let answer = with_transaction(|| {
		for (who, keys) in RunningKeys::<Runtime>::get() {
			NextKeys::<Runtime>::insert(who, keys);
		}
		TransactionOutcome::Rollback(Ok::<_, DispatchError>(ask()))
	});
	answer.ok().flatten()
}

/// Returns the authority that has a key in the running session.
fn owner(id: KeyTypeId, data: &[u8]) -> Option<AccountId> {
	RunningKeys::<Runtime>::get().into_iter().find(|(_, keys)| keys.get_raw(id) == data).map(|(who, _)| who)
}
