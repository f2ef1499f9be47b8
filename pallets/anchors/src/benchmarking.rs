//! Benchmarks. Each sets up the most expensive path of its call.

#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "a benchmark that is wrong shall say so")]

use super::*;
use alloc::{boxed::Box, vec, vec::Vec};
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{
	BoundedVec,
	traits::{
		EnsureOrigin, Get,
		fungible::{Inspect, InspectHold, Mutate},
	},
	weights::WeightMeter,
};
use frame_system::{RawOrigin, pallet_prelude::BlockNumberFor};
use smartlayer_commitment::{Commitment, MAX_DEPTH, Operation, OperationProof, Snapshot};
use smartlayer_primitives::{Action, Bonding, OnBondLost, Role, ServiceLevel};
use sp_application_crypto::RuntimeAppPublic;
use sp_core::{H256, crypto::KeyTypeId, sr25519};
use sp_runtime::{SaturatedConversion, traits::Zero};

/// Sets up state of other pallets.
pub trait BenchmarkHelper<AccountId> {
	/// Gives an account funds and a bond in a role, and session keys with this key if it is an anchor.
	fn prepare(role: Role, who: &AccountId, key: AnchorKey);
}

/// The key type under which keys of users are kept while a benchmark runs.
const USER_KEYS: KeyTypeId = KeyTypeId(*b"user");

/// Returns an account with funds.
fn funded<T: Config>(name: &'static str, index: u32) -> T::AccountId {
	let who = account(name, index, 0);
	let params = Parameters::<T>::get();
	let amount = T::Currency::minimum_balance() + params.candidacy_deposit + params.min_vote;
	T::Currency::set_balance(&who, amount * 1_000u32.into());
	who
}

/// Returns an anchor that is bonded and has keys.
fn anchor<T: Config>(name: &'static str, index: u32) -> (T::AccountId, AnchorKey) {
	let who = funded::<T>(name, index);
	let key = AnchorKey::generate_pair(None);
	T::BenchmarkHelper::prepare(Role::Anchor, &who, key.clone());
	(who, key)
}

/// Returns an organisation with the longest names.
fn organisation() -> Organisation {
	Organisation { name: BoundedVec::truncate_from(vec![b'x'; 64]), site: BoundedVec::truncate_from(vec![b'x'; 128]) }
}

fn candidate<T: Config>(name: &'static str, index: u32) -> T::AccountId {
	let (who, _) = anchor::<T>(name, index);
	Pallet::<T>::do_apply_candidacy(who.clone(), organisation()).unwrap();
	Pallet::<T>::do_admit(who.clone()).unwrap();
	who
}

/// Seats a number of candidates that are on duty, each with a score to lose. Returns them with their keys.
fn seats<T: Config>(count: u32) -> Vec<OnDuty<T::AccountId>> {
	let mut on_duty = Vec::new();
	let mut seats = Vec::new();
	for index in 0..count {
		let (who, key) = anchor::<T>("seat", index);
		Pallet::<T>::do_apply_candidacy(who.clone(), organisation()).unwrap();
		Pallet::<T>::do_admit(who.clone()).unwrap();
		T::Bonding::seated(Role::Anchor, &who);
		for _ in 0..3 {
			T::ServiceLevel::record(&who, Action::CorrectInvalid);
		}
		seats.push(Seat { who: who.clone(), standing: Standing::Sitting });
		on_duty.push(OnDuty { who, key });
	}
	Seats::<T>::put(BoundedVec::truncate_from(seats));
	ActiveSeats::<T>::put(BoundedVec::<_, T::MaxSeats>::truncate_from(on_duty.clone()));
	on_duty
}

/// Returns the maximum number of new candidates.
fn picks<T: Config>(name: &'static str) -> BoundedVec<T::AccountId, T::MaxPicks> {
	BoundedVec::truncate_from((0..T::MaxPicks::get()).map(|index| candidate::<T>(name, index)).collect())
}

/// Creates a ballot for the maximum number of candidates, with a thawed part and a thawing one.
fn voted<T: Config>() -> T::AccountId {
	let who = funded::<T>("voter", 0);
	let least = Parameters::<T>::get().min_vote;
	let picks = picks::<T>("old");
	for (term, times) in [(1, 4u32), (2, 3), (3, 2)] {
		CurrentTerm::<T>::put(term);
		Pallet::<T>::do_vote(&who, picks.clone(), least * times.into()).unwrap();
	}
	CurrentTerm::<T>::put(4);
	who
}

fn origin<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
	T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

/// Opens an interval with a number of seats on duty, in the turn of the last one.
fn interval<T: Config>(count: u32) -> (T::AccountId, Snapshot, CoSignaturesOf<T>) {
	let order = seats::<T>(count);
	let start = T::IntervalLength::get();
	let interval = 1;
	let duty = Duty { interval, start, order: BoundedVec::truncate_from(order.clone()), writer: None };
	CurrentDuty::<T>::put(&duty);
	let turn = Pallet::<T>::turn(&duty, order.len() - 1);
	frame_system::Pallet::<T>::set_block_number(turn);
	let parent = Snapshot::default();
	LastSnapshot::<T>::put((0, parent.hash()));
	let snapshot = Snapshot { interval, parent: parent.hash(), ..Default::default() };
	let writer = order.last().unwrap().who.clone();
	let payload = Pallet::<T>::payload(&snapshot, &writer);
	let signatures = order
		.iter()
		.map(|anchor| CoSignature {
			seat: anchor.who.clone(),
			key: anchor.key.clone(),
			signature: anchor.key.sign(&payload).unwrap(),
		})
		.collect();
	// The snapshot is the last of many: the maximum number of mountains become one.
	PastSnapshots::<T>::mutate(|history| {
		history.count = u64::from(u32::MAX);
		history.peaks = BoundedVec::truncate_from(vec![H256::zero(); 32]);
	});
	(writer, snapshot, BoundedVec::truncate_from(signatures))
}

#[benchmarks(
	where
		T::UserSignature: From<sr25519::Signature>,
		T::AccountId: From<sr25519::Public>,
)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn apply_candidacy() {
		let (who, _) = anchor::<T>("candidate", 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), organisation());
		assert!(Applications::<T>::contains_key(who));
	}

	#[benchmark]
	fn admit() -> Result<(), BenchmarkError> {
		let origin = origin::<T>()?;
		let (who, _) = anchor::<T>("candidate", 0);
		Pallet::<T>::do_apply_candidacy(who.clone(), organisation()).unwrap();
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, who.clone());
		assert!(Candidates::<T>::contains_key(who));
		Ok(())
	}

	#[benchmark]
	fn withdraw_candidacy() {
		seats::<T>(T::MaxSeats::get());
		let who = candidate::<T>("candidate", 0);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(!Candidates::<T>::contains_key(who));
	}

	#[benchmark]
	fn vote() {
		let who = voted::<T>();
		let picks = picks::<T>("new");
		let stake = Parameters::<T>::get().min_vote * 10u32.into();
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), picks, stake);
		assert_eq!(Ballots::<T>::get(who).unwrap().stake, stake);
	}

	#[benchmark]
	fn retract_vote() {
		let who = voted::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(Ballots::<T>::get(who).unwrap().stake.is_zero());
	}

	#[benchmark]
	fn withdraw_stake() {
		let who = voted::<T>();
		let held = T::Currency::balance_on_hold(&HoldReason::Vote.into(), &who);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(T::Currency::balance_on_hold(&HoldReason::Vote.into(), &who) < held);
	}

	#[benchmark]
	fn resign() {
		let seats = seats::<T>(T::MaxSeats::get());
		let who = seats.last().unwrap().who.clone();
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert_eq!(Pallet::<T>::standing(&who), Some(Standing::Leaving));
	}

	#[benchmark]
	fn call_election() -> Result<(), BenchmarkError> {
		let origin = origin::<T>()?;
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin);
		assert!(ElectionCalled::<T>::get());
		Ok(())
	}

	#[benchmark]
	fn submit_snapshot(s: Linear<1, { T::MaxSeats::get() }>) {
		let (who, snapshot, signatures) = interval::<T>(s);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), snapshot, signatures);
		assert_eq!(CurrentDuty::<T>::get().unwrap().writer, Some(who));
	}

	#[benchmark]
	fn submit_issue_proof() {
		let node = funded::<T>("node", 0);
		T::BenchmarkHelper::prepare(Role::ServiceNode, &node, AnchorKey::generate_pair(None));
		let user = sp_io::crypto::sr25519_generate(USER_KEYS, None);
		let operation = Operation {
			class: H256::zero(),
			instance: H256::zero(),
			sequence: 0,
			user: user.0,
			node: node.encode().try_into().unwrap(),
			payload: H256::zero(),
		};
		// The first operation of the largest possible tree has the longest path. Any siblings make a valid root.
		let siblings = vec![H256::repeat_byte(1); MAX_DEPTH as usize];
		let root = siblings.iter().fold(operation.leaf(), |hash, sibling| {
			sp_io::hashing::keccak_256(&[hash.as_bytes(), sibling.as_bytes()].concat()).into()
		});
		let operations = Commitment { root, count: u32::MAX };
		Snapshots::<T>::insert(1, Snapshot { interval: 1, operations, ..Default::default() });
		LastIssueProof::<T>::insert(&node, 0);
		let payload = Pallet::<T>::issue_proof_payload(&operation);
		// As wrapped by a wallet: a raw signature is tried first.
		let wrapped = [b"<Bytes>".as_slice(), &payload, b"</Bytes>"].concat();
		let signature = sp_io::crypto::sr25519_sign(USER_KEYS, &user, &wrapped).unwrap();
		let proof = OperationProof { index: 0, siblings: BoundedVec::truncate_from(siblings) };
		#[extrinsic_call]
		_(RawOrigin::Signed(node.clone()), 1, Box::new(operation), proof, signature.into());
		assert_eq!(LastIssueProof::<T>::get(node), Some(1));
	}

	#[benchmark]
	fn set_params() -> Result<(), BenchmarkError> {
		let origin = origin::<T>()?;
		let params = Parameters::<T>::get();
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, params);
		assert_eq!(Parameters::<T>::get(), params);
		Ok(())
	}

	/// Without the work of the session pallet.
	#[benchmark]
	fn remove_keys() -> Result<(), BenchmarkError> {
		let (who, _) = anchor::<T>("former", 0);
		seats::<T>(T::MaxSeats::get());
		#[block]
		{
			Pallet::<T>::ensure_may_remove_keys(&who).map_err(|_| BenchmarkError::Weightless)?;
		}
		Ok(())
	}

	#[benchmark]
	fn lose_candidacy() {
		let seats = seats::<T>(T::MaxSeats::get());
		let who = seats.last().unwrap().who.clone();
		#[block]
		{
			Pallet::<T>::on_bond_lost(Role::Anchor, &who);
		}
		assert_eq!(Pallet::<T>::standing(&who), Some(Standing::Leaving));
	}

	#[benchmark]
	fn within_interval() {
		interval::<T>(T::MaxSeats::get());
		frame_system::Pallet::<T>::set_block_number(T::IntervalLength::get());
		let duty = CurrentDuty::<T>::get();
		#[block]
		{
			Pallet::<T>::do_on_poll(&mut WeightMeter::new());
		}
		assert_eq!(CurrentDuty::<T>::get(), duty);
	}

	#[benchmark]
	fn open_interval(s: Linear<1, { T::MaxSeats::get() }>) {
		interval::<T>(s);
		let history = T::SnapshotHistory::get();
		let old: BlockNumberFor<T> = (history + 2).into();
		Snapshots::<T>::insert(1, Snapshot::default());
		let now = T::IntervalLength::get() * old;
		frame_system::Pallet::<T>::set_block_number(now);
		#[block]
		{
			Pallet::<T>::do_on_poll(&mut WeightMeter::new());
		}
		assert_eq!(
			CurrentDuty::<T>::get().unwrap().interval,
			now.saturated_into::<u32>() / T::IntervalLength::get().saturated_into::<u32>()
		);
		assert!(!Snapshots::<T>::contains_key(1));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::chain(), crate::mock::Test);
}
