//! What benchmarks need: the largest modules, nodes, slots and pages.

use crate::{
	types::{MAX_CREDITS, MAX_METERS},
	*,
};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use frame_benchmarking::v2::account;
use frame_support::{
	BoundedVec,
	traits::{Get, fungible::MutateHold},
};
use frame_system::pallet_prelude::BlockNumberFor;
use smartlayer_measurement::{
	Bound, Consequence, Level, Measurement, Meter, Metric, Objective, Objectives, Quantities, Terms, Tier,
};
use smartlayer_primitives::{Bonding, Role, Window};
use sp_runtime::{Percent, Permill, traits::BlockNumberProvider};

/// The window in which benchmarks happen: neither the first of a budget period nor of the chain.
pub fn window<T: Config>() -> Window {
	8 * T::HalfBudget::get() + 1
}

/// Moves the clock to the first block of a window.
pub fn begin<T: Config>(window: Window) {
	T::BlockNumberProvider::set_block_number(Pallet::<T>::start_of(window));
	QueueCursor::<T>::put(Pallet::<T>::now());
}

/// The largest specification.
pub fn specification<T: Config>() -> Specification {
	let objective = |metric, loosest, strictest| Objective { metric, loosest, strictest };
	let objectives = [
		objective(Metric::Availability, 900_000, 999_999),
		objective(Metric::Latency, 10_000, 1),
		objective(Metric::Bandwidth, 1, 10_000),
		objective(Metric::Benchmark, 1, 10_000),
	];
	let tier = |below, share| Tier { below: Permill::from_percent(below), share: Percent::from_percent(share) };
	Specification {
		name: Name::parse(&"n".repeat(32)).unwrap(),
		resource: Resource::Other,
		workload: Workload::Other,
		objectives: Objectives::merge(&objectives).unwrap(),
		terms: Terms {
			floor: 54,
			missed: Percent::from_percent(10),
			tiers: BoundedVec::truncate_from(vec![tier(99, 25), tier(95, 50), tier(90, 75), tier(80, 100)]),
			slash_below: Permill::from_percent(95),
			slash_breached: Percent::from_percent(20),
		},
		testing: 2,
		shadow: 1,
		quota: u32::MAX,
		maintenance: T::HalfBudget::get() / 2,
		notice: 2,
	}
}

pub fn bounds(latency: u32) -> Bounds {
	let bound = |metric, value| Bound { metric, value };
	BoundedVec::truncate_from(vec![
		bound(Metric::Availability, 999_000),
		bound(Metric::Latency, latency),
		bound(Metric::Bandwidth, 100),
		bound(Metric::Benchmark, 100),
	])
}

pub fn offer<T: Config>(module: ModuleId) -> Offer {
	Offer { module, bounds: bounds(500), units: 1, windows: T::LongestAgreement::get() }
}

/// As many standard modules as there can be.
pub fn modules<T: Config>() -> Vec<ModuleId> {
	ModulesInUse::<T>::kill();
	(0..T::MaxModulesInUse::get()).map(|_| Pallet::<T>::add_standard(specification::<T>()).unwrap()).collect()
}

pub fn meter(half: u32) -> Meter {
	let mut meter = Meter::default();
	meter.advance(half);
	meter
}

pub fn node<T: Config>(index: u32) -> T::AccountId {
	let who = account("node", index, 0);
	T::BenchmarkHelper::prepare_node(&who);
	who
}

/// The largest record of a node, with a meter under a module.
pub fn known<T: Config>(module: ModuleId) -> ProviderOf<T> {
	let mut known = ProviderOf::<T>::default();
	for other in 1..MAX_METERS {
		known.keep_meter(ModuleId::MAX - other, meter(1_000));
	}
	known.keep_meter(module, meter(1));
	for window in 0..MAX_CREDITS {
		known.note_credit(Credit { window, module, share: Percent::from_percent(10) });
	}
	known
}

/// A slot that is as large as it can be, and active.
pub fn slot<T: Config>(agreement: AgreementId, provider: T::AccountId, module: ModuleId) -> SlotOf<T> {
	let now = window::<T>();
	Slot {
		agreement,
		provider,
		module,
		bounds: bounds(500),
		renewed: Some((Window::MAX, bounds(400))),
		units: 1,
		first: 0,
		last: now + T::LongestAgreement::get(),
		stage: Stage::Active,
		is_new: false,
		serving: true,
		suspended: false,
		away: BoundedVec::truncate_from(vec![(0, 1); 4]),
		spared_in: 0,
		spared: 0,
		spared_next: 0,
		credit: (0, Percent::zero()),
		meter: meter(Pallet::<T>::half_of(now)),
	}
}

/// Fills a page with agreements of other nodes, except for so many places at its end.
pub fn fill<T: Config>(page: u32, except: u32, modules: &[ModuleId]) {
	let mut slots = PageOf::<T>::new();
	for place in 0..PAGE - except {
		let provider = account("other", place, page);
		let module = modules[place as usize % modules.len()];
		let id = AgreementId::MAX - u64::from(page * PAGE + place);
		slots.try_insert(place as u8, slot::<T>(id, provider, module)).unwrap();
	}
	Roster::<T>::insert(page, slots);
	Pages::<T>::mutate(|pages| *pages = (*pages).max(page + 1));
}

/// Gives a node an agreement under a module, in the last place of a page that is full otherwise.
pub fn place<T: Config>(who: &T::AccountId, module: ModuleId, page: u32) -> AgreementId {
	fill::<T>(page, 1, &[module]);
	let id = conclude::<T>(who, module, Place::Slot(page * PAGE + PAGE - 1));
	Roster::<T>::mutate(page, |slots| {
		slots.try_insert(u8::MAX, slot::<T>(id, who.clone(), module)).unwrap();
	});
	Providers::<T>::mutate(who, |known| known.serving += 1);
	Pallet::<T>::schedule_end(id, window::<T>() + T::LongestAgreement::get());
	id
}

/// Gives a node an agreement whose test fee is on hold.
pub fn conclude<T: Config>(who: &T::AccountId, module: ModuleId, place: Place<BlockNumberFor<T>>) -> AgreementId {
	let id = NextAgreementId::<T>::mutate(|next| {
		*next += 1;
		*next - 1
	});
	let test_fee = Parameters::<T>::get().test_fee;
	T::Currency::hold(&HoldReason::Test.into(), who, test_fee).unwrap();
	let mut offer = offer::<T>(module);
	offer.bounds = bounds(400);
	Agreements::<T>::insert(id, Agreement { provider: who.clone(), offer, place, payer: who.clone(), test_fee });
	Providers::<T>::mutate(who, |known| known.agreements.try_push(id).unwrap());
	Pallet::<T>::note_concluded(module, 1);
	id
}

/// A node with so many agreements that have a slot, each on a page of its own, and one more negotiation than it has said.
pub fn busy<T: Config>(agreements: u32, modules: &[ModuleId]) -> (T::AccountId, Vec<AgreementId>) {
	begin::<T>(window::<T>());
	// Then whoever enters or leaves service begins or ceases to earn rewards.
	Parameters::<T>::mutate(|params| params.require_agreement = true);
	let who = node::<T>(0);
	Providers::<T>::insert(&who, known::<T>(modules[0]));
	let ids = (0..agreements).map(|index| place::<T>(&who, modules[index as usize], index)).collect();
	if agreements > 0 {
		T::Bonding::seated(Role::ServiceNode, &who);
	}
	(who, ids)
}

/// Takes a node out of service.
pub fn leave<T: Config>(who: &T::AccountId) {
	Providers::<T>::mutate(who, |known| known.serving = 0);
	T::Bonding::unseated(Role::ServiceNode, who);
}

/// An open negotiation of a node under a module.
pub fn negotiate<T: Config>(who: &T::AccountId, module: ModuleId, by: Party) -> AgreementId {
	let id = NextAgreementId::<T>::mutate(|next| {
		*next += 1;
		*next - 1
	});
	let deadline = Pallet::<T>::now() + T::OfferPeriod::get();
	let (provider, payer) = (who.clone(), who.clone());
	let negotiation = Negotiation { provider, payer, offer: offer::<T>(module), by, round: 1, deadline };
	Pallet::<T>::schedule(deadline, Item::Offer(id));
	Negotiations::<T>::insert(id, negotiation);
	Providers::<T>::mutate(who, |known| known.negotiations.try_push((id, module)).unwrap());
	id
}

/// The signatures of so many seats, which are all there are.
pub fn signatures<T: Config>(
	count: u32,
	id: AgreementId,
	round: u8,
	who: &T::AccountId,
	offer: &Offer,
	deadline: BlockNumberFor<T>,
) -> CoSignaturesOf<T> {
	let payload = Pallet::<T>::offer_payload(id, round, who, offer, deadline);
	let seats = T::BenchmarkHelper::prepare_seats(count);
	let signed: Vec<_> = seats.iter().map(|seat| T::BenchmarkHelper::sign(seat, &payload)).collect();
	signed.try_into().unwrap()
}

/// What all observers say of a node that was down, or never.
pub fn said(good: u8) -> Measurement {
	let quantities = Quantities { good, latency: Level::of(1), bandwidth: Level::MAX, benchmark: Level::MAX };
	Measurement { median: quantities, undisputed: quantities }
}

/// An outcome from which as much follows as can.
pub fn outcome<T: Config>(agreement: AgreementId, provider: T::AccountId) -> OutcomeOf<T> {
	Outcome {
		agreement,
		provider,
		module: 0,
		window: window::<T>(),
		test: None,
		consequence: Some(Consequence::Slash),
		shadow: false,
		credit: Some(Percent::one()),
		met: true,
	}
}

/// Queues as many outcomes as a page can have.
pub fn queue_outcomes<T: Config>(last: OutcomeOf<T>) {
	let mut outcomes = vec![outcome::<T>(AgreementId::MAX, account("other", 0, 0)); PAGE as usize];
	outcomes[0] = last;
	QueuedOutcomes::<T>::insert(0, BoundedVec::truncate_from(outcomes));
	OutcomesTo::<T>::put(1);
}

/// A full page under as many modules as there can be, whose nodes have all met the last budget period, and are all down in the first window
/// of the next one. So many windows were spared in it.
pub fn outage<T: Config>(spared: u32) -> (Window, BTreeMap<u8, Measurement>) {
	let modules = modules::<T>();
	let period = Pallet::<T>::period_windows();
	let next = window::<T>() / period * period + period;
	begin::<T>(next + 1);
	fill::<T>(0, 0, &modules);
	Roster::<T>::mutate(0, |slots| {
		for (_, slot) in slots.iter_mut() {
			slot.renewed = Some((next, bounds(400)));
			slot.spared_in = Pallet::<T>::period_of(next);
			slot.spared = spared;
			slot.meter = Meter::default();
			for window in next - period..next {
				slot.meter.advance(Pallet::<T>::half_of(window));
				let terms = specification::<T>().terms;
				terms.judge(&mut slot.meter, &said(60), &slot.bounds, period);
			}
		}
	});
	(next, (0..=u8::MAX).map(|place| (place, said(0))).collect())
}
