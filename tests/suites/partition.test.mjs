// Four anchors whose network is cut and restored.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { FinalChain } from '../harness/final-chain.mjs';
import { CuttableNetwork } from '../harness/partition.mjs';
import { bestHeight, finalizedHeight } from '../harness/rpc.mjs';
import { chainLike, NETWORK_TEMPO } from '../harness/spec.mjs';
import { sleep, until } from '../harness/wait.mjs';

/**
 * The duration of a cut, and the number of times that each is made. A node that loses a peer in the middle of a request sends
 * it none for a minute. The cut is longer than that and the time in which connections are closed.
 */
const [SECONDS, TIMES] = process.env.SMARTLAYER_LONG_TESTS ? [300, 5] : [75, 1];
/** The time after a cut within which all nodes must have recovered, in seconds. */
const LEVEL_WITHIN = 15;

const final = new FinalChain();
/** @type {CuttableNetwork} */
let network;

before(async () => {
  network = await CuttableNetwork.start(await chainLike('local', { tempo: NETWORK_TEMPO }));
  await Promise.all(network.nodes.map((node) => node.finalized(5)));
});

after(async () => {
  await network?.stop();
});

const heights = () => Promise.all(network.nodes.map(({ rpcPort }) => finalizedHeight(rpcPort)));

/** Waits, and reports to the runner that the suite is not hanging. */
async function wait(seconds) {
  const end = Date.now() + seconds * 1000;
  await until('the cut has lasted', () => Date.now() >= end, { seconds: seconds + 10, every: 1000 });
}

/** Restores the network, and returns the seconds until finality continues on all nodes, at most three blocks apart. */
async function heal() {
  const had = Math.max(...(await heights()));
  network.heal();
  const begin = Date.now();
  await until(
    'all are level again',
    async () => {
      const now = await heights();
      return Math.min(...now) > had && Math.max(...now) - Math.min(...now) <= 3;
    },
    { seconds: LEVEL_WITHIN },
  );
  await final.check(network.nodes);
  return ((Date.now() - begin) / 1000).toFixed(1);
}

for (let time = 1; time <= TIMES; time += 1) {
  test(`cut into two halves, nothing is final, and it goes on when the cut has healed (${time} of ${TIMES})`, async (t) => {
    network.cut('charlie', 'dave');
    // Votes that were sent before the cut may still finalise a block.
    await sleep(5_000);
    const before = await heights();
    const best = await Promise.all(network.nodes.map(({ rpcPort }) => bestHeight(rpcPort)));
    await wait(SECONDS - 5);
    assert.deepEqual(await heights(), before);
    // Both halves continue to author blocks.
    for (const [index, { rpcPort }] of network.nodes.entries()) {
      assert.ok((await bestHeight(rpcPort)) > best[index] + SECONDS / 6);
    }
    t.diagnostic(`level ${await heal()} s after ${SECONDS} s`);
  });

  test(`with one of four cut off three go on, and it follows when the cut has healed (${time} of ${TIMES})`, async (t) => {
    network.cut('dave');
    await sleep(5_000);
    const before = await heights();
    await wait(SECONDS - 5);
    const now = await heights();
    for (const index of [0, 1, 2]) assert.ok(now[index] > before[index] + SECONDS / 3, `${before} to ${now}`);
    assert.equal(now[3], before[3]);
    t.diagnostic(`level ${await heal()} s after ${SECONDS} s`);
  });

  test(`with one of four that can hear and not be heard three go on, and it follows (${time} of ${TIMES})`, async (t) => {
    network.mute('dave');
    await sleep(5_000);
    const before = await heights();
    await wait(SECONDS - 5);
    const now = await heights();
    for (const index of [0, 1, 2]) assert.ok(now[index] > before[index] + SECONDS / 3, `${before} to ${now}`);
    t.diagnostic(`level ${await heal()} s after ${SECONDS} s`);
  });
}
