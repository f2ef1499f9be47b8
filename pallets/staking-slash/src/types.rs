//! The types that this pallet stores, and those that its views return.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound,
	traits::{ConstU32, Get},
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use smartlayer_primitives::{Action, Cause, Role, SlashId, Window};
use sp_core::U256;
use sp_runtime::{Perbill, traits::AtLeast32BitUnsigned};

/// An unbonding part of a bond. It stays at stake until it is withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Chunk<Balance, BlockNumber> {
	/// The unbonding amount.
	pub amount: Balance,
	/// The block from which on it can be withdrawn.
	pub until: BlockNumber,
}

/// The destination of an account's rewards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Destination<AccountId> {
	/// The bonded account.
	#[default]
	Own,
	/// The bond, which the rewards increase.
	Bond,
	/// Another account.
	Account(AccountId),
}

/// An account's share of the reward pool of its role.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Share<Balance> {
	/// Bond × score if the account is active, otherwise zero.
	pub weight: U256,
	/// The pool's rewards per unit of weight when this share was last settled.
	pub per_weight: U256,
	/// Rewards that are settled and not yet paid.
	pub accrued: Balance,
}

/// The stake of an account, and its standing. The hold on the account's funds always equals the sum of `active`,
/// `aside_from_active`, `aside_from_unbonding` and the chunks.
#[derive(
	CloneNoBound,
	DebugNoBound,
	PartialEqNoBound,
	EqNoBound,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[allow(clippy::multiple_bound_locations, reason = "the derives repeat the bounds")]
#[scale_info(skip_type_params(MaxChunks))]
pub struct Ledger<
	AccountId: Clone + core::fmt::Debug + PartialEq + Eq,
	Balance: Clone + core::fmt::Debug + PartialEq + Eq,
	BlockNumber: Clone + core::fmt::Debug + PartialEq + Eq,
	MaxChunks: Get<u32>,
> {
	/// The role in which the account is bonded.
	pub role: Role,
	/// The active bond.
	pub active: Balance,
	/// The amount set aside from the active bond by pending slashes.
	pub aside_from_active: Balance,
	/// The amount set aside from unbonding chunks by pending slashes.
	pub aside_from_unbonding: Balance,
	/// The unbonding chunks, in the order in which they mature.
	pub unbonding: BoundedVec<Chunk<Balance, BlockNumber>, MaxChunks>,
	/// Whether the account is willing to work: `false` while it is chilled.
	pub willing: bool,
	/// Whether the account qualified for its role at its last update: willing, and with at least the minimum bond.
	pub qualified: bool,
	/// Whether the account holds a seat, or is in service under an agreement.
	pub seated: bool,
	/// The hot account that was named as operator.
	pub operator: Option<AccountId>,
	/// The destination of rewards.
	pub destination: Destination<AccountId>,
	/// The account's share of its role's pool.
	pub share: Share<Balance>,
}

impl<AccountId, Balance, BlockNumber, MaxChunks> Ledger<AccountId, Balance, BlockNumber, MaxChunks>
where
	AccountId: Clone + core::fmt::Debug + PartialEq + Eq,
	Balance: AtLeast32BitUnsigned + Copy + core::fmt::Debug,
	BlockNumber: AtLeast32BitUnsigned + Copy + core::fmt::Debug,
	MaxChunks: Get<u32>,
{
	/// Creates a ledger without funds.
	pub fn new(role: Role) -> Self {
		Self {
			role,
			active: Balance::zero(),
			aside_from_active: Balance::zero(),
			aside_from_unbonding: Balance::zero(),
			unbonding: BoundedVec::new(),
			willing: true,
			qualified: false,
			seated: false,
			operator: None,
			destination: Destination::Own,
			share: Share { weight: U256::zero(), per_weight: U256::zero(), accrued: Balance::zero() },
		}
	}

	/// Returns the sum of all unbonding chunks.
	pub fn total_unbonding(&self) -> Balance {
		self.unbonding.iter().fold(Balance::zero(), |sum, chunk| sum.saturating_add(chunk.amount))
	}

	/// Returns the amount that further slashes can take.
	pub fn at_stake(&self) -> Balance {
		self.active.saturating_add(self.total_unbonding())
	}

	/// Returns the bond that counts towards seat, minimum and weight. It includes what pending slashes have set aside from
	/// the active bond.
	pub fn counting(&self) -> Balance {
		self.active.saturating_add(self.aside_from_active)
	}

	/// Returns the amount set aside by pending slashes.
	pub fn aside(&self) -> Balance {
		self.aside_from_active.saturating_add(self.aside_from_unbonding)
	}

	/// Returns the total amount on hold.
	pub fn total(&self) -> Balance {
		self.at_stake().saturating_add(self.aside())
	}

	/// Adds an unbonding chunk. If the maximum number is exceeded, the last two are merged and mature when the later one
	/// would: no chunk ever matures earlier.
	pub fn push_chunk(&mut self, chunk: Chunk<Balance, BlockNumber>) {
		let mut chunks: Vec<_> = core::mem::take(&mut self.unbonding).into_inner();
		match chunks.iter_mut().find(|other| other.until == chunk.until) {
			Some(same) => same.amount = same.amount.saturating_add(chunk.amount),
			None => {
				let place = chunks.partition_point(|other| other.until < chunk.until);
				chunks.insert(place, chunk);
			},
		}
		while chunks.len() > MaxChunks::get() as usize {
			let Some(last) = chunks.pop() else { break };
			match chunks.last_mut() {
				Some(before) => {
					before.amount = before.amount.saturating_add(last.amount);
					before.until = last.until;
				},
				// No chunks are allowed at all: keep the funds in the active bond rather than lose them.
				None => self.active = self.active.saturating_add(last.amount),
			}
		}
		self.unbonding = BoundedVec::truncate_from(chunks);
	}

	/// Takes up to an amount from the chunks, the last to mature first. Returns the amount taken, and the latest block in
	/// which any of it would have matured.
	pub fn take_from_chunks(&mut self, amount: Balance) -> (Balance, Option<BlockNumber>) {
		let mut wanted = amount;
		let mut latest = None;
		for chunk in self.unbonding.iter_mut().rev() {
			if wanted.is_zero() {
				break;
			}
			let taken = chunk.amount.min(wanted);
			chunk.amount = chunk.amount.saturating_sub(taken);
			wanted = wanted.saturating_sub(taken);
			latest = latest.or(Some(chunk.until));
		}
		self.unbonding.retain(|chunk| !chunk.amount.is_zero());
		(amount.saturating_sub(wanted), latest)
	}

	/// Removes the chunks that have matured by a block, and returns their sum.
	pub fn take_ended(&mut self, now: BlockNumber) -> Balance {
		let mut ended = Balance::zero();
		self.unbonding.retain(|chunk| {
			let stays = chunk.until > now;
			if !stays {
				ended = ended.saturating_add(chunk.amount);
			}
			stays
		});
		ended
	}
}

/// The stage of a pending slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Stage<Balance> {
	/// Not appealed yet.
	Deferred,
	/// Appealed: the deposit is on hold.
	Appealed(Balance),
	/// Upheld: the appeal was rejected and the deposit forfeited.
	Upheld,
}

/// A slash that is set aside and not yet applied.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct PendingSlash<AccountId, Balance, BlockNumber> {
	/// The account whose stake is slashed.
	pub offender: AccountId,
	/// The account that is compensated, if any.
	pub victim: Option<AccountId>,
	/// The cause of the slash.
	pub cause: Cause,
	/// The action recorded in the offender's score when the slash is applied.
	pub action: Option<Action<Balance>>,
	/// The amount set aside from the active bond.
	pub from_active: Balance,
	/// The amount set aside from unbonding chunks.
	pub from_unbonding: Balance,
	/// The block in which the last of those chunks would have matured.
	pub free_at: Option<BlockNumber>,
	/// The block in which the slash is applied.
	pub due: BlockNumber,
	/// The stage of the slash.
	pub stage: Stage<Balance>,
}

impl<AccountId, Balance: AtLeast32BitUnsigned + Copy, BlockNumber> PendingSlash<AccountId, Balance, BlockNumber> {
	/// Returns the total amount set aside.
	pub fn amount(&self) -> Balance {
		self.from_active.saturating_add(self.from_unbonding)
	}
}

/// Further details of a pending slash.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Details<Balance> {
	/// The maximum that the victim receives, if it is limited.
	pub at_most: Option<Balance>,
	/// The window of the outage for which it takes an amount.
	pub outage: Option<Window>,
}

/// The measurement windows in which an account was slashed for being unavailable.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Outages {
	/// The newest window that was recorded.
	pub newest: Window,
	/// Bit i is set if the account was slashed for the window i before the newest.
	pub slashed: u128,
}

impl Outages {
	/// Adds a window. Returns `false` if it was there, or is older than the record reaches.
	pub fn add(&mut self, window: Window) -> bool {
		if let Some(ahead) = window.checked_sub(self.newest).filter(|ahead| *ahead > 0) {
			self.newest = window;
			self.slashed = self.slashed.checked_shl(ahead).unwrap_or_default();
		}
		let Some(bit) = self.bit(window) else { return false };
		let new = self.slashed & bit == 0;
		self.slashed |= bit;
		new
	}

	/// Removes a window.
	pub fn remove(&mut self, window: Window) {
		if let Some(bit) = self.bit(window) {
			self.slashed &= !bit;
		}
	}

	/// Returns the bit of a window, unless it is older than the record reaches.
	fn bit(&self, window: Window) -> Option<u128> {
		1u128.checked_shl(self.newest.checked_sub(window)?)
	}
}

/// A service key, and the blocks in which it was current.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct KeyPeriod<Key, BlockNumber> {
	/// The key.
	pub key: Key,
	/// The first block in which the key was current.
	pub from: BlockNumber,
	/// The last block in which the key was current; `None` for the current key.
	pub to: Option<BlockNumber>,
}

/// The reward pool of a role.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Pool<Balance, BlockNumber> {
	/// The total weight of all accounts.
	pub total_weight: U256,
	/// The rewards distributed per unit of weight, multiplied by [`math::SCALE`](crate::math::SCALE).
	pub per_weight: U256,
	/// The amount still to be distributed in the current period.
	pub streaming: Balance,
	/// The amount received for the next period.
	pub incoming: Balance,
	/// The amount distributed and not yet paid.
	pub owed: Balance,
	/// The block of the last update.
	pub updated: BlockNumber,
}

/// The parameters that governance may change.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Params<Balance> {
	/// The minimum bond of an active service node.
	pub min_service_node_bond: Balance,
	/// The minimum bond of an anchor.
	pub min_anchor_bond: Balance,
	/// The deposit of an appeal, forfeited if the appeal is rejected.
	pub appeal_deposit: Balance,
	/// The victim's share of a slash. The treasury receives the rest.
	pub victim_share: Perbill,
	/// The victim's share of a slash for theft. At most 50 %, so that an account cannot evade
	/// unbonding by stealing from itself.
	pub theft_victim_share: Perbill,
	/// The minimum total weight. While the total weight of a pool is below it, nothing is distributed.
	pub min_total_weight: u128,
	/// The amount minted for both pools per period.
	pub period_budget: Balance,
	/// The anchors' share of the minted amount. The service nodes receive the rest.
	pub anchors_share: Perbill,
}

impl<Balance: Copy> Params<Balance> {
	/// Returns the minimum bond of a role.
	pub const fn min_bond(&self, role: Role) -> Balance {
		match role {
			Role::ServiceNode => self.min_service_node_bond,
			Role::Anchor => self.min_anchor_bond,
		}
	}
}

/// The URL with which the addresses of a service node's API begin.
pub type Endpoint = BoundedVec<u8, ConstU32<128>>;

/// Whether an account is active, or the reason why it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Activity {
	/// The account is active: a service node that qualifies, and is in service where an agreement is required, or an anchor with a seat.
	Active,
	/// The account is not bonded.
	NotBonded,
	/// The account is chilled.
	Chilled,
	/// The bond is below the minimum of the role.
	BelowMinimum,
	/// The account is an anchor without a seat.
	NotSeated,
	/// The account is a service node without an agreement under which it is in service, and one is required.
	NotInService,
}

/// A pending slash with its id.
pub type NamedSlash<AccountId, Balance, BlockNumber> = (SlashId, PendingSlash<AccountId, Balance, BlockNumber>);
