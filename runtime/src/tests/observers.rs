//! What observers show of what they say.

use crate::{AccountId, Runtime, StakingSlash, System, Telemetry};
use pallet_telemetry::{Answer, AnswerOf, OpenWindowOf, PAGE, Readings};
use smartlayer_commitment::{Claim, ClaimTree};
use smartlayer_measurement::{Draw, READING_BYTES, Reading, SAMPLES};
use smartlayer_primitives::{Bonding, Role, Window};
use smartlayer_statement::{Probe, Statement};
use sp_core::H256;
use sp_keyring::Sr25519Keyring;

/// The secret of all observers.
pub const SALT: H256 = H256([7; 32]);

/// Gives the chain what its blocks have outside of tests: randomness, and a hash.
pub fn prepare() {
	let height = System::block_number();
	pallet_babe::AuthorVrfRandomness::<Runtime>::put(Some([height as u8; 32]));
	frame_system::BlockHash::<Runtime>::insert(height, H256::repeat_byte(height as u8 | 1));
}

fn genesis() -> H256 {
	System::block_hash(0)
}

/// The tree of what an observer says of all pages.
pub fn tree(window: Window, who: &AccountId, pages: &[Readings]) -> ClaimTree {
	let leaves = (0..).zip(pages).map(|(page, readings)| {
		Claim { genesis: genesis(), observer: who.clone().into(), window, page, salt: SALT, readings }.leaf()
	});
	ClaimTree::new(leaves.collect()).unwrap()
}

/// The answer that an observer has to show of a page.
pub fn answer(
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
