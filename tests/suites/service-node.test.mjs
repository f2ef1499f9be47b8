// A service node on a fast chain: what it serves, how it is paid, and what it refuses.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { hexToU8a, u8aToHex } from '@polkadot/util';
import { paying, PromiseScheme } from '../examples/website.mjs';
import { AnchorDouble } from '../harness/anchor-double.mjs';
import { temporaryFolder } from '../harness/folder.mjs';
import { AS_ALICE, Node } from '../harness/node.mjs';
import { account, clock, connect, eventOf, eventsOf, free, send, SLN } from '../harness/polkadot-js.mjs';
import { bobServes, bond, hexOf, instanceOf, Issuer, order, ServiceNode } from '../harness/service-node.mjs';
import { chainForPrograms } from '../harness/spec.mjs';
import { until } from '../harness/wait.mjs';
import { ethereumKey, signPromise, substrateKey } from '../tools/promise.mjs';
import { decodeHeader, hashOfToken, paymentHeader, requestBytes, verifyStatement } from '../tools/token-api.mjs';

const READ = 1_000_000n;
const WRITE = 5_000_000n;
const CONFIG = `
[prices]
read = ${READ}
write = ${WRITE}
free_calls_per_minute = 0
[limits]
patience = 2
connections_per_address = 64
[cash_out]
blocks_before_expiry = 20
at_least = 0
above = ${10n * READ}
every_seconds = 1
`;

const FOLDER = temporaryFolder();
/** The chain's node. Its ports stay the same when it is started again. */
let chain;
let chainArgs;
let api;
let genesis;
/** @type {ServiceNode} */
let node;
/** @type {Issuer} */
let issuer;
let alice, bob, charlie, dave;
/** Checks bodies against the served description. @type {(name: string, body: any) => void} */
let conforms;

const website = () => substrateKey('//Charlie//website', 'sr25519');

before(async () => {
  chainArgs = [`--chain=${await chainForPrograms()}`, ...AS_ALICE, `--base-path=${path.join(FOLDER, 'chain')}`];
  chain = await Node.start(chainArgs);
  api = await connect(chain);
  [alice, bob, charlie, dave] = await Promise.all(['Alice', 'Bob', 'Charlie', 'Dave'].map((name) => account(name)));
  ({ node, issuer, genesis } = await bobServes(chain, api, CONFIG));
});

after(async () => {
  await node?.stop();
  await api?.disconnect();
  await chain?.stop();
});

/** Opens sessions of Charlie's with Bob's node, and returns their ids once the node knows them. */
async function openAll(all) {
  const now = await clock(api);
  const calls = all.map(({ amount = SLN, signer = website().signer, blocks = 400 }) =>
    api.tx.payments.openSession(bob.address, amount, signer, now + blocks),
  );
  const { events } = await send(api, api.tx.utility.batchAll(calls), charlie, { finalized: true });
  const sessions = eventsOf(events, 'payments', 'SessionOpened').map(({ data }) => data.session.toBigInt());
  // The service node sees final blocks a moment later than this test.
  const isKnown = async () => (await fetch(`${node.url}/v1/sessions/${sessions.at(-1)}`)).ok;
  await until('the node knows the sessions', isKnown, { every: 50 });
  return sessions;
}

/** Opens a session, and returns its id. */
const open = async (amount, but = {}) => (await openAll([{ amount, ...but }]))[0];

const tokenTarget = (instance) => `/v1/tokens/${issuer.class}/${instance}`;
const promise = (session, amount, key = website()) => signPromise(key, { genesis, session, amount });

/** Calls the node, with a payment if one is given. */
async function call(method, target, { body = undefined, pay = undefined, price = READ, header = undefined } = {}) {
  const payment = header ?? (pay && paymentHeader(pay, { node: bob.address, genesis, price }));
  const headers = payment ? { 'payment-signature': payment } : {};
  const response = await fetch(`${node.url}${target}`, { method, body, headers });
  const text = await response.text();
  const json = text ? JSON.parse(text) : undefined;
  return { response, status: response.status, text, json };
}

/** Reads a token, paid by a promise of this total, and checks the statement. */
async function read(instance, session, amount, key = website()) {
  const target = tokenTarget(instance);
  const answer = await call('GET', target, { pay: await promise(session, amount, key) });
  assert.equal(answer.status, 200, answer.text);
  const statement = verifyStatement(answer.response, {
    method: 'GET',
    target,
    text: answer.text,
    node: bob.address,
    genesis,
  });
  assert.equal(statement.state, hashOfToken(answer.json));
  assert.equal(statement.sequence, BigInt(answer.json.sequence));
  conforms('Token', answer.json);
  const { extra } = decodeHeader(answer.response.headers.get('payment-response'));
  return { token: answer.json, statement, charged: BigInt(extra.charged) };
}

async function perform(pair, instance, write, session, amount) {
  const body = JSON.stringify({ user: pair.address, write });
  const target = `${tokenTarget(instance)}/operations`;
  const answer = await call('POST', target, { body, pay: await promise(session, amount), price: WRITE });
  if (answer.status === 200) {
    verifyStatement(answer.response, { method: 'POST', target, body, text: answer.text, node: bob.address, genesis });
    conforms('Performed', answer.json);
  }
  return answer;
}

test('`check` says what is missing, and nothing when the guide was followed', async () => {
  await chain.finalized(2);
  const missing = await node.command('check');
  assert.equal(missing.code, 1);
  for (const what of ['is not bonded, with 1000 SLN or more', 'node set-service-key ', 'node set-endpoint ']) {
    assert.ok(missing.stdout.includes(what), missing.stdout);
  }
  node.key('service', '//Bob//service', 0o440);
  assert.match((await node.command('check')).stdout, /others can read the key file .*: chmod 400/);
  node.key('service', '//Bob//service');
  // It can start before it is bonded, and says why it does not serve.
  await node.start({ ready: false });
  const { status, json } = await call('GET', '/v1/health');
  assert.equal(status, 503);
  assert.match(json.message, /is not bonded as a service node|has not reached its chain|chain is behind/);
  await bond(api, 'Bob', { url: node.url });
  await until('it serves', async () => (await call('GET', '/v1/health')).status === 200);
  const complete = await node.command('check');
  assert.equal(complete.code, 0, complete.stdout);
  const endpoint = (await api.query.stakingSlash.endpoints(bob.address)).unwrap();
  assert.equal(endpoint.toUtf8(), node.url);
});

test('a wrong configuration is refused with what to do', async () => {
  const good = node.config;
  // That of the repository is right, but for what only its operator knows.
  const template = readFileSync(new URL('../../ops/service-node.toml', import.meta.url), 'utf8');
  const filled = template.replace('<address>', bob.address).replaceAll('<0x and 64 digits>', genesis);
  node.configure(filled.replace(/"\/(?:etc\/smartlayer|var\/lib)\//g, '"'));
  assert.doesNotMatch((await node.command('inspect')).stderr, /configuration/);
  /** @type {[string, RegExp][]} */
  const wrong = [
    [good.replace('[prices]', '[prices]\nfree_quota = 3'), /unknown field `free_quota`/],
    [good.replace(/account = ".*"/, 'account = "alice"'), /alice is no address/],
    [good.replace(/classes = .*/, 'classes = []'), /names no class/],
    [good.replace('data = "data"', ''), /missing field `data`/],
    [good.replace('service.key', 'nowhere.key'), /nowhere.key cannot be read/],
  ];
  try {
    for (const [text, message] of wrong) {
      node.configure(text);
      const { code, stderr } = await node.command('inspect');
      assert.equal(code, 1);
      assert.match(stderr, message);
    }
  } finally {
    node.configure(good);
  }
  // The database belongs to the running node.
  const { code, stderr } = await node.command('inspect');
  assert.equal(code, 1);
  assert.match(stderr, /node.redb/);
});

test('everything that the description names is served, and answers conform to it', async () => {
  const { json: description } = await call('GET', '/v1/openapi.json');
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema(description, 'api');
  conforms = (name, body) => {
    const validate = ajv.compile({ $ref: `api#/components/schemas/${name}` });
    assert.ok(validate(body), `${name}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(body)}`);
  };
  for (const [template, methods] of Object.entries(description.paths)) {
    const target = template
      .replace('{class}', issuer.class)
      .replace('{instance}', instanceOf(1))
      .replace('{sequence}', '1')
      .replace('{session}', '99');
    for (const method of ['get', 'post']) {
      const { status, json } = await call(method.toUpperCase(), target, { body: method === 'post' ? '{}' : undefined });
      assert.equal(status === 405, !(method in methods), `${method} ${target}: ${status}`);
      if (status === 405) conforms('Problem', json);
      else assert.ok(String(status) in methods[method].responses, `${method} ${target}: ${status}`);
    }
  }
  conforms('Prices', (await call('GET', '/v1/prices')).json);
  conforms('Health', (await call('GET', '/v1/health')).json);
});

test('an issuer feeds tokens, and each order stands for itself', async () => {
  const record = (number, node = hexOf(bob)) => ({
    instance: instanceOf(number),
    write: issuer.record(instanceOf(number), node, { bit: number }),
  });
  const forged = { instance: instanceOf(3), write: `${record(3).write.slice(0, -2)}00` };
  const first = record(1);
  const unknown = { instance: instanceOf(4), write: '0x00' };
  const results = await issuer.feed(node, [first, record(2), forged, unknown]);
  conforms('Fed', { results });
  const sequences = (results) => results.map(({ sequence }) => sequence);
  assert.deepEqual(sequences(results), ['1', '1', null, null]);
  // Once more, because the answer could have been lost.
  assert.deepEqual(sequences(await issuer.feed(node, [first])), ['1']);
  assert.match(results[2].error, /signature/);
  const stranger = new Issuer(await account('Stranger'), genesis);
  await assert.rejects(stranger.feed(node, []), /does not serve this class/);
  stranger.class = issuer.class;
  await assert.rejects(stranger.feed(node, []), /not that of the issuer and the salt/);
});

test('a call without a payment is told what to pay, and one with a payment is charged', async () => {
  const session = await open(10n * SLN);
  const unpaid = await call('GET', tokenTarget(instanceOf(1)));
  assert.equal(unpaid.status, 402);
  conforms('Problem', unpaid.json);
  const required = decodeHeader(unpaid.response.headers.get('payment-required'));
  assert.equal(required.accepts[0].amount, String(READ));
  assert.equal(required.accepts[0].payTo, bob.address);

  const { token, statement, charged } = await read(instanceOf(1), session, READ);
  assert.equal(charged, READ);
  assert.equal(token.assignment.bit, '1');
  // The statement is evidence: its key is the node's, its block is recent and of this chain.
  assert.equal((await api.rpc.chain.getBlockHash(statement.block)).toHex(), statement.blockHash);
  const periods = await api.query.stakingSlash.serviceKeys(bob.address);
  assert.equal(u8aToHex(periods[0].key), statement.key);
  // A token that nobody has issued is one as well, and the node says so with its signature.
  assert.equal((await read(instanceOf(77), session, 2n * READ)).token.assignment, null);
  const { json: state } = await node.session(session, website());
  conforms('Session', state);
  // To others the promise is not shown: they could pay with it.
  const { json: shown } = await node.session(session);
  conforms('Session', shown);
  assert.deepEqual([shown.charged, shown.promise], [state.charged, null]);
  const other = substrateKey('//Eve', 'sr25519');
  assert.equal((await node.session(session, other)).json.error, 'badPromise');
  assert.deepEqual([state.charged, state.promise.amount, state.limit], [2n * READ, 2n * READ, 10n * SLN].map(String));
  // With a nonce it is another request, and the statement says so.
  const target = `${tokenTarget(instanceOf(1))}?nonce=${instanceOf(5)}`;
  const fresh = await call('GET', target, { pay: await promise(session, 3n * READ) });
  assert.equal(fresh.status, 200, fresh.text);
  verifyStatement(fresh.response, { method: 'GET', target, text: fresh.text, node: bob.address, genesis });
  // Nothing of another class is served.
  const unserved = await call('GET', `/v1/tokens/${instanceOf(1)}/${instanceOf(1)}`, {
    pay: await promise(session, 9n * READ),
  });
  assert.equal(unserved.status, 404);
});

test('promises of every kind of wallet pay', async () => {
  const types = /** @type {const} */ (['sr25519', 'ed25519', 'ecdsa']);
  const keys = [
    ...types.flatMap((type) => [false, true].map((wrapped) => substrateKey('//Charlie//keys', type, { wrapped }))),
    ethereumKey(`0x${'17'.repeat(32)}`),
  ];
  const sessions = await openAll(keys.map(({ signer }) => ({ signer })));
  for (const [index, key] of keys.entries()) {
    const { charged } = await read(instanceOf(1), sessions[index], READ, key);
    assert.equal(charged, READ, key.scheme);
  }
});

test('a website pays with the packages of x402, and recovers when its count is not that of the node', async () => {
  const session = await open(SLN);
  const scheme = new PromiseScheme({ session, key: website(), genesis, limit: SLN, maxPrice: READ });
  const pay = paying(scheme);
  const url = `${node.url}${tokenTarget(instanceOf(1))}`;
  assert.equal((await fetch(url)).status, 402);
  for (let calls = 1n; calls <= 3n; calls += 1n) {
    assert.equal((await pay(url)).status, 200);
    assert.equal(scheme.charged, calls * READ);
  }
  // It has lost its count: the node shows what it was promised.
  const again = new PromiseScheme({ session, key: website(), genesis, limit: SLN, maxPrice: READ });
  assert.notEqual((await paying(again)(url)).status, 200);
  await again.recover(node.url, bob.address);
  assert.equal((await paying(again)(url)).status, 200);
  assert.equal(again.charged, 4n * READ);
  // It thinks to have paid for a call that it has not.
  again.charged += 7n;
  again.promised += 7n;
  assert.equal((await paying(again)(url)).status, 200);
  // A node that says to have charged more than was ever promised is not believed.
  const careful = new PromiseScheme({ session, key: website(), genesis, limit: SLN, maxPrice: READ });
  const lie = { paymentRequired: { accepts: [{ extra: { session: String(session), charged: String(SLN) } }] } };
  assert.equal(await careful.adopt(/** @type {any} */ (lie)), undefined);
  const { extra } = lie.paymentRequired.accepts[0];
  assert.equal(await careful.adopt(/** @type {any} */ ({ settleResponse: { success: true, extra } })), undefined);
  assert.equal(careful.charged, 0n);
  // Nor is one paid that asks for more than was agreed.
  const cheap = new PromiseScheme({ session, key: website(), genesis, limit: SLN, maxPrice: READ - 1n });
  await assert.rejects(paying(cheap)(url), /asks for 1000000/);
  // Its deposit is used up.
  const poor = new PromiseScheme({ session, key: website(), genesis, limit: 4n * READ, maxPrice: READ });
  poor.charged = 4n * READ;
  await assert.rejects(paying(poor)(url), /top it up/);
});

test('`curl` pays with a header', async () => {
  const session = await open(SLN);
  const header = paymentHeader(await promise(session, READ), { node: bob.address, genesis, price: READ });
  const url = `${node.url}${tokenTarget(instanceOf(1))}`;
  const { stdout } = await promisify(execFile)('curl', ['-sS', '-H', `payment-signature: ${header}`, url]);
  assert.equal(JSON.parse(stdout).instance, instanceOf(1));
});

test('a payment that is not what it should be is refused with its reason, and nothing is charged', async () => {
  await bond(api, 'Dave');
  const now = await clock(api);
  const other = api.tx.payments.openSession(dave.address, SLN, website().signer, now + 400);
  const { events } = await send(api, other, charlie, { finalized: true });
  const away = eventOf(events, 'payments', 'SessionOpened').data.session.toBigInt();
  const [session, second] = await openAll([{}, {}]);
  const target = tokenTarget(instanceOf(1));
  await read(instanceOf(1), session, 5n * READ);
  const good = await promise(session, 9n * READ);
  const header = (change) => {
    const payment = decodeHeader(paymentHeader(good, { node: bob.address, genesis, price: READ }));
    change(payment);
    return Buffer.from(JSON.stringify(payment)).toString('base64');
  };
  /** @type {[any, string, RegExp][]} */
  const refused = [
    [{ header: 'x' }, 'malformedPayment', /JSON in base64/],
    [{ header: 'e30=' }, 'malformedPayment', /missing field/],
    [{ header: header((payment) => (payment.x402Version = 1)) }, 'malformedPayment', /version 2/],
    [{ header: header(({ accepted }) => (accepted.network = 'polkadot:00')) }, 'malformedPayment', /version 2/],
    [{ header: header(({ accepted }) => (accepted.scheme = 'exact')) }, 'malformedPayment', /version 2/],
    [{ header: header(({ accepted }) => (accepted.payTo = alice.address)) }, 'malformedPayment', /another node/],
    [{ header: header(({ payload }) => (payload.amount = '-1')) }, 'malformedPayment', /decimal digits/],
    [{ header: header(({ payload }) => (payload.amount = '9'.repeat(40))) }, 'malformedPayment', /number too large/],
    [{ header: header(({ payload }) => (payload.signer = '0x00')) }, 'malformedPayment', /32 bytes/],
    [{ header: header(({ payload }) => (payload.more = 1)) }, 'malformedPayment', /unknown field/],
    [{ header: header(({ payload }) => (payload.amount = String(8n * READ))) }, 'badPromise', /signature is not one/],
    [{ header: header(({ payload }) => (payload.session = String(second))) }, 'badPromise', /signature is not one/],
    [{ header: header(({ payload }) => (payload.session = '1000000')) }, 'noSuchSession', /wait until it is final/],
    [{ header: header(({ payload }) => (payload.scheme = 'ed25519')) }, 'anotherSigner', /another signer/],
    [
      { pay: await promise(session, 9n * READ, substrateKey('//Eve', 'sr25519')) },
      'anotherSigner',
      /key that the session names/,
    ],
    [
      { pay: await signPromise(website(), { genesis: instanceOf(9), session, amount: 9n * READ }) },
      'badPromise',
      /genesis hash/,
    ],
    [{ pay: await promise(away, READ) }, 'anotherNode', /pays another node/],
    [{ pay: await promise(session, 2n * SLN) }, 'depositUsedUp', /top it up/],
    [{ pay: await promise(session, READ / 2n) }, 'stalePromise', /promise 2000000 for this call/],
  ];
  for (const [how, error, message] of refused) {
    const answer = await call('GET', target, how);
    assert.equal(answer.status, 402, answer.text);
    assert.equal(answer.json.error, error, answer.text);
    assert.match(answer.json.message, message);
    assert.equal(answer.response.headers.get('payment-response'), null);
    const required = decodeHeader(answer.response.headers.get('payment-required'));
    assert.equal(required.error, answer.json.message);
  }
  const { json } = await node.session(session, website());
  assert.deepEqual([json.charged, json.promise.amount], [READ, 5n * READ].map(String));
});

test('a session that is emptied, closed or about to expire is not served, and what it owes is cashed out', async () => {
  const session = await open(4n * READ, { blocks: 400 });
  await read(instanceOf(1), session, 4n * READ);
  const beyond = await call('GET', tokenTarget(instanceOf(1)), { pay: await promise(session, 5n * READ) });
  assert.equal(beyond.json.error, 'depositUsedUp');
  await send(api, api.tx.payments.topUp(session, SLN), charlie, { finalized: true });
  await until('the top-up is known', async () => {
    const answer = await call('GET', tokenTarget(instanceOf(1)), { pay: await promise(session, 5n * READ) });
    return answer.status === 200;
  });
  // The payer closes in the middle of its calls. The node cashes out what it was promised, and serves no more.
  const before = await free(api, bob.address);
  await send(api, api.tx.payments.close(session, null), charlie, { finalized: true });
  const closed = await until('the closing is known', async () => {
    const answer = await call('GET', tokenTarget(instanceOf(1)), { pay: await promise(session, SLN) });
    return answer.status === 402 && answer;
  });
  assert.equal(closed.json.error, 'expired', closed.text);
  await until('the promise is cashed out', async () => {
    const { spent } = (await api.query.payments.sessions(session)).unwrap();
    return spent.toBigInt() >= 5n * READ;
  });
  assert.ok((await free(api, bob.address)) !== before);
  // One that expires soon.
  const soon = await open(SLN, { blocks: 28 });
  const late = await until('it is too late', async () => {
    const answer = await call('GET', tokenTarget(instanceOf(1)), { pay: await promise(soon, SLN) });
    return answer.status === 402 && answer;
  });
  assert.equal(late.json.error, 'expired');
});

test('an owner writes, is charged once, and everybody can check what has happened', async () => {
  const session = await open(SLN);
  const instance = instanceOf(2);
  const { token } = await read(instance, session, READ);
  const transfer = order(issuer.pair, { transfer: hexOf(dave) }, { token, genesis });
  const [given] = await issuer.feed(node, [{ instance, write: transfer }]);
  assert.equal(given.sequence, '2', given.error);

  const owned = (await read(instance, session, 2n * READ)).token;
  assert.equal(owned.owner, dave.address);
  const mark = order(dave, { mark: true }, { token: owned, genesis });
  const total = 2n * READ + WRITE;
  // Not by others, not on another state, not for too little: none of them is charged.
  const early = order(dave, { mark: true }, { token, genesis });
  assert.equal((await perform(charlie, instance, mark, session, total)).status, 409);
  assert.equal((await perform(dave, instance, early, session, total)).status, 409);
  assert.equal((await perform(dave, instance, mark, session, total - 1n)).status, 402);
  const first = await perform(dave, instance, mark, session, total);
  assert.equal(first.status, 200, first.text);
  assert.equal(first.json.token.marked, true);
  // Its answer was lost.
  const second = await perform(dave, instance, mark, session, total);
  assert.deepEqual(second.json, first.json);
  const charged = (answer) => decodeHeader(answer.response.headers.get('payment-response')).extra.charged;
  assert.deepEqual([charged(first), charged(second)], [total, total].map(String));

  const target = `${tokenTarget(instance)}/operations?from=1&limit=64`;
  const listed = await call('GET', target, { pay: await promise(session, total + READ) });
  verifyStatement(listed.response, { method: 'GET', target, text: listed.text, node: bob.address, genesis });
  conforms('Operations', listed.json);
  assert.deepEqual(
    listed.json.operations.map(({ sequence, bit }) => [sequence, bit?.set]),
    [
      ['1', undefined],
      ['2', undefined],
      ['3', true],
    ],
  );
  assert.deepEqual(listed.json.operations[2], first.json.operation);
});

test('a demand on the chain is answered there', async () => {
  const session = await open(SLN);
  const instance = instanceOf(2);
  let seen = (await api.rpc.chain.getHeader()).number.toNumber();
  const demand = async (request) => {
    await send(api, api.tx.reports.demand(session, issuer.class, instance, u8aToHex(request)), charlie);
    return until('the demand is answered', async () => {
      for (; seen < (await api.rpc.chain.getHeader()).number.toNumber(); seen += 1) {
        const at = await api.at(await api.rpc.chain.getBlockHash(seen + 1));
        const events = (await at.query.system.events()).map(({ event }) => event);
        const answered = eventOf(events, 'reports', 'Answered');
        if (answered) {
          seen += 1;
          return answered.data.outcome;
        }
      }
      return undefined;
    });
  };
  const served = await demand(requestBytes('GET', tokenTarget(instance)));
  assert.ok(served.isServed, served.toString());
  const token = JSON.parse(Buffer.from(hexToU8a(served.asServed.response.toHex())).toString());
  conforms('Token', token);
  assert.equal(served.asServed.statement.state.toHex(), hashOfToken(token));
  await until('the demand is closed', async () => (await api.query.reports.openDemands(session)).isNone);
  for (const request of [requestBytes('GET', tokenTarget(instanceOf(1))), Buffer.from('nonsense')]) {
    const outcome = await demand(request);
    assert.ok(outcome.isMalformed, outcome.toString());
    await until('the demand is closed', async () => (await api.query.reports.openDemands(session)).isNone);
  }
});

test('promises are cashed out above an amount, and when the operator asks', async () => {
  const session = await open(5n * SLN);
  const spent = async () => (await api.query.payments.sessions(session)).unwrap().spent.toBigInt();
  const cashOut = async () => {
    const response = await fetch(`${node.privateUrl}/cash-out`, { method: 'POST' });
    assert.equal(response.status, 200, await response.clone().text());
    return BigInt((await response.json()).received);
  };
  // A promise that is ahead is not put on the chain, where everybody could use the rest.
  await read(instanceOf(1), session, 3n * READ);
  await cashOut();
  assert.equal(await spent(), 0n);
  await read(instanceOf(1), session, 3n * READ);
  await read(instanceOf(1), session, 3n * READ);
  assert.ok((await cashOut()) >= (3n * READ * 9n) / 10n);
  assert.equal(await spent(), 3n * READ);
  // The last call is no longer answered once more: everybody can see its promise.
  const seen = await call('GET', tokenTarget(instanceOf(1)), { pay: await promise(session, 3n * READ) });
  assert.deepEqual([seen.status, seen.json.error], [402, 'stalePromise']);
  for (let total = 4n * READ; total <= 13n * READ; total += READ) await read(instanceOf(1), session, total);
  await until('what is above the amount is cashed out', async () => (await spent()) === 13n * READ);
  const metrics = await (await fetch(`${node.privateUrl}/metrics`)).text();
  assert.match(metrics, /smartlayer_service_node_paid_total \d{7}/);
});

test('alerts and board watch what the node shows', async () => {
  const metrics = await (await fetch(`${node.privateUrl}/metrics`)).text();
  for (const file of ['prometheus/service-node-alerts.yml', 'grafana/smartlayer-service-nodes.json']) {
    const text = readFileSync(new URL(`../../ops/${file}`, import.meta.url), 'utf8');
    for (const [metric] of text.matchAll(/\bsmartlayer_service_node_[a-z_]+\b/g)) {
      // Without an anchor in the configuration there is nothing to acknowledge.
      if (!metric.endsWith('unacknowledged_batches')) assert.ok(metrics.includes(`\n${metric}`), metric);
    }
  }
});

test('operations are handed over to an anchor until it acknowledges them', async () => {
  const anchor = await AnchorDouble.start({ pair: alice, stranger: charlie, genesis, node: hexOf(bob) });
  const before = node.config;
  try {
    anchor.mode = 'refuse';
    await node.stop();
    node.configure(`${before}${anchor.config}`);
    await node.start();
    /** @type {[import('../harness/anchor-double.mjs').Mode, string][]} */
    const refused = [
      ['refuse', 'has refused batch 0: 503 Service Unavailable later'],
      ['forge', 'that its duty key has not signed'],
      ['lie', 'is not one of this batch'],
    ];
    for (const [mode, message] of refused) {
      anchor.mode = mode;
      await until(`it says: ${message}`, () => node.log.includes(message));
    }
    anchor.mode = 'acknowledge';
    // It waits a little longer after each failure.
    const has = (number, sequence) => anchor.operations.has(`${instanceOf(number)}/${sequence}`);
    await until('all are handed over', () => has(2, 3), { seconds: 60 });
    await issuer.feed(node, [{ instance: instanceOf(50), write: issuer.record(instanceOf(50), hexOf(bob)) }]);
    await until('the next one is handed over', () => has(50, 1), { seconds: 30 });
    assert.ok(anchor.isComplete);
    await until('nothing is left', async () => {
      const metrics = await (await fetch(`${node.privateUrl}/metrics`)).text();
      return metrics.includes(`unacknowledged_batches{anchor="${alice.address}"} 0`);
    });
    const expected = [
      [1, 1],
      [2, 1],
      [2, 2],
      [2, 3],
      [50, 1],
    ];
    assert.deepEqual(
      [...anchor.operations].sort(),
      expected.map(([number, sequence]) => `${instanceOf(number)}/${sequence}`),
    );
  } finally {
    await node.stop();
    node.configure(before);
    await node.start();
    anchor.stop();
  }
});

test('a token that moves to another node is no longer served, and the demand is answered with the record', async () => {
  const session = await open(SLN);
  const instance = instanceOf(50);
  await read(instance, session, READ);
  const write = issuer.record(instance, hexOf(alice), { number: 2 });
  const [moved] = await issuer.feed(node, [{ instance, write }]);
  assert.match(moved.error, /another node writes this token now/);
  const answer = await call('GET', tokenTarget(instance), { pay: await promise(session, 2n * READ) });
  assert.equal(answer.status, 421);
  assert.equal((await call('GET', `/v1/sessions/${session}`)).json.charged, String(READ));
  const request = u8aToHex(requestBytes('GET', tokenTarget(instance)));
  await send(api, api.tx.reports.demand(session, issuer.class, instance, request), charlie);
  await until('the demand is answered', async () => (await api.query.reports.openDemands(session)).isNone);
});

test('a free quota is for everybody, and is restored every minute', async () => {
  const before = node.config;
  await node.stop();
  node.configure(before.replace('free_calls_per_minute = 0', 'free_calls_per_minute = 3'));
  await node.start();
  const statuses = [];
  for (let calls = 0; calls < 4; calls += 1) statuses.push((await call('GET', tokenTarget(instanceOf(1)))).status);
  assert.deepEqual(statuses, [200, 200, 200, 402]);
  // Writes are always paid.
  const body = JSON.stringify({ user: dave.address, write: issuer.record(instanceOf(60), hexOf(bob)) });
  assert.equal((await call('POST', `${tokenTarget(instanceOf(60))}/operations`, { body })).status, 402);
  await node.stop();
  node.configure(before);
  await node.start();
});

test('a node that was restored only reads, until nothing that it has lost can be held against it', async () => {
  const session = await open(SLN);
  await read(instanceOf(1), session, READ);
  const anchor = await AnchorDouble.start({ pair: alice, stranger: charlie, genesis, node: hexOf(bob) });
  const before = node.config;
  try {
    await node.stop();
    node.configure(`${before}${anchor.config}`);
    await node.start();
    const response = await fetch(`${node.privateUrl}/backup`, { method: 'POST' });
    const { backup } = await response.json();
    // What was performed since is in a batch.
    const instance = instanceOf(70);
    const record = issuer.record(instance, hexOf(bob));
    await issuer.feed(node, [{ instance, write: record }]);
    await until('it is handed over', () => anchor.operations.has(`${instance}/1`), { seconds: 30 });
    await node.stop();
    const exported = (await node.command('export')).stdout.trimEnd().split('\n');
    for (const { token, operations } of exported.map((line) => JSON.parse(line))) {
      conforms('Token', token);
      conforms('Operations', { operations });
    }
    assert.equal(exported.length, JSON.parse((await node.command('inspect')).stdout).tokens);

    // The disk is lost. The node reads, is paid, and refuses to write.
    copyFileSync(backup, path.join(node.folder, 'data', 'node.redb'));
    await node.start();
    assert.equal((await read(instanceOf(1), session, 2n * READ)).charged, 2n * READ);
    const [refused] = await issuer.feed(node, [{ instance, write: record }]);
    assert.match(refused.error, /restored from a backup/);
    const metrics = await (await fetch(`${node.privateUrl}/metrics`)).text();
    assert.match(metrics, /smartlayer_service_node_restored 1/);
    await node.stop();
    const unconfirmed = await node.command('resume');
    assert.equal(unconfirmed.code, 1);
    assert.match(unconfirmed.stderr, /replace the service key first/);

    // Its operator does what the guide says.
    const { address: old } = await account('Bob//service');
    const { address: next } = await account('Bob//service//2');
    node.key('service', '//Bob//service//2');
    await send(api, api.tx.stakingSlash.setServiceKey(next), bob, { finalized: true });
    const files = [...anchor.batches].map(([number, bytes]) => {
      const file = path.join(node.folder, `batch-${number}`);
      writeFileSync(file, bytes);
      return file;
    });
    const unsigned = await node.command('import', ...files);
    assert.match(unsigned.stderr, /not one of this node/);
    const imported = await node.command('import', `--earlier-key=${old}`, ...files);
    assert.equal(imported.code, 0, imported.stderr);
    assert.match(imported.stdout, /: 1 operations that were not known/);
    const { reportWindowBlocks } = (await api.query.tempo.schedule()).toJSON();
    const since = (await api.query.stakingSlash.serviceKeys(bob.address)).at(-1).from.toNumber();
    await chain.finalized(since + reportWindowBlocks + 1);
    const resumed = await node.command('resume');
    assert.equal(resumed.code, 0, resumed.stderr);
    await node.start();

    // It has lost nothing, and writes and signs again.
    assert.equal((await read(instance, session, 3n * READ)).token.sequence, '1');
    const { token, statement } = await read(instance, session, 4n * READ);
    assert.equal(statement.key, u8aToHex((await account('Bob//service//2')).publicKey));
    const transfer = order(issuer.pair, { transfer: hexOf(dave) }, { token, genesis });
    const [given] = await issuer.feed(node, [{ instance, write: transfer }]);
    assert.equal(given.sequence, '2', given.error);
    await until('it is handed over as well', () => anchor.operations.has(`${instance}/2`), { seconds: 30 });
    assert.ok(anchor.isComplete);
    const again = await node.stop().then(() => node.command('resume'));
    assert.match(again.stderr, /nothing to resume/);
  } finally {
    await node.stop();
    node.configure(before);
    await node.start();
    anchor.stop();
  }
});

test('while its chain node is away it says so, and afterwards it serves again without a restart', async () => {
  const session = await open(SLN);
  await read(instanceOf(1), session, READ);
  await chain.stop('SIGKILL');
  // For a while, what it knows is recent enough.
  await read(instanceOf(1), session, 2n * READ);
  chain = await Node.start(chainArgs, { rpcPort: chain.rpcPort, port: chain.port });
  await until('the client is connected again', () => api.isConnected);
  const block = async () => (await call('GET', '/v1/health')).json.block;
  const seen = await block();
  await until('it follows the chain again', async () => (await block()) > seen);
  await read(instanceOf(1), await open(SLN), READ);
});

test('a node of another chain is recognised', async () => {
  const other = await Node.dev();
  const before = node.config;
  await node.stop();
  node.configure(before.replace(/chain = ".*"/, `chain = "${other.ws}"`));
  const { code, stdout } = await node.command('check');
  assert.equal(code, 1);
  assert.match(stdout, /follows another chain/);
  await node.start({ ready: false });
  await until('it says so', () => node.log.includes('follows another chain'));
  const answer = await call('GET', tokenTarget(instanceOf(1)));
  assert.equal(answer.status, 503);
  assert.equal(answer.response.headers.get('retry-after'), '10');
  await node.stop();
  node.configure(before);
  await other.stop();
  await node.start();
});
