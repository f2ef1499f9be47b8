//! Every call of the runtime, and which proxies may make it: `proxies.txt`.
//!
//! When this test fails because a call is new, decide who may make it in another account's name, and let
//! `SMARTLAYER_WRITE_PROXIES=1` write the table.

use super::metadata::Call;
use crate::{RuntimeCall, configs::ProxyType};
use codec::Decode;
use frame_support::traits::InstanceFilter;
use std::{fmt::Write, fs, path::PathBuf};

/// A call without arguments to speak of: all of its bytes are zero, or all but the first where that names a variant
/// that does not exist.
fn call(pallet: u8, index: u8) -> Option<RuntimeCall> {
	[0, 1].into_iter().find_map(|first| {
		let bytes = [&[pallet, index, first][..], &[0; 4_096]].concat();
		RuntimeCall::decode(&mut &bytes[..]).ok()
	})
}

#[test]
fn proxies_should_make_the_calls_of_the_table_and_no_others() {
	let mut table = String::from("call | NonTransfer | Governance | CancelProxy\n");
	let mark = |kind: ProxyType, call: &RuntimeCall| if kind.filter(call) { "yes" } else { "-" };
	for Call { name, pallet, variant } in super::metadata::calls().0 {
		let call = call(pallet, variant.index).unwrap_or_else(|| panic!("{name} can't be made of such bytes"));
		assert!(ProxyType::Any.filter(&call));
		writeln!(
			table,
			"{name} | {} | {} | {}",
			mark(ProxyType::NonTransfer, &call),
			mark(ProxyType::Governance, &call),
			mark(ProxyType::CancelProxy, &call),
		)
		.unwrap();
	}
	let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/tests/proxies.txt");
	if std::env::var("SMARTLAYER_WRITE_PROXIES").is_ok() {
		fs::write(&file, &table).unwrap();
	}
	let known = fs::read_to_string(&file).unwrap_or_default();
	for (found, known) in table.lines().zip(known.lines()) {
		assert_eq!(found, known, "see the head of this test's file");
	}
	assert_eq!(table.lines().count(), known.lines().count(), "see the head of this test's file");
}

#[test]
fn a_proxy_that_moves_no_funds_should_move_none_through_others() {
	use crate::{Balances, Proxy, Runtime, RuntimeOrigin, constants::SLN, presets};
	use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave};
	let by = |key: sp_keyring::Sr25519Keyring| RuntimeOrigin::signed(key.to_account_id());
	super::chain::chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		super::chain::run_to(1);
		// Bob may do anything for Charlie, and Alice for Bob what moves no funds.
		Proxy::add_proxy(by(Charlie), Bob.to_account_id().into(), ProxyType::Any, 0).unwrap();
		Proxy::add_proxy(by(Bob), Alice.to_account_id().into(), ProxyType::NonTransfer, 0).unwrap();
		let transfer = RuntimeCall::Balances(pallet_balances::Call::transfer_allow_death {
			dest: Dave.to_account_id().into(),
			value: SLN,
		});
		let through = |real: sp_keyring::Sr25519Keyring, call: RuntimeCall| {
			RuntimeCall::Proxy(pallet_proxy::Call::proxy {
				real: real.to_account_id().into(),
				force_proxy_type: None,
				call: Box::new(call),
			})
		};
		let batch = RuntimeCall::Utility(pallet_utility::Call::batch_all { calls: vec![transfer.clone()] });
		let multisig = RuntimeCall::Multisig(pallet_multisig::Call::as_multi_threshold_1 {
			other_signatories: vec![Dave.to_account_id()],
			call: Box::new(transfer.clone()),
		});
		let before = Balances::free_balance(Dave.to_account_id());
		for call in [transfer.clone(), batch, multisig, through(Charlie, transfer)] {
			Proxy::proxy(by(Alice), Bob.to_account_id().into(), None, Box::new(call)).unwrap();
			let last = frame_system::Pallet::<Runtime>::read_events_for_pallet::<pallet_proxy::Event<Runtime>>();
			let filtered = frame_system::Error::<Runtime>::CallFiltered.into();
			assert!(
				matches!(last.last(), Some(pallet_proxy::Event::ProxyExecuted { result: Err(error) }) if *error == filtered),
				"{last:?}"
			);
		}
		assert_eq!(Balances::free_balance(Dave.to_account_id()), before);
	});
}
