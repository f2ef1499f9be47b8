#!/usr/bin/env bash
# Tests the Debian method of `wasm-target.sh` on a copy of the sysroot without the target, while Rust's distribution host is
# unreachable. The copy then compiles a no_std crate with link-time optimisation, like the runtime.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
sysroot=$(rustc --print sysroot)
copy=$dir/sysroot

# Hard links use no space, and files that are removed from the copy stay in the original.
cp -al "$sysroot" "$copy" 2>/dev/null || cp -a "$sysroot" "$copy"
rm -rf "$copy/lib/rustlib/wasm32v1-none" "$copy/lib/rustlib/src"

mkdir -p "$dir/probe/src"
cat >"$dir/probe/Cargo.toml" <<-TOML
	[package]
	name = "probe"
	edition = "2021"
	[lib]
	crate-type = ["cdylib"]
	[profile.release]
	lto = "fat"
	panic = "abort"
	[workspace]
TOML
cat >"$dir/probe/src/lib.rs" <<-RUST
	#![no_std]
	#[panic_handler]
	fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
	#[no_mangle]
	pub extern "C" fn add(a: u64, b: u64) -> u64 { a.wrapping_add(b) }
RUST
build() {
	(cd "$dir/probe" && RUSTC=$copy/bin/rustc CARGO_TARGET_DIR=$dir/target "$copy/bin/cargo" build --quiet --release --target wasm32v1-none)
}

build 2>/dev/null && die "the copy of the sysroot has the target already: nothing would be shown"
# An unreachable address, so that any attempt to use rustup fails.
RUSTUP_DIST_SERVER=http://127.0.0.1:9 SYSROOT=$copy scripts/wasm-target.sh --only debian
build || die "a crate did not build with the target from Debian"
[ "$(head -c 4 "$dir/target/wasm32v1-none/release/probe.wasm" | od -An -tx1 | tr -d ' ')" = 0061736d ] || die "what was built is not wasm"
say "the Debian way of the wasm target works"
