//! How windows begin, and how they are closed.

use crate::{Claims, Closing, Event, NextWindow, Windows, mock::*};
use frame_support::weights::Weight;
use smartlayer_measurement::Reading;
use smartlayer_primitives::{Action, ClosedWindows};
use sp_core::H256;
use sp_runtime::traits::Hash;

fn hash_of(content: &impl codec::Encode) -> H256 {
	<Test as frame_system::Config>::Hashing::hash_of(content)
}

/// What these seats say of a window, the same of all nodes.
fn all_say(seats: impl IntoIterator<Item = u16>, window: u32, good: u8) -> Vec<Said> {
	seats.into_iter().map(|seat| Said::new(seat, window, reading(good, 100))).collect()
}

#[test]
fn the_first_window_should_be_the_first_whole_one() {
	run(|| {
		assert_eq!((NextWindow::<Test>::get(), Closing::<Test>::get()), (Some(1), (1, 0)));
		assert!(Telemetry::open_windows().is_empty());
		assert!(Telemetry::is_closed(0, 0) && !Telemetry::is_closed(0, 1));
		run_to(10);
		assert_eq!(events(), [Event::WindowBegan { window: 1, observers: 5, pages: 1 }]);
		let open = Windows::<Test>::get(1).unwrap();
		assert_eq!((open.begun, open.ended, open.pages), (10, None, 1));
		run_to(20);
		assert_eq!(Windows::<Test>::get(1).unwrap().ended, Some(20));
		assert_eq!(Telemetry::open_windows().len(), 2);
	});
}

#[test]
fn before_the_first_block_with_the_pallet_nothing_should_wait_for_a_measurement() {
	chain().execute_with(|| {
		NextWindow::<Test>::kill();
		Closing::<Test>::kill();
		System::set_block_number(57);
		assert!(Telemetry::is_closed(0, 5) && !Telemetry::is_closed(0, 6));
	});
}

#[test]
fn what_is_drawn_should_be_known_to_nobody_who_can_still_commit() {
	run(|| {
		commit_phase(1);
		run_to(24);
		// The randomness of block 23, whose author could put a commit into it, is not used.
		let of_last_commit = Seed::get();
		assert_eq!(Windows::<Test>::get(1).unwrap().seed, None);
		events();
		run_to(25);
		assert_ne!(Seed::get(), of_last_commit);
		let seed = hash_of(&(None::<H256>, Seed::get().unwrap()));
		assert_eq!(events(), [Event::Drawn { window: 1, seed }]);
		run_to(26);
		assert_eq!(Windows::<Test>::get(1).unwrap().seed, Some(seed));
	});
}

#[test]
fn no_author_of_a_single_block_should_know_what_is_drawn() {
	run(|| {
		CommitPeriod::set(2);
		RevealPeriod::set(8);
		run_to(23);
		let first = Seed::get().unwrap();
		assert_eq!(Windows::<Test>::get(1).unwrap().seed, None);
		Telemetry::do_try_state().unwrap();
		run_to(24);
		let second = Seed::get().unwrap();
		let seed = hash_of(&(Some(hash_of(&(None::<H256>, first))), second));
		assert_eq!(Windows::<Test>::get(1).unwrap().seed, Some(seed));
		assert_eq!(crate::Mixed::<Test>::get(), None);
		run_to(30);
	});
}

#[test]
fn a_draw_that_was_not_finished_should_not_be_part_of_the_next_one() {
	run(|| {
		CommitPeriod::set(2);
		RevealPeriod::set(8);
		run_to(23);
		let left = crate::Mixed::<Test>::get().unwrap();
		// No other block until the next window's draw.
		System::set_block_number(32);
		frame_system::BlockHash::<Test>::insert(32, block_hash(32));
		run_to(33);
		let mixed = crate::Mixed::<Test>::get().unwrap();
		assert_eq!(mixed, (2, hash_of(&(None::<H256>, Seed::get().unwrap()))));
		assert_ne!(mixed, left);
		run_to(40);
	});
}

#[test]
fn nothing_should_be_drawn_when_too_little_time_is_left() {
	run(|| {
		run_to(10);
		commit_phase(1);
		Seed::set(None);
		run_to(27);
		Seed::set(Some(H256::repeat_byte(3)));
		run_to(28);
		assert_eq!(Windows::<Test>::get(1).unwrap().seed, None);
		closing_phase(1);
		assert_eq!(recorded(), []);
	});
}

#[test]
fn a_block_without_randomness_should_be_waited_for() {
	run(|| {
		commit_phase(1);
		Seed::set(None);
		run_to(26);
		assert_eq!(Windows::<Test>::get(1).unwrap().seed, None);
		Seed::set(Some(H256::repeat_byte(3)));
		run_to(27);
		assert!(Windows::<Test>::get(1).unwrap().seed.is_some());
	});
}

#[test]
fn a_page_should_be_closed_with_what_the_observers_say_together() {
	run(|| {
		// Node 100 at place 0 is seen well, 103 differently, 107 not at all.
		let say = |seat: u16, second: u8| {
			let each = [reading(60, 100), reading(second, 100), Reading { good: Some(0), ..Reading::default() }];
			Said::of(seat, 1, vec![each.map(|reading| reading.bytes()).concat()])
		};
		run_to(10);
		measure(&[say(1, 10), say(2, 20), say(3, 30), say(4, 40), say(5, 50)]);
		let (window, page, measured) = closed().remove(0);
		assert_eq!((window, page), (1, 0));
		assert_eq!(measured.keys().copied().collect::<Vec<_>>(), [0, 3, 7]);
		assert_eq!([0, 3, 7].map(|place| measured[&place].median.good), [60, 30, 0]);
		assert_eq!([0, 3, 7].map(|place| measured[&place].undisputed.good), [60, 40, 0]);
		assert!(Telemetry::is_closed(0, 1) && !Telemetry::is_closed(0, 2));
		assert_eq!((Claims::<Test>::iter().count(), Windows::<Test>::get(1)), (0, None));
		assert_eq!(recorded(), []);
		let closed = Event::PageClosed { window: 1, page: 0, nodes: 3, measured: 3, observers: 5 };
		assert!(events().ends_with(&[closed, Event::WindowClosed { window: 1 }]));
	});
}

#[test]
fn two_thirds_of_the_observers_should_be_enough_and_one_less_too_few() {
	run(|| {
		run_to(10);
		measure(&all_say(1..=4, 1, 60));
		assert_eq!(closed()[0].2.len(), 3);
		assert_eq!(recorded(), [(who(5), Action::IgnoredVote)]);
		measure(&all_say(1..=3, 2, 60));
		assert_eq!(closed()[0].2.len(), 0);
		assert_eq!(recorded(), [(who(4), Action::IgnoredVote), (who(5), Action::IgnoredVote)]);
	});
}

#[test]
fn a_window_of_which_nobody_says_anything_should_be_closed() {
	run(|| {
		run_to(10);
		for window in 1..=5 {
			closing_phase(window);
			assert_eq!(closed().len(), 1);
			// An outage that all share is nobody's fault.
			assert_eq!(recorded(), []);
			assert!(Telemetry::is_closed(0, window));
		}
		// And those that come back are heard at once.
		measure(&all_say(1..=5, 6, 60));
		assert_eq!(closed()[0].2.len(), 3);
		assert_eq!(recorded(), []);
	});
}

#[test]
fn silence_should_be_charged_when_a_third_of_the_observers_have_said_something() {
	for (heard, charged) in [(1, 0), (2, 3)] {
		run(|| {
			run_to(10);
			measure(&all_say(1..=heard, 1, 60));
			assert_eq!(closed()[0].2.len(), 0);
			assert_eq!(recorded().len(), charged);
		});
	}
}

#[test]
fn who_calls_down_what_all_others_see_should_be_taken_for_silent() {
	run(|| {
		// Place by place: the nodes that are called down.
		let say = |seat: u16, window: u32, down: [bool; 3]| {
			let each = down.map(|is_down| {
				if is_down { Reading { good: Some(0), ..Reading::default() } } else { reading(60, 100) }.bytes()
			});
			Said::of(seat, window, vec![each.concat()])
		};
		run_to(10);
		let honest = |window| (1..=4).map(move |seat| say(seat, window, [false; 3]));
		measure(&honest(1).chain([say(5, 1, [true; 3])]).collect::<Vec<_>>());
		assert_eq!(recorded(), [(who(5), Action::IgnoredVote)]);
		// Two of three can be out of reach, and all of them when others do not reach them either.
		measure(&honest(2).chain([say(5, 2, [true, true, false])]).collect::<Vec<_>>());
		assert_eq!(recorded(), []);
		let down: Vec<_> = (1..=5).map(|seat| say(seat, 3, [true; 3])).collect();
		measure(&down);
		assert_eq!(recorded(), []);
	});
}

#[test]
fn a_claim_about_other_nodes_should_not_count() {
	run(|| {
		run_to(10);
		let said = all_say(1..=5, 1, 60);
		commit_phase(1);
		for one in &said {
			one.commit().unwrap();
		}
		reveal_phase(1);
		for one in &said {
			one.reveal(0).unwrap();
		}
		// Should a node vanish against what the roster promises, nobody is judged by the readings of another one.
		Nodes::set(vec![page([0, 7])]);
		closing_phase(1);
		assert_eq!(closed()[0].2.len(), 0);
	});
}

#[test]
fn nobody_should_be_charged_when_the_chain_has_forgotten_the_blocks_of_a_window() {
	for pause_at in [23, 26] {
		run(|| {
			run_to(10);
			let said = all_say(1..=5, 1, 60);
			commit_phase(1);
			for one in &said {
				one.commit().unwrap();
			}
			run_to(pause_at);
			if pause_at > 25 {
				said[0].reveal(0).unwrap();
				said[1].reveal(0).unwrap();
			}
			Paused::set(200);
			System::set_block_number(pause_at + 200);
			closing_phase(1);
			assert_eq!(closed().len(), 1);
			assert_eq!(recorded(), []);
		});
	}
}

#[test]
fn silence_should_be_charged_once_for_a_window_and_not_after_the_seat_is_left() {
	run(|| {
		Nodes::set(vec![page([0]), page([1]), page([])]);
		run_to(10);
		let said = all_say(1..=3, 1, 60);
		commit_phase(1);
		for one in &said {
			one.commit().unwrap();
		}
		// The first reveals both pages, the second one of them, the third none. The fifth leaves its seat.
		reveal_phase(1);
		said[0].reveal(0).unwrap();
		said[0].reveal(1).unwrap();
		said[1].reveal(1).unwrap();
		Seated::set(vec![1, 2, 3, 4, 9]);
		events();
		closing_phase(1);
		assert_eq!(recorded(), [2, 3, 4].map(|seat| (who(seat), Action::IgnoredVote)));
		let silent: Vec<_> = events().into_iter().filter(|event| matches!(event, Event::Silent { .. })).collect();
		let expected = [(2, 1), (3, 2), (4, 2)];
		assert_eq!(silent, expected.map(|(seat, pages)| Event::Silent { window: 1, observer: who(seat), pages }));
	});
}

#[test]
fn nobody_should_be_charged_for_a_window_in_which_nothing_could_be_revealed() {
	run(|| {
		run_to(10);
		Seed::set(None);
		closing_phase(1);
		assert_eq!(closed().len(), 1);
		assert_eq!(recorded(), []);
	});
}

#[test]
fn nobody_should_be_charged_where_nobody_is_measured() {
	run(|| {
		Nodes::set(vec![page([]), page([])]);
		run_to(10);
		closing_phase(1);
		assert_eq!(closed().len(), 2);
		assert_eq!(recorded(), []);
		Nodes::set(vec![]);
		closing_phase(3);
		assert!(Telemetry::is_closed(0, 3));
		assert_eq!(recorded(), []);
	});
}

#[test]
fn nodes_should_be_measured_from_their_first_window_on() {
	run(|| {
		run_to(10);
		Nodes::mutate(|pages| pages[0].insert(5, (2, who(105))));
		measure(&all_say(1..=5, 1, 60));
		assert_eq!(closed()[0].2.len(), 3);
		measure(&all_say(1..=5, 2, 60));
		assert_eq!(closed()[0].2.len(), 4);
	});
}

#[test]
fn pages_should_be_closed_in_order_as_the_weight_allows() {
	run(|| {
		Nodes::set((0..5).map(|place| page([place])).collect());
		run_to(10);
		let said = all_say(1..=4, 1, 60);
		commit_phase(1);
		for one in &said {
			one.commit().unwrap();
		}
		reveal_phase(1);
		for one in &said {
			for page in 0..5 {
				one.reveal(page).unwrap();
			}
		}
		// Room for two pages a block.
		HookWeight::set(Weight::from_parts(100 + 2 * PAGE_WEIGHT, 0));
		closing_phase(1);
		assert_eq!(closed().iter().map(|(_, page, _)| *page).collect::<Vec<_>>(), [0, 1]);
		assert_eq!(Closing::<Test>::get(), (1, 2));
		assert!(Telemetry::is_closed(1, 1) && !Telemetry::is_closed(2, 1));
		Telemetry::do_try_state().unwrap();
		// In the next block a window begins, which takes as much as a page.
		pass(1);
		assert_eq!(closed().len(), 1);
		HookWeight::set(Weight::from_parts(100 + PAGE_WEIGHT, 0));
		pass(1);
		assert_eq!(closed().len(), 1);
		Telemetry::do_try_state().unwrap();
		// The last page leaves no room for the end of the window.
		pass(1);
		assert_eq!((closed().len(), recorded()), (1, vec![]));
		Telemetry::do_try_state().unwrap();
		HookWeight::set(Weight::from_parts(40_000, 0));
		pass(1);
		assert_eq!(recorded(), [(who(5), Action::IgnoredVote)]);
		assert_eq!(Closing::<Test>::get(), (2, 0));
	});
}

#[test]
fn windows_that_are_behind_should_be_closed_one_after_another() {
	run(|| {
		run_to(10);
		// Nothing can be closed for three windows.
		HookWeight::set(Weight::from_parts(1_100, 0));
		Nodes::set((0..40).map(|place| page([place])).collect());
		run_to(50);
		HookWeight::set(Weight::from_parts(40_000, 0));
		run_to(60);
		let windows: Vec<_> = closed().into_iter().map(|(window, ..)| window).collect();
		assert!(windows.is_sorted());
		assert_eq!(Closing::<Test>::get(), (5, 0));
	});
}

#[test]
fn windows_that_were_missed_should_be_closed_without_observers() {
	run(|| {
		run_to(9);
		// No hook runs for three windows.
		frame_system::BlockHash::<Test>::insert(45, block_hash(45));
		System::set_block_number(45);
		pass(1);
		let observers: Vec<_> =
			Telemetry::open_windows().into_iter().map(|(window, open)| (window, open.observers.len())).collect();
		assert_eq!(observers, [(3, 0), (4, 5)]);
		assert_eq!(closed().iter().map(|(window, ..)| *window).collect::<Vec<_>>(), [1, 2]);
		assert_eq!(recorded(), []);
	});
}

#[test]
fn windows_should_pause_with_the_clock() {
	run(|| {
		run_to(10);
		let said = all_say(1..=5, 1, 60);
		commit_phase(1);
		for one in &said {
			one.commit().unwrap();
		}
		// As during multi-block migrations: the hook does not run either.
		let height = System::block_number() + 100;
		Paused::set(100);
		for block in height - 100..height {
			frame_system::BlockHash::<Test>::insert(block, block_hash(block));
		}
		System::set_block_number(height);
		reveal_phase(1);
		let mut late = said.clone();
		for one in &mut late {
			// The window was over before the pause.
			let mut answer = one.right(0).unwrap();
			(answer.statement.block, answer.statement.block_hash) = (19, block_hash(19));
			let answer = signed(answer.sample, answer.statement);
			one.reveal_with(0, Some(answer)).unwrap();
		}
		closing_phase(1);
		assert_eq!(closed()[0].2.len(), 3);
		assert_eq!(recorded(), []);
	});
}
