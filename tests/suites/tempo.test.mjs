// Durations are data of the chain: a client reads them without knowledge of the chain.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { AS_ALICE, Node } from '../harness/node.mjs';
import { connect } from '../harness/polkadot-js.mjs';
import { chainLike, specOf } from '../harness/spec.mjs';

/** The live template with a test key for its only seat, which has the tempo of a live chain. */
async function liveSpec() {
  const alice = (await specOf('dev')).genesis.runtimeGenesis.patch;
  const isSeat = ([who]) => alice.anchors.seats.includes(who);
  return chainLike('live-template', {
    genesis: { session: alice.session, stakingSlash: alice.stakingSlash, anchors: { seats: alice.anchors.seats } },
    change: ({ balances }) => balances.balances.push(...alice.balances.balances.filter(isSeat)),
  });
}

const chains = {};

before(async () => {
  const live = await liveSpec();
  const start = { dev: () => Node.dev(), live: () => Node.start([`--chain=${live}`, ...AS_ALICE, '--tmp']) };
  await Promise.all(Object.entries(start).map(async ([name, node]) => (chains[name] = await node())));
});

after(() => Promise.all(Object.values(chains).map((node) => node.stop())));

const expected = {
  dev: { slotMillis: 1000, epochSlots: 20, root: { prepare: 3, decide: 60, confirm: 5, enact: 5 } },
  live: {
    slotMillis: 6000,
    epochSlots: 2400,
    root: { prepare: 1200, decide: 403_200, confirm: 14_400, enact: 14_400 },
  },
};

for (const chain of ['dev', 'live']) {
  test(`block time and governance periods of the ${chain} chain are read from its storage`, async () => {
    const api = await connect(chains[chain]);
    try {
      const { slotMillis, epochSlots, root } = expected[chain];
      const schedule = await api.query.tempo.schedule();
      assert.equal(schedule.slotMillis.toNumber(), slotMillis);
      assert.equal(schedule.epochSlots.toNumber(), epochSlots);
      assert.deepEqual(schedule.governance.root.toJSON(), root);

      // The constants of the SDK's pallets agree with it.
      assert.equal(api.consts.babe.expectedBlockTime.toNumber(), slotMillis);
      assert.equal(api.consts.babe.epochDuration.toNumber(), epochSlots);
      assert.equal(api.consts.timestamp.minimumPeriod.toNumber(), slotMillis / 2);
      const [, track] = api.consts.referenda.tracks[0];
      assert.equal(track.preparePeriod.toNumber(), root.prepare);
      assert.equal(track.decisionPeriod.toNumber(), root.decide);
      assert.equal(track.confirmPeriod.toNumber(), root.confirm);
      assert.equal(track.minEnactmentPeriod.toNumber(), root.enact);
    } finally {
      await api.disconnect();
    }
  });
}

test('both chains make blocks at their own pace', async () => {
  // On a busy machine a single block may be late.
  const heights = [1, 2, 3, 4];
  await Promise.all(['dev', 'live'].map((chain) => chains[chain].finalized(heights.length, 180)));
  for (const chain of ['dev', 'live']) {
    const api = await connect(chains[chain]);
    try {
      const times = [];
      for (const height of heights) {
        const at = await api.at(await api.rpc.chain.getBlockHash(height));
        times.push((await at.query.timestamp.now()).toNumber());
      }
      const { slotMillis } = expected[chain];
      const slots = times.slice(1).map((time, index) => (time - times[index]) / slotMillis);
      const [, median] = slots.toSorted((a, b) => a - b);
      assert.ok(median > 0.4 && median < 3.1, `${slots} slots between the first blocks of the ${chain} chain`);
    } finally {
      await api.disconnect();
    }
  }
});
