mod actions;
mod rules;
mod states;
mod vectors;

use crate::{Action, Key, Place, SignedWrite, State, Value};
use smartlayer_statement::{Account, Record, class_of};
use sp_core::{H256, Pair, sr25519};

pub const GENESIS: H256 = H256::repeat_byte(1);
pub const SALT: H256 = H256::repeat_byte(2);
pub const INSTANCE: H256 = H256::repeat_byte(3);
pub const NODE: Account = [4; 32];

pub fn issuer() -> sr25519::Pair {
	sr25519::Pair::from_seed(&[5; 32])
}

pub fn user() -> sr25519::Pair {
	sr25519::Pair::from_seed(&[6; 32])
}

pub fn other() -> sr25519::Pair {
	sr25519::Pair::from_seed(&[7; 32])
}

pub fn account(pair: &sr25519::Pair) -> Account {
	pair.public().0
}

pub fn class() -> H256 {
	class_of(&account(&issuer()), &SALT)
}

pub fn record(number: u64) -> Record {
	let issuer = account(&issuer());
	Record { genesis: GENESIS, issuer, salt: SALT, instance: INSTANCE, bit: 9, node: NODE, number }
}

pub fn set(key: &str, value: &str) -> Action {
	Action::Set(Key::new(key).unwrap(), Value::new(value).unwrap())
}

/// The action, signed as the next one of a state.
pub fn signed(state: &State, by: &sr25519::Pair, action: Action) -> SignedWrite {
	let place = Place { genesis: GENESIS, before: state.hash() };
	let signature = by.sign(&SignedWrite::payload(&action, &place)).into();
	SignedWrite { action, signature }
}

/// The state after actions of accounts, each in its turn.
pub fn after(actions: impl IntoIterator<Item = (sr25519::Pair, Action)>) -> State {
	actions.into_iter().fold(State::empty(class(), INSTANCE), |state, (by, action)| {
		let write = signed(&state, &by, action);
		state.apply(GENESIS, &account(&by), &write).unwrap().0
	})
}
