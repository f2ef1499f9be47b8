use crate::mock::*;
use frame_support::assert_ok;

#[docify::export]
#[test]
fn holders_elect_an_anchor() {
	run(|| {
		// Four sit since genesis. An organisation bonds, sets its keys, applies, and is admitted.
		let newcomer = 5;
		prepare(newcomer);
		assert_ok!(Anchors::apply_candidacy(by(newcomer), organisation("Example Org")));
		assert_ok!(Anchors::admit(by_admin(), who(newcomer)));

		// Holders approve it, and the first three of those who sit.
		assert_ok!(vote(20, &[newcomer, 1, 2, 3], 500 * UNIT));

		// The vote is held for a whole term before it counts.
		pass_terms(1);
		assert_eq!(seats(), [1, 2, 3, 4]);
		pass_terms(1);
		assert_eq!(seats(), [1, 2, 3, 5]);
	});
}
