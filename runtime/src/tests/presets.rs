use super::chain::{chain, genesis};
use crate::{
	Babe, Balances, Grandpa, RuntimeGenesisConfig, Session, Tempo,
	configs::{DEVELOPMENT, LIVE, LOCAL, TreasuryAccount},
	constants::EXISTENTIAL_DEPOSIT,
	presets,
};
use frame_support::traits::fungible::Inspect;

#[test]
fn every_preset_should_build() {
	for name in presets::names() {
		chain(name.as_ref()).execute_with(|| {
			// What the treasury receives must have an account to go to.
			assert_eq!(Balances::balance(&TreasuryAccount::get()), EXISTENTIAL_DEPOSIT, "{name}");
			#[cfg(feature = "try-runtime")]
			{
				use frame_support::traits::{TryState, TryStateSelect};
				crate::AllPalletsWithSystem::try_state(0, TryStateSelect::All).unwrap();
			}
		});
	}
}

#[test]
fn unknown_presets_should_not_exist() {
	assert!(presets::get(&"mainnet".into()).is_none());
}

#[test]
fn presets_should_have_the_tempo_of_their_chain() {
	for (preset, schedule) in [
		(presets::DEVELOPMENT_PRESET, DEVELOPMENT),
		(presets::LOCAL_PRESET, LOCAL),
		(presets::LIVE_TEMPLATE_PRESET, LIVE),
	] {
		chain(preset).execute_with(|| assert_eq!(Tempo::schedule(), schedule));
	}
}

#[test]
fn presets_should_seat_their_anchors() {
	for (preset, seats) in
		[(presets::DEVELOPMENT_PRESET, 1), (presets::LOCAL_PRESET, 4), (presets::LIVE_TEMPLATE_PRESET, 0)]
	{
		chain(preset).execute_with(|| {
			assert_eq!(Session::validators().len(), seats, "{preset}");
			assert_eq!(Babe::authorities().len(), seats, "{preset}");
			assert_eq!(Grandpa::grandpa_authorities().len(), seats, "{preset}");
		});
	}
}

#[test]
#[should_panic(expected = "name different accounts")]
fn a_genesis_should_be_refused_when_a_seat_has_no_keys() {
	let mut genesis = genesis(presets::LOCAL_PRESET);
	genesis["session"]["keys"].as_array_mut().unwrap().pop();
	super::chain::chain_of(genesis);
}

#[test]
fn the_live_template_should_have_no_well_known_key() {
	let text = genesis(presets::LIVE_TEMPLATE_PRESET).to_string();
	for key in sp_keyring::Sr25519Keyring::iter() {
		assert!(!text.contains(&key.to_account_id().to_string()), "{key:?}");
	}
}

#[test]
fn the_default_genesis_should_survive_json() {
	let json = serde_json::to_string(&RuntimeGenesisConfig::default()).unwrap();
	serde_json::from_str::<RuntimeGenesisConfig>(&json).unwrap();
}

#[test]
fn a_genesis_should_set_the_parameters_of_bonds_and_rewards() {
	let mut genesis = genesis(presets::LOCAL_PRESET);
	genesis["stakingSlash"]["params"]["minAnchorBond"] = serde_json::json!(20_000 * crate::constants::SLN as u64);
	super::chain::chain_of(genesis).execute_with(|| {
		assert_eq!(
			pallet_staking_slash::Parameters::<crate::Runtime>::get().min_anchor_bond,
			20_000 * crate::constants::SLN
		);
	});
}
