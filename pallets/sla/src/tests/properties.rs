//! What holds after any sequence of operations, by anyone who may.
//!
//! Ten thousand operations by default; a million where `SMARTLAYER_LONG_TESTS` is set.

use crate::{Event, Scores, math, mock::*};
use proptest::{collection::vec, prelude::*};
use smartlayer_primitives::{Action, ActionKind, Delta, MAX_SCORE, Role, Score, ServiceLevel};
use sp_core::U256;
use sp_runtime::{FixedU64, Perbill};
use std::collections::{BTreeMap, VecDeque};

const OPERATIONS_A_CASE: usize = 100;

fn cases() -> ProptestConfig {
	let operations = if std::env::var_os("SMARTLAYER_LONG_TESTS").is_some() { 1_000_000 } else { 10_000 };
	ProptestConfig::with_cases((operations / OPERATIONS_A_CASE) as u32)
}

#[derive(Clone, Debug)]
enum Operation {
	Record(u64, Action<u128>),
	SetDelta(ActionKind, Delta),
	SetTarget(Role, Score),
	SetThresholds(FixedU64, FixedU64),
	ForceScore(Role, u64, Score),
}

fn volume() -> impl Strategy<Value = u128> {
	prop_oneof![Just(0), Just(1), Just(u128::MAX), 1u128..10_000, any::<u128>()]
}

fn action() -> impl Strategy<Value = Action<u128>> {
	prop_oneof![
		4 => volume().prop_map(Action::ExecutedIssue),
		1 => Just(Action::FailedRedeem),
		1 => Just(Action::SubmitIssueProof),
		1 => Just(Action::BlockSubmission),
		1 => Just(Action::CorrectNoData),
		1 => Just(Action::CorrectInvalid),
		1 => Just(Action::CorrectTheft),
		1 => Just(Action::CorrectOracleOffline),
		1 => Just(Action::FalseNoData),
		1 => Just(Action::FalseInvalid),
		1 => Just(Action::IgnoredVote),
		1 => Just(Action::MissedDuty),
		1 => Just(Action::BreachedObjective),
		1 => Just(Action::MetObjectives),
	]
}

fn role() -> impl Strategy<Value = Role> {
	prop_oneof![Just(Role::ServiceNode), Just(Role::Anchor)]
}

/// Scores around the edges, and beyond them.
fn score() -> impl Strategy<Value = Score> {
	prop_oneof![
		Just(Score::default()),
		Just(Score::from_inner(1)),
		Just(MAX_SCORE),
		(0u64..=101_000_000_000).prop_map(Score::from_inner),
		any::<u64>().prop_map(Score::from_inner),
	]
}

fn delta() -> impl Strategy<Value = Delta> {
	prop_oneof![
		(-101_000_000_000i64..=101_000_000_000).prop_map(Delta::from_inner),
		any::<i64>().prop_map(Delta::from_inner)
	]
}

fn threshold() -> impl Strategy<Value = FixedU64> {
	prop_oneof![
		(900_000_000u64..=2_100_000_000).prop_map(FixedU64::from_inner),
		any::<u64>().prop_map(FixedU64::from_inner)
	]
}

fn operation() -> impl Strategy<Value = Operation> {
	prop_oneof![
		12 => (1u64..4, action()).prop_map(|(who, action)| Operation::Record(who, action)),
		1 => (proptest::sample::select(&ActionKind::ALL[..]), delta()).prop_map(|(kind, delta)| Operation::SetDelta(kind, delta)),
		1 => (role(), score()).prop_map(|(role, target)| Operation::SetTarget(role, target)),
		1 => (threshold(), threshold()).prop_map(|(low, high)| Operation::SetThresholds(low, high)),
		1 => (role(), 1u64..4, score()).prop_map(|(role, who, score)| Operation::ForceScore(role, who, score)),
	]
}

/// Does an operation. What is refused must change nothing, which the invariants and the sums then show.
fn apply(operation: &Operation) {
	let root = RuntimeOrigin::root;
	match *operation {
		Operation::Record(who, action) => {
			Sla::record(&who, action);
		},
		Operation::SetDelta(kind, delta) => drop(Sla::set_delta(root(), kind, delta)),
		Operation::SetTarget(role, target) => drop(Sla::set_target(root(), role, target)),
		Operation::SetThresholds(low, high) => drop(Sla::set_thresholds(root(), low, high)),
		Operation::ForceScore(role, who, score) => drop(Sla::force_score(root(), role, who, score)),
	}
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn every_sequence_should_keep_the_invariants(operations in vec(operation(), OPERATIONS_A_CASE)) {
		chain().execute_with(|| {
			let mut announced: BTreeMap<(Role, u64), i64> = BTreeMap::new();
			let mut volumes: VecDeque<u128> = VecDeque::new();
			for operation in &operations {
				apply(operation);
				if let Operation::Record(_, Action::ExecutedIssue(volume)) = operation && *volume > 0 {
					volumes.push_back(*volume);
					if volumes.len() > WINDOW as usize {
						volumes.pop_front();
					}
				}
				for event in events() {
					if let Event::UpdateSLA { account, total_score, delta, role } = event {
						let sum = announced.entry((role, account)).or_default();
						*sum += delta.into_inner();
						prop_assert_eq!(*sum, total_score.into_inner() as i64);
					}
				}
				Sla::do_try_state().unwrap();
				let naive = volumes.iter().fold(U256::zero(), |sum, volume| sum + U256::from(*volume));
				prop_assert_eq!(crate::VolumeWindowState::<Test>::get().sum, naive);
				for ((role, who), sum) in &announced {
					prop_assert_eq!(*sum, Scores::<Test>::get(role, who).into_inner() as i64);
					prop_assert!(Sla::score(*role, *who) <= Sla::target(*role));
				}
				let thresholds = crate::Thresholds::<Test>::get();
				let above_one = |threshold: FixedU64| Perbill::from_parts((threshold.into_inner() - 1_000_000_000) as u32);
				for who in 1..4 {
					let rate = Sla::slash_rate(who);
					prop_assert!(rate >= above_one(thresholds.liquidation) && rate <= above_one(thresholds.premium));
				}
			}
			Ok(())
		})?;
	}

	#[test]
	fn the_rate_should_fall_with_the_score(
		low in 1_000_000_000u64..=2_000_000_000,
		span in 0u64..=1_000_000_000,
		target in 1u64..=100_000_000_000,
		scores in vec(0u64..=100_000_000_000, OPERATIONS_A_CASE),
	) {
		let liquidation = FixedU64::from_inner(low);
		let premium = FixedU64::from_inner((low + span).min(2_000_000_000));
		let mut scores = scores;
		scores.sort_unstable();
		let rates: Vec<_> = scores
			.into_iter()
			.map(|score| math::slash_rate(Score::from_inner(score), Score::from_inner(target), liquidation, premium))
			.collect();
		prop_assert!(rates.windows(2).all(|pair| pair[0] >= pair[1]));
		let share = |threshold: FixedU64| Perbill::from_parts((threshold.into_inner() - 1_000_000_000) as u32);
		prop_assert!(rates.iter().all(|rate| *rate >= share(liquidation) && *rate <= share(premium)));
	}

	#[test]
	fn arithmetic_should_not_panic(
		volume in any::<u128>(),
		sum in any::<[u64; 4]>(),
		count in any::<u32>(),
		most in any::<i64>(),
		numbers in any::<[u64; 4]>(),
		delta in any::<i64>(),
		parts in any::<u32>(),
	) {
		let [a, b, c, d] = numbers;
		let most = Delta::from_inner(most);
		let earned = math::earned(volume, U256(sum), count, most);
		prop_assert!(earned >= Delta::default() && (earned <= most || most < Delta::default()));
		math::slash_rate(Score::from_inner(a), Score::from_inner(b), FixedU64::from_inner(c), FixedU64::from_inner(d));
		prop_assert!(math::changed(Score::from_inner(a), Delta::from_inner(delta), MAX_SCORE) <= MAX_SCORE);
		math::difference(Score::from_inner(a), Score::from_inner(b));
		let rate = Perbill::from_parts(parts);
		let lost = math::slash_amount(volume, rate, false);
		prop_assert!(lost <= volume);
		prop_assert!(math::slash_amount(volume, rate, true) >= volume);
	}
}
