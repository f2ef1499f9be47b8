use super::*;
use crate::{Refusal, perform, verify};
use smartlayer_statement::BitChange;
use sp_core::{ecdsa, ed25519};
use sp_runtime::{MultiSigner, traits::IdentifyAccount};

/// A token that a user owns.
fn owned() -> State {
	after([
		(issuer(), Action::Assign(record(1))),
		(issuer(), set("name", "a ticket")),
		(issuer(), Action::Transfer(account(&user()))),
	])
}

fn order(state: &State, by: &sr25519::Pair, action: Action) -> Result<State, Refusal> {
	state.apply(GENESIS, &account(by), &signed(state, by, action)).map(|(state, _)| state)
}

#[test]
fn a_token_should_become_what_its_operations_say() {
	let state = owned();
	assert_eq!((state.sequence, state.owner, state.marked), (3, Some(account(&user())), false));
	assert_eq!(state.attributes.values().map(Value::as_str).collect::<Vec<_>>(), ["a ticket"]);
	let assignment = state.assignment.unwrap();
	assert_eq!((assignment.issuer, assignment.bit, assignment.node), (account(&issuer()), 9, NODE));

	let marked = order(&state, &user(), Action::Mark(true)).unwrap();
	let given = order(&marked, &user(), Action::Transfer(account(&other()))).unwrap();
	assert_eq!((given.sequence, given.owner, given.marked), (5, Some(account(&other())), true));
	let renamed = order(&given, &issuer(), set("name", "used")).unwrap();
	let removed = order(&renamed, &issuer(), Action::Remove(Key::new("name").unwrap())).unwrap();
	assert!(removed.attributes.is_empty());
	// Each state has its own hash.
	let hashes = [state, marked, given, renamed, removed].map(|state| state.hash());
	assert_eq!(hashes.iter().collect::<std::collections::BTreeSet<_>>().len(), 5);
}

#[test]
fn nothing_should_happen_to_a_token_that_was_not_issued() {
	let state = State::empty(class(), INSTANCE);
	for action in [set("name", "x"), Action::Transfer(account(&user())), Action::Mark(true)] {
		assert_eq!(order(&state, &issuer(), action), Err(Refusal::NotIssued));
	}
}

#[test]
fn a_record_should_be_of_the_token_and_the_next_one() {
	let state = owned();
	assert!(order(&state, &issuer(), Action::Assign(record(2))).is_ok());
	// A node that does not know the token cannot begin anew with a later record.
	assert_eq!(
		order(&State::empty(class(), INSTANCE), &issuer(), Action::Assign(record(2))),
		Err(Refusal::NotNextRecord)
	);
	for (record, refusal) in [
		(Record { genesis: H256::zero(), ..record(2) }, Refusal::AnotherToken),
		(Record { instance: H256::zero(), ..record(2) }, Refusal::AnotherToken),
		(Record { salt: H256::zero(), ..record(2) }, Refusal::AnotherToken),
		// Another issuer has another class.
		(Record { issuer: account(&user()), ..record(2) }, Refusal::AnotherToken),
		(record(1), Refusal::NotNextRecord),
		(record(3), Refusal::NotNextRecord),
		(record(u64::MAX), Refusal::NotNextRecord),
		(Record { bit: 8, ..record(2) }, Refusal::AnotherBit),
	] {
		assert_eq!(order(&state, &issuer(), Action::Assign(record)), Err(refusal), "{record:?}");
	}
	assert_eq!(order(&state, &user(), Action::Assign(record(2))), Err(Refusal::NotIssuer));
}

#[test]
fn actions_should_be_those_of_their_authors() {
	let state = owned();
	for action in [set("name", "x"), Action::Remove(Key::new("name").unwrap())] {
		assert_eq!(order(&state, &user(), action), Err(Refusal::NotIssuer));
	}
	for action in [Action::Mark(true), Action::Transfer(account(&other()))] {
		assert_eq!(order(&state, &issuer(), action.clone()), Err(Refusal::NotOwner));
		assert_eq!(order(&state, &other(), action), Err(Refusal::NotOwner));
	}
	// Nobody but the issuer gives away what nobody owns.
	let unowned = after([(issuer(), Action::Assign(record(1)))]);
	assert_eq!(order(&unowned, &user(), Action::Transfer(account(&user()))), Err(Refusal::NotIssuer));
	assert_eq!(order(&unowned, &issuer(), Action::Mark(true)), Err(Refusal::NotOwner));
}

#[test]
fn what_changes_nothing_should_be_refused() {
	let state = owned();
	assert_eq!(order(&state, &user(), Action::Transfer(account(&user()))), Err(Refusal::NoChange));
	assert_eq!(order(&state, &user(), Action::Mark(false)), Err(Refusal::NoChange));
	assert_eq!(order(&state, &issuer(), set("name", "a ticket")), Err(Refusal::NoChange));
	assert_eq!(order(&state, &issuer(), Action::Remove(Key::new("colour").unwrap())), Err(Refusal::NoChange));
}

#[test]
fn a_signature_should_be_good_for_one_place_and_one_author() {
	let state = owned();
	let write = signed(&state, &user(), Action::Mark(true));
	let by = account(&user());
	let (next, bit) = state.apply(GENESIS, &by, &write).unwrap();
	assert_eq!(bit, Some(BitChange { number: 9, set: true }));
	// Not again, not in another order, not on another chain or token.
	let cleared = order(&next, &user(), Action::Mark(false)).unwrap();
	assert_eq!(cleared.apply(GENESIS, &by, &write), Err(Refusal::BadSignature));
	assert_eq!(state.apply(H256::zero(), &by, &write), Err(Refusal::BadSignature));
	let elsewhere = State { instance: H256::zero(), ..state.clone() };
	assert_eq!(elsewhere.apply(GENESIS, &by, &write), Err(Refusal::BadSignature));
	let another = SignedWrite { action: Action::Transfer(account(&other())), ..write };
	assert_eq!(state.apply(GENESIS, &by, &another), Err(Refusal::BadSignature));
	let forged = signed(&state, &other(), Action::Mark(true));
	assert_eq!(state.apply(GENESIS, &by, &forged), Err(Refusal::BadSignature));
}

#[test]
fn wallets_and_other_schemes_should_be_able_to_sign() {
	let state = owned();
	let place = |state: &State| Place { genesis: GENESIS, before: state.hash() };
	let payload = SignedWrite::payload(&Action::Mark(true), &place(&state));
	let wrapped = [b"<Bytes>", &payload[..], b"</Bytes>"].concat();
	let write = SignedWrite { action: Action::Mark(true), signature: user().sign(&wrapped).into() };
	assert!(state.apply(GENESIS, &account(&user()), &write).is_ok());

	let pair = ecdsa::Pair::from_seed(&[8; 32]);
	let owner: Account = MultiSigner::from(pair.public()).into_account().into();
	let by_ecdsa = State { owner: Some(owner), ..state.clone() };
	let payload = SignedWrite::payload(&Action::Mark(true), &place(&by_ecdsa));
	let write = SignedWrite { action: Action::Mark(true), signature: pair.sign(&payload).into() };
	assert!(by_ecdsa.apply(GENESIS, &owner, &write).is_ok());
	assert!(SignedWrite::parse(&write.bytes()).is_ok());

	let pair = ed25519::Pair::from_seed(&[8; 32]);
	let by_ed25519 = State { owner: Some(pair.public().0), ..state };
	let payload = SignedWrite::payload(&Action::Mark(true), &place(&by_ed25519));
	let write = SignedWrite { action: Action::Mark(true), signature: pair.sign(&payload).into() };
	assert!(by_ed25519.apply(GENESIS, &pair.public().0, &write).is_ok());

	// Issuers sign records with wallets, too.
	let empty = State::empty(class(), INSTANCE);
	let wrapped = [b"<Bytes>", &record(1).bytes()[..], b"</Bytes>"].concat();
	let write = SignedWrite { action: Action::Assign(record(1)), signature: issuer().sign(&wrapped).into() };
	assert!(empty.apply(GENESIS, &account(&issuer()), &write).is_ok());
}

#[test]
fn attributes_should_have_a_limit_together() {
	let mut state = owned();
	let value = "v".repeat(256);
	for key in ["a", "b", "c"] {
		state = order(&state, &issuer(), set(key, &value)).unwrap();
	}
	assert_eq!(order(&state, &issuer(), set("d", &value)), Err(Refusal::TooManyAttributes));
	// 15 bytes are those of the name, and 3 × 260 of the others: 229 are left, of which 4 are no value.
	let left = 1_024 - (1 + 4 + 2 + 8) - 3 * (1 + 1 + 2 + 256) - 4;
	assert!(order(&state, &issuer(), set("d", &"v".repeat(left))).is_ok());
	assert_eq!(order(&state, &issuer(), set("d", &"v".repeat(left + 1))), Err(Refusal::TooManyAttributes));
	let shorter = order(&state, &issuer(), set("a", "")).unwrap();
	assert!(order(&shorter, &issuer(), set("d", &value)).is_ok());
}

#[test]
fn the_last_number_should_be_the_last_operation() {
	let state = State { sequence: u64::MAX, ..owned() };
	let write = signed(&owned(), &user(), Action::Mark(true));
	assert_eq!(state.apply(GENESIS, &account(&user()), &write), Err(Refusal::Exhausted));
}

#[test]
fn an_operation_should_be_what_follows_from_its_write() {
	let state = owned();
	let write = signed(&state, &user(), Action::Mark(true));
	let (entry, next) = perform(GENESIS, &NODE, &state, &account(&user()), &write).unwrap();
	assert_eq!((entry.operation.sequence, entry.operation.user, entry.operation.node), (4, account(&user()), NODE));
	assert_eq!(entry.body.state, next.hash());
	assert_eq!(verify(GENESIS, &state, &entry), Ok(next));

	// A false state, a bit that did not change, another user, and a node that does not write the token.
	let mut lies = vec![entry.clone(); 4];
	lies[0].body.state = H256::zero();
	lies[1].body.bit = None;
	lies[2].body.symbols = H256::repeat_byte(1);
	for lie in &mut lies[..3] {
		lie.operation.payload = lie.body.payload();
	}
	lies[3].operation.sequence += 1;
	for lie in lies {
		assert_eq!(verify(GENESIS, &state, &lie), Err(Refusal::WrongResult));
	}
	let mut elsewhere = entry.clone();
	elsewhere.operation.node = [9; 32];
	assert_eq!(verify(GENESIS, &state, &elsewhere), Err(Refusal::AnotherNode));
	let mut forged = entry;
	forged.operation.user = account(&other());
	assert_eq!(verify(GENESIS, &state, &forged), Err(Refusal::NotOwner));
}

#[test]
fn a_token_should_move_to_the_node_that_a_record_names() {
	let state = owned();
	let there = [9; 32];
	let write = signed(&state, &issuer(), Action::Assign(Record { node: there, ..record(2) }));
	let by = account(&issuer());
	// One node writes a record, so that it is not written twice: the one that it names.
	assert_eq!(perform(GENESIS, &NODE, &state, &by, &write), Err(Refusal::AnotherNode));
	let (entry, next) = perform(GENESIS, &there, &state, &by, &write).unwrap();
	assert_eq!(verify(GENESIS, &state, &entry), Ok(next.clone()));

	let write = signed(&next, &user(), Action::Mark(true));
	assert_eq!(perform(GENESIS, &NODE, &next, &account(&user()), &write), Err(Refusal::AnotherNode));
	let (entry, last) = perform(GENESIS, &there, &next, &account(&user()), &write).unwrap();
	assert_eq!(verify(GENESIS, &next, &entry), Ok(last));
}

#[test]
fn an_action_should_take_effect_on_no_other_state_than_its_author_knew() {
	// Two histories of a token with as many operations: what is signed for one is nothing in the other.
	let [one, other] = ["a", "b"].map(|name| {
		after([
			(issuer(), Action::Assign(record(1))),
			(issuer(), set("name", name)),
			(issuer(), Action::Transfer(account(&user()))),
		])
	});
	let write = signed(&one, &user(), Action::Mark(true));
	assert!(one.apply(GENESIS, &account(&user()), &write).is_ok());
	assert_eq!(other.apply(GENESIS, &account(&user()), &write), Err(Refusal::BadSignature));
}
