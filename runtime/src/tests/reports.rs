//! From a fault to its verdict, with all pallets: who has what afterwards.

use super::{
	accesses::accesses,
	chain::{chain, run_to},
};
use crate::{
	AccountId, Balance, Balances, Payments, Reports, Runtime, RuntimeOrigin, Signature, Sla, StakingSlash, System,
	Tempo,
	configs::{LIVE, LOCAL, TreasuryAccount, key_history},
	constants::SLN,
	presets,
};
use frame_support::{
	BoundedVec, assert_noop, assert_ok,
	traits::{
		Hooks,
		fungible::{Inspect, InspectHold},
	},
	weights::WeightMeter,
};
use pallet_migrations::{Cursor, MigrationCursor};
use pallet_reports::{Answer, Error, Fault, ReportId, SignedStatement, Stage, TheftProof};
use smartlayer_primitives::{ActionKind, Delta, Role, Score, SessionId};
use smartlayer_promise::{Promise, Scheme, SignedPromise, Signer};
use smartlayer_statement::{Statement, hash};
use sp_core::H256;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie, One, Two};

/// The bond of the node.
const BOND: Balance = 2_000 * SLN;
/// The bonds of the seats.
const SEAT: Balance = 30_000 * SLN;
const SEATS: [Sr25519Keyring; 4] = [Alice, Bob, Charlie, Dave];
/// The node, its customer, and its operator or accomplice.
const NODE: Sr25519Keyring = Eve;
const CUSTOMER: Sr25519Keyring = Ferdie;
const ACCOMPLICE: Sr25519Keyring = One;
/// The service keys of the node: the first, and the one after it.
const KEYS: [Sr25519Keyring; 2] = [Two, ACCOMPLICE];
const DEPOSIT: Balance = 100 * SLN;
/// From a report to its verdict. In the first block of a session, no hook is called.
const VOTED: u32 = LOCAL.vote_blocks + 1;
/// From a slash until all that follows from it has followed.
const SETTLED: u32 = LOCAL.slash_deferral_blocks + 4;

fn by(key: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(key.to_account_id())
}

fn id(key: Sr25519Keyring) -> AccountId {
	key.to_account_id()
}

/// Bonds the node, gives all scores of 50 points that change through reports alone, and pays the node 40 SLN from its customer.
fn set_up() {
	run_to(2);
	for who in [NODE, CUSTOMER, ACCOMPLICE, KEYS[0]] {
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), id(who).into(), 100_000 * SLN));
	}
	assert_ok!(StakingSlash::bond(by(NODE), Role::ServiceNode, BOND));
	assert_ok!(StakingSlash::set_service_key(by(NODE), id(KEYS[0])));
	for action in [ActionKind::MissedDuty, ActionKind::ExecutedIssue] {
		assert_ok!(Sla::set_delta(RuntimeOrigin::root(), action, Delta::from_u32(0)));
	}
	assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::ServiceNode, id(NODE), Score::from_u32(50)));
	for seat in SEATS {
		assert_ok!(Sla::force_score(RuntimeOrigin::root(), Role::Anchor, id(seat), Score::from_u32(50)));
	}
	pay(open(CUSTOMER), 40 * SLN);
	run_to(10);
}

/// A chain with four seats, a node and its customer. The invariants of all pallets are checked at its end.
fn network(test: impl FnOnce()) {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		set_up();
		test();
		for (pallet, result) in [
			("reports", Reports::do_try_state()),
			("staking-slash", StakingSlash::do_try_state()),
			("payments", Payments::do_try_state()),
			("sla", Sla::do_try_state()),
		] {
			assert_eq!(result, Ok(()), "{pallet}");
		}
	});
}

/// Opens a session of an account with the node.
fn open(payer: Sr25519Keyring) -> SessionId {
	let session = pallet_payments::NextSessionId::<Runtime>::get();
	let signer = Signer::Sr25519(payer.public().0);
	assert_ok!(Payments::open_session(by(payer), id(NODE), 100 * SLN, signer, Tempo::now() + 1_000));
	session
}

/// Pays a promise of a session.
fn pay(session: SessionId, amount: Balance) {
	let payer = pallet_payments::Sessions::<Runtime>::get(session).unwrap().payer;
	let key = Sr25519Keyring::from_account_id(&payer).unwrap();
	let promise = Promise { genesis: System::block_hash(0), session, amount };
	let bytes = BoundedVec::truncate_from(key.sign(&promise.bytes()).0.to_vec());
	let signature = smartlayer_promise::Signature { scheme: Scheme::Sr25519, bytes };
	let promise = SignedPromise { promise, signer: Signer::Sr25519(key.public().0), signature };
	assert_ok!(Payments::cash_out(by(ACCOMPLICE), session, promise));
}

fn pass(blocks: u32) {
	run_to(System::block_number() + blocks);
}

/// Files a report by Alice of a fault in this block, harming the customer.
fn file(fault: Fault) -> ReportId {
	let id = pallet_reports::NextReportId::<Runtime>::get();
	let at = Tempo::now();
	assert_ok!(Reports::report(by(Alice), fault, NODE.to_account_id(), at, Some(0), H256::zero(), BoundedVec::new()));
	id
}

fn vote(report: ReportId, votes: &[(Sr25519Keyring, bool)]) {
	for (seat, aye) in votes {
		assert_ok!(Reports::vote(by(*seat), report, *aye));
	}
}

fn score(role: Role, who: Sr25519Keyring) -> i64 {
	(Sla::score(role, id(who)).into_inner() / 1_000_000_000) as i64
}

/// What somebody has: its free balance, its bond without what is set aside, and the deposits of its reports.
fn has(who: Sr25519Keyring) -> [Balance; 3] {
	let bond = StakingSlash::ledger(id(who)).map_or(0, |ledger| ledger.at_stake());
	let reason = pallet_reports::HoldReason::Report.into();
	[Balances::balance(&id(who)), bond, Balances::balance_on_hold(&reason, &id(who))]
}

fn treasury() -> Balance {
	Balances::balance(&TreasuryAccount::get())
}

/// The scores of the seats and of the node.
fn scores() -> [i64; 5] {
	let [a, b, c, d] = SEATS.map(|seat| score(Role::Anchor, seat));
	[a, b, c, d, score(Role::ServiceNode, NODE)]
}

/// The slash that was filed last.
fn last_slash() -> u64 {
	pallet_staking_slash::NextSlashId::<Runtime>::get() - 1
}

/// The deltas of a correct and of a false report or vote.
fn deltas(fault: Fault) -> (i64, i64) {
	match fault {
		Fault::NoData => (1, -10),
		Fault::Invalid => (10, -100),
	}
}

/// A score of 50 after changes, which stays between 0 and 100.
fn after(change: i64) -> i64 {
	(50 + change).clamp(0, 100)
}

const FAULTS: [Fault; 2] = [Fault::NoData, Fault::Invalid];

#[test]
fn an_upheld_report_should_take_the_bond_pay_the_customer_and_settle_the_scores() {
	for fault in FAULTS {
		network(|| {
			let before = (SEATS.map(has), has(NODE), has(CUSTOMER), treasury());
			let report = file(fault);
			assert_eq!(has(Alice), [before.0[0][0] - DEPOSIT, SEAT, DEPOSIT]);
			vote(report, &[(Bob, true), (Charlie, true)]);
			assert_eq!((scores(), has(NODE)), ([50; 5], before.1));
			pass(VOTED);
			// At the rate of the day of the report: 20 % with 50 points. Dave has not voted.
			let slash = BOND / 5;
			assert_eq!((scores(), has(NODE)[1]), ([50, 50, 50, 40, 50], BOND - slash));
			pass(SETTLED);
			let (correct, _) = deltas(fault);
			assert_eq!(scores(), [after(correct), after(correct), after(correct), 40, 0]);
			// The customer's share would be 200 SLN; it has paid 40.
			assert_eq!(has(CUSTOMER)[0], before.2[0] + 40 * SLN);
			assert_eq!(treasury(), before.3 + slash - 40 * SLN);
			assert_eq!(has(NODE), [before.1[0], BOND - slash, 0]);
			assert_eq!(SEATS.map(has), before.0);
		});
	}
}

#[test]
fn a_clear_minority_should_be_charged_and_a_bare_one_not() {
	for fault in FAULTS {
		let (correct, wrong) = deltas(fault);
		network(|| {
			let report = file(fault);
			vote(report, &[(Bob, true), (Charlie, true), (Dave, false)]);
			pass(VOTED + SETTLED);
			// Three of four are two thirds.
			assert_eq!(scores(), [after(correct), after(correct), after(correct), after(wrong), 0]);
		});
	}
}

#[test]
fn a_rejected_report_should_cost_the_deposit_and_the_reporter_its_score() {
	for fault in FAULTS {
		network(|| {
			let before = (SEATS.map(has), has(NODE), has(CUSTOMER), treasury());
			let report = file(fault);
			vote(report, &[(Bob, false), (Charlie, false), (Dave, false)]);
			pass(VOTED);
			let (correct, wrong) = deltas(fault);
			assert_eq!(scores(), [after(wrong), after(correct), after(correct), after(correct), 50]);
			assert_eq!(treasury(), before.3 + DEPOSIT);
			assert_eq!(has(Alice), [before.0[0][0] - DEPOSIT, SEAT, 0]);
			assert_eq!([has(Bob), has(Charlie), has(Dave)], before.0[1..]);
			assert_eq!((has(NODE), has(CUSTOMER)), (before.1, before.2));
		});
	}
}

#[test]
fn a_tie_and_a_missing_quorum_should_change_nothing_but_the_scores_of_the_silent() {
	for fault in FAULTS {
		for (votes, scores_after) in [
			(&[(Bob, true), (Charlie, false), (Dave, false)][..], [50, 50, 50, 50, 50]),
			(&[(Bob, true)], [50, 50, 40, 40, 50]),
			(&[(Bob, false)], [50, 50, 40, 40, 50]),
			(&[], [50, 40, 40, 40, 50]),
		] {
			network(|| {
				let before = (SEATS.map(has), has(NODE), has(CUSTOMER), treasury());
				let report = file(fault);
				vote(report, votes);
				pass(VOTED);
				assert_eq!(scores(), scores_after, "{votes:?}");
				assert_eq!((SEATS.map(has), has(NODE), has(CUSTOMER), treasury()), before);
			});
		}
	}
}

#[test]
fn an_overturned_conviction_should_cost_its_voters_a_hundredth_of_their_stake() {
	for fault in FAULTS {
		for by_appeal in [true, false] {
			network(|| {
				let before = (SEATS.map(has), has(NODE), has(CUSTOMER), treasury());
				let report = file(fault);
				vote(report, &[(Bob, true), (Charlie, true), (Dave, false)]);
				pass(VOTED);
				let slash = last_slash();
				if by_appeal {
					assert_ok!(StakingSlash::appeal(by(NODE), slash));
					assert_ok!(StakingSlash::rule(RuntimeOrigin::root(), slash, false));
				} else {
					assert_ok!(StakingSlash::cancel(RuntimeOrigin::root(), slash));
				}
				pass(3);
				let (correct, wrong) = deltas(fault);
				assert_eq!(scores(), [after(wrong), after(wrong), after(wrong), after(correct), 50]);
				assert_eq!((has(NODE), has(CUSTOMER)), (before.1, before.2));
				assert_eq!(treasury(), before.3 + DEPOSIT);
				let fine = SEAT / 100;
				assert_eq!(has(Alice), [before.0[0][0] - DEPOSIT, SEAT - fine, 0]);
				for seat in [Bob, Charlie] {
					assert_eq!(has(seat)[1], SEAT - fine);
				}
				assert_eq!(has(Dave), before.0[3]);
				// Their slashes can be appealed, and reach the treasury.
				pass(SETTLED);
				assert_eq!(treasury(), before.3 + DEPOSIT + 3 * fine);
			});
		}
	}
}

#[test]
fn half_of_the_seats_should_neither_convict_nor_reject_and_two_thirds_convict() {
	// Half of them accuse a node that is innocent.
	network(|| {
		let report = file(Fault::Invalid);
		vote(report, &[(Bob, true), (Charlie, false), (Dave, false)]);
		pass(VOTED);
		assert!(StakingSlash::pending_slashes(id(NODE)).is_empty());
		assert_eq!(scores(), [50; 5]);
	});
	// Half of them protect one that is guilty.
	network(|| {
		let report = file(Fault::Invalid);
		vote(report, &[(Bob, true), (Charlie, false), (Dave, false)]);
		pass(VOTED);
		assert!(Reports::report_by_id(report).is_none());
	});
	// More than two thirds convict an innocent node, and charge the one honest seat, unless holders overturn it.
	network(|| {
		let report = file(Fault::Invalid);
		vote(report, &[(Bob, true), (Charlie, true), (Dave, false)]);
		pass(VOTED);
		assert_eq!(StakingSlash::pending_slashes(id(NODE)).len(), 1);
		assert_eq!(scores(), [50; 5]);
		pass(SETTLED);
		assert_eq!(scores()[3], 0);
	});
}

#[test]
fn one_outage_should_be_slashed_once_whatever_reports_it() {
	network(|| {
		let window = LOCAL.window_blocks;
		run_to(2 * window - LOCAL.demand_blocks);
		assert_ok!(Reports::demand(by(CUSTOMER), 0, H256::zero(), H256::zero(), BoundedVec::new()));
		let report = file(Fault::NoData);
		vote(report, &[(Bob, true), (Charlie, true), (Dave, true)]);
		// The deadline of the demand is the first block of the next window.
		run_to(2 * window);
		assert_eq!(StakingSlash::pending_slashes(id(NODE)).len(), 1);
		// An outage of both windows: the vote is about the one before.
		run_to(2 * window - LOCAL.demand_blocks + LOCAL.vote_blocks);
		let amounts = |slashes: Vec<(u64, pallet_staking_slash::PendingSlash<_, _, _>)>| {
			let mut slashes: Vec<_> = slashes.iter().map(|(id, slash)| (*id, slash.amount())).collect();
			slashes.sort();
			slashes
		};
		let found = amounts(StakingSlash::pending_slashes(id(NODE)));
		assert_eq!(found, [(0, BOND / 5), (1, (BOND - BOND / 5) / 5)]);
		// Another seat reports the window of the silence too: nothing more is taken.
		let evidence = H256::repeat_byte(1);
		assert_ok!(Reports::report(by(Bob), Fault::NoData, id(NODE), 2 * window, None, evidence, BoundedVec::new()));
		vote(report + 1, &[(Alice, true), (Charlie, true), (Dave, true)]);
		pass(VOTED);
		assert_eq!(amounts(StakingSlash::pending_slashes(id(NODE))).last(), Some(&(2, 0)));
	});
}

#[test]
fn silence_should_be_slashed_and_its_customer_compensated() {
	network(|| {
		let before = (has(NODE), has(CUSTOMER), treasury());
		assert_ok!(Reports::demand(by(CUSTOMER), 0, H256::zero(), H256::zero(), BoundedVec::new()));
		assert_eq!(has(CUSTOMER)[0], before.1[0] - SLN);
		// The customer closes its session meanwhile.
		assert_ok!(Payments::close(by(CUSTOMER), 0, None));
		pass(LOCAL.demand_blocks);
		assert_eq!(has(CUSTOMER)[0], before.1[0]);
		pass(SETTLED);
		let slash = BOND / 5;
		assert_eq!(has(CUSTOMER)[0], before.1[0] + 40 * SLN);
		assert_eq!(treasury(), before.2 + slash - 40 * SLN);
		assert_eq!((has(NODE)[1], scores()), (BOND - slash, [50, 50, 50, 50, 0]));
	});
}

#[test]
fn a_demand_should_outlast_its_session() {
	network(|| {
		let session = pallet_payments::NextSessionId::<Runtime>::get();
		let expiry = Tempo::now() + 2;
		let signer = Signer::Sr25519(CUSTOMER.public().0);
		assert_ok!(Payments::open_session(by(CUSTOMER), id(NODE), SLN, signer, expiry));
		assert_ok!(Reports::demand(by(CUSTOMER), session, H256::zero(), H256::zero(), BoundedVec::new()));
		run_to(expiry);
		let again = || Reports::demand(by(CUSTOMER), session, H256::zero(), H256::zero(), BoundedVec::new());
		assert_noop!(again(), Error::<Runtime>::NoOpenSession);
		assert_ok!(Reports::answer(by(NODE), session, Box::new(Answer::Malformed)));
		assert_noop!(again(), Error::<Runtime>::NoOpenSession);
	});
}

fn statement(state: u8) -> Statement {
	Statement {
		genesis: System::block_hash(0),
		node: NODE.public().0,
		class: H256::zero(),
		instance: H256::zero(),
		sequence: 7,
		block: System::block_number(),
		block_hash: H256::zero(),
		state: H256::repeat_byte(state),
		request: hash(b""),
		response: hash(b"answer"),
	}
}

fn sign(statement: Statement, key: Sr25519Keyring) -> SignedStatement<AccountId, Signature> {
	SignedStatement { statement, key: id(key), signature: key.sign(&statement.bytes()).into() }
}

/// Announces a proof, and reveals it in the next block.
fn prove(
	reporter: Sr25519Keyring,
	session: Option<SessionId>,
	first: SignedStatement<AccountId, Signature>,
	second: SignedStatement<AccountId, Signature>,
) -> Result<(), sp_runtime::DispatchError> {
	let proof = TheftProof { first, second };
	let salt = H256::repeat_byte(1);
	let hash = Reports::theft_commitment(proof.clone(), id(reporter), salt);
	assert_ok!(Reports::commit_theft(by(reporter), hash));
	pass(1);
	frame_support::storage::with_storage_layer(|| Reports::reveal_theft(by(reporter), Box::new(proof), session, salt))
}

#[test]
fn a_proved_theft_should_take_the_whole_bond() {
	network(|| {
		let before = (has(CUSTOMER), has(Bob), treasury());
		assert_ok!(prove(Bob, Some(0), sign(statement(1), KEYS[0]), sign(statement(2), KEYS[0])));
		assert_eq!(has(NODE)[1], 0);
		pass(SETTLED);
		assert_eq!(has(CUSTOMER)[0], before.0[0] + 40 * SLN);
		assert_eq!(treasury(), before.2 + BOND - 40 * SLN);
		assert_eq!(has(Bob), before.1);
		assert_eq!(scores(), [50, 51, 50, 50, 0]);
	});
}

#[test]
fn stealing_from_oneself_should_cost_at_least_half_of_the_bond() {
	network(|| {
		// The accomplice pays the node as much as there can be compensation for, and proves the theft.
		assert_ok!(Payments::open_session(
			by(ACCOMPLICE),
			id(NODE),
			2_000 * SLN,
			Signer::Sr25519(ACCOMPLICE.public().0),
			Tempo::now() + 1_000
		));
		let both = || has(NODE)[0] + has(ACCOMPLICE)[0];
		let storage = pallet_staking_slash::HoldReason::Storage.into();
		let before = both() + Balances::balance_on_hold(&storage, &id(NODE));
		pay(1, 2_000 * SLN);
		pass(1);
		assert_ok!(StakingSlash::unbond(by(NODE), BOND));
		assert_ok!(prove(ACCOMPLICE, Some(1), sign(statement(1), KEYS[0]), sign(statement(2), KEYS[0])));
		pass(LOCAL.unbonding_blocks);
		// A tenth of the payment is lost too. Unbonding alone would have returned everything.
		assert_eq!(both(), before + 1_800 * SLN + BOND / 2);
		assert_eq!(StakingSlash::ledger(id(NODE)).map_or(0, |ledger| ledger.total()), 0);
	});
}

#[test]
fn a_replaced_key_should_be_evidence_as_long_as_it_can_matter_and_no_longer() {
	network(|| {
		let old = sign(statement(1), KEYS[0]);
		pass(2);
		assert_ok!(StakingSlash::set_service_key(by(NODE), id(KEYS[1])));
		let replaced = System::block_number();
		let wrong_key = Error::<Runtime>::WrongKey;
		// Signed with the old key after it was replaced.
		assert_eq!(prove(Bob, None, old.clone(), sign(statement(2), KEYS[0])), Err(wrong_key.into()));
		// For the report window of a live chain, and where that is short, until a window is revealed.
		assert_eq!(key_history(&LIVE), LIVE.report_window_blocks);
		let known = key_history(&LOCAL);
		assert!(known > LOCAL.report_window_blocks);
		run_to(replaced + known - 3);
		let (one, other) = (old.clone(), sign(statement(2), KEYS[1]));
		let snapshot = frame_support::storage::with_transaction(|| {
			let result = prove(Bob, None, one.clone(), other.clone());
			sp_runtime::TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(result))
		});
		assert_eq!(snapshot, Ok(Ok(())));
		run_to(replaced + known);
		let now = sign(statement(2), KEYS[1]);
		assert_eq!(prove(Bob, None, old, now), Err(Error::<Runtime>::WrongKey.into()));
	});
}

#[test]
fn a_signed_answer_of_garbage_should_end_the_demand_and_be_punished_by_vote() {
	network(|| {
		let (node, customer) = (has(NODE), has(CUSTOMER));
		assert_ok!(Reports::demand(by(CUSTOMER), 0, H256::zero(), H256::zero(), BoundedVec::new()));
		let block = System::block_number();
		pass(1);
		let block_hash = H256::repeat_byte(9);
		frame_system::BlockHash::<Runtime>::insert(block, block_hash);
		let statement = sign(Statement { block, block_hash, ..statement(1) }, KEYS[0]);
		let response = BoundedVec::truncate_from(b"answer".to_vec());
		assert_ok!(Reports::answer(by(NODE), 0, Box::new(Answer::Served { statement, response })));
		assert_eq!(has(NODE)[0], node[0] + SLN / 2);
		assert_eq!(has(CUSTOMER)[0], customer[0] - SLN);
		let report = file(Fault::Invalid);
		vote(report, &[(Bob, true), (Charlie, true), (Dave, true)]);
		pass(VOTED + SETTLED);
		assert_eq!(has(CUSTOMER)[0], customer[0] - SLN + 40 * SLN);
		assert_eq!(scores(), [60, 60, 60, 60, 0]);
	});
}

#[test]
fn a_void_interval_should_earn_one_seat_a_point() {
	network(|| {
		run_to(2 * LOCAL.interval_blocks);
		let interval = crate::Anchors::duty().unwrap().interval;
		assert_noop!(Reports::report_offline(by(Bob), interval), Error::<Runtime>::NotVoid);
		assert_ok!(Reports::report_offline(by(Bob), interval - 1));
		assert_noop!(Reports::report_offline(by(Alice), interval - 1), Error::<Runtime>::AlreadyReported);
		assert_eq!(scores(), [50, 51, 50, 50, 50]);
	});
}

#[test]
fn deadlines_should_stand_still_while_nobody_can_vote_or_answer() {
	network(|| {
		let report = file(Fault::NoData);
		vote(report, &[(Bob, true)]);
		assert_ok!(Reports::demand(by(CUSTOMER), 0, H256::zero(), H256::zero(), BoundedVec::new()));
		pass(LOCAL.demand_blocks - 1);
		Cursor::<Runtime>::put(MigrationCursor::Stuck);
		pass(100);
		Cursor::<Runtime>::kill();
		assert_ok!(Reports::answer(by(NODE), 0, Box::new(Answer::Malformed)));
		vote(report, &[(Charlie, true), (Dave, true)]);
		assert_eq!(Reports::report_by_id(report).unwrap().stage, Stage::Voting);
		pass(LOCAL.vote_blocks - LOCAL.demand_blocks + 1);
		assert!(matches!(Reports::report_by_id(report).unwrap().stage, Stage::Convicted(_)));
		assert_eq!(StakingSlash::pending_slashes(id(NODE)).len(), 1);
	});
}

#[test]
fn a_node_that_unbonds_and_leaves_should_not_escape_a_report() {
	network(|| {
		let at = Tempo::now();
		assert_ok!(StakingSlash::unbond(by(NODE), BOND));
		// The last moment: reported when the window ends, appealed when the deferral ends.
		run_to(at + LOCAL.report_window_blocks);
		assert_ok!(Reports::report(by(Alice), Fault::Invalid, id(NODE), at, None, H256::zero(), BoundedVec::new()));
		vote(0, &[(Bob, true), (Charlie, true)]);
		pass(LOCAL.vote_blocks + LOCAL.slash_deferral_blocks - 1);
		assert_ok!(StakingSlash::appeal(by(NODE), last_slash()));
		pass(LOCAL.appeal_blocks - 1);
		assert!(StakingSlash::withdraw_unbonded(by(NODE)).is_err());
		assert_ok!(StakingSlash::rule(RuntimeOrigin::root(), last_slash(), true));
		pass(2);
		assert_eq!(StakingSlash::ledger(id(NODE)).unwrap().total(), BOND - BOND / 5);
	});
}

#[test]
fn an_accomplice_that_demands_first_should_receive_at_most_what_it_has_paid() {
	network(|| {
		let session = open(ACCOMPLICE);
		pay(session, SLN);
		pass(1);
		let before = (has(ACCOMPLICE)[0], has(CUSTOMER)[0], treasury());
		let demand = |who, session| Reports::demand(by(who), session, H256::zero(), H256::zero(), BoundedVec::new());
		assert_ok!(demand(ACCOMPLICE, session));
		pass(2);
		assert_ok!(demand(CUSTOMER, 0));
		pass(LOCAL.demand_blocks + SETTLED);
		// One slash, of which the customer receives nothing, and the accomplice what it had paid.
		let slash = BOND / 5;
		assert_eq!(has(ACCOMPLICE)[0], before.0 + SLN);
		assert_eq!((has(CUSTOMER)[0], treasury()), (before.1, before.2 + slash - SLN));
		assert_eq!(has(NODE)[1], BOND - slash);
	});
}

#[test]
fn the_cost_of_calls_should_not_grow_with_the_number_of_reports_and_demands() {
	let [few, many] = [10, 1_000].map(|count| {
		let mut externalities = chain(presets::LOCAL_PRESET);
		externalities.execute_with(|| {
			set_up();
			let first = file(Fault::NoData);
			assert_ok!(Reports::demand(by(CUSTOMER), 0, H256::zero(), H256::zero(), BoundedVec::new()));
			let report = Reports::report_by_id(first).unwrap();
			let jury = pallet_reports::Juries::<Runtime>::get(first);
			let demand = Reports::demand_of(0).unwrap();
			for other in 1_000..1_000 + count {
				pallet_reports::Reports::<Runtime>::insert(other, report.clone());
				pallet_reports::Juries::<Runtime>::insert(other, jury.clone());
				pallet_reports::OpenDemands::<Runtime>::insert(other, demand.clone());
			}
		});
		[
			accesses(&mut externalities, || vote(0, &[(Bob, true)])),
			accesses(&mut externalities, || {
				let evidence = H256::repeat_byte(3);
				assert_ok!(Reports::report(by(Bob), Fault::Invalid, id(NODE), 3, None, evidence, BoundedVec::new()));
			}),
			accesses(&mut externalities, || {
				assert_ok!(Reports::answer(by(NODE), 0, Box::new(Answer::Malformed)));
			}),
			accesses(&mut externalities, || {
				assert_ok!(Reports::demand(by(CUSTOMER), 0, H256::zero(), H256::zero(), BoundedVec::new()));
			}),
			accesses(&mut externalities, || {
				Reports::on_poll(System::block_number(), &mut WeightMeter::new());
			}),
		]
	});
	assert_eq!(few, many);
}
