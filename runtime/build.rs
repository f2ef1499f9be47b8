//! Builds the wasm runtime, with the hash of its own metadata inside, so that a signer that can't decode a
//! transaction's metadata by itself can still check what it signs.

fn main() {
	#[cfg(feature = "std")]
	substrate_wasm_builder::WasmBuilder::init_with_defaults().enable_metadata_hash("SLN", 12).build();
}
