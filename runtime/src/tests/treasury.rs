use super::chain::{chain, run_to};
use crate::{
	Balances, Runtime, RuntimeOrigin, StakingSlash, System, Treasury,
	configs::{SplitFees, TreasuryAccount},
	constants::{EXISTENTIAL_DEPOSIT, SLN},
	governance::pallet_origins::Origin,
	presets,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		OnUnbalanced,
		fungible::{Balanced, Inspect},
	},
};
use smartlayer_primitives::{Role, Severity};
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use sp_runtime::Perbill;

fn treasury() -> u128 {
	Balances::total_balance(&TreasuryAccount::get())
}

#[test]
fn a_spend_of_everything_should_leave_the_treasury_an_account() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		run_to(1);
		assert_ok!(Balances::transfer_allow_death(
			RuntimeOrigin::signed(Alice.to_account_id()),
			TreasuryAccount::get().into(),
			SLN
		));
		let all = treasury();
		assert_eq!(all, SLN + EXISTENTIAL_DEPOSIT);
		let spend = |amount| {
			Treasury::spend(Origin::Treasurer.into(), Box::new(()), amount, Box::new(Bob.to_account_id()), None)
				.unwrap()
		};
		let anyone = || RuntimeOrigin::signed(Alice.to_account_id());
		spend(all);
		spend(all - EXISTENTIAL_DEPOSIT);
		assert_noop!(Treasury::payout(anyone(), 0), pallet_treasury::Error::<Runtime>::PayoutError);
		assert_ok!(Treasury::payout(anyone(), 1));
		assert_eq!(treasury(), EXISTENTIAL_DEPOSIT);

		// What is smaller than an account can begin with still arrives: a share of a fee, and a small slash.
		let issued = Balances::total_issuance();
		SplitFees::on_unbalanced(Balances::issue(1_000));
		assert_eq!(Balances::total_issuance(), issued + 1_000);
		assert!(treasury() >= EXISTENTIAL_DEPOSIT + 800);
		StakingSlash::bond(RuntimeOrigin::signed(Bob.to_account_id()), Role::ServiceNode, 1_000 * SLN).unwrap();
		let speck = Severity::Fraction(Perbill::from_parts(1));
		StakingSlash::force_slash(RuntimeOrigin::root(), Bob.to_account_id(), speck, None).unwrap();
		let before = treasury();
		run_to(System::block_number() + crate::configs::DEVELOPMENT.slash_deferral_blocks + 2);
		assert_eq!(treasury(), before + SLN / 1_000_000);
	});
}
