// Authorised upgrades that the chain refuses, and one broken upgrade that it installs.
import { afterEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { u8aToHex } from '@polkadot/util';
import { blake2AsHex } from '@polkadot/util-crypto';
import { temporaryFolder } from '../harness/folder.mjs';
import { applyUpgrade, decide } from '../harness/governance.mjs';
import { AS_ALICE, Node, run } from '../harness/node.mjs';
import { account, connect, errorName, eventOf, send } from '../harness/polkadot-js.mjs';
import { bestHeight, finalizedHeight, rpc } from '../harness/rpc.mjs';
import { quickChainWithUpgrade, quickNode } from '../harness/spec.mjs';
import { sleep, until } from '../harness/wait.mjs';
import { claiming, compressed, importsOf, readRuntime, runtimeOf, validate, versionOf } from '../tools/runtime.mjs';

/** A valid runtime for an upgrade. */
const NEXT = readRuntime(process.env.SMARTLAYER_NEXT_RUNTIME);
/** The storage key of the runtime. */
const CODE = '0x3a636f6465';

/** Everything that a test has started, which is ended after it. */
let node;
let api;

afterEach(async () => {
  await api?.disconnect();
  await node?.stop();
});

const installed = () => rpc(node.rpcPort, 'state_getStorageHash', [CODE]);

/** Waits until a node takes transactions for sure: in its first blocks its pool can lose one. */
const pastFirstBlocks = (started) => started.finalized(2);

/** Starts a chain with an authorised upgrade in its genesis. */
async function chainThatAuthorized(code) {
  const chain = await quickChainWithUpgrade(blake2AsHex(code));
  node = await Node.start([`--chain=${chain}`, ...AS_ALICE, `--base-path=${temporaryFolder()}`]);
  await pastFirstBlocks(node);
  api = await connect(node);
  assert.equal((await api.query.system.authorizedUpgrade()).unwrap().codeHash.toHex(), blake2AsHex(code));
}

/** Applies an authorised upgrade, and returns the name of the error with which the chain refused it. */
async function refusal(code) {
  await chainThatAuthorized(code);
  const had = await installed();
  const { data } = eventOf(await applyUpgrade(api, u8aToHex(code)), 'system', 'RejectedInvalidAuthorizedUpgrade');
  assert.equal(data.codeHash.toHex(), blake2AsHex(code));

  // The chain continues unchanged, and the authorisation is removed.
  assert.equal(await installed(), had);
  assert.ok((await api.query.system.authorizedUpgrade()).isNone);
  await node.finalized((await finalizedHeight(node.rpcPort)) + 3);
  return errorName(api, data.error);
}

test('a runtime of another chain', async () => {
  const other = compressed(claiming(NEXT, { specName: 'otherchain' }));
  assert.equal(versionOf(runtimeOf(other)).specName, 'otherchain');
  assert.equal(await refusal(other), 'system.InvalidSpecName');

  // Holders can then authorise another runtime, which is installed.
  const { dispatched } = await decide(api, api.tx.system.authorizeUpgrade(NEXT.blake2), { origin: { system: 'Root' } });
  assert.ok(dispatched.isOk, dispatched.toString());
  await applyUpgrade(api, u8aToHex(NEXT.code));
  const { specVersion } = versionOf(NEXT);
  await until('the next runtime runs', async () => {
    return (await rpc(node.rpcPort, 'state_getRuntimeVersion')).specVersion === specVersion;
  });
});

test('a runtime of a lower version', async () => {
  const older = compressed(claiming(NEXT, { specVersion: 100 }));
  assert.equal(versionOf(runtimeOf(older)).specVersion, 100);
  assert.equal(await refusal(older), 'system.SpecVersionNeedsToIncrease');
});

test('a runtime whose file was cut off', async () => {
  const half = NEXT.code.slice(0, NEXT.code.length / 2);
  assert.equal(await refusal(half), 'system.FailedToExtractRuntimeVersion');
});

test('code that nobody has voted for', async () => {
  node = await quickNode();
  await pastFirstBlocks(node);
  api = await connect(node);
  const alice = await account('Alice');
  await assert.rejects(applyUpgrade(api, u8aToHex(NEXT.code)), /NothingAuthorized|Invalid Transaction/i);
  await assert.rejects(send(api, api.tx.system.authorizeUpgrade(NEXT.blake2), alice), /BadOrigin/);
  await assert.rejects(send(api, api.tx.system.setCode(u8aToHex(NEXT.code)), alice), /BadOrigin/);
});

test('a runtime whose body is damaged', async () => {
  const damaged = NEXT.wasm.slice();
  damaged.fill(0xff, damaged.length / 2, damaged.length / 2 + 64);
  assert.equal(versionOf(runtimeOf(damaged)).specVersion, versionOf(NEXT).specVersion);
  await assert.rejects(validate(runtimeOf(damaged)), /broken, and would stop a chain/);
  await validate(NEXT);
  assert.equal(await refusal(compressed(damaged)), 'system.FailedToExtractRuntimeVersion');
});

test('a runtime with an unknown import stops the chain, until nodes execute a repaired one', async (t) => {
  // The chain reads the version of a runtime without executing it. `make inspect` would have found the defect.
  const [known, unknown] = ['ext_storage_get_version_1', 'ext_storage_get_version_9'];
  const at = Buffer.from(NEXT.wasm).indexOf(known);
  const wasm = NEXT.wasm.slice();
  wasm.set(Buffer.from(unknown), at);
  assert.ok((await importsOf(NEXT)).includes(known));
  assert.ok((await importsOf(runtimeOf(wasm))).includes(unknown));
  const code = compressed(wasm);
  await chainThatAuthorized(code);
  const apply = api.tx.system.applyAuthorizedUpgrade(u8aToHex(code)).toHex();
  // A client would send requests that the chain can no longer answer.
  await api.disconnect();
  const had = await installed();
  await rpc(node.rpcPort, 'author_submitExtrinsic', [apply]);
  await until('it is installed', async () => (await installed()) !== had);
  const last = await bestHeight(node.rpcPort);
  await until('the node says why', () => node.log.includes(unknown));
  // Sixteen slots.
  await sleep(8_000);
  assert.equal(await bestHeight(node.rpcPort), last);
  await node.stop();

  const folder = temporaryFolder();
  const { args, rpcPort, port } = node;
  // The repaired runtime must be executable.
  writeFileSync(path.join(folder, 'mended.wasm'), code);
  const ports = [`--rpc-port=${rpcPort}`, `--port=${port}`, '--no-prometheus'];
  const { code: status, stderr } = await run([...args, `--wasm-runtime-overrides=${folder}`, ...ports]);
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`error: .*${unknown}`));
  writeFileSync(path.join(folder, 'mended.wasm'), NEXT.code);
  const begin = Date.now();
  node = await Node.start([...args, `--wasm-runtime-overrides=${folder}`], { rpcPort, port });
  await node.finalized(last + 5, 120);
  t.diagnostic(`five more blocks were final ${((Date.now() - begin) / 1000).toFixed(1)} s after the start`);

  // The chain executes transactions again.
  api = await connect(node);
  assert.equal(api.runtimeVersion.specVersion.toNumber(), versionOf(NEXT).specVersion);
  await send(api, api.tx.system.remark('0x00'), await account('Alice'), { finalized: true });
});
