//! Runs the runtime, and knows the version of one that can't be run.
//!
//! When holders install a runtime that compiles nowhere or wants what no node has, the chain stands still until nodes
//! run another one in its place (`--wasm-runtime-overrides`, or a code substitute in the specification). Which one that
//! is, the SDK finds by the version of the installed one, and it has that from an instance: of a broken runtime there is
//! none. What the file says of itself is enough.

use crate::service::HostFunctions;
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

/// The SDK's executor, and the broken runtime that it met last: to fail with it once more takes long.
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
	/// An executor configured as the SDK's own, which keeps what it has compiled in the folder `cache`.
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

	/// What the installed runtime's file says of itself. One that is not installed, as at genesis or in place of another,
	/// has to run.
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
