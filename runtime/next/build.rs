//! Builds the wasm that the tests of upgrades install, and that `make try-runtime` tries.

fn main() {
	#[cfg(feature = "std")]
	{
		#[cfg(unix)]
		share_target();
		substrate_wasm_builder::WasmBuilder::init_with_defaults().build();
	}
}

/// Compiles the wasm in the target folder of the runtime's own: but for one feature of one crate, both are made of the same crates, which
/// take minutes. Where the link cannot be made, they are compiled twice.
#[cfg(all(feature = "std", unix))]
fn share_target() {
	// target/release/build/<crate>/out
	let Some(release) = std::env::var_os("OUT_DIR")
		.and_then(|out| std::path::Path::new(&out).ancestors().nth(3).map(|dir| dir.to_owned()))
	else {
		return;
	};
	let wasm = release.join("wbuild");
	let (shared, own) = (wasm.join("smartlayer-runtime/target"), wasm.join(env!("CARGO_PKG_NAME")));
	if own.join("target").symlink_metadata().is_err()
		&& std::fs::create_dir_all(shared).and_then(|()| std::fs::create_dir_all(&own)).is_ok()
	{
		let _ = std::os::unix::fs::symlink("../smartlayer-runtime/target", own.join("target"));
	}
}
