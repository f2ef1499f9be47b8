// Four anchors whose network is cut into halves and restored.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { CutTrial, SECONDS, TIMES } from '../harness/partition.mjs';
import { bestHeight } from '../harness/rpc.mjs';
import { sleep } from '../harness/wait.mjs';

/** @type {CutTrial} */
let trial;

before(async () => {
  trial = await CutTrial.start();
});

after(async () => {
  await trial?.stop();
});

for (let time = 1; time <= TIMES; time += 1) {
  test(`cut into two halves, nothing is final, and it goes on when the cut has healed (${time} of ${TIMES})`, async (t) => {
    trial.network.cut('charlie', 'dave');
    // Votes that were sent before the cut may still finalise a block.
    await sleep(5_000);
    const before = await trial.heights();
    const best = await Promise.all(trial.nodes.map(({ rpcPort }) => bestHeight(rpcPort)));
    await trial.wait(SECONDS - 5);
    assert.deepEqual(await trial.heights(), before);
    // Both halves continue to author blocks.
    for (const [index, { rpcPort }] of trial.nodes.entries()) {
      assert.ok((await bestHeight(rpcPort)) > best[index] + SECONDS / 6);
    }
    t.diagnostic(`level ${await trial.heal()} s after ${SECONDS} s`);
  });
}
