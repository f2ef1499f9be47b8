use crate::mock::*;
use frame_support::assert_ok;

#[docify::export]
#[test]
fn observers_measure_a_node() {
	run(|| {
		// In window 1, three of five observers see the nodes answer 58 of 60 samples, one 20, and one is out.
		let said: Vec<_> =
			[(1, 58), (2, 58), (3, 58), (4, 20)].map(|(seat, good)| Said::new(seat, 1, reading(good, 250))).into();

		// When the window is over, they commit to what they have seen.
		commit_phase(1);
		for observer in &said {
			assert_ok!(observer.commit());
		}

		// Then they reveal it, each with an answer of the node that is drawn, and the page is closed.
		reveal_phase(1);
		for observer in &said {
			assert_ok!(observer.reveal(0));
		}
		closing_phase(1);
		let (window, page, measured) = closed().remove(0);
		assert_eq!((window, page, measured.len()), (1, 0, 3));
		assert_eq!(measured[&7].median.good, 58);
		// Two thirds of the five say that it was no better than this.
		assert_eq!(measured[&7].undisputed.good, 58);

		// Who has said nothing is charged.
		assert_eq!(recorded(), [(who(5), smartlayer_primitives::Action::IgnoredVote)]);
	});
}
