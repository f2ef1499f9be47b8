use crate::{CurrentDuty, Event, mock::*};
use frame_support::{
	assert_ok,
	traits::Hooks,
	weights::{Weight, WeightMeter},
};
use smartlayer_primitives::Action;

fn missed() -> Vec<u8> {
	Recorded::take()
		.into_iter()
		.filter(|(_, action)| *action == Action::MissedDuty)
		.map(|(who, _)| index_of(&who))
		.collect()
}

#[test]
fn an_interval_should_draw_an_order_of_all_seats() {
	run(|| {
		let mut order = order();
		order.sort_unstable();
		assert_eq!(order, [1, 2, 3, 4]);
		let duty = CurrentDuty::<Test>::get().unwrap();
		assert_eq!((duty.interval, duty.start, duty.writer), (0, 1, None));
		run_to(INTERVAL);
		let duty = CurrentDuty::<Test>::get().unwrap();
		assert_eq!((duty.interval, duty.start), (1, INTERVAL));
	});
}

#[test]
fn every_seat_should_be_first_about_equally_often() {
	chain_of(7, crate::Params { desired_seats: 7, ..params() }).execute_with(|| {
		const INTERVALS: u64 = 10_000;
		let mut places = [[0f64; 7]; 7];
		let seats = crate::ActiveSeats::<Test>::get();
		for interval in 0..INTERVALS {
			let seed = sp_io::hashing::blake2_256(&interval.to_le_bytes());
			for (place, anchor) in crate::duty::draw(seats.clone(), seed.into()).iter().enumerate() {
				places[place][usize::from(index_of(&anchor.who)) - 1] += 1.0;
			}
		}
		// Chi-squared with six degrees of freedom: above 22.46 is one in a thousand. The seed is fixed.
		let expected = INTERVALS as f64 / 7.0;
		for (place, counts) in places.iter().enumerate() {
			let chi: f64 = counts.iter().map(|count| (count - expected).powi(2) / expected).sum();
			assert!(chi < 22.46, "place {place}: {chi}, {counts:?}");
		}
	});
}

#[test]
fn seats_and_keys_should_be_those_of_the_intervals_first_block() {
	run(|| {
		candidate(5);
		assert_ok!(vote(20, &[5], UNIT));
		pass_terms(2);
		run_to(System::block_number().next_multiple_of(INTERVAL));
		let begin = System::block_number();
		assert_ok!(Anchors::resign(by(1)));
		set_keys(2, 99);
		// A session begins within the interval.
		run_to(begin + INTERVAL - 1);
		let before = CurrentDuty::<Test>::get().unwrap();
		assert!(before.order.iter().any(|anchor| anchor.who == who(1)));
		assert!(before.order.iter().all(|anchor| anchor.key != key(99)));
		run_to(begin + 3 * INTERVAL);
		let after = CurrentDuty::<Test>::get().unwrap();
		assert!(after.order.iter().all(|anchor| anchor.who != who(1)));
		assert!(after.order.iter().any(|anchor| anchor.who == who(5)));
		assert!(after.order.iter().any(|anchor| anchor.who == who(2) && anchor.key == key(99)));
	});
}

#[test]
fn a_backup_should_have_its_turn_a_delay_after_the_one_ahead() {
	run(|| {
		run_to(INTERVAL);
		let order = order();
		for place in 0..4u64 {
			run_to(INTERVAL + place * DELAY);
			let may: Vec<_> = Anchors::may_write().iter().map(index_of).collect();
			assert_eq!(may, order[..=place as usize]);
			pass(1);
			assert_eq!(Anchors::may_write().len(), place as usize + 1);
		}
		write();
		assert!(Anchors::may_write().is_empty());
	});
}

#[test]
fn whoever_is_ahead_of_the_writer_should_be_charged() {
	run(|| {
		run_to(INTERVAL);
		missed();
		pass(2 * DELAY);
		let (snapshot, order) = (snapshot(), order());
		assert_ok!(Anchors::submit_snapshot(by(order[2]), snapshot, signed(order[2], &snapshot, &order)));
		let recorded = Recorded::get();
		assert_eq!(recorded.last(), Some(&(who(order[2]), Action::BlockSubmission)));
		assert_eq!(missed(), order[..2]);
		// The interval was written: nobody else is charged.
		run_to(2 * INTERVAL);
		assert!(missed().is_empty());
	});
}

#[test]
fn everybody_should_be_charged_alike_when_nobody_writes() {
	run(|| {
		run_to(INTERVAL - 1);
		events();
		missed();
		let mut seats = order();
		pass(1);
		assert_eq!(missed(), seats);
		assert!(events().contains(&Event::IntervalVoid { interval: 0 }));
		seats.sort_unstable();
		assert_eq!(seats, [1, 2, 3, 4]);
	});
}

#[test]
fn the_hook_should_do_nothing_within_an_interval() {
	run(|| {
		run_to(INTERVAL);
		let duty = CurrentDuty::<Test>::get();
		Recorded::take();
		run_to(2 * INTERVAL - 1);
		assert_eq!(CurrentDuty::<Test>::get(), duty);
		assert!(Recorded::get().is_empty());
	});
}

#[test]
fn an_interval_should_begin_later_where_its_first_block_has_no_room_for_the_hook() {
	run(|| {
		run_to(INTERVAL - 1);
		// As in the first block of a session: the hook is not called.
		System::set_block_number(INTERVAL + 1);
		assert_eq!(CurrentDuty::<Test>::get().unwrap().interval, 0);
		pass(1);
		let duty = CurrentDuty::<Test>::get().unwrap();
		assert_eq!((duty.interval, duty.start), (1, INTERVAL + 2));
		// Turns are counted from there; the next interval begins in its time.
		assert_eq!(Anchors::may_write().len(), 1);
		pass(DELAY);
		assert_eq!(Anchors::may_write().len(), 2);
		run_to(2 * INTERVAL);
		assert_eq!(CurrentDuty::<Test>::get().unwrap().start, 2 * INTERVAL);
	});
}

#[test]
fn the_hook_should_take_all_of_an_interval_s_end_or_nothing() {
	run(|| {
		run_to(INTERVAL - 1);
		System::set_block_number(INTERVAL);
		let mut meter = WeightMeter::with_limit(Weight::from_parts(2_000, 0));
		Recorded::take();
		Anchors::on_poll(INTERVAL, &mut meter);
		assert!(Recorded::get().is_empty());
		assert_eq!(CurrentDuty::<Test>::get().unwrap().interval, 0);
		pass(1);
		assert_eq!(missed().len(), 4);
	});
}
