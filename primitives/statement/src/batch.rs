//! Numbered batches of operations.

use crate::{
	Account, Body, ParseError,
	bytes::{Reader, lay_out},
	hash,
};
use alloc::{collections::BTreeSet, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use smartlayer_commitment::{OPERATION_BYTES, Operation};
use sp_core::H256;

/// The text with which the header of a batch begins.
pub const BATCH_DOMAIN: &[u8; 19] = b"SmartLayer batch v1";

/// The length of an encoded header.
pub const HEADER_BYTES: usize = 125;

/// The maximum number of operations in a batch.
pub const MAX_OPERATIONS: usize = 1_024;

/// The header of a batch, which the service key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Header {
	/// The genesis hash of the chain.
	pub genesis: H256,
	/// The service node.
	pub node: Account,
	/// The number of the batch: one more than that of the node's last one.
	pub number: u64,
	/// The number of operations.
	pub count: u16,
	/// The hash of the operations and their bodies.
	pub content: H256,
}

impl Header {
	/// Returns the bytes that the service key signs.
	pub fn bytes(&self) -> [u8; HEADER_BYTES] {
		lay_out(&[
			BATCH_DOMAIN,
			self.genesis.as_bytes(),
			&self.node,
			&self.number.to_be_bytes(),
			&self.count.to_be_bytes(),
			self.content.as_bytes(),
		])
	}

	/// Returns the hash that identifies the batch.
	pub fn hash(&self) -> H256 {
		hash(&self.bytes())
	}

	fn read(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
		Ok(Self {
			genesis: reader.hash()?,
			node: reader.account()?,
			number: reader.u64()?,
			count: reader.u16()?,
			content: reader.hash()?,
		})
	}
}

/// An operation with its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
	/// The operation.
	pub operation: Operation,
	/// Its body.
	pub body: Body,
}

/// The operations that a node hands over to the anchors at a time, in the order in which it performed them. Every batch can be
/// encoded, and is accepted by the parser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
	header: Header,
	entries: Vec<Entry>,
}

impl Batch {
	/// Creates a batch. Fails if its operations are not of this node, or not those of their bodies, or if there are none or too
	/// many, or two with the same instance and sequence.
	pub fn new(genesis: H256, node: Account, number: u64, entries: Vec<Entry>) -> Result<Self, ParseError> {
		let count = u16::try_from(entries.len()).map_err(|_| ParseError::BadCount)?;
		let content = hash(&content_of(&entries));
		let batch = Self { header: Header { genesis, node, number, count, content }, entries };
		batch.check().map(|()| batch)
	}

	/// Returns the header.
	pub const fn header(&self) -> &Header {
		&self.header
	}

	/// Returns the operations with their bodies.
	pub fn entries(&self) -> &[Entry] {
		&self.entries
	}

	/// Returns the encoding: the header, and all operations with their bodies.
	pub fn bytes(&self) -> Vec<u8> {
		[&self.header.bytes()[..], &content_of(&self.entries)].concat()
	}

	/// Reads a batch.
	pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
		let mut reader = Reader::of_kind(bytes, BATCH_DOMAIN)?;
		let header = Header::read(&mut reader)?;
		// Checked first, so that nobody makes the reader collect more than a batch can have.
		check_count(header.count.into())?;
		let mut entries = Vec::new();
		for _ in 0..header.count {
			let operation = read_operation(&mut reader)?;
			entries.push(Entry { operation, body: Body::read(&mut reader)? });
		}
		reader.end()?;
		let batch = Self { header, entries };
		batch.check()?;
		if header.content != hash(&content_of(&batch.entries)) {
			return Err(ParseError::AnotherBody);
		}
		Ok(batch)
	}

	fn check(&self) -> Result<(), ParseError> {
		check_count(self.entries.len())?;
		let mut seen = BTreeSet::new();
		for Entry { operation, body } in &self.entries {
			if operation.node != self.header.node {
				return Err(ParseError::AnotherNode);
			}
			if operation.payload != body.payload() {
				return Err(ParseError::AnotherBody);
			}
			if !seen.insert((operation.class, operation.instance, operation.sequence)) {
				return Err(ParseError::Repeated);
			}
		}
		Ok(())
	}
}

const fn check_count(count: usize) -> Result<(), ParseError> {
	if count == 0 || count > MAX_OPERATIONS { Err(ParseError::BadCount) } else { Ok(()) }
}

fn content_of(entries: &[Entry]) -> Vec<u8> {
	let mut bytes = Vec::new();
	for Entry { operation, body } in entries {
		bytes.extend_from_slice(&operation.bytes());
		bytes.extend_from_slice(&body.bytes());
	}
	bytes
}

fn read_operation(reader: &mut Reader<'_>) -> Result<Operation, ParseError> {
	reader.array::<OPERATION_BYTES>().map(|bytes| Operation::from_bytes(&bytes))
}
