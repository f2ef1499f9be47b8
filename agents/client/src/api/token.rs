use super::{decimal, x402::Voucher};
use crate::{Address, Error};
use serde::{Deserialize, Serialize};
use smartlayer_promise::SessionId;
use smartlayer_statement::{BitChange, Body, Entry};
use smartlayer_token::{Assignment as Assigned, Key, State, Value};
use sp_core::{Bytes, H256};
use std::collections::BTreeMap;

/// The state of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Token {
	/// The class.
	pub class: H256,
	/// The instance within its class.
	pub instance: H256,
	/// The number of operations so far.
	#[serde(with = "decimal")]
	pub sequence: u64,
	/// What the issuer has stated. Nothing for a token that the node knows nothing of.
	pub assignment: Option<Assignment>,
	/// The owner.
	pub owner: Option<Address>,
	/// Whether the bit of the token is set.
	pub marked: bool,
	/// The attributes.
	pub attributes: BTreeMap<String, String>,
}

/// What the issuer has stated of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assignment {
	/// The issuer.
	pub issuer: Address,
	/// The salt of the class.
	pub salt: H256,
	/// The number of the token's bit.
	#[serde(with = "decimal")]
	pub bit: u64,
	/// The node that writes the token.
	pub node: Address,
	/// The number of the record.
	#[serde(with = "decimal")]
	pub number: u64,
}

impl From<&State> for Token {
	fn from(state: &State) -> Self {
		let State { class, instance, sequence, assignment, owner, marked, attributes } = state;
		let assignment = assignment.map(|Assigned { issuer, salt, bit, node, number }| Assignment {
			issuer: Address(issuer),
			salt,
			bit,
			node: Address(node),
			number,
		});
		let attributes = attributes.iter().map(|(key, value)| (key.as_str().into(), value.as_str().into())).collect();
		Self {
			class: *class,
			instance: *instance,
			sequence: *sequence,
			assignment,
			owner: owner.map(Address),
			marked: *marked,
			attributes,
		}
	}
}

impl Token {
	/// Returns the state, whose hash the statement of the answer contains.
	pub fn state(&self) -> Result<State, Error> {
		let invalid = |name: &str| Error::Invalid(format!("the attribute {name:?} cannot be one of a token"));
		let mut attributes = BTreeMap::new();
		for (name, value) in &self.attributes {
			let key = Key::new(name.as_str()).ok_or_else(|| invalid(name))?;
			attributes.insert(key, Value::new(value.as_str()).ok_or_else(|| invalid(name))?);
		}
		let assignment = self.assignment.as_ref().map(|Assignment { issuer, salt, bit, node, number }| Assigned {
			issuer: issuer.0,
			salt: *salt,
			bit: *bit,
			node: node.0,
			number: *number,
		});
		let state = State {
			class: self.class,
			instance: self.instance,
			sequence: self.sequence,
			assignment,
			owner: self.owner.map(|owner| owner.0),
			marked: self.marked,
			attributes,
		};
		State::parse(&state.bytes())
			.map_err(|error| Error::Invalid(format!("the token can have no such state: {error}")))
	}
}

/// An order of a user or an issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Perform {
	/// Who orders it.
	pub user: Address,
	/// The action with its signature.
	pub write: Bytes,
}

/// The confirmation of a user that an operation was performed for them, which a node can show the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Confirm {
	/// The user's signature, in SCALE: of the operation's confirmation.
	pub signature: Bytes,
}

/// An operation with its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Operation {
	/// The number of the operation among those of the token.
	#[serde(with = "decimal")]
	pub sequence: u64,
	/// Who ordered it.
	pub user: Address,
	/// The node that performed it.
	pub node: Address,
	/// The action with its signature.
	pub write: Bytes,
	/// The hash of the state afterwards.
	pub state: H256,
	/// The root of the symbols from which replicas restore the state.
	pub symbols: H256,
	/// The bit that was changed.
	pub bit: Option<Bit>,
}

/// A change of a bit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bit {
	/// The number of the bit within its class.
	#[serde(with = "decimal")]
	pub number: u64,
	/// Whether it is set afterwards.
	pub set: bool,
}

impl From<&Entry> for Operation {
	fn from(Entry { operation, body }: &Entry) -> Self {
		Self {
			sequence: operation.sequence,
			user: Address(operation.user),
			node: Address(operation.node),
			write: Bytes(body.write.to_vec()),
			state: body.state,
			symbols: body.symbols,
			bit: body.bit.map(|BitChange { number, set }| Bit { number, set }),
		}
	}
}

impl Operation {
	/// Returns the operation of a token, with its body.
	pub fn entry(&self, class: H256, instance: H256) -> Result<Entry, Error> {
		let write = self.write.0.clone().try_into().map_err(|_| Error::Invalid("the write is too long".into()))?;
		let bit = self.bit.as_ref().map(|Bit { number, set }| BitChange { number: *number, set: *set });
		let body = Body { state: self.state, symbols: self.symbols, bit, write };
		let operation = smartlayer_commitment::Operation {
			class,
			instance,
			sequence: self.sequence,
			user: self.user.0,
			node: self.node.0,
			payload: body.payload(),
		};
		Ok(Entry { operation, body })
	}
}

/// A part of the operations of a token, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Operations {
	/// The operations.
	pub operations: Vec<Operation>,
}

/// The answer to an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Performed {
	/// The operation.
	pub operation: Operation,
	/// The state of the token afterwards.
	pub token: Token,
}

/// Orders of the issuer of a class, which are performed one after another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Feed {
	/// The issuer.
	pub issuer: Address,
	/// The salt of the class.
	pub salt: H256,
	/// The orders.
	pub items: Vec<FeedItem>,
}

/// An order of an issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeedItem {
	/// The instance within the class.
	pub instance: H256,
	/// The action with its signature.
	pub write: Bytes,
}

/// What became of a feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fed {
	/// What became of each order.
	pub results: Vec<FeedResult>,
}

/// What became of an order of a feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeedResult {
	/// The instance.
	pub instance: H256,
	/// The number of the operation, if it was performed.
	#[serde(with = "decimal::option")]
	pub sequence: Option<u64>,
	/// Why it was refused.
	pub error: Option<String>,
}

/// What a node charges, and what it serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Prices {
	/// The node.
	pub node: Address,
	/// The genesis hash of its chain.
	pub genesis: H256,
	/// The price of a call that reads, in the smallest unit of the chain's currency.
	#[serde(with = "decimal")]
	pub read: u128,
	/// The price of a call that writes.
	#[serde(with = "decimal")]
	pub write: u128,
	/// How much is served ahead of promises in a session.
	#[serde(with = "decimal")]
	pub credit: u128,
	/// How many calls that read are free, each minute for each address.
	pub free_calls_per_minute: u32,
	/// How many blocks before its expiry a session is no longer served.
	pub blocks_before_expiry: u32,
	/// The classes that the node serves.
	pub classes: Vec<H256>,
}

/// What a node has charged in a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionState {
	/// The session.
	#[serde(with = "decimal")]
	pub session: SessionId,
	/// The total of what was served.
	#[serde(with = "decimal")]
	pub charged: u128,
	/// The highest promise, which proves to its signer what is owed. It is shown to the signer alone: whoever has it can pay with it.
	pub promise: Option<Voucher>,
	/// What can be promised at most.
	#[serde(with = "decimal")]
	pub limit: u128,
	/// The block of the chain's clock from which on the session is no longer open.
	pub expiry: u32,
}

/// Why a call was refused, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
	/// A word for programs.
	pub error: String,
	/// A sentence for people.
	pub message: String,
}

#[cfg(test)]
mod tests {
	use super::*;

	fn state() -> State {
		let (issuer, salt) = ([1; 32], H256::repeat_byte(2));
		let mut state = State::empty(smartlayer_statement::class_of(&issuer, &salt), H256::repeat_byte(4));
		state.sequence = u64::MAX;
		state.assignment = Some(Assigned { issuer, salt, bit: 7, node: [3; 32], number: 9 });
		state.owner = Some([5; 32]);
		state.marked = true;
		state.attributes.insert(Key::new("name").unwrap(), Value::new("\"quoted\" \\ \u{1f600}").unwrap());
		state
	}

	#[test]
	fn tokens_should_be_read_as_they_were_written() {
		for state in [state(), State::empty(H256::zero(), H256::zero())] {
			let text = serde_json::to_string(&Token::from(&state)).unwrap();
			let read: Token = serde_json::from_str(&text).unwrap();
			assert_eq!(read.state().unwrap(), state);
		}
	}

	#[test]
	fn impossible_tokens_should_be_refused() {
		let good = Token::from(&state());
		let attributes = |name: &str, value: &str| [(name.to_owned(), value.to_owned())].into();
		let bad = [
			Token { class: H256::zero(), ..good.clone() },
			Token { sequence: 0, ..good.clone() },
			Token { assignment: None, ..good.clone() },
			Token { attributes: attributes("Name", "x"), ..good.clone() },
			Token { attributes: attributes("name", "\u{7}"), ..good.clone() },
		];
		for token in bad {
			assert!(token.state().is_err(), "{token:?}");
		}
		let text = serde_json::to_string(&good).unwrap();
		for (from, to) in [
			("\"7\"", "7"),
			("\"7\"", "\"+7\""),
			("\"7\"", "\"99999999999999999999\""),
			("\"marked\"", "\"extra\":1,\"marked\""),
		] {
			let other = text.replace(from, to);
			assert_ne!(other, text);
			assert!(serde_json::from_str::<Token>(&other).is_err(), "{other}");
		}
	}

	#[test]
	fn the_largest_token_should_fit_into_an_answer_on_the_chain() {
		let mut state = state();
		state.attributes.clear();
		// Every byte of a value as a character that JSON escapes.
		for index in 0..3 {
			state.attributes.insert(Key::new(format!("{index}")).unwrap(), Value::new("\"".repeat(256)).unwrap());
		}
		state.attributes.insert(Key::new("3").unwrap(), Value::new("\"".repeat(240)).unwrap());
		assert!(State::parse(&state.bytes()).is_ok());
		let operation = Operation {
			sequence: u64::MAX,
			user: Address([5; 32]),
			node: Address([3; 32]),
			write: Bytes(vec![0xff; 1 + 33 + 258 + 66]),
			state: H256::zero(),
			symbols: H256::zero(),
			bit: Some(Bit { number: u64::MAX, set: false }),
		};
		let answer = Performed { operation, token: Token::from(&state) };
		assert!(serde_json::to_vec(&answer).unwrap().len() <= 4_096);
	}
}
