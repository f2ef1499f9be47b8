// Four anchors with their programs, and three service nodes: what these have acknowledged is in a snapshot, and everyone can prove it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, renameSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { hexToU8a, stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { keccakAsHex } from '@polkadot/util-crypto';
import { dutyKeyOf } from '../harness/anchor.mjs';
import { AnchorTrial } from '../harness/anchor-trial.mjs';
import { currentDuty, nextSnapshot } from '../harness/anchors.mjs';
import { createKeys } from '../harness/candidacy.mjs';
import { LyingSeat } from '../harness/lying-seat.mjs';
import { localNetwork } from '../harness/network.mjs';
import { account, clock, eventOf, send } from '../harness/polkadot-js.mjs';
import { hexOf, instanceOf } from '../harness/service-node.mjs';
import { chainLike, endow, NETWORK_TEMPO } from '../harness/spec.mjs';
import { sleep, until } from '../harness/wait.mjs';
import { payload as offerPayload } from '../tools/agreement.mjs';
import { leaf, verify } from '../tools/commitment.mjs';

/** For how many intervals there is load, and then programs are killed. In the long mode it is 30, and the suite needs a quarter of an hour. */
const INTERVALS = Number(process.env.SMARTLAYER_TEST_INTERVALS ?? 3);
const NAMES = ['Alice', 'Bob', 'Charlie', 'Dave'];

/** What three of the seats agree to, and what a service node wants: it has to become faster, and to offer less. */
const POLICY = `[[module]]
name = "Token API basic"
at_least = { latency = 600 }
units = 4
`;
const AGREEMENT = `[[agreements]]
module = "Token API basic"
offer = { availability = 99.5, latency = 2000 }
accept = { latency = 500 }
units = 5
windows = 40
renew = 2
`;

/** Four anchors call from one address. */
const FREE = '[prices]\nfree_calls_per_minute = 10000\n';

let network;
/** @type {AnchorTrial} */
let trial;
let api;
/** The programs of the anchors by their names. @type {AnchorTrial['anchors']} */
let anchors;

before(async () => {
  // Blocks of a second beside other suites: who comes a block late has not missed its duty.
  const phases = { windowBlocks: 12, commitBlocks: 6, revealBlocks: 6 };
  const tempo = { ...NETWORK_TEMPO, ...phases, backupDelayBlocks: 3 };
  network = await localNetwork({
    chain: await chainLike('local', { tempo, change: endow([(await account('One')).address], 10_000) }),
    flags: ['--rpc-methods=unsafe'],
  });
  const nodes = Object.fromEntries(NAMES.map((name, index) => [name, network.nodes[index]]));
  trial = await AnchorTrial.create(nodes, ['Eve', 'Ferdie', 'One'], {
    // Dave agrees to nothing.
    policyOf: (name) => (name === 'Dave' ? undefined : POLICY),
    configOf: (name) => (name === 'Eve' ? AGREEMENT + FREE : FREE),
  });
  ({ api, anchors } = trial);
});

after(async () => {
  await trial?.stop();
  await network?.stop();
});

const interval = async () => (await currentDuty(api)).interval;

test('`check` says what is missing, and nothing when the guide was followed', async () => {
  await network.nodes[0].finalized(2);
  const missing = await anchors.Alice.command('check');
  assert.equal(missing.code, 1);
  assert.match(missing.stdout, /missing {2}others do not find the anchor: `smartlayer node set-endpoint <its URL>`/);
  await trial.publish();
  const { code, stdout } = await anchors.Alice.command('check');
  assert.equal(code, 0, stdout);
  assert.match(stdout, /the chain has this duty key/);
});

test('what a service node has acknowledged is in a snapshot, which the first on duty has written', async (t) => {
  await trial.start();
  const start = await interval();
  const begin = Date.now();
  const instances = (await Promise.all([20, 20, 20].map((count) => trial.issue(count)))).flat();
  const intervals = new Set();
  intervals.add(await trial.proved(instances[0]));
  t.diagnostic(`from the acknowledgement to a proof in a final block: ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  for (const instance of [instances[1], instances.at(-1)]) {
    for (const anchor of Object.values(anchors)) intervals.add(await trial.proved(instance, { by: anchor }));
  }
  assert.ok(intervals.size <= 2);
  for (; (await interval()) <= start + INTERVALS; await sleep(500)) await trial.issue(10);
  const written = await trial.assertNoneVoid(start + 1, start + INTERVALS);
  assert.equal(written.length, INTERVALS);
  for (const { by, first } of written) assert.equal(by, first);
  t.diagnostic(`${trial.issued} operations in ${INTERVALS} intervals, each written by the first on duty`);
});

test('the seats answer a service node by their policies, and it agrees with them', async () => {
  const { address } = trial.servers[0].pair;
  const agreed = await until(
    'they agree',
    async () => {
      const found = await trial.smartlayer('agreement', 'list', address, '--json');
      assert.equal(found.code, 0, found.stderr);
      return JSON.parse(found.stdout).agreements[0];
    },
    { seconds: 60, every: 1_000 },
  );
  assert.deepEqual(agreed.offer, {
    module: 0,
    bounds: [
      { metric: 'availability', value: 995_000 },
      { metric: 'latency', value: 600 },
    ],
    units: 4,
    windows: 40,
  });
  // Somebody has answered, and it was not the one without a policy.
  const answered = await Promise.all(
    Object.values(anchors).map((anchor) => trial.metric(anchor, 'answered_offers_total')),
  );
  assert.ok(answered.reduce((sum, count) => sum + count) >= 1, answered.join(' '));
  assert.equal(await trial.metric(anchors.Dave, 'answered_offers_total'), 0);
  const text = await trial.smartlayer('agreement', 'show', agreed.id);
  assert.match(text.stdout, /under Token API basic\n {2}availability 99\.5 %, latency 600 ms, 4 units, 40 windows/);
  assert.match(trial.node.log, /agreed under Token API basic/);
});

test('the seats measure the node, whichever program is killed, and it passes its test', async (t) => {
  const { pair, node } = trial.servers[0];
  const service = async () => (await api.call.agreementsApi.serviceOf(pair.address))[0];
  const metrics = (name) => Promise.all(Object.values(anchors).map((anchor) => trial.metric(anchor, name)));
  const scores = async () => {
    const of = async (name) => (await api.query.sla.scores('Anchor', (await account(name)).address)).toNumber();
    return Promise.all(NAMES.map(of));
  };
  const before = await scores();
  const slot = await until('it has a slot', async () => (await service())[2].unwrapOr(undefined), { seconds: 60 });
  const first = slot.first.toNumber();
  await until('its first window runs', async () => (await api.call.agreementsApi.runningWindow()).toNumber() >= first);
  // In the middle of the window.
  await sleep(3_000);
  await anchors.Alice.stop('SIGKILL');
  await anchors.Alice.start();
  await until(
    'all seats have said what they have measured, and it serves',
    async () => {
      const [, , slot] = await service();
      return slot.unwrapOr(undefined)?.serving.isTrue;
    },
    { seconds: 90, every: 1_000 },
  );
  const windows = (await metrics('committed_window')).map((window) => window - first);
  assert.ok(
    windows.every((window) => window >= 1),
    windows.join(' '),
  );
  assert.deepEqual(await metrics('silent_windows_total'), [0, 0, 0, 0]);
  assert.ok((await metrics('samples_total')).every((count) => count >= 60));
  assert.ok((await metrics('revealed_pages_total')).every((count) => count >= 2));
  const now = await scores();
  assert.ok(
    now.every((score, nth) => score >= before[nth]),
    `nobody was silent: ${before.join(' ')}, and now ${now.join(' ')}`,
  );
  const text = await (await fetch(`${anchors.Bob.privateUrl}/metrics`)).text();
  assert.match(text, new RegExp(`^smartlayer_anchor_good_samples\\{node="${pair.address}"\\} (5[4-9]|60)$`, 'm'));
  t.diagnostic(text.match(/^smartlayer_anchor_(good_samples|latency_milliseconds)\{.*$/gm)?.join('; ') ?? '');

  // Seats that are killed from here on would be charged for their silence.
  node.configure(node.config.replace(AGREEMENT, ''));
  await node.stop();
  await node.start();
  const [id] = await service();
  await send(api, api.tx.agreements.end(id), pair, { finalized: true });
});

test('a seat signs for no stranger, and for nothing but what its policy allows', async () => {
  const { address } = trial.servers[1].pair;
  const ask = (body) =>
    fetch(`${anchors.Alice.url}/v1/agreements/co-signatures`, { method: 'POST', body: JSON.stringify(body) });
  const nothing = { negotiation: '1000', round: 1, counter: null, signature: `0x${'00'.repeat(64)}` };
  const stranger = await ask({ ...nothing, seat: address });
  assert.equal(stranger.status, 409);
  assert.match((await stranger.json()).message, /has no seat/);
  const unknown = await ask({ ...nothing, seat: (await account('Bob')).address });
  assert.equal(unknown.status, 409);
  assert.match((await unknown.json()).message, /no offer of a node in round 1 of negotiation 1000/);
  assert.equal((await ask({ seat: address })).status, 400);

  // No policy is about this module, so nobody answers by himself.
  const [ferdie, bob] = await Promise.all(['Ferdie', 'Bob'].map((name) => account(name)));
  const bounds = [
    { metric: 'Availability', value: 995_000 },
    { metric: 'Bandwidth', value: 10 },
  ];
  const offer = { module: 2, bounds, units: 1, windows: 4 };
  const { events } = await send(api, api.tx.agreements.propose(offer), ferdie, { finalized: true });
  const { agreement, negotiation } = eventOf(events, 'agreements', 'Offered').data;
  const [id, deadline] = [agreement.toNumber(), negotiation.deadline.toNumber()];
  const of = { genesis: trial.genesis, negotiation: id, round: 1, provider: address, offer, deadline };
  const signed = (bytes) => u8aToHex(bob.sign(bytes));
  const proposal = { seat: bob.address, negotiation: String(id), round: 1, counter: null };
  const refused = async (body) => {
    const response = await ask(body);
    assert.equal(response.status, 409);
    return (await response.json()).message;
  };
  assert.match(
    await refused({ ...proposal, signature: signed(offerPayload(of)) }),
    /the policy has nothing about the module Storage/,
  );
  assert.match(
    await refused({ ...proposal, signature: signed(offerPayload({ ...of, round: 2 })) }),
    /has not signed what it asks for/,
  );
  const json = { ...offer, bounds: bounds.map(({ metric, value }) => ({ metric: metric.toLowerCase(), value })) };
  const late = { offer: json, deadline: deadline + 1_000 };
  const signature = signed(offerPayload({ ...of, round: 2, deadline: deadline + 1_000 }));
  assert.match(await refused({ ...proposal, counter: late, signature }), /not valid for as long as it should be/);
});

test('bits and snapshots are proved as well, and what is not there is not', async () => {
  const { issuer } = trial;
  const bit = await trial.smartlayer('verify', 'bit', issuer.class, '0');
  assert.equal(bit.code, 0, bit.stderr);
  assert.match(bit.stdout, /bit 0 .* is not set after the snapshot of interval \d+/);
  const snapshot = await trial.smartlayer('verify', 'snapshot', String((await anchors.Bob.inspect()).interval));
  assert.equal(snapshot.code, 0, snapshot.stderr);
  const unknown = await trial.smartlayer('verify', 'operation', issuer.class, instanceOf(1_000_000), '1');
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /the anchor knows no final snapshot with this/);
});

test('a service node shows users their proofs, and the chain what they have confirmed', async () => {
  const { issuer, node, genesis } = trial;
  const [instance] = await trial.issue(1, { server: 0 });
  const path = `${node.url}/v1/tokens/${issuer.class}/${instance}/operations/1`;
  const proved = await until('the node has a proof', async () => {
    const response = await fetch(`${path}/proof`);
    return response.status === 200 && response.json();
  });
  const operation = hexToU8a(proved.operation);
  const { operations } = (await api.query.anchors.snapshots(proved.interval)).unwrap();
  const commitment = { root: operations.root.toU8a(), count: operations.count.toNumber() };
  const siblings = proved.siblings.map((sibling) => hexToU8a(sibling));
  assert.ok(verify(commitment, proved.index, leaf(operation), siblings));

  const payload = u8aConcat(stringToU8a('SmartLayer issue proof'), hexToU8a(genesis), operation);
  const confirm = async (pair, bytes) => {
    const signature = u8aToHex(u8aConcat([1], pair.sign(bytes)));
    const response = await fetch(`${path}/confirmation`, { method: 'POST', body: JSON.stringify({ signature }) });
    return { status: response.status, json: await response.json() };
  };
  // The user of this operation is the issuer.
  const forged = await confirm(await account('Ferdie'), payload);
  assert.deepEqual([forged.status, forged.json.error], [400, 'malformed']);
  assert.match(forged.json.message, /the user of this operation has not signed/);
  assert.equal((await confirm(issuer.pair, operation)).status, 400);
  const wrapped = u8aConcat(stringToU8a('<Bytes>'), payload, stringToU8a('</Bytes>'));
  assert.deepEqual(await confirm(issuer.pair, wrapped), { status: 200, json: {} });
  const { address } = await account('Eve');
  const shown = await until('the chain has counted it', async () => {
    return (await api.query.anchors.lastIssueProof(address)).unwrapOr(undefined);
  });
  assert.equal(shown.toNumber(), proved.interval);
  // Batches that the anchors keep are forgotten here, but for the newest one.
  await until('batches are forgotten', async () => {
    return (await (await fetch(`${node.privateUrl}/inspect`)).json()).batches === 1;
  });
});

test('the alerts watch what the program shows', async () => {
  const metrics = await (await fetch(`${anchors.Alice.privateUrl}/metrics`)).text();
  const alerts = readFileSync(new URL('../../ops/prometheus/anchor-alerts.yml', import.meta.url), 'utf8');
  const watched = new Set(alerts.match(/\bsmartlayer_anchor_[a-z0-9_]+\b/g));
  assert.ok(watched.size > 5);
  for (const metric of watched) assert.match(metrics, new RegExp(`^${metric} `, 'm'));
  assert.match(metrics, /^smartlayer_anchor_reachable_seats 3$/m);
});

test('a seat is told of the votes that it owes, and votes', async (t) => {
  const evidence = Buffer.from('what was measured');
  const server = createServer((_request, response) => response.end(evidence));
  t.after(() => server.close());
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const [bob, eve] = await Promise.all(['Bob', 'Eve'].map((name) => account(name)));
  const file = keccakAsHex(evidence);
  const report = api.tx.reports.report(
    'NoData',
    eve.address,
    await clock(api),
    null,
    file,
    `http://127.0.0.1:${port}/1`,
  );
  const { events } = await send(api, report, bob);
  const id = eventOf(events, 'reports', 'Reported').data.report.toString();
  await until('it is told', async () => (await trial.metric(anchors.Alice, 'owed_votes')) === 1);
  const shown = await anchors.Alice.command('reports');
  assert.match(
    shown.stdout,
    new RegExp(`^report ${id}: ${bob.address} has reported NoData of ${eve.address} in block`, 'm'),
  );
  assert.match(shown.stdout, /^ {2}the evidence is at ".*", and has the right hash$/m);
  // At once: the vote is soon over.
  const votes = ['Alice', 'Charlie', 'Dave'].map((name) => anchors[name].command('vote', id, 'nay'));
  for (const voted of await Promise.all(votes)) {
    assert.deepEqual([voted.code, voted.stdout], [0, `voted on report ${id}\n`], voted.stderr);
  }
  const again = await anchors.Alice.command('vote', id, 'aye');
  assert.equal(again.code, 1);
  assert.match(again.stderr, /reports\.(AlreadyVoted|NoSuchReport|VotingEnded)/i);
  await until('nothing is owed', async () => (await trial.metric(anchors.Alice, 'owed_votes')) === 0);
  assert.match((await anchors.Alice.command('reports')).stdout, /^this seat owes no vote$/m);
});

test('an anchor that is killed misses nothing, and the others go on without it', async () => {
  await anchors.Bob.stop('SIGKILL');
  const [instance] = await trial.issue(3);
  await trial.proved(instance, { by: anchors.Charlie });
  await anchors.Bob.start();
  await trial.proved(instance, { by: anchors.Bob });
});

test('a seat that lies misses its duty, and changes nothing for the others', async () => {
  const start = await interval();
  const [dave, eve] = await Promise.all(['Dave', 'Eve'].map((name) => account(name)));
  const { genesis } = trial;
  await anchors.Dave.stop();
  const liar = await LyingSeat.start({ pair: dave, genesis, node: hexOf(eve), port: anchors.Dave.port });
  try {
    const [instance] = await trial.issue(3);
    // A proposal that is not due is refused by its head: however many are sent, they take nobody's place.
    const early = await until(
      'it is last on duty, as all have seen',
      async () => {
        const [duty, now] = await Promise.all([currentDuty(api), clock(api)]);
        const since = now - duty.start;
        return duty.order.at(-1).who === dave.address && since >= 1 && since <= 3 && duty;
      },
      { every: 100, seconds: 240 },
    );
    const head = await liar.propose(anchors.Alice, await nextSnapshot(api, early), { whole: false });
    assert.equal(head.status, 409, head.text);
    assert.match(JSON.parse(head.text).message, /^it is not the turn of the writer yet$/);
    // Its own interval, with time to write.
    const duty = await until(
      'it is first on duty',
      async () => {
        const duty = await currentDuty(api);
        return duty.order[0].who === dave.address && !duty.writer && duty;
      },
      { every: 100, seconds: 240 },
    );
    const refused = await trial.metric(anchors.Alice, 'refused_snapshots_total');
    // Nothing has happened, it says: right if nothing was certified long ago, so one anchor may sign it. Nobody signs another one.
    const last = (await api.query.anchors.snapshots(duty.interval - 1)).unwrap();
    const bitmap = { root: last.bitmap.root.toHex(), count: last.bitmap.count.toNumber() };
    const snapshot = await nextSnapshot(api, duty, { bitmap });
    const wrong = { ...snapshot, operations: { root: `0x${'77'.repeat(32)}`, count: 1 } };
    const another = /^the writer has no seat in this interval, or has not signed its proposal$/;
    const proposals = [
      { proposed: wrong, expected: /^the snapshot is not what follows from its batches$/ },
      { proposed: { ...snapshot, parent: `0x${'77'.repeat(32)}` }, expected: /^the parent is 0x/ },
      { proposed: snapshot, as: eve, expected: another },
      { proposed: snapshot, by: eve, expected: another },
    ];
    for (const { proposed, expected, ...signer } of proposals) {
      const { status, text } = await liar.propose(anchors.Alice, proposed, signer);
      assert.equal(status, 409, text);
      assert.match(JSON.parse(text).message, expected);
    }
    assert.equal(await trial.metric(anchors.Alice, 'refused_snapshots_total'), refused + 4);
    // A backup has written it, and all that was acknowledged is in it or in the next one.
    await trial.proved(instance);
    await until('the next interval is written', async () => (await interval()) > duty.interval + 1);
    const written = await trial.assertNoneVoid(start, duty.interval);
    const own = written.at(-1);
    assert.deepEqual([own.first, own.by === 'Dave'], ['Dave', false]);
    // It was asked for all that it has announced, and for its co-signature.
    for (const kind of ['receipts', 'batches', 'co-signatures']) assert.ok(liar.calls.get(kind) > 0, kind);
  } finally {
    liar.stop();
  }
  // Its own program was away, and catches up.
  await anchors.Dave.start();
  const [instance] = await trial.issue(1);
  await trial.proved(instance, { by: anchors.Dave });
});

test('a copy of yesterday signs nothing until the seat has new keys', async () => {
  const anchor = anchors.Dave;
  const node = network.nodes[NAMES.indexOf('Dave')];
  const dave = await account('Dave');
  const response = await fetch(`${anchor.privateUrl}/backup`, { method: 'POST' });
  assert.equal(response.status, 200);
  const { backup: copy } = await response.json();
  const [later] = await trial.issue(3);
  await trial.proved(later, { by: anchor });
  await anchor.stop('SIGKILL');
  renameSync(copy, path.join(anchor.folder, 'data', 'anchor.redb'));
  await anchor.start();
  // It follows the others, and proves what it has lost.
  await trial.proved(later, { by: anchor });
  assert.equal(await trial.metric(anchor, 'may_sign'), 0);
  await anchor.stop();
  const early = await anchor.command('resume');
  assert.equal(early.code, 1);
  assert.match(early.stderr, /this duty key may have signed with another copy of the database/);
  await anchor.start();

  const { keys, proof } = await createKeys(api, node, dave);
  await send(api, api.tx.session.setKeys(keys, proof), dave, { finalized: true });
  const dutyKey = async () => (await currentDuty(api)).order.find(({ who }) => who === dave.address).key;
  const old = await dutyKey();
  await until('the new keys are in force', async () => (await dutyKey()) !== old, { seconds: 90 });
  await anchor.stop();
  anchor.key('duty', readFileSync(dutyKeyOf(node), 'utf8'));
  const resumed = await until('the new key is in a final block', async () => {
    const found = await anchor.command('resume');
    return found.code === 0 && found;
  });
  assert.match(resumed.stdout, /signs again/);
  await anchor.start();
  assert.equal(await trial.metric(anchor, 'may_sign'), 1);
  const receipts = async () => {
    const bytes = await (await fetch(`${anchor.url}/v1/receipts?from=0`)).arrayBuffer();
    return new DataView(bytes).getBigUint64(0);
  };
  const before = await receipts();
  await trial.issue(1);
  await until('it signs receipts again', async () => (await receipts()) > before);
  assert.doesNotMatch(anchor.log, /another snapshot for this interval/);
});

test(`nothing is lost or committed twice while programs are killed, for ${INTERVALS} intervals`, async (t) => {
  const start = await interval();
  let kills = 0;
  for (let round = 0; (await interval()) < start + INTERVALS; round += 1) {
    const anchor = anchors[NAMES[round % NAMES.length]];
    await trial.issue(10);
    await anchor.stop('SIGKILL');
    kills += 1;
    await trial.issue(10);
    await sleep(1_500);
    await anchor.start();
    await sleep(1_500);
  }
  const [last] = await trial.issue(1);
  for (const anchor of Object.values(anchors)) await trial.proved(last, { by: anchor });
  const end = await interval();
  await trial.assertNoneVoid(start + 1, end - 1);
  for (const anchor of Object.values(anchors)) await trial.assertCommitted(anchor);
  t.diagnostic(`${kills} kills, ${trial.issued} operations in ${end - start} intervals`);
});
