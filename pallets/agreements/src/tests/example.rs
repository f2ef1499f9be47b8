use crate::{Party, Place, Stage, mock::*};
use frame_support::assert_ok;

#[docify::export]
#[test]
fn a_node_and_the_seats_agree() {
	run(|| {
		// A node proposes; more than a half of the seats want it faster, and it accepts.
		assert_ok!(Agreements::propose(by(node()), offer(0)));
		let faster = crate::Offer { bounds: bounds(950_000, 250), ..offer(0) };
		let payload = Agreements::payload(0, 2, node(), faster.clone(), 20);
		let signatures = signed([1, 2, 3], &payload);
		assert_ok!(Agreements::counter_by_seats(by(who(1)), 0, 1, faster, 20, signatures));
		assert_eq!(Agreements::negotiation(0).unwrap().by, Party::Network);
		assert_ok!(Agreements::accept(by(node()), 0, 2));

		// The fee for the measurement is paid, that of the test is on hold.
		assert_eq!(held(&node()), TEST_FEE);
		assert_eq!(Balances::free_balance(node()), FUNDS - TEST_FEE - 3 * FEE);

		// With the randomness of a later epoch it gets a slot, and its test begins with the next window.
		run_to(DRAW);
		assert!(matches!(Agreements::agreement(0).unwrap().place, Place::Slot(_)));
		assert_eq!(slot(0).first, 3);
		NextWindow::set(Some(3));

		// After two good windows the node is in service. It learns what further windows would cost, and then answers for them.
		serve(0, 2);
		assert!(Serving::get().contains(&node()));
		assert_eq!(held(&node()), 0);
		serve(0, 2);
		assert_eq!(slot(0).stage, Stage::Active);

		// It ends the agreement with the next window, and leaves its slot when that is closed.
		assert_ok!(Agreements::end(by(node()), 0));
		let last = slot(0).last;
		serve(0, last - 6);
		run_to_window(last + 2);
		assert_eq!(Agreements::agreement(0), None);
		assert!(Serving::get().is_empty());
	});
}
