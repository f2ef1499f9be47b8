//! What this pallet stores and shows.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound, traits::Get};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use smartlayer_primitives::{Action, Cause, Role, SlashId};
use sp_core::U256;
use sp_runtime::{Perbill, traits::AtLeast32BitUnsigned};

/// A part of a bond on its way out: still at stake until then, and until it is withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Chunk<Balance, BlockNumber> {
	/// How much.
	pub amount: Balance,
	/// From which block on it can be withdrawn.
	pub until: BlockNumber,
}

/// Where rewards are paid to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Destination<AccountId> {
	/// The account that bonds.
	#[default]
	Own,
	/// The bond itself, which grows.
	Bond,
	/// Another account.
	Account(AccountId),
}

/// An account's share of its role's pool.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Share<Balance> {
	/// Bond × score, where the account is active or seated; else zero.
	pub weight: U256,
	/// What the pool had released for each unit of weight when this share was last settled.
	pub per_weight: U256,
	/// Settled, and not yet paid.
	pub accrued: Balance,
}

/// All that an account has at stake, and what follows from it. The hold on its funds is the sum of `active`,
/// `aside_from_active`, `aside_from_unbonding` and the chunks, always.
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
	/// As what the account has bonded.
	pub role: Role,
	/// What is bonded.
	pub active: Balance,
	/// What pending slashes have set aside of what was bonded.
	pub aside_from_active: Balance,
	/// What they have set aside of what was on its way out.
	pub aside_from_unbonding: Balance,
	/// What is on its way out, the soonest first.
	pub unbonding: BoundedVec<Chunk<Balance, BlockNumber>, MaxChunks>,
	/// Whether the account wants to work. A node that has chilled does not.
	pub willing: bool,
	/// Whether the account qualified for its role when it was last looked at: willing, and bonded enough.
	pub qualified: bool,
	/// Whether an anchor has a seat. Never true for a service node.
	pub seated: bool,
	/// The hot account that does duty, reports, votes and cashes out.
	pub operator: Option<AccountId>,
	/// Where rewards are paid to.
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
	/// A ledger without funds.
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

	/// What is on its way out.
	pub fn total_unbonding(&self) -> Balance {
		self.unbonding.iter().fold(Balance::zero(), |sum, chunk| sum.saturating_add(chunk.amount))
	}

	/// What a slash can still take.
	pub fn at_stake(&self) -> Balance {
		self.active.saturating_add(self.total_unbonding())
	}

	/// What counts for place, minimum and weight: until a slash is applied, its part of the bond does.
	pub fn counting(&self) -> Balance {
		self.active.saturating_add(self.aside_from_active)
	}

	/// What is set aside.
	pub fn aside(&self) -> Balance {
		self.aside_from_active.saturating_add(self.aside_from_unbonding)
	}

	/// All that is held.
	pub fn total(&self) -> Balance {
		self.at_stake().saturating_add(self.aside())
	}

	/// Adds a chunk. Where there is no room for another one, the two that end last become one that ends as the
	/// later of them: nothing is ever freed sooner.
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
				// There is room for none: keep the funds in sight rather than lose them.
				None => self.active = self.active.saturating_add(last.amount),
			}
		}
		self.unbonding = BoundedVec::truncate_from(chunks);
	}

	/// Takes up to an amount from the chunks, those that end last first. Answers with what was taken, and with
	/// the latest block at which any of it would have been free.
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

	/// Takes what has ended by a block.
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

/// How far a pending slash has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Stage<Balance> {
	/// It can be appealed.
	Deferred,
	/// It is appealed: the deposit is held.
	Appealed(Balance),
	/// The appeal was rejected: the deposit is lost.
	Upheld,
}

/// A slash that was set aside and not yet taken.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct PendingSlash<AccountId, Balance, BlockNumber> {
	/// Whose stake it is.
	pub offender: AccountId,
	/// Who is compensated.
	pub victim: Option<AccountId>,
	/// Why.
	pub cause: Cause,
	/// The action that is recorded when it is applied.
	pub action: Option<Action<Balance>>,
	/// What was set aside of the bond.
	pub from_active: Balance,
	/// What was set aside of what was on its way out.
	pub from_unbonding: Balance,
	/// When the last part of that would have been free.
	pub free_at: Option<BlockNumber>,
	/// When it is applied.
	pub due: BlockNumber,
	/// How far it has come.
	pub stage: Stage<Balance>,
}

impl<AccountId, Balance: AtLeast32BitUnsigned + Copy, BlockNumber> PendingSlash<AccountId, Balance, BlockNumber> {
	/// All that was set aside.
	pub fn amount(&self) -> Balance {
		self.from_active.saturating_add(self.from_unbonding)
	}
}

/// A key that signs for a service node, and the blocks in which it did.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct KeyPeriod<Key, BlockNumber> {
	/// The key.
	pub key: Key,
	/// Its first block.
	pub from: BlockNumber,
	/// Its last block; none while it is the current one.
	pub to: Option<BlockNumber>,
}

/// What comes in for a role, and is shared by those who do its work.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Pool<Balance, BlockNumber> {
	/// The sum of all weights.
	pub total_weight: U256,
	/// What has been released for each unit of weight, times [`math::SCALE`](crate::math::SCALE).
	pub per_weight: U256,
	/// What is still to be released in the current period.
	pub streaming: Balance,
	/// What has come in, and is released in the next period.
	pub incoming: Balance,
	/// What has been released, and not yet paid.
	pub owed: Balance,
	/// The block that all this is the state of.
	pub updated: BlockNumber,
}

/// What governance may change.
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
	/// The least bond of an active service node.
	pub min_service_node_bond: Balance,
	/// The least bond of an anchor.
	pub min_anchor_bond: Balance,
	/// What an appeal costs that is rejected.
	pub appeal_deposit: Balance,
	/// The victim's share of a slash; the treasury has the rest.
	pub victim_share: Perbill,
	/// The victim's share of a slash for theft. At most a half: robbing oneself shall be no way out of a bond.
	pub theft_victim_share: Perbill,
	/// While all weights together are below this, nothing streams.
	pub min_total_weight: u128,
	/// What is minted for the pools in each period.
	pub period_budget: Balance,
	/// The anchors' share of that; the service nodes have the rest.
	pub anchors_share: Perbill,
}

impl<Balance: Copy> Params<Balance> {
	/// The least bond in a role.
	pub const fn min_bond(&self, role: Role) -> Balance {
		match role {
			Role::ServiceNode => self.min_service_node_bond,
			Role::Anchor => self.min_anchor_bond,
		}
	}
}

/// Why an account is not active.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Activity {
	/// It is: a service node serves, an anchor has its seat.
	Active,
	/// It has never bonded, or has withdrawn everything.
	NotBonded,
	/// It has chilled.
	Chilled,
	/// Its bond is below the minimum.
	BelowMinimum,
	/// It is an anchor without a seat.
	NotSeated,
}

/// A pending slash by its name, for clients.
pub type NamedSlash<AccountId, Balance, BlockNumber> = (SlashId, PendingSlash<AccountId, Balance, BlockNumber>);
