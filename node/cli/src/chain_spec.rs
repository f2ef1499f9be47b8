//! The chains known by name, and specifications from files.

use sc_chain_spec::{ChainSpecExtension, ChainType, Properties};
use serde::{Deserialize, Serialize};
use smartlayer_runtime::{WASM_BINARY, constants, opaque::Block, presets};
use std::path::Path;

/// The extensions of a specification of this chain.
#[derive(Default, Clone, Serialize, Deserialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub struct Extensions {
	/// Blocks that must be part of the chain.
	pub fork_blocks: sc_client_api::ForkBlocks<Block>,
	/// Blocks that must not be part of the chain.
	pub bad_blocks: sc_client_api::BadBlocks<Block>,
	/// The state from which a light client starts; written by the sync-state RPC.
	pub light_sync_state: sc_sync_state_rpc::LightSyncStateExtension,
}

/// A specification of this chain.
pub type ChainSpec = sc_service::GenericChainSpec<Extensions>;

/// The id of the live chain's template, which no node may run.
pub const LIVE_TEMPLATE_ID: &str = "smartlayer_live_template";

/// Returns the specification with a name, or the one in a file.
pub fn load(name: &str) -> Result<ChainSpec, String> {
	match name {
		"" | "dev" | "development" => {
			named("SmartLayer Development", "smartlayer_dev", ChainType::Development, presets::DEVELOPMENT_PRESET)
		},
		"local" => named("SmartLayer Local", "smartlayer_local", ChainType::Local, presets::LOCAL_PRESET),
		"live-template" => {
			named("SmartLayer Live Template", LIVE_TEMPLATE_ID, ChainType::Live, presets::LIVE_TEMPLATE_PRESET)
		},
		path if Path::new(path).is_file() => ChainSpec::from_json_file(path.into())
			.map_err(|error| format!("{path} is not a specification of this chain: {error}")),
		unknown => {
			Err(format!("there is no chain `{unknown}`: it is none of `dev`, `local` and `live-template`, nor a file",))
		},
	}
}

fn named(name: &str, id: &str, chain_type: ChainType, preset: &str) -> Result<ChainSpec, String> {
	let code = WASM_BINARY.ok_or("this node was built without a runtime (SKIP_WASM_BUILD was set): build it again")?;
	// The preset is taken from the native runtime, which requires no compilation.
	let patch = presets::get(&preset.into()).ok_or_else(|| format!("the runtime has no preset `{preset}`"))?;
	let patch = serde_json::from_slice(&patch).map_err(|error| format!("preset `{preset}`: {error}"))?;
	Ok(ChainSpec::builder(code, Extensions::default())
		.with_name(name)
		.with_id(id)
		.with_chain_type(chain_type)
		.with_protocol_id("sln")
		.with_genesis_config_patch(patch)
		.with_properties(properties())
		.build())
}

/// The properties of the token, for wallets.
fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), constants::TOKEN_SYMBOL.into());
	properties.insert("tokenDecimals".into(), constants::TOKEN_DECIMALS.into());
	properties.insert("ss58Format".into(), constants::SS58_PREFIX.into());
	properties
}
