// From a fault to a slashed bond and a paid customer, on a network of four anchors.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { stringToHex, u8aToHex } from '@polkadot/util';
import { keccakAsHex } from '@polkadot/util-crypto';
import { decide } from '../harness/governance.mjs';
import { sharedNodes } from '../harness/network.mjs';
import { account, clock, connect, eventOf, free, send as sendOnce, SLN } from '../harness/polkadot-js.mjs';
import { until } from '../harness/wait.mjs';
import { signPromise, substrateKey } from '../tools/promise.mjs';
import { classOf, recordBytes, signStatement } from '../tools/statement.mjs';

const BOND = 1_000n * SLN;
/** What each customer pays: too little to count for the score of its node. */
const PAID = 5n * SLN;
/** What a node without score loses: 30 %. */
const SLASH = 300n * SLN;
/** A score of one point, in the chain's unit. */
const POINT = 1_000_000_000n;
const EVIDENCE = `0x${'11'.repeat(32)}`;
const CLASS = `0x${'22'.repeat(32)}`;
const INSTANCE = `0x${'33'.repeat(32)}`;
const SALT = `0x${'44'.repeat(32)}`;

/** Signs and sends a transaction. On a network, what follows from it is only there to stay when it is final. */
const send = (api, call, signer) => sendOnce(api, call, signer, { finalized: true });

let api;
let genesis;
let seats;
/** The service nodes by their part in the story, each with `pair`, `key` (its service key), `customer` and `session`. */
const nodes = {};

const tx = () => api.tx.reports;
const height = async () => (await api.rpc.chain.getHeader()).number.toNumber();
const scoreOf = async (role, { address }) => (await api.query.sla.scores(role, address)).toBigInt();
const bondOf = async ({ address }) => (await api.query.stakingSlash.ledgers(address)).unwrapOr({ active: 0n }).active;
const reportOf = async (id) => (await api.query.reports.reports(id)).unwrapOr(undefined);

before(async () => {
  api = await connect(sharedNodes()[0]);
  genesis = api.genesisHash.toHex();
  seats = await Promise.all(['Alice', 'Bob', 'Charlie', 'Dave'].map((name) => account(name)));
  const rich = await account('Eve');
  const names = ['absent', 'accused', 'thief', 'silent', 'diligent'];
  const funded = [];
  for (const name of names) {
    const [pair, key, customer] = await Promise.all(
      ['node', 'service', 'customer'].map((part) => account(`${name}//${part}`)),
    );
    nodes[name] = { pair, key, customer };
    funded.push(pair, customer);
  }
  const transfers = funded.map(({ address }) => api.tx.balances.transferKeepAlive(address, 2_000n * SLN));
  await send(api, api.tx.utility.batchAll(transfers), rich);
  await Promise.all(Object.values(nodes).map(start));
});

after(() => api?.disconnect());

/** Bonds a node, opens a session of its customer, and pays it. */
async function start(node) {
  const { pair, key, customer } = node;
  const { bond, setServiceKey } = api.tx.stakingSlash;
  await send(api, api.tx.utility.batchAll([bond('ServiceNode', BOND), setServiceKey(key.address)]), pair);
  const promises = substrateKey(`//${u8aToHex(customer.publicKey)}`, 'sr25519');
  const opening = api.tx.payments.openSession(pair.address, 100n * SLN, promises.signer, (await clock(api)) + 500);
  // Ids differ between forks.
  const { events } = await send(api, opening, customer);
  node.session = eventOf(events, 'payments', 'SessionOpened').data.session.toBigInt();
  const promise = await signPromise(promises, { genesis, session: node.session, amount: PAID });
  await send(api, api.tx.payments.cashOut(node.session, promise), customer);
}

/** Files a report of a fault in a block. */
const report = (seat, fault, { pair, session }, at, evidence) =>
  send(api, tx().report(fault, pair.address, at, session, evidence, 'https://example.org/1'), seat);

/** Returns the id of the first report against a node. */
const reportAgainst = async ({ pair }) => (await api.query.reports.accusations(pair.address))[0].report.toNumber();

/** Waits until a slash of this node is pending, and returns its id and amount. */
const slashOf = ({ pair }) =>
  until(
    'a slash is pending',
    async () => {
      const slashes = await api.call.stakingSlashApi.pendingSlashes(pair.address);
      if (slashes.length === 0) return undefined;
      const [id, slash] = slashes[0];
      return { id: id.toNumber(), amount: slash.fromActive.toBigInt() + slash.fromUnbonding.toBigInt() };
    },
    { seconds: 60 },
  );

/** Waits until this node's slash was applied. */
const isApplied = ({ pair }) =>
  until(
    'the slash is applied',
    async () => (await api.call.stakingSlashApi.pendingSlashes(pair.address)).length === 0,
    { seconds: 60 },
  );

test('seats convict a node that does not serve, and its customer is paid; another one appeals, and its judges pay', async () => {
  const { absent, accused } = nodes;
  const [alice, bob, charlie, dave] = seats;
  const before = await free(api, absent.customer.address);
  const at = (await clock(api)) - 1;
  await Promise.all([report(alice, 'NoData', absent, at, EVIDENCE), report(bob, 'Invalid', accused, at, EVIDENCE)]);
  // A later fault in another window would be another one.
  await assert.rejects(report(charlie, 'NoData', absent, at, SALT), /reports\.AlreadyReported/);
  await assert.rejects(report(accused.customer, 'NoData', absent, at, SALT), /reports\.NotSeated/);
  const [guilty, innocent] = await Promise.all([reportAgainst(absent), reportAgainst(accused)]);
  // One of them is silent about the first, and honest about the second.
  await Promise.all([
    send(api, tx().vote(innocent, true), alice),
    send(api, tx().vote(guilty, true), bob),
    send(api, api.tx.utility.batchAll([tx().vote(guilty, true), tx().vote(innocent, true)]), charlie),
    send(api, tx().vote(innocent, false), dave),
    send(api, tx().reply(innocent, EVIDENCE, 'https://example.org/2'), accused.pair),
  ]);
  await assert.rejects(send(api, tx().vote(guilty, false), bob), /reports\.AlreadyVoted/);
  assert.deepEqual((await api.call.reportsApi.owedVotes(dave.address)).map(Number), [guilty]);

  const [first, second] = await Promise.all([slashOf(absent), slashOf(accused)]);
  assert.deepEqual([first.amount, second.amount], [SLASH, SLASH]);
  const bonds = await Promise.all(seats.map(bondOf));
  await send(api, api.tx.stakingSlash.appeal(second.id), accused.pair);
  const ruling = decide(api, api.tx.stakingSlash.rule(second.id, false), { origin: { Origins: 'SlashReview' } });

  await isApplied(absent);
  // Its share would be a half; it has paid less.
  assert.equal(await free(api, absent.customer.address), before + PAID);
  assert.equal((await bondOf(absent.pair)).toBigInt(), BOND - SLASH);
  await until(
    'the conviction is settled',
    async () => !['Voting', 'Convicted'].includes((await reportOf(guilty))?.stage.type),
  );

  const { dispatched } = await ruling;
  assert.ok(dispatched.isOk, dispatched.toString());
  await until(
    'the false verdict is settled',
    async () => !['Voting', 'Convicted'].includes((await reportOf(innocent))?.stage.type),
  );
  assert.equal((await bondOf(accused.pair)).toBigInt(), BOND);
  await until('its judges are slashed', async () => {
    const now = await Promise.all(seats.map(bondOf));
    return now.every((bond, seat) => bond.toBigInt() === (bonds[seat].toBigInt() * (seat < 3 ? 99n : 100n)) / 100n);
  });
});

test('a node that contradicts itself loses everything', async () => {
  const { thief } = nodes;
  const block = await height();
  const [first, second] = ['55', '66'].map((byte) =>
    signStatement(thief.key, {
      ...{ genesis, node: u8aToHex(thief.pair.publicKey), class: CLASS, instance: INSTANCE, sequence: 1, block },
      ...{ blockHash: EVIDENCE, state: `0x${byte.repeat(32)}`, request: EVIDENCE, response: EVIDENCE },
    }),
  );
  const proof = { first, second };
  const hash = commitment(proof, thief.customer.address);
  await assert.rejects(
    send(api, tx().revealTheft(proof, thief.session, SALT), thief.customer),
    /reports\.NoCommitment/,
  );
  await send(api, tx().commitTheft(hash), thief.customer);
  await assert.rejects(
    send(api, tx().revealTheft({ first, second: first }, thief.session, SALT), thief.customer),
    /reports\.AnotherCommitment/,
  );
  const { events } = await send(api, tx().revealTheft(proof, thief.session, SALT), thief.customer);
  assert.equal(eventOf(events, 'reports', 'TheftProved').data.node.toString(), thief.pair.address);
  assert.equal((await slashOf(thief)).amount, BOND);
});

/** Returns the hash with which an account announces a proof. */
function commitment(proof, who) {
  const type = api.tx.reports.revealTheft.meta.args[0].type.toString();
  return api.registry.hash(api.createType(`(${type}, AccountId, H256)`, [proof, who, SALT]).toU8a()).toHex();
}

test('a customer demands service: one node answers and earns, one refuses with a record, one is silent and slashed', async () => {
  const { silent, diligent } = nodes;
  const request = stringToHex('state of a token');
  const issuer = await account('Issuer');
  const named = { genesis, issuer: u8aToHex(issuer.publicKey), salt: SALT, instance: INSTANCE, bit: 0, number: 1 };
  const ofIssuer = classOf(named);
  await assert.rejects(
    send(api, tx().demand(silent.session, CLASS, INSTANCE, request), diligent.customer),
    /reports\.NotPayer/,
  );
  const before = await free(api, silent.customer.address);
  await Promise.all([
    send(api, tx().demand(silent.session, CLASS, INSTANCE, request), silent.customer),
    send(api, tx().demand(diligent.session, CLASS, INSTANCE, request), diligent.customer),
  ]);
  const fee = (await api.call.reportsApi.demandOf(diligent.session)).unwrap().fee.toBigInt();
  assert.equal(fee, SLN);

  const answering = await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead());
  const had = await free(api, diligent.pair.address);
  const response = stringToHex('owned by somebody');
  const statement = signStatement(diligent.key, {
    ...{ genesis, node: u8aToHex(diligent.pair.publicKey), class: CLASS, instance: INSTANCE, sequence: 0 },
    ...{ block: answering.number.toNumber(), blockHash: answering.hash.toHex(), state: EVIDENCE },
    ...{ request: keccakAsHex(request), response: keccakAsHex(response) },
  });
  const { events } = await send(api, tx().answer(diligent.session, { Served: { statement, response } }), diligent.pair);
  assert.equal(eventOf(events, 'reports', 'Answered').data.outcome.asServed.response.toHex(), response);
  // In the best block, which another one can replace for a moment.
  await until('it is paid', async () => (await free(api, diligent.pair.address)) === had + fee / 2n);

  await send(api, tx().demand(diligent.session, ofIssuer, INSTANCE, request), diligent.customer);
  const refusal = (node) => {
    const record = { ...named, node: u8aToHex(node.pair.publicKey) };
    return { NotAssigned: { record, signature: { Sr25519: u8aToHex(issuer.sign(recordBytes(record))) } } };
  };
  const refuse = (node) => send(api, tx().answer(diligent.session, refusal(node)), diligent.pair);
  await assert.rejects(refuse(diligent), /reports\.Assigned/);
  await refuse(silent);

  assert.equal((await slashOf(silent)).amount, SLASH);
  await assert.rejects(send(api, tx().answer(silent.session, 'Malformed'), silent.pair), /reports\.NoDemand/);
  await isApplied(silent);
  assert.ok((await free(api, silent.customer.address)) > before + PAID - SLN);
  assert.equal(await scoreOf('ServiceNode', silent.pair), 0n);
});

test('a seat reports an interval without a snapshot, once', async () => {
  const [alice, bob] = seats;
  const duty = await until('an interval has just begun', async () => {
    const duty = (await api.query.anchors.currentDuty()).unwrap();
    return (await clock(api)) < duty.start.toNumber() + 4 && duty;
  });
  const interval = duty.interval.toNumber() - 1;
  const { events } = await send(api, tx().reportOffline(interval), alice);
  assert.equal(eventOf(events, 'reports', 'OfflineReported').data.interval.toNumber(), interval);
  const { account: seat, delta } = eventOf(events, 'sla', 'UpdateSLA').data;
  assert.deepEqual([seat.toString(), delta.toBigInt()], [alice.address, POINT]);
  await assert.rejects(send(api, tx().reportOffline(interval), bob), /reports\.AlreadyReported/);
  await assert.rejects(send(api, tx().reportOffline(interval + 100), bob), /reports\.NotVoid/);
});
