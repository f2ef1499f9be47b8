use super::chain::chain;
use crate::{Runtime, RuntimeCall, RuntimeOrigin, TxPause, configs::ProxyType, governance::pallet_origins, presets};
use frame_support::{
	assert_noop, assert_ok,
	traits::{Contains, GetCallMetadata, InstanceFilter},
};
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::traits::Dispatchable;

fn purge_keys() -> RuntimeCall {
	RuntimeCall::Session(pallet_session::Call::purge_keys {})
}

fn remark() -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() })
}

fn transfer() -> RuntimeCall {
	RuntimeCall::Balances(pallet_balances::Call::transfer_all { dest: Alice.to_account_id().into(), keep_alive: true })
}

#[test]
fn purge_keys_should_fail_when_a_seat_calls_it() {
	chain(presets::LOCAL_PRESET).execute_with(|| {
		let origin = RuntimeOrigin::signed(Alice.to_account_id());
		assert_noop!(purge_keys().dispatch(origin.clone()), frame_system::Error::<Runtime>::CallFiltered);
		assert_ok!(remark().dispatch(origin));
	});
}

#[test]
fn pause_should_stop_a_call_when_emergency_asks() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		let name = |text: &str| text.as_bytes().to_vec().try_into().unwrap();
		let emergency = || RuntimeOrigin::from(pallet_origins::Origin::Emergency);
		let pause = |pallet, call| TxPause::pause(emergency(), (name(pallet), name(call)));

		assert_ok!(pause("Balances", "transfer_all"));
		let origin = RuntimeOrigin::signed(Alice.to_account_id());
		assert_noop!(transfer().dispatch(origin.clone()), frame_system::Error::<Runtime>::CallFiltered);

		assert_ok!(TxPause::unpause(emergency(), (name("Balances"), name("transfer_all"))));
		assert_ok!(transfer().dispatch(origin));
	});
}

#[test]
fn pause_should_fail_when_the_chain_needs_the_call() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		let name = |text: &str| text.as_bytes().to_vec().try_into().unwrap();
		for (pallet, call) in [
			("System", "apply_authorized_upgrade"),
			("Timestamp", "set"),
			("Babe", "report_equivocation_unsigned"),
			("Grandpa", "report_equivocation_unsigned"),
			("Session", "set_keys"),
			("Preimage", "note_preimage"),
			("Referenda", "submit"),
			("Referenda", "nudge_referendum"),
			("ConvictionVoting", "vote"),
			("Scheduler", "cancel"),
			("Treasury", "payout"),
			("TxPause", "unpause"),
			("Payments", "cash_out"),
			("Payments", "cash_out_many"),
			("Payments", "close"),
			("Payments", "settle"),
			("Payments", "set_params"),
			("Reports", "vote"),
			("Reports", "reply"),
			("Reports", "close"),
			("Reports", "answer"),
			("Reports", "close_demand"),
			("Reports", "set_params"),
			("Agreements", "retire"),
			("Agreements", "end"),
			("Agreements", "resume"),
			("Agreements", "close"),
			("Telemetry", "commit"),
			("Telemetry", "reveal"),
		] {
			let name = (name(pallet), name(call));
			assert_noop!(
				TxPause::pause(pallet_origins::Origin::Emergency.into(), name),
				pallet_tx_pause::Error::<Runtime>::Unpausable
			);
		}
	});
}

#[test]
fn pause_should_fail_when_another_origin_asks() {
	chain(presets::DEVELOPMENT_PRESET).execute_with(|| {
		let name = |text: &str| text.as_bytes().to_vec().try_into().unwrap();
		for origin in [
			RuntimeOrigin::signed(Alice.to_account_id()),
			pallet_origins::Origin::Treasurer.into(),
			RuntimeOrigin::none(),
		] {
			let call = (name("Balances"), name("transfer_all"));
			assert_noop!(TxPause::pause(origin, call), sp_runtime::DispatchError::BadOrigin);
		}
	});
}

#[test]
fn pallet_names_that_can_not_be_paused_should_exist() {
	use frame_support::traits::PalletsInfoAccess;
	let names: Vec<_> = crate::AllPalletsWithSystem::infos().into_iter().map(|info| info.name).collect();
	for pallet in crate::configs::UNPAUSABLE {
		let pallet = core::str::from_utf8(pallet).unwrap();
		assert!(names.contains(&pallet), "{pallet}");
	}
}

#[test]
fn calls_that_can_not_be_paused_should_exist() {
	for (pallet, call) in crate::configs::UNPAUSABLE_CALLS {
		let [pallet, call] = [pallet, call].map(|name| core::str::from_utf8(name).unwrap());
		assert!(RuntimeCall::get_call_names(pallet).contains(&call), "{pallet}.{call}");
	}
}

#[test]
fn proxies_should_do_what_their_type_says() {
	let vote = RuntimeCall::ConvictionVoting(pallet_conviction_voting::Call::remove_vote { class: None, index: 0 });
	for (kind, may_transfer, may_vote) in [
		(ProxyType::Any, true, true),
		(ProxyType::NonTransfer, false, true),
		(ProxyType::Governance, false, true),
		(ProxyType::CancelProxy, false, false),
	] {
		assert_eq!(kind.filter(&transfer()), may_transfer, "{kind:?}");
		assert_eq!(kind.filter(&vote), may_vote, "{kind:?}");
	}
	assert!(ProxyType::Any.is_superset(&ProxyType::Governance));
	assert!(!ProxyType::Governance.is_superset(&ProxyType::NonTransfer));
	assert!(<Runtime as frame_system::Config>::BaseCallFilter::contains(&remark()));
}
