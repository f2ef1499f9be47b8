//! Commits and reveals.

use crate::{Answer, AnswerOf, Claims, Error, Event, mock::*};
use frame_support::{
	assert_err, assert_noop, assert_ok,
	dispatch::{DispatchClass, GetDispatchInfo, Pays},
};
use smartlayer_commitment::ClaimProof;
use smartlayer_measurement::{Draw, SAMPLES};
use smartlayer_statement::Statement;
use sp_core::H256;

/// An observer in the reveal phase of window 1, which has committed to so many good samples of each node.
fn ready(good: u8) -> Said {
	let said = Said::new(1, 1, reading(good, 100));
	commit_phase(1);
	said.commit().unwrap();
	reveal_phase(1);
	events();
	said
}

/// The right answer with another statement.
fn restated(said: &Said, change: impl FnOnce(&mut Statement)) -> Option<AnswerOf<Test>> {
	let Answer { sample, mut statement, .. } = said.right(0).unwrap();
	let node = statement.node;
	change(&mut statement);
	let mut answer = signed(sample, statement);
	// By the node that should have answered, whatever it states.
	let pair = key_of(&AccountId::new(node));
	answer.key = sp_core::Pair::public(&pair).into();
	answer.signature = sp_core::Pair::sign(&pair, &statement.bytes()).into();
	Some(answer)
}

#[test]
fn commit_should_be_taken_from_each_observer_once() {
	run(|| {
		run_to(10);
		let said = Said::new(1, 1, reading(60, 100));
		run_to(19);
		assert_noop!(said.commit(), Error::<Test>::WindowRuns);
		commit_phase(1);
		events();
		assert_ok!(said.commit());
		assert_eq!(events(), [Event::Committed { window: 1, observer: who(1) }]);
		assert_noop!(said.commit(), Error::<Test>::AlreadyCommitted);
		// By the account of the seat itself as well.
		assert_ok!(Telemetry::commit(by(who(2)), 1, H256::repeat_byte(2)));
		assert_err!(Said::new(9, 1, reading(60, 100)).commit(), Error::<Test>::NotObserver);
		assert_err!(Said::of(1, 9, vec![vec![]]).commit(), Error::<Test>::NoSuchWindow);
		run_to(23);
		assert_ok!(Said::new(3, 1, reading(60, 100)).commit());
		run_to(24);
		assert_noop!(Said::new(4, 1, reading(60, 100)).commit(), Error::<Test>::TooLate);
	});
}

#[test]
fn seats_should_observe_the_windows_that_begin_while_they_sit() {
	run(|| {
		run_to(10);
		Seated::set(vec![1, 2, 3, 4, 9]);
		commit_phase(1);
		assert_ok!(Said::new(5, 1, reading(60, 100)).commit());
		assert_err!(Said::new(9, 1, reading(60, 100)).commit(), Error::<Test>::NotObserver);
		commit_phase(2);
		assert_ok!(Said::new(9, 2, reading(60, 100)).commit());
		assert_err!(Said::new(5, 2, reading(60, 100)).commit(), Error::<Test>::NotObserver);
	});
}

#[test]
fn reveal_should_be_taken_with_the_answer_that_is_drawn() {
	run(|| {
		let said = ready(60);
		assert_ok!(said.reveal(0));
		assert_eq!(events(), [Event::Revealed { window: 1, page: 0, observer: who(1) }]);
		assert_eq!(Telemetry::claims(1, 0), [(who(1), said.pages[0].clone())]);
		assert_noop!(said.reveal(0), Error::<Test>::AlreadyRevealed);
	});
}

#[test]
fn reveal_should_be_refused_out_of_its_time() {
	run(|| {
		let said = Said::new(1, 1, reading(60, 100));
		assert_err!(said.reveal(0), Error::<Test>::NoSuchWindow);
		commit_phase(1);
		assert_err!(said.reveal(0), Error::<Test>::NotDrawn);
		said.commit().unwrap();
		// In the first block of the phase nothing is drawn yet: its randomness is that of a block with commits.
		run_to(24);
		assert_err!(said.reveal(0), Error::<Test>::NotDrawn);
		assert_err!(said.commit(), Error::<Test>::TooLate);
		run_to(28);
		assert_ok!(said.reveal(0));
		let late = Said::new(2, 1, reading(60, 100));
		run_to(29);
		assert_err!(late.reveal(0), Error::<Test>::NoSuchWindow);
	});
}

#[test]
fn reveal_should_be_refused_late_even_if_the_window_is_not_closed_yet() {
	run(|| {
		let said = ready(60);
		HookWeight::set(frame_support::weights::Weight::from_parts(100, 0));
		closing_phase(1);
		assert_noop!(said.reveal(0), Error::<Test>::TooLate);
	});
}

#[test]
fn reveal_should_be_refused_unless_it_was_committed() {
	run(|| {
		let said = ready(60);
		assert_err!(Said { seat: 9, ..said.clone() }.reveal(0), Error::<Test>::NotObserver);
		// Nobody can repeat what another one has committed to.
		assert_err!(Said { seat: 2, ..said.clone() }.reveal(0), Error::<Test>::NotCommitted);
		let other = Said::new(1, 1, reading(59, 100));
		assert_err!(other.reveal(0), Error::<Test>::AnotherClaim);
		assert_err!(Said { salt: H256::zero(), ..said.clone() }.reveal(0), Error::<Test>::AnotherClaim);
		let readings = said.pages[0].clone();
		let long = ClaimProof::of_depth(1);
		let answer = said.right(0).map(Box::new);
		let sent = Telemetry::reveal(by(who(1)), 1, 0, said.salt, readings.clone(), long, answer);
		assert_eq!(sent.unwrap_err().error, Error::<Test>::AnotherClaim.into());
		let sent = Telemetry::reveal(by(who(1)), 1, 1, said.salt, readings, ClaimProof::default(), None);
		assert_eq!(sent.unwrap_err().error, Error::<Test>::NoSuchPage.into());
		assert_ok!(said.reveal(0));
	});
}

#[test]
fn a_root_that_was_copied_should_be_worth_nothing() {
	run(|| {
		let said = Said::new(1, 1, reading(60, 100));
		commit_phase(1);
		said.commit().unwrap();
		assert_ok!(Telemetry::commit(by(who(2)), 1, said.root()));
		reveal_phase(1);
		said.reveal(0).unwrap();
		// The observer is part of each claim.
		assert_err!(Said { seat: 2, ..said }.reveal(0), Error::<Test>::AnotherClaim);
	});
}

#[test]
fn readings_should_be_one_for_each_node() {
	for (readings, error) in [
		(vec![60, 0, 0], Error::<Test>::WrongLength),
		([60, 0, 0, 0].repeat(2), Error::<Test>::WrongLength),
		([60, 0, 0, 0].repeat(4), Error::<Test>::WrongLength),
		([60, 0, 0, 0, 60, 0, 0, 0, 61, 0, 0, 0].into(), Error::<Test>::BadReading),
		([60, 0, 0, 0, 60, 0, 0, 0, 255, 0, 0, 0].into(), Error::<Test>::BadReading),
		([60, 0, 0, 0, 60, 0, 0, 0, 60, 240, 0, 0].into(), Error::<Test>::BadReading),
	] {
		run(|| {
			let said = Said::of(1, 1, vec![readings]);
			commit_phase(1);
			said.commit().unwrap();
			reveal_phase(1);
			assert_noop!(said.reveal_with(0, None), error);
		});
	}
}

#[test]
fn nothing_should_be_said_of_a_page_without_nodes() {
	run(|| {
		Nodes::set(vec![page([0]), page([])]);
		run_to(10);
		let said = Said::new(1, 1, reading(60, 100));
		commit_phase(1);
		said.commit().unwrap();
		reveal_phase(1);
		assert_ok!(said.reveal(0));
		assert_noop!(said.reveal(1), Error::<Test>::NothingToMeasure);
	});
}

#[test]
fn who_calls_nobody_up_should_show_nothing() {
	run(|| {
		let said = ready(0);
		assert_eq!(said.drawn(0), None);
		let answer = said.answer(0, 0, &who(100), 0);
		assert_noop!(said.reveal_with(0, Some(answer)), Error::<Test>::NeedlessAnswer);
		assert_ok!(said.reveal(0));
	});
}

#[test]
fn an_answer_should_be_that_of_the_node_and_the_sample_that_are_drawn() {
	run(|| {
		let said = ready(60);
		assert_noop!(said.reveal_with(0, None), Error::<Test>::NoAnswer);
		let (place, node, sample) = said.drawn(0).unwrap();
		for other in (0..=u8::MAX).filter(|other| *other != sample) {
			let answer = said.answer(0, place, &node, other);
			assert_err!(said.reveal_with(0, Some(answer)), Error::<Test>::WrongSample);
		}
		for (place, other) in Others::measured_in(1).into_iter().filter(|(_, other)| *other != node) {
			let answer = said.answer(0, place, &other, sample);
			assert_err!(said.reveal_with(0, Some(answer)), Error::<Test>::AnotherNode);
		}
		// Of the right node, about another slot, window, observer or salt.
		let others = [
			said.answer(1, place, &node, sample),
			said.answer(0, place ^ 1, &node, sample),
			Said { window: 0, ..said.clone() }.answer(0, place, &node, sample),
			Said { seat: 2, ..said.clone() }.answer(0, place, &node, sample),
			Said { salt: H256::zero(), ..said.clone() }.answer(0, place, &node, sample),
		];
		for answer in others {
			assert_err!(said.reveal_with(0, Some(answer)), Error::<Test>::AnotherRequest);
		}
		assert_ok!(said.reveal(0));
	});
}

#[test]
fn who_calls_samples_bad_should_have_as_many_more_to_choose_from() {
	run(|| {
		let said = ready(57);
		let (place, node, _) = said.drawn(0).unwrap();
		let seed = crate::Windows::<Test>::get(1).unwrap().seed.unwrap();
		let draw = Draw::new(&seed.0, &who(1).into(), 0);
		let rank = |sample| draw.rank(sample).unwrap();
		let mut order: Vec<_> = (0..SAMPLES).collect();
		order.sort_by_key(|sample| rank(*sample));
		assert_eq!(order.iter().map(|sample| rank(*sample)).collect::<Vec<_>>(), (0..SAMPLES).collect::<Vec<_>>());
		assert_err!(said.reveal_with(0, Some(said.answer(0, place, &node, order[4]))), Error::<Test>::WrongSample);
		assert_ok!(said.reveal_with(0, Some(said.answer(0, place, &node, order[3]))));
	});
}

#[test]
fn an_answer_should_be_a_statement_of_the_window_that_the_node_has_signed() {
	run(|| {
		let said = ready(60);
		type Case = (fn(&mut Statement), Error<Test>);
		let cases: [Case; 6] = [
			(|statement| statement.genesis = H256::zero(), Error::AnotherChain),
			(|statement| statement.node = [9; 32], Error::AnotherNode),
			(|statement| statement.instance = H256::zero(), Error::AnotherRequest),
			(|statement| statement.block_hash = H256::zero(), Error::WrongBlock),
			// The first block after the window, and one that is not known any more.
			(|statement| (statement.block, statement.block_hash) = (20, block_hash(20)), Error::WrongBlock),
			(|statement| (statement.block, statement.block_hash) = (1_000, H256::zero()), Error::WrongBlock),
		];
		for (change, error) in cases {
			assert_noop!(said.reveal_with(0, restated(&said, change)), error);
		}
		let mut answer = said.right(0).unwrap();
		answer.key = who(1);
		assert_noop!(said.reveal_with(0, Some(answer)), Error::<Test>::WrongKey);
		let mut answer = said.right(0).unwrap();
		answer.statement.state = H256::repeat_byte(1);
		assert_noop!(said.reveal_with(0, Some(answer)), Error::<Test>::BadSignature);
		// What the state is, is not the chain's concern here, and a final block is a little older than the newest.
		let old = restated(&said, |statement| (statement.block, statement.block_hash) = (5, block_hash(5)));
		assert_ok!(said.reveal_with(0, old));
	});
}

#[test]
fn an_answer_should_not_be_older_than_a_statement_may_be() {
	run(|| {
		let said = Said::new(1, 7, reading(60, 100));
		commit_phase(7);
		said.commit().unwrap();
		reveal_phase(7);
		let dated = |block: u64| {
			restated(&said, |statement| (statement.block, statement.block_hash) = (block as u32, block_hash(block)))
		};
		assert_noop!(said.reveal_with(0, dated(5)), Error::<Test>::WrongBlock);
		assert_ok!(said.reveal_with(0, dated(6)));
	});
}

#[test]
fn a_key_that_was_replaced_should_count_for_its_time() {
	run(|| {
		let said = ready(60);
		let (_, node, _) = said.drawn(0).unwrap();
		Replaced::mutate(|replaced| replaced.insert(node.clone(), 19));
		assert_noop!(said.reveal(0), Error::<Test>::WrongKey);
		Replaced::mutate(|replaced| replaced.insert(node, 20));
		assert_ok!(said.reveal(0));
	});
}

#[test]
fn a_node_that_takes_its_keys_away_with_its_bond_should_silence_nobody() {
	run(|| {
		let said = ready(60);
		let (_, node, _) = said.drawn(0).unwrap();
		Unbonded::set(vec![node.clone()]);
		Replaced::mutate(|replaced| replaced.insert(node, 0));
		assert_noop!(said.reveal(0), Error::<Test>::WrongKey);
		assert_ok!(said.reveal_with(0, None));
	});
}

#[test]
fn duty_should_be_operational_and_free_when_it_is_done() {
	run(|| {
		let said = Said::new(1, 1, reading(60, 100));
		commit_phase(1);
		let call = crate::Call::<Test>::commit { window: 1, root: said.root() };
		assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational);
		let done = Telemetry::commit(by(who(1)), 1, said.root()).unwrap();
		assert_eq!(done.pays_fee, Pays::No);
		let failed = Telemetry::commit(by(who(1)), 1, said.root()).unwrap_err();
		assert_eq!(failed.post_info.pays_fee, Pays::Yes);
		reveal_phase(1);
		let answer = said.right(0).map(Box::new);
		let (readings, proof) = (said.pages[0].clone(), said.proof(0));
		let call = crate::Call::<Test>::reveal {
			window: 1,
			page: 0,
			salt: said.salt,
			readings: readings.clone(),
			proof: proof.clone(),
			answer: answer.clone(),
		};
		assert_eq!(call.get_dispatch_info().class, DispatchClass::Operational);
		let done = Telemetry::reveal(by(who(1)), 1, 0, said.salt, readings, proof, answer).unwrap();
		assert_eq!(done.pays_fee, Pays::No);
		assert_eq!(Claims::<Test>::iter().count(), 1);
	});
}
