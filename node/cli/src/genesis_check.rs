//! Checks that the database belongs to this chain. The SDK finds a database by the chain's id only, so a node started in the
//! folder of another chain with the same id would silently continue that chain.

use crate::{
	client::{FullBackend, FullClient},
	executor::Executor,
};
use sc_chain_spec::{BuildGenesisBlock, GenesisBlockBuilder};
use sc_client_api::HeaderBackend;
use sc_service::{Configuration, Error};
use smartlayer_runtime::opaque::Block;
use sp_runtime::traits::Block as _;
use std::sync::Arc;

/// Fails if the genesis of the database differs from that of the specification.
pub fn check(
	config: &Configuration,
	client: &FullClient,
	backend: Arc<FullBackend>,
	executor: Executor,
) -> Result<(), Error> {
	let (expected, _) =
		GenesisBlockBuilder::<Block, _, _>::new(config.chain_spec.as_storage_builder(), false, backend, executor)?
			.build_genesis_block()?;
	let found = client.info().genesis_hash;
	if expected.hash() == found {
		return Ok(());
	}
	Err(Error::Other(format!(
		"the database in {} is of another chain: its genesis is {found:?}, that of `{}` is {:?}. \
		 Choose another --base-path, or delete the database with `purge-chain`",
		config.database.path().unwrap_or(&config.data_path).display(),
		config.chain_spec.name(),
		expected.hash(),
	)))
}
