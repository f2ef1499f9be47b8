//! The stored records, and the arguments of calls.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use smartlayer_primitives::{Action, Cause, SlashId, SlashOutcome};
use smartlayer_statement::{Record, Statement};
use sp_core::{ConstU32, H256};
use sp_runtime::{BoundedVec, Perbill};

/// The id of a report. Never reused.
pub type ReportId = u64;
/// Where evidence can be found, at most 128 bytes of text.
pub type Pointer = BoundedVec<u8, ConstU32<128>>;
/// The bytes of a demanded request.
pub type Request = BoundedVec<u8, ConstU32<1_024>>;
/// The bytes of a response to a demand.
pub type Response = BoundedVec<u8, ConstU32<4_096>>;

/// A fault on which seats vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Fault {
	/// The node did not serve.
	#[codec(index = 0)]
	NoData,
	/// The node served invalid data, or refused service without reason.
	#[codec(index = 1)]
	Invalid,
}

impl Fault {
	/// Returns the cause of the slash.
	pub const fn cause(self) -> Cause {
		match self {
			Self::NoData => Cause::NoData,
			Self::Invalid => Cause::Invalid,
		}
	}

	/// Returns the action of a seat that was right.
	pub const fn correct<Balance>(self) -> Action<Balance> {
		match self {
			Self::NoData => Action::CorrectNoData,
			Self::Invalid => Action::CorrectInvalid,
		}
	}

	/// Returns the action of a seat that was wrong.
	pub const fn wrong<Balance>(self) -> Action<Balance> {
		match self {
			Self::NoData => Action::FalseNoData,
			Self::Invalid => Action::FalseInvalid,
		}
	}
}

/// The result of a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Verdict {
	/// Enough seats have voted, and a majority of all has voted aye.
	Convicted,
	/// Enough seats have voted, and a majority of all has voted nay.
	Rejected,
	/// Neither: the node is acquitted, and nobody was wrong.
	Undecided,
}

/// The stage of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Stage {
	/// The jury votes.
	Voting,
	/// The node was convicted, and its slash waits.
	Convicted(SlashId),
	/// The slash was applied or cancelled, and the consequences follow with the next block.
	Resolved(SlashOutcome),
	/// All consequences have followed. The report is kept until its fault can no longer be reported again.
	Settled,
}

/// The votes on a report. Bit i is the vote of seat i of the jury.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Tally {
	/// The number of seats in the jury.
	pub seats: u32,
	/// The number of votes without which there is no verdict.
	pub quorum: u32,
	/// The number of equal votes that make a verdict.
	pub majority: u32,
	/// The votes for a conviction.
	pub ayes: u32,
	/// The votes against it.
	pub nays: u32,
}

/// A report of a fault on which the seats vote.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Report<AccountId, Balance, BlockNumber> {
	/// The fault.
	pub fault: Fault,
	/// The service node that is accused.
	pub node: AccountId,
	/// The seat that has filed the report.
	pub reporter: AccountId,
	/// The account whose deposit is held: the seat, or its operator.
	pub depositor: AccountId,
	/// The deposit.
	pub deposit: Balance,
	/// The block of the clock in which the fault happened.
	pub at: BlockNumber,
	/// The harmed customer, and what it had paid the node.
	pub victim: Option<(AccountId, Balance)>,
	/// The slash rate of the node when the report was filed.
	pub rate: Perbill,
	/// The share of its stake that a seat loses which votes for a conviction that is overturned.
	pub false_verdict: Perbill,
	/// Whether the node was active when the report was filed. Seats earn points only for reports of active nodes: a bond of
	/// nearly nothing could otherwise be convicted for the points.
	pub was_active: bool,
	/// The hash of the evidence.
	pub evidence: H256,
	/// Where the evidence can be found.
	pub pointer: Pointer,
	/// The block from which on no vote is accepted.
	pub deadline: BlockNumber,
	/// The block of the clock for which it waits in the queue, unless its slash waits.
	pub due: BlockNumber,
	/// The votes.
	pub tally: Tally,
	/// The stage.
	pub stage: Stage,
}

/// A report against a node, as listed for the node.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Accusation<AccountId, BlockNumber> {
	/// The report.
	pub report: ReportId,
	/// The fault.
	pub fault: Fault,
	/// The block of the clock in which it happened.
	pub at: BlockNumber,
	/// The hash of the evidence.
	pub evidence: H256,
	/// The seat that reported it, while the jury votes.
	pub reporter: Option<AccountId>,
}

/// What an accused node replies.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Reply {
	/// The hash of the reply.
	pub hash: H256,
	/// Where it can be found.
	pub pointer: Pointer,
}

/// A statement with the key and signature of its node.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SignedStatement<Key, Signature> {
	/// The statement.
	pub statement: Statement,
	/// The service key.
	pub key: Key,
	/// The signature of the statement's bytes.
	pub signature: Signature,
}

/// Two statements that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct TheftProof<Key, Signature> {
	/// One statement.
	pub first: SignedStatement<Key, Signature>,
	/// The other one.
	pub second: SignedStatement<Key, Signature>,
}

/// The announcement of a proof.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Commitment<BlockNumber, Ticket> {
	/// The hash of the proof, the account that will reveal it, and a salt.
	pub hash: H256,
	/// The block in which it was made.
	pub made: BlockNumber,
	/// The deposit for its storage.
	pub ticket: Ticket,
}

/// A demand for service.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Demand<AccountId, Balance, BlockNumber> {
	/// The service node that must answer.
	pub node: AccountId,
	/// The customer that demands.
	pub payer: AccountId,
	/// What the session had paid the node when it was filed.
	pub paid: Balance,
	/// The fee on hold.
	pub fee: Balance,
	/// The class of the token.
	pub class: H256,
	/// The instance of the token.
	pub instance: H256,
	/// The hash of the request.
	pub request: H256,
	/// The block of the clock in which it was filed.
	pub filed: BlockNumber,
	/// The height of the block in which it was filed.
	pub height: BlockNumber,
	/// The block of the clock from which on no answer is accepted.
	pub deadline: BlockNumber,
	/// The slash rate of the node when it was filed.
	pub rate: Perbill,
}

/// The demands on a node. Kept while there are any.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Demands<BlockNumber> {
	/// The number of open demands.
	pub open: u32,
	/// The last deadline that passed without an answer. Demands that were open then belong to the same fault.
	pub silent: Option<BlockNumber>,
}

/// The answer of a node to a demand.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Answer<Key, Signature> {
	/// The response, with a statement.
	#[codec(index = 0)]
	Served {
		/// The statement, made after the demand.
		statement: SignedStatement<Key, Signature>,
		/// The bytes of the response.
		response: Response,
	},
	/// Another node writes the instance: a record of the token's issuer that says so, and its signature.
	#[codec(index = 1)]
	NotAssigned {
		/// The record.
		record: Record,
		/// The issuer's signature of its bytes, raw or wrapped as by browser wallets.
		signature: Signature,
	},
	/// The request promises less than the price of the node.
	#[codec(index = 2)]
	PromiseTooLow,
	/// The request is not one of the token API.
	#[codec(index = 3)]
	Malformed,
}

/// The outcome of a demand.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Outcome {
	/// The node has served.
	Served {
		/// The statement.
		statement: Statement,
		/// The bytes of the response.
		response: Response,
	},
	/// Another node writes the instance.
	NotAssigned {
		/// The record that says so.
		record: Record,
	},
	/// The request promises too little.
	PromiseTooLow,
	/// The request is not one of the token API.
	Malformed,
}

/// What waits for its block.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Item<AccountId> {
	/// A report: its deadline, its settlement, or its end.
	#[codec(index = 0)]
	Report(ReportId),
	/// The demand of a session: its deadline.
	#[codec(index = 1)]
	Demand(smartlayer_primitives::SessionId),
	/// A convicted thief: statements from before its conviction can no longer be reported.
	#[codec(index = 2)]
	Thief(AccountId),
	/// A void interval that can no longer be reported.
	#[codec(index = 3)]
	Interval(u32),
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
	/// The deposit of a report, forfeited if the report is rejected or its conviction overturned.
	pub deposit: Balance,
	/// The share of the jury that must vote, in parts per billion. Rounded up.
	pub quorum: Perbill,
	/// The share of the jury above which equal votes are a verdict, in parts per billion.
	pub majority: Perbill,
	/// The fee of a demand, doubled with every eight open demands on the node.
	pub demand_fee: Balance,
	/// The share of its stake that a seat loses which voted for an overturned conviction, in parts per billion.
	pub false_verdict: Perbill,
}

/// A page of the ids of reports.
pub type Page = Vec<ReportId>;
