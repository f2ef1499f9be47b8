// The command `smartlayer`, as a customer and an operator type it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../harness/folder.mjs';
import { NODE, run } from '../harness/node.mjs';
import { account, connect, send } from '../harness/polkadot-js.mjs';
import { bobServes, hexOf, instanceOf, Issuer, ServiceNode } from '../harness/service-node.mjs';
import { nodeForPrograms } from '../harness/spec.mjs';
import { until } from '../harness/wait.mjs';

const SMARTLAYER = path.join(path.dirname(NODE), 'smartlayer');
const FOLDER = temporaryFolder();
const CONFIG = '[prices]\nfree_calls_per_minute = 2\n[cash_out]\nblocks_before_expiry = 10\n';

let chain, api, bob;
/** @type {ServiceNode} */
let node;
/** @type {Issuer} */
let issuer;

function key(name, uri) {
  const file = path.join(FOLDER, `${name}.key`);
  writeFileSync(file, uri);
  chmodSync(file, 0o400);
  return `--key=${file}`;
}

/** A bound as the library of wallets takes it. */
const capitalised = ({ metric, value }) => ({ metric: metric[0].toUpperCase() + metric.slice(1), value });

/** Runs the command, and returns its exit code and output. */
const smartlayer = (...args) => run([`--chain=${chain.ws}`, ...args], { bare: true, program: SMARTLAYER });

/** Runs the command, which must do what it says, and returns its result. */
async function result(...args) {
  const { code, stdout, stderr } = await smartlayer('--json', ...args);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout);
}

before(async () => {
  chain = await nodeForPrograms();
  api = await connect(chain);
  bob = await account('Bob');
  ({ node, issuer } = await bobServes(chain, api, CONFIG));
});

after(async () => {
  await node?.stop();
  await api?.disconnect();
  await chain?.stop();
});

test('an operator bonds, sets its key and publishes its endpoint', async () => {
  const own = key('bob', '//Bob');
  const few = await smartlayer('node', 'bond', '1', own);
  assert.equal(few.code, 1);
  assert.match(few.stderr, /a service node bonds .* SLN or more/);
  await result('node', 'bond', own);
  await result('node', 'set-service-key', (await account('Bob//service')).address, own);
  await result('node', 'bond-extra', '5', own);
  // The daily work is done by another account, without access to the bond.
  const [operator, eve] = [key('operator', '//Eve'), (await account('Eve')).address];
  const unnamed = await smartlayer('node', 'operate-for', bob.address, operator);
  assert.match(unnamed.stderr, /NotNamed/);
  await result('node', 'set-operator', eve, own);
  await result('node', 'operate-for', bob.address, operator);
  await result('node', 'set-endpoint', node.url, operator);
  assert.match((await smartlayer('node', 'unbond', '1', operator)).stderr, /the call failed|not included/);
  const status = await result('node', 'status', bob.address);
  assert.deepEqual([status.qualifies, status.unbonding, status.endpoint, status.demands], [true, false, node.url, []]);
  assert.match((await smartlayer('node', 'status', bob.address)).stdout, /bond +1005 SLN\n/);
  assert.equal(status.operator, eve);
  await result('node', 'chill', own);
  assert.equal((await result('node', 'status', bob.address)).qualifies, false);
  await result('node', 'activate', own);
  await node.start();
  await issuer.feed(node, [{ instance: instanceOf(1), write: issuer.record(instanceOf(1), hexOf(bob)) }]);
});

test('an operator sees what can be agreed on, and what that costs', async () => {
  const modules = await result('agreement', 'modules');
  assert.deepEqual(
    modules.map(({ name }) => name),
    ['Token API basic', 'Token API strict', 'Storage', 'GPU inference'],
  );
  const { stdout } = await smartlayer('agreement', 'modules');
  assert.match(
    stdout,
    /0 {2}Token API basic\n.*availability 99 % to 99\.9 %; latency 2000 ms to 250 ms\n {2}test 2 windows/,
  );
  const quote = ['agreement', 'quote', bob.address];
  const basic = [...quote, 'Token API basic', '--bounds=availability=99.5,latency=500', '--units=2', '--windows=9'];
  const { offer, measuring, test } = await result(...basic);
  assert.deepEqual(offer, {
    module: 0,
    bounds: [
      { metric: 'availability', value: 995_000 },
      { metric: 'latency', value: 500 },
    ],
    units: 2,
    windows: 9,
  });
  // Nine windows are more than one budget period of eight.
  assert.deepEqual([measuring, test], ['2000000000000', '5000000000000']);
  assert.match(
    (await smartlayer(...basic)).stdout,
    /measurement {2}2 SLN\n {2}test {9}5 SLN, returned when it is passed/,
  );

  // What is proposed shows, and what was never concluded does not.
  await send(api, api.tx.agreements.propose({ ...offer, bounds: offer.bounds.map(capitalised) }), bob, {
    finalized: true,
  });
  const { negotiations, agreements } = await result('agreement', 'list', bob.address);
  assert.deepEqual([negotiations[0].offer, negotiations[0].by, agreements], [offer, 'node', []]);
  const shown = (await smartlayer('agreement', 'list')).stdout;
  assert.match(
    shown,
    /negotiation 0 of .* under Token API basic\n {2}the node offers: availability 99\.5 %, latency 500 ms, 2 units, 9 windows/,
  );
  const own = key('bob', '//Bob');
  /** @type {[string[], number, RegExp][]} */
  const mistakes = [
    [
      [...quote, 'Token API basic', '--bounds=latency=100'],
      1,
      /latency 100 ms is out of the range of the module Token API basic/,
    ],
    [[...quote, 'Token API basic', '--bounds=speed=1'], 2, /write availability=99.5 \(percent\)/],
    [[...quote, 'Token API basic', '--units=99'], 1, /the chain would refuse this with TooManyUnits/],
    [[...quote, 'Anything'], 1, /no standard module is named Anything: `smartlayer agreement modules` lists them/],
    [['agreement', 'show', '0'], 1, /there is no agreement 0/],
    [['agreement', 'end', '0', own], 1, /Agreements.NoSuchAgreement/],
    [['agreement', 'maintenance', own], 1, /has no agreement with a slot/],
    [['agreement', 'end', '0'], 2, /a key is needed/],
  ];
  for (const [args, code, message] of mistakes) {
    const found = await smartlayer(...args);
    assert.equal(found.code, code, `${args.join(' ')}: ${found.stderr}`);
    assert.match(found.stderr, message);
  }
});

test('a customer opens a session, pays, reads, and closes it', async () => {
  const [payer, signer] = [key('charlie', '//Charlie'), key('website', '//Website')];
  const signerFile = signer.replace('--key=', '--signer=');
  const { session } = await result('session', 'open', bob.address, '0.5', '--blocks=300', payer, signerFile);
  await until('the node knows the session', async () => (await fetch(`${node.url}/v1/sessions/${session}`)).ok);
  const url = `${node.url}/v1/tokens/${issuer.class}/${instanceOf(1)}`;
  const { stdout } = await smartlayer('session', 'pay', session, signer);
  const [name, value] = stdout.trim().split(': ');
  const response = await fetch(url, { headers: { [name]: value } });
  assert.equal(response.status, 200);
  assert.ok(response.headers.get('payment-response'));

  // Free, and paid.
  const free = await result('token', issuer.class, instanceOf(1), `--node=${bob.address}`);
  assert.equal(free.sequence, '1');
  const paid = await result('token', issuer.class, instanceOf(1), `--session=${session}`, signer);
  assert.deepEqual(paid, free);
  const shown = await result('session', 'show', session);
  assert.deepEqual([shown.charged, shown.limit], ['20000000', '500000000000']);
  assert.deepEqual(await result('session', 'list', bob.address), [session]);

  await result('session', 'top-up', session, '0.25', payer);
  await result('session', 'extend', session, '10', payer);
  assert.equal((await result('session', 'show', session)).limit, '750000000000');
  const dear = await smartlayer('session', 'pay', session, signer, '--max-price=0.000001');
  assert.match(dear.stderr, /the node asks for 0.00001 SLN a read .*--max-price/);
  const forbidden = await smartlayer('session', 'pay', session, payer);
  assert.match(forbidden.stderr, /has another signer/);

  // The node has to answer on the chain, and does.
  const demanded = ['demand', session, issuer.class, instanceOf(1), '--wait'];
  const answered = await result(...demanded, payer);
  assert.deepEqual(JSON.parse(answered.answer.served), free);
  const body = path.join(FOLDER, 'body');
  writeFileSync(body, '{}');
  const request = `--request=POST /v1/tokens/${issuer.class}/${instanceOf(1)}/operations`;
  const refused = await smartlayer(...demanded, request, `--body=${body}`, payer);
  assert.match(refused.stdout, /no request of the token API about this token/);
  await result('session', 'close', session, payer);
});

test('a statement is verified, and a changed answer is not believed', async () => {
  const target = `/v1/tokens/${issuer.class}/${instanceOf(1)}`;
  const response = await fetch(`${node.url}${target}`);
  const file = path.join(FOLDER, 'response');
  const text = await response.text();
  const header = response.headers.get('smartlayer-statement');
  const of = ['verify', 'statement', header, `--node=${bob.address}`, `--request=GET ${target}`, `--response=${file}`];
  writeFileSync(file, text);
  assert.equal((await result(...of)).sequence, '1');
  writeFileSync(file, text.replace('false', 'true'));
  const lie = await smartlayer(...of);
  assert.equal(lie.code, 3);
  assert.match(lie.stderr, /about another response/);
});

test('mistakes are answered with what to do', async () => {
  const dave = key('dave', '//Dave');
  /** @type {[string[], number, RegExp][]} */
  const cases = [
    [['session', 'close', '0'], 2, /a key is needed: --key/],
    [['session', 'close', '0', '--chain=ws://127.0.0.1:1'], 2, /a key is needed: --key/],
    [
      ['session', 'settle', '0', key('poor', '//Nobody')],
      1,
      /not included: Invalid Transaction: Inability to pay some fees/,
    ],
    [['session', 'settle', '0', dave], 1, /Payments.(ThawNotEnded|NoSuchSession)/],
    [['session', 'open', bob.address, '1', '--blocks=10', dave], 2, /--blocks: more than 10/],
    [['session', 'open', bob.address, '1', '--blocks=999999', dave], 2, /at most \d+/],
    [['node', 'set-endpoint', 'node.example', dave], 2, /begins with https/],
    [['node', 'bond', '99999999', dave], 1, /Token.FundsUnavailable/],
    [['session', 'show', '999'], 1, /there is no session 999/],
    [['session', 'open', bob.address, '5,5'], 2, /“5,5” is no amount/],
    [['node', 'status', 'bob'], 2, /bob is no address/],
    [['node', 'status', (await account('Eve')).address], 1, /is not bonded as a service node/],
    [['node', 'status', bob.address, '--chain=ws://127.0.0.1:1'], 4, /cannot be reached/],
    [['session', 'close', '0', `--key=${FOLDER}/nowhere`], 1, /nowhere cannot be read/],
    [['demand', '0', instanceOf(1), instanceOf(1), '--request=PUT /v1/x', dave], 2, /none of the token API/],
  ];
  for (const [args, code, message] of cases) {
    const found = await smartlayer(...args);
    assert.equal(found.code, code, `${args.join(' ')}: ${found.stderr}`);
    assert.match(found.stderr, message);
  }
  const { stderr } = await smartlayer('--json', 'session', 'show', '999');
  assert.match(JSON.parse(stderr).error, /there is no session 999/);
});
