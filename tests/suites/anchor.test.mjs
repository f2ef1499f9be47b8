// Four anchors with their programs, and a service node: what the node has acknowledged is in a snapshot, and everyone can prove it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Anchor } from '../harness/anchor.mjs';
import { currentDuty } from '../harness/anchors.mjs';
import { localNetwork } from '../harness/network.mjs';
import { NODE, run } from '../harness/node.mjs';
import { account, connect, send } from '../harness/polkadot-js.mjs';
import { bond, hexOf, instanceOf, Issuer, ServiceNode } from '../harness/service-node.mjs';
import { chainLike, NETWORK_TEMPO } from '../harness/spec.mjs';
import { sleep, until } from '../harness/wait.mjs';

const SMARTLAYER = path.join(path.dirname(NODE), 'smartlayer');
/** For how many intervals programs are killed. */
const INTERVALS = Number(process.env.SMARTLAYER_TEST_INTERVALS ?? 3);
const NAMES = ['Alice', 'Bob', 'Charlie', 'Dave'];

let network;
let api;
let genesis;
/** The programs of the anchors by their names. @type {Record<string, Anchor>} */
const anchors = {};
/** @type {ServiceNode} */
let node;
/** @type {Issuer} */
let issuer;
let eve;
/** The names of seats by their addresses. */
const names = {};
/** The number of tokens that were issued. */
let issued = 0;

before(async () => {
  network = await localNetwork({ chain: await chainLike('local', { tempo: NETWORK_TEMPO }) });
  api = await connect(network.nodes[0]);
  genesis = api.genesisHash.toHex();
  eve = await account('Eve');
  issuer = new Issuer(await account('Issuer'), genesis);
  for (const [index, name] of NAMES.entries()) {
    names[(await account(name)).address] = name;
    anchors[name] = await Anchor.create({ chain: network.nodes[index], genesis, name });
  }
  const classes = [issuer.class];
  node = await ServiceNode.create({ chain: network.nodes[0], genesis, name: 'Eve', address: eve.address, classes });
});

after(async () => {
  await Promise.all([node, ...Object.values(anchors)].map((program) => program?.stop()));
  await api?.disconnect();
  await network?.stop();
});

/** Issues tokens to Ferdie, and returns their instances. */
async function issue(count) {
  const instances = Array.from({ length: count }, (_, index) => instanceOf(issued + index));
  const items = instances.map((instance, index) => ({
    instance,
    write: issuer.record(instance, hexOf(eve), { bit: issued + index }),
  }));
  issued += count;
  for (const { error } of await issuer.feed(node, items)) assert.equal(error, null);
  return instances;
}

/** Runs the command `smartlayer`, and returns its exit code and what it has printed. */
async function smartlayer(...args) {
  const { code, stdout, stderr } = await run([`--chain=${network.nodes[1].ws}`, ...args], {
    bare: true,
    program: SMARTLAYER,
  });
  return { code, stdout: stdout.trim(), stderr };
}

/** Waits until an operation can be verified with the proof of an anchor, and returns the interval. */
async function proved(instance, { by = anchors.Alice, sequence = 1, seconds = 60 } = {}) {
  const verify = () =>
    smartlayer('verify', 'operation', issuer.class, instance, String(sequence), `--anchor=${by.url}`, '--json');
  const found = await until(
    `the operation of ${instance} is proved`,
    async () => {
      const { code, stdout, stderr } = await verify();
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    },
    { seconds, every: 1_000 },
  );
  assert.equal(found.node, eve.address);
  return found.interval;
}

/** Returns the operations in all snapshots that an anchor knows, as instance and sequence, in the order of the intervals. */
async function committed(anchor) {
  const { interval: last } = await anchor.inspect();
  const found = [];
  for (let interval = 0; interval <= last; interval += 1) {
    const response = await fetch(`${anchor.url}/v1/snapshots/${interval}/operations/0`);
    if (response.status === 404) continue;
    const bytes = Buffer.from(await response.arrayBuffer());
    for (let at = 0; at < bytes.length; at += 168) {
      found.push(`0x${bytes.toString('hex', at + 32, at + 64)}/${bytes.readBigUInt64BE(at + 64)}`);
    }
  }
  return found;
}

/** Returns who has written the snapshots of these intervals, and in which order the seats could have. */
async function writers(first, last) {
  const found = [];
  const end = (await api.rpc.chain.getHeader()).number.toNumber();
  for (let height = 1; height <= end; height += 1) {
    const at = await api.at(await api.rpc.chain.getBlockHash(height));
    for (const { event } of await at.query.system.events()) {
      if (event.section !== 'anchors' || event.method !== 'SnapshotWritten') continue;
      const interval = event.data.snapshot.interval.toNumber();
      if (interval < first || interval > last) continue;
      const { order } = (await at.query.anchors.currentDuty()).unwrap();
      const by = names[event.data.who.toString()];
      found.push({ interval, by, first: names[order[0].who.toString()] });
    }
  }
  return found;
}

test('`check` says what is missing, and nothing when the guide was followed', async () => {
  await network.nodes[0].finalized(2);
  const missing = await anchors.Alice.command('check');
  assert.equal(missing.code, 1);
  assert.match(missing.stdout, /missing {2}others do not find the anchor: `smartlayer node set-endpoint <its URL>`/);
  await Promise.all(
    NAMES.map(async (name) =>
      send(api, api.tx.stakingSlash.setEndpoint(anchors[name].url), await account(name), { finalized: true }),
    ),
  );
  const { code, stdout } = await anchors.Alice.command('check');
  assert.equal(code, 0, stdout);
  assert.match(stdout, /the chain has this duty key/);
});

test('what a service node has acknowledged is in a snapshot, which the first on duty has written', async (t) => {
  await bond(api, 'Eve', { url: node.url });
  await Promise.all(Object.values(anchors).map((anchor) => anchor.start()));
  await node.start();
  const { interval } = await currentDuty(api);
  const begin = Date.now();
  const instances = await issue(50);
  const intervals = new Set();
  intervals.add(await proved(instances[0]));
  t.diagnostic(`from the acknowledgement to a proof in a final block: ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  for (const instance of [instances[1], instances.at(-1)]) {
    for (const anchor of Object.values(anchors)) intervals.add(await proved(instance, { by: anchor }));
  }
  assert.ok(intervals.size <= 2);
  await until('some intervals pass', async () => (await currentDuty(api)).interval >= interval + 4, { seconds: 60 });
  const written = await writers(interval + 1, interval + 3);
  assert.deepEqual(
    written.map((snapshot) => snapshot.interval),
    [1, 2, 3].map((after) => interval + after),
  );
  for (const { by, first } of written) assert.equal(by, first);
});

test('bits and snapshots are proved as well, and what is not there is not', async () => {
  const bit = await smartlayer('verify', 'bit', issuer.class, '0');
  assert.equal(bit.code, 0, bit.stderr);
  assert.match(bit.stdout, /bit 0 .* is not set after the snapshot of interval \d+/);
  const { interval } = await (await fetch(`${anchors.Bob.privateUrl}/inspect`)).json();
  const snapshot = await smartlayer('verify', 'snapshot', String(interval));
  assert.equal(snapshot.code, 0, snapshot.stderr);
  const unknown = await smartlayer('verify', 'operation', issuer.class, instanceOf(1_000_000), '1');
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /the anchor knows no final snapshot with this/);
});

test('the alerts watch what the program shows', async () => {
  const metrics = await (await fetch(`${anchors.Alice.privateUrl}/metrics`)).text();
  const alerts = readFileSync(new URL('../../ops/prometheus/anchor-alerts.yml', import.meta.url), 'utf8');
  const watched = new Set(alerts.match(/\bsmartlayer_anchor_[a-z0-9_]+\b/g));
  assert.ok(watched.size > 5);
  for (const metric of watched) assert.match(metrics, new RegExp(`^${metric} `, 'm'));
  assert.match(metrics, /^smartlayer_anchor_reachable_seats 3$/m);
});

test('an anchor that is killed misses nothing, and the others go on without it', async () => {
  await anchors.Bob.stop('SIGKILL');
  const [instance] = await issue(3);
  await proved(instance, { by: anchors.Charlie });
  await anchors.Bob.start();
  await proved(instance, { by: anchors.Bob });
});

test(`nothing is lost or committed twice while programs are killed, for ${INTERVALS} intervals`, async (t) => {
  const { interval: first } = await currentDuty(api);
  let kills = 0;
  for (let round = 0; (await currentDuty(api)).interval < first + INTERVALS; round += 1) {
    const anchor = anchors[NAMES[round % NAMES.length]];
    await issue(10);
    await anchor.stop('SIGKILL');
    kills += 1;
    await issue(10);
    await sleep(1_500);
    await anchor.start();
    await sleep(1_500);
  }
  const [last] = await issue(1);
  for (const anchor of Object.values(anchors)) await proved(last, { by: anchor });
  const { interval: end } = await currentDuty(api);
  const written = (await writers(first + 1, end - 1)).map(({ interval }) => interval);
  assert.deepEqual(
    written,
    Array.from({ length: end - first - 1 }, (_, index) => first + 1 + index),
  );
  const acknowledged = Array.from({ length: issued }, (_, index) => `${instanceOf(index)}/1`);
  for (const anchor of Object.values(anchors)) assert.deepEqual((await committed(anchor)).toSorted(), acknowledged);
  t.diagnostic(`${kills} kills, ${issued} operations in ${end - first} intervals`);
});
