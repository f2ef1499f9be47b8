//! Benchmarks. Each sets up the most expensive path of its call. Pages are full, and slots and nodes as large as they can be.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	reason = "a benchmark that fails must panic"
)]

mod setup;

use super::*;
use alloc::{boxed::Box, vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	BoundedVec,
	traits::{EnsureOrigin, Get},
	weights::WeightMeter,
};
use frame_system::RawOrigin;
use setup::*;
use smartlayer_primitives::{ClosedWindows, CoSignature, OnBondLost, OnWindowClosed, Role, Window};
use sp_runtime::{
	Percent,
	traits::{BlockNumberProvider, One, SaturatedConversion},
};

/// Sets up state of other pallets.
pub trait BenchmarkHelper<AccountId> {
	/// Gives an account funds, and a bond as a service node that is large enough for any offer.
	fn prepare_node(who: &AccountId);

	/// Gives an account funds.
	fn fund(who: &AccountId);

	/// Gives the chain so many seats.
	fn prepare_seats(count: u32) -> Vec<AccountId>;

	/// Signs a payload with the duty key of a seat.
	fn sign(seat: &AccountId, payload: &[u8]) -> CoSignature<AccountId>;

	/// Makes the randomness unknown before a block.
	fn prepare_randomness(block: u32);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn publish() {
		let who: T::AccountId = account("publisher", 0, 0);
		T::BenchmarkHelper::fund(&who);
		let parents: Parents = BoundedVec::truncate_from(modules::<T>());
		let origin = RawOrigin::Signed(who.clone());
		let before = NextModuleId::<T>::get();
		let specification = Box::new(specification::<T>());
		Pallet::<T>::publish(origin.clone().into(), specification.clone(), Parents::new(), None).unwrap();
		#[extrinsic_call]
		_(origin, specification, parents, Some(before));
		assert_eq!(Modules::<T>::get(before + 1).unwrap().publisher, Some(who));
	}

	#[benchmark]
	fn withdraw_module() {
		let who: T::AccountId = account("publisher", 0, 0);
		T::BenchmarkHelper::fund(&who);
		let origin = RawOrigin::Signed(who);
		let id = NextModuleId::<T>::get();
		Pallet::<T>::publish(origin.clone().into(), Box::new(specification::<T>()), Parents::new(), None).unwrap();
		Modules::<T>::mutate(id, |module| module.as_mut().unwrap().standing = Standing::Retired);
		Records::<T>::insert(id, Record { concluded: 1, ..Default::default() });
		#[extrinsic_call]
		_(origin, id);
		assert!(!Modules::<T>::contains_key(id));
	}

	#[benchmark]
	fn standardise() {
		let id = modules::<T>()[0];
		Pallet::<T>::do_retire(id).unwrap();
		Records::<T>::insert(id, Record { concluded: 1, ..Default::default() });
		let origin = T::AdminOrigin::try_successful_origin().unwrap();
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id);
		assert_eq!(Modules::<T>::get(id).unwrap().standing, Standing::Standard);
	}

	#[benchmark]
	fn retire() {
		let id = modules::<T>()[0];
		Records::<T>::insert(id, Record { concluded: 1, ..Default::default() });
		let origin = T::AdminOrigin::try_successful_origin().unwrap();
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, id);
		assert_eq!(Modules::<T>::get(id).unwrap().standing, Standing::Retired);
	}

	#[benchmark]
	fn propose() {
		let modules = modules::<T>();
		let most = T::MaxAgreements::get();
		let (who, _) = busy::<T>(most, &modules);
		for index in 1..most {
			negotiate::<T>(&who, modules[index as usize], Party::Provider);
		}
		let id = NextAgreementId::<T>::get();
		#[extrinsic_call]
		_(RawOrigin::Signed(who), offer::<T>(modules[0]));
		assert!(Negotiations::<T>::contains_key(id));
	}

	#[benchmark]
	fn counter() {
		let modules = modules::<T>();
		let (who, _) = busy::<T>(T::MaxAgreements::get(), &modules);
		let id = negotiate::<T>(&who, modules[0], Party::Network);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, 1, offer::<T>(modules[0]));
		assert_eq!(Negotiations::<T>::get(id).unwrap().round, 2);
	}

	#[benchmark]
	fn counter_by_seats(s: Linear<1, { T::MaxSeats::get() }>) {
		let modules = modules::<T>();
		let (who, _) = busy::<T>(T::MaxAgreements::get(), &modules);
		let id = negotiate::<T>(&who, modules[0], Party::Provider);
		let deadline = Pallet::<T>::now() + One::one();
		let offer = offer::<T>(modules[0]);
		let signatures = signatures::<T>(s, id, 2, &who, &offer, deadline);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, 1, offer, deadline, signatures);
		assert_eq!(Negotiations::<T>::get(id).unwrap().round, 2);
	}

	/// The conclusion of an agreement that is new.
	#[benchmark]
	fn accept() {
		let modules = modules::<T>();
		let most = T::MaxAgreements::get();
		let (who, _) = busy::<T>(most - 1, &modules);
		let id = negotiate::<T>(&who, modules[most as usize - 1], Party::Network);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, 1);
		assert!(Agreements::<T>::contains_key(id));
	}

	/// The conclusion of a renewal.
	#[benchmark]
	fn accept_renewal() {
		let modules = modules::<T>();
		let most = T::MaxAgreements::get();
		let (who, ids) = busy::<T>(most, &modules);
		let last = most as usize - 1;
		let (page, place) = (most - 1, u8::MAX);
		Roster::<T>::mutate(page, |slots| slots.get_mut(&place).unwrap().last = window::<T>() + 1);
		let id = negotiate::<T>(&who, modules[last], Party::Network);
		#[extrinsic_call]
		accept(RawOrigin::Signed(who), id, 1);
		assert_eq!(Agreements::<T>::get(ids[last]).unwrap().offer, offer::<T>(modules[last]));
	}

	#[benchmark]
	fn conclude(s: Linear<1, { T::MaxSeats::get() }>) {
		let modules = modules::<T>();
		let most = T::MaxAgreements::get();
		let (who, _) = busy::<T>(most - 1, &modules);
		let id = negotiate::<T>(&who, modules[most as usize - 1], Party::Provider);
		let open = Negotiations::<T>::get(id).unwrap();
		let signatures = signatures::<T>(s, id, 1, &who, &open.offer, open.deadline);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, 1, signatures);
		assert!(Agreements::<T>::contains_key(id));
	}

	#[benchmark]
	fn conclude_renewal(s: Linear<1, { T::MaxSeats::get() }>) {
		let modules = modules::<T>();
		let most = T::MaxAgreements::get();
		let (who, ids) = busy::<T>(most, &modules);
		let last = most as usize - 1;
		Roster::<T>::mutate(most - 1, |slots| slots.get_mut(&u8::MAX).unwrap().last = window::<T>() + 1);
		let id = negotiate::<T>(&who, modules[last], Party::Provider);
		let open = Negotiations::<T>::get(id).unwrap();
		let signatures = signatures::<T>(s, id, 1, &who, &open.offer, open.deadline);
		#[extrinsic_call]
		conclude(RawOrigin::Signed(who), id, 1, signatures);
		assert_eq!(Agreements::<T>::get(ids[last]).unwrap().offer, offer::<T>(modules[last]));
	}

	#[benchmark]
	fn withdraw() {
		let modules = modules::<T>();
		let (who, _) = busy::<T>(T::MaxAgreements::get(), &modules);
		let id = negotiate::<T>(&who, modules[0], Party::Network);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), id);
		assert!(!Negotiations::<T>::contains_key(id));
	}

	/// The notice of an agreement in its test, which loses the fee.
	#[benchmark]
	fn end() {
		let modules = modules::<T>();
		let (who, ids) = busy::<T>(1, &modules);
		negotiate::<T>(&who, modules[0], Party::Network);
		Roster::<T>::mutate(0, |slots| {
			let slot = slots.get_mut(&u8::MAX).unwrap();
			slot.stage = Stage::Testing { measured: 1, breached: 1 };
			slot.serving = false;
		});
		leave::<T>(&who);
		#[extrinsic_call]
		_(RawOrigin::Signed(who), ids[0]);
		assert_eq!(Pallet::<T>::slot(PAGE - 1).unwrap().last, window::<T>() + 1);
	}

	/// The end of an agreement that waits, the last under a retired module.
	#[benchmark]
	fn end_waiting() {
		let modules = modules::<T>();
		let (who, _) = busy::<T>(0, &modules);
		let id = setup::conclude::<T>(&who, modules[0], Place::Waiting(One::one()));
		negotiate::<T>(&who, modules[0], Party::Network);
		Pallet::<T>::do_retire(modules[0]).unwrap();
		#[extrinsic_call]
		end(RawOrigin::Signed(who), id);
		assert!(!Agreements::<T>::contains_key(id));
	}

	#[benchmark]
	fn resume() {
		let modules = modules::<T>();
		let (who, ids) = busy::<T>(T::MaxAgreements::get(), &modules);
		for page in 0..T::MaxAgreements::get() {
			Roster::<T>::mutate(page, |slots| {
				let slot = slots.get_mut(&u8::MAX).unwrap();
				slot.serving = false;
				slot.suspended = true;
				slot.away = BoundedVec::truncate_from(vec![(0, 1), (2, 3), (4, 5), (6, Window::MAX)]);
			});
		}
		leave::<T>(&who);
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), ids[0]);
		assert_eq!(Providers::<T>::get(who).serving, 1);
	}

	#[benchmark]
	fn announce_maintenance(w: Linear<1, 2>) {
		let modules = modules::<T>();
		let most = T::MaxAgreements::get();
		let (who, _) = busy::<T>(most, &modules);
		let from = window::<T>() + 2;
		for module in &modules {
			Records::<T>::mutate(module, |record| record.units = 1_000);
			for window in from..from + w {
				MaintainedIn::<T>::insert(module, window, Maintained { nodes: 1, units: 1 });
			}
		}
		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), from, w);
		assert_eq!(Providers::<T>::get(who).maintenance, Some((from, from + w)));
	}

	#[benchmark]
	fn set_params() {
		let origin = T::AdminOrigin::try_successful_origin().unwrap();
		let params = crate::params::defaults();
		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, params);
		assert_eq!(Parameters::<T>::get(), params);
	}

	/// The draw of the last slot of a page, which is the first of those with vacant ones.
	#[benchmark]
	fn draw() {
		let modules = modules::<T>();
		let (who, _) = busy::<T>(0, &modules);
		for page in 0..2 {
			fill::<T>(page, 1, &modules);
			VacantPages::<T>::insert(page, page);
			VacancyAt::<T>::insert(page, page);
		}
		Vacancies::<T>::put(2);
		let id = setup::conclude::<T>(&who, modules[0], Place::Waiting(One::one()));
		Pallet::<T>::enqueue_waiting(id).unwrap();
		T::BenchmarkHelper::prepare_randomness(frame_system::Pallet::<T>::block_number().saturated_into());
		let mut meter = WeightMeter::new();
		#[block]
		{
			Pallet::<T>::draw_slots(&mut meter);
		}
		assert!(matches!(Agreements::<T>::get(id).unwrap().place, Place::Slot(_)));
		assert_eq!(Vacancies::<T>::get(), 1);
	}

	/// A window of a full page under as many modules as there can be, from which as much follows as can. It is the first of a
	/// budget period: the one before was met.
	#[benchmark]
	fn window_closed() {
		// What fails together is not forgiven.
		let (next, measured) = outage::<T>(u32::MAX);
		#[block]
		{
			Pallet::<T>::on_window_closed(next, 0, &measured);
		}
		let outcomes = QueuedOutcomes::<T>::get(0);
		assert_eq!(outcomes.len() as u32, PAGE);
		assert!(outcomes.iter().all(|outcome| outcome.met && outcome.consequence.is_some()));
	}

	/// The same, but that all is forgiven.
	#[benchmark]
	fn window_forgiven() {
		let (next, measured) = outage::<T>(0);
		#[block]
		{
			Pallet::<T>::on_window_closed(next, 0, &measured);
		}
		let outcomes = QueuedOutcomes::<T>::get(0);
		assert_eq!(outcomes.len() as u32, PAGE);
		assert!(outcomes.iter().all(|outcome| outcome.met && outcome.consequence.is_none()));
	}

	/// One of a full list, with a slash.
	#[benchmark]
	fn settle_outcome() {
		let modules = modules::<T>();
		let (who, ids) = busy::<T>(T::MaxAgreements::get(), &modules);
		queue_outcomes::<T>(outcome::<T>(ids[0], who.clone()));
		let mut meter = WeightMeter::with_limit(Pallet::<T>::outcome_weight());
		#[block]
		{
			Pallet::<T>::settle_outcomes(&mut meter);
		}
		assert_eq!(Providers::<T>::get(who).credits.last().unwrap().share, Percent::one());
		assert_eq!(QueuedOutcomes::<T>::get(0).len() as u32, PAGE - 1);
	}

	/// One of a full list, with a test that was passed.
	#[benchmark]
	fn settle_passed() {
		let modules = modules::<T>();
		let (who, ids) = busy::<T>(T::MaxAgreements::get(), &modules);
		for page in 0..T::MaxAgreements::get() {
			Roster::<T>::mutate(page, |slots| slots.get_mut(&u8::MAX).unwrap().serving = false);
		}
		leave::<T>(&who);
		let passed = Outcome { test: Some(true), consequence: None, ..outcome::<T>(ids[0], who.clone()) };
		queue_outcomes::<T>(passed);
		let mut meter = WeightMeter::with_limit(Pallet::<T>::outcome_weight());
		#[block]
		{
			Pallet::<T>::settle_outcomes(&mut meter);
		}
		assert_eq!(Providers::<T>::get(who).serving, 1);
	}

	/// One of a full list, with a test that was failed.
	#[benchmark]
	fn settle_failed() {
		let modules = modules::<T>();
		let (who, ids) = busy::<T>(T::MaxAgreements::get(), &modules);
		let failed = Outcome { test: Some(false), consequence: None, ..outcome::<T>(ids[0], who) };
		queue_outcomes::<T>(failed);
		let mut meter = WeightMeter::with_limit(Pallet::<T>::outcome_weight());
		#[block]
		{
			Pallet::<T>::settle_outcomes(&mut meter);
		}
		assert_eq!(Pallet::<T>::slot(PAGE - 1).unwrap().last, window::<T>());
	}

	#[benchmark]
	fn lapse() {
		let modules = modules::<T>();
		let (who, _) = busy::<T>(T::MaxAgreements::get(), &modules);
		let id = negotiate::<T>(&who, modules[0], Party::Network);
		let deadline = Negotiations::<T>::get(id).unwrap().deadline;
		T::BlockNumberProvider::set_block_number(deadline);
		#[block]
		{
			Pallet::<T>::lapse(id);
		}
		assert!(!Negotiations::<T>::contains_key(id));
	}

	/// The end of the last agreement under a retired module, on a page that was full, of a node that is still in service.
	#[benchmark]
	fn process_end() {
		let modules = modules::<T>();
		let (who, ids) = busy::<T>(1, &modules);
		Pallet::<T>::do_retire(modules[0]).unwrap();
		let last = window::<T>();
		Roster::<T>::mutate(0, |slots| slots.get_mut(&u8::MAX).unwrap().last = last);
		begin::<T>(last + 2);
		assert!(T::ClosedWindows::is_closed(0, last));
		#[extrinsic_call]
		close(RawOrigin::Signed(who.clone()), ids[0]);
		assert!(!Agreements::<T>::contains_key(ids[0]));
		assert_eq!(Vacancies::<T>::get(), 1);
		assert_eq!(Providers::<T>::get(who).serving, 0);
	}

	#[benchmark]
	fn suspend() {
		let modules = modules::<T>();
		let (who, _) = busy::<T>(T::MaxAgreements::get(), &modules);
		#[block]
		{
			Pallet::<T>::suspend(&who, window::<T>());
		}
		assert_eq!(Providers::<T>::get(who).serving, 0);
	}

	#[benchmark]
	fn dismiss() {
		let modules = modules::<T>();
		let most = T::MaxAgreements::get();
		let (who, _) = busy::<T>(most, &modules);
		for index in 0..most {
			negotiate::<T>(&who, modules[index as usize], Party::Network);
		}
		#[block]
		{
			Pallet::<T>::dismiss(&who, window::<T>()).unwrap();
		}
		assert!(Providers::<T>::get(who).negotiations.is_empty());
		assert_eq!(Pallet::<T>::slot(PAGE - 1).unwrap().last, window::<T>());
	}

	/// The hook when it has room for nothing: it looks at all queues. A full list of outcomes is read and written back.
	#[benchmark]
	fn look() {
		let modules = modules::<T>();
		let (who, ids) = busy::<T>(1, &modules);
		queue_outcomes::<T>(outcome::<T>(ids[0], who.clone()));
		let id = setup::conclude::<T>(&who, modules[1], Place::Waiting(One::one()));
		Pallet::<T>::enqueue_waiting(id).unwrap();
		#[block]
		{
			let list = QueuedOutcomes::<T>::get(OutcomesFrom::<T>::get());
			QueuedOutcomes::<T>::insert(OutcomesTo::<T>::get() - 1, list);
			Pallet::<T>::process_due(Pallet::<T>::now(), &mut WeightMeter::with_limit(Default::default()));
			Pallet::<T>::draw_slots(&mut WeightMeter::with_limit(Default::default()));
		}
		assert_eq!(QueuedOutcomes::<T>::get(0).len() as u32, PAGE);
	}

	/// The step over a block for which nothing waits.
	#[benchmark]
	fn queue_step() {
		begin::<T>(window::<T>());
		let now = Pallet::<T>::now();
		#[block]
		{
			Pallet::<T>::process_due(now, &mut WeightMeter::new());
		}
		assert_eq!(QueueCursor::<T>::get(), now + One::one());
	}

	#[benchmark]
	fn on_bond_lost() {
		let modules = modules::<T>();
		let (who, _) = busy::<T>(1, &modules);
		#[block]
		{
			Pallet::<T>::on_bond_lost(Role::ServiceNode, &who);
			Pallet::<T>::on_bond_ended(Role::ServiceNode, &who);
		}
		let due = DueQueue::<T>::iter_key_prefix(Pallet::<T>::next_block());
		assert_eq!(due.count(), 2);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::chain(), crate::mock::Test);
}
