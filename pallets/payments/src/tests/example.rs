use crate::{Sessions, mock::*};
use frame_support::assert_ok;

#[docify::export]
#[test]
fn a_payer_pays_a_node_per_call() {
	run(|| {
		let (payer, node) = (1, 11);
		// A website deposits 100 tokens for a node, and names the key that signs its promises.
		assert_ok!(Payments::open_session(by(payer), node, 100 * UNIT, key(1).signer(), 100));

		// Each call carries a promise of the total so far. The node verifies them, and keeps the last.
		let _after_one_call = key(1).promise(0, UNIT);
		let after_fifty_calls = key(1).promise(0, 50 * UNIT);

		// It cashes out whenever it likes: 90 % are for the node, the rest is burned or feeds the reward pools.
		assert_ok!(Payments::cash_out(by(node), 0, after_fifty_calls));
		assert_eq!(free(node), ED + 45 * UNIT);

		// The node closes the session with its last promise. What is left returns to the payer at once.
		assert_ok!(Payments::close(by(node), 0, Some(key(1).promise(0, 60 * UNIT))));
		assert_eq!(free(payer), FUNDS - 60 * UNIT - STORAGE);

		// After the thaw, anyone settles the session, which releases the storage deposit.
		pass(THAW);
		assert_ok!(Payments::settle(by(node), 0));
		assert_eq!(free(payer), FUNDS - 60 * UNIT);
		assert!(Sessions::<Test>::get(0).is_none());
	});
}
