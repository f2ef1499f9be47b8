//! The types that this pallet stores, and those that its views return.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound, traits::Get};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use smartlayer_primitives::AnchorKey;
use sp_core::ConstU32;
use sp_runtime::traits::AtLeast32BitUnsigned;

/// The maximum length of an organisation's name, in bytes.
pub type MaxName = ConstU32<64>;
/// The maximum length of an organisation's site, in bytes.
pub type MaxSite = ConstU32<128>;
/// The maximum number of thawing parts of a ballot: one of the last term, and one of this term.
pub type MaxThaws = ConstU32<2>;

/// The number of a term.
pub type Term = u32;
/// Distinguishes candidacies of the same account.
pub type Generation = u32;

/// An organisation that runs an anchor.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Organisation {
	/// The name of the organisation.
	pub name: BoundedVec<u8, MaxName>,
	/// The address of its site.
	pub site: BoundedVec<u8, MaxSite>,
}

/// An application that is not admitted yet.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Application<Balance> {
	/// The organisation.
	pub organisation: Organisation,
	/// The deposit on hold.
	pub deposit: Balance,
}

/// The stake that approves a candidate, by the time it has been held. Stake counts once it has been held for a whole term.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Approvals<Balance> {
	/// Stake of votes placed before the last term. It counts.
	pub ripe: Balance,
	/// Stake of votes placed in the last term. It counts at the end of this term.
	pub ripening: Balance,
	/// Stake of votes placed in this term. It counts at the end of the next term.
	pub fresh: Balance,
	/// The term that the fields refer to.
	pub term: Term,
}

impl<Balance: AtLeast32BitUnsigned + Copy> Approvals<Balance> {
	/// Returns the approvals as of a term.
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

	/// Returns the stake that counts in an election at the end of the term.
	pub fn at_end_of_term(&self) -> Balance {
		self.ripe.saturating_add(self.ripening)
	}

	/// Adds a vote.
	pub fn add(&mut self, stake: Balance, now: Term) {
		*self = self.at(now);
		self.fresh = self.fresh.saturating_add(stake);
	}

	/// Removes a vote that was placed in a term.
	pub fn take(&mut self, stake: Balance, placed: Term, now: Term) {
		*self = self.at(now);
		let from = self.of(placed, now);
		*from = from.saturating_sub(stake);
	}

	/// Returns the field that contains a vote placed in a term.
	pub fn of(&mut self, placed: Term, now: Term) -> &mut Balance {
		match now.saturating_sub(placed) {
			0 => &mut self.fresh,
			1 => &mut self.ripening,
			_ => &mut self.ripe,
		}
	}
}

/// An admitted candidate.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Candidacy<Balance> {
	/// The organisation.
	pub organisation: Organisation,
	/// The deposit on hold.
	pub deposit: Balance,
	/// The generation of the candidacy. Votes for other generations do not count.
	pub generation: Generation,
	/// The stake that approves the candidate.
	pub approvals: Approvals<Balance>,
}

/// A candidate approved by a ballot.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Pick<AccountId> {
	/// The account of the candidate.
	pub who: AccountId,
	/// The generation of the candidacy.
	pub generation: Generation,
}

/// A thawing part of a retracted stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Thaw<Balance> {
	/// The thawing amount.
	pub amount: Balance,
	/// The term from which on it can be withdrawn.
	pub until: Term,
}

/// The ballot of an account. The hold on the account's funds equals the stake plus the thawing parts.
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
	/// The stake, which counts in full for each candidate.
	pub stake: Balance,
	/// The approved candidates.
	pub picks: BoundedVec<Pick<AccountId>, MaxPicks>,
	/// The term in which the ballot was placed.
	pub placed: Term,
	/// The thawing parts, in the order in which they become available.
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
	/// Returns the total amount on hold.
	pub fn held(&self) -> Balance {
		self.thawing.iter().fold(self.stake, |sum, thaw| sum.saturating_add(thaw.amount))
	}

	/// Removes the parts that have thawed by a term, and returns their sum.
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

	/// Adds an amount that thaws until a term, which must not be earlier than those of the other parts. If the maximum number
	/// is exceeded, the first part is merged into the next one: no part ever thaws earlier.
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

	/// Returns whether the ballot is empty.
	pub fn is_empty(&self) -> bool {
		self.stake.is_zero() && self.thawing.is_empty()
	}
}

/// The standing of a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Standing {
	/// The account is a candidate, and was elected.
	Sitting,
	/// The account is no candidate any more, and leaves or becomes a holdover when the next session is planned.
	Leaving,
	/// Holdover: the account is no candidate any more, and keeps its seat without rewards, because there would be too few seats
	/// or too many changes in this term.
	Holdover,
}

/// A seat.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Seat<AccountId> {
	/// The account that holds the seat.
	pub who: AccountId,
	/// Its standing.
	pub standing: Standing,
}

/// A seat in the order of duty, with its key for co-signatures in this interval.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct OnDuty<AccountId> {
	/// The account of the seat.
	pub who: AccountId,
	/// The key of the seat.
	pub key: AnchorKey,
}

/// An interval, and the order of duty in it.
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
	/// The number of the interval.
	pub interval: u32,
	/// The block in which the interval started, and from which on the first seat may write.
	pub start: BlockNumber,
	/// The order in which seats may write the snapshot, each one delay after the previous.
	pub order: BoundedVec<OnDuty<AccountId>, MaxSeats>,
	/// The seat that wrote the snapshot, once it is written.
	pub writer: Option<AccountId>,
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
	/// The desired number of seats.
	pub desired_seats: u32,
	/// The floor: the number of seats at or below which no anchor leaves voluntarily.
	pub floor: u32,
	/// The deposit of a candidacy.
	pub candidacy_deposit: Balance,
	/// The minimum stake of a ballot.
	pub min_vote: Balance,
}

/// A candidate, as returned by views.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RankedCandidate<AccountId, Balance> {
	/// The account of the candidate.
	pub who: AccountId,
	/// The organisation.
	pub organisation: Organisation,
	/// The stake that approves it, by the time it has been held.
	pub approvals: Approvals<Balance>,
	/// Whether it could be elected now: bonded, and with session keys.
	pub qualified: bool,
}

/// A list of candidates.
pub type RankedCandidates<AccountId, Balance> = Vec<RankedCandidate<AccountId, Balance>>;
