//! Benchmarks. Everything is measured in its most expensive case: full pages, all seats, and the longest proofs.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	reason = "a benchmark that fails must panic"
)]

use crate::{
	Answer, Call, Claims, Closing, Config, Mixed, NextWindow, Observer, OpenWindowOf, PAGE, Pallet, Readings, Windows,
};
use alloc::{boxed::Box, vec::Vec};
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{BoundedVec, traits::Get};
use frame_system::{RawOrigin, pallet_prelude::BlockNumberFor};
use smartlayer_commitment::{Claim, ClaimProof};
use smartlayer_measurement::{Draw, Reading, SAMPLES};
use smartlayer_primitives::Window;
use smartlayer_statement::{Probe, Statement};
use sp_core::H256;
use sp_runtime::{
	SaturatedConversion,
	traits::{BlockNumberProvider, One, Saturating},
};

/// Creates seats, nodes and signatures for benchmarks.
pub trait BenchmarkHelper<AccountId, Signature> {
	/// Creates that many seats.
	fn prepare_seats(count: u32) -> Vec<AccountId>;

	/// Fills the first page of the roster with nodes that are measured in all windows. Returns their places, and each with its service
	/// key.
	fn prepare_page() -> Vec<(u8, AccountId, AccountId)>;

	/// Signs with a service key.
	fn sign(key: &AccountId, bytes: &[u8]) -> Signature;

	/// Gives the block before randomness.
	fn prepare_randomness();
}

/// The depth of the longest proof: of 2^31 pages.
const DEPTH: u32 = 31;
/// The window that is measured.
const WINDOW: Window = 1;

/// The nodes on a page with their places, and each with its service key.
type Nodes<T> = Vec<(u8, <T as frame_system::Config>::AccountId, <T as frame_system::Config>::AccountId)>;

/// Prepares a window with so many observers, which is over. Returns the observers, and the nodes.
fn prepared<T: Config>(seats: u32) -> (Vec<T::AccountId>, Nodes<T>) {
	let seats = T::BenchmarkHelper::prepare_seats(seats);
	let nodes = T::BenchmarkHelper::prepare_page();
	T::BenchmarkHelper::prepare_randomness();
	let begun = Pallet::<T>::end_of(WINDOW.saturating_sub(1));
	let ended = Pallet::<T>::end_of(WINDOW);
	let observers = seats.iter().map(|who| Observer { who: who.clone(), root: None, silent: 0, heard: false });
	let observers = BoundedVec::truncate_from(observers.collect());
	let open = OpenWindowOf::<T> { observers, pages: 1, begun, ended: Some(ended), seed: None };
	Windows::<T>::insert(WINDOW, open);
	NextWindow::<T>::put(WINDOW.saturating_add(1));
	Closing::<T>::put((WINDOW, 0));
	T::BlockNumberProvider::set_block_number(ended);
	(seats, nodes)
}

fn change<T: Config>(change: impl FnOnce(&mut OpenWindowOf<T>)) {
	Windows::<T>::mutate_extant(WINDOW, change);
}

/// The readings of a full page: no two of them are the same from one observer to the next.
fn readings(seed: u32) -> Readings {
	let each = |place: u32| {
		let good = (place.wrapping_mul(7).wrapping_add(seed.wrapping_mul(13)) % 60) as u8;
		Reading::parse([good.saturating_add(1), (place.wrapping_add(seed) % 240) as u8, 0, 0]).bytes()
	};
	Readings::truncate_from((0..PAGE).flat_map(each).collect())
}

/// All observers have revealed the page.
fn revealed<T: Config>(seats: u32) {
	for seat in 0..seats {
		Claims::<T>::insert((WINDOW, 0), seat as u8, readings(seat));
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn commit() {
		let (seats, _) = prepared::<T>(T::MaxSeats::get());
		let last = seats.last().unwrap().clone();
		#[extrinsic_call]
		_(RawOrigin::Signed(last.clone()), WINDOW, H256::repeat_byte(1));
		let open = Windows::<T>::get(WINDOW).unwrap();
		assert!(open.observers.iter().any(|observer| observer.who == last && observer.root.is_some()));
	}

	#[benchmark]
	fn reveal() {
		let (seats, nodes) = prepared::<T>(T::MaxSeats::get());
		let who = seats.last().unwrap().clone();
		let observer = who.encode().try_into().unwrap();
		let (genesis, salt, seed) = (Pallet::<T>::genesis(), H256::repeat_byte(2), H256::repeat_byte(3));
		let readings = readings(1);
		let claim = Claim { genesis, observer, window: WINDOW, page: 0, salt, readings: &readings };
		let proof = ClaimProof::of_depth(DEPTH);
		let root = proof.root_from_first(&claim);
		change::<T>(|open| {
			open.pages = 1 << DEPTH;
			open.seed = Some(seed);
			open.observers.iter_mut().last().unwrap().root = Some(root);
		});
		let draw = Draw::new(&seed.0, &observer, 0);
		// Every node is called up.
		let (place, node, key) = nodes[draw.node(nodes.len()).unwrap()].clone();
		let sample = (0..SAMPLES).find(|sample| draw.rank(*sample) == Some(0)).unwrap();
		let probe = Probe { genesis, observer, window: WINDOW, slot: place.into(), sample, salt };
		let (class, instance) = (H256::repeat_byte(4), H256::repeat_byte(5));
		let block: BlockNumberFor<T> = Pallet::<T>::end_of(WINDOW).saturating_sub(One::one());
		let block_hash = H256::repeat_byte(6);
		frame_system::BlockHash::<T>::insert(block, block_hash);
		let statement = Statement {
			genesis,
			node: node.encode().try_into().unwrap(),
			class,
			instance,
			sequence: 0,
			block: block.saturated_into(),
			block_hash,
			state: H256::zero(),
			request: probe.request(class, instance),
			response: H256::zero(),
		};
		let signature = T::BenchmarkHelper::sign(&key, &statement.bytes());
		let answer = Answer { sample, statement, key, signature };
		#[extrinsic_call]
		_(RawOrigin::Signed(who), WINDOW, 0, salt, readings, proof, Some(Box::new(answer)));
		assert_eq!(Claims::<T>::iter().count(), 1);
	}

	#[benchmark]
	fn look() {
		prepared::<T>(T::MaxSeats::get());
		let running = WINDOW.saturating_add(1);
		let open = Windows::<T>::get(WINDOW).unwrap();
		Windows::<T>::insert(running, OpenWindowOf::<T> { ended: None, ..open });
		NextWindow::<T>::put(running.saturating_add(1));
		Mixed::<T>::put((WINDOW, H256::repeat_byte(1)));
		T::BlockNumberProvider::set_block_number(Pallet::<T>::drawn_by(WINDOW));
		let mut meter = frame_support::weights::WeightMeter::new();
		#[block]
		{
			Pallet::<T>::do_on_poll(&mut meter);
		}
		assert!(Windows::<T>::get(WINDOW).unwrap().seed.is_some());
	}

	#[benchmark]
	fn begin_window(s: Linear<0, { T::MaxSeats::get() }>) {
		prepared::<T>(s);
		let next = WINDOW.saturating_add(1);
		change::<T>(|open| open.ended = None);
		#[block]
		{
			Pallet::<T>::begin(next, true);
		}
		assert_eq!(Windows::<T>::get(next).unwrap().observers.len() as u32, s);
	}

	#[benchmark]
	fn close_page(s: Linear<0, { T::MaxSeats::get() }>) {
		prepared::<T>(s);
		revealed::<T>(s);
		#[block]
		{
			let mut open = Windows::<T>::get(WINDOW).unwrap();
			Closing::<T>::put((WINDOW, 1));
			Pallet::<T>::close_page(WINDOW, 0, &mut open);
			Windows::<T>::insert(WINDOW, open);
		}
		assert!(Claims::<T>::iter().next().is_none());
	}

	#[benchmark]
	fn end_window(s: Linear<0, { T::MaxSeats::get() }>) {
		prepared::<T>(s);
		change::<T>(|open| {
			open.seed = Some(H256::zero());
			open.observers.iter_mut().for_each(|observer| (observer.silent, observer.heard) = (1, true));
		});
		#[block]
		{
			let open = Windows::<T>::get(WINDOW).unwrap();
			Closing::<T>::put((WINDOW.saturating_add(1), 0));
			Pallet::<T>::end(WINDOW, open);
		}
		assert!(Windows::<T>::get(WINDOW).is_none());
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::chain(), crate::mock::Test);
}
