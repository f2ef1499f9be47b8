use crate::{Commitments, Error, Event, TheftProof, Thieves, mock::*};
use frame_support::{assert_noop, assert_ok};
use smartlayer_primitives::{Action, Cause, Offence, Severity, SlashOutcome, Victim};
use smartlayer_statement::Statement;
use sp_core::{H256, Pair};
use sp_runtime::{AccountId32, DispatchError, MultiSignature, TokenError};

const SALT: H256 = H256::repeat_byte(8);

type Proof = TheftProof<AccountId, MultiSignature>;

fn commit(reporter: &AccountId, proof: &Proof) {
	let hash = Reports::theft_commitment(proof.clone(), reporter.clone(), SALT);
	assert_ok!(Reports::commit_theft(by(reporter.clone()), hash));
}

fn reveal(reporter: &AccountId, proof: &Proof) -> Result<(), DispatchError> {
	Reports::reveal_theft(by(reporter.clone()), Box::new(proof.clone()), None, SALT)
}

/// Announces a proof, and reveals it in the next block.
fn report(reporter: &AccountId, proof: &Proof) -> Result<(), DispatchError> {
	commit(reporter, proof);
	pass(1);
	reveal(reporter, proof)
}

/// Two statements of the node of this block.
fn contradiction() -> Proof {
	let block = System::block_number();
	proof(statement(1, 1, block), statement(1, 2, block))
}

#[test]
fn a_proved_theft_should_set_the_whole_stake_aside() {
	run(|| {
		run_to(20);
		let proof = contradiction();
		commit(&customer(), &proof);
		assert_eq!(held(&customer()), STORAGE);
		pass(1);
		assert_ok!(reveal(&customer(), &proof));
		let slashed = Offence {
			offender: node(),
			severity: Severity::Whole,
			victim: None,
			cause: Cause::Theft,
			action: Some(Action::FailedRedeem),
			outage: None,
		};
		assert_eq!(Slashed::get(), [slashed]);
		let hash = Reports::theft_commitment(proof, customer(), SALT);
		let Statement { class, instance, .. } = statement(1, 1, 1);
		assert_eq!(
			events(),
			[
				Event::TheftCommitted { who: customer(), hash },
				Event::TheftProved { who: customer(), node: node(), class, instance, sequence: 1, slash: 0 }
			]
		);
		// No bounty, and a stranger has no score.
		assert_eq!((held(&customer()), change(&customer())), (0, 0));
		resolve(0, SlashOutcome::Applied);
		assert!(recorded().is_empty());
	});
}

#[test]
fn a_seat_should_earn_a_point_when_the_slash_is_applied_and_none_when_it_is_cancelled() {
	for (outcome, expected) in
		[(SlashOutcome::Applied, vec![(who(3), Action::CorrectTheft)]), (SlashOutcome::Cancelled, vec![])]
	{
		for reporter in [who(3), operator(3)] {
			run(|| {
				run_to(20);
				let proof = contradiction();
				assert_ok!(report(&reporter, &proof));
				assert!(recorded().is_empty());
				resolve(0, outcome);
				assert_eq!(recorded(), expected);
				// Once.
				resolve(0, outcome);
				assert!(recorded().is_empty());
			});
		}
	}
}

#[test]
fn a_theft_by_a_node_that_is_not_active_should_earn_no_point() {
	run(|| {
		run_to(20);
		Chilled::set(vec![node()]);
		assert_ok!(report(&who(3), &contradiction()));
		resolve(0, SlashOutcome::Applied);
		assert!(recorded().is_empty());
	});
}

#[test]
fn the_customer_should_be_compensated_up_to_what_it_has_paid() {
	run(|| {
		run_to(20);
		open_session(1, customer(), node(), 7 * UNIT);
		open_session(2, customer(), other_node(), 7 * UNIT);
		let proof = contradiction();
		commit(&who(1), &proof);
		pass(1);
		let reveal = |session| Reports::reveal_theft(by(who(1)), Box::new(proof.clone()), Some(session), SALT);
		assert_noop!(reveal(2), Error::<Test>::NotACustomer);
		assert_noop!(reveal(3), Error::<Test>::NotACustomer);
		assert_ok!(reveal(1));
		assert_eq!(Slashed::get()[0].victim, Some(Victim { account: customer(), at_most: Some(7 * UNIT) }));
	});
}

#[test]
fn reveal_should_fail_without_a_commitment_that_is_a_block_old() {
	run(|| {
		run_to(20);
		let proof = contradiction();
		assert_noop!(reveal(&customer(), &proof), Error::<Test>::NoCommitment);
		commit(&customer(), &proof);
		assert_noop!(reveal(&customer(), &proof), Error::<Test>::CommitmentTooNew);
		pass(1);
		// A new announcement starts anew.
		commit(&customer(), &proof);
		assert_noop!(reveal(&customer(), &proof), Error::<Test>::CommitmentTooNew);
		pass(1);
		assert_ok!(reveal(&customer(), &proof));
		assert_noop!(reveal(&customer(), &proof), Error::<Test>::NoCommitment);
	});
}

#[test]
fn copied_evidence_should_be_too_late() {
	run(|| {
		run_to(20);
		let proof = contradiction();
		let (first, thief) = (customer(), who(202));
		commit(&first, &proof);
		pass(1);
		// The copy is announced in the block in which the proof is revealed, or with the hash of another one.
		commit(&thief, &proof);
		assert_noop!(reveal(&thief, &proof), Error::<Test>::CommitmentTooNew);
		assert_ok!(reveal(&first, &proof));
		pass(1);
		assert_noop!(reveal(&thief, &proof), Error::<Test>::AlreadyProved);
		let hash = Reports::theft_commitment(proof.clone(), first, SALT);
		assert_ok!(Reports::commit_theft(by(thief.clone()), hash));
		pass(1);
		assert_noop!(reveal(&thief, &proof), Error::<Test>::AnotherCommitment);
	});
}

#[test]
fn evidence_should_be_used_once_and_for_everything_before() {
	run(|| {
		run_to(20);
		let first = contradiction();
		let second = proof(statement(2, 1, 20), statement(2, 2, 18));
		assert_ok!(report(&customer(), &first));
		let convicted = System::block_number();
		assert_eq!(Thieves::<Test>::get(node()), Some(convicted));
		// The same, the other way round, and other statements from before the conviction.
		let swapped = TheftProof { first: first.second.clone(), second: first.first.clone() };
		for known in [&first, &swapped, &second] {
			commit(&customer(), known);
			pass(1);
			assert_noop!(reveal(&customer(), known), Error::<Test>::AlreadyProved);
		}
		// One of the old statements, with a new one: the old one was presented, or could have been.
		pass(2);
		let mixed = proof(statement(1, 1, 20), statement(1, 3, convicted + 1));
		assert_eq!(report(&customer(), &mixed), Err(Error::<Test>::AlreadyProved.into()));
		// It steals again.
		assert_ok!(report(&customer(), &proof(statement(1, 1, convicted + 1), statement(1, 3, convicted + 2))));
		assert_eq!(Slashed::get().len(), 2);
	});
}

#[test]
fn the_record_of_a_thief_should_be_kept_until_its_statements_are_too_old() {
	run(|| {
		run_to(20);
		let proof = contradiction();
		assert_ok!(report(&customer(), &proof));
		let convicted = System::block_number();
		run_to(convicted + WINDOW);
		assert_eq!(Thieves::<Test>::get(node()), Some(convicted));
		pass(1);
		assert_eq!(Thieves::<Test>::get(node()), None);
		commit(&customer(), &proof);
		pass(1);
		assert_noop!(reveal(&customer(), &proof), Error::<Test>::FaultTooOld);
	});
}

#[test]
fn a_second_conviction_should_extend_the_record() {
	run(|| {
		run_to(20);
		assert_ok!(report(&customer(), &contradiction()));
		let first = System::block_number();
		run_to(first + 10);
		assert_ok!(report(&customer(), &contradiction()));
		let second = System::block_number();
		run_to(first + WINDOW + 1);
		assert_eq!(Thieves::<Test>::get(node()), Some(second));
		run_to(second + WINDOW + 1);
		assert_eq!(Thieves::<Test>::get(node()), None);
	});
}

#[test]
fn reveal_should_fail_when_the_statements_do_not_prove_a_theft() {
	run(|| {
		run_to(100);
		KeyFrom::set(40);
		let one = statement(1, 1, 99);
		let other = statement(1, 2, 99);
		let stranger = Statement { node: who(103).into(), ..other };
		let mut no_node = [one, other];
		for statement in &mut no_node {
			statement.node = customer().into();
		}
		let mut another_chain = [one, other];
		for statement in &mut another_chain {
			statement.genesis = H256::zero();
		}
		for (first, second, error) in [
			(one, one, Error::<Test>::NoContradiction),
			(one, Statement { state: one.state, response: H256::zero(), ..other }, Error::<Test>::NoContradiction),
			(one, Statement { sequence: 2, ..other }, Error::<Test>::NoContradiction),
			(one, Statement { class: H256::zero(), ..other }, Error::<Test>::NoContradiction),
			(one, Statement { instance: H256::zero(), ..other }, Error::<Test>::NoContradiction),
			(one, stranger, Error::<Test>::NoContradiction),
			(another_chain[0], another_chain[1], Error::<Test>::AnotherChain),
			(no_node[0], no_node[1], Error::<Test>::NotServiceNode),
			(one, Statement { block: 102, ..other }, Error::<Test>::FaultInFuture),
			(Statement { block: 49, ..one }, Statement { block: 50, ..other }, Error::<Test>::FaultTooOld),
			// The key was not the node's in the block of one of them.
			(one, Statement { block: 39, ..other }, Error::<Test>::WrongKey),
		] {
			let proof = proof(first, second);
			commit(&customer(), &proof);
			System::set_block_number(101);
			assert_noop!(reveal(&customer(), &proof), error);
			System::set_block_number(100);
		}
		System::set_block_number(101);
		assert!(Slashed::get().is_empty());
		// As old as the later statement, which is as old as it can be.
		System::set_block_number(100);
		let oldest = proof(Statement { block: 40, ..one }, Statement { block: 51, ..other });
		commit(&customer(), &oldest);
		System::set_block_number(101);
		assert_ok!(reveal(&customer(), &oldest));
	});
}

#[test]
fn reveal_should_fail_when_a_signature_is_not_by_the_key_of_the_node() {
	run(|| {
		run_to(20);
		let right = contradiction();
		let mut altered = right.clone();
		altered.second.statement.response = H256::zero();
		let mut swapped = right.clone();
		swapped.first.signature = right.second.signature.clone();
		let mut by_another = right.clone();
		let pair = key_of(&other_node());
		by_another.first.signature = pair.sign(&right.first.statement.bytes()).into();
		let mut with_another_key = by_another.clone();
		with_another_key.first.key = AccountId32::from(pair.public());
		for (proof, error) in [
			(altered, Error::<Test>::BadSignature),
			(swapped, Error::<Test>::BadSignature),
			(by_another, Error::<Test>::BadSignature),
			(with_another_key, Error::<Test>::WrongKey),
		] {
			commit(&customer(), &proof);
			pass(1);
			assert_noop!(reveal(&customer(), &proof), error);
		}
		assert_ok!(report(&customer(), &right));
	});
}

#[test]
fn reveal_should_fail_for_a_node_without_bond() {
	run(|| {
		run_to(20);
		let proof = contradiction();
		commit(&customer(), &proof);
		pass(1);
		Unbonded::set(vec![node()]);
		assert_noop!(reveal(&customer(), &proof), Error::<Test>::NotServiceNode);
	});
}

#[test]
fn a_commitment_should_hold_one_deposit_until_it_is_withdrawn() {
	run(|| {
		for hash in [H256::zero(), SALT] {
			assert_ok!(Reports::commit_theft(by(customer()), hash));
			assert_eq!(held(&customer()), STORAGE);
		}
		events();
		assert_ok!(Reports::withdraw_commitment(by(customer())));
		assert_eq!(events(), [Event::CommitmentWithdrawn { who: customer() }]);
		assert_eq!((held(&customer()), Commitments::<Test>::iter().count()), (0, 0));
		assert_noop!(Reports::withdraw_commitment(by(customer())), Error::<Test>::NoCommitment);
		assert_noop!(Reports::commit_theft(by(who(252)), SALT), TokenError::FundsUnavailable);
	});
}

#[test]
fn the_age_of_statements_should_not_count_the_blocks_without_transactions() {
	run(|| {
		// The clock was paused for ten blocks.
		run_to(30);
		open_session(1, customer(), node(), UNIT);
		Sessions::mutate(|sessions| sessions.get_mut(&1).unwrap().3 = 25);
		let pause = |height, paused| {
			System::set_block_number(height);
			Paused::set(paused);
		};
		pause(40, 10);
		let proof = proof(statement(1, 1, 35), statement(1, 2, 30));
		commit(&who(1), &proof);
		pause(41, 10);
		// Height 35 is block 25 of the clock.
		assert_ok!(Reports::reveal_theft(by(who(1)), Box::new(proof.clone()), Some(1), SALT));
		assert!(Slashed::get()[0].victim.is_some());
		Thieves::<Test>::remove(node());
		let announce_for = |height, paused| {
			pause(height - 1, paused);
			commit(&who(1), &proof);
			pause(height, paused);
		};
		// It stood still for a thousand blocks more.
		announce_for(1_035 + WINDOW + 1, 1_000);
		assert_noop!(reveal(&who(1), &proof), Error::<Test>::FaultTooOld);
		announce_for(1_035 + WINDOW, 1_000);
		assert_ok!(reveal(&who(1), &proof));
		// The conviction is remembered for as long as its evidence could be presented.
		Paused::set(1_000);
		run_to(1_035 + 3 * WINDOW);
		assert!(Thieves::<Test>::contains_key(node()));
		run_to(2_035 + 2 * WINDOW + 1);
		assert!(!Thieves::<Test>::contains_key(node()));
	});
}
