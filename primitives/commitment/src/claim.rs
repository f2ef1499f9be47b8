//! Claims: what an observer says of the nodes on the pages of a roster in a window, before it can know what others say.

use crate::tree::{self, Commitment, MAX_DEPTH, Siblings, Tree};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// The prefix that tells claims from other leaves.
const CLAIM_DOMAIN: &[u8] = b"SmartLayer claim v1";

/// What an observer says of the nodes on a page in a window.
///
/// The salt keeps others from guessing it. The observer is part of it, so that nobody can repeat what another one has committed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
	/// The genesis hash of the chain.
	pub genesis: H256,
	/// The account of the observer.
	pub observer: [u8; 32],
	/// The window.
	pub window: u32,
	/// The page.
	pub page: u32,
	/// A secret of the observer for this window.
	pub salt: H256,
	/// The readings, in the order of the places on the page.
	pub readings: &'a [u8],
}

impl Claim<'_> {
	/// Returns the leaf hash of the claim.
	pub fn leaf(&self) -> H256 {
		let (window, page) = (self.window.to_be_bytes(), self.page.to_be_bytes());
		let parts: [&[u8]; 7] = [
			CLAIM_DOMAIN,
			self.genesis.as_bytes(),
			&self.observer,
			&window,
			&page,
			self.salt.as_bytes(),
			self.readings,
		];
		tree::leaf(&parts.concat())
	}
}

/// A proof that an observer has committed to a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ClaimProof {
	/// The sibling hashes of its path.
	pub siblings: Siblings,
}

impl ClaimProof {
	/// Returns whether a claim is the one of its page under a root over so many pages.
	pub fn verify(&self, root: H256, pages: u32, claim: &Claim<'_>) -> bool {
		tree::verify(&Commitment { root, count: pages }, claim.page, claim.leaf(), &self.siblings)
	}

	/// Returns the root to which this proof leads from the first page. Its length must be that of the path.
	pub fn root_from_first(&self, claim: &Claim<'_>) -> H256 {
		self.siblings.iter().fold(claim.leaf(), |below, sibling| tree::node(below, *sibling))
	}

	/// Returns a proof as long as one over 2^`depth` pages, for measuring what its verification costs.
	pub fn of_depth(depth: u32) -> Self {
		let siblings = (0..depth.min(MAX_DEPTH)).map(|row| H256::repeat_byte(row as u8));
		Self { siblings: Siblings::truncate_from(siblings.collect()) }
	}
}

/// The claims of a window as a tree, in the order of pages: the observer commits to its root.
///
/// ```
/// use smartlayer_commitment::{Claim, ClaimTree};
///
/// let claim = |page, readings| Claim {
///     genesis: [1; 32].into(),
///     observer: [2; 32],
///     window: 3,
///     page,
///     salt: [4; 32].into(),
///     readings,
/// };
/// let pages = [claim(0, &[60, 0, 0, 0]), claim(1, &[54, 1, 1, 1])];
/// let tree = ClaimTree::new(pages.iter().map(Claim::leaf).collect()).unwrap();
/// let proof = tree.prove(1).unwrap();
/// assert!(proof.verify(tree.root(), 2, &pages[1]));
/// assert!(!proof.verify(tree.root(), 2, &claim(1, &[60, 1, 1, 1])));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimTree(Tree);

impl ClaimTree {
	/// Builds the tree of claims whose [leaf hashes](Claim::leaf) are known, in the order of pages. `None` for more than 2^32 − 1.
	pub fn new(leaves: Vec<H256>) -> Option<Self> {
		Tree::new(leaves).map(Self)
	}

	/// Returns the root.
	pub fn root(&self) -> H256 {
		self.0.commitment().root
	}

	/// Proves the claim of a page. `None` if there is no such page.
	pub fn prove(&self, page: u32) -> Option<ClaimProof> {
		self.0.prove(page).map(|siblings| ClaimProof { siblings })
	}
}
