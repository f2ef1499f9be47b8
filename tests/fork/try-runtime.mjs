// Runs the migrations of a runtime, with their checks and all invariants, on a copy of a running chain's state.
//
//   node tests/fork/try-runtime.mjs RUNTIME.wasm ws://127.0.0.1:9944
//
// The runtime must be built with the feature `try-runtime`: `make try-runtime` does.
import { existsSync, readFileSync } from 'node:fs';
import { BuildBlockMode, setup } from '@acala-network/chopsticks-core';
import { compactFromU8a, hexToU8a, u8aToHex } from '@polkadot/util';

/** How long a node may take to answer, in milliseconds. */
const PATIENCE = 30_000;
/** Every check there is: those of each migration before and after, and the invariants of every pallet. */
const ALL = '0x01';

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

const [file, endpoint] = process.argv.slice(2);
if (!file || !endpoint) fail('usage: try-runtime.mjs RUNTIME.wasm ws://NODE');
if (!existsSync(file)) fail(`there is no file ${file}`);

const late = setTimeout(() => fail(`${endpoint} does not answer`), PATIENCE);
const chain = await setup({
  endpoint,
  buildBlockMode: BuildBlockMode.Manual,
  // A function of the statement store, which no migration calls.
  allowUnresolvedImports: true,
  runtimeLogLevel: 3,
});
clearTimeout(late);

const { head } = chain;
const before = await head.runtimeVersion;
head.setWasm(u8aToHex(readFileSync(file)));
const after = await head.runtimeVersion;
console.log(`on block ${head.number} of ${endpoint}: ${before.specName} ${before.specVersion} to ${after.specVersion}`);
try {
  const { result } = await head.call('TryRuntime_on_runtime_upgrade', [ALL]);
  const bytes = hexToU8a(result);
  const numbers = [];
  for (let at = 0; at < bytes.length;) {
    const [length, value] = compactFromU8a(bytes.subarray(at));
    numbers.push(value);
    at += length;
  }
  // Two weights, each of time (in picoseconds) and of proof: what was used, and what fits into a block.
  const [used, , most] = numbers.map((value) => Number(value.toString()) / 1e9);
  console.log(`all checks passed; the migrations take ${used} of ${most} ms of a block`);
} catch (error) {
  const hint = /Function to start/.test(error.message) ? ' (it was built without the feature try-runtime)' : '';
  fail(`the upgrade fails: ${error.message}${hint}`);
}
// The connection would keep the process.
process.exit(0);
