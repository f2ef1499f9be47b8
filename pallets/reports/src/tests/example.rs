use crate::{Fault, Verdict, mock::*};
use frame_support::assert_ok;
use smartlayer_primitives::{Action, SlashOutcome};
use sp_core::H256;

#[docify::export]
#[test]
fn seats_convict_a_node_that_does_not_serve() {
	run(|| {
		run_to(20);
		// A seat reports that a node has not served a customer in block 15.
		let evidence = H256::repeat_byte(1);
		let session = 0;
		open_session(session, customer(), node(), 5 * UNIT);
		let pointer = pointer("example.org/1");
		assert_ok!(Reports::report(by(who(1)), Fault::NoData, node(), 15, Some(session), evidence, pointer));

		// Four of six seats have seen the same: that is more than a half, and two thirds have voted.
		vote(0, [2, 3, 4], true);
		vote(0, [5], false);
		assert_eq!(Reports::report_by_id(0).unwrap().tally.verdict(), Verdict::Convicted);

		// At the deadline the sixth seat is charged for its silence, and the node's slash is filed.
		pass(VOTE);
		assert_eq!(recorded(), [(who(6), Action::IgnoredVote)]);
		assert_eq!(Slashed::get()[0].offender, node());

		// When the slash is applied, all others get what they deserve, and the reporter its deposit.
		assert_eq!(held(&who(1)), DEPOSIT);
		resolve(0, SlashOutcome::Applied);
		let actions = recorded();
		assert_eq!(actions[0], (who(1), Action::CorrectNoData));
		assert_eq!(actions[4], (who(5), Action::FalseNoData));
		assert_eq!(held(&who(1)), 0);
	});
}
