//! What observers say of nodes, with answers that can be shown.

use super::Random;
use crate::{AccountId, Runtime, RuntimeCall, StakingSlash, System, Telemetry, Tempo};
use pallet_telemetry::{Answer, AnswerOf, Call, OpenWindowOf, PAGE, Readings};
use smartlayer_commitment::{Claim, ClaimTree};
use smartlayer_measurement::{Draw, Level, READING_BYTES, Reading, SAMPLES};
use smartlayer_primitives::{Bonding, Role, Window};
use smartlayer_statement::{Probe, Statement};
use sp_core::H256;
use sp_keyring::Sr25519Keyring;
use std::collections::BTreeMap;

/// The secret of all observers.
const SALT: H256 = H256([7; 32]);

/// What observers have committed to.
#[derive(Default)]
pub struct Observers(BTreeMap<(Window, AccountId), Vec<Readings>>);

/// Gives the chain what its blocks have outside of tests: randomness, and a hash.
pub fn prepare() {
	let height = System::block_number();
	pallet_babe::AuthorVrfRandomness::<Runtime>::put(Some([height as u8; 32]));
	frame_system::BlockHash::<Runtime>::insert(height, H256::repeat_byte(height as u8 | 1));
}

fn genesis() -> H256 {
	System::block_hash(0)
}

impl Observers {
	/// What an observer can say now, and who it is.
	pub fn call(&mut self, random: &mut Random) -> Option<(RuntimeCall, AccountId)> {
		let windows = Telemetry::open_windows();
		self.0.retain(|(window, _), _| windows.iter().any(|(open, _)| open == window));
		let (window, open) = windows.into_iter().find(|(_, open)| open.ended.is_some() && open.pages > 0)?;
		let schedule = Tempo::current();
		if Tempo::now() < (window + 1) * schedule.window_blocks + schedule.commit_blocks {
			let observers = open.observers.iter().filter(|observer| observer.root.is_none());
			let who = random.among(observers.map(|observer| observer.who.clone()))?;
			let pages = self.said(random, window, &open, &who);
			let root = tree(window, &who, &pages).root();
			return Some((Call::commit { window, root }.into(), who));
		}
		let observers = open.observers.iter().filter(|observer| observer.root.is_some());
		let who = random.among(observers.map(|observer| observer.who.clone()))?;
		let page = random.below(open.pages.into()) as u32;
		let pages = self.0.get(&(window, who.clone()))?;
		let readings = pages.get(page as usize)?.clone();
		let proof = tree(window, &who, pages).prove(page)?;
		let answer = answer(window, &open, &who, page, &readings).map(Box::new);
		Some((Call::reveal { window, page, salt: SALT, readings, proof, answer }.into(), who))
	}

	/// What an observer says of all pages: nodes are good, slow, or down, in part at once.
	fn said(
		&mut self,
		random: &mut Random,
		window: Window,
		open: &OpenWindowOf<Runtime>,
		who: &AccountId,
	) -> Vec<Readings> {
		let is_outage = window % 8 == 7;
		let mut read = |place: u8| {
			// Observers mostly see the same.
			let seen = if random.below(10) == 0 { random.below(8) } else { u64::from(place) + u64::from(window) };
			let good = if is_outage { 0 } else { [60, 60, 60, 60, 60, 60, 59, 20][seen as usize % 8] };
			let latency = Level::of([10, 10, 10, 3_000][seen as usize % 4]);
			Reading { good: Some(good), latency: Some(latency), bandwidth: None, benchmark: None }.bytes()
		};
		let pages = (0..open.pages).map(|page| {
			let measured = Telemetry::measured(window, page);
			Readings::truncate_from(measured.into_iter().flat_map(|(place, _)| read(place)).collect())
		});
		let pages: Vec<_> = pages.collect();
		self.0.insert((window, who.clone()), pages.clone());
		pages
	}
}

fn tree(window: Window, who: &AccountId, pages: &[Readings]) -> ClaimTree {
	let leaves = (0..).zip(pages).map(|(page, readings)| {
		Claim { genesis: genesis(), observer: who.clone().into(), window, page, salt: SALT, readings }.leaf()
	});
	ClaimTree::new(leaves.collect()).unwrap()
}

/// The answer that an observer has to show of a page.
fn answer(
	window: Window,
	open: &OpenWindowOf<Runtime>,
	who: &AccountId,
	page: u32,
	readings: &Readings,
) -> Option<AnswerOf<Runtime>> {
	let draw = Draw::new(&open.seed?.0, &who.clone().into(), page);
	let (each, _) = readings.as_chunks::<READING_BYTES>();
	let measured = Telemetry::measured(window, page);
	let up = measured.iter().zip(each).filter(|(_, bytes)| Reading::parse(**bytes).good > Some(0));
	let up: Vec<_> = up.map(|((place, node), _)| (*place, node.clone())).collect();
	let (place, node) = up.get(draw.node(up.len())?)?;
	if StakingSlash::role(node) != Some(Role::ServiceNode) {
		return None;
	}
	let sample = (0..SAMPLES).find(|sample| draw.rank(*sample) == Some(0))?;
	let block = open.ended?.checked_sub(1)?;
	let periods = pallet_staking_slash::ServiceKeys::<Runtime>::get(node);
	let mut keys = periods.iter().filter(|period| period.from <= block && period.to.is_none_or(|to| block <= to));
	let key = Sr25519Keyring::from_account_id(&keys.next()?.key)?;
	let observer: [u8; 32] = who.clone().into();
	let slot = page * PAGE + u32::from(*place);
	let probe = Probe { genesis: genesis(), observer, window, slot, sample, salt: SALT };
	let statement = Statement {
		genesis: genesis(),
		node: node.clone().into(),
		class: H256::zero(),
		instance: H256::zero(),
		sequence: 0,
		block,
		block_hash: System::block_hash(block),
		state: H256::zero(),
		request: probe.request(H256::zero(), H256::zero()),
		response: H256::zero(),
	};
	let signature = key.sign(&statement.bytes()).into();
	Some(Answer { sample, statement, key: key.to_account_id(), signature })
}
