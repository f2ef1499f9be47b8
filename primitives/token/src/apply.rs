//! What follows from an action, and who may order it.

use crate::{Action, Assignment, SignedWrite, State, write::Place};
use core::fmt;
use smartlayer_commitment::Operation;
use smartlayer_statement::{Account, BitChange, Body, Entry, Record};
use sp_core::H256;

/// Why an action is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
	/// The issuer has not stated the node and the bit of this token.
	NotIssued,
	/// The record is of another chain, class or instance.
	AnotherToken,
	/// The record is not the next one of the token.
	NotNextRecord,
	/// The record changes the bit of the token.
	AnotherBit,
	/// Only the issuer of the class may order this.
	NotIssuer,
	/// Only the owner of the token may order this.
	NotOwner,
	/// The signature is not that of the author, or of other bytes.
	BadSignature,
	/// Nothing would change.
	NoChange,
	/// All attributes together would be too long.
	TooManyAttributes,
	/// Another node writes this token, by the issuer's record.
	AnotherNode,
	/// The operation is not what follows from its write.
	WrongResult,
	/// The token has had the last operation that can be numbered.
	Exhausted,
}

impl fmt::Display for Refusal {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::NotIssued => "the issuer has not stated the node of this token: it must send a record first",
			Self::AnotherToken => "the record is of another chain, class or instance",
			Self::NotNextRecord => {
				"the number of a record is one more than that of the token's last one, and 1 for the first"
			},
			Self::AnotherBit => "a record cannot change the bit of a token",
			Self::NotIssuer => "only the issuer of the class may do this",
			Self::NotOwner => "only the owner of the token may do this",
			Self::BadSignature => {
				"the signature is not that of the user for this action and the present state: get the state, and sign again"
			},
			Self::NoChange => "nothing would change",
			Self::TooManyAttributes => "all attributes together may have 1,024 bytes",
			Self::AnotherNode => "another node writes this token: the issuer's record names it",
			Self::WrongResult => "the operation is not what follows from its write",
			Self::Exhausted => "the token can have no further operation",
		})
	}
}

impl core::error::Error for Refusal {}

impl State {
	/// Returns the state that follows if an account orders an action, and the change of the token's bit.
	pub fn apply(
		&self,
		genesis: H256,
		author: &Account,
		write: &SignedWrite,
	) -> Result<(Self, Option<BitChange>), Refusal> {
		let sequence = self.sequence.checked_add(1).ok_or(Refusal::Exhausted)?;
		let place = Place { genesis, before: self.hash() };
		let mut next = Self { sequence, ..self.clone() };
		let bit = next.change(genesis, author, &write.action)?;
		// Last, because it costs most.
		if !write.is_by(author, &place) {
			return Err(Refusal::BadSignature);
		}
		Ok((next, bit))
	}

	fn change(&mut self, genesis: H256, author: &Account, action: &Action) -> Result<Option<BitChange>, Refusal> {
		if let Action::Assign(record) = action {
			self.assign(genesis, author, record)?;
			return Ok(None);
		}
		let Some(Assignment { issuer, bit, .. }) = self.assignment else { return Err(Refusal::NotIssued) };
		let by_issuer = if *author == issuer { Ok(()) } else { Err(Refusal::NotIssuer) };
		let by_owner = if self.owner == Some(*author) { Ok(()) } else { Err(Refusal::NotOwner) };
		match action {
			Action::Assign(_) => {},
			Action::Transfer(to) => {
				if self.owner.is_some() { by_owner } else { by_issuer }?;
				if self.owner.replace(*to) == Some(*to) {
					return Err(Refusal::NoChange);
				}
			},
			Action::Set(key, value) => {
				by_issuer?;
				if self.attributes.insert(key.clone(), value.clone()).as_ref() == Some(value) {
					return Err(Refusal::NoChange);
				}
				if !self.fits() {
					return Err(Refusal::TooManyAttributes);
				}
			},
			Action::Remove(key) => {
				by_issuer?;
				self.attributes.remove(key).ok_or(Refusal::NoChange)?;
			},
			Action::Mark(set) => {
				by_owner?;
				if core::mem::replace(&mut self.marked, *set) == *set {
					return Err(Refusal::NoChange);
				}
				return Ok(Some(BitChange { number: bit, set: *set }));
			},
		}
		Ok(None)
	}

	fn assign(&mut self, genesis: H256, author: &Account, record: &Record) -> Result<(), Refusal> {
		if (record.genesis, record.class(), record.instance) != (genesis, self.class, self.instance) {
			return Err(Refusal::AnotherToken);
		}
		if *author != record.issuer {
			return Err(Refusal::NotIssuer);
		}
		// Without a gap: a node that does not know what came before cannot begin anew.
		let last = self.assignment.map_or(0, |before| before.number);
		if last.checked_add(1) != Some(record.number) {
			return Err(Refusal::NotNextRecord);
		}
		if self.assignment.is_some_and(|before| before.bit != record.bit) {
			return Err(Refusal::AnotherBit);
		}
		let Record { issuer, salt, bit, node, number, .. } = *record;
		self.assignment = Some(Assignment { issuer, salt, bit, node, number });
		Ok(())
	}
}

/// Returns the operation that a node performs for a user, with its body, and the state that follows. Only the node that the
/// issuer has named writes a token; a record is performed by the node that it names.
pub fn perform(
	genesis: H256,
	node: &Account,
	before: &State,
	user: &Account,
	write: &SignedWrite,
) -> Result<(Entry, State), Refusal> {
	let (after, bit) = before.apply(genesis, user, write)?;
	if after.assignment.is_none_or(|assignment| assignment.node != *node) {
		return Err(Refusal::AnotherNode);
	}
	// One node writes a token: there are no replicas that restore it from symbols.
	let body = Body { state: after.hash(), symbols: H256::zero(), bit, write: write.bytes() };
	let operation = Operation {
		class: after.class,
		instance: after.instance,
		sequence: after.sequence,
		user: *user,
		node: *node,
		payload: body.payload(),
	};
	Ok((Entry { operation, body }, after))
}

/// Checks an operation that a node has performed on a state, and returns the state that follows.
pub fn verify(genesis: H256, before: &State, entry: &Entry) -> Result<State, Refusal> {
	let Operation { user, node, .. } = &entry.operation;
	let write = SignedWrite::parse(&entry.body.write).map_err(|_| Refusal::WrongResult)?;
	let (performed, after) = perform(genesis, node, before, user, &write)?;
	if performed == *entry { Ok(after) } else { Err(Refusal::WrongResult) }
}
