//! Calls of this project's pallets, with arguments that can succeed.

use super::{ACCOUNTS, Random, agreements, payments, reports::Announced, telemetry::Observers};
use crate::{
	AccountId, Anchors, Runtime, RuntimeCall, RuntimeOrigin, SessionKeys, Tempo, constants::SLN,
	governance::pallet_origins::Origin,
};
use codec::Encode;
use frame_support::{BoundedVec, traits::GetCallMetadata};
use pallet_anchors::{Call as AnchorsCall, CoSignature, Organisation};
use pallet_sla::Call as SlaCall;
use pallet_staking_slash::{Call as StakingCall, Destination};
use smartlayer_commitment::{Operation, Snapshot, commit_operations, prove_operation};
use smartlayer_primitives::{ActionKind, Delta, Role, Score, Severity};
use sp_core::H256;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{FixedU64, MultiSignature, Perbill};

/// The operations that a snapshot has committed to.
#[derive(Default)]
pub struct Guided {
	committed: Option<(u32, Vec<Operation>)>,
	announced: Announced,
	observers: Observers,
}

/// Accounts that act for others.
const OPERATORS: [Sr25519Keyring; 2] = [Sr25519Keyring::AliceStash, Sr25519Keyring::BobStash];

/// Accounts that bond as service nodes, and as nothing else.
const NODES: [Sr25519Keyring; 2] = [Sr25519Keyring::CharlieStash, Sr25519Keyring::DaveStash];

/// More slashes than a block has room for.
const MANY: u32 = 400;

impl Guided {
	/// A call that could succeed, its name, and who makes it.
	pub fn call(&mut self, random: &mut Random) -> (String, RuntimeCall, RuntimeOrigin) {
		let by = random.of(&ACCOUNTS);
		let who = by.to_account_id();
		let signed = RuntimeOrigin::signed(who.clone());
		let node = RuntimeOrigin::signed(random.of(&NODES).to_account_id());
		let other = random.account();
		let role = random.of(&Role::ALL);
		let amount = random.of(&[SLN, 100 * SLN, 1_000 * SLN, 10_000 * SLN, 30_000 * SLN]);
		// Votes that are changed before a term is over never count, nobody takes the seats of those who leave, and bonds
		// end.
		let rarely = random.below(10) == 0;
		let slash = random.below(u64::from(pallet_staking_slash::NextSlashId::<Runtime>::get() as u32) + 1);
		let review = || RuntimeOrigin::from(Origin::SlashReview);
		let admin = || RuntimeOrigin::from(Origin::AnchorAdmin);
		let sla_admin = || RuntimeOrigin::from(Origin::SlaAdmin);
		let (call, origin): (RuntimeCall, RuntimeOrigin) = match random.below(140) {
			0 => (StakingCall::bond { role, amount }.into(), signed),
			1 => (StakingCall::bond { role: Role::ServiceNode, amount: 10_000 * SLN }.into(), node),
			2 => (StakingCall::bond_extra { amount }.into(), signed),
			3 if rarely => (StakingCall::unbond { amount }.into(), signed),
			4 => (StakingCall::rebond { amount: SLN }.into(), signed),
			5 => (StakingCall::withdraw_unbonded {}.into(), signed),
			6 if rarely => (StakingCall::chill {}.into(), signed),
			7 => (StakingCall::activate {}.into(), signed),
			8 => {
				let operator = random.of(&OPERATORS).to_account_id();
				(StakingCall::set_operator { operator: Some(operator) }.into(), signed)
			},
			9 => (StakingCall::operate_for { who: other }.into(), signed),
			10 => (StakingCall::stop_operating {}.into(), signed),
			11 if random.below(2) == 0 => {
				let endpoint =
					(random.below(3) > 0).then(|| BoundedVec::truncate_from(b"https://node.example".to_vec()));
				(StakingCall::set_endpoint { endpoint }.into(), node)
			},
			11 => (StakingCall::set_service_key { key: other }.into(), node),
			12 => (StakingCall::set_destination { destination: destination(random) }.into(), signed),
			13 => (StakingCall::appeal { id: pending(random).unwrap_or(slash) }.into(), offender(random, signed)),
			14 => (
				StakingCall::rule { id: pending(random).unwrap_or(slash), uphold: random.below(2) == 0 }.into(),
				review(),
			),
			15 => (StakingCall::cancel { id: pending(random).unwrap_or(slash) }.into(), review()),
			16 => (StakingCall::apply_slash { id: due().or_else(|| pending(random)).unwrap_or(slash) }.into(), signed),
			17 if rarely => {
				let severity = Severity::Fraction(Perbill::from_percent(random.below(40) as u32));
				let victim = Some(random.account());
				(StakingCall::force_slash { offender: other, severity, victim }.into(), RuntimeOrigin::root())
			},
			18 => (StakingCall::fund_pool { role, amount: SLN }.into(), signed),
			19 => (StakingCall::payout { who: other }.into(), signed),
			20 => (StakingCall::set_params { params: staking_params(random) }.into(), sla_admin()),
			21 => (StakingCall::refresh { who: other }.into(), signed),
			22 => (
				SlaCall::force_score { role, who: other, score: Score::from_u32(random.below(101) as u32) }.into(),
				RuntimeOrigin::root(),
			),
			23 => (
				SlaCall::set_delta {
					action: ActionKind::SubmitIssueProof,
					delta: Delta::from_u32(random.below(3) as u32),
				}
				.into(),
				sla_admin(),
			),
			24 => (
				SlaCall::set_target { role, target: Score::from_u32(100 - random.below(2) as u32) }.into(),
				sla_admin(),
			),
			25 => {
				let premium = FixedU64::from_rational(130 + u128::from(random.below(3)), 100);
				(
					SlaCall::set_thresholds { liquidation: FixedU64::from_rational(110, 100), premium }.into(),
					sla_admin(),
				)
			},
			26 => (session_keys(random, &who), signed),
			27 => {
				let name = BoundedVec::truncate_from(b"Somebody".to_vec());
				let organisation = Organisation { name, site: BoundedVec::new() };
				(AnchorsCall::apply_candidacy { organisation }.into(), signed)
			},
			28 => (AnchorsCall::admit { who: other }.into(), admin()),
			29 if rarely => (AnchorsCall::withdraw_candidacy {}.into(), signed),
			30 if rarely => {
				let standing: Vec<_> = pallet_anchors::Candidates::<Runtime>::iter_keys().collect();
				let candidates = standing.into_iter().filter(|_| random.below(2) == 0).collect();
				(AnchorsCall::vote { candidates: BoundedVec::truncate_from(candidates), stake: amount }.into(), signed)
			},
			31 if rarely => (AnchorsCall::retract_vote {}.into(), signed),
			32 => (AnchorsCall::withdraw_stake {}.into(), signed),
			33 | 78 if rarely => (AnchorsCall::resign {}.into(), RuntimeOrigin::signed(seat(random).unwrap_or(who))),
			34 if rarely => (AnchorsCall::remove_anchor { who: other }.into(), admin()),
			35 if rarely => (AnchorsCall::call_election {}.into(), admin()),
			36 if rarely => (AnchorsCall::set_params { params: anchors_params(random) }.into(), admin()),
			37 => (AnchorsCall::remove_keys {}.into(), signed),
			38 => match self.snapshot(random) {
				Some((call, writer)) => (call, RuntimeOrigin::signed(writer)),
				None => (StakingCall::payout { who: other }.into(), signed),
			},
			39 if random.below(50) == 0 => (many_slashes(other), RuntimeOrigin::root()),
			// An operator never bonds.
			40 => {
				let operator = RuntimeOrigin::signed(random.of(&OPERATORS).to_account_id());
				(StakingCall::operate_for { who: other }.into(), operator)
			},
			41 => {
				let operator = RuntimeOrigin::signed(random.of(&OPERATORS).to_account_id());
				(StakingCall::stop_operating {}.into(), operator)
			},
			42..60 => payments::call(random, &NODES),
			60..78 => self.announced.call(random, &NODES),
			80..98 => agreements::call(random, &NODES),
			98..140 => match self.observers.call(random) {
				Some((call, observer)) => (call, RuntimeOrigin::signed(observer)),
				None => agreements::call(random, &NODES),
			},
			_ => match self.issue_proof(random) {
				Some((call, node)) => (call, RuntimeOrigin::signed(node)),
				None => (StakingCall::refresh { who: other }.into(), signed),
			},
		};
		(name_of(&call), call, origin)
	}

	/// The snapshot of the interval that runs, by whoever may write it first.
	fn snapshot(&mut self, random: &mut Random) -> Option<(RuntimeCall, AccountId)> {
		let duty = Anchors::duty()?;
		let writer = Anchors::may_write().into_iter().next()?;
		let (parent, void) = Anchors::expected_parent()?;
		let operations: Vec<_> = (0..3)
			.map(|sequence| Operation {
				class: H256::zero(),
				instance: H256::zero(),
				sequence,
				user: random.of(&ACCOUNTS).public().0,
				node: random.of(&NODES).public().0,
				payload: H256::zero(),
			})
			.collect();
		let commitment = commit_operations(operations.iter())?;
		let snapshot = Snapshot { interval: duty.interval, parent, void, operations: commitment, ..Default::default() };
		let payload = Anchors::payload(&snapshot, &writer);
		let signatures = duty.order.iter().filter_map(|seat| {
			let signature = agreements::sign(&seat.key, &payload)?;
			Some(CoSignature { seat: seat.who.clone(), key: seat.key.clone(), signature })
		});
		let signatures = BoundedVec::truncate_from(signatures.collect());
		self.committed = Some((duty.interval, operations));
		Some((AnchorsCall::submit_snapshot { snapshot, signatures }.into(), writer))
	}

	/// The proof of an operation of the last snapshot.
	fn issue_proof(&self, random: &mut Random) -> Option<(RuntimeCall, AccountId)> {
		let (interval, operations) = self.committed.as_ref()?;
		let index = random.below(operations.len() as u64) as u32;
		let operation = operations[index as usize];
		let user = Sr25519Keyring::from_raw_public(operation.user)?;
		let signature: MultiSignature = user.sign(&Anchors::issue_proof_payload(&operation)).into();
		let proof = prove_operation(operations, index)?;
		let node = AccountId::from(operation.node);
		let operation = Box::new(operation);
		Some((AnchorsCall::submit_issue_proof { interval: *interval, operation, proof, signature }.into(), node))
	}
}

fn name_of(call: &RuntimeCall) -> String {
	let metadata = call.get_call_metadata();
	format!("{}.{}", metadata.pallet_name, metadata.function_name)
}

fn destination(random: &mut Random) -> Destination<AccountId> {
	match random.below(3) {
		0 => Destination::Own,
		1 => Destination::Bond,
		_ => Destination::Account(random.account()),
	}
}

/// Somebody who has a seat.
fn seat(random: &mut Random) -> Option<AccountId> {
	let seats: Vec<_> = Anchors::seats().into_iter().map(|seat| seat.who).collect();
	(!seats.is_empty()).then(|| seats[random.below(seats.len() as u64) as usize].clone())
}

/// A slash that is pending.
fn pending(random: &mut Random) -> Option<u64> {
	let ids: Vec<_> = pallet_staking_slash::Slashes::<Runtime>::iter_keys().take(20).collect();
	(!ids.is_empty()).then(|| random.of(&ids))
}

/// A slash that is due, and that the hook has not come to.
fn due() -> Option<u64> {
	let now = Tempo::now();
	pallet_staking_slash::Slashes::<Runtime>::iter().find(|(_, slash)| slash.due <= now).map(|(id, _)| id)
}

/// The offender of a pending slash, or somebody else.
fn offender(random: &mut Random, otherwise: RuntimeOrigin) -> RuntimeOrigin {
	let slash = pending(random).and_then(pallet_staking_slash::Slashes::<Runtime>::get);
	slash.map_or(otherwise, |slash| RuntimeOrigin::signed(slash.offender))
}

/// So many slashes of nearly nothing that the hook has no room for all of them in the block in which they are due.
fn many_slashes(offender: AccountId) -> RuntimeCall {
	let severity = Severity::Fraction(Perbill::from_parts(1));
	let one: RuntimeCall = StakingCall::force_slash { offender, severity, victim: None }.into();
	pallet_utility::Call::batch { calls: vec![one; MANY as usize] }.into()
}

fn staking_params(random: &mut Random) -> pallet_staking_slash::Params<u128> {
	let mut params = pallet_staking_slash::Parameters::<Runtime>::get();
	params.min_anchor_bond = random.of(&[10_000 * SLN, 12_000 * SLN]);
	params.period_budget = random.of(&[0, SLN]);
	params.victim_share = Perbill::from_percent(random.below(101) as u32);
	params
}

fn anchors_params(random: &mut Random) -> pallet_anchors::Params<u128> {
	let mut params = pallet_anchors::Parameters::<Runtime>::get();
	params.desired_seats = 3 + random.below(3) as u32;
	params.floor = 1 + random.below(3) as u32;
	params
}

/// Keys that the account's node makes, with the proof that it has them.
fn session_keys(random: &mut Random, who: &AccountId) -> RuntimeCall {
	let seed = format!("//{}", random.below(8)).into_bytes();
	let made = SessionKeys::generate(&who.encode(), Some(seed));
	pallet_session::Call::set_keys { keys: made.keys, proof: made.proof.encode() }.into()
}
