//! The verification of what nodes and anchors say.

use crate::{Address, Chain, Error};
use smartlayer_commitment::{BitProof, Operation, OperationProof, Snapshot};
use smartlayer_statement::{MAX_AGE, Statement, hash};
use sp_core::H256;
use sp_runtime::{AccountId32, MultiSignature, traits::Verify};
use std::time::Duration;

/// For how many seconds the chain may be behind a statement.
const LATE_SECONDS: u32 = 12;

/// Why something is not what it claims to be.
#[derive(Debug, thiserror::Error)]
pub enum Lie {
	/// The statement is of another chain.
	#[error("the statement is of another chain")]
	AnotherChain,
	/// The statement is by another node.
	#[error("the statement is by another node")]
	AnotherNode,
	/// The statement answers another request.
	#[error("the statement answers another request")]
	AnotherRequest,
	/// The statement is about another response.
	#[error("the statement is about another response")]
	AnotherResponse,
	/// The statement is about another token.
	#[error("the statement is about another token")]
	AnotherToken,
	/// The statement is about another state.
	#[error("the statement is about another state than the answer")]
	AnotherState,
	/// The statement is dated with a block that is too old, not final yet, or not of this chain.
	#[error("the statement is dated with a block that is too old, in the future or not of this chain")]
	WrongBlock,
	/// The key was not the service key of the node.
	#[error("the key of the statement was not the service key of the node")]
	WrongKey,
	/// The signature is wrong.
	#[error("the signature is not by the key, or of another statement")]
	BadSignature,
	/// There is no statement, or one that cannot be read.
	#[error("the answer has no statement that could be held against the node: {0}")]
	NoStatement(String),
	/// The node charges what it was not promised, or shows promises of others.
	#[error("{0}")]
	WrongCharge(String),
	/// The operation, or the bit, is not part of the snapshot.
	#[error("the proof does not lead to the snapshot")]
	NotProved,
	/// The anchor knows of no snapshot that contains what is asked for.
	#[error("the anchor knows no final snapshot with this: ask again after the next interval, or another anchor")]
	NotYet,
	/// The interval is void, or too old.
	#[error("the chain has no snapshot of this interval: it is void, or no longer remembered")]
	NoSnapshot,
	/// The chain could not be asked.
	#[error(transparent)]
	Chain(#[from] Error),
}

/// An answer with the statement of its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
	/// The statement.
	pub statement: Statement,
	/// The service key.
	pub key: Address,
	/// The signature of the statement's bytes.
	pub signature: MultiSignature,
}

/// Checks what can be checked of a statement without the chain: that it is by this node about this request and response, and
/// signed by its key.
pub fn statement(signed: &Signed, genesis: H256, node: &Address, request: &[u8], response: &[u8]) -> Result<(), Lie> {
	let Signed { statement, key, signature } = signed;
	if statement.genesis != genesis {
		return Err(Lie::AnotherChain);
	}
	if statement.node != node.0 {
		return Err(Lie::AnotherNode);
	}
	if statement.request != hash(request) {
		return Err(Lie::AnotherRequest);
	}
	if statement.response != hash(response) {
		return Err(Lie::AnotherResponse);
	}
	if signature.verify(&statement.bytes()[..], &AccountId32::new(key.0)) { Ok(()) } else { Err(Lie::BadSignature) }
}

/// Checks a statement completely: also that its block is a recent one of the chain, and its key the node's at that block. Only
/// then is it evidence, should it be false.
pub async fn statement_on_chain(
	signed: &Signed,
	chain: &Chain,
	node: &Address,
	request: &[u8],
	response: &[u8],
) -> Result<(), Lie> {
	statement(signed, chain.genesis(), node, request, response)?;
	// The node may see final blocks a moment earlier than the node that is asked here.
	let mut at = chain.finalized().await?;
	for _ in 0..LATE_SECONDS {
		if at.head()?.number >= signed.statement.block {
			break;
		}
		tokio::time::sleep(Duration::from_secs(1)).await;
		at = chain.finalized().await?;
	}
	let height = at.head()?.number;
	let Statement { block, block_hash, .. } = signed.statement;
	let is_recent = block <= height && height.saturating_sub(block) <= MAX_AGE;
	if !is_recent || chain.hash_of(block).await? != Some(block_hash) {
		return Err(Lie::WrongBlock);
	}
	if at.was_service_key(node, &signed.key, block).await? { Ok(()) } else { Err(Lie::WrongKey) }
}

/// Returns the snapshot of an interval that the chain has, which proofs must lead to.
pub async fn snapshot(chain: &Chain, interval: u32) -> Result<Snapshot, Lie> {
	chain.finalized().await?.snapshot(interval).await?.ok_or(Lie::NoSnapshot)
}

/// Checks that an operation is part of a snapshot.
///
/// ```
/// use smartlayer_client::commitment::{Operation, OperationTree, Snapshot};
/// use smartlayer_client::verify;
///
/// let operation = |sequence| Operation {
///     class: [1; 32].into(),
///     instance: [2; 32].into(),
///     sequence,
///     user: [3; 32],
///     node: [4; 32],
///     payload: [5; 32].into(),
/// };
/// let all: Vec<_> = (1..=5).map(operation).collect();
/// let tree = OperationTree::new(&all).unwrap();
/// // From the chain, with `verify::snapshot`.
/// let snapshot = Snapshot { operations: tree.commitment(), ..Default::default() };
/// // From an anchor.
/// let proof = tree.prove(2).unwrap();
///
/// assert!(verify::operation(&snapshot, &all[2], &proof).is_ok());
/// assert!(verify::operation(&snapshot, &all[3], &proof).is_err());
/// ```
pub fn operation(snapshot: &Snapshot, operation: &Operation, proof: &OperationProof) -> Result<(), Lie> {
	if proof.verify(&snapshot.operations, operation) { Ok(()) } else { Err(Lie::NotProved) }
}

/// Checks that a bit had this value after a snapshot.
///
/// ```
/// use smartlayer_client::commitment::{Bitmap, Snapshot};
/// use smartlayer_client::verify;
///
/// let class = [1; 32].into();
/// let mut bitmap = Bitmap::default();
/// bitmap.set(class, 7, true);
/// // From the chain, with `verify::snapshot`.
/// let snapshot = Snapshot { bitmap: bitmap.commit().unwrap(), ..Default::default() };
/// // From an anchor.
/// let proof = bitmap.prove(class, 7).unwrap();
///
/// assert!(verify::bit(&snapshot, &class, 7, true, &proof).is_ok());
/// assert!(verify::bit(&snapshot, &class, 7, false, &proof).is_err());
/// ```
pub fn bit(snapshot: &Snapshot, class: &H256, number: u64, set: bool, proof: &BitProof) -> Result<(), Lie> {
	if proof.verify(&snapshot.bitmap, *class, number) == Some(set) { Ok(()) } else { Err(Lie::NotProved) }
}
