//! The pallets whose weights are measured here.

use crate::{
	Agreements, AllPalletsWithSystem, Anchors, Balances, Parameters, Payments, Reports, Sla, StakingSlash, Telemetry,
};
use alloc::{string::String, vec::Vec};
use frame_benchmarking::{BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::traits::{StorageInfo, StorageInfoTrait, WhitelistedStorageKeys};

frame_benchmarking::define_benchmarks!(
	[pallet_agreements, Agreements]
	[pallet_anchors, Anchors]
	[pallet_balances, Balances]
	[pallet_parameters, Parameters]
	[pallet_payments, Payments]
	[pallet_reports, Reports]
	[pallet_sla, Sla]
	[pallet_staking_slash, StakingSlash]
	[pallet_telemetry, Telemetry]
);

/// Returns all benchmarks, and the storage that they use.
pub fn list(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Runs one benchmark.
pub fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::new();
	let params = (&config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}
