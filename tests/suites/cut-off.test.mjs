// Four anchors of which one is cut off from the others and returns.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { CutTrial, SECONDS, TIMES } from '../harness/partition.mjs';
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
  test(`with one of four cut off three go on, and it follows when the cut has healed (${time} of ${TIMES})`, async (t) => {
    trial.network.cut('dave');
    await sleep(5_000);
    const before = await trial.heights();
    await trial.wait(SECONDS - 5);
    const now = await trial.heights();
    for (const index of [0, 1, 2]) assert.ok(now[index] > before[index] + SECONDS / 3, `${before} to ${now}`);
    assert.equal(now[3], before[3]);
    t.diagnostic(`level ${await trial.heal()} s after ${SECONDS} s`);
  });
}
