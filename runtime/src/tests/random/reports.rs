//! Calls of the reports pallet, with arguments that can succeed.

use super::Random;
use crate::{
	AccountId, Anchors, Runtime, RuntimeCall, RuntimeOrigin, Signature, System, Tempo, constants::SLN,
	governance::pallet_origins::Origin,
};
use frame_support::BoundedVec;
use pallet_anchors::ActiveSeats;
use pallet_payments::Sessions;
use pallet_reports::{
	Answer, Call, Commitments, DemandOf, Fault, Juries, OpenDemands, Params, Reports, SignedStatement, Stage,
	TheftProof,
};
use pallet_staking_slash::ServiceKeys;
use smartlayer_primitives::SessionId;
use smartlayer_statement::{Record, Statement, hash};
use sp_core::H256;
use sp_keyring::Sr25519Keyring;
use sp_runtime::Perbill;

type Proof = TheftProof<AccountId, Signature>;

/// The proof that was announced last, and by whom.
#[derive(Default)]
pub struct Announced(Option<(Sr25519Keyring, Proof)>);

const SALT: H256 = H256::repeat_byte(4);
const REQUEST: &[u8] = b"request";
const RESPONSE: &[u8] = b"response";
/// The issuer of the demanded tokens.
const ISSUER: Sr25519Keyring = Sr25519Keyring::EveStash;

impl Announced {
	/// A call that could succeed, and who makes it. The accused are these nodes.
	pub fn call(&mut self, random: &mut Random, nodes: &[Sr25519Keyring]) -> (RuntimeCall, RuntimeOrigin) {
		let seat = seat(random);
		let by_seat = RuntimeOrigin::signed(seat.clone());
		let node = random.of(nodes);
		let accused = node.to_account_id();
		let now = Tempo::now();
		// The hook leaves little to do for others.
		let late = OpenDemands::<Runtime>::iter().find(|(_, demand)| demand.deadline <= now);
		if let Some((session, _)) = late.filter(|_| random.below(2) == 0) {
			return (Call::close_demand { session }.into(), by_seat);
		}
		match random.below(19) {
			0 | 1 => {
				let fault = random.of(&[Fault::NoData, Fault::Invalid]);
				let at = now.saturating_sub(random.below(50) as u32);
				let session = session_with(&accused).filter(|_| random.below(2) == 0);
				let evidence = H256::from_low_u64_be(random.below(1_000));
				let call = Call::report { fault, node: accused, at, session, evidence, pointer: BoundedVec::new() };
				(call.into(), by_seat)
			},
			2..=6 => {
				let report = report(random, |stage| stage == Stage::Voting);
				let by = juror(random, report).map_or(by_seat, RuntimeOrigin::signed);
				(Call::vote { report, aye: random.below(3) > 0 }.into(), by)
			},
			7 => {
				let report = report(random, |stage| stage == Stage::Voting);
				let by = Reports::<Runtime>::get(report).map_or(accused, |report| report.node);
				let call = Call::reply { report, hash: H256::zero(), pointer: BoundedVec::new() };
				(call.into(), RuntimeOrigin::signed(by))
			},
			8 => {
				let due = Reports::<Runtime>::iter()
					.find(|(_, report)| report.due <= now && !matches!(report.stage, Stage::Convicted(_)));
				(Call::close { report: due.map_or(0, |(id, _)| id) }.into(), by_seat)
			},
			9 => {
				let by = random.of(&super::ACCOUNTS);
				if random.below(4) == 0 && Commitments::<Runtime>::contains_key(by.to_account_id()) {
					return (Call::withdraw_commitment {}.into(), RuntimeOrigin::signed(by.to_account_id()));
				}
				let Some(proof) = proof(node) else { return (Call::withdraw_commitment {}.into(), by_seat) };
				let hash = crate::Reports::theft_commitment(proof.clone(), by.to_account_id(), SALT);
				self.0 = Some((by, proof));
				(Call::commit_theft { hash }.into(), RuntimeOrigin::signed(by.to_account_id()))
			},
			10 => match &self.0 {
				// Rarely, because the whole bond is lost.
				Some((by, proof)) if random.below(4) == 0 => {
					let call = Call::reveal_theft { proof: Box::new(proof.clone()), session: None, salt: SALT };
					(call.into(), RuntimeOrigin::signed(by.to_account_id()))
				},
				_ => (Call::report_offline { interval: interval(random) }.into(), by_seat),
			},
			11 => (Call::report_offline { interval: interval(random) }.into(), by_seat),
			12..=15 => {
				let session = session_with(&accused)
					.or_else(|| nodes.iter().find_map(|node| session_with(&node.to_account_id())))
					.unwrap_or_default();
				let payer = Sessions::<Runtime>::get(session).map_or(accused, |session| session.payer);
				let request = BoundedVec::truncate_from(REQUEST.to_vec());
				let (class, instance) = (record(node).class(), H256::zero());
				(Call::demand { session, class, instance, request }.into(), RuntimeOrigin::signed(payer))
			},
			16 | 17 => {
				let Some((session, demand)) = OpenDemands::<Runtime>::iter().next() else {
					return (Call::withdraw_commitment {}.into(), by_seat);
				};
				let by = RuntimeOrigin::signed(demand.node.clone());
				(Call::answer { session, answer: Box::new(answer(random, &demand)) }.into(), by)
			},
			_ => {
				let params = Params {
					deposit: random.of(&[SLN, 100 * SLN]),
					quorum: Perbill::from_percent(50 + random.below(51) as u32),
					majority: Perbill::from_percent(50 + random.below(50) as u32),
					demand_fee: random.of(&[SLN / 10, SLN]),
					false_verdict: Perbill::from_percent(random.below(5) as u32),
				};
				(Call::set_params { params }.into(), Origin::SlaAdmin.into())
			},
		}
	}
}

fn seat(random: &mut Random) -> AccountId {
	let seats = ActiveSeats::<Runtime>::get();
	seats[random.below(seats.len() as u64) as usize].who.clone()
}

/// A report in a stage, or one that does not exist.
fn report(random: &mut Random, stage: impl Fn(Stage) -> bool) -> u64 {
	let ids: Vec<_> =
		Reports::<Runtime>::iter().filter(|(_, report)| stage(report.stage)).map(|(id, _)| id).take(20).collect();
	if ids.is_empty() { u64::MAX } else { random.of(&ids) }
}

/// A juror of a report that has not voted.
fn juror(random: &mut Random, report: u64) -> Option<AccountId> {
	let tally = Reports::<Runtime>::get(report)?.tally;
	let jury = Juries::<Runtime>::get(report);
	let missing: Vec<_> = (0..).zip(jury).filter(|(seat, _)| (tally.ayes | tally.nays) & (1 << seat) == 0).collect();
	(!missing.is_empty()).then(|| missing[random.below(missing.len() as u64) as usize].1.clone())
}

/// An open session with a node.
fn session_with(node: &AccountId) -> Option<SessionId> {
	let now = Tempo::now();
	Sessions::<Runtime>::iter().find(|(_, session)| session.node == *node && session.is_open(now)).map(|(id, _)| id)
}

/// One of the last intervals.
fn interval(random: &mut Random) -> u32 {
	let current = Anchors::duty().map_or(0, |duty| duty.interval);
	current.saturating_sub(1 + random.below(3) as u32)
}

fn statement(node: &AccountId, state: u8, block: u32) -> Statement {
	Statement {
		genesis: System::block_hash(0),
		node: node.clone().into(),
		class: H256::zero(),
		instance: H256::zero(),
		sequence: 1,
		block,
		block_hash: System::block_hash(block),
		state: H256::repeat_byte(state),
		request: hash(REQUEST),
		response: hash(RESPONSE),
	}
}

/// Signs a statement with the current service key of its node.
fn sign(statement: Statement) -> Option<SignedStatement<AccountId, Signature>> {
	let key = ServiceKeys::<Runtime>::get(AccountId::from(statement.node)).last()?.key.clone();
	let signature = Sr25519Keyring::from_account_id(&key)?.sign(&statement.bytes()).into();
	Some(SignedStatement { statement, key, signature })
}

/// Two statements of a node that contradict each other.
fn proof(node: Sr25519Keyring) -> Option<Proof> {
	let (node, block) = (node.to_account_id(), System::block_number());
	Some(TheftProof { first: sign(statement(&node, 1, block))?, second: sign(statement(&node, 2, block))? })
}

/// A record that names a node.
fn record(node: Sr25519Keyring) -> Record {
	Record {
		genesis: System::block_hash(0),
		issuer: ISSUER.public().0,
		salt: H256::zero(),
		instance: H256::zero(),
		bit: 0,
		node: node.public().0,
		number: 1,
	}
}

fn answer(random: &mut Random, demand: &DemandOf<Runtime>) -> Answer<AccountId, Signature> {
	match random.below(4) {
		0 => Answer::PromiseTooLow,
		1 => {
			let record = record(Sr25519Keyring::FerdieStash);
			Answer::NotAssigned { record, signature: ISSUER.sign(&record.bytes()).into() }
		},
		_ => {
			let block = System::block_number().saturating_sub(1);
			// Blocks have no hashes here.
			frame_system::BlockHash::<Runtime>::insert(block, H256::repeat_byte(1));
			let statement =
				Statement { class: demand.class, instance: demand.instance, ..statement(&demand.node, 1, block) };
			match sign(statement) {
				Some(statement) => Answer::Served { statement, response: BoundedVec::truncate_from(RESPONSE.to_vec()) },
				None => Answer::Malformed,
			}
		},
	}
}
