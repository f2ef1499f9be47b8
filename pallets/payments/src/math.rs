//! Arithmetic of payments. Shares round down; the node receives the remainder.

use crate::Payment;
use sp_runtime::Perbill;

/// The shares of a payment that do not go to the node.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
	/// The share that is burned.
	pub burn: Perbill,
	/// The share for the reward pool of anchors.
	pub anchors: Perbill,
	/// The share for the reward pool of service nodes.
	pub nodes: Perbill,
	/// The share of all payments of the session that returns to the payer.
	pub credit: Perbill,
}

/// Returns the amount that a promise takes from the deposit: its part that is not paid yet, as far as the deposit reaches.
/// `None` if all of it is paid.
pub fn due(promised: u128, spent: u128, held: u128) -> Option<u128> {
	promised.checked_sub(spent).filter(|rest| *rest > 0).map(|rest| rest.min(held))
}

/// Splits an amount that is due.
///
/// The payer's part is its share of everything that the session has paid, including this amount, less what was credited
/// before. It rounds down, and is at most the amount itself. The other shares are of the rest, and round down. The node
/// receives what remains. The parts add up to the amount while the shares of burning and pools do not exceed 100 %.
pub fn split(due: u128, spent: u128, credited: u128, shares: &Shares) -> Payment<u128> {
	let credit = shares.credit.mul_floor(spent.saturating_add(due)).saturating_sub(credited).min(due);
	let net = due.saturating_sub(credit);
	let [burned, anchors, nodes] = [shares.burn, shares.anchors, shares.nodes].map(|share| share.mul_floor(net));
	let node = net.saturating_sub(burned).saturating_sub(anchors).saturating_sub(nodes);
	Payment { node, burned, anchors, nodes, credited: credit }
}
