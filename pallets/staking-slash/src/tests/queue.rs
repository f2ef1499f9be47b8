use crate::{DueQueue, Event, Ledgers, QueueCursor, Slashes, mock::*};
use frame_support::{
	assert_ok,
	traits::Hooks,
	weights::{Weight, WeightMeter},
};
use smartlayer_primitives::{Role, Severity};
use sp_runtime::Perbill;

/// As many slashes as the hook's weight has room for in one block of the mock: the base, then two thousand each.
const A_BLOCK: usize = 9;

fn slash_often(times: usize) {
	assert_ok!(StakingSlash::bond(by(1), Role::ServiceNode, 50_000 * UNIT));
	let severity = Severity::Fraction(Perbill::from_parts(100));
	for _ in 0..times {
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 1, severity, None));
	}
}

#[test]
fn ten_thousand_due_slashes_should_drain_within_their_share_of_each_block() {
	run(|| {
		slash_often(10_000);
		run_to(DEFERRAL);
		events();
		let mut left = 10_000;
		let mut blocks = 0;
		while left > 0 {
			let next = System::block_number() + 1;
			System::set_block_number(next);
			let mut meter = WeightMeter::new();
			StakingSlash::on_poll(next, &mut meter);
			let used = meter.consumed();
			assert!(used.all_lte(HookWeight::get()), "{used:?}");
			let now = Slashes::<Test>::iter_keys().count();
			assert!(left - now == A_BLOCK || now == 0, "{} in one block", left - now);
			left = now;
			blocks += 1;
		}
		assert_eq!(blocks, 10_000usize.div_ceil(A_BLOCK));
		assert_eq!(events().len(), 10_000);
		assert_eq!(DueQueue::<Test>::iter().count(), 0);
		assert_eq!(Ledgers::<Test>::get(1).unwrap().aside(), 0);
	});
}

#[test]
fn what_is_due_first_should_be_applied_first() {
	run(|| {
		slash_often(30);
		pass(1);
		assert_ok!(StakingSlash::bond(by(2), Role::ServiceNode, 1_000 * UNIT));
		assert_ok!(StakingSlash::force_slash(RuntimeOrigin::root(), 2, Severity::Whole, None));
		run_to(1 + DEFERRAL + 1);
		// Two blocks of room, all for those of the first block.
		assert_eq!(Slashes::<Test>::iter_keys().count(), 31 - 2 * A_BLOCK);
		assert!(Slashes::<Test>::contains_key(30));
		pass(10);
		assert_eq!(Slashes::<Test>::iter_keys().count(), 0);
	});
}

#[test]
fn a_slash_that_can_not_be_applied_should_not_stop_others() {
	run(|| {
		slash_often(3);
		// A ledger that is broken: the first slash finds less set aside than it wants.
		pass(1);
		let stuck = Slashes::<Test>::get(0).unwrap();
		Slashes::<Test>::insert(0, crate::PendingSlash { from_active: u128::MAX, ..stuck.clone() });
		events();
		run_to(1 + DEFERRAL);
		let seen = events();
		assert!(seen.iter().any(|event| matches!(event, Event::SlashStuck { id: 0, .. })), "{seen:?}");
		assert_eq!(Slashes::<Test>::iter_keys().collect::<Vec<_>>(), [0]);
		// Mended, anyone may apply it.
		Slashes::<Test>::insert(0, stuck);
		assert_ok!(StakingSlash::apply_slash(by(5), 0));
	});
}

#[test]
fn an_empty_queue_should_cost_the_same_in_every_block() {
	run(|| {
		run_to(2);
		let costs: Vec<Weight> = (3..50)
			.map(|block| {
				System::set_block_number(block);
				let mut meter = WeightMeter::new();
				StakingSlash::on_poll(block, &mut meter);
				meter.consumed()
			})
			.filter(|cost| *cost != Weight::zero())
			.collect();
		let least = costs.iter().map(Weight::ref_time).min().unwrap();
		let most = costs.iter().map(Weight::ref_time).max().unwrap();
		// A reward period begins in some of them.
		assert!(most <= least + 1_000, "{least} to {most}");
		assert_eq!(QueueCursor::<Test>::get(), 50);
	});
}

#[test]
fn nothing_should_be_applied_where_the_block_has_no_room() {
	run(|| {
		slash_often(2);
		run_to(DEFERRAL);
		System::set_block_number(DEFERRAL + 1);
		// Of what is left of a block the hook takes no more than there is.
		let mut meter = WeightMeter::with_limit(Weight::from_parts(3_000, 0));
		StakingSlash::on_poll(DEFERRAL + 1, &mut meter);
		assert_eq!(meter.consumed(), Weight::from_parts(1_000, 0));
		assert_eq!(Slashes::<Test>::iter_keys().count(), 2);
		pass(1);
		assert_eq!(Slashes::<Test>::iter_keys().count(), 0);
	});
}
