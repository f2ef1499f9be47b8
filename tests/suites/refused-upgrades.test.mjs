// Upgrades that holders have voted for, and that the chain refuses.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { u8aToHex } from '@polkadot/util';
import { applyUpgrade, decide, holders } from '../harness/governance.mjs';
import { Node } from '../harness/node.mjs';
import { account, connect, errorName, eventOf, send } from '../harness/polkadot-js.mjs';
import { finalizedHeight, rpc } from '../harness/rpc.mjs';
import { claiming, compressed, readRuntime, runtimeOf, validate, versionOf } from '../tools/runtime.mjs';

/** A runtime that the chain would install. */
const NEXT = readRuntime(process.env.SMARTLAYER_NEXT_RUNTIME);
/** Where its code is stored. */
const CODE = '0x3a636f6465';

let node;
let api;
let alice;
let voters;

before(async () => {
  node = await Node.dev();
  api = await connect(node);
  alice = await account('Alice');
  voters = await holders();
});

after(async () => {
  await api?.disconnect();
  await node?.stop();
});

const installed = () => rpc(node.rpcPort, 'state_getStorageHash', [CODE]);

/** Has holders authorise a code, applies it, and answers with the name of the error for which the chain refused. */
async function refusal(code) {
  const blake2 = api.registry.hash(code).toHex();
  const { dispatched } = await decide(api, api.tx.system.authorizeUpgrade(blake2), {
    origin: { system: 'Root' },
    proposer: alice,
    voters,
  });
  assert.ok(dispatched.isOk, dispatched.toString());
  const had = await installed();
  const events = await applyUpgrade(api, u8aToHex(code));
  const { data } = eventOf(events, 'system', 'RejectedInvalidAuthorizedUpgrade');
  assert.equal(data.codeHash.toHex(), blake2);

  // The chain is as it was, goes on, and nothing is authorised any more.
  assert.equal(await installed(), had);
  assert.ok((await api.query.system.authorizedUpgrade()).isNone);
  await node.finalized((await finalizedHeight(node.rpcPort)) + 3);
  return errorName(api, data.error);
}

test('a runtime of another chain', async () => {
  const other = compressed(claiming(NEXT, { specName: 'otherchain' }));
  assert.equal(versionOf(runtimeOf(other)).specName, 'otherchain');
  assert.equal(await refusal(other), 'system.InvalidSpecName');
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
  await assert.rejects(applyUpgrade(api, u8aToHex(NEXT.code)), /NothingAuthorized|Invalid Transaction/i);
  await assert.rejects(send(api, api.tx.system.authorizeUpgrade(NEXT.blake2), alice), /BadOrigin/);
  await assert.rejects(send(api, api.tx.system.setCode(u8aToHex(NEXT.code)), alice), /BadOrigin/);
});

test('a runtime whose body is damaged is found before the vote, by the tool for holders', async () => {
  // The chain would read what the file says of itself, and not run it.
  const damaged = NEXT.wasm.slice();
  damaged.fill(0xff, damaged.length / 2, damaged.length / 2 + 64);
  const runtime = runtimeOf(damaged);
  assert.equal(versionOf(runtime).specVersion, versionOf(NEXT).specVersion);
  await assert.rejects(validate(runtime), /broken, and would stop a chain/);
  await validate(NEXT);
});
