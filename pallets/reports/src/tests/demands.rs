use crate::{Answer, DemandsOn, Error, Event, OpenDemands, Outcome, mock::*};
use frame_support::{assert_noop, assert_ok, dispatch::Pays};
use smartlayer_primitives::{Action, Cause, Offence, Severity, Victim};
use smartlayer_statement::{Record, Statement, hash};
use sp_core::{H256, Pair};
use sp_runtime::{DispatchError, MultiSignature, Perbill, TokenError};

const CLASS: H256 = H256::repeat_byte(1);
const INSTANCE: H256 = H256::repeat_byte(2);

fn answer(session: u64, answer: Answer<AccountId, MultiSignature>) -> Result<(), DispatchError> {
	Reports::answer(by(node()), session, Box::new(answer)).map(drop).map_err(|error| error.error)
}

/// Sessions 0 to 3 of the customers 201 to 204 with the node. Each has paid 5.
fn sessions() {
	run_to(30);
	for session in 0..4u8 {
		open_session(session.into(), who(201 + session), node(), 5 * UNIT);
	}
}

#[test]
fn demand_should_hold_the_fee_and_set_a_deadline() {
	run(|| {
		sessions();
		Rate::set(Perbill::from_percent(17));
		assert_ok!(demand(0));
		let deadline = 30 + DEMAND;
		assert_eq!(
			events(),
			[Event::Demanded {
				session: 0,
				node: node(),
				class: CLASS,
				instance: INSTANCE,
				request: bytes(b"request"),
				fee: FEE,
				deadline
			}]
		);
		let stored = Reports::demand_of(0).unwrap();
		assert_eq!((stored.node, stored.payer, stored.paid, stored.fee), (node(), customer(), 5 * UNIT, FEE));
		assert_eq!((stored.filed, stored.height, stored.deadline), (30, 30, deadline));
		assert_eq!((stored.request, stored.rate), (hash(b"request"), Perbill::from_percent(17)));
		assert_eq!(held(&customer()), FEE);
		assert_eq!(Reports::demands_on(node()), [0]);
		assert!(Reports::demands_on(other_node()).is_empty());
	});
}

#[test]
fn demand_should_fail_for_others_than_the_payer_of_an_open_session() {
	run(|| {
		sessions();
		let demand_by = |who, session| Reports::demand(by(who), session, CLASS, INSTANCE, bytes(b""));
		assert_noop!(demand_by(who(202), 0), Error::<Test>::NotPayer);
		assert_noop!(demand_by(node(), 0), Error::<Test>::NotPayer);
		assert_noop!(demand_by(operator(201), 0), Error::<Test>::NotPayer);
		assert_noop!(demand_by(customer(), 9), Error::<Test>::NoOpenSession);
		Sessions::mutate(|sessions| sessions.get_mut(&0).unwrap().1 = false);
		assert_noop!(demand_by(customer(), 0), Error::<Test>::NoOpenSession);
		Unbonded::set(vec![node()]);
		assert_noop!(demand(1), Error::<Test>::NotServiceNode);
		Unbonded::set(vec![]);
		let _ = Balances::transfer_allow_death(by(who(202)), node(), FUNDS - FEE);
		assert_noop!(demand(1), TokenError::FundsUnavailable);
	});
}

#[test]
fn a_session_should_have_one_open_demand() {
	run(|| {
		sessions();
		assert_ok!(demand(0));
		assert_noop!(demand(0), Error::<Test>::AlreadyDemanded);
		pass(1);
		assert_ok!(answer(0, Answer::Malformed));
		assert_ok!(demand(0));
	});
}

#[test]
fn an_answer_should_earn_half_of_the_fee_and_burn_the_other() {
	run(|| {
		sessions();
		assert_ok!(demand(0));
		pass(1);
		events();
		let issuance = Balances::total_issuance();
		let Answer::Served { statement, response } = served() else { panic!() };
		let outcome = Box::new(Outcome::Served { statement: statement.statement, response });
		assert_eq!(Reports::answer(by(operator(101)), 0, Box::new(served())).unwrap().pays_fee, Pays::No);
		assert_eq!(events(), [Event::Answered { session: 0, node: node(), outcome }]);
		assert_eq!([change(&customer()), change(&node())], [-(FEE as i128), (FEE / 2) as i128]);
		assert_eq!(issuance - Balances::total_issuance(), FEE / 2);
		assert_eq!(held(&customer()), 0);
		assert_noop!(answer(0, served()), Error::<Test>::NoDemand);
		// Nothing is left for the hook.
		pass(DEMAND);
		assert!(Slashed::get().is_empty() && recorded().is_empty() && events().is_empty());
		assert_eq!((OpenDemands::<Test>::iter().count(), DemandsOn::<Test>::iter().count()), (0, 0));
	});
}

#[test]
fn answer_should_fail_when_the_statement_does_not_fit() {
	run(|| {
		sessions();
		assert_ok!(demand(0));
		pass(2);
		let right = statement(1, 1, 31);
		let with = |statement| Answer::Served { statement: sign(statement), response: bytes(b"response") };
		for (wrong, error) in [
			(Statement { genesis: H256::zero(), ..right }, Error::<Test>::AnotherChain),
			(Statement { node: other_node().into(), ..right }, Error::<Test>::AnotherRequest),
			(Statement { class: H256::zero(), ..right }, Error::<Test>::AnotherRequest),
			(Statement { instance: H256::zero(), ..right }, Error::<Test>::AnotherRequest),
			(Statement { request: H256::zero(), ..right }, Error::<Test>::AnotherRequest),
			(Statement { response: H256::zero(), ..right }, Error::<Test>::AnotherResponse),
			// Before the demand, of another fork, and in the future.
			(statement(1, 1, 29), Error::<Test>::WrongBlock),
			(Statement { block_hash: H256::zero(), ..right }, Error::<Test>::WrongBlock),
			(statement(1, 1, 32), Error::<Test>::WrongBlock),
			(statement(1, 1, 33), Error::<Test>::WrongBlock),
			// The chain knows no hash of these blocks.
			(Statement { block: 32, block_hash: H256::zero(), ..right }, Error::<Test>::WrongBlock),
			(Statement { block: u32::MAX, block_hash: H256::zero(), ..right }, Error::<Test>::WrongBlock),
		] {
			assert_noop!(answer(0, with(wrong)), error);
		}
		let Answer::Served { mut statement, response } = with(right) else { panic!() };
		statement.signature = key_of(&other_node()).sign(&right.bytes()).into();
		let forged = Answer::Served { statement: statement.clone(), response: response.clone() };
		assert_noop!(answer(0, forged), Error::<Test>::BadSignature);
		statement.key = key_of(&other_node()).public().into();
		assert_noop!(answer(0, Answer::Served { statement, response }), Error::<Test>::WrongKey);
		let other_bytes = Answer::Served { statement: sign(right), response: bytes(b"other") };
		assert_noop!(answer(0, other_bytes), Error::<Test>::AnotherResponse);
		for stranger in [customer(), other_node(), operator(102), who(1)] {
			let call = Reports::answer(by(stranger), 0, Box::new(with(right)));
			assert_noop!(call, Error::<Test>::NotDemanded);
		}
		// The block of the demand is recent enough.
		assert_ok!(answer(0, with(statement_of(30))));
	});
}

fn statement_of(block: u64) -> Statement {
	statement(1, 1, block)
}

#[test]
fn a_refusal_should_be_an_answer() {
	for (refusal, outcome) in [(Answer::PromiseTooLow, Outcome::PromiseTooLow), (Answer::Malformed, Outcome::Malformed)]
	{
		run(|| {
			sessions();
			assert_ok!(demand(0));
			events();
			assert_ok!(answer(0, refusal));
			assert_eq!(events(), [Event::Answered { session: 0, node: node(), outcome: outcome.into() }]);
			assert_eq!([change(&customer()), change(&node())], [-(FEE as i128), (FEE / 2) as i128]);
			pass(DEMAND);
			assert!(Slashed::get().is_empty());
		});
	}
}

#[test]
fn the_refusal_not_assigned_should_need_a_record_that_names_another_node() {
	run(|| {
		sessions();
		let right = record(&other_node());
		assert_ok!(Reports::demand(by(customer()), 0, right.class(), INSTANCE, bytes(b"request")));
		let signed = |record: Record| Answer::NotAssigned { record, signature: issuer().sign(&record.bytes()).into() };
		for (wrong, error) in [
			(Record { genesis: H256::zero(), ..right }, Error::<Test>::AnotherChain),
			(Record { salt: H256::zero(), ..right }, Error::<Test>::AnotherToken),
			(Record { issuer: [1; 32], ..right }, Error::<Test>::AnotherToken),
			(Record { instance: H256::zero(), ..right }, Error::<Test>::AnotherToken),
			(record(&node()), Error::<Test>::Assigned),
		] {
			assert_noop!(answer(0, signed(wrong)), error);
		}
		let signature: MultiSignature = key_of(&node()).sign(&right.bytes()).into();
		assert_noop!(answer(0, Answer::NotAssigned { record: right, signature }), Error::<Test>::BadSignature);
		events();
		assert_ok!(answer(0, signed(right)));
		let outcome = Box::new(Outcome::NotAssigned { record: right });
		assert_eq!(events(), [Event::Answered { session: 0, node: node(), outcome }]);
	});
}

#[test]
fn a_record_signed_with_a_browser_wallet_should_count() {
	run(|| {
		sessions();
		let record = record(&other_node());
		assert_ok!(Reports::demand(by(customer()), 0, record.class(), INSTANCE, bytes(b"request")));
		let wrapped = [b"<Bytes>", &record.bytes()[..], b"</Bytes>"].concat();
		assert_ok!(answer(0, Answer::NotAssigned { record, signature: issuer().sign(&wrapped).into() }));
	});
}

#[test]
fn silence_should_return_the_fee_and_be_slashed_at_the_rate_of_the_demand() {
	run(|| {
		sessions();
		assert_ok!(demand(0));
		Rate::set(Perbill::from_percent(10));
		// The session ends meanwhile, and is settled.
		Sessions::mutate(|sessions| sessions.remove(&0));
		events();
		pass(DEMAND - 1);
		assert!(Slashed::get().is_empty());
		assert_noop!(Reports::close_demand(by(who(1)), 0), Error::<Test>::NotDue);
		pass(1);
		let slashed = Offence {
			offender: node(),
			severity: Severity::Fraction(Perbill::from_percent(30)),
			victim: Some(Victim { account: customer(), at_most: Some(5 * UNIT) }),
			cause: Cause::NoData,
			action: Some(Action::FailedRedeem),
			outage: Some(2),
		};
		assert_eq!(Slashed::get(), [slashed]);
		assert_eq!(events(), [Event::Silent { session: 0, node: node(), slash: Some(0) }]);
		assert_eq!((held(&customer()), change(&customer()), change(&node())), (0, 0, 0));
		assert_noop!(answer(0, Answer::Malformed), Error::<Test>::NoDemand);
	});
}

#[test]
fn answer_should_fail_from_the_deadline_on() {
	run(|| {
		sessions();
		assert_ok!(demand(0));
		pass(DEMAND - 1);
		// The hook of the next block has not been called yet.
		System::set_block_number(System::block_number() + 1);
		assert_noop!(answer(0, Answer::Malformed), Error::<Test>::TooLate);
		assert_eq!(Reports::close_demand(by(who(1)), 0).unwrap().pays_fee, Pays::No);
		assert_eq!(Slashed::get().len(), 1);
		assert_noop!(Reports::close_demand(by(who(1)), 0), Error::<Test>::NoDemand);
		pass(1);
	});
}

#[test]
fn one_outage_should_be_one_fault_whatever_the_number_of_demands() {
	run(|| {
		sessions();
		for session in 4..30u64 {
			open_session(session, who(201 + session as u8), node(), UNIT);
		}
		// Thirty demands, in ten blocks.
		for session in 0..30 {
			assert_ok!(demand(session));
			if session % 3 == 2 && session < 29 {
				pass(1);
			}
		}
		let total: u128 = (0..30).map(|session| Reports::demand_of(session).unwrap().fee).sum();
		assert_eq!(total, FEE * (8 + 16 + 32 + 48));
		events();
		pass(DEMAND + 10);
		let of_first = Some(Victim { account: customer(), at_most: Some(5 * UNIT) });
		assert_eq!(Slashed::get().len(), 1);
		// The three first ones fall due together, and any of them is the first.
		let victim = Slashed::get()[0].victim.clone();
		assert!(victim == of_first || [202, 203].iter().any(|number| victim.as_ref().unwrap().account == who(*number)));
		let slashes: Vec<_> = events()
			.into_iter()
			.filter_map(|event| match event {
				Event::Silent { slash, .. } => Some(slash.is_some()),
				_ => None,
			})
			.collect();
		assert_eq!((slashes.len(), slashes[0]), (30, true));
		assert!((201..=230).all(|number| held(&who(number)) == 0 && change(&who(number)) == 0));
	});
}

#[test]
fn demands_after_a_silence_should_be_another_fault() {
	run(|| {
		sessions();
		assert_ok!(demand(0));
		pass(DEMAND - 1);
		// While the first is open, and after its deadline.
		assert_ok!(demand(1));
		pass(1);
		assert_eq!(Slashed::get().len(), 1);
		assert_ok!(demand(2));
		pass(DEMAND - 1);
		assert_eq!(Slashed::get().len(), 1);
		assert_eq!(DemandsOn::<Test>::get(node()).open, 1);
		pass(1);
		assert_eq!(Slashed::get().len(), 2);
		assert_eq!(Slashed::get()[1].victim.as_ref().unwrap().account, who(203));
		// Without open demands, the next one is another fault too.
		assert_ok!(demand(3));
		pass(DEMAND);
		assert_eq!(Slashed::get().len(), 3);
	});
}

#[test]
fn the_silence_of_a_node_without_bond_should_return_the_fee() {
	run(|| {
		sessions();
		assert_ok!(demand(0));
		Unbonded::set(vec![node()]);
		events();
		pass(DEMAND);
		assert_eq!(events(), [Event::Silent { session: 0, node: node(), slash: None }]);
		assert_eq!((held(&customer()), change(&customer())), (0, 0));
	});
}

#[test]
fn an_announced_maintenance_should_extend_the_deadline_by_no_more_than_the_longest() {
	run(|| {
		sessions();
		for (session, end, deadline) in [
			(0, None, 30 + DEMAND),
			(1, Some(35), 35 + DEMAND),
			(2, Some(30 + MAINTENANCE), 30 + MAINTENANCE + DEMAND),
			(3, Some(1_000), 30 + DEMAND + MAINTENANCE),
		] {
			MaintenanceEnd::set(end);
			assert_ok!(demand(session));
			assert_eq!(Reports::demand_of(session).unwrap().deadline, deadline);
		}
		pass(DEMAND);
		assert_eq!(Slashed::get().len(), 1);
		// What was open at that deadline is the same outage, however late its own is.
		run_to(30 + DEMAND + MAINTENANCE);
		assert_eq!(Slashed::get().len(), 1);
		assert_eq!(OpenDemands::<Test>::iter().count(), 0);
	});
}

#[test]
fn the_fee_should_rise_with_the_demands_on_the_node_and_fall_again() {
	run(|| {
		run_to(30);
		for session in 0..17u64 {
			open_session(session, who(201 + session as u8), node(), UNIT);
			assert_eq!(Reports::fee_of_demand(node()), FEE << (session / 8));
			assert_ok!(demand(session));
		}
		assert_eq!(Reports::fee_of_demand(other_node()), FEE);
		for session in 0..10 {
			assert_ok!(answer(session, Answer::Malformed));
		}
		assert_eq!(Reports::fee_of_demand(node()), FEE);
	});
}
