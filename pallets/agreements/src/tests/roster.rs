use crate::{Error, Event, Offer, Pages, Roster, Vacancies, Waiting, mock::*};
use frame_support::{assert_noop, assert_ok, traits::fungible::Mutate, weights::Weight};
use smartlayer_primitives::Roster as MeasuredNodes;
use std::collections::BTreeSet;

/// Bonds more nodes than there are numbers, and lets each agree.
fn crowd(count: u32) -> Vec<u64> {
	let node = |index: u32| {
		let mut bytes = [150; 32];
		bytes[1..5].copy_from_slice(&index.to_le_bytes());
		AccountId::new(bytes)
	};
	(0..count)
		.map(|index| {
			Balances::set_balance(&node(index), FUNDS);
			agree(node(index), offer(0))
		})
		.collect()
}

#[test]
fn a_slot_should_be_drawn_only_two_epochs_later() {
	run(|| {
		let early = agree(node(), offer(0));
		run_to(EPOCH - 1);
		let late = agree(who(102), offer(0));
		run_to(EPOCH);
		let next = agree(who(103), offer(0));
		// The randomness of this epoch is what the last authors of the one before have left.
		run_to(DRAW - 1);
		assert_eq!((slot_of(early), slot_of(late)), (None, None));
		events();
		run_to(DRAW);
		let number = slot_of(early).unwrap();
		assert!(slot_of(late).is_some());
		let drawn = Event::SlotDrawn { agreement: early, provider: node(), slot: number, first: 3, last: 24 };
		assert_eq!(events()[0], drawn);
		run_to(DRAW + EPOCH - 1);
		assert_eq!(slot_of(next), None);
		run_to(DRAW + EPOCH);
		assert!(slot_of(next).is_some());
	});
}

#[test]
fn slots_should_be_drawn_at_random_and_fill_pages_one_by_one() {
	run(|| {
		let ids = crowd(300);
		assert_eq!(Pages::<Test>::get(), 0);
		run_to(DRAW + 8);
		let slots: Vec<_> = ids.iter().map(|id| slot_of(*id).unwrap()).collect();
		assert_eq!(slots.iter().collect::<BTreeSet<_>>().len(), 300);
		assert_eq!(slots[..256].iter().copied().collect::<BTreeSet<_>>(), (0..256).collect());
		assert!(slots[256..].iter().all(|slot| (256..512).contains(slot)));
		assert!(slots[..256].windows(2).any(|pair| pair[1] != pair[0] + 1));
		assert_eq!((Pages::<Test>::get(), Vacancies::<Test>::get()), (2, 1));
		Agreements::do_try_state().unwrap();
		// With vacancies on two pages, both are drawn from.
		for id in &ids[..100] {
			assert_ok!(Agreements::end(by(crate::Agreements::<Test>::get(id).unwrap().provider), *id));
		}
		run_to_window(8);
		assert_eq!(Vacancies::<Test>::get(), 2);
		assert_eq!(Roster::<Test>::get(0).len(), 156);
		Agreements::do_try_state().unwrap();
		let more: Vec<_> = (101..=130).map(|number| agree(who(number), offer(0))).collect();
		run_to(System::block_number() + 3 * EPOCH);
		let pages: BTreeSet<_> = more.iter().map(|id| slot_of(*id).unwrap() / 256).collect();
		assert_eq!(pages, BTreeSet::from([0, 1]));
		assert_eq!(Pages::<Test>::get(), 2);
	});
}

#[test]
fn the_hook_should_draw_as_many_slots_as_it_has_weight_for() {
	run(|| {
		HookWeight::set(Weight::from_parts(9_000, 0));
		let ids = crowd(50);
		let drawn = || ids.iter().filter(|id| slot_of(**id).is_some()).count();
		run_to(DRAW);
		let first = drawn();
		assert!((5..9).contains(&first), "{first}");
		run_to(DRAW + 1);
		assert_eq!(drawn(), 2 * first);
		run_to(DRAW + 12);
		assert_eq!(drawn(), 50);
		assert_eq!(Waiting::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_waiting_agreement_should_be_ended_at_once() {
	run(|| {
		let (first, second) = (agree(node(), offer(0)), agree(who(102), offer(0)));
		assert_noop!(Agreements::end(by(who(102)), first), Error::<Test>::NotProvider);
		assert_noop!(Agreements::end(by(node()), 9), Error::<Test>::NoSuchAgreement);
		assert_ok!(Agreements::end(by(operator(101)), first));
		assert_eq!(held(&node()), 0);
		assert_eq!(Agreements::record(0).unwrap().running, 1);
		run_to(DRAW);
		assert!(slot_of(second).is_some());
	});
}

#[test]
fn a_node_that_does_not_qualify_when_its_slot_is_drawn_should_get_none() {
	run(|| {
		let id = agree(node(), offer(0));
		chill(&node());
		events();
		run_to(DRAW);
		assert_eq!(events(), [Event::Ended { agreement: id, provider: node() }]);
		assert_eq!(held(&node()), 0);
		assert_eq!(Pages::<Test>::get(), 0);
	});
}

#[test]
fn another_agreement_should_get_another_slot_and_the_same_meter() {
	run(|| {
		let id = activate(node(), offer(0));
		let window = NextWindow::get().unwrap();
		run_to_window(window + 1);
		close(window, &[(id, said(30, 100))]);
		let meter = slot(id).meter;
		assert_eq!(meter.period().faults.lost, 30);
		assert_ok!(Agreements::end(by(node()), id));
		let last = slot(id).last;
		for window in window + 1..=last {
			run_to_window(window + 1);
			close(window, &[]);
		}
		run_to_window(last + 2);
		assert_eq!(Agreements::agreement(id), None);

		let (again, _) = place(node(), Offer { windows: 40, ..offer(0) });
		assert_eq!(slot(again).meter.period().faults, meter.period().faults);
		// No shadow a second time, and no other budget of maintenance in this period.
		assert!(!slot(again).is_new);
		assert_eq!(slot(again).spare(slot(again).spared_in, 2), 0);
		NextWindow::set(Some(slot(again).first));
		serve(again, 2);
		assert_eq!(slot(again).stage, crate::Stage::Active);
	});
}

#[test]
fn a_node_should_be_measured_from_its_first_window_to_its_last() {
	run(|| {
		let id = activate(node(), offer(0));
		let (page, place) = (slot_of(id).unwrap() / 256, (slot_of(id).unwrap() % 256) as u8);
		let slot = slot(id);
		let measured = |window| <Agreements as MeasuredNodes<_>>::measured(window, page);
		assert_eq!(<Agreements as MeasuredNodes<_>>::pages(), 1);
		let here = [(place, node())];
		assert_eq!((measured(slot.first - 1), measured(slot.last + 1)), (vec![], vec![]));
		assert_eq!((measured(slot.first), measured(slot.last)), (here.to_vec(), here.to_vec()));
		// Suspended as well: whether a window counts is decided when it is closed.
		chill(&node());
		assert_eq!(measured(slot.last), here);
		assert_eq!(<Agreements as MeasuredNodes<_>>::measured(slot.first, 7), []);
	});
}

#[test]
fn a_bond_whose_end_is_processed_late_should_change_no_window_that_is_over() {
	run(|| {
		let id = activate(node(), offer(0));
		let window = Agreements::running_window();
		// The hook has no room for three windows.
		HookWeight::set(Weight::from_parts(1, 0));
		unbond(&node());
		run_to_window(window + 3);
		let page = slot_of(id).unwrap() / 256;
		let measured = |window| <Agreements as MeasuredNodes<_>>::measured(window, page).len();
		assert_eq!([measured(window + 1), measured(window + 2)], [1, 1]);
		HookWeight::set(Weight::from_parts(40_000, 0));
		pass(1);
		assert_eq!(slot(id).last, window + 3);
		assert_eq!([measured(window + 1), measured(window + 2)], [1, 1]);
	});
}
