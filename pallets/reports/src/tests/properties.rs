//! Random sequences of all calls, elections, slashes and lost bonds. After every step all invariants hold, and each account has
//! what its events say.

use crate::{Answer, Error, Event, Fault, OpenDemands, Params, ReportId, Reports as Stored, TheftProof, mock::*};
use frame_support::traits::fungible::Inspect;
use proptest::prelude::*;
use smartlayer_primitives::{OnSlashResolved, SlashOutcome};
use sp_core::H256;
use sp_runtime::{DispatchError, Perbill};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Operation {
	Report {
		seat: u8,
		by_operator: bool,
		fault: Fault,
		node: u8,
		back: u64,
		session: Option<u64>,
		evidence: u64,
	},
	Vote {
		report: usize,
		seat: u8,
		aye: bool,
	},
	/// The votes of all seats, by the bits of a number.
	VoteAll {
		report: usize,
		ayes: u32,
	},
	Reply {
		report: usize,
		node: u8,
	},
	Close {
		report: usize,
	},
	/// The proof of a theft by the node that belongs to the account.
	Commit {
		who: u8,
	},
	Withdraw {
		who: u8,
	},
	Reveal {
		who: u8,
		session: Option<u64>,
	},
	Offline {
		seat: u8,
		interval: u32,
	},
	Demand {
		session: u64,
	},
	Answer {
		session: u64,
		kind: u8,
	},
	CloseDemand {
		session: u64,
	},
	Maintain(Option<u64>),
	SetParams {
		deposit: u128,
		quorum: u32,
		majority: u32,
		fee: u128,
	},
	Elect(u32),
	Resolve {
		slash: usize,
		cancel: bool,
	},
	Unbond {
		who: u8,
		unbonded: bool,
	},
	/// The block passes without a call of the hook, as at the start of a session.
	Skip,
	Pass(u64),
}

fn seat() -> impl Strategy<Value = u8> {
	1u8..9
}

fn node_number() -> impl Strategy<Value = u8> {
	101u8..104
}

fn place() -> impl Strategy<Value = usize> {
	0usize..8
}

fn session() -> impl Strategy<Value = u64> {
	0u64..6
}

fn fault() -> impl Strategy<Value = Fault> {
	prop_oneof![Just(Fault::NoData), Just(Fault::Invalid)]
}

fn operation() -> impl Strategy<Value = Operation> {
	use Operation::*;
	let report = (seat(), any::<bool>(), fault(), node_number(), 0u64..60, proptest::option::of(session()), 0u64..20)
		.prop_map(|(seat, by_operator, fault, node, back, session, evidence)| Report {
			seat,
			by_operator,
			fault,
			node,
			back,
			session,
			evidence,
		});
	prop_oneof![
		8 => report,
		6 => (place(), seat(), any::<bool>()).prop_map(|(report, seat, aye)| Vote { report, seat, aye }),
		6 => (place(), any::<u32>()).prop_map(|(report, ayes)| VoteAll { report, ayes }),
		2 => (place(), node_number()).prop_map(|(report, node)| Reply { report, node }),
		2 => place().prop_map(|report| Close { report }),
		3 => (1u8..4).prop_map(|who| Commit { who }),
		1 => (1u8..4).prop_map(|who| Withdraw { who }),
		4 => (1u8..4, proptest::option::of(session())).prop_map(|(who, session)| Reveal { who, session }),
		2 => (seat(), 0u32..12).prop_map(|(seat, interval)| Offline { seat, interval }),
		6 => session().prop_map(|session| Demand { session }),
		5 => (session(), 0u8..4).prop_map(|(session, kind)| Answer { session, kind }),
		1 => session().prop_map(|session| CloseDemand { session }),
		1 => proptest::option::of(0u64..80).prop_map(Maintain),
		1 => (0..DEPOSIT, 40u32..101, 40u32..101, 0..FEE)
			.prop_map(|(deposit, quorum, majority, fee)| SetParams { deposit, quorum, majority, fee }),
		2 => any::<u32>().prop_map(Elect),
		6 => (place(), any::<bool>()).prop_map(|(slash, cancel)| Resolve { slash, cancel }),
		1 => (prop_oneof![seat(), node_number()], any::<bool>()).prop_map(|(who, unbonded)| Unbond { who, unbonded }),
		1 => Just(Skip),
		6 => (1u64..25).prop_map(Pass),
	]
}

/// What the calls should have done to the token, by their events.
#[derive(Default)]
struct Model {
	/// The free tokens of each account, beside what it has on hold.
	changes: BTreeMap<AccountId, i128>,
	burned: u128,
	/// The fees of open demands.
	fees: BTreeMap<u64, (AccountId, u128)>,
	/// The proof that each seat has announced last.
	proofs: BTreeMap<u8, TheftProof<AccountId, sp_runtime::MultiSignature>>,
	/// The slashes that are not resolved.
	pending: BTreeSet<u64>,
	successes: BTreeMap<&'static str, u32>,
}

impl Model {
	fn change(&mut self, who: AccountId, amount: i128) {
		*self.changes.entry(who).or_default() += amount;
	}

	/// Takes account of the events of a step.
	fn follow(&mut self) {
		for event in events() {
			match event {
				Event::DepositForfeited { who, amount, .. } => {
					self.change(who, -(amount as i128));
					self.change(treasury(), amount as i128);
				},
				Event::Demanded { session, fee, .. } => {
					let payer = Reports::demand_of(session)
						.map_or_else(|| Sessions::get()[&session].0.payer.clone(), |demand| demand.payer);
					self.fees.insert(session, (payer, fee));
				},
				Event::Answered { session, node, .. } => {
					let (payer, fee) = self.fees.remove(&session).unwrap();
					self.change(payer, -(fee as i128));
					self.change(node, (fee / 2) as i128);
					self.burned += fee - fee / 2;
				},
				Event::Silent { session, .. } => {
					self.fees.remove(&session).unwrap();
				},
				Event::Stuck { item, error } => panic!("{item:?} is stuck: {error:?}"),
				_ => {},
			}
		}
		let filed = Slashed::get().len() as u64;
		self.pending.extend(NEXT.with(|next| next.replace(filed))..filed);
	}

	fn check(&self) {
		Reports::do_try_state().unwrap();
		for account in frame_system::Account::<Test>::iter_keys() {
			let expected = FUNDS as i128 + self.changes.get(&account).copied().unwrap_or_default();
			assert_eq!(Balances::total_balance(&account) as i128, expected, "{account:?}");
		}
		assert_eq!(Balances::total_issuance() + self.burned, initial());
	}
}

thread_local! {
	/// The number of slashes that the model has seen.
	static NEXT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
	static INITIAL: std::cell::Cell<u128> = const { std::cell::Cell::new(0) };
}

fn initial() -> u128 {
	INITIAL.with(std::cell::Cell::get)
}

/// The id of a report by its place, or of one that does not exist.
fn id(place: usize) -> ReportId {
	let mut ids: Vec<_> = Stored::<Test>::iter_keys().collect();
	ids.sort();
	if ids.is_empty() { ReportId::MAX } else { ids[place % ids.len()] }
}

fn theft(node: u8) -> TheftProof<AccountId, sp_runtime::MultiSignature> {
	let mut statements = [statement(1, 1, 5), statement(1, 2, 5)];
	for statement in &mut statements {
		statement.node = who(node).into();
		// The proof is as old as the last multiple of forty.
		statement.block = (System::block_number() / 40 * 40) as u32;
	}
	proof(statements[0], statements[1])
}

fn call(operation: Operation, model: &mut Model) -> (&'static str, Result<(), DispatchError>) {
	let salt = H256::zero();
	let transactional = |call: &dyn Fn() -> Result<(), DispatchError>| frame_support::storage::with_storage_layer(call);
	match operation {
		Operation::Report { seat, by_operator, fault, node, back, session, evidence } => {
			let by = by(if by_operator { operator(seat) } else { who(seat) });
			let at = System::block_number().saturating_sub(back);
			let evidence = H256::from_low_u64_be(evidence);
			(
				"report",
				transactional(&|| Reports::report(by.clone(), fault, who(node), at, session, evidence, pointer(""))),
			)
		},
		Operation::Vote { report, seat, aye } => {
			("vote", Reports::vote(by(who(seat)), id(report), aye).map(drop).map_err(|error| error.error))
		},
		Operation::VoteAll { report, ayes } => {
			let report = id(report);
			for seat in 1..9u8 {
				let _ = Reports::vote(by(who(seat)), report, ayes >> seat & 3 > 0);
			}
			("vote_all", Ok(()))
		},
		Operation::Reply { report, node } => {
			("reply", Reports::reply(by(who(node)), id(report), H256::zero(), pointer("")))
		},
		Operation::Close { report } => {
			let report = id(report);
			let close = || Reports::close(by(customer()), report).map(drop).map_err(|error| error.error);
			("close", transactional(&close))
		},
		Operation::Commit { who: reporter } => {
			// Signatures differ each time.
			let proof = theft(100 + reporter);
			let hash = Reports::theft_commitment(proof.clone(), who(reporter), salt);
			model.proofs.insert(reporter, proof);
			("commit_theft", Reports::commit_theft(by(who(reporter)), hash))
		},
		Operation::Withdraw { who: reporter } => {
			("withdraw_commitment", Reports::withdraw_commitment(by(who(reporter))))
		},
		Operation::Reveal { who: reporter, session } => {
			let Some(proof) = model.proofs.get(&reporter).cloned().map(Box::new) else { return ("nothing", Ok(())) };
			let reveal = || Reports::reveal_theft(by(who(reporter)), proof.clone(), session, salt);
			("reveal_theft", transactional(&reveal))
		},
		Operation::Offline { seat, interval } => ("report_offline", Reports::report_offline(by(who(seat)), interval)),
		Operation::Demand { session } => ("demand", transactional(&|| demand(session))),
		Operation::Answer { session, kind } => {
			let Some(demand) = OpenDemands::<Test>::get(session) else { return ("nothing", Ok(())) };
			let answer = match kind {
				0 => Answer::PromiseTooLow,
				1 => Answer::Malformed,
				_ => {
					let Answer::Served { mut statement, response } = served() else { panic!() };
					statement.statement.node = demand.node.clone().into();
					Answer::Served { statement: sign(statement.statement), response }
				},
			};
			let answer = || {
				Reports::answer(by(demand.node.clone()), session, Box::new(answer.clone()))
					.map(drop)
					.map_err(|error| error.error)
			};
			("answer", transactional(&answer))
		},
		Operation::CloseDemand { session } => {
			// Sometimes without the hooks of the blocks until its deadline.
			if let (Some(demand), 0) = (OpenDemands::<Test>::get(session), session % 2) {
				System::set_block_number(System::block_number().max(demand.deadline));
			}
			let close = || Reports::close_demand(by(customer()), session).map(drop).map_err(|error| error.error);
			("close_demand", transactional(&close))
		},
		Operation::Maintain(ahead) => {
			MaintenanceEnd::set(ahead.map(|ahead| System::block_number() + ahead));
			("maintain", Ok(()))
		},
		Operation::SetParams { deposit, quorum, majority, fee } => {
			let [quorum, majority] = [quorum, majority].map(Perbill::from_percent);
			let params = Params { deposit, quorum, majority, demand_fee: fee, ..params() };
			("set_params", Reports::set_params(RuntimeOrigin::root(), params))
		},
		Operation::Elect(seats) => {
			Seated::set((1..9u8).filter(|seat| *seat == 1 || seats >> seat & 1 > 0).map(who).collect());
			("elect", Ok(()))
		},
		Operation::Resolve { slash, cancel } => {
			let pending: Vec<_> = model.pending.iter().copied().collect();
			if let Some(slash) = pending.get(slash % pending.len().max(1)) {
				model.pending.remove(slash);
				let outcome = if cancel { SlashOutcome::Cancelled } else { SlashOutcome::Applied };
				<Reports as OnSlashResolved>::on_slash_resolved(*slash, outcome);
			}
			("resolve", Ok(()))
		},
		Operation::Unbond { who: number, unbonded } => {
			Unbonded::mutate(|accounts| {
				accounts.retain(|account| *account != who(number));
				if unbonded {
					accounts.push(who(number));
				}
			});
			("unbond", Ok(()))
		},
		Operation::Skip => {
			System::set_block_number(System::block_number() + 1);
			("skip", Ok(()))
		},
		Operation::Pass(blocks) => {
			pass(blocks);
			("pass", Ok(()))
		},
	}
}

/// Runs a sequence, and returns how often each call succeeded.
fn run_sequence(operations: Vec<Operation>) -> BTreeMap<&'static str, u32> {
	let mut model = Model::default();
	chain(8).execute_with(|| {
		NEXT.with(|next| next.set(0));
		INITIAL.with(|initial| initial.set(Balances::total_issuance()));
		run_to(20);
		Void::set((0..12).map(|interval| (interval, u64::from(interval) * 20)).collect());
		for session in 0..6u8 {
			open_session(session.into(), who(201 + session % 3), who(101 + session % 3), UNIT);
		}
		for operation in operations {
			let (name, result) = call(operation, &mut model);
			*model.successes.entry(name).or_default() += u32::from(result.is_ok());
			if let Err(DispatchError::Module(error)) = result {
				// Nothing that a caller does brings these about.
				for impossible in [Error::<Test>::HoldTooSmall, Error::<Test>::TreasuryCannotReceive] {
					assert_ne!(DispatchError::Module(error), impossible.into());
				}
			}
			model.follow();
			model.check();
		}
		// In the end, when all slashes are resolved, nothing is left.
		for _ in 0..20 {
			for slash in core::mem::take(&mut model.pending) {
				<Reports as OnSlashResolved>::on_slash_resolved(slash, SlashOutcome::Applied);
			}
			pass(VOTE);
			model.follow();
			model.check();
		}
		assert_eq!(Stored::<Test>::iter().count(), 0);
		assert_eq!(crate::Juries::<Test>::iter().count() + crate::Replies::<Test>::iter().count(), 0);
		assert_eq!(crate::Accusations::<Test>::iter().count() + crate::Convictions::<Test>::iter().count(), 0);
		assert_eq!(crate::TheftReporters::<Test>::iter().count() + crate::Thieves::<Test>::iter().count(), 0);
		assert_eq!(crate::OpenReportsBy::<Test>::iter().count(), 0);
		assert_eq!(crate::OfflineIntervals::<Test>::iter().count() + crate::DueQueue::<Test>::iter().count(), 0);
		assert_eq!(OpenDemands::<Test>::iter().count() + crate::DemandsOn::<Test>::iter().count(), 0);
	});
	model.successes
}

/// The number of operations of all sequences together.
fn operations() -> u32 {
	if std::env::var("SMARTLAYER_LONG_TESTS").is_ok() { 1_000_000 } else { 10_000 }
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(operations() / 100))]

	#[test]
	fn every_sequence_should_keep_the_invariants_and_conserve_funds(
		sequence in proptest::collection::vec(operation(), 100),
	) {
		run_sequence(sequence);
	}
}

#[test]
fn every_call_should_succeed_in_some_sequences() {
	use proptest::{strategy::ValueTree, test_runner::TestRunner};
	let mut runner = TestRunner::deterministic();
	let mut successes: BTreeMap<&str, u32> = BTreeMap::new();
	for _ in 0..20 {
		let sequence = proptest::collection::vec(operation(), 200).new_tree(&mut runner).unwrap().current();
		for (name, count) in run_sequence(sequence) {
			*successes.entry(name).or_default() += count;
		}
	}
	let never: Vec<_> = successes.iter().filter(|(_, count)| **count == 0).collect();
	assert!(never.is_empty() && successes.len() == 20, "{successes:?}");
}
