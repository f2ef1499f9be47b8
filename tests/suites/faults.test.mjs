// Four anchors, some of which fail.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { FinalChain } from '../harness/final-chain.mjs';
import { localNetwork } from '../harness/network.mjs';
import { bestHeight, finalizedHeight } from '../harness/rpc.mjs';
import { chainLike } from '../harness/spec.mjs';
import { sleep, until } from '../harness/wait.mjs';

const final = new FinalChain();
let network;

before(async () => {
  network = await localNetwork({ chain: await chainLike('local', { tempo: { slotMillis: 1_000 } }) });
  await Promise.all(network.nodes.map((node) => node.finalized(3)));
});

after(async () => {
  await network?.stop();
});

const since = (begin) => `${((Date.now() - begin) / 1000).toFixed(1)} s`;

test('a block is final a few blocks after it was authored', async (t) => {
  const [{ rpcPort }] = network.nodes;
  const lags = [];
  for (let sample = 0; sample < 40; sample += 1) {
    const [best, finalized] = [await bestHeight(rpcPort), await finalizedHeight(rpcPort)];
    lags.push(best - finalized);
    await sleep(500);
  }
  lags.sort((a, b) => a - b);
  const [median, worst] = [lags[lags.length / 2], lags.at(-1)];
  t.diagnostic(`finality is behind by ${median} blocks (median of ${lags.length} samples), ${worst} at most`);
  // On a busy machine a single vote may be late.
  assert.ok(lags[lags.length * 0.9] <= 6 && worst <= 15, `${lags} blocks`);
  await final.check(network.nodes);
});

test('with one of four killed blocks stay final, and it comes back with what it had', async (t) => {
  const [alice, , , dave] = network.nodes;
  await final.check(network.nodes);
  const had = await finalizedHeight(dave.rpcPort);
  await dave.stop('SIGKILL');
  const from = await finalizedHeight(alice.rpcPort);
  await alice.finalized(from + 5);
  await final.check(network.nodes);

  const head = await finalizedHeight(alice.rpcPort);
  const begin = Date.now();
  const back = await network.restart(dave);
  // It continues from its database and not from genesis. The chains are compared below.
  const began = Number(
    await until('it says where it begins', () => back.log.match(/Highest known block at #(\d+)/)?.[1]),
  );
  assert.ok(began >= had, `it had finalised ${had}, and began at ${began}`);
  await back.finalized(head);
  t.diagnostic(
    `${had} was final when it was killed; it began again at ${began}, was level at ${head} after ${since(begin)}`,
  );
  await until('it authors again', () => /Pre-sealed block for proposal/.test(back.log), { seconds: 120 });
  assert.doesNotMatch(back.log, /corrupt|panicked/i);
  await final.check(network.nodes);
});

test('with two of four killed finality stops, and goes on when one returns', async (t) => {
  const [alice, bob, charlie, dave] = network.nodes;
  await final.check(network.nodes);
  await Promise.all([charlie.stop('SIGKILL'), dave.stop('SIGKILL')]);
  // Votes that were sent before the failure may still finalise a block.
  const finals = () => Promise.all([alice, bob].map(({ rpcPort }) => finalizedHeight(rpcPort)));
  const stuck = await until('finality stops', async () => {
    const [first, second] = await finals();
    await sleep(5_000);
    return (await finals()).every((height) => height === first && height === second) && first;
  });
  await until('blocks go on', async () => (await bestHeight(alice.rpcPort)) >= stuck + 8, { seconds: 120 });
  assert.equal(await finalizedHeight(alice.rpcPort), stuck);
  assert.equal(await finalizedHeight(bob.rpcPort), stuck);
  await final.check(network.nodes);

  const begin = Date.now();
  await network.restart(charlie);
  await alice.finalized(stuck + 6, 180);
  t.diagnostic(`finality went on ${since(begin)} after the third of four was started again`);
  await final.check(network.nodes);

  const back = await network.restart(dave);
  await back.finalized(await finalizedHeight(alice.rpcPort), 120);
  await final.check(network.nodes);
});

test('with all killed at once the chain goes on from where it was', async (t) => {
  const had = await final.check(network.nodes);
  await Promise.all(network.nodes.map((node) => node.stop('SIGKILL')));
  const begin = Date.now();
  await Promise.all([...network.nodes].map((node) => network.restart(node)));
  await final.check(network.nodes);
  await Promise.all(network.nodes.map((node) => node.finalized(had + 5, 180)));
  t.diagnostic(`five more blocks were final ${since(begin)} after the first of four was started again`);
  await final.check(network.nodes);
});
