//! Benchmarks. Each sets up the most expensive path of its call.

#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "a benchmark that fails must panic")]

use super::*;
use alloc::{boxed::Box, vec, vec::Vec};
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{
	BoundedVec,
	traits::{EnsureOrigin, Get, fungible::MutateHold},
	weights::WeightMeter,
};
use frame_system::{RawOrigin, pallet_prelude::BlockNumberFor};
use smartlayer_primitives::{OnSlashResolved, SessionId, SlashOutcome};
use smartlayer_statement::{Record, Statement, hash};
use sp_core::H256;
use sp_runtime::{
	SaturatedConversion,
	traits::{BlockNumberProvider, One},
};

/// Sets up state of other pallets.
pub trait BenchmarkHelper<AccountId, Signature> {
	/// Gives an account funds.
	fn fund(who: &AccountId);

	/// Creates a number of seats, whose scores weigh in a reward pool.
	fn prepare_seats(count: u32) -> Vec<AccountId>;

	/// Gives an account funds and a bond as a service node, and sets its service key.
	fn prepare_node(who: &AccountId, key: AccountId);

	/// Opens a payment session of an account with funds.
	fn open_session(payer: &AccountId, node: &AccountId) -> SessionId;

	/// Creates an interval that has just ended without a snapshot.
	fn prepare_void_interval() -> u32;

	/// Creates a key, and returns its account.
	fn create_key() -> AccountId;

	/// Signs bytes with a key that was created.
	fn sign(key: &AccountId, bytes: &[u8]) -> Signature;
}

/// The block of the clock in which the benchmarks begin: later than a report window.
fn start<T: Config>() -> BlockNumberFor<T> {
	let now = T::ReportWindow::get() + T::ReportWindow::get();
	T::BlockNumberProvider::set_block_number(now);
	QueueCursor::<T>::put(now);
	now
}

fn funded<T: Config>(name: &'static str) -> T::AccountId {
	let who = account(name, 0, 0);
	T::BenchmarkHelper::fund(&who);
	who
}

/// Returns a service node with its key.
fn node<T: Config>() -> (T::AccountId, T::AccountId) {
	let key = T::BenchmarkHelper::create_key();
	let node = account("node", 0, 0);
	T::BenchmarkHelper::prepare_node(&node, key.clone());
	(node, key)
}

fn pointer() -> Pointer {
	BoundedVec::truncate_from(vec![b'x'; 128])
}

/// Files a report by the last of a number of seats, with all other reports against the node that there can be. Returns its id
/// and the seats.
fn filed<T: Config>(seats: u32) -> (ReportId, Vec<T::AccountId>) {
	let seats = T::BenchmarkHelper::prepare_seats(seats);
	let (node, _) = node::<T>();
	let payer = funded::<T>("payer");
	let session = T::BenchmarkHelper::open_session(&payer, &node);
	let at = T::BlockNumberProvider::current_block_number() + One::one();
	T::BlockNumberProvider::set_block_number(at);
	accuse::<T>(&node);
	let reporter = seats.last().unwrap().clone();
	T::BenchmarkHelper::fund(&reporter);
	let id = NextReportId::<T>::get();
	let evidence = H256::repeat_byte(9);
	Pallet::<T>::do_report(reporter, Fault::NoData, node, at, Some(session), evidence, pointer()).unwrap();
	Replies::<T>::insert(id, Reply { hash: evidence, pointer: pointer() });
	(id, seats)
}

/// Adds as many other accusations of a node as there can be beside one more.
fn accuse<T: Config>(node: &T::AccountId) {
	let others = (1..T::MaxReportsAgainst::get()).map(|index| Accusation {
		report: ReportId::MAX - u64::from(index),
		fault: Fault::Invalid,
		at: index.into(),
		evidence: H256::repeat_byte(index.saturated_into()),
		reporter: Some(account("reporter", index, 0)),
	});
	Accusations::<T>::insert(node, AccusationsOf::<T>::truncate_from(others.collect()));
}

fn change<T: Config>(id: ReportId, change: impl FnOnce(&mut ReportOf<T>)) {
	Reports::<T>::mutate(id, |report| change(report.as_mut().unwrap()));
}

/// The votes of all seats.
fn all(seats: u32) -> u32 {
	1u64.checked_shl(seats).map_or(u32::MAX, |bit| (bit - 1).saturated_into())
}

/// Moves the clock to the block in which a report is due.
fn due<T: Config>(id: ReportId) {
	T::BlockNumberProvider::set_block_number(Reports::<T>::get(id).unwrap().due);
}

/// Convicts the node of a report, and resolves its slash.
fn resolved<T: Config>(seats: u32, outcome: SlashOutcome) -> ReportId {
	let (id, _) = filed::<T>(seats);
	change::<T>(id, |report| {
		report.tally.ayes = all(seats);
		report.tally.quorum = 0;
	});
	due::<T>(id);
	Pallet::<T>::do_process(id).unwrap();
	let Stage::Convicted(slash) = Reports::<T>::get(id).unwrap().stage else { panic!("not convicted") };
	// Long ago, so that it is removed when it is settled.
	T::BlockNumberProvider::set_block_number(
		T::BlockNumberProvider::current_block_number() + T::ReportWindow::get() + One::one(),
	);
	<Pallet<T> as OnSlashResolved>::on_slash_resolved(slash, outcome);
	due::<T>(id);
	id
}

/// A statement of a node of the last block.
fn statement<T: Config>(node: &T::AccountId, state: u8) -> Statement {
	let block = frame_system::Pallet::<T>::block_number() - One::one();
	let block_hash = H256::repeat_byte(7);
	frame_system::BlockHash::<T>::insert(block, block_hash);
	Statement {
		genesis: Pallet::<T>::genesis(),
		node: node.encode().try_into().unwrap(),
		class: H256::repeat_byte(1),
		instance: H256::repeat_byte(2),
		sequence: 1,
		block: block.saturated_into(),
		block_hash,
		state: H256::repeat_byte(state),
		request: hash(&[1; 1_024]),
		response: hash(&[2; 4_096]),
	}
}

fn signed<T: Config>(statement: Statement, key: &T::AccountId) -> SignedStatement<T::AccountId, T::Signature> {
	let signature = T::BenchmarkHelper::sign(key, &statement.bytes());
	SignedStatement { statement, key: key.clone(), signature }
}

/// Demands a request of the longest size for this class. Returns the session, and the node with its key.
fn demanded<T: Config>(class: H256) -> (SessionId, T::AccountId, T::AccountId) {
	let (node, key) = node::<T>();
	let payer = funded::<T>("payer");
	let session = T::BenchmarkHelper::open_session(&payer, &node);
	let request = BoundedVec::truncate_from(vec![1; 1_024]);
	Pallet::<T>::do_demand(payer, session, class, H256::repeat_byte(2), request).unwrap();
	let next = frame_system::Pallet::<T>::block_number() + One::one();
	frame_system::Pallet::<T>::set_block_number(next + One::one());
	(session, node, key)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn report() {
		start::<T>();
		let seats = T::BenchmarkHelper::prepare_seats(T::MaxSeats::get());
		let (node, _) = node::<T>();
		let payer = funded::<T>("payer");
		let session = T::BenchmarkHelper::open_session(&payer, &node);
		let at = T::BlockNumberProvider::current_block_number() + One::one();
		T::BlockNumberProvider::set_block_number(at);
		accuse::<T>(&node);
		let reporter = seats.last().unwrap().clone();
		T::BenchmarkHelper::fund(&reporter);
		let evidence = H256::repeat_byte(9);
		#[extrinsic_call]
		_(RawOrigin::Signed(reporter), Fault::NoData, node, at, Some(session), evidence, pointer());
		assert_eq!(OpenReports::<T>::get(), 1);
	}

	#[benchmark]
	fn vote() {
		start::<T>();
		let (id, mut seats) = filed::<T>(T::MaxSeats::get());
		// The last one has filed the report.
		seats.pop();
		let voter = seats.pop().unwrap();
		change::<T>(id, |stored| stored.tally.quorum = 2);
		change::<T>(id, |stored| stored.tally.majority = 2);
		#[extrinsic_call]
		_(RawOrigin::Signed(voter), id, true);
		assert_eq!(Reports::<T>::get(id).unwrap().tally.verdict(), Verdict::Convicted);
	}

	#[benchmark]
	fn reply() {
		start::<T>();
		let (id, _) = filed::<T>(1);
		let node = Reports::<T>::get(id).unwrap().node;
		#[extrinsic_call]
		_(RawOrigin::Signed(node), id, H256::zero(), pointer());
		assert_eq!(Replies::<T>::get(id).unwrap().hash, H256::zero());
	}

	/// No seat has voted, and yet the node is convicted: more than can happen.
	#[benchmark]
	fn end_vote_convicting(s: Linear<1, { T::MaxSeats::get() }>) {
		start::<T>();
		let (id, _) = filed::<T>(s);
		change::<T>(id, |stored| stored.tally = Tally { seats: s, ..Default::default() });
		due::<T>(id);
		#[block]
		{
			Pallet::<T>::do_process(id).unwrap();
		}
		assert!(matches!(Reports::<T>::get(id).unwrap().stage, Stage::Convicted(_)));
	}

	#[benchmark]
	fn end_vote_rejecting(s: Linear<1, { T::MaxSeats::get() }>) {
		start::<T>();
		let (id, _) = filed::<T>(s);
		change::<T>(id, |stored| stored.tally = Tally { nays: all(s), ayes: 0, ..stored.tally });
		due::<T>(id);
		#[block]
		{
			Pallet::<T>::do_process(id).unwrap();
		}
		assert!(!Reports::<T>::contains_key(id));
	}

	#[benchmark]
	fn settle_applied(s: Linear<1, { T::MaxSeats::get() }>) {
		start::<T>();
		let id = resolved::<T>(s, SlashOutcome::Applied);
		#[block]
		{
			Pallet::<T>::do_process(id).unwrap();
		}
		assert!(!Juries::<T>::contains_key(id));
	}

	#[benchmark]
	fn settle_overturned(s: Linear<1, { T::MaxSeats::get() }>) {
		start::<T>();
		let id = resolved::<T>(s, SlashOutcome::Cancelled);
		#[block]
		{
			Pallet::<T>::do_process(id).unwrap();
		}
		assert!(!Juries::<T>::contains_key(id));
	}

	#[benchmark]
	fn forget() {
		start::<T>();
		let id = resolved::<T>(1, SlashOutcome::Applied);
		change::<T>(id, |stored| stored.stage = Stage::Settled);
		// Its deposit is returned when it is settled.
		let stored = Reports::<T>::get(id).unwrap();
		T::Currency::release(
			&HoldReason::Report.into(),
			&stored.depositor,
			stored.deposit,
			frame_support::traits::tokens::Precision::Exact,
		)
		.unwrap();
		#[block]
		{
			Pallet::<T>::do_process(id).unwrap();
		}
		assert!(!Reports::<T>::contains_key(id));
	}

	#[benchmark]
	fn commit_theft() {
		let who = funded::<T>("reporter");
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), H256::zero());
		assert!(Commitments::<T>::contains_key(who));
	}

	#[benchmark]
	fn withdraw_commitment() {
		let who = funded::<T>("reporter");
		Pallet::<T>::do_commit_theft(who.clone(), H256::zero()).unwrap();
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(!Commitments::<T>::contains_key(who));
	}

	#[benchmark]
	fn reveal_theft() {
		start::<T>();
		let seats = T::BenchmarkHelper::prepare_seats(T::MaxSeats::get());
		let who = seats.last().unwrap().clone();
		T::BenchmarkHelper::fund(&who);
		let (node, key) = node::<T>();
		let payer = funded::<T>("payer");
		let session = T::BenchmarkHelper::open_session(&payer, &node);
		let salt = H256::repeat_byte(3);
		let now = T::BlockNumberProvider::current_block_number();
		T::BlockNumberProvider::set_block_number(now + 2u32.into());
		let [first, second] = [1, 2].map(|state| signed::<T>(statement::<T>(&node, state), &key));
		let proof = TheftProof { first, second };
		let hash = Pallet::<T>::commitment_to(&proof, &who, salt);
		Pallet::<T>::do_commit_theft(who.clone(), hash).unwrap();
		T::BlockNumberProvider::set_block_number(now + 3u32.into());
		#[extrinsic_call]
		_(RawOrigin::Signed(who), Box::new(proof), Some(session), salt);
		assert_eq!(TheftReporters::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn report_offline() {
		start::<T>();
		let seats = T::BenchmarkHelper::prepare_seats(T::MaxSeats::get());
		let interval = T::BenchmarkHelper::prepare_void_interval();
		#[extrinsic_call]
		_(RawOrigin::Signed(seats.last().unwrap().clone()), interval);
		assert!(OfflineIntervals::<T>::contains_key(interval));
	}

	#[benchmark]
	fn demand() {
		start::<T>();
		let (node, _) = node::<T>();
		let payer = funded::<T>("payer");
		let session = T::BenchmarkHelper::open_session(&payer, &node);
		let request = BoundedVec::truncate_from(vec![1; 1_024]);
		#[extrinsic_call]
		_(RawOrigin::Signed(payer), session, H256::repeat_byte(1), H256::repeat_byte(2), request);
		assert!(OpenDemands::<T>::contains_key(session));
	}

	#[benchmark]
	fn answer_served() {
		start::<T>();
		let (session, node, key) = demanded::<T>(H256::repeat_byte(1));
		let statement = signed::<T>(statement::<T>(&node, 1), &key);
		let answer = Answer::Served { statement, response: BoundedVec::truncate_from(vec![2; 4_096]) };
		#[extrinsic_call]
		answer(RawOrigin::Signed(node), session, Box::new(answer));
		assert!(!OpenDemands::<T>::contains_key(session));
	}

	/// The record is wrapped, so that two signatures are verified.
	#[benchmark]
	fn answer_not_assigned() {
		start::<T>();
		let issuer = T::BenchmarkHelper::create_key();
		let mut record = Record {
			genesis: Pallet::<T>::genesis(),
			issuer: issuer.encode().try_into().unwrap(),
			salt: H256::zero(),
			instance: H256::repeat_byte(2),
			bit: 0,
			node: [0; 32],
			number: 1,
		};
		let (session, node, _) = demanded::<T>(record.class());
		record.genesis = Pallet::<T>::genesis();
		let signature = T::BenchmarkHelper::sign(&issuer, &[b"<Bytes>", &record.bytes()[..], b"</Bytes>"].concat());
		let answer = Answer::NotAssigned { record, signature };
		#[extrinsic_call]
		answer(RawOrigin::Signed(node), session, Box::new(answer));
		assert!(!OpenDemands::<T>::contains_key(session));
	}

	#[benchmark]
	fn silence() {
		start::<T>();
		let (session, ..) = demanded::<T>(H256::zero());
		T::BlockNumberProvider::set_block_number(OpenDemands::<T>::get(session).unwrap().deadline);
		#[extrinsic_call]
		close_demand(RawOrigin::Signed(whitelisted_caller()), session);
		assert!(!OpenDemands::<T>::contains_key(session));
	}

	#[benchmark]
	fn set_params() {
		let origin = T::AdminOrigin::try_successful_origin().unwrap();
		let params = ParamsOf::<T> { deposit: 1u128.into(), ..Parameters::<T>::get() };
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, params);
		assert_eq!(Parameters::<T>::get(), params);
	}

	/// Both a voted conviction and a proved theft, of which a slash is only one.
	#[benchmark]
	fn on_slash_resolved() {
		start::<T>();
		let (id, seats) = filed::<T>(1);
		change::<T>(id, |stored| stored.tally.quorum = 0);
		due::<T>(id);
		Pallet::<T>::do_process(id).unwrap();
		let Stage::Convicted(slash) = Reports::<T>::get(id).unwrap().stage else { panic!("not convicted") };
		TheftReporters::<T>::insert(slash, seats.first().unwrap());
		#[block]
		{
			<Pallet<T> as OnSlashResolved>::on_slash_resolved(slash, SlashOutcome::Applied);
		}
		assert!(matches!(Reports::<T>::get(id).unwrap().stage, Stage::Resolved(_)));
	}

	/// An item that does nothing, and the end of its block.
	#[benchmark]
	fn queue_step() {
		let now = start::<T>();
		DueQueue::<T>::insert(now, Item::Interval(7), ());
		OfflineIntervals::<T>::insert(7, account::<T::AccountId>("seat", 0, 0));
		#[block]
		{
			Pallet::<T>::do_on_poll(&mut WeightMeter::new());
		}
		assert!(!OfflineIntervals::<T>::contains_key(7));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::chain(6), crate::mock::Test);
}
