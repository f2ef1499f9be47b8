// Strangers who harm a service node: malformed and huge bodies, slow senders, thousands of idle connections, replays. Each gets an
// answer or is cut off, and a paying customer beside them is served all the time.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { account, clock, connect, eventOf, send, SLN } from '../harness/polkadot-js.mjs';
import { bobServes, bond, hexOf, instanceOf, Issuer, ServiceNode } from '../harness/service-node.mjs';
import { nodeForPrograms } from '../harness/spec.mjs';
import { sleep, until } from '../harness/wait.mjs';
import { signPromise, substrateKey } from '../tools/promise.mjs';
import { paymentHeader } from '../tools/token-api.mjs';

const PRICE = 1_000n;
const CONFIG = `
[prices]
read = ${PRICE}
free_calls_per_minute = 0
[limits]
connections = 3000
connections_per_address = 2500
mistakes_per_minute = 60
patience = 2
`;
/** The address of the attackers. The customer has another one. */
const ATTACKER = '127.0.0.2';

let chain, api, genesis, bob, session;
/** @type {ServiceNode} */
let node;
/** @type {Issuer} */
let issuer;
const website = () => substrateKey('//Charlie//website', 'sr25519');

before(async () => {
  chain = await nodeForPrograms();
  api = await connect(chain);
  bob = await account('Bob');
  ({ node, issuer, genesis } = await bobServes(chain, api, CONFIG));
  await bond(api, 'Bob');
  await node.start();
  await issuer.feed(node, [{ instance: instanceOf(1), write: issuer.record(instanceOf(1), hexOf(bob)) }]);
  const open = api.tx.payments.openSession(bob.address, SLN, website().signer, (await clock(api)) + 1_000);
  const { events } = await send(api, open, await account('Charlie'), { finalized: true });
  session = eventOf(events, 'payments', 'SessionOpened').data.session.toBigInt();
  await until('the session is known', async () => (await fetch(`${node.url}/v1/sessions/${session}`)).ok);
});

after(async () => {
  await node?.stop();
  await api?.disconnect();
  await chain?.stop();
});

const target = () => `/v1/tokens/${issuer.class}/${instanceOf(1)}`;
let promised = 0n;

/** Calls as the customer, who pays, and returns how long it took in milliseconds. */
async function pay() {
  promised += PRICE;
  const signed = await signPromise(website(), { genesis, session, amount: promised });
  const headers = { 'payment-signature': paymentHeader(signed, { node: bob.address, genesis, price: PRICE }) };
  const begin = performance.now();
  const response = await fetch(`${node.url}${target()}`, { headers, signal: AbortSignal.timeout(5_000) });
  assert.equal(response.status, 200, await response.text());
  return performance.now() - begin;
}

/** The memory of the program, in MiB. */
const memory = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${node.pid}/status`, 'utf8'))[1]) / 1024;

/** Opens a connection of an attacker. */
function attacker() {
  const socket = net.connect({ port: node.port, host: '127.0.0.1', localAddress: ATTACKER });
  const answer = { text: '', closed: false };
  socket.on('data', (chunk) => (answer.text += chunk));
  socket.on('error', () => {});
  socket.on('close', () => (answer.closed = true));
  return { socket, answer };
}

/** Sends bytes as an attacker, and returns the status of the answer, or nothing if there is none before the connection is closed. */
async function attack(bytes, { seconds = 6 } = {}) {
  const { socket, answer } = attacker();
  socket.write(bytes);
  await until('an answer, or the end', () => answer.closed || /\r\n\r\n/.test(answer.text), { seconds, every: 20 });
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer.text)?.[1]) || undefined;
}

const request = (line, headers = {}, body = '') =>
  `${line} HTTP/1.1\r\nhost: x\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n${body}`;

test('malformed requests are refused, each with its status', async () => {
  const feed = `POST /v1/classes/${issuer.class}/feed`;
  const write = `POST ${target()}/operations`;
  /** @type {[string, number | undefined][]} */
  const cases = [
    ['nonsense\r\n\r\n', 400],
    [request('GET /'), 404],
    [request('GET /v1/'), 404],
    [request('GET /v1/tokens'), 404],
    [request('GET /v1/../v1/prices'), 404],
    [request(`GET /v1/tokens/${issuer.class}/0x12`), 400],
    [request(`GET /v1/tokens/${issuer.class.toUpperCase()}/${instanceOf(1)}`), 400],
    [request(`GET ${target()}?x=1`), 400],
    [request(`GET ${target()}?nonce=0x12`), 400],
    [request(`GET ${target()}?nonce=${instanceOf(1)}&nonce=${instanceOf(1)}`), 400],
    [request(`GET ${target()}/operations?limit=0`), 400],
    [request(`GET ${target()}/operations?limit=65`), 400],
    [request(`GET ${target()}/operations?from=-1`), 400],
    [request(`GET ${target()}/operations?from=1&from=2`), 400],
    [request(`GET /v1/${'x'.repeat(600)}`), 400],
    [request(`GET /v1/${'x'.repeat(70_000)}`), 431],
    [request('GET /v1/prices', { padding: 'x'.repeat(20_000) }), 431],
    [request('DELETE /v1/prices'), 405],
    [request(`GET ${target()}`, { 'payment-signature': 'x'.repeat(10_000) }), 402],
    [request(write, { 'content-length': 2 }, '{}'), 400],
    [request(write, { 'content-length': 9 }, '{"user":"'), 400],
    [request(write, { 'content-length': 20_000 }, 'x'.repeat(20_000)), 413],
    [request(write, { 'transfer-encoding': 'chunked' }, `4e20\r\n${'['.repeat(20_000)}\r\n0\r\n\r\n`), 413],
    [request(feed, { 'content-length': 8_000 }, '['.repeat(8_000)), 400],
    [request(feed, { 'content-length': 3_000_000_000 }, '{'), 413],
    // No path but that of a feed has its length.
    [request(`POST /v1/classes/${issuer.class}/x/feed`, { 'content-length': 9_000 }, '{'), 413],
    [request(`POST /v1/classes/feed`, { 'content-length': 9_000 }, '{'), 413],
    [request(`POST /v1/classes//feed`, { 'content-length': 9_000 }, '{'), 400],
    [request('GET /v1/prices', { 'content-length': 5 }, 'hello'), 413],
    // A body that never comes: cut off by its time, not by ours.
    [request(feed, { 'content-length': 100 }, '{'), 408],
    // Headers that never end.
    ['GET /v1/prices HTTP/1.1\r\nhost: x\r\n', undefined],
  ];
  for (const [bytes, status] of cases) {
    const found = await attack(bytes);
    assert.equal(found, status, bytes.slice(0, 120));
  }
  await pay();
});

test('who sends a header byte by byte is cut off', async () => {
  const { socket, answer } = attacker();
  const begin = Date.now();
  const bytes = request('GET /v1/prices', { padding: 'x'.repeat(500) });
  for (let at = 0; at < bytes.length && !answer.closed; at += 1) {
    socket.write(bytes[at]);
    await sleep(50);
  }
  assert.ok(answer.closed);
  assert.ok(Date.now() - begin < 8_000);
  assert.equal(answer.text, '');
  await pay();
});

/** The number of open connections that the program sees. */
async function connections() {
  const metrics = await (await fetch(`${node.privateUrl}/metrics`)).text();
  return Number(/^smartlayer_service_node_connections (\d+)$/m.exec(metrics)[1]);
}

test('who does not read its answers is cut off', async (t) => {
  const { socket } = attacker();
  t.after(() => socket.destroy());
  socket.pause();
  // The answers are more than all buffers in between can hold.
  const few = await until('the other connections have ended', async () => (await connections()) <= 2);
  socket.write(request('GET /v1/openapi.json').repeat(5_000));
  await until('the program has the connection', async () => (await connections()) > 0 && few, { every: 20 });
  await until('the program has given it up', async () => (await connections()) === 0, { seconds: 20 });
  await pay();
});

test('thousands of idle connections cost little, end by themselves, and customers are served beside them', async (t) => {
  const before = memory();
  const idle = [];
  t.after(() => idle.forEach(({ socket }) => socket.destroy()));
  // In waves, which the queue of the listening socket can hold.
  for (let wave = 0; wave < 20; wave += 1) {
    idle.push(...Array.from({ length: 500 }, () => attacker()));
    await until('a wave has come', () => idle.every(({ socket }) => !socket.connecting), { every: 10 });
  }
  const times = [];
  for (let calls = 0; calls < 20; calls += 1) times.push(await pay());
  const during = memory();
  // All that exceed the limit of an address are closed at once, the others when they were silent for too long.
  // The system has dropped some that the program never saw.
  await until('all are closed', async () => (await connections()) <= 2, { seconds: 10 });
  await pay();
  t.diagnostic(
    `${(during - before).toFixed(1)} MiB more; slowest call beside them ${Math.max(...times).toFixed(0)} ms`,
  );
  assert.ok(during - before < 100, `${during - before} MiB`);
  assert.ok(Math.max(...times) < 2_000);
});

test('pages of every website may call and pay', async () => {
  const response = await fetch(`${node.url}${target()}`, { method: 'OPTIONS' });
  assert.equal(response.status, 204);
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  const allowed = response.headers.get('access-control-allow-headers').split(', ');
  assert.deepEqual(allowed, ['content-type', 'payment-signature', 'access-control-expose-headers']);
});

test('who makes mistakes all the time is no longer examined, and nobody else is affected', async () => {
  const statuses = new Map();
  for (let calls = 0; calls < 100; calls += 1) {
    const status = await attack(request(`GET ${target()}`, { 'payment-signature': 'e30=', connection: 'close' }));
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  assert.ok(statuses.get(429) > 0, [...statuses].join());
  assert.deepEqual(
    [...statuses.keys()].filter((status) => status !== 402 && status !== 429),
    [],
  );
  // A feed of forged orders counts as well.
  const items = Array.from({ length: 100 }, (_, index) => ({ instance: instanceOf(500 + index), write: '0x00' }));
  const salt = `0x${'05'.repeat(32)}`;
  const body = JSON.stringify({ issuer: issuer.pair.address, salt, items });
  const feed = request(`POST /v1/classes/${issuer.class}/feed`, { 'content-length': body.length }, body);
  assert.equal(await attack(feed), 429);
  await pay();
});

test('a promise is worth nothing a second time, in another session or for another node', async () => {
  const signed = await signPromise(website(), { genesis, session, amount: promised });
  const header = paymentHeader(signed, { node: bob.address, genesis, price: PRICE });
  const call = async (target) =>
    (await fetch(`${node.url}${target}`, { headers: { 'payment-signature': header } })).status;
  // For another call; and the same call, which was answered three times more.
  assert.equal(await call(`${target()}/operations`), 402);
  assert.deepEqual(
    [await call(target()), await call(target()), await call(target()), await call(target())],
    [200, 200, 200, 402],
  );
  const { charged } = await (await fetch(`${node.url}/v1/sessions/${session}`)).json();
  assert.equal(BigInt(charged), promised);
});

test('customers at the same time are served one call for each promise', async () => {
  const amounts = Array.from({ length: 40 }, (_, index) => promised + BigInt(index + 1) * PRICE);
  const begin = promised;
  const signed = await Promise.all(amounts.map((amount) => signPromise(website(), { genesis, session, amount })));
  const statuses = await Promise.all(
    signed.map(async (promise, index) => {
      const headers = { 'payment-signature': paymentHeader(promise, { node: bob.address, genesis, price: PRICE }) };
      // Different calls, so that none is the repetition of another one.
      const response = await fetch(`${node.url}${target()}/operations?from=${index + 1}`, { headers });
      await response.text();
      return response.status;
    }),
  );
  const served = statuses.filter((status) => status === 200).length;
  const { charged, promise } = (await node.session(session, website())).json;
  assert.equal(BigInt(charged), begin + BigInt(served) * PRICE);
  assert.ok(BigInt(promise.amount) >= BigInt(charged));
  promised = BigInt(promise.amount);
});
