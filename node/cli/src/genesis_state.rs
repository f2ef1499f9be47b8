//! Builds the genesis state of a chain with the node's own executor.
//!
//! A specification that is not raw contains the input for the runtime's genesis builder. The SDK calls the runtime with a new
//! executor for each query, and compiles it each time. Here it is compiled once, or loaded from the
//! [runtime cache](crate::runtime_cache).

use crate::executor::Executor;
use codec::{Decode, Encode};
use sc_chain_spec::{ChainSpec, json_merge};
use serde::Deserialize;
use serde_json::Value;
use sp_core::{
	bytes,
	storage::{Storage, well_known_keys::CODE},
	traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
};
use sp_runtime::traits::{BlakeTwo256, Hash as _};
use sp_state_machine::BasicExternalities;

/// The part of a specification that is read here.
#[derive(Deserialize)]
struct Specification {
	genesis: Genesis,
}

/// A genesis to be built by the runtime. A raw one has other fields.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Genesis {
	runtime_genesis: Option<RuntimeGenesis>,
}

/// A runtime and its genesis configuration: a complete one, or a patch of the default.
#[derive(Deserialize)]
struct RuntimeGenesis {
	#[serde(with = "bytes")]
	code: Vec<u8>,
	config: Option<Value>,
	patch: Option<Value>,
}

/// Converts a specification to a raw one, with its genesis state.
pub fn build(spec: &mut Box<dyn ChainSpec>, executor: &Executor) -> Result<(), String> {
	let parsed: Specification = serde_json::from_str(&spec.as_json(false)?)
		.map_err(|error| format!("the genesis of `{}` can't be read: {error}", spec.name()))?;
	let Some(RuntimeGenesis { code, config, patch }) = parsed.genesis.runtime_genesis else { return Ok(()) };
	let runtime = Runtime { code: &code, executor };
	let config = match config {
		Some(config) => config,
		None => {
			let mut config = runtime.default_config()?;
			if let Some(patch) = patch {
				json_merge(&mut config, patch);
			}
			config
		},
	};
	let mut storage = runtime.build_state(&config)?;
	storage.top.insert(CODE.to_vec(), code);
	spec.set_storage(storage);
	Ok(())
}

/// A runtime outside of any chain, called through its genesis builder API.
struct Runtime<'a> {
	code: &'a [u8],
	executor: &'a Executor,
}

impl Runtime<'_> {
	fn call(&self, state: &mut BasicExternalities, method: &str, argument: &[u8]) -> Result<Vec<u8>, String> {
		let fetcher = WrappedRuntimeCode(self.code.into());
		let code =
			RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: BlakeTwo256::hash(self.code).encode() };
		let (answer, _) = self.executor.call(state, &code, method, argument, CallContext::Offchain);
		answer.map_err(|error| format!("the runtime can't build a genesis: {error}"))
	}

	fn default_config(&self) -> Result<Value, String> {
		let no_preset = Option::<String>::None.encode();
		let answer = self.call(&mut BasicExternalities::new_empty(), "GenesisBuilder_get_preset", &no_preset)?;
		let json = Option::<Vec<u8>>::decode(&mut &answer[..])
			.map_err(|error| format!("the runtime's default genesis can't be decoded: {error}"))?
			.ok_or("the runtime has no default genesis")?;
		serde_json::from_slice(&json).map_err(|error| format!("the runtime's default genesis is not JSON: {error}"))
	}

	fn build_state(&self, config: &Value) -> Result<Storage, String> {
		let mut state = BasicExternalities::new_empty();
		let answer = self.call(&mut state, "GenesisBuilder_build_state", &config.to_string().encode())?;
		sp_genesis_builder::Result::decode(&mut &answer[..])
			.map_err(|error| format!("the runtime's result of building a genesis can't be decoded: {error}"))?
			.map_err(|why| format!("the runtime refuses this genesis: {why}"))?;
		Ok(state.into_storages())
	}
}
