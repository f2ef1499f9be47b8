use super::chain::{begin_block, chain};
use crate::{
	Balances, Parameters, RuntimeOrigin, TransactionPayment,
	configs::{RuntimeParameters, SplitFees, TreasuryAccount, dynamic_params::fees},
	constants::{EXISTENTIAL_DEPOSIT, MILLI_SLN, SLN},
	presets,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		OnUnbalanced,
		fungible::{Balanced, Inspect},
	},
	weights::constants::ExtrinsicBaseWeight,
};
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::{DispatchError, Perbill};

fn pay(amount: u128) {
	let issued = Balances::total_issuance();
	SplitFees::on_nonzero_unbalanced(Balances::issue(amount));
	assert_eq!(Balances::total_issuance(), issued + amount);
}

fn treasury() -> u128 {
	Balances::balance(&TreasuryAccount::get()) - EXISTENTIAL_DEPOSIT
}

#[test]
fn fees_should_be_split_between_treasury_and_author() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		begin_block(1);
		let author = Balances::balance(&Alice.to_account_id());
		pay(1_001);
		// What can't be divided goes to the treasury.
		assert_eq!(treasury(), 801);
		assert_eq!(Balances::balance(&Alice.to_account_id()), author + 200);
	});
}

#[test]
fn fees_should_all_go_to_the_treasury_when_there_is_no_author() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		pay(SLN);
		assert_eq!(treasury(), SLN);
	});
}

#[test]
fn fees_should_all_go_to_the_treasury_when_the_author_can_not_receive() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		frame_system::Account::<crate::Runtime>::remove(Alice.to_account_id());
		begin_block(1);
		// An account without balance can't be given less than the existential deposit.
		pay(MILLI_SLN);
		assert_eq!(treasury(), MILLI_SLN);
		assert_eq!(Balances::balance(&Alice.to_account_id()), 0);
	});
}

#[test]
fn tip_and_fee_should_be_split_alike() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		begin_block(1);
		SplitFees::on_unbalanceds([Balances::issue(100), Balances::issue(900)].into_iter());
		assert_eq!(treasury(), 800);
	});
}

#[test]
fn the_share_should_change_when_root_says() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		begin_block(1);
		let share = |percent| {
			RuntimeParameters::Fees(fees::Parameters::TreasuryShare(
				fees::TreasuryShare,
				Some(Perbill::from_percent(percent)),
			))
		};
		assert_noop!(
			Parameters::set_parameter(RuntimeOrigin::signed(Alice.to_account_id()), share(0)),
			DispatchError::BadOrigin
		);
		assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), share(0)));
		pay(SLN);
		assert_eq!(treasury(), 0);
		assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), share(100)));
		pay(SLN);
		assert_eq!(treasury(), SLN);
	});
}

#[test]
fn an_empty_transaction_should_cost_about_a_thousandth() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		let fee = TransactionPayment::weight_to_fee(ExtrinsicBaseWeight::get());
		assert!(fee > MILLI_SLN / 2 && fee < 2 * MILLI_SLN, "{fee}");
	});
}
