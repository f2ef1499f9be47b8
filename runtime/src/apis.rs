//! The runtime APIs for the node and other clients.

use crate::{
	AccountId, Agreements, Anchors, AuthorityDiscovery, BABE_GENESIS_CONFIG, Babe, Balance, Block, BlockNumber,
	Executive, Grandpa, Header, InherentDataExt as _, Nonce, Payments, Reports, Runtime, RuntimeCall,
	RuntimeGenesisConfig, SessionKeys, Sla, StakingSlash, System, Telemetry, TransactionPayment, VERSION,
	authorities::KeyOwners,
	configs::{ModuleTicket, SessionTicket},
	presets,
};
use alloc::vec::Vec;
use frame_support::{
	genesis_builder_helper::{build_state, get_preset},
	traits::{Get, KeyOwnerProofSystem},
	view_functions::{ViewFunctionDispatchError, ViewFunctionId},
	weights::Weight,
};
use pallet_agreements::{
	Agreement, AgreementId, Comparison, Module, ModuleId, Negotiation, Offer, Record, Service, SlotId,
};
use pallet_payments::{Payment, Session as PaymentSession};
use pallet_reports::{Demand, Report, ReportId};
use pallet_staking_slash::{Activity, Endpoint, types::NamedSlash};
use pallet_telemetry::{OpenWindowOf, Readings};
use pallet_transaction_payment::{FeeDetails, RuntimeDispatchInfo};
use smartlayer_commitment::{AncestryProof, BitProof, Operation, OperationProof, Snapshot};
use smartlayer_primitives::{Role, Score, SessionId, Window};
use smartlayer_promise::SignedPromise;
use sp_api::impl_runtime_apis;
use sp_authority_discovery::AuthorityId as AuthorityDiscoveryId;
use sp_consensus_babe::{AuthorityId as BabeId, BabeConfiguration, Epoch, Slot};
use sp_consensus_grandpa::{AuthorityId as GrandpaId, AuthorityList, SetId};
use sp_core::{H256, OpaqueMetadata, crypto::KeyTypeId};
use sp_runtime::{
	ApplyExtrinsicResult, DispatchError, ExtrinsicInclusionMode, Perbill,
	traits::{Block as BlockT, NumberFor},
	transaction_validity::{TransactionSource, TransactionValidity},
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;

impl_runtime_apis! {
	impl pallet_anchors::AnchorsApi<Block, AccountId> for Runtime {
		fn snapshot_payload(snapshot: Snapshot, writer: AccountId) -> Vec<u8> {
			Anchors::payload(&snapshot, &writer)
		}

		fn issue_proof_payload(operation: Operation) -> Vec<u8> {
			Anchors::issue_proof_payload(&operation)
		}

		fn verify_operation(interval: u32, operation: Operation, proof: OperationProof) -> bool {
			Anchors::verify_operation(interval, &operation, &proof)
		}

		fn verify_bit(interval: u32, class: H256, bit: u64, proof: BitProof) -> Option<bool> {
			Anchors::verify_bit(interval, class, bit, &proof)
		}

		fn verify_snapshot(snapshot: Snapshot, proof: AncestryProof) -> bool {
			Anchors::verify_snapshot(&snapshot, &proof)
		}

		fn may_write() -> Vec<AccountId> {
			Anchors::may_write()
		}
	}

	impl pallet_sla::SlaApi<Block, AccountId> for Runtime {
		fn score(role: Role, who: AccountId) -> Score {
			Sla::score(role, who)
		}

		fn slash_rate(who: AccountId) -> Perbill {
			Sla::slash_rate(who)
		}
	}

	impl pallet_staking_slash::StakingSlashApi<Block, AccountId, Balance, BlockNumber> for Runtime {
		fn activity(who: AccountId) -> Activity {
			StakingSlash::activity(who)
		}

		fn endpoint(who: AccountId) -> Option<Endpoint> {
			StakingSlash::endpoint(who)
		}

		fn claimable(who: AccountId) -> Balance {
			StakingSlash::claimable(who)
		}

		fn pending_slashes(who: AccountId) -> Vec<NamedSlash<AccountId, Balance, BlockNumber>> {
			StakingSlash::pending_slashes(who)
		}
	}

	impl pallet_payments::PaymentsApi<Block, AccountId, Balance, BlockNumber, SessionTicket> for Runtime {
		fn session(session: SessionId) -> Option<PaymentSession<AccountId, Balance, BlockNumber, SessionTicket>> {
			Payments::session(session)
		}

		fn sessions_of(who: AccountId, after: Option<SessionId>) -> Vec<SessionId> {
			Payments::sessions_of(who, after)
		}

		fn claimable(session: SessionId, promise: SignedPromise) -> Result<Payment<Balance>, DispatchError> {
			Payments::claimable(session, promise)
		}
	}

	impl pallet_reports::ReportsApi<Block, AccountId, Balance, BlockNumber> for Runtime {
		fn report_by_id(report: ReportId) -> Option<Report<AccountId, Balance, BlockNumber>> {
			Reports::report_by_id(report)
		}

		fn reports(after: Option<ReportId>) -> Vec<ReportId> {
			Reports::reports(after)
		}

		fn owed_votes(seat: AccountId) -> Vec<ReportId> {
			Reports::owed_votes(seat)
		}

		fn demand_of(session: SessionId) -> Option<Demand<AccountId, Balance, BlockNumber>> {
			Reports::demand_of(session)
		}

		fn demands_on(node: AccountId) -> Vec<SessionId> {
			Reports::demands_on(node)
		}

		fn fee_of_demand(node: AccountId) -> Balance {
			Reports::fee_of_demand(node)
		}
	}

	impl pallet_agreements::AgreementsApi<Block, AccountId, Balance, BlockNumber, ModuleTicket> for Runtime {
		fn module(module: ModuleId) -> Option<Module<AccountId, ModuleTicket>> {
			Agreements::module(module)
		}

		fn modules(after: Option<ModuleId>) -> Vec<(ModuleId, Module<AccountId, ModuleTicket>)> {
			Agreements::modules(after)
		}

		fn record(module: ModuleId) -> Option<Record> {
			Agreements::record(module)
		}

		fn compare(module: ModuleId, other: ModuleId) -> Option<Comparison> {
			Agreements::compare(module, other)
		}

		fn negotiation(negotiation: AgreementId) -> Option<Negotiation<AccountId, BlockNumber>> {
			Agreements::negotiation(negotiation)
		}

		fn negotiations(after: Option<AgreementId>) -> Vec<(AgreementId, Negotiation<AccountId, BlockNumber>)> {
			Agreements::negotiations(after)
		}

		fn quote(node: AccountId, offer: Offer) -> Result<(Balance, Balance), DispatchError> {
			Agreements::quote(node, offer)
		}

		fn agreements(after: Option<AgreementId>) -> Vec<(AgreementId, Agreement<AccountId, Balance, BlockNumber>)> {
			Agreements::agreements(after)
		}

		fn service_of(node: AccountId) -> Vec<Service<AccountId, Balance, BlockNumber>> {
			Agreements::service_of(node)
		}

		fn running_window() -> Window {
			Agreements::running_window()
		}

		fn agreement(agreement: AgreementId) -> Option<Agreement<AccountId, Balance, BlockNumber>> {
			Agreements::agreement(agreement)
		}

		fn slot_by_number(slot: SlotId) -> Option<pallet_agreements::Slot<AccountId>> {
			Agreements::slot_by_number(slot)
		}

		fn payload(
			negotiation: AgreementId,
			round: u8,
			provider: AccountId,
			offer: Offer,
			deadline: BlockNumber,
		) -> Vec<u8> {
			Agreements::payload(negotiation, round, provider, offer, deadline)
		}
	}

	impl pallet_telemetry::TelemetryApi<Block, AccountId, OpenWindowOf<Runtime>> for Runtime {
		fn open_windows() -> Vec<(Window, OpenWindowOf<Runtime>)> {
			Telemetry::open_windows()
		}

		fn closing() -> (Window, u32) {
			Telemetry::closing()
		}

		fn measured(window: Window, page: u32) -> Vec<(u8, AccountId)> {
			Telemetry::measured(window, page)
		}

		fn claims(window: Window, page: u32) -> Vec<(AccountId, Readings)> {
			Telemetry::claims(window, page)
		}
	}

	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			VERSION
		}

		fn execute_block(block: <Block as BlockT>::LazyBlock) {
			Executive::execute_block(block);
		}

		fn initialize_block(header: &Header) -> ExtrinsicInclusionMode {
			Executive::initialize_block(header)
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			OpaqueMetadata::new(Runtime::metadata().into())
		}

		fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
			Runtime::metadata_at_version(version)
		}

		fn metadata_versions() -> Vec<u32> {
			Runtime::metadata_versions()
		}
	}

	impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
		fn execute_view_function(id: ViewFunctionId, input: Vec<u8>) -> Result<Vec<u8>, ViewFunctionDispatchError> {
			Runtime::execute_view_function(id, input)
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			Executive::apply_extrinsic(extrinsic)
		}

		fn finalize_block() -> Header {
			Executive::finalize_block()
		}

		fn inherent_extrinsics(data: sp_inherents::InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
			data.create_extrinsics()
		}

		fn check_inherents(
			block: <Block as BlockT>::LazyBlock,
			data: sp_inherents::InherentData,
		) -> sp_inherents::CheckInherentsResult {
			data.check_extrinsics(&block)
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			source: TransactionSource,
			tx: <Block as BlockT>::Extrinsic,
			block_hash: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			Executive::validate_transaction(source, tx, block_hash)
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(header: &Header) {
			Executive::offchain_worker(header)
		}
	}

	impl sp_consensus_babe::BabeApi<Block> for Runtime {
		fn configuration() -> BabeConfiguration {
			let epoch_config = Babe::epoch_config().unwrap_or(BABE_GENESIS_CONFIG);
			BabeConfiguration {
				slot_duration: Babe::slot_duration(),
				epoch_length: <Runtime as pallet_babe::Config>::EpochDuration::get(),
				c: epoch_config.c,
				authorities: Babe::authorities().to_vec(),
				randomness: Babe::randomness(),
				allowed_slots: epoch_config.allowed_slots,
			}
		}

		fn current_epoch_start() -> Slot {
			Babe::current_epoch_start()
		}

		fn current_epoch() -> Epoch {
			Babe::current_epoch()
		}

		fn next_epoch() -> Epoch {
			Babe::next_epoch()
		}

		fn generate_key_ownership_proof(
			slot: Slot,
			authority_id: BabeId,
		) -> Option<sp_consensus_babe::OpaqueKeyOwnershipProof> {
			// The node first queries the state of the parent block. For the first block of an epoch, that state belongs to the previous
			// session, whose proof would be invalid for this epoch. If the result is `None`, the node queries its latest state.
			let epoch = Babe::current_epoch();
			if slot < epoch.start_slot || slot >= epoch.start_slot.saturating_add(epoch.duration) {
				return None;
			}
			KeyOwners::prove((sp_consensus_babe::KEY_TYPE, authority_id))
				.map(|proof| sp_consensus_babe::OpaqueKeyOwnershipProof::new(codec::Encode::encode(&proof)))
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			equivocation_proof: sp_consensus_babe::EquivocationProof<Header>,
			key_owner_proof: sp_consensus_babe::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			Babe::submit_unsigned_equivocation_report(equivocation_proof, key_owner_proof.decode()?)
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> AuthorityList {
			Grandpa::grandpa_authorities()
		}

		fn current_set_id() -> SetId {
			Grandpa::current_set_id()
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			equivocation_proof: sp_consensus_grandpa::EquivocationProof<<Block as BlockT>::Hash, NumberFor<Block>>,
			key_owner_proof: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			Grandpa::submit_unsigned_equivocation_report(equivocation_proof, key_owner_proof.decode()?)
		}

		fn generate_key_ownership_proof(
			_set_id: SetId,
			authority_id: GrandpaId,
		) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
			KeyOwners::prove((sp_consensus_grandpa::KEY_TYPE, authority_id))
				.map(|proof| sp_consensus_grandpa::OpaqueKeyOwnershipProof::new(codec::Encode::encode(&proof)))
		}
	}

	impl sp_authority_discovery::AuthorityDiscoveryApi<Block> for Runtime {
		fn authorities() -> Vec<AuthorityDiscoveryId> {
			AuthorityDiscovery::authorities()
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(owner: Vec<u8>, seed: Option<Vec<u8>>) -> OpaqueGeneratedSessionKeys {
			SessionKeys::generate(&owner, seed).into()
		}

		fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
			SessionKeys::decode_into_raw_public_keys(&encoded)
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(account: AccountId) -> Nonce {
			System::account_nonce(account)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance> for Runtime {
		fn query_info(uxt: <Block as BlockT>::Extrinsic, len: u32) -> RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_info(uxt, len)
		}

		fn query_fee_details(uxt: <Block as BlockT>::Extrinsic, len: u32) -> FeeDetails<Balance> {
			TransactionPayment::query_fee_details(uxt, len)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<Block, Balance, RuntimeCall> for Runtime {
		fn query_call_info(call: RuntimeCall, len: u32) -> RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_call_info(call, len)
		}

		fn query_call_fee_details(call: RuntimeCall, len: u32) -> FeeDetails<Balance> {
			TransactionPayment::query_call_fee_details(call, len)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
			presets::use_own_addresses();
			build_state::<RuntimeGenesisConfig>(config)
		}

		fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
			presets::use_own_addresses();
			get_preset::<RuntimeGenesisConfig>(id, presets::get)
		}

		fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
			presets::names()
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	impl frame_benchmarking::Benchmark<Block> for Runtime {
		fn benchmark_metadata(
			extra: bool,
		) -> (Vec<frame_benchmarking::BenchmarkList>, Vec<frame_support::traits::StorageInfo>) {
			crate::benchmarks::list(extra)
		}

		fn dispatch_benchmark(
			config: frame_benchmarking::BenchmarkConfig,
		) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
			crate::benchmarks::dispatch(config)
		}
	}

	#[cfg(feature = "try-runtime")]
	impl frame_try_runtime::TryRuntime<Block> for Runtime {
		fn on_runtime_upgrade(checks: frame_try_runtime::UpgradeCheckSelect) -> (Weight, Weight) {
			match Executive::try_runtime_upgrade(checks) {
				Ok(weight) => (weight, crate::configs::BlockWeights::get().max_block),
				// An error cannot be returned here: `try-runtime` reads it from the panic.
				Err(error) => panic!("the upgrade's checks failed: {error:?}"),
			}
		}

		fn execute_block(
			block: <Block as BlockT>::LazyBlock,
			state_root_check: bool,
			signature_check: bool,
			select: frame_try_runtime::TryStateSelect,
		) -> Weight {
			match Executive::try_execute_block(block, state_root_check, signature_check, select) {
				Ok(weight) => weight,
				Err(error) => panic!("the block's checks failed: {error:?}"),
			}
		}
	}
}
