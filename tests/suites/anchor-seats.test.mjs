// An election replaces one of four anchors, and holders upgrade the runtime, while a service node works and its operations are committed.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { u8aToHex } from '@polkadot/util';
import { blake2AsHex } from '@polkadot/util-crypto';
import { dutyKeyOf } from '../harness/anchor.mjs';
import { AnchorTrial } from '../harness/anchor-trial.mjs';
import { currentDuty } from '../harness/anchors.mjs';
import { temporaryFolder } from '../harness/folder.mjs';
import { createKeys, stand } from '../harness/candidacy.mjs';
import { decide, quietHolders } from '../harness/governance.mjs';
import { startTogether } from '../harness/network.mjs';
import { Node } from '../harness/node.mjs';
import { account, send, SLN } from '../harness/polkadot-js.mjs';
import { rpc } from '../harness/rpc.mjs';
import { chainLike, NETWORK_TEMPO, rawChainLike, withAuthorizedUpgrade } from '../harness/spec.mjs';
import { sleep, until } from '../harness/wait.mjs';
import { readRuntime, versionOf } from '../tools/runtime.mjs';

const NEXT = readRuntime(process.env.SMARTLAYER_NEXT_RUNTIME);
const { specVersion: VERSION } = versionOf(NEXT);
/** Those of the genesis, and the one that is elected. */
const NAMES = ['Alice', 'Bob', 'Charlie', 'Dave'];
const ALL = [...NAMES, 'Eve'];

/** @type {Record<string, Node>} */
const nodes = {};
const folder = temporaryFolder();
/** @type {AnchorTrial} */
let trial;
let api;
/** The interval in which all programs ran for the first time. */
let start;
/** Whether the service node goes on working. */
let works = true;
/** The work of the service node. @type {Promise<void>} */
let work;

before(async () => {
  const spec = await chainLike('local', { tempo: NETWORK_TEMPO });
  const chain = await rawChainLike(spec, withAuthorizedUpgrade(blake2AsHex(NEXT.code)));
  const starter = (name) => (bootnodes) => {
    const own = name === 'Eve' ? ['--validator', '--name=Eve', '--rpc-methods=unsafe'] : [`--${name.toLowerCase()}`];
    const base = `--base-path=${path.join(folder, name)}`;
    return Node.start([`--chain=${chain}`, base, '--unsafe-force-node-key-generation', ...own, ...bootnodes]);
  };
  for (const [index, node] of (await startTogether(ALL.map(starter))).entries()) nodes[ALL[index]] = node;
  const first = Object.fromEntries(NAMES.map((name) => [name, nodes[name]]));
  trial = await AnchorTrial.create(first, ['Ferdie']);
  ({ api } = trial);
});

after(async () => {
  works = false;
  await work?.catch(() => {});
  await trial?.stop();
  await Promise.all(Object.values(nodes).map((node) => node.stop()));
});

const interval = async () => (await currentDuty(api)).interval;
const seats = async () => (await currentDuty(api)).order.map(({ who }) => trial.names[who]).toSorted();

test('a service node works', async () => {
  await nodes.Alice.finalized(2);
  await trial.publish();
  await trial.start();
  start = (await interval()) + 1;
  work = (async () => {
    for (; works; await sleep(500)) await trial.issue(2);
  })();
  // Reported when it is waited for.
  work.catch(() => {});
});

test('an elected anchor learns what was committed before, and writes snapshots', async (t) => {
  const [eve, ferdie] = await Promise.all(['Eve', 'Ferdie'].map((name) => account(name)));
  const keys = await createKeys(api, nodes.Eve, eve);
  // Its duty key is the one in the node's keystore, as for any operator.
  const anchor = await trial.add('Eve', nodes.Eve, { dutyKey: dutyKeyOf(nodes.Eve) });
  await stand(api, eve, keys, anchor.endpoint);
  // The programs of the seats send transactions with the accounts of the other holders meanwhile.
  const voters = await quietHolders();
  const admitted = await decide(api, api.tx.anchors.admit(eve.address), {
    origin: { Origins: 'AnchorAdmin' },
    proposer: voters[0].pair,
    voters,
  });
  assert.ok(admitted.dispatched.isOk, admitted.dispatched.toString());
  const kept = NAMES.filter((name) => name !== 'Dave');
  const approved = await Promise.all(['Eve', ...kept].map(async (name) => (await account(name)).address));
  await send(api, api.tx.anchors.vote(approved, 100_000n * SLN), ferdie);

  await anchor.start();
  const begin = Date.now();
  await until('Eve sits', async () => (await seats()).includes('Eve'), { seconds: 120 });
  assert.deepEqual(await seats(), ['Alice', 'Bob', 'Charlie', 'Eve']);
  t.diagnostic(`from the vote to the seat: ${((Date.now() - begin) / 1000).toFixed(0)} s`);
  const seated = await interval();
  const writes = async () => trial.written(seated, await interval()).some(({ by }) => by === 'Eve');
  await until('Eve writes', writes, { seconds: 240 });
});

test('an upgrade of the runtime is not noticed', async () => {
  const pids = () => [trial.node, ...Object.values(trial.anchors)].map(({ pid }) => pid);
  const before = pids();
  const apply = api.tx.system.applyAuthorizedUpgrade(u8aToHex(NEXT.code));
  await rpc(nodes.Alice.rpcPort, 'author_submitExtrinsic', [apply.toHex()]);
  await until('the next runtime runs', async () => {
    return (await rpc(nodes.Alice.rpcPort, 'state_getRuntimeVersion')).specVersion === VERSION;
  });
  const upgraded = await interval();
  await until('two more intervals have passed', async () => (await interval()) > upgraded + 2);
  assert.deepEqual(pids(), before);
});

test('no interval was void, and everything acknowledged is committed once', async (t) => {
  works = false;
  await work;
  const [last] = await trial.issue(1);
  // The removed one still follows the chain, and proves.
  for (const anchor of Object.values(trial.anchors)) await trial.proved(last, { by: anchor });
  const end = (await interval()) - 1;
  const written = await trial.assertNoneVoid(start, end);
  for (const anchor of Object.values(trial.anchors)) await trial.assertCommitted(anchor);
  t.diagnostic(`${trial.issued} operations in ${written.length} intervals`);
});
