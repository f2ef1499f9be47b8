use crate::{Error, Event, MaintainedIn, Offer, Stage, mock::*};
use frame_support::{assert_noop, assert_ok};
use smartlayer_primitives::Maintenance;

/// An active node, and the window that runs.
fn active() -> (u64, u32) {
	let id = activate(node(), Offer { windows: 60, ..offer(0) });
	(id, NextWindow::get().unwrap())
}

fn ends(from: u64, to: u64) -> Option<u64> {
	<Agreements as Maintenance<_, _>>::ends(&node(), from, to)
}

#[test]
fn announced_windows_should_not_count() {
	run(|| {
		let (id, now) = active();
		assert_ok!(Agreements::announce_maintenance(by(operator(101)), now + 2, 2));
		assert_eq!(events(), [Event::MaintenanceAnnounced { provider: node(), from: now + 2, to: now + 4 }]);
		for window in now..now + 5 {
			run_to_window(window + 1);
			close(window, &[(id, said(0, 100))]);
		}
		// Two of the shadow, and three of these five.
		assert_eq!(Agreements::record(0).unwrap().windows, 2 + 3);
		assert_eq!(MaintainedIn::<Test>::iter().count(), 0);
	});
}

#[test]
fn maintenance_should_not_be_announced_in_an_outage_or_for_too_long() {
	run(|| {
		let (id, now) = active();
		let announce = |from, windows| Agreements::announce_maintenance(by(node()), from, windows);
		assert_noop!(announce(now - 1, 1), Error::<Test>::NoticeTooShort);
		assert_noop!(announce(now, 1), Error::<Test>::NoticeTooShort);
		assert_noop!(announce(now + 1, 1), Error::<Test>::NoticeTooShort);
		assert_noop!(announce(now + 2, 0), Error::<Test>::TooLong);
		assert_noop!(announce(now + 2, 3), Error::<Test>::TooLong);
		assert_noop!(announce(now + 2, u32::MAX), Error::<Test>::TooLong);
		assert_noop!(announce(u32::MAX, 2), Error::<Test>::TooEarly);
		assert_noop!(announce(now + 2 * HALF, 2), Error::<Test>::TooEarly);
		assert_noop!(Agreements::announce_maintenance(by(who(102)), now + 2, 1), Error::<Test>::NoSlot);
		agree(who(102), offer(0));
		assert_noop!(Agreements::announce_maintenance(by(who(102)), now + 2, 1), Error::<Test>::NoSlot);
		assert_eq!(slot(id).stage, Stage::Active);
	});
}

#[test]
fn the_budget_of_a_period_should_be_spent_once() {
	run(|| {
		let (id, now) = active();
		// The slot was drawn in window 2; seven windows of this period are over.
		assert_eq!(now, 7);
		assert_ok!(Agreements::announce_maintenance(by(node()), now + 2, 2));
		assert_noop!(Agreements::announce_maintenance(by(node()), now + 6, 1), Error::<Test>::AlreadyAnnounced);
		run_to_window(now + 3);
		assert_noop!(Agreements::announce_maintenance(by(node()), now + 6, 1), Error::<Test>::AlreadyAnnounced);
		run_to_window(now + 4);
		// Both are in the period of windows 8 to 15.
		assert_noop!(Agreements::announce_maintenance(by(node()), now + 7, 1), Error::<Test>::BudgetSpent);
		assert_ok!(Agreements::announce_maintenance(by(node()), 16, 1));
		assert_eq!([0, 1, 2, 3].map(|period| slot(id).spare(period, 2)), [0, 0, 1, 2]);
	});
}

#[test]
fn at_most_a_fifth_of_a_module_or_one_node_should_be_away_at_once() {
	run(|| {
		let nodes: Vec<_> = (101..=106).map(|number| place(who(number), offer(0)).0).collect();
		let now = (System::block_number() / WINDOW) as u32;
		let announce = |number, from| Agreements::announce_maintenance(by(who(number)), from, 1);
		assert_ok!(announce(101, now + 2));
		// Two of six are a third.
		assert_noop!(announce(102, now + 2), Error::<Test>::TooManyAway);
		assert_eq!(slot(nodes[1]).away.len(), 0);
		assert_ok!(announce(102, now + 3));
		// Of 24 units, four are less than a fifth.
		for number in 107..=112 {
			place(who(number), Offer { units: 2, ..offer(0) });
		}
		let later = (System::block_number() / WINDOW) as u32 + 2;
		for number in 103..=104 {
			assert_ok!(announce(number, later));
		}
		assert_noop!(announce(105, later), Error::<Test>::TooManyAway);
	});
}

#[test]
fn maintenance_should_extend_demands_while_it_is_under_way() {
	run(|| {
		let (_, now) = active();
		assert_eq!(ends(0, 1_000), None);
		assert_ok!(Agreements::announce_maintenance(by(node()), now + 2, 2));
		let (from, to) = (u64::from(now + 2) * WINDOW, u64::from(now + 4) * WINDOW);
		assert_eq!(ends(from - 10, from - 1), None);
		assert_eq!(ends(from - 10, from), Some(to));
		assert_eq!(ends(from + 5, from + 6), Some(to));
		assert_eq!(ends(to - 1, to + 50), Some(to));
		assert_eq!(ends(to, to + 50), None);
	});
}

#[test]
fn maintenance_should_count_under_all_agreements_of_the_node() {
	run(|| {
		let (first, _) = place(node(), offer(0));
		let (second, _) = place(node(), offer(1));
		let now = (System::block_number() / WINDOW) as u32;
		assert_ok!(Agreements::announce_maintenance(by(node()), now + 2, 2));
		for id in [first, second] {
			assert_eq!(slot(id).away.to_vec(), [(now + 2, now + 4)]);
		}
		assert_eq!(MaintainedIn::<Test>::get(0, now + 3).units, 2);
		assert_eq!(MaintainedIn::<Test>::get(1, now + 3).units, 2);
		run_to_window(now + 5);
		assert_eq!(MaintainedIn::<Test>::iter().count(), 0);
	});
}
