//! Every event, with its fields, after the call that it tells of.

use crate::{CurrentDuty, CurrentTerm, Event, mock::*};
use frame_support::{BoundedVec, assert_ok};
use sp_runtime::DispatchError;

/// What a call tells.
fn told(call: impl FnOnce() -> Result<(), DispatchError>) -> Vec<Event<Test>> {
	events();
	assert_ok!(call());
	events()
}

#[test]
fn every_step_of_a_candidacy_should_be_told() {
	run(|| {
		prepare(5);
		let account = who(5);
		assert_eq!(
			told(|| Anchors::apply_candidacy(by(5), organisation("Somebody"))),
			[Event::Applied { who: account.clone() }]
		);
		// Four are seated at genesis.
		assert_eq!(
			told(|| Anchors::admit(by_admin(), account.clone())),
			[Event::Admitted { who: account.clone(), generation: 4 }]
		);
		assert_eq!(told(|| Anchors::withdraw_candidacy(by(5))), [Event::CandidacyEnded { who: account }]);
		assert_eq!(told(|| Anchors::resign(by(1))), [Event::CandidacyEnded { who: who(1) }]);
		let params = params();
		assert_eq!(told(|| Anchors::set_params(by_admin(), params)), [Event::ParametersSet { params }]);
	});
}

#[test]
fn every_step_of_a_vote_should_be_told() {
	run(|| {
		let candidates = BoundedVec::truncate_from(vec![who(1), who(2)]);
		let voted = Event::Voted { who: who(20), stake: 3 * UNIT, candidates };
		assert_eq!(told(|| vote(20, &[1, 2], 3 * UNIT)), [voted]);
		let until = CurrentTerm::<Test>::get() + 2;
		let retracted = Event::VoteRetracted { who: who(20), stake: 3 * UNIT, until };
		assert_eq!(told(|| Anchors::retract_vote(by(20))), [retracted]);
		pass_terms(2);
		let withdrawn = Event::StakeWithdrawn { who: who(20), amount: 3 * UNIT };
		assert_eq!(told(|| Anchors::withdraw_stake(by(20))), [withdrawn]);
	});
}

#[test]
fn an_election_should_be_told() {
	run(|| {
		candidate(5);
		assert_ok!(vote(20, &[5, 2, 3, 4], 10 * UNIT));
		pass_terms(1);
		assert_eq!(told(|| Anchors::call_election(by_admin())), [Event::ElectionCalled]);
		pass_terms(1);
		let term = CurrentTerm::<Test>::get();
		let changed = Event::SeatsChanged { seated: vec![who(5)], left: vec![who(1)] };
		let seen: Vec<_> = events().into_iter().filter(|event| !matches!(event, Event::IntervalVoid { .. })).collect();
		assert_eq!(seen, [Event::TermBegan { term, session: term * TERM }, changed]);
	});
}

#[test]
fn an_interval_should_be_told_whether_it_has_its_snapshot_or_not() {
	run(|| {
		run_to(INTERVAL);
		let snapshot = snapshot();
		events();
		write();
		let writer = CurrentDuty::<Test>::get().unwrap().writer.unwrap();
		let written = Event::SnapshotWritten { who: writer, hash: snapshot.hash(), index: 0, snapshot };
		assert_eq!(events(), [written]);
		run_to(2 * INTERVAL);
		events();
		run_to(3 * INTERVAL);
		assert!(events().contains(&Event::IntervalVoid { interval: 2 }));
	});
}
