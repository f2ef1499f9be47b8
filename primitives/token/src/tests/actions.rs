use super::*;
use proptest::prelude::*;
use smartlayer_statement::{MAX_WRITE, ParseError};
use sp_core::ecdsa;
use sp_runtime::MultiSignature;

fn action() -> impl Strategy<Value = Action> {
	let key = "[a-z0-9][a-z0-9._-]{0,31}";
	prop_oneof![
		any::<u64>().prop_map(|number| Action::Assign(record(number))),
		any::<[u8; 32]>().prop_map(Action::Transfer),
		(key, "[^\\p{C}]{0,60}").prop_map(|(key, value)| set(&key, &value)),
		key.prop_map(|key| Action::Remove(Key::new(key).unwrap())),
		any::<bool>().prop_map(Action::Mark),
	]
}

fn signature() -> impl Strategy<Value = MultiSignature> {
	prop_oneof![
		any::<[u8; 32]>()
			.prop_map(|half| sp_core::ed25519::Signature::from_raw([half, half].concat().try_into().unwrap()).into()),
		any::<[u8; 32]>()
			.prop_map(|half| sr25519::Signature::from_raw([half, half].concat().try_into().unwrap()).into()),
		any::<[u8; 32]>().prop_map(|half| {
			let low = [&[0], &half[1..]].concat();
			let bytes = [&half[..], &low, &[1]].concat();
			sp_core::ecdsa::Signature::from_raw(bytes.try_into().unwrap()).into()
		}),
	]
}

proptest! {
	#[test]
	fn a_write_should_be_read_as_it_was_written(action in action(), signature in signature()) {
		let write = SignedWrite { action, signature };
		prop_assert_eq!(SignedWrite::parse(&write.bytes()), Ok(write));
	}

	#[test]
	fn no_bytes_should_be_two_writes(
		action in action(),
		signature in signature(),
		at in any::<prop::sample::Index>(),
		byte in any::<u8>(),
	) {
		let mut bytes = SignedWrite { action, signature }.bytes().into_inner();
		let at = at.index(bytes.len());
		bytes[at] = byte;
		if let Ok(read) = SignedWrite::parse(&bytes) {
			prop_assert_eq!(read.bytes().into_inner(), bytes);
		}
	}
}

#[test]
fn the_longest_write_should_fit_into_a_body() {
	let action = set(&"k".repeat(32), &"v".repeat(256));
	let signature = MultiSignature::Ecdsa(sp_core::ecdsa::Signature::from_raw([0; 65]));
	for action in [action, Action::Assign(record(1))] {
		let length = action.bytes().len() + 66;
		assert_eq!(SignedWrite { action, signature: signature.clone() }.bytes().len(), length);
		assert!(length < MAX_WRITE as usize);
	}
}

#[test]
fn what_is_no_write_should_be_refused_with_the_reason() {
	let write = signed(&State::empty(class(), INSTANCE), &user(), Action::Mark(true)).bytes().into_inner();
	let changed = |at: usize, byte| {
		let mut bytes = write.clone();
		bytes[at] = byte;
		bytes
	};
	for (bytes, error) in [
		(Vec::new(), ParseError::TooShort),
		(changed(0, 0), ParseError::UnknownTag),
		(changed(0, 6), ParseError::UnknownTag),
		(changed(1, 2), ParseError::UnknownTag),
		(changed(2, 3), ParseError::UnknownTag),
		(changed(2, 2), ParseError::TooShort),
		(write[..write.len() - 1].to_vec(), ParseError::TooShort),
		([&write[..], &[0]].concat(), ParseError::TrailingBytes),
		([&[4, 0][..], &write[2..]].concat(), ParseError::BadText),
	] {
		assert_eq!(SignedWrite::parse(&bytes), Err(error), "{bytes:?}");
	}
}

#[test]
fn names_and_values_should_be_short_and_plain() {
	for name in ["", "_a", "__proto__", ".", "-", "A", "ä", "a b", &"k".repeat(33)] {
		assert_eq!(Key::new(name), None, "{name}");
	}
	for value in ["a\nb", "\u{7f}", "\u{85}", &"v".repeat(257)] {
		assert_eq!(Value::new(value), None, "{value}");
	}
	assert!(Value::new("").is_some() && Value::new("Zürich, 8:00 \"A\"").is_some());
}

#[test]
fn an_ecdsa_signature_should_have_one_form() {
	let pair = ecdsa::Pair::from_seed(&[8; 32]);
	for message in 0..20u8 {
		let signature = pair.sign(&[message]);
		let write = SignedWrite { action: Action::Mark(true), signature: signature.into() };
		assert_eq!(SignedWrite::parse(&write.bytes()), Ok(write.clone()));
		// The same signature with the other recovery byte, or with the other s: both verify.
		let mut bytes = write.bytes().into_inner();
		let last = bytes.len() - 1;
		bytes[last] += 27;
		assert_eq!(SignedWrite::parse(&bytes), Err(ParseError::BadSignature));
		bytes[last] -= 27;
		bytes[last - 32] = 0x80;
		assert_eq!(SignedWrite::parse(&bytes), Err(ParseError::BadSignature));
	}
}
