// Executes the migrations of a runtime, with their checks and all invariants, on a copy of a running chain's state.
//
//   node tests/fork/try-runtime.mjs RUNTIME.wasm ws://127.0.0.1:9944
//
// The runtime must be built with the feature `try-runtime`: `make try-runtime` does.
import { existsSync, readFileSync } from 'node:fs';
import { BuildBlockMode, setup } from '@acala-network/chopsticks-core';
import { compactFromU8a, hexToU8a, u8aToHex } from '@polkadot/util';

/** The time limit of a request, in milliseconds. */
const PATIENCE = 30_000;
/** All checks: those before and after each migration, and the invariants of all pallets. */
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
  // A host function of the statement store, which no migration calls.
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
  // The weight that was used and the weight of a block, each with time (in picoseconds) and proof size.
  const [used, , most] = numbers.map((value) => Number(value.toString()) / 1e9);
  console.log(`all checks passed; the migrations take ${used} of ${most} ms of a block`);
} catch (error) {
  const hint = /Function to start/.test(error.message) ? ' (it was built without the feature try-runtime)' : '';
  fail(`the upgrade fails: ${error.message}${hint}`);
}
// The open connection would keep the process alive.
process.exit(0);
