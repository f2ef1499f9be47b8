//! The types of the node's parts, for all files that use them.

use crate::executor::Executor;
use sc_transaction_pool::TransactionPoolHandle;
use smartlayer_runtime::{RuntimeApi, opaque::Block};

/// The client, which executes and stores blocks.
pub type FullClient = sc_service::TFullClient<Block, RuntimeApi, Executor>;
/// The database.
pub type FullBackend = sc_service::TFullBackend<Block>;
/// The fork choice.
pub type FullSelectChain = sc_consensus::LongestChain<FullBackend, Block>;
/// The transaction pool.
pub type FullPool = TransactionPoolHandle<Block, FullClient>;
