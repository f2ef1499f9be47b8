//! What this pallet stores and shows.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound, traits::Get};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use smartlayer_primitives::{AnchorKey, AnchorSignature};
use sp_core::ConstU32;
use sp_runtime::traits::AtLeast32BitUnsigned;

/// The longest name of an organisation, in bytes.
pub type MaxName = ConstU32<64>;
/// The longest address of its site, in bytes.
pub type MaxSite = ConstU32<128>;
/// The parts of a vote that thaw at the same time: of the last term, and of this one.
pub type MaxThaws = ConstU32<2>;

/// A number of a term.
pub type Term = u32;
/// Tells apart the candidacies of one account.
pub type Generation = u32;

/// Who runs an anchor.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Organisation {
	/// Its name.
	pub name: BoundedVec<u8, MaxName>,
	/// Where it says who it is.
	pub site: BoundedVec<u8, MaxSite>,
}

/// An organisation that wants to stand, and waits to be admitted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Application<Balance> {
	/// Who it is.
	pub organisation: Organisation,
	/// What is held for it.
	pub deposit: Balance,
}

/// The stake that approves a candidate, by how long it has been held. It counts when it has been held for a whole
/// term.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Approvals<Balance> {
	/// Of votes placed before the last term: it counts.
	pub ripe: Balance,
	/// Of votes placed in the last term: it counts at the end of this one.
	pub ripening: Balance,
	/// Of votes placed in this term: it counts at the end of the next one.
	pub fresh: Balance,
	/// The term that these are of.
	pub term: Term,
}

impl<Balance: AtLeast32BitUnsigned + Copy> Approvals<Balance> {
	/// The same, as of a term.
	pub fn at(self, term: Term) -> Self {
		let Self { ripe, ripening, fresh, term: before } = self;
		match term.saturating_sub(before) {
			0 => self,
			1 => Self { ripe: ripe.saturating_add(ripening), ripening: fresh, fresh: Balance::zero(), term },
			_ => Self {
				ripe: ripe.saturating_add(ripening).saturating_add(fresh),
				ripening: Balance::zero(),
				fresh: Balance::zero(),
				term,
			},
		}
	}

	/// What counts in an election at the end of the term.
	pub fn at_end_of_term(&self) -> Balance {
		self.ripe.saturating_add(self.ripening)
	}

	/// Adds a vote.
	pub fn add(&mut self, stake: Balance, now: Term) {
		*self = self.at(now);
		self.fresh = self.fresh.saturating_add(stake);
	}

	/// Takes a vote away that was placed in a term.
	pub fn take(&mut self, stake: Balance, placed: Term, now: Term) {
		*self = self.at(now);
		let from = self.of(placed, now);
		*from = from.saturating_sub(stake);
	}

	/// Where a vote is that was placed in a term.
	pub fn of(&mut self, placed: Term, now: Term) -> &mut Balance {
		match now.saturating_sub(placed) {
			0 => &mut self.fresh,
			1 => &mut self.ripening,
			_ => &mut self.ripe,
		}
	}
}

/// A candidate that was admitted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Candidacy<Balance> {
	/// Who it is.
	pub organisation: Organisation,
	/// What is held for it.
	pub deposit: Balance,
	/// Which candidacy of the account it is: votes for another one do not count.
	pub generation: Generation,
	/// The stake that approves it.
	pub approvals: Approvals<Balance>,
}

/// A candidate that a vote approves.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Pick<AccountId> {
	/// Who.
	pub who: AccountId,
	/// Which candidacy.
	pub generation: Generation,
}

/// A part of a vote that was retracted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Thaw<Balance> {
	/// How much.
	pub amount: Balance,
	/// From which term on it can be had.
	pub until: Term,
}

/// What an account has in votes. The hold on its funds is the sum of the stake and of what thaws.
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
#[scale_info(skip_type_params(MaxPicks))]
pub struct Ballot<
	AccountId: Clone + core::fmt::Debug + PartialEq + Eq,
	Balance: Clone + core::fmt::Debug + PartialEq + Eq,
	MaxPicks: Get<u32>,
> {
	/// What counts for each of the candidates.
	pub stake: Balance,
	/// Whom it approves.
	pub picks: BoundedVec<Pick<AccountId>, MaxPicks>,
	/// The term in which it was placed.
	pub placed: Term,
	/// What was retracted, the soonest first.
	pub thawing: BoundedVec<Thaw<Balance>, MaxThaws>,
}

impl<AccountId, Balance, MaxPicks> Default for Ballot<AccountId, Balance, MaxPicks>
where
	AccountId: Clone + core::fmt::Debug + PartialEq + Eq,
	Balance: AtLeast32BitUnsigned + Copy + core::fmt::Debug,
	MaxPicks: Get<u32>,
{
	fn default() -> Self {
		Self { stake: Balance::zero(), picks: BoundedVec::new(), placed: 0, thawing: BoundedVec::new() }
	}
}

impl<AccountId, Balance, MaxPicks> Ballot<AccountId, Balance, MaxPicks>
where
	AccountId: Clone + core::fmt::Debug + PartialEq + Eq,
	Balance: AtLeast32BitUnsigned + Copy + core::fmt::Debug,
	MaxPicks: Get<u32>,
{
	/// All that is held for it.
	pub fn held(&self) -> Balance {
		self.thawing.iter().fold(self.stake, |sum, thaw| sum.saturating_add(thaw.amount))
	}

	/// Takes what has thawed by a term.
	pub fn take_thawed(&mut self, now: Term) -> Balance {
		let mut thawed = Balance::zero();
		self.thawing.retain(|thaw| {
			let stays = thaw.until > now;
			if !stays {
				thawed = thawed.saturating_add(thaw.amount);
			}
			stays
		});
		thawed
	}

	/// Lets an amount thaw until a term, which is no earlier than those of the others. Where there is no room for
	/// another part, the first joins the next one: nothing is ever free sooner.
	pub fn thaw(&mut self, amount: Balance, until: Term) {
		if amount.is_zero() {
			return;
		}
		let mut thaws: Vec<_> = core::mem::take(&mut self.thawing).into_inner();
		match thaws.last_mut().filter(|thaw| thaw.until == until) {
			Some(thaw) => thaw.amount = thaw.amount.saturating_add(amount),
			None => thaws.push(Thaw { amount, until }),
		}
		if thaws.len() > <MaxThaws as Get<u32>>::get() as usize {
			let first = thaws.remove(0);
			if let Some(next) = thaws.first_mut() {
				next.amount = next.amount.saturating_add(first.amount);
			}
		}
		self.thawing = BoundedVec::truncate_from(thaws);
	}

	/// Whether nothing is left of it.
	pub fn is_empty(&self) -> bool {
		self.stake.is_zero() && self.thawing.is_empty()
	}
}

/// Why an account has a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Standing {
	/// It is a candidate, and was elected.
	Sitting,
	/// It is no candidate any more, and leaves when the next session is planned, or becomes a holdover.
	Leaving,
	/// It is no candidate any more, and stays without reward: there are too few others, or too many have left in this
	/// term.
	Holdover,
}

/// A seat.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Seat<AccountId> {
	/// Whose.
	pub who: AccountId,
	/// Why it has it.
	pub standing: Standing,
}

/// An anchor in the order of duty, with the key that its signatures of the interval are made with.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct OnDuty<AccountId> {
	/// Who.
	pub who: AccountId,
	/// Its key.
	pub key: AnchorKey,
}

/// An interval, and who may write its snapshot.
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
#[scale_info(skip_type_params(MaxSeats))]
pub struct Duty<
	AccountId: Clone + core::fmt::Debug + PartialEq + Eq,
	BlockNumber: Clone + core::fmt::Debug + PartialEq + Eq,
	MaxSeats: Get<u32>,
> {
	/// The interval.
	pub interval: u32,
	/// Its first block, from which on the first may write.
	pub start: BlockNumber,
	/// The order in which they may write, each a delay after the one before.
	pub order: BoundedVec<OnDuty<AccountId>, MaxSeats>,
	/// Who has written.
	pub writer: Option<AccountId>,
}

/// That a seat agrees with a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct CoSignature<AccountId> {
	/// Whose it is.
	pub seat: AccountId,
	/// The key that it is made with.
	pub key: AnchorKey,
	/// The signature of the snapshot's payload.
	pub signature: AnchorSignature,
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
	/// How many seats there should be.
	pub desired_seats: u32,
	/// Under which number of seats nobody leaves of its own will.
	pub floor: u32,
	/// What is held while an organisation stands.
	pub candidacy_deposit: Balance,
	/// The least stake of a vote.
	pub min_vote: Balance,
}

/// A candidate, for clients.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Standings<AccountId, Balance> {
	/// Who.
	pub who: AccountId,
	/// The organisation.
	pub organisation: Organisation,
	/// What approves it, by how long it has been held.
	pub approvals: Approvals<Balance>,
	/// Whether it could be elected as things are: bonded, and with session keys.
	pub qualified: bool,
}

/// Several of them.
pub type AllStandings<AccountId, Balance> = Vec<Standings<AccountId, Balance>>;
