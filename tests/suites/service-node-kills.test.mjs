// A service node that is killed again and again under paid load: nothing that it acknowledged is lost, nothing is charged twice,
// nothing is served that was not promised, and no statement contradicts an earlier one.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { account, clock, connect, eventOf, send, SLN } from '../harness/polkadot-js.mjs';
import { bobServes, bond, hexOf, instanceOf, Issuer, order, SALT, ServiceNode } from '../harness/service-node.mjs';
import { nodeForPrograms } from '../harness/spec.mjs';
import { sleep, until } from '../harness/wait.mjs';
import { signPromise, substrateKey } from '../tools/promise.mjs';
import { decodeHeader, paymentHeader, verifyStatement } from '../tools/token-api.mjs';

const LONG = Boolean(process.env.SMARTLAYER_LONG_TESTS);
/** How often the node is killed. */
const KILLS = LONG ? 200 : 10;
/** How many customers call at the same time. */
const CUSTOMERS = 6;
const READ = 1_000_000n;
const WRITE = 5_000_000n;
/** How much the node serves ahead of promises. */
const CREDIT = 0n;
const CONFIG = `
[prices]
read = ${READ}
write = ${WRITE}
credit = ${CREDIT}
free_calls_per_minute = 0
[limits]
mistakes_per_minute = 1000000
`;

let chain, api, genesis, bob, charlie;
/** @type {ServiceNode} */
let node;
/** @type {Issuer} */
let issuer;

before(async () => {
  chain = await nodeForPrograms();
  api = await connect(chain);
  [bob, charlie] = await Promise.all(['Bob', 'Charlie'].map((name) => account(name)));
  ({ node, issuer, genesis } = await bobServes(chain, api, CONFIG));
  await bond(api, 'Bob');
  await node.start();
});

after(async () => {
  await node?.stop();
  await api?.disconnect();
  await chain?.stop();
});

/** All statements, by class, instance and sequence, from before and after every kill. */
const statements = new Map();

function remember({ instance, sequence, state }) {
  const subject = `${instance}/${sequence}`;
  assert.equal(statements.get(subject) ?? state, state, `two states of ${subject}`);
  statements.set(subject, state);
}

/** A customer with a session and a token of its own, who knows what was acknowledged. */
class Customer {
  /** What was served, as the node has said. */
  charged = 0n;
  /** The highest promise that the node has acknowledged. */
  acknowledged = 0n;
  /** The highest promise that was ever sent. */
  sent = 0n;
  /** The prices of all calls that were answered. */
  served = 0n;
  operations = [];
  token;

  constructor(number, session, pair) {
    this.instance = instanceOf(number);
    this.session = session;
    this.key = substrateKey(`//Charlie//website//${number}`, 'sr25519');
    this.pair = pair;
  }

  /** Calls until there is an answer, always with the same promise. Returns the body. */
  async call(method, target, price, body, alive) {
    const amount = this.charged + price;
    const signed = await signPromise(this.key, { genesis, session: this.session, amount });
    const headers = { 'payment-signature': paymentHeader(signed, { node: bob.address, genesis, price }) };
    this.sent = amount;
    for (;;) {
      if (!alive()) return undefined;
      let response, text;
      try {
        response = await fetch(`${node.url}${target}`, { method, body, headers, signal: AbortSignal.timeout(5_000) });
        text = await response.text();
      } catch {
        // Killed in the middle of the call, or not started yet: once more, with the same promise.
        await sleep(20);
        continue;
      }
      if (response.status === 503) {
        await sleep(20);
        continue;
      }
      assert.equal(response.status, 200, text);
      const { extra } = decodeHeader(response.headers.get('payment-response'));
      // Charged once, however often it was sent, and never more than was promised.
      assert.equal(BigInt(extra.charged), amount);
      assert.ok(BigInt(extra.charged) <= this.sent + CREDIT);
      this.charged = amount;
      this.acknowledged = amount;
      this.served += price;
      remember(verifyStatement(response, { method, target, body, text, node: bob.address, genesis }));
      return JSON.parse(text);
    }
  }

  async work(alive) {
    const target = `/v1/tokens/${issuer.class}/${this.instance}`;
    for (let round = 0; alive(); round += 1) {
      const token = await this.call('GET', target, READ, undefined, alive);
      if (!token) return;
      // What was acknowledged is there.
      assert.equal(Number(token.sequence), this.operations.length + 2);
      const mark = order(this.pair, { mark: !token.marked }, { token, genesis });
      const body = JSON.stringify({ user: this.pair.address, write: mark });
      const done = await this.call('POST', `${target}/operations`, WRITE, body, alive);
      if (!done) return;
      assert.equal(done.operation.write, mark);
      this.operations.push(done.operation);
    }
  }
}

test(`nothing is lost, charged twice or contradicted when the node is killed ${KILLS} times`, async (t) => {
  const customers = [];
  const expiry = (await clock(api)) + 1_900;
  for (let number = 1; number <= CUSTOMERS; number += 1) {
    const { signer } = substrateKey(`//Charlie//website//${number}`, 'sr25519');
    const call = api.tx.payments.openSession(bob.address, 100n * SLN, signer, expiry);
    const { events } = await send(api, call, charlie, { finalized: number === CUSTOMERS });
    const session = eventOf(events, 'payments', 'SessionOpened').data.session.toBigInt();
    customers.push(new Customer(number, session, await account(`Owner${number}`)));
  }
  await until('the node knows the last session', async () => {
    return (await fetch(`${node.url}/v1/sessions/${customers.at(-1).session}`)).ok;
  });
  for (const { instance, pair } of customers) {
    const [{ error }] = await issuer.feed(node, [{ instance, write: issuer.record(instance, hexOf(bob)) }]);
    assert.equal(error, null);
    const write = order(issuer.pair, { transfer: hexOf(pair) }, { token: assigned(instance), genesis });
    const [given] = await issuer.feed(node, [{ instance, write }]);
    assert.equal(given.error, null);
  }

  let running = true;
  const work = Promise.all(customers.map((customer) => customer.work(() => running)));
  const failure = work.catch((error) => error);
  const acknowledged = () => customers.reduce((sum, { operations }) => sum + operations.length, 0);
  const gaps = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    await sleep(50 + Math.random() * 400);
    const before = acknowledged();
    await node.stop('SIGKILL');
    const begin = Date.now();
    await node.start();
    gaps.push(Date.now() - begin);
    // It serves again before the next kill.
    await Promise.race([failure, until('it works again', () => acknowledged() > before, { every: 10 })]);
  }
  running = false;
  assert.equal((await failure) instanceof Error ? await failure : undefined, undefined);

  // All that was acknowledged is there, in order, and so is what the payers owe for it.
  for (const { instance, session, key, operations, charged, sent } of customers) {
    const { json: state } = await node.session(session, key);
    // A call whose answer was lost at the end may be charged, once.
    assert.ok([charged, sent].map(String).includes(state.charged), `${state.charged}, ${charged} or ${sent}`);
    assert.ok(BigInt(state.promise.amount) >= charged && BigInt(state.promise.amount) <= sent);
    operations.forEach((operation, index) => assert.equal(Number(operation.sequence), index + 3));
    assert.ok(operations.length > 0, `nothing was done with ${instance}`);
  }
  await node.stop();
  const stored = new Map();
  for (const line of (await node.command('export')).stdout.trimEnd().split('\n')) {
    const { token, operations } = JSON.parse(line);
    stored.set(token.instance, operations);
    assert.equal(String(operations.length), token.sequence);
  }
  for (const { instance, operations } of customers) {
    const own = stored.get(instance);
    assert.deepEqual(own.slice(2, 2 + operations.length), operations);
    assert.ok(own.length <= operations.length + 3);
  }
  const slowest = Math.max(...gaps);
  t.diagnostic(`${acknowledged()} operations and ${statements.size} states; it served again within ${slowest} ms`);
});

/** Returns a token as its issuer's first record leaves it. */
function assigned(instance) {
  const assignment = { issuer: issuer.pair.address, salt: SALT, bit: '0', node: bob.address, number: '1' };
  return { class: issuer.class, instance, sequence: '1', assignment, owner: null, marked: false, attributes: {} };
}
