//! What service nodes and anchors, anchors among themselves, and everyone who asks for proofs send each other.
//! `docs/spec/anchor-api.md` describes it.

use crate::{Address, Negotiation, Offer};
use codec::{DecodeAll, Encode};
use serde::{Deserialize, Serialize};
use smartlayer_commitment::{AncestryProof, BitProof, Commitment, Operation, OperationProof, SNAPSHOT_BYTES, Snapshot};
use smartlayer_statement::{Account, Batch, ParseError, RECEIPT_BYTES, Reader, Receipt};
use sp_core::{Bytes, H256, Pair, crypto::UncheckedFrom, sr25519};
use sp_runtime::{AccountId32, MultiSignature, traits::Verify};

/// The length of an encoded receipt with its signature.
pub const SIGNED_RECEIPT_BYTES: usize = RECEIPT_BYTES + 1 + 64;

/// A batch, with the signature of its header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBatch {
	/// The batch.
	pub batch: Batch,
	/// The service key that has signed it.
	pub key: Account,
	/// The signature.
	pub signature: MultiSignature,
}

impl SignedBatch {
	/// Returns the encoding, as it is sent to anchors: key, signature with its length, batch.
	pub fn bytes(&self) -> Vec<u8> {
		let signature = self.signature.encode();
		// At most 66 bytes, which fits.
		let length = signature.len() as u8;
		[&self.key[..], &[length], &signature, &self.batch.bytes()].concat()
	}

	/// Reads a batch.
	pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
		let mut reader = Reader::new(bytes);
		let key = reader.account()?;
		let [length] = reader.array()?;
		let signature = MultiSignature::decode_all(&mut reader.slice(length.into())?);
		let signature = signature.map_err(|_| ParseError::BadSignature)?;
		Ok(Self { batch: Batch::parse(reader.rest())?, key, signature })
	}

	/// Returns whether its key has signed it.
	pub fn is_signed(&self) -> bool {
		self.signature.verify(&self.batch.header().bytes()[..], &AccountId32::new(self.key))
	}
}

/// A receipt, with the signature of the anchor's duty key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedReceipt {
	/// The receipt.
	pub receipt: Receipt,
	/// The signature.
	pub signature: [u8; 64],
}

impl SignedReceipt {
	/// Signs a receipt.
	pub fn new(receipt: Receipt, key: &sr25519::Pair) -> Self {
		Self { receipt, signature: key.sign(&receipt.bytes()).0 }
	}

	/// Returns the encoding: the receipt, and the signature with a byte for its scheme.
	pub fn bytes(&self) -> Vec<u8> {
		[&self.receipt.bytes()[..], &[SR25519], &self.signature].concat()
	}

	/// Reads a receipt.
	pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
		let mut reader = Reader::new(bytes);
		let receipt = Receipt::parse(reader.slice(RECEIPT_BYTES)?)?;
		if reader.array()? != [SR25519] {
			return Err(ParseError::BadSignature);
		}
		let signature = reader.array()?;
		reader.end().map(|()| Self { receipt, signature })
	}

	/// Reads receipts, one after another.
	pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, ParseError> {
		bytes.chunks(SIGNED_RECEIPT_BYTES).map(Self::parse).collect()
	}

	/// Returns whether a duty key has signed it.
	pub fn is_signed_by(&self, key: &Address) -> bool {
		is_signed(&self.signature, &self.receipt.bytes(), key)
	}
}

/// The byte for the scheme of duty keys in an encoded signature.
const SR25519: u8 = 1;

/// Returns whether a duty key has signed bytes.
pub fn is_signed(signature: &[u8; 64], bytes: &[u8], key: &Address) -> bool {
	let key = sr25519::Public::unchecked_from(key.0);
	sr25519::Pair::verify(&sr25519::Signature::from_raw(*signature), bytes, &key)
}

/// The batches of a node that a snapshot contains: consecutive ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
	/// The node.
	pub node: Account,
	/// The number of the first one.
	pub from: u64,
	/// The hashes of their headers.
	pub batches: Vec<H256>,
}

impl Listed {
	/// Returns the number of the first batch after these.
	pub const fn end(&self) -> u64 {
		self.from.saturating_add(self.batches.len() as u64)
	}

	/// Returns the numbers of the batches, with their hashes.
	pub fn numbered(&self) -> impl Iterator<Item = (u64, H256)> {
		(self.from..).zip(self.batches.iter().copied())
	}
}

/// A snapshot with the list of its batches, from which everyone who has these can recompute it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
	/// The snapshot.
	pub snapshot: Snapshot,
	/// The batches, in the order of their nodes, each of which has at least one.
	pub nodes: Vec<Listed>,
}

impl Listing {
	/// Returns the encoding: the snapshot; the number of nodes (4); for each one its account, the number of its first batch (8), the
	/// number of its batches (4), and their hashes.
	pub fn bytes(&self) -> Vec<u8> {
		let mut bytes = self.snapshot.bytes().to_vec();
		bytes.extend_from_slice(&(self.nodes.len() as u32).to_be_bytes());
		for Listed { node, from, batches } in &self.nodes {
			bytes.extend_from_slice(node);
			bytes.extend_from_slice(&from.to_be_bytes());
			bytes.extend_from_slice(&(batches.len() as u32).to_be_bytes());
			for batch in batches {
				bytes.extend_from_slice(batch.as_bytes());
			}
		}
		bytes
	}

	/// Reads a listing.
	pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
		let mut reader = Reader::new(bytes);
		let snapshot = read_snapshot(&mut reader)?;
		let mut nodes: Vec<Listed> = Vec::new();
		for _ in 0..reader.u32()? {
			let (node, from, count) = (reader.account()?, reader.u64()?, reader.u32()?);
			let is_next = nodes.last().is_none_or(|last| last.node < node);
			if count == 0 || !is_next || from.checked_add(count.into()).is_none() {
				return Err(ParseError::BadCount);
			}
			let batches = (0..count).map(|_| reader.hash()).collect::<Result<_, _>>()?;
			nodes.push(Listed { node, from, batches });
		}
		reader.end().map(|()| Self { snapshot, nodes })
	}
}

/// Reads a snapshot.
pub fn parse_snapshot(bytes: &[u8]) -> Result<Snapshot, ParseError> {
	let mut reader = Reader::new(bytes);
	let snapshot = read_snapshot(&mut reader)?;
	reader.end().map(|()| snapshot)
}

fn read_snapshot(reader: &mut Reader<'_>) -> Result<Snapshot, ParseError> {
	let snapshot = Snapshot {
		interval: reader.u32()?,
		parent: reader.hash()?,
		void: reader.u32()?,
		operations: Commitment { root: reader.hash()?, count: reader.u32()? },
		bitmap: Commitment { root: reader.hash()?, count: reader.u32()? },
	};
	const { assert!(SNAPSHOT_BYTES == 4 + 32 + 4 + 36 + 36) };
	Ok(snapshot)
}

/// The request of a writer for co-signatures of its snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
	/// The writer.
	pub writer: Account,
	/// Its own co-signature: nobody else may make the others work.
	pub signature: [u8; 64],
	/// What it proposes.
	pub listing: Listing,
}

/// What a proposal begins with: enough to know who proposes what, before the rest is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProposalHead {
	/// The writer.
	pub writer: Account,
	/// Its own co-signature.
	pub signature: [u8; 64],
	/// The snapshot.
	pub snapshot: Snapshot,
}

impl ProposalHead {
	/// The length of the encoding.
	pub const BYTES: usize = 32 + 64 + SNAPSHOT_BYTES;

	/// Reads the head of an encoded proposal.
	pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
		let mut reader = Reader::new(bytes);
		Ok(Self { writer: reader.account()?, signature: reader.array()?, snapshot: read_snapshot(&mut reader)? })
	}
}

impl Proposal {
	/// Returns what it begins with.
	pub const fn head(&self) -> ProposalHead {
		ProposalHead { writer: self.writer, signature: self.signature, snapshot: self.listing.snapshot }
	}

	/// Returns the encoding: writer, signature, listing.
	pub fn bytes(&self) -> Vec<u8> {
		[&self.writer[..], &self.signature, &self.listing.bytes()].concat()
	}

	/// Reads a proposal.
	pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
		let mut reader = Reader::new(bytes);
		let (writer, signature) = (reader.account()?, reader.array()?);
		Ok(Self { writer, signature, listing: Listing::parse(reader.rest())? })
	}
}

/// Returns whether a duty key has co-signed a snapshot for a writer.
pub fn is_co_signed(signature: &[u8; 64], genesis: H256, snapshot: &Snapshot, writer: &Account, key: &Address) -> bool {
	is_signed(signature, &snapshot.payload(genesis.as_bytes(), writer), key)
}

/// A snapshot that is on the chain, with the proof that it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WrittenSnapshot {
	/// The bytes of the snapshot.
	pub snapshot: Bytes,
	/// Its index among all snapshots.
	pub index: u64,
	/// The number of snapshots in the history that the proof leads to.
	pub count: u64,
	/// The siblings of its path in that history.
	pub siblings: Vec<H256>,
}

impl WrittenSnapshot {
	/// Returns the snapshot.
	pub fn snapshot(&self) -> Result<Snapshot, ParseError> {
		parse_snapshot(&self.snapshot)
	}

	/// Returns the proof that it is part of a history. `None` if it is longer than any.
	pub fn proof(&self) -> Option<AncestryProof> {
		Some(AncestryProof { index: self.index, siblings: self.siblings.clone().try_into().ok()? })
	}
}

/// An operation that a snapshot contains, with its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvedOperation {
	/// The interval of the snapshot.
	pub interval: u32,
	/// The bytes of the operation.
	pub operation: Bytes,
	/// The index of its leaf.
	pub index: u32,
	/// The siblings of its path.
	pub siblings: Vec<H256>,
}

impl ProvedOperation {
	/// Returns the operation with its proof. `None` if either has another form.
	pub fn read(&self) -> Option<(Operation, OperationProof)> {
		let operation = Operation::from_bytes(self.operation.first_chunk().filter(|_| self.operation.len() == 168)?);
		Some((operation, OperationProof { index: self.index, siblings: self.siblings.clone().try_into().ok()? }))
	}
}

/// The value of a bit after a snapshot, with its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProvedBit {
	/// The interval of the snapshot.
	pub interval: u32,
	/// Whether the bit is set.
	pub set: bool,
	/// The proof, in SCALE.
	pub proof: Bytes,
}

impl ProvedBit {
	/// Creates one.
	pub fn new(interval: u32, set: bool, proof: &BitProof) -> Self {
		Self { interval, set, proof: Bytes(proof.encode()) }
	}

	/// Returns the proof. `None` if it has another form.
	pub fn proof(&self) -> Option<BitProof> {
		BitProof::decode_all(&mut &self.proof[..]).ok()
	}
}

/// The request of a seat for the signatures of others under an answer to an offer of a service node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferProposal {
	/// The seat.
	pub seat: Address,
	/// The negotiation.
	#[serde(with = "crate::api::decimal")]
	pub negotiation: u64,
	/// The round of the node's offer.
	pub round: u8,
	/// What the network offers instead. Nothing, if it takes the offer.
	pub counter: Option<CounterOffer>,
	/// The seat's own signature under the answer: nobody else may make the others work.
	pub signature: Bytes,
}

/// What the network offers instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CounterOffer {
	/// The offer.
	pub offer: Offer,
	/// The block of the clock from which on it is void.
	pub deadline: u32,
}

/// The answer of another seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferAnswer {
	/// Its signature under the same.
	pub signature: Bytes,
}

/// Returns the bytes that seats sign to take the offer of a negotiation, or to make another one.
pub fn answer_payload(genesis: H256, open: &Negotiation, counter: Option<&CounterOffer>) -> Vec<u8> {
	match counter {
		Some(CounterOffer { offer, deadline }) => {
			offer.payload(genesis, open.id, open.round.saturating_add(1), &open.provider, *deadline)
		},
		None => open.payload(genesis),
	}
}

/// What an anchor says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnchorHealth {
	/// The account of the anchor.
	pub seat: Address,
	/// The newest block of the best chain.
	pub block: u32,
	/// The interval in it.
	pub interval: u32,
	/// Whether it has a seat in this interval.
	pub has_seat: bool,
	/// The newest final snapshot that it can prove the operations of.
	pub snapshot: Option<u32>,
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use crate::Key;
	use smartlayer_statement::{Body, Entry};

	pub(crate) fn batch(number: u64) -> SignedBatch {
		let key = Key::from_uri("//Bob").unwrap();
		let body = Body { state: H256::repeat_byte(1), symbols: H256::zero(), bit: None, write: Default::default() };
		let operation = Operation {
			class: H256::repeat_byte(2),
			instance: H256::repeat_byte(3),
			sequence: 1,
			user: [4; 32],
			node: [5; 32],
			payload: body.payload(),
		};
		let batch = Batch::new(H256::zero(), [5; 32], number, vec![Entry { operation, body }]).unwrap();
		let signature = key.sign(&batch.header().bytes());
		SignedBatch { batch, key: key.address().0, signature }
	}

	pub(crate) fn listing() -> Listing {
		let listed = |node, from| Listed { node: [node; 32], from, batches: vec![H256::repeat_byte(node); 2] };
		let snapshot = Snapshot { interval: 7, parent: H256::repeat_byte(1), void: 2, ..Default::default() };
		Listing { snapshot, nodes: vec![listed(1, 0), listed(2, 9)] }
	}

	#[test]
	fn what_is_written_should_be_read() {
		let signed = batch(3);
		assert_eq!(SignedBatch::parse(&signed.bytes()), Ok(signed.clone()));
		assert!(signed.is_signed());
		assert!(!SignedBatch { key: [9; 32], ..signed }.is_signed());

		let pair = sr25519::Pair::from_seed(&[1; 32]);
		let receipt =
			Receipt { genesis: H256::zero(), seat: [1; 32], node: [5; 32], number: 3, batch: H256::repeat_byte(8) };
		let signed = SignedReceipt::new(receipt, &pair);
		assert_eq!(SignedReceipt::parse(&signed.bytes()), Ok(signed.clone()));
		assert_eq!(signed.bytes().len(), SIGNED_RECEIPT_BYTES);
		assert!(signed.is_signed_by(&Address(pair.public().0)));
		assert!(!signed.is_signed_by(&Address([1; 32])));
		assert_eq!(SignedReceipt::parse_all(&signed.bytes().repeat(3)).unwrap().len(), 3);

		assert_eq!(Listing::parse(&listing().bytes()), Ok(listing()));
		let proposal = Proposal { writer: [1; 32], signature: [2; 64], listing: listing() };
		let bytes = proposal.bytes();
		assert_eq!(ProposalHead::parse(&bytes[..ProposalHead::BYTES]), Ok(proposal.head()));
		assert!(ProposalHead::parse(&bytes[..ProposalHead::BYTES - 1]).is_err());
		assert_eq!(Proposal::parse(&bytes), Ok(proposal));
	}

	#[test]
	fn nothing_else_should_be_read() {
		for bytes in [batch(3).bytes(), listing().bytes()] {
			assert!(SignedBatch::parse(&bytes[1..]).is_err() && Listing::parse(&bytes[1..]).is_err());
		}
		assert_eq!(Listing::parse(&[&listing().bytes()[..], &[0]].concat()), Err(ParseError::TrailingBytes));
		assert_eq!(Listing::parse(&listing().bytes()[..200]), Err(ParseError::TooShort));
		// Nodes that are repeated, out of order or without a batch, and numbers that overflow.
		let changed = |change: fn(&mut Vec<Listed>)| {
			let mut listing = listing();
			change(&mut listing.nodes);
			Listing::parse(&listing.bytes())
		};
		assert_eq!(changed(|nodes| nodes.reverse()), Err(ParseError::BadCount));
		assert_eq!(changed(|nodes| nodes[1].node = nodes[0].node), Err(ParseError::BadCount));
		assert_eq!(changed(|nodes| nodes[0].batches.clear()), Err(ParseError::BadCount));
		assert_eq!(changed(|nodes| nodes[0].from = u64::MAX), Err(ParseError::BadCount));
		assert_eq!(SignedReceipt::parse_all(&[0; SIGNED_RECEIPT_BYTES + 1]), Err(ParseError::AnotherKind));
	}
}
