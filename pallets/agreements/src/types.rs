//! The stored records, and the arguments of calls.

use alloc::string::String;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound, traits::Get};
use scale_info::TypeInfo;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use smartlayer_measurement::{Bound, Consequence, MAX_OBJECTIVES, Meter, Metric, Objectives, Terms};
use smartlayer_primitives::Window;
use sp_core::ConstU32;
use sp_runtime::{BoundedVec, Percent, Permill};

/// The id of a module. Never reused.
pub type ModuleId = u32;
/// The id of a negotiation, and of the agreement that it leads to. Never reused.
pub type AgreementId = u64;
/// The number of a slot: its page times [`PAGE`], and its place on the page.
pub type SlotId = u32;
/// The number of a budget period.
pub type Period = u32;

/// The number of slots on a page of the roster.
pub const PAGE: u32 = 256;
/// The maximum number of rounds of a negotiation.
pub const MAX_ROUNDS: u8 = 8;

/// A bound for each objective of a module, in its order.
pub type Bounds = BoundedVec<Bound, ConstU32<MAX_OBJECTIVES>>;
/// The modules that a module builds on.
pub type Parents = BoundedVec<ModuleId, ConstU32<4>>;
/// Ranges of windows that do not count for a slot, each from its first one up to, and without, its last.
pub type Spans = BoundedVec<(Window, Window), ConstU32<4>>;

/// The name of a module: 1 to 32 letters, digits, spaces, hyphens and full stops.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Name(BoundedVec<u8, ConstU32<32>>);

impl Name {
	/// Returns a text as a name, or none if it is not one.
	pub fn parse(text: &str) -> Option<Self> {
		Some(Self(text.as_bytes().to_vec().try_into().ok()?)).filter(Self::is_sound)
	}

	/// Returns whether it has only characters of a name. What was decoded may have others.
	pub fn is_sound(&self) -> bool {
		!self.0.is_empty() && self.0.iter().all(|byte| byte.is_ascii_alphanumeric() || b" -.".contains(byte))
	}
}

impl Serialize for Name {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.serialize_str(&String::from_utf8_lossy(&self.0))
	}
}

impl<'de> Deserialize<'de> for Name {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let text = String::deserialize(deserializer)?;
		Self::parse(&text)
			.ok_or_else(|| D::Error::custom("a name is 1 to 32 letters, digits, spaces, hyphens and full stops"))
	}
}

/// What a service node offers.
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
#[serde(rename_all = "camelCase")]
pub enum Resource {
	/// The service of tokens.
	TokenService,
	/// Storage.
	Storage,
	/// General processors.
	Cpu,
	/// Graphics processors.
	Gpu,
	/// Processors for neural networks.
	Npu,
	/// Quantum processors.
	Quantum,
	/// Something else.
	Other,
}

/// What the resource is used for.
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
#[serde(rename_all = "camelCase")]
pub enum Workload {
	/// Calls of the token API.
	TokenApi,
	/// Inference.
	Inference,
	/// Training.
	Training,
	/// Jobs without a person who waits.
	Batch,
	/// Something else.
	Other,
}

/// What a module says. Windows are measurement windows.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Specification {
	/// The name, which need not be unique.
	pub name: Name,
	/// The resource.
	pub resource: Resource,
	/// The workload.
	pub workload: Workload,
	/// What is measured, and the ranges of its bounds.
	pub objectives: Objectives,
	/// What follows from what is measured.
	pub terms: Terms,
	/// The number of windows that must be measured before a node is in service. At least 2, of which one may be breached.
	pub testing: u32,
	/// The number of windows after that for which a node that is new to the module learns what they would have cost.
	pub shadow: u32,
	/// The number of calls a minute that a node answers to each address without pay.
	pub quota: u32,
	/// The number of windows in a budget period that are spared: for maintenance, or forgiven.
	pub maintenance: u32,
	/// The number of windows before its first one that a maintenance is announced, and for which the windows of a node that stops to qualify
	/// go on to count. At least the test.
	pub notice: u32,
}

/// Whether agreements can be concluded under a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Standing {
	/// It is published, and can be built on. The network does not agree under it.
	Published,
	/// The network agrees under it.
	Standard,
	/// Agreements under it go on until they end, and no new ones are concluded.
	Retired,
}

/// A template of agreements. What it says never changes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Module<AccountId, Ticket> {
	/// Who has published it. None for modules of the genesis.
	pub publisher: Option<AccountId>,
	/// What it says. The objectives include those of its parents.
	pub specification: Specification,
	/// The modules that it builds on.
	pub parents: Parents,
	/// The module of the same publisher that it is meant to replace.
	pub predecessor: Option<ModuleId>,
	/// Its standing.
	pub standing: Standing,
	/// The deposit for its storage.
	pub ticket: Option<Ticket>,
}

/// What has happened under a module.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Record {
	/// The number of agreements that were concluded, without renewals.
	pub concluded: u32,
	/// The number of agreements that have not ended.
	pub running: u32,
	/// The units of these.
	pub units: u64,
	/// The number of windows that have counted, after the tests.
	pub windows: u64,
	/// The number of these that were breached.
	pub breached: u64,
}

/// How strict a module is, compared with another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Comparison {
	/// Both allow the same bounds.
	Equal,
	/// It is stricter in something, and weaker in nothing.
	Stricter,
	/// It is weaker in something, and stricter in nothing.
	Weaker,
	/// Each is stricter in something, or they are about different resources or workloads.
	Incomparable,
}

/// What is negotiated.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Offer {
	/// The module.
	pub module: ModuleId,
	/// The bounds.
	pub bounds: Bounds,
	/// The capacity that the node offers.
	pub units: u32,
	/// The number of windows for which the agreement runs: after the test, or, if it renews one that runs, from the next window on.
	pub windows: u32,
}

/// A side of an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Party {
	/// The service node.
	Provider,
	/// The network, for which the seats speak.
	Network,
}

/// A negotiation.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Negotiation<AccountId, BlockNumber> {
	/// The service node.
	pub provider: AccountId,
	/// The account that has signed for the node last, and pays the fees: the node or its operator.
	pub payer: AccountId,
	/// The offer.
	pub offer: Offer,
	/// Who has made it.
	pub by: Party,
	/// The number of offers so far.
	pub round: u8,
	/// The block of the clock from which on the offer is void.
	pub deadline: BlockNumber,
}

/// Where a concluded agreement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Place<BlockNumber> {
	/// It waits for its slot since a block, by its height.
	Waiting(BlockNumber),
	/// It has a slot.
	Slot(SlotId),
}

/// An agreement.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Agreement<AccountId, Balance, BlockNumber> {
	/// The service node.
	pub provider: AccountId,
	/// What was agreed last.
	pub offer: Offer,
	/// Where it stands.
	pub place: Place<BlockNumber>,
	/// The account that has paid the test fee.
	pub payer: AccountId,
	/// The test fee on hold.
	pub test_fee: Balance,
}

/// An agreement that has not ended, its id, and its slot once it is drawn.
pub type Service<AccountId, Balance, BlockNumber> =
	(AgreementId, Agreement<AccountId, Balance, BlockNumber>, Option<Slot<AccountId>>);

/// The stage of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Stage {
	/// The node is tested.
	Testing {
		/// The number of windows that have counted.
		measured: u32,
		/// The number of these that were breached.
		breached: u32,
	},
	/// The node learns what its windows would have cost. Its meter is emptied afterwards.
	Shadow {
		/// The number of windows that have counted.
		measured: u32,
	},
	/// The node answers for its windows.
	Active,
}

/// A slot of the roster that is taken.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Slot<AccountId> {
	/// The agreement.
	pub agreement: AgreementId,
	/// The service node.
	pub provider: AccountId,
	/// The module.
	pub module: ModuleId,
	/// The bounds.
	pub bounds: Bounds,
	/// Those of a renewal, and the first window of the budget period from which on they apply.
	pub renewed: Option<(Window, Bounds)>,
	/// The capacity.
	pub units: u32,
	/// The first window that counts.
	pub first: Window,
	/// The last window that counts.
	pub last: Window,
	/// The stage.
	pub stage: Stage,
	/// Whether the node is new to the module, and so learns first what its windows would cost.
	pub is_new: bool,
	/// Whether the node is in service under this agreement: it has passed the test, qualifies, and the last window is not over.
	pub serving: bool,
	/// Whether the node has lost what it needs to qualify since its slot was drawn, or since it has resumed.
	pub suspended: bool,
	/// The windows between that do not count, because of maintenance or while suspended.
	pub away: Spans,
	/// The budget period for which `spared` counts.
	pub spared_in: Period,
	/// The number of windows of maintenance in it, and of windows that were forgiven.
	pub spared: u32,
	/// The number of windows of maintenance in the one after it.
	pub spared_next: u32,
	/// The budget period, and the share of its pay that returns.
	pub credit: (Period, Percent),
	/// What was measured.
	pub meter: Meter,
}

impl<AccountId> Slot<AccountId> {
	/// Returns whether a window counts, if it was measured.
	pub fn counts(&self, window: Window) -> bool {
		let is_away = |(from, to): &(Window, Window)| *from <= window && window < *to;
		self.first <= window && window <= self.last && !self.away.iter().any(is_away)
	}

	/// Goes on to the bounds of a renewal, if they apply in a window.
	pub fn renew(&mut self, window: Window) {
		if let Some((_, bounds)) = self.renewed.take_if(|(from, _)| *from <= window) {
			self.bounds = bounds;
		}
	}

	/// Returns the bounds that were agreed last.
	pub fn agreed(&self) -> &Bounds {
		self.renewed.as_ref().map_or(&self.bounds, |(_, bounds)| bounds)
	}

	/// Returns the agreed bound of the availability.
	pub fn availability(&self) -> Permill {
		availability(&self.bounds)
	}

	/// Returns how many more windows of a budget period can be spared, out of so many.
	pub fn spare(&self, period: Period, of: u32) -> u32 {
		match period.checked_sub(self.spared_in) {
			None => 0,
			Some(0) => of.saturating_sub(self.spared),
			Some(1) => of.saturating_sub(self.spared_next),
			Some(_) => of,
		}
	}

	/// Notes windows that are spared.
	pub fn note_spared(&mut self, period: Period, windows: u32) {
		match period.checked_sub(self.spared_in) {
			// Nothing is left to spare.
			None => {},
			Some(0) => self.spared = self.spared.saturating_add(windows),
			Some(1) => self.spared_next = self.spared_next.saturating_add(windows),
			Some(later) => {
				self.spared = if later == 2 { self.spared_next } else { 0 };
				self.spared_in = period.saturating_sub(1);
				self.spared_next = windows;
			},
		}
	}
}

/// Returns the bound of the availability, which every module has.
pub fn availability(bounds: &[Bound]) -> Permill {
	let bound = bounds.iter().find(|bound| bound.metric == Metric::Availability);
	Permill::from_parts(bound.map_or(0, |bound| bound.value))
}

/// A share of the pay of a budget period that returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Credit {
	/// The window with which it has reached this share.
	pub window: Window,
	/// The module under which it was measured.
	pub module: ModuleId,
	/// The share.
	pub share: Percent,
}

/// What the chain knows of a service node with agreements.
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
#[scale_info(skip_type_params(MaxAgreements))]
pub struct Provider<MaxAgreements: Get<u32>> {
	/// The agreements that have not ended.
	pub agreements: BoundedVec<AgreementId, MaxAgreements>,
	/// The negotiations, each with its module.
	pub negotiations: BoundedVec<(AgreementId, ModuleId), MaxAgreements>,
	/// The number of agreements under which it is in service.
	pub serving: u32,
	/// The maintenance that was announced last, from its first window up to, and without, its last.
	pub maintenance: Option<(Window, Window)>,
	/// The meters of agreements that have ended, each with its module.
	pub meters: BoundedVec<(ModuleId, Meter), ConstU32<MAX_METERS>>,
	/// The shares of the pay of budget periods that return.
	pub credits: BoundedVec<Credit, ConstU32<MAX_CREDITS>>,
}

/// The maximum number of meters of a node that are kept: of those that were used longest ago, the rest is forgotten.
pub const MAX_METERS: u32 = 32;
/// The maximum number of credits of a node that are kept. The smallest make room.
pub const MAX_CREDITS: u32 = 16;

impl<MaxAgreements: Get<u32>> Default for Provider<MaxAgreements> {
	fn default() -> Self {
		Self {
			agreements: BoundedVec::new(),
			negotiations: BoundedVec::new(),
			serving: 0,
			maintenance: None,
			meters: BoundedVec::new(),
			credits: BoundedVec::new(),
		}
	}
}

impl<MaxAgreements: Get<u32>> Provider<MaxAgreements> {
	/// Returns whether the node has neither agreements nor negotiations.
	pub fn is_idle(&self) -> bool {
		self.agreements.is_empty() && self.negotiations.is_empty()
	}

	/// Removes the meter under a module, if there is one.
	pub fn take_meter(&mut self, module: ModuleId) -> Option<Meter> {
		let place = self.meters.iter().position(|(of, _)| *of == module)?;
		Some(self.meters.swap_remove(place).1)
	}

	/// Keeps a meter. If there are too many, the one that was used longest ago is forgotten.
	pub fn keep_meter(&mut self, module: ModuleId, meter: Meter) {
		self.take_meter(module);
		if self.meters.is_full() {
			let oldest = self.meters.iter().enumerate().min_by_key(|(_, (_, meter))| meter.half());
			if let Some(place) = oldest.map(|(place, _)| place) {
				self.meters.swap_remove(place);
			}
		}
		// There is room now.
		let _ = self.meters.try_push((module, meter));
	}

	/// Notes a share that returns. The smallest makes room, unless it is the new one.
	pub fn note_credit(&mut self, credit: Credit) {
		if self.credits.is_full() {
			let smallest = self.credits.iter().enumerate().min_by_key(|(_, known)| (known.share, known.window));
			match smallest.map(|(place, known)| (place, known.share)) {
				Some((place, share)) if share <= credit.share => drop(self.credits.remove(place)),
				_ => return,
			}
		}
		let _ = self.credits.try_push(credit);
	}
}

/// What follows from a window of a slot.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Outcome<AccountId> {
	/// The agreement.
	pub agreement: AgreementId,
	/// The service node.
	pub provider: AccountId,
	/// The module.
	pub module: ModuleId,
	/// The window.
	pub window: Window,
	/// Whether the test has been passed, or failed, with this window.
	pub test: Option<bool>,
	/// What follows from the window.
	pub consequence: Option<Consequence>,
	/// Whether that is only shown to the node.
	pub shadow: bool,
	/// The share of the budget period's pay that returns from now on.
	pub credit: Option<Percent>,
	/// Whether the budget period that is over was met.
	pub met: bool,
}

impl<AccountId> Outcome<AccountId> {
	/// Returns whether something follows.
	pub fn matters(&self) -> bool {
		self.test.is_some() || self.consequence.is_some() || self.credit.is_some() || self.met
	}
}

/// What waits for its block.
#[derive(
	Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Item<AccountId> {
	/// The offer of a negotiation becomes void.
	Offer(AgreementId),
	/// The last window of an agreement is over, or its windows should be closed.
	End(AgreementId),
	/// What is under maintenance in a window no longer matters.
	Maintained(ModuleId, Window),
	/// A node has stopped to qualify in a window.
	Lost(AccountId, Window),
	/// The bond of a node has ended in a window.
	Ended(AccountId, Window),
	/// The credits of a node whose bond has ended no longer matter.
	Forget(AccountId),
}

/// The nodes of a module that are under announced maintenance in a window.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Maintained {
	/// Their number.
	pub nodes: u32,
	/// Their units.
	pub units: u64,
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
	/// The bond that a unit of capacity requires.
	pub bond_per_unit: Balance,
	/// The fee that is lost with a test that is not passed.
	pub test_fee: Balance,
	/// The fee for the measurement of an agreement, for each budget period or part of one.
	pub measuring_fee: Balance,
	/// Whether only nodes with an agreement under which they are in service earn rewards.
	pub require_agreement: bool,
}
