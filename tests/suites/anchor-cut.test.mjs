// Four anchors with their programs, whose network is cut: between two of them, and into halves that follow different forks.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { AnchorTrial } from '../harness/anchor-trial.mjs';
import { currentDuty } from '../harness/anchors.mjs';
import { CuttableNetwork } from '../harness/partition.mjs';
import { clock } from '../harness/polkadot-js.mjs';
import { finalizedHeight } from '../harness/rpc.mjs';
import { chainLike, NETWORK_TEMPO } from '../harness/spec.mjs';
import { sleep, until } from '../harness/wait.mjs';

const NAMES = ['Alice', 'Bob', 'Charlie', 'Dave'];
/** For how many blocks of each there are two halves: a whole interval is among them. */
const HALVES_BLOCKS = 21;

/** @type {CuttableNetwork} */
let network;
/** @type {AnchorTrial} */
let trial;

before(async () => {
  network = await CuttableNetwork.start(await chainLike('local', { tempo: NETWORK_TEMPO }));
  const nodes = Object.fromEntries(NAMES.map((name, index) => [name, network.nodes[index]]));
  trial = await AnchorTrial.create(nodes, ['Eve'], { placeOf: (name) => network.place(name.toLowerCase()) });
  await nodes.Alice.finalized(2);
  await trial.publish();
  await trial.start();
});

after(async () => {
  await trial?.stop();
  await network?.stop();
});

const interval = async () => (await currentDuty(trial.api)).interval;

/** Waits until an operation that is performed now is proved by all anchors, each of which has committed everything once. */
async function assertAllAgree() {
  const [instance] = await trial.issue(1);
  for (const anchor of Object.values(trial.anchors)) await trial.proved(instance, { by: anchor, seconds: 120 });
  for (const anchor of Object.values(trial.anchors)) await trial.assertCommitted(anchor);
}

test('while two anchors cannot reach each other, every interval is written', async () => {
  const start = (await interval()) + 1;
  await until('all programs see an interval', async () => (await interval()) >= start);
  network.part('alice', 'bob');
  try {
    while ((await interval()) < start + 3) {
      await trial.issue(3);
      await sleep(1_000);
    }
    await trial.assertNoneVoid(start, start + 2);
  } finally {
    network.heal();
  }
  await assertAllAgree();
});

test('two halves commit to nothing, and to everything when they are one again', async (t) => {
  const before = await interval();
  await trial.issue(5);
  network.cut('charlie', 'dave');
  try {
    const cut = await clock(trial.api);
    const issue = async () => {
      // The service node reaches one half.
      await trial.issue(1);
      return (await clock(trial.api)) >= cut + HALVES_BLOCKS;
    };
    await until('an interval is over in a half', issue, { seconds: 120, every: 1_000 });
  } finally {
    network.heal();
  }
  const { api } = trial;
  // What no half could write is void, and a seat reports it. The chain forgets this after the report window.
  const reported = until(
    'a void interval is reported in a final block',
    async () => {
      const at = await api.at(await api.rpc.chain.getFinalizedHead());
      const [entry] = await at.query.reports.offlineIntervals.entries();
      return entry && { interval: entry[0].args[0].toNumber(), by: trial.names[entry[1].unwrap().toString()] };
    },
    { seconds: 120, every: 500 },
  );
  const had = Math.max(...(await Promise.all(network.nodes.map(({ rpcPort }) => finalizedHeight(rpcPort)))));
  const isLevel = async () => {
    const heights = await Promise.all(network.nodes.map(({ rpcPort }) => finalizedHeight(rpcPort)));
    return Math.min(...heights) > had + 5;
  };
  await until('the network is one again', isLevel, { seconds: 120 });
  await assertAllAgree();
  const end = await interval();
  const voids = [];
  for (let number = before; number < end; number += 1) {
    if ((await api.query.anchors.snapshots(number)).isNone) voids.push(number);
  }
  assert.ok(voids.length >= 1, 'no interval was void');
  const { interval: about, by } = await reported;
  assert.ok(voids.includes(about) && by, `${about} was reported`);
  t.diagnostic(`${voids.length} void intervals, ${trial.issued} operations`);
});
