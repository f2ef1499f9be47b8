//! The examples that other languages are checked against, and what parsers refuse.

mod batches;
mod bodies;
mod signed;
mod vectors;

use crate::{BitChange, Body, Entry, Write};
use proptest::prelude::*;
use smartlayer_commitment::Operation;
use sp_core::H256;

/// Some body.
pub fn body() -> impl Strategy<Value = Body> {
	let bit = proptest::option::of((any::<u64>(), any::<bool>()).prop_map(|(number, set)| BitChange { number, set }));
	(any::<[u8; 32]>(), any::<[u8; 32]>(), bit, proptest::collection::vec(any::<u8>(), 0..100)).prop_map(
		|(state, symbols, bit, write)| Body {
			state: H256(state),
			symbols: H256(symbols),
			bit,
			write: Write::truncate_from(write),
		},
	)
}

/// An operation with this body.
pub fn entry(node: [u8; 32], sequence: u64, body: Body) -> Entry {
	let operation = Operation {
		class: H256::repeat_byte(1),
		instance: H256::repeat_byte(2),
		sequence,
		user: [3; 32],
		node,
		payload: body.payload(),
	};
	Entry { operation, body }
}
