//! Benchmarks. Each sets up the most expensive path of its call.

#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "a benchmark that is wrong shall say so")]

use super::*;
use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::BoundedVec;
use frame_support::traits::{
	EnsureOrigin, Get,
	fungible::{Inspect, InspectHold, Mutate},
};
use frame_support::weights::WeightMeter;
use frame_system::{RawOrigin, pallet_prelude::BlockNumberFor};
use smartlayer_primitives::{
	Action, Bonding, Cause, Offence, OnScoreChange, Role, Score, ServiceLevel, Severity, SlashId, Slasher, Victim,
};
use sp_runtime::{
	Perbill,
	traits::{One, TrailingZeroInput, Zero},
};

/// Bonds an account with a hundred times the minimum of a role.
fn funded<T: Config>(name: &'static str, role: Role) -> T::AccountId {
	let who = account(name, 0, 0);
	T::Currency::set_balance(&who, Parameters::<T>::get().min_bond(role) * 100u32.into());
	who
}

/// Bonds an account whose ledger is full: with all unbonding chunks, an operator, a score and a seat.
fn bonded<T: Config>(role: Role) -> T::AccountId {
	let who = funded::<T>("bonded", role);
	let minimum = Parameters::<T>::get().min_bond(role);
	Pallet::<T>::do_bond(who.clone(), role, minimum * 10u32.into()).unwrap();
	for _ in 0..T::MaxChunks::get() {
		Pallet::<T>::do_unbond(&who, minimum / 100u32.into()).unwrap();
		pass::<T>(One::one());
	}
	let operator: T::AccountId = account("operator", 0, 0);
	Pallet::<T>::do_set_operator(&who, Some(operator.clone())).unwrap();
	Pallet::<T>::do_operate_for(operator, who.clone()).unwrap();
	if role == Role::ServiceNode {
		Pallet::<T>::do_set_service_key(&who, key::<T>()).unwrap();
		Pallet::<T>::do_set_endpoint(&who, Some(endpoint(b'a'))).unwrap();
	}
	match role {
		Role::ServiceNode => drop(T::ServiceLevel::record(&who, Action::SubmitIssueProof)),
		Role::Anchor => {
			Pallet::<T>::seated(Role::Anchor, &who);
			T::ServiceLevel::record(&who, Action::BlockSubmission);
		},
	}
	who
}

/// An endpoint of the maximum length.
fn endpoint(byte: u8) -> Endpoint {
	let mut endpoint = b"https://".to_vec();
	endpoint.resize(128, byte);
	BoundedVec::truncate_from(endpoint)
}

/// Raises the minimum bonds so that every account loses its standing and weight at its next update.
fn raise_minima<T: Config>() {
	Parameters::<T>::mutate(|params| {
		params.min_service_node_bond *= 100u32.into();
		params.min_anchor_bond *= 100u32.into();
	});
}

fn pass<T: Config>(blocks: BlockNumberFor<T>) {
	let now = frame_system::Pallet::<T>::block_number();
	frame_system::Pallet::<T>::set_block_number(now + blocks);
}

/// Funds the pool of a role, and advances a period and a half, so that it is being distributed.
fn streaming<T: Config>(role: Role) {
	let donor = funded::<T>("donor", role);
	Pallet::<T>::do_fund_pool(&donor, role, Parameters::<T>::get().min_bond(role)).unwrap();
	pass::<T>(T::RewardPeriod::get());
	pass::<T>(T::RewardPeriod::get() / 2u32.into());
}

/// Creates an appealed slash whose victim's account does not exist yet.
fn appealed<T: Config>(offender: &T::AccountId, severity: Severity) -> SlashId {
	let id = Pallet::<T>::slash(Offence {
		offender: offender.clone(),
		severity,
		victim: Some(Victim { account: account("victim", 0, 0), at_most: Some(u128::MAX.into()) }),
		cause: Cause::NoData,
		action: Some(Action::FailedRedeem),
		outage: Some(0),
	})
	.unwrap();
	Pallet::<T>::do_appeal(offender, id).unwrap();
	id
}

fn key<T: Config>() -> T::ServiceKey {
	T::ServiceKey::decode(&mut TrailingZeroInput::zeroes()).unwrap()
}

fn origin<T: Config, O: EnsureOrigin<T::RuntimeOrigin>>() -> Result<T::RuntimeOrigin, BenchmarkError> {
	O::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn bond() {
		let who = funded::<T>("bonded", Role::ServiceNode);
		T::ServiceLevel::record(&who, Action::SubmitIssueProof);
		let amount = Parameters::<T>::get().min_service_node_bond;
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), Role::ServiceNode, amount);
		assert_eq!(Ledgers::<T>::get(who).unwrap().active, amount);
	}

	#[benchmark]
	fn bond_extra() {
		let who = bonded::<T>(Role::Anchor);
		streaming::<T>(Role::Anchor);
		let before = Ledgers::<T>::get(&who).unwrap().active;
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), 1u32.into());
		assert_eq!(Ledgers::<T>::get(who).unwrap().active, before + 1u32.into());
	}

	#[benchmark]
	fn unbond() {
		let who = bonded::<T>(Role::Anchor);
		streaming::<T>(Role::Anchor);
		let amount = Ledgers::<T>::get(&who).unwrap().active;
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), amount);
		assert!(Ledgers::<T>::get(who).unwrap().active.is_zero());
	}

	#[benchmark]
	fn rebond() {
		let who = bonded::<T>(Role::Anchor);
		streaming::<T>(Role::Anchor);
		let amount = Ledgers::<T>::get(&who).unwrap().total_unbonding();
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), amount);
		assert!(Ledgers::<T>::get(who).unwrap().unbonding.is_empty());
	}

	#[benchmark]
	fn withdraw_unbonded() {
		let who = bonded::<T>(Role::ServiceNode);
		// The whole bond, so that the ledger is removed.
		T::ServiceLevel::record(&who, Action::FailedRedeem);
		let amount = Ledgers::<T>::get(&who).unwrap().active;
		Pallet::<T>::do_unbond(&who, amount).unwrap();
		pass::<T>(T::UnbondingPeriod::get());
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(!Ledgers::<T>::contains_key(who));
	}

	#[benchmark]
	fn chill() {
		let who = bonded::<T>(Role::Anchor);
		streaming::<T>(Role::Anchor);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(!Ledgers::<T>::get(who).unwrap().willing);
	}

	#[benchmark]
	fn activate() {
		let who = bonded::<T>(Role::Anchor);
		streaming::<T>(Role::Anchor);
		Pallet::<T>::do_chill(&who).unwrap();
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));
		assert!(Ledgers::<T>::get(who).unwrap().willing);
	}

	#[benchmark]
	fn set_operator() {
		let who = bonded::<T>(Role::Anchor);
		let operator = account("another", 0, 0);
		raise_minima::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), Some(operator));
		assert_eq!(Ledgers::<T>::get(who).unwrap().operator, Some(account("another", 0, 0)));
	}

	#[benchmark]
	fn set_endpoint() {
		let who = bonded::<T>(Role::ServiceNode);
		// The deposit of the bond grows.
		Pallet::<T>::do_set_endpoint(&who, None).unwrap();
		#[extrinsic_call]
		_(RawOrigin::Signed(account("operator", 0, 0)), Some(endpoint(b'b')));
		assert_eq!(Endpoints::<T>::get(who), Some(endpoint(b'b')));
	}

	#[benchmark]
	fn set_service_key() {
		let who = bonded::<T>(Role::ServiceNode);
		for _ in 2..T::MaxServiceKeys::get() {
			pass::<T>(One::one());
			Pallet::<T>::do_set_service_key(&who, key::<T>()).unwrap();
		}
		pass::<T>(One::one());
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), key::<T>());
		assert_eq!(ServiceKeys::<T>::get(who).len() as u32, T::MaxServiceKeys::get());
	}

	#[benchmark]
	fn set_destination() {
		let who = bonded::<T>(Role::Anchor);
		raise_minima::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), Destination::Bond);
		assert_eq!(Ledgers::<T>::get(who).unwrap().destination, Destination::Bond);
	}

	#[benchmark]
	fn appeal() {
		let who = bonded::<T>(Role::ServiceNode);
		let id = Pallet::<T>::slash(Offence {
			offender: who.clone(),
			severity: Severity::Whole,
			victim: None,
			cause: Cause::NoData,
			action: None,
			outage: None,
		})
		.unwrap();
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), id);
		assert!(!T::Currency::balance_on_hold(&HoldReason::Appeal.into(), &who).is_zero());
	}

	#[benchmark]
	fn rule_uphold() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::ReviewOrigin>()?;
		let id = appealed::<T>(&bonded::<T>(Role::ServiceNode), Severity::Whole);
		#[extrinsic_call]
		rule(origin as T::RuntimeOrigin, id, true);
		assert_eq!(Slashes::<T>::get(id).unwrap().stage, Stage::Upheld);
		Ok(())
	}

	#[benchmark]
	fn cancel() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::ReviewOrigin>()?;
		let id = appealed::<T>(&bonded::<T>(Role::ServiceNode), Severity::Whole);
		raise_minima::<T>();
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id);
		assert!(!Slashes::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn apply_slash() {
		let who = bonded::<T>(Role::ServiceNode);
		let id = appealed::<T>(&who, Severity::Whole);
		pass::<T>(T::AppealPeriod::get());
		#[extrinsic_call]
		_(RawOrigin::Signed(account("anyone", 0, 0)), id);
		assert!(!T::Currency::balance(&account("victim", 0, 0)).is_zero());
		// The ledger is removed.
		assert!(!Ledgers::<T>::contains_key(who));
	}

	/// The usual path: the account stays, and its weight is updated for its new bond and again for its new score.
	#[benchmark]
	fn apply_slash_in_part() {
		let who = bonded::<T>(Role::ServiceNode);
		Pallet::<T>::on_score_change(Role::ServiceNode, &who, Score::from_u32(100));
		streaming::<T>(Role::ServiceNode);
		let id = appealed::<T>(&who, Severity::Fraction(Perbill::from_percent(10)));
		pass::<T>(T::AppealPeriod::get());
		#[extrinsic_call]
		apply_slash(RawOrigin::Signed(account("anyone", 0, 0)), id);
		assert!(!T::Currency::balance(&account("victim", 0, 0)).is_zero());
		assert!(Ledgers::<T>::contains_key(who));
	}

	#[benchmark]
	fn force_slash() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::ForceOrigin>()?;
		let who = bonded::<T>(Role::ServiceNode);
		raise_minima::<T>();
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, who.clone(), Severity::Whole, Some(account("victim", 0, 0)));
		assert!(Ledgers::<T>::get(who).unwrap().at_stake().is_zero());
		Ok(())
	}

	#[benchmark]
	fn fund_pool() {
		let who = funded::<T>("donor", Role::Anchor);
		bonded::<T>(Role::Anchor);
		streaming::<T>(Role::Anchor);
		let before = T::Currency::balance(&Pallet::<T>::pot(Role::Anchor));
		#[extrinsic_call]
		_(RawOrigin::Signed(who), Role::Anchor, 1_000u32.into());
		assert_eq!(T::Currency::balance(&Pallet::<T>::pot(Role::Anchor)), before + 1_000u32.into());
	}

	#[benchmark]
	fn payout_the_last() {
		let who = bonded::<T>(Role::ServiceNode);
		Pallet::<T>::on_score_change(Role::ServiceNode, &who, Score::from_u32(100));
		streaming::<T>(Role::ServiceNode);
		let id = appealed::<T>(&who, Severity::Whole);
		pass::<T>(T::AppealPeriod::get());
		Pallet::<T>::do_apply(id).unwrap();
		#[extrinsic_call]
		payout(RawOrigin::Signed(account("anyone", 0, 0)), who.clone());
		assert!(!Ledgers::<T>::contains_key(who));
	}

	#[benchmark]
	fn payout_into_bond() {
		let who = bonded::<T>(Role::ServiceNode);
		Pallet::<T>::do_set_destination(&who, Destination::Bond).unwrap();
		// Enough weight for the pool to be distributed, whatever the scores of this runtime are.
		Pallet::<T>::on_score_change(Role::ServiceNode, &who, Score::from_u32(100));
		streaming::<T>(Role::ServiceNode);
		let before = Ledgers::<T>::get(&who).unwrap().active;
		#[extrinsic_call]
		payout(RawOrigin::Signed(account("anyone", 0, 0)), who.clone());
		assert!(Ledgers::<T>::get(who).unwrap().active > before);
	}

	#[benchmark]
	fn set_params() -> Result<(), BenchmarkError> {
		let origin = origin::<T, T::AdminOrigin>()?;
		let mut params = Parameters::<T>::get();
		params.victim_share = Perbill::one();
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, params);
		assert_eq!(Parameters::<T>::get(), params);
		Ok(())
	}

	#[benchmark]
	fn refresh() {
		let who = bonded::<T>(Role::Anchor);
		streaming::<T>(Role::Anchor);
		raise_minima::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(account("anyone", 0, 0)), who.clone());
		assert!(!Ledgers::<T>::get(who).unwrap().qualified);
	}

	#[benchmark]
	fn stop_operating() {
		let who = bonded::<T>(Role::Anchor);
		raise_minima::<T>();
		#[extrinsic_call]
		_(RawOrigin::Signed(account("operator", 0, 0)));
		assert_eq!(Ledgers::<T>::get(who).unwrap().operator, None);
	}

	#[benchmark]
	fn operate_for() {
		let who = bonded::<T>(Role::Anchor);
		let operator: T::AccountId = account("another", 0, 0);
		Pallet::<T>::do_set_operator(&who, Some(operator.clone())).unwrap();
		#[extrinsic_call]
		_(RawOrigin::Signed(operator.clone()), who.clone());
		assert_eq!(Operators::<T>::get(operator), Some(who));
	}

	#[benchmark]
	fn hook_base() {
		let now = T::RewardPeriod::get() + One::one();
		frame_system::Pallet::<T>::set_block_number(now);
		QueueCursor::<T>::put(now);
		LastPeriod::<T>::put(now / T::RewardPeriod::get());
		#[block]
		{
			Pallet::<T>::do_on_poll(&mut WeightMeter::new());
		}
		assert_eq!(QueueCursor::<T>::get(), now + One::one());
	}

	#[benchmark]
	fn queue_step() {
		let block: BlockNumberFor<T> = One::one();
		for id in 0..2 {
			DueQueue::<T>::insert(block, id, ());
		}
		#[block]
		{
			if let Some(id) = DueQueue::<T>::iter_key_prefix(block).next() {
				DueQueue::<T>::remove(block, id);
			}
		}
		assert_eq!(DueQueue::<T>::iter_key_prefix(block).count(), 1);
	}

	#[benchmark]
	fn begin_period() {
		for role in Role::ALL {
			streaming::<T>(role);
			let pot = Pallet::<T>::pot(role);
			T::Currency::mint_into(&pot, 1_000u32.into()).unwrap();
		}
		let mut params = Parameters::<T>::get();
		params.period_budget = 1_000u32.into();
		Parameters::<T>::put(params);
		#[block]
		{
			Pallet::<T>::begin_period();
		}
		for role in Role::ALL {
			assert!(Pools::<T>::get(role).incoming >= 1_500u32.into());
		}
	}

	#[benchmark]
	fn on_score_change() {
		// Of a service node, it is also asked whether it needs an agreement.
		let who = bonded::<T>(Role::ServiceNode);
		streaming::<T>(Role::ServiceNode);
		let before = Ledgers::<T>::get(&who).unwrap().share.weight;
		#[block]
		{
			Pallet::<T>::on_score_change(Role::ServiceNode, &who, Score::from_u32(50));
		}
		assert!(Ledgers::<T>::get(&who).unwrap().share.weight != before);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::chain(), crate::mock::Test);
}
