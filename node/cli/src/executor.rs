//! The executor of the runtime, which can also return the version of a broken runtime.
//!
//! If holders install a runtime that does not compile, or that imports a function that nodes do not have, the chain stops
//! until nodes execute a replacement (`--wasm-runtime-overrides`, or a code substitute in the specification). The SDK selects
//! the replacement by the version of the installed runtime. It gets this version by executing the installed runtime, which
//! fails if that runtime is broken. This executor reads the version from the wasm file instead.

use codec::Decode;
use sc_executor::{
	DEFAULT_HEAP_ALLOC_STRATEGY, HeapAllocStrategy, RuntimeVersion, RuntimeVersionOf, WasmExecutor, error,
};
use sc_service::config::ExecutorConfiguration;
use sp_core::{
	storage::well_known_keys::{CODE, PENDING_CODE},
	traits::{CallContext, CodeExecutor, Externalities, FetchRuntimeCode, ReadRuntimeVersion, RuntimeCode},
};
use std::{
	path::PathBuf,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The host functions that the runtime may import.
#[cfg(not(feature = "runtime-benchmarks"))]
pub type HostFunctions = (sp_io::SubstrateHostFunctions, sp_statement_store::runtime_api::HostFunctions);

/// The host functions that the runtime may import.
#[cfg(feature = "runtime-benchmarks")]
pub type HostFunctions = (
	sp_io::SubstrateHostFunctions,
	sp_statement_store::runtime_api::HostFunctions,
	frame_benchmarking::benchmarking::HostFunctions,
);

/// The SDK's executor, and the broken runtime that it has seen last, because another attempt to compile it takes long.
#[derive(Clone)]
pub struct Executor {
	wasm: WasmExecutor<HostFunctions>,
	broken: Arc<Mutex<Option<Broken>>>,
}

struct Broken {
	code_hash: Vec<u8>,
	version: RuntimeVersion,
}

impl Executor {
	/// Creates an executor with the SDK's configuration. It stores compiled runtimes in the folder `cache`.
	pub fn new(config: &ExecutorConfiguration, cache: Option<PathBuf>) -> Self {
		let heap = match config.default_heap_pages {
			Some(pages) => HeapAllocStrategy::Static { extra_pages: pages.try_into().unwrap_or(u32::MAX) },
			None => DEFAULT_HEAP_ALLOC_STRATEGY,
		};
		let builder = WasmExecutor::builder()
			.with_execution_method(config.wasm_method)
			.with_onchain_heap_alloc_strategy(heap)
			.with_offchain_heap_alloc_strategy(heap)
			.with_max_runtime_instances(config.max_runtime_instances)
			.with_runtime_cache_size(config.runtime_cache_size);
		let builder = match cache {
			Some(folder) => builder.with_cache_path(folder),
			None => builder,
		};
		Self { wasm: builder.build(), broken: Arc::default() }
	}

	fn broken(&self) -> MutexGuard<'_, Option<Broken>> {
		self.broken.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Returns the version in the file of the installed runtime. `None` for a runtime that is not installed, as at genesis, or a
	/// replacement: it must be executed.
	fn embedded_version(&self, ext: &mut dyn Externalities, code: &RuntimeCode) -> Option<RuntimeVersion> {
		let file = code.fetch_runtime_code()?;
		if ![CODE, PENDING_CODE].iter().any(|key| ext.storage(key).as_deref() == Some(&*file)) {
			return None;
		}
		let version = self.wasm.read_runtime_version(&file, ext).ok()?;
		RuntimeVersion::decode(&mut &version[..]).ok()
	}
}

impl RuntimeVersionOf for Executor {
	fn runtime_version(&self, ext: &mut dyn Externalities, code: &RuntimeCode) -> error::Result<RuntimeVersion> {
		if let Some(Broken { code_hash, version }) = &*self.broken()
			&& *code_hash == code.hash
		{
			return Ok(version.clone());
		}
		self.wasm.runtime_version(ext, code).or_else(|error| {
			let version = self.embedded_version(ext, code).ok_or(error)?;
			*self.broken() = Some(Broken { code_hash: code.hash.clone(), version: version.clone() });
			Ok(version)
		})
	}
}

impl CodeExecutor for Executor {
	type Error = error::Error;

	fn call(
		&self,
		ext: &mut dyn Externalities,
		code: &RuntimeCode,
		method: &str,
		data: &[u8],
		context: CallContext,
	) -> (error::Result<Vec<u8>>, bool) {
		self.wasm.call(ext, code, method, data, context)
	}
}

impl ReadRuntimeVersion for Executor {
	fn read_runtime_version(&self, file: &[u8], ext: &mut dyn Externalities) -> Result<Vec<u8>, String> {
		self.wasm.read_runtime_version(file, ext)
	}
}
