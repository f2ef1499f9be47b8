//! The genesis presets of the runtime.

use crate::{
	AccountId, AnchorsConfig, BABE_GENESIS_CONFIG, Balance, BalancesConfig, RuntimeGenesisConfig, SessionConfig,
	SessionKeys, StakingSlashConfig, TempoConfig,
	configs::{DEVELOPMENT, LIVE, LOCAL, TreasuryAccount},
	constants::{EXISTENTIAL_DEPOSIT, SLN, SS58_PREFIX},
};
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use pallet_anchors::Params;
use pallet_tempo::Schedule;
use serde_json::Value;
use smartlayer_primitives::Role;
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

/// One anchor, Alice, with short durations.
pub const DEVELOPMENT_PRESET: &str = sp_genesis_builder::DEV_RUNTIME_PRESET;
/// Four anchors, enough for votes and quorums.
pub const LOCAL_PRESET: &str = sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;
/// A template for the genesis of a live chain: it has no seats, and no account but that of the treasury.
pub const LIVE_TEMPLATE_PRESET: &str = "live_template";

/// The initial balance of each well-known account of a test chain.
const ENDOWMENT: Balance = 1_000_000 * SLN;
/// The initial bond of each anchor of a test chain: enough to keep its seat after one fault.
const ANCHOR_BOND: Balance = 30_000 * SLN;

fn genesis(
	schedule: Schedule,
	(desired_seats, floor): (u32, u32),
	seats: &[(Sr25519Keyring, Ed25519Keyring)],
	endowed: Vec<AccountId>,
) -> Value {
	let mut balances: Vec<_> = endowed.into_iter().map(|account| (account, ENDOWMENT)).collect();
	// The treasury must always be able to receive funds.
	balances.push((TreasuryAccount::get(), EXISTENTIAL_DEPOSIT));

	let params = Params { desired_seats, floor, candidacy_deposit: 100 * SLN, min_vote: SLN };
	let sitting = seats.iter().map(|(seat, _)| seat.to_account_id()).collect();
	let bonds = seats.iter().map(|(seat, _)| (seat.to_account_id(), Role::Anchor, ANCHOR_BOND)).collect();
	let keys = seats
		.iter()
		.map(|(seat, finality)| {
			let account = seat.to_account_id();
			let keys = SessionKeys {
				grandpa: finality.public().into(),
				babe: seat.public().into(),
				authority_discovery: seat.public().into(),
				anch: seat.public().into(),
			};
			(account.clone(), account, keys)
		})
		.collect();

	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: BalancesConfig { balances },
		tempo: TempoConfig { schedule },
		staking_slash: StakingSlashConfig { bonds },
		anchors: AnchorsConfig { seats: sitting, params },
		session: SessionConfig { keys },
		babe: pallet_babe::GenesisConfig { epoch_config: BABE_GENESIS_CONFIG },
	})
}

fn well_known() -> Vec<AccountId> {
	Sr25519Keyring::well_known().map(|key| key.to_account_id()).collect()
}

/// Writes addresses in a genesis with this chain's prefix, and accepts them in it besides the usual ones.
pub fn use_own_addresses() {
	sp_core::crypto::set_default_ss58_version(SS58_PREFIX.into());
}

/// The names of the presets.
pub fn names() -> Vec<PresetId> {
	vec![PresetId::from(DEVELOPMENT_PRESET), PresetId::from(LOCAL_PRESET), PresetId::from(LIVE_TEMPLATE_PRESET)]
}

/// Returns a preset by name, as a patch of the default genesis.
pub fn get(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEVELOPMENT_PRESET => {
			genesis(DEVELOPMENT, (1, 1), &[(Sr25519Keyring::Alice, Ed25519Keyring::Alice)], well_known())
		},
		LOCAL_PRESET => genesis(
			LOCAL,
			(4, 3),
			&[
				(Sr25519Keyring::Alice, Ed25519Keyring::Alice),
				(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
				(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
				(Sr25519Keyring::Dave, Ed25519Keyring::Dave),
			],
			well_known(),
		),
		LIVE_TEMPLATE_PRESET => genesis(LIVE, (21, 7), &[], Vec::new()),
		_ => return None,
	};
	serde_json::to_vec(&patch).ok()
}
