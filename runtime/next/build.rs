//! Builds the wasm that the tests of upgrades install, and that `make try-runtime` tries.

fn main() {
	#[cfg(feature = "std")]
	substrate_wasm_builder::WasmBuilder::init_with_defaults().build();
}
