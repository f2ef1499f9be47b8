use crate::{Details, Event, Ledgers, Outages, mock::*, types};
use frame_support::{assert_ok, traits::fungible::Inspect};
use smartlayer_primitives::{Action, Cause, Offence, Role, Severity, SlashId, Slasher, Victim, Window};
use sp_runtime::Perbill;
use std::collections::BTreeSet;

fn absent(window: Option<Window>) -> SlashId {
	let severity = Severity::Fraction(Perbill::from_percent(10));
	let action = Some(Action::FailedRedeem);
	StakingSlash::slash(Offence { offender: 1, severity, victim: None, cause: Cause::NoData, action, outage: window })
		.unwrap()
}

fn aside() -> u128 {
	Ledgers::<Test>::get(1).unwrap().aside()
}

/// A fault for which account 2 receives at most an amount.
fn harm(at_most: Option<u128>, cause: Cause) -> SlashId {
	let victim = Some(Victim { account: 2, at_most });
	let severity = Severity::Fraction(Perbill::from_percent(50));
	StakingSlash::slash(Offence { offender: 1, severity, victim, cause, action: None, outage: None }).unwrap()
}

#[test]
fn an_outage_should_take_an_amount_once_for_each_window() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 1_000 * UNIT));
		absent(Some(70));
		assert_eq!(aside(), 100 * UNIT);
		absent(Some(70));
		assert_eq!(aside(), 100 * UNIT);
		absent(Some(71));
		assert_eq!(aside(), 190 * UNIT);
		// Windows before the newest one count as well, and those that the record does not reach as slashed.
		absent(Some(69));
		assert_eq!(aside(), 271 * UNIT);
		absent(Some(200));
		assert_eq!(aside(), 343_900);
		for window in [69, 70, 71, 200, 72 - 1, 0] {
			absent(Some(window));
		}
		assert_eq!(aside(), 343_900);
		// Other faults are not outages.
		absent(None);
		assert_eq!(aside(), 409_510);
	});
}

#[test]
fn a_repeated_outage_should_have_all_other_consequences() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 1_000 * UNIT));
		let [first, second] = [absent(Some(1)), absent(Some(1))];
		pass(DEFERRAL);
		assert_eq!(Recorded::get(), [(1, Action::FailedRedeem), (1, Action::FailedRedeem)]);
		let applied = |id, to_treasury| Event::SlashApplied { id, offender: 1, to_victim: 0, to_treasury };
		let events = events();
		assert!(events.contains(&applied(first, 100 * UNIT)));
		assert!(events.contains(&applied(second, 0)));
		assert!(Ledgers::<Test>::get(1).is_some());
	});
}

#[test]
fn the_record_of_outages_should_end_with_the_bond() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 1_000 * UNIT));
		absent(Some(1));
		assert_eq!(Outages::<Test>::get(1), Some(types::Outages { newest: 1, slashed: 1 }));
		pass(DEFERRAL);
		assert_ok!(StakingSlash::unbond(by(1), 900 * UNIT));
		pass(UNBONDING);
		assert_ok!(StakingSlash::withdraw_unbonded(by(1)));
		assert_eq!(Outages::<Test>::get(1), None);
	});
}

#[test]
fn a_victim_should_receive_at_most_its_limit() {
	for (at_most, received) in [(None, 250), (Some(1_000), 250), (Some(250), 250), (Some(40), 40), (Some(0), 0)] {
		for cause in [Cause::NoData, Cause::Theft] {
			run(|| {
				assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 1_000 * UNIT));
				let id = harm(at_most.map(|at_most| at_most * UNIT), cause);
				assert_eq!(
					Details::<Test>::get(id).and_then(|details| details.at_most),
					at_most.map(|at_most| at_most * UNIT)
				);
				pass(DEFERRAL);
				assert_eq!(Balances::balance(&2), FUNDS + received * UNIT);
				assert_eq!(Balances::balance(&TREASURY), ED + (500 - received) * UNIT);
				assert_eq!(Details::<Test>::get(id), None);
			});
		}
	}
}

#[test]
fn the_limit_should_be_forgotten_when_the_slash_is_cancelled() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 1_000 * UNIT));
		let id = harm(Some(1), Cause::NoData);
		assert_ok!(StakingSlash::cancel(RuntimeOrigin::root(), id));
		assert_eq!(Details::<Test>::iter().count(), 0);
	});
}

#[test]
fn no_limit_should_be_kept_for_an_account_that_is_not_compensated() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 1_000 * UNIT));
		let victim = Some(Victim { account: 1, at_most: Some(1) });
		let severity = Severity::Whole;
		let cause = Cause::NoData;
		assert_ok!(StakingSlash::slash(Offence { offender: 1, severity, victim, cause, action: None, outage: None }));
		assert_eq!(Details::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_cancelled_outage_should_be_slashed_when_it_is_reported_again() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 1_000 * UNIT));
		let [first, second] = [absent(Some(5)), absent(Some(5))];
		// The second took nothing, and leaves the window as it is.
		assert_ok!(StakingSlash::cancel(RuntimeOrigin::root(), second));
		absent(Some(5));
		assert_eq!(aside(), 100 * UNIT);
		assert_ok!(StakingSlash::cancel(RuntimeOrigin::root(), first));
		assert_eq!(aside(), 0);
		absent(Some(5));
		assert_eq!(aside(), 100 * UNIT);
	});
}

#[test]
fn an_outage_that_takes_nothing_should_not_count() {
	run(|| {
		assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 1_000 * UNIT));
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 1, Severity::Whole, None));
		absent(Some(5));
		assert_ok!(StakingSlash::bond_extra(by(1), 500 * UNIT));
		absent(Some(5));
		assert_eq!(aside(), 1_050 * UNIT);
	});
}

proptest::proptest! {
	/// Compared with a set of all windows.
	#[test]
	fn a_record_of_outages_should_know_its_newest_windows(
		windows in proptest::collection::vec((0u32..300, proptest::bool::weighted(0.2)), 1..100),
	) {
		let mut seen = BTreeSet::new();
		let mut newest = 0;
		let mut outages = types::Outages::default();
		for (window, cancelled) in windows {
			if cancelled {
				outages.remove(window);
				seen.remove(&window);
				continue;
			}
			newest = newest.max(window);
			let known = window + 127 >= newest;
			assert_eq!(outages.add(window), known && !seen.contains(&window), "{window} of {seen:?}");
			if known {
				seen.insert(window);
			}
		}
	}
}
