//! What clients may ask over RPC, beyond what every node of the SDK answers.

use crate::service::{FullBackend, FullClient, FullPool, FullSelectChain};
use jsonrpsee::RpcModule;
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_grandpa::{FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState};
use sc_rpc::SubscriptionTaskExecutor;
use sc_service::ChainSpec;
use smartlayer_runtime::{BlockNumber, Hash, opaque::Block};
use sp_keystore::KeystorePtr;
use std::{error::Error, sync::Arc};

/// What the answers are made from.
pub struct Deps {
	/// The chain.
	pub client: Arc<FullClient>,
	/// Transactions that wait.
	pub pool: Arc<FullPool>,
	/// Which of several chains is followed.
	pub select_chain: FullSelectChain,
	/// The specification of the chain.
	pub chain_spec: Box<dyn ChainSpec>,
	/// The node's own keys.
	pub keystore: KeystorePtr,
	/// A way to ask BABE.
	pub babe_worker: BabeWorkerHandle<Block>,
	/// What GRANDPA's voter is at.
	pub voter_state: SharedVoterState,
	/// Who votes for finality.
	pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
	/// New proofs of finality.
	pub justifications: GrandpaJustificationStream<Block>,
	/// Old ones.
	pub finality_proofs: Arc<FinalityProofProvider<FullBackend, Block>>,
	/// Statements that nodes gossip.
	pub statements: Arc<sc_statement_store::Store>,
}

/// Puts the answers together.
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
