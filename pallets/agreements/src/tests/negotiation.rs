use crate::{Error, Event, MAX_ROUNDS, Negotiations, Offer, Party, Providers, mock::*};
use frame_support::{assert_noop, assert_ok};
use smartlayer_measurement::{Bound, Metric};
use sp_runtime::{BoundedVec, DispatchError, TokenError};

/// An offer of the seats in the next round of a negotiation, until a block.
fn answer(id: u64, offer: Offer, deadline: u64, seats: core::ops::RangeInclusive<u8>) -> Result<(), DispatchError> {
	let open = Negotiations::<Test>::get(id).unwrap();
	let payload = Agreements::payload(id, open.round + 1, open.provider, offer.clone(), deadline);
	let signatures = signed(seats, &payload);
	let answered = Agreements::counter_by_seats(by(who(1)), id, open.round, offer, deadline, signatures);
	answered.map(|_| ()).map_err(|error| error.error)
}

#[test]
fn propose_should_open_a_negotiation() {
	run(|| {
		assert_ok!(Agreements::propose(by(operator(101)), offer(0)));
		let negotiation = Agreements::negotiation(0).unwrap();
		assert_eq!(events(), [Event::Offered { agreement: 0, negotiation: negotiation.clone() }]);
		assert_eq!((negotiation.provider, negotiation.payer), (node(), operator(101)));
		assert_eq!((negotiation.by, negotiation.round, negotiation.deadline), (Party::Provider, 1, 1 + OFFER));
	});
}

#[test]
fn propose_should_fail_for_what_cannot_be_agreed() {
	run(|| {
		let fails = |offer: Offer, error: Error<Test>| {
			assert_noop!(Agreements::propose(by(node()), offer), error);
		};
		assert_noop!(Agreements::propose(by(who(1)), offer(0)), Error::<Test>::NotServiceNode);
		fails(offer(9), Error::NoSuchModule);
		assert_ok!(Agreements::publish(by(who(10)), Box::new(specification("own")), Default::default(), None));
		fails(offer(2), Error::NotStandard);
		fails(Offer { units: 0, ..offer(0) }, Error::NoUnits);
		fails(Offer { windows: 0, ..offer(0) }, Error::BadDuration);
		fails(Offer { windows: LONGEST + 1, ..offer(0) }, Error::BadDuration);
		fails(Offer { bounds: bounds(899_999, 500), ..offer(0) }, Error::OutOfRange);
		fails(Offer { bounds: bounds(950_000, 50), ..offer(0) }, Error::OutOfRange);
		fails(Offer { bounds: Default::default(), ..offer(0) }, Error::OutOfRange);
		let turned: Vec<_> = offer(0).bounds.into_iter().rev().collect();
		fails(Offer { bounds: BoundedVec::truncate_from(turned), ..offer(0) }, Error::OutOfRange);
		let twice = vec![Bound { metric: Metric::Availability, value: 950_000 }; 2];
		fails(Offer { bounds: BoundedVec::truncate_from(twice), ..offer(0) }, Error::OutOfRange);
		fails(Offer { units: 11, ..offer(0) }, Error::TooManyUnits);
		fails(Offer { units: u32::MAX, ..offer(0) }, Error::TooManyUnits);
	});
}

#[test]
fn all_units_of_a_node_should_be_backed_by_its_bond() {
	run(|| {
		agree(node(), Offer { units: 6, ..offer(0) });
		assert_noop!(Agreements::propose(by(node()), Offer { units: 5, ..offer(1) }), Error::<Test>::TooManyUnits);
		// Two proposals that fit apart, and not together.
		assert_ok!(Agreements::propose(by(node()), Offer { units: 4, ..offer(1) }));
		let signatures = consent(1, 1..=3);
		Bonds::mutate(|bonds| bonds.insert(node(), 9 * PER_UNIT));
		assert_noop!(Agreements::conclude(by(who(1)), 1, 1, signatures.clone()), Error::<Test>::TooManyUnits);
		Bonds::mutate(|bonds| bonds.insert(node(), 10 * PER_UNIT));
		assert_ok!(Agreements::conclude(by(who(1)), 1, 1, signatures));
	});
}

#[test]
fn a_node_should_have_one_negotiation_for_each_module_and_few_of_all() {
	run(|| {
		for name in ["c", "d"] {
			let id = crate::NextModuleId::<Test>::get();
			assert_ok!(Agreements::publish(by(who(10)), Box::new(specification(name)), Default::default(), None));
			assert_ok!(Agreements::standardise(by(who(251)), id));
		}
		let one = |module| Offer { units: 1, ..offer(module) };
		for module in 0..3 {
			assert_ok!(Agreements::propose(by(node()), one(module)));
		}
		assert_noop!(Agreements::propose(by(node()), one(0)), Error::<Test>::AlreadyNegotiating);
		assert_noop!(Agreements::propose(by(node()), one(3)), Error::<Test>::TooManyNegotiations);
		for id in 0..3 {
			assert_ok!(Agreements::conclude(by(who(1)), id, 1, consent(id, 1..=3)));
		}
		assert_ok!(Agreements::propose(by(node()), one(3)));
		let signatures = consent(3, 1..=3);
		assert_noop!(Agreements::conclude(by(who(1)), 3, 1, signatures), Error::<Test>::TooManyAgreements);
	});
}

#[test]
fn both_sides_should_counter_in_turn_and_within_the_rounds() {
	run(|| {
		assert_ok!(Agreements::propose(by(node()), offer(0)));
		let bound = |millis| Offer { bounds: bounds(950_000, millis), ..offer(0) };
		assert_noop!(Agreements::counter(by(node()), 0, 1, bound(400)), Error::<Test>::NotYourTurn);
		assert_noop!(Agreements::accept(by(node()), 0, 1), Error::<Test>::NotYourTurn);
		for round in (1..MAX_ROUNDS - 1).step_by(2) {
			assert_ok!(answer(0, bound(200), 20, 1..=3));
			assert_noop!(Agreements::conclude(by(who(1)), 0, round + 1, consent(0, 1..=5)), Error::<Test>::NotYourTurn);
			assert_noop!(answer(0, bound(200), 20, 1..=3), Error::<Test>::NotYourTurn);
			assert_noop!(Agreements::counter(by(who(102)), 0, round + 1, bound(400)), Error::<Test>::NotProvider);
			assert_noop!(Agreements::counter(by(node()), 0, round, bound(400)), Error::<Test>::AnotherRound);
			assert_noop!(Agreements::accept(by(node()), 0, round), Error::<Test>::AnotherRound);
			assert_noop!(Agreements::counter(by(node()), 0, round + 1, offer(1)), Error::<Test>::AnotherModule);
			assert_noop!(Agreements::counter(by(node()), 0, round + 1, bound(20)), Error::<Test>::OutOfRange);
			assert_ok!(Agreements::counter(by(operator(101)), 0, round + 1, bound(400)));
		}
		assert_ok!(answer(0, bound(200), 20, 1..=3));
		assert_eq!(Agreements::negotiation(0).unwrap().round, MAX_ROUNDS);
		assert_noop!(Agreements::counter(by(node()), 0, MAX_ROUNDS, bound(400)), Error::<Test>::TooManyRounds);
		// The last one that has signed for the node pays.
		assert_ok!(Agreements::accept(by(operator(101)), 0, MAX_ROUNDS));
		assert_eq!(held(&operator(101)), TEST_FEE);
		assert_eq!(Agreements::agreement(0).unwrap().offer, bound(200));
		assert_eq!(Agreements::negotiation(0), None);
	});
}

#[test]
fn one_seat_or_a_half_of_them_should_not_speak_for_the_network() {
	run(|| {
		assert_ok!(Agreements::propose(by(node()), offer(0)));
		let no = DispatchError::Other("no consent");
		assert_noop!(answer(0, offer(0), 20, 1..=1), no);
		assert_noop!(answer(0, offer(0), 20, 1..=2), no);
		assert_noop!(Agreements::conclude(by(who(1)), 0, 1, consent(0, [1, 1, 1])), no);
		assert_noop!(Agreements::conclude(by(who(1)), 0, 1, consent(0, [1, 2, 6])), no);
		Seated::set((1..=6).collect());
		assert_noop!(Agreements::conclude(by(who(1)), 0, 1, consent(0, 1..=3)), no);
		assert_eq!(Agreements::negotiation(0).unwrap().round, 1);
		assert_ok!(Agreements::conclude(by(who(99)), 0, 1, consent(0, 1..=4)));
	});
}

#[test]
fn co_signatures_should_be_good_for_one_offer_only() {
	run(|| {
		assert_ok!(Agreements::propose(by(node()), offer(0)));
		assert_ok!(Agreements::propose(by(who(102)), offer(0)));
		let no = DispatchError::Other("no consent");
		// Of another agreement and provider.
		let first = consent(0, 1..=3);
		assert_noop!(Agreements::conclude(by(who(1)), 1, 1, first.clone()), no);
		// Of another chain.
		let deadline = Agreements::negotiation(0).unwrap().deadline;
		let genesis = frame_system::BlockHash::<Test>::get(0);
		frame_system::BlockHash::<Test>::insert(0, sp_core::H256::repeat_byte(9));
		assert_noop!(Agreements::conclude(by(who(1)), 0, 1, first.clone()), no);
		frame_system::BlockHash::<Test>::insert(0, genesis);
		// Of another deadline.
		let later = Agreements::payload(0, 1, node(), offer(0), deadline + 1);
		assert_noop!(Agreements::conclude(by(who(1)), 0, 1, signed(1..=3, &later)), no);
		// Of another round, even if the offer is the same again.
		assert_ok!(answer(0, Offer { units: 1, ..offer(0) }, 20, 1..=3));
		assert_ok!(Agreements::counter(by(node()), 0, 2, offer(0)));
		assert_noop!(Agreements::conclude(by(who(1)), 0, 1, first.clone()), Error::<Test>::AnotherRound);
		assert_noop!(Agreements::conclude(by(who(1)), 0, 3, first), no);
		// Of another offer.
		let other = Agreements::payload(0, 3, node(), Offer { units: 1, ..offer(0) }, deadline);
		assert_noop!(Agreements::conclude(by(who(1)), 0, 3, signed(1..=3, &other)), no);
		assert_ok!(Agreements::conclude(by(who(1)), 0, 3, consent(0, 1..=3)));
		// They do not conclude anything twice.
		let again = signed(1..=3, &[]);
		assert_noop!(Agreements::conclude(by(who(1)), 0, 3, again), Error::<Test>::NoSuchNegotiation);
	});
}

#[test]
fn an_offer_of_the_seats_should_have_a_deadline_that_is_not_too_late() {
	run(|| {
		assert_ok!(Agreements::propose(by(node()), offer(0)));
		assert_noop!(answer(0, offer(0), 1, 1..=3), Error::<Test>::OfferLapsed);
		assert_noop!(answer(0, offer(0), 2 + OFFER, 1..=3), Error::<Test>::DeadlineTooLate);
		assert_ok!(answer(0, offer(0), 5, 1..=3));
		run_to(4);
		assert!(Agreements::negotiation(0).is_some());
		events();
		run_to(5);
		assert_eq!(events(), [Event::Lapsed { agreement: 0, provider: node() }]);
		assert_noop!(Agreements::accept(by(node()), 0, 2), Error::<Test>::NoSuchNegotiation);
		// The queue has no entry of the first offer, which was replaced.
		run_to(40);
		assert_eq!(events(), []);
		assert_eq!(Agreements::provider(node()).unwrap(), Default::default());
	});
}

#[test]
fn an_offer_should_be_void_at_its_deadline_even_when_the_hook_is_late() {
	run(|| {
		assert_ok!(Agreements::propose(by(node()), offer(0)));
		let signatures = consent(0, 1..=3);
		System::set_block_number(1 + OFFER);
		assert_noop!(Agreements::conclude(by(who(1)), 0, 1, signatures), Error::<Test>::OfferLapsed);
		assert_noop!(answer(0, offer(0), 40, 1..=3), Error::<Test>::OfferLapsed);
		settle();
		assert_eq!(Agreements::negotiation(0), None);
	});
}

#[test]
fn withdraw_should_end_a_negotiation() {
	run(|| {
		assert_ok!(Agreements::propose(by(node()), offer(0)));
		assert_noop!(Agreements::withdraw(by(who(102)), 0), Error::<Test>::NotProvider);
		assert_noop!(Agreements::withdraw(by(node()), 1), Error::<Test>::NoSuchNegotiation);
		events();
		assert_ok!(Agreements::withdraw(by(operator(101)), 0));
		assert_eq!(events(), [Event::Withdrawn { agreement: 0, provider: node() }]);
		// With another id from now on.
		assert_ok!(Agreements::propose(by(node()), offer(0)));
		assert!(Agreements::negotiation(1).is_some());
	});
}

#[test]
fn conclude_should_take_the_fees_or_fail_as_a_whole() {
	run(|| {
		assert_ok!(Agreements::propose(by(node()), Offer { windows: 8, ..offer(0) }));
		let signatures = consent(0, 1..=3);
		let free = Balances::free_balance(node());
		let rest = TEST_FEE + FEE + ED - 1;
		assert_ok!(Balances::transfer_keep_alive(by(node()), who(40), free - rest));
		let poor = Agreements::conclude(by(who(1)), 0, 1, signatures.clone());
		assert!(poor.is_err_and(|error| matches!(
			error.error,
			DispatchError::Token(TokenError::FundsUnavailable | TokenError::NotExpendable)
		)));
		assert_eq!(Balances::free_balance(pool()), FUNDS);
		assert!(Agreements::negotiation(0).is_some());
		assert_ok!(Balances::transfer_keep_alive(by(who(40)), node(), 1));
		assert_ok!(Agreements::conclude(by(who(1)), 0, 1, signatures));
		// A budget period has eight windows: one of these costs one fee, and nine would cost two.
		assert_eq!(Balances::free_balance(pool()), FUNDS + FEE);
		assert_eq!(held(&node()), TEST_FEE);
		assert_ok!(Agreements::propose(by(who(102)), Offer { windows: 9, ..offer(0) }));
		assert_ok!(Agreements::conclude(by(who(1)), 1, 1, consent(1, 1..=3)));
		assert_eq!(Balances::free_balance(pool()), FUNDS + 3 * FEE);
	});
}

#[test]
fn a_node_that_does_not_qualify_any_more_should_not_conclude() {
	run(|| {
		assert_ok!(Agreements::propose(by(node()), offer(0)));
		chill(&node());
		let signatures = consent(0, 1..=3);
		assert_noop!(Agreements::conclude(by(who(1)), 0, 1, signatures), Error::<Test>::NotServiceNode);
	});
}

#[test]
fn a_node_whose_bond_ends_should_be_forgotten() {
	run(|| {
		assert_ok!(Agreements::propose(by(node()), offer(0)));
		let waiting = agree(node(), offer(1));
		let pool_before = Balances::free_balance(pool());
		unbond(&node());
		assert_eq!(Agreements::negotiation(0), None);
		assert_eq!(Agreements::agreement(waiting), None);
		assert_eq!(held(&node()), 0);
		assert_eq!(Balances::free_balance(pool()), pool_before);
		assert!(!Providers::<Test>::contains_key(node()));
		// What waits for its slot is gone, and the queue goes on.
		let other = agree(who(102), offer(0));
		run_to(DRAW);
		assert!(slot_of(other).is_some());
	});
}

#[test]
fn an_agreement_that_runs_should_be_renewed_in_its_place() {
	run(|| {
		let id = activate(node(), offer(0));
		let before = slot(id);
		let paid = Balances::free_balance(pool());
		let next = Offer { units: 3, windows: 30, bounds: bounds(960_000, 400), ..offer(0) };
		assert_ok!(Agreements::propose(by(node()), next.clone()));
		assert_ok!(Agreements::conclude(by(who(1)), id + 1, 1, consent(id + 1, 1..=3)));
		let after = slot(id);
		let window = (System::block_number() / WINDOW) as u32;
		assert_eq!(after.last, window + 30);
		assert_eq!((after.first, after.stage, after.serving), (before.first, before.stage, true));
		assert_eq!((after.units, after.agreed()), (3, &next.bounds));
		// What was agreed before applies until the budget period is over.
		assert_eq!(after.bounds, before.bounds);
		assert_eq!(Agreements::agreement(id + 1), None);
		let record = Agreements::record(0).unwrap();
		assert_eq!((record.concluded, record.running, record.units), (1, 1, 3));
		// The fee is for the windows that were added.
		let added = after.last - before.last;
		assert_eq!(Balances::free_balance(pool()) - paid, u128::from(added.div_ceil(2 * HALF)) * FEE);
		assert_eq!(held(&node()), 0);
		// It does not end where it would have.
		run_to_window(before.last + 3);
		assert!(Agreements::agreement(id).is_some());
		assert!(Serving::get().contains(&node()));
	});
}

#[test]
fn an_agreement_should_not_be_renewed_before_its_test_is_passed_or_when_it_is_over() {
	run(|| {
		let id = agree(node(), offer(0));
		let refused = |error: Error<Test>| {
			let open = crate::NextAgreementId::<Test>::get();
			assert_ok!(Agreements::propose(by(node()), offer(0)));
			let signatures = consent(open, 1..=3);
			assert_noop!(Agreements::conclude(by(who(1)), open, 1, signatures), error);
			assert_ok!(Agreements::withdraw(by(node()), open));
		};
		refused(Error::StillWaiting);
		run_to(DRAW);
		refused(Error::StillWaiting);
		NextWindow::set(Some(slot(id).first));
		serve(id, 2);
		let last = slot(id).last;
		run_to_window(last);
		refused(Error::AlreadyOver);
	});
}

#[test]
fn a_renewal_should_revive_an_agreement_that_ends() {
	run(|| {
		let id = activate(node(), offer(0));
		assert_ok!(Agreements::end(by(node()), id));
		let last = slot(id).last;
		assert_ok!(Agreements::propose(by(node()), offer(0)));
		assert_eq!(Agreements::quote(node(), offer(0)), Ok((3 * FEE, 0)));
		assert_ok!(Agreements::conclude(by(who(1)), id + 1, 1, consent(id + 1, 1..=3)));
		run_to_window(last + 3);
		assert!(slot(id).serving);
	});
}

#[test]
fn quote_should_say_what_a_conclusion_costs() {
	run(|| {
		assert_eq!(Agreements::quote(node(), offer(0)), Ok((3 * FEE, TEST_FEE)));
		assert_eq!(Agreements::quote(node(), offer(9)), Err(Error::<Test>::NoSuchModule.into()));
	});
}

#[test]
fn negotiations_and_agreements_should_be_listed_in_pages() {
	run(|| {
		for number in 101..=106 {
			assert_ok!(Agreements::propose(by(who(number)), offer(0)));
		}
		let first: Vec<_> = Agreements::negotiations(None).into_iter().map(|(id, _)| id).collect();
		let after = |id| Agreements::negotiations(Some(id)).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
		assert_eq!(first.len(), 6);
		assert_eq!(after(first[2]), first[3..]);
		assert!(after(first[5]).is_empty());
		agree(who(107), offer(0));
		assert_eq!(Agreements::agreements(None), [(6, Agreements::agreement(6).unwrap())]);
		assert_eq!(Agreements::service_of(who(107)), [(6, Agreements::agreement(6).unwrap(), None)]);
		assert_eq!(Agreements::modules(None).len(), 2);
	});
}

#[test]
fn an_operator_that_was_dismissed_should_not_pay() {
	run(|| {
		assert_ok!(Agreements::propose(by(operator(101)), offer(0)));
		Dismissed::set(vec![operator(101)]);
		let signatures = consent(0, 1..=3);
		assert_noop!(Agreements::conclude(by(who(1)), 0, 1, signatures), Error::<Test>::NotProvider);
	});
}
