// While finality has stopped, blocks continue at their normal rate, and holders can still decide.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { decide } from '../harness/governance.mjs';
import { connect } from '../harness/polkadot-js.mjs';
import { bestHeight, finalizedHeight } from '../harness/rpc.mjs';
import { quickNode } from '../harness/spec.mjs';
import { sleep, until } from '../harness/wait.mjs';

/** The number of unfinalised blocks with which the SDK's own back-off would skip a hundred slots. */
const MANY = 250;
const SLOT_MILLIS = 500;

let node;
let api;

before(async () => {
  node = await quickNode('--no-grandpa');
  api = await connect(node);
});

after(async () => {
  await api?.disconnect();
  await node?.stop();
});

test('with hundreds of blocks that are not final every slot still has its block, and a referendum passes', async (t) => {
  await until('many blocks are not final', async () => (await bestHeight(node.rpcPort)) > MANY, { seconds: 160 });
  assert.equal(await finalizedHeight(node.rpcPort), 0);

  const from = await bestHeight(node.rpcPort);
  await sleep(20 * SLOT_MILLIS);
  const blocks = (await bestHeight(node.rpcPort)) - from;
  assert.ok(blocks >= 15, `${blocks} blocks in 20 slots`);

  const call = api.tx.system.remark('0x01');
  const { dispatched, seconds } = await decide(api, call, { origin: { system: 'Root' }, finalized: false });
  assert.ok(dispatched.isOk, dispatched.toString());
  assert.equal(await finalizedHeight(node.rpcPort), 0);
  t.diagnostic(`${blocks} blocks in 20 slots; a referendum took ${seconds.toFixed(1)} s`);
});
