use super::*;
use crate::Assignment;
use proptest::prelude::*;
use smartlayer_statement::ParseError;

fn state() -> impl Strategy<Value = State> {
	let value = "[^\\p{C}]{0,8}";
	let assignment = proptest::option::of((any::<[u8; 32]>(), any::<[u8; 32]>(), any::<u64>(), any::<u64>()));
	let rest = (any::<u64>(), proptest::option::of(any::<[u8; 32]>()), any::<bool>());
	(assignment, rest, proptest::collection::btree_map("[a-z0-9][a-z0-9._-]{0,7}", value, 0..5)).prop_map(
		|(assignment, (sequence, owner, marked), attributes)| {
			// A token that was not issued is empty.
			let Some(assignment) = assignment else { return State::empty(H256::repeat_byte(8), INSTANCE) };
			let sequence = sequence.max(1);
			let assignment = Some(assignment);
			let assignment = assignment.map(|(issuer, salt, bit, number)| Assignment {
				issuer,
				salt: H256(salt),
				bit,
				node: NODE,
				number,
			});
			let class = assignment.map_or(H256::repeat_byte(8), |of| class_of(&of.issuer, &of.salt));
			let attributes =
				attributes.into_iter().map(|(key, value)| (Key::new(key).unwrap(), Value::new(value).unwrap()));
			let attributes = attributes.collect();
			State { sequence, assignment, owner, marked, attributes, ..State::empty(class, INSTANCE) }
		},
	)
}

proptest! {
	#[test]
	fn a_state_should_be_read_as_it_was_written(state in state()) {
		prop_assert_eq!(State::parse(&state.bytes()), Ok(state));
	}

	#[test]
	fn no_bytes_should_be_two_states(state in state(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
		let mut bytes = state.bytes();
		let at = at.index(bytes.len());
		bytes[at] = byte;
		if let Ok(read) = State::parse(&bytes) {
			prop_assert_eq!(read.bytes(), bytes);
		}
	}
}

#[test]
fn attributes_should_be_in_order_and_within_their_limit() {
	let state = after([(issuer(), Action::Assign(record(1)))]);
	let with = |attributes: &[&[u8]]| State::parse(&[&state.bytes()[..], &attributes.concat()].concat());
	let (a, b) = (b"\x01a\x00\x01x", b"\x01b\x00\x01x");
	assert_eq!(with(&[a, b]).unwrap().attributes.len(), 2);
	assert_eq!(with(&[b, a]), Err(ParseError::BadAttributes));
	assert_eq!(with(&[a, a]), Err(ParseError::BadAttributes));
	assert_eq!(with(&[b"\x01A\x00\x01x"]), Err(ParseError::BadText));
	assert_eq!(with(&[b"\x01a\x00\x01\x07"]), Err(ParseError::BadText));
	assert_eq!(with(&[b"\x01a\x00\x02x"]), Err(ParseError::TooShort));
	let long: Vec<_> = (b'a'..b'e').map(|key| [&[1, key, 1, 0][..], &[b'v'; 256]].concat()).collect();
	let long: Vec<_> = long.iter().map(Vec::as_slice).collect();
	assert_eq!(with(&long), Err(ParseError::BadAttributes));
}

#[test]
fn a_state_should_be_one_to_which_operations_lead() {
	let issued = after([(issuer(), Action::Assign(record(1)))]);
	let empty = State::empty(class(), INSTANCE);
	assert_eq!(State::parse(&empty.bytes()), Ok(empty.clone()));
	for state in [
		State { sequence: 0, ..issued.clone() },
		State { sequence: 1, ..empty.clone() },
		State { owner: Some(NODE), ..empty.clone() },
		State { marked: true, ..empty.clone() },
		State { attributes: [(Key::new("a").unwrap(), Value::new("").unwrap())].into(), ..empty },
		State { assignment: None, ..issued },
	] {
		assert_eq!(State::parse(&state.bytes()), Err(ParseError::Unreachable));
	}
}

#[test]
fn a_state_should_name_the_issuer_of_its_class() {
	let mut state = after([(issuer(), Action::Assign(record(1)))]);
	state.class = H256::zero();
	assert_eq!(State::parse(&state.bytes()), Err(ParseError::AnotherClass));
}
