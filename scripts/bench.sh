#!/usr/bin/env bash
# Measures the weights of the pallets that the runtime benchmarks, and writes them to `runtime/src/weights`.
# usage: bench.sh [PALLET …]        default: all pallets
#
# The node for benchmarks has a separate target folder, because all its crates have other features. Its first build takes as
# long as a cold one.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

target=${CARGO_TARGET_DIR:-$PWD/target}/benchmarks
steps=${STEPS:-50}
repeat=${REPEAT:-20}

# Skips the build of a runtime that only the storage benchmark uses and that the builder cannot find in this workspace.
export SKIP_FRAME_STORAGE_ACCESS_TEST_RUNTIME_WASM_BUILD=1
cargo build --release --locked -p smartlayer-node --features runtime-benchmarks --target-dir "$target"
node=$target/release/smartlayer-node

pallets=("$@")
if [ ${#pallets[@]} = 0 ]; then
	mapfile -t pallets < <(sed -n 's/^pub mod \(pallet_[a-z_]*\);$/\1/p' runtime/src/weights/mod.rs)
fi
for pallet in "${pallets[@]}"; do
	say "measuring $pallet"
	"$node" benchmark pallet --chain dev --pallet "$pallet" --extrinsic '*' --steps "$steps" --repeat "$repeat" \
		--template scripts/weights.hbs --output "runtime/src/weights/$pallet.rs" >/dev/null
done
