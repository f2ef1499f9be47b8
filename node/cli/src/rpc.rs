//! The RPC methods in addition to those of every SDK node.

use crate::client::{FullBackend, FullClient, FullPool, FullSelectChain};
use jsonrpsee::RpcModule;
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_grandpa::{FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState};
use sc_rpc::SubscriptionTaskExecutor;
use sc_service::ChainSpec;
use smartlayer_runtime::{BlockNumber, Hash, opaque::Block};
use sp_keystore::KeystorePtr;
use std::{error::Error, sync::Arc};

/// The dependencies of the RPC methods.
pub struct Deps {
	/// The client.
	pub client: Arc<FullClient>,
	/// The transaction pool.
	pub pool: Arc<FullPool>,
	/// The fork choice.
	pub select_chain: FullSelectChain,
	/// The chain specification.
	pub chain_spec: Box<dyn ChainSpec>,
	/// The keystore.
	pub keystore: KeystorePtr,
	/// The handle of the BABE worker.
	pub babe_worker: BabeWorkerHandle<Block>,
	/// The state of the GRANDPA voter.
	pub voter_state: SharedVoterState,
	/// The voter set of GRANDPA.
	pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
	/// New finality proofs.
	pub justifications: GrandpaJustificationStream<Block>,
	/// Past finality proofs.
	pub finality_proofs: Arc<FinalityProofProvider<FullBackend, Block>>,
	/// The statement store.
	pub statements: Arc<sc_statement_store::Store>,
}

/// Builds the RPC module.
pub fn create(deps: Deps, executor: SubscriptionTaskExecutor) -> Result<RpcModule<()>, Box<dyn Error + Send + Sync>> {
	use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
	use sc_consensus_babe_rpc::{Babe, BabeApiServer};
	use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
	use sc_rpc::statement::{StatementApiServer, StatementStore};
	use sc_sync_state_rpc::{SyncState, SyncStateApiServer};
	use substrate_frame_rpc_system::{System, SystemApiServer};

	let mut module = RpcModule::new(());
	module.merge(System::new(deps.client.clone(), deps.pool).into_rpc())?;
	module.merge(TransactionPayment::new(deps.client.clone()).into_rpc())?;
	module
		.merge(Babe::new(deps.client.clone(), deps.babe_worker.clone(), deps.keystore, deps.select_chain).into_rpc())?;
	module.merge(
		Grandpa::new(
			executor.clone(),
			deps.authority_set.clone(),
			deps.voter_state,
			deps.justifications,
			deps.finality_proofs,
		)
		.into_rpc(),
	)?;
	module.merge(SyncState::new(deps.chain_spec, deps.client, deps.authority_set, deps.babe_worker)?.into_rpc())?;
	module.merge(StatementStore::new(deps.statements, executor).into_rpc())?;
	Ok(module)
}
